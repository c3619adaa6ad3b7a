//! What is wrong on some way through a flow, with the shortest call that shows it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::choices::Choice;
use super::loops::{Parts, can_end};
use super::pages::{
    ENDLESS_LOOP, LONG_SILENCE, LOST_KEYS, NEVER_REACHED, NOTHING_HEARD, SILENT_FAILURE, STUCK,
};
use super::script::Script;
use super::search::Sight;
use super::seen::{CallEdge, CallGraph, CommandId};
use super::stretch::Longest;
use super::watch::Oddity;
use super::{Explored, identity};
use crate::call::CommandPlace;
use crate::check::{self, Settings, rule_ids};
use crate::command::{Heard, Role};
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::expect::Goal;
use crate::fidelity::Assumption;
use crate::flow::{Flow, NodeId};
use crate::source::Span;
use crate::xml::Element;

/// Something that is wrong on some way through a flow.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The flow.
    pub flow: Arc<Flow>,
    /// The path of the command at which it shows.
    pub path: String,
    /// What is wrong.
    pub diagnostic: Diagnostic,
    /// The shortest call that shows it; absent where no call does, as of a command that none reaches.
    pub shown: Option<Shown>,
}

/// A call that shows something.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What is out of the ordinary about it, in a few words.
    pub words: String,
    /// The paths of the commands that begin, in their order.
    pub route: Vec<String>,
    pub(super) script: Script,
}

/// All that is wrong, flow by flow in the order of their names, by place; without what comments in the
/// flows let pass. Second, the edges on which something shows that is wrong.
pub(super) fn all(explored: &Explored<'_>, silent_end: bool) -> (Vec<Finding>, BTreeSet<u32>) {
    let mut finder = Finder {
        explored,
        statics: HashMap::new(),
        ids: FlowIds::default(),
        found: Vec::new(),
        said: BTreeMap::new(),
    };
    finder.oddities();
    finder.silences();
    finder.recordings();
    finder.loops(silent_end);
    finder.unreached();
    finder.finish()
}

struct Finder<'a> {
    explored: &'a Explored<'a>,
    /// What `check` says of each flow.
    statics: HashMap<u64, HashMap<(&'static str, Span), Diagnostic>>,
    ids: FlowIds,
    /// What was found, and the signs by which it shows on an edge.
    found: Vec<(Finding, Vec<Sign>)>,
    /// What was found, and where, with its place in the list.
    said: BTreeMap<(&'static str, u64, Span), usize>,
}

/// By what it is seen that a finding shows on an edge.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Sign {
    Odd(Oddity, CommandId),
    /// The command began.
    Began(CommandId),
    /// It is this edge.
    Edge(u32),
    /// It shows before anything is chosen.
    Beginning,
}

impl Finder<'_> {
    fn place(&self, command: CommandId) -> CommandPlace {
        self.explored.sights.commands[command as usize].clone()
    }

    /// What `check` finds at a command by one of its rules.
    fn checked(&mut self, place: &CommandPlace, rule: &'static str) -> Option<Diagnostic> {
        let flow = &place.document.flow;
        let found = self.statics.entry(self.ids.of(flow)).or_insert_with(|| {
            let found = check::check(flow, &Settings::default()).into_iter().rev();
            found
                .map(|one| ((one.rule, one.primary.span), one))
                .collect()
        });
        found.get(&(rule, name_span(flow, place.node))).cloned()
    }

    /// The Dial of the last conversation before something was seen, if it is in the same document.
    fn last_talk(&self, sight: Sight, flow: &Flow) -> Option<Span> {
        let graph = &self.explored.graph;
        let way = graph.way_to(sight.edge);
        let mut edges = way.iter().rev().map(|&edge| &graph.edges[edge as usize]);
        let answered = edges.find(|edge| matches!(edge.choice, Choice::Answered(_)))?;
        let dial = graph.nodes[answered.from as usize]
            .spot
            .call
            .state()
            .current()?;
        (*dial.document.flow == *flow).then(|| name_span(flow, dial.node))
    }

    fn oddities(&mut self) {
        let odd: Vec<_> = self
            .explored
            .sights
            .odd
            .iter()
            .map(|(&key, &sight)| (key, sight))
            .collect();
        let mut has_lost_keys = BTreeSet::new();
        for ((oddity, command), sight) in odd {
            let place = self.place(command);
            let (flow, node) = (&place.document.flow, place.node);
            let name = flow.node(node).command.spec().name;
            let at = |rule: &Rule, message: String| {
                Diagnostic::new(rule.id, rule.severity, name_span(flow, node), message)
            };
            let diagnostic = match oddity {
                Oddity::Unhandled => Some(check::unhandled(flow, node, name_span(flow, node))),
                Oddity::SilentFailure => Some(
                    at(
                        &SILENT_FAILURE,
                        format!("the call ends in silence when this {name} fails"),
                    )
                    .label("its Error block is silent then")
                    .help(
                        "say something there; or leave the Error block empty if the silence is intended",
                    ),
                ),
                Oddity::SilentChoice => Some(check::silent_choice(name_span(flow, node))),
                Oddity::NothingHeard => Some(
                    at(
                        &NOTHING_HEARD,
                        "the call is answered and ends, but the caller heard nothing"
                            .to_owned(),
                    )
                    .label("the last command that runs")
                    .help("say something; or end the call here with Hangup if this is intended"),
                ),
                Oddity::AfterTalk => {
                    let key = (Oddity::AfterFailure, command);
                    let also_fails = self.explored.sights.odd.contains_key(&key);
                    if also_fails {
                        let is_dial =
                            flow.node(node).command.describe().traits().heard == Heard::Person;
                        let dial = self.last_talk(sight, flow);
                        Some(check::after_talk(is_dial, name_span(flow, node), dial))
                    } else {
                        // Where what comes of Dials is not tried.
                        self.checked(&place, rule_ids::RUNS_AFTER_TALK)
                    }
                }
                Oddity::NeverAnswered => Some(check::never_answered(name_span(flow, node))),
                Oddity::RecordsNobody => Some(check::records_nobody(name_span(flow, node))),
                Oddity::LostKeys if has_lost_keys.insert(self.ids.of(flow)) => Some(
                    at(
                        &LOST_KEYS,
                        "keys that are pressed during the prompt before this menu are lost".to_owned(),
                    )
                    .label("waits for keys only after the prompt")
                    .note(format!("assumed: {}", Assumption::KeysUnheard.id()))
                    .help("put the prompt inside it"),
                ),
                Oddity::LostKeys | Oddity::AfterFailure => None,
            };
            if let Some(diagnostic) = diagnostic {
                let sign = Sign::Odd(oddity, command);
                self.find(&place, diagnostic, sight.edge, sign);
            }
        }
    }

    /// Silences that are too long, each by the nearest of the ways on which it is longest.
    fn silences(&mut self) {
        let Explored {
            graph,
            sights,
            max_silence,
            ..
        } = self.explored;
        let calls = self.explored.space();
        let beginning = &sights.beginning.cost;
        let longest = Longest::new(graph, beginning, |cost| &cost.silence);
        let first = calls.silences(&self.explored.root, None, 0);
        let mut seen: HashSet<CommandPlace> = first.iter().cloned().collect();
        let first = first.into_iter();
        let mut found: Vec<_> = first
            .map(|place| (place, Some(Vec::new()), Sign::Beginning))
            .collect();
        for excess in longest.excesses(*max_silence) {
            let Some(number) = excess.last() else {
                continue;
            };
            let edge = &graph.edges[number as usize];
            let spot = &graph.nodes[edge.from as usize].spot;
            for place in calls.silences(spot, Some(&edge.choice), excess.before) {
                let is_first = seen.insert(place.clone());
                let way = is_first.then(|| longest.way(&excess));
                found.push((place, way, Sign::Edge(number)));
            }
        }
        for (place, way, sign) in found {
            let diagnostic = Diagnostic::new(
                LONG_SILENCE.id,
                LONG_SILENCE.severity,
                name_span(&place.document.flow, place.node),
                format!(
                    "the caller hears nothing for more than {} s",
                    max_silence / 1000
                ),
            )
            .label("during this command, while the flow does not wait for the caller")
            .help("play something, or tell the caller what happens");
            self.find_on(&place, diagnostic, sign, |_| way);
        }
    }

    /// Recordings whose caller is not told when to speak, as `check` sees it, that a call comes to.
    fn recordings(&mut self) {
        for (&command, &sight) in &self.explored.sights.began {
            let place = self.place(command);
            if let Some(diagnostic) = self.checked(&place, rule_ids::NO_BEEP) {
                self.find(&place, diagnostic, sight.edge, Sign::Began(command));
            }
        }
    }

    /// Loops that nothing leads out of.
    fn loops(&mut self, ends_by_itself: bool) {
        if !self.explored.graph.is_complete() {
            return;
        }
        // A server that is down ends every loop, and nobody would call that a way out.
        let works = |edge: &CallEdge| {
            !matches!(
                edge.choice,
                Choice::Failed | Choice::TimedOut | Choice::Missing | Choice::GivenUp
            )
        };
        let silent = |edge: &CallEdge| works(edge) && !matches!(edge.choice, Choice::Key(_));
        let stuck = |span| {
            Diagnostic::new(
                STUCK.id,
                STUCK.severity,
                span,
                "the caller can only leave this loop by hanging up",
            )
            .label("returns to an earlier point of the call")
            .help("add a way out: a key, a limit of attempts, or a reply")
        };
        let endless = |span| {
            Diagnostic::new(
                ENDLESS_LOOP.id,
                ENDLESS_LOOP.severity,
                span,
                "a caller who presses nothing never leaves this loop",
            )
            .label("returns to an earlier point of the call")
            .help("limit the number of rounds: end the call after some of them")
        };
        let said = self.loops_of(works, stuck);
        if !ends_by_itself {
            self.loops_of(|edge| silent(edge) && !said.contains(&edge.from), endless);
        }
    }

    /// The loops out of which such edges do not lead: their nodes.
    fn loops_of(
        &mut self,
        leads: impl Fn(&CallEdge) -> bool,
        finding: impl Fn(Span) -> Diagnostic,
    ) -> BTreeSet<u32> {
        let graph = &self.explored.graph;
        let can_end = can_end(graph, &leads);
        let parts = Parts::of(graph, &leads);
        let mut said = BTreeSet::new();
        let loops = parts.nodes.iter().zip(&parts.is_loop).enumerate();
        for (part, (nodes, _)) in loops.filter(|(_, (_, is_loop))| **is_loop) {
            let comes_back = |(_, edge): &(u32, &CallEdge)| {
                leads(edge)
                    && matches!(edge.choice, Choice::Replied(_))
                    && edge
                        .to
                        .is_some_and(|to| parts.of[to as usize] as usize == part)
            };
            let mut edges = nodes.iter().flat_map(|&node| graph.edges_of(node));
            let Some((number, edge)) = edges.find(comes_back) else {
                continue;
            };
            let from = &graph.nodes[edge.from as usize];
            if !can_end[edge.from as usize]
                && let Some(place) = from.spot.call.state().current()
            {
                said.extend(nodes);
                let diagnostic = finding(name_span(&place.document.flow, place.node));
                self.find(&place, diagnostic, Some(number), Sign::Edge(number));
            }
        }
        said
    }

    /// Commands that nothing reaches: the outermost of them.
    fn unreached(&mut self) {
        let explored = self.explored;
        if !explored.graph.is_complete() || explored.is_held {
            return;
        }
        for covered in &explored.coverage.flows {
            let flow = &covered.flow;
            let unreached: BTreeSet<NodeId> = covered
                .gaps()
                .filter(|(_, goal)| matches!(goal, Goal::Ran | Goal::Taken))
                .map(|(node, _)| node)
                .collect();
            for &node in &unreached {
                let parent = flow.parent(node);
                let is_inside = parent.is_some_and(|parent| unreached.contains(&parent));
                let is_net = flow.node(node).command.spec().role == Role::Handler
                    && parent.is_none_or(|parent| {
                        flow.node(parent)
                            .command
                            .describe()
                            .traits()
                            .fails
                            .is_none()
                    });
                if is_inside || is_net {
                    continue;
                }
                let span = name_span(flow, node);
                let diagnostic = Diagnostic::new(
                    NEVER_REACHED.id,
                    NEVER_REACHED.severity,
                    span,
                    "this command is never reached, whatever happens in the call",
                )
                .help("remove it, or fix what prevents calls from reaching it");
                let path = flow.path(node);
                let finding = Finding {
                    flow: flow.clone(),
                    path,
                    diagnostic,
                    shown: None,
                };
                self.found.push((finding, Vec::new()));
            }
        }
    }

    /// Adds a finding, once for each place and rule, with the call that shows it.
    fn find(
        &mut self,
        place: &CommandPlace,
        diagnostic: Diagnostic,
        edge: Option<u32>,
        sign: Sign,
    ) {
        self.find_on(place, diagnostic, sign, |graph| Some(graph.way_to(edge)));
    }

    /// The same, by a way of one's own; without one it is only another sign of what was found.
    fn find_on(
        &mut self,
        place: &CommandPlace,
        diagnostic: Diagnostic,
        sign: Sign,
        way: impl FnOnce(&CallGraph) -> Option<Vec<u32>>,
    ) {
        let flow = &place.document.flow;
        let said = (diagnostic.rule, self.ids.of(flow), diagnostic.primary.span);
        if let Some(&known) = self.said.get(&said) {
            self.found[known].1.push(sign);
            return;
        }
        let Some(way) = way(&self.explored.graph) else {
            return;
        };
        let script = self.explored.script(&way);
        // What the built call does not show is not claimed.
        if self.explored.confirmed(&script).is_none() {
            return;
        }
        let shown = script.shown();
        let diagnostic = diagnostic
            .note(format!("example call: {}", shown.words))
            .note(format!("it runs {}", in_short(&shown.route)));
        self.said.insert(said, self.found.len());
        let finding = Finding {
            flow: flow.clone(),
            path: place.path(),
            diagnostic,
            shown: Some(shown),
        };
        self.found.push((finding, vec![sign]));
    }

    /// The findings without those that comments let pass, in order; and all edges on which one shows.
    fn finish(self) -> (Vec<Finding>, BTreeSet<u32>) {
        let mut kept = self.found;
        kept.retain(|(one, _)| !check::is_ignored(one.flow.document(), &one.diagnostic));
        kept.sort_by_cached_key(|(one, _)| {
            let name = one.flow.source().name().to_owned();
            (name, one.diagnostic.primary.span, one.diagnostic.rule)
        });
        // What is only worth knowing is no reason to leave a call out.
        let counts = |finding: &Finding| finding.diagnostic.severity != Severity::Info;
        let signs = kept.iter().filter(|(finding, _)| counts(finding));
        let signs: HashSet<Sign> = signs.flat_map(|(_, signs)| signs).copied().collect();
        let is_wrong = |(number, edge): &(u32, &CallEdge)| {
            let odd = edge.label.odd.iter().map(|&(odd, at)| Sign::Odd(odd, at));
            let began = edge.label.began.iter().map(|&at| Sign::Began(at));
            let mut all = odd.chain(began).chain([Sign::Edge(*number)]);
            all.any(|sign| signs.contains(&sign))
        };
        let edges = (0..).zip(&self.explored.graph.edges);
        let wrong = edges.filter(|edge| !signs.is_empty() && is_wrong(edge));
        let wrong = wrong.map(|(number, _)| number).collect();
        (
            kept.into_iter().map(|(finding, _)| finding).collect(),
            wrong,
        )
    }
}

/// What tells flows apart, worked out once for each.
#[derive(Default)]
struct FlowIds(HashMap<usize, u64>);

impl FlowIds {
    /// All flows that are asked about last as long as the exploration.
    fn of(&mut self, flow: &Arc<Flow>) -> u64 {
        let address = Arc::as_ptr(flow).addr();
        *self.0.entry(address).or_insert_with(|| identity(flow))
    }
}

/// Where a command is named.
fn name_span(flow: &Flow, node: NodeId) -> Span {
    flow.element(node).map_or(Span::at(0), Element::name_span)
}

/// A list of paths, without its middle where it is long.
fn in_short(route: &[String]) -> String {
    const MOST: usize = 12;
    match route.len() {
        0 => "no command".to_owned(),
        1..=MOST => route.join(", "),
        _ => format!(
            "{}, …, {}",
            route[..MOST / 2].join(", "),
            route[route.len() - MOST / 2..].join(", ")
        ),
    }
}

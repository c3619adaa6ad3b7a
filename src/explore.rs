//! Everything that can happen in a call: from every state every answer of callers, servers and
//! destinations that a flow can tell apart.
//!
//! The third world of a call, beside a scenario and a log. It drives [`crate::call::State`] itself, since
//! equal states go on alike and need be gone on from once. What it tries, and what it does not, stands in
//! `docs/exploring.md`.
//!
//! **Invariant:** nothing is claimed that a simulated call does not show: each finding comes with a
//! scenario, and is left out where that scenario's call goes another way.

mod choices;
mod finding;
mod loops;
mod pages;
mod routes;
mod script;
mod search;
mod seen;
mod stretch;
mod suite;
mod walk;
mod watch;
mod worst;

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use crate::call::Call;
use crate::expect::Coverage;
use crate::flow::{Flow, Library};
use crate::record::Record;
use crate::scenario::{Case, Reply, Scenario};
use crate::simulate::{Documents, Situations, simulate};

pub use choices::Choice;
pub use finding::{Finding, Shown};
pub use pages::RULES;
pub use suite::{LeftOut, Suite, WhyLeftOut};

use choices::Choices;
use loops::Parts;
use script::Script;
use search::{Bounds, Sight, search};
use seen::{Aim, CallGraph, Sights};
use suite::Names;
use walk::{Calls, Spot};

/// What is explored.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The flow that takes the call, without errors.
    pub flow: &'a Arc<Flow>,
    /// The documents, the called number, the caller, the place and the start; its answers are the
    /// ordinary ones.
    pub scenario: &'a Scenario,
    /// The files that the scenario's rules name.
    pub documents: &'a Documents,
}

/// How far it is explored.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What is not tried.
    pub held: Held,
    /// The most states.
    pub states: usize,
    /// The longest that a caller may hear nothing while nothing is awaited of the caller.
    pub max_silence: Duration,
}

/// The most bytes that the states of a flow may take, about: 2 GiB.
const MEMORY: usize = 1 << 31;

/// How far a flow was explored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Extent {
    /// Everything was tried.
    #[default]
    Everything,
    /// As many states as [`Options::states`] allows.
    States,
    /// As much as is held in memory.
    Memory,
    /// Until the [`Observer`] wanted no more.
    Interrupted,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            held: Held::default(),
            states: 200_000,
            max_silence: Duration::from_secs(8),
        }
    }
}

/// What is not tried: it is held as it ordinarily is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is held on its own")]
pub struct Held {
    /// What comes of a Dial.
    pub dial: bool,
    /// What servers reply.
    pub callback: bool,
    /// Which keys are pressed.
    pub keys: bool,
    /// That the caller hangs up.
    pub hangup: bool,
    /// Who calls, from where and when.
    pub start: bool,
}

/// Who watches an exploration, and may stop it.
pub trait Observer: Sync {
    /// There are so many states by now. Whether to go on.
    fn goes_on(&self, states: usize) -> bool;
}

/// Nobody watches.
impl Observer for () {
    fn goes_on(&self, _states: usize) -> bool {
        true
    }
}

/// All that can happen in a call.
#[derive(Debug)]
pub struct Explored<'a> {
    subject: Subject<'a>,
    choices: Choices<'a>,
    root: Spot,
    graph: CallGraph,
    sights: Sights,
    is_held: bool,
    max_silence: u64,
    /// What is wrong, flow by flow and by place.
    pub findings: Vec<Finding>,
    /// The edges on which that shows.
    wrong: BTreeSet<u32>,
    /// Which parts of the flows calls come to.
    pub coverage: Coverage,
    /// The worst that can happen; empty where calls are without end.
    pub worst: Vec<WorstCase>,
}

/// The worst that can happen, of one kind.
#[derive(Clone, Debug)]
pub struct WorstCase {
    /// Of which kind.
    pub kind: WorstKind,
    /// How bad it is: milliseconds, or a number.
    pub worth: u64,
    /// A call in which it happens.
    pub shown: Shown,
}

/// A kind of a worst case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WorstKind {
    /// The longest call, in milliseconds.
    Longest,
    /// The most attempts of Dials.
    Dials,
    /// The most requests.
    Fetches,
    /// The longest time in which a caller hears no word and is asked nothing, in milliseconds.
    Wait,
}

/// Tries everything that can happen in a call.
pub fn explore<'a>(
    subject: Subject<'a>,
    options: &Options,
    observer: &impl Observer,
) -> Explored<'a> {
    let flows = flows(&subject);
    let commands = flows
        .iter()
        .flat_map(|flow| flow.nodes().map(move |(node, _)| (&**flow, node)));
    let mut situations = Situations::new(subject.scenario, commands);
    // A URL can carry the number of the caller in its query: these patterns look at none.
    let rules = subject.scenario.callbacks.entries();
    let is_for_all = rules.iter().all(|rule| {
        let pattern = rule.pattern.as_str();
        let begins = pattern.strip_suffix('*').unwrap_or(pattern);
        !begins.contains(['*', '?', '\\'])
    });
    if is_for_all {
        situations.set_fetched(flows[1..].iter().map(|flow| &**flow));
    }
    let situation = situations.all(options.held.start);
    let call = Call::new(situations.setup(&situation), subject.flow.clone());
    let choices = Choices::new(
        subject.scenario,
        subject.documents,
        situations,
        options.held,
    );
    let root = Spot::new(call, situation);
    let max_silence = u64::try_from(options.max_silence.as_millis()).unwrap_or(u64::MAX / 2);
    let max_silence = max_silence.min(u64::MAX / 2);
    let bounds = Bounds {
        states: options.states,
        memory: MEMORY,
        goes_on: &|states| observer.goes_on(states),
    };
    let calls = Calls {
        choices: &choices,
        max_silence,
    };
    let mut sights = Sights::default();
    let (first, step) = calls.begin(root.fork(), None);
    let start = Sight {
        distance: 0,
        edge: None,
    };
    sights.beginning = sights.note(step, start);
    let graph = search(&calls, first, &bounds, |step, sight| {
        let passage = sights.note(step, sight);
        let size = passage.size();
        (passage, size)
    });
    let parts = Parts::of(&graph, |_| true);
    let mut explored = Explored {
        subject,
        root,
        is_held: options.held != Held::default(),
        max_silence,
        findings: Vec::new(),
        wrong: BTreeSet::new(),
        coverage: coverage(&sights),
        worst: Vec::new(),
        choices,
        graph,
        sights,
    };
    explored.worst = explored.worst_cases(&parts);
    let ends_by_itself = subject.scenario.app.max_call_length_min.is_some();
    (explored.findings, explored.wrong) = finding::all(&explored, ends_by_itself);
    explored
}

impl Explored<'_> {
    /// How many states there are in which a call can be answered.
    pub fn states(&self) -> usize {
        self.graph.nodes.len()
    }

    /// How often calls were told something.
    pub fn transitions(&self) -> u64 {
        self.sights.transitions
    }

    /// Whether everything was tried.
    pub fn is_complete(&self) -> bool {
        self.graph.is_complete()
    }

    /// How far it was explored.
    pub fn extent(&self) -> Extent {
        self.graph.extent
    }

    /// The documents that no rule of the scenario gives: a document that does nothing stood for each.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.sights.unknown.keys().map(|url| &**url)
    }

    /// Whether a call goes by these commands, to its end or to where the caller ends it.
    pub fn has_route(&self, route: &[String]) -> bool {
        routes::has(&self.graph, &self.sights, route)
    }

    /// A call for each choice that was tried, by the shortest way to it.
    pub fn calls(&self) -> impl Iterator<Item = Shown> {
        let edges = 0..u32::try_from(self.graph.edges.len()).unwrap_or(u32::MAX);
        edges.map(|edge| self.script(&self.graph.way_to(Some(edge))).shown())
    }

    /// Calls that come to all parts of the flows that can be come to without something wrong showing, each
    /// with what is expected of it; no more than so many.
    pub fn suite(&self, most: usize) -> Suite {
        suite::suite(self, most)
    }

    /// The calls that show what is wrong, by the rules and places.
    pub fn wrong_calls(&self) -> Vec<Case> {
        let mut names = Names::default();
        let shown = self.findings.iter().filter_map(|finding| {
            let shown = finding.shown.as_ref()?;
            Some((
                format!(
                    "{} at {}: {}",
                    finding.diagnostic.rule, finding.path, shown.words
                ),
                shown,
            ))
        });
        shown
            .map(|(name, shown)| Case {
                expect: self
                    .confirmed(&shown.script)
                    .and_then(|record| suite::expected(&record)),
                ..shown.script.case(&names.own(&name))
            })
            .collect()
    }

    /// The scenario of a call alone.
    pub fn scenario(&self, shown: &Shown) -> Scenario {
        self.scenario_of(&shown.script)
    }

    /// The scenario without anything that the world does.
    pub fn bare_scenario(&self) -> Scenario {
        script::bare(self.subject.scenario)
    }

    fn scenario_of(&self, script: &Script) -> Scenario {
        let scenario = self.bare_scenario().of_case(&script.case(""));
        Scenario {
            case: None,
            ..scenario
        }
    }

    fn space(&self) -> Calls<'_> {
        Calls {
            choices: &self.choices,
            max_silence: self.max_silence,
        }
    }

    /// The call in which the choices of a way are made.
    fn script(&self, way: &[u32]) -> Script {
        let choices = way.iter().map(|&edge| {
            let edge = &self.graph.edges[edge as usize];
            (&edge.choice, edge.is_usual)
        });
        Script::tell(&self.space(), self.root.fork(), choices)
    }

    /// The simulated call of a script, if it goes the same way.
    fn confirmed(&self, script: &Script) -> Option<Record> {
        let scenario = self.scenario_of(script);
        let run = simulate(&scenario, self.subject.flow.clone(), self.subject.documents);
        let paths = run.record.log.iter().map(|entry| entry.path().to_owned());
        paths.eq(script.paths()).then_some(run.record)
    }

    fn worst_cases(&self, parts: &Parts) -> Vec<WorstCase> {
        let (graph, sights) = (&self.graph, &self.sights);
        let all = [
            (
                WorstKind::Longest,
                worst::most(graph, sights, parts, |cost| cost.time),
            ),
            (
                WorstKind::Dials,
                worst::most(graph, sights, parts, |cost| cost.dials),
            ),
            (
                WorstKind::Fetches,
                worst::most(graph, sights, parts, |cost| cost.fetches),
            ),
            (WorstKind::Wait, worst::wait(graph, sights, parts)),
        ];
        let shown = all.into_iter().filter_map(|(kind, worst)| {
            let worst = worst.filter(|worst| worst.worth > 0)?;
            let shown = self.script(&worst.way).shown();
            Some(WorstCase {
                kind,
                worth: worst.worth,
                shown,
            })
        });
        shown.collect()
    }
}

/// The flows that a call can run: the one that takes it, and those that the scenario's rules give.
fn flows(subject: &Subject<'_>) -> Vec<Arc<Flow>> {
    let library = Library::default();
    let mut flows = vec![subject.flow.clone()];
    for rule in subject.scenario.callbacks.entries() {
        if let Reply::Answered { content, .. } = &rule.then.reply {
            let body = content.body(subject.documents);
            flows.extend(library.flow("", &body));
        }
    }
    flows
}

/// Which parts of the flows calls come to.
fn coverage(sights: &Sights) -> Coverage {
    let mut coverage = Coverage::default();
    for &(command, aim, _) in &sights.goals {
        if let Aim::Goal(goal) = aim {
            let place = &sights.commands[command as usize];
            coverage.hit(&place.document.flow, place.node, goal);
        }
    }
    coverage
}

/// What tells flows apart, whatever their names.
fn identity(flow: &Flow) -> u64 {
    let mut hasher = DefaultHasher::new();
    flow.hash(&mut hasher);
    hasher.finish()
}

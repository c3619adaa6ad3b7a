//! Which parts of the flows many calls came to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::pages::UNCOVERED;
use crate::channel::cause::Cause;
use crate::channel::{DialOutcome, FetchOutcome};
use crate::check::lines_without;
use crate::command::{Heard, Impact, Role};
use crate::flow::{EntryState, Flow, NodeId};
use crate::record::{Dial, DialEnd, EndedBy, Fetched, Outline, Record, Step};

/// Something that a command can come to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Goal {
    /// It ran.
    Ran,
    /// A branch, or an Error block, was taken.
    Taken,
    /// A filter let the call through.
    Matched,
    /// A filter did not.
    Unmatched,
    /// A dial came to this.
    Dialled(DialOutcome),
    /// A fetch came to this.
    Fetched(FetchOutcome),
}

/// So many calls are named that ran a command.
const MOST_NAMES: usize = 12;

/// Which parts of the flows many calls came to.
#[derive(Debug, Default)]
pub struct Coverage {
    /// Every flow that ran, fetched ones included, in the order of their names.
    pub flows: Vec<FlowCoverage>,
}

/// Which parts of a flow many calls came to.
#[derive(Debug)]
pub struct FlowCoverage {
    /// The flow.
    pub flow: Arc<Flow>,
    /// Its file; none where it is not known, as of a document that a server gives.
    pub file: Option<String>,
    /// Everything that its commands can come to, in the order of the document, and how often they did.
    pub goals: BTreeMap<(NodeId, Goal), u64>,
    /// The commands of which a comment says that no call need come to them.
    pub excused: BTreeSet<NodeId>,
    /// How often the caller hung up in a command; this does not count.
    pub hangups: BTreeMap<NodeId, u64>,
    /// The calls that ran each command, by their names.
    pub calls: BTreeMap<NodeId, BTreeSet<String>>,
    /// The causes with which dials failed; a flow cannot tell them apart.
    pub causes: BTreeMap<NodeId, BTreeSet<&'static str>>,
}

impl Goal {
    /// What is said of a command that did not come to it.
    pub fn never(self) -> String {
        match self {
            Self::Ran => "never ran".to_owned(),
            Self::Taken => "never taken".to_owned(),
            Self::Matched => "no call matched this filter".to_owned(),
            Self::Unmatched => "every call matched this filter".to_owned(),
            Self::Dialled(outcome) => format!("never {}", outcome.as_str()),
            Self::Fetched(FetchOutcome::Came) => "there was never a reply".to_owned(),
            Self::Fetched(FetchOutcome::Failed) => "never failed".to_owned(),
            Self::Fetched(FetchOutcome::TimedOut) => "never timed out".to_owned(),
        }
    }

    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ran => "ran",
            Self::Taken => "taken",
            Self::Matched => "matched",
            Self::Unmatched => "unmatched",
            Self::Dialled(DialOutcome::Answered) => "answered",
            Self::Dialled(DialOutcome::Refused) => "refused",
            Self::Dialled(DialOutcome::RangOut) => "rang-out",
            Self::Dialled(DialOutcome::GivenUp) => "cancelled",
            Self::Fetched(FetchOutcome::Came) => "replied",
            Self::Fetched(FetchOutcome::Failed) => "failed",
            Self::Fetched(FetchOutcome::TimedOut) => "timed-out",
        }
    }

    /// Whether it is a choice of the flow: a branch, an Error block, a filter.
    pub fn is_branch(self) -> bool {
        matches!(self, Self::Taken | Self::Matched | Self::Unmatched)
    }

    /// Whether it is an outcome of a dial or a fetch.
    pub fn is_outcome(self) -> bool {
        matches!(self, Self::Dialled(_) | Self::Fetched(_))
    }
}

impl FlowCoverage {
    /// Its file, or else the name that it has in the calls.
    pub fn name(&self) -> &str {
        let name = self.flow.source().name();
        self.file.as_deref().unwrap_or(name)
    }

    fn new(flow: &Arc<Flow>) -> Self {
        let goals = flow
            .nodes()
            .flat_map(|(id, _)| goals(flow, id).into_iter().map(move |goal| ((id, goal), 0)));
        let lines = lines_without(flow.document(), UNCOVERED);
        let excused = flow.nodes().map(|(id, _)| id).filter(|&id| {
            let start = flow.element(id).map(|element| element.span().start);
            let line = start.map(|start| flow.source().position(start).line);
            line.is_some_and(|line| lines.iter().any(|lines| lines.contains(&line)))
        });
        Self {
            excused: excused.collect(),
            goals: goals.collect(),
            flow: flow.clone(),
            file: None,
            hangups: BTreeMap::new(),
            calls: BTreeMap::new(),
            causes: BTreeMap::new(),
        }
    }

    /// How many of these goals were come to, and how many there are.
    pub fn count(&self, is_meant: impl Fn(Goal) -> bool) -> (usize, usize) {
        let meant = self.goals.iter().filter(|((node, goal), count)| {
            is_meant(*goal) && !(**count == 0 && self.excused.contains(node))
        });
        let (came, all): (Vec<_>, Vec<_>) = meant.partition(|(_, count)| **count > 0);
        (came.len(), came.len() + all.len())
    }

    /// What no call came to, but for what need not be come to.
    pub fn gaps(&self) -> impl Iterator<Item = (NodeId, Goal)> {
        let gaps = self.goals.iter().filter(|(_, count)| **count == 0);
        let gaps = gaps.map(|(&gap, _)| gap);
        gaps.filter(|(node, _)| !self.excused.contains(node))
    }

    fn hit(&mut self, node: NodeId, goal: Goal) {
        if let Some(count) = self.goals.get_mut(&(node, goal)) {
            *count += 1;
        }
    }
}

impl Coverage {
    /// Counts a call, by its name.
    pub fn add(&mut self, record: &Record, name: &str) {
        let outline = Outline::of(record);
        for step in &outline.steps {
            let Some((flow, node)) = outline.flows.command(step.entry) else {
                continue;
            };
            let flow = self.of(flow);
            flow.hit(node, Goal::Ran);
            flow.hit(node, Goal::Taken);
            let calls = flow.calls.entry(node).or_default();
            if !calls.contains(name) && calls.len() < MOST_NAMES {
                calls.insert(name.to_owned());
            }
            if flow.flow.is_filter(node) {
                let is_open = outline.steps[step.entry + 1..]
                    .iter()
                    .any(|inner| inner.parent == Some(step.entry));
                // One that was still deciding when the call ended has done neither.
                if is_open {
                    flow.hit(node, Goal::Matched);
                } else if step.to.is_some() {
                    flow.hit(node, Goal::Unmatched);
                }
            }
        }
        let is_caller = record.ended_by == Some(EndedBy::Caller);
        for dial in &outline.dials {
            self.dial(&outline, dial, is_caller);
        }
        let fetched = record.fetched.iter().flatten();
        for fetched in fetched.filter(|fetched| fetched.redirect.is_none()) {
            self.fetch(&outline, fetched);
        }
        if is_caller
            && let Some(entry) = outline.ending.during
            && let Some((flow, node)) = outline.flows.command(entry)
        {
            *self.of(flow).hangups.entry(node).or_default() += 1;
        }
    }

    /// Counts what a call came to at a command.
    pub(crate) fn hit(&mut self, flow: &Arc<Flow>, node: NodeId, goal: Goal) {
        self.of(flow).hit(node, goal);
    }

    fn dial(&mut self, outline: &Outline<'_>, dial: &Dial, is_caller: bool) {
        let Some((flow, node)) = outline.flows.command(dial.entry) else {
            return;
        };
        let step = &outline.steps[dial.entry];
        let outcome = match dial.end {
            DialEnd::Answered(_) | DialEnd::Succeeded => DialOutcome::Answered,
            DialEnd::Open if is_caller => DialOutcome::GivenUp,
            // A limit ended it: nothing is to be seen of what would have come.
            DialEnd::Open | DialEnd::NotKnown => return,
            DialEnd::Failed(cause) => {
                // Several attempts take longer than each of them may.
                let is_one = dial.attempts.len() <= dial.to.len();
                let took = step.took().filter(|_| is_one).unwrap_or_default();
                DialOutcome::of_failure(cause, took > 0 && took >= dial.timeout)
            }
        };
        let causes: Vec<&'static str> = dial.failures().into_iter().map(Cause::name).collect();
        let flow = self.of(flow);
        flow.hit(node, Goal::Dialled(outcome));
        flow.causes.entry(node).or_default().extend(causes);
    }

    fn fetch(&mut self, outline: &Outline<'_>, fetched: &Fetched) {
        let Some((flow, node)) = outline.flows.command(fetched.entry) else {
            return;
        };
        let is_used = outline.steps.get(fetched.entry).is_some_and(|step: &Step| {
            step.state != EntryState::Failed || outline.flows.fetched.contains_key(&step.entry)
        });
        let outcome = FetchOutcome::of(fetched.reply, is_used);
        self.of(flow).hit(node, Goal::Fetched(outcome));
    }

    /// Adds what others came to.
    pub fn merge(&mut self, other: Self) {
        for one in other.flows {
            let flow = self.at(&one.flow, one.file.as_deref());
            for (goal, count) in one.goals {
                *flow.goals.entry(goal).or_default() += count;
            }
            for (node, count) in one.hangups {
                *flow.hangups.entry(node).or_default() += count;
            }
            for (node, names) in one.calls {
                let calls = flow.calls.entry(node).or_default();
                let room = MOST_NAMES.saturating_sub(calls.len());
                calls.extend(names.into_iter().take(room));
            }
            for (node, causes) in one.causes {
                flow.causes.entry(node).or_default().extend(causes);
            }
        }
    }

    /// How many goals were come to, and how many there are.
    pub fn count(&self) -> (usize, usize) {
        let counts = self.flows.iter().map(|flow| flow.count(|_| true));
        counts.fold((0, 0), |(came, all), (more, of)| (came + more, all + of))
    }

    /// The part of the goals that was come to, in percent; all where there is none.
    pub fn percent(&self) -> f64 {
        let (came, all) = self.count();
        match all {
            0 => 100.0,
            #[allow(clippy::cast_precision_loss, reason = "no flow has so many commands")]
            all => came as f64 * 100.0 / all as f64,
        }
    }

    /// The same, with the files of its flows by the names that they have in the calls. A flow that was
    /// named in several ways is one.
    #[must_use]
    pub fn located(self, file: impl Fn(&str) -> Option<String>) -> Self {
        let mut located = Self::default();
        for mut flow in self.flows {
            flow.file = file(flow.flow.source().name());
            located.merge(Self { flows: vec![flow] });
        }
        located
    }

    fn of(&mut self, flow: &Arc<Flow>) -> &mut FlowCoverage {
        self.at(flow, None)
    }

    /// The flow of this name and text.
    fn at(&mut self, flow: &Arc<Flow>, file: Option<&str>) -> &mut FlowCoverage {
        let name = file.unwrap_or(flow.source().name());
        let text = flow.source().text();
        let is_before = |one: &FlowCoverage| (one.name(), one.flow.source().text()) < (name, text);
        let place = self.flows.partition_point(is_before);
        let is_same = |one: &FlowCoverage| {
            one.name() == name && (Arc::ptr_eq(&one.flow, flow) || *one.flow == **flow)
        };
        if !self.flows.get(place).is_some_and(is_same) {
            let file = file.map(str::to_owned);
            let new = FlowCoverage::new(flow);
            self.flows.insert(place, FlowCoverage { file, ..new });
        }
        &mut self.flows[place]
    }
}

/// Everything that a command can come to.
fn goals(flow: &Flow, id: NodeId) -> Vec<Goal> {
    let command = &flow.node(id).command;
    let traits = command.describe().traits();
    let mut goals = Vec::new();
    match command.spec().role {
        Role::Step => goals.push(Goal::Ran),
        Role::Handler | Role::Branch | Role::Case | Role::Otherwise => goals.push(Goal::Taken),
        Role::Root | Role::Group | Role::Destination | Role::Meta | Role::Unsupported => {
            return goals;
        }
    }
    if flow.is_filter(id) {
        goals.extend([Goal::Matched, Goal::Unmatched]);
    }
    if traits.heard == Heard::Person && traits.attempts.is_some() {
        goals.extend(DialOutcome::ALL.map(Goal::Dialled));
    }
    if traits.impact == Impact::RunsDocument || crate::record::fetches(flow, id) {
        goals.extend(FetchOutcome::ALL.map(Goal::Fetched));
    }
    goals
}

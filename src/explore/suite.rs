//! A handful of calls that come to all parts of the flows.
//!
//! They are chosen on the graph: what each part of a call comes to is known. Only the chosen ones are
//! simulated, one after the other.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

use super::Explored;
use super::search::Sight;
use super::seen::{Aim, GoalId};
use crate::expect::{self, Coverage, Goal};
use crate::flow::NodeId;
use crate::record::Record;
use crate::scenario::{self, Case, Expect};
use crate::source::Source;

/// Calls that come to all parts of the flows, each with what is expected of it.
#[derive(Debug, Default)]
pub struct Suite {
    /// The calls.
    pub cases: Vec<Case>,
    /// What they come to.
    pub coverage: Coverage,
    /// What they do not come to, although calls do.
    pub left_out: Vec<LeftOut>,
}

/// A part of a flow that calls come to, and a suite does not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// The name of the flow.
    pub flow: String,
    /// The path of the command.
    pub path: String,
    /// What it comes to.
    pub goal: Goal,
    /// Why not.
    pub why: WhyLeftOut,
}

/// Why a suite does not come to something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhyLeftOut {
    /// A warning or an error is found in each call that comes to it.
    Finding,
    /// The suite has as many calls as it may have.
    Limit,
    /// The simulated call goes another way than the explored one.
    Differs,
}

impl WhyLeftOut {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::Limit => "limit",
            Self::Differs => "differs",
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.why {
            WhyLeftOut::Finding => "only calls with a finding reach it",
            WhyLeftOut::Limit => "the suite has as many tests as --limit-cases allows",
            WhyLeftOut::Differs => "the simulated call goes another way",
        };
        let (path, goal) = (&self.path, self.goal.as_str());
        write!(out, "{path} ({goal}): {why}")
    }
}

/// Calls that come to all that can be come to without what is wrong showing, as few as a greedy choice
/// finds, and no more than so many. Keys in prompts have calls of their own.
pub(super) fn suite(explored: &Explored<'_>, most: usize) -> Suite {
    let ways = Ways::new(explored);
    let mut chosen = Chosen::default();
    // What is farthest comes to the most on its way.
    let mut goals: Vec<(Sight, GoalId)> =
        ways.first.iter().map(|(&goal, &at)| (at, goal)).collect();
    goals.sort_unstable_by(|one, other| other.cmp(one));
    let is_early = |goal: GoalId| explored.sights.goals[goal as usize].1 == Aim::EarlyKey;
    for &(sight, goal) in goals.iter().filter(|(_, goal)| !is_early(*goal)) {
        chosen.add(&ways, sight, goal, most);
    }
    chosen.prune();
    for &(sight, goal) in goals.iter().rev().filter(|(_, goal)| is_early(*goal)) {
        chosen.add(&ways, sight, goal, most);
    }
    let mut suite = Suite::default();
    let mut names = Names::default();
    for (way, _) in chosen.calls {
        let script = explored.script(&way);
        if let Some(record) = explored.confirmed(&script) {
            let name = names.own(&script.words);
            suite.coverage.add(&record, &name);
            suite.cases.push(Case {
                expect: expected(&record),
                ..script.case(&name)
            });
        }
    }
    suite.left_out = left_out(explored, &ways, &suite.coverage, chosen.is_cut);
    suite
}

/// Names of which no two are the same.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, usize>);

impl Names {
    pub(super) fn own(&mut self, name: &str) -> String {
        let count = self.0.entry(name.to_owned()).or_default();
        *count += 1;
        match *count {
            1 => name.to_owned(),
            count => format!("{name} ({count})"),
        }
    }
}

/// What is expected of a call that goes as this one did.
pub(super) fn expected(record: &Record) -> Option<Expect> {
    let keys = expect::of(record)
        .into_iter()
        .map(|(key, value)| format!("{key} = {value}\n"));
    let text = format!("[expect]\n{}", keys.collect::<String>());
    scenario::parse(&Source::new("", text)).0?.expect
}

/// The calls that were chosen.
#[derive(Debug, Default)]
struct Chosen {
    /// The edges of each, and what it comes to.
    calls: Vec<(Vec<u32>, Vec<GoalId>)>,
    covered: HashSet<GoalId>,
    /// Whether there would be more.
    is_cut: bool,
}

impl Chosen {
    /// Adds a call that comes to a goal, unless one does already.
    fn add(&mut self, ways: &Ways<'_, '_>, sight: Sight, goal: GoalId, most: usize) {
        if self.covered.contains(&goal) {
            return;
        }
        if self.calls.len() >= most {
            self.is_cut = true;
            return;
        }
        let way = ways.through(sight.edge);
        let edges = &ways.explored.graph.edges;
        let reached = way
            .iter()
            .flat_map(|&edge| &edges[edge as usize].label.goals);
        let beginning = ways.explored.sights.beginning.goals.iter();
        let reached: Vec<GoalId> = beginning.chain(reached).copied().collect();
        self.covered.extend(&reached);
        self.calls.push((way, reached));
    }

    /// Leaves out calls of which others come to all that they come to, the last first.
    fn prune(&mut self) {
        let mut counts: BTreeMap<GoalId, usize> = BTreeMap::new();
        for (_, reached) in &mut self.calls {
            reached.sort_unstable();
            reached.dedup();
            for &goal in &*reached {
                *counts.entry(goal).or_default() += 1;
            }
        }
        let mut kept: Vec<_> = std::mem::take(&mut self.calls);
        kept.reverse();
        kept.retain(|(_, reached)| {
            let is_needed = reached.iter().any(|goal| counts.get(goal) == Some(&1));
            for goal in reached.iter().filter(|_| !is_needed) {
                counts.entry(*goal).and_modify(|count| *count -= 1);
            }
            is_needed
        });
        kept.reverse();
        self.calls = kept;
    }
}

/// The ways on which nothing shows that is wrong.
struct Ways<'e, 'a> {
    explored: &'e Explored<'a>,
    /// The edge by which each node is reached on one of them.
    parents: Vec<Option<u32>>,
    /// Where each goal is first come to on one of them.
    first: BTreeMap<GoalId, Sight>,
}

impl<'e, 'a> Ways<'e, 'a> {
    fn new(explored: &'e Explored<'a>) -> Self {
        let graph = &explored.graph;
        let mut parents = vec![None; graph.nodes.len()];
        let mut distances: Vec<Option<u32>> = vec![None; graph.nodes.len()];
        let mut first: BTreeMap<GoalId, Sight> = BTreeMap::new();
        let start = Sight {
            distance: 0,
            edge: None,
        };
        for &goal in &explored.sights.beginning.goals {
            first.insert(goal, start);
        }
        let mut waiting: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        if let Some(distance) = distances.first_mut() {
            *distance = Some(0);
            waiting.insert(0, vec![0]);
        }
        while let Some((distance, nodes)) = waiting.pop_first() {
            for node in nodes {
                if distances[node as usize] != Some(distance) {
                    continue;
                }
                let edges = graph.edges_of(node);
                for (number, edge) in edges.filter(|(edge, _)| !explored.wrong.contains(edge)) {
                    let sight = Sight {
                        distance: distance + edge.distance,
                        edge: Some(number),
                    };
                    for &goal in &edge.label.goals {
                        let known = first.entry(goal).or_insert(sight);
                        *known = sight.nearer(*known);
                    }
                    let Some(to) = edge.to else { continue };
                    let known = &mut distances[to as usize];
                    if known.is_none_or(|known| sight.distance < known) {
                        *known = Some(sight.distance);
                        parents[to as usize] = Some(number);
                        waiting.entry(sight.distance).or_default().push(to);
                    }
                }
            }
        }
        Self {
            explored,
            parents,
            first,
        }
    }

    /// The edges of a call that goes by one, from its beginning to its end; or as far as it does not come
    /// back to itself.
    fn through(&self, edge: Option<u32>) -> Vec<u32> {
        let graph = &self.explored.graph;
        let before = |&edge: &u32| self.parents[graph.edges[edge as usize].from as usize];
        let mut way: Vec<u32> = std::iter::successors(edge, before).collect();
        way.reverse();
        let mut node = match edge {
            Some(edge) => graph.edges[edge as usize].to,
            None => (!graph.nodes.is_empty()).then_some(0),
        };
        let mut seen = BTreeSet::new();
        while let Some(at) = node.filter(|&at| seen.insert(at)) {
            let mut edges = graph.edges_of(at);
            let onward = edges.find(|(edge, _)| !self.explored.wrong.contains(edge));
            let Some((number, edge)) = onward else {
                break;
            };
            way.push(number);
            node = edge.to;
        }
        way
    }
}

/// What calls come to, and a suite does not.
fn left_out(
    explored: &Explored<'_>,
    ways: &Ways<'_, '_>,
    reached: &Coverage,
    is_cut: bool,
) -> Vec<LeftOut> {
    let mut left = Vec::new();
    for covered in &explored.coverage.flows {
        let own = reached.flows.iter();
        let own = own
            .filter(|own| own.name() == covered.name())
            .find(|own| *own.flow == *covered.flow);
        let is_reached = |goal: &(NodeId, Goal)| {
            own.and_then(|own| own.goals.get(goal))
                .is_some_and(|&count| count > 0)
        };
        let came = covered.goals.iter().filter(|(_, count)| **count > 0);
        for (&(node, goal), _) in came.filter(|(goal, _)| !is_reached(goal)) {
            let has_way = ways.first.keys().any(|&id| {
                let (command, aim, _) = explored.sights.goals[id as usize];
                let place = &explored.sights.commands[command as usize];
                aim == Aim::Goal(goal)
                    && place.node == node
                    && *place.document.flow == *covered.flow
            });
            left.push(LeftOut {
                flow: covered.name().to_owned(),
                path: covered.flow.path(node),
                goal,
                why: match (has_way, is_cut) {
                    (false, _) => WhyLeftOut::Finding,
                    (true, true) => WhyLeftOut::Limit,
                    (true, false) => WhyLeftOut::Differs,
                },
            });
        }
    }
    left
}

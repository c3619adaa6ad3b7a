//! A handful of calls that come to all parts of the flows.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::answers::Answer;
use super::graph::{CommandPlaceId, Graph};
use super::script::Script;
use super::{Explored, identity};
use crate::channel::{DialOutcome, FetchOutcome};
use crate::expect::{self, Coverage, Goal};
use crate::flow::NodeId;
use crate::record::Record;
use crate::scenario::{self, Case, Expect};
use crate::source::Source;

/// What a call came to, flow by flow.
type Reached = BTreeSet<(u64, NodeId, Goal)>;

/// Calls that come to all that can be come to without what is wrong showing, as few as a greedy choice
/// finds, and no more than so many.
pub(super) fn suite(explored: &Explored<'_>, most: usize) -> Vec<Case> {
    let graph = &explored.graph;
    let parents = clean_parents(explored);
    // What is farthest comes to the most on its way.
    let mut goals: Vec<_> = graph.goals_by_distance();
    goals.reverse();
    let (mut calls, mut covered): (Vec<(Script, Record, Reached)>, Reached) = Default::default();
    for (command, goal) in goals {
        let place = &graph.commands[command as usize];
        let flow = identity(&place.document.flow);
        if covered.contains(&(flow, place.node, goal)) {
            continue;
        }
        let Some(way) = clean_way(explored, &parents, command, goal) else {
            continue;
        };
        let script = explored.script(&way);
        let Some(record) = explored.confirmed(&script) else {
            continue;
        };
        let reached = reached(&record);
        if !reached.is_subset(&covered) {
            covered.extend(reached.iter().copied());
            calls.push((script, record, reached));
        }
    }
    // A call is left out where others came to all that it came to; the last first.
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for &goal in calls.iter().flat_map(|(_, _, reached)| reached) {
        *counts.entry(goal).or_default() += 1;
    }
    calls.reverse();
    calls.retain(|(_, _, reached)| {
        let is_needed = reached.iter().any(|goal| counts.get(goal) == Some(&1));
        for goal in reached.iter().filter(|_| !is_needed) {
            counts.entry(*goal).and_modify(|count| *count -= 1);
        }
        is_needed
    });
    calls.reverse();
    calls.truncate(most);
    let mut names = Names::default();
    let cases = calls.into_iter().map(|(script, record, _)| Case {
        expect: expected(&record),
        ..script.case(&names.own(&script.words))
    });
    cases.collect()
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

fn reached(record: &Record) -> Reached {
    let mut coverage = Coverage::default();
    coverage.add(record, "");
    let flows = coverage.flows.iter();
    let reached = flows.flat_map(|covered| {
        let goals = covered.goals.iter().filter(|(_, count)| **count > 0);
        goals.map(|(&(node, goal), _)| (identity(&covered.flow), node, goal))
    });
    reached.collect()
}

/// How a node is reached on a way on which nothing shows that is wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Not at all.
    Never,
    /// It is the first.
    First,
    /// By this edge.
    By(u32),
}

/// How each node is reached on a way on which nothing shows that is wrong.
fn clean_parents(explored: &Explored<'_>) -> Vec<Reach> {
    let graph = &explored.graph;
    let mut parents = vec![Reach::Never; graph.nodes.len()];
    let mut next = VecDeque::new();
    if let Some(first) = parents.first_mut() {
        *first = Reach::First;
        next.push_back(0);
    }
    while let Some(node) = next.pop_front() {
        for (number, edge) in graph.edges_of(node) {
            if let Some(to) = edge.to
                && parents[to as usize] == Reach::Never
                && !explored.wrong.contains(&number)
            {
                parents[to as usize] = Reach::By(number);
                next.push_back(to);
            }
        }
    }
    parents
}

/// A way to a goal, and from there to the end of the call, on which nothing shows that is wrong.
fn clean_way(
    explored: &Explored<'_>,
    parents: &[Reach],
    command: CommandPlaceId,
    goal: Goal,
) -> Option<Vec<u32>> {
    let graph = &explored.graph;
    let back = |edge: u32| {
        let before = |&edge: &u32| match parents[graph.edges[edge as usize].from as usize] {
            Reach::By(edge) => Some(edge),
            Reach::First | Reach::Never => None,
        };
        let mut way: Vec<u32> = std::iter::successors(Some(edge), before).collect();
        way.reverse();
        way
    };
    let sight = graph.goals.get(&(command, goal))?;
    let first = graph.way_to(sight.edge);
    let mut way = if first.iter().any(|edge| explored.wrong.contains(edge)) {
        let edges = (0_u32..).zip(&graph.edges);
        let mut clean = edges.filter(|(number, edge)| {
            parents[edge.from as usize] != Reach::Never
                && !explored.wrong.contains(number)
                && carries(graph, *number, command, goal)
        });
        back(clean.next()?.0)
    } else {
        first
    };
    let mut seen = BTreeSet::new();
    let mut node = match way.last() {
        Some(&edge) => graph.edges[edge as usize].to,
        None => (!graph.nodes.is_empty()).then_some(0),
    };
    while let Some(at) = node.filter(|&at| seen.insert(at)) {
        let mut onward = graph
            .edges_of(at)
            .filter(|(number, _)| !explored.wrong.contains(number));
        let Some((number, edge)) = onward.next() else {
            break;
        };
        way.push(number);
        node = edge.to;
    }
    Some(way)
}

/// Whether an edge comes to a goal.
fn carries(graph: &Graph, edge: u32, command: CommandPlaceId, goal: Goal) -> bool {
    let edge = &graph.edges[edge as usize];
    let is_asked = || {
        let current = graph.nodes[edge.from as usize].spot.call.state().current();
        current.as_ref() == graph.commands.get(command as usize)
    };
    match (goal, &edge.answer) {
        (Goal::Ran | Goal::Taken, _) => edge.began.contains(&command),
        (Goal::Matched, Answer::Matched) | (Goal::Unmatched, Answer::Unmatched) => {
            edge.began.first() == Some(&command)
        }
        (Goal::Dialled(DialOutcome::Answered), Answer::Answered(_))
        | (Goal::Dialled(DialOutcome::Refused), Answer::Refused)
        | (Goal::Dialled(DialOutcome::RangOut), Answer::RangOut)
        | (Goal::Dialled(DialOutcome::GivenUp), Answer::GivenUp)
        | (Goal::Fetched(FetchOutcome::Came), Answer::Came(_))
        | (Goal::Fetched(FetchOutcome::Failed), Answer::Failed)
        | (Goal::Fetched(FetchOutcome::TimedOut), Answer::TimedOut) => is_asked(),
        _ => false,
    }
}

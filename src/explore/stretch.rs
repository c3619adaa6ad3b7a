//! For how long the same goes on in a call: what begins in one part of it can go on in the next ones.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::loops::Parts;
use super::seen::{CallEdge, CallGraph};
use super::worst::Cost;

/// How long something goes on in a part of a call, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Stretch {
    /// At the beginning of the part.
    first: u64,
    most: u64,
    /// At its end.
    last: u64,
    /// Whether there is anything else in it.
    is_broken: bool,
}

impl Stretch {
    /// It goes on.
    pub(super) fn lasts(&mut self, time: u64) {
        self.last = self.last.saturating_add(time);
        self.most = self.most.max(self.last);
        if !self.is_broken {
            self.first = self.last;
        }
    }

    /// It ends.
    pub(super) fn breaks(&mut self) {
        self.last = 0;
        self.is_broken = true;
    }

    /// The longest, where it had gone on for so long before.
    fn most(&self, before: u64) -> u64 {
        self.most.max(before.saturating_add(self.first))
    }

    /// How long it has gone on at the end, where it had gone on for so long before.
    pub(super) fn after(&self, before: u64) -> u64 {
        if self.is_broken {
            self.last
        } else {
            before.saturating_add(self.last)
        }
    }
}

/// How long something has gone on in each place of a graph, at most.
pub(super) struct Longest<'g> {
    graph: &'g CallGraph,
    of: fn(&Cost) -> &Stretch,
    nodes: Vec<Since>,
    /// The loops in which it goes on without end.
    endless: Vec<Endless>,
}

/// How long something has gone on in a place.
#[derive(Clone, Copy)]
struct Since {
    /// In milliseconds; [`u64::MAX`] where it may go on without end.
    time: u64,
    /// How far out of the ordinary the choices on the way are.
    distance: u32,
    /// The last edge of the way; absent where it begins in this place.
    by: Option<u32>,
}

struct Endless {
    /// The place in which it goes on for longest before the loop.
    node: u32,
    since: Since,
    /// The edges from there to the round, and those of the round.
    approach: Vec<u32>,
    round: Vec<u32>,
}

/// A way on which something comes to go on for too long.
pub(super) struct Excess {
    /// For how long it had gone on before the last edge, in milliseconds.
    pub(super) before: u64,
    /// How far out of the ordinary the choices on the way are.
    distance: u32,
    /// The edges from a place on, to which [`Longest`] knows the way: more than one in a loop.
    from: u32,
    edges: Vec<u32>,
}

impl Excess {
    /// The edge on which it comes to that.
    pub(super) fn last(&self) -> Option<u32> {
        self.edges.last().copied()
    }
}

/// No more edges of a loop are gone along than so many.
const MOST: usize = 1 << 16;

impl<'g> Longest<'g> {
    /// `beginning` is what happens before the first place.
    pub(super) fn new(graph: &'g CallGraph, beginning: &Cost, of: fn(&Cost) -> &Stretch) -> Self {
        let start = |node: &super::search::Node<_>| Since {
            time: 0,
            distance: node.distance,
            by: None,
        };
        let mut all = Self {
            graph,
            of,
            nodes: graph.nodes.iter().map(start).collect(),
            endless: Vec::new(),
        };
        if let Some(first) = all.nodes.first_mut() {
            first.time = of(beginning).after(0);
        }
        let goes_on = |edge: &CallEdge| !of(&edge.label.cost).is_broken;
        for (number, edge) in (0..).zip(&graph.edges) {
            if !goes_on(edge) {
                all.reach(number);
            }
        }
        let parts = Parts::of(graph, goes_on);
        // What leads to a node stands behind it.
        for (nodes, &is_loop) in parts.nodes.iter().zip(&parts.is_loop).rev() {
            let part = nodes.first().map(|&node| parts.of[node as usize]);
            let is_inner = |edge: &CallEdge| {
                let to = edge.to.map(|to| parts.of[to as usize]);
                goes_on(edge) && to == part
            };
            if is_loop {
                all.go_round(nodes, is_inner);
            }
            for (number, edge) in nodes.iter().flat_map(|&node| graph.edges_of(node)) {
                if goes_on(edge) && !is_inner(edge) {
                    all.reach(number);
                }
            }
        }
        all
    }

    fn stretch(&self, edge: u32) -> &Stretch {
        (self.of)(&self.graph.edges[edge as usize].label.cost)
    }

    /// An edge leads to a place.
    fn reach(&mut self, number: u32) {
        let edge = &self.graph.edges[number as usize];
        let stretch = self.stretch(number);
        let from = &self.nodes[edge.from as usize];
        let before = if stretch.is_broken {
            self.graph.nodes[edge.from as usize].distance
        } else {
            from.distance
        };
        let since = Since {
            time: stretch.after(from.time),
            distance: before + edge.distance,
            by: Some(number),
        };
        let rank = |since: &Since| (since.time, Reverse(since.distance));
        if let Some(to) = edge.to
            && rank(&since) > rank(&self.nodes[to as usize])
        {
            self.nodes[to as usize] = since;
        }
    }

    /// In a loop it goes on for as long in each place; without end where a round takes time.
    fn go_round(&mut self, nodes: &[u32], is_inner: impl Fn(&CallEdge) -> bool) {
        let rank = |&&node: &&u32| {
            let since = &self.nodes[node as usize];
            (Reverse(since.time), since.distance)
        };
        let Some(&first) = nodes.iter().min_by_key(rank) else {
            return;
        };
        let graph = self.graph;
        let since = self.nodes[first as usize];
        let ways = ways(graph, first, &is_inner);
        let mut edges = nodes.iter().flat_map(|&node| graph.edges_of(node));
        let turn = edges.find(|&(number, edge)| is_inner(edge) && self.stretch(number).last > 0);
        let time = if turn.is_some() { u64::MAX } else { since.time };
        for &node in nodes {
            let by = ways.get(&node).copied();
            self.nodes[node as usize] = Since {
                time,
                by: by.or(since.by),
                ..since
            };
        }
        let Some((turn, edge)) = turn else {
            return;
        };
        let mut round = vec![turn];
        if let Some(to) = edge.to {
            round.extend(way(graph, &self::ways(graph, to, is_inner), edge.from));
        }
        self.endless.push(Endless {
            node: first,
            since,
            approach: way(graph, &ways, edge.from),
            round,
        });
    }

    /// The most, of all ways; and the edge on which it comes to that, unless that is before the first.
    pub(super) fn most(&self, beginning: &Cost) -> (u64, Option<u32>) {
        let mut most = ((self.of)(beginning).most, None);
        for (number, edge) in (0..).zip(&self.graph.edges) {
            let before = self.nodes[edge.from as usize].time;
            let here = self.stretch(number).most(before);
            if here > most.0 {
                most = (here, Some(number));
            }
        }
        most
    }

    /// The ways on which it comes to go on for longer than so many milliseconds, the most ordinary first.
    pub(super) fn excesses(&self, most: u64) -> Vec<Excess> {
        let edges = (0..).zip(&self.graph.edges);
        let single = edges.filter_map(|(number, edge): (u32, _)| {
            let from = &self.nodes[edge.from as usize];
            let stretch = self.stretch(number);
            // Where it had gone on for too long already, it has to begin anew.
            let is_new = from.time <= most || stretch.is_broken && stretch.most > most;
            (is_new && stretch.most(from.time) > most).then(|| Excess {
                before: from.time,
                distance: from.distance + edge.distance,
                from: edge.from,
                edges: vec![number],
            })
        });
        let endless = self.endless.iter().filter_map(|endless| {
            let mut excess = Excess {
                before: endless.since.time,
                distance: endless.since.distance,
                from: endless.node,
                edges: Vec::new(),
            };
            let rounds = endless.round.iter().cycle();
            let mut rounds = endless.approach.iter().chain(rounds).take(MOST);
            while excess.before <= most {
                let &edge = rounds.next()?;
                excess.edges.push(edge);
                excess.distance += self.graph.edges[edge as usize].distance;
                if self.stretch(edge).most(excess.before) > most {
                    return Some(excess);
                }
                excess.before = self.stretch(edge).after(excess.before);
            }
            None
        });
        let mut all: Vec<Excess> = single.chain(endless).collect();
        all.sort_by_key(|excess| (excess.distance, excess.last()));
        all
    }

    /// The edges that lead to where it goes on for too long.
    pub(super) fn way(&self, excess: &Excess) -> Vec<u32> {
        let mut way = self.way_to_node(excess.from);
        way.extend(&excess.edges);
        way
    }

    /// The edges that lead to an edge: back to where it began, and from there as the place was first
    /// reached.
    pub(super) fn way_to(&self, edge: Option<u32>) -> Vec<u32> {
        let Some(edge) = edge else {
            return Vec::new();
        };
        let mut way = self.way_to_node(self.graph.edges[edge as usize].from);
        way.push(edge);
        way
    }

    fn way_to_node(&self, mut node: u32) -> Vec<u32> {
        let mut last = Vec::new();
        while let Some(edge) = self.nodes[node as usize].by {
            last.push(edge);
            node = self.graph.edges[edge as usize].from;
            if self.stretch(edge).is_broken {
                break;
            }
        }
        let mut way = self.graph.way_to(self.graph.nodes[node as usize].parent);
        way.extend(last.into_iter().rev());
        way
    }
}

/// The last edges of the ways from a node to others along some edges.
fn ways(graph: &CallGraph, from: u32, leads: impl Fn(&CallEdge) -> bool) -> HashMap<u32, u32> {
    let mut ways = HashMap::new();
    let mut work = std::collections::VecDeque::from([from]);
    while let Some(node) = work.pop_front() {
        for (number, edge) in graph.edges_of(node).filter(|(_, edge)| leads(edge)) {
            if let Some(to) = edge.to.filter(|to| *to != from && !ways.contains_key(to)) {
                ways.insert(to, number);
                work.push_back(to);
            }
        }
    }
    ways
}

/// The edges to a node.
fn way(graph: &CallGraph, ways: &HashMap<u32, u32>, to: u32) -> Vec<u32> {
    let before = |edge: &u32| ways.get(&graph.edges[*edge as usize].from).copied();
    let mut way: Vec<u32> = std::iter::successors(ways.get(&to).copied(), before).collect();
    way.reverse();
    way
}

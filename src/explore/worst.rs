//! The worst that can happen: the longest call, the most dials and fetches, the longest wait.

use super::loops::Parts;
use super::seen::{CallGraph, Sights};
use crate::record::Audio;

/// What a part of a call costs the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Cost {
    /// How long it takes, in milliseconds.
    pub(super) time: u64,
    pub(super) dials: u64,
    pub(super) fetches: u64,
    /// How long the caller waits at its beginning, at most, and at its end, without a word and without
    /// being asked, in milliseconds.
    waits: [u64; 3],
    /// Whether there is anything else in it than waiting.
    is_broken: bool,
}

impl Cost {
    /// Something is heard for so many milliseconds. `awaits` says whether something is awaited of the
    /// caller meanwhile.
    pub(super) fn hears(&mut self, heard: &Audio, awaits: bool, time: u64) {
        if awaits || matches!(heard, Audio::Sound(_) | Audio::Bridge(_)) {
            self.waits[2] = 0;
            self.is_broken = true;
            return;
        }
        let [first, most, last] = &mut self.waits;
        *last = last.saturating_add(time);
        *most = (*most).max(*last);
        if !self.is_broken {
            *first = *last;
        }
    }
}

/// The worst case of one kind.
pub(super) struct Worst {
    /// How bad it is.
    pub(super) worth: u64,
    /// The edges that lead to it.
    pub(super) way: Vec<u32>,
}

/// The way with the most of something; none where calls are without end.
pub(super) fn most(
    graph: &CallGraph,
    sights: &Sights,
    parts: &Parts,
    worth: impl Fn(&Cost) -> u64,
) -> Option<Worst> {
    if parts.is_loop.contains(&true) {
        return None;
    }
    let mut best: Vec<(u64, Option<u32>)> = vec![(0, None); graph.nodes.len()];
    let before = worth(&sights.beginning.cost);
    // What a node leads to stands before it.
    for &node in parts.nodes.iter().flatten() {
        let ways = graph.edges_of(node).map(|(number, edge)| {
            let behind = edge.to.map_or(0, |to| best[to as usize].0);
            (worth(&edge.label.cost).saturating_add(behind), number)
        });
        // Of equals the first.
        let most = ways.reduce(|one, other| if other.0 > one.0 { other } else { one });
        if let Some((most, edge)) = most {
            best[node as usize] = (most, Some(edge));
        }
    }
    let next = |edge: &u32| best[graph.edges[*edge as usize].to? as usize].1;
    let first = best.first().and_then(|one| one.1);
    let worth = before.saturating_add(best.first().map_or(0, |one| one.0));
    Some(Worst {
        worth,
        way: std::iter::successors(first, next).collect(),
    })
}

/// The way with the longest wait, on which the caller hears no word and is asked nothing.
pub(super) fn wait(graph: &CallGraph, sights: &Sights, parts: &Parts) -> Option<Worst> {
    if parts.is_loop.contains(&true) {
        return None;
    }
    // How long the caller has waited at a node, at most, and the edge that leads there so.
    let mut waited: Vec<(u64, Option<u32>)> = vec![(0, None); graph.nodes.len()];
    let [_, mut worst, last] = sights.beginning.cost.waits;
    if let Some(first) = waited.first_mut() {
        first.0 = last;
    }
    let mut at = None;
    for &node in parts.nodes.iter().rev().flatten() {
        let so_far = waited[node as usize].0;
        for (number, edge) in graph.edges_of(node) {
            let [first, most, last] = edge.label.cost.waits;
            let longest = most.max(so_far.saturating_add(first));
            if longest > worst {
                (worst, at) = (longest, Some(number));
            }
            let now = if edge.label.cost.is_broken {
                last
            } else {
                so_far.saturating_add(last)
            };
            if let Some(to) = edge.to.filter(|&to| waited[to as usize].0 < now) {
                waited[to as usize] = (now, Some(number));
            }
        }
    }
    // Back to where the wait began, and from there as the node was first reached.
    let mut way: Vec<u32> = Vec::new();
    let mut edge = at;
    while let Some(number) = edge {
        way.push(number);
        let one = &graph.edges[number as usize];
        let before = waited[one.from as usize].1;
        edge = before.or(graph.nodes[one.from as usize].parent);
    }
    way.reverse();
    Some(Worst { worth: worst, way })
}

//! The worst that can happen: the longest call, the most dials and fetches, the longest wait.

use super::loops::Parts;
use super::seen::{CallGraph, Sights};
use super::stretch::{Longest, Stretch};
use crate::record::Audio;

/// What a part of a call costs the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Cost {
    /// How long it takes, in milliseconds.
    pub(super) time: u64,
    pub(super) dials: u64,
    pub(super) fetches: u64,
    /// How long the caller waits without a word and without being asked.
    pub(super) wait: Stretch,
    /// How long the caller hears nothing while nothing is awaited of the caller.
    pub(super) silence: Stretch,
}

impl Cost {
    /// Something is heard for so many milliseconds. `awaits` says whether something is awaited of the
    /// caller meanwhile.
    pub(super) fn hears(&mut self, heard: &Audio, awaits: bool, time: u64) {
        if awaits || matches!(heard, Audio::Sound(_) | Audio::Bridge(_)) {
            self.wait.breaks();
        } else {
            self.wait.lasts(time);
        }
        match heard {
            Audio::Ringing => {}
            Audio::Silence if !awaits => self.silence.lasts(time),
            _ => self.silence.breaks(),
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

/// The way with the longest wait, on which the caller hears no word and is asked nothing; none where calls
/// are without end.
pub(super) fn wait(graph: &CallGraph, sights: &Sights, parts: &Parts) -> Option<Worst> {
    if parts.is_loop.contains(&true) {
        return None;
    }
    let beginning = &sights.beginning.cost;
    let longest = Longest::new(graph, beginning, |cost| &cost.wait);
    let (worth, edge) = longest.most(beginning);
    Some(Worst {
        worth,
        way: longest.way_to(edge),
    })
}

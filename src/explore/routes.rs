//! By which commands calls go.

use std::collections::BTreeSet;

use super::seen::{CallGraph, Sights};
use crate::call::CommandPlace;

/// Where a list of paths has come to: the next command of an edge.
type Place = (u32, u32);

/// The places of all calls that went by the same commands.
type Places = BTreeSet<Place>;

/// What stands for the beginning, which no edge leads to.
const BEGINNING: u32 = u32::MAX;

/// Whether a call goes by these commands, to its end or to where the caller ends it.
pub(super) fn has(graph: &CallGraph, sights: &Sights, route: &[String]) -> bool {
    let paths: Vec<String> = sights.commands.iter().map(CommandPlace::path).collect();
    let mut places = Places::new();
    settle(graph, sights, (BEGINNING, 0), &mut places);
    route.iter().all(|path| {
        let mut next = Places::new();
        for (edge, at) in std::mem::take(&mut places) {
            let began = began(graph, sights, edge);
            let command = began
                .get(at as usize)
                .map(|&command| &paths[command as usize]);
            if command == Some(path) {
                settle(graph, sights, (edge, at + 1), &mut next);
            }
        }
        places = next;
        !places.is_empty()
    })
}

fn began<'g>(graph: &'g CallGraph, sights: &'g Sights, edge: u32) -> &'g [u32] {
    match edge {
        BEGINNING => &sights.beginning.began,
        edge => &graph.edges[edge as usize].label.began,
    }
}

/// Adds a place, or, behind the last command of its edge, the places that follow.
fn settle(graph: &CallGraph, sights: &Sights, place: Place, places: &mut Places) {
    let mut work = vec![place];
    let mut seen = BTreeSet::new();
    while let Some((edge, at)) = work.pop() {
        places.insert((edge, at));
        if (at as usize) < began(graph, sights, edge).len() {
            continue;
        }
        let to = match edge {
            BEGINNING => (!graph.nodes.is_empty()).then_some(0),
            edge => graph.edges[edge as usize].to,
        };
        if let Some(to) = to.filter(|&to| seen.insert(to)) {
            work.extend(graph.edges_of(to).map(|(edge, _)| (edge, 0)));
        }
    }
}

//! Where the commands of a log stand in flows that are at hand.

use std::collections::HashMap;

use crate::flow::{Flow, NodeId};
use crate::record::{ElementTree, Entry, Json, Record, Trees};

/// Where a command stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The flow, by its index.
    pub flow: usize,
    /// The line, counted from 1.
    pub line: usize,
    /// Whether it is written there as the log has it.
    pub is_same: bool,
}

/// Where each entry of the log stands: at its path in the first flow that has the same source there,
/// else in the first that has a command at this path.
pub fn places(record: &Record, flows: &[Flow]) -> Vec<Option<Place>> {
    if flows.is_empty() {
        return Vec::new();
    }
    let paths: Vec<HashMap<String, NodeId>> = flows
        .iter()
        .map(|flow| flow.nodes().map(|(id, _)| (flow.path(id), id)).collect())
        .collect();
    let place = |entry: &Entry| {
        let own = source(entry);
        let at = |(index, paths): (usize, &HashMap<String, NodeId>)| {
            let id = *paths.get(entry.path())?;
            let flow = &flows[index];
            let element = flow.element(id)?;
            Some(Place {
                flow: index,
                line: flow.source().position(element.span().start).line,
                is_same: own.is_some_and(|own| ElementTree::is_same(own, flow.element_json(id))),
            })
        };
        let mut all = paths.iter().enumerate().filter_map(at);
        let first = all.next()?;
        let same = std::iter::once(first).chain(all).find(|one| one.is_same);
        Some(same.unwrap_or(first))
    };
    record.log.iter().map(place).collect()
}

/// The source of an entry as the platform prints it.
fn source(entry: &Entry) -> Option<&str> {
    match &entry.trees {
        Trees::Unknown => None,
        Trees::Of(placed) => Some(placed.flow.element_json(placed.node)),
        Trees::Shown(shown) => shown.element.as_ref().map(Json::as_str),
    }
}

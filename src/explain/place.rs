//! Where the commands of a log stand in flows that are at hand.

use std::collections::HashMap;

use super::evidence::{Evidence, LogRow};
use crate::flow::{Flow, NodeId};
use crate::xml;

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
pub fn places(evidence: &Evidence, flows: &[Flow]) -> Vec<Option<Place>> {
    if flows.is_empty() {
        return Vec::new();
    }
    let paths: Vec<HashMap<String, NodeId>> = flows
        .iter()
        .map(|flow| flow.nodes().map(|(id, _)| (flow.path(id), id)).collect())
        .collect();
    let mut sources: HashMap<&str, Option<String>> = HashMap::new();
    let place = |row| {
        let own = source(row, &mut sources);
        let at = |(index, paths): (usize, &HashMap<String, NodeId>)| {
            let id = *paths.get(&row.path)?;
            let flow = &flows[index];
            let element = flow.element(id)?;
            Some(Place {
                flow: index,
                line: flow.source().position(element.span().start).line,
                is_same: own.as_deref() == Some(flow.element_json(id).get()),
            })
        };
        let mut all = paths.iter().enumerate().filter_map(at);
        let first = all.next()?;
        let same = std::iter::once(first).chain(all).find(|one| one.is_same);
        Some(same.unwrap_or(first))
    };
    evidence.log.iter().map(place).collect()
}

/// The source of an entry as the platform prints it.
fn source<'a>(row: &'a LogRow, known: &mut HashMap<&'a str, Option<String>>) -> Option<String> {
    let read = || {
        let (document, _) = xml::read("", row.xml.as_bytes());
        let mut json = Vec::new();
        document.write_element_json(document.root()?.id(), &mut json);
        String::from_utf8(json).ok()
    };
    known.entry(&row.xml).or_insert_with(read).clone()
}

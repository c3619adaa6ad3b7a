//! The documents behind a log, and where each entry stands in them.
//!
//! Paths begin anew in each document, so a path alone does not say which command it names. An entry
//! belongs to the document that was open at its instant, and where the document's command at its path
//! was written in another way, its own element decides. A log has the whole element of each command,
//! so only what stands beside the commands at the top of a document is lost where it never ran.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::find::Finder;
use crate::channel::cause::Cause;
use crate::command::Role;
use crate::flow::{self, Flow, NodeId};
use crate::record::{Entry, Record};

/// A document that a call ran.
#[derive(Debug)]
pub struct SourceDocument {
    /// A name for the file that it may be kept in.
    pub name: String,
    /// Its text, as far as the log shows it.
    pub xml: String,
    /// Its commands.
    pub flow: Arc<Flow>,
    /// Whether its text was refused, which no document of the platform's is.
    pub is_broken: bool,
    /// The entry that fetched it; absent for the flow that took the call.
    pub fetched_by: Option<usize>,
    /// Its commands by their paths.
    pub(super) paths: HashMap<String, NodeId>,
}

impl SourceDocument {
    pub(super) fn new(name: String, xml: String, flow: Arc<Flow>) -> Self {
        Self {
            name,
            xml,
            paths: flow.nodes().map(|(id, _)| (flow.path(id), id)).collect(),
            flow,
            is_broken: false,
            fetched_by: None,
        }
    }
}

/// Where an entry stands.
#[derive(Clone, Debug)]
pub struct Location {
    /// The document, by its index.
    pub document: usize,
    /// The command; absent where nothing shows it.
    pub command: Option<(Arc<Flow>, NodeId)>,
    /// The entry that it is shown in: that of the command around it, which may have ended if this
    /// one is its Error block, or the one that fetched its document.
    pub parent: Option<usize>,
    /// The entry whose failure it handles, where it is an Error block.
    pub handles: Option<usize>,
    /// The first entry behind it that does not run inside it.
    pub extent: usize,
}

/// The documents of a call, and what of its log stands in which of them.
#[derive(Debug, Default)]
pub struct SourceFlows {
    /// In the order in which they were first run.
    pub documents: Vec<SourceDocument>,
    /// Where each entry stands.
    pub locations: Vec<Location>,
    /// For each entry that fetched a document, that document.
    pub fetched: BTreeMap<usize, usize>,
}

impl SourceFlows {
    /// The documents of a record: those that ran, or those that its log shows.
    pub fn of(record: &Record) -> Self {
        let mut placed = record.log.iter().map(Entry::placed);
        if !record.log.is_empty() && placed.all(|placed| placed.is_some()) {
            known(record)
        } else {
            Finder::new(record).find()
        }
    }

    /// The document that could not be read, if there is one.
    pub fn broken(&self) -> Option<&SourceDocument> {
        self.documents.iter().find(|document| document.is_broken)
    }

    /// The command with a path in the document in which an entry stands.
    pub fn node(&self, entry: usize, path: &str) -> Option<(&Arc<Flow>, NodeId)> {
        let location = self.locations.get(entry)?;
        let document = self.documents.get(location.document)?;
        Some((&document.flow, *document.paths.get(path)?))
    }

    /// The command of an entry.
    pub fn command(&self, entry: usize) -> Option<(&Arc<Flow>, NodeId)> {
        let (flow, node) = self.locations.get(entry)?.command.as_ref()?;
        Some((flow, *node))
    }
}

/// The documents that ran.
fn known(record: &Record) -> SourceFlows {
    let mut flows = SourceFlows::default();
    let ended: Vec<_> = record.log.iter().map(Entry::ended).collect();
    let mut latest: HashMap<(usize, NodeId), usize> = HashMap::new();
    // The last entry at each depth, and those of each document that failed.
    let mut depths: Vec<usize> = Vec::new();
    let mut failed: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, entry) in record.log.iter().enumerate() {
        let Some(placed) = entry.placed() else {
            continue;
        };
        depths.truncate(placed.depth);
        let around = depths.last().copied();
        depths.push(index);
        if placed.document >= flows.documents.len() {
            let name = placed.flow.source().name().to_owned();
            let xml = placed.flow.source().text().to_owned();
            flows.documents.push(SourceDocument {
                fetched_by: around,
                ..SourceDocument::new(name, xml, placed.flow.clone())
            });
            if let Some(around) = around {
                flows.fetched.insert(around, flows.documents.len() - 1);
            }
        }
        latest.insert((placed.document, placed.node), index);
        if entry.status.state() == flow::EntryState::Failed {
            failed.entry(placed.document).or_default().push(index);
        }
        let mut node = placed.flow.parent(placed.node);
        let mut parent = None;
        while let Some(outer) = node.filter(|_| parent.is_none()) {
            parent = latest.get(&(placed.document, outer)).copied();
            node = placed.flow.parent(outer);
        }
        let role = placed.flow.node(placed.node).command.spec().role;
        let handles = match placed.flow.parent(placed.node) {
            _ if role != Role::Handler => None,
            Some(_) => parent,
            // What failed last, and had before this began.
            None => {
                let failed = failed.get(&placed.document).into_iter().flatten().rev();
                let failed = failed.filter(|failed| ended[**failed] <= entry.began);
                failed.copied().max_by_key(|failed| ended[*failed])
            }
        };
        flows.locations.push(Location {
            document: placed.document,
            command: Some((placed.flow.clone(), placed.node)),
            parent: parent.or(around),
            handles,
            extent: 0,
        });
    }
    let depth = |index: usize| record.log[index].placed().map_or(0, |placed| placed.depth);
    let mut open: Vec<usize> = Vec::new();
    for index in 0..record.log.len() {
        while let Some(&last) = open.last()
            && depth(last) >= depth(index)
        {
            flows.locations[last].extent = index;
            open.pop();
        }
        open.push(index);
    }
    for index in open {
        flows.locations[index].extent = ended.len();
    }
    flows
}

/// Whether the flow had no command at all: it began and ended at once.
pub fn is_empty_flow(record: &Record, usual: u64) -> bool {
    let is_clear = record.leg.cause() == Some(Cause::NORMAL_CLEARING);
    record.log.is_empty() && is_clear && record.hung_up().is_some_and(|hangup| hangup >= usual)
}

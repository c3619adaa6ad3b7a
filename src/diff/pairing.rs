//! Which entry of one call is which of another.
//!
//! A path is an address in one flow. Of two simulated calls over different flows, an entry belongs to that
//! of the same command, whatever its path; of published calls, whose flows are only known in part, to that
//! with the same path.

use std::collections::HashSet;
use std::sync::Arc;

use crate::alignment::{Step, mirrored, same_items};
use crate::flow::{Alignment, Flow, NodeId, align};
use crate::record::{Entry, Placed, Record};

/// Which entries of two calls belong together.
#[derive(Clone, Debug)]
pub struct Pairing {
    /// Through both logs in order.
    pub steps: Vec<Step>,
    /// For each entry of both calls, what says which command it is of.
    keys: [Vec<Identity>; 2],
    /// For each entry of both calls, whether its command is known to the flows of both.
    is_of_both: [Vec<bool>; 2],
}

/// What says which command an entry is of, in either call.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Identity {
    /// A command of a document, by the number of the document.
    Command(usize, NodeId),
    /// The path of a command in a published log.
    Path(Box<str>),
}

impl Pairing {
    /// Pairs the entries of two calls. It is the same whichever of the two is called the first.
    pub fn of(calls: [&Record; 2]) -> Self {
        let text = |record: &'_ Record| {
            let first = record.log.first().and_then(Entry::placed)?;
            Some(first.flow.source().text().to_owned())
        };
        if let (Some(one), Some(other)) = (text(calls[0]), text(calls[1]))
            && other < one
        {
            return Self::in_order([calls[1], calls[0]]).mirrored();
        }
        Self::in_order(calls)
    }

    /// The same with the two calls exchanged.
    fn mirrored(self) -> Self {
        let [first, second] = self.keys;
        let [of_first, of_second] = self.is_of_both;
        Self {
            steps: mirrored(self.steps),
            keys: [second, first],
            is_of_both: [of_second, of_first],
        }
    }

    fn in_order(calls: [&Record; 2]) -> Self {
        let is_simulated = |record: &&Record| {
            let mut log = record.log.iter();
            log.all(|entry| entry.placed().is_some())
        };
        let mut commands = Commands::default();
        let keys = if calls.iter().all(is_simulated) {
            commands.keys(calls)
        } else {
            calls.map(|record| {
                let log = record.log.iter();
                log.map(|entry| Identity::Path(entry.path().into()))
                    .collect()
            })
        };
        let steps = same_items(&keys[0], &keys[1]);
        let is_of_both = keys
            .each_ref()
            .map(|keys| keys.iter().map(|key| commands.is_of_both(key)).collect());
        Self {
            steps,
            keys,
            is_of_both,
        }
    }

    /// The entries of one call, 0 or 1, whose command ran in that call alone.
    pub fn only_in(&self, call: usize) -> impl Iterator<Item = usize> {
        let other: HashSet<_> = self.keys[1 - call].iter().collect();
        let own = self.keys[call].iter().enumerate();
        own.filter(move |(_, key)| !other.contains(key))
            .map(|(entry, _)| entry)
    }

    /// Whether the flows of both calls have the command of an entry of one of them, 0 or 1.
    pub fn is_of_both(&self, call: usize, entry: usize) -> bool {
        self.is_of_both[call].get(entry).copied().unwrap_or(false)
    }

    /// Whether an entry of the first call and one of the second are of the same command.
    pub fn is_same_command(&self, first: usize, second: usize) -> bool {
        match (self.keys[0].get(first), self.keys[1].get(second)) {
            (Some(first), Some(second)) => first == second,
            _ => false,
        }
    }
}

/// The documents of two calls, as far as their commands belong together.
#[derive(Default)]
struct Commands {
    documents: Vec<Document>,
}

/// A document that one of the calls ran, or both.
struct Document {
    flow: Arc<Flow>,
    /// The command that fetched it first; none of the flow that took the call.
    fetched_by: Option<Identity>,
    /// The document of the first call that became this one, and what belongs together.
    was: Option<(usize, Alignment)>,
}

impl Commands {
    /// What says which command each entry is of.
    fn keys(&mut self, [first, second]: [&Record; 2]) -> [Vec<Identity>; 2] {
        let first = self.of_first(first);
        let count = self.documents.len();
        let second = self.of_second(second, count);
        [first, second]
    }

    fn of_first(&mut self, record: &Record) -> Vec<Identity> {
        let mut keys = Vec::with_capacity(record.log.len());
        each(record, &mut keys, |entry, fetched_by| {
            let document = self.document(&entry.flow).unwrap_or_else(|| {
                self.documents.push(Document {
                    flow: entry.flow.clone(),
                    fetched_by: fetched_by.cloned(),
                    was: None,
                });
                self.documents.len() - 1
            });
            Identity::Command(document, entry.node)
        });
        keys
    }

    /// Of a document that the first call did not run, the counterpart is what the same command fetched.
    fn of_second(&mut self, record: &Record, count: usize) -> Vec<Identity> {
        let mut keys = Vec::with_capacity(record.log.len());
        each(record, &mut keys, |entry, fetched_by| {
            let document = self.document(&entry.flow).unwrap_or_else(|| {
                let mut old = self.documents[..count].iter();
                let was = old.position(|old| old.fetched_by.as_ref() == fetched_by);
                let was = was.map(|was| (was, align(&self.documents[was].flow, &entry.flow)));
                self.documents.push(Document {
                    flow: entry.flow.clone(),
                    fetched_by: fetched_by.cloned(),
                    was,
                });
                self.documents.len() - 1
            });
            let was = self.documents[document].was.as_ref();
            let counterpart = was.and_then(|(was, alignment)| {
                let old = certain(&entry.flow, alignment, entry.node)?;
                Some(Identity::Command(*was, old))
            });
            counterpart.unwrap_or(Identity::Command(document, entry.node))
        });
        keys
    }

    /// Whether the flows of both calls have a command, as far as they are known: a document of which the
    /// other call ran no version may be there.
    fn is_of_both(&self, key: &Identity) -> bool {
        let Identity::Command(document, node) = key else {
            return true;
        };
        let own = &self.documents[*document];
        // A document of the second call: what was not given the identity of an old command is new.
        if own.was.is_some() {
            return false;
        }
        let mut others = self.documents.iter();
        others
            .find_map(|other| match &other.was {
                Some((was, alignment)) if was == document => Some((other, alignment)),
                _ => None,
            })
            .is_none_or(|(other, alignment)| {
                let new = alignment.new_of(*node);
                new.is_some_and(|new| certain(&other.flow, alignment, new.node).is_some())
            })
    }

    fn document(&self, flow: &Arc<Flow>) -> Option<usize> {
        let mut documents = self.documents.iter();
        documents.position(|document| document.flow == *flow)
    }
}

/// The command of the old flow that one of the new flow was. What may be another command is not taken for the
/// same, nor is what stands in it, unless it has a tag of its own.
fn certain(flow: &Flow, alignment: &Alignment, new: NodeId) -> Option<NodeId> {
    let old = alignment.old_of(new)?;
    let mut around = Some(new);
    while let Some(id) = around {
        if alignment.old_of(id).is_some_and(|was| was.is_doubtful) {
            return None;
        }
        let tag = flow.node(id).tag.as_deref();
        if tag.is_some_and(|tag| flow.tagged(tag) == Some(id)) {
            break;
        }
        around = flow.parent(id);
    }
    Some(old.node)
}

/// Goes through the entries of a simulated call, each with what fetched its document.
fn each(
    record: &Record,
    keys: &mut Vec<Identity>,
    mut key: impl FnMut(&Placed, Option<&Identity>) -> Identity,
) {
    // The last entry at each depth.
    let mut depths: Vec<usize> = Vec::new();
    // For each running document what fetched it.
    let mut fetched: Vec<Option<usize>> = Vec::new();
    for (index, entry) in record.log.iter().enumerate() {
        let Some(placed) = entry.placed() else {
            continue;
        };
        depths.truncate(placed.depth);
        if placed.document >= fetched.len() {
            fetched.resize(placed.document + 1, depths.last().copied());
        }
        let fetched_by = fetched[placed.document].map(|entry| keys[entry].clone());
        keys.push(key(placed, fetched_by.as_ref()));
        depths.push(index);
    }
}

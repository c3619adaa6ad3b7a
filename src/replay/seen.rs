//! The log of a record, in milliseconds since the call was created.

use crate::flow::EntryState;
use crate::record::{Entry, Leg, Record, Stamp};

/// A command that was executed.
#[derive(Clone, Debug)]
pub(super) struct Seen<'r> {
    pub(super) entry: &'r Entry,
    pub(super) began: u64,
    /// Absent while it is open.
    pub(super) ended: Option<u64>,
}

impl Seen<'_> {
    pub(super) fn path(&self) -> &str {
        self.entry.path()
    }

    pub(super) fn failed(&self) -> bool {
        self.entry.status.state == Some(EntryState::Failed)
    }

    /// Why it ended; absent while it is open.
    pub(super) fn reason(&self) -> Option<&str> {
        self.ended.and(self.entry.status.reason.as_deref())
    }
}

/// What was seen of a call.
#[derive(Clone, Debug)]
pub(super) struct SeenCall<'r> {
    pub(super) record: &'r Record,
    pub(super) log: Vec<Seen<'r>>,
    /// When it was hung up; absent where it had not ended.
    pub(super) hangup: Option<u64>,
}

impl<'r> SeenCall<'r> {
    /// Entries without an instant, an element or a path are what a cut left: they and all behind
    /// them are left out.
    pub(super) fn new(record: &'r Record) -> Self {
        let seen = |entry: &'r Entry| {
            entry.element_json()?;
            entry.path.as_ref()?;
            Some(Seen {
                entry,
                began: record.at(Some(entry.began?))?,
                ended: record.at(entry.ended()),
            })
        };
        Self {
            record,
            log: record.log.iter().map_while(seen).collect(),
            hangup: record.hung_up(),
        }
    }

    pub(super) fn at(&self, stamp: Option<Stamp>) -> Option<u64> {
        self.record.at(stamp)
    }

    pub(super) fn leg(&self, index: usize) -> Option<&'r Leg> {
        self.record.dialled.get(index)
    }
}

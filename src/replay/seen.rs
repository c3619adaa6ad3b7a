//! The log of an event, in milliseconds since the call was created.

use crate::channel::cause::Cause;
use crate::event::Stamp;
use crate::event::read::{PublishedCall, PublishedEntry, PublishedLeg};
use crate::flow::EntryState;

/// A command that was executed.
#[derive(Clone, Debug)]
pub(super) struct Seen<'e> {
    pub(super) entry: &'e PublishedEntry,
    pub(super) began: u64,
    /// Absent while it is open.
    pub(super) ended: Option<u64>,
}

impl Seen<'_> {
    pub(super) fn path(&self) -> &str {
        self.entry.path()
    }

    pub(super) fn failed(&self) -> bool {
        self.entry.state() == Some(EntryState::Failed)
    }

    /// Why it ended; absent while it is open.
    pub(super) fn reason(&self) -> Option<&str> {
        self.ended.and(self.entry.reason.as_deref())
    }
}

/// The last component of a path, split into a name and an index: `Name[i]`.
pub(super) fn component(part: &str) -> Option<(&str, usize)> {
    let (name, index) = part.strip_suffix(']')?.split_once('[')?;
    Some((name, index.parse().ok()?))
}

/// The name and index of a path of one component.
pub(super) fn top(path: &str) -> Option<(&str, usize)> {
    match path.contains('.') {
        true => None,
        false => component(path),
    }
}

/// What was seen of a call.
#[derive(Clone, Debug)]
pub(super) struct SeenCall<'e> {
    pub(super) call: &'e PublishedCall,
    pub(super) start: Stamp,
    pub(super) log: Vec<Seen<'e>>,
    /// When it was hung up; absent where it had not ended.
    pub(super) hangup: Option<u64>,
}

impl<'e> SeenCall<'e> {
    /// Entries without an instant, an element or a path are what a cut left: they and all behind
    /// them are left out.
    pub(super) fn new(call: &'e PublishedCall, start: Stamp, hangup: Option<u64>) -> Self {
        let seen = |entry: &'e PublishedEntry| {
            entry.element.as_ref()?;
            entry.path.as_ref()?;
            Some(Seen {
                entry,
                began: entry.created_on?.since(start),
                ended: entry.ended().map(|ended| ended.since(start)),
            })
        };
        Self {
            call,
            start,
            log: call.logs.iter().map_while(seen).collect(),
            hangup,
        }
    }

    pub(super) fn at(&self, stamp: Option<Stamp>) -> Option<u64> {
        stamp.map(|stamp| stamp.since(self.start))
    }

    /// Whether the flow had no command at all: it began and ended at once.
    pub(super) fn is_empty_flow(&self, usual: u64) -> bool {
        let is_clear = self.call.leg.cause() == Some(Cause::NORMAL_CLEARING);
        self.log.is_empty() && is_clear && self.hangup.is_some_and(|hangup| hangup >= usual)
    }

    pub(super) fn leg(&self, index: usize) -> Option<&'e PublishedLeg> {
        self.call.children.get(index)
    }
}

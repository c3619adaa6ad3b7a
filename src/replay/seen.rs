//! What a log shows of a call, as far as its entries are whole.

use crate::record::{Leg, Outline, Record, Stamp, Step};

/// What was seen of a call.
#[derive(Clone, Debug)]
pub(super) struct SeenCall<'r> {
    pub(super) record: &'r Record,
    /// Its log, in milliseconds since the call was created.
    pub(super) log: &'r [Step],
    /// When it was hung up; absent where it had not ended.
    pub(super) hangup: Option<u64>,
}

impl<'r> SeenCall<'r> {
    /// Entries without an instant, an element or a path are what a cut left: they and all behind
    /// them are left out.
    pub(super) fn new(outline: &'r Outline<'r>) -> Self {
        let record = outline.record;
        let mut entries = record.log.iter();
        let is_part = entries.position(|entry| {
            entry.began.is_none() || entry.path.is_none() || entry.element_json().is_none()
        });
        Self {
            record,
            log: &outline.steps[..is_part.unwrap_or(record.log.len())],
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

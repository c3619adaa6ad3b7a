//! How far a call goes as the log has it.

use std::collections::BTreeSet;

use super::Driver;
use crate::channel::Need;
use crate::flow::State;
use crate::replay::documents::Unseen;

/// What of the log a call has brought about so far.
#[derive(Clone, Debug, Default)]
pub(in crate::replay) struct Matched {
    /// The entries that began as they did.
    began: usize,
    /// Those of them that are open.
    open: Vec<usize>,
    /// The legs that were created as they were.
    legs: usize,
    /// How many beginnings and ends are as they were.
    pub(in crate::replay) facts: usize,
}

impl Driver<'_> {
    /// Compares what the call has written since the last comparison; whether all of it is as it was.
    pub(super) fn keeps_to_the_log(&mut self) -> bool {
        let is_now = self.is_as_seen();
        match *self.call.need() {
            Need::Over => is_now && self.is_whole(),
            _ => is_now,
        }
    }

    fn is_as_seen(&mut self) -> bool {
        let (log, seen, matched) = (self.call.log(), self.seen, &mut self.matched);
        for (index, entry) in log.iter().enumerate().skip(matched.began) {
            let is_same = seen.log.get(index).is_some_and(|one| {
                one.began == entry.created_on.since(seen.start) && one.path() == entry.path()
            });
            if !is_same {
                return false;
            }
            matched.began += 1;
            matched.facts += 1;
            matched.open.push(index);
        }
        let (now, facts) = (self.now, &mut matched.facts);
        let mut is_same = true;
        matched.open.retain(|&index| {
            let (entry, one) = (&log[index], &seen.log[index]);
            let is_open = entry.status.state == State::Queued;
            let is_as_seen = match is_open {
                // What has ended must not be open any more.
                true => one.ended.is_none_or(|ended| ended >= now),
                false => {
                    one.ended == Some(entry.modified_on.since(seen.start))
                        && one.entry.state() == Some(entry.status.state)
                        && one.reason() == Some(&*entry.status.reason)
                }
            };
            is_same &= is_as_seen;
            *facts += usize::from(!is_open && is_as_seen);
            is_open
        });
        for leg in self.call.legs().iter().skip(matched.legs) {
            let row = seen.leg(matched.legs);
            let is_as_seen = row.is_some_and(|row| row.created_on == Some(leg.created_on));
            is_same &= is_as_seen;
            matched.legs += 1;
            matched.facts += usize::from(is_as_seen);
        }
        let next = seen.log.get(matched.began);
        is_same && next.is_none_or(|next| next.began >= now)
    }

    /// What may stand in the documents around the place where the call parts from the log, or may
    /// not, the innermost first.
    pub(in crate::replay) fn unseen(&self) -> Vec<Unseen> {
        let began = self.matched.began;
        let is_around = |entry: usize| {
            let one = self.seen.log.get(entry);
            let ends = one.and_then(|one| one.ended);
            entry + 1 >= began || ends.is_none_or(|ended| ended == self.now)
        };
        let around = (0..=began).rev().filter(|&entry| is_around(entry));
        let documents = around.flat_map(|entry| {
            let fetched = self.documents.fetched.get(&entry);
            [fetched, self.documents.of.get(entry)]
        });
        let mut known = BTreeSet::new();
        let documents = documents
            .flatten()
            .filter(|document| known.insert(**document));
        documents
            .flat_map(|&document| [Unseen::Behind(document), Unseen::Handler(document)])
            .collect()
    }

    /// Whether nothing of the log is missing, and the call ended when it did.
    fn is_whole(&self) -> bool {
        let ended = self.call.inbound().hangup_on;
        self.matched.began == self.seen.log.len()
            && self.matched.legs == self.seen.call.children.len()
            && ended.map(|ended| ended.since(self.seen.start)) == self.seen.hangup
    }
}

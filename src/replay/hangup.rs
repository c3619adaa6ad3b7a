//! Where the caller hung up: in a command, or in the gap behind one.

use std::time::Duration;

use super::world::LogWorld;
use crate::drive::View;
use crate::record::{Leg, Stamp};
use crate::simulate::HangUpTime;

impl LogWorld<'_> {
    /// Notes when the caller hung up.
    pub(super) fn hang_up(&mut self, at: u64, view: &View<'_>) {
        let innermost = view.trace().open().next();
        let since = |from: u64| Duration::from_millis(at.saturating_sub(from));
        let time = match (innermost, self.last_ended) {
            // What ended inside a command is nearer than the command's own beginning.
            (innermost, Some((last, ended))) if innermost.is_none_or(|entry| last > entry) => {
                // At the very instant, what ended around it has ended, too.
                let around = self.ended_around.filter(|_| ended == at);
                HangUpTime::Ended(around.unwrap_or(last), since(ended))
            }
            (Some(entry), _) => {
                let from = self.began.get(entry).copied().unwrap_or(0);
                let in_dial = self.in_dial(entry, from, at);
                in_dial.unwrap_or(HangUpTime::Began(entry, since(from)))
            }
            (None, _) => HangUpTime::Call(since(0)),
        };
        self.author.hangs_up(time);
    }

    /// What the caller of a command that dialled heard at an instant, and for how long; none where it did not
    /// dial, or where nobody rang or talked. `began` is when the command did.
    fn in_dial(&self, entry: usize, began: u64, at: u64) -> Option<HangUpTime> {
        let legs = self.seen.record.dialled.iter();
        let is_own = |leg: &&Leg| {
            let created = self.seen.at(leg.created);
            created.is_some_and(|created| created >= began)
        };
        let lasts = |leg: &&Leg| self.seen.at(leg.hangup).is_none_or(|ended| ended >= at);
        let open: Vec<&Leg> = legs.filter(is_own).filter(lasts).collect();
        let since = |instant: fn(&Leg) -> Option<Stamp>| {
            let instants = open.iter().filter_map(|leg| self.seen.at(instant(leg)));
            let first = instants.filter(|&from| from <= at).min()?;
            Some(Duration::from_millis(at.saturating_sub(first)))
        };
        let talk = since(|leg| leg.live).map(|time| HangUpTime::Talk(entry, time));
        talk.or_else(|| Some(HangUpTime::Ringing(entry, since(|leg| leg.ringing)?)))
    }
}

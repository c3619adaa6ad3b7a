//! Where the caller hung up: in a command, or in the gap behind one.

use std::time::Duration;

use super::world::LogWorld;
use crate::call::CommandPlace;
use crate::drive::View;
use crate::record::{Leg, Stamp};
use crate::scenario::{DocumentPattern, HangUp, PathPattern};

/// What a caller hears while a command dials, and since when.
enum InDial {
    Talk(u64),
    Ringing(u64),
}

impl LogWorld<'_> {
    /// Notes when the caller hung up, as a scenario says it.
    pub(super) fn hang_up(&mut self, at: u64, view: &View<'_>) {
        let innermost = view.trace().open().next();
        let (entry, from, is_behind) = match (innermost, self.last_ended) {
            // What ended inside a command is nearer than the command's own beginning.
            (innermost, Some((last, ended))) if innermost.is_none_or(|entry| last > entry) => {
                // At the very instant, what ended around it has ended, too.
                let around = self.ended_around.filter(|_| ended == at);
                (around.unwrap_or(last), ended, true)
            }
            (Some(entry), _) => (entry, self.entries.get(entry).map_or(0, |one| one.1), false),
            (None, _) => {
                self.found.hangup_after = Some(Duration::from_millis(at));
                return;
            }
        };
        let Some((place, _)) = self.entries.get(entry) else {
            return;
        };
        let since = |from: u64| Some(Duration::from_millis(at.saturating_sub(from)));
        let mut hangup = self.hangup_rule(place, entry);
        if is_behind {
            hangup.after_end = since(from);
        } else {
            match self.in_dial(from, at) {
                Some(InDial::Talk(from)) => hangup.talk = since(from),
                Some(InDial::Ringing(from)) => hangup.ringing = since(from),
                None => hangup.after = since(from),
            }
        }
        self.found.hangup = Some(hangup);
    }

    /// What the caller of a command that dialled heard at an instant; none where it did not dial, or where
    /// neither was heard. `began` is when the command did.
    fn in_dial(&self, began: u64, at: u64) -> Option<InDial> {
        let legs = self.seen.record.dialled.iter();
        let own = legs.filter(|leg| {
            self.seen
                .at(leg.created)
                .is_some_and(|created| created >= began)
        });
        let lasts = |leg: &&Leg| self.seen.at(leg.hangup).is_none_or(|ended| ended >= at);
        let first = |instant: fn(&Leg) -> Option<Stamp>, legs: &[&Leg]| {
            let instants = legs.iter().filter_map(|leg| self.seen.at(instant(leg)));
            instants.filter(|&from| from <= at).min()
        };
        let open: Vec<&Leg> = own.filter(lasts).collect();
        if let Some(from) = first(|leg| leg.live, &open) {
            return Some(InDial::Talk(from));
        }
        first(|leg| leg.ringing, &open).map(InDial::Ringing)
    }

    fn hangup_rule(&self, place: &CommandPlace, entry: usize) -> HangUp {
        let when = PathPattern::naming(&place.document.flow, place.node);
        let document = DocumentPattern::literal(place.document.url.as_deref());
        let before = self.entries[..=entry].iter().filter(|(other, _)| {
            when.matches(&other.path(), &other.tags())
                && document.matches(other.document.url.as_deref())
        });
        let nth = u32::try_from(before.count()).unwrap_or(u32::MAX);
        HangUp {
            nth: Some(nth).filter(|&nth| nth > 1),
            document: Some(document),
            ..HangUp::new(when)
        }
    }
}

//! Which of many calls are wanted.

use crate::record::{CallOutcome, Outline, Stamp};
use crate::scenario::DestinationPattern;

/// Which of many calls are wanted: those for which all that is given holds.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// How they went; any where it is empty.
    pub outcomes: Vec<CallOutcome>,
    /// Who called.
    pub from: Option<DestinationPattern>,
    /// Who was called.
    pub to: Option<DestinationPattern>,
    /// Created then or later.
    pub since: Option<Stamp>,
    /// Created then or earlier.
    pub until: Option<Stamp>,
}

impl Choice {
    /// Whether it takes every call.
    pub fn is_any(&self) -> bool {
        let Self {
            outcomes,
            from,
            to,
            since,
            until,
        } = self;
        let is_whole = from.is_none() && to.is_none();
        outcomes.is_empty() && is_whole && since.is_none() && until.is_none()
    }

    /// Whether a call is wanted. One that does not say what is asked for is not.
    pub fn takes(&self, call: &Outline<'_>) -> bool {
        let leg = &call.record.leg;
        let fits = |pattern: &Option<DestinationPattern>, address: &Option<Box<str>>| {
            pattern.as_ref().is_none_or(|pattern| {
                let mut address = address.iter();
                address.any(|address| pattern.means_party(address))
            })
        };
        let created = leg.created;
        fits(&self.from, &leg.from)
            && fits(&self.to, &leg.to)
            && self.since.is_none_or(|since| created >= Some(since))
            && self
                .until
                .is_none_or(|until| created.is_some_and(|created| created <= until))
            && (self.outcomes.is_empty() || self.outcomes.contains(&call.outcome()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;

    #[test]
    fn the_bounds_of_the_time_are_taken() {
        let created = |at| {
            let mut record = Record::default();
            record.leg.created = Some(Stamp(at));
            record
        };
        let choice = Choice {
            since: Some(Stamp(1000)),
            until: Some(Stamp(2000)),
            ..Choice::default()
        };
        for (at, is_taken) in [(999, false), (1000, true), (2000, true), (2001, false)] {
            assert_eq!(choice.takes(&Outline::of(&created(at))), is_taken, "{at}");
        }
        assert!(!choice.takes(&Outline::of(&Record::default())));
    }
}

//! What was dialled, and what came of it.

use super::does::Does;
use super::step::Step;
use crate::channel::Destination;
use crate::channel::cause::Cause;
use crate::flow::EntryState;
use crate::record::Record;

/// A command that dialled.
#[derive(Clone, PartialEq, Debug)]
pub struct Dial {
    /// The entry.
    pub entry: usize,
    /// Where to, as `user@host` or digits, in the order of the flow.
    pub to: Vec<String>,
    /// How long the destinations might ring, in milliseconds.
    pub timeout: u64,
    /// The legs, in the order in which they were made.
    pub attempts: Vec<Attempt>,
    /// What came of it.
    pub end: DialEnd,
}

/// A leg.
#[derive(Clone, PartialEq, Debug)]
pub struct Attempt {
    /// Its index among the call's legs.
    pub leg: usize,
    /// Where to, as `user@host` or digits; as the row has it where no destination fits.
    pub to: String,
    /// When it was made.
    pub from: u64,
    /// When it began to ring.
    pub rang: Option<u64>,
    /// When it was answered.
    pub answered: Option<u64>,
    /// When it was hung up.
    pub hung_up: Option<u64>,
    /// Why it ended.
    pub cause: Option<Cause>,
}

/// What came of a dial.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DialEnd {
    /// A destination answered: its index among the attempts.
    Answered(usize),
    /// It ended well, and no leg shows who answered.
    Succeeded,
    /// It failed, for the cause that its reason names.
    Failed(Option<Cause>),
    /// Nobody had answered when the call ended, or the event was made.
    Open,
}

impl Dial {
    /// Whether it failed.
    pub fn failed(&self) -> bool {
        matches!(self.end, DialEnd::Failed(_))
    }

    /// The causes to look into: that of the failure, and those of legs that did not end by
    /// another's doing.
    pub fn failures(&self) -> Vec<Cause> {
        let mut causes: Vec<_> = match self.end {
            DialEnd::Failed(cause) => cause.into_iter().collect(),
            DialEnd::Answered(_) | DialEnd::Succeeded | DialEnd::Open => Vec::new(),
        };
        let legs = self.attempts.iter().filter(|leg| leg.answered.is_none());
        let legs = legs.filter_map(|leg| leg.cause);
        causes.extend(legs.filter(|cause| !is_consequence(*cause)));
        causes
    }

    /// The leg that was answered.
    pub fn answered(&self) -> Option<&Attempt> {
        match self.end {
            DialEnd::Answered(at) => self.attempts.get(at),
            _ => None,
        }
    }
}

/// Whether a cause only says that something else had happened before.
pub fn is_consequence(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::LOSE_RACE | Cause::ORIGINATOR_CANCEL | Cause::NORMAL_CLEARING | Cause::PICKED_OFF
    )
}

/// The cause that a reason names, as in `[originate] ERR NO_USER_RESPONSE. …`.
pub fn named_cause(reason: &str) -> Option<Cause> {
    let is_part = |c: char| c.is_ascii_uppercase() || c == '_';
    let words = reason.split(|c| !is_part(c));
    words
        .filter(|word| word.len() > 3)
        .find_map(Cause::from_name)
}

/// Every command that dialled, in order.
pub(super) fn all(record: &Record, steps: &[Step]) -> Vec<Dial> {
    let mut dials = Vec::new();
    let owners: Vec<_> = record
        .dialled
        .iter()
        .map(|leg| innermost(steps, record.at(leg.created).unwrap_or(0)))
        .collect();
    for step in steps {
        let Does::Dials { to, at_most } = &step.does else {
            continue;
        };
        let legs = record.dialled.iter().enumerate();
        let legs = legs.filter(|(leg, _)| owners[*leg] == Some(step.entry));
        let attempts: Vec<_> = legs
            .enumerate()
            .map(|(place, (index, leg))| {
                let name = leg.to.as_deref().unwrap_or_default();
                let is_it = |to: &&Destination| to.name() == name;
                // Each attempt rings all destinations in their order.
                let all = to;
                let in_turn = all.get(place % all.len().max(1)).filter(is_it);
                let to = leg.destination.as_ref().or(in_turn);
                let to = to.or(all.iter().find(is_it));
                Attempt {
                    leg: index,
                    to: to.map_or_else(|| name.to_owned(), Destination::address),
                    from: record.at(leg.created).unwrap_or(0),
                    rang: record.at(leg.ringing),
                    answered: record.at(leg.live),
                    hung_up: record.at(leg.hangup),
                    cause: leg.cause(),
                }
            })
            .collect();
        let answered = attempts.iter().position(|leg| leg.answered.is_some());
        let cause = || step.reason.as_deref().and_then(named_cause);
        let end = match (step.state, answered) {
            (EntryState::Failed, _) => {
                let last = || attempts.iter().rev().find_map(|leg| leg.cause);
                DialEnd::Failed(cause().or_else(last))
            }
            (_, Some(leg)) => DialEnd::Answered(leg),
            (EntryState::Success, None) => DialEnd::Succeeded,
            (EntryState::Queued, None) => DialEnd::Open,
        };
        dials.push(Dial {
            entry: step.entry,
            to: to.iter().map(Destination::address).collect(),
            timeout: *at_most,
            attempts,
            end,
        });
    }
    dials
}

/// The last dialling entry that ran at an instant.
fn innermost(steps: &[Step], at: u64) -> Option<usize> {
    steps
        .iter()
        .rposition(|step| matches!(step.does, Does::Dials { .. }) && step.runs_at(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_found_in_the_reason() {
        let reason =
            "[originate] ERR NO_USER_RESPONSE. no any destinations are accept the call 1/1";
        assert_eq!(named_cause(reason), Some(Cause::NO_USER_RESPONSE));
        assert_eq!(
            named_cause("[originate] ERR USER_BUSY"),
            Some(Cause::USER_BUSY)
        );
        for none in ["", "media played 1 times", "ERR", "ERR NO_SUCH_CAUSE"] {
            assert_eq!(named_cause(none), None, "{none}");
        }
    }
}

//! What was dialled, and what came of it.

use super::does::Does;
use super::ending::Ender;
use super::step::{Step, TOGETHER};
use crate::channel::Destination;
use crate::channel::cause::Cause;
use crate::flow::EntryState;
use crate::record::{Leg, Record};

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
    /// When it was made; 0 if that is not known.
    pub from: u64,
    /// When it was made, if that is known.
    pub created: Option<u64>,
    /// When it began to ring.
    pub rang: Option<u64>,
    /// When it was answered.
    pub answered: Option<u64>,
    /// When it was hung up.
    pub hung_up: Option<u64>,
    /// Why it ended.
    pub cause: Option<Cause>,
    /// How the conversation ended, if it was answered.
    pub talk: Option<TalkEnd>,
}

/// How a conversation with a dialled party ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TalkEnd {
    /// It had not ended when the last event was made.
    GoesOn,
    /// The dialled party hung up.
    Callee,
    /// The caller hung up.
    Caller,
    /// It ended with the call, and who ended that is not known.
    Call,
    /// The longest conversation that the command allows was reached.
    Limit,
    /// The leg ended for another cause than a hang-up.
    Cause(Cause),
    /// The events do not show it.
    NotKnown,
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
    /// It had not ended, and whether somebody answered is not known: the legs are not known.
    NotKnown,
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
            DialEnd::Answered(_) | DialEnd::Succeeded | DialEnd::Open | DialEnd::NotKnown => {
                Vec::new()
            }
        };
        let legs = self.attempts.iter().filter(|leg| leg.answered.is_none());
        let legs = legs.filter_map(|leg| leg.cause);
        causes.extend(legs.filter(|cause| !is_consequence(*cause)));
        causes
    }

    /// Whether its legs show that its own limit ran out: each of the last attempt rang, or was tried,
    /// for as long as the command allows, and ended for that reason.
    pub fn ran_out(&self) -> bool {
        let last = self.attempts.len().saturating_sub(self.to.len().max(1));
        let legs = &self.attempts[last..];
        let is_own = matches!(self.end, DialEnd::Failed(Some(Cause::NO_ANSWER)));
        let took = |leg: &Attempt| Some(leg.hung_up?.saturating_sub(leg.from));
        let is_limit = |leg: &Attempt| {
            leg.cause == Some(Cause::NO_ANSWER)
                && took(leg).is_some_and(|took| took.abs_diff(self.timeout) <= TOGETHER)
        };
        is_own && !legs.is_empty() && legs.iter().all(is_limit)
    }

    /// The leg that was answered.
    pub fn answered(&self) -> Option<&Attempt> {
        match self.end {
            DialEnd::Answered(at) => self.attempts.get(at),
            _ => None,
        }
    }
}

impl Attempt {
    /// How long the conversation lasted, in milliseconds; absent while it goes on.
    pub fn talked(&self) -> Option<u64> {
        Some(self.hung_up?.saturating_sub(self.answered?))
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
                // Each attempt rings all destinations in their order.
                let turn = to.get(place % to.len().max(1));
                attempt(record, index, leg, turn, to)
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
            (EntryState::Queued, None) if !record.knows_legs() => DialEnd::NotKnown,
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

/// A leg, with the destination whose turn it was and all that were dialled.
fn attempt(
    record: &Record,
    index: usize,
    leg: &Leg,
    turn: Option<&Destination>,
    all: &[Destination],
) -> Attempt {
    let name = leg.to.as_deref().unwrap_or_default();
    let is_it = |to: &&Destination| to.name() == name;
    let to = leg.destination.as_ref().or(turn.filter(is_it));
    let to = to.or(all.iter().find(is_it));
    Attempt {
        leg: index,
        to: to.map_or_else(|| name.to_owned(), Destination::address),
        from: record.at(leg.created).unwrap_or(0),
        created: record.at(leg.created),
        rang: record.at(leg.ringing),
        answered: record.at(leg.live),
        hung_up: record.at(leg.hangup),
        cause: leg.cause(),
        talk: None,
    }
}

/// The legs that belong to no command of the log, if the log does not show every command that may
/// have dialled: that of a call in progress, or of an event that was cut.
pub(super) fn unlogged(record: &Record, dials: &[Dial]) -> Vec<Attempt> {
    if record.is_over() && record.knows_log() || record.leg.is_outbound() {
        return Vec::new();
    }
    let legs = record.dialled.iter().enumerate();
    let is_known = |index: usize| {
        let mut attempts = dials.iter().flat_map(|dial| &dial.attempts);
        attempts.any(|attempt| attempt.leg == index)
    };
    legs.filter(|(index, _)| !is_known(*index))
        .map(|(index, leg)| attempt(record, index, leg, None, &[]))
        .collect()
}

/// How the conversation with a leg ended, once it is known who ended the call.
pub(super) fn talk_end(
    record: &Record,
    leg: &Attempt,
    step: Option<&Step>,
    by: Option<Ender>,
) -> Option<TalkEnd> {
    leg.answered?;
    let Some(ended) = leg.hung_up else {
        return Some(if record.is_over() || leg.cause.is_some() {
            TalkEnd::NotKnown
        } else {
            TalkEnd::GoesOn
        });
    };
    // A command that the call's end left open did not see its callee hang up.
    let is_open = step.is_none_or(Step::is_open);
    let ends_call = record.hung_up().is_some_and(|end| ended >= end);
    Some(match leg.cause {
        Some(Cause::ALLOTTED_TIMEOUT) => TalkEnd::Limit,
        _ if record.is_over() && (is_open || ends_call) => match by {
            Some(Ender::Caller) => TalkEnd::Caller,
            _ => TalkEnd::Call,
        },
        Some(cause) if cause != Cause::NORMAL_CLEARING => TalkEnd::Cause(cause),
        // The leg of whoever hangs up last is hung up too, and the event of that may follow.
        Some(_) if !is_open => TalkEnd::Callee,
        _ => TalkEnd::NotKnown,
    })
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

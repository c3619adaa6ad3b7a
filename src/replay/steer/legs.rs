//! What the dialled parties did, by the rows of their legs.

use std::collections::VecDeque;
use std::time::Duration;

use super::rules::Found;
use crate::call::Call;
use crate::channel::cause::Cause;
use crate::channel::{Happening, LegId, Need};
use crate::event::read::PublishedLeg;
use crate::replay::seen::{Seen, SeenCall};
use crate::scenario::{Dial, Outcome};

/// What will come of the legs.
#[derive(Clone, Debug, Default)]
pub(super) struct Legs {
    seen: usize,
    plans: VecDeque<(u64, Happening)>,
}

impl Legs {
    /// Looks for legs that have come to life, and plans what comes of them.
    pub(super) fn look(&mut self, call: &Call, seen: &SeenCall<'_>, found: &mut Found) {
        while let Some(leg) = call.legs().get(self.seen) {
            if leg.init_on.is_none() && !leg.state.is_over() {
                break;
            }
            if !leg.state.is_over() {
                self.live(call, LegId(self.seen), seen, found);
            }
            self.seen += 1;
        }
    }

    pub(super) fn next(&self, call: &Call) -> Option<(u64, Happening)> {
        match call.need() {
            Need::Over => None,
            _ => self.plans.front().cloned(),
        }
    }

    pub(super) fn take(&mut self, happening: &Happening) {
        let place = self
            .plans
            .iter()
            .position(|(_, planned)| planned == happening);
        place.and_then(|place| self.plans.remove(place));
    }

    /// When nobody has answered in time.
    pub(super) fn gives_up(
        legs: &[LegId],
        since: u64,
        limit: u64,
        seen: &SeenCall<'_>,
        found: &mut Found,
    ) -> u64 {
        let ends = legs.iter().filter_map(|leg| {
            let row = seen.leg(leg.0)?;
            let ended = seen.at(row.hangup_on)?;
            (row.cause() == Some(Cause::NO_ANSWER) && ended > limit).then_some(ended)
        });
        let Some(ended) = ends.max() else {
            return limit;
        };
        if let Some(first) = legs.first() {
            found.gives_up.insert(first.0, ended - since);
        }
        ended
    }

    /// When a talk has lasted as long as it may.
    pub(super) fn talks(
        leg: LegId,
        since: u64,
        limit: u64,
        seen: &SeenCall<'_>,
        found: &mut Found,
    ) -> u64 {
        let row = seen.leg(leg.0);
        let is_limit = row.is_some_and(|row| row.cause() == Some(Cause::ALLOTTED_TIMEOUT));
        let ended = row.and_then(|row| seen.at(row.hangup_on));
        match ended.filter(|&ended| is_limit && ended != limit) {
            Some(ended) => {
                found.talks.insert(leg.0, ended.saturating_sub(since));
                ended
            }
            None => limit,
        }
    }

    /// A leg has come to life.
    fn live(&mut self, call: &Call, leg: LegId, seen: &SeenCall<'_>, found: &mut Found) {
        let (Some(destination), Some(row)) = (call.destination(leg), seen.leg(leg.0)) else {
            return;
        };
        let init = seen.at(row.init_on).unwrap_or_default();
        let after = |at: u64| Some(Duration::from_millis(at.saturating_sub(init)));
        let rings = seen.at(row.ring_on);
        let answered = seen.at(row.answer_on);
        let ended = seen.at(row.hangup_on);
        if let Some(rings) = rings {
            self.plan(rings, Happening::Rings(leg));
        }
        let cause = row.cause().unwrap_or(Cause::NORMAL_UNSPECIFIED);
        let mut rule = Dial::refused(Cause::NO_ANSWER);
        if let Some(answered) = answered {
            self.plan(answered, Happening::Answers(leg));
            // The call's end ends the leg too, but not the command.
            let is_over = dialled(call, seen).is_some_and(|dial| dial.ended.is_some());
            let hung_up = ended.filter(|&ended| {
                cause == Cause::NORMAL_CLEARING
                    && seen.hangup.is_none_or(|end| ended < end || is_over)
            });
            if let Some(ended) = hung_up {
                self.plan(ended, Happening::Ends(leg, cause));
            }
            // One that somebody else ended would have gone on talking.
            let later = ended.unwrap_or(answered).saturating_add(1000);
            let talk = hung_up.unwrap_or(later).saturating_sub(answered);
            let talk = Some(Duration::from_millis(talk));
            rule.outcome = Outcome::Answered { talk };
            rule.after = after(answered);
        } else if let Some(ended) = ended.filter(|&ended| is_refusal(call, leg, row, ended, seen)) {
            self.plan(ended, Happening::Ends(leg, cause));
            rule.outcome = Outcome::Refused(cause);
            rule.after = after(ended);
        }
        rule.rings = rings.is_some();
        rule.rings_after = rings.and_then(after);
        found.dial(&destination.address(), rule);
    }

    fn plan(&mut self, at: u64, happening: Happening) {
        let place = self.plans.partition_point(|&(other, _)| other <= at);
        self.plans.insert(place, (at, happening));
    }
}

/// The command that dials, as it was seen.
fn dialled<'a, 'e>(call: &Call, seen: &'a SeenCall<'e>) -> Option<&'a Seen<'e>> {
    seen.log.get(call.open_entries().next_back()?)
}

/// Whether the destination itself ended a leg that it had not answered.
fn is_refusal(
    call: &Call,
    leg: LegId,
    row: &PublishedLeg,
    ended: u64,
    seen: &SeenCall<'_>,
) -> bool {
    let (legs, limit) = match call.need() {
        Need::Ring { legs, at_most } => (legs.as_slice(), call.since().saturating_add(*at_most)),
        _ => return false,
    };
    let cause = row.cause();
    let others = legs.iter().filter(|&&other| other != leg);
    let won = others.filter_map(|other| seen.at(seen.leg(other.0)?.answer_on));
    match (cause == Some(Cause::LOSE_RACE), won.min()) {
        (true, won) => return won != Some(ended),
        // Had it still been ringing, it would have lost.
        (false, Some(_)) => return true,
        (false, None) => {}
    }
    if cause == Some(Cause::NO_ANSWER) {
        return ended < limit || ended == limit && is_last_refusal(call, legs, seen);
    }
    // The call's end cancels the legs of a command that it leaves open.
    let is_over = dialled(call, seen).is_some_and(|dial| dial.ended.is_some());
    let is_cancelled = seen.hangup == Some(ended) && !is_over || is_broken_off(call, ended, seen);
    !(cause == Some(Cause::ORIGINATOR_CANCEL) && is_cancelled)
}

/// Whether the command says that the last destination refused, and not that its time was over.
fn is_last_refusal(call: &Call, legs: &[LegId], seen: &SeenCall<'_>) -> bool {
    let Some(entry) = call.open_entries().next_back() else {
        return false;
    };
    let mut causes = legs.iter().filter_map(|leg| seen.leg(leg.0)?.cause());
    let first = causes.next().filter(|&cause| cause != Cause::NO_ANSWER);
    let reason = first.and_then(|cause| call.reason_if_unanswered(entry, cause));
    reason.is_some() && reason.as_deref() == seen.log.get(entry).and_then(|one| one.reason())
}

/// Whether a key broke off the command that dialled: it ended with its legs.
fn is_broken_off(call: &Call, ended: u64, seen: &SeenCall<'_>) -> bool {
    let ended_well = |dial: &Seen<'_>| !dial.failed() && dial.ended == Some(ended);
    call.listener().is_some() && dialled(call, seen).is_some_and(ended_well)
}

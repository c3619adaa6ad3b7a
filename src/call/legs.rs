//! The legs that a call dials.

#![warn(clippy::arithmetic_side_effects)]

use super::Machine;
use super::state::{Continuation, Leg, Ringing, RungLeg, fill};
use crate::channel::cause::Cause;
use crate::channel::{CallState, Delay, LegId, Need, Outcome, Ring, Timer, timing};
use crate::fidelity::{Assumption, Reading};
use crate::record::EndedBy;

impl Machine<'_> {
    /// Creates the legs of an attempt of a Dial.
    pub(super) fn create_legs(&mut self, ring: Ring) {
        let mut created = Vec::with_capacity(ring.to.len());
        let mut free = 0;
        for to in ring.to {
            let state = CallState::Init;
            free = fill(&mut self.state.legs, free, Leg { state });
            let leg = LegId(free);
            let from = ring.from.clone();
            self.trace.dial(self.now, leg, from, to.clone());
            self.arm(Timer::LegInit(leg), timing::LEG_INIT);
            let ended = None;
            created.push(RungLeg { leg, to, ended });
        }
        if created.is_empty() {
            let cause = Cause::DESTINATION_OUT_OF_ORDER;
            return self.report(Outcome::NotAnswered(cause));
        }
        let legs = created
            .iter()
            .map(|one| (one.leg, one.to.clone()))
            .collect();
        self.state.ringing = Some(Ringing {
            legs: created,
            is_answered: false,
        });
        // Without any time no leg comes to life (`timeout-zero`).
        let at_most = match ring.at_most {
            0 => 0,
            at_most => at_most.saturating_add(timing::LEG_INIT),
        };
        self.wait_for(Need::Ring { legs, at_most });
    }

    /// Takes a dialled leg into a state.
    pub(super) fn enter_leg_state(&mut self, leg: LegId, state: CallState, cause: Option<Cause>) {
        if let Some(Some(one)) = self.state.legs.get_mut(leg.0) {
            one.state = state;
            self.assume_number(cause);
            self.trace.leg(self.now, leg, state, cause);
        }
    }

    /// Whether a leg has come to life, and neither was answered nor ended.
    fn can_answer(&self, leg: LegId) -> bool {
        let state = self.state.leg(leg);
        state.is_some_and(|state| state < CallState::Live)
            && !self.state.is_armed(Timer::LegInit(leg))
    }

    /// A leg rings. It has come to life by then.
    pub(super) fn leg_rings(&mut self, leg: LegId) {
        if self.can_answer(leg) && self.state.leg(leg) == Some(CallState::Init) {
            self.enter_leg_state(leg, CallState::Ringing, None);
            if self.state.answered {
                self.assume(Assumption::RingBack);
            }
        }
    }

    /// A leg was answered, which has come to life by then: the first wins, the others end.
    pub(super) fn leg_answers(&mut self, leg: LegId) {
        let Some(ringing) = self.state.ringing.as_ref().filter(|one| !one.is_answered) else {
            return;
        };
        let (won, others): (Vec<_>, Vec<_>) =
            ringing.legs.iter().cloned().partition(|one| one.leg == leg);
        if !self.can_answer(leg) || won.is_empty() {
            return;
        }
        self.enter_leg_state(leg, CallState::Live, None);
        for other in others {
            self.end_leg(other.leg, Cause::LOSE_RACE);
        }
        if !self.state.answered {
            self.assume(Assumption::BridgeAnswers);
            self.answer();
        }
        self.state.ringing = Some(Ringing {
            legs: won,
            is_answered: true,
        });
        self.report(Outcome::Answered);
    }

    /// A leg ended by itself: refused, or hung up behind its answer.
    pub(super) fn leg_ends(&mut self, leg: LegId, cause: Cause) {
        let state = self.state.leg(leg);
        let Some(state) = state.filter(|state| !state.is_over()) else {
            return;
        };
        self.end_leg(leg, cause);
        if state == CallState::Live {
            if matches!(self.state.need, Need::Bridge { leg: bridged, .. } if bridged == leg) {
                self.report(Outcome::BridgeEnded(cause));
            }
            return;
        }
        let Some(ringing) = &self.state.ringing else {
            return;
        };
        let first = ringing.legs.first().and_then(|one| one.ended);
        // Mostly the last is the last to end.
        if let Some(first) = first
            && ringing.legs.iter().rev().all(|one| one.ended.is_some())
        {
            self.state.ringing = None;
            self.report(Outcome::NotAnswered(first));
        }
    }

    /// Nobody answered in time.
    pub(super) fn ring_times_out(&mut self) {
        if let Some(ringing) = self.state.ringing.take() {
            for one in ringing.legs {
                self.end_leg(one.leg, Cause::NO_ANSWER);
            }
            self.report(Outcome::NotAnswered(Cause::NO_ANSWER));
        }
    }

    /// The bridge has lasted as long as it may.
    pub(super) fn bridge_times_out(&mut self, leg: LegId) {
        self.assume(Assumption::DialDuration);
        if self.is(Reading::DurationEndsCall) {
            return self.end(EndedBy::MaxLength, Cause::ALLOTTED_TIMEOUT);
        }
        self.end_leg(leg, Cause::ALLOTTED_TIMEOUT);
        self.report(Outcome::BridgeEnded(Cause::ALLOTTED_TIMEOUT));
    }

    /// Bridges the leg that answered.
    pub(super) fn bridge(&mut self, at_most: Option<u64>) {
        let ringing = self.state.ringing.take();
        let Some(RungLeg { leg, to, ended }) = ringing.and_then(|mut one| one.legs.pop()) else {
            return self.report(Outcome::BridgeEnded(Cause::NORMAL_CLEARING));
        };
        match ended {
            None => self.wait_for(Need::Bridge { leg, to, at_most }),
            Some(cause) => self.report(Outcome::BridgeEnded(cause)),
        }
    }

    /// Ends a leg, unless it is over.
    pub(super) fn end_leg(&mut self, leg: LegId, cause: Cause) {
        if self.state.leg(leg).is_none_or(CallState::is_over) {
            return;
        }
        self.disarm(Timer::LegInit(leg));
        if let Some(ringing) = &mut self.state.ringing
            // They were created in the order of their numbers.
            && let Ok(place) = ringing.legs.binary_search_by_key(&leg, |one| one.leg)
        {
            ringing.legs[place].ended = Some(cause);
        }
        self.enter_leg_state(leg, CallState::Hangup, Some(cause));
        self.arm(Timer::LegDestroyed(leg), timing::DESTROYED);
    }

    /// Ends all legs, as the call ends.
    pub(super) fn drop_legs(&mut self) {
        self.state.ringing = None;
        for slot in 0..self.state.legs.len() {
            let cause = if self.state.leg(LegId(slot)) == Some(CallState::Live) {
                Cause::NORMAL_CLEARING
            } else {
                Cause::ORIGINATOR_CANCEL
            };
            self.end_leg(LegId(slot), cause);
        }
    }

    /// Tells the command on top what came of its legs, a little later (observed).
    fn report(&mut self, outcome: Outcome) {
        let usual = timing::DIAL_REPORTS;
        self.delay(Delay::Report, usual, Continuation::Report(outcome));
    }
}

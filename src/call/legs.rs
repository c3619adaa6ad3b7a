//! The legs that a call dials.

use super::agenda::Due;
use super::{After, Call};
use crate::channel::cause::Cause;
use crate::channel::{CallState, Destination, LegId, Need, Outcome, Ring, timing};
use crate::event::{Direction, Leg};
use crate::fidelity::Assumption;

/// The legs of one attempt of a Dial.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Ringing {
    /// The first of them; the others follow.
    first: usize,
    /// The one that answered.
    pub(super) answered: Option<usize>,
}

impl Call {
    /// Creates the legs of a Dial.
    pub(super) fn create_legs(&mut self, ring: &Ring) {
        let first = self.legs.len();
        for destination in &ring.to {
            let leg = self.leg(destination, &ring.from);
            let pace = self.leg_pace(self.legs.len(), &leg.to);
            let init = pace.and_then(|pace| pace.init).unwrap_or(timing::LEG_INIT);
            self.agenda
                .add(self.now + init, Due::LegInit(self.legs.len()));
            self.legs.push(leg);
            self.destinations.push(destination.clone());
        }
        if first == self.legs.len() {
            self.report(Outcome::NotAnswered(Cause::DESTINATION_OUT_OF_ORDER));
            return;
        }
        self.ringing = Some(Ringing {
            first,
            answered: None,
        });
        let pace = self.legs.get(first);
        let pace = pace.and_then(|leg| self.leg_pace(first, &leg.to));
        let gives_up = pace.and_then(|pace| pace.gives_up);
        self.wait_for(Need::Ring {
            legs: (first..self.legs.len()).map(LegId).collect(),
            at_most: gives_up.unwrap_or(ring.at_most + timing::LEG_INIT),
        });
    }

    fn leg(&mut self, destination: &Destination, from: &str) -> Leg {
        let (uuid, thread) = (self.identifiers.uuid(), self.identifiers.thread());
        let to = destination.name().into();
        Leg::new(Direction::Out, uuid, thread, from.into(), to, self.stamp())
    }

    /// A leg rings.
    pub(super) fn leg_rings(&mut self, index: usize) {
        if self
            .legs
            .get(index)
            .is_some_and(|leg| leg.state == CallState::Init)
        {
            self.enter_leg_state(index, CallState::Ringing);
        }
    }

    /// A leg was answered: the first wins, the others end.
    pub(super) fn leg_answers(&mut self, index: usize) {
        let Some(ringing) = self.ringing.clone() else {
            return;
        };
        let is_free = self
            .legs
            .get(index)
            .is_some_and(|leg| leg.state < CallState::Live);
        if !is_free || index < ringing.first || ringing.answered.is_some() {
            return;
        }
        self.enter_leg_state(index, CallState::Live);
        for other in (ringing.first..self.legs.len()).filter(|&other| other != index) {
            self.end_leg(other, Cause::LOSE_RACE);
        }
        if !self.facts.answered {
            self.assume(Assumption::BridgeAnswers);
            self.answer();
        }
        self.ringing = Some(Ringing {
            answered: Some(index),
            ..ringing
        });
        self.report(Outcome::Answered);
    }

    /// A leg ended by itself: refused, or hung up behind its answer.
    pub(super) fn leg_ends(&mut self, index: usize, cause: Cause) {
        let Some(leg) = self.legs.get(index).filter(|leg| !leg.state.is_over()) else {
            return;
        };
        let was_live = leg.state == CallState::Live;
        self.end_leg(index, cause);
        if was_live {
            let is_bridged = matches!(self.need, Need::Bridge { leg, .. } if leg.0 == index);
            if is_bridged {
                self.report(Outcome::BridgeEnded(cause));
            }
            return;
        }
        let Some(ringing) = &self.ringing else { return };
        let legs = &self.legs[ringing.first..];
        if ringing.answered.is_none() && legs.iter().all(|leg| leg.state.is_over()) {
            let cause = legs.iter().find_map(|leg| leg.cause).unwrap_or(cause);
            self.report(Outcome::NotAnswered(cause));
        }
    }

    /// Nobody answered in time.
    pub(super) fn ring_times_out(&mut self) {
        let Some(ringing) = self.ringing.take() else {
            return;
        };
        for index in ringing.first..self.legs.len() {
            self.end_leg(index, Cause::NO_ANSWER);
        }
        self.report(Outcome::NotAnswered(Cause::NO_ANSWER));
    }

    /// The bridge has lasted as long as it may.
    pub(super) fn bridge_times_out(&mut self, leg: LegId) {
        self.assume(Assumption::DialDuration);
        self.end_leg(leg.0, Cause::ALLOTTED_TIMEOUT);
        self.report(Outcome::BridgeEnded(Cause::ALLOTTED_TIMEOUT));
    }

    /// Bridges the leg that answered.
    pub(super) fn bridge(&mut self, at_most: Option<u64>) {
        let answered = self.ringing.take().and_then(|ringing| ringing.answered);
        let live = answered.filter(|&index| !self.legs[index].state.is_over());
        match live {
            Some(index) => {
                let pace = self.leg_pace(index, &self.legs[index].to);
                let talks = pace.and_then(|pace| pace.talks);
                self.wait_for(Need::Bridge {
                    leg: LegId(index),
                    at_most: at_most.map(|at_most| talks.unwrap_or(at_most)),
                });
            }
            None => {
                let cause = answered.and_then(|index| self.legs[index].cause);
                self.report(Outcome::BridgeEnded(
                    cause.unwrap_or(Cause::NORMAL_CLEARING),
                ));
            }
        }
    }

    /// Ends a leg, unless it is over.
    pub(super) fn end_leg(&mut self, index: usize, cause: Cause) {
        if self.legs[index].state.is_over() {
            return;
        }
        self.agenda.remove(Due::LegInit(index));
        self.legs[index].cause = Some(cause);
        self.enter_leg_state(index, CallState::Hangup);
        let pace = self.leg_pace(index, &self.legs[index].to);
        let destroyed = pace.and_then(|pace| pace.destroyed);
        let destroyed = destroyed.unwrap_or(timing::DESTROYED);
        self.agenda
            .add(self.now + destroyed, Due::LegDestroyed(index));
    }

    /// Ends the legs of a Dial that is broken off.
    pub(super) fn drop_legs(&mut self) {
        self.ringing = None;
        for index in 0..self.legs.len() {
            let cause = match self.legs[index].answer_on {
                Some(_) => Cause::NORMAL_CLEARING,
                None => Cause::ORIGINATOR_CANCEL,
            };
            self.end_leg(index, cause);
        }
    }

    /// Tells the command on top what came of its Dial, a little later (observed).
    fn report(&mut self, outcome: Outcome) {
        let time = self.cut(timing::DIAL_REPORTS);
        self.pass(time, After::Report(outcome));
    }
}

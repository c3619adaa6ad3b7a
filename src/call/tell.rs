//! What a call makes of what it is told.

use super::agenda::Due;
use super::{After, Call, EndedBy};
use crate::channel::cause::Cause;
use crate::channel::{CallState, FetchError, Happening, Need, Outcome, timing};
use crate::fidelity::Assumption;

impl Call {
    pub(super) fn take(&mut self, happening: Happening) {
        if self.need == Need::Over {
            return;
        }
        match happening {
            Happening::Elapsed => self.elapsed(),
            Happening::Timer => {
                if let Some(due) = self.agenda.take() {
                    self.due(due);
                }
            }
            Happening::Replied(reply) => {
                if matches!(self.need, Need::Fetch(_)) {
                    self.reply(&reply);
                }
            }
            Happening::NoFlow(wrong) => {
                if matches!(self.need, Need::Fetch(_)) {
                    self.no_flow(wrong);
                }
            }
            Happening::NoReply(error) => {
                if matches!(self.need, Need::Fetch(_)) {
                    self.no_reply(error);
                }
            }
            Happening::NoMedia => {
                if matches!(self.need, Need::Hear { .. }) {
                    self.resume(Outcome::NoMedia);
                }
            }
            Happening::Key(key) => {
                if !self.inbound.state.is_over() {
                    self.key(key);
                }
            }
            Happening::Rings(leg) => self.leg_rings(leg.0),
            Happening::Answers(leg) => self.leg_answers(leg.0),
            Happening::Ends(leg, cause) => self.leg_ends(leg.0, cause),
            Happening::CallerHangsUp => {
                let cause = match self.facts.answered {
                    true => Cause::NORMAL_CLEARING,
                    false => {
                        self.assume(Assumption::CallerCancel);
                        Cause::ORIGINATOR_CANCEL
                    }
                };
                self.end(EndedBy::Caller, cause);
            }
        }
    }

    /// The time of the present need is over.
    fn elapsed(&mut self) {
        match self.need {
            Need::Pass(_) => match std::mem::replace(&mut self.after, After::Enter) {
                After::Enter => {
                    let step = self.enter();
                    self.drive(step);
                }
                After::Legs(ring) => self.create_legs(&ring),
                After::Report(outcome) => self.resume(outcome),
                After::Close(step) => {
                    let next = self.follow(step);
                    self.drive(next);
                }
            },
            Need::Fetch(_) => self.no_reply(FetchError::Timeout),
            Need::Ring { .. } => self.ring_times_out(),
            Need::Bridge { leg, .. } => self.bridge_times_out(leg),
            Need::Hear { .. } | Need::Wait { .. } => self.resume(Outcome::Done),
            Need::Collect { .. } | Need::Recording { .. } => self.resume(Outcome::TimedOut),
            Need::Timers | Need::Over => {}
        }
    }

    fn flow_start(&self) -> u64 {
        self.setup.pace.begin.unwrap_or(timing::FLOW_START)
    }

    /// One of the call's own timers is due.
    fn due(&mut self, due: Due) {
        match due {
            Due::Init => {
                self.enter_state(CallState::Init);
                let rings = self.setup.pace.ring.unwrap_or(timing::RINGING);
                self.agenda.add(rings.max(self.now), Due::Ringing);
            }
            Due::Ringing => {
                self.enter_state(CallState::Ringing);
                let answers = self.setup.pace.answer.unwrap_or(timing::ANSWERED);
                let answers = answers.max(self.now);
                match self.setup.parties.app.auto_answer {
                    true => self.agenda.add(answers, Due::Answered),
                    false => {
                        self.assume(Assumption::FlowStart);
                        self.agenda.add(answers + self.flow_start(), Due::Begin);
                    }
                }
            }
            Due::Answered => {
                self.answer();
                self.agenda.add(self.now + self.flow_start(), Due::Begin);
            }
            Due::Begin => self.begin(),
            Due::MaxLength => {
                self.assume(Assumption::MaxCallLength);
                self.end(EndedBy::MaxLength, Cause::ALLOTTED_TIMEOUT);
            }
            Due::LegInit(index) => self.enter_leg_state(index, CallState::Init),
            Due::LegDestroyed(index) => {
                self.enter_leg_state(index, CallState::Destroyed);
                let pace = self.leg_pace(index, &self.legs[index].to);
                let offline = pace.and_then(|pace| pace.offline);
                let offline = offline.unwrap_or(timing::LEG_OFFLINE);
                self.agenda.add(self.now + offline, Due::LegOffline(index));
            }
            Due::LegOffline(index) => self.enter_leg_state(index, CallState::Offline),
            Due::Recording(index) => self.recording_ready(index),
            Due::HoldEnds => self.facts.held = false,
            Due::Destroyed => self.enter_state(CallState::Destroyed),
        }
    }
}

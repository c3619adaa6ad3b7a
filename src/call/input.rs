//! What a call makes of what it is told.

#![warn(clippy::arithmetic_side_effects)]

use super::state::{Continuation, trim};
use super::{Fact, KeyFate, Listens, Machine};
use crate::channel::cause::Cause;
use crate::channel::{CallState, Delay, FetchError, Input, Need, Outcome, Timer, timing};
use crate::fidelity::{Assumption, Reading};
use crate::record::EndedBy;

impl Machine<'_> {
    pub(super) fn handle(&mut self, input: Input) {
        if self.state.need == Need::Over {
            return;
        }
        match input {
            Input::Elapsed => self.elapsed(),
            Input::Timer(timer) => {
                if self.state.disarm(timer) {
                    self.due(timer);
                }
            }
            Input::Replied(reply) => self.reply(&reply),
            Input::Redirected { status, location } => self.redirected(status, &location),
            Input::NoFlow(wrong) => self.no_flow(wrong),
            Input::NoReply(error) => self.no_reply(error),
            Input::NoMedia => {
                if matches!(self.state.need, Need::Hear { .. }) {
                    self.resume(Outcome::NoMedia);
                }
            }
            Input::Key(key) => {
                if !self.state.inbound.is_over() {
                    self.key(key);
                }
            }
            Input::Rings(leg) => self.leg_rings(leg),
            Input::Answers(leg) => self.leg_answers(leg),
            Input::Ends(leg, cause) => self.leg_ends(leg, cause),
            Input::CallerHangsUp => self.caller_hangs_up(),
            Input::TimeLimit => {
                if !self.state.inbound.is_over() {
                    self.assume(Assumption::MaxCallLength);
                    self.end(EndedBy::MaxLength, Cause::ALLOTTED_TIMEOUT);
                }
            }
            Input::Stop => {
                self.state.stack.clear();
                self.over();
            }
        }
    }

    /// The call is over when the inbound leg and all others are gone and no recording is to come.
    pub(super) fn settle(&mut self) {
        if self.state.need == Need::Over {
            return;
        }
        if !matches!(self.state.need, Need::Recording { .. }) {
            self.state.awaited = None;
        }
        trim(&mut self.state.legs);
        let gone = |state: CallState| state >= CallState::Destroyed;
        // Mostly the last is the last to go.
        let mut legs = self.state.legs.iter().rev().flatten();
        let is_pending = |timer: &Timer| matches!(timer, Timer::Recording(_));
        if gone(self.state.inbound)
            && legs.all(|leg| gone(leg.state))
            && !self.state.timers.iter().any(is_pending)
        {
            self.over();
        }
    }

    fn over(&mut self) {
        self.state.timers.clear();
        self.state.legs.clear();
        self.state.recordings.clear();
        self.state.available.clear();
        self.state.ringing = None;
        self.state.awaited = None;
        self.state.continuation = Continuation::Plain;
        self.wait_for(Need::Over);
    }

    /// The time of the present need is over.
    fn elapsed(&mut self) {
        match self.state.need {
            Need::PlatformDelay { delay, .. } => self.delay_ends(delay),
            Need::Fetch { .. } => self.no_reply(FetchError::Timeout),
            Need::Ring { .. } => self.ring_times_out(),
            Need::Bridge { leg, .. } => self.bridge_times_out(leg),
            Need::Hear { .. } | Need::Wait { .. } => self.resume(Outcome::Done),
            Need::Collect { .. } | Need::Recording { .. } => self.resume(Outcome::TimedOut),
            Need::Timers | Need::Over => {}
        }
    }

    fn delay_ends(&mut self, delay: Delay) {
        let continuation = std::mem::replace(&mut self.state.continuation, Continuation::Plain);
        match (delay, continuation) {
            (Delay::Init, continuation) => {
                self.enter_state(CallState::Init, None);
                if continuation == Continuation::HangUp {
                    return self.end_by_caller();
                }
                let usual = timing::RINGING - timing::INIT;
                self.delay(Delay::Ringing, usual, Continuation::Plain);
            }
            (Delay::Ringing, _) => {
                self.enter_state(CallState::Ringing, None);
                let answered = timing::ANSWERED - timing::RINGING;
                if self.setup.auto_answer {
                    self.delay(Delay::Answer, answered, Continuation::Plain);
                } else {
                    self.assume(Assumption::FlowStart);
                    let usual = answered + timing::FLOW_START;
                    self.delay(Delay::Begin, usual, Continuation::Plain);
                }
            }
            (Delay::Answer, _) => {
                self.answer();
                self.delay(Delay::Begin, timing::FLOW_START, Continuation::Plain);
            }
            (Delay::Begin, _) => self.begin(),
            (Delay::Enter, _) => self.enter(),
            (Delay::BlockEnd | Delay::FlowEnd, _) => self.end_block(),
            (Delay::Parked, _) => self.end(EndedBy::FlowEnd, Cause::NORMAL_CLEARING),
            (_, Continuation::Legs(ring)) => self.create_legs(ring),
            (_, Continuation::Report(outcome)) => self.resume(outcome),
            (_, Continuation::Close(action)) => self.finish(action),
            (
                Delay::Legs | Delay::Report | Delay::Close,
                Continuation::Plain | Continuation::HangUp,
            ) => {}
        }
    }

    /// One of the call's timers is due.
    fn due(&mut self, timer: Timer) {
        match timer {
            Timer::LegInit(leg) => self.enter_leg_state(leg, CallState::Init, None),
            Timer::LegDestroyed(leg) => {
                self.enter_leg_state(leg, CallState::Destroyed, None);
                self.arm(Timer::LegOffline(leg), timing::LEG_OFFLINE);
            }
            Timer::LegOffline(leg) => {
                self.enter_leg_state(leg, CallState::Offline, None);
                self.state.legs[leg.0] = None;
            }
            Timer::Recording(recording) => self.recording_ready(recording),
            Timer::HoldEnds => self.state.held = false,
            Timer::Destroyed => self.enter_state(CallState::Destroyed, None),
        }
    }

    /// A key was pressed: it goes to the command that listens for it.
    fn key(&mut self, key: char) {
        let listens = self.state.listener(key).map(|listener| listener.listens);
        let waits = matches!(listens, Some(Listens::Waits | Listens::Stops(_)));
        if listens.is_none() {
            self.assume(Assumption::KeysUnheard);
            let fate = if self.keeps_key() {
                self.state.kept_keys.push_back(key);
                KeyFate::Kept
            } else {
                KeyFate::Lost
            };
            return self.note(Fact::Key(key, fate));
        }
        self.note(Fact::Key(key, KeyFate::Heard));
        if waits {
            self.resume(Outcome::Key(key));
        } else {
            self.cut_short(key);
        }
    }

    /// Whether a key that no command listens for is kept.
    fn keeps_key(&self) -> bool {
        let is_taken = matches!(
            self.state.need,
            Need::Hear { caller: true, .. } | Need::Bridge { .. }
        );
        self.is(Reading::KeysKept) || self.is(Reading::KeysKeptInPauses) && !is_taken
    }

    /// Something is played: what is kept only in pauses is lost.
    pub(super) fn lose_kept_keys(&mut self) {
        if self.is(Reading::KeysKeptInPauses) && !self.state.kept_keys.is_empty() {
            self.state.kept_keys.clear();
            self.note(Fact::KeptKeysLost);
        }
    }

    /// Keys that were kept go to the first command that listens for them.
    pub(super) fn take_kept_keys(&mut self) {
        while let Some(&key) = self.state.kept_keys.front() {
            let Some(listener) = self.state.listener(key) else {
                return;
            };
            let waits = matches!(listener.listens, Listens::Waits | Listens::Stops(_));
            self.state.kept_keys.pop_front();
            self.note(Fact::KeptKeyHeard);
            if waits {
                self.resume(Outcome::Key(key));
            } else {
                self.cut_short(key);
            }
        }
    }

    fn caller_hangs_up(&mut self) {
        if self.state.inbound.is_over() {
            return;
        }
        if self.state.waits_for(Delay::Init) {
            self.state.continuation = Continuation::HangUp;
            return;
        }
        self.end_by_caller();
    }

    fn end_by_caller(&mut self) {
        let cause = if self.state.answered {
            Cause::NORMAL_CLEARING
        } else {
            self.assume(Assumption::CallerCancel);
            Cause::ORIGINATOR_CANCEL
        };
        self.end(EndedBy::Caller, cause);
    }

    /// Ends the call.
    pub(super) fn end(&mut self, by: EndedBy, cause: Cause) {
        self.state.stack.clear();
        self.state.continuation = Continuation::Plain;
        self.trace.leave_open();
        self.wait_for(Need::Timers);
        self.drop_legs();
        self.end_recordings();
        self.disarm(Timer::HoldEnds);
        self.state.held = false;
        self.state.kept_keys.clear();
        self.note(Fact::CallEnded(by));
        self.enter_state(CallState::Hangup, Some(cause));
        self.arm(Timer::Destroyed, timing::DESTROYED);
    }
}

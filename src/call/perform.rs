//! Does what the command on top asked for.

#![warn(clippy::arithmetic_side_effects)]

use super::state::{Continuation, Frame, Open, Which};
use super::{Fact, Machine, blocks};
use crate::channel::cause::Cause;
use crate::channel::{
    Action, CallState, Delay, Effect, FetchError, Need, Outcome, Reply, Timer, timing,
};
use crate::fidelity::{Assumption, Reading};
use crate::flow::EntryState as Status;
use crate::record::{EndedBy, Redirect};

impl Machine<'_> {
    /// Does what the command on top asked for. One that has finished ends when the platform says so.
    pub(super) fn perform(&mut self, action: Action) {
        let mut action = action;
        loop {
            action = match action {
                Action::Do(effect) => {
                    self.act(effect);
                    self.ask(Some(Outcome::Done))
                }
                Action::AwaitRecording { tag, at_most } => {
                    let which = self.which(tag);
                    let Some(outcome) = self.await_recordings(which, at_most) else {
                        return;
                    };
                    self.ask(Some(outcome))
                }
                Action::Done(_) | Action::Failed(_) | Action::HangUp(_) => {
                    return self.delay(Delay::Close, 0, Continuation::Close(action));
                }
                Action::Await(need) => return self.wait_for(need),
                Action::Ring(ring) => {
                    let usual = ring.after.saturating_add(timing::LEG_CREATED);
                    return self.delay(Delay::Legs, usual, Continuation::Legs(ring));
                }
                Action::Bridge { at_most } => return self.bridge(at_most),
                Action::Hear {
                    sound,
                    caller,
                    lasts,
                } => {
                    let mut caller = caller;
                    if caller && !self.state.answered {
                        self.assume(Assumption::EarlyMedia);
                        if self.is(Reading::EarlyMediaUnheard) {
                            caller = false;
                        } else {
                            self.note(Fact::EarlyMedia);
                        }
                    }
                    if caller && lasts != Some(0) {
                        self.lose_kept_keys();
                    }
                    let lasts = lasts.map(|lasts| lasts.min(timing::LONGEST_MEDIA));
                    return self.wait_for(Need::Hear {
                        sound,
                        caller,
                        lasts,
                    });
                }
                Action::RunChildren { listen } => return self.run_children(listen),
                Action::EndWith { last, reason } => return self.end_with(last, reason),
            };
        }
    }

    /// The command on top ends.
    pub(super) fn finish(&mut self, action: Action) {
        match action {
            Action::Done(reason) => self.close(Status::Success, reason),
            Action::Failed(reason) => self.close(Status::Failed, reason),
            Action::HangUp(reason) => {
                let entry = self.trace.open().next();
                if !self.is(Reading::HangupLeftOpen) {
                    self.end_entry(Status::Success, reason);
                }
                let by = entry.map_or(EndedBy::FlowEnd, EndedBy::Command);
                self.end(by, Cause::NORMAL_CLEARING);
            }
            _ => {}
        }
    }

    fn act(&mut self, effect: Effect) {
        match effect {
            Effect::Answer => self.answer(),
            Effect::StartRecording { tag, asr } => {
                self.start_recording(tag, asr);
            }
            Effect::StopRecording { tag } => {
                let which = self.which(tag);
                self.stop_recordings(&which);
            }
            Effect::Hold { at_most } => {
                self.state.held = true;
                self.disarm(Timer::HoldEnds);
                self.arm(Timer::HoldEnds, at_most);
            }
            Effect::Unhold => {
                self.state.held = false;
                self.disarm(Timer::HoldEnds);
            }
        }
    }

    /// Answers the call, unless it is answered or over.
    pub(super) fn answer(&mut self) {
        if self.state.inbound < CallState::Live {
            self.state.answered = true;
            self.enter_state(CallState::Live, None);
        }
    }

    /// Takes the inbound leg into a state.
    pub(super) fn enter_state(&mut self, state: CallState, cause: Option<Cause>) {
        self.state.inbound = state;
        self.assume_number(cause);
        self.note(Fact::Inbound(state, cause));
    }

    /// A leg ended: how its cause is written may be an assumption.
    pub(super) fn assume_number(&mut self, cause: Option<Cause>) {
        if cause.is_some_and(|cause| !cause.is_q850()) {
            self.assume(Assumption::Q850Above127);
        }
    }

    /// The recordings that the command on top means: the one that it began, or by tag.
    fn which(&self, tag: Option<Box<str>>) -> Which {
        match (self.state.stack.last(), tag) {
            (
                Some(Frame::Open(Open {
                    recording: Some(recording),
                    ..
                })),
                _,
            ) => Which::One(*recording),
            (_, Some(tag)) => Which::Tag(tag),
            (_, None) => Which::All,
        }
    }

    /// A reply to the fetch of the command on top.
    pub(super) fn reply(&mut self, reply: &Reply) {
        let Need::Fetch { request, flow } = &self.state.need else {
            return;
        };
        self.trace
            .fetched(self.now, request.target(), Ok(reply.status), None);
        let is_good = (200..300).contains(&reply.status);
        if !is_good && !self.setup.platform.is(Reading::FetchStatusIgnored) {
            return self.resume(Outcome::BadStatus(reply.status));
        }
        if !flow {
            return self.resume(Outcome::Fetched);
        }
        match self.setup.library.flow(&reply.name, &reply.body) {
            Ok(flow) => {
                let document = blocks::fetched(flow, request.url.clone());
                if let Some(Frame::Open(open)) = self.state.stack.last_mut() {
                    open.fetched = Some(document);
                }
                self.resume(Outcome::Fetched);
            }
            Err(wrong) => self.resume(Outcome::BadDocument(wrong)),
        }
    }

    /// A reply that sends the fetch of the command on top elsewhere.
    pub(super) fn redirected(&mut self, status: u16, location: &str) {
        let Need::Fetch { request, flow } = &self.state.need else {
            return;
        };
        self.trace.assume(Assumption::Redirects);
        let flow = *flow;
        let Some(next) = request.redirect(status, location) else {
            return self.no_reply(FetchError::Redirects);
        };
        let redirect = Redirect {
            to: next.target().into(),
            lost: request.lost(next.target()),
        };
        self.trace
            .fetched(self.now, request.target(), Ok(status), Some(redirect));
        self.wait_for(Need::Fetch {
            request: next,
            flow,
        });
    }

    /// A reply that is no call flow, to the fetch of the command on top.
    pub(super) fn no_flow(&mut self, wrong: Box<str>) {
        if let Need::Fetch { request, flow } = &self.state.need {
            let flow = *flow;
            self.trace
                .fetched(self.now, request.target(), Ok(200), None);
            self.resume(if flow {
                Outcome::BadDocument(wrong)
            } else {
                Outcome::Fetched
            });
        }
    }

    /// The fetch of the command on top failed.
    pub(super) fn no_reply(&mut self, error: FetchError) {
        if let Need::Fetch { request, .. } = &self.state.need {
            self.trace
                .fetched(self.now, request.target(), Err(error), None);
            self.resume(Outcome::NotFetched(error));
        }
    }
}

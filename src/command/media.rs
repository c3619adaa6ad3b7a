//! What the commands that are heard have in common.

use std::borrow::Cow;

use super::traits::Heard;
use crate::channel::{Action, CommandContext, Outcome, Reason, Sound};
use crate::fidelity::{Assumption, Reading};
use crate::value::Leg;

/// The longest that media may take where nothing is said, in milliseconds (observed on Say).
pub(super) const TIMEOUT: u64 = 30_000;

/// How long something is heard, in milliseconds.
pub(super) struct Playback {
    /// How long one run takes.
    pub(super) once: u64,
    /// How often it is heard.
    pub(super) times: u32,
    /// What the platform takes beyond that.
    pub(super) overhead: u64,
    /// The maximum length.
    pub(super) timeout: u64,
    /// Who hears it.
    pub(super) leg: Leg,
}

impl Playback {
    /// Lets it be heard, at most for the time-out.
    pub(super) fn begin(&self, context: &mut CommandContext<'_>, sound: Sound) -> Action {
        let times = times(self.times, context);
        let lasts = match times {
            0 => 0,
            _ => (self.heard(times) + self.overhead).min(context.time_out(self.timeout, TIMEOUT)),
        };
        hear(context, sound, self.leg, Some(lasts))
    }

    /// It ended: well, or cut at its time-out, which fails the command.
    pub(super) fn ended(
        &self,
        context: &mut CommandContext<'_>,
        outcome: &Outcome,
        reason: impl FnOnce(u32) -> Reason,
    ) -> Action {
        let times = times(self.times, context);
        // What a key cut short counts as played (`gather-prompt`).
        if *outcome == Outcome::CutShort || times == 0 {
            return Action::Done(reason(times));
        }
        let timeout = context.time_out(self.timeout, TIMEOUT);
        if self.heard(times) <= timeout {
            return Action::Done(reason(times));
        }
        context.assume(Assumption::MediaTimeout);
        if context.is(Reading::MediaTimeoutSucceeds) {
            return Action::Done(reason(times));
        }
        context.assume(Assumption::FailureReasons);
        Action::Failed(Cow::Owned(format!("timeout {timeout} ms exceeded")))
    }

    /// How long it is heard without its time-out, so many times.
    fn heard(&self, times: u32) -> u64 {
        self.once.saturating_mul(u64::from(times)).min(u64::MAX / 2)
    }

    /// How long it is heard as often as is written, without its time-out.
    pub(super) fn at_least(&self) -> u64 {
        self.heard(self.times)
    }
}

/// How often media is played whose `loop` is below 1 (`media-loop`), or is that often.
pub(super) fn times(given: u32, context: &mut CommandContext<'_>) -> u32 {
    if given > 0 {
        return given;
    }
    context.assume(Assumption::MediaLoop);
    u32::from(context.is(Reading::MediaLoopOnce))
}

/// Lets something be heard, by those whom `leg` says.
pub(super) fn hear(
    context: &mut CommandContext<'_>,
    sound: Sound,
    leg: Leg,
    lasts: Option<u64>,
) -> Action {
    let caller = leg != Leg::B;
    if !caller {
        context.assume(Assumption::LegB);
    }
    Action::Hear {
        sound,
        caller,
        lasts,
    }
}

/// What the caller hears of something that is played to these: nothing where it is for the dialled party
/// alone.
pub(super) fn heard_by_caller(leg: Leg, heard: Heard) -> Heard {
    if leg == Leg::B { Heard::Nothing } else { heard }
}

/// The attribute that keeps something from the caller, if it does.
pub(super) fn for_dialled(leg: Leg) -> Option<&'static str> {
    (leg == Leg::B).then_some("leg")
}

/// The reason of media that was played (observed for Say).
pub(super) fn played(times: u32) -> Reason {
    Cow::Owned(format!("media played {times} times"))
}

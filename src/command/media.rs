//! What the commands that are heard have in common.

use std::borrow::Cow;

use crate::channel::{Action, CommandContext, Outcome, Reason, Sound};
use crate::fidelity::Assumption;
use crate::value::Leg;

/// How long something is heard, in milliseconds.
pub(super) struct Playback {
    /// How long one run takes.
    pub(super) once: u64,
    /// How often it is heard.
    pub(super) times: u32,
    /// What the platform takes beyond that.
    pub(super) overhead: u64,
    /// The longest that it may take.
    pub(super) timeout: u64,
    /// Who hears it.
    pub(super) leg: Leg,
}

impl Playback {
    /// Lets it be heard, at most for the time-out.
    pub(super) fn begin(&self, context: &mut CommandContext<'_>, sound: Sound) -> Action {
        let lasts = match self.times {
            0 => {
                context.assume(Assumption::MediaLoop);
                0
            }
            _ => (self.heard() + self.overhead).min(context.time_out(self.timeout)),
        };
        hear(context, sound, self.leg, Some(lasts))
    }

    /// It ended: well, or cut at its time-out, which fails the command.
    pub(super) fn ended(
        &self,
        context: &mut CommandContext<'_>,
        outcome: &Outcome,
        reason: Reason,
    ) -> Action {
        // What a key cut short counts as played (`gather-prompt`).
        if *outcome == Outcome::CutShort || self.heard() <= self.timeout {
            return Action::Done(reason);
        }
        context.assume(Assumption::MediaTimeout);
        context.assume(Assumption::FailureReasons);
        Action::Failed(Cow::Owned(format!("timeout {} ms exceeded", self.timeout)))
    }

    /// How long it is heard without its time-out.
    pub(super) fn heard(&self) -> u64 {
        self.once
            .saturating_mul(u64::from(self.times))
            .min(u64::MAX / 2)
    }
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

/// The reason of media that was played (observed for Say).
pub(super) fn played(times: u32) -> Reason {
    Cow::Owned(format!("media played {times} times"))
}

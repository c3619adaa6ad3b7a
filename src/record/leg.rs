//! One leg of a call.

#![warn(clippy::arithmetic_side_effects)]

use std::borrow::Cow;

use super::Stamp;
use crate::channel::cause::Cause;
use crate::channel::{CallState, Destination};
use crate::fidelity::{Platform, Reading};

/// Which way a leg was set up, seen from the platform.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// Somebody called.
    In,
    /// The platform dialled.
    Out,
}

impl Direction {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

/// A leg with the instants of its states. What is absent did not happen, or is not known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Leg {
    /// Its identifier.
    pub uuid: Option<Box<str>>,
    /// The platform's thread of it.
    pub thread: Option<Box<str>>,
    /// Which way it was set up.
    pub direction: Option<Direction>,
    /// Who calls.
    pub from: Option<Box<str>>,
    /// Who is called; of a dialled leg the SIP user or the number.
    pub to: Option<Box<str>>,
    /// Where it was dialled to, where that is known whole.
    pub destination: Option<Destination>,
    /// The last state that is known.
    pub state: Option<CallState>,
    /// Its length in milliseconds, as its vendor counts it; absent where nobody said it.
    pub duration: Option<u64>,
    /// When it was created.
    pub created: Option<Stamp>,
    /// When it last changed.
    pub changed: Option<Stamp>,
    /// When it came to life.
    pub init: Option<Stamp>,
    /// When it began to ring.
    pub ringing: Option<Stamp>,
    /// When it was answered.
    pub live: Option<Stamp>,
    /// When it was hung up.
    pub hangup: Option<Stamp>,
    /// When it was gone.
    pub destroyed: Option<Stamp>,
    /// Why it ended.
    pub cause: Option<LegCause>,
    /// Whether it is known to have heard something before it was answered (`early-media`).
    pub early_media: bool,
}

/// Why a leg ended, as number and as name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LegCause {
    /// The number.
    pub code: Option<u64>,
    /// The name.
    pub name: Option<Cow<'static, str>>,
}

impl LegCause {
    /// The cause by its name, or else by its number; absent where the table has neither.
    pub fn known(&self) -> Option<Cause> {
        let code = || u32::try_from(self.code?).ok();
        let name = self.name.as_deref();
        name.and_then(Cause::from_name)
            .or_else(|| code().and_then(Cause::from_code))
    }
}

impl LegCause {
    /// The cause as a platform shows it (`q850-above-127`).
    pub(crate) fn on(platform: Platform, cause: Cause) -> Self {
        let code = if cause.is_q850() || platform.is(Reading::Q850OwnNumber) {
            cause.code()
        } else {
            Cause::NORMAL_CLEARING.code()
        };
        Self {
            code: Some(code.into()),
            name: Some(cause.name().into()),
        }
    }
}

impl Leg {
    /// Takes the leg into a state, at an instant.
    pub fn enter(&mut self, state: CallState, at: Stamp) {
        self.state = Some(state);
        self.changed = Some(at);
        if let Some(instant) = self.instant_mut(state) {
            *instant = Some(at);
        }
    }

    /// When it came into a state; `offline` has no instant of its own.
    pub fn instant(&self, state: CallState) -> Option<Stamp> {
        match state {
            CallState::Init => self.init,
            CallState::Ringing => self.ringing,
            CallState::Live => self.live,
            CallState::Hangup => self.hangup,
            CallState::Destroyed => self.destroyed,
            CallState::Offline => None,
        }
    }

    /// The same, to set it.
    pub fn instant_mut(&mut self, state: CallState) -> Option<&mut Option<Stamp>> {
        match state {
            CallState::Init => Some(&mut self.init),
            CallState::Ringing => Some(&mut self.ringing),
            CallState::Live => Some(&mut self.live),
            CallState::Hangup => Some(&mut self.hangup),
            CallState::Destroyed => Some(&mut self.destroyed),
            CallState::Offline => None,
        }
    }

    /// Milliseconds from creation to the last state. The time of `offline` does not count.
    pub fn elapsed(&self) -> u64 {
        let last = (self.destroyed)
            .or(self.hangup)
            .or(self.live)
            .or(self.ringing)
            .or(self.init);
        match (last, self.created) {
            (Some(last), Some(created)) => last.since(created),
            _ => 0,
        }
    }

    /// Why it ended, where that is known.
    pub fn cause(&self) -> Option<Cause> {
        self.cause.as_ref()?.known()
    }

    /// Whether it was dialled.
    pub fn is_outbound(&self) -> bool {
        self.direction == Some(Direction::Out)
    }

    /// When it was gone, or hung up where that is all that is known. A row that was cut before the
    /// instant of its state has at least that of its last change.
    pub fn gone(&self) -> Option<Stamp> {
        let changed = || {
            self.changed
                .filter(|_| self.state.is_some_and(CallState::is_over))
        };
        self.destroyed.or(self.hangup).or_else(changed)
    }

    /// When it ended: when it was hung up, or gone where that is all that is known.
    pub fn ended(&self) -> Option<Stamp> {
        self.hangup.or_else(|| self.gone())
    }
}

//! What the events of one call tell of it, in the terms in which it is explained.
//!
//! Instants are milliseconds since the call was created.

use crate::channel::CallState;
use crate::channel::cause::Cause;
use crate::event::{Direction, Stamp};
use crate::flow::EntryState;

/// Everything that the events of one call tell.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Evidence {
    /// Its identifier.
    pub uuid: Option<String>,
    /// Who called.
    pub from: Option<String>,
    /// Who was called.
    pub to: Option<String>,
    /// Which way the leg was set up.
    pub direction: Option<Direction>,
    /// When it was created.
    pub created: Option<Stamp>,
    /// The last state that is told of, as the platform writes it.
    pub state: Option<String>,
    /// When it began to ring.
    pub rang: Option<u64>,
    /// When it was answered.
    pub answered: Option<u64>,
    /// When it was hung up.
    pub hung_up: Option<u64>,
    /// When it was gone.
    pub destroyed: Option<u64>,
    /// The last instant that is told of.
    pub last: u64,
    /// Whole seconds, as the event counts them.
    pub duration: Option<u64>,
    /// Why it ended.
    pub cause: CauseRow,
    /// Whether the control app answers by itself.
    pub auto_answer: Option<bool>,
    /// The longest call that the control app allows, in minutes.
    pub longest: Option<u64>,
    /// The log.
    pub log: Vec<LogRow>,
    /// The legs that it dialled.
    pub legs: Vec<LegRow>,
    /// The recordings that are available.
    pub recordings: Vec<RecordingRow>,
    /// How much of the call the events tell of.
    pub extent: Extent,
    /// The last instant of a log that was cut: what came behind it is lost.
    pub log_until: Option<u64>,
}

/// How much of a call the events tell of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Extent {
    /// Some of its states.
    #[default]
    Some,
    /// All from its first state to its last, so that a state of which none tells was hardly reached.
    All,
    /// Not even all of the one that tells most: it was cut.
    Cut,
    /// What an event of 2022 has: the call's state, or one command.
    Old,
}

impl Evidence {
    /// Whether the platform made the leg, rather than took it.
    pub fn is_outbound(&self) -> bool {
        self.direction == Some(Direction::Out)
    }

    /// Whether there is a log, be it empty.
    pub fn has_log(&self) -> bool {
        self.extent != Extent::Old || !self.log.is_empty()
    }

    /// When the call ended; absent while it goes on.
    pub fn ended(&self) -> Option<u64> {
        self.hung_up.or(self.destroyed)
    }

    /// Whether the call is over.
    pub fn is_over(&self) -> bool {
        let over = |state: &str| {
            [CallState::Hangup, CallState::Destroyed, CallState::Offline]
                .iter()
                .any(|one| one.as_str() == state)
        };
        self.ended().is_some() || self.state.as_deref().is_some_and(over)
    }

    /// The end of what is known of the course of the call: its end, or the last that is told of.
    pub fn until(&self) -> u64 {
        let end = self.ended().unwrap_or(self.last);
        self.log_until.unwrap_or(end).min(end)
    }
}

/// A hangup cause as a row prints it: as number and as name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CauseRow {
    /// The number.
    pub code: Option<u64>,
    /// The name.
    pub name: Option<String>,
}

impl CauseRow {
    /// The cause, by its name, else by its number.
    pub fn cause(&self) -> Option<Cause> {
        let by_code = || Cause::from_code(u32::try_from(self.code?).ok()?);
        let by_name = self.name.as_deref().and_then(Cause::from_name);
        by_name.or_else(by_code)
    }
}

/// An entry of the log.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct LogRow {
    /// When the command began.
    pub from: u64,
    /// When it was last written: its beginning while it is open.
    pub to: u64,
    /// The name of the command.
    pub name: String,
    /// The path of the command; its name where the event has none.
    pub path: String,
    /// Its tag.
    pub tag: Option<String>,
    /// How it stands.
    pub status: StatusRow,
    /// How the compiled tree says that it stands; absent where the event has none.
    pub command: Option<StatusRow>,
    /// Whether the compiled tree has an Error block in it; absent where the event has no tree.
    pub has_handler: Option<bool>,
    /// The source, as XML; empty where the event has none.
    pub xml: String,
}

/// How a command stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StatusRow {
    /// The state, as the platform writes it.
    pub state: Option<String>,
    /// Whether it ended well.
    pub success: Option<bool>,
    /// Why.
    pub reason: Option<String>,
}

impl StatusRow {
    /// The state; from `success` where there is no such word, as in 2022.
    pub fn state(&self) -> EntryState {
        let all = [EntryState::Queued, EntryState::Success, EntryState::Failed];
        let word = self.state.as_deref();
        let known = all.into_iter().find(|state| word == Some(state.as_str()));
        known.unwrap_or(match self.success {
            Some(true) => EntryState::Success,
            Some(false) if word.is_none() && self.reason.is_some() => EntryState::Failed,
            _ => EntryState::Queued,
        })
    }
}

/// A leg that the call dialled.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct LegRow {
    /// Where it went: a SIP user or a number.
    pub to: String,
    /// The state that the row shows.
    pub state: Option<String>,
    /// When it was created.
    pub created: u64,
    /// When it began to ring.
    pub rang: Option<u64>,
    /// When it was answered.
    pub answered: Option<u64>,
    /// When it was hung up.
    pub hung_up: Option<u64>,
    /// Why it ended.
    pub cause: CauseRow,
}

/// A recording that is available.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RecordingRow {
    /// The name that the flow gave it.
    pub tag: Option<String>,
    /// Whole seconds.
    pub seconds: Option<u64>,
}

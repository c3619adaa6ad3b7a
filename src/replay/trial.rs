//! What a call would do next, tried on a copy of it.
//!
//! A copy costs next to nothing, and whatever it does leaves no trace: so what the world must have
//! answered is found by answering, and not by undoing what commands do.

use crate::call::{Call, CommandPlace, State};
use crate::channel::{Action, Delay, Input, Need};

/// What a call does after what it was told.
#[derive(Debug)]
pub(super) enum Next {
    /// This command begins, usually after so many milliseconds.
    Enters(CommandPlace, u64),
    /// The innermost command ends: whether well, and why.
    Closes(bool, String),
    /// It asks for a document.
    Fetches(Box<Trial>),
    /// It waits for a key, at most so long, in milliseconds.
    Collects(u64),
    /// Something else.
    Else,
}

/// A copy of a call that is told things.
#[derive(Debug)]
pub(super) struct Trial {
    call: Call,
    now: u64,
}

impl Trial {
    pub(super) fn of(call: &Call, now: u64) -> Self {
        let call = call.fork();
        Self { call, now }
    }

    /// The same, to be told something else.
    pub(super) fn fork(&self) -> Self {
        Self::of(&self.call, self.now)
    }

    /// Where the copy is.
    pub(super) fn state(&self) -> &State {
        self.call.state()
    }

    /// The entry of the innermost command.
    pub(super) fn innermost(&self) -> Option<usize> {
        self.call.trace().open().next()
    }

    /// The copy, told something.
    pub(super) fn told(mut self, input: Input) -> Self {
        self.call.handle(self.now, input);
        self
    }

    /// What it does next, blocks that end at once aside.
    pub(super) fn next(&self) -> Next {
        let state = self.call.state();
        match state.need() {
            Need::PlatformDelay { delay, usual } => match delay {
                Delay::Enter => match state.upcoming() {
                    Some(place) => Next::Enters(place, *usual),
                    None => Next::Else,
                },
                Delay::Close => match state.closing() {
                    Some(Action::Failed(reason)) => Next::Closes(false, reason.to_string()),
                    Some(Action::Done(reason) | Action::HangUp(reason)) => {
                        Next::Closes(true, reason.to_string())
                    }
                    _ => Next::Else,
                },
                Delay::BlockEnd => self.fork().told(Input::Elapsed).next(),
                _ => Next::Else,
            },
            Need::Fetch { .. } => Next::Fetches(Box::new(self.fork())),
            Need::Collect { at_most } => Next::Collects(*at_most),
            _ => Next::Else,
        }
    }
}

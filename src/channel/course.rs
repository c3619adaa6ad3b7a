//! What a command's log tells of the world: the way back from an event to the call behind it.

use super::FetchError;

/// What came of a command, as its log has it, at a moment at which it listens for keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Course<'a> {
    /// What comes next.
    pub next: Next,
    /// The time until then, in milliseconds; until the call's end where nothing comes.
    pub left: u64,
    /// Why the command ended; absent where it never did.
    pub reason: Option<&'a str>,
    /// Whether a key is due at once: something that the caller heard broke off.
    pub at_once: bool,
    /// Whether the command has prompts that run before it listens.
    pub has_prompts: bool,
    /// How often they still run from their first on, where that is next.
    pub again: usize,
    /// Keys that another command would take first.
    pub taken: &'a str,
}

/// What comes next of a command that listens for keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Its prompts, once more.
    Again,
    /// One of its children, by its index among [`Scene::children`](super::Scene::children).
    Branch(usize),
    /// A document that it fetched.
    Document,
    /// Its end.
    End,
    /// Nothing: the call ends before.
    Nothing,
}

/// Why a fetch was of no use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unfetched {
    /// There was no reply.
    Error(FetchError),
    /// The reply had this status.
    Status(u16),
    /// The reply was no call flow: the first thing wrong with it.
    Wrong(Box<str>),
}

/// What a command's behaviour depends on that no event shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Premise<'a> {
    /// Nothing.
    None,
    /// The caller's place, which is compared with these states and counties.
    Place {
        /// The states.
        states: &'a [Box<str>],
        /// The counties.
        counties: &'a [Box<str>],
    },
    /// The local date and time.
    Clock,
}

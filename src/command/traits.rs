//! What can be said of a command without any call: what the rules of `check` look at.

use std::fmt::Debug;

/// What can be said of a command without any call.
pub trait Describe {
    /// What it is, as far as its attributes tell.
    fn traits(&self) -> Traits<'_> {
        Traits::default()
    }

    /// What it asks about that no event shows.
    fn asks(&self) -> Asks<'_> {
        Asks::Nothing
    }
}

/// What a command is, as far as its attributes tell.
///
/// Every field is the exception: a command says what is true of it, and the rest is as here.
#[derive(Clone, Copy, Default, Debug)]
pub struct Traits<'a> {
    /// What it does to the call.
    pub impact: Impact,
    /// It fails in the ordinary run of things, and why, to stand behind "because".
    pub fails: Option<&'static str>,
    /// What the caller hears of it.
    pub heard: Heard,
    /// It is over as soon as it begins.
    pub is_instant: bool,
    /// What it has to do with a recording.
    pub recording: Option<Recording<'a>>,
    /// The attribute that says how often it tries, with its value.
    pub attempts: Option<Named<u32>>,
    /// How it takes keys.
    pub keys: Option<&'a dyn Keys>,
    /// The voice that it speaks with.
    pub voice: Option<&'a dyn Voice>,
    /// The attribute whose value keeps it from being heard, and why.
    pub inaudible: Option<&'static Named<&'static str>>,
}

impl Traits<'_> {
    /// Whether it can tell a caller to speak: a tone, or a file that may hold one.
    pub fn is_signal(&self) -> bool {
        self.heard == Heard::Signal || self.heard == Heard::Words && self.voice.is_none()
    }
}

/// What a command does to the call as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Impact {
    /// Nothing that outlasts it.
    #[default]
    Nothing,
    /// Answers the call.
    Answers,
    /// Puts the caller on hold.
    Holds,
    /// Takes the caller back from hold.
    Unholds,
    /// Runs a document that is not known before the call.
    RunsDocument,
    /// Ends the call: nothing behind it runs.
    EndsCall,
}

/// What the caller hears of a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Heard {
    /// Nothing.
    #[default]
    Nothing,
    /// A signal without words.
    Signal,
    /// Words or music.
    Words,
    /// Another person, or the ringing that precedes one.
    Person,
}

/// What a command has to do with a recording.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recording<'a> {
    /// Records what stands inside it, under its tag; without anything inside, what follows it.
    Around,
    /// Begins one under its tag, and the flow goes on.
    Starts,
    /// Needs one that was begun: that of its tag, or any.
    Needs,
    /// Plays the one with this tag, which this attribute gives.
    Plays(&'static str, &'a str),
}

/// An attribute by its name, with its value or what is to be said of it.
pub type Named<T> = (&'static str, T);

/// How a command takes keys.
pub trait Keys: Debug {
    /// How many keys make a choice; absent where the codes decide.
    fn length(&self) -> Option<Named<u32>>;

    /// The keys which end the entry.
    fn stop(&self) -> Option<Named<&str>>;
}

/// The voice that a command speaks with.
pub trait Voice: Debug {
    /// The language.
    fn language(&self) -> Named<&str>;

    /// The engine.
    fn engine(&self) -> Named<&str>;

    /// The voice itself.
    fn code(&self) -> Option<Named<&str>>;
}

/// What a command asks about that no event shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asks<'a> {
    /// Nothing.
    Nothing,
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

//! What can be said of a command without any call: what the rules of `check` look at.

use std::fmt::Debug;

use crate::channel::Method;
use crate::fidelity::Reading;
use crate::value::{Scalar, Window};

/// What can be said of a command without any call.
pub trait Describe {
    /// What it is, as far as its attributes tell.
    fn traits(&self) -> Traits<'_> {
        Traits::default()
    }

    /// What it asks about that differs from call to call.
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
    /// How long it waits, in milliseconds, where it does nothing else.
    pub waits: Option<u64>,
    /// What it has to do with a recording.
    pub recording: Option<Recording<'a>>,
    /// The attribute that says how often it tries, with its value.
    pub attempts: Option<Named<u32>>,
    /// How it takes keys.
    pub keys: Option<&'a dyn Keys>,
    /// Keys stop it, which are then not for the command around it.
    pub is_stopped_by_keys: bool,
    /// How long it is heard, where that is known, and what cuts it.
    pub lasts: Option<Lasting>,
    /// What it compares.
    pub compares: Option<Compares<'a>>,
    /// The voice that it speaks with.
    pub voice: Option<&'a dyn Voice>,
    /// The attribute whose value keeps it from being heard, and why.
    pub inaudible: Option<&'static Named<&'static str>>,
    /// The document that it asks a server for.
    pub fetches: Option<Fetches<'a>>,
    /// The attribute that plays it to the dialled party alone.
    pub for_dialled: Option<&'static str>,
}

impl Traits<'_> {
    /// Whether it can tell a caller to speak: a tone, or a file that may hold one.
    pub fn is_signal(&self) -> bool {
        self.heard == Heard::Signal || self.heard == Heard::Words && self.voice.is_none()
    }
}

/// A document that a command asks a server for, and that runs in the call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fetches<'a> {
    /// Its URL.
    pub url: &'a str,
    /// How it is asked for.
    pub method: Method,
    /// It runs only where the platform is so; none: always.
    pub only_if: Option<Reading>,
}

/// How long something is heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lasting {
    /// At least, in milliseconds, however fast a voice is.
    pub at_least: u64,
    /// The time-out that cuts it, in milliseconds.
    pub timeout: Named<u64>,
}

/// What a filter compares with what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Compares<'a> {
    /// The property.
    pub field: Named<&'a str>,
    /// Whether published calls have it.
    pub is_published: bool,
    /// The attribute with the value, and what that looks like, where it is no plain value.
    pub value: Named<Option<Lookalike>>,
}

/// What a value looks like that is compared as it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lookalike {
    /// Several values.
    List,
    /// A value with wildcards.
    Mask,
    /// A phone number in a form that no call has: with blanks, brackets or dashes, or with `00` for `+`.
    NumberForm,
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

    /// Whether keys are read until a stop key, where no length is given.
    fn is_read_to_stop(&self) -> bool;

    /// Whether a server takes them.
    fn has_taker(&self) -> bool;
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

/// What a command asks about that differs from call to call.
#[derive(Clone, Copy, PartialEq, Debug)]
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
    /// The local date and time, which are compared with this window of the day, if with any.
    Clock(Option<Window>),
    /// The caller's number, which is compared with this.
    Caller(&'a Scalar),
    /// The called number, which is compared with this.
    Called(&'a Scalar),
}

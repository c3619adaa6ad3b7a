//! What a command is told, and what it makes of it.

use std::borrow::Cow;

use jiff::civil::DateTime;

use super::cause::Cause;
use super::course::{Course, Premise, Unfetched};
use super::need::Ring;
use super::traits::Traits;
use super::{Destination, FetchError, Request, Sound};
use crate::fidelity::{Assumption, Assumptions};

/// Why a command ended, in the platform's words.
pub type Reason = Cow<'static, str>;

/// What a command does in a call: a pure function of what it was told.
pub trait Run {
    /// What it does when its turn comes. The default succeeds at once.
    fn begin(&self, _scene: &mut Scene<'_>) -> Step {
        Step::Done(Cow::Borrowed("unknown"))
    }

    /// What it makes of something that it asked for.
    fn told(&self, scene: &mut Scene<'_>, outcome: Outcome) -> Step {
        let _ = (scene, outcome);
        Step::Done(Cow::Borrowed("unknown"))
    }

    /// What it is to the command around it.
    fn label(&self) -> Label<'_> {
        Label::Command
    }

    /// What its behaviour depends on that no event shows.
    fn premise(&self) -> Premise<'_> {
        Premise::None
    }

    /// Why its fetch was of no use, by the reason of its failure.
    fn unfetched(&self, _reason: &str) -> Option<Unfetched> {
        None
    }

    /// The key that the caller must press next for the command to take this course, and the time
    /// until then; none where no key is pressed.
    fn key(&self, _scene: &mut Scene<'_>, _course: &Course<'_>) -> Option<(u64, char)> {
        None
    }

    /// Whether it made an attempt that left no trace, before its prompts.
    fn skips(&self, _scene: &mut Scene<'_>, _course: &Course<'_>) -> bool {
        false
    }

    /// What can be said of it without any call.
    fn traits(&self) -> Traits<'_> {
        Traits::default()
    }
}

/// What a command does next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Asks for a document, and if `run` is set takes it as a call flow.
    Fetch {
        /// The request.
        request: Request,
        /// Whether the reply must be a call flow.
        flow: bool,
    },
    /// Rings destinations.
    Ring(Ring),
    /// Talks with the leg that answered.
    Bridge {
        /// At most this long.
        at_most: Option<u64>,
    },
    /// Lets the caller hear something.
    Hear {
        /// What.
        sound: Sound,
        /// Whether the caller is among those who hear it.
        caller: bool,
        /// How long, where that is known.
        lasts: Option<u64>,
    },
    /// Waits.
    Wait {
        /// How long.
        at_most: u64,
        /// The keys that end it early.
        stop: Box<str>,
    },
    /// Waits for the next key.
    Collect {
        /// How long.
        at_most: u64,
    },
    /// Waits until the recordings with this tag, or all of them, are available.
    AwaitRecording {
        /// The tag; absent for all of them.
        tag: Option<Box<str>>,
        /// How long.
        at_most: u64,
    },
    /// Does something that takes no time, and is told [`Outcome::Done`].
    Act(Act),
    /// Runs its children in their order, but for those that are chosen by name ([`Label`]).
    RunChildren {
        /// Whether a key ends them and is told to this command.
        listen: bool,
    },
    /// Runs one child, by its index among [`Scene::children`].
    RunBranch(usize),
    /// Runs the document that was fetched.
    RunDocument,
    /// Ended well.
    Done(Reason),
    /// Failed.
    Failed(Reason),
    /// Ended well, and the call with it.
    HangUp(Reason),
}

/// Something that takes no time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    /// Answers the call.
    Answer,
    /// Begins a recording.
    StartRecording {
        /// Its name.
        tag: Option<Box<str>>,
        /// Whether it is to be transcribed.
        asr: bool,
    },
    /// Ends the open recordings with this tag, or all of them.
    StopRecording {
        /// The tag.
        tag: Option<Box<str>>,
    },
    /// Puts the caller on hold.
    Hold {
        /// The longest that the hold lasts, in milliseconds.
        at_most: u64,
    },
    /// Ends the hold.
    Unhold,
}

/// What a command is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// What it asked for was done, or its time is over.
    Done,
    /// Its time is over, and what it waited for did not come.
    TimedOut,
    /// A key was pressed.
    Key(char),
    /// The media cannot be played.
    NoMedia,
    /// The document arrived.
    Fetched,
    /// No document arrived.
    NotFetched(FetchError),
    /// A reply arrived that is of no use: its status.
    BadStatus(u16),
    /// A reply arrived that is no call flow: the first thing wrong with it.
    BadDocument(Box<str>),
    /// A destination answered.
    Answered,
    /// No destination answered.
    NotAnswered(Cause),
    /// The bridge ended with the dialled leg's end.
    BridgeEnded(Cause),
    /// The children, branch or document ended.
    BlockEnded,
}

/// What a command is to the command around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Label<'a> {
    /// A command that runs in its turn.
    Command,
    /// A branch that these digits choose.
    Code(&'a str),
    /// The branch for digits that no other branch has.
    NoMatch,
    /// A destination.
    Destination(&'a Destination),
}

/// What an open command has gathered so far.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Progress {
    /// How far it has come, in the command's own count from 0.
    pub stage: u8,
    /// Which attempt it is on, from 1; 0 before the first.
    pub attempt: u32,
    /// The digits of this attempt.
    pub digits: String,
}

/// What a command may know of the call.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The call itself.
    pub facts: &'a Facts,
    /// What stands inside the command, groups dissolved.
    pub children: &'a [Label<'a>],
    /// The command's tag.
    pub tag: Option<&'a str>,
    /// What it has gathered so far.
    pub progress: &'a mut Progress,
    /// Tags and lengths, in milliseconds, of the recordings that were made.
    pub recordings: &'a [(Option<Box<str>>, u64)],
    /// Why the command around this block failed; empty elsewhere.
    pub failure: &'a str,
    /// The assumptions that decided something.
    pub assumed: &'a mut Assumptions,
}

impl Scene<'_> {
    /// Notes that an assumption decided something.
    pub fn assume(&mut self, assumption: Assumption) {
        self.assumed.insert(assumption);
    }
}

/// Facts of a call that a command can ask about.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Facts {
    /// The caller, as the event has it, with `+`.
    pub from: Box<str>,
    /// The called number.
    pub to: Box<str>,
    /// The call's identifier.
    pub call: Box<str>,
    /// The control app's identifier.
    pub app: Box<str>,
    /// Whether the call was answered.
    pub answered: bool,
    /// Whether the caller is on hold.
    pub held: bool,
    /// The local date and time.
    pub local: DateTime,
    /// The caller's state, two letters.
    pub state: Option<Box<str>>,
    /// The caller's county.
    pub county: Option<Box<str>>,
}

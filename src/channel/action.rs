//! What a command is told, and what it makes of it.

#![warn(clippy::arithmetic_side_effects)]

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::cause::Cause;
use super::need::Ring;
use super::{Destination, FetchError, Need, Sound};
use crate::fidelity::{Assumption, Assumptions, Platform, Reading};

/// Why a command ended, in the platform's words.
pub type Reason = Cow<'static, str>;

/// What a command does in a call: a pure function of what it was told.
pub trait Behavior {
    /// What it does when its turn comes. The default succeeds at once.
    fn begin(&self, _context: &mut CommandContext<'_>) -> Action {
        Action::Done(Cow::Borrowed("unknown"))
    }

    /// What it makes of something that it asked for.
    fn on_outcome(&self, context: &mut CommandContext<'_>, outcome: Outcome) -> Action {
        let _ = (context, outcome);
        Action::Done(Cow::Borrowed("unknown"))
    }

    /// What it is to the command around it.
    fn label(&self) -> Label<'_> {
        Label::Command
    }

    /// Whether a key cuts it short where it stands directly inside a command that listens for keys
    /// (`gather-prompt`).
    fn is_prompt(&self) -> bool {
        false
    }
}

/// What a command does next.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    /// Waits for what the world answers: a document, a key, a time.
    Await(Need),
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
    /// Waits until the recordings with this tag, or all of them, are available.
    AwaitRecording {
        /// The tag; absent for all of them.
        tag: Option<Box<str>>,
        /// How long.
        at_most: u64,
    },
    /// Does something that takes no time, and is told [`Outcome::Done`].
    Do(Effect),
    /// Runs its children in their order, but for those that are chosen by name ([`Label`]), and is
    /// told [`Outcome::BlockEnded`].
    RunChildren {
        /// Whether a key ends them and is told to this command.
        listen: bool,
    },
    /// Its last act: runs this, and then ends well. It is told nothing more, and cannot fail any more.
    EndWith {
        /// What is run.
        last: Last,
        /// Why it ends.
        reason: Reason,
    },
    /// Ended well.
    Done(Reason),
    /// Failed.
    Failed(Reason),
    /// Ended well, and the call with it.
    HangUp(Reason),
}

/// What a command runs as its last act.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Last {
    /// Its children, but for those that are chosen by name.
    Children,
    /// One child, by its index among [`CommandContext::children`].
    Branch(usize),
    /// The document that was fetched.
    Document,
}

/// Something that takes no time.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
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
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// What it asked for was done, or its time is over.
    Done,
    /// A key cut it short, which another command takes.
    CutShort,
    /// Its time is over, and what it waited for did not come.
    TimedOut,
    /// A key was pressed.
    Key(char),
    /// The media cannot be played.
    NoMedia,
    /// No recording has the tag that was to be waited for.
    NoRecording,
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
    /// The children ended.
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

/// What stands inside a command, by what each is to it. A place is an index into what stands there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Children {
    /// Whether there is a command that runs in its turn.
    pub has_command: bool,
    /// The branch for digits that no other branch has.
    pub no_match: Option<usize>,
    /// The length of the longest code.
    pub longest_code: Option<usize>,
    /// The destinations, in their order.
    pub destinations: Vec<Destination>,
    codes: HashMap<Box<str>, usize>,
}

impl Children {
    /// Sorts what stands inside a command.
    pub fn new<'l>(labels: impl Iterator<Item = Label<'l>>) -> Self {
        let mut children = Self::default();
        for (place, label) in labels.enumerate() {
            match label {
                Label::Command => children.has_command = true,
                Label::NoMatch => children.no_match = children.no_match.or(Some(place)),
                Label::Destination(to) => children.destinations.push(to.clone()),
                Label::Code(code) => {
                    children.longest_code = children.longest_code.max(Some(code.len()));
                    children.codes.entry(code.into()).or_insert(place);
                }
            }
        }
        children
    }

    /// The branch that these digits choose: the first of several.
    pub fn branch(&self, digits: &str) -> Option<usize> {
        self.codes.get(digits).copied()
    }

    /// Whether there is any branch.
    pub fn has_branch(&self) -> bool {
        self.no_match.is_some() || !self.codes.is_empty()
    }
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
pub struct CommandContext<'a> {
    /// What does not change during the call.
    pub facts: &'a Facts,
    /// The time.
    pub clock: Clock<'a>,
    /// Whether the call was answered.
    pub answered: bool,
    /// Whether the caller is on hold.
    pub held: bool,
    /// What stands inside the command, groups dissolved.
    pub children: &'a Children,
    /// The command's tag.
    pub tag: Option<&'a str>,
    /// The keys and values that were added to the command.
    pub meta: &'a [(&'a str, Cow<'a, str>)],
    /// What it has gathered so far.
    pub progress: &'a mut Progress,
    /// Tags of the recordings that are available.
    pub recordings: &'a [&'a str],
    /// Why the command around this block failed; empty elsewhere.
    pub failure: &'a str,
    /// How the platform is taken to be.
    pub platform: Platform,
    /// The assumptions that decided something.
    pub assumed: &'a mut Assumptions,
}

impl CommandContext<'_> {
    /// Notes that an assumption decided something.
    pub fn assume(&mut self, assumption: Assumption) {
        self.assumed.insert(assumption);
    }

    /// Whether the platform is taken to be so, and not as usual.
    pub fn is(&self, reading: Reading) -> bool {
        self.platform.is(reading)
    }

    /// A command's time-out in milliseconds, and that of one which names none: what 0 means is an
    /// assumption.
    pub fn time_out(&mut self, given: u64, default: u64) -> u64 {
        if given > 0 {
            return given;
        }
        self.assume(Assumption::TimeoutZero);
        if self.is(Reading::TimeoutZeroDefault) {
            default
        } else {
            0
        }
    }
}

/// The wall clock, in the zone of the call.
#[derive(Clone, Copy, Debug)]
pub struct Clock<'a> {
    /// The present instant.
    pub now: Timestamp,
    /// Where it is read.
    pub zone: &'a TimeZone,
}

impl Clock<'_> {
    /// The local date and time.
    pub fn local(self) -> DateTime {
        self.now.to_zoned(self.zone.clone()).datetime()
    }
}

/// Facts of a call that a command can ask about and that do not change during it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Facts {
    /// The caller, as the event has it, with `+`.
    pub from: Box<str>,
    /// The called number.
    pub to: Box<str>,
    /// The call's identifier.
    pub call: Box<str>,
    /// The control app's identifier.
    pub app: Box<str>,
    /// The caller's state, two letters.
    pub state: Option<Box<str>>,
    /// The caller's county.
    pub county: Option<Box<str>>,
}

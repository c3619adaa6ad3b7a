//! One call that happened, as plain data, whoever saw it.
//!
//! The machine writes a [`Record`], an event is read into one, and everything that shows, compares or
//! judges a call takes one. What is absent in it did not happen, or is not known.
//!
//! **Invariant:** no vendor's JSON is known here. What a vendor's event says beyond a record is kept
//! in [`Record::other`], by its path and as it was written.

use std::borrow::Cow;
use std::sync::Arc;

use crate::channel::{CallState, FetchError, timing};
use crate::fidelity::Assumptions;

mod audio;
mod conversation;
mod element;
mod entry;
mod field;
mod identifiers;
mod json;
mod leg;
mod other;
mod outline;
mod parties;
mod snapshot;
mod stamp;

pub use audio::{Audio, AudioSegment};
pub use conversation::{Attachment, EndWord, Remark, Said, Speaker, Turn, VendorField, transcript};
pub use element::{ElementNode, ElementTree};
pub use entry::{Entry, Placed, Recording, Shown, Status, Trees};
pub use field::{Field, Part};
pub(crate) use identifiers::{Identifiers, Of};
pub use json::{Content, Json, content};
pub(crate) use json::{elements, members, objects, text};
pub use leg::{Direction, Leg, LegCause};
pub(crate) use other::Opened;
pub use other::{JsonPath, JsonStep, Other, Unlike};
pub use outline::{
    Answered, Attempt, CallOutcome, Completeness, Dial, DialEnd, Does, Ender, Ending, Fate, Fetch,
    FetchEnd, Kept, Location, Menu, NotKnown, OpenRecording, Outline, Press, SourceDocument,
    SourceFlows, Step, TOGETHER, TalkEnd, Unseen, UnseenKind, Why, fetches, is_consequence,
    is_empty_flow, keys_in, named_cause,
};
pub use parties::{Account, App, Number, Parties};
pub use snapshot::Snapshot;
pub use stamp::Stamp;

/// One call that happened.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Record {
    /// The leg that it is about: the one that came in, or one that was dialled.
    pub leg: Leg,
    /// The leg that dialled it.
    pub parent: Option<Leg>,
    /// The legs that it dialled, in the order in which they were created.
    pub dialled: Vec<Leg>,
    /// Who it belongs to.
    pub parties: Arc<Parties>,
    /// The commands that were executed, in the order in which they began.
    pub log: Vec<Entry>,
    /// The recordings that became available.
    pub recordings: Vec<Recording>,
    /// What the caller heard, from the creation to the end; absent where nobody listened.
    pub heard: Option<Vec<AudioSegment>>,
    /// The keys that the caller pressed, in their order; absent where nobody saw them.
    pub keys: Option<Vec<Key>>,
    /// What the caller said, in its order, as far as it was seen.
    pub said: Vec<Said>,
    /// The conversation, where it was published as such; see [`Record::conversation`].
    pub turns: Option<Vec<Turn>>,
    /// What was fetched, and what came; absent where nobody saw it.
    pub fetched: Option<Vec<Fetched>>,
    /// Who or what ended the call; absent where nobody knows.
    pub ended_by: Option<EndedBy>,
    /// The same in the word of a vendor that has one.
    pub end_word: Option<EndWord>,
    /// The files that belong to it, where they were published.
    pub attachments: Vec<Attachment>,
    /// What only its vendor knows of it.
    pub vendor: Vec<VendorField>,
    /// What is odd about how it was published.
    pub remarks: Vec<Remark>,
    /// What was assumed of the platform, where the call was simulated.
    pub assumed: Assumptions,
    /// What happened in which order.
    pub course: Vec<Moment>,
    /// How much of the call is known.
    pub extent: Extent,
    /// Which parts the event that tells most does not have at all.
    pub lacks: Lacks,
    /// The last instant of a log that was cut: what came behind it is lost.
    pub log_until: Option<Stamp>,
    /// When the last event was made that tells of it; absent where no event does.
    pub seen: Option<Stamp>,
    /// The event that it was read from; of several the one that tells most.
    pub event: Option<Published>,
    /// What that event says otherwise than its vendor would say this record, in the order of the
    /// event.
    pub other: Vec<Other>,
}

/// Something that happened, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// When.
    pub at: Stamp,
    /// What.
    pub what: Change,
}

/// Something that happened. Entries, dialled legs and recordings are named by their index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// The leg that the record is about came into a state.
    State(CallState),
    /// A command began.
    Began(usize),
    /// A command ended.
    Ended(usize),
    /// A leg was created.
    Dialled(usize),
    /// A dialled leg came into a state.
    Leg(usize, CallState),
    /// A recording became available.
    Recorded(usize),
}

/// A key that the caller pressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key {
    /// When, in milliseconds since the call was created.
    pub at: u64,
    /// The key.
    pub key: char,
    /// Whether a command listened.
    pub is_heard: bool,
}

/// A request, and what came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fetched {
    /// The command that asked: its entry.
    pub entry: usize,
    /// Where from: as the flow wrote it, or where it was redirected to.
    pub url: Box<str>,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// The status of the reply, or why there was none.
    pub reply: Result<u16, FetchError>,
    /// Where the reply sent the request instead.
    pub redirect: Option<Redirect>,
}

/// Where a request was sent instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redirect {
    /// The URL.
    pub to: Box<str>,
    /// The parameters of the query that are not sent there.
    pub lost: Vec<Cow<'static, str>>,
}

/// Who or what ended a call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EndedBy {
    /// The caller hung up.
    Caller,
    /// A command of the flow did, by its index in the log.
    Command(usize),
    /// The flow came to its end (`flow-end`).
    FlowEnd,
    /// The platform's side did, and by what is not known.
    Agent,
    /// The party that was called hung up.
    Callee,
    /// The call was handed over to somebody else.
    Transfer,
    /// The call lasted as long as its app allows (`max-call-length`).
    MaxLength,
}

/// How much of a call is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Extent {
    /// Some of its states.
    #[default]
    Some,
    /// All from its first state to its last, so that a state of which nothing tells was hardly
    /// reached.
    All,
    /// Not even all of the event that tells most: it was cut.
    Cut,
    /// The state of the call, or one command.
    One,
}

/// Which parts of a call an event does not have at all: that nothing stands there says nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a part of its own")]
pub struct Lacks {
    /// The log.
    pub log: bool,
    /// The dialled legs.
    pub legs: bool,
    /// The recordings.
    pub recordings: bool,
    /// The zone of its instants: they are read as if they were in UTC.
    pub zone: bool,
}

/// An event that a record was read from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Published {
    /// Its identifier.
    pub uuid: Option<Box<str>>,
    /// When it was made.
    pub at: Option<Stamp>,
    /// What it tells of.
    pub subject: Subject,
    /// The envelope that it has, by the name that its vendor's wire gives it.
    pub envelope: &'static str,
}

/// What an event tells of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Subject {
    /// The state of its leg.
    #[default]
    State,
    /// A command that ended, by its index in the log.
    Command(usize),
    /// A recording that is available, by its index.
    Recording(usize),
}

impl Record {
    /// The first key that nobody heard is heard now, for the platform kept it.
    /// The instant from which those of the call are counted: its creation, or the first instant that
    /// is known.
    pub fn start(&self) -> Stamp {
        let leg = &self.leg;
        let instants = [
            leg.changed,
            leg.init,
            leg.ringing,
            leg.live,
            leg.hangup,
            leg.destroyed,
        ];
        let first = || {
            let log = self.log.iter().filter_map(|entry| entry.began);
            instants.into_iter().flatten().chain(log).min()
        };
        leg.created.or_else(first).unwrap_or_default()
    }

    /// An instant in milliseconds since the call was created.
    pub fn at(&self, stamp: Option<Stamp>) -> Option<u64> {
        Some(stamp?.since(self.start()))
    }

    /// Whether there is a log, be it empty.
    pub fn has_log(&self) -> bool {
        !self.log.is_empty() || self.extent != Extent::One && !self.lacks.log
    }

    /// Whether all of the log is known.
    pub fn knows_log(&self) -> bool {
        self.has_log() && self.extent != Extent::One && self.log_until.is_none()
    }

    /// Whether all of the dialled legs are known. They follow the log in an event, so one that was cut
    /// may have lost some.
    pub fn knows_legs(&self) -> bool {
        !self.lacks.legs && !matches!(self.extent, Extent::Cut | Extent::One)
    }

    /// Until when the log is known, in milliseconds since the call was created: its end, or of a call in
    /// progress the last time in the log or of the call itself. What came after that has no event yet.
    pub fn log_seen_until(&self) -> u64 {
        let until = self.until();
        if self.is_over() {
            return until;
        }
        let log = self.log.iter();
        let log = log.flat_map(|entry| [entry.began, entry.changed]);
        let states = [self.leg.created, self.leg.ringing, self.leg.live];
        let all = log.chain(states).flatten().max();
        self.at(all).unwrap_or(0).min(until)
    }

    /// The same of the dialled legs.
    pub fn legs_seen_until(&self) -> u64 {
        let until = self.until();
        if self.is_over() {
            return until;
        }
        let legs = self.dialled.iter().flat_map(|leg| {
            let ends = [leg.hangup, leg.destroyed];
            [leg.created, leg.ringing, leg.live].into_iter().chain(ends)
        });
        let seen = self.at(legs.flatten().max()).unwrap_or(0);
        seen.max(self.log_seen_until()).min(until)
    }

    /// When the call was over for everybody, in milliseconds since it was created: when its leg was
    /// gone, or was hung up where that is all that is known. Absent while it goes on.
    pub fn gone(&self) -> Option<u64> {
        self.at(self.leg.gone())
    }

    /// When the call ended, in milliseconds since it was created: when it was hung up, or when its leg
    /// was gone where that is all that is known. Absent while it goes on.
    pub fn ended(&self) -> Option<u64> {
        self.at(self.leg.ended())
    }

    /// When it was hung up, in milliseconds since it was created: as an event says, or a little before
    /// its leg was gone. Absent while it goes on.
    pub fn hung_up(&self) -> Option<u64> {
        let before = |gone: u64| gone.saturating_sub(timing::DESTROYED);
        self.at(self.leg.hangup)
            .or_else(|| self.at(self.leg.gone()).map(before))
    }

    /// Whether the call is over.
    pub fn is_over(&self) -> bool {
        self.ended().is_some() || self.leg.state.is_some_and(CallState::is_over)
    }

    /// The last instant that is known, in milliseconds since the call was created.
    pub fn last(&self) -> u64 {
        let log = self
            .log
            .iter()
            .flat_map(|entry| [entry.began, entry.changed]);
        let legs = self.dialled.iter().flat_map(|leg| {
            let ends = [leg.hangup, leg.destroyed];
            [leg.created, leg.ringing, leg.live].into_iter().chain(ends)
        });
        let event = self.event.as_ref().and_then(|event| event.at);
        let all = log.chain(legs);
        let all = all.chain([event, self.seen, self.leg.changed]).flatten();
        self.at(all.max()).unwrap_or(0)
    }

    /// The end of what is known of the course of the call: its end, or the last that is told of.
    pub fn until(&self) -> u64 {
        let end = self.hung_up().unwrap_or_else(|| self.last());
        self.at(self.log_until).unwrap_or(end).min(end)
    }

    /// What happened in which order, as the instants have it: of one instant first what ends.
    pub fn sorted_course(&self) -> Vec<Moment> {
        const STATES: [CallState; 5] = [
            CallState::Init,
            CallState::Ringing,
            CallState::Live,
            CallState::Hangup,
            CallState::Destroyed,
        ];
        let mut course = Vec::new();
        let mut put = |at: Option<Stamp>, what| course.extend(at.map(|at| Moment { at, what }));
        for (index, entry) in self.log.iter().enumerate() {
            put(entry.began, Change::Began(index));
            put(entry.ended(), Change::Ended(index));
        }
        for (index, leg) in self.dialled.iter().enumerate() {
            put(leg.created, Change::Dialled(index));
            for state in STATES {
                put(leg.instant(state), Change::Leg(index, state));
            }
            if leg.state == Some(CallState::Offline) {
                put(leg.changed, Change::Leg(index, CallState::Offline));
            }
        }
        for (index, recording) in self.recordings.iter().enumerate() {
            put(recording.available, Change::Recorded(index));
        }
        for state in STATES {
            put(self.leg.instant(state), Change::State(state));
        }
        course.sort_by_key(|moment| moment.at);
        course
    }
}

//! The events of Opentact, in both of their envelopes.
//!
//! [`Events`] writes the events of a call one after the other, each as the call stood then; the reader
//! takes what was published, whole or damaged.
//! Where two published events differ in the order of their keys, that of `destroyed` is written.
//!
//! What an event says otherwise than this room would write its record is kept in the record's
//! `other`, and written again by [`write()`]: so nothing is lost, known or not.

mod event;
mod events;
mod gather;
mod place;
mod read;
mod row;

use serde::Deserialize;
use serde::de::IgnoredAny;

pub use event::write;
pub use events::{Events, MOST_BYTES, Made, TooLarge, last, last_made};
pub(super) use gather::{Call, Event};
pub use place::{is_of_each_call, place};
pub(super) use read::{event, is_event};

/// Which of the two envelopes an event has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Envelope {
    /// That of July 2022: `timestamp`, everything inside `payload`, durations in milliseconds.
    Y2022,
    /// That of February 2024.
    #[default]
    Y2024,
}

impl Envelope {
    /// The year, by which it is named.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Y2022 => "2022",
            Self::Y2024 => "2024",
        }
    }
}

/// Whether a text is one event in the envelope of 2024, whole and well-formed.
pub fn is_whole_event(text: &[u8]) -> bool {
    /// What every event has.
    #[derive(Deserialize)]
    struct Shape {
        #[serde(rename = "uuid")]
        _uuid: String,
        #[serde(rename = "created_on")]
        _made: String,
        #[serde(rename = "type")]
        _kind: String,
        #[serde(rename = "message")]
        _message: String,
        #[serde(rename = "payload")]
        _payload: IgnoredAny,
        #[serde(rename = "call")]
        _call: IgnoredAny,
    }
    serde_json::from_slice::<Shape>(text).is_ok()
}

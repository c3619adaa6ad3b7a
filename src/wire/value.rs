//! Values as events write them, and objects while they are written.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::channel::CallState;
use crate::flow::EntryState;
use crate::record::{Direction, Stamp, text};

/// A value that an event holds.
pub(super) trait Value: Sized {
    /// What is expected where it stands.
    const EXPECTED: &'static str;

    /// Reads it. `Ok(None)` where it is of the right kind, and means nothing that is known.
    fn read(json: &str) -> Result<Option<Self>, Wrong>;

    fn write(&self, out: &mut Vec<u8>);
}

/// A value is of another kind than in every event known.
#[derive(Debug)]
pub(super) struct Wrong;

/// Writes what serde can.
pub(super) fn put(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    let before = out.len();
    // Writing to a vector cannot fail.
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(before);
        out.extend_from_slice(b"null");
    }
}

impl Value for Box<str> {
    const EXPECTED: &'static str = "a text";

    fn read(json: &str) -> Result<Option<Self>, Wrong> {
        text(json).map(|text| Some(text.into())).ok_or(Wrong)
    }

    fn write(&self, out: &mut Vec<u8>) {
        put(out, &**self);
    }
}

impl Value for Cow<'static, str> {
    const EXPECTED: &'static str = "a text";

    fn read(json: &str) -> Result<Option<Self>, Wrong> {
        let text = text(json).ok_or(Wrong)?;
        Ok(Some(Cow::Owned(text.into_owned())))
    }

    fn write(&self, out: &mut Vec<u8>) {
        put(out, &**self);
    }
}

impl Value for Stamp {
    const EXPECTED: &'static str = "a time";

    fn read(json: &str) -> Result<Option<Self>, Wrong> {
        let text = text(json).ok_or(Wrong)?;
        let zoned = text.parse::<Timestamp>().ok();
        let instant = zoned.or_else(|| without_zone(&text)).ok_or(Wrong)?;
        Ok(Some(instant.into()))
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.write_json(out);
    }
}

/// A time that says no zone, as if it were in UTC: how long something took is known all the same.
fn without_zone(text: &str) -> Option<Timestamp> {
    let has_time = text.contains(['T', 't', ' ']);
    let time: DateTime = text.parse().ok().filter(|_| has_time)?;
    let zoned = time.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp())
}

/// Whether JSON is a time that says no zone.
pub(super) fn lacks_zone(json: &str) -> bool {
    text(json)
        .is_some_and(|text| text.parse::<Timestamp>().is_err() && without_zone(&text).is_some())
}

/// Values that `FromStr` reads from JSON as they stand.
macro_rules! plain {
    ($($type:ty = $expected:literal,)+) => {
        $(impl Value for $type {
            const EXPECTED: &'static str = $expected;

            fn read(json: &str) -> Result<Option<Self>, Wrong> {
                json.parse().map(Some).map_err(|_| Wrong)
            }

            fn write(&self, out: &mut Vec<u8>) {
                put(out, self);
            }
        })+
    };
}

plain! {
    bool = "true or false",
    u64 = "a whole number",
    u32 = "a whole number",
    i64 = "a whole number",
    f64 = "a number",
}

/// Words of a fixed list.
macro_rules! words {
    ($($type:ty = [$($value:expr),+],)+) => {
        $(impl Value for $type {
            const EXPECTED: &'static str = "a text";

            fn read(json: &str) -> Result<Option<Self>, Wrong> {
                let word = text(json).ok_or(Wrong)?;
                let mut all = [$($value),+].into_iter();
                Ok(all.find(|one| one.as_str() == word))
            }

            fn write(&self, out: &mut Vec<u8>) {
                put(out, self.as_str());
            }
        })+
    };
}

words! {
    Direction = [Direction::In, Direction::Out],
    CallState = [
        CallState::Init, CallState::Ringing, CallState::Live, CallState::Hangup,
        CallState::Destroyed, CallState::Offline
    ],
    EntryState = [EntryState::Queued, EntryState::Success, EntryState::Failed],
}

/// An object that is being written.
#[derive(Debug)]
pub(super) struct Object<'o> {
    out: &'o mut Vec<u8>,
    is_empty: bool,
}

impl<'o> Object<'o> {
    pub(super) fn begin(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self {
            out,
            is_empty: true,
        }
    }

    /// A key; its value is written next.
    pub(super) fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(b',');
        }
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    /// A value, null where there is none.
    pub(super) fn put<T: Value>(&mut self, key: &str, value: Option<&T>) {
        match value {
            Some(value) => value.write(self.key(key)),
            None => self.null(key),
        }
    }

    /// A value, left out where there is none.
    pub(super) fn put_some<T: Value>(&mut self, key: &str, value: Option<&T>) {
        if let Some(value) = value {
            value.write(self.key(key));
        }
    }

    /// A text.
    pub(super) fn text(&mut self, key: &str, text: &str) {
        put(self.key(key), text);
    }

    pub(super) fn null(&mut self, key: &str) {
        self.raw(key, b"null");
    }

    /// What has been written already.
    pub(super) fn raw(&mut self, key: &str, json: &[u8]) {
        self.key(key).extend_from_slice(json);
    }

    /// A list of what has been written already.
    pub(super) fn list(&mut self, key: &str, items: &[Vec<u8>]) {
        let out = self.key(key);
        out.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(item);
        }
        out.push(b']');
    }

    pub(super) fn end(self) {
        self.out.push(b'}');
    }
}

//! Instants on the wall clock.

#![warn(clippy::arithmetic_side_effects)]

use std::fmt;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Serialize, Serializer};

/// An instant in milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Stamp(pub i64);

impl Stamp {
    /// The instant that lies this many milliseconds later.
    #[must_use]
    pub fn after(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add_unsigned(milliseconds))
    }

    /// Milliseconds since an earlier instant; 0 where that is later.
    pub fn since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// The instant in the calendar; the calendar's end for instants behind it.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(match self.0 {
            ..0 => Timestamp::MIN,
            _ => Timestamp::MAX,
        })
    }
}

impl From<Timestamp> for Stamp {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}

/// RFC 3339 in UTC with three decimals, as events print it (observed).
const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

impl Stamp {
    /// Writes it as a JSON text.
    pub(crate) fn write_json(self, out: &mut Vec<u8>) {
        out.push(b'"');
        // Writing to a vector cannot fail.
        let written = PRINTER.print_timestamp(&self.timestamp(), &mut *out);
        debug_assert!(written.is_ok());
        out.push(b'"');
    }
}

/// As events print it: `2024-02-20T16:41:44.718Z`.
impl fmt::Display for Stamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&PRINTER.timestamp_to_string(&self.timestamp()))
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&PRINTER.timestamp_to_string(&self.timestamp()))
    }
}

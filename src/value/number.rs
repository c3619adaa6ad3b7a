//! Numbers with their units.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::{Json, Kind, Refusal, Value};

/// A duration in milliseconds, at most a year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub struct Millis(pub u64);

impl Millis {
    /// One year: no call lasts longer, and sums of durations stay within the calendar.
    pub const MAX: Self = Self(31_536_000_000);
}

impl Value for Millis {
    const KIND: Kind = Kind::new("milliseconds", "a number of milliseconds, such as 1000")
        .pattern("0*[0-9]{1,11}")
        .json(Json::Integer);

    fn read(text: &str) -> Result<Self, Refusal> {
        if let Some(time) = whole(text) {
            return if time <= Self::MAX.0 {
                Ok(Self(time))
            } else {
                Err(Refusal::help(
                    "the longest duration is one year: 31536000000",
                ))
            };
        }
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let Ok(number) = text[..text.len() - unit.len()].parse::<f64>() else {
            return Err(Refusal::default());
        };
        let factor = match unit.trim() {
            "ms" => 1.0,
            // `1000.0` is a number of milliseconds from a tool that writes fractions, `1.5` is none.
            "" if number.fract() == 0.0 => 1.0,
            "s" | "sec" | "" => 1000.0,
            "m" | "min" => 60_000.0,
            _ => return Err(Refusal::default()),
        };
        if number * factor <= 1e11 {
            let time = format!("{:.0}", number * factor);
            let help = format!("durations are in milliseconds: write `{time}`");
            Err(Refusal::help(help).instead(time))
        } else {
            Err(Refusal::default())
        }
    }

    fn text(&self) -> Cow<'_, str> {
        self.0.to_string().into()
    }
}

/// A whole number of things.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub struct Count(pub u32);

impl Value for Count {
    const KIND: Kind = Kind::new("count", "a whole number, such as 1")
        .pattern("0*[0-9]{1,10}")
        .json(Json::Integer);

    fn read(text: &str) -> Result<Self, Refusal> {
        whole(text)
            .and_then(|number| u32::try_from(number).ok())
            .map(Self)
            .ok_or_else(Refusal::default)
    }

    fn text(&self) -> Cow<'_, str> {
        self.0.to_string().into()
    }
}

/// How often something is tried, or how many there are: at least 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub struct Positive(pub u32);

impl Value for Positive {
    const KIND: Kind = Kind::new("positive count", "a whole number from 1")
        .pattern("0*[1-9][0-9]{0,9}")
        .json(Json::Integer);

    fn read(text: &str) -> Result<Self, Refusal> {
        match Count::read(text)? {
            Count(0) => Err(Refusal::default()),
            Count(number) => Ok(Self(number)),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        self.0.to_string().into()
    }
}

/// Frequencies in hertz, written as a comma list, compiled to an array of numbers (observed).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Hertz(pub Vec<u32>);

impl Value for Hertz {
    const KIND: Kind = Kind::new(
        "frequencies",
        "frequencies in hertz, separated by commas, such as 350,440",
    )
    .pattern("\\s*0*[0-9]{1,6}\\s*(,\\s*0*[0-9]{1,6}\\s*)*")
    .json(Json::Integers);

    fn read(text: &str) -> Result<Self, Refusal> {
        text.split(',')
            .map(|part| {
                whole(part.trim())
                    .filter(|&hertz| hertz <= 192_000)
                    .and_then(|hertz| u32::try_from(hertz).ok())
            })
            .collect::<Option<_>>()
            .map(Self)
            .ok_or_else(Refusal::default)
    }

    fn text(&self) -> Cow<'_, str> {
        let words: Vec<_> = self.0.iter().map(u32::to_string).collect();
        words.join(",").into()
    }
}

/// A loudness in decibels: 0 is the loudest, negative is quieter (documented).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Decibels(pub f64);

impl Value for Decibels {
    const KIND: Kind = Kind::new("decibels", "a number of decibels, such as 0 or -10")
        .pattern("[+\\-]?[0-9]+(\\.[0-9]+)?")
        .json(Json::Number);

    fn read(text: &str) -> Result<Self, Refusal> {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        match (is_number(whole) && is_number(fraction), text.parse::<f64>()) {
            (true, Ok(number)) if number.abs() < 1e6 => Ok(Self(number)),
            _ => Err(Refusal::default()),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        self.0.to_string().into()
    }
}

impl Serialize for Decibels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json_number(self.0).serialize(serializer)
    }
}

/// A number as JSON prints it, without a fraction where it has none; null where JSON has none.
pub(super) fn json_number(number: f64) -> serde_json::Value {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        #[allow(clippy::cast_possible_truncation, reason = "checked: whole and small")]
        return (number as i64).into();
    }
    number.into()
}

/// A text of ASCII digits as a number.
fn whole(text: &str) -> Option<u64> {
    // Of what the library reads as one, only those with a sign are none of ours.
    match text.as_bytes().first() {
        Some(b'0'..=b'9') => text.parse().ok(),
        _ => None,
    }
}

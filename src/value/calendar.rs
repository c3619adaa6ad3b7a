//! Days, times of day and places: what filters look at.

use std::borrow::Cow;

use jiff::civil::{Time, Weekday};
use serde::{Serialize, Serializer};

use super::word::did_you_mean;
use super::{Kind, Refusal, Value};

/// Days of the week as a comma list of `sun mon tue wed thu fri sat` (documented).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Days(pub Vec<Weekday>);

const DAYS: [(&str, Weekday); 7] = [
    ("sun", Weekday::Sunday),
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
];

impl Value for Days {
    const KIND: Kind = Kind::new(
        "days",
        "days from sun, mon, tue, wed, thu, fri, sat, separated by commas",
    )
    .pattern("\\s*(sun|mon|tue|wed|thu|fri|sat)\\s*(,\\s*(sun|mon|tue|wed|thu|fri|sat)\\s*)*");

    fn read(text: &str) -> Result<Self, Refusal> {
        parts(text)
            .map(|(part, start, end)| {
                let found = DAYS.iter().find(|(name, _)| *name == part);
                found.map(|&(_, day)| day).ok_or_else(|| {
                    let refusal = Refusal::part(start, end);
                    match meant(part) {
                        Some(days) => refusal.instead(days),
                        None => refusal,
                    }
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn text(&self) -> Cow<'_, str> {
        let name = |day: &Weekday| DAYS[day.to_sunday_zero_offset().unsigned_abs() as usize].0;
        self.0.iter().map(name).collect::<Vec<_>>().join(",").into()
    }
}

/// The days that a part of a list probably means: one that is written out, or a range of them.
fn meant(part: &str) -> Option<String> {
    let day = |word: &str| {
        let folded = word.trim().to_lowercase();
        DAYS.iter().position(|(name, _)| folded.starts_with(name))
    };
    let Some((first, last)) = part.split_once(['-', '–']) else {
        return Some(DAYS[day(part)?].0.to_owned());
    };
    let (first, last) = (day(first)?, day(last)?);
    let length = (last + DAYS.len() - first) % DAYS.len();
    let names = (0..=length).map(|after| DAYS[(first + after) % DAYS.len()].0);
    Some(names.collect::<Vec<_>>().join(","))
}

/// A window of the day, `HH:MM:SS-HH:MM:SS` (documented).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Window {
    /// When it opens.
    pub from: Time,
    /// When it closes.
    pub to: Time,
}

impl Value for Window {
    const KIND: Kind = Kind::new("time window", "a time window, such as 09:00:00-17:30:00")
        .pattern(
            "\\s*([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\s*-\\s*([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\s*",
        );

    fn read(text: &str) -> Result<Self, Refusal> {
        let (from, to) = text.split_once('-').ok_or_else(Refusal::default)?;
        let side = |text: &str, at: usize| {
            let blanks = text.len() - text.trim_start().len();
            let word = text.trim();
            time(word).ok_or_else(|| {
                let help = match word {
                    "24:00:00" | "24:00" => {
                        "a day ends at 23:59:59, or at 00:00:00 of the next day"
                    }
                    _ => {
                        "hours, minutes and seconds have two digits each, from 00:00:00 to 23:59:59"
                    }
                };
                Refusal {
                    help: Some(help.into()),
                    ..Refusal::part(at + blanks, at + blanks + word.len())
                }
            })
        };
        Ok(Self {
            from: side(from, 0)?,
            to: side(to, from.len() + 1)?,
        })
    }

    fn text(&self) -> Cow<'_, str> {
        format!(
            "{}-{}",
            self.from.strftime("%H:%M:%S"),
            self.to.strftime("%H:%M:%S")
        )
        .into()
    }
}

fn time(text: &str) -> Option<Time> {
    let field = |range| {
        text.get(range)
            .filter(|part: &&str| part.bytes().all(|b| b.is_ascii_digit()))
    };
    let (hour, minute, second) = (field(0..2)?, field(3..5)?, field(6..8)?);
    let shape = text.len() == 8 && text.as_bytes()[2] == b':' && text.as_bytes()[5] == b':';
    let time = Time::new(
        hour.parse().ok()?,
        minute.parse().ok()?,
        second.parse().ok()?,
        0,
    )
    .ok()?;
    shape.then_some(time)
}

/// States of the USA as a comma list of two-letter codes (documented; the codes are those of USPS).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct States(pub Vec<Box<str>>);

impl States {
    /// The codes of the states, the district, the territories and the military "states".
    pub const CODES: &'static [&'static str] = &[
        "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA",
        "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ",
        "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT",
        "VA", "WA", "WV", "WI", "WY", "DC", "AS", "GU", "MP", "PR", "VI", "AA", "AE", "AP",
    ];
}

impl States {
    /// The code of a state of the USA that is given by its name.
    pub fn code(name: &str) -> Option<&'static str> {
        let name = name.trim();
        let found = STATE_NAMES
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(name));
        found.map(|&(code, _)| code)
    }
}

/// The states and the district by their names (USPS).
const STATE_NAMES: &[(&str, &str)] = &[
    ("AL", "Alabama"),
    ("AK", "Alaska"),
    ("AZ", "Arizona"),
    ("AR", "Arkansas"),
    ("CA", "California"),
    ("CO", "Colorado"),
    ("CT", "Connecticut"),
    ("DE", "Delaware"),
    ("FL", "Florida"),
    ("GA", "Georgia"),
    ("HI", "Hawaii"),
    ("ID", "Idaho"),
    ("IL", "Illinois"),
    ("IN", "Indiana"),
    ("IA", "Iowa"),
    ("KS", "Kansas"),
    ("KY", "Kentucky"),
    ("LA", "Louisiana"),
    ("ME", "Maine"),
    ("MD", "Maryland"),
    ("MA", "Massachusetts"),
    ("MI", "Michigan"),
    ("MN", "Minnesota"),
    ("MS", "Mississippi"),
    ("MO", "Missouri"),
    ("MT", "Montana"),
    ("NE", "Nebraska"),
    ("NV", "Nevada"),
    ("NH", "New Hampshire"),
    ("NJ", "New Jersey"),
    ("NM", "New Mexico"),
    ("NY", "New York"),
    ("NC", "North Carolina"),
    ("ND", "North Dakota"),
    ("OH", "Ohio"),
    ("OK", "Oklahoma"),
    ("OR", "Oregon"),
    ("PA", "Pennsylvania"),
    ("RI", "Rhode Island"),
    ("SC", "South Carolina"),
    ("SD", "South Dakota"),
    ("TN", "Tennessee"),
    ("TX", "Texas"),
    ("UT", "Utah"),
    ("VT", "Vermont"),
    ("VA", "Virginia"),
    ("WA", "Washington"),
    ("WV", "West Virginia"),
    ("WI", "Wisconsin"),
    ("WY", "Wyoming"),
    ("DC", "District of Columbia"),
    ("PR", "Puerto Rico"),
];

impl Value for States {
    const KIND: Kind = Kind::new(
        "states",
        "two-letter codes of US states, separated by commas, such as NY,NJ",
    )
    .pattern("\\s*[A-Za-z]{2}\\s*(,\\s*[A-Za-z]{2}\\s*)*");

    fn read(text: &str) -> Result<Self, Refusal> {
        parts(text)
            .map(|(part, start, end)| {
                if part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                    return Ok(part.into());
                }
                let refusal = Refusal::part(start, end);
                Err(match Self::code(part) {
                    Some(code) => refusal.instead(code),
                    None => Refusal {
                        help: did_you_mean(part, Self::CODES).help,
                        ..refusal
                    },
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn text(&self) -> Cow<'_, str> {
        self.0.join(",").into()
    }
}

/// Counties as a comma list of names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Counties(pub Vec<Box<str>>);

impl Value for Counties {
    const KIND: Kind = Kind::new("county", "the name of a county, such as ESSEX")
        .pattern("\\s*[^,\\s][^,]*(,\\s*[^,\\s][^,]*)*");

    fn read(text: &str) -> Result<Self, Refusal> {
        parts(text)
            .map(|(part, start, end)| match part {
                "" => Err(Refusal::part(start, end)),
                part => Ok(part.into()),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn text(&self) -> Cow<'_, str> {
        self.0.join(",").into()
    }
}

/// The parts of a comma list, trimmed, with their offsets.
fn parts(text: &str) -> impl Iterator<Item = (&str, usize, usize)> {
    text.split(',').scan(0, |at, part| {
        let start = *at + (part.len() - part.trim_start().len());
        *at += part.len() + 1;
        let part = part.trim();
        Some((part, start, start + part.len()))
    })
}

/// Types that are compiled to the text that they were read from.
macro_rules! serialize_as_text {
    ($($name:ident)+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.text())
            }
        }
    )+};
}

serialize_as_text! { Days Window States Counties }

//! The values that are written as text. The command line reads them with the same readers.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, db};
use uuid::Uuid;

use crate::channel::cause::Cause;
use crate::value::{States, Url, Value as _, nearest};

use super::Refusal;

/// The longest duration that can be written: 10,000 hours.
pub const LONGEST_DURATION: Duration = Duration::from_hours(10_000);

/// A type that is written as text.
pub(crate) trait Text: Sized {
    /// Reads it.
    fn from_text(text: &str) -> Result<Self, Refusal>;

    /// Writes it, so that reading gives the same again.
    fn to_text(&self) -> String;

    /// What it must be: the refusal of a text that says nothing.
    fn expected() -> Refusal;
}

impl Text for String {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Ok(text.to_owned())
    }

    fn to_text(&self) -> String {
        self.clone()
    }

    fn expected() -> Refusal {
        Refusal::Text
    }
}

impl Text for PathBuf {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() || text.contains('\0') {
            return Err(Refusal::Path);
        }
        Ok(Self::from(text))
    }

    fn to_text(&self) -> String {
        self.to_string_lossy().into_owned()
    }

    fn expected() -> Refusal {
        Refusal::Path
    }
}

impl Text for Uuid {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::try_parse(text).map_err(|_| Refusal::Uuid)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn expected() -> Refusal {
        Refusal::Uuid
    }
}

impl Text for Cause {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        let cause = Self::from_name(text).or_else(|| Self::from_word(text));
        cause.ok_or_else(|| match text {
            ANSWER => Refusal::Answer,
            _ => Refusal::Cause(nearest_cause(text, &[])),
        })
    }

    fn to_text(&self) -> String {
        self.name().to_owned()
    }

    fn expected() -> Refusal {
        Refusal::Cause(None)
    }
}

/// What comes of ringing a destination.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rung {
    /// It answers.
    Answers,
    /// It does not take the call.
    Refuses(Cause),
}

/// The word for [`Rung::Answers`].
const ANSWER: &str = "answer";

impl Text for Rung {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        if text.eq_ignore_ascii_case(ANSWER) {
            return Ok(Self::Answers);
        }
        Cause::from_text(text)
            .map(Self::Refuses)
            .map_err(|_| Refusal::Rung(nearest_cause(text, &[ANSWER])))
    }

    fn to_text(&self) -> String {
        match self {
            Self::Answers => ANSWER.to_owned(),
            Self::Refuses(cause) => cause.to_text(),
        }
    }

    fn expected() -> Refusal {
        Refusal::Rung(None)
    }
}

/// The word or the name that was probably meant for a cause, or for one of some other words.
fn nearest_cause(text: &str, others: &[&'static str]) -> Option<&'static str> {
    let numbered = text.parse().ok().and_then(Cause::from_code);
    if let Some(cause) = numbered {
        return Some(cause.name());
    }
    let name = || Cause::nearest(text).map(Cause::name);
    let word = || {
        let words = Cause::WORDS.iter().map(|(word, _)| *word);
        nearest(text, words.chain(others.iter().copied()))
    };
    // Names are in capitals.
    let is_name = text.contains(|c: char| c.is_ascii_uppercase() || c == '_');
    if is_name {
        name().or_else(word)
    } else {
        word().or_else(name)
    }
}

/// The years in which calls can be: sums of instants and durations stay within reach.
const YEARS: std::ops::Range<i16> = 1970..3000;

impl Text for Timestamp {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        let instant: Self = text.parse().map_err(|_| Refusal::Instant)?;
        let year = instant.to_zoned(TimeZone::UTC).year();
        if YEARS.contains(&year) {
            Ok(instant)
        } else {
            Err(Refusal::Instant)
        }
    }

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn expected() -> Refusal {
        Refusal::Instant
    }
}

/// When a call is created.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// At this instant.
    Instant(Timestamp),
    /// At this date and time in the call's time zone.
    Local(DateTime),
}

impl From<Timestamp> for Start {
    fn from(instant: Timestamp) -> Self {
        Self::Instant(instant)
    }
}

impl Text for Start {
    /// An instant, or a date with or without a time, which is that of the call's time zone.
    fn from_text(text: &str) -> Result<Self, Refusal> {
        if let Ok(instant) = Timestamp::from_text(text) {
            return Ok(Self::Instant(instant));
        }
        // A date and time whose zone cannot be read must not pass for a local one.
        let is_local = !text.ends_with(['Z', 'z', ']'])
            && !text.get(10..).is_some_and(|time| time.contains(['+', '-']));
        let local: Option<DateTime> = text.parse().ok().filter(|_| is_local);
        let local = local.filter(|local| YEARS.contains(&local.year()));
        local.map(Self::Local).ok_or(Refusal::Instant)
    }

    fn to_text(&self) -> String {
        match self {
            Self::Instant(instant) => instant.to_text(),
            Self::Local(local) => local.to_string(),
        }
    }

    fn expected() -> Refusal {
        Refusal::Instant
    }
}

/// Where a reply sends a request: a URL, or a part of one.
pub(crate) struct RedirectTarget(pub(crate) String);

impl Text for RedirectTarget {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        let is_web = match text.split_once("://") {
            Some(_) => Url::read(text).is_ok(),
            None => !text.is_empty() && !text.contains(char::is_whitespace),
        };
        if is_web {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::Location)
        }
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }

    fn expected() -> Refusal {
        Refusal::Location
    }
}

/// The two-letter code of a state of the USA, as Geo has it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct StateCode(Box<str>);

impl StateCode {
    /// The state with a code; none where it has not two letters.
    pub fn new(code: &str) -> Option<Self> {
        Self::from_text(code).ok()
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Text for StateCode {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        match States::read(text) {
            Ok(States(mut states)) if states.len() == 1 => Ok(Self(states.remove(0))),
            Ok(_) => Err(Refusal::State(None)),
            Err(_) => Err(Refusal::State(States::code(text))),
        }
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }

    fn expected() -> Refusal {
        Refusal::State(None)
    }
}

impl Text for TimeZone {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::get(text).map_err(|_| Refusal::TimeZone(nearest_time_zone(text)))
    }

    fn to_text(&self) -> String {
        self.iana_name().unwrap_or("UTC").to_owned()
    }

    fn expected() -> Refusal {
        Refusal::TimeZone(None)
    }
}

impl Text for Duration {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        // Largest first, so that each may stand once and only in this order.
        const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
        if text.is_empty() {
            return Err(Refusal::Duration);
        }
        let mut rest = text;
        let mut allowed = &UNITS[..];
        let mut sum: u64 = 0;
        while !rest.is_empty() {
            let (number, behind) = split_where(rest, |c| !c.is_ascii_digit() && c != '.');
            let (unit, behind) = split_where(behind, |c| !c.is_ascii_alphabetic());
            if number.is_empty() {
                return Err(Refusal::Duration);
            }
            if unit.is_empty() && behind.is_empty() && rest.len() == text.len() {
                return Err(Refusal::Unit(text.into()));
            }
            let at = allowed.iter().position(|&(name, _)| name == unit);
            let at = at.ok_or(Refusal::Duration)?;
            let part = milliseconds(number, allowed[at].1)?;
            sum = sum.checked_add(part).ok_or(Refusal::Long)?;
            allowed = &allowed[at + 1..];
            rest = behind;
        }
        let duration = Self::from_millis(sum);
        if duration > LONGEST_DURATION {
            return Err(Refusal::Long);
        }
        Ok(duration)
    }

    fn to_text(&self) -> String {
        let (seconds, thousandths) = (self.as_secs(), self.subsec_millis());
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let mut parts = Vec::new();
        for (number, unit) in [(hours, "h"), (minutes, "m")] {
            if number > 0 {
                parts.push(format!("{number}{unit}"));
            }
        }
        match (seconds, thousandths) {
            (0, 0) if !parts.is_empty() => {}
            (0, thousandths @ 1..) => parts.push(format!("{thousandths}ms")),
            (seconds, 0) => parts.push(format!("{seconds}s")),
            (seconds, thousandths) => {
                let decimals = format!("{thousandths:03}");
                let decimals = decimals.trim_end_matches('0');
                parts.push(format!("{seconds}.{decimals}s"));
            }
        }
        parts.concat()
    }

    fn expected() -> Refusal {
        Refusal::Duration
    }
}

/// The text up to the first such character, and the rest.
fn split_where(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

/// A decimal number of units, each of so many milliseconds.
fn milliseconds(number: &str, unit: u64) -> Result<u64, Refusal> {
    let (whole, decimals) = match number.split_once('.') {
        Some((whole, decimals)) => (whole, decimals.trim_end_matches('0')),
        None => (number, ""),
    };
    let dotted_well = !whole.is_empty() && !number.ends_with('.') && !decimals.contains('.');
    if !dotted_well {
        return Err(Refusal::Duration);
    }
    let whole: u64 = whole.parse().map_err(|_| Refusal::Long)?;
    let whole = whole.checked_mul(unit).ok_or(Refusal::Long)?;
    if decimals.is_empty() {
        return Ok(whole);
    }
    // A millisecond is at most seven decimals of an hour or fewer of the other units.
    if decimals.len() > 8 {
        return Err(Refusal::Fraction);
    }
    let scale = 10u64.pow(u32::try_from(decimals.len()).unwrap_or(8));
    let part = decimals.parse::<u64>().map_err(|_| Refusal::Duration)? * unit;
    if !part.is_multiple_of(scale) {
        return Err(Refusal::Fraction);
    }
    whole.checked_add(part / scale).ok_or(Refusal::Long)
}

/// The zone of an offset such as `GMT+5`. IANA's names have the sign the other way round: five hours
/// before Greenwich is `Etc/GMT-5`.
fn fixed_zone(text: &str) -> Option<Box<str>> {
    let lower = text.to_ascii_lowercase();
    let offset = lower.trim_start_matches("gmt").trim_start_matches("utc");
    let hours = offset.trim_end_matches(":00");
    let (sign, most) = match hours.chars().next()? {
        '+' => ('-', 14),
        '-' => ('+', 12),
        _ => return None,
    };
    let number: u8 = hours[1..]
        .parse()
        .ok()
        .filter(|hours| (1..=most).contains(hours))?;
    Some(format!("Etc/GMT{sign}{number}").into())
}

fn nearest_time_zone(text: &str) -> Option<Box<str>> {
    const LONGEST: usize = 64;
    if text.len() > LONGEST {
        return None;
    }
    if let Some(zone) = fixed_zone(text.trim()) {
        return Some(zone);
    }
    let asked = text.trim().to_ascii_lowercase().replace(' ', "_");
    let (distance, near) = db()
        .available()
        .map(|name| {
            let lower = name.as_str().to_ascii_lowercase();
            let city = lower.rsplit('/').next().unwrap_or("");
            let whole = strsim::osa_distance(&asked, &lower);
            let distance = whole.min(strsim::osa_distance(&asked, city));
            (distance, Box::<str>::from(name.as_str()))
        })
        .min()?;
    (distance <= asked.len() / 4).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, milliseconds: u64) {
        let duration = Duration::from_millis(milliseconds);
        assert_eq!(Duration::from_text(text), Ok(duration));
        assert_eq!(Duration::from_text(&duration.to_text()), Ok(duration));
    }

    #[test]
    fn durations_are_read_in_all_their_forms() {
        reads("250ms", 250);
        reads("4s", 4_000);
        reads("1m30s", 90_000);
        reads("1h", 3_600_000);
        reads("0.207s", 207);
        reads("9.857s", 9_857);
        reads("1.50s", 1_500);
        reads("0s", 0);
        reads("0.00001h", 36);
        reads("1h2m3s4ms", 3_723_004);
        reads("10000h", 36_000_000_000);
    }

    #[test]
    fn durations_that_cannot_be_read_are_refused() {
        let refused = |text| Duration::from_text(text).unwrap_err();
        assert_eq!(refused("5000"), Refusal::Unit("5000".into()));
        assert_eq!(refused("0.0001s"), Refusal::Fraction);
        assert_eq!(refused("0.000000000001h"), Refusal::Fraction);
        assert_eq!(refused("10000h1ms"), Refusal::Long);
        assert_eq!(refused("99999999999999999999h"), Refusal::Long);
        assert_eq!(refused("18446744073709551615h"), Refusal::Long);
        for text in [
            "", "s", "-4s", "4 s", "4s1m", "4s4s", "4.s", ".5s", "1..2s", "4S", "1s5", "é",
        ] {
            assert_eq!(refused(text), Refusal::Duration, "{text}");
        }
    }

    #[test]
    fn what_was_probably_meant_is_named() {
        let near = |refusal: Refusal| refusal.near().map(str::to_owned);
        let zone = |text| near(TimeZone::from_text(text).unwrap_err());
        assert_eq!(zone("America/NewYork").as_deref(), Some("America/New_York"));
        assert_eq!(zone("New York").as_deref(), Some("America/New_York"));
        assert_eq!(zone("nowhere at all"), None);
        assert_eq!(zone("GMT+5").as_deref(), Some("Etc/GMT-5"));
        assert_eq!(zone("UTC-03:00").as_deref(), Some("Etc/GMT+3"));
        let cause = |text| near(Cause::from_text(text).unwrap_err());
        assert_eq!(cause("17").as_deref(), Some("USER_BUSY"));
        assert_eq!(cause("user_busy").as_deref(), Some("USER_BUSY"));
        assert_eq!(cause("bussy").as_deref(), Some("busy"));
        assert_eq!(cause("unreachble").as_deref(), Some("unreachable"));
        assert_eq!(cause("NO_ANSWR").as_deref(), Some("NO_ANSWER"));
        assert_eq!(cause("pineapple"), None);
        let rung = |text| near(Rung::from_text(text).unwrap_err());
        assert_eq!(rung("anser").as_deref(), Some("answer"));
        assert_eq!(rung("reject").as_deref(), Some("rejected"));
    }

    #[test]
    fn a_cause_is_named_by_its_name_or_a_short_word() {
        for (word, cause) in Cause::WORDS {
            assert_eq!(Cause::from_text(word), Ok(cause));
            assert_eq!(Cause::from_text(cause.name()), Ok(cause));
            assert_eq!(Rung::from_text(word), Ok(Rung::Refuses(cause)));
        }
        assert_eq!(Rung::from_text("answer"), Ok(Rung::Answers));
        assert_eq!(Rung::from_text("Answer"), Ok(Rung::Answers));
        // A call does not end with it.
        assert_eq!(Cause::from_text("answer"), Err(Refusal::Answer));
        assert!(Cause::from_text("Busy").is_err() && Cause::from_text("").is_err());
    }

    #[test]
    fn instants_stay_within_reach() {
        assert!(Timestamp::from_text("2024-02-20T16:41:34.861Z").is_ok());
        assert!(Timestamp::from_text("2024-02-20 16:41:34-05:00").is_ok());
        assert!(Start::from_text("2024-02-20T16:41:34.861Z").is_ok());
        for text in ["2024-02-20", "2024-02-20T16:41", "2024-02-20 16:41:34.5"] {
            assert!(
                matches!(Start::from_text(text), Ok(Start::Local(_))),
                "{text}"
            );
            assert_eq!(Timestamp::from_text(text), Err(Refusal::Instant), "{text}");
        }
        for text in [
            "2024-02-30",
            "2024-02-20T25:00",
            "2024-02-20T16:41+99",
            "1011-02-20",
            "9999-01-01T00:00:00Z",
            "noon",
        ] {
            assert_eq!(Start::from_text(text), Err(Refusal::Instant), "{text}");
        }
    }

    #[test]
    fn a_state_is_a_code_and_its_name_is_answered_with_it() {
        assert!(StateCode::from_text("TX").is_ok());
        for (text, code) in [
            ("Texas", Some("TX")),
            ("new york", Some("NY")),
            ("T", None),
            ("TX,NY", None),
        ] {
            assert_eq!(
                StateCode::from_text(text),
                Err(Refusal::State(code)),
                "{text}"
            );
        }
    }
}

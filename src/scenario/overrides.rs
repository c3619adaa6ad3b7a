//! What the command line says of the world, in place of a scenario file or before it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::channel::cause::Cause;

use super::glob::Glob;
use super::parties::{Keys, Press};
use super::refusal::Refusal;
use super::rules::Entry;
use super::text::Text;
use super::value::Spanned;
use super::world::{Callback, Content, Dial, Reply};
use crate::channel::FetchError;

/// One option of the command line, read. [`super::Scenario::apply`] puts it in its place.
#[derive(Clone, PartialEq, Debug)]
pub enum Override {
    /// `--from`: the caller's number.
    From(String),
    /// `--to`: the number called.
    To(String),
    /// `--start`: when the call is created.
    Start(Timestamp),
    /// `--time-zone`: where Schedule reads the clock.
    TimeZone(TimeZone),
    /// `--state`: the caller's state, for Geo.
    State(String),
    /// `--county`: the caller's county, for Geo.
    County(String),
    /// `--hangup-after`: when the caller hangs up.
    HangupAfter(Duration),
    /// `--key`: what the caller presses.
    Key(Press),
    /// `--callback`: what a web server answers.
    Callback(Entry<Callback>),
    /// `--dial`: what a destination does.
    Dial(Entry<Dial>),
}

/// Why the value of an option was refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OverrideError {
    /// It has no `=`; holds how it should look.
    Shape(&'static str),
    /// The part that is held here was refused.
    Part(Box<str>, Refusal),
}

impl Override {
    /// Reads `--from`: any text.
    ///
    /// # Errors
    /// Never: every text is good. The form is that of the other options.
    pub fn from(typed: &str) -> Result<Self, OverrideError> {
        part(typed).map(Self::From)
    }

    /// Reads `--to`: any text.
    ///
    /// # Errors
    /// Never: every text is good. The form is that of the other options.
    pub fn to(typed: &str) -> Result<Self, OverrideError> {
        part(typed).map(Self::To)
    }

    /// Reads `--start`.
    ///
    /// # Errors
    /// Where it is no RFC 3339 instant from 1970 to 2999.
    pub fn start(typed: &str) -> Result<Self, OverrideError> {
        part(typed).map(Self::Start)
    }

    /// Reads `--time-zone`.
    ///
    /// # Errors
    /// Where IANA's database has no such name.
    pub fn time_zone(typed: &str) -> Result<Self, OverrideError> {
        part(typed).map(Self::TimeZone)
    }

    /// Reads `--state`: any text.
    ///
    /// # Errors
    /// Never: every text is good. The form is that of the other options.
    pub fn state(typed: &str) -> Result<Self, OverrideError> {
        part(typed).map(Self::State)
    }

    /// Reads `--county`: any text.
    ///
    /// # Errors
    /// Never: every text is good. The form is that of the other options.
    pub fn county(typed: &str) -> Result<Self, OverrideError> {
        part(typed).map(Self::County)
    }

    /// Reads `--hangup-after`.
    ///
    /// # Errors
    /// Where it is no duration with a unit.
    pub fn hangup_after(typed: &str) -> Result<Self, OverrideError> {
        part(typed).map(Self::HangupAfter)
    }

    /// Reads the duration of an option that says nothing of the world.
    ///
    /// # Errors
    /// Where it is no duration with a unit.
    pub fn duration(typed: &str) -> Result<Duration, OverrideError> {
        part(typed)
    }

    /// Reads `--key`, such as `3s=1#`.
    ///
    /// # Errors
    /// Where it has no `=`, no duration before it, or behind it what is no key of a telephone.
    pub fn key(typed: &str) -> Result<Self, OverrideError> {
        let shape = OverrideError::Shape("TIME=KEYS, such as 3s=1#");
        let (at, keys) = typed.split_once('=').ok_or(shape)?;
        let at = part(at)?;
        let keys: Keys = part(keys)?;
        Ok(Self::Key(Press { at, keys }))
    }

    /// Reads `--dial`, such as `*@sip.example.com=USER_BUSY`, `*=answer` or `*=480`.
    ///
    /// The last `=` separates; a number is a SIP status.
    ///
    /// # Errors
    /// Where it has no `=`, no pattern before it, or behind it neither `answer` nor a cause nor a
    /// SIP status from 300 to 699.
    pub fn dial(typed: &str) -> Result<Self, OverrideError> {
        let shape = "GLOB=CAUSE, GLOB=answer or GLOB=480 (a SIP status)";
        let (glob, outcome) = split_glob(typed, shape)?;
        let then = if outcome == "answer" {
            Dial::answered()
        } else if is_number(outcome) {
            let status = outcome.parse().ok();
            let status = status.filter(|status| (300..=699).contains(status));
            let fault = || part_refused(outcome, Refusal::SipStatus);
            Dial::refused(Cause::from_sip_received(status.ok_or_else(fault)?))
        } else {
            Dial::refused(part(outcome)?)
        };
        let span = None;
        Ok(Self::Dial(Entry { glob, then, span }))
    }

    /// Reads `--callback`, such as `https://api.example.com/*=flow.xml`, `*=503` or `*=timeout`.
    ///
    /// The last `=` separates; a number is an HTTP status, and `timeout`, `refused`, `dns` and
    /// `tls` are failures. Anything else is a file, relative to the working directory.
    ///
    /// # Errors
    /// Where it has no `=`, no pattern before it, or nothing behind it.
    pub fn callback(typed: &str) -> Result<Self, OverrideError> {
        let shape = "GLOB=FILE, GLOB=503 (an HTTP status) or GLOB=timeout";
        let (glob, answer) = split_glob(typed, shape)?;
        let reply = if let Ok(error) = FetchError::from_text(answer) {
            Reply::Failed(error)
        } else if is_number(answer) {
            let status = answer.parse().ok();
            let status = status.filter(|status| (200..=599).contains(status));
            let fault = || part_refused(answer, Refusal::HttpStatus);
            Reply::Answered {
                status: status.ok_or_else(fault)?,
                content: Content::Empty,
            }
        } else {
            let path: PathBuf = part(answer)?;
            Reply::Answered {
                status: 200,
                content: Content::File(Spanned::bare(path)),
            }
        };
        let then = Callback::new(reply);
        let span = None;
        Ok(Self::Callback(Entry { glob, then, span }))
    }
}

impl fmt::Display for OverrideError {
    /// Writes one line, as in `"3" is not a duration: expected …`. The option stands before it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OverrideError::Shape(shape) => write!(f, "expected {shape}"),
            OverrideError::Part(part, refusal) => {
                write!(f, "{part:?} is not {}: {refusal}", refusal.noun())?;
                match refusal.help() {
                    Some(help) => write!(f, "; {help}"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for OverrideError {}

fn part<T: Text>(part: &str) -> Result<T, OverrideError> {
    T::from_text(part).map_err(|refusal| part_refused(part, refusal))
}

fn split_glob<'t>(typed: &'t str, shape: &'static str) -> Result<(Glob, &'t str), OverrideError> {
    let split = typed.rsplit_once('=');
    let (glob, rest) = split.ok_or(OverrideError::Shape(shape))?;
    Ok((part(glob)?, rest))
}

fn part_refused(part: &str, refusal: Refusal) -> OverrideError {
    OverrideError::Part(part.into(), refusal)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

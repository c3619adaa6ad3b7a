//! What the command line says of the world, in place of a scenario file or before it.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::channel::cause::Cause;

use super::caller::{HangUp, Keys, Press, PressKeys, TimedKeys};
use super::pattern::PathPattern;
use super::rules::Entry;
use super::world::{Callback, Content, Dial, DialRule, Media, Reply};
use crate::channel::FetchError;
use crate::table::Spanned;
use crate::table::{Readings, Refusal};
use crate::table::{RedirectTarget, Rung, Start, StateCode, Text};
use crate::value::{CallerId, Value as _};

/// How `--press` looks.
const PRESS: &str = "KEYS or COMMAND=KEYS, such as 1#, Gather[0]=1#, #menu=2, Gather[0]+3s=1 or \
                     Gather[0]/Say[0]+1.5s=1; for keys at a fixed time use --key 3s=1";

/// How `--hangup-on` looks.
const HANGUP_ON: &str = "COMMAND or COMMAND+TIME, such as #voicemail or Record[*]+1.5s; for a fixed time use --hangup-after 8s";

/// One option of the command line, read. [`super::Scenario::apply`] puts it in its place.
#[derive(Clone, PartialEq, Debug)]
pub enum Override {
    /// `--from`: the caller's number.
    From(String),
    /// `--to`: the number called.
    To(String),
    /// `--start`: when the call is created.
    Start(Start),
    /// `--time-zone`: where Schedule reads the clock.
    TimeZone(TimeZone),
    /// `--state`: the caller's state, for Geo.
    State(StateCode),
    /// `--county`: the caller's county, for Geo.
    County(String),
    /// `--auto-answer`: whether the app answers before the flow begins.
    AutoAnswer(bool),
    /// `--no-hangup`: the caller does not hang up of its own accord, whatever the file says.
    NoHangup,
    /// `--max-commands`: the most commands that are run.
    MaxCommands(NonZeroU32),
    /// `--max-legs`: the most legs that are dialled.
    MaxLegs(NonZeroU32),
    /// `--assume`: how the platform is.
    Assume(Readings),
    /// `--press`: how the caller answers a command that listens.
    Press(Press),
    /// `--hangup-on`: the command during which the caller hangs up.
    HangupOn(HangUp),
    /// `--hangup-after`: when the caller hangs up.
    HangupAfter(Duration),
    /// `--key`: what the caller presses at an instant.
    Key(TimedKeys),
    /// `--callback`: what a web server answers.
    Callback(Entry<Callback>),
    /// `--dial`: what a destination does.
    Dial(DialRule),
    /// `--media`: what a media file is.
    Media(Entry<Media>),
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
    /// Reads `--from`.
    ///
    /// # Errors
    /// Where it is neither a number nor `anonymous`.
    pub fn from(typed: &str) -> Result<Self, OverrideError> {
        let digits = typed.strip_prefix('+').unwrap_or(typed);
        if is_number(digits) || typed == "anonymous" {
            part(typed).map(Self::From)
        } else {
            Err(part_refused(typed, Refusal::CallerNumber))
        }
    }

    /// Reads `--to`: a number or a SIP user.
    ///
    /// # Errors
    /// Where it is empty, or has blanks in it.
    pub fn to(typed: &str) -> Result<Self, OverrideError> {
        CallerId::read(typed).map_err(|_| part_refused(typed, Refusal::Called))?;
        part(typed).map(Self::To)
    }

    /// Reads `--assume`, such as `keys-unheard=kept`.
    ///
    /// # Errors
    /// Where no assumption has this id and this reading.
    pub fn assume(typed: &str) -> Result<Self, OverrideError> {
        let refused = |refused: Option<(&str, Refusal)>| match refused {
            Some((part, refusal)) => part_refused(part, refusal),
            None => OverrideError::Shape("ID=VALUE, such as keys-unheard=kept"),
        };
        Readings::parse(typed).map(Self::Assume).map_err(refused)
    }

    /// Reads `--start`.
    ///
    /// # Errors
    /// Where it is neither an RFC 3339 instant nor a local date or time, from 1970 to 2999.
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

    /// Reads `--state`.
    ///
    /// # Errors
    /// Where it is no two-letter code.
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
        let keys: Spanned<Keys> = Spanned::bare(part(keys)?);
        let heard = true;
        Ok(Self::Key(TimedKeys { at, keys, heard }))
    }

    /// Reads `--press`: `KEYS`, or `COMMAND=KEYS`, where the command can be followed by `/PROMPT` and
    /// `+TIME`. Without keys it is silence.
    ///
    /// The last `=` separates the keys, before it the last `+` the time, before that the last `/` the
    /// prompt. A `\` before a `+` or `/` makes it part of a pattern.
    ///
    /// # Errors
    /// Where a part cannot be read, nothing stands before the `=`, or silence has a time or a prompt.
    pub fn press(typed: &str) -> Result<Self, OverrideError> {
        let shape = OverrideError::Shape(PRESS);
        let Some((place, keys)) = typed.rsplit_once('=') else {
            let keys = PressKeys::new(typed).ok_or(shape)?;
            return Ok(Self::Press(Press::new(keys)));
        };
        let mut press = Press::new(part(keys)?);
        let (command, after) = command_and_time(place, PRESS)?;
        let (when, during) = match split_last(command, '/') {
            Some((when, during)) => (when, Some(during)),
            None => (command, None),
        };
        let has_time = after.is_some() || during.is_some();
        if place.is_empty() || press.keys.is_silence() && has_time {
            return Err(shape);
        }
        press.after = after;
        if !when.is_empty() {
            press.when = Some(Spanned::bare(part(when)?));
        }
        if let Some(during) = during {
            press.during = Some(Spanned::bare(part(during)?));
        }
        Ok(Self::Press(press))
    }

    /// Reads `--hangup-on`, such as `Record[*]+1.5s` or `#voicemail`.
    ///
    /// The last `+` separates the time; a `\` before it makes it part of the pattern.
    ///
    /// # Errors
    /// Where it is no pattern of a command, or no duration stands behind the `+`.
    pub fn hangup_on(typed: &str) -> Result<Self, OverrideError> {
        let (command, after) = command_and_time(typed, HANGUP_ON)?;
        let when: PathPattern = part(command)?;
        Ok(Self::HangupOn(HangUp {
            after,
            ..HangUp::new(when)
        }))
    }

    /// Reads `--media`, such as `*.mp3=4s`, `*=404` or `*=timeout`.
    ///
    /// The last `=` separates; a number is an HTTP status, and `timeout`, `refused`, `dns` and
    /// `tls` are failures. Anything else is the length of the file.
    ///
    /// # Errors
    /// Where it has no `=`, no pattern before it, or behind it neither a duration nor a failure nor
    /// an HTTP status from 300 to 599.
    pub fn media(typed: &str) -> Result<Self, OverrideError> {
        let shape = "GLOB=4s (how long it plays), GLOB=404 (an HTTP status from 300 to 599) or GLOB=timeout";
        let (pattern, answer) = split_pattern(typed, shape)?;
        let then = if let Ok(error) = FetchError::from_text(answer) {
            Media::Failed(error)
        } else if is_number(answer) {
            let status = answer.parse().ok();
            let status = status.filter(|status| (300..=599).contains(status));
            Media::Status(status.ok_or(OverrideError::Shape(shape))?)
        } else {
            let near = FetchError::from_text(answer).err();
            let near = near.map(|refusal| refusal.for_text(answer));
            Media::Lasts(part(answer).map_err(|error| match near {
                Some(near) if near.near().is_some() => part_refused(answer, near),
                _ => error,
            })?)
        };
        Ok(Self::Media(Entry {
            pattern,
            then,
            span: None,
        }))
    }

    /// Reads `--dial`, such as `*@sip.example.com=busy`, `anna=answer` or `*=480`.
    ///
    /// The last `=` separates; a number is a SIP status.
    ///
    /// # Errors
    /// Where it has no `=`, no pattern before it, or behind it neither `answer` nor a cause nor
    /// its word nor a SIP status from 300 to 699.
    pub fn dial(typed: &str) -> Result<Self, OverrideError> {
        let shape = "TO=CAUSE, TO=answer or TO=480 (a SIP status)";
        let (pattern, outcome) = split_pattern(typed, shape)?;
        let then = if is_number(outcome) {
            let status = outcome.parse().ok();
            let status = status.filter(|status| (300..=699).contains(status));
            let fault = || part_refused(outcome, Refusal::SipStatus);
            Dial::refused(Cause::from_sip_received(status.ok_or_else(fault)?))
        } else {
            Dial::from(part::<Rung>(outcome)?)
        };
        Ok(Self::Dial(Entry {
            pattern,
            then,
            span: None,
        }))
    }

    /// Reads `--callback`, such as `https://api.example.com/*=flow.xml`, `*=503` or `*=timeout`.
    ///
    /// The last `=` separates; a number is an HTTP status, and `timeout`, `refused`, `dns` and
    /// `tls` are failures, and a URL is where the request is redirected to. Anything else is a file,
    /// relative to the working directory.
    ///
    /// # Errors
    /// Where it has no `=`, no pattern before it, or nothing behind it.
    pub fn callback(typed: &str) -> Result<Self, OverrideError> {
        let shape = "GLOB=FILE, GLOB=503 (an HTTP status) or GLOB=timeout";
        let (pattern, answer) = split_pattern(typed, shape)?;
        let reply = if let Ok(error) = FetchError::from_text(answer) {
            Reply::Failed(error)
        } else if answer.starts_with("http://") || answer.starts_with("https://") {
            let RedirectTarget(location) = part(answer)?;
            Reply::Redirected {
                status: 302,
                location,
            }
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
        Ok(Self::Callback(Entry {
            pattern,
            then,
            span: None,
        }))
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

/// The pattern before the last `=`, and what stands behind it.
fn split_pattern<'t, P: Text>(
    typed: &'t str,
    shape: &'static str,
) -> Result<(P, &'t str), OverrideError> {
    let split = typed.rsplit_once('=');
    let (pattern, rest) = split.ok_or(OverrideError::Shape(shape))?;
    Ok((part(pattern)?, rest))
}

/// The texts before and behind the last such character that no `\` escapes.
fn split_last(typed: &str, separator: char) -> Option<(&str, &str)> {
    let mut split = None;
    let mut chars = typed.char_indices();
    while let Some((at, char)) = chars.next() {
        if char == separator {
            split = Some((&typed[..at], chars.as_str()));
        } else if char == '\\' {
            chars.next();
        }
    }
    split
}

/// A pattern over commands, and the time behind its `+`. An instant in place of the command is a
/// mistake, which the shape explains.
fn command_and_time<'t>(
    typed: &'t str,
    shape: &'static str,
) -> Result<(&'t str, Option<Duration>), OverrideError> {
    let (command, time) = match split_last(typed, '+') {
        Some((command, time)) => (command, Some(part(time)?)),
        None => (typed, None),
    };
    if Duration::from_text(command).is_ok() {
        return Err(OverrideError::Shape(shape));
    }
    Ok((command, time))
}

fn part_refused(part: &str, refusal: Refusal) -> OverrideError {
    OverrideError::Part(part.into(), refusal)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

//! The options of the command line that say something of the world.

use std::fmt;
use std::time::Duration;

use super::caller::{HangUp, Keys, Press, PressKeys, TimedKeys};
use super::origin::Origin;
use super::rules::Entry;
use super::world::{Callback, Content, Dial, DialRule, Media, Reply};
use crate::channel::FetchError;
use crate::channel::cause::Cause;
use crate::table::{Readings, RedirectTarget, Refusal, Rung, Spanned, Text};
use crate::value::{CallerId, Value as _};

/// How `--press` looks.
const PRESS: &str = "KEYS or COMMAND=KEYS, such as 1#, Gather[0]=1#, #menu=2, Gather[0]+3s=1 or \
                     Gather[0]/Say[0]+1.5s=1; for keys at a fixed time use --key 3s=1";

/// How `--hangup-on` looks.
const HANGUP_ON: &str = "COMMAND or COMMAND+TIME, such as #voicemail or Record[*]+1.5s; for a fixed time use --hangup-after 8s";

/// Why the value of an option was refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OptionError {
    /// It has no `=`; holds how it should look.
    Shape(&'static str),
    /// The part that is held here was refused.
    Part(Box<str>, Refusal),
}

/// Reads `--from`.
///
/// # Errors
/// Where it is neither a number nor `anonymous`.
pub fn from(typed: &str) -> Result<String, OptionError> {
    let digits = typed.strip_prefix('+').unwrap_or(typed);
    if is_number(digits) || typed == "anonymous" {
        Ok(typed.to_owned())
    } else {
        Err(part_refused(typed, Refusal::CallerNumber))
    }
}

/// Reads `--to`: a number or a SIP user.
///
/// # Errors
/// Where it is empty, or has blanks in it.
pub fn to(typed: &str) -> Result<String, OptionError> {
    CallerId::read(typed).map_err(|_| part_refused(typed, Refusal::Called))?;
    Ok(typed.to_owned())
}

/// Reads `--assume`, such as `keys-unheard=kept`.
///
/// # Errors
/// Where no assumption has this id and this reading.
pub fn assume(typed: &str) -> Result<Readings, OptionError> {
    Readings::parse(typed).map_err(|refused| match refused {
        Some((part, refusal)) => part_refused(part, refusal),
        None => OptionError::Shape("ID=VALUE, such as keys-unheard=kept"),
    })
}

/// Reads an option that is a single value of a scenario file, such as a duration.
///
/// # Errors
/// Where it is no such value.
pub(crate) fn value<T: Text>(typed: &str) -> Result<T, OptionError> {
    T::from_text(typed).map_err(|refusal| part_refused(typed, refusal))
}

/// Reads `--key`, such as `3s=1#`.
///
/// # Errors
/// Where it has no `=`, no duration before it, or behind it what is no key of a telephone.
pub fn key(typed: &str) -> Result<TimedKeys, OptionError> {
    let shape = OptionError::Shape("TIME=KEYS, such as 3s=1#");
    let (at, keys) = typed.split_once('=').ok_or(shape)?;
    let at: Duration = value(at)?;
    let keys: Keys = value(keys)?;
    Ok(TimedKeys::new(at, Spanned::bare(keys)))
}

/// Reads `--press`: `KEYS`, or `COMMAND=KEYS`, where the command can be followed by `/PROMPT` and
/// `+TIME`. Without keys it is silence.
///
/// The last `=` separates the keys, before it the last `+` the time, before that the last `/` the
/// prompt. A `\` before a `+` or `/` makes it part of a pattern.
///
/// # Errors
/// Where a part cannot be read, nothing stands before the `=`, or silence has a time or a prompt.
pub fn press(typed: &str) -> Result<Press, OptionError> {
    let shape = OptionError::Shape(PRESS);
    let origin = Origin::Option(typed.into());
    let Some((place, keys)) = typed.rsplit_once('=') else {
        let keys = PressKeys::new(typed).ok_or(shape)?;
        return Ok(Press {
            origin,
            ..Press::new(keys)
        });
    };
    let keys: PressKeys = value(keys)?;
    let (command, after) = command_and_time(place, PRESS)?;
    let (when, during) = match split_last(command, '/') {
        Some((when, during)) => (when, Some(during)),
        None => (command, None),
    };
    let has_time = after.is_some() || during.is_some();
    if place.is_empty() || keys.is_silence() && has_time {
        return Err(shape);
    }
    let when = Some(when).filter(|when| !when.is_empty());
    let pattern = |typed: Option<&str>| typed.map(value).transpose();
    Ok(Press {
        when: pattern(when)?.map(Spanned::bare),
        during: pattern(during)?.map(Spanned::bare),
        after,
        origin,
        ..Press::new(keys)
    })
}

/// Reads `--hangup-on`, such as `Record[*]+1.5s` or `#voicemail`.
///
/// The last `+` separates the time; a `\` before it makes it part of the pattern.
///
/// # Errors
/// Where it is no pattern of a command, or no duration stands behind the `+`.
pub fn hangup_on(typed: &str) -> Result<HangUp, OptionError> {
    let (command, after) = command_and_time(typed, HANGUP_ON)?;
    Ok(HangUp {
        after,
        origin: Origin::Option(typed.into()),
        ..HangUp::new(Spanned::bare(value(command)?))
    })
}

/// Reads `--media`, such as `*.mp3=4s`, `*=404` or `*=timeout`.
///
/// The last `=` separates; a number is an HTTP status, and `timeout`, `refused`, `dns` and
/// `tls` are failures. Anything else is the length of the file.
///
/// # Errors
/// Where it has no `=`, no pattern before it, or behind it neither a duration nor a failure nor
/// an HTTP status from 300 to 599.
pub fn media(typed: &str) -> Result<Entry<Media>, OptionError> {
    let shape =
        "GLOB=4s (how long it plays), GLOB=404 (an HTTP status from 300 to 599) or GLOB=timeout";
    rule(typed, shape, |answer| {
        let near = match FetchError::from_text(answer) {
            Ok(error) => return Ok(Media::Failed(error)),
            Err(refusal) => refusal.for_text(answer),
        };
        if is_number(answer) {
            let status = status(answer, Refusal::HttpFailure);
            return status
                .map(Media::Status)
                .map_err(|_| OptionError::Shape(shape));
        }
        value(answer)
            .map(Media::Lasts)
            .map_err(|error| match near.near() {
                Some(_) => part_refused(answer, near),
                None => error,
            })
    })
}

/// Reads `--dial`, such as `*@sip.example.com=busy`, `anna=answer` or `*=480`.
///
/// The last `=` separates; a number is a SIP status.
///
/// # Errors
/// Where it has no `=`, no pattern before it, or behind it neither `answer` nor a cause nor
/// its word nor a SIP status from 300 to 699.
pub fn dial(typed: &str) -> Result<DialRule, OptionError> {
    let shape = "TO=CAUSE, TO=answer or TO=480 (a SIP status)";
    rule(typed, shape, |outcome| {
        Ok(if is_number(outcome) {
            let status = status(outcome, Refusal::SipStatus)?;
            Dial::refused(Cause::from_sip_received(status))
        } else {
            Dial::from(value::<Rung>(outcome)?)
        })
    })
}

/// Reads `--callback`, such as `https://api.example.com/*=flow.xml`, `*=503` or `*=timeout`.
///
/// The last `=` separates; a number is an HTTP status, and `timeout`, `refused`, `dns` and
/// `tls` are failures, and a URL is where the request is redirected to. Anything else is a file,
/// relative to the working directory.
///
/// # Errors
/// Where it has no `=`, no pattern before it, or nothing behind it.
pub fn callback(typed: &str) -> Result<Entry<Callback>, OptionError> {
    let shape = "GLOB=FILE, GLOB=503 (an HTTP status) or GLOB=timeout";
    rule(typed, shape, |answer| {
        let reply = if let Ok(error) = FetchError::from_text(answer) {
            Reply::Failed(error)
        } else if answer.starts_with("http://") || answer.starts_with("https://") {
            let RedirectTarget(location) = value(answer)?;
            Reply::Redirected {
                status: 302,
                location,
            }
        } else if is_number(answer) {
            Reply::Answered {
                status: status(answer, Refusal::HttpStatus)?,
                content: Content::Empty,
            }
        } else {
            Reply::Answered {
                status: 200,
                content: Content::File(Spanned::bare(value(answer)?)),
            }
        };
        Ok(Callback::new(reply))
    })
}

/// A rule: the pattern before the last `=`, and what stands behind it.
fn rule<T, P: Text>(
    typed: &str,
    shape: &'static str,
    then: impl FnOnce(&str) -> Result<T, OptionError>,
) -> Result<Entry<T, P>, OptionError> {
    let split = typed.rsplit_once('=');
    let (pattern, behind) = split.ok_or(OptionError::Shape(shape))?;
    Ok(Entry {
        pattern: value(pattern)?,
        then: then(behind)?,
        origin: Origin::Option(typed.into()),
    })
}

/// A status of this kind.
fn status(typed: &str, kind: Refusal) -> Result<u16, OptionError> {
    let status = typed.parse().ok();
    let status = status.filter(|&status| kind.allows(status));
    status.ok_or_else(|| part_refused(typed, kind))
}

impl fmt::Display for OptionError {
    /// Writes one line, as in `"3" is not a duration: expected …`. The option stands before it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OptionError::Shape(shape) => write!(f, "expected {shape}"),
            OptionError::Part(part, refusal) => {
                write!(f, "{part:?} is not {}: {refusal}", refusal.noun())?;
                match refusal.help() {
                    Some(help) => write!(f, "; {help}"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for OptionError {}

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
) -> Result<(&'t str, Option<Duration>), OptionError> {
    let (command, time) = match split_last(typed, '+') {
        Some((command, time)) => (command, Some(value(time)?)),
        None => (typed, None),
    };
    if Duration::from_text(command).is_ok() {
        return Err(OptionError::Shape(shape));
    }
    Ok((command, time))
}

fn part_refused(part: &str, refusal: Refusal) -> OptionError {
    OptionError::Part(part.into(), refusal)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

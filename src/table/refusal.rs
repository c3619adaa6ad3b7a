//! Why a value was refused: one type for the scenario file and for the command line.

use std::borrow::Cow;
use std::fmt;

use crate::value::nearest;

/// Why a value was refused. `Display` says what was expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Text was expected.
    Text,
    /// Text was expected and would have been good, had it stood in quotes; holds the text.
    Quotes(Box<str>),
    /// `true` or `false` was expected.
    Flag,
    /// Only `true` can stand here.
    True,
    /// A whole number up to this was expected.
    Whole(u64),
    /// A whole number that counts from 1 was expected.
    Nth,
    /// A number was expected.
    Number,
    /// A list was expected.
    List,
    /// A single table was expected.
    Table,
    /// A list of tables was expected.
    Tables,
    /// A duration was expected.
    Duration,
    /// A duration without its unit; holds the number.
    Unit(Box<str>),
    /// A duration that is not a whole number of milliseconds.
    Fraction,
    /// A duration above [`super::LONGEST_DURATION`].
    Long,
    /// An instant was expected.
    Instant,
    /// A time zone was expected; holds the nearest name.
    TimeZone(Option<Box<str>>),
    /// The code of a state was expected; holds that of the state that was named.
    State(Option<&'static str>),
    /// The number of a caller was expected.
    CallerNumber,
    /// Who or what ends a call was expected.
    EndedBy,
    /// A range of times was expected.
    Times,
    /// A called number, or a SIP user, was expected.
    Called,
    /// Where a request is sent instead was expected.
    Location,
    /// The HTTP status of a redirect was expected.
    Redirect,
    /// A UUID was expected.
    Uuid,
    /// Keys of a telephone were expected; holds the first that is none.
    Keys(Option<char>),
    /// Keys of a telephone were expected, or waits between them; holds the first character that is
    /// neither.
    PressKeys(Option<char>),
    /// The name of a hangup cause was expected; holds the one that was probably meant.
    Cause(Option<&'static str>),
    /// The name of a hangup cause was expected, and what a leg does when it is answered was given.
    Answer,
    /// The name of a hangup cause, or `answer`, was expected; holds what was probably meant.
    Rung(Option<&'static str>),
    /// A SIP status of a refusal was expected.
    SipStatus,
    /// An HTTP status was expected.
    HttpStatus,
    /// An HTTP status of a failure was expected.
    HttpFailure,
    /// A pattern was expected.
    Pattern,
    /// A pattern over the commands of a flow was expected.
    PathPattern,
    /// The path of a file was expected.
    Path,
    /// One of these words was expected.
    Word {
        /// What such a word is.
        what: &'static str,
        /// All of them.
        words: &'static [&'static str],
        /// The one that was probably meant.
        near: Option<&'static str>,
    },
}

impl Refusal {
    /// What the value is not, as in "`after` is not a duration".
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Text | Self::Quotes(_) => "text",
            Self::Flag => "true or false",
            Self::True => "true",
            Self::Whole(_) => "a whole number within its limits",
            Self::Nth => "a whole number of at least 1",
            Self::Number => "a number",
            Self::List => "a list",
            Self::Table => "a table",
            Self::Tables => "a list of tables",
            Self::Duration | Self::Unit(_) => "a duration",
            Self::Fraction => "a duration of whole milliseconds",
            Self::Long => "a duration within its limit",
            Self::Instant => "a time",
            Self::TimeZone(_) => "the name of a time zone",
            Self::State(_) => "the code of a state",
            Self::CallerNumber => "the number of a caller",
            Self::EndedBy => "who or what can end a call",
            Self::Times => "a range of times",
            Self::Called => "what can be called",
            Self::Location => "where a request can be sent",
            Self::Redirect => "the HTTP status of a redirect",
            Self::Uuid => "a UUID",
            Self::Keys(_) | Self::PressKeys(_) => "a sequence of telephone keys",
            Self::Cause(_) | Self::Answer | Self::Rung(_) => "the name of a hangup cause",
            Self::SipStatus => "the SIP status of a refusal",
            Self::HttpStatus => "the HTTP status of an answer",
            Self::HttpFailure => "the HTTP status of a failure",
            Self::Pattern => "a pattern",
            Self::PathPattern => "a pattern for commands",
            Self::Path => "the path of a file",
            Self::Word { what, .. } => what,
        }
    }

    /// The refusal of this text: it names the word that was probably meant.
    pub(crate) fn for_text(self, text: &str) -> Self {
        match self {
            Self::Word { what, words, .. } => Self::Word {
                what,
                words,
                near: nearest(text, words.iter().copied()),
            },
            other => other,
        }
    }

    /// Whether a number is a status of the kind that was expected.
    pub(crate) fn allows(&self, status: u16) -> bool {
        match self {
            Self::Redirect => matches!(status, 301 | 302 | 303 | 307 | 308),
            Self::SipStatus => (300..=699).contains(&status),
            Self::HttpStatus => (200..=599).contains(&status),
            Self::HttpFailure => (300..=599).contains(&status),
            _ => false,
        }
    }

    /// What to write instead.
    pub fn help(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::Quotes(text) => format!("write it in quotes: {text:?}").into(),
            Self::Unit(number) => {
                // Thousands were most likely meant as milliseconds.
                let seconds = number.strip_suffix("000").unwrap_or(number);
                format!("write \"{number}ms\" or \"{seconds}s\"").into()
            }
            Self::Fraction => "the platform counts in whole milliseconds".into(),
            Self::TimeZone(Some(near)) => format!("did you mean {near:?}?").into(),
            Self::State(Some(code)) => format!("write {code:?}").into(),
            Self::Cause(Some(near)) | Self::Rung(Some(near)) => {
                format!("did you mean {near:?}?").into()
            }
            Self::Answer => "a call ends with a cause too when it was answered, such as \"NORMAL_CLEARING\"; that a leg is answered is expected in `dialled`".into(),
            Self::Word {
                near: Some(near), ..
            } => format!("did you mean {near:?}?").into(),
            Self::SipStatus => "if the destination answers, write `answer = true`".into(),
            Self::True => "if the callee does not answer, write a `cause` instead".into(),
            _ => return None,
        })
    }

    /// The value that was probably meant, without quotes.
    pub fn near(&self) -> Option<&str> {
        match self {
            Self::TimeZone(near) => near.as_deref(),
            Self::State(code) => *code,
            Self::Cause(near) | Self::Rung(near) | Self::Word { near, .. } => *near,
            _ => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = match self {
            Self::Whole(most) => return write!(f, "expected a whole number from 0 to {most}"),
            Self::Keys(Some(key)) => {
                return write!(f, "{key:?} is not a key of a telephone: 0-9, *, #, A-D");
            }
            Self::PressKeys(Some(key)) => {
                return write!(
                    f,
                    "{key:?} is not a key of a telephone: 0-9, *, #, A-D, or w for half a second"
                );
            }
            Self::Word { words, .. } => {
                f.write_str("expected ")?;
                for (at, word) in words.iter().enumerate() {
                    let joint = if at == 0 {
                        ""
                    } else if at + 1 == words.len() {
                        " or "
                    } else {
                        ", "
                    };
                    write!(f, "{joint}\"{word}\"")?;
                }
                return Ok(());
            }
            Self::Text | Self::Quotes(_) => "text in quotes",
            Self::Flag => "true or false",
            Self::True => "true",
            Self::Nth => "a whole number such as 1 or 20",
            Self::Number => "a number",
            Self::List => "a list such as [\"a\", \"b\"]",
            Self::Table => "a single table",
            Self::Tables => "a list of tables",
            Self::Duration | Self::Unit(_) => {
                "a duration such as \"250ms\", \"4s\", \"1m30s\" or \"1h\""
            }
            Self::Fraction => "a duration of whole milliseconds",
            Self::Long => "a duration of at most 10000 hours",
            Self::Instant => {
                "a time from 1970 to 2999, such as \"2024-02-20T16:41:34.861Z\", or a local time such as \"2024-02-20T16:41\""
            }
            Self::State(_) => "the two-letter code of a US state, such as \"NY\"",
            Self::EndedBy => {
                "\"caller\", \"flow\", \"limit\", or the path or tag of a command such as \"Hangup[0]\""
            }
            Self::Times => "times in order, such as \"9s..11s\", or \"<= 11s\", or \">= 9s\"",
            Self::Called => "a number such as 12025550143, or a SIP user, without blanks",
            Self::CallerNumber => {
                "digits after an optional plus sign, such as +12025550187, or anonymous"
            }
            Self::TimeZone(_) => "an IANA time zone such as \"America/New_York\"",
            Self::Location => {
                "a URL such as \"https://example.com/flow\", or a path such as \"/flow\""
            }
            Self::Redirect => "301, 302, 303, 307 or 308",
            Self::Uuid => "a UUID such as \"c7aa8c03-87d6-403d-8287-2211a1974fe3\"",
            Self::Keys(None) => "keys of a telephone such as \"1#\": 0-9, *, #, A-D",
            Self::PressKeys(None) => {
                "keys of a telephone such as \"1w2#\": 0-9, *, #, A-D, and w (wait) before a key"
            }
            Self::Cause(_) | Self::Answer => {
                "a FreeSWITCH hangup cause such as \"USER_BUSY\", or \"busy\", \"no-answer\", \"rejected\" or \"unreachable\""
            }
            Self::Rung(_) => {
                "\"answer\", \"busy\", \"no-answer\", \"rejected\", \"unreachable\" or a FreeSWITCH hangup cause such as \"USER_BUSY\""
            }
            Self::SipStatus => "a SIP status from 300 to 699",
            Self::HttpStatus => "an HTTP status from 200 to 599",
            Self::HttpFailure => "an HTTP status from 300 to 599",
            Self::Pattern => "a pattern such as \"*@sip.example.com\", of at most 200 bytes",
            Self::PathPattern => {
                "a command's path such as \"Gather[0].Say[*]\" or its tag such as \"#menu\", of at most 200 bytes"
            }
            Self::Path => "the path of a file",
        };
        write!(f, "expected {expected}")
    }
}

impl std::error::Error for Refusal {}

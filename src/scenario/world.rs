//! What the world answers: web servers, destinations and media files.

use std::path::PathBuf;
use std::time::Duration;

use crate::channel::cause::Cause;
use crate::channel::{FetchError, Method};

use super::DestinationPattern;
use super::origin::Origin;
use super::pattern::Pattern;
use super::rules::Entry;
use super::write::Lines;
use crate::table::RedirectTarget;
use crate::table::Refusal;
use crate::table::Rung;
use crate::table::Spanned;
use crate::table::Table;

/// The status of a redirect that names none.
const FOUND: u16 = 302;

/// `[[callback]]`: what a web server answers, to Callback, Gather and Curl alike.
#[derive(Clone, PartialEq, Debug)]
pub struct Callback {
    /// The only method that the rule is for; none for all.
    pub method: Option<Method>,
    /// How long the answer takes; none leaves it to the simulator.
    pub after: Option<Duration>,
    /// The answer.
    pub reply: Reply,
}

/// How a request ends.
#[derive(Clone, PartialEq, Debug)]
pub enum Reply {
    /// With an HTTP answer.
    Answered {
        /// Its status, 200 to 599.
        status: u16,
        /// Its body.
        content: Content,
    },
    /// With an answer that sends the request elsewhere.
    Redirected {
        /// Its status: 301, 302, 303, 307 or 308.
        status: u16,
        /// Where to: a URL, or a part of one.
        location: String,
    },
    /// With an answer that is no call flow: what is wrong with it.
    Wrong(String),
    /// Without any answer.
    Failed(FetchError),
}

/// The body of an HTTP answer.
#[derive(Clone, PartialEq, Debug)]
pub enum Content {
    /// Nothing.
    Empty,
    /// The content of a file, which the caller reads.
    File(Spanned<PathBuf>),
    /// This text.
    Text(String),
}

/// `[[dial]]`: what a destination does with a call.
#[derive(Clone, PartialEq, Debug)]
pub struct Dial {
    /// How long after the leg's `init` its outcome comes; none leaves it to the simulator.
    pub after: Option<Duration>,
    /// Whether it rings before the outcome: unless the file says so, for an answer and for
    /// `NO_ANSWER`, or where it says when.
    pub rings: bool,
    /// How long after the leg's `init` it rings; none leaves it to the simulator.
    pub rings_after: Option<Duration>,
    /// The outcome.
    pub outcome: Outcome,
}

/// What the destinations do that a pattern means.
pub type DialRule = Entry<Dial, DestinationPattern>;

/// How a destination ends its part of dialling.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It does not take the call.
    Refused(Cause),
    /// It answers.
    Answered {
        /// How long it talks before it hangs up; none: until somebody else ends the call.
        talk: Option<Duration>,
    },
}

/// `[[media]]`: what a `<Play url>` finds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Media {
    /// A file that plays for so long.
    Lasts(Duration),
    /// An HTTP answer that is no media, with its status from 300 to 599.
    Status(u16),
    /// No answer.
    Failed(FetchError),
}

impl From<Rung> for Dial {
    fn from(rung: Rung) -> Self {
        match rung {
            Rung::Answers => Self::answered(),
            Rung::Refuses(cause) => Self::refused(cause),
        }
    }
}

impl Dial {
    /// A destination that answers, and rings before that.
    pub fn answered() -> Self {
        Self {
            after: None,
            rings: true,
            rings_after: None,
            outcome: Outcome::Answered { talk: None },
        }
    }

    /// A destination that does not take the call, and rings only for `NO_ANSWER`.
    pub fn refused(cause: Cause) -> Self {
        Self {
            after: None,
            rings: cause == Cause::NO_ANSWER,
            rings_after: None,
            outcome: Outcome::Refused(cause),
        }
    }

    pub(super) fn read(table: &mut Table<'_>) -> Option<DialRule> {
        let origin = Origin::File(table.span());
        let pattern = table.need(
            "to",
            "The destinations, as a pattern: a SIP address, its user part, or a number.",
        );
        let cause: Option<Rung> = table.get(
            "cause",
            "The hangup cause with which it does not take the call, or one of `busy`, `no-answer`, `rejected` and `unreachable`; `answer` means `answer = true`.",
        );
        let sip = table.status(
            "sip",
            "The same, given as a SIP status.",
            &Refusal::SipStatus,
        );
        let answers: Option<Spanned<bool>> =
            table.get("answer", "`true`: the destination answers.");
        if let Some(Spanned { value: false, span }) = answers {
            table.refuse("answer", span, &Refusal::True);
        }
        let talk: Option<Duration> = table.get(
            "talk",
            "How long it talks before it hangs up. Default: until somebody else ends the call.",
        );
        let rings: Option<bool> = table.get(
            "rings",
            "Whether it rings first. Default: it rings if it answers, and for NO_ANSWER.",
        );
        let rings_after: Option<Spanned<Duration>> = table.get(
            "rings_after",
            "Delay from the `init` of the leg to the ringing.",
        );
        let after: Option<Duration> =
            table.get("after", "Delay from the `init` of the leg to the outcome.");

        table.exactly_one(&["cause", "sip", "answer"], "cause = \"USER_BUSY\"");
        table.only_with_or(
            "talk",
            "answer",
            ("cause", "answer"),
            cause == Some(Rung::Answers),
            "answer = true",
        );
        if rings == Some(false) {
            table.excludes("rings_after", "rings");
        }
        let late = |ring: &Spanned<Duration>| after.is_some_and(|after| ring.value > after);
        if rings_after.as_ref().is_some_and(late) {
            table.contradicts("rings_after", "after", "it would ring after its outcome");
        }

        let sip = sip.map(|sip| Rung::Refuses(Cause::from_sip_received(sip)));
        let answers = answers.map(|_| Rung::Answers);
        let mut dial = Self::from(cause.or(sip).or(answers)?);
        if let Outcome::Answered { .. } = dial.outcome {
            dial.outcome = Outcome::Answered { talk };
        }
        dial.after = after;
        dial.rings = rings.unwrap_or(dial.rings || rings_after.is_some());
        dial.rings_after = rings_after.map(|ring| ring.value);
        Some(Entry {
            pattern: pattern?,
            then: dial,
            origin,
        })
    }

    pub(super) fn write(&self, lines: &mut Lines) {
        let usual = match self.outcome {
            Outcome::Refused(cause) => {
                lines.key("cause", &cause);
                Self::refused(cause)
            }
            Outcome::Answered { talk } => {
                lines.key("answer", &true);
                lines.key("talk", &talk);
                Self::answered()
            }
        };
        if self.rings != (usual.rings || self.rings_after.is_some()) {
            lines.key("rings", &self.rings);
        }
        lines.key("rings_after", &self.rings_after);
        lines.key("after", &self.after);
    }
}

impl Callback {
    /// An answer without a delay of its own, to every method.
    pub fn new(reply: Reply) -> Self {
        Self {
            method: None,
            after: None,
            reply,
        }
    }

    /// Whether it is for a request of this method to one of these URLs.
    pub(super) fn is_for(&self, method: Method, pattern: &Pattern, urls: &[&str]) -> bool {
        self.method.is_none_or(|only| only == method)
            && urls.iter().any(|url| pattern.matches_url(url))
    }

    /// The file that it answers with, if it does.
    pub fn file(&self) -> Option<&Spanned<PathBuf>> {
        match &self.reply {
            Reply::Answered {
                content: Content::File(path),
                ..
            } => Some(path),
            _ => None,
        }
    }

    pub(super) fn read(table: &mut Table<'_>) -> Option<Entry<Self>> {
        let origin = Origin::File(table.span());
        let pattern = table.need(
            "url",
            "The requests, as a pattern for the URL, with or without its query.",
        );
        let method = table.get("method", "The HTTP method. Default: all methods.");
        let after = table.get("after", "How long the reply takes.");
        let flow: Option<Spanned<PathBuf>> = table.get(
            "flow",
            "A file with the body of the reply, relative to this file.",
        );
        let body: Option<String> = table.get("body", "The body of the reply.");
        let redirect: Option<RedirectTarget> =
            table.get("redirect", "The URL that the server redirects to.");
        let kind = match redirect {
            Some(_) => Refusal::Redirect,
            None => Refusal::HttpStatus,
        };
        let status = "The HTTP status. Default: 200, or 302 with `redirect`.";
        let status = table.status("status", status, &kind);
        let error: Option<FetchError> = table.get("error", "There is no reply, but this error.");
        let wrong: Option<String> = table.get(
            "wrong",
            "The server replies, but not with a call flow. The text is the reason that the platform gives.",
        );

        for other in ["flow", "body", "status", "error"] {
            table.excludes(other, "wrong");
        }
        for other in ["flow", "body", "status"] {
            table.excludes(other, "error");
        }
        for other in ["flow", "body", "error", "wrong"] {
            table.excludes(other, "redirect");
        }
        table.excludes("body", "flow");
        table.at_least_one(
            &["flow", "body", "status", "error", "wrong", "redirect"],
            "status = 503",
        );

        let content = match (flow, body) {
            (Some(path), _) => Content::File(path),
            (None, Some(text)) => Content::Text(text),
            (None, None) => Content::Empty,
        };
        let reply = match (error, wrong, redirect) {
            (Some(error), ..) => Reply::Failed(error),
            (None, Some(wrong), _) => Reply::Wrong(wrong),
            (None, None, Some(RedirectTarget(location))) => Reply::Redirected {
                status: status.unwrap_or(FOUND),
                location,
            },
            (None, None, None) => Reply::Answered {
                status: status.unwrap_or(200),
                content,
            },
        };
        Some(Entry {
            pattern: pattern?,
            then: Self {
                method,
                after,
                reply,
            },
            origin,
        })
    }

    pub(super) fn write(&self, lines: &mut Lines) {
        lines.key("method", &self.method);
        lines.key("after", &self.after);
        match &self.reply {
            Reply::Answered { status, content } => {
                if *status != 200 || *content == Content::Empty {
                    lines.key("status", &u32::from(*status));
                }
                match content {
                    Content::Empty => {}
                    Content::File(path) => lines.key("flow", path),
                    Content::Text(text) => lines.key("body", text),
                }
            }
            Reply::Redirected { status, location } => {
                lines.key("redirect", location);
                if *status != FOUND {
                    lines.key("status", &u32::from(*status));
                }
            }
            Reply::Wrong(wrong) => lines.key("wrong", wrong),
            Reply::Failed(error) => lines.key("error", error),
        }
    }
}

impl Media {
    pub(super) fn read(table: &mut Table<'_>) -> Option<Entry<Self>> {
        let origin = Origin::File(table.span());
        let pattern = table.need("url", "The files, as a pattern for the URL.");
        let lasts = table.get("lasts", "How long it plays.").map(Self::Lasts);
        let status = "The HTTP status, if the reply is not a sound.";
        let status = table.status("status", status, &Refusal::HttpFailure);
        let error = table.get("error", "There is no reply, but this error.");
        let error = error.map(Self::Failed);
        table.exactly_one(&["lasts", "status", "error"], "lasts = \"4s\"");
        Some(Entry {
            pattern: pattern?,
            then: lasts.or(status.map(Self::Status)).or(error)?,
            origin,
        })
    }

    pub(super) fn write(&self, lines: &mut Lines) {
        match self {
            Self::Lasts(duration) => lines.key("lasts", duration),
            Self::Status(status) => lines.key("status", &u32::from(*status)),
            Self::Failed(error) => lines.key("error", error),
        }
    }
}

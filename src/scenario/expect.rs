//! What must hold after the call.

use std::path::PathBuf;
use std::time::Duration;

use crate::channel::cause::Cause;
use crate::flow::EntryState;

use super::DestinationPattern;
use super::origin::Origin;
use super::pattern::{PathPattern, Pattern};
use super::table::table;
use super::write::Lines;
use crate::table::{Refusal, Rung, Spanned, Table, Text};

/// A list of which each item knows its place.
type List<T> = Spanned<Vec<Spanned<T>>>;

table! {
    /// `[expect]`. Every part knows its place, so that one which fails can be shown in the file.
    layered Expect {
        /// The hangup cause of the call, or one of `busy`, `no-answer`, `rejected` and
        /// `unreachable`.
        cause: Option<Spanned<Cause>>,
        /// Who or what ended the call: `caller`, `flow` (the flow reached its end), `limit` (the
        /// app's maximum call length), or a command by its path or tag.
        ended_by: Option<Spanned<ExpectedEnd>>,
        /// The commands that ran, in order, by path or tag. `...` matches any number of commands,
        /// including none.
        ran: Option<List<Listed<PathPattern>>>,
        /// Commands that must not run.
        never_ran: Option<List<PathPattern>>,
        /// What the caller hears, in order, as patterns; a tone is `tone 500 Hz`. `...` matches any
        /// number of items, including none. Ring-back, hold music and talk only count if the list
        /// contains one of them.
        hears: Option<List<Listed<Pattern>>>,
        /// The longest silence that the caller may hear. Time in which the flow waits for the
        /// caller does not count.
        max_silence: Option<Spanned<Duration>>,
        /// The length of the call.
        duration: Option<Spanned<Times>>,
        /// All outbound legs, in order; an empty list means none.
        dialled: Option<Spanned<Vec<ExpectCall>>> [rows ExpectCall],
        /// All requests, in order; an empty list means none.
        fetched: Option<Spanned<Vec<ExpectFetch>>> [rows ExpectFetch],
        /// The tags of all recordings, in order; a recording without a tag has an empty tag.
        recorded: Option<List<Pattern>>,
        /// A file with the last event of the call, relative to this file. `test --update` writes
        /// it.
        events: Option<Spanned<PathBuf>>,
        /// A file with the output of `run`, relative to this file. `test --update` writes it.
        tree: Option<Spanned<PathBuf>>,
        /// What a log entry must contain.
        log: Vec<ExpectLog> [tables ExpectLog],
    }
}

/// What a file holds that a call is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SnapshotKind {
    /// The final event, as `run --format json` writes it.
    Events,
    /// The call as `run` shows it.
    Tree,
}

/// An item of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Listed<T> {
    /// `...`: any items, also none.
    Any,
    /// One item.
    One(T),
}

/// Who or what is to end a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExpectedEnd {
    /// `caller`.
    Caller,
    /// `flow`: it came to its end.
    Flow,
    /// `limit`: the app's longest call.
    Limit,
    /// A command, by its path or tag.
    Command(PathPattern),
}

/// How long something lasts: `9s..11s`, `<= 11s`, `>= 9s`, or `11s` for at most that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Times {
    /// At least so long.
    pub least: Duration,
    /// At most so long.
    pub most: Option<Duration>,
}

/// An item of `dialled`: a leg.
#[derive(Clone, PartialEq, Debug)]
pub struct ExpectCall {
    /// Where to.
    pub to: Spanned<DestinationPattern>,
    /// Why it ended.
    pub cause: Option<Spanned<Cause>>,
    /// Whether it was answered.
    pub answered: Option<Spanned<bool>>,
    /// Where it is said.
    pub origin: Origin,
}

table! {
    /// An item of `fetched`: a request.
    ExpectFetch(
        /// The URL, as a pattern, with or without its query.
        url: Spanned<Pattern>,
    ) {
        /// The HTTP status of the reply.
        status: Option<u16> [status HttpStatus],
        /// Where it is said.
        origin: Origin [origin],
    }
}

table! {
    /// `[[expect.log]]`: what a log entry of that path must hold.
    ExpectLog(
        /// The command, by path or tag.
        path: Spanned<PathPattern>,
    ) {
        /// The state of the entry.
        state: Option<Spanned<EntryState>>,
        /// The reason of the entry, as a pattern.
        reason: Option<Spanned<Pattern>>,
        /// Whether the command succeeded.
        success: Option<Spanned<bool>>,
        /// The tag of the command, as a pattern.
        tag: Option<Spanned<Pattern>>,
        /// How long the command ran.
        lasts: Option<Spanned<Times>>,
        /// Where it is said.
        origin: Origin [origin],
    }
    checks says_something
}

/// An expectation that holds of every entry is a slip.
fn says_something(table: &mut Table<'_>) {
    let keys = &["state", "reason", "success", "tag", "lasts"];
    table.at_least_one(keys, "state = \"success\"");
}

/// What stands for any items of a list.
const ANY: &str = "...";

impl<T: Text> Text for Listed<T> {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        match text {
            ANY => Ok(Self::Any),
            _ => T::from_text(text).map(Self::One),
        }
    }

    fn to_text(&self) -> String {
        match self {
            Self::Any => ANY.to_owned(),
            Self::One(one) => one.to_text(),
        }
    }

    fn expected() -> Refusal {
        T::expected()
    }
}

impl Text for ExpectedEnd {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Ok(match text {
            "caller" => Self::Caller,
            "flow" => Self::Flow,
            "limit" => Self::Limit,
            // Paths have an index, and tags their sign: another word is a slip.
            _ if text.contains(['[', '#', '*', '?']) => {
                Self::Command(PathPattern::from_text(text)?)
            }
            _ => return Err(Refusal::EndedBy),
        })
    }

    fn to_text(&self) -> String {
        match self {
            Self::Caller => "caller".to_owned(),
            Self::Flow => "flow".to_owned(),
            Self::Limit => "limit".to_owned(),
            Self::Command(path) => path.to_text(),
        }
    }

    fn expected() -> Refusal {
        Refusal::EndedBy
    }
}

impl Times {
    /// Whether a time lies within.
    pub fn holds(&self, time: Duration) -> bool {
        time >= self.least && self.most.is_none_or(|most| time <= most)
    }
}

impl Text for Times {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        let at_most = |most: &str| {
            let most = Some(Duration::from_text(most.trim())?);
            let least = Duration::ZERO;
            Ok(Self { least, most })
        };
        if let Some(most) = text.strip_prefix("<=") {
            return at_most(most);
        }
        if let Some(least) = text.strip_prefix(">=") {
            let least = Duration::from_text(least.trim())?;
            return Ok(Self { least, most: None });
        }
        let Some((least, most)) = text.split_once("..") else {
            return at_most(text);
        };
        let least = Duration::from_text(least.trim())?;
        let most = Duration::from_text(most.trim())?;
        if least <= most {
            Ok(Self {
                least,
                most: Some(most),
            })
        } else {
            Err(Refusal::Times)
        }
    }

    fn to_text(&self) -> String {
        match (self.least, self.most) {
            (least, None) => format!(">= {}", least.to_text()),
            (Duration::ZERO, Some(most)) => format!("<= {}", most.to_text()),
            (least, Some(most)) => format!("{}..{}", least.to_text(), most.to_text()),
        }
    }

    fn expected() -> Refusal {
        Refusal::Times
    }
}

impl Expect {
    /// The files that the call is compared with.
    pub fn snapshots(&self) -> impl Iterator<Item = (SnapshotKind, &Spanned<PathBuf>)> {
        let events = self.events.iter().map(|path| (SnapshotKind::Events, path));
        let tree = self.tree.iter().map(|path| (SnapshotKind::Tree, path));
        events.chain(tree)
    }

    /// Whether nothing is expected.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Writes it as `[expect]`, behind the prefix of the table that it stands in.
    pub(super) fn write(&self, prefix: &str, lines: &mut Lines) {
        lines.heading(&format!("[{prefix}expect]"));
        self.write_keys(lines);
        for log in &self.log {
            lines.heading(&format!("[[{prefix}expect.log]]"));
            log.write_keys(lines);
        }
    }
}

impl ExpectCall {
    fn read_keys(table: &mut Table<'_>) -> Option<Self> {
        let to = table.need(
            "to",
            "The destination, as a pattern: a SIP address, its user or a number.",
        );
        let cause: Option<Spanned<Rung>> = table.get(
            "cause",
            "The hangup cause of the leg, or one of `busy`, `no-answer`, `rejected` and `unreachable`; `answer` means `answered = true`.",
        );
        let mut answered: Option<Spanned<bool>> = table.get("answered", "Whether it was answered.");
        let cause = match cause.map(|cause| (cause.value, cause.span)) {
            Some((Rung::Refuses(value), span)) => Some(Spanned { value, span }),
            Some((Rung::Answers, span)) => {
                if answered.is_some_and(|answered| !answered.value) {
                    table.contradicts("answered", "cause", "it cannot be both");
                }
                answered = Some(Spanned { value: true, span });
                None
            }
            None => None,
        };
        Some(Self {
            to: to?,
            cause,
            answered,
            origin: Origin::File(table.span()),
        })
    }

    fn write_keys(&self, lines: &mut Lines) {
        lines.key("to", &self.to);
        lines.key("cause", &self.cause);
        lines.key("answered", &self.answered);
    }
}

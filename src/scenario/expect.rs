//! What must hold after the call.

use std::path::PathBuf;
use std::time::Duration;

use crate::channel::cause::Cause;
use crate::flow::EntryState;
use crate::source::Span;

use super::DestinationPattern;
use super::caller::inline;
use super::pattern::{PathPattern, Pattern};
use super::write::Lines;
use crate::table::Refusal;
use crate::table::Rung;
use crate::table::Table;
use crate::table::Text;
use crate::table::{Spanned, Value as _};

/// A list of which each item knows its place.
type List<T> = Spanned<Vec<Spanned<T>>>;

/// `[expect]`. Every part knows its place, so that one which fails can be shown in the file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Expect {
    /// How the call ended.
    pub cause: Option<Spanned<Cause>>,
    /// Who or what ended it.
    pub ended_by: Option<Spanned<ExpectedEnd>>,
    /// The paths of all log entries, in order.
    pub ran: Option<List<Listed<PathPattern>>>,
    /// Commands that must not run.
    pub never_ran: Option<List<PathPattern>>,
    /// All that is spoken and played to the caller, in order.
    pub hears: Option<List<Listed<Pattern>>>,
    /// The longest that the caller may hear nothing while the flow awaits nothing of the caller.
    pub max_silence: Option<Spanned<Duration>>,
    /// The length of the call.
    pub duration: Option<Spanned<Times>>,
    /// Every leg that was dialled, in order.
    pub dialled: Option<Spanned<Vec<ExpectCall>>>,
    /// Every document that was asked for, in order.
    pub fetched: Option<Spanned<Vec<ExpectFetch>>>,
    /// The tags of all recordings, in order.
    pub recorded: Option<List<Pattern>>,
    /// A file that holds the final event, relative to the scenario.
    pub events: Option<Spanned<PathBuf>>,
    /// A file that holds the call as `run` shows it, relative to the scenario.
    pub tree: Option<Spanned<PathBuf>>,
    /// What single log entries must hold.
    pub log: Vec<ExpectLog>,
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
#[derive(Clone, Debug)]
pub struct ExpectCall {
    /// Where to.
    pub to: Spanned<DestinationPattern>,
    /// Why it ended.
    pub cause: Option<Spanned<Cause>>,
    /// Whether it was answered.
    pub answered: Option<Spanned<bool>>,
    /// Where the file says so.
    pub span: Option<Span>,
}

/// An item of `fetched`: a request.
#[derive(Clone, Debug)]
pub struct ExpectFetch {
    /// Where from.
    pub url: Spanned<Pattern>,
    /// The status of the reply.
    pub status: Option<Spanned<u16>>,
    /// Where the file says so.
    pub span: Option<Span>,
}

/// `[[expect.log]]`: what a log entry of that path must hold.
#[derive(Clone, Debug)]
pub struct ExpectLog {
    /// Which entry.
    pub path: Spanned<PathPattern>,
    /// Its state.
    pub state: Option<Spanned<EntryState>>,
    /// Its reason.
    pub reason: Option<Spanned<Pattern>>,
    /// Whether it succeeded.
    pub success: Option<Spanned<bool>>,
    /// Its tag.
    pub tag: Option<Spanned<Pattern>>,
    /// How long it ran.
    pub lasts: Option<Spanned<Times>>,
    /// Where the file says so.
    pub span: Option<Span>,
}

/// Equal when they ask for the same, wherever they stand.
impl PartialEq for ExpectCall {
    fn eq(&self, other: &Self) -> bool {
        self.to == other.to && self.cause == other.cause && self.answered == other.answered
    }
}

/// Equal when they ask for the same, wherever they stand.
impl PartialEq for ExpectFetch {
    fn eq(&self, other: &Self) -> bool {
        self.url == other.url && self.status == other.status
    }
}

/// Equal when they ask for the same, wherever they stand.
impl PartialEq for ExpectLog {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
            && self.state == other.state
            && self.reason == other.reason
            && self.success == other.success
            && self.tag == other.tag
            && self.lasts == other.lasts
    }
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

    pub(super) fn read(table: &mut Table<'_>) -> Self {
        Self {
            cause: table.get("cause", "The hangup cause of the call, or one of `busy`, `no-answer`, `rejected` and `unreachable`."),
            ended_by: table.get("ended_by", "Who or what ended the call: `caller`, `flow` (the flow reached its end), `limit` (the app's maximum call length), or a command by its path or tag."),
            ran: table.get("ran", "The commands that ran, in order, by path or tag. `...` matches any number of commands, including none."),
            never_ran: table.get("never_ran", "Commands that must not run."),
            hears: table.get("hears", "What the caller hears, in order, as patterns; a tone is `tone 500 Hz`. `...` matches any number of items, including none. Ring-back, hold music and talk only count if the list contains one of them."),
            max_silence: table.get("max_silence", "The longest silence that the caller may hear. Time in which the flow waits for the caller does not count."),
            duration: table.get("duration", "The length of the call."),
            dialled: table.list("dialled", "All outbound legs, in order; an empty list means none.", ExpectCall::read),
            fetched: table.list("fetched", "All requests, in order; an empty list means none.", ExpectFetch::read),
            recorded: table.get("recorded", "The tags of all recordings, in order; a recording without a tag has an empty tag."),
            events: table.get("events", "A file with the last event of the call, relative to this file. `test --update` writes it."),
            tree: table.get("tree", "A file with the output of `run`, relative to this file. `test --update` writes it."),
            log: table.tables("log", "What a log entry must contain.", ExpectLog::read),
        }
    }

    /// The expectations of a case over those of its file, key by key.
    #[must_use]
    pub fn over(self, file: Option<&Self>) -> Self {
        let Some(file) = file.cloned() else {
            return self;
        };
        Self {
            cause: self.cause.or(file.cause),
            ended_by: self.ended_by.or(file.ended_by),
            ran: self.ran.or(file.ran),
            never_ran: self.never_ran.or(file.never_ran),
            hears: self.hears.or(file.hears),
            max_silence: self.max_silence.or(file.max_silence),
            duration: self.duration.or(file.duration),
            dialled: self.dialled.or(file.dialled),
            fetched: self.fetched.or(file.fetched),
            recorded: self.recorded.or(file.recorded),
            events: self.events.or(file.events),
            tree: self.tree.or(file.tree),
            log: if self.log.is_empty() {
                file.log
            } else {
                self.log
            },
        }
    }

    /// Whether nothing is expected.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Writes it as `[expect]`, behind the prefix of the table that it stands in.
    pub(super) fn write(&self, prefix: &str, lines: &mut Lines) {
        lines.heading(&format!("[{prefix}expect]"));
        lines.key("cause", &self.cause);
        lines.key("ended_by", &self.ended_by);
        lines.key("ran", &self.ran);
        lines.key("never_ran", &self.never_ran);
        lines.key("hears", &self.hears);
        lines.key("max_silence", &self.max_silence);
        lines.key("duration", &self.duration);
        let dialled = self.dialled.as_ref().map(|legs| {
            let legs = legs.value.iter();
            legs.map(ExpectCall::inline).collect::<Vec<_>>()
        });
        let fetched = self.fetched.as_ref().map(|fetched| {
            let fetched = fetched.value.iter();
            fetched.map(ExpectFetch::inline).collect::<Vec<_>>()
        });
        for (key, rows) in [("dialled", dialled), ("fetched", fetched)] {
            if let Some(rows) = rows {
                lines.raw(key, &format!("[{}]", rows.join(", ")));
            }
        }
        lines.key("recorded", &self.recorded);
        lines.key("events", &self.events);
        lines.key("tree", &self.tree);
        for log in &self.log {
            lines.heading(&format!("[[{prefix}expect.log]]"));
            lines.key("path", &log.path);
            lines.key("state", &log.state);
            lines.key("reason", &log.reason);
            lines.key("success", &log.success);
            lines.key("tag", &log.tag);
            lines.key("lasts", &log.lasts);
        }
    }
}

impl ExpectCall {
    fn read(table: &mut Table<'_>) -> Option<Self> {
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
            span: Some(table.span()),
        })
    }

    fn inline(&self) -> String {
        inline([
            ("to", self.to.write()),
            ("cause", self.cause.write()),
            ("answered", self.answered.write()),
        ])
    }
}

impl ExpectFetch {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let url = table.need("url", "The URL, as a pattern, with or without its query.");
        let status = table.status(
            "status",
            "The HTTP status of the reply.",
            &Refusal::HttpStatus,
        );
        let status = status.map(Spanned::bare);
        Some(Self {
            url: url?,
            status,
            span: Some(table.span()),
        })
    }

    fn inline(&self) -> String {
        let status = self.status.as_ref();
        inline([
            ("url", self.url.write()),
            ("status", status.map(|status| status.value.to_string())),
        ])
    }
}

impl ExpectLog {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let path = table.need("path", "The command, by path or tag.");
        let state = table.get("state", "The state of the entry.");
        let reason = table.get("reason", "The reason of the entry, as a pattern.");
        let success = table.get("success", "Whether the command succeeded.");
        let tag = table.get("tag", "The tag of the command, as a pattern.");
        let lasts = table.get("lasts", "How long the command ran.");
        table.at_least_one(
            &["state", "reason", "success", "tag", "lasts"],
            "state = \"success\"",
        );
        Some(Self {
            path: path?,
            state,
            reason,
            success,
            tag,
            lasts,
            span: Some(table.span()),
        })
    }
}

//! What must hold after the call; read only by `callflow test`.

use std::path::PathBuf;
use std::time::Duration;

use crate::channel::cause::Cause;
use crate::source::Span;

use super::pattern::Pattern;
use super::table::Table;
use super::value::Spanned;
use super::write::Lines;
use crate::flow::EntryState;

/// `[expect]`. Every part knows its place, so that one which fails can be shown in the file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Expect {
    /// How the call ended.
    pub cause: Option<Spanned<Cause>>,
    /// The paths of all log entries, in order.
    pub ran: Option<Spanned<Vec<Spanned<Pattern>>>>,
    /// All that the caller hears, in order.
    pub hears: Option<Spanned<Vec<Spanned<Pattern>>>>,
    /// The longest that the caller may hear nothing.
    pub longest_silence: Option<Spanned<Duration>>,
    /// The longest that the call may last.
    pub duration: Option<Spanned<Duration>>,
    /// A file that holds the final event, relative to the scenario.
    pub events: Option<Spanned<PathBuf>>,
    /// What single log entries must hold.
    pub log: Vec<ExpectLog>,
}

/// `[[expect.log]]`: what the log entry of that path must hold.
#[derive(Clone, Debug)]
pub struct ExpectLog {
    /// Which entry.
    pub path: Spanned<Pattern>,
    /// Its state.
    pub state: Option<Spanned<EntryState>>,
    /// Its reason.
    pub reason: Option<Spanned<Pattern>>,
    /// Whether it succeeded.
    pub success: Option<Spanned<bool>>,
    /// Its tag.
    pub tag: Option<Spanned<Pattern>>,
    /// Where the file says so.
    pub span: Option<Span>,
}

/// Equal when they ask for the same, wherever they stand.
impl PartialEq for ExpectLog {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
            && self.state == other.state
            && self.reason == other.reason
            && self.success == other.success
            && self.tag == other.tag
    }
}

impl Expect {
    pub(super) fn read(table: &mut Table<'_>) -> Self {
        Self {
            cause: table.get("cause"),
            ran: table.get("ran"),
            hears: table.get("hears"),
            longest_silence: table.get("longest_silence"),
            duration: table.get("duration"),
            events: table.get("events"),
            log: table.tables("log", ExpectLog::read),
        }
    }

    pub(super) fn write(&self, lines: &mut Lines) {
        lines.heading("[expect]");
        lines.key("cause", &self.cause);
        lines.key("ran", &self.ran);
        lines.key("hears", &self.hears);
        lines.key("longest_silence", &self.longest_silence);
        lines.key("duration", &self.duration);
        lines.key("events", &self.events);
        for log in &self.log {
            lines.heading("[[expect.log]]");
            lines.key("path", &log.path);
            lines.key("state", &log.state);
            lines.key("reason", &log.reason);
            lines.key("success", &log.success);
            lines.key("tag", &log.tag);
        }
    }
}

impl ExpectLog {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let path = table.need("path");
        let (state, reason) = (table.get("state"), table.get("reason"));
        let (success, tag) = (table.get("success"), table.get("tag"));
        table.at_least_one(
            &["state", "reason", "success", "tag"],
            "state = \"success\"",
        );
        Some(Self {
            path: path?,
            state,
            reason,
            success,
            tag,
            span: Some(table.span()),
        })
    }
}

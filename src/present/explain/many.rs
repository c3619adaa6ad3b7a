//! Many calls: a line for each that did not go well, how many went how, and what failed how often.

use std::collections::BTreeSet;
use std::io;

use jiff::tz::TimeZone;

use super::failures::{Failed, Failures, failed, why};
use super::words::address;
use super::{Aspect, Look};
use crate::explain::Explanation;
use crate::present::Screen;
use crate::present::styled_text::{BAD, BOLD, DIM, GOOD, OPEN, PLAIN, Text, clean, span};
use crate::record::{CallOutcome, NotKnown, Stamp};
use crate::report::markdown::escape;

/// So many groups of equal failures are shown.
const MOST_GROUPS: usize = 10;

/// The shortest beginning of an identifier that is shown, in characters.
const SHORTEST: usize = 8;

/// One of many calls, in a line.
#[derive(Clone, Debug)]
pub struct CallLine {
    uuid: Box<str>,
    created: Option<Stamp>,
    has_zone: bool,
    from: String,
    to: String,
    length: Option<u64>,
    /// How it went.
    pub outcome: CallOutcome,
    /// What failed first and where, or why it went so.
    what: String,
    failed: Vec<Failed>,
}

impl CallLine {
    /// The line of a call.
    pub fn new(call: &Explanation<'_>) -> Self {
        let record = call.record();
        let word = |text: Option<&str>| text.map_or_else(|| "?".to_owned(), address);
        Self {
            uuid: record.leg.uuid.clone().unwrap_or_default(),
            created: record.leg.created,
            has_zone: !record.lacks.zone,
            from: word(record.leg.from.as_deref()),
            to: word(record.leg.to.as_deref()),
            length: record.hung_up().filter(|_| record.is_over()),
            outcome: call.outline.outcome(),
            what: what(call),
            failed: failed(call),
        }
    }
}

/// What failed first and where, or why the call went as it did.
fn what(call: &Explanation<'_>) -> String {
    let outline = &call.outline;
    let record = call.record();
    if let Some(end) = record.end_word.as_ref() {
        let means = end.means.unwrap_or("it ended");
        return format!("{means} ({})", clean(&end.word));
    }
    let outcome = outline.outcome();
    let first = outline.failures().into_iter().next();
    if let Some(entry) = first
        && outcome != CallOutcome::GaveUp
    {
        let step = &outline.steps[entry];
        let why = why(call, step);
        return failure_words(&clean(&step.path), &why);
    }
    match outcome {
        CallOutcome::GaveUp => match outline.ending.during {
            Some(entry) => {
                let path = clean(&outline.steps[entry].path);
                let waited = outline
                    .open_for(entry)
                    .map_or_else(String::new, |waited| format!(" after {}", span(waited)));
                format!("left during {path}{waited}")
            }
            None => "left before the first command".to_owned(),
        },
        CallOutcome::Lost => outline.ending.cause.map_or_else(String::new, |cause| {
            format!("the call ended with {}", super::words::named(cause))
        }),
        CallOutcome::NotKnown if !record.is_over() => "the call is still going on".to_owned(),
        CallOutcome::NotKnown => {
            let all = outline.not_known();
            let first = all.into_iter().find(|what| {
                !matches!(
                    what,
                    NotKnown::Ringing | NotKnown::Answer | NotKnown::Recordings
                )
            });
            first.map_or_else(String::new, |what| format!("not known: {}", what.means()))
        }
        CallOutcome::Fine | CallOutcome::Handled => String::new(),
    }
}

/// A command that failed and why, in a few words.
fn failure_words(path: &str, why: &str) -> String {
    let why = if why.is_empty() { "failed" } else { why };
    format!("{path}: {why}")
}

/// Many calls, as they are listed.
#[derive(Debug)]
pub struct Many<'m> {
    /// The calls that were chosen.
    pub lines: &'m [CallLine],
    /// The identifiers of all calls that were read, so that the beginning of one that is shown names no
    /// other.
    pub uuids: Vec<&'m str>,
    /// Whether those that are fine are listed, too.
    pub all: bool,
}

impl Many<'_> {
    fn shown(&self) -> impl Iterator<Item = &CallLine> {
        let all = self.all;
        let lines = self.lines.iter();
        lines.filter(move |line| all || line.outcome != CallOutcome::Fine)
    }

    /// How many went how: `500 calls: 460 fine, 10 lost`.
    fn counts(&self) -> String {
        let each = CallOutcome::ALL.map(|outcome| {
            let count = self.lines.iter().filter(|line| line.outcome == outcome);
            (count.count(), outcome)
        });
        let each = each.iter().filter(|(count, _)| *count > 0);
        let each: Vec<_> = each
            .map(|(count, outcome)| format!("{count} {outcome}"))
            .collect();
        let calls = self.lines.len();
        let read = self.uuids.len();
        let of = if read > calls {
            format!(" of {read}")
        } else {
            String::new()
        };
        format!("{calls}{of} calls: {}.", each.join(", "))
    }

    fn failures(&self) -> Failures {
        let mut failures = Failures::default();
        for line in self.lines {
            failures.add(&line.uuid, line.failed.clone());
        }
        failures
    }
}

/// The shortest beginnings that tell identifiers apart.
struct Short<'u>(BTreeSet<&'u str>);

impl<'u> Short<'u> {
    fn of<'m: 'u>(many: &'u Many<'m>) -> Self {
        Self(many.uuids.iter().copied().collect())
    }

    fn name(&self, uuid: &str) -> String {
        if uuid.is_empty() {
            return "?".to_owned();
        }
        let common = |other: Option<&&str>| {
            other.map_or(0, |other| {
                let pairs = uuid.chars().zip(other.chars());
                pairs.take_while(|(own, other)| own == other).count()
            })
        };
        let before = common(self.0.range(..uuid).next_back());
        let mut behind = self.0.range(uuid..);
        let behind = common(behind.find(|other| **other != uuid));
        let length = (before.max(behind) + 1).max(SHORTEST);
        clean(&uuid.chars().take(length).collect::<String>())
    }
}

/// The columns of a line but for the last.
struct Columns {
    rows: Vec<([String; 6], CallLine)>,
    /// What is the same for all times, with their zone.
    times: String,
}

/// The cells of all lines that are shown.
fn columns(many: &Many<'_>, zone: &TimeZone) -> Columns {
    let short = Short::of(many);
    let local = |line: &CallLine| {
        // A time that says no zone is shown as it was written.
        let zone = if line.has_zone {
            zone.clone()
        } else {
            TimeZone::UTC
        };
        Some(line.created?.timestamp().to_zoned(zone))
    };
    let all = |format: &str| -> BTreeSet<String> {
        let times = many.shown().filter_map(local);
        times
            .map(|time| time.strftime(format).to_string())
            .collect()
    };
    // What is the same for all is said once.
    let (days, years) = (all("%Y-%m-%d"), all("%Y"));
    let (format, common) = match (days.len(), years.len()) {
        (1, _) => ("%H:%M:%S", days.first()),
        (_, 1) => ("%m-%d %H:%M:%S", years.first()),
        _ => ("%Y-%m-%d %H:%M:%S", None),
    };
    let rows = many.shown().map(|line| {
        let mark = if line.has_zone { "" } else { "?" };
        let at = local(line).map_or_else(
            || "?".to_owned(),
            |time| format!("{}{mark}", time.strftime(format)),
        );
        let cells = [
            short.name(&line.uuid),
            at,
            line.from.clone(),
            line.to.clone(),
            line.length.map_or_else(|| "–".to_owned(), span),
            line.outcome.to_string(),
        ];
        (cells, line.clone())
    });
    let rows = rows.collect();
    let zone = super::zone_name(zone);
    Columns {
        rows,
        times: match common {
            Some(common) => format!("{common}, {zone}"),
            None => zone,
        },
    }
}

/// Writes many calls for a terminal: a line for each.
pub(super) fn human(
    many: &Many<'_>,
    aspect: &Aspect,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut screen = Screen::new(look, out);
    let columns = columns(many, &aspect.zone);
    let head = ["call", "time", "from", "to", "length", "outcome"];
    let mut widths = head.map(str::len);
    for (cells, _) in &columns.rows {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(Text::of(PLAIN, cell.as_str()).width());
        }
    }
    if !columns.rows.is_empty() {
        let mut line = Text::default();
        for (index, (cell, width)) in head.into_iter().zip(widths).enumerate() {
            line.push(DIM, padded(cell, width, index == 4));
        }
        let width = screen.width;
        screen.line(
            &line
                .and(DIM, format!("what failed first  ({})", columns.times))
                .cut(width),
        )?;
    }
    for (cells, call) in &columns.rows {
        let mut line = Text::default();
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let style = match (index, call.outcome) {
                (0, _) => BOLD,
                (5, CallOutcome::Fine) => GOOD,
                (5, CallOutcome::Lost) => BAD,
                (5, _) => OPEN,
                _ => PLAIN,
            };
            line.push(style, padded(cell, width, index == 4));
        }
        line.push(PLAIN, call.what.as_str());
        let width = screen.width;
        screen.line(&line.cut(width))?;
    }
    if !columns.rows.is_empty() {
        screen.blank()?;
    }
    screen.line(&Text::of(BOLD, many.counts()))?;
    groups(many, &mut screen)?;
    screen.blank()?;
    let hint = "Use --call UUID to see a call in full";
    let fine = many
        .lines
        .iter()
        .any(|line| line.outcome == CallOutcome::Fine);
    let hint = if fine && !many.all {
        format!("{hint}; --all also lists the calls that are fine.")
    } else {
        format!("{hint}.")
    };
    screen.paragraph(&Text::of(DIM, hint), 0, 0)
}

/// A cell with blanks to its width and two behind it.
fn padded(cell: &str, width: usize, is_right: bool) -> String {
    let blanks = " ".repeat(width.saturating_sub(Text::of(PLAIN, cell).width()));
    if is_right {
        format!("{blanks}{cell}  ")
    } else {
        format!("{cell}{blanks}  ")
    }
}

/// What failed in several calls, the commonest first.
fn groups(many: &Many<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let failures = many.failures();
    if failures.calls.is_empty() {
        return Ok(());
    }
    let short = Short::of(many);
    screen.blank()?;
    let title = format!(
        "What failed, in {} of {} calls",
        failures.calls.len(),
        many.lines.len()
    );
    screen.line(&Text::of(BOLD, title))?;
    let groups = failures.groups();
    let width = screen.width;
    for ((path, why), group) in groups.iter().take(MOST_GROUPS) {
        let text = Text::of(BOLD, format!("{:>5} × ", group.count))
            .and(DIM, format!("such as {}  ", short.name(&group.first)))
            .and(PLAIN, failure_words(path, why));
        screen.line(&text.cut(width))?;
    }
    if let Some(more) = groups.len().checked_sub(MOST_GROUPS + 1) {
        let more = more + 1;
        let kinds = if more == 1 { "kind" } else { "kinds" };
        let text = format!("        and {more} more {kinds} of failure");
        screen.line(&Text::of(DIM, text))?;
    }
    Ok(())
}

/// Writes many calls for a ticket.
pub(super) fn markdown(
    many: &Many<'_>,
    aspect: &Aspect,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let columns = columns(many, &aspect.zone);
    writeln!(out, "{}\n", escape(&many.counts()))?;
    if !columns.rows.is_empty() {
        let days = escape(&columns.times);
        writeln!(
            out,
            "| call | time ({days}) | from | to | length | outcome | what failed first |"
        )?;
        writeln!(out, "| --- | --- | --- | --- | ---: | --- | --- |")?;
    }
    for (cells, call) in &columns.rows {
        let cells: Vec<_> = cells.iter().map(|cell| escape(cell)).collect();
        writeln!(out, "| {} | {} |", cells.join(" | "), escape(&call.what))?;
    }
    let failures = many.failures();
    if failures.calls.is_empty() {
        return Ok(());
    }
    let short = Short::of(many);
    writeln!(
        out,
        "\n| calls | such as | failed | why |\n| ---: | --- | --- | --- |"
    )?;
    for ((path, why), group) in failures.groups().into_iter().take(MOST_GROUPS) {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            group.count,
            escape(&short.name(&group.first)),
            escape(path),
            escape(why)
        )?;
    }
    Ok(())
}

//! Workflow commands of GitHub Actions: findings beside the changed lines of a pull request.
//!
//! GitHub shows ten annotations of each kind for a step and drops the rest without a word. So the
//! eleventh finding of a kind and those behind it are plain lines of the log, and the last line
//! says how many they are.

use std::fmt::Write as _;
use std::io;

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::path::Location;
use crate::report::place::Places;
use crate::report::{Base, FileReport, Report, human};
use crate::source::visible;

/// Annotations of one kind that GitHub shows for a step.
const SHOWN: usize = 10;

/// Writes a line for each finding and one that counts them.
pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let hidden = commands(&report.files, report.base.as_ref(), out)?;
    let summary = human::summary(report.counts());
    match hidden {
        0 => writeln!(out, "{summary}"),
        _ => writeln!(out, "{summary}; {}", hidden_words(hidden)),
    }
}

/// Writes a line for each finding, for a command that counts something else than findings.
///
/// # Errors
///
/// Those of `out`.
pub fn annotations(
    files: &[FileReport],
    base: Option<&Base>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match commands(files, base, out)? {
        0 => Ok(()),
        hidden => writeln!(out, "{}", hidden_words(hidden)),
    }
}

fn hidden_words(hidden: usize) -> String {
    format!(
        "{hidden} more findings are only in this log, because GitHub shows at most {SHOWN} annotations of each kind per step"
    )
}

/// Writes a line for each finding; gives the number of those that GitHub does not show by itself.
fn commands(
    files: &[FileReport],
    base: Option<&Base>,
    out: &mut dyn io::Write,
) -> io::Result<usize> {
    let mut written = [0; 3];
    for file in files {
        let location = Location::new(file.source.name(), base);
        let places = Places::new(&file.source);
        for diagnostic in &file.diagnostics {
            let count = &mut written[diagnostic.severity as usize];
            *count += 1;
            let line = if *count <= SHOWN {
                command(&location, &places, diagnostic)
            } else {
                plain(&location, &places, diagnostic)
            };
            writeln!(out, "{line}")?;
        }
    }
    Ok(written
        .map(|count: usize| count.saturating_sub(SHOWN))
        .iter()
        .sum())
}

fn command(location: &Location, places: &Places<'_>, diagnostic: &Diagnostic) -> String {
    let kind = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut line = format!("::{kind} ");
    let mut message = String::new();
    let start = places.position(diagnostic.primary.span.start);
    let end = places.position(diagnostic.primary.span.end);
    if *location == Location::StandardInput {
        let path = location.as_str();
        let _ = write!(message, "{path}:{}:{}: ", start.line, start.column);
    } else {
        let path = escape_property(location.as_str());
        let _ = write!(
            line,
            "file={path},line={},endLine={},",
            start.line, end.line
        );
        // GitHub takes columns only where the annotation stays in one line.
        if start.line == end.line {
            let _ = write!(line, "col={},endColumn={},", start.column, end.column);
        }
    }
    message.push_str(&diagnostic.message);
    for note in &diagnostic.notes {
        let _ = write!(message, "\nnote: {note}");
    }
    for help in &diagnostic.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    if let Some(fix) = &diagnostic.fix {
        let _ = write!(message, "\nhelp: {}", fix.title);
    }
    let title = escape_property(diagnostic.rule);
    let _ = write!(line, "title={title}::{}", escape_message(&message));
    line
}

/// A line of the log that the runner cannot take for a command: it does not begin with `::`, and
/// has no `##[`, which the runner finds anywhere in a line.
fn plain(location: &Location, places: &Places<'_>, diagnostic: &Diagnostic) -> String {
    let start = places.position(diagnostic.primary.span.start);
    let line = format!(
        "{}[{}]: {}:{}:{}: {}",
        diagnostic.severity.as_str(),
        diagnostic.rule,
        location.as_str(),
        start.line,
        start.column,
        diagnostic.message,
    );
    visible(&line).into_owned()
}

/// Line ends and `%` as GitHub decodes them; other characters that are not seen as their escapes.
fn escape_message(text: &str) -> String {
    let text = text
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A");
    visible(&text).into_owned()
}

fn escape_property(text: &str) -> String {
    escape_message(text).replace(':', "%3A").replace(',', "%2C")
}

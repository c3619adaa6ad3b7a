//! Two simulated calls side by side from where they part: one as it was, one as it would be.
//!
//! **Invariants:** no command is known by name. Text from flows and events never reaches the
//! terminal with control characters in it.

use std::io;

use super::tree::ink::{BAD, BOLD, DIM, GOOD, OPEN, PLAIN, Text, clean, instant, span};
use super::tree::row::quiet;
use crate::event::Entry;
use crate::flow::State;
use crate::simulate::Run;

/// The narrowest column.
const NARROWEST: usize = 24;

/// Of one text at most so many lines are shown.
const LINES: usize = 6;

/// Writes both calls; whether they are the same.
///
/// # Errors
///
/// Those of `out`.
pub fn write(
    was: &Run,
    would_be: &Run,
    styled: bool,
    width: usize,
    out: &mut dyn io::Write,
) -> io::Result<bool> {
    let column = (width.saturating_sub(3) / 2).max(NARROWEST);
    let mut screen = Screen {
        styled,
        column,
        out,
    };
    let shared = shared(was, would_be);
    let inbound = was.call.inbound();
    let header = format!("{} → {}", clean(&inbound.from), clean(&inbound.to));
    screen.whole(&Text::of(BOLD, header))?;
    for entry in &was.call.log()[..shared] {
        for line in entry_lines(was, entry) {
            screen.whole(&line)?;
        }
    }
    let is_same = shared == was.call.log().len()
        && shared == would_be.call.log().len()
        && was.heard == would_be.heard
        && was.ended == would_be.ended;
    if is_same {
        for line in ending(was) {
            screen.whole(&line)?;
        }
        screen.whole(&Text::of(GOOD, "the same call in every entry and sound"))?;
        return Ok(true);
    }
    let parting = parting(was, would_be);
    screen.whole(&Text::default())?;
    screen.whole(&Text::of(OPEN, parting))?;
    screen.pair(
        &Text::of(BOLD, "as it was"),
        &Text::of(BOLD, "as it would be"),
    )?;
    screen.pairs(&column_of(was, shared), &column_of(would_be, shared))?;
    screen.pair(&Text::default(), &Text::default())?;
    let heading = || Text::of(BOLD, "the caller hears");
    screen.pair(&heading(), &heading())?;
    let from = shared_sounds(was, would_be);
    screen.pairs(&sounds(was, from), &sounds(would_be, from))?;
    Ok(false)
}

/// Where two calls part, in a line.
pub fn parting(was: &Run, would_be: &Run) -> String {
    let shared = shared(was, would_be);
    let path = |run: &Run| run.call.log().get(shared).map(|entry| clean(&entry.path()));
    match (path(was), path(would_be)) {
        (Some(was), Some(would_be)) if was == would_be => format!("they part at {was}"),
        (Some(was), Some(would_be)) => format!("they part at {was}, which would be {would_be}"),
        (Some(was), None) => format!("they part at {was}, which would not run"),
        (None, Some(would_be)) => {
            format!("they part behind the last command: {would_be} would run")
        }
        (None, None) => "they part behind the last command".to_owned(),
    }
}

/// How many entries both have in common.
fn shared(was: &Run, would_be: &Run) -> usize {
    let both = was.call.log().iter().zip(would_be.call.log());
    let start = |run: &Run| run.call.inbound().created_on;
    let same = |(one, other): &(&std::sync::Arc<Entry>, &std::sync::Arc<Entry>)| {
        let times = |run: &Run, entry: &Entry| {
            (
                entry.created_on.since(start(run)),
                entry.modified_on.since(start(run)),
            )
        };
        one.path() == other.path()
            && one.status == other.status
            && times(was, one) == times(would_be, other)
    };
    both.take_while(same).count()
}

/// How many sounds both have in common.
fn shared_sounds(was: &Run, would_be: &Run) -> usize {
    let both = was.heard.iter().zip(&would_be.heard);
    both.take_while(|(one, other)| one == other).count()
}

fn column_of(run: &Run, from: usize) -> Vec<Text> {
    let entries = run.call.log()[from..].iter();
    let mut lines: Vec<_> = entries.flat_map(|entry| entry_lines(run, entry)).collect();
    lines.extend(ending(run));
    lines
}

/// An entry, and why it ended where that is worth a line.
fn entry_lines(run: &Run, entry: &Entry) -> Vec<Text> {
    let start = run.call.inbound().created_on;
    let began = entry.created_on.since(start);
    let lasts = entry.modified_on.since(entry.created_on);
    let path = entry.path();
    let name = path.rsplit('.').next().unwrap_or(&path);
    let head = Text::of(DIM, format!("{:>9}  ", instant(began)))
        .and(PLAIN, "  ".repeat(entry.depth))
        .and(PLAIN, format!("{} ", clean(name)));
    let (style, word) = match entry.status.state {
        State::Success => (GOOD, format!("✓ {}", span(lasts))),
        State::Failed => (BAD, format!("✗ {}", span(lasts))),
        State::Queued => (OPEN, "open at the end".to_owned()),
    };
    let mut lines = vec![head.and(style, word)];
    if entry.status.state != State::Queued {
        let indent = "  ".repeat(entry.depth);
        let reason = format!("{:>9}  {indent}{}", "", clean(&entry.status.reason));
        lines.push(Text::of(DIM, reason));
    }
    lines
}

/// How a call ended.
fn ending(run: &Run) -> Vec<Text> {
    let cause = run
        .call
        .inbound()
        .cause
        .map_or("no cause", |cause| cause.name());
    let ended = Text::of(DIM, format!("{:>9}  ", instant(run.ended)));
    vec![ended.and(BOLD, "ended ").and(PLAIN, cause)]
}

fn sounds(run: &Run, from: usize) -> Vec<Text> {
    let lines = run.heard[from..].iter().map(|hearing| {
        let mut line = Text::of(DIM, format!("{:>9}  ", instant(hearing.from)));
        line.extend(quiet(&hearing.what));
        line.and(DIM, format!(" {}", span(hearing.to - hearing.from)))
    });
    lines.collect()
}

struct Screen<'a> {
    styled: bool,
    column: usize,
    out: &'a mut dyn io::Write,
}

impl Screen<'_> {
    /// A line over the whole width.
    fn whole(&mut self, text: &Text) -> io::Result<()> {
        text.clone()
            .cut(self.column * 2 + 3)
            .write(self.styled, self.out)?;
        writeln!(self.out)
    }

    /// Lines of both columns, as many as the longer one has.
    fn pairs(&mut self, left: &[Text], right: &[Text]) -> io::Result<()> {
        let empty = Text::default();
        for index in 0..left.len().max(right.len()) {
            let (left, right) = (left.get(index), right.get(index));
            self.pair(left.unwrap_or(&empty), right.unwrap_or(&empty))?;
        }
        Ok(())
    }

    /// A text in each column, wrapped.
    fn pair(&mut self, left: &Text, right: &Text) -> io::Result<()> {
        let (left, right) = (
            left.lines(self.column, LINES),
            right.lines(self.column, LINES),
        );
        let empty = Text::default();
        for index in 0..left.len().max(right.len()) {
            let left = left.get(index).unwrap_or(&empty);
            let blanks = self.column.saturating_sub(left.width());
            left.write(self.styled, self.out)?;
            let right = right.get(index).unwrap_or(&empty);
            let rule = format!("{} │", " ".repeat(blanks));
            Text::of(DIM, rule).write(self.styled, self.out)?;
            if !right.is_empty() {
                write!(self.out, " ")?;
            }
            right.write(self.styled, self.out)?;
            writeln!(self.out)?;
        }
        Ok(())
    }
}

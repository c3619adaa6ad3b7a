//! Two simulated calls side by side from where they part: one as it was, one as it would be.
//!
//! **Invariants:** no command is known by name. Text from flows and events never reaches the
//! terminal with control characters in it.

use std::cmp::Reverse;
use std::io;

use super::tree::ink::{BAD, BOLD, DIM, GOOD, OPEN, PLAIN, Text, clean, instant, span};
use super::tree::row::quiet;
use crate::event::{Entry, Stamp};
use crate::flow::EntryState;
use crate::simulate::Run;

/// The narrowest column.
const NARROWEST: usize = 24;

/// Of one text at most so many lines are shown.
const LINES: usize = 6;

/// The columns of an instant.
const COLUMN: usize = 10;

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
    let inbound = &was.inbound;
    let header = format!("{} → {}", clean(&inbound.from), clean(&inbound.to));
    screen.whole(Text::of(BOLD, header))?;
    for entry in &was.log[..shared] {
        for line in entry_lines(was, entry) {
            screen.line(&line)?;
        }
    }
    let is_same = shared == was.log.len()
        && shared == would_be.log.len()
        && was.heard == would_be.heard
        && was.ended == would_be.ended;
    if is_same {
        screen.line(&ending(was))?;
        screen.whole(Text::of(GOOD, "the same call in every entry and sound"))?;
        return Ok(true);
    }
    let parting = parting(was, would_be);
    screen.whole(Text::default())?;
    screen.whole(Text::of(OPEN, parting))?;
    screen.pair(
        &Text::of(BOLD, "as it was"),
        &Text::of(BOLD, "as it would be"),
    )?;
    screen.columns(&column_of(was, shared), &column_of(would_be, shared))?;
    screen.columns(&[Line::default()], &[])?;
    let heading = Text::of(BOLD, "the caller hears");
    screen.pair(&heading, &heading)?;
    let from = shared_sounds(was, would_be);
    screen.columns(&sounds(was, from), &sounds(would_be, from))?;
    Ok(false)
}

/// Where two calls part, in a line.
pub fn parting(was: &Run, would_be: &Run) -> String {
    let shared = shared(was, would_be);
    let path = |run: &Run| run.log.get(shared).map(|entry| clean(&entry.path()));
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

/// How many entries both have in common before the first moment at which they part. What is open then
/// and ends otherwise later parts because of what parted before it.
fn shared(was: &Run, would_be: &Run) -> usize {
    let both = was.log.iter().zip(&would_be.log).enumerate();
    let partings = both.filter_map(|(index, (one, other))| {
        let (began, ended) = times(was, one);
        let (other_began, other_ended) = times(would_be, other);
        if one.path() != other.path() || began != other_began {
            return Some((began.min(other_began), index));
        }
        let is_same = one.status == other.status && ended == other_ended;
        (!is_same).then_some((ended.min(other_ended), index))
    });
    let shorter = was.log.len().min(would_be.log.len());
    // Of commands that part together the innermost is why the others do.
    let first = partings.min_by_key(|&(at, index)| (at, Reverse(index)));
    first.map_or(shorter, |(_, index)| index)
}

/// When a command began and ended; one that never ended did with the call.
fn times(run: &Run, entry: &Entry) -> (u64, u64) {
    let since = |stamp: Stamp| stamp.since(run.inbound.created_on);
    let ended = match entry.status.state {
        EntryState::Queued => run.ended,
        _ => since(entry.modified_on),
    };
    (since(entry.created_on), ended)
}

/// How many sounds both have in common.
fn shared_sounds(was: &Run, would_be: &Run) -> usize {
    let both = was.heard.iter().zip(&would_be.heard);
    both.take_while(|(one, other)| one == other).count()
}

/// A line of a call: when, how deep, and what.
#[derive(Clone, Default)]
struct Line {
    at: Option<u64>,
    depth: usize,
    text: Text,
}

impl Line {
    /// The line in so many columns: wrapped behind its instant, on so many lines at most.
    fn laid_out(&self, width: usize, most: usize) -> Vec<Text> {
        if self.text.is_empty() {
            return vec![Text::default()];
        }
        let indent = 2 * self.depth.min(width / 8);
        let room = width.saturating_sub(COLUMN + indent);
        let mut head = match self.at {
            Some(at) => format!("{:>8}  ", instant(at)),
            None => " ".repeat(COLUMN),
        };
        let lines = self.text.lines(room, most).into_iter();
        let lines = lines.map(|line| {
            let blank = format!("{}{}", " ".repeat(COLUMN), " ".repeat(indent));
            let first = format!("{head}{}", " ".repeat(indent));
            let start = match head.is_empty() {
                true => blank,
                false => first,
            };
            head.clear();
            let mut whole = Text::of(DIM, start);
            whole.extend(line);
            whole
        });
        lines.collect()
    }
}

fn column_of(run: &Run, from: usize) -> Vec<Line> {
    let entries = run.log[from..].iter();
    let mut lines: Vec<_> = entries.flat_map(|entry| entry_lines(run, entry)).collect();
    lines.push(ending(run));
    lines
}

/// An entry, and why it ended where it did.
fn entry_lines(run: &Run, entry: &Entry) -> Vec<Line> {
    let start = run.inbound.created_on;
    let path = entry.path();
    let name = path.rsplit('.').next().unwrap_or(&path);
    let lasts = span(entry.modified_on.since(entry.created_on));
    let (style, word) = match entry.status.state {
        EntryState::Success => (GOOD, format!("✓ {lasts}")),
        EntryState::Failed => (BAD, format!("✗ {lasts}")),
        EntryState::Queued => (OPEN, "open at the end".to_owned()),
    };
    let mut lines = vec![Line {
        at: Some(entry.created_on.since(start)),
        depth: entry.depth,
        text: Text::of(PLAIN, format!("{} ", clean(name))).and(style, word),
    }];
    if entry.status.state != EntryState::Queued {
        lines.push(Line {
            at: None,
            depth: entry.depth + 1,
            text: Text::of(DIM, clean(&entry.status.reason)),
        });
    }
    lines
}

/// How a call ended.
fn ending(run: &Run) -> Line {
    let cause = run.inbound.cause;
    let cause = cause.map_or("no cause", crate::channel::cause::Cause::name);
    Line {
        at: Some(run.ended),
        depth: 0,
        text: Text::of(BOLD, "ended ").and(PLAIN, cause),
    }
}

fn sounds(run: &Run, from: usize) -> Vec<Line> {
    let lines = run.heard[from..].iter().map(|hearing| {
        let lasts = format!(" {}", span(hearing.to - hearing.from));
        Line {
            at: Some(hearing.from),
            depth: 0,
            text: quiet(&hearing.what).and(DIM, lasts),
        }
    });
    lines.collect()
}

struct Screen<'a> {
    styled: bool,
    column: usize,
    out: &'a mut dyn io::Write,
}

impl Screen<'_> {
    /// A text over the whole width.
    fn whole(&mut self, text: Text) -> io::Result<()> {
        text.cut(self.column * 2 + 3).write(self.styled, self.out)?;
        writeln!(self.out)
    }

    /// A line over the whole width.
    fn line(&mut self, line: &Line) -> io::Result<()> {
        for text in line.laid_out(self.column * 2 + 3, LINES) {
            text.write(self.styled, self.out)?;
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// Lines of both columns, as many as the longer one has.
    fn columns(&mut self, left: &[Line], right: &[Line]) -> io::Result<()> {
        let wrapped = |lines: &[Line]| -> Vec<Text> {
            let lines = lines.iter();
            lines
                .flat_map(|line| line.laid_out(self.column, LINES))
                .collect()
        };
        let (left, right) = (wrapped(left), wrapped(right));
        let empty = Text::default();
        for index in 0..left.len().max(right.len()) {
            let (left, right) = (left.get(index), right.get(index));
            self.pair(left.unwrap_or(&empty), right.unwrap_or(&empty))?;
        }
        Ok(())
    }

    fn pair(&mut self, left: &Text, right: &Text) -> io::Result<()> {
        let (left, right) = (
            left.clone().cut(self.column),
            right.clone().cut(self.column),
        );
        left.write(self.styled, self.out)?;
        let blanks = self.column.saturating_sub(left.width());
        Text::of(DIM, format!("{} │", " ".repeat(blanks))).write(self.styled, self.out)?;
        if !right.is_empty() {
            write!(self.out, " ")?;
        }
        right.write(self.styled, self.out)?;
        writeln!(self.out)
    }
}

//! Two calls side by side from where they part: the rows of both time lines.

use std::cmp::Reverse;
use std::io;

use super::styled_text::{BOLD, DIM, GOOD, OPEN, PLAIN, Text, clean};
use super::table::{column, narrow_lines, rails};
use super::timeline::{self, Row};
use super::{Look, Screen};
use crate::record::{Outline, Record, Step};
use crate::simulate::Run;

/// The narrowest column.
const NARROWEST: usize = 32;

/// Writes a call and what would be of it, with notes below; whether they are the same. Where something is to
/// be noted, that is not said.
///
/// # Errors
///
/// Those of `out`.
pub fn write(
    was: &Run,
    would_be: &Run,
    notes: &[String],
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<bool> {
    let mut screen = Screen::new(look, out);
    let (was, would_be) = (Shown::of(was), Shown::of(would_be));
    let shared = shared(&was, &would_be);
    let leg = &was.call.record.leg;
    let who = |who: &Option<Box<str>>| who.as_deref().map(clean).unwrap_or_default();
    let parties = format!("{} → {}", who(&leg.from), who(&leg.to));
    screen.line(&Text::of(BOLD, parties))?;
    let is_same =
        shared.is_none() && was.call.heard == would_be.call.heard && was.end() == would_be.end();
    if is_same {
        screen.rows(&was.rows, super::FIRST, super::LAST)?;
        if notes.is_empty() {
            screen.line(&Text::of(GOOD, "the same call in every entry and sound"))?;
            return Ok(true);
        }
        screen.notes(notes)?;
        return Ok(false);
    }
    let from = was.row_of(shared);
    screen.rows(&was.rows[..from], super::FIRST, super::LAST)?;
    screen.blank()?;
    screen.line(&Text::of(OPEN, parting_of(&was, &would_be)))?;
    screen.columns([&was, &would_be], shared, ["as it was", "as it would be"])?;
    screen.notes(notes)?;
    Ok(false)
}

/// Writes two calls from where they part.
///
/// # Errors
///
/// Those of `out`.
pub(super) fn records(
    calls: [&Record; 2],
    names: [&str; 2],
    screen: &mut Screen<'_>,
) -> io::Result<()> {
    let [first, second] = calls.map(Shown::of_record);
    let shared = shared(&first, &second);
    screen.columns([&first, &second], shared, names)
}

/// Where two calls part, in a line.
pub fn parting(was: &Run, would_be: &Run) -> String {
    parting_of(&Shown::of(was), &Shown::of(would_be))
}

/// A call with its rows.
struct Shown<'r> {
    call: Outline<'r>,
    rows: Vec<Row>,
}

impl<'r> Shown<'r> {
    fn of(run: &'r Run) -> Self {
        let call = Outline::of(&run.record);
        let rows = timeline::rows(&call, run.limit.as_ref().map(|_| run.ended), &[]);
        Self { call, rows }
    }

    fn of_record(record: &'r Record) -> Self {
        let call = Outline::of(record);
        let rows = timeline::rows(&call, None, &[]);
        Self { call, rows }
    }

    fn end(&self) -> (Option<u64>, Option<crate::channel::cause::Cause>) {
        (self.call.record.ended(), self.call.record.leg.cause())
    }

    /// The row of an entry; that behind all entries where there is none.
    fn row_of(&self, entry: Option<usize>) -> usize {
        let is_it = |row: &Row| match entry {
            Some(entry) => row.entry.is_some_and(|other| other >= entry),
            None => false,
        };
        let behind = || {
            let last = self.rows.iter().rposition(|row| row.entry.is_some());
            last.map_or(0, |last| last + 1)
        };
        self.rows.iter().position(is_it).unwrap_or_else(behind)
    }
}

fn parting_of(was: &Shown<'_>, would_be: &Shown<'_>) -> String {
    let shared = shared(was, would_be);
    let path = |shown: &Shown<'_>| {
        let step = shown.call.steps.get(shared?)?;
        Some(clean(&step.path))
    };
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

/// The entry at which two calls part, of those at the first moment at which they do; none where they
/// part behind all. What is open then and ends otherwise later parts because of what parted before it.
fn shared(was: &Shown<'_>, would_be: &Shown<'_>) -> Option<usize> {
    let (one, other) = (&was.call.steps, &would_be.call.steps);
    let ends =
        |step: &Step, shown: &Shown<'_>| step.to.unwrap_or_else(|| shown.call.record.until());
    let both = one.iter().zip(other).enumerate();
    let partings = both.filter_map(|(index, (one, other))| {
        if one.path != other.path || one.from != other.from {
            return Some((one.from.min(other.from), index));
        }
        let (ended, other_ended) = (ends(one, was), ends(other, would_be));
        let is_same =
            one.state == other.state && one.reason == other.reason && ended == other_ended;
        (!is_same).then_some((ended.min(other_ended), index))
    });
    // Of commands that part together the innermost is why the others do.
    let first = partings.min_by_key(|&(at, index)| (at, Reverse(index)));
    let shorter = one.len().min(other.len());
    let is_longer = one.len() != other.len();
    first
        .map(|(_, index)| index)
        .or(is_longer.then_some(shorter))
}

impl Screen<'_> {
    /// Writes notes below a call.
    fn notes(&mut self, notes: &[String]) -> io::Result<()> {
        for note in notes {
            self.blank()?;
            self.paragraph(&Text::of(OPEN, "note: ").and(PLAIN, clean(note)), 0, 2)?;
        }
        Ok(())
    }

    /// Writes the rows of two calls from an entry on, side by side.
    fn columns(
        &mut self,
        calls: [&Shown<'_>; 2],
        from: Option<usize>,
        names: [&str; 2],
    ) -> io::Result<()> {
        let width = (self.width.saturating_sub(3) / 2).max(NARROWEST);
        let [left, right] = names.map(|name| Text::of(BOLD, clean(name)).cut(width));
        self.pair(&left, &right, width)?;
        let instants = calls
            .iter()
            .map(|call| column(&call.rows))
            .max()
            .unwrap_or(7);
        let [left, right] = calls.map(|call| {
            let rows = &call.rows[call.row_of(from)..];
            let levels: Vec<_> = rows.iter().map(|row| row.level).collect();
            let rails = rails(&levels);
            let mut all = Vec::new();
            for (index, (row, rails)) in rows.iter().zip(&rails).enumerate() {
                let holds = rows
                    .get(index + 1)
                    .is_some_and(|next| next.level > row.level);
                all.extend(narrow_lines(row, rails, holds, instants, width));
            }
            all
        });
        let empty = Text::default();
        for index in 0..left.len().max(right.len()) {
            let (left, right) = (left.get(index), right.get(index));
            self.pair(left.unwrap_or(&empty), right.unwrap_or(&empty), width)?;
        }
        Ok(())
    }

    fn pair(&mut self, left: &Text, right: &Text, width: usize) -> io::Result<()> {
        let (left, right) = (left.clone().cut(width), right.clone().cut(width));
        let blanks = width.saturating_sub(left.width());
        self.text(&left)?;
        self.text(&Text::of(DIM, format!("{} │", " ".repeat(blanks))))?;
        if !right.is_empty() {
            self.text(&Text::of(DIM, " "))?;
        }
        self.line(&right)
    }
}

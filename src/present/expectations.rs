//! Expectations that do not hold, for people.

use std::io;

use super::styled_text::{BAD, BOLD, DIM, OPEN, PLAIN, Text, clean, instant};
use super::timeline::Row;
use super::{Look, Screen, run as tree};
use crate::expect::{Failure, Side};
use crate::report::human;
use crate::simulate::Run;
use crate::source::Source;
use crate::source::is_path;

/// So many lines that are the same are shown around one that differs.
const AROUND: usize = 3;

/// The most lines of two lists that are shown.
const MOST_SIDES: usize = 60;

/// What stands below a call: what does not hold, and a line that counts it.
///
/// # Errors
///
/// Those of `out`.
pub fn foot(
    source: Option<&Source>,
    failures: &[Failure],
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut screen = Screen::new(look, out);
    screen.blank()?;
    for failure in failures {
        screen.failure(source, failure)?;
    }
    let text = match failures.len() {
        0 => Text::of(DIM, "All expectations passed."),
        1 => Text::of(BAD, "1 expectation failed."),
        more => Text::of(BAD, format!("{more} expectations failed.")),
    };
    screen.line(&text)
}

/// What does not hold of one of several calls: the failures, the call's rows around the first, and how
/// to see all of it.
///
/// # Errors
///
/// Those of `out`.
pub fn of_call(
    source: &Source,
    failures: &[Failure],
    run: &Run,
    again: &str,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut screen = Screen::new(look, out);
    for failure in failures {
        screen.failure(Some(source), failure)?;
    }
    if let Some(at) = failures.iter().find_map(|failure| failure.at) {
        let rows = tree::rows(run);
        let (first, rows) = around(&rows, at);
        let title = format!("The call at {}:", instant(at));
        screen.line(&Text::of(BOLD, title))?;
        screen.blank()?;
        if first > 0 {
            let rows = if first == 1 { "row" } else { "rows" };
            screen.line(&Text::of(DIM, format!("  … {first} {rows} before this")))?;
        }
        screen.rows(&rows, super::FIRST, super::LAST)?;
        screen.blank()?;
    }
    let all = Text::of(DIM, "Show the whole call: ").and(PLAIN, clean(again));
    screen.paragraph(&all, 0, 2)
}

/// The rows around an instant, and how many stand before them.
fn around(rows: &[Row], at: u64) -> (usize, Vec<Row>) {
    const BEFORE: usize = 4;
    const BEHIND: usize = 4;
    let is_before = |row: &&Row| row.at.is_none_or(|began| began < at);
    let place = rows.iter().take_while(is_before).count();
    let first = place.saturating_sub(BEFORE);
    let last = (place + BEHIND).min(rows.len());
    let mut shown = rows[first..last].to_vec();
    let outermost = shown.iter().map(|row| row.level).min().unwrap_or(0);
    for row in &mut shown {
        row.level -= outermost;
    }
    (first, shown)
}

/// What `...` matched: of many the first and the last.
pub(super) fn matched(came: &[String]) -> Vec<String> {
    const MOST: usize = 8;
    match came.len() {
        0 => vec!["(nothing)".to_owned()],
        1..=MOST => came.to_vec(),
        all => {
            let more = format!("({} more)", all - MOST);
            let (first, last) = (&came[..MOST / 2], &came[all - MOST / 2..]);
            [first, &[more], last].concat()
        }
    }
}

/// The lines of a table for one pair of sides.
fn lines(side: &Side) -> Vec<Side> {
    let Side::Any(came) = side else {
        return vec![side.clone()];
    };
    let came = matched(came).into_iter();
    came.map(|came| Side::Same("...".to_owned(), came))
        .collect()
}

impl Screen<'_> {
    fn failure(&mut self, source: Option<&Source>, failure: &Failure) -> io::Result<()> {
        let findings = std::slice::from_ref(&failure.finding);
        match source {
            Some(source) => {
                let text = human::render(source, findings, self.styled, Some(self.width));
                self.out.write_all(text.as_bytes())?;
            }
            None => self.line(&Text::of(BAD, clean(&failure.finding.message)))?,
        }
        self.blank()?;
        if failure.sides.len() > 1 {
            self.sides(&failure.sides)?;
            self.blank()?;
        }
        Ok(())
    }

    /// Two lists beside each other; of many lines those around the first that differ.
    fn sides(&mut self, sides: &[Side]) -> io::Result<()> {
        let column = self.width.saturating_sub(6) / 2;
        let sides: Vec<Side> = sides.iter().flat_map(lines).collect();
        let sides = &sides[..];
        let differs = |side: &Side| !matches!(side, Side::Same(..));
        let is_near = |at: usize| {
            let near = &sides[at.saturating_sub(AROUND)..(at + AROUND + 1).min(sides.len())];
            near.iter().any(differs)
        };
        let cell = |text: &str| {
            let cell = Text::of(PLAIN, clean(text));
            if is_path(text) {
                cell.cut_front(column - 1)
            } else {
                cell.cut(column - 1)
            }
        };
        let pad = |text: &Text| " ".repeat(column.saturating_sub(text.width()));
        let expected = Text::of(DIM, "expected");
        let heading = Text::of(PLAIN, "    ").and(DIM, expected.plain());
        self.line(&heading.and(DIM, format!("{}actual", pad(&expected))))?;
        let (mut shown, mut left_out) = (0, 0);
        for (at, side) in sides.iter().enumerate() {
            if !is_near(at) || shown >= MOST_SIDES {
                left_out += 1;
                continue;
            }
            if left_out > 0 {
                self.line(&Text::of(DIM, format!("      … {left_out} more")))?;
                left_out = 0;
            }
            shown += 1;
            let line = match side {
                Side::Same(expected, came) => {
                    let cell_of = cell(expected);
                    let gap = pad(&cell_of);
                    let mut line = Text::of(DIM, format!("    {}", cell_of.plain()));
                    line.push(DIM, format!("{gap}{}", cell(came).plain()));
                    line
                }
                // Each was made the lines of what it stands for.
                Side::Any(_) => continue,
                Side::Moved(expected, came) => {
                    let cell_of = cell(expected);
                    let gap = pad(&cell_of);
                    let line = Text::of(OPEN, "  ~ ").and(PLAIN, cell_of.plain());
                    line.and(PLAIN, format!("{gap}{}", cell(came).plain()))
                }
                Side::Missing(expected) => Text::of(BAD, "  - ").and(BAD, cell(expected).plain()),
                Side::Extra(came) => {
                    let gap = " ".repeat(column);
                    Text::of(OPEN, "  + ").and(OPEN, format!("{gap}{}", cell(came).plain()))
                }
            };
            self.line(&line)?;
        }
        if left_out > 0 {
            self.line(&Text::of(DIM, format!("      … {left_out} more")))?;
        }
        Ok(())
    }
}

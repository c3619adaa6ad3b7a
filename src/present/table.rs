//! Rows on a screen: instants in columns, and lines that lead from each row to those inside it.

use std::io;

use super::Screen;
use super::styled_text::{DIM, OPEN, PLAIN, Text, instant, span};
use super::timeline::Row;

/// Of one text (what is spoken, a reason) at most so many lines are shown.
const LINES: usize = 8;

impl Screen<'_> {
    /// Writes rows; of very many those of the beginning and of the end.
    pub(super) fn rows(&mut self, rows: &[Row], first: usize, last: usize) -> io::Result<()> {
        let levels: Vec<_> = rows.iter().map(|row| row.level).collect();
        let rails = rails(&levels);
        let column = column(rows);
        self.dim(&format!("{:>column$}  {:>column$}", "at", "lasts"))?;
        self.blank()?;
        let left_out = if rows.len() > first + last + 1 {
            first..rows.len() - last
        } else {
            0..0
        };
        for (index, (row, rails)) in rows.iter().zip(&rails).enumerate() {
            if left_out.contains(&index) {
                if index == left_out.start {
                    let rows = left_out.len();
                    self.dim(&format!(
                        "{:>column$}  {:>column$}  … {rows} rows not shown",
                        "⋮", "⋮"
                    ))?;
                    self.blank()?;
                }
                continue;
            }
            let holds = rows
                .get(index + 1)
                .is_some_and(|next| next.level > row.level);
            let lasts = match row.lasts {
                Some(lasts) => Text::of(DIM, format!("{:>column$}  ", instant(lasts))),
                None if row.open => Text::of(OPEN, format!("{:>column$}  ", "open")),
                None => Text::of(DIM, format!("{:>column$}  ", "")),
            };
            for line in lines(row, &lasts, rails, holds, column, self.width) {
                self.line(&line)?;
            }
        }
        Ok(())
    }
}

/// The width of a column of instants.
pub(super) fn column(rows: &[Row]) -> usize {
    let longest = rows.iter().filter_map(|row| row.at.max(row.lasts)).max();
    let clocks = rows.iter().filter_map(|row| row.clock.as_ref());
    let clock = clocks.map(String::len).max().unwrap_or(0);
    instant(longest.unwrap_or(0)).len().max(7).max(clock)
}

/// A row on lines of that many columns, with its length in narrow columns beside its name.
pub(super) fn narrow_lines(
    row: &Row,
    rails: &Rails,
    holds: bool,
    column: usize,
    width: usize,
) -> Vec<Text> {
    let mut row = row.clone();
    let lasts = match row.lasts {
        Some(lasts) => Text::of(DIM, format!(" {}", span(lasts))),
        None if row.open => Text::of(OPEN, " open"),
        None => Text::default(),
    };
    if row.entry.is_some() {
        row.head.extend(lasts);
    } else if row.head.is_empty() {
        row.body.extend(lasts);
    }
    lines(
        &row,
        &Text::default(),
        &rails.at_most(3),
        holds,
        column,
        width,
    )
}

/// A row on lines of that many columns; what stands behind its instant comes in one piece.
fn lines(
    row: &Row,
    lasts: &Text,
    rails: &Rails,
    holds: bool,
    column: usize,
    width: usize,
) -> Vec<Text> {
    let at = row.when();
    let mut times = Text::of(DIM, format!("{at:>column$}  "));
    times.extend(lasts.clone());
    let indent = times.width();
    let most = width.saturating_sub(indent) / 6;
    let (first, further) = rails.shown(most, holds);
    let left = width.saturating_sub(indent + further.chars().count());
    let mut lines = Vec::new();
    for (index, text) in lay_out(row.clone(), left).into_iter().enumerate() {
        let mut line = match index {
            0 => times.clone().and(DIM, first.clone()),
            _ => Text::of(DIM, format!("{:indent$}{further}", "")),
        };
        line.extend(text);
        lines.push(line);
    }
    lines
}

/// A row's texts on lines of that many columns.
fn lay_out(row: Row, width: usize) -> Vec<Text> {
    /// Fewer columns than these are too few to write beside the head.
    const ROOM: usize = 24;
    let mut lines = Vec::new();
    let mut head = row.head.lines(width, LINES);
    let mut line = head.pop().unwrap_or_default();
    lines.extend(head);
    if !row.body.is_empty() {
        let blanks = match line.width() {
            0 => 0,
            1 => 1,
            _ => 2,
        };
        let indent = line.width() + blanks;
        let beside = width >= indent + ROOM;
        let indent = if beside { indent } else { 2 };
        let body = row.body.lines(width.saturating_sub(indent), LINES);
        for (index, part) in body.into_iter().enumerate() {
            if index == 0 && (beside || line.is_empty()) {
                line.push(PLAIN, " ".repeat(blanks));
            } else {
                lines.push(std::mem::take(&mut line));
                line.push(PLAIN, " ".repeat(indent));
            }
            line.extend(part);
        }
    }
    if !row.aside.is_empty() {
        let left = width.saturating_sub(line.width() + 2);
        if left > 4 {
            line.push(PLAIN, "  ");
            line.extend(row.aside.cut_attributes(left));
        }
    }
    for tail in row.tail.into_iter().filter(|tail| !tail.is_empty()) {
        if line.width() + 2 + tail.width() <= width {
            line.push(PLAIN, "  ");
            line.extend(tail);
            continue;
        }
        for part in tail.lines(width.saturating_sub(2), LINES) {
            lines.push(std::mem::take(&mut line));
            line = Text::of(PLAIN, "  ");
            line.extend(part);
        }
    }
    lines.push(line);
    lines
}

/// The lines of the tree that lead to a row, from the outermost level on.
#[derive(Clone, Debug, Default)]
pub(super) struct Rails {
    /// For each level whether something follows on it below this row; the last is the row's own.
    follows: Vec<bool>,
    /// How many outer levels are not in the list.
    left_out: usize,
}

impl Rails {
    /// The same with at most so many levels.
    fn at_most(&self, levels: usize) -> Self {
        let skipped = self.follows.len().saturating_sub(levels);
        Self {
            follows: self.follows[skipped..].to_vec(),
            left_out: self.left_out + skipped,
        }
    }

    /// What stands before the row's first line and before its further lines, with at most so many
    /// levels; `holds` says whether rows stand inside this one.
    pub(super) fn shown(&self, most: usize, holds: bool) -> (String, String) {
        let most = most.max(2);
        let skipped = self.follows.len().saturating_sub(most);
        let mut first = String::new();
        if skipped + self.left_out > 0 {
            first.push_str("⋯ ");
        }
        let Some((own, around)) = self.follows[skipped..].split_last() else {
            return (first, if holds { "│ " } else { "" }.to_owned());
        };
        first.extend(
            around
                .iter()
                .map(|&follows| if follows { "│ " } else { "  " }),
        );
        let mut further = first.replace('⋯', " ");
        first.push_str(if *own { "├ " } else { "└ " });
        further.push_str(if *own { "│ " } else { "  " });
        if holds {
            further.push_str("│ ");
        }
        (first, further)
    }
}

/// The lines that lead to each row, from the levels of all rows.
pub(super) fn rails(levels: &[usize]) -> Vec<Rails> {
    /// No screen shows more levels.
    const MOST: usize = 64;
    let mut rails = vec![Rails::default(); levels.len()];
    let mut follows: Vec<bool> = Vec::new();
    for (&level, rails) in levels.iter().zip(&mut rails).rev() {
        follows.resize(level + 1, false);
        rails.left_out = level.saturating_sub(MOST);
        rails.follows = follows[1 + rails.left_out..].to_vec();
        follows[level] = true;
    }
    rails
}

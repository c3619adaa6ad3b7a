//! A simulated call for people: its log as a tree on a time line, with what the caller hears, the
//! legs that were dialled, and how it ended.
//!
//! **Invariants:** no command is known by name; what a row says comes from the log entry, from what
//! was heard, and from the legs, matched by time. Text from flows and scenarios never reaches the
//! terminal with control characters in it.

use std::io;

use crate::simulate::Run;

pub(super) mod ink;
mod notes;
pub(super) mod row;
mod timeline;

use ink::{BOLD, DIM, OPEN, Text, clean, instant};
use row::Row;
use timeline::Item;

/// The narrowest screen that is written for, in columns.
pub(super) const NARROWEST: usize = 40;

/// Of one text (what is spoken, a reason) at most so many lines are shown.
const LINES: usize = 8;

/// Where a limit ended the simulation, so many rows are shown from the beginning and from the end.
const FIRST: usize = 24;
const LAST: usize = 12;

/// Writes what happened in a call, for a screen of `width` columns; with colours where `styled`.
///
/// # Errors
///
/// Those of `out`.
pub fn write(
    run: &Run,
    flow_name: &str,
    styled: bool,
    width: usize,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let width = width.max(NARROWEST);
    let mut screen = Screen { styled, width, out };
    screen.paragraph(&header(run, flow_name), "", 2)?;
    screen.blank()?;
    screen.timeline(run)?;
    let notes = notes::of(run);
    if !notes.is_empty() {
        screen.blank()?;
    }
    for note in &notes {
        screen.paragraph(note, "", 2)?;
    }
    screen.assumed(&notes::assumed(run))
}

/// Who calls whom, which flow takes the call, and when.
fn header(run: &Run, flow_name: &str) -> Text {
    let inbound = &run.inbound;
    let zone = run.scenario.call.time_zone.clone();
    let start = inbound.created_on.timestamp().to_zoned(zone);
    Text::of(
        BOLD,
        format!("{} → {}", clean(&inbound.from), clean(&inbound.to)),
    )
    .and(
        DIM,
        format!(
            " · {} · {}",
            clean(flow_name),
            start.strftime("%Y-%m-%d %H:%M:%S %Z")
        ),
    )
}

struct Screen<'a> {
    styled: bool,
    width: usize,
    out: &'a mut dyn io::Write,
}

impl Screen<'_> {
    fn blank(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    fn text(&mut self, text: &Text) -> io::Result<()> {
        text.write(self.styled, self.out)
    }

    fn dim(&mut self, text: &str) -> io::Result<()> {
        self.text(&Text::of(DIM, text))
    }

    /// A text that begins behind what stands on the line, its further lines indented.
    fn paragraph(&mut self, text: &Text, before: &str, indent: usize) -> io::Result<()> {
        self.dim(before)?;
        for (index, line) in text
            .lines(self.width - indent, usize::MAX - 1)
            .iter()
            .enumerate()
        {
            if index > 0 {
                write!(self.out, "{:indent$}", "")?;
            }
            self.text(line)?;
            self.blank()?;
        }
        Ok(())
    }

    fn timeline(&mut self, run: &Run) -> io::Result<()> {
        let items = timeline::of(run);
        let levels: Vec<_> = items.iter().map(|item| item.level).collect();
        let rails = rails(&levels);
        let longest = items
            .iter()
            .map(|item| item.at.max(item.lasts.unwrap_or(0)))
            .max();
        let column = instant(longest.unwrap_or(0)).len().max(7);
        self.dim(&format!("{:>column$}  {:>column$}", "at", "lasts"))?;
        self.blank()?;
        let left_out = match run.limit {
            Some(_) if items.len() > FIRST + LAST + 1 => FIRST..items.len() - LAST,
            _ => 0..0,
        };
        for (index, (item, rails)) in items.iter().zip(&rails).enumerate() {
            if left_out.contains(&index) {
                if index == left_out.start {
                    let rows = left_out.len();
                    self.dim(&format!(
                        "{:>column$}  {:>column$}  … {rows} rows left out",
                        "⋮", "⋮"
                    ))?;
                    self.blank()?;
                }
                continue;
            }
            let holds = items
                .get(index + 1)
                .is_some_and(|next| next.level > item.level);
            self.row(item, row::of(run, item), rails, holds, column)?;
        }
        Ok(())
    }

    fn row(
        &mut self,
        item: &Item<'_>,
        row: Row,
        rails: &Rails,
        holds: bool,
        column: usize,
    ) -> io::Result<()> {
        let at = Text::of(DIM, format!("{:>column$}  ", instant(item.at)));
        let lasts = match item.lasts {
            Some(lasts) => Text::of(DIM, format!("{:>column$}  ", instant(lasts))),
            None if row.open => Text::of(OPEN, format!("{:>column$}  ", "open")),
            None => Text::of(DIM, format!("{:>column$}  ", "")),
        };
        self.text(&at)?;
        self.text(&lasts)?;
        let times = 2 * column + 4;
        let most = (self.width - times) / 6;
        let (first, further) = rails.shown(most, holds);
        let left = self.width.saturating_sub(times + further.chars().count());
        let lines = lay_out(row, left);
        for (index, line) in lines.iter().enumerate() {
            match index {
                0 => self.dim(&first)?,
                _ => self.dim(&format!("{:times$}{further}", ""))?,
            }
            self.text(line)?;
            self.blank()?;
        }
        Ok(())
    }

    fn assumed(&mut self, assumed: &[(&str, &str)]) -> io::Result<()> {
        /// With fewer columns for the texts, each stands below its id.
        const ROOM: usize = 40;
        let Some(longest) = assumed.iter().map(|(id, _)| id.len()).max() else {
            return Ok(());
        };
        self.blank()?;
        self.text(&Text::of(DIM, "Assumed:"))?;
        self.blank()?;
        for (id, text) in assumed {
            let text = Text::of(DIM, *text);
            if longest + 4 + ROOM <= self.width {
                self.paragraph(&text, &format!("  {id:longest$}  "), longest + 4)?;
            } else {
                self.dim(&format!("  {id}\n    "))?;
                self.paragraph(&text, "", 4)?;
            }
        }
        Ok(())
    }
}

/// A row's texts on lines of that many columns.
pub(super) fn lay_out(row: Row, width: usize) -> Vec<Text> {
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
                line.push(ink::PLAIN, " ".repeat(blanks));
            } else {
                lines.push(std::mem::take(&mut line));
                line.push(ink::PLAIN, " ".repeat(indent));
            }
            line.extend(part);
        }
    }
    if !row.aside.is_empty() {
        let left = width.saturating_sub(line.width() + 2);
        if left > 4 {
            line.push(ink::PLAIN, "  ");
            line.extend(row.aside.cut(left));
        }
    }
    for tail in row.tail.into_iter().filter(|tail| !tail.is_empty()) {
        if line.width() + 2 + tail.width() <= width {
            line.push(ink::PLAIN, "  ");
            line.extend(tail);
            continue;
        }
        for part in tail.lines(width.saturating_sub(2), LINES) {
            lines.push(std::mem::take(&mut line));
            line = Text::of(ink::PLAIN, "  ");
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

//! For a terminal: the call on one screen.

use std::io;

use super::rows::{self, Item};
use super::{Look, Told, headline, heard, notes, odd, open_entries, particulars, parties};
use crate::report::tree::ink::{BOLD, DIM, OPEN, PLAIN, Text, instant};
use crate::report::tree::{NARROWEST, Rails, lay_out, rails};

/// Of a very long log so many rows are shown from the beginning and from the end.
const FIRST: usize = 60;
const LAST: usize = 40;

/// Writes each call on a screen of its own; of many calls the verdicts.
pub(super) fn write(calls: &[Told], look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    /// More calls are told in brief.
    const WHOLE: usize = 1;
    let width = look.width.max(NARROWEST);
    let mut screen = Screen {
        styled: look.styled,
        width,
        out,
    };
    for (index, told) in calls.iter().enumerate() {
        if index > 0 {
            screen.blank()?;
        }
        screen.header(told)?;
        match calls.len() <= WHOLE {
            true => screen.call(told)?,
            false => screen.paragraph(&Text::of(PLAIN, headline(&told.call)), 2)?,
        }
    }
    if calls.len() > WHOLE {
        screen.blank()?;
        screen.paragraph(
            &Text::of(DIM, "Choose one with --call UUID to see all of it."),
            0,
        )?;
    }
    Ok(())
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

    fn line(&mut self, text: &Text) -> io::Result<()> {
        text.write(self.styled, self.out)?;
        self.blank()
    }

    /// A text on lines of its own, all of them indented.
    fn paragraph(&mut self, text: &Text, indent: usize) -> io::Result<()> {
        for line in text.lines(self.width - indent, usize::MAX - 1) {
            write!(self.out, "{:indent$}", "")?;
            self.line(&line)?;
        }
        Ok(())
    }

    /// A text behind a label, its further lines below its first.
    fn labelled(&mut self, label: &Text, text: &Text, indent: usize) -> io::Result<()> {
        let lines = text.lines(self.width.saturating_sub(indent), usize::MAX - 1);
        for (index, line) in lines.iter().enumerate() {
            match index {
                0 => {
                    label.write(self.styled, self.out)?;
                    let blanks = indent.saturating_sub(label.width());
                    write!(self.out, "{:blanks$}", "")?;
                }
                _ => write!(self.out, "{:indent$}", "")?,
            }
            self.line(line)?;
        }
        Ok(())
    }

    fn header(&mut self, told: &Told) -> io::Result<()> {
        let text =
            Text::of(BOLD, parties(&told.call)).and(DIM, format!(" · {}", particulars(&told.call)));
        for (index, line) in text
            .lines(self.width - 2, usize::MAX - 1)
            .iter()
            .enumerate()
        {
            if index > 0 {
                self.out.write_all(b"  ")?;
            }
            self.line(line)?;
        }
        Ok(())
    }

    fn call(&mut self, told: &Told) -> io::Result<()> {
        let call = &told.call;
        self.blank()?;
        self.paragraph(&Text::of(PLAIN, headline(call)), 0)?;
        let rows = rows::of(call, &told.places);
        if !rows.is_empty() {
            self.blank()?;
            self.timeline(&rows)?;
        }
        if let Some(open) = open_entries(call) {
            self.blank()?;
            self.paragraph(&Text::of(DIM, open), 0)?;
        }
        for note in notes(call) {
            self.blank()?;
            let mut title = Text::of(BOLD, note.title);
            if !note.about.is_empty() {
                title.push(DIM, format!("  {}", note.about));
            }
            self.line(&title)?;
            for (label, text) in note.lines {
                let label = Text::of(DIM, format!("  {label}"));
                self.labelled(&label, &Text::of(PLAIN, text), 11)?;
            }
        }
        let heard = heard(call);
        for (index, line) in heard.into_iter().enumerate() {
            let label = match index {
                0 => {
                    self.blank()?;
                    Text::of(BOLD, "Heard")
                }
                _ => Text::default(),
            };
            self.labelled(&label, &Text::of(PLAIN, line), 11)?;
        }
        for (index, anomaly) in call.anomalies.iter().enumerate() {
            let label = match index {
                0 => {
                    self.blank()?;
                    Text::of(OPEN, "Anomalies")
                }
                _ => Text::default(),
            };
            self.labelled(&label, &Text::of(PLAIN, odd::words(call, anomaly)), 11)?;
        }
        Ok(())
    }

    fn timeline(&mut self, items: &[Item]) -> io::Result<()> {
        let levels: Vec<_> = items.iter().map(|item| item.level).collect();
        let rails = rails(&levels);
        let longest = items
            .iter()
            .filter_map(|item| item.at.max(item.lasts))
            .max();
        let column = instant(longest.unwrap_or(0)).len().max(7);
        self.line(&Text::of(
            DIM,
            format!("{:>column$}  {:>column$}", "at", "lasts"),
        ))?;
        let left_out = match items.len() > FIRST + LAST + 1 {
            true => FIRST..items.len() - LAST,
            false => 0..0,
        };
        for (index, (item, rails)) in items.iter().zip(&rails).enumerate() {
            if left_out.contains(&index) {
                if index == left_out.start {
                    let rows = left_out.len();
                    let text =
                        format!("{:>column$}  {:>column$}  … {rows} rows left out", "⋮", "⋮");
                    self.line(&Text::of(DIM, text))?;
                }
                continue;
            }
            let holds = items
                .get(index + 1)
                .is_some_and(|next| next.level > item.level);
            self.row(item, rails, holds, column)?;
        }
        Ok(())
    }

    fn row(&mut self, item: &Item, rails: &Rails, holds: bool, column: usize) -> io::Result<()> {
        let at = item.at.map(instant).unwrap_or_default();
        let lasts = match item.lasts {
            Some(lasts) => Text::of(DIM, format!("{:>column$}  ", instant(lasts))),
            None if item.row.open => Text::of(OPEN, format!("{:>column$}  ", "open")),
            None => Text::of(DIM, format!("{:>column$}  ", "")),
        };
        Text::of(DIM, format!("{at:>column$}  ")).write(self.styled, self.out)?;
        lasts.write(self.styled, self.out)?;
        let times = 2 * column + 4;
        let most = (self.width - times) / 6;
        let (first, further) = rails.shown(most, holds);
        let left = self.width.saturating_sub(times + further.chars().count());
        for (index, line) in lay_out(item.row.clone(), left).iter().enumerate() {
            let before = match index {
                0 => first.clone(),
                _ => format!("{:times$}{further}", ""),
            };
            Text::of(DIM, before).write(self.styled, self.out)?;
            self.line(line)?;
        }
        Ok(())
    }
}

//! Calls as people read them: the time line, an explanation, two calls side by side, how two differ,
//! what was expected of them;
//! and the same for programs.
//!
//! **Invariants:** nothing is decided here, and no command is known by name. There is one time line: the
//! same call gives the same rows, marks and instants wherever it is shown. Text from flows and events
//! never reaches the terminal with control characters in it, nor a page with markup in it.

use std::io;

pub mod coverage;
pub mod diff;
pub mod edits;
pub mod effect;
pub mod expectations;
pub mod explain;
pub mod explore;
pub mod page;
pub mod pretty;
pub mod run;
pub mod side_by_side;
mod styled_text;
mod table;
pub mod timeline;
pub mod verdict;

use styled_text::{DIM, Text};

/// The narrowest screen that is written for, in columns.
const NARROWEST: usize = 40;

/// Of a very long time line so many rows are shown from the beginning and from the end.
const FIRST: usize = 200;
const LAST: usize = 100;

/// How the output may look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether colours may be used.
    pub styled: bool,
    /// How many columns there are.
    pub width: usize,
}

/// Where text for people is written to.
struct Screen<'a> {
    styled: bool,
    width: usize,
    out: &'a mut dyn io::Write,
}

impl<'a> Screen<'a> {
    fn new(look: Look, out: &'a mut dyn io::Write) -> Self {
        Self {
            styled: look.styled,
            width: look.width.max(NARROWEST),
            out,
        }
    }

    fn blank(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    fn text(&mut self, text: &Text) -> io::Result<()> {
        text.write(self.styled, self.out)
    }

    fn line(&mut self, text: &Text) -> io::Result<()> {
        self.text(text)?;
        self.blank()
    }

    fn dim(&mut self, text: &str) -> io::Result<()> {
        self.text(&Text::of(DIM, text))
    }

    /// A text whose first line is indented by so many columns, and its further ones by others.
    fn paragraph(&mut self, text: &Text, first: usize, further: usize) -> io::Result<()> {
        self.lines(text, first, further, usize::MAX - 1)
    }

    /// The same in at most so many lines.
    fn lines(&mut self, text: &Text, first: usize, further: usize, most: usize) -> io::Result<()> {
        let width = self.width - first.max(further);
        for (index, line) in text.lines(width, most).iter().enumerate() {
            let indent = if index == 0 { first } else { further };
            write!(self.out, "{:indent$}", "")?;
            self.line(line)?;
        }
        Ok(())
    }

    /// A text behind a label, its further lines below its first.
    fn labelled(&mut self, label: &Text, text: &Text, indent: usize) -> io::Result<()> {
        let lines = text.lines(self.width.saturating_sub(indent), usize::MAX - 1);
        for (index, line) in lines.iter().enumerate() {
            match index {
                0 => {
                    self.text(label)?;
                    let blanks = indent.saturating_sub(label.width());
                    write!(self.out, "{:blanks$}", "")?;
                }
                _ => write!(self.out, "{:indent$}", "")?,
            }
            self.line(line)?;
        }
        Ok(())
    }
}

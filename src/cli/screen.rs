//! Where a subcommand writes to, and how it may look there.

use std::cell::Cell;
use std::io::{self, IsTerminal as _, Write};

use clap::ValueEnum;

use super::Failure;
use crate::diagnostic::Diagnostic;
use crate::report::human;
use crate::source::{Source, visible};

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Color {
    /// On a terminal that has some, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    fn for_stream(self, is_terminal: bool) -> bool {
        let wanted = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let value = |name| std::env::var(name).unwrap_or_default();
        let forced = !matches!(value("CLICOLOR_FORCE").as_str(), "" | "0");
        let is_dumb = value("TERM") == "dumb";
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if wanted("NO_COLOR") => false,
            Self::Auto if forced => true,
            Self::Auto => is_terminal && !is_dumb,
        }
    }
}

/// Standard output with what is known of it.
pub(super) struct Screen<'a> {
    /// Standard output.
    pub(super) out: &'a mut dyn Write,
    /// Whether colours may be used on it.
    pub(super) styled: bool,
    /// How many columns it has, or is taken to have.
    pub(super) width: usize,
    /// How many columns it has, where it is a terminal.
    pub(super) columns: Option<usize>,
    color: Color,
    is_terminal: bool,
    /// Whether something that was named could not be read, which was said.
    missed: Cell<bool>,
}

impl<'a> Screen<'a> {
    pub(super) fn new(color: Color, is_terminal: bool, out: &'a mut dyn Write) -> Self {
        /// Where there is no terminal that could say.
        const WIDTH: usize = 100;
        let terminal = terminal_size::terminal_size().filter(|_| is_terminal);
        Self {
            out,
            styled: color.for_stream(is_terminal),
            width: terminal.map_or(WIDTH, |(width, _)| usize::from(width.0)),
            columns: terminal.map(|(width, _)| usize::from(width.0)),
            color,
            is_terminal,
            missed: Cell::new(false),
        }
    }

    /// Clears it, if it is a terminal that can be cleared: what comes next is all that is to be seen.
    pub(super) fn clear(&mut self) -> Result<(), Failure> {
        let is_dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
        if self.is_terminal && !is_dumb {
            self.out.write_all(b"\x1b[H\x1b[2J\x1b[3J")?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// Says that one of several files cannot be read; the others are.
    pub(super) fn miss(&self, failure: &Failure) -> Result<(), Failure> {
        self.missed.set(true);
        Self::say(&failure.to_string())
    }

    /// Whether one of several files could not be read.
    pub(super) fn has_missed(&self) -> bool {
        self.missed.get()
    }

    /// Shows findings on standard error.
    pub(super) fn complain(&self, source: &Source, findings: &[Diagnostic]) -> Result<(), Failure> {
        if findings.is_empty() {
            return Ok(());
        }
        let styled = self.color.for_stream(io::stderr().is_terminal());
        let text = human::render(source, findings, styled);
        Ok(io::stderr().write_all(text.as_bytes())?)
    }

    /// Says something of the program's own running on standard error, in a line.
    pub(super) fn say(text: &str) -> Result<(), Failure> {
        Ok(writeln!(io::stderr(), "callflow: {}", visible(text))?)
    }
}

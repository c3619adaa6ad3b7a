//! Where a subcommand writes to, and how it may look there.

use std::cell::Cell;
use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicBool, Ordering};

use clap::ValueEnum;

use super::Failure;
use crate::diagnostic::Diagnostic;
use crate::present::Look;
use crate::present::page::laid_out;
use crate::redact::Redaction;
use crate::report::{Output, Syntax, hanging, human, in_ascii};
use crate::source::{Source, visible};

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Color {
    /// On a terminal that supports them, unless `NO_COLOR` is set; always with `CLICOLOR_FORCE`.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    pub(super) fn for_stream(self, is_terminal: bool) -> bool {
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
    /// Standard output. What is written to it is text for people, if nothing else is
    /// [said](Output::set_syntax).
    pub(super) out: &'a mut Output<'static>,
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

/// Whether text for people is written in ASCII.
static IS_ASCII: AtomicBool = AtomicBool::new(false);

/// Writes text for people in ASCII from here on.
pub(super) fn use_ascii() {
    IS_ASCII.store(true, Ordering::Relaxed);
}

/// Whether text for people is written in ASCII.
pub(super) fn is_ascii() -> bool {
    IS_ASCII.load(Ordering::Relaxed)
}

/// Whether the environment names a locale whose characters are not those of Unicode. Where it names none,
/// nobody knows.
pub(super) fn has_ascii_locale() -> bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
    let mut set = names.filter_map(|name| std::env::var(name).ok());
    let locale = set.find(|locale| !locale.is_empty());
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase().replace('-', "");
        !locale.contains("utf8")
    })
}

impl<'a> Screen<'a> {
    /// Writes a page of the manual: the program's own text, in which secrets are examples.
    pub(super) fn page(&mut self, page: &str) -> io::Result<()> {
        self.write_as(Syntax::Exact)?;
        let page = laid_out(page, self.look());
        let page = if is_ascii() { in_ascii(&page) } else { page };
        self.out.write_all(page.as_bytes())
    }

    /// How what is written to it may look.
    pub(super) fn look(&self) -> Look {
        Look {
            styled: self.styled,
            width: self.width,
        }
    }

    pub(super) fn new(
        color: Color,
        is_terminal: bool,
        out: &'a mut Output<'static>,
    ) -> io::Result<Self> {
        /// Where there is no terminal that could say.
        const WIDTH: usize = 100;
        let terminal = terminal_size::terminal_size().filter(|_| is_terminal);
        let styled = color.for_stream(is_terminal);
        out.set_syntax(Syntax::text(styled))?;
        Ok(Self {
            out,
            styled,
            width: terminal.map_or(WIDTH, |(width, _)| usize::from(width.0)),
            columns: terminal.map(|(width, _)| usize::from(width.0)),
            color,
            is_terminal,
            missed: Cell::new(false),
        })
    }

    /// What is written to standard output from here on.
    pub(super) fn write_as(&mut self, syntax: Syntax) -> io::Result<()> {
        let syntax = match syntax {
            Syntax::Text => Syntax::text(self.styled),
            syntax => syntax,
        };
        self.out.set_syntax(syntax)
    }

    /// Standard error, for text of a syntax.
    pub(super) fn error(syntax: Syntax) -> Output<'static> {
        Output::new(syntax, io::stderr()).in_ascii(is_ascii())
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
        let columns = self.columns.filter(|_| io::stderr().is_terminal());
        let text = human::render(source, findings, styled, columns);
        let mut out = Self::error(Syntax::text(styled));
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Shows findings on standard error without the text in which they are: a line each.
    pub(super) fn complain_briefly(
        source: &Source,
        findings: &[Diagnostic],
        redaction: &mut Redaction,
    ) -> Result<(), Failure> {
        for finding in findings {
            let place = source.position(finding.primary.span.start);
            let text = format!(
                "{}:{}:{}: {}[{}]: {}",
                source.name(),
                place.line,
                place.column,
                finding.severity.as_str(),
                finding.rule,
                finding.message
            );
            Self::say(&redaction.text(&text))?;
        }
        Ok(())
    }

    /// The width of standard error, where it is a terminal.
    pub(super) fn error_columns() -> Option<usize> {
        let width = terminal_size::terminal_size_of(io::stderr());
        width.map(|(width, _)| usize::from(width.0))
    }

    /// Says something of the program's own running on standard error: in a line, or in as many as a
    /// terminal needs for it.
    pub(super) fn say(text: &str) -> Result<(), Failure> {
        let mut out = Self::error(Syntax::Text);
        let text = format!("callflow: {}", visible(text));
        let text = match Self::error_columns() {
            Some(columns) => hanging(&text, columns, 2),
            None => text,
        };
        writeln!(out, "{text}")?;
        Ok(out.flush()?)
    }
}

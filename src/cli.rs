//! The command line: one file per subcommand.
//!
//! A subcommand's file holds what can be typed and what is done about it, and ends in an `Exit`.
//! What was asked for goes to standard output; findings that stand in its way, and what concerns
//! the program's own running, go to standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

mod calls;
mod check;
mod commands;
mod completions;
mod config;
mod configs;
mod diff;
mod expectations;
mod explain;
mod explore;
mod failure;
mod init;
mod input;
mod language;
mod man;
mod parse;
mod place;
mod recover;
mod redact;
mod reference;
mod replay;
mod report_file;
mod rule;
mod run;
mod save;
mod scenario;
mod schema;
mod screen;
mod snapshots;
mod target;
mod test;
mod watch;

pub use failure::Failure;
pub use rule::all as rules;
use screen::{Color, Screen};

use crate::report::{Output, Syntax, hanging};
use crate::secret::masked;
use crate::source::visible;
use crate::value::nearest;

/// Simulate, check and debug Opentact XML call flows.
#[derive(Debug, Parser)]
#[command(
    name = "callflow",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Run `callflow help COMMAND` for a command's options and examples."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,

    /// Use only ASCII in text for people. Default where the locale (`LC_ALL`, `LC_CTYPE` or `LANG`) is set and is not
    /// UTF-8
    #[arg(long, global = true)]
    ascii: bool,
}

/// The one list of subcommands.
#[derive(Debug, Subcommand)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one, and it lives as long as the program"
)]
enum Command {
    Run(run::Args),
    Check(check::Args),
    Test(test::Args),
    Explore(explore::Args),
    Init(init::Args),
    Rule(rule::Args),
    Language(language::Args),
    Scenario(scenario::Args),
    Config(config::Args),
    Explain(explain::Args),
    Diff(diff::Args),
    Recover(recover::Args),
    Replay(replay::Args),
    Parse(parse::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

impl Command {
    fn run(self, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
        match self {
            Self::Run(args) => run::run(&args, screen),
            Self::Check(args) => check::run(&args, screen),
            Self::Test(args) => test::run(&args, screen),
            Self::Explore(args) => explore::run(&args, screen),
            Self::Init(args) => init::run(&args, screen),
            Self::Rule(args) => rule::run(&args, screen),
            Self::Language(args) => language::run(&args, screen),
            Self::Scenario(args) => scenario::run(&args, screen),
            Self::Config(args) => config::run(&args, screen),
            Self::Explain(args) => explain::run(&args, screen),
            Self::Diff(args) => diff::run(&args, screen),
            Self::Recover(args) => recover::run(&args, screen),
            Self::Replay(args) => replay::run(&args, screen),
            Self::Parse(args) => parse::run(&args, screen),
            Self::Schema(args) => schema::run(&args, screen),
            Self::Completions(args) => completions::run(&args, screen, command()),
            Self::Man(args) => man::run(&args, screen, command()),
        }
    }
}

/// How a subcommand ended, where nothing prevented it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Exit {
    /// Nothing is wrong.
    Good,
    /// What was looked at is wrong.
    Bad,
    /// It was stopped before it had looked at everything.
    Interrupted,
}

/// Whether whoever read standard output has gone.
static READER_HAS_GONE: AtomicBool = AtomicBool::new(false);

/// Whether whoever read standard output has gone.
fn reader_has_gone() -> bool {
    READER_HAS_GONE.load(Ordering::Relaxed)
}

/// Standard output. Once its reader has gone, what is written goes nowhere: the exit code is that of
/// the work, however much of it was read.
struct StandardOutput<W>(W);

impl<W> StandardOutput<W> {
    /// What came of writing: of a reader that has gone, as if it had read it.
    fn read<T>(result: io::Result<T>, read: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                READER_HAS_GONE.store(true, Ordering::Relaxed);
                Ok(read)
            }
            other => other,
        }
    }
}

impl<W: io::Write> io::Write for StandardOutput<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if READER_HAS_GONE.load(Ordering::Relaxed) {
            Ok(bytes.len())
        } else {
            Self::read(self.0.write(bytes), bytes.len())
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if READER_HAS_GONE.load(Ordering::Relaxed) {
            Ok(())
        } else {
            Self::read(self.0.flush(), ())
        }
    }
}

/// The command line as it is declared: every subcommand with its options.
pub fn command() -> clap::Command {
    Cli::command().mut_subcommands(|subcommand| {
        let after = subcommand.get_after_help().map(ToString::to_string);
        match after {
            Some(text) => subcommand.after_help(unfilled(&text)),
            None => subcommand,
        }
    })
}

/// A text with each paragraph on one line, so that it is wrapped at the width of the terminal. Lines that
/// are indented stay as they are.
fn unfilled(text: &str) -> String {
    let mut unfilled = String::with_capacity(text.len());
    let mut is_open = false;
    for line in text.lines() {
        let is_paragraph = !line.is_empty() && !line.starts_with(' ');
        if is_open {
            unfilled.push(if is_paragraph { ' ' } else { '\n' });
        }
        unfilled.push_str(line);
        if !is_paragraph {
            unfilled.push('\n');
        }
        is_open = is_paragraph;
    }
    unfilled
}

/// The page of all commands, `docs/commands.md`: what `--help` says, as Markdown.
pub fn reference() -> String {
    reference::page(Cli::command())
}

/// Runs the program with the process's arguments.
///
/// Exit codes: 0 nothing is wrong, 1 what was looked at is wrong, 2 usage or I/O, 130 interrupted.
pub fn main() -> ExitCode {
    if screen::has_ascii_locale() {
        screen::use_ascii();
    }
    let typed = command().try_get_matches();
    let cli = match typed.and_then(|typed| Cli::from_arg_matches(&typed)) {
        Ok(cli) => cli,
        Err(error) => return refused(&with_near_subcommand(error)),
    };
    let stdout = io::stdout();
    let is_terminal = stdout.is_terminal();
    let stdout = StandardOutput(io::BufWriter::new(stdout.lock()));
    if cli.ascii {
        screen::use_ascii();
    }
    let mut out = Output::new(Syntax::Text, stdout).in_ascii(screen::is_ascii());
    let Ok(mut screen) = Screen::new(cli.color, is_terminal, &mut out) else {
        return ExitCode::from(2);
    };
    let result = cli.command.run(&mut screen);
    let has_missed = screen.has_missed();
    let result = result.and_then(|exit| Ok(out.flush().map(|()| exit)?));
    match result {
        Ok(_) if has_missed => ExitCode::from(2),
        Ok(Exit::Good) => ExitCode::SUCCESS,
        Ok(Exit::Bad) => ExitCode::from(1),
        Ok(Exit::Interrupted) => ExitCode::from(130),
        // There is nobody who could be told.
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = Screen::say(&failure.to_string());
            ExitCode::from(2)
        }
    }
}

/// The same error with the subcommand that was probably meant: `callflow help WORD` names none by itself.
fn with_near_subcommand(mut error: clap::Error) -> clap::Error {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    let is_named = error.get(ContextKind::SuggestedSubcommand).is_some();
    if error.kind() == ErrorKind::InvalidSubcommand
        && !is_named
        && let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand)
    {
        let command = Cli::command();
        let names = command.get_subcommands().map(clap::Command::get_name);
        if let Some(near) = nearest(typed, names) {
            let near = ContextValue::Strings(vec![near.to_owned()]);
            error.insert(ContextKind::SuggestedSubcommand, near);
        }
    }
    error
}

/// Prints help, or what is wrong with the arguments. They are repeated there: what would steer a terminal
/// in them is escaped, by reading them once more with the escapes in them.
fn refused(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Help and version are no errors, unless they cannot be written.
        let written = error.print().and_then(|()| io::stdout().flush());
        let is_written = match written {
            Ok(()) => true,
            Err(error) => error.kind() == io::ErrorKind::BrokenPipe,
        };
        return ExitCode::from(if is_written { 0 } else { 2 });
    }
    let typed: Vec<_> = std::env::args_os().collect();
    let shown = typed.iter().map(|typed| {
        let typed = typed.to_string_lossy();
        visible(&masked(&typed)).into_owned()
    });
    let shown: Vec<_> = shown.collect();
    let is_harmless = typed
        .iter()
        .zip(&shown)
        .all(|(typed, shown)| typed == shown.as_str());
    let again = (!is_harmless).then(|| Cli::try_parse_from(&shown).err());
    let again = again.flatten().filter(clap::Error::use_stderr);
    let styled = Color::Auto.for_stream(io::stderr().is_terminal());
    let text = again.as_ref().unwrap_or(error).render();
    let text = if styled && is_harmless {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    let text = match Screen::error_columns() {
        Some(columns) => hanging(&text, columns, 2),
        None => text,
    };
    let mut out = Screen::error(Syntax::text(styled && is_harmless));
    // There is nobody else who could be told.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use super::unfilled;

    #[test]
    fn paragraphs_are_one_line_and_examples_stay() {
        let text = "Examples:\n  # one\n  callflow run\n\nTwo lines\nof text.\n\nExit code: 0.";
        let expected = "Examples:\n  # one\n  callflow run\n\nTwo lines of text.\n\nExit code: 0.";
        assert_eq!(unfilled(text), expected);
    }

    #[test]
    fn examples_fit_a_terminal_of_eighty_columns() {
        for command in super::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string);
            for line in help.unwrap_or_default().lines() {
                let is_example = line.starts_with(' ');
                assert!(!is_example || line.chars().count() <= 80, "{line}");
            }
        }
    }
}

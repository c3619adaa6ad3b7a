//! `callflow diff`

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::screen::Screen;
use super::{Exit, Failure, calls, input, redact};
use crate::diff::{Tolerance, diff as compare};
use crate::present::{Look, diff as present};
use crate::record::{Extent, Record};
use crate::redact::Redaction;
use crate::report::Syntax;
use crate::report::markdown::fenced;
use crate::scenario::options::{self, OptionError};
use crate::wire::Beyond;
use clap::ValueEnum;

mod callers;

/// Compare two calls by meaning
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  callflow diff yesterday.json today.json
  # a real call and a simulated one
  callflow diff destroyed.json voicemail.toml
  # two versions of a flow
  callflow diff old.xml new.xml
  # in which tests would the caller notice the change?
  callflow diff old.xml new.xml --with tests/
  # which real calls would have been different?
  callflow diff old.xml new.xml --with sessions.jsonl
  # the same for a pull request
  callflow diff old.xml new.xml --with tests/ --format markdown
  # two cases of a scenario
  callflow diff menu.call.toml::busy menu.call.toml::answered
  # compare times to the millisecond
  callflow diff a.json b.json --tolerance 0ms
  callflow diff a.jsonl b.jsonl --format json | jq .differences
  # without numbers, names and addresses
  callflow diff yesterday.json today.json --redact

Each side is an event, a scenario (.toml), one of its cases (FILE::CASE) or a flow (.xml). If a file has several events, the most complete event of the first call is used. Scenarios and flows are simulated. Log entries are compared command by command, also if the flow was changed. Identifiers and the account's balance are not compared. Times count from the creation of each call. If one side is an event of a call in progress, a simulated call is only compared up to that point.

With --with, both sides are flows. callflow shows which commands were changed, and what this means for the callers, in groups. From a folder, the scenarios for one of the two flows are run, with all their cases; if a folder has no scenarios, its files are read as events. What a caller did at a command happens at the same command of the other flow: the command with the same tag, or else with the same content and place.

Exit code: 0 the same call, 1 the calls differ, 2 wrong usage, I/O error, or there is no call. With --with: 0 every call ends as before and reaches the same commands, 1 a call does not, or this is not known (with --strict: anything differs for a caller).")]
pub(super) struct Args {
    /// The first call
    #[arg(value_name = "A")]
    first: PathBuf,

    /// The second call
    #[arg(value_name = "B")]
    second: PathBuf,

    /// Run these calls with both flows, and show what differs for the callers: files or folders
    /// with scenarios or with events of real calls; may be given several times
    #[arg(long, value_name = "PATH")]
    with: Vec<PathBuf>,

    /// With --with: exit with 1 if anything differs for the caller, not only for another outcome or
    /// other commands
    #[arg(long, requires = "with")]
    strict: bool,

    /// Times that differ by at most this much are treated as the same
    #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = tolerance)]
    tolerance: Tolerance,

    #[command(flatten)]
    redact: redact::RedactOption,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// For a terminal
    Human,
    /// Markdown, for a pull request
    Markdown,
    /// For programs
    Json,
}

impl Format {
    fn syntax(self) -> Syntax {
        match self {
            Self::Human => Syntax::Text,
            Self::Markdown => Syntax::Markdown,
            Self::Json => Syntax::Json,
        }
    }
}

fn tolerance(typed: &str) -> Result<Tolerance, OptionError> {
    let time: Duration = options::value(typed)?;
    Ok(Tolerance(
        u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
    ))
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    screen.write_as(args.format.syntax())?;
    if !args.with.is_empty() {
        return callers::run(args, screen);
    }
    let mut redaction = args.redact.redaction();
    let first = call(&args.first, redaction.as_ref(), screen)?;
    let second = call(&args.second, redaction.as_ref(), screen)?;
    // A simulated call is compared as far as the published one goes.
    let (first, second) = match (first, second) {
        (Side::Simulated(first), Side::Published(second)) => (first.as_far_as(&second), second),
        (Side::Published(first), Side::Simulated(second)) => {
            let second = second.as_far_as(&first);
            (first, second)
        }
        (first, second) => (first.record(), second.record()),
    };
    let whole = compare(&first, &second, args.tolerance);
    let is_same = whole.is_empty();
    let (first, second, diff) = match &mut redaction {
        Some(redaction) => {
            redaction.learn(&first);
            redaction.learn(&second);
            let (first, second) = (redaction.record(&first), redaction.record(&second));
            let diff = compare(&first, &second, args.tolerance);
            let hidden = whole
                .differences
                .len()
                .saturating_sub(diff.differences.len());
            if hidden > 0 {
                Screen::say(&format!(
                    "{hidden} of {} differences are in what --redact replaces",
                    whole.differences.len()
                ))?;
            }
            (first, second, diff)
        }
        None => (first, second, whole),
    };
    let names = [&args.first, &args.second].map(|path| path.display().to_string());
    let names = names.map(|name| redact::shown(&mut redaction, &name));
    let names = [names[0].as_str(), names[1].as_str()];
    match args.format {
        Format::Human => {
            let look = screen.look();
            present::human(
                &diff,
                [&first, &second],
                names,
                args.tolerance,
                look,
                screen.out,
            )?;
        }
        Format::Markdown => {
            let look = Look {
                styled: false,
                width: 100,
            };
            let mut text = Vec::new();
            present::human(
                &diff,
                [&first, &second],
                names,
                args.tolerance,
                look,
                &mut text,
            )?;
            fenced("text", &String::from_utf8_lossy(&text), screen.out)?;
        }
        Format::Json => present::json(&diff, names, args.tolerance, screen.out)?,
    }
    Ok(if is_same { Exit::Good } else { Exit::Bad })
}

/// The call that one side stands for.
enum Side {
    /// That of a scenario or a flow.
    Simulated(Record),
    /// That of events.
    Published(Record),
}

impl Side {
    fn record(self) -> Record {
        match self {
            Self::Simulated(record) | Self::Published(record) => record,
        }
    }
}

fn call(path: &Path, redaction: Option<&Redaction>, screen: &Screen<'_>) -> Result<Side, Failure> {
    if calls::is_played(path) {
        calls::simulated(path, redaction, screen).map(Side::Simulated)
    } else {
        published(path, redaction, screen).map(Side::Published)
    }
}

/// The first call of a file.
fn published(
    path: &Path,
    redaction: Option<&Redaction>,
    screen: &Screen<'_>,
) -> Result<Record, Failure> {
    let calls = calls::read(&[path.to_owned()], redaction, screen)?;
    let call = calls
        .first(Beyond::Kept)
        .ok_or_else(|| Failure::NoCall(input::name(path)))?;
    match call.extent {
        // What was cut would look like a difference.
        Extent::Cut => Err(Failure::Cut(input::name(path))),
        _ => Ok(call),
    }
}

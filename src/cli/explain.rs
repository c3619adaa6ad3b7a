//! `callflow explain`

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::redact;
use super::screen::Screen;
use super::{Exit, Failure, calls, input};
use crate::explain::{self, Choice};
use crate::flow::Flow;
use crate::present::Look;
use crate::present::explain::{self as present, Told};
use crate::record::{CallOutcome, Record, Stamp};
use crate::redact::Redaction;
use crate::report::Syntax;
use crate::scenario::{DestinationPattern, Pattern};
use crate::wire::{Beyond, Calls};

/// Explain what happened in a call, and why
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # one event; the last event of a call tells the most
  callflow explain destroyed.json
  # a day of calls: those that are not fine, and how often each failure happened
  callflow explain events.jsonl
  callflow explain events.jsonl --outcome lost,gave-up
  callflow explain events.jsonl --since 2026-11-02 --time-zone Europe/Berlin
  callflow explain events.jsonl --from '+1202*' --all
  # only some calls, or one call in full
  callflow explain events.jsonl --call c7aa8c03 2c2609b4
  callflow explain events.jsonl --call c7aa8c03
  # with the source line of each command
  callflow explain destroyed.json --flow menu.xml
  # for a ticket
  callflow explain destroyed.json --format markdown
  # without numbers, names and addresses
  callflow explain destroyed.json --redact
  # a simulated call
  callflow explain voicemail.toml
  callflow explain menu.call.toml::busy
  callflow run menu.xml --format events | callflow explain -
  # webhooks of another vendor
  callflow explain call.started.json call.ended.json call.analyzed.json

A file may contain one event, a JSON array of events, one event per line, several events in a row, or only the `call` of an event. It may be compressed with gzip. Events are also found inside what a gateway, a queue or a logger wrote around them (up to three levels deep, also as JSON in a string) and after other text in a line. Webhooks of Whippy are recognised automatically. Events are grouped by call, even across files. If a file is damaged, callflow says where, and reads the rest. A scenario (.toml), one of its cases (FILE::CASE) or a flow (.xml) is simulated, and that call is explained.

The outcome of a call is one of these: fine (nothing failed), handled (something failed and the flow handled it), gave-up (the caller hung up while waiting), lost (something failed and the caller was told nothing), not-known (the events do not show it).

Exit code: 0 the calls were explained, or no call matches the options; 2 wrong usage or I/O error, a --call does not exist, or there is no call in the files.")]
#[allow(clippy::struct_excessive_bools, reason = "each is an option")]
pub(super) struct Args {
    /// Events: files, folders, or `-` for standard input. Scenarios and flows are simulated
    #[arg(
        value_name = "EVENT.json|SCENARIO.toml",
        required_unless_present = "call"
    )]
    files: Vec<PathBuf>,

    /// Only these calls: their identifiers, or the beginning of an identifier
    #[arg(long, value_name = "UUID", num_args = 1.., value_delimiter = ',')]
    call: Vec<String>,

    /// Only calls with this outcome: fine, handled, gave-up, lost, not-known; separate several with
    /// commas
    #[arg(long, value_name = "OUTCOME", value_delimiter = ',', value_parser = outcomes())]
    outcome: Vec<CallOutcome>,

    /// Only calls from this number, user or address; `*` matches any characters, `?` matches one
    #[arg(long, value_name = "PATTERN", value_parser = pattern)]
    from: Option<DestinationPattern>,

    /// Only calls to this number, user or address
    #[arg(long, value_name = "PATTERN", value_parser = pattern)]
    to: Option<DestinationPattern>,

    /// Only calls created at this time or later: 2026-11-02, 2026-11-02T09:00 in the zone of
    /// --time-zone, or 2026-11-02T09:00:00Z
    #[arg(long, value_name = "TIME", value_parser = When::read)]
    since: Option<When>,

    /// Only calls created at this time or earlier; a date means the end of that day
    #[arg(long, value_name = "TIME", value_parser = When::read)]
    until: Option<When>,

    /// Also list the calls that are fine
    #[arg(long)]
    all: bool,

    /// Show the full explanation of each call, not only a line
    #[arg(long)]
    full: bool,

    /// The time zone of all times, such as `America/New_York`; default: UTC
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    time_zone: Option<TimeZone>,

    /// A flow of the call: shows the source line of each command; may be given several times
    #[arg(long, value_name = "FLOW.xml")]
    flow: Vec<PathBuf>,

    /// Show the time of day instead of the time since the call was created
    #[arg(long)]
    absolute: bool,

    /// Show the identifiers of the call, its account, app, number and legs; markdown always shows
    /// them
    #[arg(long)]
    ids: bool,

    #[command(flatten)]
    redact: redact::RedactOption,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

/// A time that was typed.
#[derive(Clone, Copy, Debug)]
enum When {
    /// An instant.
    At(Timestamp),
    /// A time in the zone of `--time-zone`.
    Local(DateTime),
    /// A whole day in it.
    Day(Date),
}

impl When {
    fn read(typed: &str) -> Result<Self, String> {
        if let Ok(at) = typed.parse() {
            return Ok(Self::At(at));
        }
        // A date is a time, too: midnight.
        if let Ok(day) = typed.parse()
            && !typed.contains(['T', 't', ' '])
        {
            return Ok(Self::Day(day));
        }
        let why = "write it like 2026-11-02, 2026-11-02T09:00 or 2026-11-02T09:00:00Z";
        typed.parse().map(Self::Local).map_err(|_| why.to_owned())
    }

    /// The first moment of it, or the last.
    fn stamp(self, zone: &TimeZone, is_end: bool) -> Option<Stamp> {
        let (time, last) = match self {
            Self::At(at) => return Some(at.into()),
            Self::Local(time) => (time, 0),
            Self::Day(day) if is_end => (day.tomorrow().ok()?.to_datetime(Time::midnight()), 1),
            Self::Day(day) => (day.to_datetime(Time::midnight()), 0),
        };
        let at: Stamp = time.to_zoned(zone.clone()).ok()?.timestamp().into();
        Some(Stamp(at.0.saturating_sub(last)))
    }
}

fn zone(typed: &str) -> Result<TimeZone, String> {
    TimeZone::get(typed).map_err(|_| "the time zone database has no such name".to_owned())
}

fn pattern(typed: &str) -> Result<DestinationPattern, String> {
    DestinationPattern::new(typed)
        .ok_or_else(|| format!("a pattern must have 1 to {} bytes", Pattern::LONGEST))
}

fn outcomes() -> impl TypedValueParser<Value = CallOutcome> {
    let words = CallOutcome::ALL.map(|one| PossibleValue::new(one.as_str()).help(one.means()));
    PossibleValuesParser::new(words)
        .try_map(|word| word.parse::<CallOutcome>().map_err(|()| "no such outcome"))
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// For a terminal
    Human,
    /// For programs
    Json,
    /// For a ticket or a pull request
    Markdown,
}

/// The longest line of a list of calls that is not written to a terminal, in columns.
const LONG: usize = 200;
impl Format {
    fn syntax(self) -> Syntax {
        match self {
            Self::Human => Syntax::Text,
            Self::Json => Syntax::Json,
            Self::Markdown => Syntax::Markdown,
        }
    }
}

#[allow(clippy::too_many_lines, reason = "one step after the other")]
pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let (files, wanted) = files_and_calls(args);
    let flows = flows(args, screen)?;
    let mut redaction = args.redact.redaction();
    let calls = all_calls(&files, redaction.as_ref(), screen)?;
    let read: Vec<String> = calls.uuids().map(str::to_owned).collect();
    let calls = calls::chosen_any(calls, wanted, &files)?;
    let zone = args.time_zone.clone().unwrap_or(TimeZone::UTC);
    let choice = Choice {
        outcomes: args.outcome.clone(),
        from: args.from.clone(),
        to: args.to.clone(),
        since: args.since.and_then(|since| since.stamp(&zone, false)),
        until: args.until.and_then(|until| until.stamp(&zone, true)),
    };
    let is_listed = calls.len() > 1 && args.format != Format::Json && !args.full;
    // Who is meant is asked of the call as it was; what is shown is what is left of it.
    if let Some(redaction) = &mut redaction {
        for call in calls.each(Beyond::LeftOut, |call| call) {
            redaction.learn(&call);
        }
    }
    let (calls, mut lines) = if choice.is_any() && !is_listed {
        (calls, Vec::new())
    } else {
        calls.picked(Beyond::LeftOut, |record| {
            let call = explain::explain(&record);
            let is_wanted = choice.takes(&call.outline);
            is_wanted.then(|| present::CallLine::new(&call))
        })
    };
    if calls.is_empty() && args.format != Format::Json {
        let text = match read.len() {
            1 => "The call does not match the options.".to_owned(),
            all => format!("Not one of the {all} calls matches the options."),
        };
        writeln!(screen.out, "{text}")?;
        return Ok(Exit::Good);
    }
    for stranger in strangers(&calls, &flows) {
        let name = flows[stranger].source().name();
        let name = redact::shown(&mut redaction, name);
        Screen::say(&format!(
            "{name}: this flow does not belong to the call: it does not contain its commands"
        ))?;
    }
    let style = present::Style {
        format: match args.format {
            Format::Human => present::Format::Human,
            Format::Json => present::Format::Json,
            Format::Markdown => present::Format::Markdown,
        },
        aspect: present::Aspect {
            zone,
            absolute: args.absolute,
            ids: args.ids,
        },
        look: Look {
            styled: screen.styled,
            // Where there is no screen, a line need not be cut to fit one.
            width: if is_listed && calls.len() > 1 {
                screen.columns.unwrap_or(LONG)
            } else {
                screen.width
            },
        },
        is_only: calls.len() <= 1,
    };
    screen.write_as(args.format.syntax())?;
    if is_listed && calls.len() > 1 {
        let mut read = read;
        if let Some(redaction) = &mut redaction {
            let redacted = calls.each(Beyond::LeftOut, |call| call).map(|call| {
                let call = redaction.record(&call);
                present::CallLine::new(&explain::explain(&call))
            });
            lines = redacted.collect();
            for uuid in &mut read {
                *uuid = redaction.text(uuid);
            }
        }
        let many = present::Many {
            lines: &lines,
            uuids: read.iter().map(String::as_str).collect(),
            // Whoever names what is wanted wants to see it.
            all: args.all || !wanted.is_empty() || args.outcome.contains(&CallOutcome::Fine),
        };
        style.write_many(&many, screen.out)?;
        return Ok(Exit::Good);
    }
    let show = |record: &Record, places: Vec<Option<String>>| {
        style.show(&Told {
            places,
            call: explain::explain(record),
        })
    };
    if let Some(redaction) = &mut redaction {
        let shown = calls.each(Beyond::LeftOut, |call| call).map(|call| {
            let places = places(&call, &flows).into_iter();
            let places = places.map(|place| place.map(|place| redaction.text(&place)));
            let places = places.collect();
            show(&redaction.record(&call), places)
        });
        style.write(shown, screen.out)?;
    } else {
        let shown = calls.each(Beyond::LeftOut, |call| show(&call, places(&call, &flows)));
        style.write(shown, screen.out)?;
    }
    Ok(Exit::Good)
}

/// The files, and the calls that are wanted. `--call` takes all values behind it, so where no file stands
/// before it, those at its end that are there are the files.
fn files_and_calls(args: &Args) -> (Vec<PathBuf>, &[String]) {
    if !args.files.is_empty() {
        return (args.files.clone(), &args.call);
    }
    let is_file = |value: &&String| *value == "-" || Path::new(value.as_str()).exists();
    let files = args.call.iter().rev().take_while(is_file).count();
    // One of them is a call, or there would be nothing to choose.
    let files = files.min(args.call.len().saturating_sub(1)).max(1);
    let (wanted, files) = args.call.split_at(args.call.len().saturating_sub(files));
    (files.iter().map(PathBuf::from).collect(), wanted)
}

/// The calls of the events, and those of scenarios and flows.
fn all_calls(
    files: &[PathBuf],
    redaction: Option<&Redaction>,
    screen: &Screen<'_>,
) -> Result<Calls, Failure> {
    let files = files.iter().cloned();
    let (played, published): (Vec<_>, Vec<_>) = files.partition(|path| calls::is_played(path));
    let mut calls = if published.is_empty() {
        Calls::default()
    } else {
        calls::read(&published, redaction, screen)?
    };
    for path in &played {
        calls.push(calls::simulated(path, redaction, screen)?);
    }
    Ok(calls)
}

fn flows(args: &Args, screen: &Screen<'_>) -> Result<Vec<Flow>, Failure> {
    let mut flows = Vec::new();
    for path in &args.flow {
        let (flow, findings) = input::flow(path)?;
        // A flow with mistakes in it still has lines.
        screen.complain(flow.source(), &findings)?;
        flows.push(flow);
    }
    Ok(flows)
}

/// The flows in which no command of any call is written as its log has it.
fn strangers(calls: &Calls, flows: &[Flow]) -> Vec<usize> {
    if flows.is_empty() {
        return Vec::new();
    }
    let mut is_logged = false;
    let mut strangers: Vec<usize> = (0..flows.len()).collect();
    let logged = calls.each(Beyond::LeftOut, |call| {
        let is_foreign = |flow: &Flow| {
            let places = explain::places(&call, std::slice::from_ref(flow));
            places.iter().flatten().all(|place| !place.is_same)
        };
        let has_log = !call.log.is_empty();
        has_log.then(|| flows.iter().map(is_foreign).collect::<Vec<_>>())
    });
    for is_foreign in logged.flatten() {
        is_logged = true;
        strangers.retain(|&flow| is_foreign[flow]);
    }
    strangers.retain(|_| is_logged);
    strangers
}

/// Where each entry of the log stands in the flows.
fn places(record: &Record, flows: &[Flow]) -> Vec<Option<String>> {
    let places = explain::places(record, flows);
    let word = |place: explain::Place| {
        let source = flows[place.flow].source();
        let other = if place.is_same {
            ""
        } else {
            " (different in that file)"
        };
        format!("{}:{}{other}", source.name(), place.line)
    };
    places.into_iter().map(|place| place.map(word)).collect()
}

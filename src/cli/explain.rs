//! `callflow explain`

use std::path::PathBuf;

use clap::ValueEnum;

use super::redact;
use super::screen::Screen;
use super::{Exit, Failure, calls, input};
use crate::explain;
use crate::flow::Flow;
use crate::present::Look;
use crate::present::explain::{self as present, Told};
use crate::record::Record;
use crate::redact::Redaction;
use crate::report::Syntax;
use crate::wire::{Beyond, Calls};

/// Say what happened in a call, and why, from its published events or a simulation
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # one event, the later the better
  callflow explain destroyed.json
  # one call of a whole session
  callflow explain events.jsonl --call c7aa8c03
  # with the source line of each command
  callflow explain destroyed.json --flow menu.xml
  # for a ticket
  callflow explain destroyed.json --format markdown
  # without numbers, names and addresses
  callflow explain destroyed.json --redact
  # a simulated call: what its events do not show is known as well
  callflow explain voicemail.toml
  callflow run menu.xml --format events | callflow explain -
  # another vendor's webhooks, together or each alone
  callflow explain call.started.json call.ended.json call.analyzed.json

A file holds one event, a JSON array of events, one event a line or behind the other, or the `call`
of an event alone; it may be compressed with gzip. Webhooks of Whippy are known by their shape. Events are grouped by call, whatever file they
stand in; of several calls the verdicts are shown. What is damaged is named, and the rest is read. A
scenario (.toml) or a flow (.xml) is run, and its call explained.

Exit code: 0 the call was explained, 2 usage, I/O, or nothing in the file tells of a call.")]
pub(super) struct Args {
    /// Events: files or folders of files, `-` for standard input; or scenarios and flows
    #[arg(value_name = "EVENT.json|SCENARIO.toml", required = true)]
    files: Vec<PathBuf>,

    /// The call, by its identifier or the beginning of it
    #[arg(long, value_name = "UUID")]
    call: Option<String>,

    /// A flow of the call, to name the source line of each command; may be given several times
    #[arg(long, value_name = "FLOW.xml")]
    flow: Vec<PathBuf>,

    /// Show the time of day in UTC, not the time since the call was created
    #[arg(long)]
    absolute: bool,

    /// Show the identifiers of the call, its account, app and number, and its legs; markdown always
    /// has them
    #[arg(long)]
    ids: bool,

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
    /// For programs
    Json,
    /// For a ticket or a pull request
    Markdown,
}

impl Format {
    fn syntax(self) -> Syntax {
        match self {
            Self::Human => Syntax::Text,
            Self::Json => Syntax::Json,
            Self::Markdown => Syntax::Markdown,
        }
    }
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let flows = flows(args, screen)?;
    let mut redaction = args.redact.redaction();
    let calls = all_calls(args, redaction.as_ref(), screen)?;
    let calls = calls::chosen(calls, args.call.as_deref(), &args.files)?;
    for stranger in strangers(&calls, &flows) {
        let name = flows[stranger].source().name();
        let name = redact::shown(&mut redaction, name);
        Screen::say(&format!(
            "{name}: this is no flow of this call: no command of it is written there"
        ))?;
    }
    let style = present::Style {
        format: match args.format {
            Format::Human => present::Format::Human,
            Format::Json => present::Format::Json,
            Format::Markdown => present::Format::Markdown,
        },
        aspect: present::Aspect {
            absolute: args.absolute,
            ids: args.ids,
        },
        look: Look {
            styled: screen.styled,
            width: screen.width,
        },
        is_only: calls.len() <= 1,
    };
    let show = |record: &Record, places: Vec<Option<String>>| {
        style.show(&Told {
            places,
            call: explain::explain(record),
        })
    };
    screen.write_as(args.format.syntax())?;
    if let Some(redaction) = &mut redaction {
        for call in calls.each(Beyond::LeftOut, |call| call) {
            redaction.learn(&call);
        }
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

/// The calls of the events, and those of scenarios and flows.
fn all_calls(
    args: &Args,
    redaction: Option<&Redaction>,
    screen: &Screen<'_>,
) -> Result<Calls, Failure> {
    let files = args.files.iter().cloned();
    let (played, published): (Vec<_>, Vec<_>) = files.partition(|path| calls::is_played(path));
    let mut calls = if published.is_empty() {
        Calls::default()
    } else {
        calls::read(&published, redaction, screen)?
    };
    for path in &played {
        calls.push(calls::simulated(path, screen)?);
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
            " (written otherwise there)"
        };
        format!("{}:{}{other}", source.name(), place.line)
    };
    places.into_iter().map(|place| place.map(word)).collect()
}

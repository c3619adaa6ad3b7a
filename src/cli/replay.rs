//! `callflow replay`

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use serde::Serializer as _;
use serde::ser::SerializeSeq;

use super::run::Overrides;
use super::screen::Screen;
use super::{Exit, Failure, calls, input, redact};
use crate::diagnostic::any_error;
use crate::diff::{Diff, Tolerance, diff};
use crate::flow::Flow;
use crate::present::{Look, diff as present, side_by_side};
use crate::record::Record;
use crate::redact::Redaction;
use crate::replay::{
    Doubtful, NotTold, OpenQuestion, Recovered, Unrecoverable, Unused, onto, recover,
};
use crate::report::Syntax;
use crate::scenario::{Content, Override, Reply};
use crate::simulate::{Documents, Run, simulate};
use crate::wire::Beyond;

/// Play a real call again, and see what would have been
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # does the simulation give the same call?
  callflow replay destroyed.json
  # what if somebody had answered?
  callflow replay destroyed.json --dial '*=answer'
  # what if the caller had chosen 2?
  callflow replay destroyed.json --press '#menu=2'
  # what would a new flow have done?
  callflow replay destroyed.json --flow corrected.xml
  # every call of a folder: which ones change?
  callflow replay sessions/ --flow corrected.xml
  # without numbers, names and addresses
  callflow replay destroyed.json --redact
  # for a program: a list of calls
  callflow replay destroyed.json --format json

The call is rebuilt from its event, as `callflow recover` does, and played. With an option that
changes the world or the flow, both calls are shown side by side from where they part. `--flow`
stands in for the flow that took the call, `--callback` for one that was fetched. Of several calls
those are reported that differ, or whose caller would have heard something else. What the log of a
call leaves open is named. A hang-up belongs to the command that it interrupted: where that command
never runs, the caller stays. `callflow run --help` says how options are written.

Exit code: 0 the same call, 1 it differs, 2 usage, I/O, or nothing tells of a call.")]
pub(super) struct Args {
    /// Events: files (one event, a JSON array, or one a line), folders of files, `-` for standard
    /// input
    #[arg(value_name = "EVENT.json|FOLDER", required = true)]
    files: Vec<PathBuf>,

    /// The call, by its identifier or the beginning of it
    #[arg(long, value_name = "UUID")]
    call: Option<String>,

    /// A flow in place of the one that took the call
    #[arg(long, value_name = "NEW.xml")]
    flow: Option<PathBuf>,

    /// What to print of a call that is played again
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    #[command(flatten)]
    redact: redact::RedactOption,

    #[command(flatten)]
    overrides: Overrides,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// For a terminal
    Human,
    /// For programs: how the event and its simulation differ, or with an option that changes
    /// something, how the call as it was and as it would be do
    Json,
}

impl Format {
    fn syntax(self) -> Syntax {
        match self {
            Self::Human => Syntax::Text,
            Self::Json => Syntax::Json,
        }
    }
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let Some(change) = Change::read(args, screen)? else {
        return Ok(Exit::Bad);
    };
    screen.write_as(args.format.syntax())?;
    let mut redaction = args.redact.redaction();
    let cases = calls::read(&args.files, redaction.as_ref(), screen)?;
    let cases = calls::chosen(cases, args.call.as_deref(), &args.files)?;
    let is_one = cases.len() == 1;
    if let Some(redaction) = &mut redaction {
        for case in cases.each(Beyond::Kept, |case| case) {
            redaction.learn(&case);
        }
    }
    let played = cases.each(Beyond::Kept, |case| {
        let played = Played::of(&case, &change);
        (case, played)
    });
    let mut played = played.map(|(case, played)| match &mut redaction {
        Some(redaction) => (redaction.record(&case), played.redacted(&case, redaction)),
        None => (case, played),
    });
    if args.format == Format::Json {
        return json(played, screen);
    }
    if is_one && let Some((case, played)) = played.next() {
        return one(&case, &played, &change, screen);
    }
    many(played, &change, screen)
}

/// What is to be different.
struct Change {
    overrides: Vec<Override>,
    flow: Option<Arc<Flow>>,
    documents: Documents,
}

impl Change {
    /// Reads the flow and the documents that the options name; none where the flow has errors, which
    /// have been shown.
    fn read(args: &Args, screen: &Screen<'_>) -> Result<Option<Self>, Failure> {
        let overrides: Vec<_> = args.overrides.all().collect();
        let mut documents = Documents::new();
        for one in &overrides {
            if let Override::Callback(rule) = one
                && let Reply::Answered {
                    content: Content::File(path),
                    ..
                } = &rule.then.reply
            {
                let bytes = input::read(&path.value)?.1;
                documents.insert(path.value.clone(), bytes.into());
            }
        }
        let mut new = None;
        if let Some(path) = &args.flow {
            let (flow, findings) = input::flow(path)?;
            if any_error(&findings) {
                screen.complain(flow.source(), &findings)?;
                return Ok(None);
            }
            new = Some(Arc::new(flow));
        }
        Ok(Some(Self {
            overrides,
            flow: new,
            documents,
        }))
    }

    fn is_none(&self) -> bool {
        self.overrides.is_empty() && self.flow.is_none()
    }

    /// The call with the change in it.
    fn play(&self, recovered: &Recovered, was: &Run) -> Option<Changed> {
        let first = recovered
            .documents
            .first()
            .map(|first| first.flow.clone())?;
        let flow = self.flow.clone().unwrap_or_else(|| first.clone());
        // What the caller did at a command is done at what it became.
        let moved = onto(&recovered.scenario, &first, &flow);
        let mut scenario = moved.scenario.clone();
        scenario.apply(self.overrides.iter().cloned());
        let mut documents = recovered.files();
        documents.extend(self.documents.clone());
        let run = simulate(&scenario, flow, &documents);
        Some(Changed {
            unused: moved.unused_in(&run),
            not_told: moved.not_told(was, &run),
            doubtful: moved.doubtful,
            run,
        })
    }
}

/// A call as it would be.
struct Changed {
    run: Run,
    /// What of the call as it was had no use.
    unused: Vec<Unused>,
    /// What was asked, and the call as it was does not tell.
    not_told: Vec<NotTold>,
    /// What was done at a command that may be another one.
    doubtful: Vec<Doubtful>,
}

impl Changed {
    /// The same without what identifies people and places.
    fn redacted(self, redaction: &mut Redaction) -> Self {
        let run = self.run.redacted(redaction);
        let mut unused = self.unused;
        for one in &mut unused {
            one.what = redaction.text(&without_keys(&one.what));
            one.why = redaction.text(&one.why);
        }
        let mut not_told = self.not_told;
        for one in &mut not_told {
            one.asks = redaction.text(&one.asks);
            one.option = redaction.text(&one.option);
        }
        let mut doubtful = self.doubtful;
        for one in &mut doubtful {
            one.what = redaction.text(&without_keys(&one.what));
            one.at = redaction.text(&one.at);
        }
        Self {
            run,
            unused,
            not_told,
            doubtful,
        }
    }

    /// What is to be said of it, a sentence each.
    fn notes(&self) -> Vec<String> {
        let unused = self.unused.iter().map(ToString::to_string);
        let not_told = self.not_told.iter().map(ToString::to_string);
        let doubtful = self.doubtful.iter().map(ToString::to_string);
        unused.chain(not_told).chain(doubtful).collect()
    }
}

/// A sentence about keys, without them.
fn without_keys(what: &str) -> String {
    match what.split_once(" at `") {
        Some((keys, place)) if keys.starts_with("the key") => format!("the keys at `{place}"),
        _ => what.to_owned(),
    }
}

/// A call that was played again.
struct Played {
    /// The simulation of the call as it was; why there is none.
    was: Result<Run, Unrecoverable>,
    /// The simulation with the change in it.
    would_be: Option<Changed>,
    /// How the event and its simulation differ.
    diff: Option<Diff>,
    /// What the log leaves open.
    open: Vec<OpenQuestion>,
    /// What was found before anything was replaced in it.
    found: Option<Found>,
}

/// What was found of a call that is shown without what identifies people.
struct Found {
    is_same: bool,
    sounds_the_same: bool,
    /// Whether both calls have the same rows.
    looks_the_same: bool,
}

impl Played {
    /// The same without what identifies people and places.
    fn redacted(self, case: &Record, redaction: &mut Redaction) -> Self {
        let look = Look {
            styled: false,
            width: 100,
        };
        let looks_the_same = match (&self.was, &self.would_be) {
            (Ok(was), Some(would_be)) => {
                let notes = would_be.notes();
                let written =
                    side_by_side::write(was, &would_be.run, &notes, look, &mut io::sink());
                written.unwrap_or(false)
            }
            _ => false,
        };
        let found = Some(Found {
            is_same: self.is_same(),
            sounds_the_same: self.sounds_the_same(),
            looks_the_same,
        });
        let shown = redaction.record(case);
        let was = match self.was {
            Ok(run) => Ok(run.redacted(redaction)),
            Err(Unrecoverable::Beyond(why, line)) => Err(Unrecoverable::Beyond(
                redaction.text(&why),
                redaction.text(&line),
            )),
            Err(other) => Err(other),
        };
        let would_be = self.would_be.map(|changed| changed.redacted(redaction));
        let simulated = was.as_ref().ok().filter(|_| self.diff.is_some());
        let diff = simulated.map(|run| diff(&shown, &run.record.as_far_as(&shown), Tolerance(0)));
        let open = self.open.into_iter();
        let open = open.map(|question| OpenQuestion {
            path: redaction.text(&question.path).into(),
            why: redaction.text(&question.why).into(),
        });
        Self {
            was,
            would_be,
            diff,
            open: open.collect(),
            found,
        }
    }

    fn of(case: &Record, change: &Change) -> Self {
        let run = |recovered: &Recovered| recovered.run().ok_or(Unrecoverable::NoCall);
        let recovered = recover(case);
        let mut was = recovered.as_ref().map_err(Clone::clone).and_then(run);
        if case.turns.is_some() && change.is_none() {
            was = Err(Unrecoverable::Conversation);
        }
        let would_be = match (&recovered, &was) {
            (Ok(recovered), Ok(was)) if !change.is_none() => change.play(recovered, was),
            _ => None,
        };
        let simulated = was.as_ref().ok().filter(|run| run.record.is_over());
        let simulated = simulated.map(|run| run.record.as_far_as(case));
        let diff = simulated.map(|simulated| diff(case, &simulated, Tolerance(0)));
        let open = recovered.map_or(Vec::new(), |recovered| recovered.open);
        Self {
            was,
            would_be,
            diff,
            open,
            found: None,
        }
    }

    fn is_same(&self) -> bool {
        if let Some(found) = &self.found {
            return found.is_same;
        }
        self.diff.as_ref().is_some_and(Diff::is_empty)
    }

    /// Whether the caller would have heard the same.
    fn sounds_the_same(&self) -> bool {
        if let Some(found) = &self.found {
            return found.sounds_the_same;
        }
        match (&self.was, &self.would_be) {
            (Ok(was), Some(would_be)) => was.sounds_like(&would_be.run),
            _ => false,
        }
    }
}

fn one(
    case: &Record,
    played: &Played,
    change: &Change,
    screen: &mut Screen<'_>,
) -> Result<Exit, Failure> {
    let was = match &played.was {
        Ok(was) => was,
        Err(error) => {
            Screen::say(&format!("{}: {error}", calls::uuid(case)))?;
            return Ok(Exit::Bad);
        }
    };
    let look = Look {
        styled: screen.styled,
        width: screen.width,
    };
    if let Some(would_be) = &played.would_be {
        let notes = would_be.notes();
        let is_same = side_by_side::write(was, &would_be.run, &notes, look, screen.out)?;
        let is_same = (played.found.as_ref()).map_or(is_same, |found| found.looks_the_same);
        return Ok(if is_same { Exit::Good } else { Exit::Bad });
    }
    debug_assert!(change.is_none());
    let Some(diff) = &played.diff else {
        Screen::say("the simulation has no end to compare")?;
        return Ok(Exit::Bad);
    };
    let names = ["the event", "its simulation"];
    let simulated = was.record.as_far_as(case);
    present::human(
        diff,
        [case, &simulated],
        names,
        Tolerance(0),
        look,
        screen.out,
    )?;
    if !played.is_same() {
        present::open_questions(&played.open, look, screen.out)?;
    }
    Ok(if played.is_same() {
        Exit::Good
    } else {
        Exit::Bad
    })
}

/// Sentences as JSON has them.
fn words<T: ToString>(sentences: &[T]) -> Vec<String> {
    sentences.iter().map(ToString::to_string).collect()
}

/// Writes a list of calls, each as it comes.
fn json(
    calls: impl Iterator<Item = (Record, Played)>,
    screen: &mut Screen<'_>,
) -> Result<Exit, Failure> {
    let mut exit = Exit::Good;
    let mut list = serde_json::Serializer::pretty(&mut *screen.out);
    let mut list = list.serialize_seq(None).map_err(io::Error::from)?;
    for (case, played) in calls {
        let changed = match (&played.was, &played.would_be) {
            (Ok(was), Some(would_be)) => {
                Some(diff(&was.record, &would_be.run.record, Tolerance(0)))
            }
            _ => None,
        };
        let compared = match (&played.was, &changed, &played.diff) {
            (Err(error), ..) => Err(error.to_string()),
            (Ok(_), Some(changed), _) => Ok((changed, ["as it was", "as it would be"])),
            (Ok(_), None, Some(diff)) => Ok((diff, ["the event", "its simulation"])),
            (Ok(_), None, None) => Err("the simulation has no end to compare".to_owned()),
        };
        let open = played.open.iter().map(ToString::to_string);
        let mut call = present::ReplayedJson::new(calls::uuid(&case), compared, open);
        if let Some(would_be) = &played.would_be {
            call.unused = words(&would_be.unused);
            call.not_told = words(&would_be.not_told);
            call.doubtful = words(&would_be.doubtful);
        }
        list.serialize_element(&call).map_err(io::Error::from)?;
        let is_same = match (&played.found, &changed) {
            (Some(found), Some(_)) => found.looks_the_same,
            (None, Some(changed)) => {
                let would_be = played.would_be.as_ref();
                changed.is_empty() && would_be.is_none_or(|would_be| would_be.unused.is_empty())
            }
            (_, None) => played.is_same(),
        };
        if !is_same {
            exit = Exit::Bad;
        }
    }
    SerializeSeq::end(list).map_err(io::Error::from)?;
    writeln!(screen.out)?;
    Ok(exit)
}

fn many(
    calls: impl Iterator<Item = (Record, Played)>,
    change: &Change,
    screen: &mut Screen<'_>,
) -> Result<Exit, Failure> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut total = 0;
    for (case, played) in calls {
        total += 1;
        let uuid = calls::uuid(&case);
        let (word, line) = match (&played.was, change.is_none()) {
            (Err(error), _) => ("cannot be rebuilt", Some(error.to_string())),
            (Ok(_), true) if played.is_same() => ("the same", None),
            (Ok(_), true) => ("differ from their simulation", Some(first(&played))),
            (Ok(_), false) if played.sounds_the_same() => ("the same for the caller", None),
            (Ok(was), false) => {
                let would_be = played.would_be.as_ref();
                let parting = would_be.map(|would_be| side_by_side::parting(was, &would_be.run));
                ("would change", parting)
            }
        };
        *counts.entry(word).or_default() += 1;
        if let Some(line) = line {
            writeln!(screen.out, "{uuid}  {line}")?;
        }
    }
    let parts: Vec<_> = counts
        .iter()
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    writeln!(screen.out, "{total} calls: {}", parts.join(", "))?;
    let is_good = counts.keys().all(|word| word.starts_with("the same"));
    Ok(if is_good { Exit::Good } else { Exit::Bad })
}

/// The first difference, in a line.
fn first(played: &Played) -> String {
    let diff = played.diff.as_ref();
    let first = diff.and_then(|diff| diff.differences.first());
    let more = diff.map_or(0, |diff| diff.differences.len().saturating_sub(1));
    match first {
        Some(first) if more > 0 => format!("{} differs, and {more} more", first.name),
        Some(first) => format!("{} differs", first.name),
        None => "the simulation has no end to compare".to_owned(),
    }
}

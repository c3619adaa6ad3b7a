//! `callflow replay`

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use clap::ValueEnum;
use serde::Serializer as _;
use serde::ser::SerializeSeq;

use super::run::Overrides;
use super::screen::Screen;
use super::{Exit, Failure, calls, input, redact};
use crate::diagnostic::any_error;
use crate::diff::{Diff, EffectKind, Pairing, Tolerance, diff, effect};
use crate::flow::{self, Flow};
use crate::present::effect::{Consequence, Groups};
use crate::present::{diff as present, side_by_side};
use crate::record::{Outline, Record};
use crate::redact::Redaction;
use crate::replay::{
    Doubtful, Exchange, Moved, NotTold, OpenQuestion, Recovered, Unrecoverable, Unused,
    WouldNotEnd, exchanged, onto, recover_and_play, unused_in,
};
use crate::report::Syntax;
use crate::scenario::{Changes, Content, Reply};
use crate::simulate::{Documents, Run, simulate};
use crate::wire::Beyond;
use crate::xml;

/// Run a real call again, unchanged or with changes
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

The call is rebuilt from its event, as with `callflow recover`, and run again. With an option that changes something, the real and the changed call are shown side by side, from the point where they differ. `--flow` replaces the flow of the call, `--callback` replaces a fetched flow. What the caller did at a command happens at the same command of the new flow: the command with the same tag, or else with the same content and place. callflow says what it could not use there, what the real call does not answer, and what its log does not show. A hang-up belongs to the command that it interrupted: if that command never runs, the caller stays on the line. `callflow run --help` explains the options.

With several calls and such an option, callflow groups the calls by what differs for the caller: calls that end with another outcome or reach other commands, calls for which this is not known, and calls that end as before. Without such an option, it lists the calls that differ from their simulation.

Exit code: 0 the same call (with an option that changes something: every call ends as before and reaches the same commands), 1 a call does not, or cannot be rebuilt (with --strict: anything differs), 2 wrong usage, I/O error, or there is no call.")]
pub(super) struct Args {
    /// Events: files (one event, a JSON array, or one event per line), folders of files, `-` for standard
    /// input
    #[arg(value_name = "EVENT.json|FOLDER", required = true)]
    files: Vec<PathBuf>,

    /// The call: its identifier, or the beginning of it
    #[arg(long, value_name = "UUID")]
    call: Option<String>,

    /// A flow that replaces the flow of the call
    #[arg(long, value_name = "NEW.xml")]
    flow: Option<PathBuf>,

    /// Exit with 1 if anything differs for the caller, not only for another outcome or other
    /// commands
    #[arg(long)]
    strict: bool,

    /// What to print
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
    /// For programs: how the event and its simulation differ; or, with an option that changes
    /// something, how the real and the changed call differ
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
        return json(played, args.strict, screen);
    }
    if is_one && let Some((case, played)) = played.next() {
        return one(&case, &played, args.strict, screen);
    }
    if change.is_none() {
        many(played, screen)
    } else {
        groups(played, args.strict, screen)
    }
}

/// What is to be different.
struct Change {
    overrides: Changes,
    flow: Option<Arc<Flow>>,
    documents: Documents,
    /// Those of the documents that are flows.
    flows: BTreeMap<PathBuf, Arc<Flow>>,
    /// Flows in the place of others, as far as they have been aligned: most calls are of a few flows.
    aligned: Mutex<Vec<Exchange>>,
}

impl Change {
    /// Reads the flow and the documents that the options name; none where the flow has errors, which
    /// have been shown. A document may be anything: servers answer so.
    fn read(args: &Args, screen: &Screen<'_>) -> Result<Option<Self>, Failure> {
        let overrides = args.overrides.changes();
        let (mut documents, mut flows) = (Documents::new(), BTreeMap::new());
        for rule in &overrides.callbacks {
            if let Reply::Answered {
                content: Content::File(path),
                ..
            } = &rule.then.reply
            {
                let (name, bytes) = input::read(&path.value)?;
                let (document, mut findings) = xml::read(&name, &bytes);
                let (flow, more) = flow::compile(document);
                findings.extend(more);
                if !any_error(&findings) {
                    flows.insert(path.value.clone(), Arc::new(flow));
                }
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
            flows,
            aligned: Mutex::default(),
        }))
    }

    fn is_none(&self) -> bool {
        self.overrides == Changes::default() && self.flow.is_none()
    }

    /// The flow in the place of the one that took a call.
    fn exchange(&self, old: Arc<Flow>, new: Arc<Flow>) -> Exchange {
        /// So many are kept.
        const MOST: usize = 64;
        let known = |all: &[Exchange]| {
            let known = all.iter().find(|one| one.old == old && one.new == new);
            known.cloned()
        };
        let all = || {
            let aligned = self.aligned.lock();
            aligned.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(known) = known(&all()) {
            return known;
        }
        let exchange = Exchange::new(None, old, new);
        let mut aligned = all();
        if aligned.len() < MOST {
            aligned.push(exchange.clone());
        }
        exchange
    }

    /// The call with the change in it.
    fn play(&self, recovered: &Recovered, was: &Run) -> Option<Changed> {
        let first = recovered
            .documents
            .first()
            .map(|first| first.flow.clone())?;
        let flow = self.flow.clone().unwrap_or_else(|| first.clone());
        let mut scenario = recovered.scenario.clone();
        scenario.apply(self.overrides.clone());
        let mut exchanges = vec![self.exchange(first, flow.clone())];
        exchanges.extend(exchanged(was, &scenario, |path| {
            self.flows.get(path).cloned()
        }));
        // What the caller did at a command is done at what it became.
        let moved = onto(&recovered.scenario, exchanges);
        let mut scenario = moved.scenario.clone();
        scenario.apply(self.overrides.clone());
        let mut documents = recovered.files();
        documents.extend(self.documents.clone());
        let run = simulate(&scenario, flow.clone(), &documents);
        let mut changed = Changed::new(&moved, was, run);
        if changed.would_not_end.is_some() {
            // Of what goes on for ever the beginning is shown.
            scenario.limits.commands = some_more(was.record.log.len());
            scenario.limits.legs = some_more(was.record.dialled.len());
            changed.show(was, simulate(&scenario, flow, &documents));
        }
        Some(changed)
    }
}

/// A limit that lets a call go on somewhat longer than it did.
fn some_more(count: usize) -> Option<NonZeroU32> {
    NonZeroU32::new(u32::try_from(count).unwrap_or(u32::MAX).saturating_add(20))
}

/// A call as it would be.
pub(super) struct Changed {
    run: Run,
    /// Which entries of both calls belong together.
    pairing: Pairing,
    /// What the change comes to for the caller.
    pub(super) consequence: Consequence,
    /// What of the call as it was had no use.
    unused: Vec<Unused>,
    /// What was asked, and the call as it was does not tell.
    not_told: Vec<NotTold>,
    /// What was done at a command that may be another one.
    doubtful: Vec<Doubtful>,
    /// Whether it would not end; then `run` is its beginning.
    would_not_end: Option<WouldNotEnd>,
}

impl Changed {
    /// A call over another flow, beside the call as it was.
    pub(super) fn new(moved: &Moved, was: &Run, run: Run) -> Self {
        Self::made(Some(moved), was, run)
    }

    /// A call over the flow that its scenario is for.
    pub(super) fn of_own(was: &Run, run: Run) -> Self {
        Self::made(None, was, run)
    }

    fn made(moved: Option<&Moved>, was: &Run, run: Run) -> Self {
        let pairing = Pairing::of([&was.record, &run.record]);
        let outlines = [&was.record, &run.record].map(Outline::of);
        let [before, after] = outlines.each_ref();
        let consequence = Consequence::of(&effect(before, after, &pairing));
        let (mut unused, mut not_told, mut doubtful) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(moved) = moved {
            // What had no use in the call as it was is not for want of the change.
            let idle = unused_in(was);
            unused = moved.unused_in(&run);
            unused.retain(|one| !idle.contains(one));
            not_told = moved.not_told([was, &run], [before, after]);
            doubtful.clone_from(&moved.doubtful);
        }
        drop(outlines);
        let mut changed = Self {
            consequence,
            pairing,
            unused,
            not_told,
            doubtful,
            would_not_end: WouldNotEnd::of(&run),
            run,
        };
        changed.doubt();
        changed
    }

    /// Shows another call in its place, such as its beginning.
    fn show(&mut self, was: &Run, run: Run) {
        self.pairing = Pairing::of([&was.record, &run.record]);
        self.run = run;
    }

    /// Where it parts from the call as it was; none where the caller notices nothing.
    pub(super) fn parting(&self, was: &Run) -> Option<String> {
        let is_same = self.consequence.kind == EffectKind::Same;
        (!is_same).then(|| side_by_side::parting(was, &self.run, &self.pairing))
    }

    /// The same without what identifies people and places.
    pub(super) fn redacted(self, redaction: &mut Redaction) -> Self {
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
        let mut consequence = self.consequence;
        consequence.what = redaction.text(&consequence.what);
        Self {
            run,
            pairing: self.pairing,
            consequence,
            unused,
            not_told,
            doubtful,
            would_not_end: self.would_not_end,
        }
    }

    /// What rests on a guess is not known, and a call of which something had no use is not the same.
    fn doubt(&mut self) {
        let is_open = self.not_told.iter().any(|one| one.decides);
        if is_open || !self.doubtful.is_empty() {
            self.consequence.kind = EffectKind::NotKnown;
        } else if self.consequence.kind == EffectKind::Same && !self.unused.is_empty() {
            self.consequence.kind = EffectKind::EndsAsBefore;
        }
    }

    /// Whether the change is none that matters; if `strict` none at all.
    fn is_good(&self, strict: bool) -> bool {
        self.consequence.is_good(strict)
    }

    /// What is to be said of it, a sentence each.
    pub(super) fn notes(&self) -> Vec<String> {
        let would_not_end = self.would_not_end.iter().map(ToString::to_string);
        let unused = self.unused.iter().map(ToString::to_string);
        let not_told = self.not_told.iter().map(ToString::to_string);
        let doubtful = self.doubtful.iter().map(ToString::to_string);
        let notes = would_not_end.chain(unused).chain(not_told);
        notes.chain(doubtful).collect()
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
    /// What the log does not show.
    open: Vec<OpenQuestion>,
    /// What was found before anything was replaced in it.
    found: Option<Found>,
}

/// What was found of a call that is shown without what identifies people.
struct Found {
    is_same: bool,
}

impl Played {
    /// The same without what identifies people and places.
    fn redacted(self, case: &Record, redaction: &mut Redaction) -> Self {
        let found = Some(Found {
            is_same: self.is_same(),
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
        let (recovered, mut was) = match recover_and_play(case) {
            Ok((recovered, run)) => (Ok(recovered), run.ok_or(Unrecoverable::NoCall)),
            Err(error) => (Err(error.clone()), Err(error)),
        };
        if case.turns.is_some() && change.is_none() {
            was = Err(Unrecoverable::Conversation);
        }
        let would_be = match (&recovered, &was) {
            (Ok(recovered), Ok(was)) if !change.is_none() => change.play(recovered, was),
            _ => None,
        };
        let simulated = was.as_ref().ok().filter(|run| run.record.is_over());
        let simulated = simulated.filter(|_| change.is_none());
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
}

fn one(
    case: &Record,
    played: &Played,
    strict: bool,
    screen: &mut Screen<'_>,
) -> Result<Exit, Failure> {
    let was = match &played.was {
        Ok(was) => was,
        Err(error) => {
            Screen::say(&format!("{}: {error}", calls::uuid(case)))?;
            return Ok(Exit::Bad);
        }
    };
    let look = screen.look();
    if let Some(would_be) = &played.would_be {
        side_by_side::write(
            [was, &would_be.run],
            &would_be.pairing,
            &would_be.consequence,
            &would_be.notes(),
            look,
            screen.out,
        )?;
        return Ok(exit(would_be.is_good(strict)));
    }
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
    Ok(exit(played.is_same()))
}

fn exit(is_good: bool) -> Exit {
    if is_good { Exit::Good } else { Exit::Bad }
}

/// Sentences as JSON has them.
fn words<T: ToString>(sentences: &[T]) -> Vec<String> {
    sentences.iter().map(ToString::to_string).collect()
}

/// Writes a list of calls, each as it comes.
fn json(
    calls: impl Iterator<Item = (Record, Played)>,
    strict: bool,
    screen: &mut Screen<'_>,
) -> Result<Exit, Failure> {
    let mut is_good = true;
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
            (Ok(_), Some(changed), _) => Ok((changed, ["real call", "changed call"])),
            (Ok(_), None, Some(diff)) => Ok((diff, ["the event", "its simulation"])),
            (Ok(_), None, None) => Err("the simulation has no end to compare".to_owned()),
        };
        let open = played.open.iter().map(ToString::to_string);
        let mut call = present::ReplayedJson::new(calls::uuid(&case), compared, open);
        if let Some(would_be) = &played.would_be {
            call.would_not_end = would_be.would_not_end.as_ref().map(ToString::to_string);
            call.unused = words(&would_be.unused);
            call.not_told = words(&would_be.not_told);
            call.doubtful = words(&would_be.doubtful);
            call.effect = Some(&would_be.consequence);
        }
        list.serialize_element(&call).map_err(io::Error::from)?;
        is_good &= match &played.would_be {
            Some(would_be) => would_be.is_good(strict),
            None => played.is_same(),
        };
    }
    SerializeSeq::end(list).map_err(io::Error::from)?;
    writeln!(screen.out)?;
    Ok(exit(is_good))
}

/// Writes the calls that differ from their simulation.
fn many(
    calls: impl Iterator<Item = (Record, Played)>,
    screen: &mut Screen<'_>,
) -> Result<Exit, Failure> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut total = 0;
    for (case, played) in calls {
        total += 1;
        let uuid = calls::uuid(&case);
        let (word, line) = match &played.was {
            Err(error) => ("cannot be rebuilt", Some(error.to_string())),
            Ok(_) if played.is_same() => ("the same", None),
            Ok(_) => ("differ from their simulation", Some(first(&played))),
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
    Ok(exit(counts.keys().all(|word| word.starts_with("the same"))))
}

/// Writes what a change comes to for many calls.
fn groups(
    calls: impl Iterator<Item = (Record, Played)>,
    strict: bool,
    screen: &mut Screen<'_>,
) -> Result<Exit, Failure> {
    let mut groups = Groups::default();
    for (case, played) in calls {
        let (consequence, notes) = match (played.was, played.would_be) {
            (_, Some(would_be)) => {
                let notes = would_be.notes();
                (would_be.consequence, notes)
            }
            (Err(error), None) => (Consequence::not_rebuilt(&error.to_string()), Vec::new()),
            (Ok(_), None) => (Consequence::not_rebuilt("it has no flow"), Vec::new()),
        };
        groups.add(consequence, notes, &short(calls::uuid(&case)));
    }
    let look = screen.look();
    groups.human(look, screen.out)?;
    Ok(exit(groups.is_good(strict)))
}

/// The beginning of an identifier, by which `--call` finds the call.
pub(super) fn short(uuid: &str) -> String {
    uuid.chars().take(8).collect()
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

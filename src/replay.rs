//! From a published event back to the flow and the world behind it, and once more through the
//! simulator.
//!
//! [`recover`] rebuilds the documents from the `element` trees of the log and drives a call through
//! them; the log answers what the call asks, and each answer becomes one of a scenario. The result is
//! files that `run` takes. [`Recovered::run`] plays them.
//!
//! **Invariant:** nothing about the platform's behaviour lives here, and no command is known by name.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::channel::timing;
use crate::diagnostic::{Diagnostic, Severity};
use crate::drive::{Limits, drive};
use crate::flow::Flow;
use crate::record::{Ender, Entry, Outline, Record, SourceDocument, SourceFlows};
use crate::scenario::{Content, Reply, Scenario};
use crate::simulate::{self, Documents as Files, Run, simulate};
use crate::source::{Source, short};
use crate::wire::opentact;

mod conversation;
mod exchange;
mod fetches;
mod found;
mod hangup;
mod hidden;
mod keys;
mod legs;
mod onto;
mod pace;
mod place;
mod scene;
mod seen;
mod trial;
mod typing;
mod world;

pub use exchange::{Exchange, exchanged};
pub use found::OpenQuestion;
use hidden::Hidden;
pub use onto::{Doubtful, Moved, NotTold, Unused, WouldNotEnd, onto, unused_in};
use seen::SeenCall;
use world::LogWorld;

/// A call, rebuilt: files that `callflow run` takes.
#[derive(Debug)]
pub struct Recovered {
    /// The documents that the call ran, the first of them the flow that took it.
    pub documents: Vec<RecoveredDocument>,
    /// What the world did.
    pub scenario: Scenario,
    /// What the log does not show.
    pub open: Vec<OpenQuestion>,
}

/// A document that a call ran.
#[derive(Debug)]
pub struct RecoveredDocument {
    /// The name of the file, as the scenario has it.
    pub name: String,
    /// Its text.
    pub xml: String,
    /// Its commands.
    pub flow: Arc<Flow>,
}

/// Why a call cannot be rebuilt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unrecoverable {
    /// No event of it shows the inbound call.
    NoCall,
    /// The event does not say when the call was created.
    NoStart,
    /// The call was published as a conversation, so there is no log to compare a simulation with.
    Conversation,
    /// A document of the call is no flow that can be run: its name, and its text as rebuilt.
    Broken(String, String),
    /// A value of the event is none that a scenario can hold: why, as the scenario's reader says it,
    /// and the line that would be written.
    Beyond(String, String),
}

impl std::fmt::Display for Unrecoverable {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoCall => out.write_str("the events do not show the inbound call"),
            Self::NoStart => out.write_str("the event does not say when the call was created"),
            Self::Conversation => out.write_str(
                "the call was published as a conversation, without a log to compare with: `callflow recover` writes a flow with what was said",
            ),
            Self::Broken(name, _) => write!(
                out,
                "{name}, rebuilt from the log, cannot be run as a flow: see what `callflow recover` writes"
            ),
            Self::Beyond(why, line) => write!(
                out,
                "the event contains a value that a scenario cannot contain: {why}: {}",
                short(line)
            ),
        }
    }
}

/// Rebuilds a call.
///
/// # Errors
/// Where its record holds too little of it.
pub fn recover(record: &Record) -> Result<Recovered, Unrecoverable> {
    readable(rebuild(record)?.recovered)
}

/// Rebuilds a call and plays it; without a run where it has no flow.
///
/// # Errors
/// Where its record holds too little of it.
pub fn recover_and_play(record: &Record) -> Result<(Recovered, Option<Run>), Unrecoverable> {
    let Rebuilt {
        recovered,
        run,
        is_same,
    } = rebuild(record)?;
    // What gives the same call again holds no value that is beyond a scenario, and is not written here.
    if is_same {
        return Ok((recovered, run));
    }
    Ok((readable(recovered)?, run))
}

/// A call whose scenario can be written and read again.
fn readable(recovered: Recovered) -> Result<Recovered, Unrecoverable> {
    match refusal(&recovered.scenario.to_toml()) {
        Some((why, line)) => Err(Unrecoverable::Beyond(why, line)),
        None => Ok(recovered),
    }
}

/// A call that was rebuilt.
struct Rebuilt {
    recovered: Recovered,
    /// The call as it was played; none where it has no flow.
    run: Option<Run>,
    /// Whether that is the same call.
    is_same: bool,
}

/// What `run` would refuse in a scenario, and the line at which it would.
fn refusal(scenario: &str) -> Option<(String, String)> {
    let source = Source::new("scenario.toml", scenario);
    let (_, findings) = crate::scenario::parse(&source);
    let is_error = |finding: &Diagnostic| finding.severity == Severity::Error;
    let refused = findings.into_iter().find(is_error)?;
    let place = source.position(refused.primary.span.start);
    let line = scenario.lines().nth(place.line.saturating_sub(1));
    let line = line.unwrap_or_default().trim().to_owned();
    Some((refused.message.to_string(), line))
}

fn rebuild(record: &Record) -> Result<Rebuilt, Unrecoverable> {
    /// So many commands are run at most in order to find what left no trace.
    const MOST: usize = 20_000;
    if let Some(turns) = &record.turns {
        let start = record.leg.created.ok_or(Unrecoverable::NoStart)?;
        let recovered = conversation::recover(record, turns, scene::of(record, start))?;
        let run = recovered.run();
        return Ok(Rebuilt {
            recovered,
            run,
            is_same: false,
        });
    }
    if record.parent.is_some() || record.leg.is_outbound() {
        return Err(Unrecoverable::NoCall);
    }
    let start = record.leg.created.ok_or(Unrecoverable::NoStart)?;
    let pace = pace::Inbound::of(record);
    let outline = Outline::of(record);
    let (seen, documents) = (SeenCall::new(&outline), &outline.flows);
    if let Some(broken) = documents.broken() {
        let (name, xml) = (broken.name.clone(), broken.xml.clone());
        return Err(Unrecoverable::Broken(name, xml));
    }
    let mut scenario = scene::of(record, start);
    allow(&mut scenario, record);
    let unknown = place::settle(&seen, documents, &mut scenario);
    pace.write(&seen, &mut scenario);
    let flow = documents.documents[0].flow.clone();
    let play = |hidden: Option<Hidden>| {
        let mut world = LogWorld::new(&seen, documents, &scenario, hidden);
        for why in &unknown {
            world.found.leave_open("", why);
        }
        if record.log_until.is_some() {
            let why = "the event is truncated: it is not known what ran after its last entry";
            world.found.leave_open("", why);
        }
        let limits = simulate::limits(&scenario);
        drive(simulate::call(&scenario, flow.clone()), &mut world, limits);
        let LogWorld { author, found, .. } = world;
        let mut scenario = scenario.clone();
        author.write(&mut scenario);
        pace::write_found(&found, &mut scenario);
        scenario.expect = Some(scene::expect(&seen, documents));
        let mut recovered = recovered(documents, scenario, found.open);
        recovered.time_event(record);
        let run = recovered.run();
        let is_same = recovered.compare(record, run.as_ref());
        Rebuilt {
            recovered,
            run,
            is_same,
        }
    };
    let played = play(None);
    let ends = played.run.as_ref().is_some_and(|run| run.limit.is_none());
    if played.is_same || !ends || record.log_until.is_some() {
        return Ok(played);
    }
    // Attempts of a menu that left no trace are found by trying.
    let hidden = Hidden::all(documents).take(MOST / (seen.log.len() + 1));
    let mut hidden = hidden.map(|hidden| play(Some(hidden)));
    Ok(hidden.find(|played| played.is_same).unwrap_or(played))
}

/// Lets the simulation run as many commands and legs as a call had, where those are more than usual.
fn allow(scenario: &mut Scenario, record: &Record) {
    let usual = Limits::default();
    let more = |count: usize, usual: usize| {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        NonZeroU32::new(count).filter(|most| most.get() as usize > usual)
    };
    // A command more may be about to begin when the caller hangs up.
    scenario.limits.commands = more(record.log.len() + 1, usual.entries);
    scenario.limits.legs = more(record.dialled.len(), usual.legs);
}

/// The names of the documents of a call that did not run to their end: the call does not show what comes
/// after their last commands.
pub fn incomplete(record: &Record) -> BTreeSet<String> {
    let outline = Outline::of(record);
    if record.turns.is_some() || outline.ending.by == Some(Ender::FlowEnd) {
        return BTreeSet::new();
    }
    let locations = &outline.flows.locations;
    // What began after the command that fetched it was over came after its end.
    let is_over = |document: &&SourceDocument| {
        let fetched = document.fetched_by.and_then(|entry| locations.get(entry));
        fetched.is_some_and(|fetched| fetched.extent < locations.len())
    };
    let documents = outline.flows.documents.iter();
    let open = documents.filter(|document| !is_over(document));
    open.map(|document| document.name.clone()).collect()
}

/// The files of a call. A document that nobody fetched is none of the call's.
fn recovered(
    documents: &SourceFlows,
    mut scenario: Scenario,
    open: Vec<OpenQuestion>,
) -> Recovered {
    let rules = scenario.callbacks.entries().iter();
    let fetched: BTreeSet<_> = rules
        .filter_map(|rule| match &rule.then.reply {
            Reply::Answered {
                content: Content::File(path),
                ..
            } => path.value.to_str(),
            _ => None,
        })
        .collect();
    let is_used = |(index, document): &(usize, &SourceDocument)| {
        *index == 0 || fetched.contains(document.name.as_str())
    };
    let all = documents.documents.iter().enumerate().filter(is_used);
    let documents = all.map(|(_, document)| RecoveredDocument {
        name: document.name.clone(),
        xml: document.xml.clone(),
        flow: document.flow.clone(),
    });
    let documents: Vec<_> = documents.collect();
    scenario.flow = documents
        .first()
        .map(|first| crate::scenario::Spanned::bare(first.name.as_str().into()));
    Recovered {
        documents,
        scenario,
        open,
    }
}

/// Documents as the files that the rules of a scenario name, from their names and texts. The first, which took
/// the call, is not fetched.
fn files<'a>(documents: impl Iterator<Item = (&'a str, &'a str)>) -> Files {
    let fetched = documents.skip(1);
    let files = fetched.map(|(name, xml)| (PathBuf::from(name), xml.as_bytes().into()));
    files.collect()
}

impl Recovered {
    /// The files that the scenario's rules name.
    pub fn files(&self) -> Files {
        let documents = self.documents.iter();
        files(documents.map(|document| (&*document.name, &*document.xml)))
    }

    /// Says where the rebuilt call, as it was played, goes another way than the record, if it does.
    /// Tells whether it goes the same way.
    fn compare(&mut self, was: &Record, run: Option<&Run>) -> bool {
        let run = run.filter(|run| run.record.is_over());
        let Some(is) = run.map(|run| run.record.as_far_as(was)) else {
            // A limit stopped it.
            let (path, why) = ("".into(), "the rebuilt call does not end".into());
            self.open.push(OpenQuestion { path, why });
            return false;
        };
        let entry = |entry: &Entry| {
            let words = (
                entry.path.clone(),
                entry.status.state,
                entry.status.reason.clone(),
            );
            (entry.began, entry.changed, words)
        };
        let pairs = was.log.iter().map(entry).zip(is.log.iter().map(entry));
        let same = pairs.take_while(|(one, other)| one == other).count();
        let legs = |record: &Record| {
            let leg = &record.leg;
            let own = (leg.created, leg.changed, leg.destroyed, leg.cause.clone());
            let dialled = record.dialled.iter().map(|leg| {
                let states = [leg.init, leg.ringing, leg.live, leg.hangup, leg.destroyed];
                (leg.created, leg.changed, states, leg.cause.clone())
            });
            (own, dialled.collect::<Vec<_>>())
        };
        let records = |record: &Record| -> Vec<_> {
            let kept = record.recordings.iter();
            let kept = kept.filter(|one| one.available <= record.leg.changed);
            kept.map(|one| (one.began, one.available)).collect()
        };
        let parting = was.log.get(same).or_else(|| is.log.get(same));
        if parting.is_none() && legs(was) == legs(&is) && records(was) == records(&is) {
            return true;
        }
        let path: Box<str> = parting.map_or_else(Box::default, |entry| entry.path().into());
        if self.open.iter().any(|question| question.path == path) {
            return false;
        }
        let why = match parting {
            Some(_) => {
                "the log does not show why the call went this way, and the rebuilt call goes another way"
            }
            None => "the event does not show the end of a leg or a recording, or its time",
        };
        self.open.push(OpenQuestion {
            path,
            why: why.into(),
        });
        false
    }

    /// Notes how long after the call the event was made, where it is not as the simulation has it.
    fn time_event(&mut self, record: &Record) {
        let made = record.event.as_ref().and_then(|event| event.at);
        let (Some(made), Some(gone)) = (made, record.leg.destroyed) else {
            return;
        };
        if made.since(gone) == timing::LAG_DESTROYED {
            return;
        }
        let lag = Duration::from_millis(made.since(gone));
        let simulated = self.run().and_then(|run| opentact::last_made(&run.record));
        if simulated != Some(made) {
            self.scenario.pace.call.event = Some(lag);
        }
    }

    /// Plays the call.
    pub fn run(&self) -> Option<Run> {
        let flow = self.documents.first()?.flow.clone();
        Some(simulate(&self.scenario, flow, &self.files()))
    }
}

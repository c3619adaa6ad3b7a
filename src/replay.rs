//! From a published event back to the flow and the world behind it, and once more through the
//! simulator.
//!
//! [`recover`] rebuilds the documents from the `element` trees of the log and drives the machine
//! through them, which tells what the world must have done; the result is files that `run` takes.
//! [`Recovered::run`] plays them and compares.
//!
//! **Invariant:** nothing about the platform's behaviour lives here, and no command is known by name.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::channel::timing;
use crate::event::Stamp;
use crate::event::read::{
    CallHistory, Published, PublishedCall, PublishedEntry, PublishedRecording,
};
use crate::flow::Flow;
use crate::scenario::{Content, Reply, Scenario};
use crate::simulate::{self, Documents as Files, Run, simulate};

mod documents;
mod pace;
mod premise;
mod scene;
mod search;
mod seen;
mod steer;

use documents::Documents;
use search::Search;
use seen::SeenCall;
use steer::Driver;

/// A call, rebuilt: files that `callflow run` takes.
#[derive(Debug)]
pub struct Recovered {
    /// The documents that the call ran, the first of them the flow that took it.
    pub documents: Vec<RecoveredDocument>,
    /// What the world did.
    pub scenario: Scenario,
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
    /// A document of the call is no flow that can be run: its name, and its text as rebuilt.
    Broken(String, String),
}

impl std::fmt::Display for Unrecoverable {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoCall => out.write_str("no event shows the inbound call"),
            Self::NoStart => out.write_str("the event does not say when the call was created"),
            Self::Broken(name, _) => write!(
                out,
                "{name}, as rebuilt from the log, is no flow that can be run: see what `callflow recover` writes"
            ),
        }
    }
}

/// Rebuilds a call.
///
/// # Errors
/// Where the events hold too little of it.
pub fn recover(history: &CallHistory) -> Result<Recovered, Unrecoverable> {
    let (event, call) = history.last().ok_or(Unrecoverable::NoCall)?;
    let start = call.leg.created_on.ok_or(Unrecoverable::NoStart)?;
    let pace = pace::Inbound::of(history, call);
    let seen = SeenCall::new(call, start, pace.hangup());
    let documents = Documents::find(&seen, &BTreeSet::new());
    if let Some(broken) = documents.broken() {
        let (name, xml) = (broken.name.clone(), broken.xml.clone());
        return Err(Unrecoverable::Broken(name, xml));
    }
    let mut scenario = scene::of(call, start);
    premise::settle(&seen, &documents, &mut scenario);
    pace.write(&seen, &mut scenario);
    let mut setup = simulate::setup(&scenario);
    setup.pace.lasts = pace::lengths(&seen);
    setup.pace.every_delay = true;
    let setup = Arc::new(setup);
    let rebuild = |driver| rebuild(&seen, scenario.clone(), event, driver);
    let mut driver = Driver::new(&seen, Rc::new(documents), setup.clone());
    driver.drive();
    let plain = rebuild(driver);
    if plain.agrees(history) {
        return Ok(plain);
    }
    let search = |is_plain| Search::new(&seen, setup.clone(), is_plain);
    let mut others = search(false).chain(search(true)).map(rebuild);
    Ok(others.find(|other| other.agrees(history)).unwrap_or(plain))
}

/// The files of a call that was driven to its end.
fn rebuild(
    seen: &SeenCall<'_>,
    mut scenario: Scenario,
    event: &Published,
    driver: Driver<'_>,
) -> Recovered {
    let documents = driver.documents.clone();
    pace::only_what_counts(seen, &driver, &mut scenario);
    scene::world(seen, driver, &mut scenario);
    // A document that nobody asked for is none of the call's.
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
    let (first, others) = documents.all.split_at(1);
    let others = others.iter();
    let others = others.filter(|document| fetched.contains(document.name.as_str()));
    let documents = first
        .iter()
        .chain(others)
        .map(|document| RecoveredDocument {
            name: document.name.clone(),
            xml: document.xml.clone(),
            flow: document.flow.clone(),
        });
    let documents: Vec<_> = documents.collect();
    scenario.flow = documents
        .first()
        .map(|first| crate::scenario::Spanned::bare(first.name.as_str().into()));
    let mut recovered = Recovered {
        documents,
        scenario,
    };
    recovered.time_event(event);
    recovered
}

impl Recovered {
    /// The files that the scenario's rules name.
    pub fn files(&self) -> Files {
        let fetched = self.documents.iter().skip(1);
        fetched
            .map(|document| {
                let body: Arc<[u8]> = document.xml.as_bytes().into();
                (PathBuf::from(&document.name), body)
            })
            .collect()
    }

    /// Whether the simulation gives the log and the legs of the event.
    fn agrees(&self, history: &CallHistory) -> bool {
        let run = self.run();
        let simulated = run.as_ref().and_then(Run::last).and_then(Published::of);
        let simulated = simulated.and_then(|event| event.call);
        let (Some(was), Some(is)) = (history.last(), simulated) else {
            return false;
        };
        let entries = |call: &PublishedCall| -> Vec<_> {
            let entry = |entry: &PublishedEntry| {
                let words = [&entry.path, &entry.state, &entry.reason].map(Clone::clone);
                (entry.created_on, entry.modified_on, words)
            };
            call.logs.iter().map(entry).collect()
        };
        let legs = |call: &PublishedCall| -> Vec<_> {
            let legs = std::iter::once(&call.leg).chain(&call.children);
            legs.map(|leg| (leg.instants(), leg.cause.clone()))
                .collect()
        };
        let records = |call: &PublishedCall| -> Vec<_> {
            let records = call.records.iter();
            let instants = |record: &PublishedRecording| (record.created_on, record.modified_on);
            records.map(instants).collect()
        };
        entries(was.1) == entries(&is) && legs(was.1) == legs(&is) && records(was.1) == records(&is)
    }

    /// Notes how long after the call the event was made, where it is not as the simulation has it.
    fn time_event(&mut self, event: &Published) {
        let gone = event.call.as_ref().and_then(|call| call.leg.destroy_on);
        let (Some(made), Some(gone)) = (event.created_on, gone) else {
            return;
        };
        if made.since(gone) == timing::LAG_DESTROYED {
            return;
        }
        let simulated = self.run();
        let simulated = simulated.as_ref().and_then(Run::last);
        if simulated.is_none_or(|simulated| simulated.created_on != made) {
            let lag = Duration::from_millis(made.since(gone));
            self.scenario.pace.call.event = Some(lag);
        }
    }

    /// Plays the call.
    pub fn run(&self) -> Option<Run> {
        let flow = self.documents.first()?.flow.clone();
        Some(simulate(&self.scenario, flow, &self.files()))
    }
}

/// An instant of a call, in milliseconds since it was created.
fn millis(call: &PublishedCall, stamp: Option<Stamp>) -> Option<u64> {
    Some(stamp?.since(call.leg.created_on?))
}

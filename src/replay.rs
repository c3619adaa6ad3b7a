//! From a published event back to the flow and the world behind it, and once more through the
//! simulator.
//!
//! [`recover`] rebuilds the documents from the `element` trees of the log and drives a call through
//! them; the log answers what the call asks, and each answer becomes one of a scenario. The result is
//! files that `run` takes. [`Recovered::run`] plays them.
//!
//! **Invariant:** nothing about the platform's behaviour lives here, and no command is known by name.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::channel::timing;
use crate::drive::drive;
use crate::event::Stamp;
use crate::event::read::{
    CallHistory, Published, PublishedCall, PublishedEntry, PublishedRecording,
};
use crate::flow::Flow;
use crate::scenario::{Content, Reply, Scenario};
use crate::simulate::{self, Documents as Files, Run, simulate};

mod documents;
mod fetches;
mod found;
mod hangup;
mod keys;
mod legs;
mod pace;
mod place;
mod scene;
mod seen;
mod trial;
mod typing;
mod world;

use documents::Documents;
pub use found::OpenQuestion;
use seen::SeenCall;
use world::LogWorld;

/// A call, rebuilt: files that `callflow run` takes.
#[derive(Debug)]
pub struct Recovered {
    /// The documents that the call ran, the first of them the flow that took it.
    pub documents: Vec<RecoveredDocument>,
    /// What the world did.
    pub scenario: Scenario,
    /// What the log leaves open.
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
    let documents = Documents::find(&seen);
    if let Some(broken) = documents.broken() {
        let (name, xml) = (broken.name.clone(), broken.xml.clone());
        return Err(Unrecoverable::Broken(name, xml));
    }
    let mut scenario = scene::of(call, start);
    let unknown = place::settle(&seen, &documents, &mut scenario);
    pace.write(&seen, &mut scenario);
    let mut world = LogWorld::new(&seen, &documents, &scenario);
    for why in unknown {
        world.found.leave_open("", why);
    }
    let flow = documents.all[0].flow.clone();
    let limits = simulate::limits(&scenario);
    drive(simulate::call(&scenario, flow), &mut world, limits);
    let found = world.found;
    let open = found.open.clone();
    pace::write_found(&found, &mut scenario);
    scene::write_world(&seen, found, &mut scenario);
    let mut recovered = recovered(documents, scenario, open);
    recovered.time_event(event);
    recovered.compare(history);
    Ok(recovered)
}

/// The files of a call. A document that nobody fetched is none of the call's.
fn recovered(documents: Documents, mut scenario: Scenario, open: Vec<OpenQuestion>) -> Recovered {
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
    let is_used = |(index, document): &(usize, documents::Document)| {
        *index == 0 || fetched.contains(document.name.as_str())
    };
    let all = documents.all.into_iter().enumerate().filter(is_used);
    let documents = all.map(|(_, document)| RecoveredDocument {
        name: document.name,
        xml: document.xml,
        flow: document.flow,
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

    /// Plays the call, and says where it goes another way than the event, if it does.
    fn compare(&mut self, history: &CallHistory) {
        let run = self.run();
        let simulated = run.as_ref().and_then(Run::last).and_then(Published::of);
        let simulated = simulated.and_then(|event| event.call);
        let Some((_, was)) = history.last() else {
            return;
        };
        let Some(is) = simulated else {
            // A limit stopped it.
            let (path, why) = ("".into(), "the rebuilt call does not end".into());
            return self.open.push(OpenQuestion { path, why });
        };
        let entry = |entry: &PublishedEntry| {
            let words = [&entry.path, &entry.state, &entry.reason].map(Clone::clone);
            (entry.created_on, entry.modified_on, words)
        };
        let pairs = was.logs.iter().map(entry).zip(is.logs.iter().map(entry));
        let same = pairs.take_while(|(one, other)| one == other).count();
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
        let parting = was.logs.get(same).or_else(|| is.logs.get(same));
        if parting.is_none() && legs(was) == legs(&is) && records(was) == records(&is) {
            return;
        }
        let path: Box<str> = parting.map_or_else(Box::default, |entry| entry.path().into());
        if self.open.iter().any(|question| question.path == path) {
            return;
        }
        let why = match parting {
            Some(_) => {
                "the log does not show what decided here, and the rebuilt call goes another way"
            }
            None => "the event does not show what became of a leg or a recording, or when",
        };
        self.open.push(OpenQuestion {
            path,
            why: why.into(),
        });
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

//! Plays a call: a scenario answers, on a virtual clock.
//!
//! **Invariant:** nothing about the platform's behaviour lives here, and what comes first is for
//! [`drive`](crate::drive) to say.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::call::{Call, EndedBy};
use crate::channel::Destination;
use crate::drive::{Limit, Limits, drive};
use crate::event::{Entry, Event, Leg};
use crate::fidelity::Assumptions;
use crate::flow::{Flow, Library};
use crate::scenario::{Scenario, Used};

mod audio;
mod caller;
mod events;
mod identifiers;
mod pace;
mod recorded;
mod setup;
mod world;

pub use audio::{Audio, AudioSegment};
pub(crate) use pace::Pace;
pub(crate) use recorded::Recorded;
pub use world::{Presumption, TALK};

use identifiers::Identifiers;
use world::ScenarioWorld;

/// The files that a scenario's rules name, by the path as the rule has it.
pub type Documents = BTreeMap<PathBuf, Arc<[u8]>>;

/// How a simulated call went.
#[derive(Clone, Debug)]
pub struct Run {
    /// Every event, in the order in which they were made.
    pub events: Vec<Event>,
    /// The log at the end.
    pub log: Vec<Arc<Entry>>,
    /// The inbound leg.
    pub inbound: Leg,
    /// The dialled legs.
    pub legs: Vec<Leg>,
    /// Where each of them was dialled to.
    pub destinations: Vec<Destination>,
    /// Who or what ended the call; absent where a limit stopped it.
    pub ended_by: Option<EndedBy>,
    /// The limit that stopped the simulation, if one did.
    pub limit: Option<Limit>,
    /// What the caller heard, from ringing to the end.
    pub heard: Vec<AudioSegment>,
    /// What the scenario did not say, and what was taken instead.
    pub presumed: Vec<Presumption>,
    /// The assumptions that decided something.
    pub assumed: Assumptions,
    /// The keys that the caller pressed during the call, with their instants in milliseconds.
    pub pressed: Vec<(u64, char)>,
    /// Keys that no command listened for, with their instants in milliseconds.
    pub unheard: Vec<(u64, char)>,
    /// Keys that no command was to take, as the scenario says, with their instants in milliseconds.
    pub to_be_lost: Vec<(u64, char)>,
    /// Keys that came behind the call's end, with their instants in milliseconds.
    pub late_keys: Vec<(u64, char)>,
    /// The scenario.
    pub scenario: Scenario,
    /// What of it was used.
    pub used: Used,
    /// When the call ended, in milliseconds since it was created.
    pub ended: u64,
}

impl Run {
    /// The last `destroyed` event of the inbound leg; absent where a limit ended the simulation.
    pub fn last(&self) -> Option<&Event> {
        let state = |event: &&Event| event.call.parent.is_none() && event.is_destroyed();
        self.events.iter().rev().find(state)
    }
}

/// A call that has just been created, as a scenario describes it.
pub fn call(scenario: &Scenario, flow: Arc<Flow>) -> Call {
    let identifiers = Identifiers(scenario.seed(flow.source().text().as_bytes()));
    let library = Arc::new(Library::default());
    let setup = setup::setup_for(scenario, identifiers, library);
    Call::new(Arc::new(setup), flow)
}

/// How far a scenario's call is driven.
pub fn limits(scenario: &Scenario) -> Limits {
    let minutes = scenario.app.max_call_length_min;
    Limits {
        longest: minutes.map(|minutes| u64::from(minutes) * 60_000),
        ..Limits::default()
    }
}

/// Plays a call through a flow that has no errors.
pub fn simulate(scenario: &Scenario, flow: Arc<Flow>, documents: &Documents) -> Run {
    let identifiers = Identifiers(scenario.seed(flow.source().text().as_bytes()));
    let mut world = ScenarioWorld::new(scenario, documents);
    let driven = drive(call(scenario, flow), &mut world, limits(scenario));
    let published = events::of(
        driven.call.setup(),
        Arc::new(setup::parties(scenario)),
        identifiers,
        scenario.pace.call.event.map(millis),
        driven.call.trace(),
    );
    let inbound = published.inbound;
    let ended = inbound
        .hangup_on
        .map_or(driven.ended, |end| end.since(inbound.created_on));
    let used = world.used();
    let mut assumed = published.assumed;
    assumed.extend(world.assumed);
    // Keys that came while the leg was going are late as well.
    let late_keys = world.caller.late_keys().collect();
    Run {
        events: published.events,
        log: published.log,
        inbound,
        legs: published.legs,
        destinations: published.destinations,
        ended_by: published.ended_by,
        limit: driven.limit,
        used,
        heard: world.audio.until(ended),
        presumed: world.presumed,
        assumed,
        pressed: world.pressed,
        unheard: published.unheard,
        to_be_lost: world.caller.to_be_lost,
        late_keys,
        scenario: scenario.clone(),
        ended,
    }
}

/// A duration of a scenario in milliseconds.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

//! Plays one call through a flow: a scenario answers, on a virtual clock.
//!
//! **Invariant:** nothing about the platform's behaviour lives here. The driver only decides which
//! of the things that could happen happens first, and keeps what the caller heard.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::call::{Call, Setup};
use crate::channel::{Happening, Need};
use crate::event::Event;
use crate::fidelity::Assumptions;
use crate::flow::Flow;
use crate::scenario::Scenario;

mod ear;
mod setup;
mod world;

pub use ear::{Heard, Hearing};
pub use setup::of as setup;
pub use world::{Presumption, TALK};

use ear::Ear;
use world::World;

/// The files that a scenario's rules name, by the path as the rule has it.
pub type Documents = BTreeMap<PathBuf, Arc<[u8]>>;

/// How a simulated call went.
#[derive(Clone, Debug)]
pub struct Run {
    /// Every event, in the order in which they were made.
    pub events: Vec<Event>,
    /// The call at its end: log, legs, assumptions, limits.
    pub call: Call,
    /// What the caller heard, from ringing to the end.
    pub heard: Vec<Hearing>,
    /// What the scenario did not say, and what was taken instead.
    pub presumed: Vec<Presumption>,
    /// The assumptions that decided something.
    pub assumed: Assumptions,
    /// The keys that the caller pressed during the call, with their instants in milliseconds.
    pub pressed: Vec<(u64, char)>,
    /// Keys that came behind the call's end, with their instants in milliseconds.
    pub late_keys: Vec<(u64, char)>,
    /// The scenario, with its rules marked as used.
    pub scenario: Scenario,
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

/// Plays a call through a flow that has no errors.
pub fn simulate(scenario: &Scenario, flow: Arc<Flow>, documents: &Documents) -> Run {
    let setup: Setup = setup::of(scenario);
    let mut call = Call::new(Arc::new(setup), flow);
    let mut world = World::new(scenario.clone(), documents);
    let mut ear = Ear::default();
    let mut events = Vec::new();
    let (mut pressed, mut late_keys) = (Vec::new(), Vec::new());
    let mut now = 0;
    while *call.need() != Need::Over {
        world.look(&call, now);
        let (at, happening) = next(&call, &mut world, now);
        // Media that cannot be played was not heard while it was sought.
        let is_missing = happening == Happening::NoMedia;
        ear.listen(&call, now, at, is_missing);
        now = at;
        if let Happening::Key(key) = happening {
            match call.inbound().state.is_over() {
                false => pressed.push((at, key)),
                true => late_keys.push((at, key)),
            }
        }
        events.extend(call.tell(at, happening));
    }
    late_keys.extend(world.late_keys());
    let ended = call
        .inbound()
        .hangup_on
        .map_or(now, |end| end.since(call.inbound().created_on));
    let World {
        scenario,
        presumed,
        mut assumed,
        ..
    } = world;
    assumed.extend(call.assumed());
    let heard = ear.until(ended);
    Run {
        events,
        call,
        heard,
        presumed,
        assumed,
        pressed,
        late_keys,
        scenario,
        ended,
    }
}

/// What happens next, and when. Of what happens at the same instant the call's own timers come
/// first, then the world, then the end of the present need, then keys, then the caller's hang-up.
fn next(call: &Call, world: &mut World<'_>, now: u64) -> (u64, Happening) {
    let elapsed = call
        .need()
        .at_most()
        .map(|time| call.since().saturating_add(time));
    let timer = call.next_timer();
    let planned = world.next_planned();
    let key = world.next_key();
    let hangup = world.hangup();
    let instants = [timer, planned, elapsed, key, hangup];
    let first = instants.into_iter().flatten().min();
    let Some(at) = first else {
        // Nothing would ever end the call: the caller does.
        return (now, Happening::CallerHangsUp);
    };
    let happening = match instants.iter().position(|&instant| instant == first) {
        Some(0) => Happening::Timer,
        Some(1) => world.take_planned(),
        Some(2) => Happening::Elapsed,
        Some(3) => world.take_key(),
        _ => world.take_hangup(),
    };
    (at.max(now), happening)
}

/// A duration of a scenario in milliseconds.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

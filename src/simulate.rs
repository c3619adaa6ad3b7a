//! Plays a call: a scenario answers, on a virtual clock.
//!
//! **Invariant:** nothing about the platform's behaviour lives here, and what comes first is for
//! [`drive`](crate::drive) to say.

#![warn(clippy::arithmetic_side_effects)]

use std::num::NonZeroU32;
use std::sync::Arc;

use crate::call::Call;
use crate::drive::{Limit, Limits, drive};
use crate::fidelity::Reading;
use crate::flow::{Flow, Library};
use crate::record::{Identifiers, Published, Record};
use crate::redact::Redaction;
pub use crate::scenario::Documents;
use crate::scenario::{Scenario, Used, millis};

mod audio;
mod author;
mod caller;
mod cell_set;
mod pace;
mod recorded;
mod setup;
mod situations;
mod world;

pub use author::{Attempt, Author, HangUpTime, Moment};
pub(crate) use caller::{Caller, names};
pub use caller::{Hurried, Stroke};
pub(crate) use pace::Pace;
pub(crate) use recorded::Recorded;
pub(crate) use setup::setup_for;
pub(crate) use situations::{Outlook, Situation, Situations};
pub(crate) use world::whole_url;
pub use world::{Presumption, TALK};

use world::ScenarioWorld;

/// How a simulated call went.
#[derive(Clone, Debug)]
pub struct Run {
    /// The call.
    pub record: Record,
    /// The limit that stopped the simulation, if one did.
    pub limit: Option<Limit>,
    /// What the scenario did not say, and what was taken instead.
    pub presumed: Vec<Presumption>,
    /// The keys that were pressed, in the order of the record's.
    pub pressed: Vec<Stroke>,
    /// Presses that say no time and came sooner than usual.
    pub hurried: Vec<Hurried>,
    /// Keys that would have come behind the call's end.
    pub late_keys: Vec<Stroke>,
    /// The scenario.
    pub scenario: Scenario,
    /// What of it was used.
    pub used: Used,
    /// When the call ended, or its simulation was stopped, in milliseconds since it was created.
    pub ended: u64,
}

impl Run {
    /// The same without what identifies people and places. What the scenario says stays as it is: none of it
    /// is shown.
    #[must_use]
    pub fn redacted(&self, redaction: &mut Redaction) -> Self {
        redaction.learn(&self.record);
        let key = redaction.keys(&self.record);
        let strokes = |strokes: &[Stroke]| {
            let strokes = strokes.iter();
            strokes
                .map(|stroke| stroke.with_key(key(stroke.at, stroke.key)))
                .collect()
        };
        let (pressed, late_keys) = (strokes(&self.pressed), strokes(&self.late_keys));
        let presumed = self.presumed.iter();
        Self {
            record: redaction.record(&self.record),
            presumed: presumed.map(|one| one.redacted(redaction)).collect(),
            pressed,
            late_keys,
            hurried: self.hurried.iter().map(Hurried::redacted).collect(),
            limit: self.limit.clone(),
            scenario: self.scenario.clone(),
            used: self.used.clone(),
            ended: self.ended,
        }
    }

    /// Whether a caller would not notice that it is another call: the same is heard at the same
    /// instants, and it ends at the same time for the same cause.
    pub fn sounds_like(&self, other: &Self) -> bool {
        self.record.heard == other.record.heard
            && self.ended == other.ended
            && self.record.leg.cause() == other.record.leg.cause()
    }
}

/// A call that has just been created, as a scenario describes it.
pub fn call(scenario: &Scenario, flow: Arc<Flow>) -> Call {
    let seed = scenario.seed(flow.source().text().as_bytes());
    call_from(scenario, seed, flow)
}

fn call_from(scenario: &Scenario, seed: u64, flow: Arc<Flow>) -> Call {
    let library = Arc::new(Library::default());
    let setup = setup::setup_for(scenario, Identifiers(seed), library);
    Call::new(Arc::new(setup), flow)
}

/// How far a scenario's call is driven.
pub fn limits(scenario: &Scenario) -> Limits {
    let minutes = scenario.app.max_call_length_min;
    let own = &scenario.limits;
    let default = Limits::default();
    let most = |own: Option<NonZeroU32>, default| own.map_or(default, |most| most.get() as usize);
    Limits {
        longest: minutes.map(|minutes| u64::from(minutes) * 60_000),
        from_creation: scenario.assume.platform().is(Reading::LengthFromCreation),
        entries: most(own.commands, default.entries),
        legs: most(own.legs, default.legs),
        // Each command and each leg takes some.
        inputs: most(own.commands, 0)
            .saturating_mul(100)
            .max(default.inputs),
    }
}

/// Plays a call through a flow that has no errors.
pub fn simulate(scenario: &Scenario, flow: Arc<Flow>, documents: &Documents) -> Run {
    let seed = scenario.seed(flow.source().text().as_bytes());
    let mut world = ScenarioWorld::new(scenario, documents);
    let call = call_from(scenario, seed, flow);
    let driven = drive(call, &mut world, limits(scenario));
    let mut record = driven.call.record(seed, Arc::new(setup::parties(scenario)));
    let ended = record.ended().unwrap_or(driven.ended);
    record.assumed.extend(world.assumed);
    record.assumed.remove(scenario.assume.platform().settled());
    if let (Some(lag), Some(gone)) = (scenario.pace.call.event, record.leg.destroyed) {
        record.event = Some(Published {
            at: Some(gone.after(millis(lag))),
            ..Published::default()
        });
    }
    let used = world.used();
    // Keys that came while the leg was going are late as well.
    let late_keys = world.caller.late_keys().collect();
    record.heard = Some(world.audio.until(ended));
    record.said = world.caller.said;
    record.said.retain(|said| said.at <= ended);
    record.said.sort_by_key(|said| said.at);
    record.vendor.clone_from(&scenario.vendor);
    Run {
        record,
        limit: driven.limit,
        used,
        presumed: world.presumed,
        pressed: world.caller.pressed,
        hurried: world.caller.hurried,
        late_keys,
        scenario: scenario.clone(),
        ended,
    }
}

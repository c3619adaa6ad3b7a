//! What a case and the command line can say of a call, in place of the file.

use super::caller::{Caller, Press};
use super::parties::{Call, SimulationLimits};
use super::rules::Entry;
use super::world::{Callback, DialRule, Media};
use super::{Readings, Scenario};

/// What is different from a scenario. What it leaves out is as the scenario says.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Changes {
    /// The inbound call.
    pub call: Call,
    /// Whether the app answers before the flow begins.
    pub auto_answer: Option<bool>,
    /// What the caller presses before all that the scenario says.
    pub presses: Vec<Press>,
    /// What the caller does of its own accord: any hang-up replaces that of the scenario, and any keys
    /// replace all keys.
    pub caller: Caller,
    /// The caller does not hang up, whatever the scenario says.
    pub no_hangup: bool,
    /// What web servers answer.
    pub callbacks: Vec<Entry<Callback>>,
    /// What destinations do.
    pub dials: Vec<DialRule>,
    /// What media files there are.
    pub media: Vec<Entry<Media>>,
    /// How far the call is simulated.
    pub limits: SimulationLimits,
    /// What the platform really does.
    pub assume: Readings,
}

impl From<Call> for Changes {
    fn from(call: Call) -> Self {
        Self {
            call,
            ..Self::default()
        }
    }
}

impl Scenario {
    /// Puts what the command line says before what the file says: presses and rules come before the
    /// file's in their own order, and all else replaces the file's.
    pub fn apply(&mut self, changes: Changes) {
        self.callbacks.put_first(changes.callbacks.clone());
        self.dials.put_first(changes.dials.clone());
        self.media.put_first(changes.media.clone());
        self.change(changes);
    }

    /// Puts all in but for the rules.
    pub(super) fn change(&mut self, changes: Changes) {
        self.call = changes.call.over(&self.call);
        self.app.auto_answer = changes.auto_answer.or(self.app.auto_answer);
        self.limits = changes.limits.over(&self.limits);
        self.assume = changes.assume.over(&self.assume);
        self.presses.splice(0..0, changes.presses);
        let caller = changes.caller;
        if changes.no_hangup || caller.hangup.is_some() || caller.hangup_after.is_some() {
            self.caller.hangup = caller.hangup;
            self.caller.hangup_after = caller.hangup_after;
        }
        if !caller.keys.is_empty() {
            self.caller.keys = caller.keys;
        }
    }
}

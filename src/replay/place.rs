//! Where the caller was, and which clock the flow read: no event says it, but what ran does.

use std::collections::BTreeSet;

use jiff::tz::{TimeZone, db};

use super::seen::SeenCall;
use crate::channel::{Action, Clock, Facts, Progress};
use crate::command::Asks;
use crate::fidelity::{Assumptions, Platform};
use crate::flow::{Flow, NodeId, Surroundings};
use crate::record::SourceFlows;
use crate::scenario::{Scenario, StateCode};

/// A command that asked for something that no event shows, and what came of it.
struct Question<'a> {
    flow: &'a Flow,
    node: NodeId,
    began: u64,
    /// Absent where it is still open.
    reason: Option<&'a str>,
    /// Whether something ran inside it.
    ran: bool,
}

/// Gives the caller a place, and the call a time zone, with which every command does what it did.
/// Whether there are such.
pub(super) fn settle(
    seen: &SeenCall<'_>,
    documents: &SourceFlows,
    scenario: &mut Scenario,
) -> Vec<&'static str> {
    let (mut places, mut clocks) = (Vec::new(), Vec::new());
    let (mut states, mut counties) = (BTreeSet::new(), BTreeSet::new());
    for (index, one) in seen.log.iter().enumerate() {
        let Some((flow, node)) = documents.node(index, &one.path) else {
            continue;
        };
        let question = Question {
            flow,
            node,
            began: one.from,
            reason: one.reason.as_deref(),
            ran: documents.locations[index].extent > index + 1,
        };
        match flow.node(node).command.describe().asks() {
            Asks::Nothing | Asks::Caller(_) | Asks::Called(_) => {}
            Asks::Clock(_) => clocks.push(question),
            Asks::Place {
                states: some,
                counties: others,
            } => {
                states.extend(some.iter().map(ToString::to_string));
                counties.extend(others.iter().map(ToString::to_string));
                places.push(question);
            }
        }
    }
    let mut unknown = Vec::new();
    let holds = |questions: &[Question<'_>], scenario: &Scenario| {
        questions.iter().all(|question| question.holds(scenario))
    };
    if !holds(&places, scenario) {
        let some = |names: &BTreeSet<String>| -> Vec<Option<String>> {
            std::iter::once(None)
                .chain(names.iter().cloned().map(Some))
                .collect()
        };
        let counties = some(&counties);
        let mut pairs = some(&states).into_iter().flat_map(|state| {
            counties
                .iter()
                .map(move |county| (state.clone(), county.clone()))
        });
        let mut tried = scenario.clone();
        let found = pairs.find(|(state, county)| {
            let state = state.as_deref().and_then(StateCode::new);
            (tried.call.state, tried.call.county) = (state, county.clone());
            holds(&places, &tried)
        });
        if found.is_none() {
            unknown.push("there is no place of the caller that explains which filters matched");
        }
        let (state, county) = found.unwrap_or_default();
        scenario.call.state = state.as_deref().and_then(StateCode::new);
        scenario.call.county = county;
    }
    if !holds(&clocks, scenario) {
        let mut tried = scenario.clone();
        let zones = db().available().map(|name| name.to_string());
        let mut zones = zones.filter_map(|name| TimeZone::get(&name).ok());
        let found = zones.find(|zone| {
            tried.call.time_zone = Some(zone.clone());
            holds(&clocks, &tried)
        });
        if found.is_none() {
            unknown.push("there is no time zone that explains which filters matched");
        }
        scenario.call.time_zone = found;
    }
    unknown
}

impl Question<'_> {
    /// Whether the command does what it did, with the place and the time zone of a scenario.
    fn holds(&self, scenario: &Scenario) -> bool {
        let now = scenario.call.created().as_millisecond() + self.began.cast_signed();
        let Ok(now) = jiff::Timestamp::from_millisecond(now) else {
            return false;
        };
        let facts = Facts {
            from: scenario.call.caller().into(),
            to: scenario.call.called().into(),
            state: scenario
                .call
                .state
                .as_ref()
                .map(|state| state.as_str().into()),
            county: scenario.call.county.as_deref().map(Into::into),
            ..Facts::default()
        };
        let zone = &scenario.call.zone();
        match asked(self.flow, self.node, &facts, Clock { now, zone }) {
            Action::EndWith { reason, .. } => {
                // One without children ends at once with the same reason.
                self.reason.is_none_or(|was| was == reason)
            }
            Action::Done(reason) => match self.reason {
                Some(was) => was == reason,
                // What did nothing may have been held open.
                None => !self.ran,
            },
            _ => false,
        }
    }
}

/// What a command does first that is asked outside any call.
pub(super) fn asked(flow: &Flow, node: NodeId, facts: &Facts, clock: Clock<'_>) -> Action {
    let (mut progress, mut assumed) = (Progress::default(), Assumptions::default());
    let around = Surroundings {
        facts,
        clock,
        answered: true,
        held: false,
        recordings: &[],
        failure: "",
        platform: Platform::default(),
    };
    flow.ask(node, around, &mut progress, &mut assumed, None)
}

//! Where the caller was, and which clock the flow read: no event says it, but what ran does.

use std::collections::BTreeSet;

use jiff::tz::{TimeZone, db};

use super::documents::Documents;
use super::seen::SeenCall;
use crate::channel::{Facts, Label, Outcome, Premise, Progress, Scene, Step};
use crate::fidelity::Assumptions;
use crate::flow::{Flow, NodeId};
use crate::scenario::Scenario;

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
pub(super) fn settle(seen: &SeenCall<'_>, documents: &Documents, scenario: &mut Scenario) {
    let (mut places, mut clocks) = (Vec::new(), Vec::new());
    let (mut states, mut counties) = (BTreeSet::new(), BTreeSet::new());
    for (index, one) in seen.log.iter().enumerate() {
        let Some((flow, node)) = documents.node(index, one.path()) else {
            continue;
        };
        let question = Question {
            flow,
            node,
            began: one.began,
            reason: one.reason(),
            ran: documents.extent[index] > index + 1,
        };
        match flow.node(node).command.run().premise() {
            Premise::None => {}
            Premise::Clock => clocks.push(question),
            Premise::Place {
                states: some,
                counties: others,
            } => {
                states.extend(some.iter().map(ToString::to_string));
                counties.extend(others.iter().map(ToString::to_string));
                places.push(question);
            }
        }
    }
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
            (tried.call.state, tried.call.county) = (state.clone(), county.clone());
            holds(&places, &tried)
        });
        (scenario.call.state, scenario.call.county) = found.unwrap_or_default();
    }
    if !holds(&clocks, scenario) {
        let mut tried = scenario.clone();
        let zones = db().available().map(|name| name.to_string());
        let mut zones = zones.filter_map(|name| TimeZone::get(&name).ok());
        let found = zones.find(|zone| {
            tried.call.time_zone = zone.clone();
            holds(&clocks, &tried)
        });
        scenario.call.time_zone = found.unwrap_or(TimeZone::UTC);
    }
}

impl Question<'_> {
    /// Whether the command does what it did, with the place and the time zone of a scenario.
    fn holds(&self, scenario: &Scenario) -> bool {
        let now = scenario.call.start.as_millisecond() + self.began.cast_signed();
        let Ok(now) = jiff::Timestamp::from_millisecond(now) else {
            return false;
        };
        let facts = Facts {
            from: scenario.call.from.as_str().into(),
            to: scenario.call.to.as_str().into(),
            call: "".into(),
            app: "".into(),
            answered: true,
            held: false,
            local: now.to_zoned(scenario.call.time_zone.clone()).datetime(),
            state: scenario.call.state.as_deref().map(Into::into),
            county: scenario.call.county.as_deref().map(Into::into),
        };
        let members = self.flow.members(self.node);
        let labels: Vec<Label<'_>> = members
            .iter()
            .map(|&member| self.flow.node(member).command.run().label())
            .collect();
        let (mut progress, mut assumed) = (Progress::default(), Assumptions::default());
        let mut scene = Scene {
            facts: &facts,
            children: &labels,
            tag: None,
            progress: &mut progress,
            recordings: &[],
            failure: "",
            assumed: &mut assumed,
        };
        let command = self.flow.node(self.node).command.run();
        let mut step = command.begin(&mut scene);
        if let Step::RunChildren { .. } = step {
            let Some(_) = self.reason else { return true };
            step = command.told(&mut scene, Outcome::BlockEnded);
        }
        match (step, self.reason) {
            (Step::Done(reason), Some(was)) => was == reason,
            // What did nothing may have been held open.
            (Step::Done(_), None) => !self.ran,
            _ => false,
        }
    }
}

/// What a command says that is asked outside any call.
pub(super) fn asked(labels: &[Label<'_>], ask: impl FnOnce(&mut Scene<'_>) -> Step) -> Step {
    let facts = Facts {
        from: "".into(),
        to: "".into(),
        call: "".into(),
        app: "".into(),
        answered: true,
        held: false,
        local: jiff::civil::DateTime::constant(2024, 1, 1, 0, 0, 0, 0),
        state: None,
        county: None,
    };
    let (mut progress, mut assumed) = (Progress::default(), Assumptions::default());
    ask(&mut Scene {
        facts: &facts,
        children: labels,
        tag: None,
        progress: &mut progress,
        recordings: &[],
        failure: "",
        assumed: &mut assumed,
    })
}

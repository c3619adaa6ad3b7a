//! Where the caller was, and which clock the flow read: no event says it, but what ran does.

use jiff::tz::{TimeZone, db};

use super::seen::SeenCall;
use crate::channel::{Action, Clock, Facts};
use crate::command::Asks;
use crate::flow::{Flow, NodeId, Surroundings};
use crate::record::SourceFlows;
use crate::scenario::Scenario;
use crate::simulate::Situations;

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
    for (index, one) in seen.log.iter().enumerate() {
        let Some((flow, node)) = documents.node(index, &one.path) else {
            continue;
        };
        let questions = match flow.node(node).command.describe().asks() {
            Asks::Nothing | Asks::Caller(_) | Asks::Called(_) => continue,
            Asks::Clock(_) => &mut clocks,
            Asks::Place { .. } => &mut places,
        };
        questions.push(Question {
            flow,
            node,
            began: one.from,
            reason: one.reason.as_deref(),
            ran: documents.locations[index].extent > index + 1,
        });
    }
    let mut unknown = Vec::new();
    let situations = Situations::new(scenario, places.iter().map(|one| (one.flow, one.node)));
    let explained = places
        .iter()
        .try_fold(situations.all(false), |situation, question| {
            let Question { flow, node, .. } = *question;
            let split = situations.split(&situation, flow, node, true);
            let mut explains = split.into_iter().flatten().filter(|situation| {
                let setup = situations.setup(situation);
                question.is_explained(&setup.facts, setup.clock(question.began))
            });
            match (explains.next(), explains.next()) {
                // What it did says nothing.
                (Some(_), Some(_)) => Some(situation.clone()),
                (one, _) => one,
            }
        });
    if let Some(situation) = explained {
        scenario.apply(situations.changes(&situation, 0));
    } else {
        (scenario.call.state, scenario.call.county) = (None, None);
        unknown.push("there is no place of the caller that explains which filters matched");
    }
    let created = scenario.call.created().as_millisecond();
    let holds = |zone: &TimeZone| {
        clocks.iter().all(|question| {
            let now = created + question.began.cast_signed();
            let now = jiff::Timestamp::from_millisecond(now);
            now.is_ok_and(|now| question.is_explained(&Facts::default(), Clock { now, zone }))
        })
    };
    if !holds(&scenario.call.zone()) {
        let zones = db().available().map(|name| name.to_string());
        let mut zones = zones.filter_map(|name| TimeZone::get(&name).ok());
        scenario.call.time_zone = zones.find(holds);
        if scenario.call.time_zone.is_none() {
            unknown.push("there is no time zone that explains which filters matched");
        }
    }
    unknown
}

impl Question<'_> {
    /// Whether the command does what it did, where it is asked alone.
    fn is_explained(&self, facts: &Facts, clock: Clock<'_>) -> bool {
        let around = Surroundings::alone(facts, clock);
        match self.flow.ask_alone(self.node, around) {
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

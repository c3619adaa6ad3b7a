//! The platform's own delays, as far as an event shows them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::found::Found;
use super::seen::SeenCall;
use crate::channel::{CallState, timing};
use crate::record::{Record, Stamp, is_empty_flow};
use crate::scenario::{DestinationPattern, PaceLeg, PaceStep, Scenario};

/// The instants of the inbound leg, in milliseconds since the call was created. An event shows only
/// that of its own state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inbound {
    init: Option<u64>,
    ring: Option<u64>,
    answer: Option<u64>,
    hangup: Option<u64>,
    destroyed: Option<u64>,
}

impl Inbound {
    pub(super) fn of(record: &Record) -> Self {
        let leg = &record.leg;
        Self {
            init: record.at(leg.init),
            ring: record.at(leg.ringing),
            answer: record.at(leg.live),
            hangup: record.at(leg.hangup),
            destroyed: record.at(leg.destroyed),
        }
    }

    /// Notes what was not as usual.
    pub(super) fn write(&self, seen: &SeenCall<'_>, scenario: &mut Scenario) {
        let pace = &mut scenario.pace.call;
        pace.init = unusual(self.init, timing::INIT);
        pace.ring = unusual(self.ring, timing::RINGING);
        let answered = self.answer.filter(|_| scenario.app.answers());
        pace.answer = unusual(answered, timing::ANSWERED);
        let mut answered = answered.unwrap_or(timing::ANSWERED);
        // Without a command the flow was empty, or the call was over before it began.
        let began = match (seen.log.first(), seen.hangup) {
            (Some(first), _) => Some(first.from),
            (None, Some(hangup)) if is_empty_flow(seen.record, answered + timing::FLOW_START) => {
                Some(hangup)
            }
            (None, Some(hangup)) if hangup >= answered + timing::FLOW_START => Some(hangup + 1),
            (None, _) => None,
        };
        if let Some(began) = began {
            if began < answered {
                answered = began.saturating_sub(timing::FLOW_START);
                pace.answer = Some(Duration::from_millis(answered));
            }
            pace.begin = unusual(Some(began - answered), timing::FLOW_START);
        }
        if let (Some(hangup), Some(gone)) = (self.hangup, self.destroyed) {
            pace.destroyed = unusual(Some(gone.saturating_sub(hangup)), timing::DESTROYED);
        }
        scenario.pace.legs = seen
            .record
            .dialled
            .iter()
            .map(|leg| {
                let between = |from: Option<Stamp>, to: Option<Stamp>| Some(to?.since(from?));
                let offline = match leg.state {
                    Some(CallState::Offline) => between(leg.destroyed, leg.changed),
                    // It was not offline yet when the call was gone.
                    _ => match between(leg.destroyed, seen.record.leg.destroyed) {
                        Some(rest) if rest >= timing::LEG_OFFLINE => Some(rest + 1),
                        _ => None,
                    },
                };
                let to = DestinationPattern::literal(leg.to.as_deref().unwrap_or_default());
                PaceLeg {
                    init: unusual(between(leg.created, leg.init), timing::LEG_INIT),
                    destroyed: unusual(between(leg.hangup, leg.destroyed), timing::DESTROYED),
                    offline: unusual(offline, timing::LEG_OFFLINE),
                    ..PaceLeg::new(to)
                }
            })
            .collect();
    }
}

fn unusual(time: Option<u64>, usual: u64) -> Option<Duration> {
    let time = time.filter(|&time| time != usual);
    time.map(Duration::from_millis)
}

/// Writes the delays that were not as usual.
pub(super) fn write_found(found: &Found, scenario: &mut Scenario) {
    scenario.pace.steps.clone_from(&found.steps);
    let is_usual = |step: &PaceStep| *step == PaceStep::new(step.path.clone());
    drop_usual(&mut scenario.pace.steps, |step| &step.path, is_usual);
    let legs = &mut scenario.pace.legs;
    for (index, leg) in legs.iter_mut().enumerate() {
        let delay =
            |times: &BTreeMap<usize, u64>| times.get(&index).copied().map(Duration::from_millis);
        leg.created = delay(&found.created);
        leg.rings = delay(&found.gives_up);
        leg.talks = delay(&found.talks);
    }
    // Nothing says whose the others are.
    legs.retain(|leg| leg.to != DestinationPattern::default());
    drop_usual(
        legs,
        |leg| leg.to.as_str(),
        |leg| *leg == PaceLeg::new(leg.to.clone()),
    );
}

/// Drops tables that say nothing, unless another of the same name follows: the n-th is for the n-th.
fn drop_usual<T>(list: &mut Vec<T>, name: impl Fn(&T) -> &str, is_usual: impl Fn(&T) -> bool) {
    let mut kept = Vec::new();
    // From behind: a name is needed as soon as one of its tables says something.
    let mut needed = BTreeSet::new();
    for one in list.drain(..).rev() {
        if needed.contains(name(&one)) {
            kept.push(one);
        } else if !is_usual(&one) {
            needed.insert(name(&one).to_owned());
            kept.push(one);
        }
    }
    kept.reverse();
    *list = kept;
}

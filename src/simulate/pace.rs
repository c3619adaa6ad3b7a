//! The platform's own delays in a scenario's call, where they are not the usual ones.

use std::collections::HashMap;

use crate::call::{Fact, Noted};
use crate::channel::{Delay, Destination, LegId, Need, Timer};
use crate::drive::View;
use crate::scenario::{PaceLeg, PaceStep, Scenario, millis};

/// The platform's pace.
#[derive(Debug)]
pub(crate) struct Pace {
    given: crate::scenario::Pace,
    /// How often it was the turn of a command with this path.
    turns: HashMap<String, usize>,
    /// Which of the given legs were dialled.
    dialled: Vec<bool>,
    /// The delays of the command whose turn it is.
    next: Option<PaceStep>,
    /// The open commands that have delays of their own.
    open: Vec<Paced>,
    /// The delays of the legs, by their rows.
    legs: Vec<Option<PaceLeg>>,
}

/// A command that has a pace of its own.
#[derive(Debug)]
struct Paced {
    entry: usize,
    began: u64,
    step: PaceStep,
    /// Whether what it does with a length of its own was made longer or shorter.
    is_applied: bool,
}

impl Pace {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self {
            given: scenario.pace.clone(),
            turns: HashMap::new(),
            dialled: vec![false; scenario.pace.legs.len()],
            next: None,
            open: Vec::new(),
            legs: Vec::new(),
        }
    }

    pub(crate) fn see(&mut self, noted: &Noted) {
        match &noted.fact {
            Fact::Began { entry, .. } => {
                self.open.extend(self.next.take().map(|step| Paced {
                    entry: *entry,
                    began: noted.at,
                    step,
                    is_applied: false,
                }));
            }
            Fact::Ended { entry, .. } => self.open.retain(|paced| paced.entry != *entry),
            Fact::Dialled { to, .. } if !self.given.legs.is_empty() => {
                let next = self.next_leg(to);
                if let Some(next) = next {
                    self.dialled[next] = true;
                }
                let leg = next.map(|next| self.given.legs[next].clone());
                self.legs.push(leg);
            }
            _ => {}
        }
    }

    /// How long a timer takes.
    pub(crate) fn timer(&self, timer: Timer, usual: u64, view: &View<'_>) -> u64 {
        let own = match timer {
            Timer::LegInit(leg) => self.leg(leg, view).and_then(|leg| leg.init),
            Timer::LegDestroyed(leg) => self.leg(leg, view).and_then(|leg| leg.destroyed),
            Timer::LegOffline(leg) => self.leg(leg, view).and_then(|leg| leg.offline),
            Timer::Destroyed => self.given.call.destroyed,
            Timer::Recording(_) | Timer::HoldEnds => None,
        };
        own.map_or(usual, millis)
    }

    /// The place of the delays for the next leg to a destination.
    fn next_leg(&self, to: &Destination) -> Option<usize> {
        let mut legs = self.given.legs.iter().zip(&self.dialled);
        legs.position(|(leg, is_dialled)| !is_dialled && leg.to.means(to))
    }

    fn leg(&self, leg: LegId, view: &View<'_>) -> Option<&PaceLeg> {
        self.legs.get(view.trace().leg_row(leg)?)?.as_ref()
    }

    /// How long the present need takes, where the pace says so.
    pub(crate) fn length(&mut self, view: &View<'_>) -> Option<u64> {
        let call = &self.given.call;
        let from_creation = |at: std::time::Duration| millis(at).saturating_sub(view.now);
        match view.state().need() {
            Need::PlatformDelay { delay, usual } => match delay {
                Delay::Init => call.init.map(millis),
                Delay::Ringing => call.ring.map(from_creation),
                Delay::Answer => call.answer.map(from_creation),
                Delay::Begin if view.state().is_answered() => call.begin.map(millis),
                Delay::Begin => {
                    let answered = crate::channel::timing::ANSWERED.saturating_sub(view.now);
                    let answered = call.answer.map_or(answered, from_creation);
                    let begin = crate::channel::timing::FLOW_START;
                    Some(answered.saturating_add(call.begin.map_or(begin, millis)))
                }
                Delay::Enter => self.enter(view),
                Delay::Legs => {
                    let next = self.next_leg(view.state().dialling().first()?)?;
                    self.given.legs[next].created.map(millis)
                }
                Delay::Report => Some(self.cut(view, *usual)),
                Delay::Close => Some(self.held(view)),
                Delay::BlockEnd | Delay::FlowEnd | Delay::Parked => None,
            },
            Need::Hear {
                lasts: Some(time), ..
            }
            | Need::Wait { at_most: time, .. } => {
                let time = *time;
                Some(self.changed(view, time))
            }
            Need::Ring { legs, .. } => {
                let first = self.leg(legs.first()?.0, view)?;
                first.rings.map(millis)
            }
            Need::Bridge {
                leg,
                at_most: Some(_),
                ..
            } => self.leg(*leg, view)?.talks.map(millis),
            _ => None,
        }
    }

    fn enter(&mut self, view: &View<'_>) -> Option<u64> {
        self.next = None;
        if self.given.steps.is_empty() {
            return None;
        }
        let path = view.state().upcoming()?.path();
        let mut same = self.given.steps.iter().filter(|step| step.path == path);
        let count = self.turns.entry(path.clone()).or_default();
        let step = same.nth(*count);
        *count = count.saturating_add(1);
        self.next = step.cloned();
        self.next.as_ref()?.after.map(millis)
    }

    /// The pace of the innermost open command.
    fn innermost(&mut self, view: &View<'_>) -> Option<&mut Paced> {
        let entry = view.trace().open().next()?;
        self.open.last_mut().filter(|paced| paced.entry == entry)
    }

    /// What has a length of its own, longer or shorter; cut where the command is to end earlier.
    pub(crate) fn changed(&mut self, view: &View<'_>, time: u64) -> u64 {
        let Some(paced) = self.innermost(view) else {
            return time;
        };
        paced.is_applied = true;
        let time = time.saturating_add(paced.step.longer.map_or(0, millis));
        let time = time.saturating_sub(paced.step.shorter.map_or(0, millis));
        time.min(paced.rest(view.now).unwrap_or(u64::MAX))
    }

    /// A time that the command takes for something else, cut where it is to end earlier.
    fn cut(&mut self, view: &View<'_>, time: u64) -> u64 {
        let Some(paced) = self.innermost(view) else {
            return time;
        };
        time.min(paced.rest(view.now).unwrap_or(u64::MAX))
    }

    /// How long a command that has finished is still held open.
    fn held(&mut self, view: &View<'_>) -> u64 {
        let Some(paced) = self.innermost(view) else {
            return 0;
        };
        let longer = paced.step.longer.filter(|_| !paced.is_applied);
        let longer = longer.map_or(0, millis);
        longer.max(paced.rest(view.now).unwrap_or(0))
    }
}

impl Paced {
    /// How long it is until the command is to end, where its whole length is given.
    fn rest(&self, now: u64) -> Option<u64> {
        let lasts = millis(self.step.lasts?);
        Some(self.began.saturating_add(lasts).saturating_sub(now))
    }
}

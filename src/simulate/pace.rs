//! The platform's own delays in a scenario's call, where they are not the usual ones.

use std::collections::{HashMap, VecDeque};

use crate::call::{Fact, Noted};
use crate::channel::{Delay, Destination, LegId, Need, Timer};
use crate::drive::View;
use crate::scenario::{DestinationPattern, Index, PaceCall, PaceLeg, PaceStep, Scenario, millis};

/// The platform's pace.
#[derive(Debug)]
pub(crate) struct Pace {
    call: PaceCall,
    /// The delays of the commands that are still to come, by their paths.
    steps: HashMap<String, VecDeque<PaceStep>>,
    /// The delays of legs, each for one that is dialled.
    given: Vec<PaceLeg>,
    index: Index,
    /// Which of them were used.
    dialled: Vec<bool>,
    /// The places of those for a destination, but for some that were used.
    places: HashMap<Box<str>, VecDeque<usize>>,
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
        let pace = &scenario.pace;
        let mut steps: HashMap<String, VecDeque<PaceStep>> = HashMap::new();
        for step in &pace.steps {
            let same = steps.entry(step.path.clone()).or_default();
            same.push_back(step.clone());
        }
        Self {
            call: pace.call.clone(),
            steps,
            given: pace.legs.clone(),
            index: Index::new(pace.legs.iter().map(|leg| &leg.to)),
            dialled: vec![false; pace.legs.len()],
            places: HashMap::new(),
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
            Fact::Dialled { to, .. } if !self.given.is_empty() => {
                let next = self.next_leg(to);
                if let Some(next) = next {
                    self.dialled[next] = true;
                }
                let leg = next.map(|next| self.given[next].clone());
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
            Timer::Destroyed => self.call.destroyed,
            Timer::Recording(_) | Timer::HoldEnds => None,
        };
        own.map_or(usual, millis)
    }

    /// The place of the delays for the next leg to a destination.
    fn next_leg(&mut self, to: &Destination) -> Option<usize> {
        let places = self.places.entry(to.text.clone()).or_insert_with(|| {
            let mut places = self.index.places(&DestinationPattern::names_of(to));
            places.retain(|&place| self.given[place].to.means(to));
            places.into()
        });
        while places.front().is_some_and(|&place| self.dialled[place]) {
            places.pop_front();
        }
        places.front().copied()
    }

    fn leg(&self, leg: LegId, view: &View<'_>) -> Option<&PaceLeg> {
        self.legs.get(view.trace().leg_row(leg)?)?.as_ref()
    }

    /// How long the present need takes, where the pace says so.
    pub(crate) fn length(&mut self, view: &View<'_>) -> Option<u64> {
        let call = &self.call;
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
                    self.given[next].created.map(millis)
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
        if self.steps.is_empty() {
            return None;
        }
        let path = view.state().upcoming()?.path();
        self.next = self.steps.get_mut(&path)?.pop_front();
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

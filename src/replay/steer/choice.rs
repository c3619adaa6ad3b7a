//! What else could have come of a need: keys that left no trace of their own in the log.

use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use super::{Driver, Plan, Rank};
use crate::call::Delay;
use crate::channel::{Happening, Keys, Label, Need, Sound, timing};
use crate::scenario;
use crate::value::Digits;

/// How many time-outs of one command are thought of between a key and what it led to.
const TIMEOUTS: u64 = 4;

/// How many prompts that never came are thought of between them.
const GAPS: u64 = 3;

/// What comes of a need.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::replay) enum Choice {
    /// What comes of it where no key is pressed.
    NoKey,
    /// A key at an instant.
    Key(u64, char),
}

/// How many moments before a parting are looked at.
const MOMENTS: usize = 32;

/// The last moments at which something else could have come: those at which the command that listens
/// had nothing else to do, and those inside it, of which there may be many more.
#[derive(Default)]
pub(in crate::replay) struct Trail<'a> {
    own: VecDeque<Rc<Driver<'a>>>,
    inside: VecDeque<Rc<Driver<'a>>>,
}

impl<'a> Trail<'a> {
    fn push(&mut self, moment: Rc<Driver<'a>>) {
        let moments = match moment.is_own() {
            true => &mut self.own,
            false => &mut self.inside,
        };
        if moments.len() == MOMENTS {
            moments.pop_front();
        }
        moments.push_back(moment);
    }

    /// The moments, the last first, each with how many of its kind are behind it.
    pub(in crate::replay) fn backwards(self) -> impl Iterator<Item = (usize, Rc<Driver<'a>>)> {
        let backwards = |moments: VecDeque<_>| moments.into_iter().rev().enumerate();
        backwards(self.own).chain(backwards(self.inside))
    }
}

impl<'a> Driver<'a> {
    /// Drives the call as long as it goes as the log has it, in at most so many steps; whether it
    /// did so to its end. Leaves behind the last moments at which something else could have come.
    pub(in crate::replay) fn follow(&mut self, steps: &mut usize, trail: &mut Trail<'a>) -> bool {
        loop {
            if !self.keeps_to_the_log() || *steps == 0 {
                return false;
            }
            if *self.call.need() == Need::Over {
                return true;
            }
            if self.is_at_choice() {
                trail.push(Rc::new(self.clone()));
            }
            *steps -= 1;
            self.step();
        }
    }

    /// Whether a need has just arisen of which a key could come.
    fn is_at_choice(&self) -> bool {
        let is_new = self.serial != Some(self.call.serial());
        is_new
            && !self.is_cut_off()
            && match self.call.need() {
                Need::Collect { .. } => true,
                Need::Wait { stop, .. } if !stop.is_empty() => true,
                _ => self.call.listener().is_some(),
            }
    }

    /// Whether the innermost command itself waits for keys.
    fn is_own(&self) -> bool {
        let innermost = self.call.open_entries().next_back();
        matches!(self.call.need(), Need::Collect { .. })
            || self.call.delay() == Some(Delay::Enter) && innermost == self.call.listener()
    }

    /// Decides what comes of the present need.
    pub(in crate::replay) fn choose(&mut self, choice: Choice) {
        self.serial = Some(self.call.serial());
        let (need, since) = (self.call.need().clone(), self.call.since());
        let entry = self.call.open_entries().next_back();
        let elapsed = self.elapsed();
        self.plan = match (choice, &need) {
            (Choice::NoKey, Need::Wait { .. } | Need::Collect { .. }) => elapsed,
            (Choice::NoKey, _) => self.natural(entry, need, since, elapsed),
            (Choice::Key(at, key), _) => {
                self.make_room(entry, need, since, elapsed, at);
                Some(Plan {
                    at,
                    rank: Rank::Key,
                    happening: Happening::Key(key),
                })
            }
        };
    }

    /// Sees to it that nothing else comes of a need before an instant.
    fn make_room(
        &mut self,
        entry: Option<usize>,
        need: Need,
        since: u64,
        elapsed: Option<Plan>,
        at: u64,
    ) {
        match need {
            Need::Fetch(_) => {
                self.natural(entry, need, since, elapsed);
            }
            Need::Hear {
                sound: Sound::File { url, times },
                lasts: None,
                ..
            } => self.plays_on(&url, times, at),
            // The command would have begun later still.
            Need::Pass(_)
                if self.call.delay() == Some(Delay::Enter)
                    && elapsed.is_some_and(|elapsed| elapsed.at <= at) =>
            {
                self.delay(at - since + 1);
            }
            _ => {}
        }
    }

    /// A file that is still playing at an instant.
    pub(super) fn plays_on(&mut self, url: &str, times: u32, at: u64) {
        let lasted = at.saturating_sub(self.call.since());
        let longer = lasted / u64::from(times.max(1)) + 1000;
        let lasts = Duration::from_millis(longer);
        self.found.media(url, scenario::Media::Lasts(lasts));
    }

    /// What else can come of the present need than what the log suggests at first.
    pub(in crate::replay) fn choices(&self) -> Vec<Choice> {
        let mut guided = self.clone();
        guided.serial = Some(self.call.serial());
        let guided = guided.plan();
        let mut found = Vec::new();
        if let Some(plan) = &guided
            && plan.rank == Rank::Key
        {
            found.push(Choice::NoKey);
        }
        self.keys(&mut found);
        found.retain(|choice| match (choice, &guided) {
            (Choice::Key(at, key), Some(plan)) => {
                plan.at != *at || plan.happening != Happening::Key(*key)
            }
            _ => true,
        });
        found
    }

    fn keys(&self, found: &mut Vec<Choice>) {
        let Some(innermost) = self.call.open_entries().next_back() else {
            return;
        };
        let stop = match self.call.need() {
            Need::Wait { stop, .. } => &**stop,
            _ => "",
        };
        let is_own = self.is_own();
        let receiver = match is_own {
            true => Some(innermost),
            false => self.call.listener(),
        };
        let Some(ended) = self.seen.log.get(innermost).map(|one| one.ended) else {
            return;
        };
        if let Some(ended) = ended
            && ended >= self.now
        {
            found.extend(stop.chars().map(|key| Choice::Key(ended, key)));
        }
        let Some(receiver) = receiver else { return };
        let keys: Vec<_> = self.keys_of(receiver, stop);
        let instants = match is_own {
            true => self.instants(receiver),
            // What a key breaks off ends with it.
            false => ended
                .filter(|&ended| ended >= self.now && self.end_together(receiver, ended))
                .into_iter()
                .collect(),
        };
        for at in instants {
            let keys = keys.iter().filter(|key| !stop.contains(**key));
            found.extend(keys.map(|&key| Choice::Key(at, key)));
        }
    }

    /// Keys that mean different things to a command, of which another takes some first: one that none
    /// of its branches has, those that it ended with, the key that ends an entry, those of its branches.
    fn keys_of(&self, entry: usize, taken: &str) -> Vec<char> {
        let (flow, node) = {
            let logged = &self.call.log()[entry];
            (&logged.flow, logged.node)
        };
        let traits = flow.node(node).command.run().traits();
        let stop = traits.keys.and_then(Keys::stop);
        let stop = stop.map_or("", |(_, stop)| stop);
        let reason = self.seen.log.get(entry).and_then(|one| one.reason());
        let typed = reason.into_iter().flat_map(str::chars);
        let mut keys: Vec<_> = typed.filter(|key| Digits::KEYS.contains(*key)).collect();
        keys.extend(stop.chars().next());
        for member in flow.members(node) {
            if let Label::Code(code) = flow.node(member).command.run().label() {
                keys.extend(code.chars());
            }
        }
        let is_other =
            |key: &char| !keys.contains(key) && !stop.contains(*key) && !taken.contains(*key);
        let other = Digits::KEYS.chars().find(is_other);
        let mut seen = BTreeSet::new();
        let keys = other.into_iter().chain(keys);
        keys.filter(|key| seen.insert(*key)).collect()
    }

    /// The instants at which a key to a command could have led to what the log has next: so many
    /// time-outs and delays before, the fewer the earlier.
    fn instants(&self, entry: usize) -> Vec<u64> {
        let end = self.elapsed().map(|elapsed| elapsed.at);
        let is_gap = self.call.delay().is_some();
        let next = self.seen.log.get(self.call.log().len());
        let mut visible: BTreeSet<_> = next.map(|next| next.began).into_iter().collect();
        let open = self.call.open_entries();
        let open = open.filter_map(|entry| self.seen.log.get(entry)?.ended);
        visible.extend(open.chain(self.seen.hangup));
        let visible = visible.into_iter().filter(|&at| at >= self.now).take(2);
        let timeout = self.call.collects(entry).unwrap_or(0);
        let gap = {
            let logged = &self.call.log()[entry];
            logged.flow.node(logged.node).command.spec().gaps.into
        };
        let mut found: Vec<(u64, u64)> = vec![(0, self.now)];
        found.extend(end.and_then(|end| Some((2, end.checked_sub(1)?))));
        for (later, at) in visible.enumerate() {
            for timeouts in 0..=TIMEOUTS {
                for gaps in 0..=GAPS {
                    for handlers in 0..=1 {
                        let before =
                            timeouts * timeout + gaps * gap + handlers * timing::INTO_HANDLER;
                        let effort = timeouts + gaps + handlers + 2 * later as u64;
                        found.extend(at.checked_sub(before).map(|at| (effort, at)));
                    }
                }
            }
        }
        let is_late = |at: u64| end.is_some_and(|end| at >= end);
        found.retain(|&(_, at)| at >= self.now && (is_gap || !is_late(at)));
        for (effort, at) in &mut found {
            // The platform must have taken longer than usual.
            *effort += 2 * u64::from(is_late(*at));
        }
        found.sort_unstable();
        let mut seen = BTreeSet::new();
        let instants = found.into_iter().map(|(_, at)| at);
        instants.filter(|at| seen.insert(*at)).collect()
    }
}

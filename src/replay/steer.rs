//! Drives a call through what was seen of it, and notes what the world must have done.
//!
//! The machine runs the flows that were rebuilt. Each time that it needs something, the log says
//! what came next and when, and so what must have happened here. What the platform took more or
//! less time for than usual is noted as its pace.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::documents::Documents;
use super::seen::SeenCall;
use crate::call::{Call, Delay, Setup};
use crate::channel::{Course, Happening, Need, Next, Sound};
use crate::command::Role;
use crate::flow::NodeId;
use crate::scenario;

mod legs;
mod rules;
mod world;

use legs::Legs;
use rules::Found;

/// A driver that knows how the call went.
pub(super) struct Driver<'a> {
    seen: &'a SeenCall<'a>,
    documents: &'a Documents,
    pub(super) call: Call,
    now: u64,
    serial: Option<u64>,
    /// What comes of the present need, unless something else comes first.
    plan: Option<Plan>,
    legs: Legs,
    /// What the world did.
    pub(super) found: Found,
    /// Whether a prompt that came late is taken to mean that a key came before it.
    keys_in_gaps: bool,
    /// Entries that a key ended: no pace of the platform's.
    by_key: BTreeSet<usize>,
    /// The delays before entries that were not the usual ones, by the index of the entry.
    pub(super) after: BTreeMap<usize, u64>,
    /// The delays before commands that never began.
    pub(super) never_came: Vec<(String, u64)>,
}

/// What comes of a need, and when.
#[derive(Clone, Debug)]
struct Plan {
    at: u64,
    rank: Rank,
    happening: Happening,
}

/// What comes first of what comes at the same instant: the order of `simulate`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Rank {
    Timer,
    World,
    Elapsed,
    Key,
    HangUp,
}

impl<'a> Driver<'a> {
    pub(super) fn new(
        seen: &'a SeenCall<'a>,
        documents: &'a Documents,
        setup: Setup,
        keys_in_gaps: bool,
    ) -> Self {
        let flow = documents.all[0].flow.clone();
        Self {
            seen,
            documents,
            call: Call::new(Arc::new(setup), flow),
            now: 0,
            serial: None,
            plan: None,
            legs: Legs::default(),
            found: Found::default(),
            keys_in_gaps,
            by_key: BTreeSet::new(),
            after: BTreeMap::new(),
            never_came: Vec::new(),
        }
    }

    /// Drives the call to its end.
    pub(super) fn drive(&mut self) {
        while *self.call.need() != Need::Over {
            let Plan {
                at,
                rank,
                happening,
            } = self.next();
            self.now = at.max(self.now);
            match (rank, &happening) {
                (Rank::HangUp, _) => self.found.hung_up = true,
                (Rank::Key, Happening::Key(key)) => {
                    self.found.keys.push((self.now, *key));
                    self.note_key();
                }
                _ => {}
            }
            self.call.tell(self.now, happening);
        }
    }

    /// The entries whose length is the pace's doing.
    pub(super) fn paced(&self) -> BTreeSet<usize> {
        let paced: BTreeSet<usize> = self.call.paced().iter().copied().collect();
        paced.difference(&self.by_key).copied().collect()
    }

    fn next(&mut self) -> Plan {
        if self.serial != Some(self.call.serial()) {
            self.serial = Some(self.call.serial());
            self.plan = self.plan();
        }
        self.legs.look(&self.call, self.seen, &mut self.found);
        let timer = self.call.next_timer().map(|at| Plan {
            at,
            rank: Rank::Timer,
            happening: Happening::Timer,
        });
        let leg = self.legs.next(&self.call).map(|(at, happening)| Plan {
            at,
            rank: Rank::World,
            happening,
        });
        let hang_up = Plan {
            at: self
                .seen
                .hangup
                .filter(|_| !self.call.inbound().state.is_over())
                .unwrap_or(u64::MAX),
            rank: Rank::HangUp,
            happening: Happening::CallerHangsUp,
        };
        let plans = [timer, leg, self.plan.clone()];
        let first = plans
            .into_iter()
            .flatten()
            .min_by_key(|plan| (plan.at.max(self.now), plan.rank));
        let first = match first {
            Some(first) if (first.at.max(self.now), first.rank) < (hang_up.at, hang_up.rank) => {
                first
            }
            _ if hang_up.at < u64::MAX => hang_up,
            // Nothing was seen of the end: the caller hangs up now.
            None => Plan {
                at: self.now,
                ..hang_up
            },
            Some(first) => first,
        };
        if first.rank == Rank::World
            && let Happening::Rings(_) | Happening::Answers(_) | Happening::Ends(..) =
                first.happening
        {
            self.legs.take(&first.happening);
        }
        first
    }

    /// What comes of the need that has just arisen.
    fn plan(&mut self) -> Option<Plan> {
        let (need, since) = (self.call.need().clone(), self.call.since());
        let elapsed = need.at_most().map(|time| Plan {
            at: since.saturating_add(time),
            rank: Rank::Elapsed,
            happening: Happening::Elapsed,
        });
        let entry = self.call.open_entries().next_back();
        let key = self.broken_off(&need, elapsed.as_ref());
        if let (Some(_), Need::Hear { .. } | Need::Wait { .. } | Need::Pass(_)) = (&key, &need) {
            return key;
        }
        if key.is_some() && self.is_broken_off() {
            self.natural(entry, need, since, elapsed);
            return key;
        }
        let plan = self.natural(entry, need, since, elapsed);
        let plans = [plan, key].into_iter().flatten();
        plans.min_by_key(|plan| (plan.at, plan.rank))
    }

    /// Whether a key broke off the innermost command for certain: by its reason, or by that of a
    /// command around it that ended with it.
    fn is_broken_off(&self) -> bool {
        let seen = |entry: usize| self.seen.log.get(entry);
        let ended = |entry| seen(entry).and_then(|one| one.ended);
        let innermost = self.call.open_entries().next_back().and_then(ended);
        let mut open = self.call.open_entries().filter_map(seen);
        innermost.is_some() && open.any(|one| one.is_broken_off() && one.ended == innermost)
    }

    /// Notes that a key ends commands: it is not the pace that makes them short.
    fn note_key(&mut self) {
        let listener = match self.call.need() {
            Need::Collect { .. } => None,
            _ => self.call.listener(),
        };
        let from = listener.map_or(0, |listener| listener + 1);
        let ended: Vec<_> = match self.call.need() {
            Need::Wait { .. } | Need::Collect { .. } if listener.is_none() => {
                self.call.open_entries().next_back().into_iter().collect()
            }
            _ => self
                .call
                .open_entries()
                .filter(|&entry| entry >= from)
                .collect(),
        };
        self.by_key.extend(ended);
    }

    /// What comes of a need where nothing breaks it off.
    fn natural(
        &mut self,
        entry: Option<usize>,
        need: Need,
        since: u64,
        elapsed: Option<Plan>,
    ) -> Option<Plan> {
        match need {
            Need::Pass(time) => self.pass(time, since),
            Need::Fetch(request) => self.fetch(entry?, &request, since).or(elapsed),
            Need::Ring { legs, .. } => {
                let at = Legs::gives_up(
                    &legs,
                    since,
                    elapsed.as_ref()?.at,
                    self.seen,
                    &mut self.found,
                );
                Some(Plan { at, ..elapsed? })
            }
            Need::Bridge { leg, .. } => {
                let elapsed = elapsed?;
                let at = Legs::talks(leg, since, elapsed.at, self.seen, &mut self.found);
                Some(Plan { at, ..elapsed })
            }
            Need::Hear {
                sound: Sound::File { url, times },
                lasts: None,
                ..
            } => self.media(entry?, &url, times, since),
            Need::Wait { .. } | Need::Collect { .. } => {
                let entry = entry?;
                let course = self.course(entry, self.now)?;
                match self.call.key_for(entry, &course) {
                    Some((wait, key)) => Some(Plan {
                        at: since.saturating_add(wait),
                        rank: Rank::Key,
                        happening: Happening::Key(key),
                    }),
                    None => elapsed,
                }
            }
            Need::Hear { .. } | Need::Recording { .. } => elapsed,
            Need::Timers | Need::Over => None,
        }
    }

    /// One of the platform's own delays: as long as was seen.
    fn pass(&mut self, usual: u64, since: u64) -> Option<Plan> {
        let log = self.call.log().len();
        let time = match self.call.delay()? {
            Delay::Enter => {
                let path = self.call.upcoming()?;
                let next = self.seen.log.get(log).filter(|next| next.path() == path);
                let hangup = self.seen.hangup;
                match (next, hangup.and_then(|hangup| hangup.checked_sub(since))) {
                    (Some(next), _) => {
                        let time = next.began.saturating_sub(since);
                        if time != usual {
                            self.after.insert(log, time);
                        }
                        time
                    }
                    (None, Some(rest)) if rest >= usual => {
                        self.never_came.push((path, rest + 1));
                        rest + 1
                    }
                    (None, _) => usual,
                }
            }
            Delay::Legs => {
                let created = self.seen.leg(self.call.legs().len());
                let created = created.and_then(|leg| self.seen.at(leg.created_on));
                let time = created.map_or(usual, |created| created.saturating_sub(since));
                if time != usual {
                    self.found.created.insert(self.call.legs().len(), time);
                }
                time
            }
            Delay::Report | Delay::Close => usual,
        };
        Some(Plan {
            at: since.saturating_add(time),
            rank: Rank::Elapsed,
            happening: Happening::Elapsed,
        })
    }

    /// The key that breaks off what an open command would go on with, where the log goes on
    /// otherwise.
    fn broken_off(&mut self, need: &Need, elapsed: Option<&Plan>) -> Option<Plan> {
        let listener = self.call.listener()?;
        let log = self.call.log().len();
        let upcoming = self.call.upcoming();
        let next = self
            .seen
            .log
            .get(log)
            .filter(|_| log < self.documents.extent[listener]);
        let goes_on = match (&upcoming, next) {
            (Some(upcoming), Some(next)) => next.path() == upcoming,
            _ => false,
        };
        let entry = self.call.open_entries().next_back()?;
        let at = match need {
            Need::Pass(_) if self.call.delay() == Some(Delay::Enter) => {
                if goes_on && entry == listener && self.keys_in_gaps {
                    return self.before_a_prompt(listener, elapsed?.at, next?.began);
                }
                if goes_on {
                    return None;
                }
                let until = elapsed?.at;
                if next.is_none() && self.seen.hangup.is_some_and(|hangup| hangup < until) {
                    // The call ends in the gap.
                    let open = self.seen.log.get(listener)?.ended.is_none();
                    if open {
                        return None;
                    }
                }
                match self
                    .seen
                    .log
                    .get(entry)?
                    .ended
                    .filter(|_| entry != listener)
                {
                    // It ended together with what is open around the gap.
                    Some(ended) => {
                        if ended >= until {
                            let rest = ended - self.now + 1;
                            self.never_came.push((upcoming?, rest));
                        }
                        return self.break_off(listener, ended, need);
                    }
                    None => return self.in_a_gap(listener, until),
                }
            }
            Need::Collect { .. } | Need::Timers | Need::Over => return None,
            Need::Pass(_) => {
                let ended = self.seen.log.get(entry)?.ended?;
                Some(ended).filter(|&ended| Some(ended) < elapsed.map(|plan| plan.at))?
            }
            // What runs inside it is not over.
            _ if entry == listener => return None,
            // A key lets what it breaks off end well.
            _ if self.seen.log.get(entry)?.failed() => return None,
            _ => self.seen.log.get(entry)?.ended?,
        };
        // A fetch or a file ends whenever the world has it end.
        let is_timed = matches!(need, Need::Hear { lasts: Some(_), .. } | Need::Wait { .. });
        let is_early = !is_timed || self.call.paced().contains(&entry);
        // What a key breaks off ends together.
        let together = self.end_together(listener, at);
        if goes_on || !is_early || !together || self.has_own_key(entry, at) {
            return None;
        }
        let key = self.break_off(listener, at, need)?;
        if let Need::Hear {
            sound: Sound::File { url, times },
            lasts: None,
            ..
        } = need
        {
            let lasted = at.saturating_sub(self.call.since());
            let longer = lasted / u64::from(*times) + 1000;
            let lasts = std::time::Duration::from_millis(longer);
            self.found.media(url, scenario::Media::Lasts(lasts));
        }
        Some(key)
    }

    /// Whether all commands inside one end at an instant.
    fn end_together(&self, listener: usize, at: u64) -> bool {
        let ended = |entry: usize| self.seen.log.get(entry).and_then(|one| one.ended);
        let mut open = self.call.open_entries().filter(|&entry| entry > listener);
        open.all(|entry| ended(entry) == Some(at))
    }

    /// The key of an attempt that ended before its first prompt, where that came too late.
    fn before_a_prompt(&mut self, listener: usize, until: u64, began: u64) -> Option<Plan> {
        let course = self.course(listener, self.now).filter(|_| began > until)?;
        let (wait, key) = self.call.key_for(listener, &course)?;
        let at = self.now.saturating_add(wait);
        (at < until).then_some(Plan {
            at,
            rank: Rank::Key,
            happening: Happening::Key(key),
        })
    }

    /// The key that a listening command is told at an instant.
    fn break_off(&mut self, listener: usize, at: u64, need: &Need) -> Option<Plan> {
        let course = Course {
            at_once: true,
            taken: match need {
                Need::Wait { stop, .. } => stop,
                _ => "",
            },
            ..self.course(listener, at)?
        };
        let (_, key) = self.call.key_for(listener, &course)?;
        Some(Plan {
            at,
            rank: Rank::Key,
            happening: Happening::Key(key),
        })
    }

    /// Whether the innermost command listens itself for the key that ended it.
    fn has_own_key(&mut self, entry: usize, at: u64) -> bool {
        let Some(course) = self.course(entry, at) else {
            return false;
        };
        matches!(self.call.need(), Need::Wait { .. }) && self.call.key_for(entry, &course).is_some()
    }

    /// The key that was pressed between two prompts. Where the usual delay is too short for it, the
    /// platform took longer.
    fn in_a_gap(&mut self, listener: usize, until: u64) -> Option<Plan> {
        let course = self.course(listener, self.now)?;
        let at_once = Course {
            at_once: true,
            ..course
        };
        let (wait, key) = match self.call.key_for(listener, &course) {
            Some((wait, _)) if self.now.saturating_add(wait) >= until => {
                match self.call.key_for(listener, &at_once) {
                    Some(press) => press,
                    None => {
                        let upcoming = self.call.upcoming()?;
                        self.never_came.push((upcoming, wait + 1));
                        self.call.key_for(listener, &course)?
                    }
                }
            }
            Some(press) => press,
            None => self.call.key_for(listener, &at_once)?,
        };
        Some(Plan {
            at: self.now.saturating_add(wait),
            rank: Rank::Key,
            happening: Happening::Key(key),
        })
    }

    /// What comes of a command that is open, from an instant on.
    fn course(&self, entry: usize, from: u64) -> Option<Course<'a>> {
        let one = self.seen.log.get(entry)?;
        let log = self.call.log().len();
        let flow = &self.call.log()[entry].flow;
        let node = self.call.log()[entry].node;
        let into = flow.node(node).command.spec().gaps.into;
        let runs = |&&member: &&NodeId| flow.node(member).command.spec().role == Role::Step;
        let has_prompts = flow.members(node).iter().any(|member| runs(&member));
        let inside = self
            .seen
            .log
            .get(log)
            .filter(|_| log < self.documents.extent[entry]);
        let (next, at) = match (inside, one.ended) {
            (Some(inside), _) => {
                let at = inside.began.saturating_sub(into);
                let document = self.documents.fetched.get(&entry);
                let members = flow.members(node);
                let branch = members
                    .iter()
                    .position(|&member| flow.path(member) == inside.path());
                let next = match branch {
                    _ if document == Some(&self.documents.of[log])
                        && !inside.path().contains('.') =>
                    {
                        Next::Document
                    }
                    Some(index) if flow.node(members[index]).command.spec().role != Role::Step => {
                        Next::Branch(index)
                    }
                    _ => Next::Again,
                };
                (next, at)
            }
            (None, Some(ended)) => (Next::End, ended),
            (None, None) => (Next::Nothing, self.seen.hangup.unwrap_or(u64::MAX)),
        };
        Some(Course {
            next,
            left: at.saturating_sub(from),
            reason: one.reason(),
            at_once: false,
            has_prompts,
            taken: "",
        })
    }
}

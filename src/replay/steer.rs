//! Drives a call through what was seen of it, and notes what the world must have done.
//!
//! The machine runs the flows that were rebuilt. Each time that it needs something, the log says
//! what came next and when, and so what must have happened here. What the platform took more or
//! less time for than usual is noted as its pace.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::documents::Documents;
use super::seen::{Seen, SeenCall};
use crate::call::{Call, Delay, Setup};
use crate::channel::{Happening, Need, Sound};

mod choice;
mod keys;
mod legs;
mod matched;
mod rules;
mod world;

pub(super) use choice::{Choice, Trail};
use legs::Legs;
use matched::Matched;
use rules::Found;

/// A driver that knows how the call went.
#[derive(Clone, Debug)]
pub(super) struct Driver<'a> {
    seen: &'a SeenCall<'a>,
    pub(super) documents: Rc<Documents>,
    pub(super) call: Call,
    now: u64,
    serial: Option<u64>,
    /// What comes of the present need, unless something else comes first.
    plan: Option<Plan>,
    legs: Legs,
    /// What the world did.
    pub(super) found: Found,
    /// Entries that a key ended: no pace of the platform's.
    pub(super) by_key: BTreeSet<usize>,
    /// How long it was, from the beginning of an entry, until what was heard of it was over, where
    /// that was earlier than usual.
    pub(super) shorter: BTreeMap<usize, u64>,
    /// Those of them that were over but for the pace.
    pub(super) broken_off: BTreeSet<usize>,
    /// The delays before commands that were not the usual ones, by their turns.
    pub(super) after: BTreeMap<usize, u64>,
    /// How far it went as the log has it.
    pub(super) matched: Matched,
    /// Whether what comes late is the platform's doing, and not that of keys before it.
    pub(super) is_plain: bool,
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
    /// What takes no time at all.
    AtOnce,
    Timer,
    World,
    Elapsed,
    Key,
    HangUp,
}

impl<'a> Driver<'a> {
    pub(super) fn new(seen: &'a SeenCall<'a>, documents: Rc<Documents>, setup: Arc<Setup>) -> Self {
        let flow = documents.all[0].flow.clone();
        Self {
            seen,
            documents,
            call: Call::new(setup, flow),
            now: 0,
            serial: None,
            plan: None,
            legs: Legs::default(),
            found: Found::default(),
            by_key: BTreeSet::new(),
            shorter: BTreeMap::new(),
            broken_off: BTreeSet::new(),
            after: BTreeMap::new(),
            matched: Matched::default(),
            is_plain: false,
        }
    }

    /// Drives the call to its end.
    pub(super) fn drive(&mut self) {
        while *self.call.need() != Need::Over {
            self.step();
        }
    }

    /// Tells the call what happens next.
    fn step(&mut self) {
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
            (Rank::Elapsed, _) if self.call.delay() == Some(Delay::Report) => self.note_report(),
            _ => {}
        }
        self.call.tell(self.now, happening);
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
        let elapsed = self.elapsed();
        let entry = self.call.open_entries().next_back();
        let key = self.broken_off(&need, elapsed.as_ref());
        if let (Some(_), Need::Hear { .. } | Need::Wait { .. } | Need::Pass(_)) = (&key, &need) {
            return key;
        }
        let plan = self.natural(entry, need, since, elapsed);
        let plans = [plan, key].into_iter().flatten();
        plans.min_by_key(|plan| (plan.at, plan.rank))
    }

    /// The end of the present need, where it ends by itself.
    fn elapsed(&self) -> Option<Plan> {
        let time = self.call.need().at_most()?;
        Some(Plan {
            at: self.call.since().saturating_add(time),
            rank: self.rank(time),
            happening: Happening::Elapsed,
        })
    }

    /// The rank of the end of the present need, which takes so long: a delay that is none is not
    /// asked for in a simulation.
    fn rank(&self, time: u64) -> Rank {
        match (time, self.call.delay()) {
            (0, Some(Delay::Enter | Delay::Close)) => Rank::AtOnce,
            _ => Rank::Elapsed,
        }
    }

    /// Whether a key broke off the innermost command for certain: by its reason, or by that of a
    /// command around it that ended with it.
    fn is_broken_off(&self) -> bool {
        let seen = |entry: usize| self.seen.log.get(entry);
        let Some(last) = self.call.open_entries().next_back() else {
            return false;
        };
        let Some(innermost) = seen(last).filter(|one| one.ended.is_some()) else {
            return false;
        };
        let runs_on = self.call.log().len() < self.documents.extent[last];
        // Whatever does not end so may have ended by itself, just before.
        let ends_so = |entry: &usize| {
            let one = seen(*entry).filter(|one| one.ended == innermost.ended);
            let reason = self.call.reason_if_broken_off(*entry);
            one.is_some_and(|one| one.reason() == reason.as_deref())
        };
        let open = self.call.open_entries().rev().take_while(ends_so);
        let mut open = open.filter_map(seen);
        !runs_on && open.any(Seen::is_broken_off)
    }

    /// Notes that a command learns earlier than usual what came of its legs, whatever ends it then.
    fn note_report(&mut self) {
        let last = self.call.open_entries().next_back();
        let cut = last.filter(|last| self.call.paced().contains(last));
        if let Some(entry) = cut
            && let Some(one) = self.seen.log.get(entry)
        {
            let lasts = self.now.saturating_sub(one.began);
            self.shorter.entry(entry).or_insert(lasts);
        }
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
        let last = self.call.open_entries().next_back();
        let closing = last.filter(|_| self.call.delay() == Some(Delay::Close));
        self.broken_off.extend(closing);
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
                let is_wait = matches!(need, Need::Wait { .. });
                let entry = entry?;
                let course = self.course(entry, self.now)?;
                match self.call.key_for(entry, &course) {
                    Some((wait, key)) => {
                        let at = since.saturating_add(wait);
                        // What ended later than it could was held open: the key came before.
                        let latest = elapsed.filter(|_| is_wait);
                        let latest = latest.map_or(at, |end| end.at.saturating_sub(1));
                        Some(Plan {
                            at: at.min(latest).max(since),
                            rank: Rank::Key,
                            happening: Happening::Key(key),
                        })
                    }
                    None => elapsed,
                }
            }
            Need::Hear { .. } => self.heard(entry?, elapsed?),
            Need::Recording { .. } => elapsed,
            Need::Timers | Need::Over => None,
        }
    }

    /// Something is heard: it is over when something begins inside the command.
    fn heard(&mut self, entry: usize, elapsed: Plan) -> Option<Plan> {
        let log = self.call.log().len();
        let inside = self.seen.log.get(log);
        let inside = inside.filter(|_| log < self.documents.extent[entry]);
        let Some(inside) = inside else {
            return Some(elapsed);
        };
        let logged = &self.call.log()[entry];
        let into = logged.flow.node(logged.node).command.spec().gaps.into;
        let latest = inside.began.saturating_sub(into).max(self.now);
        // A length may be needed to say how long the command is held open, unless a key ended it;
        // then it is the delay behind that was shorter.
        let one = self.seen.log.get(entry)?;
        let most = match one.is_broken_off() {
            true => latest,
            false => inside.began,
        };
        if elapsed.at <= most {
            return Some(elapsed);
        }
        self.shorter.insert(entry, latest.saturating_sub(one.began));
        Some(Plan {
            at: latest,
            ..elapsed
        })
    }

    /// Notes how long it is until the command begins whose turn it is.
    fn delay(&mut self, time: u64) {
        if let Some(turn) = self.call.turns().len().checked_sub(1) {
            self.after.insert(turn, time);
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
                            self.delay(time);
                        }
                        time
                    }
                    (None, Some(rest)) if rest >= usual => {
                        self.delay(rest + 1);
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
            rank: self.rank(time),
            happening: Happening::Elapsed,
        })
    }
}

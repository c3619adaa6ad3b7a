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
use crate::channel::{Happening, Need, Sound};

mod keys;
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
        let last = self.call.open_entries().next_back();
        let runs_on =
            last.is_some_and(|entry| self.call.log().len() < self.documents.extent[entry]);
        !runs_on
            && innermost.is_some()
            && open.any(|one| one.is_broken_off() && one.ended == innermost)
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
}

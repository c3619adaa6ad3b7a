//! Which keys the caller pressed, and when.

use super::{Driver, Plan, Rank};
use crate::call::Delay;
use crate::channel::{Course, Happening, Need, Next, Sound};
use crate::command::Role;
use crate::flow::NodeId;

impl<'a> Driver<'a> {
    /// The key that breaks off what an open command would go on with, where the log goes on
    /// otherwise.
    pub(super) fn broken_off(&mut self, need: &Need, elapsed: Option<&Plan>) -> Option<Plan> {
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
                let until = elapsed?.at;
                if goes_on {
                    return self.without_trace(listener, until);
                }
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
                            self.delay(ended - self.now + 1);
                        }
                        return self.break_off(listener, ended, need);
                    }
                    None => return self.in_a_gap(listener, until),
                }
            }
            Need::Collect { .. } | Need::Timers | Need::Over => return None,
            Need::Pass(_) => {
                let ended = self.seen.log.get(entry)?.ended?;
                let until = elapsed?.at;
                let is_cut = match self.is_cut_off() {
                    // A key would have come before.
                    true => return None,
                    false => self.call.paced().contains(&entry) || self.is_broken_off(),
                };
                Some(ended).filter(|&ended| ended < until || is_cut && ended == until)?
            }
            // What runs inside it is not over.
            _ if entry == listener => return None,
            // Something runs inside it before it ends.
            _ if log < self.documents.extent[entry] => return None,
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
            self.plays_on(url, *times, at);
        }
        Some(key)
    }

    /// Whether all commands inside one end at an instant, as they do when a key breaks them off.
    pub(super) fn end_together(&self, listener: usize, at: u64) -> bool {
        let mut open = self.call.open_entries().filter(|&entry| entry > listener);
        open.all(|entry| {
            let seen = self.seen.log.get(entry);
            let reason = self.call.reason_if_broken_off(entry);
            seen.is_some_and(|seen| seen.ended == Some(at) && seen.reason() == reason.as_deref())
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
        let press = self.call.key_for(listener, &course).or_else(|| {
            // A key came for certain: the platform took longer with what follows.
            let silence = self.call.collects(listener);
            let is_certain = silence.is_some_and(|silence| course.left < silence);
            let course = Course { left: 0, ..course };
            let press = self.call.key_for(listener, &course);
            press.filter(|_| is_certain || self.is_broken_off())
        });
        let (_, key) = press?;
        Some(Plan {
            at,
            rank: Rank::Key,
            happening: Happening::Key(key),
        })
    }

    /// Whether the pace has just cut off what the innermost command did: it is not held open.
    pub(super) fn is_cut_off(&self) -> bool {
        let last = self.call.open_entries().next_back();
        self.call.delay() == Some(Delay::Close)
            && *self.call.need() == Need::Pass(0)
            && last.is_some_and(|last| self.call.paced().contains(&last))
    }

    /// Whether the innermost command listens itself for the key that ended it.
    fn has_own_key(&mut self, entry: usize, at: u64) -> bool {
        let Some(course) = self.course(entry, at) else {
            return false;
        };
        matches!(self.call.need(), Need::Wait { .. }) && self.call.key_for(entry, &course).is_some()
    }

    /// The key of an attempt that left no trace, in a gap that is longer than usual.
    fn without_trace(&mut self, listener: usize, until: u64) -> Option<Plan> {
        let next = self.seen.log.get(self.call.log().len())?;
        let is_inside = self.call.open_entries().next_back() != Some(listener);
        if self.is_plain || next.began <= until || is_inside {
            return None;
        }
        let course = self.course(listener, self.now)?;
        if !self.call.skips(listener, &course) {
            return None;
        }
        self.in_a_gap(listener, until).or_else(|| {
            // Too long for the keys of an attempt: they came at its end.
            let wait = course.left;
            let course = Course { left: 0, ..course };
            let (_, key) = self.call.key_for(listener, &course)?;
            self.delay(wait + 1);
            Some(Plan {
                at: self.now.saturating_add(wait),
                rank: Rank::Key,
                happening: Happening::Key(key),
            })
        })
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
                        self.delay(wait + 1);
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
    pub(super) fn course(&self, entry: usize, from: u64) -> Option<Course<'a>> {
        let one = self.seen.log.get(entry)?;
        let log = self.call.log().len();
        let flow = &self.call.log()[entry].flow;
        let node = self.call.log()[entry].node;
        let into = flow.node(node).command.spec().gaps.into;
        let runs = |&&member: &&NodeId| flow.node(member).command.spec().role == Role::Step;
        let members = flow.members(node);
        let first = members.iter().find(runs).map(|&first| flow.path(first));
        let inside = self
            .seen
            .log
            .get(log)
            .filter(|_| log < self.documents.extent[entry]);
        let (next, at) = match (inside, one.ended) {
            (Some(inside), _) => {
                let at = inside.began.saturating_sub(into);
                let document = self.documents.fetched.get(&entry);
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
        let document = self.documents.of.get(entry);
        let is_first = |&other: &usize| {
            self.documents.of.get(other) == document
                && Some(self.seen.log[other].path()) == first.as_deref()
        };
        let inside = log..self.documents.extent[entry];
        let again = match inside.start < inside.end && is_first(&log) {
            true => inside.filter(is_first).count(),
            false => 0,
        };
        Some(Course {
            next,
            left: at.saturating_sub(from),
            reason: one.reason(),
            at_once: false,
            has_prompts: first.is_some(),
            again,
            taken: "",
        })
    }
}

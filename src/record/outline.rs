//! What follows from a record, derived once for everything that shows or judges a call: the documents
//! behind its log, what each entry does, what was dialled and fetched, what the caller heard, when the
//! call was answered, who ended it, and what never ran.
//!
//! **Invariants:** no command is known by name: what an entry does is asked of the command itself.
//! What the record knows is taken from it; only what it does not know is worked out.

mod dial;
mod documents;
mod does;
mod ending;
mod fetch;
mod find;
mod heard;
mod menu;
mod never_ran;
mod outcome;
mod step;

pub use dial::{Attempt, Dial, DialEnd, TalkEnd, is_consequence, named_cause};
pub use documents::{Location, SourceDocument, SourceFlows, is_empty_flow};
pub use does::{Does, fetches};
pub use ending::{Answered, Ender, Ending, Fate, Kept, OpenRecording};
pub use fetch::{Fetch, FetchEnd};
pub use menu::{Completeness, Menu, Press, keys_in};
pub use never_ran::{Unseen, UnseenKind, Why};
pub use outcome::{CallOutcome, NotKnown};
pub use step::{Step, TOGETHER};

use super::{Audio, AudioSegment, Extent, Record};

/// What follows from a record. Instants are milliseconds since the call was created.
#[derive(Debug)]
pub struct Outline<'r> {
    /// The record.
    pub record: &'r Record,
    /// The documents that ran, and where each entry stands.
    pub flows: SourceFlows,
    /// Every entry of the log, with what it does.
    pub steps: Vec<Step>,
    /// Every command that dialled, in order.
    pub dials: Vec<Dial>,
    /// The legs of commands that the log does not show, for the call is still going on or the event
    /// is truncated.
    pub unlogged: Vec<Attempt>,
    /// Every command that waited for keys, in order.
    pub menus: Vec<Menu>,
    /// Every command that fetched, in order.
    pub fetches: Vec<Fetch>,
    /// What the caller heard, from the beginning to the end, without gaps.
    pub heard: Vec<AudioSegment>,
    /// For each of these how much of it was heard.
    pub completeness: Vec<Completeness>,
    /// When the call was answered.
    pub answered: Answered,
    /// How it ended.
    pub ending: Ending,
}

impl<'r> Outline<'r> {
    /// The times in which the caller heard nothing and the flow awaited nothing of the caller: neither
    /// keys nor speech.
    pub fn silences(&self) -> Vec<(u64, u64)> {
        let is_turn = |step: &&Step| matches!(step.does, Does::Records { .. } | Does::Collects);
        let turns: Vec<_> = self.steps.iter().filter(is_turn).collect();
        let silent = self.heard.iter().filter(|one| one.what == Audio::Silence);
        let mut silences = Vec::new();
        for one in silent {
            let mut from = one.from;
            for turn in &turns {
                let end = turn.to.unwrap_or(u64::MAX);
                if turn.from < one.to && end > from {
                    silences.push((from, turn.from.max(from)));
                    from = end.min(one.to);
                }
            }
            silences.push((from, one.to));
        }
        silences.retain(|(from, to)| from < to);
        silences
    }

    /// Whether the command of an entry has an Error block of its own; absent if the log does not show it.
    pub fn has_handler(&self, entry: usize) -> Option<bool> {
        let (flow, node) = self.flows.command(entry)?;
        Some(!flow.handlers(node).is_empty())
    }

    /// How long an entry had been open when the call ended, or when the last event was made; absent if
    /// that is not known.
    pub fn open_for(&self, entry: usize) -> Option<u64> {
        let begin = self.steps.get(entry)?.began()?;
        let end = if self.record.is_over() {
            self.record.hung_up()?
        } else {
            self.record.legs_seen_until()
        };
        Some(end.saturating_sub(begin))
    }

    /// How long after its command began a leg was answered; absent if that is not known.
    pub fn answered_after(&self, dial: &Dial, leg: &Attempt) -> Option<u64> {
        let begin = self.steps.get(dial.entry)?.began()?;
        Some(leg.answered?.saturating_sub(begin))
    }

    /// Whether the caller may have heard something that the events do not show; of a call in progress, up
    /// to the last time in its log.
    pub fn hides_sounds(&self) -> bool {
        let seen = self.record.log_seen_until();
        let mut heard = self.heard.iter();
        heard.any(|one| one.what == Audio::Unknown && one.from < seen)
    }

    /// Whether the times show that the call ended after all that is known of it.
    pub fn ends_last(&self) -> bool {
        self.record.hung_up().is_some() && self.steps.iter().all(|step| step.is_timed)
    }

    /// What the caller heard of the flow and of dialled parties, with how much of it was heard. What
    /// sounds again with nothing else between is one; ringing and hold music of less than `short`
    /// milliseconds are left out.
    pub fn sounds(&self, short: u64) -> Vec<(AudioSegment, Completeness)> {
        let mut all: Vec<(AudioSegment, Completeness)> = Vec::new();
        for (one, how) in self.heard.iter().zip(&self.completeness) {
            let is_told = match one.what {
                Audio::Sound(_) | Audio::Bridge(_) => true,
                Audio::RingBack | Audio::Hold => one.lasts() >= short,
                Audio::Ringing | Audio::Silence | Audio::Unknown => false,
            };
            if !is_told {
                continue;
            }
            match all.last_mut() {
                Some((last, _))
                    if last.what == one.what && !matches!(last.what, Audio::Sound(_)) =>
                {
                    last.to = last.to.saturating_add(one.lasts());
                }
                _ => all.push((one.clone(), *how)),
            }
        }
        all
    }

    /// The silences of at least so many milliseconds, in order, and of each whether it was the caller's
    /// turn to speak.
    pub fn long_silences(&self, short: u64) -> Vec<(AudioSegment, bool)> {
        let all = self.heard.iter();
        let long = all.filter(|one| one.what == Audio::Silence && one.lasts() >= short);
        long.map(|one| {
            let open = |step: &&Step| step.from < one.to && step.to.is_none_or(|to| to > one.from);
            let mut records = false;
            for step in self.steps.iter().filter(open) {
                match step.does {
                    // While somebody is dialled, the caller waits.
                    Does::Dials { .. } => return (one.clone(), false),
                    Does::Records { .. } => records = true,
                    _ => {}
                }
            }
            (one.clone(), records)
        })
        .collect()
    }

    /// How the call went.
    pub fn outcome(&self) -> CallOutcome {
        outcome::outcome(self)
    }

    /// The entries that failed, those that failed first before the others; without menus at which nothing
    /// or a wrong key was pressed, if a later one was used.
    pub fn failures(&self) -> Vec<usize> {
        outcome::failures(self)
    }

    /// What the events do not show.
    pub fn not_known(&self) -> Vec<NotKnown> {
        outcome::not_known(self)
    }

    /// Whether the caller heard something of the flow or was connected after an entry had failed; absent
    /// if that is not known.
    pub fn told_after(&self, entry: usize) -> Option<bool> {
        let step = self.steps.get(entry)?;
        outcome::told_after(self, step.to.unwrap_or(step.from), step.is_timed)
    }

    /// What follows from a record.
    pub fn of(record: &'r Record) -> Self {
        let flows = SourceFlows::of(record);
        let steps = step::all(record, &flows);
        let mut dials = dial::all(record, &steps);
        let mut unlogged = dial::unlogged(record, &dials);
        let menus = menu::all(record, &steps, &flows);
        let fetches = fetch::all(&steps);
        let answered = ending::answered(record, &steps, &dials);
        // One command says nothing of what else was heard, and a dialled leg nothing of the caller.
        let heard = match &record.heard {
            Some(heard) => heard.clone(),
            None if !record.has_log() || record.extent == Extent::One => Vec::new(),
            None if record.leg.is_outbound() => Vec::new(),
            None => heard::all(record, &steps, &dials, &unlogged, answered),
        };
        let ending = ending::of(record, &steps, &heard, answered);
        for dial in &mut dials {
            let step = steps.get(dial.entry);
            for leg in &mut dial.attempts {
                leg.talk = dial::talk_end(record, leg, step, ending.by);
            }
        }
        for leg in &mut unlogged {
            leg.talk = dial::talk_end(record, leg, None, ending.by);
        }
        let completeness = menu::completeness(record, &steps, &flows, &heard);
        Self {
            record,
            flows,
            steps,
            dials,
            unlogged,
            menus,
            fetches,
            heard,
            completeness,
            answered,
            ending,
        }
    }
}

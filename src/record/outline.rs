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
mod never_ran;
mod step;

pub use dial::{Attempt, Dial, DialEnd, is_consequence, named_cause};
pub use documents::{Location, SourceDocument, SourceFlows, is_empty_flow};
pub use does::{Does, fetches};
pub use ending::{Answered, Ender, Ending, Fate, Kept};
pub use fetch::{Fetch, FetchEnd};
pub use never_ran::{Unseen, UnseenKind, Why};
pub use step::Step;

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
    /// Every command that fetched, in order.
    pub fetches: Vec<Fetch>,
    /// What the caller heard, from the beginning to the end, without gaps.
    pub heard: Vec<AudioSegment>,
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

    /// What follows from a record.
    pub fn of(record: &'r Record) -> Self {
        let flows = SourceFlows::of(record);
        let steps = step::all(record, &flows);
        let dials = dial::all(record, &steps);
        let fetches = fetch::all(&steps);
        let answered = ending::answered(record, &steps, &dials);
        // One command says nothing of what else was heard, and a dialled leg nothing of the caller.
        let heard = match &record.heard {
            Some(heard) => heard.clone(),
            None if !record.has_log() || record.extent == Extent::One => Vec::new(),
            None if record.leg.is_outbound() => Vec::new(),
            None => heard::all(record, &steps, &dials, answered),
        };
        let ending = ending::of(record, &steps, &heard, answered);
        Self {
            record,
            flows,
            steps,
            dials,
            fetches,
            heard,
            answered,
            ending,
        }
    }
}

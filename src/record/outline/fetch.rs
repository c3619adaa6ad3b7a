//! What was fetched, and how long it took.

use super::does::Does;
use super::step::Step;
use crate::flow::EntryState;

/// A document that a command asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Fetch {
    /// The entry.
    pub entry: usize,
    /// Where from.
    pub url: String,
    /// How long the reply might have taken, in milliseconds; absent where there was no limit.
    pub timeout: Option<u64>,
    /// How long it took, in milliseconds; absent where that cannot be told.
    pub took: Option<u64>,
    /// What came of it.
    pub end: FetchEnd,
}

/// What came of a fetch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FetchEnd {
    /// The document came and ran: commands of it stand in the log.
    Ran,
    /// The reply came.
    Answered,
    /// It failed.
    Failed,
    /// Nothing had come when the call ended, or the event was made.
    Open,
}

/// Everything that was fetched, in order.
pub(super) fn all(steps: &[Step]) -> Vec<Fetch> {
    let mut fetches = Vec::new();
    for step in steps {
        let Does::Fetches { request, flow } = &step.does else {
            continue;
        };
        let first = steps[step.entry + 1..]
            .iter()
            .find(|inner| inner.parent == Some(step.entry) && !inner.path.contains('.'))
            .filter(|_| *flow);
        let (end, took) = match (step.state, first) {
            (_, Some(first)) => {
                let times = first.began().zip(step.began());
                let took = times.map(|(came, asked)| came.saturating_sub(asked));
                (FetchEnd::Ran, took)
            }
            (EntryState::Failed, None) => (FetchEnd::Failed, step.took()),
            (EntryState::Success, None) => (FetchEnd::Answered, step.took()),
            (EntryState::Queued, None) => (FetchEnd::Open, None),
        };
        fetches.push(Fetch {
            entry: step.entry,
            url: request.url.to_string(),
            timeout: request.timeout,
            took,
            end,
        });
    }
    fetches
}

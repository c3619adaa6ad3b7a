//! What a published call means: what happened, why, what the caller heard, what is odd about it.
//!
//! An [`Explanation`] is data; `report::explain` puts it into words.
//!
//! **Invariants:** no command is known by name. What an entry does is asked of the command itself,
//! compiled from the source that the entry prints. Nothing is said that the events do not show:
//! what is inferred is marked as such.

mod anomaly;
mod dial;
mod ending;
mod evidence;
mod fetch;
mod gather;
mod grove;
mod hearing;
mod place;
mod probe;
mod step;

use crate::channel::cause::Cause;
use crate::flow::EntryState;
use crate::simulate::AudioSegment;

pub use anomaly::{Anomaly, Quiet};
pub use dial::{Attempt, Dial, DialEnd};
pub use ending::{Answered, EndedBy, Ending, Kept};
pub use evidence::{CauseRow, Evidence, Extent, LegRow, LogRow, RecordingRow, StatusRow};
pub use fetch::{Fetch, FetchEnd};
pub use gather::evidence;
pub use place::{Place, places};
pub use probe::Does;
pub use step::{Step, Unseen, UnseenKind, Why};

use grove::Grove;

/// What a call was and meant. Instants are milliseconds since it was created.
#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    /// What the events tell.
    pub evidence: Evidence,
    /// Every entry of the log, with what it means.
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
    /// What is odd about it.
    pub anomalies: Vec<Anomaly>,
}

impl Explanation {
    /// The entries that failed, but for those that dialled or fetched.
    pub fn other_failures(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| {
            step.state == EntryState::Failed
                && !matches!(step.does, Does::Dials { .. } | Does::Fetches { .. })
        })
    }

    /// The causes of the dials that failed, each once, in order; of a dialled leg its own.
    pub fn causes(&self) -> Vec<Cause> {
        let mut causes = Vec::new();
        if self.evidence.is_outbound() {
            let own = self.evidence.cause.cause();
            causes.extend(own.filter(|cause| !dial::is_consequence(*cause)));
        }
        for dial in &self.dials {
            for cause in dial.failures() {
                if !causes.contains(&cause) {
                    causes.push(cause);
                }
            }
        }
        causes
    }
}

/// Explains a call.
pub fn explain(evidence: Evidence) -> Explanation {
    let grove = Grove::new(&evidence.log);
    let steps = step::all(&evidence, &grove);
    let dials = dial::all(&evidence, &steps);
    let fetches = fetch::all(&steps);
    let answered = ending::answered(&evidence, &steps);
    let heard = match evidence.extent == Extent::Old || evidence.is_outbound() {
        // One command says nothing of what else was heard, and a dialled leg nothing of the caller.
        true => Vec::new(),
        false => hearing::all(&evidence, &steps, &dials, answered),
    };
    let ending = ending::of(&evidence, &steps, &dials, &heard, answered);
    let mut explanation = Explanation {
        evidence,
        steps,
        dials,
        fetches,
        heard,
        answered,
        ending,
        anomalies: Vec::new(),
    };
    explanation.anomalies = anomaly::all(&explanation);
    explanation
}

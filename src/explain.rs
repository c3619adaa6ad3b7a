//! What a record means: what happened, why, and what is odd about it.
//!
//! An [`Explanation`] is data; `present::explain` puts it into words.
//!
//! **Invariants:** no command is known by name. Nothing is said that the record does not show: what is
//! inferred is marked as such.

mod anomaly;
mod choice;
mod place;

use crate::channel::cause::Cause;
use crate::flow::EntryState;
use crate::record::{Does, Outline, Record, Step, is_consequence};

pub use anomaly::{Anomaly, Quiet};
pub use choice::Choice;
pub use place::{Place, places};

/// What a call was and meant.
#[derive(Debug)]
pub struct Explanation<'r> {
    /// What follows from its record.
    pub outline: Outline<'r>,
    /// What is odd about it.
    pub anomalies: Vec<Anomaly>,
}

impl Explanation<'_> {
    /// The record.
    pub fn record(&self) -> &Record {
        self.outline.record
    }

    /// The entries that failed, but for those that dialled or fetched.
    pub fn other_failures(&self) -> impl Iterator<Item = &Step> {
        self.outline.steps.iter().filter(|step| {
            step.state == EntryState::Failed
                && !matches!(step.does, Does::Dials { .. } | Does::Fetches { .. })
        })
    }

    /// The causes of the dials that failed, each once, in order; of a dialled leg its own.
    pub fn causes(&self) -> Vec<Cause> {
        let mut causes = Vec::new();
        let leg = &self.record().leg;
        if leg.is_outbound() {
            causes.extend(leg.cause().filter(|cause| !is_consequence(*cause)));
        }
        for dial in &self.outline.dials {
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
pub fn explain(record: &Record) -> Explanation<'_> {
    let outline = Outline::of(record);
    let anomalies = anomaly::all(&outline);
    Explanation { outline, anomalies }
}

//! Expectations against a call: what does not hold, where the file says so, and what came instead.
//!
//! **Invariants:** nothing is known of where a record comes from, no file is opened, and a failure says
//! only what the record shows.

mod align;
mod coverage;
mod judge;
mod near;
mod pages;

use crate::diagnostic::Diagnostic;

pub use align::{Item, Side};
pub use coverage::{Coverage, FlowCoverage, Goal};
pub use judge::{judge, of, pressed_otherwise, unmet, unused};
pub use pages::RULES;

/// An expectation that does not hold.
#[derive(Clone, PartialEq, Debug)]
pub struct Failure {
    /// What, and where the file says so.
    pub finding: Diagnostic,
    /// The instant of the call that it is about, in milliseconds since the call was created.
    pub at: Option<u64>,
    /// The list that was expected beside the one that came; empty where it is about no list.
    pub sides: Vec<Side>,
    /// What would hold instead, where it is about a list.
    pub instead: Option<Instead>,
}

/// A list that would hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instead {
    /// Its key in `[expect]`.
    pub key: &'static str,
    /// Its items.
    pub items: Vec<Item>,
}

/// A text that was to come, and the one that came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// As the file has it; absent where there is no such file.
    pub expected: Option<String>,
    /// As it came.
    pub came: String,
}

/// The texts of the files that expectations name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Snapshots {
    /// The final event.
    pub events: Option<Snapshot>,
    /// The call as `run` shows it.
    pub tree: Option<Snapshot>,
}

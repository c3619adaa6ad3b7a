//! What vendors publish about calls: each writes the events of a record, and reads them back.
//!
//! **Invariant:** a folder here is the only place that knows its vendor's JSON.

pub mod opentact;

mod fields;
mod read;
mod repair;
mod rules;
mod unlike;
mod value;

pub use read::{EventReader, FileReading, Reading, read};
pub use rules::RULES;

//! The published JSON: the envelope of an event, call rows, legs, log entries, recordings.
//!
//! The envelope is the one of 2024. Field order is the observed one; where two published events
//! differ in it, that of the `destroyed` event.
//!
//! **Invariant:** the only room that knows these shapes. It decides nothing about a call.

mod call_row;
mod envelope;
mod leg;
mod log;
mod party;
pub mod read;
mod stamp;

pub use call_row::CallRow;
pub use envelope::{Event, Subject};
pub use leg::{Direction, Leg};
pub use log::{Entry, JsonOnce, Recording};
pub use party::{Account, App, Parties, Tn};
pub use stamp::Stamp;

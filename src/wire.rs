//! What vendors publish about calls: each writes the events of a record, and reads them back.
//!
//! **Invariant:** a folder here is the only place that knows its vendor's JSON.

pub mod opentact;

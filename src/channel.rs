//! The words between a command and a phone channel: what ended a leg, and what can be asked of it.
//!
//! **Invariant:** this room holds vocabulary only. It knows no command, no clock and no file.

pub mod cause;

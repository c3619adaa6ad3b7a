//! The words between a command and a phone channel.
//!
//! What a command can ask for ([`Action`], [`Effect`]), what a call then needs of the world
//! ([`Need`]), what the world can tell it ([`Input`]), what a command is told ([`Outcome`]), legs and
//! hangup causes.
//!
//! **Invariant:** nothing here knows a command, an element or an event; nothing here does anything.

mod action;
pub mod cause;
mod destination;
mod leg;
mod need;
mod outcome;
pub mod timing;

pub use action::{
    Action, Behavior, Children, Clock, CommandContext, Effect, Facts, Label, Last, Outcome,
    Progress, Reason,
};
pub use destination::{
    Destination, DestinationFault, DestinationFaultKind, DestinationKind, Dropped,
};
pub use leg::{CallState, LegId};
pub use need::{
    Delay, FetchError, Input, Method, Need, Parameter, RecordingId, Reply, Request, Ring, Sound,
    Timer,
};
pub use outcome::{DialOutcome, FetchOutcome};

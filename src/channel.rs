//! The words between a command and a phone channel.
//!
//! What a command can ask for ([`Need`], [`Act`]), what can happen ([`Happening`], [`Outcome`]),
//! what a command makes of it ([`Step`]), legs and hangup causes.
//!
//! **Invariant:** nothing here knows a command, an element or an event; nothing here does anything.

pub mod cause;
mod course;
mod destination;
mod leg;
mod need;
mod step;
pub mod timing;
mod traits;

pub use course::{Course, Next, Premise, Unfetched};
pub use destination::{Destination, DestinationKind};
pub use leg::{CallState, LegId};
pub use need::{FetchError, Happening, Method, Need, Reply, Request, Ring, Sound};
pub use step::{Act, Facts, Label, Outcome, Progress, Reason, Run, Scene, Step};
pub use traits::{Effect, Given, Heard, Keys, Recording, Traits, Voice};

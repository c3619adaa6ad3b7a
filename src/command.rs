//! The language: one file per command, each the only place that knows that command.
//!
//! A command's file declares its documentation, its attributes and what may stand inside it
//! (`command!`), and says what it does in a call ([`Behavior`](crate::channel::Behavior)) and what can
//! be said of it without one ([`Describe`]). Parsing, findings,
//! the compiled JSON, schemas and the reference page all come from that declaration. `commands!`
//! is the one list: adding a command is adding one file and one line.
//!
//! **Invariant:** a command knows nothing of calls, logs or clocks, and of no other command.

#[macro_use]
mod declare;
mod block;
mod destination;
pub mod dialect;
mod fetch;
mod filter;
mod key;
mod media;
mod reading;
mod spec;
mod speech;
mod traits;
mod written;

pub use key::{Common, Slot};
pub use reading::{CONTRADICTORY_FORM, Given, RULES, Reading, list};
pub use spec::{
    AttributeSpec, CompiledSpec, Contains, Evidence, Example, Exclusive, Gaps, Role, Spec,
};
pub(crate) use speech::{RATES, STUDY};
pub use traits::{
    Asks, Compares, Describe, Fetches, Heard, Impact, Keys, Lasting, Lookalike, Named, Recording,
    Traits, Voice,
};
pub use written::Written;

/// The commands that a conversation is made of.
pub(crate) mod dialogue {
    pub(crate) use super::gather::asked;
    pub(crate) use super::pause::silence;
    pub(crate) use super::play::played;
    pub(crate) use super::record::recorded;
    pub(crate) use super::response::flow;
    pub(crate) use super::say::spoken;
}

/// What stands for a command that nobody saw: it waits.
pub const STAND_IN: &Spec = Pause::SPEC;

commands! {
    answer::Answer,
    call::Call,
    callback::Callback,
    case::Case,
    curl::Curl,
    default::Default,
    dial::Dial,
    dtmf::DTMF,
    error::Error,
    gather::Gather,
    geo::Geo,
    hangup::Hangup,
    hold::Hold,
    meta::Meta,
    number::Number,
    pause::Pause,
    play::Play,
    record::Record,
    record_start::RecordStart,
    record_stop::RecordStop,
    record_wait::RecordWait,
    redirect::Redirect,
    reject::Reject,
    response::Response,
    say::Say,
    schedule::Schedule,
    sip::Sip,
    switch::Switch,
    to::To,
    tone::Tone,
    unhold::Unhold,
}

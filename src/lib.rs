//! Parser, validator, interpreter and simulator for Opentact XML call flows.
//!
//! The modules stand in the order in which data travels through them; each imports only modules
//! above its own line. See `ARCHITECTURE.md` for the picture.

pub mod secret;

pub mod source;

pub mod diagnostic;

pub mod xml;

pub mod fidelity;

pub mod channel;

pub mod value;

pub mod table;

pub mod alignment;

pub mod command;

pub mod flow;

#[macro_use]
pub mod check;

pub mod record;

pub mod call;

pub mod wire;

pub mod redact;

pub mod diff;

pub mod drive;

pub mod scenario;

pub mod expect;

pub mod simulate;

pub mod replay;

pub mod explore;

pub mod explain;

pub mod report;

pub mod present;

pub mod cli;

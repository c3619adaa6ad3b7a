//! The call webhooks of Whippy, in both of their generations: `call.started`, `call.ended`,
//! `call.analyzed`.
//!
//! [`Events`] writes those of a record, and the reader takes what was published. A webhook tells of the
//! call and its conversation, and of no command: what it cannot hold is absent in the record that is
//! read. Whether a request is genuine is not checked: how they are signed is unproven.

mod attachments;
mod body;
mod event;
mod gather;
mod keys;
mod odd;
mod place;
mod read;
mod status;

pub(super) use attachments::kept;
pub use attachments::{files, is_file};
pub use event::{Events, Generation, Stage};
pub(super) use event::{is_own, write};
pub(super) use gather::{Call, KeptEvent};
pub(super) use keys::VENDOR;
pub(super) use place::place;
pub(super) use read::{event, is_event};

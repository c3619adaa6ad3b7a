//! What vendors publish about calls: each writes the events of a record, and reads them back.
//!
//! **Invariant:** a folder here is the only place that knows its vendor's JSON.

pub mod opentact;
pub mod whippy;

mod calls;
mod fields;

mod packed;
mod parts;
mod read;
mod repair;
mod rules;
mod unlike;
mod value;

pub use calls::{Beyond, Calls};
pub use parts::{FilePart, FileParts, LONGEST_EVENT};
pub use read::{EventReader, PartReading, Reading, damaged_file, read};
pub use rules::RULES;

use crate::record::{Field, Part, Record, VendorField};

/// What only a vendor knows of a call, as a scenario can say it: `[vendor.NAME]`.
#[derive(Clone, Copy, Debug)]
pub struct VendorTable {
    /// The vendor.
    pub name: &'static str,
    /// What it is for, as Markdown.
    pub docs: &'static str,
    /// What it can say.
    pub keys: &'static [VendorKey],
}

/// Something that only a vendor knows.
#[derive(Clone, Copy, Debug)]
pub struct VendorKey {
    /// Its name.
    pub name: &'static str,
    /// What it is, as Markdown.
    pub docs: &'static str,
    /// Of which kind.
    pub kind: VendorKind,
}

/// Of which kind a value is that only a vendor knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VendorKind {
    /// A text.
    Text,
    /// A whole number.
    Whole,
    /// A list of texts.
    Texts,
}

/// Every vendor of which a scenario can say something.
pub const VENDORS: &[VendorTable] = &[whippy::VENDOR];

/// What a scenario of the call says of what only its vendor knows.
pub fn kept(record: &Record) -> Vec<VendorField> {
    whippy::kept(record)
}

/// Where a field of a record stands in the event with this envelope: `call.logs[1].reason`. Without an
/// envelope, in one of Opentact's.
pub fn place(envelope: Option<&str>, field: &Field) -> String {
    match envelope {
        Some(envelope) if whippy::is_own(envelope) && field.of != Part::Other => {
            whippy::place(field)
        }
        _ => opentact::place(field),
    }
}

/// Writes the event that a record was read from, as its vendor has it.
pub fn write(record: &Record, out: &mut Vec<u8>) {
    if !whippy::write(record, out) {
        opentact::write(record, out);
    }
}

//! A field of a record, by name.

use super::JsonPath;

/// A field of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// What it belongs to.
    pub of: Part,
    /// Its name, as its type has it; empty for the whole.
    pub name: &'static str,
    /// The place inside it, where it is a tree.
    pub inside: JsonPath,
}

/// A part of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The leg that the record is about.
    Leg,
    /// The leg that dialled it.
    Parent,
    /// A dialled leg, by its index.
    Dialled(usize),
    /// A log entry, by its index.
    Entry(usize),
    /// A recording, by its index.
    Recording(usize),
    /// The account.
    Account,
    /// The control app.
    App,
    /// The number that was called.
    Number,
    /// A turn of the conversation, by its index.
    Turn(usize),
    /// A file that belongs to the call, by its index.
    Attachment(usize),
    /// What only the vendor knows: the name is the vendor's.
    Vendor,
    /// The event that the record was read from.
    Event,
    /// What this event says otherwise: the place inside is that in the event.
    Other,
}

impl Field {
    /// A field of a part.
    pub fn new(of: Part, name: &'static str) -> Self {
        Self {
            of,
            name,
            inside: JsonPath::default(),
        }
    }

    /// The same at a place inside it.
    #[must_use]
    pub fn at(&self, inside: JsonPath) -> Self {
        Self {
            inside,
            ..self.clone()
        }
    }
}

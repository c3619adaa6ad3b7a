//! The keys of a command's compiled JSON, sorted while compiling.
//!
//! The platform stores `command` as PostgreSQL `jsonb`, which orders keys by length, then bytewise
//! (observed on all 84 objects of the reference event).

use serde::Serialize;
use serde::ser::SerializeMap;

/// Where the value of a key comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slot {
    /// What every command has.
    Common(Common),
    /// The command's attribute with this index.
    Attribute(usize),
    /// The command's compiled value with this index.
    Compiled(usize),
}

/// Keys that every command has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names are the keys")]
pub enum Common {
    Tag,
    Meta,
    Name,
    Path,
    Error,
    State,
    Reason,
    Success,
    Children,
}

impl Common {
    /// The key.
    pub fn name(self) -> &'static str {
        let named = COMMON.iter().find(|(_, slot)| *slot == Slot::Common(self));
        named.map_or("", |(name, _)| name)
    }
}

/// The common keys with their names.
pub(super) const COMMON: [(&str, Slot); 9] = [
    ("tag", Slot::Common(Common::Tag)),
    ("meta", Slot::Common(Common::Meta)),
    ("name", Slot::Common(Common::Name)),
    ("path", Slot::Common(Common::Path)),
    ("error", Slot::Common(Common::Error)),
    ("state", Slot::Common(Common::State)),
    ("reason", Slot::Common(Common::Reason)),
    ("success", Slot::Common(Common::Success)),
    ("children", Slot::Common(Common::Children)),
];

/// The slots of a command: its own keys and the common ones, in `jsonb` order.
///
/// `N` is the number of all keys together.
pub(super) const fn sorted<const N: usize>(
    attributes: &[&'static str],
    compiled: &[&'static str],
) -> [Slot; N] {
    let mut keys: [(&str, Slot); N] = [("", Slot::Attribute(0)); N];
    let mut at = 0;
    while at < COMMON.len() {
        keys[at] = COMMON[at];
        at += 1;
    }
    let mut index = 0;
    while index < attributes.len() {
        keys[at] = (attributes[index], Slot::Attribute(index));
        at += 1;
        index += 1;
    }
    index = 0;
    while index < compiled.len() {
        keys[at] = (compiled[index], Slot::Compiled(index));
        at += 1;
        index += 1;
    }
    let mut slots = [Slot::Attribute(0); N];
    at = 0;
    while at < N {
        let mut least = at;
        let mut other = at + 1;
        while other < N {
            if before(keys[other].0, keys[least].0) {
                least = other;
            }
            other += 1;
        }
        let key = keys[least];
        keys[least] = keys[at];
        keys[at] = key;
        slots[at] = key.1;
        at += 1;
    }
    slots
}

/// Whether two keys are one.
pub(super) const fn is_same(left: &str, right: &str) -> bool {
    !before(left, right) && !before(right, left)
}

/// Whether a key stands before another: shorter first, then bytewise.
const fn before(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return left.len() < right.len();
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return left[at] < right[at];
        }
        at += 1;
    }
    false
}

/// A field's name as a key: without the `r#` of a Rust keyword.
pub(super) const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// Writes a value that was worked out from a command's attributes, if there is one.
pub(super) fn write<M: SerializeMap, T: Serialize>(
    map: &mut M,
    key: &'static str,
    value: Option<T>,
) -> Result<(), M::Error> {
    match value {
        Some(value) => map.serialize_entry(key, &value),
        None => Ok(()),
    }
}

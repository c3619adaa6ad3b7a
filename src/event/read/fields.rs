//! Reads members of objects, and says which of them are of another kind than in every event known.

use jiff::Timestamp;

use super::json::{Json, Value};
use super::rules::SHAPE;
use crate::diagnostic::Diagnostic;
use crate::event::Stamp;

/// How many findings are kept of one file.
pub(super) const MOST_FINDINGS: usize = 1000;

/// Reads members. A member that is absent or null gives nothing; one of another kind gives nothing
/// and a finding.
#[derive(Debug)]
pub(super) struct Fields<'f> {
    pub(super) found: &'f mut Vec<Diagnostic>,
}

impl Fields<'_> {
    pub(super) fn text(&mut self, json: &Json, key: &str) -> Option<Box<str>> {
        self.get(json, key, "a text", |value| value.text().map(Into::into))
    }

    pub(super) fn bool(&mut self, json: &Json, key: &str) -> Option<bool> {
        self.get(json, key, "true or false", Json::bool)
    }

    pub(super) fn whole(&mut self, json: &Json, key: &str) -> Option<u64> {
        self.get(json, key, "a whole number", Json::number)
    }

    pub(super) fn instant(&mut self, json: &Json, key: &str) -> Option<Stamp> {
        self.get(json, key, "an instant", instant)
    }

    /// An object, read further by the caller.
    pub(super) fn object<'j>(&mut self, json: &'j Json, key: &str) -> Option<&'j Json> {
        let is_object = |value: &'j Json| match value.value {
            Value::Object(_) => Some(value),
            _ => None,
        };
        self.get(json, key, "an object", is_object)
    }

    /// The elements of a list.
    pub(super) fn list<'j>(&mut self, json: &'j Json, key: &str) -> &'j [Json] {
        let elements = |value: &'j Json| match &value.value {
            Value::Array(elements) => Some(elements.as_slice()),
            _ => None,
        };
        self.get(json, key, "a list", elements).unwrap_or_default()
    }

    fn get<'j, T>(
        &mut self,
        json: &'j Json,
        key: &str,
        expected: &str,
        read: impl FnOnce(&'j Json) -> Option<T>,
    ) -> Option<T> {
        let value = json.get(key).filter(|value| !value.is_null())?;
        let read = read(value);
        if read.is_none() && self.found.len() < MOST_FINDINGS {
            let message = format!("`{key}` is not {expected}");
            self.found.push(
                Diagnostic::error(SHAPE.id, value.span, message)
                    .label(format!("expected {expected}")),
            );
        }
        read
    }
}

fn instant(json: &Json) -> Option<Stamp> {
    let instant: Timestamp = json.text()?.parse().ok()?;
    Some(Stamp(instant.as_millisecond()))
}

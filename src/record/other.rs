//! What an event says beyond its record, by path.

use std::collections::HashMap;
use std::fmt;

use super::{Content, Json, content};

/// What an event says at one place otherwise than its vendor would say the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Other {
    /// The place in the event.
    pub path: JsonPath,
    /// What stands there.
    pub what: Unlike,
}

/// What stands at a place of an event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unlike {
    /// Another value, or one that the record has no place for.
    Value(Json),
    /// Nothing.
    Absent,
    /// An object with its keys in another order: all of them.
    Keys(Vec<Box<str>>),
}

/// A place in JSON, from the outermost value on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct JsonPath(pub Vec<JsonStep>);

/// A step to a place in JSON.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum JsonStep {
    /// A member of an object.
    Key(Box<str>),
    /// An element of a list.
    Index(usize),
}

impl JsonPath {
    /// The member of the object that stands here.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.with(JsonStep::Key(key.into()))
    }

    /// The element of the list that stands here.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(JsonStep::Index(index))
    }

    fn with(&self, step: JsonStep) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

/// A JSON value in which many places are sought: each value on the way is read once.
pub(crate) struct Opened<'j> {
    json: &'j str,
    inside: Option<HashMap<JsonStep, Self>>,
}

impl<'j> Opened<'j> {
    pub(crate) fn new(json: &'j str) -> Self {
        let inside = None;
        Self { json, inside }
    }

    /// The value that stands at this place; of a key given twice the last.
    pub(crate) fn find(&mut self, path: &JsonPath) -> Option<&'j str> {
        let mut at = self;
        for step in &path.0 {
            let json = at.json;
            let inside = at.inside.get_or_insert_with(|| inside(json));
            at = inside.get_mut(step)?;
        }
        Some(at.json)
    }
}

/// What stands in a value, one level deep.
fn inside(json: &str) -> HashMap<JsonStep, Opened<'_>> {
    match content(json) {
        Content::Object(members) => {
            let members = members.into_iter();
            let members = members.map(|(key, json)| (JsonStep::Key((*key).into()), json));
            members
                .map(|(step, json)| (step, Opened::new(json)))
                .collect()
        }
        Content::Array(elements) => {
            let elements = elements.into_iter().enumerate();
            let elements = elements.map(|(at, json)| (JsonStep::Index(at), Opened::new(json)));
            elements.collect()
        }
        Content::Text(_) | Content::Plain(_) => HashMap::new(),
    }
}

/// As in `call.logs[1].reason`.
impl fmt::Display for JsonPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                JsonStep::Index(index) => write!(out, "[{index}]")?,
                JsonStep::Key(key) if index == 0 => out.write_str(key)?,
                JsonStep::Key(key) => write!(out, ".{key}")?,
            }
        }
        Ok(())
    }
}

//! What an event says beyond its record, by path.

use std::fmt;

use super::{Json, elements, members};

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

    /// The value that stands at this place; of a key given twice the last.
    pub(crate) fn find<'j>(&self, json: &'j str) -> Option<&'j str> {
        let mut json = json;
        for step in &self.0 {
            json = match step {
                JsonStep::Key(key) => {
                    let members = members(json)?.into_iter().rev();
                    let mut members = members.filter(|(other, _)| *other == **key);
                    members.next()?.1
                }
                JsonStep::Index(index) => elements(json)?.get(*index).copied()?,
            };
        }
        Some(json)
    }

    fn with(&self, step: JsonStep) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
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

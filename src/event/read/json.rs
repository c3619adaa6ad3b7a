//! JSON with its places and the order of its keys, of which as much is read as is whole.
//!
//! `serde_json` gives nothing of a document that is cut; here everything that was complete before
//! the damage is kept, and the damage is named with its place.

use crate::source::Span;

use super::parser::{Parsed, parse};

/// A JSON value and its place. Equal when the values are equal, wherever they stand.
#[derive(Clone, Debug)]
pub struct Json {
    /// Its first to its last byte; to the damage where it is cut.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// What a JSON value is.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it was written.
    Number(Box<str>),
    /// A text, its escapes resolved.
    Text(Box<str>),
    /// A list.
    Array(Vec<Json>),
    /// An object, its members in their order.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, PartialEq, Debug)]
pub struct Member {
    /// Its key.
    pub key: Box<str>,
    /// Its value.
    pub value: Json,
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Json {
    /// The member of an object with this key; absent where there is none, or this is no object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let mut members = self.members().iter();
        members.find_map(|member| (*member.key == *key).then_some(&member.value))
    }

    /// The members of an object; none of anything else.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of a list; none of anything else.
    pub fn elements(&self) -> &[Self] {
        match &self.value {
            Value::Array(elements) => elements,
            _ => &[],
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, where it is one.
    pub fn bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number, where it is one and of that type.
    pub fn number<T: std::str::FromStr>(&self) -> Option<T> {
        match &self.value {
            Value::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }
}

/// Reads the value that begins at an offset, as far as it is whole.
pub fn part(text: &str, from: usize) -> Option<Json> {
    parse(text, from).json
}

/// The same without places and without the order of keys.
impl From<&Json> for serde_json::Value {
    fn from(json: &Json) -> Self {
        match &json.value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(digits) => serde_json::from_str(digits).unwrap_or(Self::Null),
            Value::Text(text) => Self::String(text.to_string()),
            Value::Array(elements) => elements.iter().map(Self::from).collect(),
            Value::Object(members) => {
                let members = members.iter();
                let pair = |member: &Member| (member.key.to_string(), Self::from(&member.value));
                members.map(pair).collect()
            }
        }
    }
}

/// Reads a text that is one value; none where it is not.
pub fn read(text: &str) -> Option<Json> {
    let Parsed { json, end, error } = parse(text, 0);
    json.filter(|_| error.is_none() && text[end..].trim().is_empty())
}

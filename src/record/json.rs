//! JSON as it was written: an ordered tree, its numbers digit by digit.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON value as it was written, without blanks outside its texts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Json(Box<str>);

impl Json {
    /// Takes a text that is JSON without blanks.
    pub(crate) fn trusted(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// What a value is in JSON; `null` where it cannot be said.
    pub fn of(value: &(impl Serialize + ?Sized)) -> Self {
        Self(serde_json::to_string(value).map_or_else(|_| "null".into(), Into::into))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its content, one level deep.
    pub fn content(&self) -> Content<'_> {
        content(&self.0)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serde_json::from_str::<&RawValue>(&self.0) {
            Ok(raw) => raw.serialize(serializer),
            Err(_) => serializer.serialize_unit(),
        }
    }
}

/// What a JSON value holds, one level deep: what is inside it as it was written.
#[derive(Clone, PartialEq, Debug)]
pub enum Content<'a> {
    /// The members of an object, in their order. A key stands as it was written between its quotes,
    /// so that half of a surrogate pair survives; other escapes are resolved.
    Object(Vec<(Cow<'a, str>, &'a str)>),
    /// The elements of a list.
    Array(Vec<&'a str>),
    /// A text. A half of a surrogate pair without its other half is U+FFFD.
    Text(Cow<'a, str>),
    /// A number, a truth value, or null.
    Plain(&'a str),
}

/// What a JSON value holds, one level deep.
pub fn content(json: &str) -> Content<'_> {
    let read = match json.as_bytes().first() {
        Some(b'{') => members(json).map(Content::Object),
        Some(b'[') => elements(json).map(Content::Array),
        Some(b'"') => text(json).map(Content::Text),
        _ => None,
    };
    read.unwrap_or(Content::Plain(json))
}

/// The members of an object in their order, as they were written.
type MemberList<'a> = Vec<(Cow<'a, str>, &'a str)>;

/// The members of an object, in their order; none of anything else.
pub(crate) fn members(json: &str) -> Option<MemberList<'_>> {
    if memchr::memchr(b'\\', json.as_bytes()).is_some() {
        let members: Members<'_, &RawValue> = serde_json::from_str(json).ok()?;
        let members = members.0.into_iter();
        return Some(
            members
                .map(|(quoted, value)| (key(quoted.get()), value))
                .collect(),
        );
    }
    let members: Members<'_, &str> = serde_json::from_str(json).ok()?;
    let members = members.0.into_iter();
    Some(members.map(|(key, value)| (key.into(), value)).collect())
}

/// The elements of a list; none of anything else.
pub(crate) fn elements(json: &str) -> Option<Vec<&str>> {
    let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    Some(elements.into_iter().map(RawValue::get).collect())
}

/// The members of each object of a list, read in one go; none where something else stands in it.
pub(crate) fn objects(json: &str) -> Option<Vec<MemberList<'_>>> {
    if memchr::memchr(b'\\', json.as_bytes()).is_some() {
        return elements(json)?.into_iter().map(members).collect();
    }
    let objects: Vec<Members<'_, &str>> = serde_json::from_str(json).ok()?;
    let objects = objects.into_iter();
    let members = objects.map(|members| {
        let members = members.0.into_iter();
        members.map(|(key, value)| (key.into(), value)).collect()
    });
    Some(members.collect())
}

/// A text, its escapes resolved; none of anything else.
pub(crate) fn text(json: &str) -> Option<Cow<'_, str>> {
    let Text(text) = serde_json::from_str(json).ok()?;
    Some(text)
}

/// The members of an object, each key read as a `K`.
struct Members<'a, K>(Vec<(K, &'a str)>);

impl<'de, K: Deserialize<'de>> Deserialize<'de> for Members<'de, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<K>(PhantomData<K>);
        impl<'de, K: Deserialize<'de>> Visitor<'de> for Object<K> {
            type Value = Members<'de, K>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some((key, value)) = map.next_entry::<K, &RawValue>()? {
                    members.push((key, value.get()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object(PhantomData))
    }
}

/// A key between its quotes, with no escape where none is needed.
fn key(quoted: &str) -> Cow<'_, str> {
    let written = quoted.get(1..quoted.len().saturating_sub(1));
    let written = written.unwrap_or_default();
    if !written.contains('\\') {
        return written.into();
    }
    let is_plain = |key: &Cow<'_, str>| {
        !key.contains(|c: char| c.is_control() || matches!(c, '"' | '\\' | '\u{fffd}'))
    };
    text(quoted)
        .filter(is_plain)
        .unwrap_or_else(|| written.into())
}

/// A text that may hold half of a surrogate pair, which no `str` can.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Text<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text")
            }

            fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
                Ok(Text(match std::str::from_utf8(bytes) {
                    Ok(text) => text.into(),
                    Err(_) => String::from_utf8_lossy(bytes),
                }))
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Text(String::from_utf8_lossy(bytes).into_owned().into()))
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(text.into()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(text.to_owned().into()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_as_it_was_written() {
        let object = r#"{"b":1.50,"a\ud800":[1e400,{"x":"\u00e9"}],"c":null}"#;
        let Content::Object(members) = content(object) else {
            panic!("an object");
        };
        assert_eq!(members[0], ("b".into(), "1.50"));
        assert_eq!(&*members[1].0, r"a\ud800");
        let Content::Array(elements) = content(members[1].1) else {
            panic!("a list");
        };
        assert_eq!(elements, ["1e400", r#"{"x":"\u00e9"}"#]);
        assert_eq!(content(r#""\u00e9""#), Content::Text("é".into()));
        assert_eq!(content("null"), Content::Plain("null"));
    }
}

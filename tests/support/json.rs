//! JSON with its keys in the order in which they were written.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

#[derive(Clone, PartialEq, Debug)]
pub enum Json {
    Null,
    Bool(bool),
    Number(f64),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

pub fn parse(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

impl Json {
    /// The value at a path of keys; null where there is none.
    pub fn at(&self, path: &[&str]) -> &Self {
        path.iter().fold(self, |json, key| match json {
            Self::Object(members) => {
                let member = members.iter().find(|(name, _)| name == key);
                member.map_or(&Self::Null, |(_, value)| value)
            }
            _ => &Self::Null,
        })
    }

    pub fn keys(&self) -> Vec<&str> {
        match self {
            Self::Object(members) => members.iter().map(|(key, _)| key.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    pub fn elements(&self) -> &[Self] {
        match self {
            Self::Array(elements) => elements,
            _ => &[],
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Self::String(text) => text,
            _ => "",
        }
    }

    pub fn is_true(&self) -> bool {
        *self == Self::Bool(true)
    }

    pub fn is(&self, text: &str) -> bool {
        self.text() == text
    }

    /// The same with the members of every object in the order of their keys.
    pub fn sorted(&self) -> Self {
        match self {
            Self::Object(members) => {
                let mut members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| (key.clone(), value.sorted()))
                    .collect();
                members.sort_by(|a, b| a.0.cmp(&b.0));
                Self::Object(members)
            }
            Self::Array(elements) => Self::Array(elements.iter().map(Self::sorted).collect()),
            other => other.clone(),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Json;

            fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
                out.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Bool(value))
            }
            #[allow(
                clippy::cast_precision_loss,
                reason = "the numbers of the tests are small"
            )]
            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Number(value as f64))
            }
            #[allow(
                clippy::cast_precision_loss,
                reason = "the numbers of the tests are small"
            )]
            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Number(value as f64))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
                Ok(Json::Number(value))
            }
            fn visit_str<E>(self, value: &str) -> Result<Json, E> {
                Ok(Json::String(value.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = list.next_element()? {
                    elements.push(element);
                }
                Ok(Json::Array(elements))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Json::Object(members))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

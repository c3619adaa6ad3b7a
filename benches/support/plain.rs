//! JSON values that are nothing but ready to be written: what any way of writing them must do.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// A JSON value. Objects are lists of their entries, which is as cheap to write as a derived struct.
pub(crate) enum Plain {
    Scalar(Value),
    Text(String),
    List(Vec<Plain>),
    Object(Vec<(String, Plain)>),
    /// JSON that events hold as such.
    Json(Box<RawValue>),
}

impl From<Value> for Plain {
    fn from(value: Value) -> Self {
        let entry = |(key, value): (String, Value)| match key.as_str() {
            "element" => (
                key,
                to_raw_value(&value).map_or(Self::Scalar(value), Self::Json),
            ),
            _ => (key, value.into()),
        };
        match value {
            Value::String(text) => Self::Text(text),
            Value::Array(list) => Self::List(list.into_iter().map(Self::from).collect()),
            Value::Object(map) => Self::Object(map.into_iter().map(entry).collect()),
            scalar => Self::Scalar(scalar),
        }
    }
}

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Scalar(value) => value.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(list) => list.serialize(serializer),
            Self::Json(json) => json.serialize(serializer),
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

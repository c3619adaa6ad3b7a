//! Events in which a value was changed.

use std::time::Duration;

use serde_json::Value;

/// Every place of a document that holds a value, under the lists of the call.
pub fn leaves(json: &Value) -> Vec<String> {
    fn walk(place: &str, json: &Value, found: &mut Vec<String>) {
        match json {
            Value::Object(members) => {
                for (key, value) in members {
                    walk(&format!("{place}/{key}"), value, found);
                }
            }
            Value::Array(elements) => {
                for (index, value) in elements.iter().enumerate() {
                    walk(&format!("{place}/{index}"), value, found);
                }
            }
            _ => found.push(place.to_owned()),
        }
    }
    let mut found = Vec::new();
    for list in ["logs", "children"] {
        walk(&format!("/call/{list}"), &json["call"][list], &mut found);
    }
    found
}

/// Another value of the same kind, as far as there is one.
pub fn other(value: &Value) -> Value {
    match value {
        Value::Null => Value::from("something"),
        Value::Bool(value) => Value::from(!value),
        Value::Number(number) => Value::from(number.as_i64().unwrap_or(0) + 7),
        Value::String(text) => match text.parse::<jiff::Timestamp>() {
            Ok(instant) => Value::from(format!("{:.3}", instant + Duration::from_millis(7))),
            Err(_) => Value::from(format!("{text}x")),
        },
        _ => unreachable!("a leaf"),
    }
}

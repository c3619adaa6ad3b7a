//! Two events, value by value. Identifiers of the call's own are left aside: nothing says what they
//! are made of.

use std::fmt;

use crate::event::read::json::{Json, Value};

/// A value that is not the same in both events.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// Where it stands: keys and indices, log entries by their paths.
    pub place: String,
    /// The value in the first event; absent where it has none.
    pub was: Option<Json>,
    /// The value in the second.
    pub is: Option<Json>,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |json: &Option<Json>| match json {
            None => "nothing".to_owned(),
            Some(json) => match &json.value {
                Value::Null => "null".to_owned(),
                Value::Bool(value) => value.to_string(),
                Value::Number(digits) => digits.to_string(),
                Value::Text(text) => format!("{text:?}"),
                Value::Array(list) => format!("a list of {}", list.len()),
                Value::Object(_) => "an object".to_owned(),
            },
        };
        let (was, is) = (short(&self.was), short(&self.is));
        write!(out, "{}: {was}, and {is} in the simulation", self.place)
    }
}

/// What of two events differs. The order of keys does not count.
pub fn compare(was: &Json, is: &Json) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", true, was, is, &mut found);
    found
}

/// Compares two values. `owns` tells whether identifiers directly inside are the call's own.
fn walk(place: &str, owns: bool, was: &Json, is: &Json, found: &mut Vec<Difference>) {
    match (&was.value, &is.value) {
        (Value::Object(members), Value::Object(others)) => {
            let is_aside = |key: &str| owns && matches!(key, "uuid" | "thread" | "ref_id");
            let keys = members.iter().map(|member| &*member.key);
            let more = others.iter().map(|other| &*other.key);
            let more = more.filter(|key| was.get(key).is_none());
            for key in keys.chain(more).filter(|key| !is_aside(key)) {
                let owns = owns && matches!(key, "call" | "parent" | "call_flow" | "call_record");
                let place = joined(place, key);
                both(&place, owns, was.get(key), is.get(key), found);
            }
        }
        (Value::Array(elements), Value::Array(others)) => {
            let owns = matches!(place, "call.logs" | "call.records" | "call.children");
            for index in 0..elements.len().max(others.len()) {
                let (was, is) = (elements.get(index), others.get(index));
                both(&element(place, index, was.or(is)), owns, was, is, found);
            }
        }
        (was_value, is_value) if was_value == is_value => {}
        _ => found.push(Difference {
            place: place.to_owned(),
            was: Some(was.clone()),
            is: Some(is.clone()),
        }),
    }
}

fn both(
    place: &str,
    owns: bool,
    was: Option<&Json>,
    is: Option<&Json>,
    found: &mut Vec<Difference>,
) {
    match (was, is) {
        (Some(was), Some(is)) => walk(place, owns, was, is, found),
        (was, is) => found.push(Difference {
            place: place.to_owned(),
            was: was.cloned(),
            is: is.cloned(),
        }),
    }
}

fn joined(place: &str, key: &str) -> String {
    match place {
        "" => key.to_owned(),
        _ => format!("{place}.{key}"),
    }
}

/// A log entry goes by its path.
fn element(place: &str, index: usize, json: Option<&Json>) -> String {
    let path = json.and_then(|json| json.get("command")?.get("path")?.text());
    match path.filter(|_| place == "call.logs") {
        Some(path) => format!("{place}[{index} {path}]"),
        None => format!("{place}[{index}]"),
    }
}

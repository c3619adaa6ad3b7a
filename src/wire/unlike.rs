//! What an event says otherwise than this room would write its record.
//!
//! So whatever is not understood, and whatever was written in another way, is kept and written
//! again, without a list of what there may be.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::record::{Content, Json, JsonPath, JsonStep, Other, Unlike, content};

/// Compares what would be written with what stands there, both without blanks.
pub(super) fn compare(ours: &str, theirs: &str) -> Vec<Other> {
    let mut found = Vec::new();
    at(ours, theirs, &JsonPath::default(), &mut found);
    found
}

fn at(ours: &str, theirs: &str, path: &JsonPath, found: &mut Vec<Other>) {
    if ours == theirs {
        return;
    }
    match (content(ours), content(theirs)) {
        (Content::Object(ours), Content::Object(theirs)) => {
            members(&ours, &theirs, path, found);
        }
        (Content::Array(ours), Content::Array(theirs)) => {
            for index in 0..ours.len().max(theirs.len()) {
                let (ours, theirs) = (ours.get(index).copied(), theirs.get(index).copied());
                either(ours, theirs, path.index(index), found);
            }
        }
        _ => found.push(Other {
            path: path.clone(),
            what: Unlike::Value(Json::trusted(theirs)),
        }),
    }
}

type Members<'a> = [(Cow<'a, str>, &'a str)];

fn members(ours: &Members<'_>, theirs: &Members<'_>, path: &JsonPath, found: &mut Vec<Other>) {
    let known: HashMap<&str, &str> = pairs(ours).collect();
    let given: HashMap<&str, &str> = pairs(theirs).collect();
    // What would stand there, in this order, if nothing were said of the order.
    let kept = pairs(ours).filter(|(key, _)| given.contains_key(key));
    let added = pairs(theirs).filter(|(key, _)| !known.contains_key(key));
    if !kept
        .chain(added)
        .map(|(key, _)| key)
        .eq(pairs(theirs).map(|(key, _)| key))
    {
        found.push(Other {
            path: path.clone(),
            what: Unlike::Keys(pairs(theirs).map(|(key, _)| key.into()).collect()),
        });
    }
    for (key, value) in pairs(theirs) {
        either(known.get(key).copied(), Some(value), path.key(key), found);
    }
    for (key, value) in pairs(ours) {
        if !given.contains_key(key) {
            either(Some(value), None, path.key(key), found);
        }
    }
}

fn pairs<'a>(members: &'a Members<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    members.iter().map(|(key, value)| (&**key, *value))
}

fn either(ours: Option<&str>, theirs: Option<&str>, path: JsonPath, found: &mut Vec<Other>) {
    let what = match (ours, theirs) {
        (Some(ours), Some(theirs)) => return at(ours, theirs, &path, found),
        (None, Some(theirs)) => Unlike::Value(Json::trusted(theirs)),
        (_, None) => Unlike::Absent,
    };
    found.push(Other { path, what });
}

/// Changes what was written behind an offset to what stood there.
pub(super) fn apply(other: &[Other], from: usize, out: &mut Vec<u8>) {
    if other.is_empty() {
        return;
    }
    let written = out.split_off(from);
    let Ok(written) = std::str::from_utf8(&written) else {
        return;
    };
    let all: Vec<_> = other.iter().map(|one| (&*one.path.0, &one.what)).collect();
    change(written, &all, out);
}

/// What is to be changed inside a value, by the rest of its path.
type Changes<'a> = [Step<'a>];

type Step<'a> = (&'a [JsonStep], &'a Unlike);

fn change(json: &str, changes: &Changes<'_>, out: &mut Vec<u8>) {
    let here = changes.iter().find(|(path, _)| path.is_empty());
    match (here, content(json)) {
        (Some((_, Unlike::Value(value))), _) => out.extend_from_slice(value.as_str().as_bytes()),
        (_, Content::Object(members)) => object(&members, changes, out),
        (_, Content::Array(elements)) => array(&elements, changes, out),
        _ => out.extend_from_slice(json.as_bytes()),
    }
}

fn object(members: &Members<'_>, changes: &Changes<'_>, out: &mut Vec<u8>) {
    let mut inside: Vec<(&str, Vec<Step<'_>>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (path, what) in changes {
        if let Some((JsonStep::Key(key), rest)) = path.split_first() {
            let place = *places.entry(key).or_insert(inside.len());
            if place == inside.len() {
                inside.push((key, Vec::new()));
            }
            inside[place].1.push((rest, what));
        }
    }
    let mut written: Vec<(&str, Vec<u8>)> = Vec::new();
    for (key, value) in pairs(members) {
        let changes = places.get(key).map_or(&[][..], |&place| &inside[place].1);
        written.extend(changed(Some(value), changes).map(|json| (key, json)));
    }
    let known: HashMap<&str, &str> = pairs(members).collect();
    for (key, changes) in &inside {
        if !known.contains_key(key) {
            written.extend(changed(None, changes).map(|json| (*key, json)));
        }
    }
    let order = changes.iter().find_map(|(path, what)| match what {
        Unlike::Keys(keys) if path.is_empty() => Some(keys),
        _ => None,
    });
    if let Some(order) = order {
        let order: HashMap<&str, usize> = order.iter().map(|key| &**key).zip(0..).collect();
        written.sort_by_key(|(key, _)| order.get(key).copied().unwrap_or(usize::MAX));
    }
    out.push(b'{');
    for (index, (key, json)) in written.iter().enumerate() {
        out.extend_from_slice(if index == 0 { b"\"" } else { b",\"" });
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(b"\":");
        out.extend_from_slice(json);
    }
    out.push(b'}');
}

fn array(elements: &[&str], changes: &Changes<'_>, out: &mut Vec<u8>) {
    let mut inside: HashMap<usize, Vec<Step<'_>>> = HashMap::new();
    let mut length = elements.len();
    for (path, what) in changes {
        if let Some((JsonStep::Index(index), rest)) = path.split_first() {
            length = length.max(index.saturating_add(1).min(elements.len() + changes.len()));
            inside.entry(*index).or_default().push((rest, what));
        }
    }
    out.push(b'[');
    let mut is_first = true;
    for index in 0..length {
        let changes = inside.get(&index).map_or(&[][..], Vec::as_slice);
        if let Some(json) = changed(elements.get(index).copied(), changes) {
            if !std::mem::take(&mut is_first) {
                out.push(b',');
            }
            out.extend_from_slice(&json);
        }
    }
    out.push(b']');
}

/// A member or element with its changes; nothing where it is absent.
fn changed(json: Option<&str>, changes: &Changes<'_>) -> Option<Vec<u8>> {
    let is_absent = |change: &Step<'_>| change.0.is_empty() && *change.1 == Unlike::Absent;
    if changes.iter().any(is_absent) {
        return None;
    }
    let mut out = Vec::new();
    match json {
        Some(json) => change(json, changes, &mut out),
        None => change("null", changes, &mut out),
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ours: &str, theirs: &str, expected: &[&str]) {
        let found = compare(ours, theirs);
        let shown: Vec<_> = found
            .iter()
            .map(|one| match &one.what {
                Unlike::Value(json) => format!("{}: {json}", one.path),
                Unlike::Absent => format!("{} absent", one.path),
                Unlike::Keys(keys) => format!("{} in order {}", one.path, keys.join(" ")),
            })
            .collect();
        assert_eq!(shown, expected);
        let mut out = ours.as_bytes().to_vec();
        apply(&found, 0, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), theirs);
    }

    #[test]
    fn whatever_is_otherwise_is_kept_and_written_again() {
        check("{}", "{}", &[]);
        check(r#"{"a":1,"b":2}"#, r#"{"a":1,"b":2.0}"#, &["b: 2.0"]);
        check(
            r#"{"a":1,"b":2}"#,
            r#"{"b":2,"a":1,"c":{"x":[]}}"#,
            &[" in order b a c", "c: {\"x\":[]}"],
        );
        check(
            r#"{"a":{"b":[1,{"c":null}]}}"#,
            r#"{"a":{"b":[1,{"d":"\ud800"},3]}}"#,
            &["a.b[1].d: \"\\ud800\"", "a.b[1].c absent", "a.b[2]: 3"],
        );
        check("[1,2,3]", "[1]", &["[1] absent", "[2] absent"]);
        check(r#"{"a":1}"#, "7", &[": 7"]);
        check(
            r#"{"a":null}"#,
            r#"{"\ud800":1}"#,
            &["\\ud800: 1", "a absent"],
        );
    }
}

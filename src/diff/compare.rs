//! Compares two events.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::align::{Step, align};
use super::outcome::Findings;
use super::place::{Place, leaf};
use super::{Diff, Kind, Side, Tolerance};

/// Identifiers, which differ between any two calls, at the levels that have them.
const IDENTIFIERS: &[&str] = &["uuid", "thread", "ref_id"];

/// What an outcome consists of.
const OUTCOME: &[&str] = &[
    "state",
    "success",
    "reason",
    "q850_cause",
    "q850_cause_string",
    "release_cause_from_protocol_stack",
];

/// Who calls, whom, on whose account.
const PARTIES: &[&str] = &[
    "from",
    "to",
    "account",
    "sip_control_app",
    "tn",
    "stir_shaken_attest_level",
    "stir_shaken_identity",
];

/// Compares two events of the envelope of 2024, as JSON.
///
/// `diff(a, a, …)` is empty, whatever `a` is.
pub fn diff(a: &Value, b: &Value, tolerance: Tolerance) -> Diff {
    let comparison = Comparison {
        created: [created(a), created(b)],
        tolerance,
    };
    let mut found = Findings::default();
    comparison.event(a, b, &mut found);
    found.into_diff()
}

/// When the call of an event was created.
fn created(event: &Value) -> Option<i64> {
    instant(event.get("call").unwrap_or(event).get("created_on")?)
}

fn instant(value: &Value) -> Option<i64> {
    let instant: Timestamp = value.as_str()?.parse().ok()?;
    Some(instant.as_millisecond())
}

struct Comparison {
    /// When each of the two calls was created.
    created: [Option<i64>; 2],
    tolerance: Tolerance,
}

impl Comparison {
    fn event(&self, a: &Value, b: &Value, found: &mut Findings) {
        let root = Place::root();
        let (Some(first), Some(second)) = (a.as_object(), b.as_object()) else {
            plain(a, b, &root, Kind::Detail, found);
            return;
        };
        let mut late = Vec::new();
        for key in keys(first, second) {
            let (a, b, place) = (at(first, key), at(second, key), root.key(key));
            match key {
                "call" => self.call(a, b, &place, found),
                "call_flow" if a.is_object() && b.is_object() => {
                    self.entry(a, b, &place, found);
                }
                "call_record" if a.is_object() && b.is_object() => {
                    self.row(a, b, &place, Kind::Detail, found);
                }
                // The same content as `call.account`; the message puts other values in words.
                "account" | "message" => late.push((a, b, place)),
                "type" | "payload" => self.row(a, b, &place, Kind::Detail, found),
                _ => self.member(key, a, b, &place, Kind::Detail, found),
            }
        }
        for (a, b, place) in late {
            let is_told = found.iter().any(|difference| match leaf(&place.place) {
                "account" => difference.place.starts_with("call.account"),
                _ => difference.kind != Kind::Timing && !difference.place.contains('['),
            });
            if !is_told {
                self.member(leaf(&place.place), a, b, &place, Kind::Detail, found);
            }
        }
    }

    fn call(&self, a: &Value, b: &Value, place: &Place, found: &mut Findings) {
        let (Some(first), Some(second)) = (a.as_object(), b.as_object()) else {
            plain(a, b, place, Kind::Detail, found);
            return;
        };
        for key in keys(first, second) {
            let (a, b, place) = (at(first, key), at(second, key), place.key(key));
            match key {
                "logs" => self.logs(a, b, &place, found),
                "children" => self.list(a, b, &place, "to", found),
                "records" => self.list(a, b, &place, "tag", found),
                "parent" if a.is_object() && b.is_object() => {
                    self.row(a, b, &place, Kind::Detail, found);
                }
                _ => self.member(key, a, b, &place, Kind::Detail, found),
            }
        }
    }

    /// The log: aligned by path.
    fn logs(&self, a: &Value, b: &Value, place: &Place, found: &mut Findings) {
        let (Some(first), Some(second)) = (a.as_array(), b.as_array()) else {
            plain(a, b, place, Kind::Detail, found);
            return;
        };
        let paths_a: Vec<_> = first.iter().map(path).collect();
        let paths_b: Vec<_> = second.iter().map(path).collect();
        let mut behind = None;
        let steps = align(&paths_a, &paths_b);
        for (index, step) in steps.iter().enumerate() {
            match *step {
                Step::Both(a, b) => {
                    let name = named(&paths_a, a);
                    let place = place.index(a).named(name.clone());
                    self.entry(&first[a], &second[b], &place, found);
                    behind = Some(name);
                }
                Step::First(a) => {
                    found.part(behind.as_deref(), &steps[index..], &paths_a, &paths_b);
                    let place = place.index(a).named(named(&paths_a, a));
                    let side = Side::Value(summary(&first[a]));
                    found.add(Kind::Missing, &place, side, Side::Absent);
                }
                Step::Second(b) => {
                    found.part(behind.as_deref(), &steps[index..], &paths_a, &paths_b);
                    let place = place.index(b).named(named(&paths_b, b));
                    let side = Side::Value(summary(&second[b]));
                    found.add(Kind::Extra, &place, Side::Absent, side);
                }
            }
        }
    }

    fn entry(&self, a: &Value, b: &Value, place: &Place, found: &mut Findings) {
        let (Some(first), Some(second)) = (a.as_object(), b.as_object()) else {
            plain(a, b, place, Kind::Detail, found);
            return;
        };
        for key in keys(first, second) {
            let kind = match key {
                "command" | "element" => continue,
                "tag" | "name" => Kind::Command,
                _ => Kind::Detail,
            };
            let (a, b) = (at(first, key), at(second, key));
            self.member(key, a, b, &place.key(key), kind, found);
        }
        // Every value of the trees counts. The compiled one has a name for each; what the source
        // shows of the same is then no news.
        let command = place.key("command").named(place.name.clone());
        plain(
            at(first, "command"),
            at(second, "command"),
            &command,
            Kind::Command,
            found,
        );
        let (a, b) = (at(first, "element"), at(second, "element"));
        plain(a, b, &place.key("element"), Kind::Command, found);
    }

    /// Rows without paths: aligned by one of their values.
    fn list(&self, a: &Value, b: &Value, place: &Place, by: &str, found: &mut Findings) {
        let (Some(first), Some(second)) = (a.as_array(), b.as_array()) else {
            plain(a, b, place, Kind::Detail, found);
            return;
        };
        let by = |row: &Value| row.get(by).cloned();
        let ids = |rows: &[Value]| rows.iter().map(by).collect::<Vec<_>>();
        let (ids_a, ids_b) = (ids(first), ids(second));
        let others = ids_a.iter().zip(&ids_b).filter(|(a, b)| a != b).count();
        // One that goes elsewhere among as many is still the same row.
        let steps = match first.len() == second.len() && others <= 1 {
            true => (0..first.len()).map(|at| Step::Both(at, at)).collect(),
            false => align(&ids_a, &ids_b),
        };
        for step in steps {
            match step {
                Step::Both(a, b) => {
                    let place = place.index(a);
                    self.row(&first[a], &second[b], &place, Kind::Detail, found);
                }
                Step::First(a) => {
                    let side = Side::Value(summary(&first[a]));
                    found.add(Kind::Presence, &place.index(a), side, Side::Absent);
                }
                Step::Second(b) => {
                    let side = Side::Value(summary(&second[b]));
                    found.add(Kind::Presence, &place.index(b), Side::Absent, side);
                }
            }
        }
    }

    fn row(&self, a: &Value, b: &Value, place: &Place, kind: Kind, found: &mut Findings) {
        let (Some(first), Some(second)) = (a.as_object(), b.as_object()) else {
            plain(a, b, place, kind, found);
            return;
        };
        for key in keys(first, second) {
            let (a, b) = (at(first, key), at(second, key));
            self.member(key, a, b, &place.key(key), kind, found);
        }
    }

    /// A value that its key tells the kind of.
    fn member(
        &self,
        key: &str,
        a: &Value,
        b: &Value,
        place: &Place,
        kind: Kind,
        found: &mut Findings,
    ) {
        match key {
            _ if a == b && !key.ends_with("_on") => {}
            _ if IDENTIFIERS.contains(&key) && a.is_string() && b.is_string() => {}
            "account" => account(a, b, place, found),
            _ if PARTIES.contains(&key) => plain(a, b, place, Kind::Party, found),
            _ if OUTCOME.contains(&key) => plain(a, b, place, Kind::Outcome, found),
            _ if key.ends_with("_on") => self.instant(a, b, place, found),
            "duration" => self.seconds(a, b, place, found),
            _ => plain(a, b, place, kind, found),
        }
    }

    fn instant(&self, a: &Value, b: &Value, place: &Place, found: &mut Findings) {
        let since = |value, created: Option<i64>| Some(instant(value)?.saturating_sub(created?));
        let sides = [since(a, self.created[0]), since(b, self.created[1])];
        match sides {
            [Some(first), Some(second)] => {
                if first.abs_diff(second) > self.tolerance.0 {
                    found.add(Kind::Timing, place, Side::At(first), Side::At(second));
                }
            }
            _ if a == b => {}
            _ => {
                let side =
                    |at: Option<i64>, value: &Value| at.map_or_else(|| side(value), Side::At);
                found.add(Kind::Timing, place, side(sides[0], a), side(sides[1], b));
            }
        }
    }

    /// Whole seconds, rounded up: with a tolerance they may fall to either side of a border.
    fn seconds(&self, a: &Value, b: &Value, place: &Place, found: &mut Findings) {
        let is_near = match (a.as_u64(), b.as_u64()) {
            (Some(a), Some(b)) => a.abs_diff(b) <= self.tolerance.0.div_ceil(1000),
            _ => false,
        };
        if !is_near {
            plain(a, b, place, Kind::Timing, found);
        }
    }
}

/// An account; its balance moves with every call, and is left aside.
fn account(a: &Value, b: &Value, place: &Place, found: &mut Findings) {
    let without_balance = |value: &Value| match value {
        Value::Object(members) => {
            let mut members = members.clone();
            members.remove("balance");
            Value::Object(members)
        }
        other => other.clone(),
    };
    let (a, b) = (without_balance(a), without_balance(b));
    plain(&a, &b, place, Kind::Party, found);
}

/// Any two values, to the last leaf.
fn plain(a: &Value, b: &Value, place: &Place, kind: Kind, found: &mut Findings) {
    match (a, b) {
        _ if a == b => {}
        (Value::Object(first), Value::Object(second)) => {
            for key in keys(first, second) {
                let kind = match (kind, key) {
                    (Kind::Command, "state" | "success" | "reason") => Kind::Outcome,
                    _ => kind,
                };
                either(
                    first.get(key),
                    second.get(key),
                    &place.key(key),
                    kind,
                    found,
                );
            }
        }
        (Value::Array(first), Value::Array(second)) => {
            for at in 0..first.len().max(second.len()) {
                let (a, b) = (first.get(at), second.get(at));
                // A command inside another has a path of its own.
                let inner = a
                    .and_then(own_path)
                    .filter(|path| b.and_then(own_path) == Some(path));
                let place = place.index(at);
                let place = match inner {
                    Some(path) if kind == Kind::Command => place.named(path.to_owned()),
                    _ => place,
                };
                either(a, b, &place, kind, found);
            }
        }
        _ => found.add(kind, place, side(a), side(b)),
    }
}

/// Two values of which one may be missing.
fn either(a: Option<&Value>, b: Option<&Value>, place: &Place, kind: Kind, found: &mut Findings) {
    match (a, b) {
        (Some(a), Some(b)) => plain(a, b, place, kind, found),
        (a, b) => {
            let side = |value: Option<&Value>| value.map_or(Side::Absent, side);
            found.add(kind, place, side(a), side(b));
        }
    }
}

fn own_path(command: &Value) -> Option<&str> {
    command.get("path")?.as_str()
}

/// The keys of both, those of the first in their order first.
fn keys<'a>(first: &'a Map<String, Value>, second: &'a Map<String, Value>) -> Vec<&'a str> {
    let seen: BTreeSet<_> = first.keys().collect();
    let more = second.keys().filter(|key| !seen.contains(key));
    first.keys().chain(more).map(String::as_str).collect()
}

/// A member, null where there is none: the platform leaves out what another event has as null.
fn at<'a>(members: &'a Map<String, Value>, key: &str) -> &'a Value {
    members.get(key).unwrap_or(&Value::Null)
}

fn side(value: &Value) -> Side {
    Side::Value(value.clone())
}

/// The path of a log entry; its name where it has none.
fn path(entry: &Value) -> &str {
    let path = entry.get("command").and_then(own_path);
    let name = || entry.get("name").and_then(Value::as_str);
    path.or_else(name).unwrap_or("?")
}

/// A path, with its count where the same path ran before: `Say[0]#2`.
pub(super) fn named(paths: &[&str], at: usize) -> String {
    let path = paths[at];
    match paths[..at].iter().filter(|other| **other == path).count() {
        0 => path.to_owned(),
        before => format!("{path}#{}", before + 1),
    }
}

/// What is shown of a row that the other call has not got: its own few values, no trees.
fn summary(row: &Value) -> Value {
    const KEYS: &[&str] = &["name", "state", "reason", "to", "q850_cause_string", "tag"];
    let Value::Object(members) = row else {
        return row.clone();
    };
    let kept = members
        .iter()
        .filter(|(key, value)| KEYS.contains(&key.as_str()) && !value.is_null());
    Value::Object(
        kept.map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    )
}

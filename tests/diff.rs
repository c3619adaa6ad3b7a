//! Two calls compared by meaning.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::Path;

use callflow::diff::{Diff, Difference, Kind, Side, Tolerance, Verdict};
use callflow::record::Record;
use callflow::wire::opentact;
use serde_json::{Value, json};
use support::{callflow, output, record};

fn published(name: &str) -> Value {
    let path = format!("{}/tests/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn read(event: &Value) -> Record {
    record(&event.to_string())
}

fn diff(a: &Value, b: &Value, tolerance: Tolerance) -> Diff {
    callflow::diff::diff(&read(a), &read(b), tolerance)
}

fn exact(a: &Value, b: &Value) -> Diff {
    diff(a, b, Tolerance(0))
}

/// Where a difference shows in the event.
fn places(one: &Difference) -> Vec<String> {
    let fields = std::iter::once(&one.field).chain(&one.also);
    fields.map(opentact::place).collect()
}

/// The published call with one value changed, against itself.
fn changed(pointer: &str, value: Value) -> Diff {
    let original = published("destroyed");
    let mut other = original.clone();
    *other.pointer_mut(pointer).unwrap() = value;
    exact(&original, &other)
}

fn lines(diff: &Diff) -> Vec<String> {
    let side = |side: &Side| match side {
        Side::Absent => "nothing".to_owned(),
        Side::Value(value) => value.to_string(),
        Side::At(at) => format!("at {at}"),
    };
    let line = |one: &Difference| {
        let kind = one.kind.as_str();
        let (first, second) = (side(&one.first), side(&one.second));
        format!("{kind} {}: {first} | {second}", one.name)
    };
    diff.differences.iter().map(line).collect()
}

/// Every leaf of a tree, as a JSON pointer and as a place.
fn leaves(value: &Value, pointer: &str, place: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                let place = format!("{place}.{key}");
                leaves(value, &format!("{pointer}/{key}"), &place, found);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (at, value) in elements.iter().enumerate() {
                let place = format!("{place}[{at}]");
                leaves(value, &format!("{pointer}/{at}"), &place, found);
            }
        }
        _ => found.push((pointer.to_owned(), place.to_owned())),
    }
}

#[test]
fn a_call_does_not_differ_from_itself() {
    for name in ["destroyed", "live"] {
        let event = published(name);
        let diff = exact(&event, &event);
        assert!(diff.is_empty());
        assert_eq!(diff.verdict, Verdict::Same);
    }
    let value = json!({"type": "call_state", "call": {"logs": 1}});
    assert!(exact(&value, &value).is_empty());
}

#[test]
fn any_value_of_the_trees_that_changes_is_found_and_named() {
    let event = published("destroyed");
    let mut all = Vec::new();
    for list in ["logs", "children"] {
        let pointer = format!("/call/{list}");
        let tree = event.pointer(&pointer).unwrap();
        leaves(tree, &pointer, &format!("call.{list}"), &mut all);
    }
    assert!(all.len() > 300, "{}", all.len());
    for (pointer, place) in all {
        let mut other = event.clone();
        let value = other.pointer_mut(&pointer).unwrap();
        let is_instant = value.as_str().is_some_and(|text| text.ends_with('Z'));
        *value = match &*value {
            Value::Bool(flag) => json!(!*flag),
            Value::Number(number) => json!(number.as_i64().unwrap() + 1),
            Value::String(_) if is_instant => json!("2024-02-20T16:41:00.000Z"),
            Value::String(text) => json!(format!("{text}x")),
            _ => json!("changed"),
        };
        let found = exact(&event, &other);
        let depth = place.matches('.').count();
        let leaf = place.rsplit('.').next().unwrap();
        let is_row_identifier = depth == 2 && matches!(leaf, "uuid" | "thread");
        if is_row_identifier {
            assert!(found.is_empty(), "{place}: an identifier");
            continue;
        }
        // A command with another path is another command.
        let place = if place.ends_with("].command.path") && depth == 3 {
            place.trim_end_matches(".command.path").to_owned()
        } else {
            place
        };
        let is_named = found
            .differences
            .iter()
            .any(|one| places(one).contains(&place));
        assert!(is_named, "{place}: {:?}", lines(&found));
        assert!(found.differences.len() <= 2, "{place}: {:?}", lines(&found));
    }
}

#[test]
fn a_difference_is_named_by_the_path_of_its_command() {
    let check = |pointer: &str, value: Value, expected: &str| {
        assert_eq!(lines(&changed(pointer, value)), [expected], "{pointer}");
    };
    check(
        "/call/logs/1/reason",
        json!("none"),
        r#"outcome Dial[0].reason: "[originate] ERR NO_USER_RESPONSE. no any destinations are accept the call 1/1" | "none""#,
    );
    check(
        "/call/logs/1/command/timeout",
        json!(1),
        "command Dial[0].timeout: 10000 | 1",
    );
    check(
        "/call/logs/1/command/error/0/children/1/children/0/hz/0",
        json!(440),
        "command Dial[0].Error[0].Record[1].Tone[0].hz[0]: 500 | 440",
    );
    check(
        "/call/children/0/q850_cause",
        json!(17),
        "outcome dialled[0].cause.code: 18 | 17",
    );
    check(
        "/call/logs/3/modified_on",
        json!("2024-02-20T16:41:41.900Z"),
        "timing Dial[0].Error[0].Say[0].changed: at 7037 | at 7039",
    );
    check(
        "/call/from",
        json!("+1"),
        r#"party from: "+18389999168" | "+1""#,
    );
    assert!(changed("/call/account/balance", json!(1)).is_empty());
}

#[test]
fn what_several_trees_show_is_said_once() {
    let original = published("destroyed");
    let text = serde_json::to_string(&original).unwrap();
    let text = text.replace("no one answered, please", "nobody answered, please");
    let found = exact(&original, &serde_json::from_str(&text).unwrap());
    assert_eq!(found.differences.len(), 1, "{:?}", lines(&found));
    let one = &found.differences[0];
    assert_eq!(one.name, "Dial[0].Error[0].Say[0].text");
    assert_eq!(one.kind, Kind::Command);
    // Dial, Error and Say, each as source and compiled.
    assert_eq!(one.also.len(), 5, "{:?}", one.also);
    assert_eq!(found.verdict, Verdict::SameRoute);
}

#[test]
fn identifiers_and_a_later_start_make_no_difference() {
    let original = published("destroyed");
    let mut later = original.clone();
    let shift = |value: &mut Value| {
        let instant: jiff::Timestamp = value.as_str().unwrap().parse().unwrap();
        let instant = instant + jiff::SignedDuration::from_hours(30);
        *value = json!(format!("{instant:.3}"));
    };
    let mut all = Vec::new();
    leaves(&original, "", "", &mut all);
    for (pointer, _) in all {
        let is_party = ["account", "/tn/", "sip_control_app", "voice"];
        let value = later.pointer_mut(&pointer).unwrap();
        if pointer.ends_with("_on")
            && value.is_string()
            && !is_party.iter().any(|it| pointer.contains(it))
        {
            shift(value);
        }
    }
    later["uuid"] = json!("another");
    later["call"]["uuid"] = json!("another");
    later["call"]["thread"] = json!("another");
    assert_eq!(lines(&exact(&original, &later)), [""; 0]);
}

#[test]
fn a_tolerance_takes_small_differences_of_time_away() {
    let original = published("destroyed");
    let mut other = original.clone();
    other["call"]["logs"][3]["modified_on"] = json!("2024-02-20T16:41:42.300Z");
    other["call"]["duration"] = json!(11);
    assert_eq!(
        diff(&original, &other, Tolerance(0)).verdict,
        Verdict::OnlyTiming
    );
    assert_eq!(diff(&original, &other, Tolerance(401)).differences.len(), 1);
    assert!(diff(&original, &other, Tolerance(402)).is_empty());
}

#[test]
fn another_route_is_told_from_where_it_parts() {
    let original = published("destroyed");
    let mut other = original.clone();
    let logs = other["call"]["logs"].as_array_mut().unwrap();
    logs.truncate(2);
    logs.push(json!({
        "name": "Say", "state": "queued", "reason": "unknown", "command": {"path": "Say[1]"},
    }));
    let found = exact(&original, &other);
    assert_eq!(found.verdict, Verdict::OtherRoute);
    let parting = found.parting.as_ref().unwrap();
    assert_eq!(parting.behind.as_deref(), Some("Dial[0]"));
    assert_eq!(parting.first.as_deref(), Some("Dial[0].Error[0]"));
    assert_eq!(parting.second.as_deref(), Some("Say[1]"));
    let kinds: Vec<_> = found.differences.iter().map(|one| one.kind).collect();
    assert_eq!(
        kinds.iter().filter(|kind| **kind == Kind::Missing).count(),
        5
    );
    assert_eq!(kinds.iter().filter(|kind| **kind == Kind::Extra).count(), 1);
}

#[test]
fn a_command_that_ran_twice_is_counted() {
    let original = published("destroyed");
    let mut other = original.clone();
    let logs = other["call"]["logs"].as_array_mut().unwrap();
    let again = logs[1].clone();
    logs.insert(2, again);
    let found = exact(&original, &other);
    assert_eq!(found.differences[0].name, "Dial[0]#2");
    assert_eq!(found.differences[0].kind, Kind::Extra);
}

#[test]
fn a_leg_that_only_one_call_has_is_told() {
    let original = published("destroyed");
    let mut other = original.clone();
    other["call"]["children"] = json!([]);
    let found = exact(&original, &other);
    assert_eq!(found.differences.len(), 1);
    assert_eq!(found.differences[0].kind, Kind::Presence);
    assert_eq!(found.differences[0].second, Side::Absent);
}

/// What `callflow diff` prints on both streams, and its exit code.
fn printed(arguments: &[&str]) -> (String, i32) {
    let all: Vec<_> = std::iter::once("diff")
        .chain(arguments.iter().copied())
        .collect();
    let output = output(&mut callflow(&all));
    let mut text = String::from_utf8(output.stdout).unwrap();
    text.push_str(&String::from_utf8(output.stderr).unwrap());
    (text, output.status.code().unwrap())
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/diff"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

const PUBLISHED: &str = "tests/events/destroyed.json";
const SCENARIO: &str = "flows/voicemail/voicemail.toml";

#[test]
fn the_published_call_is_that_of_its_scenario_within_the_tolerance() {
    assert_eq!(printed(&[PUBLISHED, SCENARIO]).1, 0);
    let (text, code) = printed(&[PUBLISHED, SCENARIO, "--tolerance", "0ms"]);
    assert_eq!(code, 1);
    snapshot("timing", &text);
}

#[test]
fn differences_are_shown_with_both_values() {
    let (text, code) = printed(&["flows/hunting/third.toml", "flows/ring-all/nobody.toml"]);
    assert_eq!(code, 1);
    snapshot("other-route", &text);
    let text = std::fs::read_to_string(PUBLISHED).unwrap();
    let text = text
        .replace("\"10000\"", "\"5000\"")
        .replace(": 10000,", ": 5000,")
        .replace("no one answered, please", "nobody is in: please")
        .replace("NO_USER_RESPONSE", "USER_BUSY");
    let path = std::env::temp_dir().join(format!("callflow-diff-{}.json", std::process::id()));
    std::fs::write(&path, text).unwrap();
    let name = path.to_str().unwrap();
    let (human, code) = printed(&[PUBLISHED, name]);
    let (json, _) = printed(&[PUBLISHED, name, "--format", "json"]);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(code, 1);
    snapshot("other-outcome", &human.replace(name, "other.json"));
    snapshot("other-outcome.json", &json.replace(name, "other.json"));
}

#[test]
fn what_is_no_call_cannot_be_compared() {
    for (arguments, name) in [
        (&["README.md", PUBLISHED][..], "no-event"),
        (&[PUBLISHED, "no-such-file.json"], "no-file"),
        (&[PUBLISHED, PUBLISHED, "--tolerance", "5"], "no-unit"),
    ] {
        let (text, code) = printed(arguments);
        assert_eq!(code, 2, "{text}");
        snapshot(name, &text);
    }
}

#[test]
fn an_event_that_was_cut_is_not_compared() {
    let text = std::fs::read_to_string(PUBLISHED).unwrap();
    let path = std::env::temp_dir().join(format!("callflow-cut-{}.json", std::process::id()));
    for end in (0..text.len() - 2).step_by(1999) {
        std::fs::write(&path, &text[..end]).unwrap();
        let (text, code) = printed(&[PUBLISHED, path.to_str().unwrap()]);
        assert_eq!(code, 2, "{end}: {text}");
    }
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn no_simulated_call_differs_from_itself() {
    for scenario in [
        "hunting/third",
        "recording/kept",
        "ivr/flights",
        "retry/third-time",
    ] {
        let path = format!("flows/{scenario}.toml");
        let (text, code) = printed(&[&path, &path, "--tolerance", "0ms"]);
        assert_eq!(code, 0, "{text}");
    }
}

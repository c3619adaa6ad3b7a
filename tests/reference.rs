//! The reference call: the example flow reproduces the published events of a real call.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use support::json::{Json, parse};
use support::{callflow, stdout};

const SCENARIO: &str = "flows/voicemail/voicemail.toml";

fn published(name: &str) -> Json {
    let path = format!("{}/tests/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    parse(&std::fs::read_to_string(path).unwrap())
}

fn simulated() -> Json {
    parse(&stdout(&mut callflow(&[
        "run", SCENARIO, "--format", "json",
    ])))
}

fn simulated_events() -> Vec<Json> {
    let lines = stdout(&mut callflow(&["run", SCENARIO, "--format", "events"]));
    lines.lines().map(parse).collect()
}

/// Keys whose values are identifiers or instants.
fn is_aside(key: &str) -> bool {
    key.ends_with("_on") || matches!(key, "uuid" | "thread" | "ref_id")
}

/// Replaces identifiers and instants, wherever they stand outside the dictionary of voices, by a
/// word that says only whether there is one.
fn aside(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let member = |(key, value): &(String, Json)| {
                let value = match value {
                    Json::String(_) if is_aside(key) => Json::String("aside".into()),
                    _ if key == "voice" => value.clone(),
                    _ => aside(value),
                };
                (key.clone(), value)
            };
            Json::Object(members.iter().map(member).collect())
        }
        Json::Array(elements) => Json::Array(elements.iter().map(aside).collect()),
        other => other.clone(),
    }
}

#[test]
fn logs_and_children_are_those_of_the_published_event_in_value_and_key_order() {
    let (published, simulated) = (published("destroyed"), simulated());
    for list in ["logs", "children"] {
        let expected = aside(published.at(&["call", list]));
        assert_eq!(
            aside(simulated.at(&["call", list])),
            expected,
            "call.{list}"
        );
    }
}

#[test]
fn the_final_event_has_the_values_and_keys_of_the_published_one() {
    let (published, simulated) = (published("destroyed"), simulated());
    let same = [
        &["type"][..],
        &["message"],
        &["payload"],
        &["call", "direction"],
        &["call", "from"],
        &["call", "to"],
        &["call", "state"],
        &["call", "duration"],
        &["call", "type"],
        &["call", "q850_cause"],
        &["call", "q850_cause_string"],
        &["call", "freeswitch_call_state"],
        &["call", "freeswitch_channel_state"],
        &["call", "tn"],
        &["call", "sip_control_app"],
        &["call", "records"],
        &["call", "destroy_on"],
        &["created_on"],
    ];
    for path in same {
        assert_eq!(simulated.at(path), published.at(path), "{}", path.join("."));
    }
    assert_eq!(
        simulated.keys(),
        published.keys(),
        "keys of the event, in order"
    );
    let (simulated, published) = (simulated.at(&["call"]), published.at(&["call"]));
    assert_eq!(
        simulated.keys(),
        published.keys(),
        "keys of the call, in order"
    );
}

#[test]
fn the_live_event_is_the_published_one() {
    let events = simulated_events();
    let live = events
        .iter()
        .find(|event| event.at(&["call", "state"]).is("live"))
        .unwrap();
    assert_eq!(aside(live).sorted(), aside(&published("live")).sorted());
    for instant in [
        &["created_on"][..],
        &["call", "answer_on"],
        &["call", "created_on"],
    ] {
        assert_eq!(live.at(instant), published("live").at(instant));
    }
}

#[test]
fn the_events_come_in_the_order_of_the_call() {
    let events = simulated_events();
    let line = |event: &Json| {
        let text = |path: &[&str]| event.at(path).text().to_owned();
        match event.at(&["type"]).text() {
            "call_flow" => format!("call_flow {}", text(&["payload", "command"])),
            kind => format!(
                "{kind} {} {}",
                text(&["call", "direction"]),
                text(&["call", "state"])
            ),
        }
    };
    let expected = [
        "call_state in init",
        "call_state in ringing",
        "call_state in live",
        "call_state out init",
        "call_state out hangup",
        "call_flow Dial",
        "call_state out destroyed",
        "call_flow Say",
        "call_flow Tone",
        "call_state in hangup",
        "call_state in destroyed",
        // The message was still being recorded (assumed, `record-open`).
        "call_record in destroyed",
    ];
    assert_eq!(events.iter().map(line).collect::<Vec<_>>(), expected);
    let made: Vec<_> = events
        .iter()
        .map(|event| event.at(&["created_on"]).text().to_owned())
        .collect();
    assert!(made.is_sorted(), "{made:?}");
}

#[test]
fn the_time_line_is_within_300_ms_of_the_real_one() {
    let (published, simulated) = (published("destroyed"), simulated());
    let instants = |event: &Json| -> Vec<i64> {
        let logs = event.at(&["call", "logs"]).elements();
        let both = logs
            .iter()
            .flat_map(|entry| ["created_on", "modified_on"].map(|key| entry.at(&[key])));
        both.map(|instant| {
            let instant: jiff::Timestamp = instant.text().parse().unwrap();
            instant.as_millisecond()
        })
        .collect()
    };
    let (published, simulated) = (instants(&published), instants(&simulated));
    assert_eq!(published.len(), simulated.len());
    for (real, ours) in published.iter().zip(&simulated) {
        assert!((real - ours).abs() <= 300, "{real} and {ours}");
    }
}

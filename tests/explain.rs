//! What `callflow explain` says of published and of simulated calls.
//!
//! `snapshots/explain/` holds what it prints.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::Path;

use callflow::channel::cause::Cause;
use callflow::explain::{Anomaly, Explanation, explain};
use callflow::present::explain::headline;
use callflow::record::{DialEnd, Ender};
use callflow::wire::read;
use support::{callflow, files, stdout};

const PUBLISHED: &str = "tests/events/destroyed.json";

/// What the program prints when it is given a text on standard input.
fn piped(arguments: &[&str], input: &str) -> (String, Option<i32>) {
    let output = support::piped(&mut callflow(arguments), input);
    let mut text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    if !errors.is_empty() {
        text.push_str("--- standard error\n");
        text.push_str(&errors);
    }
    (text, output.status.code())
}

fn events(scenario: &str) -> String {
    let path = format!("flows/{scenario}.toml");
    let output = support::output(&mut callflow(&["run", &path, "--format", "events"]));
    String::from_utf8(output.stdout).unwrap()
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/explain"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn published() -> String {
    std::fs::read_to_string(PUBLISHED).unwrap()
}

/// The published event with some text replaced, explained.
fn changed(replacements: &[(&str, &str)]) -> Explanation<'static> {
    let mut text = published();
    for (from, to) in replacements {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    of(&text)
}

fn of(text: &str) -> Explanation<'static> {
    let reading = read("event", text.as_bytes());
    let record = reading.calls.into_iter().next().unwrap();
    // It lives as long as the test.
    explain(Box::leak(Box::new(record)))
}

#[test]
fn an_array_with_an_event_a_line_is_an_array() {
    let compact = |name: &str| {
        let path = format!("{}/tests/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let json: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        json.to_string()
    };
    let lines = ["live", "destroyed", "live", "destroyed"].map(compact);
    let text = format!("[\n{}\n]\n", lines.join(",\n"));
    let reading = read("array.json", text.as_bytes());
    assert_eq!(reading.events, 4);
    assert_eq!(reading.findings, []);
}

#[test]
fn the_published_calls_are_explained_in_every_format() {
    for name in ["destroyed", "live"] {
        let path = format!("tests/events/{name}.json");
        for format in ["human", "json", "markdown"] {
            let text = stdout(&mut callflow(&["explain", &path, "--format", format]));
            snapshot(&format!("{name}.{format}"), &text);
        }
    }
}

#[test]
fn simulated_calls_are_explained() {
    for scenario in [
        "callback/timeout",
        "commands/callback-unhandled-refused",
        "commands/callback-fetched",
        "commands/dial-caller-hangs-up-ringing",
        "commands/dial-caller-hangs-up-talking",
        "commands/dial-unanswered-refused",
        "commands/fork-race",
        "commands/gather-hangup",
        "commands/gather-no-input",
        "commands/hold-held",
        "commands/app-max-call-length",
        "commands/app-before-ringing",
        "dynamic/server-down",
        "hunting/third",
        "ivr/flights",
        "recording/kept",
        "retry/in-vain",
        "ring-all/nobody",
    ] {
        let (text, code) = piped(&["explain", "-"], &events(scenario));
        assert_eq!(code, Some(0), "{scenario}: {text}");
        snapshot(&scenario.replace('/', "-"), &text);
    }
}

#[test]
fn the_last_event_of_every_scenario_is_explained_as_well() {
    let mut count = 0;
    for path in files("toml") {
        let run = callflow(&["run", path.to_str().unwrap(), "--format", "json"])
            .output()
            .unwrap();
        if run.stdout.is_empty() {
            continue;
        }
        let call = of(std::str::from_utf8(&run.stdout).unwrap());
        let text = headline(&call);
        assert!(text.ends_with('.'), "{}: {text}", path.display());
        assert!(
            !text.contains("  ") && !text.contains(".."),
            "{}: {text}",
            path.display()
        );
        let odd = call.anomalies.iter().filter(|one| {
            let by_world = [
                matches!(one, Anomaly::DeadAir { .. } | Anomaly::NoHandler { .. }),
                matches!(one, Anomaly::SlowFetch(_) | Anomaly::LostRecording(_)),
            ];
            !by_world.contains(&true)
        });
        let odd: Vec<_> = odd.collect();
        assert!(odd.is_empty(), "{}: {odd:?}", path.display());
        count += 1;
    }
    assert!(count > 80, "{count}");
}

#[test]
fn a_flow_gives_each_command_its_source_line() {
    let text = stdout(&mut callflow(&[
        "explain",
        PUBLISHED,
        "--flow",
        "flows/voicemail/voicemail.xml",
        "--flow",
        "flows/voicemail/callflow.xml",
    ]));
    snapshot("destroyed.places", &text);
}

#[test]
fn a_session_of_several_calls_gives_their_verdicts() {
    let session = format!("{}{}", events("ivr/flights"), events("voicemail/voicemail"));
    let (text, code) = piped(&["explain", "-", "--full"], &session);
    assert_eq!(code, Some(0));
    snapshot("session", &text);
    let (_, behind) = text.rsplit_once("· call ").unwrap();
    let (text, code) = piped(&["explain", "-", "--call", &behind[..8]], &session);
    assert_eq!(code, Some(0));
    assert!(text.contains("failed after 0.28 s"), "{text}");
    let (text, code) = piped(&["explain", "-", "--call", "8888"], &session);
    assert_eq!(code, Some(2));
    snapshot("session.no-such-call", &text);
}

#[test]
fn an_event_in_the_middle_of_a_call_is_explained() {
    let all = events("voicemail/voicemail");
    let line = |kind: &str| all.lines().find(|line| line.contains(kind)).unwrap();
    for (name, kind) in [
        ("part.ringing", "> 18382049000 - ringing"),
        ("part.dialled-leg", "681235292623 - hangup"),
        ("part.dial-ended", "Dial: success false"),
    ] {
        let (text, code) = piped(&["explain", "-"], line(kind));
        assert_eq!(code, Some(0), "{text}");
        snapshot(name, &text);
    }
    let (text, code) = piped(&["explain", "-"], r#"{"type": "auth", "message": "WSS"}"#);
    assert_eq!(code, Some(2), "{text}");
    snapshot("no-call", &text);
}

#[test]
fn an_error_block_of_the_whole_document_handles_a_failure() {
    let call = of(&events("commands/error-of-response"));
    assert_eq!(call.anomalies, []);
    let call = of(&events("commands/callback-unhandled-refused"));
    assert_eq!(
        call.anomalies,
        [Anomaly::NoHandler {
            entry: 0,
            told: Some(true)
        }]
    );
}

#[test]
fn a_long_talk_that_the_flow_ends_is_not_said_to_end_by_the_callee() {
    let call = of(&events("commands/dial-too-long"));
    let text = headline(&call);
    assert!(
        text.contains("until it ended with ALLOTTED_TIMEOUT"),
        "{text}"
    );
}

#[test]
fn an_event_that_was_cut_is_explained_as_far_as_it_goes() {
    let text = published();
    let at = text.rfind("Dial[0].Error[0].Say[0]").unwrap();
    let at = at + text[at..].find("\"reason\"").unwrap();
    let (text, code) = piped(&["explain", "-"], &text[..at]);
    assert_eq!(code, Some(0));
    snapshot("cut", &text);
}

#[test]
fn every_prefix_of_an_event_gives_a_result_or_a_located_error() {
    let text = published();
    for end in (0..text.len()).step_by(97) {
        let Some(prefix) = text.get(..end) else {
            continue;
        };
        let reading = read("event", prefix.as_bytes());
        assert!(
            !reading.calls.is_empty() || !reading.findings.is_empty(),
            "{end}"
        );
        for record in &reading.calls {
            let call = explain(record);
            assert!(headline(&call).ends_with('.'), "{end}");
        }
    }
}

/// Every value of a JSON document, as a pointer.
fn pointers(value: &serde_json::Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        serde_json::Value::Object(members) => {
            for (key, value) in members {
                pointers(value, &format!("{at}/{key}"), found);
            }
        }
        serde_json::Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                pointers(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn no_value_of_an_event_makes_it_stumble() {
    let event: serde_json::Value = serde_json::from_str(&published()).unwrap();
    let mut all = Vec::new();
    pointers(&event, "", &mut all);
    let strange = [
        serde_json::Value::Null,
        serde_json::json!([]),
        serde_json::json!({}),
        serde_json::json!(-1),
        serde_json::json!("1970-01-01T00:00:00.000Z"),
        serde_json::json!("9999-12-31T23:59:59.999Z"),
    ];
    for (index, pointer) in all.iter().enumerate() {
        let mut other = event.clone();
        *other.pointer_mut(pointer).unwrap() = strange[index % strange.len()].clone();
        let reading = read("event", other.to_string().as_bytes());
        for record in &reading.calls {
            let text = headline(&explain(record));
            assert!(text.ends_with('.'), "{pointer}: {text}");
        }
    }
}

#[test]
fn a_flow_that_is_written_otherwise_says_so() {
    let flow = std::fs::read_to_string("flows/voicemail/callflow.xml").unwrap();
    let flow = flow.replace("no one answered", "nobody answered");
    let name = format!("callflow-explain-{}.xml", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, flow).unwrap();
    let name = path.to_str().unwrap();
    let json = ["explain", PUBLISHED, "--flow", name, "--format", "json"];
    let text = stdout(&mut callflow(&json));
    std::fs::remove_file(&path).unwrap();
    let places: Vec<_> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("\"place\": "))
        .map(|place| place.replace(name, "flow.xml"))
        .collect();
    let expected = [
        "null,",
        "\"flow.xml:4 (different in that file)\",",
        "\"flow.xml:6 (different in that file)\",",
        "\"flow.xml:7 (different in that file)\",",
        "\"flow.xml:8\",",
        "\"flow.xml:9\",",
        "\"flow.xml:10\",",
    ];
    assert_eq!(places, expected);
}

#[test]
fn an_event_of_2022_is_explained_as_far_as_it_goes() {
    let event = r#"{"timestamp": "2022-07-12T10:00:02.681Z", "type": "call_flow",
        "message": "[success] command Answer[0], reason: Call answered", "success": true,
        "command": "Answer", "payload": {"command": {"name": "Answer", "path": "Answer[0]",
        "success": true, "reason": "Call answered", "error": [], "children": []},
        "call": {"uuid": "1", "direction": "in", "from": "+1", "to": "2", "state": "live",
        "duration": 2681, "created_on": "2022-07-12T10:00:00.000Z", "logs": []}}}"#;
    let (text, code) = piped(&["explain", "-"], event);
    assert_eq!(code, Some(0), "{text}");
    snapshot("y2022", &text);
}

#[test]
fn every_cause_is_explained() {
    for cause in Cause::all() {
        let call = changed(&[
            ("NO_USER_RESPONSE", cause.name()),
            (
                "\"q850_cause\": 18",
                &format!("\"q850_cause\": {}", cause.code()),
            ),
        ]);
        let expected = DialEnd::Failed(Some(cause));
        // A reason holds the platform's word; `ERR` is no cause.
        assert_eq!(call.outline.dials[0].end, expected, "{cause}");
        let text = headline(&call);
        assert!(text.contains(cause.short()), "{cause}: {text}");
        assert!(!text.to_lowercase().contains("unknown"), "{cause}: {text}");
    }
}

#[test]
fn the_two_sip_directions_are_held_apart() {
    let text = stdout(&mut callflow(&["explain", PUBLISHED]));
    // A received 480 is reported as NO_USER_RESPONSE, which would be sent out as 408.
    assert_eq!(Cause::from_sip_received(480), Cause::NO_USER_RESPONSE);
    assert_eq!(Cause::NO_USER_RESPONSE.sip_sent(), 408);
    assert!(text.contains("480") && !text.contains("408"), "{text}");
    let timed_out = changed(&[
        ("NO_USER_RESPONSE", "RECOVERY_ON_TIMER_EXPIRE"),
        ("\"q850_cause\": 18", "\"q850_cause\": 102"),
    ]);
    let text = headline(&timed_out);
    assert!(
        text.contains("408 or 504") && !text.contains("480"),
        "{text}"
    );
}

#[test]
fn the_caller_ended_the_published_call() {
    let call = of(&published());
    assert_eq!(call.outline.ending.by, Some(Ender::Caller));
    assert_eq!(call.anomalies, []);
    let is_gapless = call
        .outline
        .heard
        .windows(2)
        .all(|pair| pair[0].to == pair[1].from);
    assert!(is_gapless, "{:?}", call.outline.heard);
}

#[test]
fn what_is_odd_is_told() {
    let check = |replacements: &[(&str, &str)], expected: fn(&Anomaly) -> bool| {
        let call = changed(replacements);
        assert!(
            call.anomalies.iter().any(expected),
            "{replacements:?}: {:?}",
            call.anomalies
        );
    };
    // The leg's cause is another than the reason's.
    check(
        &[
            (
                "\"q850_cause_string\": \"NO_USER_RESPONSE\"",
                "\"q850_cause_string\": \"USER_BUSY\"",
            ),
            ("\"q850_cause\": 18", "\"q850_cause\": 17"),
        ],
        |one| {
            matches!(
                one,
                Anomaly::OtherCause {
                    reason: Cause::NO_USER_RESPONSE,
                    leg: (0, Cause::USER_BUSY),
                    ..
                }
            )
        },
    );
    check(&[("\"q850_cause\": 18", "\"q850_cause\": 17")], |one| {
        matches!(
            one,
            Anomaly::CauseTwice {
                leg: Some(0),
                code: 17,
                ..
            }
        )
    });
    check(
        &[(
            "\"answer_on\": null",
            "\"answer_on\": \"2024-02-20T16:41:37.000Z\"",
        )],
        |one| matches!(one, Anomaly::AnsweredAndFailed { .. }),
    );
    check(
        &[("2024-02-20T16:41:37.088Z", "2024-02-20T16:41:39.088Z")],
        |one| matches!(one, Anomaly::EndedBeforeLeg { by: 1992.., .. }),
    );
    check(
        &[("2024-02-20T16:41:43.177Z", "2024-02-20T16:41:41.000Z")],
        |one| matches!(one, Anomaly::EndsBeforeBegin(5)),
    );
    check(&[("\"duration\": 10", "\"duration\": 15")], |one| {
        matches!(one, Anomaly::Duration { says: 15, is: 10 })
    });
    check(
        &[("2024-02-20T16:41:36.590Z", "2024-02-20T16:41:35.500Z")],
        |one| matches!(one, Anomaly::SlowFetch(0)),
    );
    let own_reason = "\"reason\": \"tone '500' played 1 times\",\n                \"tag\": null";
    check(
        &[(own_reason, "\"reason\": \"no tone\", \"tag\": null")],
        |one| {
            matches!(
                one,
                Anomaly::SaysTwoThings {
                    entry: 5,
                    key: "reason",
                    ..
                }
            )
        },
    );
    check(
        &[("\"to\": \"soupra_cool", "\"to\": \"other_soupra_cool")],
        |one| matches!(one, Anomaly::NoLeg(0, _)),
    );
}

/// Whether something odd of a kind is found in the published event with some text replaced.
fn is_odd(replacements: &[(&str, &str)], kind: fn(&Anomaly) -> bool) -> bool {
    changed(replacements).anomalies.iter().any(kind)
}

#[test]
fn what_takes_a_second_is_slow() {
    // The fetched document's first command began at 36.816.
    let slow = |one: &Anomaly| matches!(one, Anomaly::SlowFetch(_));
    for (began, is_slow) in [("35.815", true), ("35.816", true), ("35.817", false)] {
        let began = format!("2024-02-20T16:41:{began}Z");
        let replaced = [("2024-02-20T16:41:36.590Z", began.as_str())];
        assert_eq!(is_odd(&replaced, slow), is_slow, "{began}");
    }
}

#[test]
fn a_silence_of_three_seconds_is_dead_air() {
    // The first words came at 37.306.
    let dead = |one: &Anomaly| matches!(one, Anomaly::DeadAir { .. });
    for (began, is_dead) in [("34.305", true), ("34.306", true), ("34.307", false)] {
        let began = format!("2024-02-20T16:41:{began}Z");
        let replaced = [
            ("2024-02-20T16:41:34.861Z", "2024-02-20T16:41:30.000Z"),
            ("2024-02-20T16:41:36.590Z", began.as_str()),
        ];
        assert_eq!(is_odd(&replaced, dead), is_dead, "{began}");
    }
}

#[test]
fn a_duration_may_be_a_second_from_the_last_state() {
    // The call lasted 9.857 s, which is rounded up.
    let wrong = |one: &Anomaly| matches!(one, Anomaly::Duration { .. });
    for (says, is_wrong) in [(8, true), (9, false), (11, false), (12, true)] {
        let says = format!("\"duration\": {says}");
        let replaced = [("\"duration\": 10", says.as_str())];
        assert_eq!(is_odd(&replaced, wrong), is_wrong, "{says}");
    }
}

#[test]
fn the_rows_of_a_dial_and_its_leg_may_lie_a_tenth_of_a_second_apart() {
    // The dial ended at 37.096.
    let early = |one: &Anomaly| matches!(one, Anomaly::EndedBeforeLeg { .. });
    for (hung_up, is_early) in [("37.195", false), ("37.196", false), ("37.197", true)] {
        let hung_up = format!("2024-02-20T16:41:{hung_up}Z");
        let replaced = [("2024-02-20T16:41:37.088Z", hung_up.as_str())];
        assert_eq!(is_odd(&replaced, early), is_early, "{hung_up}");
    }
}

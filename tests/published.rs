//! Published events in any file that holds them, thin ones and damaged ones: what the built program
//! makes of them, and what it does not claim.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use support::{callflow, output, stdout};

const DESTROYED: &str = include_str!("events/destroyed.json");
const LIVE: &str = include_str!("events/live.json");

/// A folder of its own for a test, empty.
fn folder(test: &str) -> PathBuf {
    let name = format!("callflow-published-{test}-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn destroyed() -> Value {
    serde_json::from_str(DESTROYED).unwrap()
}

/// What `explain` says of a file with these bytes.
fn explained(test: &str, bytes: &[u8]) -> String {
    let folder = folder(test);
    let path = folder.join("event.json");
    fs::write(&path, bytes).unwrap();
    let said = stdout(&mut callflow(&["explain", path.to_str().unwrap()]));
    fs::remove_dir_all(folder).unwrap();
    // Of a paragraph only its words count.
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn changed(test: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut event = destroyed();
    change(&mut event);
    explained(test, event.to_string().as_bytes())
}

const HEARD: &str = "heard “no one answered, please leave a voicemail message after a beep”";

#[test]
fn whatever_holds_events_is_read() {
    let pretty = format!("{LIVE}\n{DESTROYED}\n");
    let on_one_line = format!(
        "{} {}\n",
        json!(serde_json::from_str::<Value>(LIVE).unwrap()),
        destroyed()
    );
    let alone = destroyed()["call"].to_string();
    let wrapped = json!({ "event": destroyed() }).to_string();
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(DESTROYED.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for (name, bytes) in [
        ("pretty", pretty.as_bytes()),
        ("line", on_one_line.as_bytes()),
        ("alone", alone.as_bytes()),
        ("wrapped", wrapped.as_bytes()),
        ("utf16", &utf16[..]),
    ] {
        let said = explained(name, bytes);
        assert!(said.contains(HEARD), "{name}: {said}");
    }
}

#[test]
fn several_files_and_folders_tell_of_one_call() {
    let folder = folder("folder");
    fs::write(folder.join("1.json"), LIVE).unwrap();
    fs::write(folder.join("2.json"), DESTROYED).unwrap();
    let one = folder.join("1.json");
    let two = folder.join("2.json");
    let all = stdout(&mut callflow(&["explain", folder.to_str().unwrap()]));
    let each = stdout(&mut callflow(&[
        "explain",
        one.to_str().unwrap(),
        two.to_str().unwrap(),
    ]));
    assert_eq!(all, each);
    // Both together show when the call was answered.
    assert!(all.contains("1.341           answered"), "{all}");
    let out = folder.join("incident");
    let recover = [
        "recover",
        folder.to_str().unwrap(),
        "-o",
        out.to_str().unwrap(),
    ];
    assert!(output(&mut callflow(&recover)).status.success());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn who_ended_a_call_is_said_only_where_cause_and_log_say_so() {
    for (code, name) in [
        (804, "MEDIA_TIMEOUT"),
        (701, "SYSTEM_SHUTDOWN"),
        (703, "DESTINATION_CHANGED"),
        (802, "PROGRESS_TIMEOUT"),
        (27, "DESTINATION_OUT_OF_ORDER"),
        (602, "ALLOTTED_TIMEOUT"),
    ] {
        let said = changed(&format!("cause-{code}"), |event| {
            event["call"]["q850_cause"] = json!(code);
            event["call"]["q850_cause_string"] = json!(name);
        });
        assert!(
            said.contains("■ the call ended") && !said.contains("hung up"),
            "{name}: {said}"
        );
    }
    let said = changed("clearing", |_| {});
    assert!(said.contains("■ the caller hung up"), "{said}");
}

#[test]
fn what_an_event_does_not_hold_is_not_taken_for_nothing() {
    let said = changed("no-log", |event| {
        event["call"].as_object_mut().unwrap().remove("logs");
    });
    assert!(
        said.contains("has no log") && !said.contains("before any command"),
        "{said}"
    );
    let said = changed("no-element", |event| {
        for entry in event["call"]["logs"].as_array_mut().unwrap() {
            entry.as_object_mut().unwrap().remove("element");
        }
    });
    assert!(
        !said.contains("heard nothing") && !said.contains("✓ Say silence"),
        "{said}"
    );
    let said = changed("clearing-leg", |event| {
        event["call"]["children"][0]["q850_cause"] = json!(16);
        event["call"]["children"][0]["q850_cause_string"] = json!("NORMAL_CLEARING");
        event["call"]["logs"][1]["reason"] = json!("failed");
    });
    assert!(!said.contains("SIP 200"), "{said}");
}

#[test]
fn a_thin_event_is_rebuilt_as_the_failed_call_that_it_shows() {
    let mut without_legs = destroyed();
    without_legs["call"]
        .as_object_mut()
        .unwrap()
        .remove("children");
    for (name, text) in [
        ("cut", DESTROYED[..15_000].to_owned()),
        ("without-legs", without_legs.to_string()),
    ] {
        let folder = folder(name);
        let (event, out) = (folder.join("event.json"), folder.join("incident"));
        fs::write(&event, text).unwrap();
        let recover = [
            "recover",
            event.to_str().unwrap(),
            "-o",
            out.to_str().unwrap(),
        ];
        let recovered = output(&mut callflow(&recover));
        assert!(recovered.status.success());
        let errors = String::from_utf8(recovered.stderr).unwrap();
        assert!(errors.contains("not known: Dial[0]"), "{errors}");
        let scenario = fs::read_to_string(out.join("scenario.toml")).unwrap();
        let heading = "# Written by callflow recover.\n# Not known: ";
        assert!(scenario.starts_with(heading), "{scenario}");
        assert!(
            scenario.contains("cause = \"NO_USER_RESPONSE\""),
            "{scenario}"
        );
        let path = out.join("scenario.toml");
        let run = stdout(&mut callflow(&["run", path.to_str().unwrap()]));
        assert!(
            run.contains("✗ Dial") && !run.contains("answered ⇄"),
            "{run}"
        );
        fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn a_call_in_progress_is_compared_with_what_had_happened_by_then() {
    let said = stdout(&mut callflow(&["replay", "tests/events/live.json"]));
    assert!(said.starts_with("The same call."), "{said}");
    let replayed = stdout(&mut callflow(&[
        "replay",
        "tests/events/destroyed.json",
        "--format",
        "json",
    ]));
    let replayed: Value = serde_json::from_str(&replayed).unwrap();
    assert_eq!(replayed[0]["verdict"], "same");
}

#[test]
fn nobody_is_known_from_a_redacted_call() {
    for redact in ["--redact", "--redact=all"] {
        for format in ["human", "json", "markdown"] {
            let said = stdout(&mut callflow(&[
                "explain",
                "tests/events/destroyed.json",
                redact,
                "--format",
                format,
                "--ids",
            ]));
            for secret in [
                "8389999168",
                "8382049000",
                "soupra",
                "freefone",
                "SOupra",
                "kolakata",
            ] {
                assert!(!said.contains(secret), "{secret}: {said}");
            }
            assert!(
                said.contains("user-1") && said.contains("18385550101"),
                "{said}"
            );
            assert_eq!(
                said.contains("please leave"),
                redact == "--redact",
                "{said}"
            );
        }
    }
}

#[test]
fn account_data_is_kept_on_request_alone() {
    let folder = folder("raw");
    for (options, is_kept) in [(&[][..], false), (&["--raw", "--force"][..], true)] {
        let out = folder.to_str().unwrap();
        let arguments = [
            &[
                "recover",
                "tests/events/destroyed.json",
                "-o",
                out,
                "--force",
            ][..2],
            &["-o", out][..],
            options,
        ]
        .concat();
        assert!(output(&mut callflow(&arguments)).status.success());
        let scenario = fs::read_to_string(folder.join("scenario.toml")).unwrap();
        assert_eq!(
            scenario.contains("info@freefone.app"),
            is_kept,
            "{scenario}"
        );
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_flow_of_another_call_is_said_to_be_none_of_this_one() {
    let output = output(&mut callflow(&[
        "explain",
        "tests/events/destroyed.json",
        "--flow",
        "flows/ivr/menu.xml",
    ]));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("this flow does not belong to the call"),
        "{said}"
    );
}

#[test]
fn an_event_that_is_run_is_sent_to_explain() {
    let output = output(&mut callflow(&["run", "tests/events/destroyed.json"]));
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("callflow explain tests/events/destroyed.json"),
        "{said}"
    );
}

/// What `explain` says of a file, and of what is wrong with it.
fn explained_with_findings(test: &str, bytes: &[u8]) -> (String, Vec<String>) {
    let folder = folder(test);
    let path = folder.join("event.log");
    fs::write(&path, bytes).unwrap();
    let output = output(&mut callflow(&["explain", path.to_str().unwrap()]));
    fs::remove_dir_all(folder).unwrap();
    assert_eq!(output.status.code(), Some(0), "{test}: {output:?}");
    let errors = String::from_utf8(output.stderr).unwrap();
    let is_finding = |line: &&str| line.starts_with("error[") || line.starts_with("warning[");
    let findings = errors.lines().filter(is_finding).map(str::to_owned);
    let said = String::from_utf8(output.stdout).unwrap();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    (said, findings.collect())
}

/// The published events, one in each line.
fn log() -> Vec<String> {
    let line = |text: &str| serde_json::from_str::<Value>(text).unwrap().to_string();
    vec![line(LIVE), line(DESTROYED)]
}

#[test]
fn envelopes_are_looked_through() {
    let event = destroyed();
    let text = event.to_string();
    let envelopes = [
        json!({"headers": {"x": "y"}, "body": event}),
        json!({"headers": {"x": "y"}, "body": text, "isBase64Encoded": false}),
        json!({"Records": [{"messageId": "1", "body": text}, {"body": "not JSON"}]}),
        json!([{"body": {"detail": {"data": event}}}]),
        json!({"Records": [{"body": json!({"Type": "Notification", "Message": text}).to_string()}]}),
        json!({"type": "webhook", "payload": event}),
        json!({"specversion": "1.0", "type": "com.example.call", "id": "7", "data": event}),
        json!({"log": format!("INFO received {text}\n"), "stream": "stdout"}),
        json!({"log": {"message": json!(text).to_string()}}),
        json!(text),
        json!({"call": event, "event": "webhook"}),
    ];
    for envelope in envelopes {
        let (said, findings) = explained_with_findings("envelope", envelope.to_string().as_bytes());
        let begin: String = envelope.to_string().chars().take(60).collect();
        assert!(said.contains(HEARD), "{begin}: {said}");
        assert_eq!(findings, [""; 0], "{begin}");
    }
    // Several events of one envelope, and one envelope a line.
    let both = json!({"Records": log().iter().map(|one| json!({"body": one})).collect::<Vec<_>>()});
    let lines: Vec<_> = log()
        .iter()
        .map(|one| json!({"body": one}).to_string())
        .collect();
    for text in [both.to_string(), lines.join("\n")] {
        let (said, _) = explained_with_findings("envelopes", text.as_bytes());
        assert!(said.contains("1.341 answered"), "{said}");
    }
    // Three objects are looked through, and no more.
    let mut nested = event;
    for _ in 0..4 {
        nested = json!({"data": nested});
    }
    let folder = folder("nested");
    for (depth, code) in [(3, Some(0)), (4, Some(2))] {
        let path = folder.join("event.json");
        let inner = if depth == 3 {
            nested["data"].clone()
        } else {
            nested.clone()
        };
        fs::write(&path, inner.to_string()).unwrap();
        let output = output(&mut callflow(&["explain", path.to_str().unwrap()]));
        assert_eq!(output.status.code(), code, "{depth}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn text_around_the_events_of_a_log_is_reported_once() {
    let (known, findings) = explained_with_findings("plain", log().join("\n").as_bytes());
    assert_eq!(findings, [""; 0]);
    for prefix in [
        "2026-11-02T10:00:00Z INFO webhook received: ",
        "[2026-11-02 10:00:00] [info] {request 7} body=",
        "10.0.0.1 - - \"POST /hook HTTP/1.1\" 200 ",
        "{\"level\":\"info\"} ",
        "INFO <14>Nov 2 host app[7]: ",
    ] {
        let lines: Vec<_> = log().iter().map(|one| format!("{prefix}{one}")).collect();
        let text = format!(
            "{}\n",
            [&lines[..], &lines[..], &lines[..]].concat().join("\n")
        );
        let (said, findings) = explained_with_findings("prefix", text.as_bytes());
        assert_eq!(said, known, "{prefix}");
        assert!(
            findings.len() <= 1 || prefix.starts_with('{'),
            "{prefix}: {findings:?}"
        );
    }
    // Lines without JSON among the others, and text around one event over many lines.
    let mixed = format!(
        "started\n{}\nqueue is empty\nINFO got {}\nbye\n",
        log()[0],
        log()[1]
    );
    let (said, findings) = explained_with_findings("mixed", mixed.as_bytes());
    assert_eq!(said, known);
    assert_eq!(
        findings,
        [
            "warning[event-syntax]: a line without JSON was skipped",
            "warning[event-syntax]: text before the JSON was skipped"
        ]
    );
    let around = format!("received:\n{DESTROYED}\ndone\n");
    let (said, findings) = explained_with_findings("around", around.as_bytes());
    assert!(said.contains(HEARD), "{said}");
    assert_eq!(
        findings,
        ["warning[event-syntax]: text before the JSON was skipped"]
    );
}

#[test]
fn marks_between_joined_logs_cost_nothing() {
    let mark = "\u{feff}";
    let (known, _) = explained_with_findings("plain", log().join("\n").as_bytes());
    let [live, destroyed] = &log()[..] else {
        panic!()
    };
    for text in [
        format!("{mark}{live}\n{mark}{destroyed}\n"),
        format!("{live}\n{mark}{destroyed}\n{mark}"),
        format!("{live}\n{mark}\n{destroyed}\n"),
        format!("{mark}{LIVE}\n{mark}{DESTROYED}"),
        format!("[{live},{mark}{destroyed}]"),
    ] {
        let (said, findings) = explained_with_findings("mark", text.as_bytes());
        assert_eq!(said, known);
        assert_eq!(findings, [""; 0]);
    }
}

#[test]
fn a_run_of_zeros_is_one_finding() {
    let (known, _) = explained_with_findings("plain", log().join("\n").as_bytes());
    let [live, destroyed] = &log()[..] else {
        panic!()
    };
    for length in [1, 2, 4096] {
        let zeros = "\0".repeat(length);
        for text in [
            format!("{live}\n{destroyed}\n{zeros}"),
            format!("{live}\n{destroyed}\n{zeros}\n"),
            format!("{live}\n{zeros}{destroyed}\n"),
            format!("{live}\n{zeros}\n{destroyed}\n"),
            format!("{live}{zeros}\n{destroyed}\n"),
            format!("{LIVE}\n{zeros}\n{DESTROYED}"),
        ] {
            let (said, findings) = explained_with_findings("zeros", text.as_bytes());
            assert_eq!(said, known, "{length}");
            assert_eq!(findings.len(), 1, "{length}: {findings:?}");
            assert!(findings[0].contains("of zeros"), "{findings:?}");
        }
        // Within an event of a log: that event is damaged, and nothing else.
        let cut = live.len() / 2;
        let text = format!("{}{zeros}\n{destroyed}\n", &live[..cut]);
        let (said, findings) = explained_with_findings("zeros", text.as_bytes());
        assert!(
            said.contains("c7aa8c03") && said.contains("NO_USER_RESPONSE"),
            "{said}"
        );
        assert_eq!(findings.len(), 1, "{length}: {findings:?}");
    }
}

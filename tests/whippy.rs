//! A second vendor's events: call webhooks of Whippy.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use callflow::expect::Snapshots;
use callflow::flow;
use callflow::record::{Record, Speaker};
use callflow::scenario::{self, Scenario};
use callflow::simulate::{Documents, simulate};
use callflow::source::Source;
use callflow::wire::whippy::{Events, Generation, Stage};
use callflow::{wire, xml};
use serde_json::Value;
use support::{callflow, generate, output, piped};

const STARTED: &str = include_str!("events/whippy-call.started.json");
const ENDED: &str = include_str!("events/whippy-call.ended.json");
const ANALYZED: &str = include_str!("events/whippy-call.analyzed.json");
const PUBLISHED: [&str; 3] = [STARTED, ENDED, ANALYZED];

/// An event in one line, its keys in their order.
fn compact(json: &str) -> String {
    let mut out = String::new();
    let mut in_text = false;
    let mut escaped = false;
    for c in json.chars() {
        if in_text || !c.is_whitespace() {
            out.push(c);
        }
        in_text ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    out
}

fn lines(events: &[&str]) -> String {
    let lines: Vec<_> = events.iter().map(|event| compact(event)).collect();
    lines.join("\n")
}

fn read_one(text: &str) -> Record {
    let mut calls = wire::read("events", text.as_bytes()).calls;
    assert_eq!(calls.len(), 1, "{text}");
    calls.remove(0)
}

fn written(record: &Record, generation: Generation) -> Vec<String> {
    let events = Events::new(record, generation);
    let stages = events.stages().into_iter();
    let lines = stages.map(|stage| {
        let mut line = Vec::new();
        events.write(stage, &mut line);
        String::from_utf8(line).unwrap()
    });
    lines.collect()
}

#[test]
fn the_published_events_are_written_again() {
    let mut record = read_one(&lines(&PUBLISHED));
    assert!(record.other.is_empty(), "{:?}", record.other);
    // What only the vendor knows goes through a scenario.
    let scenario = Scenario {
        vendor: wire::kept(&record),
        ..Scenario::default()
    };
    let source = Source::new("scenario.toml", scenario.to_toml());
    let (read, found) = scenario::parse(&source);
    assert_eq!(found, []);
    record.vendor = read.unwrap().vendor;
    record.attachments.iter_mut().for_each(|file| {
        assert!(file.agent.is_some());
    });
    let again = written(&record, Generation::G1);
    assert_eq!(again.len(), 3);
    for (index, (again, published)) in again.iter().zip(PUBLISHED).enumerate() {
        let mut published = compact(published);
        if index == 0 {
            // A slip of the documentation: nobody has said anything when a call starts.
            let body: Value = serde_json::from_str(&published).unwrap();
            let body = serde_json::to_string(&body["data"]["body"]).unwrap();
            published = published.replace(&body, "null");
        }
        assert_eq!(*again, published);
    }
}

#[test]
fn each_published_event_alone_is_written_again_whole() {
    for event in PUBLISHED {
        let record = read_one(event);
        let mut out = Vec::new();
        wire::write(&record, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), compact(event));
    }
}

/// What `explain` says of events on standard input.
fn explained(text: &str) -> String {
    let run = piped(&mut callflow(&["explain", "-"]), text);
    let errors = String::from_utf8(run.stderr).unwrap();
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.code() != Some(101), "{errors}");
    format!("{errors}{said}")
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({snapshot_path => "../snapshots/whippy", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn the_published_events_are_explained_together_and_alone() {
    snapshot("together", &explained(&lines(&PUBLISHED)));
    for (name, event) in ["started", "ended", "analyzed"].iter().zip(PUBLISHED) {
        snapshot(name, &explained(event));
    }
    let format = ["explain", "-", "--format", "json"];
    let said = piped(&mut callflow(&format), &lines(&PUBLISHED));
    let samples = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("report-samples");
    fs::create_dir_all(&samples).unwrap();
    fs::write(samples.join("webhooks.explanation.json"), said.stdout).unwrap();
    let array = format!("[{}]", PUBLISHED.join(","));
    assert_eq!(explained(&array), explained(&lines(&PUBLISHED)));
}

/// What is wrong with damaged or reordered events is said: only that, a line for each.
#[test]
#[allow(clippy::too_many_lines, reason = "one entry for each variant")]
fn damaged_and_reordered_events_say_what_is_wrong() {
    let plain = |event: &str| compact(event);
    let change = |event: &str, from: &str, to: &str| {
        let event = plain(event);
        assert!(event.contains(from), "{from}");
        event.replacen(from, to, 1)
    };
    let started = change(
        STARTED,
        &compact(STARTED)[compact(STARTED).find("\"body\":").unwrap()
            ..compact(STARTED).find(",\"from\"").unwrap()],
        "\"body\":null",
    );
    let of =
        |event: &str, request: &str| event.replace("00552b38-d0e7-460f-9877-a7c8c8b2ff8c", request);
    let moved = |event: &str| {
        event.replace(
            "\"updated_at\":\"2023-08-24T10:05:18.432652Z\"",
            "\"updated_at\":\"2023-08-24T10:07:41.118003Z\"",
        )
    };
    let (started, ended, analyzed) = (
        of(&started, "1"),
        moved(&of(&plain(ENDED), "2")),
        moved(&of(&plain(ANALYZED), "3")),
    );
    let good = [started.clone(), ended.clone(), analyzed.clone()].join("\n");
    assert!(
        !explained(&good).contains("Anomalies"),
        "{}",
        explained(&good)
    );
    let user = "call_completed.user_hangup";
    let variants: Vec<(&str, String)> = vec![
        ("the start is missing", [&*ended, &analyzed].join("\n")),
        ("the end is missing", [&*started, &analyzed].join("\n")),
        (
            "the end came twice",
            [&*started, &ended, &ended, &analyzed].join("\n"),
        ),
        ("the end stands first", [&*ended, &started].join("\n")),
        (
            "one request id for all",
            of(&good, "")
                .replace("\"2\"", "\"1\"")
                .replace("\"3\"", "\"1\""),
        ),
        (
            "the conversation at the start",
            [
                compact(STARTED).replace("00552b38-d0e7-460f-9877-a7c8c8b2ff8c", "1"),
                ended.clone(),
                analyzed.clone(),
            ]
            .join("\n"),
        ),
        (
            "times stand still",
            [started.clone(), of(&plain(ENDED), "2")].join("\n"),
        ),
        (
            "a status of no document",
            [
                started.clone(),
                ended.replace(user, "call_completed.fell_asleep"),
            ]
            .join("\n"),
        ),
        (
            "another status altogether",
            [started.clone(), ended.replace(user, "done")].join("\n"),
        ),
        (
            "over, and still going on",
            [started.clone(), ended.replace(user, "call_in_progress")].join("\n"),
        ),
        (
            "over as it starts",
            started.replace("call_in_progress", user),
        ),
        (
            "no status",
            [
                started.clone(),
                ended.replace("\"call_completed.user_hangup\"", "null"),
            ]
            .join("\n"),
        ),
        (
            "never connected, yet started",
            [
                started.clone(),
                ended.replace(user, "call_completed.dial_busy"),
            ]
            .join("\n"),
        ),
        (
            "two callers",
            [
                started.replace("+12183925232", "+12183925233"),
                ended.clone(),
            ]
            .join("\n"),
        ),
        (
            "a comma too many",
            [
                started.clone(),
                ended.replace("\"request_id\":\"2\"", "\"request_id\":\"2\","),
            ]
            .join("\n"),
        ),
        ("cut in the middle", ended[..ended.len() / 2].to_owned()),
        (
            "an event of another name",
            [started.clone(), ended.replace("call.ended", "call.paused")].join("\n"),
        ),
        (
            "a number where a text should stand",
            [
                started.clone(),
                ended.replace("\"+14244023931\"", "14244023931"),
            ]
            .join("\n"),
        ),
    ];
    assert!(variants.len() >= 15);
    let mut all = String::new();
    for (name, text) in variants {
        let said = explained(&text);
        let odd: Vec<&str> = said
            .lines()
            .skip_while(|line| !line.starts_with("Anomalies"))
            .chain(said.lines().filter(|line| line.contains("[event-")))
            .collect();
        assert!(!odd.is_empty(), "{name}: {said}");
        let _ = writeln!(all, "{name}\n    {}\n", odd.join("\n    "));
    }
    snapshot("damaged", &all);
}

#[test]
fn events_of_both_vendors_in_one_log_are_two_calls() {
    let log = format!(
        "{}\n{}\n{}\n{}",
        compact(STARTED),
        compact(include_str!("events/destroyed.json")),
        compact(ENDED),
        compact(ANALYZED)
    );
    let calls = wire::read("log", log.as_bytes()).calls;
    assert_eq!(calls.len(), 2);
    assert!(calls[0].turns.is_some() && calls[1].turns.is_none());
    // Another vendor's event of the same name is none of these.
    let stranger = r#"{"event":"call.ended","data":{"call_id":"x"},"request_id":"y"}"#;
    assert_eq!(wire::read("log", stranger.as_bytes()).calls.len(), 0);
}

/// What webhooks can hold of a simulated call is the same when they are read back.
#[test]
fn a_simulated_call_is_read_back() {
    let (mut calls, mut connected) = (0, 0);
    for seed in 0..400 {
        let call = generate::call(seed);
        let (document, _) = xml::read("flow.xml", call.flow.as_bytes());
        let (flow, _) = flow::compile(document);
        let run = simulate(&call.scenario, Arc::new(flow), &Documents::new());
        let record = run.record;
        if !record.is_over() {
            continue;
        }
        for generation in [Generation::G1, Generation::G2] {
            let lines = written(&record, generation);
            let back = read_one(&lines.join("\n"));
            calls += 1;
            connected += usize::from(lines.len() > 1);
            // The same bytes again. That a call never connected is not in its end.
            let again = written(&back, generation);
            let known = if lines.len() == 1 {
                &again[1..2]
            } else {
                &again
            };
            assert_eq!(known, lines, "seed {seed}");
            assert_eq!(back.leg.uuid, record.leg.uuid);
            assert_eq!(back.leg.direction, record.leg.direction);
            assert_eq!(back.leg.created, record.leg.created);
            let digits = |to: &Option<Box<str>>| {
                to.as_deref()
                    .map(|to| to.trim_start_matches('+').to_owned())
            };
            assert_eq!(digits(&back.leg.from), digits(&record.leg.from));
            assert_eq!(digits(&back.leg.to), digits(&record.leg.to));
            assert_eq!(back.is_over(), record.is_over());
            assert_eq!(back.conversation(), record.conversation(), "seed {seed}");
            assert_eq!(back.vendor.len(), 1, "only the requests: {:?}", back.vendor);
            assert!(back.other.is_empty(), "seed {seed}: {:?}", back.other);
            if generation == Generation::G2 && lines.len() > 1 {
                assert_eq!(back.leg.live, record.leg.live);
            }
            if generation == Generation::G2 {
                assert_eq!(back.leg.ended(), record.leg.ended());
            }
            let is_recorded = !record.recordings.is_empty() && lines.len() > 1;
            assert_eq!(back.attachments.len(), if is_recorded { 3 } else { 0 });
        }
    }
    assert!(calls > 500 && connected > 300, "{calls} {connected}");
}

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("whippy-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    folder
}

const IVR: &str = r#"<Response>
  <Gather dtmf_length="1">
    <Say>Press two to leave a message.</Say>
    <DTMF value="2">
      <Play url="https://example.com/sounds/welcome.wav"/>
      <Record tag="message"><Tone hz="500"/><Pause length="20000"/></Record>
    </DTMF>
  </Gather>
</Response>"#;

const JACK: &str = r##"flow = "flow.xml"

[[press]]
keys = "2"

[[press]]
says = "This is Jack, please call back."
when = "Record[*]"
after = "2s"

[caller]
hangup = { when = "#message", after = "6s" }

[[media]]
url = "*/welcome.wav"
lasts = "3s"

[vendor.whippy]
user_id = 42
contact_id = "8241b8e5-98a2-44d7-975b-15f5c2bf3cf4"
"##;

#[test]
fn a_call_is_written_for_both_generations_with_its_transcript_and_files() {
    let here = folder("written", &[("flow.xml", IVR), ("call.toml", JACK)]);
    let path = here.join("call.toml");
    let run = |args: &[&str]| {
        let mut all = vec!["run", path.to_str().unwrap()];
        all.extend(args);
        let run = output(&mut callflow(&all));
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        String::from_utf8(run.stdout).unwrap()
    };
    snapshot("transcript", &run(&["--format", "transcript"]));
    let folder = here.join("files");
    let attach = [
        "--format",
        "whippy",
        "--attachments",
        folder.to_str().unwrap(),
    ];
    let mut all = run(&attach);
    all.push_str(&run(&["--format", "whippy", "--generation", "1"]));
    snapshot("written", &all);
    let analysis: Value =
        serde_json::from_slice(&fs::read(folder.join("analysis.json")).unwrap()).unwrap();
    assert_eq!(analysis["user_sentiment"], "Unknown");
    let turns: Value =
        serde_json::from_slice(&fs::read(folder.join("transcript.json")).unwrap()).unwrap();
    assert_eq!(turns.as_array().unwrap().len(), 4);
    assert_eq!(turns[3]["content"], "This is Jack, please call back.");
    // A call that was never answered has an end alone.
    fs::write(here.join("flow.xml"), "<Response><Hangup/></Response>").unwrap();
    let never = "flow = \"flow.xml\"\n[app]\nauto_answer = false\n";
    fs::write(&path, never).unwrap();
    let text = run(&["--format", "whippy"]);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("\"call.ended\""), "{text}");
}

#[test]
fn a_conversation_becomes_a_flow_that_can_be_played() {
    let log = lines(&PUBLISHED);
    let here = folder("recovered", &[("log.jsonl", &log)]);
    let out = here.join("rebuilt");
    let log = here.join("log.jsonl");
    let recover = [
        "recover",
        log.to_str().unwrap(),
        "-o",
        out.to_str().unwrap(),
    ];
    let run = output(&mut callflow(&recover));
    assert!(run.status.success());
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains("published as a conversation"), "{said}");
    let text = fs::read_to_string(out.join("flow.xml")).unwrap()
        + "\n"
        + &fs::read_to_string(out.join("scenario.toml")).unwrap();
    snapshot("rebuilt", &text);
    let judged = output(&mut callflow(&["test", out.to_str().unwrap()]));
    assert!(
        judged.status.success(),
        "{}",
        String::from_utf8_lossy(&judged.stdout)
    );
    // Its transcript is the published one.
    let scenario = out.join("scenario.toml");
    let run = ["run", scenario.to_str().unwrap(), "--format", "transcript"];
    let transcript = String::from_utf8(output(&mut callflow(&run)).stdout).unwrap();
    let published: Value = serde_json::from_str(ENDED).unwrap();
    assert_eq!(transcript, published["data"]["body"].as_str().unwrap());
    // A log is what `replay` compares with.
    let replay = output(&mut callflow(&["replay", log.to_str().unwrap()]));
    assert_eq!(replay.status.code(), Some(1));
    let said = String::from_utf8(replay.stderr).unwrap();
    assert!(said.contains("without a log to compare with"), "{said}");
}

#[test]
fn a_text_that_names_nobody_goes_on_with_its_turn() {
    let event = compact(ENDED);
    let start = event.find("\"body\":").unwrap();
    let end = event.find(",\"from\"").unwrap();
    let event = event.replace(
        &event[start..end],
        "\"body\":\"Contact: One.\\nTwo: and a half is three\\nUser: Three.\\n\\nAgent:\\n\"",
    );
    let record = read_one(&event);
    let turns = record.conversation();
    let shown: Vec<_> = turns.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "Contact: One.",
            "Two: and a half is three",
            "User: Three.\n",
            "Agent: "
        ]
    );
    assert_eq!(turns[0].who, Speaker::Other("Contact".into()));
    // And it is written again as it was.
    let mut out = Vec::new();
    wire::write(&record, &mut out);
    assert_eq!(String::from_utf8(out).unwrap(), event);
    assert_eq!(Stage::ALL.len(), 3);
}

/// A published end, with another status.
fn ended_with(status: &str) -> Record {
    read_one(&compact(ENDED).replace("call_completed.user_hangup", status))
}

#[test]
fn a_status_word_counts_after_any_prefix() {
    for word in ["user_hangup", "dial_busy", "dial_no_answer", "error_asr"] {
        let known = ended_with(&format!("call_completed.{word}"));
        for prefix in ["call_failed.", "call.failed.", "x.", ""] {
            let status = format!("{prefix}{word}");
            let record = ended_with(&status);
            assert_eq!(record.end_word, known.end_word, "{status}");
            assert_eq!(record.leg.cause, known.leg.cause, "{status}");
            assert_eq!(record.ended_by, known.ended_by, "{status}");
            assert!(
                record
                    .remarks
                    .iter()
                    .all(|one| one.kind != "status-unknown"),
                "{status}"
            );
            // And it is written again as it was.
            let mut out = Vec::new();
            wire::write(&record, &mut out);
            let out = String::from_utf8(out).unwrap();
            assert!(out.contains(&format!("\"{status}\"")), "{out}");
        }
    }
    let unknown = ended_with("call_failed.fell_asleep");
    assert!(unknown.end_word.is_none());
    assert!(
        unknown
            .remarks
            .iter()
            .any(|one| one.kind == "status-unknown")
    );
}

#[test]
fn a_webhook_by_itself_misses_none() {
    let kinds = |events: &[&str]| -> Vec<&str> {
        let record = read_one(&lines(events));
        record.remarks.iter().map(|one| one.kind).collect()
    };
    for event in PUBLISHED {
        assert!(!kinds(&[event]).contains(&"stage-missing"));
        assert!(!kinds(&[event, event]).contains(&"stage-missing"));
    }
    assert!(kinds(&[ENDED, ANALYZED]).contains(&"stage-missing"));
    assert!(kinds(&[STARTED, ANALYZED]).contains(&"stage-missing"));
    // One that never connected has no start.
    let busy = |event: &str| event.replace("call_completed.user_hangup", "call_failed.dial_busy");
    let (ended, analyzed) = (busy(ENDED), busy(ANALYZED));
    assert!(!kinds(&[&ended, &analyzed]).contains(&"stage-missing"));
}

#[test]
fn what_is_recovered_of_a_webhook_passes_its_own_test() {
    let mut count = 0;
    for seed in 0..250 {
        let Some(run) = support::calls::played(&generate::call(seed)) else {
            continue;
        };
        let events = written(&run, Generation::G2);
        let all = events.join("\n");
        for text in std::iter::once(&all).chain(&events) {
            let record = read_one(text);
            let recovered = callflow::replay::recover(&record).unwrap();
            let again = recovered.run().unwrap();
            let expect = recovered.scenario.expect.clone().unwrap();
            let failures = callflow::expect::judge(&expect, &again.record, &Snapshots::default());
            assert!(
                failures.is_empty(),
                "seed {seed}: {failures:?}\n{}\n{}",
                recovered.documents[0].xml,
                recovered.scenario.to_toml()
            );
            count += 1;
        }
    }
    assert!(count > 400, "{count}");
}

//! Samples of what `explain` and `diff` write for programs, which `tests/schemas/run` holds against
//! `docs/schemas/`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{callflow, files, output, piped, stdout};

const PUBLISHED: &str = "tests/events/destroyed.json";

fn samples() -> PathBuf {
    let samples = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("report-samples");
    fs::create_dir_all(&samples).unwrap();
    samples
}

/// The last event of every example, each of a call of its own.
fn events() -> Vec<String> {
    let event = |path: PathBuf| {
        let run = output(&mut callflow(&[
            "run",
            path.to_str().unwrap(),
            "--format",
            "json",
        ]));
        let event = String::from_utf8(run.stdout).unwrap();
        serde_json::from_str::<Value>(&event).ok()
    };
    let events = files("toml").into_iter().filter_map(event).enumerate();
    let events = events.map(|(index, mut event)| {
        event["call"]["uuid"] = format!("00000000-0000-4000-8000-{index:012}").into();
        event.to_string()
    });
    events.collect()
}

#[test]
fn samples_of_explanations_are_written() {
    let events = events();
    assert!(events.len() > 100, "{}", events.len());
    let format = ["explain", "-", "--format", "json"];
    let said = piped(&mut callflow(&format), &events.join("\n"));
    let text = String::from_utf8(said.stdout).unwrap();
    let calls: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(calls["calls"].as_array().unwrap().len(), events.len());
    fs::write(samples().join("every-example.explanation.json"), text).unwrap();
    let published = fs::read_to_string(PUBLISHED).unwrap();
    for end in [published.len(), published.len() / 2, 700] {
        let said = piped(&mut callflow(&format), &published[..end]);
        let text = String::from_utf8(said.stdout).unwrap();
        fs::write(
            samples().join(format!("published-{end}.explanation.json")),
            text,
        )
        .unwrap();
    }
}

#[test]
fn samples_of_differences_are_written() {
    let same = stdout(&mut callflow(&[
        "diff", PUBLISHED, PUBLISHED, "--format", "json",
    ]));
    fs::write(samples().join("same.difference.json"), same).unwrap();
    for (index, event) in events().iter().enumerate().step_by(9) {
        let arguments = ["diff", PUBLISHED, "-", "--format", "json"];
        let said = piped(&mut callflow(&arguments), event);
        assert_eq!(said.status.code(), Some(1));
        fs::write(
            samples().join(format!("example-{index}.difference.json")),
            said.stdout,
        )
        .unwrap();
    }
}

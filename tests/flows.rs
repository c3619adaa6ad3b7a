//! Every scenario under `flows/`: what the program prints of its flow and of its call.
//!
//! `snapshots/` mirrors `flows/`: `<topic>/<name>.command.snap` is the compiled command tree of
//! the flow, `.check.snap` what `check` says of it, `.log.snap` the log on its time line, `.events.snap`
//! a line for each published event.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;
use support::{callflow, files, output};

/// What a run of the program printed on both of its streams.
fn printed(arguments: &[&str]) -> String {
    let output = output(&mut callflow(arguments));
    let mut text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    if !errors.is_empty() {
        text.push_str("--- standard error\n");
        text.push_str(&errors);
    }
    if !output.status.success() {
        let code = output.status.code().unwrap();
        writeln!(text, "--- exit code {code}").unwrap();
    }
    text
}

fn snapshot(path: &Path, kind: &str, text: &str) {
    let folder = path.parent().unwrap().strip_prefix("flows").unwrap();
    let name = path.file_stem().unwrap().to_str().unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("snapshots")
            .join(folder),
    );
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("{name}.{kind}"), text));
}

#[test]
fn each_flow_compiles_to_its_command_tree() {
    for path in files("xml") {
        let name = path.to_str().unwrap();
        snapshot(
            &path,
            "command",
            &printed(&["parse", name, "--tree", "command"]),
        );
    }
}

#[test]
fn each_flow_and_scenario_is_checked() {
    for path in [files("xml"), files("toml")].concat() {
        let name = path.to_str().unwrap();
        let text = printed(&["check", name]);
        // What is found in a scenario stands beside what is found in the flow of the same name.
        let kind = match path.extension().unwrap().to_str().unwrap() {
            "xml" => "check",
            _ => "scenario-check",
        };
        if kind == "check" || text != "1 file checked, no findings\n" {
            snapshot(&path, kind, &text);
        }
    }
}

#[test]
fn each_scenario_gives_its_log() {
    for path in files("toml") {
        let name = path.to_str().unwrap();
        snapshot(&path, "log", &printed(&["run", name]));
    }
}

#[test]
fn each_scenario_gives_its_events() {
    for path in files("toml") {
        let name = path.to_str().unwrap();
        let events = printed(&["run", name, "--format", "events"]);
        let lines: Vec<_> = events.lines().map(summary).collect();
        snapshot(&path, "events", &lines.join("\n"));
    }
}

/// What an event tells, in a line: three are held whole, below.
fn summary(event: &str) -> String {
    let Ok(event) = serde_json::from_str::<Value>(event) else {
        // What the program says of itself.
        return event.to_owned();
    };
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let call = &event["call"];
    let count = |key: &str| call[key].as_array().map_or(0, Vec::len);
    format!(
        "{} {} {} | {} entries, {} records, {} children{}",
        text(&event["created_on"]),
        text(&event["type"]),
        text(&event["message"]),
        count("logs"),
        count("records"),
        count("children"),
        match call["q850_cause_string"].as_str() {
            Some(cause) => format!(", {cause}"),
            None => String::new(),
        }
    )
}

/// One event of each type.
#[test]
fn whole_events_are_as_the_platform_publishes_them() {
    let name = "flows/commands/record-whole.toml";
    let events = printed(&["run", name, "--format", "events"]);
    for kind in ["call_state", "call_flow", "call_record"] {
        let mark = format!("\"type\":\"{kind}\"");
        let event = events.lines().rfind(|line| line.contains(&mark));
        let mut pretty = Vec::new();
        callflow::present::pretty::write(event.unwrap().as_bytes(), &mut pretty).unwrap();
        snapshot(Path::new(name), kind, &String::from_utf8(pretty).unwrap());
    }
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    for path in files("toml") {
        let name = path.to_str().unwrap();
        let once = printed(&["run", name, "--format", "events"]);
        assert_eq!(
            once,
            printed(&["run", name, "--format", "events"]),
            "{name}"
        );
    }
}

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

/// A TOML file as the JSON that editors hold against a schema.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(instant) => instant.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            let keys = table.into_iter();
            keys.map(|(key, value)| (key, as_json(value))).collect()
        }
        plain => serde_json::to_value(plain).unwrap(),
    }
}

/// The blocks of TOML in a page.
fn blocks(page: &str) -> Vec<String> {
    let page = fs::read_to_string(page).unwrap();
    let blocks = page.split("```toml\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap().to_owned());
    blocks.collect()
}

fn write_toml(name: &str, text: &str) {
    let value: toml::Value = toml::from_str(text).unwrap();
    fs::write(samples().join(name), as_json(value).to_string()).unwrap();
}

#[test]
fn samples_of_scenarios_and_configurations_are_written() {
    let mut texts: Vec<String> = blocks("docs/scenarios.md");
    assert_eq!(texts.len(), 1);
    for text in &texts {
        let source = callflow::source::Source::new("docs.toml", text.as_str());
        assert_eq!(callflow::scenario::parse(&source).1, []);
    }
    for topic in fs::read_dir("flows").unwrap() {
        for path in fs::read_dir(topic.unwrap().path()).unwrap() {
            let path = path.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                texts.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    assert!(texts.len() > 150, "{}", texts.len());
    for (index, text) in texts.iter().enumerate() {
        write_toml(&format!("example-{index}.scenario.json"), text);
    }
    let configs = blocks("docs/config.md");
    assert_eq!(configs.len(), 1);
    for (index, text) in configs.iter().enumerate() {
        let source = callflow::source::Source::new("callflow.toml", text.as_str());
        let (_, found) = callflow::check::config::parse(&source, &callflow::cli::rules());
        assert_eq!(found, []);
        write_toml(&format!("example-{index}.config.json"), text);
    }
}

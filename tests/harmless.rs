//! Text from outside is harmless, and secrets stay secret: in every subcommand and every format that the
//! command line has. Both are taken from its declaration, so that a new one takes part by itself.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod outside;
mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use outside::{Files, Run, runs};
use rayon::prelude::*;

/// Characters that steer a terminal, turn the direction of writing or are not seen, and what CI servers
/// obey. What no XML may hold is added where it may stand.
const DANGER: &str = "a\u{9b}31mb\u{202e}c\u{61c}\u{200e}\u{200f}\u{200b}\u{2028}\u{2029}\u{206a}\u{2066}\u{ad}\u{feff}\u{e0041}d \
                      ##[error]e ##vso[task.complete]f ::error::g";

/// What stands in secrets, and nowhere else.
const MARK: &str = "s3cr3tMARK";

/// Whether a character steers or hides.
fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// What of an output a terminal, a CI server or a page would obey.
fn danger(run: &Run, stream: &str, text: &str) -> Option<String> {
    let is_github = run.format.as_deref() == Some("github");
    let own = |line: &str| {
        is_github
            && ["::error ", "::warning ", "::notice "]
                .iter()
                .any(|own| line.starts_with(own))
    };
    for line in text.split('\n') {
        let what = if let Some(c) = line.chars().find(|&c| is_dangerous(c)) {
            format!("U+{:04X}", u32::from(c))
        } else if line.trim_start().starts_with("::") && !own(line) {
            "a line that begins with ::".to_owned()
        } else if line.contains("##[") || line.to_ascii_lowercase().contains("##vso[") {
            "##[ or ##vso[".to_owned()
        } else {
            continue;
        };
        return Some(format!("{what} on {stream} of {}: {line:?}", run.typed()));
    }
    None
}

/// The texts of an output that are for people: all of it, or the message fields of JSON.
fn for_people(text: &str) -> String {
    let mut documents = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
    let all: Result<Vec<_>, _> = documents.by_ref().collect();
    match all {
        Ok(all) if !all.is_empty() => {
            let mut messages = String::new();
            // An event is what a vendor publishes, and a tree what a flow holds.
            let is_raw = |one: &serde_json::Value| {
                one.get("call").is_some_and(serde_json::Value::is_object)
                    || one.get("payload").is_some()
                    || one.get("data").is_some()
                    || one.get("children").is_some()
                    || one.get("elements").is_some()
                    || one.get("$schema").is_some()
            };
            all.iter()
                .filter(|one| !is_raw(one))
                .for_each(|one| collect(one, "", &mut messages));
            messages
        }
        // The name of a test case is that of the scenario's case, exactly.
        _ if text.starts_with("<?xml") => {
            let names = text.split(" name=\"");
            let rest = names.enumerate().map(|(index, part)| match index {
                0 => part,
                _ => part.split_once('"').map_or("", |(_, rest)| rest),
            });
            rest.collect()
        }
        _ => text.to_owned(),
    }
}

fn collect(value: &serde_json::Value, key: &str, messages: &mut String) {
    const EXACT: &[&str] = &[
        "scenario",
        "replacement",
        "insertedContent",
        "first",
        "second",
        "events",
        "url",
        "lists",
        "turns",
        "run",
        "from",
        "tag",
        "expected",
        "to",
        "element",
        "command",
        "steps",
        "dials",
        "fetches",
        "heard",
        "attachments",
        "unknown",
        "differences",
        "documents",
    ];
    match value {
        // A sentence, whatever it is called.
        serde_json::Value::String(text)
            if text.contains(' ') || key.contains("message") || key.contains("text") =>
        {
            let _ = writeln!(messages, "{text}");
        }
        serde_json::Value::Array(all) => all.iter().for_each(|one| collect(one, key, messages)),
        serde_json::Value::Object(members) => {
            let members = members
                .iter()
                .filter(|(key, _)| !EXACT.contains(&key.as_str()));
            members.for_each(|(key, one)| collect(one, key, messages));
        }
        _ => {}
    }
}

/// Goes through all combinations, and gives what is wrong, each kind of it once.
fn wrong(
    files: &Files,
    judge: impl Fn(&Run, &outside::Said) -> Vec<String> + Sync,
) -> (usize, BTreeSet<String>) {
    let runs = runs(&callflow::cli::command(), files);
    let found: BTreeSet<String> = runs
        .par_iter()
        .enumerate()
        .flat_map_iter(|(index, run)| judge(run, &run.run(files, index)))
        .collect();
    (runs.len(), found)
}

#[test]
fn text_from_outside_is_harmless_in_every_subcommand_and_format() {
    let files = outside::dangerous(DANGER);
    let (count, found) = wrong(&files, |run, said| {
        let mut found: Vec<_> = said
            .texts()
            .filter_map(|(stream, text)| danger(run, stream, text))
            .collect();
        if said.code == Some(101) || said.code.is_none() {
            found.push(format!("{} panicked: {}", run.typed(), said.stderr));
        }
        if let Some(Err(error)) = said.is_readable(run) {
            found.push(format!("{} is not what it says: {error}", run.typed()));
        }
        found
    });
    println!("{count} combinations");
    assert!(count > 500, "{count} combinations");
    assert!(
        found.is_empty(),
        "{} of {count}:\n{}",
        found.len(),
        first(&found)
    );
}

#[test]
fn secrets_stay_secret_in_every_subcommand_and_format() {
    let files = outside::secret(MARK);
    let (count, found) = wrong(&files, |run, said| {
        let shown = said
            .texts()
            .filter(|(_, text)| for_people(text).contains(MARK));
        shown
            .map(|(stream, text)| {
                let text = for_people(text);
                let line = text
                    .lines()
                    .find(|line| line.contains(MARK))
                    .unwrap_or_default();
                format!("{stream} of {}: {line}", run.typed())
            })
            .collect()
    });
    println!("{count} combinations");
    assert!(count > 500, "{count} combinations");
    assert!(
        found.is_empty(),
        "{} of {count}:\n{}",
        found.len(),
        first(&found)
    );
}

fn first(found: &BTreeSet<String>) -> String {
    let first: Vec<_> = found.iter().take(40).map(String::as_str).collect();
    first.join("\n")
}

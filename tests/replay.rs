//! From an event back to the call, and once more through the simulator.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and this one may run for a given time"
)]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use callflow::diff::{Tolerance, diff};
use callflow::event::Event;
use callflow::event::read::{self, CallHistory, Published};
use callflow::replay::{self, Recovered};
use callflow::simulate::{Documents, simulate};
use callflow::{flow, xml};
use serde_json::Value;
use support::generate;

const DESTROYED: &str = include_str!("events/destroyed.json");

fn history(text: &str) -> CallHistory {
    let events: Vec<Published> = read::read("event.json", text.as_bytes()).events;
    read::group(events).pop().unwrap()
}

fn simulated(recovered: &Recovered) -> String {
    let run = recovered.run().unwrap();
    serde_json::to_string(run.last().unwrap()).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_published_event_is_reproduced_instants_included() {
    let recovered = replay::recover(&history(DESTROYED)).unwrap();
    let diff = diff(
        &json(DESTROYED),
        &json(&simulated(&recovered)),
        Tolerance(0),
    );
    assert!(diff.is_empty(), "{diff:#?}");
}

/// An event with its identifiers replaced by the order in which they first appear.
fn canonical(text: &str) -> String {
    let is_identifier = |word: &str| {
        let hex = word
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        hex && (word.len() == 32 || word.len() == 36 && word.matches('-').count() == 4)
    };
    let mut known: Vec<&str> = Vec::new();
    let words = text.split('"').map(|word| {
        if !is_identifier(word) {
            return word.to_owned();
        }
        let place = known
            .iter()
            .position(|one| *one == word)
            .unwrap_or_else(|| {
                known.push(word);
                known.len() - 1
            });
        format!("#{place}")
    });
    words.collect::<Vec<_>>().join("\"")
}

/// The last event of a generated call; none where a limit of the simulator ended it.
fn last_event(generated: &generate::Generated) -> Option<Event> {
    let (document, findings) = xml::read("flow.xml", generated.flow.as_bytes());
    let (flow, more) = flow::compile(document);
    let wrong: Vec<_> = findings.iter().chain(&more).collect();
    let is_error = |finding: &&&callflow::diagnostic::Diagnostic| {
        finding.severity == callflow::diagnostic::Severity::Error
    };
    assert_eq!(wrong.iter().find(is_error), None, "{}", generated.flow);
    let run = simulate(&generated.scenario, Arc::new(flow), &Documents::new());
    run.last().cloned()
}

/// What is wrong with the way back from a generated call.
fn fault(seed: u64) -> Option<String> {
    let generated = generate::call(seed);
    let event = last_event(&generated)?;
    let was = serde_json::to_string(&event).unwrap();
    let recovered = match replay::recover(&history(&was)) {
        Ok(recovered) => recovered,
        Err(error) => return Some(format!("seed {seed}: {error:?}\n{}", generated.flow)),
    };
    let is = match recovered.run().as_ref().and_then(|run| run.last().cloned()) {
        Some(event) => serde_json::to_string(&event).unwrap(),
        None => "null".to_owned(),
    };
    if canonical(&was) == canonical(&is) {
        return None;
    }
    let diff = diff(&json(&was), &json(&is), Tolerance(0));
    let first: Vec<_> = diff.differences.iter().take(3).collect();
    let documents: Vec<_> = recovered
        .documents
        .iter()
        .map(|one| one.xml.as_str())
        .collect();
    Some(format!(
        "seed {seed}: {first:#?}\n{:?}\n=== the flow\n{}\n=== the world\n{}\n=== recovered\n{}\n{}",
        diff.parting,
        generated.flow,
        generated.scenario.to_toml(),
        documents.join("\n---\n"),
        recovered.scenario.to_toml()
    ))
}

/// Runs some thousand cases, or as many as fit into `CALLFLOW_PROPERTY_SECONDS`.
#[test]
fn any_simulated_call_is_rebuilt_from_its_last_event() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let first = number("CALLFLOW_PROPERTY_SEED").unwrap_or(0);
    let time = number("CALLFLOW_PROPERTY_SECONDS").map(Duration::from_secs);
    let cases = number("CALLFLOW_PROPERTY_CASES").unwrap_or(4_000);
    let (began, mut seed) = (Instant::now(), first);
    let mut faults = Vec::new();
    while time.map_or(seed < first + cases, |time| began.elapsed() < time) {
        faults.extend(fault(seed).map(|fault| (seed, fault)));
        seed += 1;
    }
    eprintln!("{} calls in {:?}", seed - first, began.elapsed());
    // The shortest tells most.
    let seeds: Vec<_> = faults.iter().map(|(seed, _)| *seed).collect();
    faults.sort_by_key(|(_, fault)| fault.len());
    let shortest: Vec<_> = faults
        .iter()
        .take(3)
        .map(|(_, fault)| fault.as_str())
        .collect();
    assert!(
        faults.is_empty(),
        "{} calls fail: {seeds:?}\n{}",
        seeds.len(),
        shortest.join("\n\n")
    );
}

//! Calls made by chance, and the way back from their last events.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use callflow::diff::{Tolerance, diff};
use callflow::event::read;
use callflow::event::{Event, Stamp};
use callflow::replay;
use callflow::simulate::{Documents, simulate};
use callflow::{flow, xml};
use serde_json::Value;
use std::sync::Arc;
use support::changed::{leaves, other};
use support::{generate, history};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
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

/// A call by chance in which the platform takes its time.
fn unhurried(seed: u64) -> generate::Generated {
    let mut generated = generate::call(seed);
    if let Some(event) = last_event(&generated) {
        let commands = event.call.logs.iter();
        let commands: Vec<_> = commands
            .map(|entry| (entry.path(), entry.modified_on.since(entry.created_on)))
            .collect();
        generated.scenario.pace.steps = generate::pace(seed, &commands);
    }
    generated
}

/// A call by chance in which something comes at the very instant of something else.
fn coincident(seed: u64) -> generate::Generated {
    let mut generated = match seed % 2 {
        0 => generate::call(seed),
        _ => unhurried(seed),
    };
    if let Some(event) = last_event(&generated) {
        let start = event.call.leg.created_on;
        let entries = event.call.logs.iter();
        let instants = entries.flat_map(|entry| [entry.created_on, entry.modified_on]);
        let legs = event.call.children.iter();
        let legs = legs.flat_map(|leg| [leg.init_on, leg.ring_on, leg.answer_on, leg.hangup_on]);
        let instants = instants.chain(legs.flatten());
        let instants: Vec<u64> = instants.map(|at| at.since(start)).collect();
        generate::coincide(seed, &instants, &mut generated.scenario);
    }
    generated
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

/// The log of an event: when each command began and ended, and why.
fn log(text: &str) -> Vec<String> {
    let Some(event) = read::read("event", text.as_bytes()).events.pop() else {
        return Vec::new();
    };
    let call = event.call.unwrap();
    let start = call.leg.created_on.unwrap_or_default();
    let at = |on: Option<Stamp>| on.map_or(0, |on| on.since(start));
    let line = |entry: &read::PublishedEntry| {
        let (began, ended) = (at(entry.created_on), at(entry.modified_on));
        let reason = entry.reason.as_deref().unwrap_or_default();
        format!("{began}-{ended} {} {reason}", entry.path())
    };
    call.logs.iter().map(line).collect()
}

/// A call that is not rebuilt.
struct Fault {
    text: String,
    /// Whether it is said what the log leaves open.
    is_explained: bool,
}

/// What is wrong with the way back from a call.
fn fault(seed: u64, generated: &generate::Generated) -> Option<Fault> {
    let event = last_event(generated)?;
    let was = serde_json::to_string(&event).unwrap();
    let unexplained = |text: String| Fault {
        text,
        is_explained: false,
    };
    let recovered = match replay::recover(&history(&was)) {
        Ok(recovered) => recovered,
        Err(error) => {
            let text = format!("seed {seed}: {error:?}\n{}", generated.flow);
            return Some(unexplained(text));
        }
    };
    let is = match recovered.run().as_ref().and_then(|run| run.last().cloned()) {
        Some(event) => serde_json::to_string(&event).unwrap(),
        None => "null".to_owned(),
    };
    let world = recovered.scenario.to_toml();
    let is_named = |one: &replay::RecoveredDocument| world.contains(&format!("\"{}\"", one.name));
    if !recovered.documents.iter().all(is_named) {
        let text = format!("seed {seed}: a document that nobody fetches\n{world}");
        return Some(unexplained(text));
    }
    if canonical(&was) == canonical(&is) {
        return None;
    }
    let diff = diff(&json(&was), &json(&is), Tolerance(0));
    let first: Vec<_> = diff.differences.iter().take(3).collect();
    let logs = [log(&was).join("\n"), log(&is).join("\n")].join("\n--- and not\n");
    let documents: Vec<_> = recovered
        .documents
        .iter()
        .map(|one| one.xml.as_str())
        .collect();
    let text = format!(
        "seed {seed}: {first:#?}\n{:?}\n=== the log\n{logs}\n=== the flow\n{}\n=== the world\n{}\n=== recovered\n{}\n{}",
        diff.parting,
        generated.flow,
        generated.scenario.to_toml(),
        documents.join("\n---\n"),
        world
    );
    Some(Fault {
        text,
        is_explained: !recovered.open.is_empty(),
    })
}

/// Goes through some thousand calls, or `CALLFLOW_PROPERTY_CALLS`. Without a search a few of them are
/// not rebuilt: their logs hide what decided. Those are named with what the log leaves open.
#[allow(
    clippy::print_stderr,
    reason = "`--nocapture` shows how many they were"
)]
fn are_rebuilt(kind: &str, generate: fn(u64) -> generate::Generated) {
    let said = |name: &str| std::env::var(name).ok();
    let calls = said("CALLFLOW_PROPERTY_CALLS").and_then(|calls| calls.parse().ok());
    // One to begin with, or several to look at.
    let seeds = said("CALLFLOW_PROPERTY_SEED").unwrap_or_default();
    let seeds: Vec<u64> = seeds
        .split(',')
        .filter_map(|seed| seed.parse().ok())
        .collect();
    let first = seeds.first().copied().unwrap_or(0);
    let cases: Vec<u64> = match seeds.len() > 1 {
        true => seeds,
        false => (first..first + calls.unwrap_or(1_500)).collect(),
    };
    let mut faults = Vec::new();
    for &seed in &cases {
        let fault = fault(seed, &generate(seed));
        faults.extend(fault.map(|fault| (seed, fault)));
    }
    let seeds: Vec<_> = faults.iter().map(|(seed, _)| *seed).collect();
    eprintln!("{} {kind}, not rebuilt: {seeds:?}", cases.len());
    faults.sort_by_key(|(_, fault)| (fault.is_explained, fault.text.len()));
    let shortest: Vec<_> = faults
        .iter()
        .take(3)
        .map(|(_, fault)| fault.text.as_str())
        .collect();
    let shortest = shortest.join("\n\n");
    assert!(
        faults.iter().all(|(_, fault)| fault.is_explained),
        "{kind} fail without a word: {seeds:?}\n{shortest}"
    );
    assert!(
        faults.len() * 200 <= cases.len(),
        "{} {kind} fail: {seeds:?}\n{shortest}",
        seeds.len()
    );
}

#[test]
fn any_simulated_call_is_rebuilt_from_its_last_event() {
    are_rebuilt("calls", generate::call);
}

/// Commands that begin late and last longer than usual hide fewer keys, and more of what is theirs.
#[test]
fn any_call_in_which_the_platform_took_its_time_is_rebuilt_too() {
    are_rebuilt("unhurried calls", unhurried);
}

/// What comes at one instant can come in more than one order.
#[test]
fn calls_in_which_instants_coincide_are_rebuilt_too() {
    are_rebuilt("coincident calls", coincident);
}

/// What no flow and no world give is rebuilt as far as it goes, in bounded time.
#[test]
fn a_call_that_cannot_have_been_is_rebuilt_all_the_same() {
    for seed in 0..100 {
        let Some(event) = last_event(&generate::call(seed)) else {
            continue;
        };
        let event = serde_json::to_value(&event).unwrap();
        let leaves = leaves(&event);
        let instants = leaves.iter().filter(|place| place.ends_with("_on"));
        for place in instants.step_by(11) {
            let mut changed = event.clone();
            let value = changed.pointer_mut(place).unwrap();
            *value = other(value);
            if let Ok(recovered) = replay::recover(&history(&changed.to_string())) {
                assert!(recovered.run().is_some(), "{seed}: {place}");
            }
        }
    }
}

//! Calls made by chance, and the way back from their last events.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use callflow::diff::{Tolerance, diff};
use callflow::record::{Entry, Record};
use callflow::replay;
use support::calls::{coincident, played, unhurried};
use support::changed::{leaves, other};
use support::{generate, last_event, record};

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

/// A log: when each command began and ended, and why.
fn log(record: &Record) -> Vec<String> {
    let line = |entry: &Entry| {
        let (began, changed) = (record.at(entry.began), record.at(entry.changed));
        let reason = entry.status.reason.as_deref().unwrap_or_default();
        format!("{began:?}-{changed:?} {} {reason}", entry.path())
    };
    record.log.iter().map(line).collect()
}

/// A call that is not rebuilt.
struct Fault {
    text: String,
    /// Whether it is said what the log leaves open.
    is_explained: bool,
}

/// What is wrong with the way back from a call.
fn fault(seed: u64, generated: &generate::Generated) -> Option<Fault> {
    let played = played(generated)?.when_gone();
    let was = last_event(&played).unwrap();
    let unexplained = |text: String| Fault {
        text,
        is_explained: false,
    };
    let recovered = match replay::recover(&record(&was)) {
        Ok(recovered) => recovered,
        Err(error) => {
            let text = format!("seed {seed}: {error:?}\n{}", generated.flow);
            return Some(unexplained(text));
        }
    };
    let again = recovered.run().unwrap().record.when_gone();
    let is = last_event(&again).unwrap_or_default();
    let world = recovered.scenario.to_toml();
    let is_named = |one: &replay::RecoveredDocument| world.contains(&format!("\"{}\"", one.name));
    if !recovered.documents.iter().all(is_named) {
        let text = format!("seed {seed}: a document that nobody fetches\n{world}");
        return Some(unexplained(text));
    }
    if canonical(&was) == canonical(&is) {
        return None;
    }
    let diff = diff(&played, &again, Tolerance(0));
    let first: Vec<_> = diff.differences.iter().take(3).collect();
    let logs = [log(&played).join("\n"), log(&again).join("\n")].join("\n--- and not\n");
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
    let cases: Vec<u64> = if seeds.len() > 1 {
        seeds
    } else {
        (first..first + calls.unwrap_or(1_500)).collect()
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
        let Some(played) = played(&generate::call(seed)) else {
            continue;
        };
        let event = last_event(&played).unwrap();
        let event: serde_json::Value = serde_json::from_str(&event).unwrap();
        let leaves = leaves(&event);
        let instants = leaves.iter().filter(|place| place.ends_with("_on"));
        for place in instants.step_by(11) {
            let mut changed = event.clone();
            let value = changed.pointer_mut(place).unwrap();
            *value = other(value);
            if let Ok(recovered) = replay::recover(&record(&changed.to_string())) {
                assert!(recovered.run().is_some(), "{seed}: {place}");
            }
        }
    }
}

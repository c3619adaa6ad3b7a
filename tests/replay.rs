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
use callflow::event::read::{self, CallHistory, Published};
use callflow::event::{Event, Stamp};
use callflow::replay::{self, Recovered};
use callflow::simulate::{Documents, simulate};
use callflow::{flow, xml};
use serde_json::Value;
use support::{callflow, generate, output, stdout};

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

/// What is wrong with the way back from a call.
fn fault(seed: u64, generated: &generate::Generated) -> Option<String> {
    let event = last_event(generated)?;
    let was = serde_json::to_string(&event).unwrap();
    let recovered = match replay::recover(&history(&was)) {
        Ok(recovered) => recovered,
        Err(error) => return Some(format!("seed {seed}: {error:?}\n{}", generated.flow)),
    };
    let is = match recovered.run().as_ref().and_then(|run| run.last().cloned()) {
        Some(event) => serde_json::to_string(&event).unwrap(),
        None => "null".to_owned(),
    };
    let world = recovered.scenario.to_toml();
    let is_named = |one: &replay::RecoveredDocument| world.contains(&format!("\"{}\"", one.name));
    if !recovered.documents.iter().all(is_named) {
        return Some(format!(
            "seed {seed}: a document that nobody fetches\n{world}"
        ));
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
    Some(format!(
        "seed {seed}: {first:#?}\n{:?}\n=== the log\n{logs}\n=== the flow\n{}\n=== the world\n{}\n=== recovered\n{}\n{}",
        diff.parting,
        generated.flow,
        generated.scenario.to_toml(),
        documents.join("\n---\n"),
        world
    ))
}

/// Goes through some thousand calls, or as many as fit into `CALLFLOW_PROPERTY_SECONDS`, and fails
/// with the shortest ones that are not rebuilt, which tell most.
#[allow(
    clippy::print_stderr,
    reason = "`--nocapture` shows how many they were"
)]
fn are_rebuilt(kind: &str, generate: fn(u64) -> generate::Generated) {
    let said = |name: &str| std::env::var(name).ok();
    let number = |name: &str| said(name)?.parse::<u64>().ok();
    let seconds = number("CALLFLOW_PROPERTY_SECONDS").map(Duration::from_secs);
    // One to begin with, or several to look at.
    let seeds = said("CALLFLOW_PROPERTY_SEED").unwrap_or_default();
    let seeds: Vec<u64> = seeds
        .split(',')
        .filter_map(|seed| seed.parse().ok())
        .collect();
    let first = seeds.first().copied().unwrap_or(0);
    let cases: Box<dyn Iterator<Item = u64>> = match (seeds.len() > 1, seconds) {
        (true, _) => Box::new(seeds.into_iter()),
        (false, Some(_)) => Box::new(first..),
        (false, None) => Box::new(first..first + 4_000),
    };
    let (began, mut count) = (Instant::now(), 0);
    let mut faults = Vec::new();
    for seed in cases.take_while(|_| seconds.is_none_or(|most| began.elapsed() < most)) {
        let fault = fault(seed, &generate(seed));
        faults.extend(fault.map(|fault| (seed, fault)));
        count += 1;
    }
    eprintln!("{count} {kind} in {:?}", began.elapsed());
    let seeds: Vec<_> = faults.iter().map(|(seed, _)| *seed).collect();
    faults.sort_by_key(|(_, fault)| fault.len());
    let shortest: Vec<_> = faults
        .iter()
        .take(3)
        .map(|(_, fault)| fault.as_str())
        .collect();
    assert!(
        faults.is_empty(),
        "{} {kind} fail: {seeds:?}\n{}",
        seeds.len(),
        shortest.join("\n\n")
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

/// Every place of a document that holds a value, under the lists of the call.
fn leaves(json: &Value) -> Vec<String> {
    fn walk(place: &str, json: &Value, found: &mut Vec<String>) {
        match json {
            Value::Object(members) => {
                for (key, value) in members {
                    walk(&format!("{place}/{key}"), value, found);
                }
            }
            Value::Array(elements) => {
                for (index, value) in elements.iter().enumerate() {
                    walk(&format!("{place}/{index}"), value, found);
                }
            }
            _ => found.push(place.to_owned()),
        }
    }
    let mut found = Vec::new();
    for list in ["logs", "children"] {
        walk(&format!("/call/{list}"), &json["call"][list], &mut found);
    }
    found
}

/// Another value of the same kind, as far as there is one.
fn other(value: &Value) -> Value {
    match value {
        Value::Null => Value::from("something"),
        Value::Bool(value) => Value::from(!value),
        Value::Number(number) => Value::from(number.as_i64().unwrap_or(0) + 7),
        Value::String(text) => match text.parse::<jiff::Timestamp>() {
            Ok(instant) => Value::from(format!("{:.3}", instant + Duration::from_millis(7))),
            Err(_) => Value::from(format!("{text}x")),
        },
        _ => unreachable!("a leaf"),
    }
}

/// Identifiers of the call's own are left aside: nothing says what they are made of.
fn is_identifier(place: &str) -> bool {
    let depth = place.matches('/').count();
    depth == 4 && (place.ends_with("/uuid") || place.ends_with("/thread"))
}

/// Against the simulation of the event as it was, every change is found, and named by its path. What
/// is rebuilt from the changed event differs from it too: nothing but an instant can be another and
/// still be a call that the flow and a world give.
#[test]
fn any_one_value_that_was_changed_is_found_and_named() {
    let published = json(DESTROYED);
    let recovered = replay::recover(&history(DESTROYED)).unwrap();
    let simulated = json(&simulated(&recovered));
    let leaves = leaves(&published);
    assert!(leaves.len() > 300, "{}", leaves.len());
    for place in leaves {
        let mut changed = published.clone();
        let value = changed.pointer_mut(&place).unwrap();
        *value = other(value);
        let diff = diff(&changed, &simulated, Tolerance(0));
        if is_identifier(&place) {
            assert!(diff.is_empty(), "{place}");
            continue;
        }
        let parts = place.split('/').skip(1);
        let dotted = parts.map(|part| match part.parse::<usize>() {
            Ok(index) => format!("[{index}]"),
            Err(_) => format!(".{part}"),
        });
        let place = dotted.collect::<String>();
        let place = place.trim_start_matches('.');
        let is_named = diff.differences.iter().any(|difference| {
            let mut places = difference.also.iter().chain([&difference.place]);
            places.any(|other| place.starts_with(other.as_str()))
        });
        assert!(is_named, "{place}: {:#?}", diff.differences);
        if place.ends_with("_on") {
            continue;
        }
        if let Ok(recovered) = replay::recover(&history(&changed.to_string()))
            && let Some(event) = recovered.run().unwrap().last()
        {
            let again = serde_json::to_value(event).unwrap();
            let diff = callflow::diff::diff(&changed, &again, Tolerance(0));
            assert!(!diff.is_empty(), "{place}");
        }
    }
}

#[test]
fn a_document_cut_anywhere_gives_a_result_or_a_located_error() {
    let step = match std::env::var("CALLFLOW_EVERY_BYTE") {
        Ok(_) => 1,
        Err(_) => 97,
    };
    for end in (0..DESTROYED.len()).step_by(step) {
        let reading = read::read("cut.json", &DESTROYED.as_bytes()[..end]);
        let rest = DESTROYED[end..].trim();
        assert_eq!(reading.findings.is_empty(), rest.is_empty(), "{end}");
        for finding in &reading.findings {
            assert!(finding.primary.span.end as usize <= end);
        }
        for call in read::group(reading.events) {
            if let Ok(recovered) = replay::recover(&call) {
                assert!(recovered.run().is_some(), "{end}");
            }
        }
    }
}

const EVENT: &str = "tests/events/destroyed.json";

#[test]
fn a_replay_of_the_published_event_finds_no_difference() {
    let said = stdout(&mut callflow(&["replay", EVENT]));
    assert!(said.starts_with("The same call"), "{said}");
}

#[test]
fn what_would_have_been_stands_beside_what_was() {
    let output = output(&mut callflow(&["replay", EVENT, "--dial", "*=answer"]));
    assert_eq!(output.status.code(), Some(1));
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("side-by-side", String::from_utf8(output.stdout).unwrap());
    });
}

#[test]
fn an_incident_becomes_a_test() {
    let folder = std::env::temp_dir().join(format!("callflow-recover-{}", std::process::id()));
    let folder = folder.to_str().unwrap();
    let written = stdout(&mut callflow(&["recover", EVENT, "-o", folder]));
    assert_eq!(written.lines().count(), 3, "{written}");
    let again = output(&mut callflow(&["recover", EVENT, "-o", folder]));
    assert_eq!(again.status.code(), Some(2), "files are not overwritten");
    stdout(&mut callflow(&["recover", EVENT, "-o", folder, "--force"]));
    let checked = stdout(&mut callflow(&["check", folder]));
    assert!(checked.contains("nothing found"), "{checked}");
    let scenario = format!("{folder}/scenario.toml");
    let event = stdout(&mut callflow(&["run", &scenario, "--format", "json"]));
    let diff = diff(&json(DESTROYED), &json(&event), Tolerance(0));
    assert!(diff.is_empty(), "{diff:#?}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn many_calls_are_replayed_in_their_order() {
    let [first, second] = [
        "flows/voicemail/voicemail.toml",
        "flows/answer/impatient.toml",
    ]
    .map(|file| stdout(&mut callflow(&["run", file, "--format", "events"])));
    // Both were made with the same seed.
    let uuid = json(first.lines().next().unwrap())["call"]["uuid"].clone();
    let uuid = uuid.as_str().unwrap();
    let second = second.replace(uuid, "00000000-0000-4000-8000-000000000000");
    let events = [first, second];
    let path = std::env::temp_dir().join(format!("callflow-session-{}.jsonl", std::process::id()));
    std::fs::write(&path, events.concat()).unwrap();
    let session = path.to_str().unwrap();
    let same = stdout(&mut callflow(&["replay", session]));
    assert_eq!(same, "2 calls: 2 the same\n");
    let changed = output(&mut callflow(&["replay", session, "--dial", "*=answer"]));
    let said = String::from_utf8(changed.stdout).unwrap();
    assert!(said.contains("they part at Dial[0]"), "{said}");
    assert!(
        said.ends_with("2 calls: 1 the same for the caller, 1 would change\n"),
        "{said}"
    );
    std::fs::remove_file(path).unwrap();
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

//! From an event back to the call, and once more through the simulator.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use callflow::diff::{Tolerance, diff};
use callflow::record::Record;
use callflow::replay::{self, Recovered};
use callflow::wire::opentact;
use serde_json::Value;
use support::changed::{leaves, other};
use support::{callflow, output, record, stdout};

const DESTROYED: &str = include_str!("events/destroyed.json");

fn simulated(recovered: &Recovered) -> Record {
    recovered.run().unwrap().record.when_gone()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_published_event_is_reproduced_instants_included() {
    let recovered = replay::recover(&record(DESTROYED)).unwrap();
    let diff = diff(&record(DESTROYED), &simulated(&recovered), Tolerance(0));
    assert!(diff.is_empty(), "{diff:#?}");
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
    let recovered = replay::recover(&record(DESTROYED)).unwrap();
    let simulated = simulated(&recovered);
    let leaves = leaves(&published);
    assert!(leaves.len() > 300, "{}", leaves.len());
    for place in leaves {
        let mut changed = published.clone();
        let value = changed.pointer_mut(&place).unwrap();
        *value = other(value);
        let changed = record(&changed.to_string());
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
            let mut fields = difference.also.iter().chain([&difference.field]);
            fields.any(|field| place.starts_with(&opentact::place(field)))
        });
        assert!(is_named, "{place}: {:#?}", diff.differences);
        if place.ends_with("_on") {
            continue;
        }
        if let Ok(recovered) = replay::recover(&changed)
            && let Some(run) = recovered.run().filter(|run| run.record.is_over())
        {
            let again = run.record.when_gone();
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
        let reading = callflow::wire::read("cut.json", &DESTROYED.as_bytes()[..end]);
        let rest = DESTROYED[end..].trim();
        assert_eq!(reading.findings.is_empty(), rest.is_empty(), "{end}");
        for finding in &reading.findings {
            assert!(finding.primary.span.end as usize <= end);
        }
        for call in reading.calls {
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
    stdout(&mut callflow(&[
        "recover", EVENT, "-o", folder, "--force", "--raw",
    ]));
    let checked = stdout(&mut callflow(&["check", folder]));
    assert!(checked.contains("no findings"), "{checked}");
    let scenario = format!("{folder}/scenario.toml");
    let event = stdout(&mut callflow(&["run", &scenario, "--format", "json"]));
    let diff = diff(&record(DESTROYED), &record(&event), Tolerance(0));
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
    assert_eq!(changed.status.code(), Some(1));
    snapshot("replay-groups", &said);
    std::fs::remove_file(path).unwrap();
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(name, text);
    });
}

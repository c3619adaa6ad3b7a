//! From an event back to the call, and once more through the simulator.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use callflow::event::read::json::Json;
use callflow::event::read::{self, Published};
use callflow::replay::{self, Difference};

const DESTROYED: &str = include_str!("events/destroyed.json");

fn json(text: &str) -> Json {
    read::json::read(text).unwrap()
}

/// What differs between an event and the simulation of what was recovered from it.
fn replayed(text: &str) -> Vec<Difference> {
    let events: Vec<Published> = read::read("event.json", text.as_bytes()).events;
    let history = read::group(events).pop().unwrap();
    let recovered = replay::recover(&history).unwrap();
    let run = recovered.run().unwrap();
    let simulated = serde_json::to_string(run.last().unwrap()).unwrap();
    replay::compare(&json(text), &json(&simulated))
}

#[test]
fn the_published_event_is_reproduced_instants_included() {
    assert_eq!(replayed(DESTROYED), []);
}

#[test]
fn show() {
    let events: Vec<Published> = read::read("event.json", DESTROYED.as_bytes()).events;
    let history = read::group(events).pop().unwrap();
    let recovered = replay::recover(&history).unwrap();
    for document in &recovered.documents {
        eprintln!("{}\n{}", document.name, document.xml);
    }
    eprintln!("{}", recovered.scenario.to_toml());
}

//! Calls whose logs leave something open that decided them, on the way back from their last events.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

mod hidden {
    mod attempts;
    mod held;
    mod keys;
    mod legs;
}

use std::sync::Arc;

use callflow::diff::{Tolerance, diff};
use callflow::replay;
use callflow::scenario;
use callflow::simulate::{Documents, Run, simulate};
use callflow::source::Source;
use callflow::{flow, xml};
use serde_json::Value;
use support::history;

/// Plays a call, rebuilds it from its last event, and plays it again.
fn rebuilt(document: &str, world: &str) -> (Value, replay::Recovered) {
    let (document, findings) = xml::read("flow.xml", document.as_bytes());
    assert!(findings.is_empty(), "{findings:#?}");
    let (flow, _) = flow::compile(document);
    let world = Source::new("scenario.toml", world);
    let scenario = scenario::parse(&world).0.unwrap();
    let run = simulate(&scenario, Arc::new(flow), &Documents::new());
    let was = serde_json::to_value(run.last().unwrap()).unwrap();
    let recovered = replay::recover(&history(&was.to_string())).unwrap();
    let is = recovered.run().as_ref().and_then(Run::last).cloned();
    let is = serde_json::to_value(is.unwrap()).unwrap();
    let diff = diff(&was, &is, Tolerance(0));
    assert!(
        diff.is_empty(),
        "{:#?}\n{}",
        diff.differences,
        recovered.scenario.to_toml()
    );
    (was, recovered)
}

/// The commands of a call, each with its beginning, its end and its reason.
fn log(event: &Value) -> Vec<[String; 4]> {
    let entries = event["call"]["logs"].as_array().unwrap().iter();
    let text =
        |entry: &Value, keys: &str| entry.pointer(keys).unwrap().as_str().unwrap().to_owned();
    let keys = ["/command/path", "/created_on", "/modified_on", "/reason"];
    entries
        .map(|entry| keys.map(|key| text(entry, key)))
        .collect()
}

/// The reasons of a call's commands.
fn reasons(event: &Value) -> Vec<String> {
    log(event).into_iter().map(|[.., reason]| reason).collect()
}

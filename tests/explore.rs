//! Exploration: what it finds, that it comes everywhere, and that what it shows is so.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::sync::Arc;

use callflow::diagnostic::Severity;
use callflow::explore::{Explored, Options, Subject, explore};
use callflow::flow::{self, Flow};
use callflow::record::Record;
use callflow::scenario::Scenario;
use callflow::simulate::{Documents, simulate};
use callflow::xml;
use support::generate;

fn compiled(text: &str) -> Arc<Flow> {
    let (document, findings) = xml::read("flow.xml", text.as_bytes());
    let (flow, more) = flow::compile(document);
    let mut wrong = findings.iter().chain(&more);
    assert!(wrong.all(|one| one.severity != Severity::Error), "{text}");
    Arc::new(flow)
}

fn explored<'a>(
    flow: &'a Arc<Flow>,
    scenario: &'a Scenario,
    documents: &'a Documents,
    options: &Options,
) -> Explored<'a> {
    let subject = Subject {
        flow,
        scenario,
        documents,
    };
    explore(subject, options, &Loud)
}

fn route(record: &Record) -> Vec<String> {
    let entries = record.log.iter();
    entries.map(|entry| entry.path().to_owned()).collect()
}

/// How many generated flows are gone through.
fn seeds() -> std::ops::Range<u64> {
    let calls = std::env::var("CALLFLOW_PROPERTY_CALLS");
    std::env::var("FROM").map_or(0, |s| s.parse().unwrap())..calls.map_or(300, |calls| calls.parse().expect("a number"))
}

/// A scenario with the same documents, start and place, in which all else is another's.
fn another(scenario: &Scenario, seed: u64) -> Scenario {
    let other = generate::call(seed).scenario;
    Scenario {
        presses: other.presses,
        caller: other.caller,
        dials: other.dials,
        media: other.media,
        ..scenario.clone()
    }
}

#[test]
fn a_call_goes_by_no_other_commands_than_those_that_were_explored() {
    let documents = Documents::new();
    let options = Options {
        states: 20_000,
        ..Options::default()
    };
    let mut complete = 0;
    for seed in seeds() { if std::env::var("V").is_ok() { eprintln!("at {seed}"); }
        let generated = generate::call(seed);
        let flow = compiled(&generated.flow);
        let explored = explored(&flow, &generated.scenario, &documents, &options);
        if !explored.is_complete() {
            continue;
        }
        complete += 1;
        let own = std::iter::once(generated.scenario.clone());
        let others = (1..10).map(|more| another(&generated.scenario, seed * 10 + more));
        for scenario in own.chain(others) {
            let run = simulate(&scenario, flow.clone(), &documents);
            let route = route(&run.record);
            assert!(
                explored.has_route(&route),
                "seed {seed}\n{}\n{}\n{route:#?}",
                generated.flow,
                scenario.to_toml()
            );
        }
    }
    assert!(complete > seeds().end * 9 / 10, "{complete}");
}

#[test]
fn each_call_that_is_shown_goes_as_it_is_shown() {
    let documents = Documents::new();
    let options = Options {
        states: 300,
        ..Options::default()
    };
    let mut count = 0; let mut bad = Vec::new();
    for seed in seeds() { if std::env::var("V").is_ok() { eprintln!("at {seed}"); }
        let mut generated = generate::call(seed);
        // A limit of the app is no answer: it cuts calls short.
        generated.scenario.app.max_call_length_min = None;
        let flow = compiled(&generated.flow);
        let explored = explored(&flow, &generated.scenario, &documents, &options);
        for shown in explored.calls().take(100) {
            let scenario = explored.scenario(&shown);
            let run = simulate(&scenario, flow.clone(), &documents);
            count += 1;
            let went = route(&run.record);
            if went != shown.route {
                bad.push(seed);
                let same = went.iter().zip(&shown.route).take_while(|(one, other)| one == other).count();
                eprintln!("seed {seed}: {} at {same} of {}: {:?} {:?}", shown.words, shown.route.len(), went[same.saturating_sub(2)..].iter().take(6).collect::<Vec<_>>(), shown.route[same.saturating_sub(2)..].iter().take(6).collect::<Vec<_>>());
                std::fs::write(format!("/tmp/x{seed}.toml"), format!("flow = \"/tmp/x{seed}.xml\"\n{}", scenario.to_toml())).unwrap();
                std::fs::write(format!("/tmp/x{seed}.xml"), &generated.flow).unwrap();
                break;
            }
        }
    }
    eprintln!("{bad:?}"); assert!(bad.is_empty());
    assert!(count > 10 * seeds().end, "{count}");
}

struct Loud;
impl callflow::explore::Observer for Loud {
    fn goes_on(&self, states: usize) -> bool {
        if std::env::var("V").is_ok() { eprintln!("{states}"); }
        true
    }
}

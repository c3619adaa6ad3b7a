//! Calls made by chance, played.

use std::sync::Arc;

use callflow::record::Record;
use callflow::simulate::{Documents, simulate};
use callflow::{flow, xml};

use super::generate;

/// A call by chance in which the platform takes its time.
pub fn unhurried(seed: u64) -> generate::Generated {
    let mut generated = generate::call(seed);
    if let Some(record) = played(&generated) {
        let commands: Vec<_> = record
            .log
            .iter()
            .map(|entry| {
                let (began, changed) = (entry.began.unwrap(), entry.changed.unwrap());
                (entry.path().to_owned(), changed.since(began))
            })
            .collect();
        generated.scenario.pace.steps = generate::pace(seed, &commands);
    }
    generated
}

/// A call by chance in which something comes at the very instant of something else.
pub fn coincident(seed: u64) -> generate::Generated {
    let mut generated = match seed % 2 {
        0 => generate::call(seed),
        _ => unhurried(seed),
    };
    if let Some(record) = played(&generated) {
        let entries = record.log.iter();
        let instants = entries.flat_map(|entry| [entry.began, entry.changed]);
        let legs = record.dialled.iter();
        let legs = legs.flat_map(|leg| [leg.init, leg.ringing, leg.live, leg.hangup]);
        let instants = instants.chain(legs);
        let instants: Vec<u64> = instants.filter_map(|at| record.at(at)).collect();
        generate::coincide(seed, &instants, &mut generated.scenario);
    }
    generated
}

/// A generated call; none where a limit of the simulator ended it.
pub fn played(generated: &generate::Generated) -> Option<Record> {
    let (document, findings) = xml::read("flow.xml", generated.flow.as_bytes());
    let (flow, more) = flow::compile(document);
    let wrong: Vec<_> = findings.iter().chain(&more).collect();
    let is_error = |finding: &&&callflow::diagnostic::Diagnostic| {
        finding.severity == callflow::diagnostic::Severity::Error
    };
    assert_eq!(wrong.iter().find(is_error), None, "{}", generated.flow);
    let run = simulate(&generated.scenario, Arc::new(flow), &Documents::new());
    run.limit.is_none().then_some(run.record)
}

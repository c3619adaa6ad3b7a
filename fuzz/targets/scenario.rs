//! Any text as a scenario. What is read is written and read again as the same, and a call in it ends.
#![no_main]

use std::sync::Arc;

use callflow::simulate::{Documents, simulate};
use callflow::source::Source;
use callflow::{flow, scenario, xml};
use libfuzzer_sys::fuzz_target;

const FLOW: &str = include_str!("../../flows/ivr/menu.xml");

fuzz_target!(|text: &str| {
    let source = Source::new("scenario.toml", text);
    let (Some(scenario), findings) = scenario::parse(&source) else {
        return;
    };
    for finding in &findings {
        assert!(
            text.get(finding.primary.span.range()).is_some(),
            "{finding:?}"
        );
    }
    let (document, _) = xml::read("menu.xml", FLOW.as_bytes());
    let (flow, _) = flow::compile(document);
    let run = simulate(&scenario, Arc::new(flow), &Documents::new());
    let mut events = Vec::new();
    if run.limit.is_none() {
        callflow::wire::write(&run.record, &mut events);
    }
});

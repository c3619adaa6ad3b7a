//! Generated flows in generated worlds: run, published, damaged, read again, explained and rebuilt.
//! The first eight bytes choose the call, the rest what is done to its events.
#![no_main]

use std::num::NonZero;
use std::sync::Arc;

use callflow::simulate::{Documents, simulate};
use callflow::{flow, xml};
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/support"]
#[allow(dead_code, unreachable_pub, reason = "the tests use more of it")]
mod support {
    pub mod generate;
}
#[path = "../story.rs"]
mod story;

fuzz_target!(|input: (u64, Vec<(u16, u8)>)| {
    let (seed, damage) = input;
    let mut generated = support::generate::call(seed);
    // All events of a call grow with the square of its length, and many a call comes back to itself.
    generated.scenario.limits.commands = NonZero::new(200);
    let (document, _) = xml::read("flow.xml", generated.flow.as_bytes());
    let (flow, _) = flow::compile(document);
    let run = simulate(&generated.scenario, Arc::new(flow), &Documents::new());
    story::told(&run.record);
    let mut events = Vec::new();
    callflow::wire::write(&run.record, &mut events);
    for (place, byte) in damage.iter().take(16) {
        let length = events.len().max(1);
        if let Some(there) = events.get_mut(usize::from(*place) * 61 % length) {
            *there = *byte;
        }
    }
    let reading = callflow::wire::read("events.jsonl", &events);
    for call in &reading.calls {
        story::told(call);
        story::rebuilt(call);
    }
});

//! Any bytes as events, of whatever vendor: read, explained, and rebuilt where they can be.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../story.rs"]
mod story;

fuzz_target!(|bytes: &[u8]| {
    let reading = callflow::wire::read("events.jsonl", bytes);
    for finding in &reading.findings {
        let range = finding.primary.span.range();
        assert!(reading.source.text().get(range).is_some(), "{finding:?}");
    }
    for call in reading.calls.iter().take(4) {
        story::told(call);
        story::rebuilt(call);
    }
});

//! Any text as a `callflow.toml`.
#![no_main]

use callflow::check;
use callflow::source::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = Source::new("callflow.toml", text);
    let (_, findings) = check::config::parse(&source, &check::all_rules());
    for finding in &findings {
        assert!(
            text.get(finding.primary.span.range()).is_some(),
            "{finding:?}"
        );
    }
});

//! Any bytes as a flow: read, compiled and checked.
#![no_main]

use callflow::check::{self, Settings};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    check::read("flow.xml", bytes, &Settings::default());
});

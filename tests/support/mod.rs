//! What the tests of the built program have in common.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file uses a part of it"
)]

pub mod calls;
pub mod changed;
pub mod generate;
pub mod json;
pub mod machine;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use callflow::record::Record;
use callflow::wire::opentact::{self, Envelope, Events};

/// The built program, started in the repository's root, without colours.
pub fn callflow(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callflow"));
    command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("NO_COLOR", "1");
    command
}

/// The example flows, or their scenarios, in a fixed order; without those of several cases, which
/// `callflow test` plays.
pub fn files(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("flows")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == extension)
                && !path.to_str().unwrap().ends_with(".call.toml")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What a command that succeeds prints.
pub fn stdout(command: &mut Command) -> String {
    let output = output(command);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}\n{errors}",
        output.status
    );
    String::from_utf8(output.stdout).unwrap()
}

/// What a command does.
pub fn output(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// What a command does that is given a text on standard input.
pub fn piped(command: &mut Command, input: &str) -> Output {
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = streams.stderr(Stdio::piped()).spawn().unwrap();
    // It may refuse its arguments and read nothing.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// The last call of an event document.
pub fn record(events: &str) -> Record {
    let mut calls = callflow::wire::read("event.json", events.as_bytes()).calls;
    calls.pop().unwrap()
}

/// The last event of a simulated call; none where a limit ended it.
pub fn last_event(record: &Record) -> Option<String> {
    let mut event = Vec::new();
    let is_there = opentact::last(record, Envelope::Y2024, &mut event).unwrap();
    is_there.then(|| String::from_utf8(event).unwrap())
}

/// All events of a call, in their order.
pub fn all_events(record: &Record, envelope: Envelope) -> Vec<String> {
    let mut events = Events::new(record, envelope);
    let mut all = Vec::new();
    while events.advance().is_some() {
        let mut event = Vec::new();
        events.write(&mut event).unwrap();
        all.push(String::from_utf8(event).unwrap());
    }
    all
}

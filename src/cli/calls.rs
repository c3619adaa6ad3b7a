//! Reads the calls of event files.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::screen::Screen;
use super::{Failure, input};
use crate::event::read::{self, CallHistory, json};

/// A call of an event file.
pub(super) struct Case {
    /// Its events.
    pub(super) history: CallHistory,
    /// The document of the event that tells most, as far as it is whole.
    pub(super) event: Value,
}

/// All calls of a file, of a folder's event files, or of standard input.
pub(super) fn read(path: &Path, screen: &Screen<'_>) -> Result<Vec<Case>, Failure> {
    let mut cases = Vec::new();
    for file in files(path)? {
        let (name, bytes) = input::read(&file)?;
        let reading = read::read(&name, &bytes);
        screen.complain(&reading.source, &reading.findings)?;
        for history in read::group(reading.events) {
            let last = history.last().map(|(event, _)| event.span.start as usize);
            let event = last.and_then(|start| json::part(reading.source.text(), start));
            let event = event.as_ref().map_or(Value::Null, Value::from);
            cases.push(Case { history, event });
        }
    }
    match cases.is_empty() {
        true => Err(Failure::NoCall(input::name(path))),
        false => Ok(cases),
    }
}

/// The calls whose identifiers begin so.
pub(super) fn chosen(
    cases: Vec<Case>,
    wanted: Option<&str>,
    path: &Path,
) -> Result<Vec<Case>, Failure> {
    let Some(wanted) = wanted else {
        return Ok(cases);
    };
    let found: Vec<_> = cases
        .into_iter()
        .filter(|case| case.history.uuid.starts_with(wanted))
        .collect();
    match found.is_empty() {
        true => Err(Failure::NoSuchCall(input::name(path), wanted.to_owned())),
        false => Ok(found),
    }
}

/// The file itself, or the event files of a folder and of those inside it, in order.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let fail = |error| Failure::Read(path.display().to_string(), error);
    if path.as_os_str() == "-" || !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(path).map_err(fail)? {
        entries.push(entry.map_err(fail)?.path());
    }
    entries.sort();
    for entry in entries {
        let extension = entry.extension().and_then(|extension| extension.to_str());
        if entry.is_dir() && !entry.is_symlink() {
            found.extend(files(&entry)?);
        } else if matches!(extension, Some("json" | "jsonl" | "ndjson" | "log")) {
            found.push(entry);
        }
    }
    Ok(found)
}

//! Reads the calls of event files.

use std::fs;
use std::path::{Path, PathBuf};

use super::screen::Screen;
use super::{Failure, input};
use crate::record::Record;
use crate::wire::opentact;

/// All calls of a file, of a folder's event files, or of standard input.
pub(super) fn read(path: &Path, screen: &Screen<'_>) -> Result<Vec<Record>, Failure> {
    let mut calls = Vec::new();
    for file in files(path)? {
        let (name, bytes) = input::read(&file)?;
        let reading = opentact::read(&name, &bytes);
        screen.complain(&reading.source, &reading.findings)?;
        calls.extend(reading.calls);
    }
    match calls.is_empty() {
        true => Err(Failure::NoCall(input::name(path))),
        false => Ok(calls),
    }
}

/// The calls whose identifiers begin so.
pub(super) fn chosen(
    calls: Vec<Record>,
    wanted: Option<&str>,
    path: &Path,
) -> Result<Vec<Record>, Failure> {
    let Some(wanted) = wanted else {
        return Ok(calls);
    };
    let found: Vec<_> = calls
        .into_iter()
        .filter(|call| uuid(call).starts_with(wanted))
        .collect();
    match found.is_empty() {
        true => Err(Failure::NoSuchCall(input::name(path), wanted.to_owned())),
        false => Ok(found),
    }
}

/// The identifier of a call.
pub(super) fn uuid(call: &Record) -> &str {
    let parent = call
        .parent
        .as_ref()
        .and_then(|parent| parent.uuid.as_deref());
    parent.or(call.leg.uuid.as_deref()).unwrap_or_default()
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

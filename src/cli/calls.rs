//! The calls that files tell of: events, or a scenario or flow that is run.

use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::redact::{Redact, Replacements};
use super::run::{Overrides, prepare};
use super::screen::Screen;
use super::{Failure, input};
use crate::record::Record;
use crate::wire::EventReader;

/// All calls of event files, of folders with such files, or of standard input. What several files tell
/// of one call is one record.
pub(super) fn read(paths: &[PathBuf], screen: &Screen<'_>) -> Result<Vec<Record>, Failure> {
    read_redacted(paths, None, screen)
}

/// The same, with what identifies people and places replaced.
pub(super) fn read_redacted(
    paths: &[PathBuf],
    redact: Option<Redact>,
    screen: &Screen<'_>,
) -> Result<Vec<Record>, Failure> {
    let mut reader = EventReader::default();
    let mut texts = Vec::new();
    for path in paths {
        let found = files(path)?;
        let is_one = found.len() == 1 && paths.len() == 1;
        for file in found {
            let read = input::read(&file)
                .and_then(|(name, bytes)| Ok((decompressed(&name, bytes)?, name)));
            let (bytes, name) = match read {
                Ok(read) => read,
                Err(failure) if is_one => return Err(failure),
                // One that cannot be read is one: the others are read all the same.
                Err(failure) => {
                    screen.miss(&failure)?;
                    continue;
                }
            };
            let one = reader.read(&name, &bytes);
            match redact {
                Some(_) => texts.push(one.source),
                None => screen.complain(&one.source, &one.findings)?,
            }
        }
    }
    let mut calls = reader.finish();
    if let Some(redact) = redact {
        let mut replacements = Replacements::of(&calls, redact);
        for source in &texts {
            replacements.numbers(source.text());
        }
        let mut reader = EventReader::default();
        for source in texts {
            let text = replacements.apply(source.text());
            let one = reader.read(source.name(), text.as_bytes());
            screen.complain(&one.source, &one.findings)?;
        }
        calls = reader.finish();
    }
    match calls.is_empty() {
        true => Err(Failure::NoCall(names(paths))),
        false => Ok(calls),
    }
}

/// Whether a file is a scenario or a flow, which is run, and no event.
pub(super) fn is_played(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    ["toml", "xml"]
        .iter()
        .any(|one| extension.eq_ignore_ascii_case(one))
}

/// The call of a scenario or a flow.
pub(super) fn simulated(path: &Path, screen: &Screen<'_>) -> Result<Record, Failure> {
    let broken = || Failure::Broken(path.display().to_string());
    let prepared = prepare(path, None, &Overrides::default(), screen)?.ok_or_else(broken)?;
    let run = prepared.play();
    match &run.limit {
        None => Ok(run.record),
        Some(limit) => Err(Failure::Stopped(input::name(path), limit.to_string())),
    }
}

/// The names of the files, for a message.
pub(super) fn names(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths.iter().map(|path| input::name(path)).collect();
    names.join(", ")
}

/// What a file holds that was compressed with gzip; any other as it is.
fn decompressed(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
    if !bytes.starts_with(b"\x1f\x8b") {
        return Ok(bytes);
    }
    let mut text = Vec::new();
    let read = MultiGzDecoder::new(&bytes[..])
        .take(input::LIMIT + 1)
        .read_to_end(&mut text);
    match read {
        Err(error) => Err(Failure::Read(name.to_owned(), error)),
        Ok(_) if text.len() as u64 > input::LIMIT => {
            Err(Failure::TooLarge(name.to_owned(), input::LIMIT))
        }
        Ok(_) => Ok(text),
    }
}

/// The calls whose identifiers begin so.
pub(super) fn chosen(
    calls: Vec<Record>,
    wanted: Option<&str>,
    paths: &[PathBuf],
) -> Result<Vec<Record>, Failure> {
    let Some(wanted) = wanted else {
        return Ok(calls);
    };
    let found: Vec<_> = calls
        .into_iter()
        .filter(|call| uuid(call).starts_with(wanted))
        .collect();
    match found.is_empty() {
        true => Err(Failure::NoSuchCall(names(paths), wanted.to_owned())),
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
        } else if matches!(extension, Some("json" | "jsonl" | "ndjson" | "log" | "gz")) {
            // Devices and pipes are passed over; a link that leads nowhere is said to.
            let is_special = fs::metadata(&entry).is_ok_and(|there| !there.is_file());
            found.extend(Some(entry).filter(|_| !is_special));
        }
    }
    Ok(found)
}

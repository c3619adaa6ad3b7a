//! The calls that files tell of: events, or a scenario or flow that is run.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::run::{Overrides, prepare};
use super::screen::Screen;
use super::target::Target;
use super::{Failure, input, redact};
use crate::record::Record;
use crate::redact::Redaction;
use crate::source::{Position, Source};
use crate::wire::{Calls, EventReader, FilePart, FileParts, LONGEST_EVENT, damaged_file};

/// All calls of event files, of folders with such files, or of standard input. What several files tell
/// of one call is one record. What is wrong with the events is shown, without their text where a redaction
/// is given.
pub(super) fn read(
    paths: &[PathBuf],
    redaction: Option<&Redaction>,
    screen: &Screen<'_>,
) -> Result<Calls, Failure> {
    let mut batch = Batch::new(screen, redaction.cloned());
    let mut only = None;
    for path in paths {
        let found = files(path)?;
        let is_one = found.len() == 1 && paths.len() == 1;
        for file in found {
            match parts(&file, &mut batch) {
                Err(failure) if matches!(failure, Failure::Write(_)) => return Err(failure),
                // What stands before it in the file is shown all the same.
                Err(failure) if is_one => only = Some(failure),
                // One that cannot be read is one: the others are read all the same.
                Err(failure) => {
                    batch.read()?;
                    screen.miss(&failure)?;
                }
                Ok(()) => {}
            }
        }
    }
    batch.read()?;
    let calls = batch.reader.finish();
    match only {
        Some(failure) if calls.is_empty() => Err(failure),
        None if calls.is_empty() => Err(Failure::NoCall(names(paths))),
        Some(failure) => {
            screen.miss(&failure)?;
            Ok(calls)
        }
        None => Ok(calls),
    }
}

/// Parts of files that are read together.
struct Batch<'s, 'o> {
    reader: EventReader,
    parts: Vec<FilePart>,
    size: usize,
    screen: &'s Screen<'o>,
    /// Where it is given, the text of an event is not shown.
    redaction: Option<Redaction>,
}

impl<'s, 'o> Batch<'s, 'o> {
    fn new(screen: &'s Screen<'o>, redaction: Option<Redaction>) -> Self {
        Self {
            reader: EventReader::default(),
            parts: Vec::new(),
            size: 0,
            screen,
            redaction,
        }
    }

    fn add(&mut self, part: FilePart) -> Result<(), Failure> {
        /// What is made of an event takes so many times its size, of memory.
        const MADE: usize = 16;
        input::must_fit(part.name(), part.size(), MADE)?;
        self.size += part.size();
        self.parts.push(part);
        if self.size >= EventReader::BATCH {
            self.read()
        } else {
            Ok(())
        }
    }

    /// Says that a file is damaged, and where in its text.
    fn damaged(&self, name: &str, damage: &input::Damage) -> Result<(), Failure> {
        let source = Source::part(name, "", damage.at);
        self.screen
            .complain(&source, &[damaged_file(damage.what.clone())])
    }

    /// Reads what there is, and says what is wrong with it.
    fn read(&mut self) -> Result<(), Failure> {
        if let Some(part) = self.parts.first() {
            input::must_fit(part.name(), self.reader.room(), 1)?;
        }
        self.size = 0;
        for read in self.reader.read(std::mem::take(&mut self.parts)) {
            match &mut self.redaction {
                Some(redaction) => {
                    Screen::complain_briefly(&read.source, &read.findings, redaction)?;
                }
                None => self.screen.complain(&read.source, &read.findings)?,
            }
        }
        Ok(())
    }
}

/// Reads a file into a batch, part by part; one that was compressed with gzip as what it holds, with
/// what is damaged in it.
fn parts(file: &Path, batch: &mut Batch<'_, '_>) -> Result<(), Failure> {
    let (name, input) = input::open(file)?;
    let failed = |error| input::failure(&name, error);
    let mut input = BufReader::new(input);
    let is_compressed = input.fill_buf().map_err(failed)?.starts_with(b"\x1f\x8b");
    let damage = Rc::default();
    let input: Box<dyn Read> = if is_compressed {
        Box::new(input::Gunzip::new(input, Rc::clone(&damage)))
    } else {
        Box::new(input)
    };
    let mut parts = FileParts::new(&name, input);
    let mut all = || {
        while let Some(part) = parts.next() {
            match part {
                Ok(part) => batch.add(part)?,
                Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                    let Position { line, .. } = parts.position();
                    let place = format!("{name}:{line}");
                    return Err(Failure::EventTooLarge(place, LONGEST_EVENT));
                }
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    };
    let read = all();
    let damage = damage.borrow();
    if !damage.is_empty() {
        // Findings stand in the order of the file.
        batch.read()?;
    }
    for one in &*damage {
        batch.damaged(&name, one)?;
    }
    read
}

/// Whether a file is a scenario or a flow, which is run, and no event.
pub(super) fn is_played(path: &Path) -> bool {
    let file = Target::new(path).file;
    let extension = file.extension().and_then(OsStr::to_str).unwrap_or_default();
    ["toml", "xml"]
        .iter()
        .any(|one| extension.eq_ignore_ascii_case(one))
}

/// The call of a scenario or a flow.
pub(super) fn simulated(
    path: &Path,
    redaction: Option<&Redaction>,
    screen: &Screen<'_>,
) -> Result<Record, Failure> {
    let broken = || Failure::Broken(path.display().to_string());
    let prepared =
        prepare(&Target::new(path), &Overrides::default(), screen)?.ok_or_else(broken)?;
    let run = prepared.play();
    match &run.limit {
        None => Ok(run.record),
        Some(limit) => {
            let mut redaction = redaction.cloned();
            if let Some(redaction) = &mut redaction {
                redaction.learn(&run.record);
            }
            let [name, why] = [input::name(path), limit.to_string()];
            let [name, why] = [name, why].map(|text| redact::shown(&mut redaction, &text));
            Err(Failure::Stopped(name, why))
        }
    }
}

/// The names of the files, for a message.
pub(super) fn names(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths.iter().map(|path| input::name(path)).collect();
    names.join(", ")
}

/// The calls whose identifiers begin so.
pub(super) fn chosen(
    mut calls: Calls,
    wanted: Option<&str>,
    paths: &[PathBuf],
) -> Result<Calls, Failure> {
    let Some(wanted) = wanted else {
        return Ok(calls);
    };
    calls.choose(wanted);
    if calls.is_empty() {
        Err(Failure::NoSuchCall(names(paths), wanted.to_owned()))
    } else {
        Ok(calls)
    }
}

/// The calls whose identifiers begin with one of these; each must be there.
pub(super) fn chosen_any(
    mut calls: Calls,
    wanted: &[String],
    paths: &[PathBuf],
) -> Result<Calls, Failure> {
    if wanted.is_empty() {
        return Ok(calls);
    }
    let missing = wanted
        .iter()
        .find(|wanted| !calls.uuids().any(|uuid| uuid.starts_with(wanted.as_str())));
    if let Some(missing) = missing {
        return Err(Failure::NoSuchCall(names(paths), missing.clone()));
    }
    calls.choose_any(wanted);
    Ok(calls)
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

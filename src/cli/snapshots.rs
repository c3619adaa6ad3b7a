//! The files that a call is compared with: `events` and `tree` of `[expect]`.
//!
//! A scenario may come from anybody. So these files lie below its folder, are none of its inputs, and are
//! read, shown and overwritten only if callflow wrote them.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::place::identity;
use super::{Failure, input, save};
use crate::diagnostic::Diagnostic;
use crate::present::{pretty, run as tree};
use crate::scenario::{Scenario, SnapshotKind};
use crate::wire::opentact;

/// An error for each snapshot of a scenario that is not one of its own. `file` is the scenario.
pub(super) fn findings(scenario: &Scenario, file: &Path) -> Vec<Diagnostic> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let inputs = scenario.inputs().map(|path| folder.join(&path.value));
    let inputs = inputs.chain([file.to_owned()]);
    let inputs: Vec<PathBuf> = inputs.map(|path| identity(&path)).collect();
    scenario.misplaced_snapshots(|path, kind| refusal(folder, path, kind, &inputs))
}

/// Why a file is not a snapshot of a scenario; none where it is one, or may become one.
fn refusal(folder: &Path, path: &Path, kind: SnapshotKind, inputs: &[PathBuf]) -> Option<String> {
    let is_inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    let outside = || Some("it must be below the scenario's folder".to_owned());
    if path.file_name().is_none() || !path.components().all(is_inside) {
        return outside();
    }
    let place = folder.join(path);
    if !is_below(folder, &place) {
        return outside();
    }
    let extension = path.extension().unwrap_or_default();
    let is_input_by_name = ["xml", "toml"]
        .iter()
        .any(|other| extension.eq_ignore_ascii_case(other));
    if is_input_by_name || inputs.contains(&identity(&place)) {
        return Some("flows, scenarios and what they read are not overwritten".to_owned());
    }
    match read(&place, kind) {
        Ok(_) => None,
        Err(why) => Some(why.to_string()),
    }
}

/// Whether a path leads to a place below a folder, with all links followed. What is not there yet cannot
/// lead elsewhere.
fn is_below(folder: &Path, place: &Path) -> bool {
    let here = Path::new(".");
    let folder = if folder.as_os_str().is_empty() {
        here
    } else {
        folder
    };
    let Ok(folder) = fs::canonicalize(folder) else {
        return false;
    };
    let mut there = place.ancestors().map(|part| {
        if part.as_os_str().is_empty() {
            here
        } else {
            part
        }
    });
    let there = there.find(|part| part.symlink_metadata().is_ok());
    let there = there.and_then(|part| fs::canonicalize(part).ok());
    there.is_some_and(|there| there.starts_with(folder))
}

/// Why a snapshot cannot be read.
#[derive(Debug)]
pub(super) enum Refused {
    /// It is a folder, a pipe or a device.
    NotAFile,
    /// Somebody else wrote it.
    Foreign(SnapshotKind),
    /// It cannot be read.
    Unreadable(io::Error),
}

impl std::fmt::Display for Refused {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotAFile => out.write_str("it is not a file"),
            Self::Foreign(SnapshotKind::Events) => out.write_str(
                "callflow did not write it: it is not an event in the format of `callflow run --format json`",
            ),
            Self::Foreign(SnapshotKind::Tree) => out.write_str(
                "callflow did not write it: it is not a call in the format of `callflow run`",
            ),
            Self::Unreadable(error) => write!(out, "{error}"),
        }
    }
}

/// The text of a snapshot; none where there is no such file yet.
pub(super) fn read(place: &Path, kind: SnapshotKind) -> Result<Option<String>, Refused> {
    match fs::metadata(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Refused::Unreadable(error)),
        Ok(there) if !there.is_file() => return Err(Refused::NotAFile),
        Ok(_) => {}
    }
    let bytes = match input::read(place) {
        Ok((_, bytes)) => bytes,
        Err(Failure::Read(_, error)) => return Err(Refused::Unreadable(error)),
        Err(_) => return Err(Refused::Foreign(kind)),
    };
    match String::from_utf8(bytes) {
        Ok(text) if is_ours(&text, kind) => Ok(Some(text)),
        _ => Err(Refused::Foreign(kind)),
    }
}

/// Whether callflow wrote a text: it is known by its shape, with either line ends.
fn is_ours(text: &str, kind: SnapshotKind) -> bool {
    let text = text.replace("\r\n", "\n");
    match kind {
        SnapshotKind::Tree => tree::is_written(&text),
        SnapshotKind::Events => {
            pretty::is_written(text.as_bytes()) && opentact::is_whole_event(text.as_bytes())
        }
    }
}

/// Writes a snapshot, with the line ends of the one that is there.
pub(super) fn write(place: &Path, kind: SnapshotKind, text: &str) -> Result<(), Failure> {
    let name = || place.display().to_string();
    let refused = |why: Refused| Failure::Unreadable(format!("{}: {why}", name()));
    match read(place, kind).map_err(refused)? {
        None => save::create(place, text.as_bytes()),
        Some(was) if was.contains("\r\n") => {
            let text = text.replace('\n', "\r\n");
            save::replace(place, was.as_bytes(), text.as_bytes())
        }
        Some(was) => save::replace(place, was.as_bytes(), text.as_bytes()),
    }
}

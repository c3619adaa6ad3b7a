//! Works again whenever a flow, a scenario or a configuration changes.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use notify::{RecursiveMode, Watcher};

use crate::cli::screen::Screen;
use crate::cli::{Exit, Failure, reader_has_gone};

/// Editors write a file in several steps: what comes within this time is one change.
const SETTLE: Duration = Duration::from_millis(50);

/// How often it is looked whether a folder that vanished is there again.
const LOOK: Duration = Duration::from_secs(1);

/// Does something, and again after every change below the paths, until the program is stopped. What
/// the program writes itself, reports and snapshots, is no change.
pub(super) fn forever(
    paths: &[PathBuf],
    mut work: impl FnMut() -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading a file is no change to it.
        let is_change = |event: notify::Event| {
            !event.kind.is_access() && event.paths.iter().any(|path| is_ours(path))
        };
        if event.is_ok_and(is_change) {
            // The receiver lives as long as the program.
            let _ = sender.send(());
        }
    })
    .map_err(Failure::Watch)?;
    let mut is_there = Vec::new();
    for path in paths {
        watch(&mut watcher, path).map_err(Failure::Watch)?;
        is_there.push(true);
    }
    loop {
        match work() {
            // What cannot be read now may be there in a moment.
            Err(failure) => Screen::say(&failure.to_string())?,
            Ok(exit) if reader_has_gone() => return Ok(exit),
            Ok(_) => {}
        }
        loop {
            match changes.recv_timeout(LOOK) {
                Ok(()) => break,
                Err(RecvTimeoutError::Disconnected) => return Ok(Exit::Good),
                Err(RecvTimeoutError::Timeout) => {}
            }
            // A folder that went and came again is another one to the system.
            let mut has_come = false;
            for (path, was_there) in paths.iter().zip(&mut is_there) {
                let is = path.exists();
                if is && !*was_there {
                    has_come = true;
                    watch(&mut watcher, path).map_err(Failure::Watch)?;
                }
                *was_there = is;
            }
            if has_come {
                break;
            }
        }
        while changes.recv_timeout(SETTLE).is_ok() {}
    }
}

/// Watches a folder with all in it, or the folder of a file: many editors put a new file in the place of
/// the old one.
fn watch(watcher: &mut impl Watcher, path: &Path) -> notify::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if path.is_dir() {
        watcher.watch(path, RecursiveMode::Recursive)
    } else {
        watcher.watch(
            folder.unwrap_or(Path::new(".")),
            RecursiveMode::NonRecursive,
        )
    }
}

/// Whether a change of this path matters: that of a flow, a scenario or a configuration.
fn is_ours(path: &Path) -> bool {
    let extension = path.extension();
    extension.is_some_and(|extension| {
        ["xml", "toml"]
            .iter()
            .any(|ours| extension.eq_ignore_ascii_case(ours))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_no_change() {
        for ours in ["a.xml", "flows/A.XML", "a.call.toml", "callflow.toml"] {
            assert!(is_ours(Path::new(ours)), "{ours}");
        }
        for other in [
            "out.json",
            ".callflow/failed",
            "a.xml.swp",
            "flows",
            "a.html",
        ] {
            assert!(!is_ours(Path::new(other)), "{other}");
        }
    }
}

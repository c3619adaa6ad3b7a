//! Checks again whenever something changes.

use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use notify::{RecursiveMode, Watcher as _};

use crate::cli::{Exit, Failure};

/// Editors write a file in several steps: what comes within this time is one change.
const SETTLE: Duration = Duration::from_millis(50);

/// Runs a check, and again after every change below the paths, until the program is stopped.
pub(super) fn forever(
    paths: &[PathBuf],
    mut check: impl FnMut() -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading a file is no change to it.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            // The receiver lives as long as the program.
            let _ = sender.send(());
        }
    })
    .map_err(Failure::Watch)?;
    for path in paths {
        watcher
            .watch(path, RecursiveMode::Recursive)
            .map_err(Failure::Watch)?;
    }
    loop {
        let exit = check()?;
        if changes.recv().is_err() {
            return Ok(exit);
        }
        while changes.recv_timeout(SETTLE).is_ok() {}
    }
}

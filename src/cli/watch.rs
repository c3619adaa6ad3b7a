//! Works again whenever a flow, a scenario or a configuration changes.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use notify::{RecursiveMode, Watcher as _};

use crate::cli::{Exit, Failure};

/// Editors write a file in several steps: what comes within this time is one change.
const SETTLE: Duration = Duration::from_millis(50);

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
    for path in paths {
        // Many editors put a new file in the place of the old one: its folder tells of both.
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let (place, mode) = match path.is_dir() {
            true => (path.as_path(), RecursiveMode::Recursive),
            false => (
                folder.unwrap_or(Path::new(".")),
                RecursiveMode::NonRecursive,
            ),
        };
        watcher.watch(place, mode).map_err(Failure::Watch)?;
    }
    loop {
        let exit = work()?;
        if changes.recv().is_err() {
            return Ok(exit);
        }
        while changes.recv_timeout(SETTLE).is_ok() {}
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

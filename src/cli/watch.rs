//! Works again whenever something changes that was read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use jiff::Zoned;
use notify::{RecursiveMode, Watcher};

use crate::cli::place::identity;
use crate::cli::screen::Screen;
use crate::cli::{Exit, Failure, reader_has_gone};

/// Editors write a file in several steps: what comes within this time is one change.
const SETTLE: Duration = Duration::from_millis(50);

/// How often it is looked whether a folder that vanished is there again.
const LOOK: Duration = Duration::from_secs(1);

/// So many changed files are named.
const NAMED: usize = 3;

/// Files that are watched beside the folders that were named, and those whose changes do not matter.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// What was read, wherever it is.
    pub(super) read: BTreeSet<PathBuf>,
    /// What the program writes itself.
    pub(super) written: BTreeSet<PathBuf>,
}

/// Does something, and again after every change below the paths or of a file that it read, until the
/// program is stopped. What the program writes itself, reports and snapshots, is no change.
///
/// # Errors
///
/// [`Failure::Read`] if one of the paths is not there when it begins.
pub(super) fn forever(
    paths: &[PathBuf],
    screen: &mut Screen<'_>,
    mut work: impl FnMut(&mut Screen<'_>) -> (Result<Exit, Failure>, Files),
) -> Result<Exit, Failure> {
    for path in paths {
        std::fs::metadata(path)
            .map_err(|error| Failure::Read(path.display().to_string(), error))?;
    }
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading a file is no change to it.
        if let Ok(event) = event.map_err(drop)
            && !event.kind.is_access()
        {
            // The receiver lives as long as the program.
            let _ = sender.send(event.paths);
        }
    })
    .map_err(Failure::Watch)?;
    let mut is_there = Vec::new();
    for path in paths {
        watch(&mut watcher, path).map_err(Failure::Watch)?;
        is_there.push(true);
    }
    let mut scope = Watched::new(paths);
    loop {
        let (worked, files) = work(screen);
        match worked {
            // What cannot be read now may be there in a moment.
            Err(failure) => Screen::say(&failure.to_string())?,
            Ok(exit) if reader_has_gone() => return Ok(exit),
            Ok(_) => {}
        }
        scope.see(files, &mut watcher);
        screen.out.flush()?;
        Screen::say("waiting for a change")?;
        let mut ours = BTreeSet::new();
        loop {
            match changes.recv_timeout(LOOK) {
                Ok(paths) => ours.extend(paths.into_iter().filter(|path| scope.is_ours(path))),
                Err(RecvTimeoutError::Disconnected) => return Ok(Exit::Good),
                Err(RecvTimeoutError::Timeout) => {}
            }
            // A folder that went and came again is another one to the system.
            for (path, was_there) in paths.iter().zip(&mut is_there) {
                let is = path.exists();
                if is && !*was_there {
                    ours.insert(path.clone());
                    watch(&mut watcher, path).map_err(Failure::Watch)?;
                }
                *was_there = is;
            }
            if !ours.is_empty() {
                break;
            }
        }
        while let Ok(paths) = changes.recv_timeout(SETTLE) {
            ours.extend(paths.into_iter().filter(|path| scope.is_ours(path)));
        }
        screen.clear()?;
        Screen::say(&format!("{} changed at {}", names(&ours), now()))?;
    }
}

/// What is watched.
struct Watched {
    /// The folders that were named, with all in them.
    folders: Vec<PathBuf>,
    files: Files,
    /// The folders of files that were read, which are watched as well.
    others: BTreeSet<PathBuf>,
}

impl Watched {
    fn new(paths: &[PathBuf]) -> Self {
        // As it is named, and as the file that a link leads to.
        let named = paths
            .iter()
            .filter_map(|path| std::path::absolute(path).ok());
        let folders = paths.iter().map(|path| identity(path)).chain(named);
        Self {
            folders: folders.collect(),
            files: Files::default(),
            others: BTreeSet::new(),
        }
    }

    /// Watches the folders of what was read the last time, and no others.
    fn see(&mut self, files: Files, watcher: &mut impl Watcher) {
        let identities = |paths: BTreeSet<PathBuf>| -> BTreeSet<PathBuf> {
            paths.iter().map(|path| identity(path)).collect()
        };
        self.files = Files {
            read: identities(files.read),
            written: identities(files.written),
        };
        let folders = self.files.read.iter().filter_map(|file| file.parent());
        let is_named = |folder: &Path| self.folders.iter().any(|named| folder.starts_with(named));
        let wanted: BTreeSet<_> = folders
            .filter(|folder| !is_named(folder))
            .map(Path::to_owned)
            .collect();
        for folder in self.others.difference(&wanted) {
            // One that is not there is not watched any more.
            let _ = watcher.unwatch(folder);
        }
        // One that cannot be watched is watched again when it can: after the next change.
        let is_watched = |folder: &PathBuf| {
            self.others.contains(folder)
                || watcher.watch(folder, RecursiveMode::NonRecursive).is_ok()
        };
        self.others = wanted.into_iter().filter(is_watched).collect();
    }

    /// Whether a change of this path matters: that of a file that was read, or of a flow, a scenario or
    /// a configuration in a folder that was named.
    fn is_ours(&self, path: &Path) -> bool {
        let place = identity(path);
        if self.files.written.contains(&place) {
            return false;
        }
        let absolute = std::path::absolute(path).unwrap_or_default();
        let is_named = |named: &PathBuf| absolute.starts_with(named) || place.starts_with(named);
        self.files.read.contains(&place) || is_of_kind(path) && self.folders.iter().any(is_named)
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

/// Whether this is the name of a flow, a scenario or a configuration.
fn is_of_kind(path: &Path) -> bool {
    let extension = path.extension();
    extension.is_some_and(|extension| {
        ["xml", "toml"]
            .iter()
            .any(|ours| extension.eq_ignore_ascii_case(ours))
    })
}

/// The names of what changed, as they are seen from the working directory.
fn names(changed: &BTreeSet<PathBuf>) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let mut names: Vec<_> = changed
        .iter()
        .map(|path| path.strip_prefix(&here).unwrap_or(path))
        .map(|path| path.strip_prefix(".").unwrap_or(path))
        .map(|path| path.display().to_string())
        .collect();
    names.dedup();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let names = names.join(", ");
    match more {
        0 => names,
        1 => format!("{names} and 1 more file"),
        more => format!("{names} and {more} more files"),
    }
}

/// The time of day, as whoever watches has it.
#[allow(clippy::disallowed_methods, reason = "no call depends on it")]
fn now() -> String {
    Zoned::now().strftime("%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_no_change() {
        for ours in ["a.xml", "flows/A.XML", "a.call.toml", "callflow.toml"] {
            assert!(is_of_kind(Path::new(ours)), "{ours}");
        }
        for other in [
            "out.json",
            ".callflow/failed",
            "a.xml.swp",
            "flows",
            "a.html",
        ] {
            assert!(!is_of_kind(Path::new(other)), "{other}");
        }
    }

    #[test]
    fn what_was_read_matters_wherever_it_is_and_what_is_written_never() {
        let mut watched = Watched::new(&[PathBuf::from("tests")]);
        let identity = |path| identity(Path::new(path));
        watched.files.read = ["src/menu.json", "src/f.xml"].map(identity).into();
        watched.files.written = ["tests/report.xml"].map(identity).into();
        for ours in [
            "src/menu.json",
            "src/f.xml",
            "tests/a.toml",
            "tests/good/b.xml",
        ] {
            assert!(watched.is_ours(Path::new(ours)), "{ours}");
        }
        for other in ["src/g.xml", "tests/report.xml", "tests/a.json", "a.xml"] {
            assert!(!watched.is_ours(Path::new(other)), "{other}");
        }
    }

    #[test]
    fn few_of_many_changed_files_are_named() {
        let files = |names: &[&str]| names.iter().map(PathBuf::from).collect();
        assert_eq!(names(&files(&["a.xml"])), "a.xml");
        assert_eq!(names(&files(&["a", "b", "c"])), "a, b, c");
        assert_eq!(
            names(&files(&["a", "b", "c", "d"])),
            "a, b, c and 1 more file"
        );
        assert_eq!(
            names(&files(&["a", "b", "c", "d", "e"])),
            "a, b, c and 2 more files"
        );
    }
}

//! Which file a path stands for: one file may be named in several ways.

use std::collections::HashSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The file that a path stands for, to tell whether two are the same one.
pub(super) fn identity(path: &Path) -> PathBuf {
    let whole = fs::canonicalize(path);
    whole.unwrap_or_else(|_| {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).unwrap_or_default();
        folder.join(path.file_name().unwrap_or_default())
    })
}

/// A path as it is seen from a folder.
pub(super) fn relative(folder: &Path, path: &Path) -> PathBuf {
    let (from, to) = (identity(folder), identity(path));
    let mut from = from.components().peekable();
    let mut to = to.components().peekable();
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    from.map(|_| Component::ParentDir).chain(to).collect()
}

/// A path as it is seen from the working directory: one for each file.
pub(super) fn from_here(path: &Path) -> PathBuf {
    relative(Path::new("."), path)
}

/// Files that were met already, where several paths are named.
pub(super) struct Seen(Option<HashSet<(PathBuf, Option<String>)>>);

impl Seen {
    /// Of one path each file is found once: none need be compared.
    pub(super) fn of(paths: &[PathBuf]) -> Self {
        Self((paths.len() > 1).then(HashSet::new))
    }

    /// Whether a file, or a case of it, was not met before; standard input is new each time.
    pub(super) fn is_new(&mut self, path: &Path, case: Option<&str>) -> bool {
        let Some(seen) = &mut self.0 else {
            return true;
        };
        path.as_os_str() == "-" || seen.insert((identity(path), case.map(str::to_owned)))
    }
}

//! Writes files: each is there whole, or as it was.
//!
//! A text is written beside its place, brought to the disk and then put there by its name, so that
//! neither a full disk nor the end of the program leaves half of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::Builder;

use super::place::identity;
use super::screen::Screen;
use super::{Failure, input};
use crate::report::own;

mod lines;
mod properties;

pub(super) use lines::with_line_ends;

/// Puts a text in the place of a file, or makes a file of it. What is not a file, such as a pipe, is
/// written to.
pub(super) fn write(path: &Path, text: &[u8]) -> Result<(), Failure> {
    let fail = |error| failed(path, error);
    // A link stays a link: the file that it leads to is written.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&place) {
        Ok(there) if there.is_file() => Ready::new(path, place, &there, text)?.put(None),
        Ok(there) if there.is_dir() => Err(fail(io::ErrorKind::IsADirectory.into())),
        Ok(_) => {
            let pipe = OpenOptions::new().write(true).open(&place);
            pipe.and_then(|mut pipe| pipe.write_all(text)).map_err(fail)
        }
        // A link that leads nowhere is not followed.
        Err(_) if path.symlink_metadata().is_ok() => {
            Err(fail(io::Error::other("the link points to nothing")))
        }
        Err(_) => {
            let file = beside(&place, text).map_err(fail)?;
            let put = file.persist(&place);
            put.map(drop).map_err(|error| fail(error.error))
        }
    }
}

/// Whether a file is there that callflow did not write.
fn there_is_foreign(path: &Path) -> bool {
    let is_file = fs::metadata(path).is_ok_and(|there| there.is_file());
    // What cannot be read is not known to be ours.
    is_file && !input::read(path).is_ok_and(|(_, bytes)| own::is_own(&bytes))
}

/// Writes a file, or puts a text in the place of what callflow wrote before, which its contents show. What
/// anybody else wrote stays.
pub(super) fn over(
    path: &Path,
    text: &[u8],
    is_ours: impl FnOnce(&[u8]) -> bool,
) -> Result<(), Failure> {
    let is_file = fs::metadata(path).is_ok_and(|there| there.is_file());
    if is_file {
        let was = input::read(path)?.1;
        if !was.is_empty() && !is_ours(&was) {
            return Err(Failure::NotOurs(path.display().to_string()));
        }
    }
    write(path, text)
}

/// Puts a text in the place of what was read from a file, if the file still holds that.
///
/// # Errors
///
/// [`Failure::Changed`] if it does not, [`Failure::Owner`] or [`Failure::Attribute`] if the file would
/// lose its owner or another of its properties. The file is then as it was.
pub(super) fn replace(path: &Path, was: &[u8], text: &[u8]) -> Result<(), Failure> {
    let place = fs::canonicalize(path).map_err(|error| gone(path, error))?;
    let there = fs::metadata(&place).map_err(|error| gone(path, error))?;
    if there.is_file() {
        Ready::new(path, place, &there, text)?.put(Some(was))
    } else {
        // Nobody can read the same from it twice.
        Err(failed(
            path,
            io::Error::other("this is not a file, so it cannot be edited"),
        ))
    }
}

/// A new text of a file that is there, written beside it, with the file's mode, owner and attributes.
struct Ready<'p> {
    path: &'p Path,
    place: PathBuf,
    file: tempfile::NamedTempFile<File>,
    /// How many other names the file has that is replaced.
    other_names: u64,
}

impl<'p> Ready<'p> {
    fn new(
        path: &'p Path,
        place: PathBuf,
        there: &fs::Metadata,
        text: &[u8],
    ) -> Result<Self, Failure> {
        let fail = |error| failed(path, error);
        // A file that nobody may write is not replaced either.
        let old = OpenOptions::new().write(true).open(&place).map_err(fail)?;
        drop(old);
        let file = beside(&place, text).map_err(fail)?;
        properties::keep(path, &place, there, file.as_file())?;
        Ok(Self {
            path,
            place,
            file,
            other_names: properties::other_names(there),
        })
    }

    /// Puts it in the place of the file, if that still holds `was`, which is looked at last of all.
    fn put(self, was: Option<&[u8]>) -> Result<(), Failure> {
        let Self { path, place, .. } = self;
        if let Some(was) = was
            && !holds(&place, was).map_err(|error| gone(path, error))?
        {
            return Err(Failure::Changed(path.display().to_string()));
        }
        let put = self.file.persist(&place);
        put.map_err(|error| failed(path, error.error))?;
        if self.other_names > 0 {
            let names = match self.other_names {
                1 => "1 other name (hard link), which still has".to_owned(),
                more => format!("{more} other names (hard links), which still have"),
            };
            let path = path.display();
            Screen::say(&format!("{path}: the file has {names} the old text"))?;
        }
        Ok(())
    }
}

/// Whether a file holds these bytes.
fn holds(place: &Path, bytes: &[u8]) -> io::Result<bool> {
    let is_as_long = fs::metadata(place)?.len() == bytes.len() as u64;
    Ok(is_as_long && fs::read(place)? == bytes)
}

/// Makes a file that must not be there yet, also not as a link.
pub(super) fn create(path: &Path, text: &[u8]) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() {
        return Err(Failure::Exists(path.display().to_string()));
    }
    let made = beside(path, text).and_then(|file| {
        let made = file.persist_noclobber(path);
        made.map(drop).map_err(|error| error.error)
    });
    made.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::Exists(path.display().to_string()),
        _ => failed(path, error),
    })
}

/// Refuses reports that would be written to one file, over a file that is read, or over one that somebody
/// else wrote.
pub(super) fn distinct<'p>(
    written: impl Iterator<Item = &'p Path>,
    read: impl Iterator<Item = &'p Path>,
) -> Result<(), Failure> {
    let mut places: Vec<(PathBuf, &Path)> = Vec::new();
    for path in written {
        let place = identity(path);
        // What is no file can take several.
        let is_special = fs::metadata(&place).is_ok_and(|there| !there.is_file());
        if !is_special && places.iter().any(|(other, _)| *other == place) {
            return Err(Failure::WrittenTwice(path.display().to_string()));
        }
        places.push((place, path));
    }
    if places.is_empty() {
        return Ok(());
    }
    for path in read {
        let place = identity(path);
        if let Some((_, path)) = places.iter().find(|(other, _)| *other == place) {
            return Err(Failure::OverItself(path.display().to_string()));
        }
    }
    match places.iter().find(|(place, _)| there_is_foreign(place)) {
        Some((_, path)) => Err(Failure::NotOurs(path.display().to_string())),
        None => Ok(()),
    }
}

/// A text in a file of its own beside a place, on the disk.
fn beside(place: &Path, text: &[u8]) -> io::Result<tempfile::NamedTempFile<File>> {
    let folder = place
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = Builder::new();
    builder.prefix(".callflow-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file: what the process leaves out of its rights is left out.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// A file that was read is not there any more, or cannot be read.
fn gone(path: &Path, error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::Changed(path.display().to_string()),
        _ => failed(path, error),
    }
}

fn failed(path: &Path, error: io::Error) -> Failure {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    match folder.filter(|folder| !folder.is_dir()) {
        Some(folder) => Failure::NoFolder(path.display().to_string(), folder.display().to_string()),
        None => Failure::Create(path.display().to_string(), error),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// A file of the test's own that holds a text.
    fn file(folder: &tempfile::TempDir, text: &str) -> PathBuf {
        let path = folder.path().join("a.xml");
        fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn a_file_that_is_not_the_one_that_was_read_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for theirs in ["else", "longer than it was"] {
            let path = file(&folder, theirs);
            let replaced = replace(&path, b"read", b"mine");
            assert!(matches!(replaced, Err(Failure::Changed(_))));
            assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
        }
        let path = file(&folder, "read");
        replace(&path, b"read", b"mine").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        fs::remove_file(&path).unwrap();
        let replaced = replace(&path, b"mine", b"more");
        assert!(matches!(replaced, Err(Failure::Changed(_))));
        assert!(!path.exists());
    }

    #[test]
    fn it_is_looked_at_when_all_else_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder, "read");
        let there = fs::metadata(&path).unwrap();
        let ready = Ready::new(&path, path.clone(), &there, b"mine").unwrap();
        // Somebody else writes while the new text is on its way to the disk.
        fs::write(&path, "also").unwrap();
        assert!(matches!(ready.put(Some(b"read")), Err(Failure::Changed(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "also");
        // The text beside it is gone as well.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

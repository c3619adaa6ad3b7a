//! Writes files: each is there whole, or as it was.
//!
//! A text is written beside its place, brought to the disk and then put there by its name, so that
//! neither a full disk nor the end of the program leaves half of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::Builder;

use super::place::identity;
use super::{Failure, input};
use crate::report::own;

/// Puts a text in the place of a file, or makes a file of it. What is no file, such as a pipe, is
/// written to.
pub(super) fn write(path: &Path, text: &[u8]) -> Result<(), Failure> {
    let fail = |error| failed(path, error);
    // A link stays one: what it leads to is written.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&place) {
        Ok(there) if there.is_file() => {
            // A file that nobody may write is not replaced either.
            OpenOptions::new().write(true).open(&place).map_err(fail)?;
            put(&place, text, Some(there.permissions())).map_err(fail)
        }
        Ok(there) if there.is_dir() => Err(fail(io::ErrorKind::IsADirectory.into())),
        Ok(_) => {
            let pipe = OpenOptions::new().write(true).open(&place);
            pipe.and_then(|mut pipe| pipe.write_all(text)).map_err(fail)
        }
        // A link that leads nowhere is not followed.
        Err(_) if path.symlink_metadata().is_ok() => {
            Err(fail(io::Error::other("a link that leads nowhere")))
        }
        Err(_) => put(&place, text, None).map_err(fail),
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
pub(super) fn replace(path: &Path, was: &[u8], text: &[u8]) -> Result<(), Failure> {
    let is = fs::read(path).map_err(|error| failed(path, error))?;
    if is == was {
        write(path, text)
    } else {
        Err(Failure::Changed(path.display().to_string()))
    }
}

/// Makes a file that must not be there yet, also not as a link.
pub(super) fn create(path: &Path, text: &[u8]) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() {
        return Err(Failure::Exists(path.display().to_string()));
    }
    let made = beside(path, text, None).and_then(|file| {
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
        if !is_special && there_is_foreign(path) {
            return Err(Failure::NotOurs(path.display().to_string()));
        }
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
    Ok(())
}

fn put(place: &Path, text: &[u8], permissions: Option<fs::Permissions>) -> io::Result<()> {
    let file = beside(place, text, permissions)?;
    file.persist(place).map(drop).map_err(|error| error.error)
}

/// A text in a file of its own beside a place, on the disk.
fn beside(
    place: &Path,
    text: &[u8],
    permissions: Option<fs::Permissions>,
) -> io::Result<tempfile::NamedTempFile<File>> {
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
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.write_all(text)?;
    file.as_file().sync_all()?;
    Ok(file)
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

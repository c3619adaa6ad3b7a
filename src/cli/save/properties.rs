//! What a file has beside its text: mode, owner, extended attributes, other names.
//!
//! A new file takes the place of the old one, so each of these has to be given to it. What cannot be
//! given is a reason not to replace the file.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use crate::cli::Failure;

/// Gives a new file what another one has.
///
/// # Errors
///
/// [`Failure::Owner`] or [`Failure::Attribute`] where the process may not.
#[cfg(unix)]
pub(super) fn keep(path: &Path, place: &Path, old: &Metadata, new: &File) -> Result<(), Failure> {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    let fail = |error| super::failed(path, error);
    let is = new.metadata().map_err(fail)?;
    let owner = (is.uid() != old.uid()).then(|| old.uid());
    let group = (is.gid() != old.gid()).then(|| old.gid());
    if owner.is_some() || group.is_some() {
        fchown(new, owner, group).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => {
                Failure::Owner(path.display().to_string(), old.uid(), old.gid())
            }
            _ => fail(error),
        })?;
    }
    // Behind the owner: a change of that takes some bits of the mode away.
    new.set_permissions(old.permissions()).map_err(fail)?;
    // Behind the mode: an access list has the last word on it.
    attributes(path, place, new)
}

/// Gives a new file what another one has.
#[cfg(not(unix))]
pub(super) fn keep(path: &Path, _: &Path, old: &Metadata, new: &File) -> Result<(), Failure> {
    let kept = new.set_permissions(old.permissions());
    kept.map_err(|error| super::failed(path, error))
}

/// How many names a file has beside the one by which it is replaced.
#[cfg(unix)]
pub(super) fn other_names(file: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;

    file.nlink().saturating_sub(1)
}

/// How many names a file has beside the one by which it is replaced; not known here.
#[cfg(not(unix))]
pub(super) fn other_names(_: &Metadata) -> u64 {
    0
}

/// Gives a new file the extended attributes of another, access lists among them.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn attributes(path: &Path, place: &Path, new: &File) -> Result<(), Failure> {
    use rustix::fs::{XattrFlags, fsetxattr, getxattr, listxattr};

    /// The most that Linux lists, and that one attribute holds.
    const MOST: usize = 64 << 10;
    let mut names = vec![0; MOST];
    // A file system that knows no attributes has none to keep.
    let Ok(length) = listxattr(place, &mut names[..]) else {
        return Ok(());
    };
    for name in names[..length].split(|&byte| byte == 0) {
        // What the system itself puts on each file is the system's business.
        let is_own = [&b"security."[..], b"trusted."]
            .iter()
            .any(|one| name.starts_with(one));
        if name.is_empty() || is_own {
            continue;
        }
        let mut value = vec![0; MOST];
        let kept = getxattr(place, name, &mut value[..])
            .and_then(|length| fsetxattr(new, name, &value[..length], XattrFlags::empty()));
        if kept.is_err() {
            let name = String::from_utf8_lossy(name).into_owned();
            return Err(Failure::Attribute(path.display().to_string(), name));
        }
    }
    Ok(())
}

/// Gives a new file the extended attributes of another; this system has none.
#[cfg(all(
    unix,
    not(any(target_os = "linux", target_os = "android", target_vendor = "apple"))
))]
fn attributes(_: &Path, _: &Path, _: &File) -> Result<(), Failure> {
    Ok(())
}

//! Opens one file after the other, most of which lie in the folder of the one before.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of the last file that was opened.
///
/// From the second file on it is held open, where the system lets files be named from there: it
/// need not find its way through all folders above for each of them.
#[derive(Default)]
pub(super) struct Folder {
    path: PathBuf,
    #[cfg(unix)]
    handle: Option<rustix::fd::OwnedFd>,
}

impl Folder {
    /// Opens a file to be read.
    #[cfg(unix)]
    pub(super) fn open(&mut self, path: &Path) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags, openat};

        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return File::open(path);
        };
        if folder.as_os_str() != self.path.as_os_str() || folder.as_os_str().is_empty() {
            folder.clone_into(&mut self.path);
            self.handle = None;
            return File::open(path);
        }
        if self.handle.is_none() {
            self.handle = File::open(folder).ok().map(Into::into);
        }
        let Some(handle) = &self.handle else {
            // Files can be read in a folder that cannot.
            return File::open(path);
        };
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let file = rustix::io::retry_on_intr(|| openat(handle, name, flags, Mode::empty()))?;
        Ok(file.into())
    }

    /// Opens a file to be read.
    #[cfg(not(unix))]
    pub(super) fn open(&mut self, path: &Path) -> io::Result<File> {
        File::open(path)
    }
}

//! Opens one file after the other, most of which lie in the folder of the one before.

use std::fs::File;
use std::io;
use std::path::{MAIN_SEPARATOR, Path};

/// The folder of the last file that was opened.
///
/// From the second file on it is held open, where the system lets files be named from there: it
/// need not find its way through all folders above for each of them.
#[derive(Default)]
pub(super) struct Folder {
    #[cfg(unix)]
    path: std::path::PathBuf,
    #[cfg(unix)]
    handle: Option<rustix::fd::OwnedFd>,
}

impl Folder {
    /// Opens a file to be read.
    #[cfg(unix)]
    pub(super) fn open(&mut self, path: &Path) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags, openat};

        let Some(name) = name_in(path, &self.path) else {
            path.parent().unwrap_or(path).clone_into(&mut self.path);
            self.handle = None;
            return File::open(path);
        };
        if self.handle.is_none() && !self.path.as_os_str().is_empty() {
            self.handle = File::open(&self.path).ok().map(Into::into);
        }
        let Some(handle) = &self.handle else {
            // The working directory is at hand, and files can be read in a folder that cannot.
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

/// The name of a file that lies directly in a folder; `None` if it may lie elsewhere. To take each
/// path apart would be slower.
pub(in crate::cli) fn name_in<'a>(path: &'a Path, folder: &Path) -> Option<&'a [u8]> {
    let path = path.as_os_str().as_encoded_bytes();
    let name = match folder.as_os_str().as_encoded_bytes() {
        [] => path,
        folder => {
            let behind = path.strip_prefix(folder)?.split_first();
            let (_, name) = behind.filter(|&(&first, _)| char::from(first) == MAIN_SEPARATOR)?;
            name
        }
    };
    let separates = |&byte: &u8| std::path::is_separator(byte.into());
    (!name.is_empty() && !name.iter().any(separates)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_from_its_own_folder_only() {
        let name = |path: &'static str, folder| name_in(Path::new(path), Path::new(folder));
        assert_eq!(name("flows/a.xml", "flows"), Some(&b"a.xml"[..]));
        assert_eq!(name("a.xml", ""), Some(&b"a.xml"[..]));
        for (path, folder) in [
            ("flows/a.xml", "flow"),
            ("flows/b/a.xml", "flows"),
            ("flows//a.xml", "flows"),
            ("flows/", "flows"),
            ("flows", "flows"),
            ("/a.xml", ""),
            ("/a.xml", "/"),
            ("", ""),
        ] {
            assert_eq!(name(path, folder), None, "{path} in {folder}");
        }
    }
}

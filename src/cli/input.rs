//! Reads what the command line names.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::Failure;
use crate::diagnostic::{Diagnostic, any_error};
use crate::flow::{self, Flow};
use crate::xml;
use folder::Folder;

pub(super) use folder::name_in;
pub(super) use gzip::{Damage, Gunzip};

mod folder;
mod gzip;

/// The most that is read of one flow, scenario or configuration, in bytes.
pub(super) const LIMIT: u64 = 128 << 20;

/// The name that findings give standard input.
pub(super) const STDIN: &str = "<stdin>";

/// The name that findings give a file, or standard input for `-`.
pub(super) fn name(path: &Path) -> String {
    match path.to_str() {
        Some("-") => STDIN.to_owned(),
        Some(path) => path.to_owned(),
        None => path.display().to_string(),
    }
}

/// The bytes of a file, or of standard input for `-`, with the name that findings give them.
pub(super) fn read(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let mut reader = Reader::default();
    let name = reader.read(path)?;
    Ok((name, reader.bytes))
}

/// Refuses what a scenario names and is no file, such as a pipe, which would be waited for.
pub(super) fn must_be_file(path: &Path) -> Result<(), Failure> {
    match std::fs::metadata(path) {
        Ok(there) if !there.is_file() && !there.is_dir() => {
            let name = path.display();
            Err(Failure::Unreadable(format!("{name}: this is not a file")))
        }
        _ => Ok(()),
    }
}

/// The flow of a file, or of standard input for `-`, with what is wrong with it: of text that is not
/// well-formed that alone, for the rest may follow from it.
pub(super) fn flow(path: &Path) -> Result<(Flow, Vec<Diagnostic>), Failure> {
    let (name, bytes) = read(path)?;
    let (document, mut findings) = xml::read(&name, &bytes);
    let is_well_formed = !any_error(&findings);
    let (flow, more) = flow::compile(document);
    if is_well_formed {
        findings.extend(more);
    }
    Ok((flow, findings))
}

/// Reads one file after the other into one buffer.
#[derive(Default)]
pub(super) struct Reader {
    /// What the last file holds.
    pub(super) bytes: Vec<u8>,
    folder: Folder,
}

impl Reader {
    /// Reads a file, or standard input for `-`. Gives the name that findings give it.
    pub(super) fn read(&mut self, path: &Path) -> Result<String, Failure> {
        /// Room for nearly every file: one read finds it all, and one more its end.
        const USUAL: usize = 64 << 10;
        self.bytes.clear();
        self.bytes.reserve(USUAL);
        if path.as_os_str() == "-" {
            limited(STDIN, io::stdin().lock(), &mut self.bytes)?;
            return Ok(STDIN.to_owned());
        }
        let name = name(path);
        let file = self.folder.open(path);
        let file = file.map_err(|error| failure(&name, error))?;
        limited(&name, file, &mut self.bytes)?;
        Ok(name)
    }
}

/// A file, or standard input for `-`, with the name that findings give it. It may be of any length.
pub(super) fn open(path: &Path) -> Result<(String, Box<dyn io::Read>), Failure> {
    let name = name(path);
    let input: Box<dyn io::Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(|error| failure(&name, error))?)
    };
    Ok((name, input))
}

/// Refuses a text for which there is not enough memory: what is made of it takes so many times its size.
///
/// # Errors
///
/// [`Failure::NoMemory`]. Where this much can be had, it is had when it is needed: nothing that is asked
/// for later is more.
pub(super) fn must_fit(name: &str, size: usize, times: usize) -> Result<(), Failure> {
    /// Less than this is had anyway, in bytes.
    const LITTLE: usize = 4 << 20;
    if size < LITTLE {
        return Ok(());
    }
    let mut room: Vec<u8> = Vec::new();
    let is_there = room.try_reserve_exact(size.saturating_mul(times));
    is_there.map_err(|_| Failure::NoMemory(name.to_owned()))
}

/// An input of which no more is read than the limit: what is larger fails.
struct Limited<R> {
    input: R,
    left: u64,
}

impl<R> Limited<R> {
    fn new(input: R) -> Self {
        Self { input, left: LIMIT }
    }
}

impl<R: io::Read> io::Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        let left = self.left.checked_sub(read as u64);
        self.left = left.ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}

fn is_url(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("http://") || name.starts_with("https://")
}

/// Why a file cannot be read.
pub(super) fn failure(name: &str, error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::FileTooLarge => Failure::TooLarge(name.to_owned(), LIMIT),
        io::ErrorKind::OutOfMemory => Failure::NoMemory(name.to_owned()),
        // Without the system's number, which is not the same on all of them.
        io::ErrorKind::NotFound if is_url(name) => Failure::Unreadable(format!(
            "{name}: callflow reads files, not URLs. Save it first (`curl -o flow.xml '{name}'`). To let a server answer a Callback of a flow: --callback 'URL=FILE'"
        )),
        kind @ io::ErrorKind::IsADirectory => Failure::Read(name.to_owned(), kind.into()),
        _ => Failure::Read(name.to_owned(), error),
    }
}

fn limited(name: &str, input: impl io::Read, bytes: &mut Vec<u8>) -> Result<(), Failure> {
    /// What an element tree takes of memory, in times its text: most where each element is four bytes.
    const TREE: usize = 40;
    let read = Limited::new(input).read_to_end(bytes);
    read.map_err(|error| failure(name, error))?;
    must_fit(name, bytes.len(), TREE)
}

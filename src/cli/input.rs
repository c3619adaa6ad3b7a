//! Reads what the command line names.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::Failure;

/// The most that is read of one file.
const LIMIT: u64 = 1 << 30;

/// The name that findings give standard input.
pub(super) const STDIN: &str = "<stdin>";

/// The bytes of a file, or of standard input for `-`, with the name that findings give them.
pub(super) fn read(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    if path.as_os_str() == "-" {
        let bytes = limited(STDIN, io::stdin().lock())?;
        return Ok((STDIN.to_owned(), bytes));
    }
    let name = path.display().to_string();
    let fail = |error| Failure::Read(name.clone(), error);
    let file = File::open(path).map_err(fail)?;
    if file.metadata().map_err(fail)?.is_dir() {
        return Err(Failure::Read(name, io::ErrorKind::IsADirectory.into()));
    }
    let bytes = limited(&name, file)?;
    Ok((name, bytes))
}

fn limited(name: &str, reader: impl io::Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = reader.take(LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::Read(name.to_owned(), error))?;
    match bytes.len() as u64 > LIMIT {
        true => Err(Failure::TooLarge(name.to_owned(), LIMIT)),
        false => Ok(bytes),
    }
}

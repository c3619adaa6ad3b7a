//! Which files are checked.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::is_config;
use crate::cli::Failure;
use crate::command::{self, Role};
use crate::value::nearest;

/// What a file is checked as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A call flow.
    Flow,
    /// A scenario.
    Scenario,
    /// A `callflow.toml`.
    Config,
    /// A call flow on standard input.
    Stdin,
}

/// A file to check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
    /// Whether the command line names the file itself, rather than a folder around it.
    pub(super) is_named: bool,
}

/// The files that a path stands for; those of a folder in the order of names.
///
/// A folder is walked as its files are asked for, so that checking need not wait for the last one.
pub(super) fn at(path: &Path) -> Box<dyn Iterator<Item = Result<Found, Failure>> + Send> {
    let named = |kind| {
        let path = path.to_owned();
        let is_named = true;
        Box::new(std::iter::once(Ok(Found {
            path,
            kind,
            is_named,
        })))
    };
    if path.as_os_str() == "-" {
        return named(Kind::Stdin);
    }
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Box::new(walk(path)),
        Ok(_) => named(kind_by_name(path)),
        Err(error) => Box::new(std::iter::once(Err(Failure::Read(
            path.display().to_string(),
            error,
        )))),
    }
}

/// A file that was named is taken for what its name says, and for a flow otherwise.
fn kind_by_name(path: &Path) -> Kind {
    match path
        .extension()
        .is_some_and(|extension| extension == "toml")
    {
        true if is_config(path) => Kind::Config,
        true => Kind::Scenario,
        false => Kind::Flow,
    }
}

fn walk(folder: &Path) -> impl Iterator<Item = Result<Found, Failure>> + use<> {
    let name = folder.display().to_string();
    let mut walk = WalkBuilder::new(folder);
    walk.sort_by_file_name(OsStr::cmp).require_git(false);
    walk.build().filter_map(move |entry| match entry {
        Ok(entry) => found(entry).map(Ok),
        Err(error) => {
            let error = error.into_io_error();
            let error = error.unwrap_or_else(|| io::ErrorKind::Other.into());
            Some(Err(Failure::Read(name.clone(), error)))
        }
    })
}

/// The file of an entry, if its name is one of ours.
fn found(entry: DirEntry) -> Option<Found> {
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return None;
    }
    let path = entry.path();
    let kind = match path.extension()?.to_str()? {
        "xml" => Kind::Flow,
        "toml" if is_config(path) => Kind::Config,
        "toml" => Kind::Scenario,
        _ => return None,
    };
    Some(Found {
        path: entry.into_path(),
        kind,
        is_named: false,
    })
}

impl Found {
    /// Whether its bytes are meant for us. A file that nobody named must look so: folders hold
    /// other XML and TOML too.
    ///
    /// What cannot be told apart is taken for ours: checking it says what is wrong.
    pub(super) fn is_meant(&self, bytes: &[u8]) -> bool {
        const HEAD: usize = 16 << 10;
        let head = &bytes[..bytes.len().min(HEAD)];
        match self.kind {
            _ if self.is_named => true,
            Kind::Flow => root_name(head).is_none_or(|root| is_ours(&root)),
            Kind::Scenario => is_scenario(&String::from_utf8_lossy(head)),
            Kind::Config | Kind::Stdin => true,
        }
    }
}

/// The name of the first element, if there is one.
fn root_name(head: &[u8]) -> Option<String> {
    let text: Cow<'_, str> = match str::from_utf8(head) {
        _ if head.contains(&0) => {
            // UTF-16: what is in ASCII remains.
            let bytes = head.iter().filter(|byte| **byte != 0);
            bytes.map(|&byte| char::from(byte)).collect()
        }
        Ok(text) => text.into(),
        Err(_) => String::from_utf8_lossy(head),
    };
    let mut rest = &*text;
    loop {
        rest = &rest[rest.find('<')? + 1..];
        let skip = match rest {
            _ if rest.starts_with("!--") => rest.find("-->")?,
            _ if rest.starts_with('?') => rest.find("?>")?,
            _ if rest.starts_with('!') => rest.find('>')?,
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "/>".contains(c));
                return Some(rest[..end.unwrap_or(rest.len())].to_owned());
            }
        };
        rest = &rest[skip..];
    }
}

/// Whether a root element is, or was probably meant to be, one of the language.
fn is_ours(root: &str) -> bool {
    let roots = command::SPECS.iter().filter(|spec| spec.role == Role::Root);
    command::spec(root).is_some() || nearest(root, roots.map(|spec| spec.name)).is_some()
}

/// Whether TOML names a flow, or has a table that only scenarios have.
fn is_scenario(text: &str) -> bool {
    text.lines().map(str::trim).any(|line| {
        let key = line.split('=').next().unwrap_or("").trim();
        (key == "flow" && line.contains('='))
            || [
                "[caller]",
                "[[dial]]",
                "[[callback]]",
                "[[media]]",
                "[call]",
            ]
            .contains(&line)
    })
}

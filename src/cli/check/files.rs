//! Which files are checked.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

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
}

/// The files that paths stand for: each path in the order given, folders in the order of names.
pub(super) fn collect(paths: &[PathBuf]) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            found.push(Found {
                path: path.clone(),
                kind: Kind::Stdin,
            });
            continue;
        }
        let fail = |error| Failure::Read(path.display().to_string(), error);
        match fs::metadata(path).map_err(fail)?.is_dir() {
            true => walk(path, &mut found)?,
            false => found.push(Found {
                path: path.clone(),
                kind: kind_by_name(path),
            }),
        }
    }
    Ok(found)
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

fn walk(folder: &Path, found: &mut Vec<Found>) -> Result<(), Failure> {
    let mut walk = WalkBuilder::new(folder);
    walk.sort_by_file_path(Path::cmp).require_git(false);
    for entry in walk.build() {
        let entry = entry.map_err(|error| {
            let name = folder.display().to_string();
            Failure::Read(
                name,
                error
                    .into_io_error()
                    .unwrap_or_else(|| io::ErrorKind::Other.into()),
            )
        })?;
        let path = entry.path();
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        let kind = match extension {
            Some("xml") => Kind::Flow,
            Some("toml") if is_config(path) => Kind::Config,
            Some("toml") => Kind::Scenario,
            _ => continue,
        };
        if is_meant(path, kind) {
            found.push(Found {
                path: path.to_owned(),
                kind,
            });
        }
    }
    Ok(())
}

/// Whether a file that nobody named looks like one of ours: folders hold other XML and TOML too.
///
/// What cannot be read or told apart is taken for ours: checking it says what is wrong.
fn is_meant(path: &Path, kind: Kind) -> bool {
    const HEAD: u64 = 16 << 10;
    let mut head = Vec::new();
    let Ok(file) = fs::File::open(path) else {
        return true;
    };
    if file.take(HEAD).read_to_end(&mut head).is_err() {
        return true;
    }
    match kind {
        Kind::Flow => root_name(&head).is_none_or(|root| is_ours(&root)),
        Kind::Scenario => is_scenario(&String::from_utf8_lossy(&head)),
        Kind::Config | Kind::Stdin => true,
    }
}

/// The name of the first element, if there is one.
fn root_name(head: &[u8]) -> Option<String> {
    let zeroes = head.contains(&0);
    let text: String = match zeroes {
        // UTF-16: what is in ASCII remains.
        true => head
            .iter()
            .filter(|byte| **byte != 0)
            .map(|&byte| char::from(byte))
            .collect(),
        false => String::from_utf8_lossy(head).into_owned(),
    };
    let mut rest = text.as_str();
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

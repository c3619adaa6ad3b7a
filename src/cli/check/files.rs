//! Which files are checked.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder};

use super::is_config;
use crate::cli::Failure;
use crate::command::{self, Role, dialect};
use crate::scenario;
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
pub(super) fn at<'p>(
    path: &Path,
    passed: &'p Passed,
) -> Box<dyn Iterator<Item = Result<Found, Failure>> + Send + 'p> {
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
        Ok(metadata) if metadata.is_dir() => Box::new(walk(path, passed)),
        Ok(_) => named(kind_by_name(path)),
        Err(error) => Box::new(std::iter::once(Err(Failure::Read(
            path.display().to_string(),
            error,
        )))),
    }
}

/// What was passed over in folders.
#[derive(Debug, Default)]
pub(in crate::cli) struct Passed {
    /// Files whose names are not ours.
    others: AtomicUsize,
    /// XML and TOML files of other kinds.
    kin: Mutex<Vec<PathBuf>>,
}

impl Passed {
    /// A file of XML or TOML that is none of ours.
    pub(super) fn other_kind(&self, path: &Path) {
        let mut kin = self.kin.lock().unwrap_or_else(PoisonError::into_inner);
        kin.push(path.to_owned());
    }

    /// How many files of XML and TOML are not ours, or excluded.
    pub(super) fn kin(&self) -> usize {
        let kin = self.kin.lock().unwrap_or_else(PoisonError::into_inner);
        kin.len()
    }

    /// What was passed over, as a sentence says it.
    pub(in crate::cli) fn words(&self) -> String {
        /// So many are named.
        const NAMED: usize = 3;
        let mut kin = self.kin.lock().unwrap_or_else(PoisonError::into_inner);
        kin.sort();
        let mut parts: Vec<_> = kin
            .iter()
            .take(NAMED)
            .map(|path| path.display().to_string())
            .collect();
        let others = self.others.load(Ordering::Relaxed) + kin.len().saturating_sub(NAMED);
        if others > 0 || parts.is_empty() {
            parts.push(match others {
                1 => "1 other file".to_owned(),
                others => format!("{others} other files"),
            });
        }
        parts.join(", ")
    }
}

/// A file that was named is taken for what its name says, and for a flow otherwise.
fn kind_by_name(path: &Path) -> Kind {
    let is_toml = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    if !is_toml {
        Kind::Flow
    } else if is_config(path) {
        Kind::Config
    } else {
        Kind::Scenario
    }
}

fn walk<'p>(
    folder: &Path,
    passed: &'p Passed,
) -> impl Iterator<Item = Result<Found, Failure>> + use<'p> {
    let name = folder.display().to_string();
    let mut walk = WalkBuilder::new(folder);
    // The files of one folder are compared: what stands before their names is the same.
    walk.sort_by_file_path(|one, other| one.as_os_str().cmp(other.as_os_str()))
        .require_git(false);
    walk.build().filter_map(move |entry| match entry {
        Ok(entry) => {
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            let found = found(entry);
            if is_file && found.is_none() {
                passed.others.fetch_add(1, Ordering::Relaxed);
            }
            found.map(Ok)
        }
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
    let kind = match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
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
            Kind::Flow => {
                root_name(head).is_none_or(|root| is_ours(&root))
                    || behind_notice(head)
                        .and_then(root_name)
                        .is_some_and(|root| is_ours(&root))
            }
            Kind::Scenario => scenario::is_likely(&String::from_utf8_lossy(head)),
            Kind::Config | Kind::Stdin => true,
        }
    }
}

/// What stands behind a notice that a script printed before the document.
fn behind_notice(head: &[u8]) -> Option<&[u8]> {
    let text = head.trim_ascii_start();
    // Notices are plain text, or begin so.
    let is_notice = !text.starts_with(b"<") || text.starts_with(b"<br") || text.starts_with(b"<b>");
    if !is_notice {
        return None;
    }
    let declaration = memchr::memmem::find(head, b"<?xml");
    let response = || memchr::memmem::find(head, b"<Response");
    let at = declaration.or_else(response).filter(|&at| at > 0)?;
    Some(&head[at..])
}

/// The name of the first element, if there is one.
fn root_name(head: &[u8]) -> Option<Cow<'_, str>> {
    if memchr::memchr(0, head).is_some() {
        // UTF-16: what is in ASCII remains.
        let ascii: Vec<u8> = head.iter().copied().filter(|&byte| byte != 0).collect();
        return Some(first_name(&ascii)?.into_owned().into());
    }
    first_name(head)
}

fn first_name(text: &[u8]) -> Option<Cow<'_, str>> {
    let mut rest = text;
    loop {
        rest = &rest[memchr::memchr(b'<', rest)? + 1..];
        let skip = match rest {
            [b'!', b'-', b'-', ..] => memchr::memmem::find(rest, b"-->")?,
            [b'?', ..] => memchr::memmem::find(rest, b"?>")?,
            [b'!', ..] => memchr::memchr(b'>', rest)?,
            _ => {
                let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
                let end = rest.iter().position(ends).unwrap_or(rest.len());
                return Some(String::from_utf8_lossy(&rest[..end]));
            }
        };
        rest = &rest[skip..];
    }
}

/// Whether a root element is, or was probably meant to be, one of the language.
fn is_ours(root: &str) -> bool {
    let roots = command::SPECS.iter().filter(|spec| spec.role == Role::Root);
    command::spec(root).is_some()
        || dialect::is_root(root)
        || nearest(root, roots.map(|spec| spec.name)).is_some()
}

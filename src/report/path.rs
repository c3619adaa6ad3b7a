//! Where a file is, seen from the root of the repository.
//!
//! **Invariant:** paths are compared as text. Nothing here looks at the disk, so links are not
//! followed.

use std::path::{Component, Path, PathBuf};

/// What the names of files are relative to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Base {
    /// The root of the repository, absolute.
    pub root: PathBuf,
    /// The directory that relative names begin in, absolute: normally the working directory.
    pub directory: PathBuf,
}

/// Where a file is, with `/` between the names on every system.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Location {
    /// Not a file.
    StandardInput,
    /// Below the root, or relative to a directory that is not known.
    Relative(String),
    /// Elsewhere.
    Absolute(String),
}

impl Location {
    /// The place of a file, by the name of its source.
    pub(super) fn new(name: &str, base: Option<&Base>) -> Self {
        if matches!(name, "-" | "<stdin>") {
            return Self::StandardInput;
        }
        let whole = base.map_or_else(|| name.into(), |base| base.directory.join(name));
        let path = resolve(&whole);
        let root = base.map(|base| resolve(&base.root));
        if let Some(below) = root.and_then(|root| path.strip_prefix(root).ok()) {
            return Self::Relative(join(below));
        }
        if path.has_root() {
            Self::Absolute(join(&path))
        } else {
            Self::Relative(join(&path))
        }
    }

    /// The path as text.
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::StandardInput => "<stdin>",
            Self::Relative(path) | Self::Absolute(path) => path,
        }
    }

    /// The path as a URI, relative or of the scheme `file`.
    pub(super) fn uri(&self) -> String {
        match self {
            Self::StandardInput => "stdin".to_owned(),
            Self::Relative(path) => percent_encode(path),
            Self::Absolute(path) => {
                let path = percent_encode(path);
                let slash = if path.starts_with('/') { "" } else { "/" };
                format!("file://{slash}{path}")
            }
        }
    }
}

/// The path without `.`, and without `..` where the name before it is known.
fn resolve(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match (component, resolved.components().next_back()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                resolved.pop();
            }
            _ => resolved.push(component),
        }
    }
    resolved
}

fn join(path: &Path) -> String {
    let mut text = String::new();
    for component in path.components() {
        if component == Component::RootDir {
            text.push('/');
            continue;
        }
        if !text.is_empty() && !text.ends_with('/') {
            text.push('/');
        }
        text.push_str(&component.as_os_str().to_string_lossy());
    }
    text
}

/// Everything but letters, digits, `-`, `.`, `_`, `~` and the `/` between names as `%` and two
/// digits (RFC 3986, 2.3).
fn percent_encode(path: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
            encoded.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, base: Option<&Base>, path: &str, uri: &str) {
        let location = Location::new(name, base);
        assert_eq!((location.as_str(), &*location.uri()), (path, uri));
    }

    #[test]
    fn names_without_a_base_stay_relative() {
        check("./flows//a.xml", None, "flows/a.xml", "flows/a.xml");
        check("flows/./x/../a.xml", None, "flows/a.xml", "flows/a.xml");
        check("../a.xml", None, "../a.xml", "../a.xml");
        check("a b/ü:%.xml", None, "a b/ü:%.xml", "a%20b/%C3%BC%3A%25.xml");
        check(
            "/tmp/a b.xml",
            None,
            "/tmp/a b.xml",
            "file:///tmp/a%20b.xml",
        );
        check("-", None, "<stdin>", "stdin");
        check("<stdin>", None, "<stdin>", "stdin");
    }

    #[test]
    fn names_with_a_base_are_seen_from_the_root() {
        let base = Base {
            root: "/work/repository/".into(),
            directory: "/work/repository/flows".into(),
        };
        let base = Some(&base);
        check("a.xml", base, "flows/a.xml", "flows/a.xml");
        check("../b.xml", base, "b.xml", "b.xml");
        check("/work/repository/c.xml", base, "c.xml", "c.xml");
        check("../../d.xml", base, "/work/d.xml", "file:///work/d.xml");
        check("/../e.xml", base, "/e.xml", "file:///e.xml");
        check("-", base, "<stdin>", "stdin");
    }
}

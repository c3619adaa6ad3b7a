//! Where an address holds a secret.

use std::ops::Range;

/// Parts of the names of parameters whose values nobody should read.
const PARTS: &[&str] = &[
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "apikey",
    "api_key",
    "api-key",
    "signature",
    "credential",
];

/// Whole names of such parameters.
const NAMES: &[&str] = &[
    "auth",
    "authorization",
    "key",
    "sig",
    "pass",
    "pin",
    "session",
    "jwt",
];

/// A secret in an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Secret {
    /// What stands between the user's name and the `@`.
    Password(Range<usize>),
    /// The value of a parameter whose name says that it is secret.
    Parameter {
        /// Where the name stands.
        name: Range<usize>,
        /// Where the value stands.
        value: Range<usize>,
    },
}

impl Secret {
    /// The bytes that nobody should read.
    pub(crate) fn place(&self) -> Range<usize> {
        match self {
            Self::Password(place) | Self::Parameter { value: place, .. } => place.clone(),
        }
    }
}

/// The secrets in a URL or a SIP address, in their order. Whether a value is one is told by its
/// name alone.
pub(crate) fn secrets(address: &str) -> Vec<Secret> {
    let query = address.find('?').unwrap_or(address.len());
    let mut found: Vec<_> = password(&address[..query])
        .map(Secret::Password)
        .into_iter()
        .collect();
    let mut at = query + 1;
    for pair in address
        .get(at..)
        .into_iter()
        .flat_map(|query| query.split('&'))
    {
        let end = at + pair.len();
        if let Some(equals) = pair.find('=').filter(|&equals| is_secret(&pair[..equals])) {
            let (name, value) = (at..at + equals, at + equals + 1..end);
            found.push(Secret::Parameter { name, value });
        }
        at = end + 1;
    }
    found
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PARTS.iter().any(|part| name.contains(part)) || NAMES.contains(&name.as_str())
}

/// The password of `https://user:secret@host` and `sip:user:secret@host`.
fn password(address: &str) -> Option<Range<usize>> {
    let is_sip = || address.get(..3)?.eq_ignore_ascii_case("sip").then_some(());
    let start = match address.find("://") {
        Some(at) => at + 3,
        None => is_sip().and(address.find(':')).map_or(0, |at| at + 1),
    };
    let rest = &address[start..];
    let authority = rest.split('/').next().unwrap_or(rest);
    let end = authority.rfind('@')?;
    let colon = authority[..end].find(':')?;
    Some(start + colon + 1..start + end)
}

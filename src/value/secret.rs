//! Where an address holds a secret.

use std::borrow::Cow;
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

/// The shortest value of a parameter that is taken for a secret in a flow, in bytes: `key=2` is a key
/// that was pressed.
const SHORTEST: usize = 8;

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

    /// Whether it is one in an address of a flow: not if something else is to be put in before the flow
    /// is served, as for `{token}`, `${TOKEN}` and `***`.
    pub(crate) fn is_real(&self, address: &str) -> bool {
        let value = &address[self.place()];
        let is_long = matches!(self, Self::Password(_)) || value.len() >= SHORTEST;
        is_long && !value.is_empty() && !value.contains(['{', '$', '*', '<', '['])
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

/// A part of a flow with `*` in place of each byte of the secrets in its addresses.
pub(crate) fn masked(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    let is_end = |char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '<' | '>');
    let mut at = 0;
    for address in text.split_inclusive(is_end) {
        for secret in secrets(address.trim_end_matches(is_end)) {
            if secret.is_real(address) {
                let Range { start, end } = secret.place();
                let stars = "*".repeat(end - start);
                let place = at + start..at + end;
                masked.to_mut().replace_range(place, &stars);
            }
        }
        at += address.len();
    }
    masked
}

fn is_secret(name: &str) -> bool {
    // In a flow `&` is written `&amp;`.
    let name = name.strip_prefix("amp;").unwrap_or(name);
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

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn secrets_of_a_flow_are_masked_where_they_stand() {
        for (text, expected) in [
            (
                r#"<Play url="https://a.example/12345678?x=12345678&amp;key=12345678&amp;y=2"/>"#,
                r#"<Play url="https://a.example/12345678?x=12345678&amp;key=********&amp;y=2"/>"#,
            ),
            (
                "<To>anna:pässword@a.example</To>",
                "<To>anna:*********@a.example</To>",
            ),
            (
                "url='https://a.example?key=2&amp;token={token}'",
                "url='https://a.example?key=2&amp;token={token}'",
            ),
            ("Mail us: anna@a.example", "Mail us: anna@a.example"),
        ] {
            assert_eq!(masked(text), expected);
            assert_eq!(masked(text).len(), text.len());
        }
    }
}

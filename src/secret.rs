//! Where a text holds a secret: a password in an address, a token in a query, the path of a webhook.
//!
//! Any text may hold an address, so texts are searched, not addresses alone. What people read is made
//! without it: every message, label and title is built from a [`Masked`], so that none can be
//! shown with the secrets that stand in it.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::{Deref, Range};

use serde::{Serialize, Serializer};

mod names;
mod webhooks;

use names::is_secret;

/// What replaces a secret.
pub(crate) const MASK: &str = "***";

/// The shortest value of a parameter that is reported as a secret in a flow, in bytes: `key=2` is a key
/// that was pressed.
const SHORTEST: usize = 8;

/// The longest password that is looked for where an address goes on behind a character that none has, in
/// bytes.
const LONGEST: usize = 256;

/// So far the beginning of a URL is looked at, in bytes: a text is gone through once, whatever is in it.
const FAR: usize = 4096;

/// A secret in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Secret {
    /// What stands between the user's name and the `@`.
    Password(Range<usize>),
    /// What stands before the `@` of a URL, with or without a password: it may be a token.
    UserInfo(Range<usize>),
    /// The value of a parameter whose name says that it is secret.
    Parameter {
        /// Where the name stands.
        name: Range<usize>,
        /// Where the value stands.
        value: Range<usize>,
    },
    /// The path of a webhook: whoever knows it may post.
    Path(Range<usize>),
}

impl Secret {
    /// The bytes that nobody should read.
    pub(crate) fn place(&self) -> Range<usize> {
        match self {
            Self::Password(place)
            | Self::UserInfo(place)
            | Self::Path(place)
            | Self::Parameter { value: place, .. } => place.clone(),
        }
    }

    /// Whether it is one that a flow should not hold: a user without a password is none, and neither is a
    /// value as short as a key that was pressed.
    pub(crate) fn is_real(&self, text: &str) -> bool {
        match self {
            Self::Password(_) | Self::Path(_) => true,
            Self::UserInfo(place) => text[place.clone()].contains(':'),
            Self::Parameter { value, .. } => value.len() >= SHORTEST,
        }
    }
}

/// The secrets in a text, in their order. A value that something else replaces before it is used is
/// none, as `{token}`, `${TOKEN}` and `***`.
pub(crate) fn secrets(text: &str) -> Vec<Secret> {
    // Nearly every text: an address has one of them.
    if memchr::memchr3(b'@', b'=', b'/', text.as_bytes()).is_none() && !text.contains("&#") {
        return Vec::new();
    }
    let mut found = Vec::new();
    urls(text, &mut found);
    users(text, &mut found);
    parameters(text, &mut found);
    attributes(text, &mut found);
    found.retain(|secret| !is_placeholder(&text[secret.place()]));
    found.sort_by_key(|secret| (secret.place().start, std::cmp::Reverse(secret.place().end)));
    let mut end = 0;
    found.retain(|secret| {
        let place = secret.place();
        let is_new = place.start >= end;
        end = end.max(place.end);
        is_new
    });
    found
}

/// A text with [`MASK`] for each secret in it.
pub(crate) fn masked(text: &str) -> Cow<'_, str> {
    with_each(text, |_| MASK.to_owned())
}

/// The same with `*` for each byte, so that nothing else moves; line ends stay.
pub(crate) fn masked_in_place(text: &str) -> Cow<'_, str> {
    with_each(text, |secret| {
        let stars = secret.bytes().map(|byte| match byte {
            b'\n' | b'\r' => char::from(byte),
            _ => '*',
        });
        stars.collect()
    })
}

fn with_each(text: &str, instead: impl Fn(&str) -> String) -> Cow<'_, str> {
    let secrets = secrets(text);
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for secret in secrets {
        let Range { start, end } = secret.place();
        masked.push_str(&text[at..start]);
        masked.push_str(&instead(&text[start..end]));
        at = end;
    }
    masked.push_str(&text[at..]);
    Cow::Owned(masked)
}

/// A text for people, or for a message field of a format for programs, without the secrets in it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Masked(Cow<'static, str>);

impl Masked {
    /// A text of the program's own, in which no secret can stand.
    pub const fn own(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl<T: Into<Cow<'static, str>>> From<T> for Masked {
    fn from(text: T) -> Self {
        let text = text.into();
        Self(match masked(&text) {
            Cow::Owned(masked) => masked.into(),
            Cow::Borrowed(_) => text,
        })
    }
}

impl Deref for Masked {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// So that several are joined like texts.
impl Borrow<str> for Masked {
    fn borrow(&self) -> &str {
        self
    }
}

impl AsRef<str> for Masked {
    fn as_ref(&self) -> &str {
        self
    }
}

impl PartialEq<&str> for Masked {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl PartialEq<str> for Masked {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self)
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

impl Serialize for Masked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// Where a text that holds an address ends: no address goes on behind it.
fn is_end(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '"' | '\'' | '<' | '>' | '`' | '“' | '”' | '„' | '‘' | '’'
        )
}

/// Where an `@` begins, written so or as XML may write it, and where it ends.
fn at_sign(text: &str) -> Option<Range<usize>> {
    const SPELLINGS: &[&str] = &["@", "&#64;", "&#x40;", "&#X40;"];
    let mut begins = memchr::memchr2_iter(b'@', b'&', text.as_bytes());
    begins.find_map(|at| {
        let spelling = SPELLINGS.iter().find(|one| text[at..].starts_with(**one))?;
        Some(at..at + spelling.len())
    })
}

/// The last `@` of a text.
fn last_at_sign(text: &str) -> Option<usize> {
    let mut last = None;
    let mut from = 0;
    while let Some(place) = at_sign(&text[from..]) {
        last = Some(from + place.start);
        from += place.end;
    }
    last
}

/// The user information and the secret paths of URLs.
fn urls(text: &str, found: &mut Vec<Secret>) {
    /// The same of one inside another.
    const NEAR: usize = 128;
    let mut token = 0;
    for (at, _) in text.match_indices("://") {
        let start = at + "://".len();
        let rest = &text[start..];
        let far = if at < token { NEAR } else { FAR };
        let rest = &rest[..rest.floor_char_boundary(far)];
        let rest = &rest[..rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '`' | '“' | '”'))
            .unwrap_or(rest.len())];
        token = token.max(start + rest.len());
        let end = rest.find(['/', '?', '\\']).unwrap_or(rest.len());
        let end = rest[..end]
            .match_indices('#')
            // Not that of `&#64;`.
            .find(|&(hash, _)| !rest[..hash].ends_with('&'))
            .map_or(end, |(hash, _)| hash);
        let mut host = rest;
        if let Some(at) = last_at_sign(&rest[..end]) {
            found.push(Secret::UserInfo(start..start + at));
            host = &rest[at..];
        } else if let Some(at) = odd_user(&text[start..], end) {
            found.push(Secret::UserInfo(start..start + at));
        }
        let shift = start + rest.len() - host.len();
        let host = host.trim_start_matches(['@']);
        let shift = shift + usize::from(rest.as_bytes().get(shift - start) == Some(&b'@'));
        if let Some(path) = webhooks::path(host) {
            found.push(Secret::Path(shift + path.start..shift + path.end));
        }
    }
}

/// The end of user information with a character in it that no password may have, such as a blank: it was
/// mistyped, and is shown all the same.
fn odd_user(text: &str, end: usize) -> Option<usize> {
    let colon = text[..end].find(':')?;
    let port = &text[colon + 1..end];
    if text.starts_with('[') || port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let most = text.floor_char_boundary(LONGEST);
    let near = text[..most].split("://").next()?;
    let at = at_sign(near.get(end..)?)?.start + end;
    Some(at)
}

/// The passwords of `sip:user:secret@host` and `user:secret@host`.
fn users(text: &str, found: &mut Vec<Secret>) {
    /// Behind these a user stands, and no password.
    const SCHEMES: &[&str] = &[
        "sip:", "sips:", "mailto:", "tel:", "xmpp:", "acct:", "im:", "pres:",
    ];
    let mut from = 0;
    while let Some(place) = at_sign(&text[from..]) {
        let at = from + place.start;
        let before = &text[from..at];
        let start = before.rfind(is_end).map_or(0, |end| {
            end + before[end..].chars().next().map_or(1, char::len_utf8)
        });
        let user = &before[start..];
        if !user.contains("://") {
            let lower = user.to_ascii_lowercase();
            let schemes = SCHEMES.iter().filter_map(|scheme| {
                let at = lower.find(scheme)?;
                let is_word = lower[..at].ends_with(|c: char| c.is_alphanumeric());
                (!is_word).then_some(at + scheme.len())
            });
            let begin = schemes.max().unwrap_or(0);
            if let Some(colon) = user[begin..].find(':') {
                let begin = from + start + begin + colon + 1;
                found.push(Secret::Password(begin..at));
            }
        }
        from += place.end;
    }
}

/// The values of secret parameters: in a query, in a fragment, and behind a semicolon.
fn parameters(text: &str, found: &mut Vec<Secret>) {
    let mut covered = 0;
    for (equals, _) in text.match_indices('=') {
        let is_name = |c: char| c.is_alphanumeric() || "_-.%[]$".contains(c);
        let name = text[..equals]
            .char_indices()
            .rev()
            .take_while(|&(at, c)| is_name(c) && at >= covered)
            .last()
            .map_or(equals, |(at, _)| at);
        let separator = text[..name].chars().next_back();
        let is_first = matches!(separator, Some('?' | '&' | ';' | '#' | '/'));
        if !is_first || name == equals || name < covered {
            continue;
        }
        let value = equals + 1;
        let written = &text[name..equals];
        let end = if is_secret(written) {
            value_end(&text[value..])
        } else {
            let near = &text[value..text.floor_char_boundary(value + LONGEST)];
            if !near.contains("%3") {
                continue;
            }
            let end = value_end(near);
            if !holds_secret(&near[..end]) {
                continue;
            }
            end
        };
        let content = &text[value..value + end];
        // `key=2` is a key that was pressed.
        if content.len() == 1 && !content.contains(char::is_alphabetic) {
            continue;
        }
        covered = value + end;
        found.push(Secret::Parameter {
            name: name..equals,
            value: value..value + end,
        });
    }
}

/// The end of the value that a text begins with.
fn value_end(text: &str) -> usize {
    let end = text.char_indices().find(|&(at, c)| match c {
        '&' => !text[at..].starts_with("&#"),
        '#' => !text[..at].ends_with('&'),
        ';' => begins_parameter(&text[at + 1..]),
        _ => is_end(c),
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// The values of attributes and settings whose names say that they are secret, in quotes: `token="…"`, and
/// `name="token" value="…"`.
fn attributes(text: &str, found: &mut Vec<Secret>) {
    /// How far in front of a value its name may stand.
    const NEAR: usize = 200;
    const QUOTES: &[&str] = &["\"", "'", "&quot;", "&#34;"];
    for (equals, _) in text.match_indices('=') {
        let behind = text[equals + 1..].trim_start();
        let Some(quote) = QUOTES.iter().find(|quote| behind.starts_with(**quote)) else {
            continue;
        };
        let start = text.len() - behind.len() + quote.len();
        let Some(length) = text[start..].find(quote) else {
            continue;
        };
        let before = text[..equals].trim_end();
        let is_name = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        let begin = before.rfind(|c: char| !is_name(c));
        let begin = begin.map_or(0, |at| {
            at + before[at..].chars().next().map_or(1, char::len_utf8)
        });
        let name = &before[begin..];
        let is_named = || {
            let near = before[..begin].len().saturating_sub(NEAR);
            let near = &before[before.ceil_char_boundary(near)..begin];
            let own = near.rsplit(['<', '>']).next().unwrap_or_default();
            let named = own
                .rsplit_once("name=")
                .map(|(_, named)| named.trim_start_matches(['"', '\'']));
            let named = named.map(|named| named.trim_start_matches("&quot;"));
            let named = named.and_then(|named| named.split(|c: char| !is_name(c)).next());
            named.is_some_and(names::is_telling)
        };
        if names::is_telling(name) || name.eq_ignore_ascii_case("value") && is_named() {
            found.push(Secret::Parameter {
                name: begin..begin + name.len(),
                value: start..start + length,
            });
        }
    }
}

fn begins_parameter(text: &str) -> bool {
    let near = &text[..text.floor_char_boundary(LONGEST)];
    let name = near.find(|c: char| !c.is_alphanumeric() && !"_-.".contains(c));
    name.is_some_and(|end| end > 0 && text[end..].starts_with('='))
}

/// Whether a value is an address in which a secret stands, written with `%`.
fn holds_secret(value: &str) -> bool {
    value.contains('%') && {
        let plain = decoded(value);
        plain.len() < value.len() && plain.contains("://") && !secrets(&plain).is_empty()
    }
}

/// A part of a URL without its `%`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let code = behind.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether something else is put in before the value is used.
fn is_placeholder(value: &str) -> bool {
    let is_variable = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    let is_in = |open: &str, close: char| value.starts_with(open) && value.ends_with(close);
    value.is_empty()
        || value
            .bytes()
            .all(|byte| matches!(byte, b'*' | b'.' | b':' | b'@'))
        || is_in("{", '}')
        || is_in("${", '}')
        || is_in("[", ']')
        || value.strip_prefix('$').is_some_and(is_variable)
}

#[cfg(test)]
mod tests;

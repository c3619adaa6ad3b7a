//! Where a Dial can go.

use std::borrow::Cow;

use crate::source::{Span, trimmed};

/// What kind of address a destination is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DestinationKind {
    /// `user@host[:port]`, observed.
    Sip,
    /// A telephone number (`dial-number`).
    Number,
}

/// One destination of a Dial.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Destination {
    /// What kind of address it is.
    pub kind: DestinationKind,
    /// The text as it was written, trimmed.
    pub text: Box<str>,
    /// The SIP port; absent for a number. 5060 unless the address names one (observed).
    pub port: Option<u16>,
    /// Where in the text the name stands.
    name: Span,
    /// Where in the text the host stands.
    host: Option<Span>,
    /// The name, where it does not stand in the text as it is.
    digits: Option<Box<str>>,
}

/// A [`Destination`] in the text that it is read from.
struct Parts<'a> {
    kind: DestinationKind,
    text: &'a str,
    name: Cow<'a, str>,
    host: Option<&'a str>,
    port: Option<u16>,
}

impl Destination {
    /// Reads `[sip:]user@host[:port][;parameters]`, or a number with optional `+`, spaces, dots,
    /// dashes and brackets. Nothing else is a destination.
    pub fn parse(text: &str) -> Option<Self> {
        let parts = Parts::parse(trimmed(text))?;
        let place = |part: &str| {
            let start = part.as_ptr() as usize - parts.text.as_ptr() as usize;
            Span::new(start, start + part.len())
        };
        let (name, digits) = match parts.name {
            Cow::Borrowed(name) => (place(name), None),
            Cow::Owned(digits) => (Span::default(), Some(digits.into())),
        };
        Some(Self {
            kind: parts.kind,
            text: parts.text.into(),
            port: parts.port,
            name,
            host: parts.host.map(place),
            digits,
        })
    }

    /// The SIP user, or the number without `+`.
    pub fn name(&self) -> &str {
        let written = || self.text.get(self.name.range()).unwrap_or_default();
        self.digits.as_deref().unwrap_or_else(written)
    }

    /// The SIP host; absent for a number.
    pub fn host(&self) -> Option<&str> {
        self.text.get(self.host?.range())
    }

    /// `user@host` without scheme, port and parameters, or the number's digits.
    pub fn address(&self) -> String {
        match self.host() {
            Some(host) => format!("{}@{host}", self.name()),
            None => self.name().to_owned(),
        }
    }
}

impl<'a> Parts<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        // Texts are short: to set a search up takes longer than to look at each byte.
        match text.bytes().position(|byte| byte == b'@') {
            Some(at) => Self::sip(text, at),
            None => Self::number(text),
        }
    }

    /// Reads a SIP address whose `@` stands there.
    fn sip(text: &'a str, at: usize) -> Option<Self> {
        let schemes = ["sip:", "sips:"];
        let scheme = schemes.iter().find(|scheme| text.starts_with(**scheme));
        let user = &text[scheme.map_or(0, |scheme| scheme.len())..at];
        let (host, port) = host(&text[at + 1..])?;
        if user.is_empty() || has_white_space(user) || host.is_empty() {
            return None;
        }
        Some(Self {
            kind: DestinationKind::Sip,
            text,
            name: user.into(),
            host: Some(host),
            port: Some(port),
        })
    }

    fn number(text: &'a str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit();
        let mut digits = Cow::Borrowed(text.strip_prefix('+').unwrap_or(text));
        if !digits.bytes().all(is_digit) {
            digits
                .to_mut()
                .retain(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')'));
            if !digits.bytes().all(is_digit) {
                return None;
            }
        }
        (!digits.is_empty()).then_some(Self {
            kind: DestinationKind::Number,
            text,
            name: digits,
            host: None,
            port: None,
        })
    }
}

/// The port of a SIP address that names none (observed).
const SIP: u16 = 5060;

fn has_white_space(text: &str) -> bool {
    let is_printed = |byte: u8| byte.is_ascii_graphic();
    !text.bytes().all(is_printed) && text.chars().any(char::is_whitespace)
}

/// Reads `host[:port][;parameters]`.
fn host(text: &str) -> Option<(&str, u16)> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if text.bytes().all(is_plain) {
        return Some((text, SIP));
    }
    let (host, port) = split_port(text.split(';').next()?)?;
    let is_allowed = |byte: u8| is_plain(byte) || matches!(byte, b'[' | b']' | b':');
    host.bytes().all(is_allowed).then_some((host, port))
}

/// Splits `host[:port]`; an IPv6 host stands in brackets. `None` where the port is no port.
fn split_port(host: &str) -> Option<(&str, u16)> {
    let bytes = host.as_bytes();
    let bracket = bytes.iter().rposition(|&byte| byte == b']');
    let bracket = bracket.map_or(0, |at| at + 1);
    let Some(colon) = bytes[bracket..].iter().position(|&byte| byte == b':') else {
        return Some((host, SIP));
    };
    let (name, port) = host.split_at(bracket + colon);
    match port[1..].parse() {
        Ok(0) | Err(_) => None,
        Ok(port) => Some((name, port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, Option<&str>, Option<u16>)>) {
        let read = Destination::parse(text);
        let read = read.as_ref().map(|one| (one.name(), one.host(), one.port));
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn addresses_and_numbers() {
        check(
            "anna@example.com",
            Some(("anna", Some("example.com"), Some(5060))),
        );
        check(
            "sip:anna@10.0.0.1:5080",
            Some(("anna", Some("10.0.0.1"), Some(5080))),
        );
        check(
            "a@[::1]:5070;transport=tcp",
            Some(("a", Some("[::1]"), Some(5070))),
        );
        check("+1 (222) 333-4455", Some(("12223334455", None, None)));
        for bad in [
            "",
            "anna",
            "@example.com",
            "anna@",
            "a@b:99999",
            "a@b:0",
            "a b@c",
            "1-800-FLOWERS",
        ] {
            check(bad, None);
        }
    }
}

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
    /// The text as it was written, trimmed, but for a password.
    pub text: Box<str>,
    /// The SIP port; absent for a number. 5060 unless the address names one (observed), 5061 for
    /// `sips:` and for TLS (RFC 3261, §19.1.2).
    pub port: Option<u16>,
    /// What of the text is not dialled, and should not stand there.
    pub dropped: Option<Dropped>,
    /// Where in the text the name stands.
    name: Span,
    /// Where in the text the host stands.
    host: Option<Span>,
    /// The name, where it does not stand in the text as it is.
    digits: Option<Box<str>>,
}

/// What of a destination's text is not dialled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dropped {
    /// A password behind the SIP user.
    Password,
    /// The 0 in brackets of a number with its country code, which is dialled within the country only.
    TrunkZero,
}

/// What of a text is no part of a destination.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DestinationFault {
    /// What is wrong.
    pub kind: DestinationFaultKind,
    /// Where, in the trimmed text.
    pub part: Span,
}

/// What is wrong with a text that is no destination.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DestinationFaultKind {
    /// It is neither an address nor a number.
    Neither,
    /// A character that nobody sees.
    Invisible(char),
    /// A blank inside an address.
    Blank,
    /// A second destination.
    Several,
    /// Nothing before the `@`.
    NoUser,
    /// Nothing behind the `@`.
    NoHost,
    /// A SIP scheme, and no `@`.
    NoAt,
    /// An opening bracket without its closing one, or the other way round.
    Bracket,
    /// A character that no host has.
    HostCharacter(char),
    /// A port that is none.
    Port,
    /// A parameter that is none, or one behind a number.
    Parameter,
    /// Headers behind a `?`.
    Headers,
    /// An extension behind a number.
    Extension,
    /// A character that no number has.
    NumberCharacter(char),
}

/// A [`Destination`] in the text that it is read from.
struct Parts<'a> {
    kind: DestinationKind,
    text: &'a str,
    name: Cow<'a, str>,
    host: Option<&'a str>,
    port: Option<u16>,
    /// The password behind the user, with its colon.
    password: Option<&'a str>,
    dropped: Option<Dropped>,
}

impl Destination {
    /// Reads `[sip:]user[:password]@host[:port][;parameters]`, or a number with optional `+`, spaces,
    /// dots, dashes and brackets. Nothing else is a destination.
    ///
    /// # Errors
    /// The part at fault.
    pub fn parse(text: &str) -> Result<Self, DestinationFault> {
        let parts = Parts::parse(trimmed(text))?;
        let password = parts.password.map(|part| place(parts.text, part));
        // What stands behind a password moves up.
        let placed = |part: &str| {
            let Span { start, end } = place(parts.text, part);
            let moved = password.filter(|password| password.end <= start);
            let by = moved.map_or(0, |password| password.end - password.start);
            Span {
                start: start - by,
                end: end - by,
            }
        };
        let (name, digits) = match &parts.name {
            Cow::Borrowed(name) => (placed(name), None),
            Cow::Owned(digits) => (Span::default(), Some(digits.as_str().into())),
        };
        let text = match password {
            Some(password) => {
                let (before, behind) = (
                    &parts.text[..password.start as usize],
                    &parts.text[password.end as usize..],
                );
                [before, behind].concat().into()
            }
            None => parts.text.into(),
        };
        Ok(Self {
            kind: parts.kind,
            text,
            port: parts.port,
            dropped: parts.dropped,
            name,
            host: parts.host.map(placed),
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

/// Where a part of a text stands in it.
fn place(text: &str, part: &str) -> Span {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    Span::new(start, start + part.len())
}

use DestinationFaultKind as Fault;

impl Fault {
    fn at(self, part: Span) -> DestinationFault {
        DestinationFault { kind: self, part }
    }

    /// At the first character of a text's part.
    fn at_first(self, text: &str, part: &str) -> DestinationFault {
        let Span { start, .. } = place(text, part);
        let length = part.chars().next().map_or(0, char::len_utf8);
        self.at(Span::new(start as usize, start as usize + length))
    }
}

impl<'a> Parts<'a> {
    fn parse(text: &'a str) -> Result<Self, DestinationFault> {
        if !text.bytes().all(is_usual) {
            let invisible = text.char_indices().find(|&(_, c)| is_invisible(c));
            if let Some((at, character)) = invisible {
                return Err(Fault::Invisible(character).at_first(text, &text[at..]));
            }
        }
        let scheme = scheme(text);
        // Texts are short: to set a search up takes longer than to look at each byte.
        match text.bytes().position(|byte| byte == b'@') {
            Some(at) => Self::sip(text, scheme, at),
            None if scheme.is_some() => Err(Fault::NoAt.at(Span::new(0, text.len()))),
            None => Self::number(text),
        }
    }

    /// Reads a SIP address whose first `@` stands there.
    fn sip(text: &'a str, scheme: Option<&str>, at: usize) -> Result<Self, DestinationFault> {
        let user = &text[scheme.map_or(0, str::len)..at];
        let behind = &text[at + 1..];
        let is_plain = |byte: u8| is_usual(byte) && byte != b'@';
        let is_sound = [user, behind].iter().all(|part| part.bytes().all(is_plain));
        if let Some(fault) = (!is_sound).then(|| sip_fault(text, user, behind)).flatten() {
            return Err(fault);
        }
        let (user, password) = match user.find(':') {
            Some(colon) => (&user[..colon], Some(&user[colon..])),
            None => (user, None),
        };
        if user.is_empty() {
            return Err(Fault::NoUser.at(Span::new(at, at + 1)));
        }
        let usual = match scheme {
            Some(scheme) if scheme.len() > "sip:".len() => SIPS,
            _ => SIP,
        };
        let (host, port) = host(text, behind, usual)?;
        Ok(Self {
            kind: DestinationKind::Sip,
            text,
            name: user.into(),
            host: Some(host),
            port: Some(port),
            password,
            dropped: password.map(|_| Dropped::Password),
        })
    }

    fn number(text: &'a str) -> Result<Self, DestinationFault> {
        let is_digit = |byte: u8| byte.is_ascii_digit();
        let begins = text.strip_prefix('+').unwrap_or(text);
        let mut digits = Cow::Borrowed(begins);
        let mut dropped = None;
        if !digits.bytes().all(is_digit) {
            if let Some(fault) = number_fault(text, begins) {
                return Err(fault);
            }
            let is_international = begins.len() < text.len() || begins.starts_with("00");
            let trunk = begins.find("(0)").filter(|&at| is_international && at > 0);
            dropped = trunk.map(|_| Dropped::TrunkZero);
            let kept = match trunk {
                Some(at) => [&begins[..at], &begins[at + "(0)".len()..]].concat(),
                None => begins.to_owned(),
            };
            digits = Cow::Owned(kept.chars().filter(char::is_ascii_digit).collect());
        }
        if digits.is_empty() {
            Err(Fault::Neither.at(Span::new(0, text.len())))
        } else {
            Ok(Self {
                kind: DestinationKind::Number,
                text,
                name: digits,
                host: None,
                port: None,
                password: None,
                dropped,
            })
        }
    }
}

/// What is wrong with the characters of a number.
fn number_fault(text: &str, begins: &str) -> Option<DestinationFault> {
    let is_allowed = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '.' | '-' | '(' | ')');
    let (at, character) = begins.char_indices().find(|&(_, c)| !is_allowed(c))?;
    let rest = &begins[at..];
    let has_digits = begins[..at].bytes().any(|byte| byte.is_ascii_digit());
    Some(match character {
        ',' | '/' | '|' | '&' if has_digits => Fault::Several.at_first(text, rest),
        ';' if has_digits && !rest[1..].contains('=') => Fault::Several.at_first(text, rest),
        ';' if has_digits => Fault::Parameter.at(place(text, rest)),
        _ if has_digits && is_extension(rest) => Fault::Extension.at(place(text, rest)),
        _ if !has_digits => Fault::Neither.at(Span::new(0, text.len())),
        other => Fault::NumberCharacter(other).at_first(text, rest),
    })
}

/// Whether a text is an extension such as `x 45` or `ext. 12`.
fn is_extension(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "x",
        "ext",
        "extn",
        "extension",
        "poste",
        "durchwahl",
        "anexo",
        "int",
    ];
    let letters = text
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(letters);
    let rest = rest.trim_start_matches([' ', '.', ':', '-', '#', '=']);
    let is_word = text.starts_with('#') || WORDS.iter().any(|one| word.eq_ignore_ascii_case(one));
    is_word && rest.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a byte of a destination is nothing to look at twice, as nearly all are.
fn is_usual(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.' | b'-' | b'_' | b'+' | b':')
}

/// What stands in a SIP address that may stand in none.
fn sip_fault(text: &str, user: &str, behind: &str) -> Option<DestinationFault> {
    if let Some(bracket) = user.find(['<', '>', '"']) {
        return Some(Fault::Bracket.at_first(text, &user[bracket..]));
    }
    let mut parts = [user, behind].into_iter();
    if let Some(separator) = parts.find_map(|part| Some(&part[part.find(',')?..])) {
        return Some(Fault::Several.at_first(text, separator));
    }
    if let Some(second) = behind.find('@') {
        return Some(Fault::Several.at_first(text, &behind[second..]));
    }
    let blank = text.find(char::is_whitespace)?;
    Some(Fault::Blank.at_first(text, &text[blank..]))
}

/// The port of a SIP address that names none (observed).
const SIP: u16 = 5060;

/// The port of a `sips:` address, or one with TLS, that names none.
const SIPS: u16 = 5061;

/// The scheme that a text begins with, in any case, with its colon.
fn scheme(text: &str) -> Option<&str> {
    let is_it = |scheme: &&str| {
        let begins = text.get(..scheme.len());
        begins.is_some_and(|begins| begins.eq_ignore_ascii_case(scheme))
    };
    let found = ["sip:", "sips:"].into_iter().find(is_it)?;
    text.get(..found.len())
}

/// Whether nobody sees a character: a mark of direction or width, a control.
fn is_invisible(character: char) -> bool {
    let is_blank = matches!(character, '\t' | '\n' | '\r');
    character.is_control() && !is_blank
        || matches!(character, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Reads `host[:port][;parameters]` at the end of a text.
fn host<'a>(text: &str, behind: &'a str, usual: u16) -> Result<(&'a str, u16), DestinationFault> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if behind.bytes().all(is_plain) {
        return if behind.is_empty() {
            Err(Fault::NoHost.at(Span::new(text.len() - 1, text.len())))
        } else {
            Ok((behind, usual))
        };
    }
    let headers = behind.find('?').unwrap_or(behind.len());
    if headers < behind.len() {
        return Err(Fault::Headers.at(place(text, &behind[headers..])));
    }
    let (address, parameters) = behind.split_at(behind.find(';').unwrap_or(behind.len()));
    if let Some(wrong) = parameters.split(';').skip(1).find(|one| !is_parameter(one)) {
        return Err(Fault::Parameter.at(place(text, wrong)));
    }
    // TLS has a port of its own (RFC 3261, §19.1.2).
    let is_tls = |one: &str| one.eq_ignore_ascii_case("transport=tls");
    let usual = if parameters.split(';').any(is_tls) {
        SIPS
    } else {
        usual
    };
    let (host, port) = match address.strip_prefix('[') {
        Some(inside) => {
            let Some(end) = inside.find(']') else {
                return Err(Fault::Bracket.at_first(text, address));
            };
            address.split_at(end + 2)
        }
        None => address.split_at(address.find(':').unwrap_or(address.len())),
    };
    if host.is_empty() {
        return Err(Fault::NoHost.at_first(text, behind));
    }
    let is_ipv6 = host.starts_with('[');
    let is_allowed =
        |c: char| c.is_ascii() && is_plain(c as u8) || is_ipv6 && matches!(c, '[' | ']' | ':');
    if let Some((at, wrong)) = host.char_indices().find(|&(_, c)| !is_allowed(c)) {
        let kind = match wrong {
            '[' | ']' | '<' | '>' => Fault::Bracket,
            wrong => Fault::HostCharacter(wrong),
        };
        return Err(kind.at_first(text, &host[at..]));
    }
    if port.is_empty() {
        return Ok((host, usual));
    }
    let number = port
        .strip_prefix(':')
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    match number.and_then(|digits| digits.parse().ok()) {
        Some(0) | None => Err(Fault::Port.at(place(
            text,
            port.strip_prefix(':')
                .filter(|rest| !rest.is_empty())
                .unwrap_or(port),
        ))),
        Some(port) => Ok((host, port)),
    }
}

/// Whether a text is a parameter of a SIP address: a name, and perhaps a value.
fn is_parameter(text: &str) -> bool {
    let is_token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"=;,?@<>\"".contains(&byte))
    };
    match text.split_once('=') {
        Some((name, value)) => is_token(name) && is_token(value),
        None => is_token(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, Option<&str>, Option<u16>)>) {
        let read = Destination::parse(text);
        let read = read
            .as_ref()
            .ok()
            .map(|one| (one.name(), one.host(), one.port));
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
        check(
            "SIP:anna@PBX.example.com",
            Some(("anna", Some("PBX.example.com"), Some(5060))),
        );
        check(
            "sips:anna@example.com",
            Some(("anna", Some("example.com"), Some(5061))),
        );
        check(
            "Sips:anna@example.com:5080",
            Some(("anna", Some("example.com"), Some(5080))),
        );
        check(
            "anna@example.com;transport=TLS",
            Some(("anna", Some("example.com"), Some(5061))),
        );
        check("+1 (222) 333-4455", Some(("12223334455", None, None)));
        check("+44 (0)20 7946 0000", Some(("442079460000", None, None)));
        check("(0)20 7946 0000", Some(("02079460000", None, None)));
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

    #[test]
    fn what_is_not_dialled_is_dropped() {
        let read =
            Destination::parse("sip:anna:secret@pbx.example.com:5070;transport=tls").unwrap();
        assert_eq!(&*read.text, "sip:anna@pbx.example.com:5070;transport=tls");
        assert_eq!(
            (read.name(), read.host(), read.port),
            ("anna", Some("pbx.example.com"), Some(5070))
        );
        assert_eq!(read.dropped, Some(Dropped::Password));
        let read = Destination::parse("+44 (0)20 7946 0000").unwrap();
        assert_eq!(read.dropped, Some(Dropped::TrunkZero));
    }

    #[test]
    fn what_is_no_destination_names_the_part() {
        for (text, kind, part) in [
            ("", Fault::Neither, ""),
            ("anna", Fault::Neither, "anna"),
            ("sip:12025550123", Fault::NoAt, "sip:12025550123"),
            ("@example.com", Fault::NoUser, "@"),
            ("anna@", Fault::NoHost, "@"),
            ("anna@:5060", Fault::NoHost, ":"),
            ("anna@pbx.example.com:70000", Fault::Port, "70000"),
            ("anna@pbx.example.com:sip", Fault::Port, "sip"),
            ("anna@pbx.example.com:", Fault::Port, ":"),
            (
                "anna@pbx.example.com;transport=",
                Fault::Parameter,
                "transport=",
            ),
            ("anna@pbx.example.com;;x", Fault::Parameter, ""),
            ("12025550123;ext=45", Fault::Parameter, ";ext=45"),
            (
                "anna@pbx.example.com?subject=hi",
                Fault::Headers,
                "?subject=hi",
            ),
            ("anna@a.example,ben@b.example", Fault::Several, ","),
            ("anna@a.example ben@b.example", Fault::Several, "@"),
            ("12025550123,12025550124", Fault::Several, ","),
            ("12025550123;12025550124", Fault::Several, ";"),
            ("anna@[::1", Fault::Bracket, "["),
            ("<sip:anna@a.example>", Fault::Bracket, "<"),
            ("anna@a.example>", Fault::Bracket, ">"),
            (
                "anna@a\u{200b}.example",
                Fault::Invisible('\u{200b}'),
                "\u{200b}",
            ),
            (
                "1202555\u{202a}0123",
                Fault::Invisible('\u{202a}'),
                "\u{202a}",
            ),
            ("an na@a.example", Fault::Blank, " "),
            ("anna@a!b.example", Fault::HostCharacter('!'), "!"),
            ("12025550123 x 45", Fault::Extension, "x 45"),
            ("12025550123 ext. 45", Fault::Extension, "ext. 45"),
            ("12025550123#45", Fault::Extension, "#45"),
            ("1-800-FLOWERS", Fault::NumberCharacter('F'), "F"),
            ("1202555o123", Fault::NumberCharacter('o'), "o"),
        ] {
            let fault = Destination::parse(text).unwrap_err();
            let found = text.get(fault.part.range());
            assert_eq!((fault.kind, found), (kind, Some(part)), "{text}");
        }
    }
}

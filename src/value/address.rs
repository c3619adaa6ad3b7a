//! URLs and caller IDs.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::{Json, Kind, Refusal, Value};
use crate::channel::{Destination, DestinationFault, DestinationFaultKind, DestinationKind};

/// An absolute `http` or `https` URL.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Url(pub Box<str>);

impl Value for Url {
    const KIND: Kind = Kind::new("URL", "a URL, such as https://example.com/flow")
        .pattern("\\s*[Hh][Tt][Tt][Pp][Ss]?://[^\\s/?#][^\\s]*\\s*");

    fn read(text: &str) -> Result<Self, Refusal> {
        let Some((scheme, rest)) = text.split_once("://") else {
            let host = text.split(['/', '?']).next().unwrap_or("");
            let is_host = host.contains('.') && !text.contains(char::is_whitespace);
            return Err(if is_host {
                Refusal::help(format!("did you mean `https://{text}`?"))
            } else {
                Refusal::default()
            });
        };
        if let Some((at, blank)) = text.char_indices().find(|(_, c)| c.is_whitespace()) {
            return Err(Refusal {
                help: Some("a blank inside a URL is written `%20`".into()),
                ..Refusal::part(at, at + blank.len_utf8())
            });
        }
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        let known = ["http", "https"]
            .iter()
            .any(|one| scheme.eq_ignore_ascii_case(one));
        if known && !host.is_empty() {
            Ok(Self(text.into()))
        } else {
            Err(Refusal::default())
        }
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

/// Declares a type of destination: its kind, and which destinations it takes.
macro_rules! destinations {
    ($(#[doc = $doc:literal] $name:ident = $kind:expr, $takes:pat,)+) => {$(
        #[doc = $doc]
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub struct $name(pub Destination);

        impl Value for $name {
            const KIND: Kind = $kind;

            fn read(text: &str) -> Result<Self, Refusal> {
                match Destination::parse(text) {
                    Ok(one) if matches!(one.kind, $takes) => Ok(Self(one)),
                    Ok(_) => Err(Refusal::default()),
                    Err(fault) => Err(refusal(text, fault)),
                }
            }

            fn text(&self) -> Cow<'_, str> {
                Cow::Borrowed(&self.0.text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0.text)
            }
        }
    )+};
}

destinations! {
    /// Where a Dial goes; compiled to the text as it was written (observed).
    Address = Kind::new(
        "address",
        "a SIP address such as user@host, or a phone number such as 12223334455",
    )
    .pattern("\\s*([^@\\s]+@[A-Za-z0-9._:\\[\\]\\-]+(;[\\s\\S]*)?|\\+?[ .()\\-]*[0-9][0-9 .()\\-]*)\\s*"), _,
    /// Where a Dial goes: a SIP address.
    SipAddress = Kind::new("SIP address", "a SIP address, such as user@host")
        .pattern("\\s*[^@\\s]+@[A-Za-z0-9._:\\[\\]\\-]+(;[\\s\\S]*)?\\s*"), DestinationKind::Sip,
    /// Where a Dial goes: a phone number.
    PhoneNumber = Kind::new("phone number", "a phone number, such as 12223334455")
        .pattern("\\s*\\+?[ .()\\-]*[0-9][0-9 .()\\-]*\\s*"), DestinationKind::Number,
}

/// What is wrong with a text that is no destination, and what to write instead.
fn refusal(text: &str, fault: DestinationFault) -> Refusal {
    use DestinationFaultKind as Kind;
    let part = Some((fault.part.start as usize, fault.part.end as usize));
    let (why, help): (Option<Cow<'static, str>>, Option<Cow<'static, str>>) = match fault.kind {
        Kind::Neither => {
            let number = text
                .get(..4)
                .filter(|scheme| scheme.eq_ignore_ascii_case("tel:"));
            let number = number.and_then(|_| Destination::parse(&text[4..]).ok());
            let help = number.map(|number| format!("write `{}`", number.text).into());
            (None, help)
        }
        Kind::Invisible(character) => (
            Some(format!("an invisible character, U+{:04X}", u32::from(character)).into()),
            Some("delete it: it was probably copied from another program".into()),
        ),
        Kind::Blank => (
            Some("a blank inside an address".into()),
            Some("a blank inside a SIP user is written `%20`".into()),
        ),
        Kind::Several => (
            Some("a second destination begins here".into()),
            Some("write each destination as a separate element".into()),
        ),
        Kind::NoUser => (Some("there is no user before the `@`".into()), None),
        Kind::NoHost => (Some("there is no host after the `@`".into()), None),
        Kind::NoAt => (
            Some("a SIP address has a user, `@` and a host".into()),
            None,
        ),
        Kind::Bracket => (
            Some("a bracket without its pair, or in the wrong place".into()),
            Some(
                "write an IPv6 address in `[` and `]`, and a SIP address without `<` and `>`"
                    .into(),
            ),
        ),
        Kind::HostCharacter(character) => (
            Some(
                format!(
                    "a host name does not contain `{}`",
                    character.escape_debug()
                )
                .into(),
            ),
            None,
        ),
        Kind::Port => (Some("a port is a number from 1 to 65535".into()), None),
        Kind::Parameter => (
            Some(if text.contains('@') {
                "a parameter is a name, or a name, `=` and a value".into()
            } else {
                "a phone number does not have parameters".into()
            }),
            None,
        ),
        Kind::Headers => (
            Some("headers cannot be dialled".into()),
            Some("delete everything from `?` on".into()),
        ),
        Kind::Extension => (
            Some("an extension cannot be dialled together with its number".into()),
            Some("dial only the number, or the SIP address of the extension".into()),
        ),
        Kind::NumberCharacter(character) => match spelt_out(text) {
            Some(digits) => (
                Some("letters cannot be dialled".into()),
                Some(format!("letters cannot be dialled: write `{digits}`").into()),
            ),
            None => (
                Some(
                    format!(
                        "a phone number does not contain `{}`",
                        character.escape_debug()
                    )
                    .into(),
                ),
                None,
            ),
        },
    };
    Refusal {
        help,
        part,
        why,
        instead: None,
    }
}

/// The digits of a number that is partly written in letters, such as 1-800-FLOWERS.
fn spelt_out(text: &str) -> Option<String> {
    let key = |c: char| match c.to_ascii_uppercase() {
        digit @ '0'..='9' => Some(digit),
        'A'..='C' => Some('2'),
        'D'..='F' => Some('3'),
        'G'..='I' => Some('4'),
        'J'..='L' => Some('5'),
        'M'..='O' => Some('6'),
        'P'..='S' => Some('7'),
        'T'..='V' => Some('8'),
        'W'..='Z' => Some('9'),
        _ => None,
    };
    let begins = text.strip_prefix('+').unwrap_or(text);
    let is_number = begins.starts_with(|c: char| c.is_ascii_digit())
        && begins
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || " .-()".contains(c));
    let digits: String = begins.chars().filter_map(key).collect();
    let written = begins.chars().filter(char::is_ascii_digit).count();
    let is_spelt = written >= 3 && written < digits.len() && (7..=15).contains(&digits.len());
    (is_number && is_spelt).then_some(digits)
}

/// A caller ID: compiled to a JSON number without `+` where it is one (observed on Dial).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CallerId(pub Box<str>);

impl CallerId {
    /// The number without its leading `+`.
    pub fn without_plus(&self) -> &str {
        self.0.strip_prefix('+').unwrap_or(&self.0)
    }
}

impl Value for CallerId {
    const KIND: Kind = Kind::new("caller ID", "a phone number or a SIP user, without blanks")
        .pattern("\\+?[^\\s+][^\\s]*")
        .json(Json::IntegerOrText);

    fn read(text: &str) -> Result<Self, Refusal> {
        let name = text.strip_prefix('+').unwrap_or(text);
        if name.is_empty() || name.starts_with('+') || name.contains(char::is_whitespace) {
            Err(Refusal::default())
        } else {
            Ok(Self(text.into()))
        }
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

impl Serialize for CallerId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits = self.without_plus();
        // A leading zero is part of the number: it stays text.
        match digits.parse::<u64>() {
            Ok(number) if number.to_string() == digits => serializer.serialize_u64(number),
            _ => serializer.serialize_str(digits),
        }
    }
}

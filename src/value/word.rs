//! Words, texts and keys.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::number::json_number;
use super::{Json, Kind, Refusal, Value, nearest};
use crate::channel::Method;
use crate::source::trimmed;

/// A text: trimmed at both ends, inner blanks kept (observed).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Text(pub Box<str>);

impl Value for Text {
    const KIND: Kind = Kind::new("text", "a text that is not empty").pattern("\\s*\\S[\\s\\S]*");

    fn read(text: &str) -> Result<Self, Refusal> {
        match trimmed(text) {
            "" => Err(Refusal::default()),
            text => Ok(Self(text.into())),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

/// The code of a language. Most commands leave it at its default, which takes no memory of its own.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Language(pub Cow<'static, str>);

impl Value for Language {
    const KIND: Kind = Text::KIND;

    fn read(text: &str) -> Result<Self, Refusal> {
        Text::read(text).map(|text| Self(text.0.into_string().into()))
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

/// Keys of a telephone: `0`–`9`, `*`, `#`, and `A`–`D`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Digits(pub Box<str>);

impl Digits {
    /// All keys of a telephone.
    pub const KEYS: &'static str = "1234567890*#ABCD";
}

impl Value for Digits {
    const KIND: Kind =
        Kind::new("keys", "keys of a telephone: 0-9, *, # or A-D").pattern("[0-9A-D*#]+");

    fn read(text: &str) -> Result<Self, Refusal> {
        match text.char_indices().find(|&(_, c)| !Self::KEYS.contains(c)) {
            Some((at, c)) => Err(Refusal::part(at, at + c.len_utf8())),
            None if text.is_empty() => Err(Refusal::default()),
            None => Ok(Self(text.into())),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

/// Declares a type of a few words: the enum, how it is read, and how it is written.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident $kind:literal $expected:literal $($variant:ident $word:literal)+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`")] $variant,)+
        }

        impl $name {
            /// The word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl Value for $name {
            const KIND: Kind = Kind::new($kind, $expected).words(&[$($word),+]);

            fn read(text: &str) -> Result<Self, Refusal> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(did_you_mean(text, Self::KIND.words)),
                }
            }

            fn text(&self) -> Cow<'_, str> {
                Cow::Borrowed(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

words! {
    /// Which side of a call hears something (documented for Play and Tone).
    Leg "leg" "one of `aleg`, `bleg`, `both`"
    A "aleg"
    B "bleg"
    Both "both"
}

words! {
    /// The engine of a synthesised voice (documented).
    VoiceKind "voice type" "one of `Standard`, `WaveNet`"
    Standard "Standard"
    WaveNet "WaveNet"
}

words! {
    /// The gender of a synthesised voice (documented).
    Gender "gender" "one of `FEMALE`, `MALE`"
    Female "FEMALE"
    Male "MALE"
}

/// Yes or no: `true` or `false`, compiled to a boolean (observed).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Flag(pub bool);

impl Value for Flag {
    const KIND: Kind = Kind::new("flag", "`true` or `false`")
        .words(&["true", "false"])
        .json(Json::Flag);

    fn read(text: &str) -> Result<Self, Refusal> {
        match text {
            "true" => Ok(Self(true)),
            "false" => Ok(Self(false)),
            "1" | "yes" | "on" | "True" | "TRUE" => Err(Refusal::default().instead("true")),
            "0" | "no" | "off" | "False" | "FALSE" => Err(Refusal::default().instead("false")),
            _ => Err(Refusal::default()),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(if self.0 { "true" } else { "false" })
    }
}

/// An HTTP method. Examples of the documentation write it in lower case too.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Verb(pub Method);

impl Value for Verb {
    const KIND: Kind = Kind::new("method", "one of `GET`, `POST`, `PATCH`, `DELETE`")
        .words(&[
            "GET", "POST", "PATCH", "DELETE", "get", "post", "patch", "delete",
        ])
        .json(Json::Words(&["GET", "POST", "PATCH", "DELETE"]));

    fn read(text: &str) -> Result<Self, Refusal> {
        match text {
            "GET" | "get" => Ok(Self(Method::Get)),
            "POST" | "post" => Ok(Self(Method::Post)),
            "PATCH" | "patch" => Ok(Self(Method::Patch)),
            "DELETE" | "delete" => Ok(Self(Method::Delete)),
            _ => Err(did_you_mean(text, Self::KIND.words)),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0.as_str())
    }
}

impl Serialize for Verb {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// A value whose type its text decides: string, integer, float, null or boolean (documented).
#[derive(Clone, PartialEq, Debug)]
pub enum Scalar {
    /// `null`
    Null,
    /// `true` or `false`
    Flag(bool),
    /// A number that JSON prints as its text has it.
    Number(f64),
    /// Anything else.
    Text(Box<str>),
}

impl Value for Scalar {
    const KIND: Kind =
        Kind::new("any value", "a string, number, boolean or null").json(Json::Scalar);

    fn read(text: &str) -> Result<Self, Refusal> {
        Ok(match text.trim() {
            "null" => Self::Null,
            "true" => Self::Flag(true),
            "false" => Self::Flag(false),
            // A leading zero or plus is part of a code or number, not of a quantity; JSON has no
            // `NaN`, no infinity, and not every digit of a long number.
            text => match text.parse().map(Self::Number) {
                Ok(number) if number.text() == text => number,
                _ => Self::Text(text.into()),
            },
        })
    }

    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed("null"),
            Self::Flag(true) => Cow::Borrowed("true"),
            Self::Flag(false) => Cow::Borrowed("false"),
            Self::Number(number) => json_number(*number).to_string().into(),
            Self::Text(text) => Cow::Borrowed(text),
        }
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => json_number(*number).serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// A refusal that names the word which was probably meant.
pub(super) fn did_you_mean(text: &str, words: &[&'static str]) -> Refusal {
    let fold = |word: &&&str| word.eq_ignore_ascii_case(text);
    match words
        .iter()
        .find(fold)
        .copied()
        .or_else(|| nearest(text, words.iter().copied()))
    {
        Some(word) => Refusal::help(format!("did you mean `{word}`?")).instead(word),
        None => Refusal::default(),
    }
}

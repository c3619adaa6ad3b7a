//! Attribute types.
//!
//! Each type knows how to read itself from text, what it expected, how to write itself as JSON,
//! and what an editor may offer. A text that it cannot read is refused, never replaced.
//!
//! Source of the coercions: in the reference event numeric strings became numbers and `"false"` a
//! boolean; texts are trimmed at both ends.

use std::borrow::Cow;

use serde::Serialize;

mod address;
mod calendar;
mod number;
#[cfg(test)]
mod tests;
mod word;

pub use address::{Address, CallerId, PhoneNumber, SipAddress, Url};
pub use calendar::{Counties, Days, States, Window};
pub use number::{Count, Decibels, Hertz, Millis, Positive};
pub use word::{Digits, Flag, Gender, Language, Leg, Scalar, Text, Verb, VoiceKind};

/// What a type tells editors, schemas and messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind {
    /// A short name for tables, such as `milliseconds`.
    pub name: &'static str,
    /// What was expected, to stand behind "expected".
    pub expected: &'static str,
    /// The words that are allowed, where there are only so many.
    pub words: &'static [&'static str],
    /// A pattern that every accepted text matches (the common subset of XML Schema and ECMA-262),
    /// where the words do not say it.
    pub pattern: Option<&'static str>,
    /// What it becomes in the compiled JSON.
    pub json: Json,
    /// A bit that few other types have: it tells at a glance that a type is none of several.
    pub mark: u64,
}

/// What a value becomes in the compiled JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Json {
    /// A string: the text, trimmed.
    Text,
    /// One of these strings.
    Words(&'static [&'static str]),
    /// A boolean.
    Flag,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A whole number where the text is one, otherwise a string.
    IntegerOrText,
    /// An array of whole numbers.
    Integers,
    /// A string, number, boolean or null, as the text decides.
    Scalar,
}

impl Kind {
    /// A type described in words only.
    pub const fn new(name: &'static str, expected: &'static str) -> Self {
        Self {
            name,
            expected,
            words: &[],
            pattern: None,
            json: Json::Text,
            mark: mark(name),
        }
    }

    /// The same type with the words that it takes.
    #[must_use]
    pub const fn words(mut self, words: &'static [&'static str]) -> Self {
        self.words = words;
        self
    }

    /// The same type with a pattern.
    #[must_use]
    pub const fn pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// The same type with what it becomes in the compiled JSON, where that is no text.
    #[must_use]
    pub const fn json(mut self, json: Json) -> Self {
        self.json = json;
        self
    }
}

/// One of 64 bits, which depends on a name.
const fn mark(name: &str) -> u64 {
    let mut sum = 0_u32;
    let mut at = 0;
    while at < name.len() {
        sum = sum
            .wrapping_mul(31)
            .wrapping_add(name.as_bytes()[at] as u32);
        at += 1;
    }
    1 << (sum % 64)
}

/// Why a text was refused.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Refusal {
    /// What to do about it, where that can be guessed.
    pub help: Option<Cow<'static, str>>,
    /// What was probably meant, in place of that part.
    pub instead: Option<Cow<'static, str>>,
    /// The part of the text at fault, as byte offsets; the whole where absent.
    pub part: Option<(usize, usize)>,
    /// What is wrong with that part; absent where what was expected says it.
    pub why: Option<Cow<'static, str>>,
}

impl Refusal {
    /// A refusal of a part of the text.
    pub fn part(start: usize, end: usize) -> Self {
        Self {
            part: Some((start, end)),
            ..Self::default()
        }
    }

    /// The same refusal with what was probably meant, in place of its part or the whole.
    #[must_use]
    pub fn instead(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        let text = text.into();
        self.help
            .get_or_insert_with(|| format!("write `{text}`").into());
        self.instead = Some(text);
        self
    }

    /// A refusal that says what to write.
    pub fn help(help: impl Into<Cow<'static, str>>) -> Self {
        Self {
            help: Some(help.into()),
            ..Self::default()
        }
    }
}

/// A type of attribute.
pub trait Value: Sized + Serialize {
    /// What the type tells editors, schemas and messages.
    const KIND: Kind;

    /// Whether an element may leave the attribute out and give it no default.
    const OPTIONAL: bool = false;

    /// Reads the text, which has been trimmed.
    ///
    /// # Errors
    /// A [`Refusal`] where the text is no such value.
    fn read(text: &str) -> Result<Self, Refusal>;

    /// The value as it would stand in XML.
    fn text(&self) -> Cow<'_, str>;

    /// The value of an attribute that was left out, for types that allow it.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether the value stands for an attribute that was left out: it is not written.
    fn is_absent(&self) -> bool {
        false
    }
}

/// An attribute that may be left out and has no default.
impl<T: Value> Value for Option<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;

    fn read(text: &str) -> Result<Self, Refusal> {
        T::read(text).map(Some)
    }

    fn text(&self) -> Cow<'_, str> {
        self.as_ref().map_or(Cow::Borrowed(""), Value::text)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// Whether two words are the same name in another spelling: in upper or lower case, with or without
/// `_` and `-`.
pub fn is_same_name(one: &str, other: &str) -> bool {
    let letters = |word: &'_ str| -> String {
        let kept = word.chars().filter(|c| !matches!(c, '_' | '-'));
        kept.map(|c| c.to_ascii_lowercase()).collect()
    };
    letters(one) == letters(other)
}

/// The word of a list that is nearest to a text, if one is near enough to have been meant.
pub fn nearest<'a>(text: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = text.to_ascii_lowercase();
    words
        .into_iter()
        .map(|word| {
            let likeness =
                strsim::normalized_damerau_levenshtein(&folded, &word.to_ascii_lowercase());
            (word, likeness)
        })
        .filter(|&(_, likeness)| likeness >= 0.6)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(word, _)| word)
}

//! The values of a scenario file: each type reads itself from TOML and writes itself back.
//!
//! No value is ever replaced: what cannot be read is refused.

use std::num::NonZeroU32;

use toml::de::DeValue;

use crate::source::Span;

use super::{Holds, Refusal, Text};

/// A value and where the scenario file says it. Equal when the values are equal.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The place in the scenario file; none where it came from the command line or from a program.
    /// A path with a place is relative to the scenario file, any other to the working directory.
    pub span: Option<Span>,
}

impl<T> Spanned<T> {
    /// A value that stands in no file.
    pub fn bare(value: T) -> Self {
        Self { value, span: None }
    }
}

impl<T> From<T> for Spanned<T> {
    fn from(value: T) -> Self {
        Self::bare(value)
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// A value of the file, before it is read.
#[derive(Clone, Copy)]
pub(crate) struct Raw<'a> {
    pub(crate) value: &'a DeValue<'a>,
    pub(crate) span: Span,
    /// The whole file, for a value that is better read as it was written.
    pub(crate) file: &'a str,
}

/// A refused value and its place.
pub(crate) struct Fault {
    pub(crate) span: Span,
    pub(crate) refusal: Refusal,
}

/// A type that a key of the file can have.
pub(crate) trait Value: Sized {
    /// Reads the value, or says all that is wrong with it.
    fn read(raw: Raw<'_>) -> Result<Self, Vec<Fault>>;

    /// Writes it as TOML; none where the key is to be left out.
    fn write(&self) -> Option<String>;

    /// What stands behind a key of this type.
    fn holds() -> Holds;
}

impl Raw<'_> {
    fn refuse(self, refusal: Refusal) -> Vec<Fault> {
        let span = self.span;
        vec![Fault { span, refusal }]
    }

    fn as_written(&self) -> &str {
        self.file.get(self.span.range()).unwrap_or("")
    }
}

impl<T: Text> Value for T {
    fn read(raw: Raw<'_>) -> Result<Self, Vec<Fault>> {
        let read = match raw.value {
            DeValue::String(text) => T::from_text(text),
            // TOML has instants of its own, and they need no quotes.
            DeValue::Datetime(_) => T::from_text(raw.as_written()),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) => {
                T::from_text(raw.as_written())
                    .and_then(|_| Err(Refusal::Quotes(raw.as_written().into())))
            }
            DeValue::Array(_) | DeValue::Table(_) => Err(Refusal::Text),
        };
        read.map_err(|refusal| raw.refuse(refusal))
    }

    fn write(&self) -> Option<String> {
        let text = self.to_text();
        // Each simulated call writes its scenario, for its identifiers: most texts need no care.
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        Some(if text.bytes().all(is_plain) {
            format!("\"{text}\"")
        } else {
            toml::Value::String(text).to_string()
        })
    }

    fn holds() -> Holds {
        Holds::Value(T::expected())
    }
}

impl<T: Value> Value for Option<T> {
    fn read(raw: Raw<'_>) -> Result<Self, Vec<Fault>> {
        T::read(raw).map(Some)
    }

    fn write(&self) -> Option<String> {
        self.as_ref().and_then(T::write)
    }

    fn holds() -> Holds {
        T::holds()
    }
}

impl<T: Value> Value for Spanned<T> {
    fn read(raw: Raw<'_>) -> Result<Self, Vec<Fault>> {
        let span = Some(raw.span);
        T::read(raw).map(|value| Self { value, span })
    }

    fn write(&self) -> Option<String> {
        self.value.write()
    }

    fn holds() -> Holds {
        T::holds()
    }
}

impl<T: Value> Value for Vec<T> {
    fn read(raw: Raw<'_>) -> Result<Self, Vec<Fault>> {
        let DeValue::Array(items) = raw.value else {
            return Err(raw.refuse(Refusal::List));
        };
        let (mut list, mut faults) = (Self::new(), Vec::new());
        for item in items {
            let range = item.span();
            let item = Raw {
                value: item.get_ref(),
                span: Span::new(range.start, range.end),
                file: raw.file,
            };
            match T::read(item) {
                Ok(value) => list.push(value),
                Err(more) => faults.extend(more),
            }
        }
        if faults.is_empty() {
            Ok(list)
        } else {
            Err(faults)
        }
    }

    fn write(&self) -> Option<String> {
        let items: Vec<String> = self.iter().filter_map(T::write).collect();
        Some(format!("[{}]", items.join(", ")))
    }

    fn holds() -> Holds {
        T::holds().listed()
    }
}

impl Value for bool {
    fn read(raw: Raw<'_>) -> Result<Self, Vec<Fault>> {
        let flag = raw.value.as_bool();
        flag.ok_or_else(|| raw.refuse(Refusal::Flag))
    }

    fn write(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn holds() -> Holds {
        Holds::Value(Refusal::Flag)
    }
}

impl Value for u64 {
    fn read(raw: Raw<'_>) -> Result<Self, Vec<Fault>> {
        let whole = raw.value.as_integer();
        whole
            .and_then(|whole| Self::from_str_radix(whole.as_str(), whole.radix()).ok())
            .ok_or_else(|| raw.refuse(Refusal::Whole(Self::MAX)))
    }

    fn write(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn holds() -> Holds {
        Holds::Value(Refusal::Whole(Self::MAX))
    }
}

impl Value for u32 {
    fn read(raw: Raw<'_>) -> Result<Self, Vec<Fault>> {
        let fits = u64::read(raw).ok().and_then(|whole| whole.try_into().ok());
        fits.ok_or_else(|| raw.refuse(Refusal::Whole(Self::MAX.into())))
    }

    fn write(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn holds() -> Holds {
        Holds::Value(Refusal::Whole(Self::MAX.into()))
    }
}

impl Value for NonZeroU32 {
    fn read(raw: Raw<'_>) -> Result<Self, Vec<Fault>> {
        let from_one = u32::read(raw).ok().and_then(Self::new);
        from_one.ok_or_else(|| raw.refuse(Refusal::Nth))
    }

    fn write(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn holds() -> Holds {
        Holds::Value(Refusal::Nth)
    }
}

impl Value for f64 {
    fn read(raw: Raw<'_>) -> Result<Self, Vec<Fault>> {
        let digits = match raw.value {
            DeValue::Float(float) => float.as_str(),
            DeValue::Integer(whole) if whole.radix() == 10 => whole.as_str(),
            _ => "",
        };
        let number = digits.parse().ok();
        number
            .filter(|number: &Self| number.is_finite())
            .ok_or_else(|| raw.refuse(Refusal::Number))
    }

    fn write(&self) -> Option<String> {
        Some(format!("{self:?}"))
    }

    fn holds() -> Holds {
        Holds::Value(Refusal::Number)
    }
}

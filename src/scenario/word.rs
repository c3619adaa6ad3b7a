//! Values that are one of a few words.

use super::refusal::Refusal;
use super::text::Text;
use crate::channel::{FetchError, Method};
use crate::flow::EntryState;

/// How values that are one of a few words are read and written.
macro_rules! words {
    ($($Name:ident, $what:literal { $($Word:ident = $word:literal,)* })*) => {$(
        impl Text for $Name {
            fn from_text(text: &str) -> Result<Self, Refusal> {
                const WORDS: &[&str] = &[$($word),*];
                match text {
                    $($word => Ok(Self::$Word),)*
                    _ => Err(Refusal::Word {
                        what: $what,
                        words: WORDS,
                        near: nearest(text, WORDS.iter().copied()),
                    }),
                }
            }

            fn to_text(&self) -> String {
                match self {
                    $(Self::$Word => $word,)*
                }
                .to_owned()
            }
        }
    )*};
}

/// How well a caller's carrier vouches for the caller's number (STIR/SHAKEN).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attestation {
    /// The customer is known and may use the number.
    Full,
    /// The customer is known, the number is not.
    Partial,
    /// Only the place where the call came in is known.
    Gateway,
}

words! {
    Method, "an HTTP method" {
        Get = "GET",
        Post = "POST",
        Patch = "PATCH",
        Delete = "DELETE",
    }

    FetchError, "a way in which a request can fail" {
        Timeout = "timeout",
        Refused = "refused",
        Dns = "dns",
        Tls = "tls",
        Redirects = "redirects",
    }

    Attestation, "an attestation level" {
        Full = "A",
        Partial = "B",
        Gateway = "C",
    }

    EntryState, "the state of a log entry" {
        Queued = "queued",
        Success = "success",
        Failed = "failed",
    }
}

/// The word that was probably meant; none where none is near.
pub(super) fn nearest<'w>(text: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    const LONGEST: usize = 48;
    if text.len() > LONGEST {
        return None;
    }
    let asked = text.trim().to_lowercase().replace('-', "_");
    let (distance, near) = words
        .map(|word| (strsim::osa_distance(&asked, &word.to_lowercase()), word))
        .min_by_key(|&(distance, _)| distance)?;
    let length = asked.chars().count();
    (distance <= length.max(3) / 3 && distance < length).then_some(near)
}

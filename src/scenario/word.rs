//! Values that are one of a few words.

use super::refusal::Refusal;
use super::text::Text;

/// An enum whose variants are words of the file, and its reader and writer.
macro_rules! words {
    ($(
        $(#[$doc:meta])*
        $Name:ident, $what:literal {
            $($(#[$word_doc:meta])* $Word:ident = $word:literal,)*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $Name {
            $($(#[$word_doc])* $Word,)*
        }

        impl $Name {
            const WORDS: &[&str] = &[$($word),*];

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Word => $word,)*
                }
            }
        }

        impl Text for $Name {
            fn from_text(text: &str) -> Result<Self, Refusal> {
                match text {
                    $($word => Ok(Self::$Word),)*
                    _ => Err(Refusal::Word {
                        what: $what,
                        words: Self::WORDS,
                        near: nearest(text, Self::WORDS.iter().copied()),
                    }),
                }
            }

            fn to_text(&self) -> String {
                self.as_str().to_owned()
            }
        }
    )*};
}

words! {
    /// The method of an HTTP request.
    Method, "an HTTP method" {
        /// The default of Callback.
        Get = "GET",
        /// Sends the call along.
        Post = "POST",
        /// Seldom used.
        Put = "PUT",
        /// Seldom used.
        Patch = "PATCH",
        /// Seldom used.
        Delete = "DELETE",
    }

    /// Why a request got no answer at all.
    FetchError, "a way in which a request can fail" {
        /// No answer in the time that the command allows.
        Timeout = "timeout",
        /// Nobody listens at the address.
        Refused = "refused",
        /// The host has no address.
        Dns = "dns",
        /// The certificate is not trusted, or the handshake failed.
        Tls = "tls",
    }

    /// How well a caller's carrier vouches for the caller's number (STIR/SHAKEN).
    Attestation, "an attestation level" {
        /// The customer is known and may use the number.
        Full = "A",
        /// The customer is known, the number is not.
        Partial = "B",
        /// Only the place where the call came in is known.
        Gateway = "C",
    }

    /// The state of a log entry.
    LogState, "the state of a log entry" {
        /// Begun and not ended.
        Queued = "queued",
        /// Ended well.
        Success = "success",
        /// Ended badly.
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

//! Values that are one of a few words.

/// How values that are one of a few words are read and written.
macro_rules! words {
    ($($Name:ident, $what:literal { $($Word:ident = $word:literal,)* })*) => {$(
        impl $crate::table::Text for $Name {
            fn from_text(text: &str) -> Result<Self, $crate::table::Refusal> {
                match text {
                    $($word => Ok(Self::$Word),)*
                    _ => Err(Self::expected().for_text(text)),
                }
            }

            fn to_text(&self) -> String {
                match self {
                    $(Self::$Word => $word,)*
                }
                .to_owned()
            }

            fn expected() -> $crate::table::Refusal {
                $crate::table::Refusal::Word {
                    what: $what,
                    words: &[$($word),*],
                    near: None,
                }
            }
        }
    )*};
}

pub(crate) use words;

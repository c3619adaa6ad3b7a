//! Values that are a text of some form.

/// How such a type is read from a text, and named and printed as that text. It has an `as_str`.
macro_rules! text {
    ($Name:ident, $expected:expr, |$text:ident| $read:expr) => {
        impl $crate::table::Text for $Name {
            fn from_text($text: &str) -> Result<Self, $crate::table::Refusal> {
                $read
            }

            fn to_text(&self) -> String {
                self.as_str().to_owned()
            }

            fn expected() -> $crate::table::Refusal {
                $expected
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::fmt::Debug for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:?}", self.as_str())
            }
        }
    };
}

pub(super) use text;

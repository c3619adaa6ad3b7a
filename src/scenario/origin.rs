//! Where a part of a scenario comes from.

use crate::source::Span;

/// Where it is said. Two parts that say the same are equal wherever they come from, so that every
/// origin is equal to every other.
#[derive(Clone, Debug, Default)]
pub enum Origin {
    /// In a program.
    #[default]
    Program,
    /// At this place of the scenario file.
    File(Span),
    /// By these words behind an option of the command line.
    Option(Box<str>),
}

impl Origin {
    /// The place in the scenario file.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::File(span) => Some(*span),
            Self::Program | Self::Option(_) => None,
        }
    }

    /// The words of the command line.
    pub fn option(&self) -> Option<&str> {
        match self {
            Self::Option(words) => Some(words),
            Self::Program | Self::File(_) => None,
        }
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

//! What a TOML file can hold, as its own reader says it.
//!
//! A reader that reads nothing names every key it would ask for. The manual and the JSON schemas are
//! printed from that, so a key cannot be read and stay undocumented.

use super::Refusal;

/// What one table can hold.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Declaration {
    /// Its keys, in the order of the manual.
    pub keys: Vec<Key>,
    /// Which of them stand beside each other.
    pub choices: Vec<Choice>,
}

/// One key of a table.
#[derive(Clone, PartialEq, Debug)]
pub struct Key {
    /// Its name; `*` where the table takes names that only a reader of the file knows.
    pub name: &'static str,
    /// What it says, as Markdown.
    pub docs: &'static str,
    /// Whether it must be there.
    pub is_needed: bool,
    /// What stands behind it.
    pub holds: Holds,
    /// What is taken where the key is absent, as TOML; none where that is said in [`Self::docs`].
    pub usual: Option<String>,
}

/// What stands behind a key.
#[derive(Clone, PartialEq, Debug)]
pub enum Holds {
    /// A single value. The refusal says what it must be.
    Value(Refusal),
    /// A list of such values.
    List(Refusal),
    /// A table.
    Table(Declaration),
    /// A list of tables.
    Tables(Declaration),
    /// Anything: it is read by somebody else.
    Anything,
}

/// How keys of one table go together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    /// At least one of them is there.
    Some(&'static [&'static str]),
    /// Only one of the two is there.
    Excludes(&'static str, &'static str),
    /// The first means nothing without the second.
    Needs(&'static str, &'static str),
}

impl Holds {
    /// The same as an item of a list.
    pub(super) fn listed(self) -> Self {
        match self {
            Self::Value(refusal) | Self::List(refusal) => Self::List(refusal),
            other => other,
        }
    }
}

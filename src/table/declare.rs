//! What a TOML file can hold, as its own reader says it.
//!
//! A reader that reads nothing names every key it would ask for. The manual and the JSON schemas are
//! printed from that, so a key cannot be read and stay undocumented.

use toml::de::{DeTable, DeValue};

use super::Refusal;
use crate::value::nearest;

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
    /// The first means nothing without the second, or without this value of the third.
    NeedsOr(&'static str, &'static str, (&'static str, &'static str)),
}

impl Declaration {
    /// The declared key that a name is, or was probably meant to be.
    fn key(&self, name: &str) -> Option<&Key> {
        let named = |wanted: &str| self.keys.iter().find(|key| key.name == wanted);
        named(name)
            .or_else(|| named(nearest(name, self.keys.iter().map(|key| key.name))?))
            .or_else(|| named("*"))
    }

    /// Whether a value of this name looks like what is declared. Of a table one key is enough.
    pub(super) fn takes(&self, name: &str, value: &DeValue<'_>) -> bool {
        let has_own = |declared: &Self, table: &DeTable<'_>| {
            let mut names = table.keys().map(|key| &**key.get_ref());
            table.is_empty() || names.any(|name: &str| declared.key(name).is_some())
        };
        let Some(key) = self.key(name) else {
            return false;
        };
        match (&key.holds, value) {
            (Holds::Anything, _) => true,
            (Holds::Value(_) | Holds::List(_), value) => !matches!(value, DeValue::Table(_)),
            (Holds::Table(declared) | Holds::Tables(declared), DeValue::Table(table)) => {
                has_own(declared, table)
            }
            (Holds::Table(declared) | Holds::Tables(declared), DeValue::Array(items)) => {
                items.iter().any(|item| match item.get_ref() {
                    DeValue::Table(table) => has_own(declared, table),
                    _ => false,
                })
            }
            (Holds::Table(_) | Holds::Tables(_), _) => false,
        }
    }
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

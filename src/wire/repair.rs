//! JSON that serde can read, made from a text that may be damaged.
//!
//! One pass over what stands outside texts: blanks go, a document that was cut is closed, surplus commas
//! and keys given twice are dropped, what is no JSON becomes null, and all of it is noted by its offset.
//! It never gives up: whatever was whole is kept.

mod keys;
mod pass;
#[cfg(test)]
mod tests;
mod tokens;

use pass::Repairer;

/// How deep arrays and objects may be nested. A flow's compiled JSON nests up to four hundred deep.
pub(super) const MAX_DEPTH: usize = 1000;

/// So much damage is noted.
const MOST_DAMAGE: usize = 1000;

/// JSON made from a text.
#[derive(Debug, Default)]
pub(super) struct Repaired {
    /// One value, without blanks outside texts.
    pub(super) json: String,
    /// What was wrong, in the order of the text.
    pub(super) damage: Vec<Damage>,
    /// Where reading stopped, behind the value.
    pub(super) end: usize,
    /// Whether the text ended inside the value.
    pub(super) is_cut: bool,
    /// Where parts of `json` begin, and where they stand in the text.
    runs: Vec<(usize, usize)>,
}

/// Something that was wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Damage {
    /// The offset in the text.
    pub(super) at: usize,
    /// What.
    pub(super) what: What,
}

/// What was wrong, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// The text ends; all that was open is closed.
    Cut { expected: &'static str },
    /// A comma with nothing behind or before it; it is dropped.
    SurplusComma,
    /// No comma where one should stand; it is put in.
    MissingComma,
    /// No colon where one should stand; it is put in.
    MissingColon,
    /// A value of an object without a key; it gets an empty one.
    NoKey,
    /// A key without a value; it gets null.
    NoValue,
    /// A word that is no JSON; it is null, or as a key put in quotes.
    NotJson(Box<str>),
    /// An escape that means nothing; it is kept as text.
    Escape,
    /// A control character in a text; it is kept.
    Control,
    /// A closing bracket that closes nothing, which is dropped, or one that was forgotten.
    Bracket,
    /// Something nested too deep; it is null.
    TooDeep,
    /// A key that its object has had already; the earlier one is dropped.
    KeyTwice(Box<str>),
}

impl Repaired {
    /// The offset in the text of an offset in `json`.
    pub(super) fn offset(&self, at: usize) -> usize {
        let behind = self.runs.partition_point(|run| run.0 <= at);
        let run = behind.checked_sub(1).and_then(|run| self.runs.get(run));
        let (from, text) = run.copied().unwrap_or_default();
        (text + at.saturating_sub(from)).min(self.end)
    }
}

/// Reads the value that begins at an offset; nothing where only blanks are left.
pub(super) fn repair(text: &str, from: usize) -> Option<Repaired> {
    let mut repairer = Repairer::new(text, from);
    repairer.run();
    repairer.finish()
}

//! `[assume]`: what the platform really does, where an assumption has several readings.

use super::{Refusal, Table};
use crate::fidelity::{Assumption, Platform, Reading};

/// The readings that a file chooses, in the order of the table of assumptions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Readings(Vec<(Assumption, &'static str)>);

impl Readings {
    pub(crate) fn read(table: &mut Table<'_>) -> Self {
        let mut chosen = Vec::new();
        for &assumption in Assumption::ALL {
            let words = assumption.words();
            if !words.is_empty() {
                let word = table.word(assumption.id(), assumption.text(), "a reading", words);
                chosen.extend(word.map(|word| (assumption, word)));
            }
        }
        Self(chosen)
    }

    /// These readings, and another file's where this one chooses none.
    #[must_use]
    pub fn over(&self, below: &Self) -> Self {
        let chosen = |readings: &Self, wanted| {
            let mut all = readings.0.iter();
            all.find(|&&(assumption, _)| assumption == wanted).copied()
        };
        let all = Assumption::ALL.iter();
        Self(
            all.filter_map(|&one| chosen(self, one).or_else(|| chosen(below, one)))
                .collect(),
        )
    }

    /// Reads one, such as `keys-unheard=kept`.
    ///
    /// # Errors
    /// Where there is no assumption of that id with several readings, or no such reading of it: the
    /// part that was refused, and why. No part where there is no `=`.
    pub(crate) fn parse(text: &str) -> Result<Self, Option<(&str, Refusal)>> {
        let (id, word) = text.split_once('=').ok_or(None)?;
        let refused = |part, what, words| {
            let near = None;
            Some((part, Refusal::Word { what, words, near }.for_text(part)))
        };
        let mut all = Assumption::ALL
            .iter()
            .filter(|one| !one.others().is_empty());
        let assumption = all.find(|one| one.id() == id);
        let unknown = || {
            refused(
                id,
                "an assumption with several values",
                Assumption::WITH_READINGS,
            )
        };
        let assumption = *assumption.ok_or_else(unknown)?;
        let words = assumption.words();
        let found = words.iter().find(|&&one| one == word);
        let found = found.ok_or_else(|| refused(word, "a reading", words))?;
        Ok(Self(vec![(assumption, found)]))
    }

    /// These readings, but for one.
    #[must_use]
    pub fn with(&self, reading: Reading) -> Self {
        Self(vec![(reading.assumption(), reading.word())]).over(self)
    }

    /// Those that are not the usual ones.
    #[must_use]
    pub fn unusual(&self) -> Self {
        let is_unusual = |&(assumption, word): &(Assumption, &'static str)| {
            assumption.words().first() != Some(&word)
        };
        Self(self.0.iter().copied().filter(is_unusual).collect())
    }

    /// The ids of the assumptions with the reading chosen for each.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0
            .iter()
            .map(|&(assumption, word)| (assumption.id(), word))
    }

    /// The platform of which the file speaks.
    pub fn platform(&self) -> Platform {
        let mut platform = Platform::default();
        for &(assumption, word) in &self.0 {
            let mut others = assumption.others().iter();
            match others.find(|other| other.word() == word) {
                Some(&other) => platform.choose(other),
                None => platform.settle(assumption),
            }
        }
        platform
    }
}

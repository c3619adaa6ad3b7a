//! `[assume]`: what the platform really does, where an assumption has a second reading.

use super::Table;
use crate::fidelity::{Assumption, Assumptions};

/// The readings that a file chooses, in the order of the table of assumptions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Readings(Vec<(Assumption, &'static str)>);

impl Readings {
    pub(crate) fn read(table: &mut Table<'_>) -> Self {
        let mut chosen = Vec::new();
        for &assumption in Assumption::ALL {
            if let Some(words) = assumption.readings() {
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

    /// The ids of the assumptions with the reading chosen for each.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0
            .iter()
            .map(|&(assumption, word)| (assumption.id(), word))
    }

    /// The assumptions that are taken the other way than usual.
    pub fn others(&self) -> Assumptions {
        let mut others = Assumptions::default();
        for &(assumption, word) in &self.0 {
            let usual = assumption.readings().map(|[usual, _]| *usual);
            if usual != Some(word) {
                others.insert(assumption);
            }
        }
        others
    }
}

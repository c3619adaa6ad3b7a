//! Rules that say what the world answers, and which of them have been used.

use std::sync::Arc;

use crate::source::Span;

use super::glob::Glob;

/// What happens to the subjects (URLs or destinations) that fit a pattern.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// Which subjects it is for.
    pub glob: Glob,
    /// What happens to them.
    pub then: T,
    /// Where the scenario file says so; none for a rule from the command line.
    pub span: Option<Span>,
}

/// Two rules are the same when they say the same, wherever they stand.
impl<T: PartialEq> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.glob == other.glob && self.then == other.then
    }
}

/// Rules in the order of the file. Those that match the same subject are used up one after the
/// other, and the last of them repeats.
///
/// A rule is used up by whatever subject it answered: of two rules for `*`, the first is for the
/// first call and the second for all later ones, whoever is called. Cloning copies one flag for
/// each rule and shares the rules themselves.
#[derive(Clone, Debug)]
pub struct Rules<T> {
    entries: Arc<[Entry<T>]>,
    used: Vec<bool>,
}

impl<T> Rules<T> {
    /// Rules of which none has been used.
    pub fn new(entries: Vec<Entry<T>>) -> Self {
        let used = vec![false; entries.len()];
        Self {
            entries: entries.into(),
            used,
        }
    }

    /// Whether there is no rule at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The rules in their order, used or not.
    pub fn entries(&self) -> &[Entry<T>] {
        &self.entries
    }

    /// What happens to a subject now, which may be called by several names: the first rule that fits
    /// and was not used, else the last that fits. None where no rule fits.
    pub fn next(&mut self, subjects: &[&str]) -> Option<&T> {
        self.next_where(subjects, |_| true)
    }

    /// As [`Self::next`], among the rules that also fit in another way.
    pub fn next_where(&mut self, subjects: &[&str], fits: impl Fn(&T) -> bool) -> Option<&T> {
        let mut chosen = None;
        for (at, entry) in self.entries.iter().enumerate() {
            if fits(&entry.then) && subjects.iter().any(|subject| entry.glob.matches(subject)) {
                chosen = Some(at);
                if !self.used[at] {
                    break;
                }
            }
        }
        let at = chosen?;
        self.used[at] = true;
        Some(&self.entries[at].then)
    }

    /// The rules that no subject has used.
    pub fn unused(&self) -> impl Iterator<Item = &Entry<T>> {
        let rules = self.entries.iter().zip(&self.used);
        rules.filter(|(_, used)| !**used).map(|(entry, _)| entry)
    }

    /// For each rule whether it has been used: all of the state that changes.
    pub fn used(&self) -> &[bool] {
        &self.used
    }

    /// Puts rules before all others, in their own order.
    pub fn put_first(&mut self, entries: Vec<Entry<T>>)
    where
        T: Clone,
    {
        if entries.is_empty() {
            return;
        }
        self.used.splice(0..0, entries.iter().map(|_| false));
        let entries = entries.into_iter().chain(self.entries.iter().cloned());
        self.entries = entries.collect();
    }
}

/// Equal when the same is left of equal rules. Clones share their rules: comparing them is cheap.
impl<T: PartialEq> PartialEq for Rules<T> {
    fn eq(&self, other: &Self) -> bool {
        let shared = Arc::ptr_eq(&self.entries, &other.entries);
        self.used == other.used && (shared || self.entries == other.entries)
    }
}

impl<T> Default for Rules<T> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(list: &[(&str, u32)]) -> Rules<u32> {
        let entry = |&(glob, then): &(&str, u32)| Entry {
            glob: Glob::new(glob).unwrap(),
            then,
            span: None,
        };
        Rules::new(list.iter().map(entry).collect())
    }

    #[test]
    fn rules_for_the_same_subject_are_used_up_and_the_last_repeats() {
        let mut rules = rules(&[("a*", 1), ("b", 2), ("*", 3)]);
        let took = ["ax", "ax", "ax", "b", "b", "c"].map(|subject| rules.next(&[subject]).copied());
        assert_eq!(took, [1, 3, 3, 2, 3, 3].map(Some));
        assert_eq!(rules.unused().count(), 0);
    }

    #[test]
    fn a_clone_keeps_its_own_count() {
        let mut first = rules(&[("*", 1), ("*", 2)]);
        first.next(&["x"]);
        let mut second = first.clone();
        assert_eq!(second.next(&["x"]), Some(&2));
        assert_eq!(first.unused().count(), 1);
        assert_eq!(first.next_where(&["x"], |&then| then == 1), Some(&1));
    }

    #[test]
    fn rules_put_first_are_tried_first() {
        let mut later = rules(&[("*", 1)]);
        later.next(&["x"]);
        later.put_first(rules(&[("x", 7), ("y", 8)]).entries().to_vec());
        assert_eq!(later.next(&["x"]), Some(&7));
        assert_eq!(later.next(&["z"]), Some(&1));
        let unused: Vec<_> = later.unused().map(|entry| entry.glob.as_str()).collect();
        assert_eq!(unused, ["y"]);
        assert_eq!(rules(&[("a", 1)]).next(&["b"]), None);
    }
}

//! Rules that say what the world answers, counted for each subject.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::origin::Origin;
use super::pattern::Pattern;

/// What happens to the subjects that fit a pattern: URLs, or with another type of pattern, destinations.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry<T, P = Pattern> {
    /// Which subjects it is for.
    pub pattern: P,
    /// What happens to them.
    pub then: T,
    /// Where it is said.
    pub origin: Origin,
}

/// Rules in the order in which they are tried: those of the command line, those of a case, then those
/// of the file.
///
/// Nothing here counts: who asks knows the n-th time that something happened to one subject, such as
/// that a destination was rung. Clones share the rules.
#[derive(Clone, Debug)]
pub struct Rules<T, P = Pattern> {
    entries: Arc<[Entry<T, P>]>,
    /// Their patterns, from the first look on.
    index: Arc<OnceLock<Index>>,
    /// How many of them, from the first on, are those of the command line.
    overrides: usize,
    /// How many behind those are a case's own.
    own: usize,
}

impl<T, P> Rules<T, P> {
    /// The rules of a file, or of a program.
    pub fn new(entries: Vec<Entry<T, P>>) -> Self {
        Self {
            entries: entries.into(),
            index: Arc::default(),
            overrides: 0,
            own: 0,
        }
    }

    /// Whether there is no rule at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The rules in their order, those of the command line first.
    pub fn entries(&self) -> &[Entry<T, P>] {
        &self.entries
    }

    /// The rules of the command line, which are the first of [`Self::entries`].
    pub fn overrides(&self) -> &[Entry<T, P>] {
        &self.entries[..self.overrides]
    }

    /// The places in [`Self::entries`] of the rules that fit a subject with these names, in the order in which
    /// they are used: where a rule of the command line fits, all others are passed over, and where one of the
    /// case fits, those of the file.
    pub fn fitting(&self, names: &[String], fits: impl Fn(&Entry<T, P>) -> bool) -> Vec<usize>
    where
        P: Lookup,
    {
        let patterns = || Index::new(self.entries.iter().map(|entry| &entry.pattern));
        let mut places = self.index.get_or_init(patterns).places(names);
        places.retain(|&at| fits(&self.entries[at]));
        let ends = [self.overrides, self.overrides + self.own, usize::MAX];
        let first = places.first().copied();
        let end = first.and_then(|first| ends.into_iter().find(|&end| first < end));
        places.retain(|&at| end.is_some_and(|end| at < end));
        places
    }

    /// Puts the rules of a case before those of the file.
    pub(super) fn put_own(&mut self, entries: Vec<Entry<T, P>>)
    where
        T: Clone,
        P: Clone,
    {
        self.own += entries.len();
        self.insert(self.overrides, entries);
    }

    fn insert(&mut self, at: usize, entries: Vec<Entry<T, P>>)
    where
        T: Clone,
        P: Clone,
    {
        if !entries.is_empty() {
            let mut all = self.entries.to_vec();
            all.splice(at..at, entries);
            self.entries = all.into();
            self.index = Arc::default();
        }
    }

    /// Puts rules of the command line before all others, in their own order.
    pub fn put_first(&mut self, entries: Vec<Entry<T, P>>)
    where
        T: Clone,
        P: Clone,
    {
        self.overrides += entries.len();
        self.insert(0, entries);
    }
}

/// Equal when the rules are. Clones share their rules: comparing them is cheap.
impl<T: PartialEq, P: PartialEq> PartialEq for Rules<T, P> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.entries, &other.entries) || self.entries == other.entries
    }
}

impl<T, P> Default for Rules<T, P> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

/// The place of the rule for the n-th time (from 0), of those that fit; behind the last one, the last again.
pub(crate) fn nth(fitting: &[usize], n: usize) -> Option<usize> {
    fitting.get(n).or(fitting.last()).copied()
}

/// A pattern that can be looked up by the names of what it means.
pub trait Lookup {
    /// Whatever it means has one of these names, in lower case; none where it can mean anything.
    fn names(&self) -> Option<Vec<String>>;
}

/// The places of patterns by the names of what they mean: of many, few have to be tried.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    by_name: HashMap<String, Vec<usize>>,
    /// Those that can mean anything.
    others: Vec<usize>,
}

impl Index {
    pub(crate) fn new<'p, P: Lookup + 'p>(patterns: impl Iterator<Item = &'p P>) -> Self {
        let (mut by_name, mut others): (HashMap<_, Vec<_>>, _) = (HashMap::new(), Vec::new());
        for (at, pattern) in patterns.enumerate() {
            match pattern.names() {
                Some(names) => {
                    for name in names {
                        by_name.entry(name).or_default().push(at);
                    }
                }
                None => others.push(at),
            }
        }
        Self { by_name, others }
    }

    /// The places of all patterns that can mean something with these names, in their order.
    pub(crate) fn places(&self, names: &[String]) -> Vec<usize> {
        let found = names.iter().filter_map(|name| self.by_name.get(name));
        let mut places: Vec<_> = found.flatten().chain(&self.others).copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(list: &[(&str, u32)]) -> Vec<Entry<u32>> {
        let entry = |&(pattern, then): &(&str, u32)| Entry {
            pattern: Pattern::new(pattern).unwrap(),
            then,
            origin: Origin::Program,
        };
        list.iter().map(entry).collect()
    }

    /// What happens to the subject the first times, with the place of each rule.
    fn first<const N: usize>(rules: &Rules<u32>, subject: &str) -> [Option<(usize, u32)>; N] {
        std::array::from_fn(|n| {
            let fits = |entry: &Entry<u32>| entry.pattern.matches(subject);
            let at = nth(&rules.fitting(&[subject.to_owned()], fits), n)?;
            Some((at, rules.entries()[at].then))
        })
    }

    #[test]
    fn each_subject_takes_its_rules_in_order_and_the_last_repeats() {
        let rules = Rules::new(entries(&[("a*", 1), ("b", 2), ("*", 3)]));
        assert_eq!(first(&rules, "ax"), [(0, 1), (2, 3), (2, 3)].map(Some));
        assert_eq!(first(&rules, "b"), [(1, 2), (2, 3), (2, 3)].map(Some));
        assert_eq!(first(&rules, "c"), [(2, 3), (2, 3)].map(Some));
        assert_eq!(nth(&[4, 7], usize::MAX), Some(7));
        assert_eq!(first(&Rules::new(entries(&[("a", 1)])), "b"), [None, None]);
    }

    #[test]
    fn rules_of_a_case_repeat_before_those_of_the_file() {
        let mut rules = Rules::new(entries(&[("*", 1)]));
        rules.put_own(entries(&[("x", 4), ("x", 5)]));
        assert_eq!(first(&rules, "x"), [(0, 4), (1, 5), (1, 5)].map(Some));
        assert_eq!(first(&rules, "y"), [(2, 1), (2, 1)].map(Some));
        rules.put_first(entries(&[("x", 7)]));
        assert_eq!(first(&rules, "x"), [(0, 7), (0, 7)].map(Some));
        assert_eq!(first(&rules, "y"), [(3, 1), (3, 1)].map(Some));
    }

    #[test]
    fn rules_of_the_command_line_repeat_before_those_of_the_file() {
        let mut rules = Rules::new(entries(&[("*", 1), ("y", 2)]));
        rules.put_first(entries(&[("x", 7), ("x", 8)]));
        assert_eq!(first(&rules, "x"), [(0, 7), (1, 8), (1, 8)].map(Some));
        assert_eq!(first(&rules, "y"), [(2, 1), (3, 2), (3, 2)].map(Some));
        assert_eq!(first(&rules, "z"), [(2, 1), (2, 1)].map(Some));
        assert_eq!(rules.overrides().len(), 2);
        rules.put_first(entries(&[("*", 9)]));
        assert_eq!(first(&rules, "x"), [(0, 9), (1, 7), (2, 8)].map(Some));
        assert_eq!(first(&rules, "y"), [(0, 9), (0, 9), (0, 9)].map(Some));
    }
}

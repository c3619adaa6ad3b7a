//! A set of numbers whose parts are shared with the sets that it was made from.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "bits and numbers of what is in memory"
)]

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// A set of numbers: a decision diagram over their bits, the highest first (Bryant, "Graph-Based
/// Algorithms for Boolean Function Manipulation", 1986). A bit that makes no difference is left out, so
/// one set has one form.
///
/// To take one number out of `n` makes about `log n` new parts. Hashes are kept, so that hashing takes
/// no time, and equality little where the parts are shared.
#[derive(Clone, Debug, Default)]
pub(crate) enum CellSet {
    #[default]
    Nothing,
    Everything,
    Split(Arc<Split>),
}

/// The part without a bit, and the part with it.
#[derive(Debug)]
pub(crate) struct Split {
    bit: u32,
    hash: u64,
    parts: [CellSet; 2],
}

/// What two parts have in common.
type Known = HashMap<[*const Split; 2], CellSet>;

impl CellSet {
    /// The numbers that have these ranges, which are in order, in some of their bits. Their other bits do
    /// not matter.
    pub(crate) fn new(ranges: &[Range<u32>], bits: Range<u32>) -> Self {
        Self::part(ranges, 0, bits.start, bits.end)
    }

    /// The numbers below `end`, which has so many bits.
    pub(crate) fn below(end: u32, bits: u32) -> Self {
        Self::new(std::slice::from_ref(&(0..end)), 0..bits)
    }

    /// Those of the numbers from `first` on that differ from it only in the bits below `end`.
    fn part(ranges: &[Range<u32>], first: u32, start: u32, end: u32) -> Self {
        let behind = u64::from(first) + (1 << (end - start));
        let ranges = &ranges[ranges.partition_point(|range| range.end <= first)..];
        match ranges.first() {
            Some(range) if range.start <= first && u64::from(range.end) >= behind => {
                return Self::Everything;
            }
            Some(range) if u64::from(range.start) < behind && end > start => {}
            _ => return Self::Nothing,
        }
        let half = 1 << (end - 1 - start);
        let parts = [first, first + half].map(|first| Self::part(ranges, first, start, end - 1));
        Self::join(end - 1, parts)
    }

    fn join(bit: u32, parts: [Self; 2]) -> Self {
        let [zero, one] = &parts;
        if zero == one {
            return parts.into_iter().next().unwrap_or(Self::Nothing);
        }
        let mut hasher = DefaultHasher::new();
        (bit, &parts).hash(&mut hasher);
        let hash = hasher.finish();
        Self::Split(Arc::new(Split { bit, hash, parts }))
    }

    /// What is in both.
    pub(crate) fn and(&self, other: &Self) -> Self {
        self.combine(other, &Self::Everything, &mut HashMap::new())
    }

    /// What is in one of them, or in both.
    pub(crate) fn or(&self, other: &Self) -> Self {
        self.combine(other, &Self::Nothing, &mut HashMap::new())
    }

    /// What is in both, or in one of them: that of nothing and everything which changes nothing says
    /// which.
    fn combine(&self, other: &Self, neutral: &Self, known: &mut Known) -> Self {
        let (one, two) = match (self, other) {
            (Self::Split(one), Self::Split(two)) => (one, two),
            (plain, rest) | (rest, plain) if plain == neutral => return rest.clone(),
            (Self::Split(_), plain) | (plain, _) => return plain.clone(),
        };
        if Arc::ptr_eq(one, two) {
            return self.clone();
        }
        // Parts that several parts share are combined once.
        let key = [Arc::as_ptr(one), Arc::as_ptr(two)];
        if let Some(known) = known.get(&key) {
            return known.clone();
        }
        let bit = one.bit.max(two.bit);
        let [zero, set] = [0, 1].map(|value| {
            let part = self.with(bit, value);
            part.combine(other.with(bit, value), neutral, known)
        });
        let both = Self::join(bit, [zero, set]);
        known.insert(key, both.clone());
        both
    }

    /// Those with a value of a bit that is not below the highest that matters.
    fn with(&self, bit: u32, value: usize) -> &Self {
        match self {
            Self::Split(split) if split.bit == bit => &split.parts[value],
            _ => self,
        }
    }

    /// All that is not in it.
    pub(crate) fn not(&self) -> Self {
        self.without(&mut HashMap::new())
    }

    fn without(&self, known: &mut HashMap<*const Split, Self>) -> Self {
        let split = match self {
            Self::Nothing => return Self::Everything,
            Self::Everything => return Self::Nothing,
            Self::Split(split) => split,
        };
        if let Some(known) = known.get(&Arc::as_ptr(split)) {
            return known.clone();
        }
        let [zero, one] = &split.parts;
        let rest = Self::join(split.bit, [zero.without(known), one.without(known)]);
        known.insert(Arc::as_ptr(split), rest.clone());
        rest
    }

    /// The smallest number; 0 where there is none.
    pub(crate) fn first(&self) -> u32 {
        match self {
            Self::Split(split) => {
                let [zero, one] = &split.parts;
                if *zero == Self::Nothing {
                    1 << split.bit | one.first()
                } else {
                    zero.first()
                }
            }
            _ => 0,
        }
    }

    pub(crate) fn contains(&self, number: u32) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Split(split) => split.parts[(number >> split.bit & 1) as usize].contains(number),
        }
    }
}

impl Hash for CellSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(match self {
            Self::Nothing => 0,
            Self::Everything => 1,
            Self::Split(split) => split.hash,
        });
    }
}

impl PartialEq for CellSet {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) | (Self::Everything, Self::Everything) => true,
            (Self::Split(one), Self::Split(two)) => {
                Arc::ptr_eq(one, two)
                    || (one.hash, one.bit) == (two.hash, two.bit) && one.parts == two.parts
            }
            _ => false,
        }
    }
}

impl Eq for CellSet {}

/// How many bits as many numbers need.
pub(crate) fn bits(count: usize) -> u32 {
    usize::BITS - count.saturating_sub(1).leading_zeros()
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "a set of one range")]
mod tests {
    use super::CellSet;

    /// What a set holds of the numbers below 64.
    fn numbers(set: &CellSet) -> Vec<u32> {
        (0..64).filter(|&number| set.contains(number)).collect()
    }

    #[test]
    fn a_set_holds_the_numbers_of_its_ranges() {
        let set = CellSet::new(&[0..1, 3..7, 62..64], 0..6);
        assert_eq!(numbers(&set), [0, 3, 4, 5, 6, 62, 63]);
        assert_eq!(numbers(&set.not()).len(), 64 - 7);
        assert_eq!(set.not().not(), set);
        assert_eq!((set.first(), set.not().first()), (0, 1));
        assert_eq!(CellSet::new(&[], 0..6), CellSet::Nothing);
        assert_eq!(CellSet::new(&[0..64], 0..6), CellSet::Everything);
    }

    #[test]
    fn bits_that_are_not_named_do_not_matter() {
        let high = CellSet::new(&[1..2], 4..6);
        assert_eq!(numbers(&high), (16..32).collect::<Vec<_>>());
        let low = CellSet::new(&[5..6], 0..4);
        assert_eq!(numbers(&low), [5, 21, 37, 53]);
        assert_eq!(numbers(&high.and(&low)), [21]);
        let either: Vec<u32> = (0..64)
            .filter(|number| number / 16 == 1 || number % 16 == 5)
            .collect();
        assert_eq!(numbers(&high.or(&low)), either);
        assert_eq!(high.or(&high.not()), CellSet::Everything);
    }

    #[test]
    fn the_order_in_which_numbers_are_taken_out_does_not_matter() {
        let all = CellSet::new(&[0..60], 0..6);
        let without =
            |set: CellSet, number: u32| set.and(&CellSet::new(&[number..number + 1], 0..6).not());
        let up = (0..59).fold(all.clone(), without);
        let down = (0..59).rev().fold(all, without);
        assert_eq!(up, down);
        assert_eq!(numbers(&up), [59]);
        assert_eq!(up.first(), 59);
    }
}

//! Which items of two lists belong together: the one list alignment.
//!
//! Both lists keep their order. Leaving an item alone has a price, and so has pairing two that are not
//! quite the same; the cheapest way through both lists is taken.

use std::ops::Range;

/// One step through two lists: places in the first and in the second.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// The two belong together.
    Both(usize, usize),
    /// Only in the first.
    First(usize),
    /// Only in the second.
    Second(usize),
    /// A gap of the first, which stands for any items of the second.
    Gap(usize, Range<usize>),
}

/// The table of prices has at most so many cells, of four bytes each.
const MOST_CELLS: usize = 4_000_000;

/// What the steps of an alignment cost.
#[derive(Clone, Copy, Debug)]
pub struct Prices<P, G> {
    /// For an item that stands in one list only.
    pub alone: u32,
    /// For two that are paired; none where they cannot be. Zero: they are the same.
    pub pair: P,
    /// Whether an item of the first list is a gap.
    pub is_gap: G,
}

impl<P: Fn(usize, usize) -> Option<u32>, G: Fn(usize) -> bool> Prices<P, G> {
    /// Goes through lists of these lengths at the lowest price; none where they are too long to be
    /// compared. Where both have something else at one place, that of the first comes first.
    pub fn align(&self, first: usize, second: usize) -> Option<Vec<Step>> {
        let width = second + 1;
        if (first + 1).saturating_mul(width) > MOST_CELLS {
            return None;
        }
        // The lowest price from each pair of places to the ends.
        let mut prices = vec![0_u32; (first + 1) * width];
        for at in (0..=first).rev() {
            for item in (0..=second).rev() {
                prices[at * width + item] =
                    self.price(at < first, item < second, at, item, |at, item| {
                        prices[at * width + item]
                    });
            }
        }
        let price = |at: usize, item: usize| prices[at * width + item];
        let (mut at, mut item) = (0, 0);
        let mut steps = Vec::with_capacity(first.max(second));
        while at < first || item < second {
            if at < first && (self.is_gap)(at) {
                let begin = item;
                while item < second && price(at, item + 1) <= price(at + 1, item) {
                    item += 1;
                }
                steps.push(Step::Gap(at, begin..item));
                at += 1;
                continue;
            }
            let is_pair = at < first && item < second && {
                let pair = (self.pair)(at, item);
                pair.is_some_and(|pair| {
                    pair.saturating_add(price(at + 1, item + 1)) == price(at, item)
                })
            };
            if is_pair {
                steps.push(Step::Both(at, item));
                (at, item) = (at + 1, item + 1);
            } else if item == second || at < first && price(at + 1, item) <= price(at, item + 1) {
                steps.push(Step::First(at));
                at += 1;
            } else {
                steps.push(Step::Second(item));
                item += 1;
            }
        }
        Some(steps)
    }

    fn price(
        &self,
        in_first: bool,
        in_second: bool,
        at: usize,
        item: usize,
        price: impl Fn(usize, usize) -> u32,
    ) -> u32 {
        let alone = |rest: u32| rest.saturating_add(self.alone);
        let is_gap = in_first && (self.is_gap)(at);
        let skip_first = in_first.then(|| {
            let rest = price(at + 1, item);
            if is_gap { rest } else { alone(rest) }
        });
        let skip_second = in_second.then(|| {
            let rest = price(at, item + 1);
            if is_gap { rest } else { alone(rest) }
        });
        let pair = (in_first && in_second && !is_gap)
            .then(|| (self.pair)(at, item))
            .flatten()
            .map(|pair| pair.saturating_add(price(at + 1, item + 1)));
        [skip_first, skip_second, pair]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(0)
    }
}

/// Goes through both lists in order; as many items as possible are the same.
///
/// What stands between the common beginning and the common end of two very long lists is matched one by
/// one, as far as it goes. It is the same whichever of the two is called the first.
pub fn same_items<T: Ord>(a: &[T], b: &[T]) -> Vec<Step> {
    if (b.len(), b) < (a.len(), a) {
        return mirrored(forward(b, a));
    }
    forward(a, b)
}

/// Steps without gaps, with the two lists exchanged: that of the first still comes first.
pub fn mirrored(steps: Vec<Step>) -> Vec<Step> {
    let steps = steps.into_iter().map(|step| match step {
        Step::Both(b, a) => Step::Both(a, b),
        Step::First(b) => Step::Second(b),
        Step::Second(a) | Step::Gap(a, _) => Step::First(a),
    });
    let mut steps: Vec<_> = steps.collect();
    let is_apart = |step: &Step| !matches!(step, Step::Both(..));
    for apart in steps.chunk_by_mut(|one, next| is_apart(one) && is_apart(next)) {
        apart.sort_by_key(|step| matches!(step, Step::Second(_)));
    }
    steps
}

fn forward<T: PartialEq>(a: &[T], b: &[T]) -> Vec<Step> {
    let begin = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (rest_a, rest_b) = (&a[begin..], &b[begin..]);
    let ends = rest_a.iter().rev().zip(rest_b.iter().rev());
    let end = ends.take_while(|(a, b)| a == b).count();
    let (middle_a, middle_b) = (&rest_a[..rest_a.len() - end], &rest_b[..rest_b.len() - end]);
    let mut steps: Vec<_> = (0..begin).map(|at| Step::Both(at, at)).collect();
    let prices = Prices {
        alone: 1,
        pair: |a: usize, b: usize| (middle_a[a] == middle_b[b]).then_some(0),
        is_gap: |_| false,
    };
    let middle = prices
        .align(middle_a.len(), middle_b.len())
        .unwrap_or_else(|| in_step(middle_a, middle_b));
    steps.extend(middle.into_iter().map(|step| match step {
        Step::Both(a, b) => Step::Both(a + begin, b + begin),
        Step::First(a) | Step::Gap(a, _) => Step::First(a + begin),
        Step::Second(b) => Step::Second(b + begin),
    }));
    let (end_a, end_b) = (a.len() - end, b.len() - end);
    steps.extend((0..end).map(|at| Step::Both(end_a + at, end_b + at)));
    steps
}

/// Item by item; what differs stands in one only.
fn in_step<T: PartialEq>(a: &[T], b: &[T]) -> Vec<Step> {
    let mut steps = Vec::with_capacity(a.len() + b.len());
    for at in 0..a.len().max(b.len()) {
        if at < a.len() && at < b.len() && a[at] == b[at] {
            steps.push(Step::Both(at, at));
            continue;
        }
        steps.extend((at < a.len()).then_some(Step::First(at)));
        steps.extend((at < b.len()).then_some(Step::Second(at)));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, expected: &str) {
        let (a, b): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
        let text: String = same_items(&a, &b)
            .into_iter()
            .map(|step| match step {
                Step::Both(at, _) => a[at].to_string(),
                Step::First(at) => format!("-{}", a[at]),
                Step::Second(at) => format!("+{}", b[at]),
                Step::Gap(..) => String::new(),
            })
            .collect();
        assert_eq!(text, expected);
    }

    #[test]
    fn what_is_the_same_is_found() {
        check("", "", "");
        check("abc", "abc", "abc");
        check("abc", "abxc", "ab+xc");
        check("abxc", "abc", "ab-xc");
        check("abc", "axc", "a-b+xc");
        check("aab", "ab", "a-ab");
        check("cdse", "cdxyse", "cd+x+yse");
        check("abcd", "xbyd", "-a+xb-c+yd");
    }

    #[test]
    fn very_long_lists_are_gone_through_in_step() {
        let a: Vec<usize> = (0..3000).collect();
        let b: Vec<usize> = (0..3000)
            .map(|one| one + usize::from(one % 2 == 0) * 7000)
            .collect();
        let steps = same_items(&a, &b);
        let both = steps.iter().filter(|step| matches!(step, Step::Both(..)));
        assert_eq!(both.count(), 1500);
        assert_eq!(steps.len(), 4500);
    }

    #[test]
    fn the_cheapest_pairs_are_taken() {
        // Letters pair with their capitals at a price.
        let steps = |a: &str, b: &str, dear: u32| {
            let (a, b): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
            let prices = Prices {
                alone: 10,
                pair: |at: usize, item: usize| {
                    let (one, other): (char, char) = (a[at], b[item]);
                    let is_near = one.eq_ignore_ascii_case(&other);
                    is_near.then_some(if one == other { 0 } else { dear })
                },
                is_gap: |at: usize| a[at] == '.',
            };
            prices.align(a.len(), b.len()).unwrap()
        };
        assert_eq!(steps("a", "A", 19), [Step::Both(0, 0)]);
        assert_eq!(steps("a", "A", 21), [Step::First(0), Step::Second(0)]);
        assert_eq!(steps("a", "Aa", 5), [Step::Second(0), Step::Both(0, 1)]);
        assert_eq!(
            steps("a.b", "axyb", 5),
            [Step::Both(0, 0), Step::Gap(1, 1..3), Step::Both(2, 3)]
        );
    }
}

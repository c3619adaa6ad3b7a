//! Two lists beside each other.

use crate::alignment::{Prices, Step};
use crate::scenario::Listed;

/// A line of two lists that were aligned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Side {
    /// Both have it: as it was expected, and as it came.
    Same(String, String),
    /// `...` was expected, and these came for it.
    Any(Vec<String>),
    /// Both have it, at another path: as it was expected, and as it came. It does not fit.
    Moved(String, String),
    /// What was expected and did not come.
    Missing(String),
    /// What came and was not expected.
    Extra(String),
}

/// An item of the list that was expected.
pub(super) struct Wanted<'a, T> {
    /// The pattern.
    pub(super) pattern: &'a Listed<T>,
    /// As it is written.
    pub(super) text: String,
}

/// An item of the list that would fit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item {
    /// That of the list that was expected, by its place.
    Kept(usize),
    /// A new one, as TOML.
    New(String),
}

/// Two lists that differ.
pub(super) struct Aligned {
    /// Where they part.
    pub(super) parting: Parting,
    /// Both beside each other.
    pub(super) sides: Vec<Side>,
    /// What would fit: places in what was expected, or else in what came.
    pub(super) fits: Vec<Result<usize, usize>>,
    /// The places in what came that no single item of what was expected fits.
    pub(super) unmatched: Vec<usize>,
    /// The first place in what was expected that nothing fits.
    pub(super) missing: Option<usize>,
}

impl Aligned {
    /// Whether nothing that came fits the item at which the lists part.
    pub(super) fn is_missing(&self) -> bool {
        self.missing == Some(self.parting.wanted)
    }
}

/// The first item of either list that has no counterpart: its places in what was expected and in what
/// came.
pub(super) struct Parting {
    pub(super) wanted: usize,
    pub(super) came: usize,
}

/// Compares a list with one that was expected: nothing where it fits; else where they part, and both
/// beside each other.
///
/// Items that are `alike` do not fit and belong together all the same: so one that was put in before them is
/// the only one that was added. Of lists whose product is beyond reason only the place is given.
pub(super) fn align<T>(
    wanted: &[Wanted<'_, T>],
    came: &[String],
    fits: impl Fn(&T, usize) -> bool,
    alike: impl Fn(&str, usize) -> bool,
) -> Option<Aligned> {
    let fits = |at: usize, item: usize| match wanted[at].pattern {
        Listed::Any => false,
        Listed::One(one) => fits(one, item),
    };
    let is_any = |at: usize| matches!(wanted[at].pattern, Listed::Any);
    if is_match(wanted.len(), came.len(), is_any, fits) {
        return None;
    }
    let prices = Prices {
        alone: 2,
        pair: |at: usize, item| {
            if fits(at, item) {
                Some(0)
            } else {
                alike(&wanted[at].text, item).then_some(1)
            }
        },
        is_gap: is_any,
    };
    let Some(steps) = prices.align(wanted.len(), came.len()) else {
        let same = (0..wanted.len().min(came.len())).take_while(|&at| fits(at, at));
        let same = same.count();
        return Some(Aligned {
            parting: Parting {
                wanted: same,
                came: same,
            },
            sides: Vec::new(),
            fits: Vec::new(),
            unmatched: Vec::new(),
            missing: None,
        });
    };
    let (mut sides, mut fitting) = (Vec::new(), Vec::new());
    let (mut parting, mut moved) = (None, None);
    let (mut unmatched, mut missing) = (Vec::new(), None);
    // The places that the steps have come to.
    let (mut at, mut item) = (0, 0);
    for step in steps {
        let here = Parting {
            wanted: at,
            came: item,
        };
        match step {
            Step::First(_) | Step::Second(_) => drop(parting.get_or_insert(here)),
            Step::Both(one, other) if !fits(one, other) => drop(moved.get_or_insert(here)),
            Step::Both(..) | Step::Gap(..) => {}
        }
        match step {
            Step::Gap(gap, skipped) => {
                sides.push(Side::Any(came[skipped.clone()].to_vec()));
                fitting.push(Ok(gap));
                unmatched.extend(skipped.clone());
                (at, item) = (gap + 1, skipped.end);
            }
            Step::Both(one, other) if !fits(one, other) => {
                sides.push(Side::Moved(wanted[one].text.clone(), came[other].clone()));
                fitting.push(Err(other));
                unmatched.push(other);
                missing.get_or_insert(one);
                (at, item) = (one + 1, other + 1);
            }
            Step::Both(one, other) => {
                sides.push(Side::Same(wanted[one].text.clone(), came[other].clone()));
                fitting.push(Ok(one));
                (at, item) = (one + 1, other + 1);
            }
            Step::First(place) => {
                sides.push(Side::Missing(wanted[place].text.clone()));
                missing.get_or_insert(place);
                at = place + 1;
            }
            Step::Second(extra) => {
                sides.push(Side::Extra(came[extra].clone()));
                fitting.push(Err(extra));
                unmatched.push(extra);
                item = extra + 1;
            }
        }
    }
    // What moved did so because of what was added or is missing.
    let parting = parting.or(moved).unwrap_or(Parting { wanted: 0, came: 0 });
    Some(Aligned {
        parting,
        sides,
        fits: fitting,
        unmatched,
        missing,
    })
}

/// Whether a whole list fits. Only the last `...` ever needs another try.
fn is_match(
    wanted: usize,
    came: usize,
    is_any: impl Fn(usize) -> bool,
    fits: impl Fn(usize, usize) -> bool,
) -> bool {
    let (mut at, mut item) = (0, 0);
    let mut retry = None;
    loop {
        if at < wanted && is_any(at) {
            at += 1;
            retry = Some((at, item));
        } else if at < wanted && item < came && fits(at, item) {
            (at, item) = (at + 1, item + 1);
        } else if at == wanted && item == came {
            return true;
        } else {
            match retry {
                Some((behind, from)) if from < came => {
                    (at, item) = (behind, from + 1);
                    retry = Some((at, item));
                }
                _ => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(wanted: &str, came: &str) -> Option<String> {
        let wanted: Vec<_> = wanted
            .split_whitespace()
            .map(|word| match word {
                "..." => Listed::Any,
                word => Listed::One(word.to_owned()),
            })
            .collect();
        let wanted: Vec<_> = wanted
            .iter()
            .map(|pattern| Wanted {
                pattern,
                text: match pattern {
                    Listed::Any => "...".to_owned(),
                    Listed::One(word) => word.clone(),
                },
            })
            .collect();
        let came: Vec<_> = came.split_whitespace().map(str::to_owned).collect();
        let alike = |word: &str, item: usize| word.eq_ignore_ascii_case(&came[item]);
        let aligned = align(&wanted, &came, |word, item| *word == came[item], alike)?;
        let sides = aligned.sides.iter().map(|side| match side {
            Side::Same(one, other) => format!("{one}={other}"),
            Side::Any(came) => format!("...=[{}]", came.join(",")),
            Side::Moved(one, other) => format!("{one}~{other}"),
            Side::Missing(one) => format!("-{one}"),
            Side::Extra(one) => format!("+{one}"),
        });
        Some(sides.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn lists_that_fit() {
        for (wanted, came) in [
            ("", ""),
            ("a b", "a b"),
            ("...", ""),
            ("... b", "a b a b"),
            ("a ... b ...", "a c d b"),
            ("... a ... a", "b a c a a"),
        ] {
            assert_eq!(sides(wanted, came), None, "{wanted} | {came}");
        }
    }

    #[test]
    fn lists_that_differ_are_aligned() {
        let of = |wanted, came| sides(wanted, came).unwrap();
        assert_eq!(of("a b c", "a c"), "a=a -b c=c");
        assert_eq!(of("a c", "a b c d"), "a=a +b c=c +d");
        assert_eq!(of("a b", "a c"), "a=a -b +c");
        assert_eq!(of("a ... d", "a b c"), "a=a ...=[b,c] -d");
        assert_eq!(of("... d", ""), "...=[] -d");
        assert_eq!(of("", "a"), "+a");
        assert_eq!(of("a b", "x A B"), "+x a~A b~B");
        assert_eq!(of("a b c", "A c"), "a~A -b c=c");
    }
}

//! Two lists beside each other.

use crate::scenario::Listed;

/// A line of two lists that were aligned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Side {
    /// Both have it: as it was expected, and as it came.
    Same(String, String),
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
/// Of lists whose product is beyond reason only the place is given.
pub(super) fn align<T>(
    wanted: &[Wanted<'_, T>],
    came: &[String],
    fits: impl Fn(&T, usize) -> bool,
) -> Option<Aligned> {
    /// The most cells that are compared.
    const MOST: usize = 4_000_000;
    let fits = |at: usize, item: usize| match wanted[at].pattern {
        Listed::Any => false,
        Listed::One(one) => fits(one, item),
    };
    let is_any = |at: usize| matches!(wanted[at].pattern, Listed::Any);
    if is_match(wanted.len(), came.len(), is_any, fits) {
        return None;
    }
    let width = came.len() + 1;
    if (wanted.len() + 1).saturating_mul(width) > MOST {
        let same = (0..wanted.len().min(came.len())).take_while(|&at| fits(at, at));
        let same = same.count();
        let parting = Parting {
            wanted: same,
            came: same,
        };
        return Some(Aligned {
            parting,
            sides: Vec::new(),
            fits: Vec::new(),
        });
    }
    // The fewest lines that differ, from each place on.
    let mut costs = vec![0_u32; (wanted.len() + 1) * width];
    for at in (0..=wanted.len()).rev() {
        for item in (0..=came.len()).rev() {
            let cost = |at: usize, item: usize| costs[at * width + item];
            let (more, other) = (item < came.len(), at < wanted.len());
            costs[at * width + item] = match (other, more) {
                (false, false) => 0,
                (false, true) => 1 + cost(at, item + 1),
                (true, _) if is_any(at) => {
                    if more {
                        cost(at + 1, item).min(cost(at, item + 1))
                    } else {
                        cost(at + 1, item)
                    }
                }
                (true, false) => 1 + cost(at + 1, item),
                (true, true) if fits(at, item) => cost(at + 1, item + 1),
                (true, true) => 1 + cost(at + 1, item).min(cost(at, item + 1)),
            };
        }
    }
    let cost = |at: usize, item: usize| costs[at * width + item];
    let (mut at, mut item) = (0, 0);
    let (mut sides, mut fitting) = (Vec::new(), Vec::new());
    let mut parting = None;
    while at < wanted.len() || item < came.len() {
        let has_any = at < wanted.len() && is_any(at);
        if has_any {
            let skipped = item;
            while item < came.len() && cost(at, item + 1) <= cost(at + 1, item) {
                item += 1;
            }
            let words = match item - skipped {
                0 => "(nothing)".to_owned(),
                1 => came[skipped].clone(),
                more => format!("({more} entries)"),
            };
            sides.push(Side::Same(wanted[at].text.clone(), words));
            fitting.push(Ok(at));
            at += 1;
        } else if at < wanted.len() && item < came.len() && fits(at, item) {
            sides.push(Side::Same(wanted[at].text.clone(), came[item].clone()));
            fitting.push(Ok(at));
            (at, item) = (at + 1, item + 1);
        } else {
            parting.get_or_insert(Parting {
                wanted: at,
                came: item,
            });
            let is_missing = at < wanted.len()
                && (item == came.len() || cost(at + 1, item) <= cost(at, item + 1));
            if is_missing {
                sides.push(Side::Missing(wanted[at].text.clone()));
                at += 1;
            } else {
                sides.push(Side::Extra(came[item].clone()));
                fitting.push(Err(item));
                item += 1;
            }
        }
    }
    let parting = parting.unwrap_or(Parting { wanted: 0, came: 0 });
    Some(Aligned {
        parting,
        sides,
        fits: fitting,
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
        let aligned = align(&wanted, &came, |word, item| *word == came[item])?;
        let sides = aligned.sides.iter().map(|side| match side {
            Side::Same(one, other) => format!("{one}={other}"),
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
        assert_eq!(of("a ... d", "a b c"), "a=a ...=(2 entries) -d");
        assert_eq!(of("", "a"), "+a");
    }
}

//! Which items of two sequences belong together.

/// One step through two sequences: indices into the first and the second.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// The same item stands in both.
    Both(usize, usize),
    /// Only in the first.
    First(usize),
    /// Only in the second.
    Second(usize),
}

/// The table of the longest common subsequence has at most so many cells.
const MOST_CELLS: usize = 4_000_000;

/// Goes through both sequences in order; as many items as possible are the same.
///
/// Where both have something else at one place, that of the first comes first. What stands between
/// the common beginning and the common end of two very long sequences is matched one by one, as far
/// as it goes.
/// It is the same whichever of the two is called the first.
pub(super) fn align<T: Ord>(a: &[T], b: &[T]) -> Vec<Step> {
    if (b.len(), b) < (a.len(), a) {
        let steps = forward(b, a).into_iter().map(|step| match step {
            Step::Both(b, a) => Step::Both(a, b),
            Step::First(b) => Step::Second(b),
            Step::Second(a) => Step::First(a),
        });
        let mut steps: Vec<_> = steps.collect();
        let is_apart = |step: &Step| !matches!(step, Step::Both(..));
        for apart in steps.chunk_by_mut(|one, next| is_apart(one) && is_apart(next)) {
            apart.sort_by_key(|step| matches!(step, Step::Second(_)));
        }
        return steps;
    }
    forward(a, b)
}

fn forward<T: PartialEq>(a: &[T], b: &[T]) -> Vec<Step> {
    let begin = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (rest_a, rest_b) = (&a[begin..], &b[begin..]);
    let ends = rest_a.iter().rev().zip(rest_b.iter().rev());
    let end = ends.take_while(|(a, b)| a == b).count();
    let (middle_a, middle_b) = (&rest_a[..rest_a.len() - end], &rest_b[..rest_b.len() - end]);
    let mut steps: Vec<_> = (0..begin).map(|at| Step::Both(at, at)).collect();
    let cells = middle_a.len().saturating_mul(middle_b.len());
    let middle = if cells <= MOST_CELLS {
        longest(middle_a, middle_b)
    } else {
        in_step(middle_a, middle_b)
    };
    steps.extend(middle.into_iter().map(|step| match step {
        Step::Both(a, b) => Step::Both(a + begin, b + begin),
        Step::First(a) => Step::First(a + begin),
        Step::Second(b) => Step::Second(b + begin),
    }));
    let (end_a, end_b) = (a.len() - end, b.len() - end);
    steps.extend((0..end).map(|at| Step::Both(end_a + at, end_b + at)));
    steps
}

/// The longest common subsequence, by its table.
fn longest<T: PartialEq>(a: &[T], b: &[T]) -> Vec<Step> {
    let width = b.len() + 1;
    let mut common = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i * width + j] = if a[i] == b[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut steps = Vec::with_capacity(a.len().max(b.len()));
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            steps.push(Step::Both(i, j));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len()
            || (i < a.len() && common[(i + 1) * width + j] >= common[i * width + j + 1])
        {
            steps.push(Step::First(i));
            i += 1;
        } else {
            steps.push(Step::Second(j));
            j += 1;
        }
    }
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
        let text: String = align(&a, &b)
            .into_iter()
            .map(|step| match step {
                Step::Both(at, _) => a[at].to_string(),
                Step::First(at) => format!("-{}", a[at]),
                Step::Second(at) => format!("+{}", b[at]),
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
    fn very_long_sequences_are_gone_through_in_step() {
        let a: Vec<usize> = (0..3000).collect();
        let b: Vec<usize> = (0..3000)
            .map(|one| one + usize::from(one % 2 == 0) * 7000)
            .collect();
        let steps = align(&a, &b);
        let both = steps.iter().filter(|step| matches!(step, Step::Both(..)));
        assert_eq!(both.count(), 1500);
        assert_eq!(steps.len(), 4500);
    }
}

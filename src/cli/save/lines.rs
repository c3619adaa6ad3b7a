//! Line ends of a text that is edited.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The edited text with the line ends of the one before: a line that is kept has its own, a new one that
/// of the line whose place it takes, else of the line before it.
///
/// `after` may have any line ends: editors of TOML write `\n` throughout.
pub(in crate::cli) fn with_line_ends(before: &str, after: &str) -> String {
    let (old, new) = (lines(before), lines(after));
    let content = |lines: &[(&str, &str)]| lines.iter().map(|line| line.0.to_owned()).collect();
    let (old_content, new_content): (Vec<String>, Vec<String>) = (content(&old), content(&new));
    let first = old.iter().map(|line| line.1).find(|end| !end.is_empty());
    let first = first.unwrap_or("\n");
    // The last line may have none.
    let usual = |at: Option<usize>| {
        let ends = at.and_then(|at| old.get(..=at)).unwrap_or_default();
        let ends = ends.iter().rev().map(|line| line.1);
        ends.into_iter()
            .find(|end| !end.is_empty())
            .unwrap_or(first)
    };
    let mut text = String::with_capacity(before.len().max(after.len()));
    for op in capture_diff_slices(Algorithm::Myers, &old_content, &new_content) {
        let (old_range, new_range) = (op.old_range(), op.new_range());
        for (nth, at) in new_range.enumerate() {
            let (content, end) = new[at];
            text.push_str(content);
            if end.is_empty() {
                continue;
            }
            let is_new = matches!(op, DiffOp::Insert { .. });
            text.push_str(if is_new {
                usual(old_range.start.checked_sub(1))
            } else {
                let last = old_range.end.saturating_sub(1);
                usual(Some(last.min(old_range.start + nth)))
            });
        }
    }
    text
}

/// The lines of a text, each with its end: `\r\n`, `\n` or `\r`; that of the last may be empty.
fn lines(text: &str) -> Vec<(&str, &str)> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\r', '\n']) {
        let length = if rest[at..].starts_with("\r\n") { 2 } else { 1 };
        lines.push((&rest[..at], &rest[at..at + length]));
        rest = &rest[at + length..];
    }
    if !rest.is_empty() {
        lines.push((rest, ""));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_keeps_its_end() {
        for (before, after, expected) in [
            ("a\r\nb\r\n", "a\nB\n", "a\r\nB\r\n"),
            ("a\r\nb\nc\r\n", "a\nb\nx\nc\n", "a\r\nb\nx\nc\r\n"),
            ("a\r\nb\nc\r\n", "a\nB\nC\n", "a\r\nB\nC\r\n"),
            ("a\nb\r\nc\n", "a\nx\ny\nz\nc\n", "a\nx\r\ny\r\nz\r\nc\n"),
            ("b\r\n", "a\nb\n", "a\r\nb\r\n"),
            ("a\r\nb", "a\nb\nc\n", "a\r\nb\r\nc\r\n"),
            ("a\r\nb\r\n", "a\nb", "a\r\nb"),
            ("a\rb\r", "a\nb\nc\n", "a\rb\rc\r"),
            ("a", "a\nb\n", "a\nb\n"),
            ("", "a\n", "a\n"),
            ("a\r\n", "", ""),
            ("a\n\r\nb\n", "a\n\nb\n", "a\n\r\nb\n"),
        ] {
            assert_eq!(
                with_line_ends(before, after),
                expected,
                "{before:?} {after:?}"
            );
        }
    }
}

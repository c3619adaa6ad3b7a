//! Applies fixes, and shows what they change.

use similar::TextDiff;

use crate::diagnostic::{Diagnostic, Edit, Fix, Safety};

/// Applies every fix that does not touch another, and tells how many were applied.
///
/// One pass: what a fix leaves behind may need another, so the caller checks the text anew and
/// comes back until nothing is applied.
pub fn apply(source: &str, findings: &[Diagnostic], include_unsafe: bool) -> (String, usize) {
    let mut edits: Vec<&Edit> = Vec::new();
    let mut applied = 0;
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        let is_wanted = include_unsafe || fix.safety == Safety::Safe;
        if is_wanted && fits(source, fix) && !fix.edits.iter().any(|edit| touches(&edits, edit)) {
            applied += 1;
            for edit in &fix.edits {
                let at = edits.partition_point(|one| one.span < edit.span);
                edits.insert(at, edit);
            }
        }
    }
    let mut text = String::with_capacity(source.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        text.push_str(source.get(at..range.start).unwrap_or(""));
        text.push_str(&edit.replacement);
        at = range.end;
    }
    text.push_str(source.get(at..).unwrap_or(""));
    (text, applied)
}

/// The change from one text to another as a unified diff; empty where there is none.
pub fn diff(name: &str, before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .header(name, name)
        .to_string()
}

/// Whether the edits lie in the text, in order, and change something.
fn fits(source: &str, fix: &Fix) -> bool {
    let is_inside = |edit: &Edit| source.get(edit.span.range()).is_some();
    let changes = |edit: &Edit| source.get(edit.span.range()) != Some(&*edit.replacement);
    fix.edits.iter().all(is_inside)
        && fix.edits.iter().any(changes)
        && fix
            .edits
            .is_sorted_by(|one, next| one.span.end <= next.span.start)
}

/// Whether an edit overlaps one that is applied already, or is at the same place.
fn touches(edits: &[&Edit], edit: &Edit) -> bool {
    let first = edits.partition_point(|one| one.span.end < edit.span.start);
    let near = edits[first..].iter();
    near.take_while(|one| one.span.start <= edit.span.end)
        .any(|one| {
            let overlaps = one.span.start < edit.span.end && edit.span.start < one.span.end;
            overlaps || one.span.start == edit.span.start
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn finding(safety: Safety, edits: &[(usize, usize, &str)]) -> Diagnostic {
        let edit = |&(start, end, text): &(usize, usize, &str)| Edit {
            span: Span::new(start, end),
            replacement: text.into(),
        };
        let mut finding = Diagnostic::error("rule", Span::default(), "message");
        finding.fix = Some(Fix {
            title: "mend it".into(),
            safety,
            edits: edits.iter().map(edit).collect(),
        });
        finding
    }

    #[test]
    fn fixes_that_touch_are_left_for_the_next_pass() {
        let findings = [
            finding(Safety::Safe, &[(0, 1, "A"), (4, 5, "E")]),
            finding(Safety::Safe, &[(2, 3, "C")]),
            finding(Safety::Safe, &[(4, 6, "x")]),
            finding(Safety::Unsafe, &[(5, 6, "F")]),
            finding(Safety::Safe, &[(90, 91, "outside")]),
        ];
        assert_eq!(apply("abcdef", &findings, false), ("AbCdEf".to_owned(), 2));
        assert_eq!(apply("abcdef", &findings, true), ("AbCdEF".to_owned(), 3));
    }

    #[test]
    fn a_diff_shows_the_lines_around() {
        let diff = diff("flow.xml", "a\nb\nc\n", "a\nB\nc\n");
        assert_eq!(
            diff,
            "--- flow.xml\n+++ flow.xml\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"
        );
        assert_eq!(super::diff("flow.xml", "a\n", "a\n"), "");
    }
}

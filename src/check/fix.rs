//! Applies fixes, and shows what they change.

use std::collections::BTreeMap;

use similar::TextDiff;

use crate::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::source::visible;
use crate::xml;

/// How often fixes are tried on one text: each round may reveal more to mend.
const ROUNDS: usize = 10;

/// So many fixes of one round are tried one by one, where some of them do harm.
const SINGLY: usize = 100;

/// A text with what is wrong with it.
#[derive(Clone, PartialEq, Debug)]
pub struct Mended {
    /// The text.
    pub text: String,
    /// What is left.
    pub findings: Vec<Diagnostic>,
    /// How many fixes were applied.
    pub applied: usize,
}

/// Applies fixes until none is left that helps.
///
/// A fix is applied if its own finding goes away and no new error appears. One that uncovers a warning is
/// applied with the unsafe fixes alone: it is one of them in the findings that are left, whatever it was.
/// A fix that is not applied says why.
///
/// `check` says what is wrong with a text.
pub fn mend(
    text: &str,
    findings: Vec<Diagnostic>,
    include_unsafe: bool,
    mut check: impl FnMut(&str) -> Vec<Diagnostic>,
) -> Mended {
    let mut mended = Mended {
        text: text.to_owned(),
        findings,
        applied: 0,
    };
    let wanted = Wanted {
        include_unsafe,
        uncovers: if include_unsafe {
            Severity::Warning
        } else {
            Severity::Info
        },
    };
    let mut refused = Vec::new();
    for _ in 0..ROUNDS {
        let all: Vec<_> = mended.findings.iter().collect();
        let better = match attempt(&mended, &all, wanted, &mut check) {
            Ok(better) => Some(better),
            Err(_) => singly(&mended, wanted, &mut refused, &mut check),
        };
        match better {
            Some(better) => mended = better,
            None => break,
        }
    }
    for finding in &mut mended.findings {
        let refusal = refused.iter().find(|(refused, _)| *refused == key(finding));
        let fix = finding.fix.as_mut().filter(|fix| wanted.takes(text, fix));
        if let (Some((_, Refusal::Uncovers(rule, severity))), Some(fix)) = (refusal, fix) {
            let word = severity.as_str();
            let note = if *severity == Severity::Error {
                format!("not fixed: the fix would leave a new {word}, `{rule}`")
            } else {
                fix.safety = Safety::Unsafe;
                format!("not fixed: the fix uncovers a {word}, `{rule}`")
            };
            finding.notes.push(note.into());
        }
    }
    mended
}

/// Which fixes are wanted.
#[derive(Clone, Copy)]
struct Wanted {
    /// Those that are not certain, too.
    include_unsafe: bool,
    /// The worst that a fix may uncover.
    uncovers: Severity,
}

impl Wanted {
    /// Whether a fix is to be applied, and can be.
    fn takes(self, source: &str, fix: &Fix) -> bool {
        (self.include_unsafe || fix.safety == Safety::Safe) && fits(source, fix)
    }
}

/// Why a fix is not applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Refusal {
    /// There is none.
    Nothing,
    /// Its own finding stays.
    Stays,
    /// Something new would be wrong.
    Uncovers(&'static str, Severity),
}

/// Applies the fixes of some findings, and those of what comes to light by them, where that is worse than
/// may be.
fn attempt(
    before: &Mended,
    findings: &[&Diagnostic],
    wanted: Wanted,
    check: &mut impl FnMut(&str) -> Vec<Diagnostic>,
) -> Result<Mended, Refusal> {
    let (mut text, fixed) = apply(&before.text, findings, wanted);
    let (mut count, mut applied) = (fixed.len(), before.applied);
    let mut refusal = Refusal::Nothing;
    for _ in 0..ROUNDS {
        if count == 0 {
            break;
        }
        applied += count;
        let after = Mended {
            findings: check(&text),
            text,
            applied,
        };
        let mut new = new(&before.findings, &after.findings);
        new.retain(|finding| finding.severity > wanted.uncovers);
        let Some(worst) = new.iter().max_by_key(|finding| finding.severity) else {
            // As many as were fixed have to be gone, of findings that are alike.
            let (was, is) = (
                counted(before.findings.iter().map(key)),
                counted(after.findings.iter().map(key)),
            );
            let is_gone = counted(fixed).iter().all(|(key, fixed)| {
                let count = |all: &BTreeMap<Key, usize>| all.get(key).copied().unwrap_or(0);
                count(&is) + fixed <= count(&was)
            });
            return if is_gone {
                Ok(after)
            } else {
                Err(Refusal::Stays)
            };
        };
        refusal = Refusal::Uncovers(worst.rule, worst.severity);
        let (next, fixed) = apply(&after.text, &new, wanted);
        (text, count) = (next, fixed.len());
    }
    Err(refusal)
}

/// Applies those fixes of a round that may be, each by itself; nothing where there is none. Adds the others
/// to those that are refused.
fn singly(
    before: &Mended,
    wanted: Wanted,
    refused: &mut Vec<(Key, Refusal)>,
    check: &mut impl FnMut(&str) -> Vec<Diagnostic>,
) -> Option<Mended> {
    let mut mended = before.clone();
    refused.clear();
    for _ in 0..SINGLY {
        let is_open = |finding: &&Diagnostic| {
            let fix = finding.fix.as_ref();
            fix.is_some_and(|fix| wanted.takes(&mended.text, fix))
                && !refused.iter().any(|(refused, _)| *refused == key(finding))
        };
        let Some(finding) = mended.findings.iter().find(is_open) else {
            break;
        };
        match attempt(&mended, &[finding], wanted, check) {
            Ok(better) => mended = better,
            Err(refusal) => refused.push((key(finding), refusal)),
        }
    }
    (mended.applied > before.applied).then_some(mended)
}

/// What makes a finding another one, wherever it stands.
type Key = (&'static str, String);

/// How many there are of each.
fn counted(keys: impl IntoIterator<Item = Key>) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn key(finding: &Diagnostic) -> Key {
    (finding.rule, finding.message.to_string())
}

/// What is wrong that was not before. What is not well-formed hides all else: of such a text only
/// what is wrong with its form counts.
fn new<'a>(before: &[Diagnostic], after: &'a [Diagnostic]) -> Vec<&'a Diagnostic> {
    let is_of_form = |finding: &Diagnostic| xml::RULES.iter().any(|rule| rule.id == finding.rule);
    let was_formed = !before.iter().any(is_of_form);
    let mut known = counted(before.iter().map(key));
    let mut new = Vec::new();
    for finding in after {
        match known.get_mut(&key(finding)) {
            Some(count) if *count > 0 => *count -= 1,
            _ if was_formed || is_of_form(finding) => new.push(finding),
            _ => {}
        }
    }
    new
}

/// Applies every fix that does not touch another, and tells the findings that were fixed.
///
/// One pass: what a fix leaves behind may need another.
fn apply(source: &str, findings: &[&Diagnostic], wanted: Wanted) -> (String, Vec<Key>) {
    let mut edits: Vec<&Edit> = Vec::new();
    let mut applied = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let is_wanted = wanted.takes(source, fix);
        if is_wanted && !fix.edits.iter().any(|edit| touches(&edits, edit)) {
            applied.push(key(finding));
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
        .header(&visible(name), &visible(name))
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
        let findings: Vec<_> = findings.iter().collect();
        let applied = |include_unsafe| {
            let wanted = Wanted {
                include_unsafe,
                uncovers: Severity::Info,
            };
            let (text, fixed) = apply("abcdef", &findings, wanted);
            (text, fixed.len())
        };
        assert_eq!(applied(false), ("AbCdEf".to_owned(), 2));
        assert_eq!(applied(true), ("AbCdEF".to_owned(), 3));
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

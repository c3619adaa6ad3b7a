//! Leaves out findings that only follow from others.

use super::scope::is_closed;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::xml::Document;

/// Rules that look at where an element stands, or at what stands inside it.
pub(super) const ABOUT_THE_TREE: &[&str] = &[
    "misplaced-element",
    "missing-attribute",
    "missing-destination",
    "missing-response",
    "stray-text",
];

/// Rules that miss something in a start tag.
pub(super) const ABOUT_THE_TAG: &[&str] = &["missing-attribute"];

/// The findings of the compiler and of the rules that say something new.
///
/// Where the text itself is broken, what was made of it is not what the author meant: nothing is
/// said of such a place twice. Where an end tag is missing, nothing is said of how the elements
/// inside stand to each other.
pub(super) fn without(
    document: &Document,
    found: &[Diagnostic],
    compiled: Vec<Diagnostic>,
    checked: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let mut findings = compiled;
    findings.extend(checked);
    if found.is_empty() {
        return findings;
    }
    let mut broken: Vec<Span> = found.iter().map(|one| one.primary.span).collect();
    broken.sort_unstable();
    let (mut open, mut tags) = (Vec::new(), Vec::new());
    for element in document.elements() {
        if !is_closed(document, element) {
            open.push(element.span());
        }
        let tag = element.start_tag_span();
        let first = broken.partition_point(|span| span.end < tag.start);
        if broken.get(first).is_some_and(|span| span.start <= tag.end) {
            tags.push(tag);
        }
    }
    findings.retain(|finding| {
        let span = finding.primary.span;
        let inside = |around: &[Span]| {
            around
                .iter()
                .any(|around| around.start <= span.start && span.end <= around.end)
        };
        let is_broken = broken.iter().any(|broken| {
            let is_point = span.start == span.end || broken.start == broken.end;
            broken.start < span.end && span.start < broken.end
                || is_point && broken.start <= span.end && span.start <= broken.end
        });
        let follows = ABOUT_THE_TREE.contains(&finding.rule) && inside(&open)
            || ABOUT_THE_TAG.contains(&finding.rule) && inside(&tags);
        !is_broken && !follows
    });
    findings
}

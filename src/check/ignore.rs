//! Comments that let findings pass: `<!-- callflow: ignore rule-id -->`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use super::{all_rules, nearest_rule};
use crate::diagnostic::{Diagnostic, Rule, Safety};
use crate::source::Span;
use crate::value::{is_same_name, nearest};
use crate::xml::{self, Comment, Document, Node, NodeId, NodeKind};

rule! {
    /// A comment that begins with `callflow:` and does not name what to ignore, or names a rule
    /// that does not exist.
    ///
    /// `<!-- callflow: ignore rule-id -->` lets findings of that rule pass in the next line that is
    /// not a comment, or in its own line if something else stands there. Several ids are separated
    /// by commas.
    ///
    /// ## Why
    ///
    /// The finding that it was meant for is still reported, or will be once the id is known.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <!-- callflow: ignore loop-zeroo -->
    ///   <Say>Hello.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <!-- callflow: ignore loop-zero -->
    ///   <Say loop="0">Hello.</Say>
    /// </Response>
    /// ```
    RULE = "ignore-comment" Warning "a comment to callflow that it cannot follow"
}

/// The word that begins every comment to callflow.
const CALL: &str = "callflow:";

/// The only thing that a comment can ask for.
const IGNORE: &str = "ignore";

/// Rules of other commands than `check` that a comment can name.
pub(super) const ELSEWHERE: [&str; 8] = [
    "endless-loop",
    "long-silence",
    "lost-keys",
    "never-reached",
    "nothing-heard",
    "silent-failure",
    "stuck-caller",
    "uncovered",
];

/// Lines in which findings of some rules pass.
struct Ignored<'a> {
    lines: RangeInclusive<usize>,
    rules: Vec<&'a str>,
}

/// Takes the findings away that comments ignore, and adds what is wrong with those comments.
pub(super) fn apply(document: &Document, findings: &mut Vec<Diagnostic>) {
    let mut mistakes = Vec::new();
    let ignored = all(document, &mut mistakes);
    findings.append(&mut mistakes);
    if ignored.is_empty() {
        return;
    }
    let passes = Passes::new(&ignored);
    findings.retain(|finding| {
        let line = document.source().position(finding.primary.span.start).line;
        !passes.has(finding.rule, line)
    });
}

/// Whether a comment of the document lets a finding pass.
pub fn is_ignored(document: &Document, finding: &Diagnostic) -> bool {
    let mut findings = vec![finding.clone()];
    apply(document, &mut findings);
    !findings.contains(finding)
}

/// All comments that let something pass, in the order of the document.
fn all<'a>(document: &'a Document, mistakes: &mut Vec<Diagnostic>) -> Vec<Ignored<'a>> {
    let is_call = |comment: &Comment<'_>| comment.text().trim_start().starts_with(CALL);
    if !document.comments().any(|comment| is_call(&comment)) {
        return Vec::new();
    }
    let (known, reach) = (all_rules(), Reach::new(document));
    let calls = document.comments().filter(is_call);
    calls
        .filter_map(|comment| read(document, comment, &known, &reach, mistakes))
        .collect()
}

/// For each rule the lines in which its findings pass: by their first line, each with the last line of
/// all up to it.
struct Passes<'a>(BTreeMap<&'a str, Vec<(usize, usize)>>);

impl<'a> Passes<'a> {
    fn new(ignored: &[Ignored<'a>]) -> Self {
        let mut all: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
        for one in ignored {
            for rule in &one.rules {
                let lines = (*one.lines.start(), *one.lines.end());
                all.entry(rule).or_default().push(lines);
            }
        }
        for lines in all.values_mut() {
            lines.sort_unstable();
            let mut last = 0;
            for (_, end) in lines {
                last = last.max(*end);
                *end = last;
            }
        }
        Self(all)
    }

    fn has(&self, rule: &str, line: usize) -> bool {
        let lines = self.0.get(rule).map_or(&[][..], Vec::as_slice);
        let behind = lines.partition_point(|(first, _)| *first <= line);
        lines[..behind]
            .last()
            .is_some_and(|(_, last)| line <= *last)
    }
}

/// For each comment the last line of the start tag that it stands before, past other comments.
struct Reach(HashMap<NodeId, usize>);

impl Reach {
    fn new(document: &Document) -> Self {
        let mut reach = HashMap::new();
        // From the last on: a comment before another reaches as far as that one.
        for comment in document.comments().rev() {
            let mut next = comment.node().next_sibling();
            if let Some(NodeKind::Text(text)) = next.map(Node::kind)
                && text.trim().is_empty()
            {
                next = next.and_then(Node::next_sibling);
            }
            let end = match next.map(|next| (next.id(), next.kind())) {
                // The whole start tag, in however many lines it is written.
                Some((_, NodeKind::Element(element))) => Some(
                    document
                        .source()
                        .position(element.start_tag_span().end)
                        .line,
                ),
                Some((id, NodeKind::Comment(_))) => reach.get(&id).copied(),
                _ => None,
            };
            if let Some(end) = end {
                reach.insert(comment.node().id(), end);
            }
        }
        Self(reach)
    }
}

/// The lines in which findings of a rule pass.
pub fn lines_without(document: &Document, rule: &str) -> Vec<RangeInclusive<usize>> {
    let ignored = all(document, &mut Vec::new()).into_iter();
    ignored
        .filter(|ignored| ignored.rules.contains(&rule))
        .map(|ignored| ignored.lines)
        .collect()
}

fn read<'a>(
    document: &'a Document,
    comment: Comment<'a>,
    known: &[Rule],
    reach: &Reach,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Ignored<'a>> {
    let text = comment.text();
    let begin = text.find(CALL)? + CALL.len();
    let place = |word: &str| {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        comment.text_span().within(at, at + word.len())
    };
    let mistake =
        |span: Span, message: String| Diagnostic::new(RULE.id, RULE.severity, span, message);
    let order = text[begin..].trim();
    let verb = order.split(char::is_whitespace).next().unwrap_or("");
    if verb != IGNORE {
        let finding = mistake(
            place(order),
            "callflow does not know what this comment asks for".into(),
        )
        .help("write `callflow: ignore` and the ids of rules");
        mistakes.push(match nearest(verb, [IGNORE]) {
            Some(_) => finding.fix(
                Safety::certain_if(is_same_name(verb, IGNORE)),
                "write `ignore`",
                place(verb),
                IGNORE,
            ),
            None => finding,
        });
        return None;
    }
    let rules: Vec<&str> = order[verb.len()..]
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    if rules.is_empty() {
        let finding = mistake(
            place(order),
            "this comment does not say which rule to ignore".into(),
        );
        mistakes.push(finding.help("write the rule's id behind `ignore`"));
        return None;
    }
    for &word in &rules {
        if known.iter().any(|rule| rule.id == word) || ELSEWHERE.contains(&word) {
            continue;
        }
        let finding = mistake(place(word), format!("there is no rule `{word}`"));
        mistakes.push(match nearest_rule(word, known) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(
                Safety::certain_if(is_same_name(word, near)),
                format!("write `{near}`"),
                place(word),
                near,
            ),
            None => finding,
        });
    }
    let lines = lines(document, comment, reach);
    Some(Ignored { lines, rules })
}

/// The lines that a comment speaks of.
fn lines(document: &Document, comment: Comment<'_>, reach: &Reach) -> RangeInclusive<usize> {
    let source = document.source();
    let line = |offset: u32| source.position(offset).line;
    let span = comment.span();
    let (first, last) = (line(span.start), line(span.end));
    let before = Span {
        start: source.line(first).start,
        end: span.start,
    };
    let behind = Span {
        start: span.end,
        end: source.line(last).end,
    };
    let is_blank = |span: Span| source.slice(span).trim().is_empty();
    if !is_blank(before) || !is_blank(behind) {
        return first..=last;
    }
    first
        ..=reach
            .0
            .get(&comment.node().id())
            .copied()
            .unwrap_or(last + 1)
}

/// A text with comments that let the findings pass which it has today, and how many were added.
///
/// What is not well-formed is left as it is: its findings have no element to stand before.
pub fn add(document: &Document, findings: &[Diagnostic]) -> (String, usize) {
    let source = document.source();
    let text = source.text();
    let is_of_form = |finding: &Diagnostic| xml::RULES.iter().any(|rule| rule.id == finding.rule);
    if findings.iter().any(is_of_form) {
        return (text.to_owned(), 0);
    }
    let mut before: BTreeMap<u32, (BTreeSet<&str>, bool)> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.rule != RULE.id) {
        let at = finding.primary.span.start;
        let around = document
            .elements()
            .rfind(|element| element.span().start <= at);
        if let Some(element) = around {
            let is_long = source.slice(element.start_tag_span()).contains('\n');
            let (rules, is_of_long) = before.entry(element.span().start).or_default();
            rules.insert(finding.rule);
            *is_of_long = is_long;
        }
    }
    let mut result = String::with_capacity(text.len());
    let mut copied = 0;
    for (&at, (rules, is_long)) in &before {
        let at = at as usize;
        let line = source.line(source.position(at as u32).line);
        let ahead = &text[line.start as usize..at];
        let indent = &ahead[..ahead.len() - ahead.trim_start().len()];
        // Behind something else in its line it speaks of that line; a tag may take several.
        let is_alone = ahead.len() == indent.len();
        result.push_str(&text[copied..at]);
        copied = at;
        if *is_long && !is_alone {
            result.push('\n');
            result.push_str(indent);
        }
        let rules: Vec<_> = rules.iter().copied().collect();
        let comment = ["<!-- ", CALL, " ", IGNORE, " ", &rules.join(" "), " -->"];
        result.extend(comment);
        if is_alone || *is_long {
            result.push('\n');
            result.push_str(indent);
        }
    }
    result.push_str(&text[copied..]);
    (result, before.len())
}

//! Comments that ignore findings: `<!-- callflow: ignore rule-id: reason -->`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use super::{all_rules, nearest_rule};
use crate::command;
use crate::diagnostic::{Diagnostic, Rule, Safety, Severity};
use crate::flow;
use crate::source::Span;
use crate::value::{is_same_name, nearest};
use crate::xml::{self, Comment, Document, Node, NodeId, NodeKind};

rule! {
    /// A comment that begins with `callflow:` but does not say what to ignore, or names a rule that
    /// does not exist.
    ///
    /// `<!-- callflow: ignore rule-id -->` ignores the findings of that rule on the next line that
    /// is not a comment, or on its own line if there is something else on that line. If a start tag
    /// or a CDATA section follows, all its lines count. Separate several ids with commas. A reason
    /// may follow: `<!-- callflow: ignore no-beep, loop-zero: the carrier plays one -->`.
    ///
    /// Errors that keep a flow from running cannot be ignored.
    ///
    /// `<!-- callflow: incomplete: reason -->` says that there is more of the flow than the text has: then
    /// nothing is reported that may be wrong only because the rest is missing.
    ///
    /// ## Why
    ///
    /// The comment has no effect: the finding is still reported.
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
    RULE = "ignore-comment" Warning "a `callflow:` comment that callflow does not understand"
}

/// The word that begins every comment to callflow.
const CALL: &str = "callflow:";

/// What a comment can ask for.
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

/// Takes the findings away that comments ignore, and adds what is wrong with those comments. Gives what
/// was taken away.
pub(super) fn apply(document: &Document, findings: &mut Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    let ignored = all(document, &mut mistakes);
    findings.append(&mut mistakes);
    if ignored.is_empty() {
        return Vec::new();
    }
    let passes = Passes::new(&ignored);
    let mut taken = Vec::new();
    let all = std::mem::take(findings);
    for finding in all {
        let line = document.source().position(finding.primary.span.start).line;
        if !passes.has(finding.rule, line) {
            findings.push(finding);
        } else if keeps_from_running(&finding) {
            let note = "a comment cannot ignore this error, because it keeps the flow from running";
            findings.push(finding.note(note));
        } else {
            taken.push(finding);
        }
    }
    taken
}

/// Whether a flow with this finding does not run. `check` must not be silent about it.
fn keeps_from_running(finding: &Diagnostic) -> bool {
    let mut of_reading = [xml::RULES, command::RULES, flow::RULES].into_iter();
    finding.severity == Severity::Error
        && of_reading.any(|rules| rules.iter().any(|rule| rule.id == finding.rule))
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

/// How far each comment reaches: to the end of the tag or section that it stands before, past other
/// comments.
struct Reach(HashMap<NodeId, Ends>);

/// The last lines of what a comment stands before.
#[derive(Clone, Copy)]
struct Ends {
    /// Of what begins on the line on which the comment ends; nothing where nothing does.
    same_line: Option<usize>,
    /// Of what begins anywhere.
    anywhere: Option<usize>,
}

impl Reach {
    fn new(document: &Document) -> Self {
        let line = |offset: u32| document.source().position(offset).line;
        let mut reach: HashMap<NodeId, Ends> = HashMap::new();
        // From the last on: a comment before another reaches as far as that one.
        for comment in document.comments().rev() {
            let mut next = comment.node().next_sibling();
            if let Some(NodeKind::Text(text)) = next.map(Node::kind)
                && text.trim().is_empty()
            {
                next = next.and_then(Node::next_sibling);
            }
            let Some(next) = next else { continue };
            let span = match next.kind() {
                // The whole start tag, in however many lines it is written.
                NodeKind::Element(element) => element.start_tag_span(),
                NodeKind::Cdata(_) | NodeKind::Comment(_) | NodeKind::Instruction { .. } => {
                    next.span()
                }
                NodeKind::Text(_) => continue,
            };
            let end = line(span.end);
            let mut same_line = end;
            let mut anywhere = end;
            if next.comment().is_some() {
                let ends = reach.get(&next.id());
                same_line = ends.and_then(|ends| ends.same_line).unwrap_or(end).max(end);
                let behind = ends.and_then(|ends| ends.anywhere);
                anywhere = behind.unwrap_or(end + 1).max(end);
            }
            let is_on_line = line(span.start) == line(comment.span().end);
            let ends = Ends {
                same_line: is_on_line.then_some(same_line),
                anywhere: Some(anywhere),
            };
            reach.insert(comment.node().id(), ends);
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
    // Said of the whole flow, and nothing is ignored by it.
    if verb.strip_suffix(':').unwrap_or(verb) == flow::INCOMPLETE {
        return None;
    }
    if verb != IGNORE {
        let finding = mistake(
            place(order),
            "callflow does not understand this comment".into(),
        )
        .help("write `callflow: ignore`, and then the ids of rules");
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
    // Behind a colon may stand why.
    let rules = order[verb.len()..].split(':').next().unwrap_or("");
    let rules: Vec<&str> = rules
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    if rules.is_empty() {
        let finding = mistake(
            place(order),
            "this comment does not say which rule to ignore".into(),
        );
        mistakes.push(finding.help("write the rule's id after `ignore`"));
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
    let ends = reach.0.get(&comment.node().id());
    let is_blank = |span: Span| source.slice(span).trim().is_empty();
    if !is_blank(before) || !is_blank(behind) {
        let end = ends.and_then(|ends| ends.same_line);
        return first..=end.unwrap_or(last).max(last);
    }
    let end = ends.and_then(|ends| ends.anywhere);
    first..=end.unwrap_or(last + 1)
}

/// A text with comments that ignore the findings that it has today, and how many were added.
///
/// What is not well-formed is left as it is: its findings have no tag to stand before. Errors with which
/// a flow does not run get no comment, for none would help.
pub fn add(document: &Document, findings: &[Diagnostic]) -> (String, usize) {
    let source = document.source();
    let text = source.text();
    if !document.is_well_formed() {
        return (text.to_owned(), 0);
    }
    let places = Places::new(document);
    let mut comments: BTreeMap<Place, BTreeSet<&str>> = BTreeMap::new();
    for finding in findings.iter().filter(|one| !keeps_from_running(one)) {
        let place = places.before(finding.primary.span.start);
        comments.entry(place).or_default().insert(finding.rule);
    }
    let mut result = String::with_capacity(text.len());
    let mut copied = 0;
    for (place, rules) in &comments {
        let at = place.at as usize;
        result.push_str(&text[copied..at]);
        copied = at;
        let rules: Vec<_> = rules.iter().copied().collect();
        result.extend(["<!-- ", CALL, " ", IGNORE, " ", &rules.join(", "), " -->"]);
        if place.begins_line {
            let line = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
            result.push_str(line_end(text, at));
            result.push_str(&text[line..at]);
        }
    }
    result.push_str(&text[copied..]);
    (result, comments.len())
}

/// How the line around an offset ends, or the one before it if that is the last.
fn line_end(text: &str, at: usize) -> &str {
    let end = |at: usize| {
        let length = if text[at..].starts_with("\r\n") { 2 } else { 1 };
        &text[at..at + length]
    };
    let behind = text[at..].find(['\n', '\r']).map(|behind| end(at + behind));
    let before = text[..at].rfind(['\n', '\r']).map(|before| {
        let is_pair = text[..before].ends_with('\r') && text[before..].starts_with('\n');
        end(before - usize::from(is_pair))
    });
    behind.or(before).unwrap_or("\n")
}

/// Where a comment is put.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// The offset.
    at: u32,
    /// Whether it gets a line of its own: only blanks stand before it, and a tag or comment behind it.
    begins_line: bool,
}

/// Where comments work in a document.
struct Places<'a> {
    document: &'a Document,
    /// What no comment can stand in, in order: tags, comments, sections and instructions. Whether a new
    /// line may begin before it.
    closed: Vec<(Span, bool)>,
}

impl<'a> Places<'a> {
    fn new(document: &'a Document) -> Self {
        let mut closed = Vec::new();
        for node in document.nodes() {
            match node.kind() {
                NodeKind::Element(element) => {
                    closed.push((element.start_tag_span(), true));
                    closed.extend(element.end_tag_span().map(|span| (span, false)));
                }
                NodeKind::Comment(_) => closed.push((node.span(), true)),
                // Blanks before these are text of the command around them.
                NodeKind::Cdata(_) | NodeKind::Instruction { .. } => {
                    closed.push((node.span(), false));
                }
                NodeKind::Text(_) => {}
            }
        }
        closed.sort_unstable_by_key(|(span, _)| span.start);
        Self { document, closed }
    }

    /// Where a comment ignores what begins at an offset: before whatever begins its line, or before what
    /// reaches into the line from another.
    fn before(&self, offset: u32) -> Place {
        let source = self.document.source();
        let text = source.text();
        let line = source.line(source.position(offset).line);
        let blanks = source.slice(line);
        let blanks = blanks.len() - blanks.trim_start().len();
        let first = (line.start + blanks as u32).min(offset);
        let behind = self.closed.partition_point(|(span, _)| span.start <= first);
        let around = self.closed[..behind].last();
        if let Some(&(span, takes_line)) = around.filter(|(span, _)| first < span.end) {
            let ahead = text[..span.start as usize].rsplit(['\n', '\r']).next();
            let is_first = ahead.is_none_or(|ahead| ahead.trim().is_empty());
            return Place {
                at: span.start,
                begins_line: takes_line && is_first,
            };
        }
        // Nothing can stand before the declaration, and no comment in a document type.
        let root = self.document.root().map(|root| root.span().start);
        let at = match (self.document.declaration(), root) {
            (Some(declaration), _) if first < declaration.span.end => declaration.span.end,
            (_, Some(root)) if first < root => root,
            _ => first,
        };
        Place {
            at,
            begins_line: false,
        }
    }
}

//! Findings for people: the place in the text with carets under it, in the look of rustc.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io;

use annotate_snippets::renderer::{DEFAULT_LINE_NUM_STYLE, Style};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Fix, Label, Safety, Severity};
use crate::report::excerpt::{self, Limits, Window};
use crate::report::output::without_styles;
use crate::report::place::Places;
use crate::report::prose::{hanging, widest, wrapped};
use crate::report::{Aside, Counts, Report};
use crate::source::{Position, Source, Span, is_unseen, visible};

/// An excerpt is cut to the terminal's width by the renderer, with dots of its own; what it is
/// given must only reach beyond that width on both sides.
const EXCERPT: Limits = Limits {
    lines: 200,
    line: 1000,
    around: 300,
    mark: 160,
    ellipsis: "",
};

/// A suggested line is shown as long as it is given.
const SUGGESTION: Limits = Limits {
    lines: 20,
    line: 160,
    around: 40,
    mark: 120,
    ellipsis: "…",
};

/// With fewer columns an excerpt shows nothing any more.
const NARROWEST: usize = 40;

impl Limits {
    /// Limits that leave less and less of a line, for a terminal of so many columns.
    fn narrower(self, columns: usize) -> [Self; 4] {
        let around = |around: usize| Self {
            line: columns.saturating_sub(8).min(self.line),
            around: around.min(self.around),
            ..self
        };
        [self, around(30), around(15), around(5)]
    }
}

/// Writes every finding, file by file, and one line that counts them.
///
/// # Errors
///
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for file in &report.files {
        let places = Places::new(&file.source);
        for diagnostic in without_repeats(&file.diagnostics) {
            let text = finding(&places, &diagnostic, report.styled, report.columns);
            writeln!(out, "{text}\n")?;
        }
    }
    writeln!(out, "{}", summary(report.counts()))
}

/// The findings of one document, an empty line between them, without a summary; in lines of so many columns,
/// if any are given.
pub fn render(
    source: &Source,
    diagnostics: &[Diagnostic],
    styled: bool,
    columns: Option<usize>,
) -> String {
    let places = Places::new(source);
    let mut text = String::new();
    for diagnostic in without_repeats(diagnostics) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&finding(&places, &diagnostic, styled, columns));
        text.push('\n');
    }
    text
}

/// Findings of one file. Advice that several of them give is given once: with the first.
fn without_repeats(diagnostics: &[Diagnostic]) -> Vec<Cow<'_, Diagnostic>> {
    /// Advice that fewer findings give stays with each.
    const SEVERAL: usize = 3;
    let mut counts: HashMap<Advice<'_>, usize> = HashMap::new();
    for diagnostic in diagnostics {
        *counts.entry(advice(diagnostic)).or_default() += 1;
    }
    let mut given = HashSet::new();
    let shown = diagnostics.iter().map(|diagnostic| {
        let advice = advice(diagnostic);
        if counts[&advice] < SEVERAL || given.insert(advice) {
            return Cow::Borrowed(diagnostic);
        }
        let mut shorter = diagnostic.clone();
        shorter.notes.clear();
        shorter.help.clear();
        Cow::Owned(shorter)
    });
    shown.collect()
}

/// What a finding notes and advises.
type Advice<'d> = (&'static str, Vec<&'d str>, Vec<&'d str>);

fn advice(diagnostic: &Diagnostic) -> Advice<'_> {
    let notes = diagnostic.notes.iter().map(|note| &**note).collect();
    let help = diagnostic.help.iter().map(|help| &**help).collect();
    (diagnostic.rule, notes, help)
}

/// The line that ends a report: "2 errors, 1 warning in 1 of 14 files checked; 3 ignored, 2 fixable with
/// --fix".
pub fn summary(counts: Counts) -> String {
    let number = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    };
    let files = number(counts.files, "file");
    let found: Vec<_> = [
        (counts.errors, "error"),
        (counts.warnings, "warning"),
        (counts.infos, "info"),
    ]
    .into_iter()
    .filter(|&(count, _)| count > 0)
    .map(|(count, name)| number(count, name))
    .collect();
    let found = found.join(", ");
    let mut line = match counts.files {
        _ if found.is_empty() => format!("{files} checked, no findings"),
        1 => format!("{found} in 1 file checked"),
        _ => format!(
            "{found} in {} of {files} checked",
            counts.files_with_findings
        ),
    };
    let Aside {
        ignored,
        fixable,
        fixable_unsafe,
        skipped,
    } = counts.aside;
    let aside: Vec<_> = [
        (ignored, format!("{ignored} ignored")),
        (fixable, format!("{fixable} fixable with --fix")),
        (
            fixable_unsafe,
            format!("{fixable_unsafe} fixable with --unsafe-fixes"),
        ),
        (skipped, format!("{} skipped", number(skipped, "file"))),
    ]
    .into_iter()
    .filter(|&(count, _)| count > 0)
    .map(|(_, words)| words)
    .collect();
    if !aside.is_empty() {
        line.push_str("; ");
        line.push_str(&aside.join(", "));
    }
    line
}

/// One finding, without a line end behind it.
pub(super) fn finding(
    places: &Places<'_>,
    diagnostic: &Diagnostic,
    styled: bool,
    columns: Option<usize>,
) -> String {
    let (renderer, gutter_style) = if styled {
        (Renderer::styled(), DEFAULT_LINE_NUM_STYLE)
    } else {
        (Renderer::plain(), Style::new())
    };
    let renderer = match columns {
        Some(columns) => renderer.term_width(columns.max(NARROWEST)),
        None => renderer,
    };
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };

    let title = level.clone().primary_title(visible(&diagnostic.message));
    let title = renderer.render(&[Group::with_title(title.id(diagnostic.rule))]);
    let title = match columns {
        Some(columns) => hanging(&title, columns.max(NARROWEST), 2),
        None => title,
    };
    let body = body(places, diagnostic, &renderer, &level, columns);

    // The renderer counts columns in the text that it is given, which may be part of a line; so
    // the line that says where comes from here, below the title and aligned with the gutter.
    let gutter = body.len() - body.trim_start_matches(' ').len();
    let indent = " ".repeat(gutter.saturating_sub(1));
    let place = places.position(diagnostic.primary.span.start);
    let arrow = format!("{indent}{gutter_style}-->{gutter_style:#}");
    let name = visible(places.source().name());
    let text = format!(
        "{title}\n{arrow} {name}:{}:{}\n{body}",
        place.line, place.column
    );
    // The renderer shows some of them; each takes one column, so that the carets stay where they are.
    text.replace(
        |c| is_unseen(c) && !matches!(c, '\n' | '\u{1b}' | '\u{200d}'),
        "\u{fffd}",
    )
}

/// A finding without its first two lines, with excerpts that the terminal has room for: a label that it
/// has no room for beside its mark is a note, and a suggested line is cut around its edits.
fn body(
    places: &Places<'_>,
    diagnostic: &Diagnostic,
    renderer: &Renderer,
    level: &Level<'_>,
    columns: Option<usize>,
) -> String {
    let render = |below: &[usize], suggestion: Option<Limits>| {
        let groups = groups(
            places,
            diagnostic,
            level.clone(),
            columns,
            below,
            suggestion,
        );
        with_arrows(&renderer.render(&groups))
    };
    let Some(columns) = columns.map(|columns| columns.max(NARROWEST)) else {
        return render(&[], Some(SUGGESTION));
    };
    let body = render(&[], None);
    let is_wide = |label: &Label| {
        let words = visible(&label.text);
        let wide = |line: &str| widest(line) > columns && line.contains(&*words);
        !words.is_empty() && body.lines().any(wide)
    };
    let wide = labels(diagnostic).enumerate();
    let below: Vec<usize> = wide
        .filter_map(|(number, label)| is_wide(label).then_some(number))
        .collect();
    let body = render(&below, None);
    let most = columns.max(widest(&body));
    let suggestions = SUGGESTION.narrower(columns).into_iter();
    let mut bodies = suggestions.map(|limits| render(&below, Some(limits)));
    bodies.find(|body| widest(body) <= most).unwrap_or(body)
}

/// What the renderer is given: the excerpts, notes and advice of a finding, and its suggestion. The labels
/// with the numbers `below` are notes.
fn groups<'a>(
    places: &Places<'_>,
    diagnostic: &'a Diagnostic,
    level: Level<'a>,
    columns: Option<usize>,
    below: &[usize],
    shown: Option<Limits>,
) -> Vec<Group<'a>> {
    let name = visible(places.source().name()).into_owned();
    let mut group = Group::with_level(level);
    let mut elsewhere = Vec::new();
    for (index, window) in excerpts(places, diagnostic, columns)
        .into_iter()
        .enumerate()
    {
        if index > 0 && window.shifted {
            elsewhere.extend(window.marks.into_iter().map(|(number, _)| number));
            continue;
        }
        let path = (index > 0).then(|| name.clone());
        group = group.element(cause(diagnostic, window, path, below));
    }
    for label in elsewhere
        .into_iter()
        .filter_map(|number| labels(diagnostic).nth(number))
    {
        let Position { line, column } = places.position(label.span.start);
        let words = if label.text.is_empty() {
            "see also"
        } else {
            &*label.text
        };
        let words = visible(words);
        group = group.element(Level::NOTE.message(format!("{words}: {name}:{line}:{column}")));
    }
    let last = places.position(diagnostic.primary.span.end).line;
    let prose = Prose::beside(last, columns);
    for label in below.iter().filter_map(|&at| labels(diagnostic).nth(at)) {
        group = group.element(Level::NOTE.message(prose.of(&label.text)));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(prose.of(note)));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(prose.of(help)));
    }
    let mut groups = vec![group];
    let fix = diagnostic.fix.as_ref();
    groups.extend(fix.map(|fix| suggestion(places, fix, prose, shown)));
    groups
}

/// The renderer's `:::` in front of another place as `-->`: a line of a CI server's log that begins with
/// `::` may be a command.
fn with_arrows(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    for line in body.split_inclusive('\n') {
        let rest = without_styles(line);
        match rest.strip_prefix(":::") {
            Some(behind) => {
                text.push_str(&line[..line.len() - rest.len()]);
                text.push_str("-->");
                text.push_str(behind);
            }
            None => text.push_str(line),
        }
    }
    text
}

/// The sentences of a finding: in one piece, or in lines that the terminal has room for.
#[derive(Clone, Copy)]
struct Prose(Option<usize>);

impl Prose {
    /// With fewer columns a sentence would be a list of words.
    const NARROWEST: usize = 30;

    /// Behind the numbers of the lines and `= note: `.
    fn beside(line: usize, columns: Option<usize>) -> Self {
        // Lines nearby may have a digit more.
        let indent = line.to_string().len() + 1 + "  = note: ".len();
        Self(columns.map(|columns| columns.saturating_sub(indent).max(Self::NARROWEST)))
    }

    fn of(self, text: &str) -> String {
        let lines: Vec<_> = text.split('\n').map(visible).collect();
        let text = lines.join("\n");
        match self.0 {
            Some(columns) => wrapped(&text, columns),
            None => text,
        }
    }
}

fn excerpts(places: &Places<'_>, diagnostic: &Diagnostic, columns: Option<usize>) -> Vec<Window> {
    /// What stands beside a mark: the number of the line, and dots on both sides.
    const BESIDE: usize = 20;
    let spans: Vec<Span> = labels(diagnostic).map(|label| label.span).collect();
    let mark = columns.map_or(EXCERPT.mark, |columns| {
        EXCERPT.mark.min(columns.saturating_sub(BESIDE).max(BESIDE))
    });
    excerpt::windows(places, &spans, Limits { mark, ..EXCERPT })
}

fn labels(diagnostic: &Diagnostic) -> impl Iterator<Item = &Label> {
    std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary)
}

/// The renderer works the columns below a path out itself: a path may only be given with lines
/// that have their beginning.
fn cause<'d>(
    diagnostic: &'d Diagnostic,
    window: Window,
    path: Option<String>,
    below: &[usize],
) -> Snippet<'d, Annotation<'d>> {
    let annotations = window.marks.into_iter().filter_map(|(number, place)| {
        let label = labels(diagnostic).nth(number)?;
        let kind = match number {
            0 => AnnotationKind::Primary,
            _ => AnnotationKind::Context,
        };
        let is_beside = !label.text.is_empty() && !below.contains(&number);
        let text = is_beside.then(|| visible(&label.text));
        Some(kind.span(place).label(text))
    });
    Snippet::source(window.text)
        .line_start(window.first_line)
        .path(path)
        .annotations(annotations)
}

/// The edited lines below the fix's title, or the title alone where the edits are too large or too
/// far apart to be shown.
fn suggestion<'a>(
    places: &Places<'_>,
    fix: &'a Fix,
    prose: Prose,
    limits: Option<Limits>,
) -> Group<'a> {
    let title = match fix.safety {
        Safety::Safe => prose.of(&fix.title),
        Safety::Unsafe => prose.of(&format!("{} (likely, not certain)", fix.title)),
    };
    let group = Group::with_title(Level::HELP.secondary_title(title));
    let Some(limits) = limits else {
        return group;
    };
    let spans: Vec<Span> = fix.edits.iter().map(|edit| edit.span).collect();
    let in_order = spans.is_sorted_by(|before, after| before.end <= after.start);
    let small = fix.edits.iter().all(|edit| {
        edit.replacement.len() <= SUGGESTION.line
            && excerpt::is_shown_whole(places, edit.span, limits)
    });
    if !in_order || !small {
        return group;
    }
    let Ok([window]) = <[Window; 1]>::try_from(excerpt::windows(places, &spans, limits)) else {
        return group;
    };
    let patches = window.marks.into_iter().filter_map(|(number, place)| {
        let edit = fix.edits.get(number)?;
        Some(Patch::new(place, normalize_line_ends(&edit.replacement)))
    });
    let snippet = Snippet::source(window.text).line_start(window.first_line);
    group.element(snippet.patches(patches))
}

fn normalize_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Edit;

    use super::*;

    /// A small generator of numbers, the same in every run.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(self.0 >> 33).unwrap() % limit
        }

        fn span(&mut self, text: &str) -> Span {
            let start = self.below(text.len() + 3);
            let length = match self.below(4) {
                0 => 0,
                1 => self.below(4),
                2 => self.below(40),
                _ => self.below(text.len() + 3),
            };
            Span::new(start, start + length)
        }
    }

    /// Runs a few thousand findings with random spans over a text.
    #[track_caller]
    fn renders_any_span(text: &str) {
        let source = Source::new("a.xml", text);
        let mut numbers = Numbers(7);
        for _ in 0..3000 {
            let mut diagnostic = Diagnostic::error("rule", numbers.span(text), "message");
            for _ in 0..numbers.below(4) {
                diagnostic = diagnostic.also(numbers.span(text), "label");
            }
            let edits = (0..numbers.below(3)).map(|_| Edit {
                span: numbers.span(text),
                replacement: ["", "x", "\n", "é\r\n\tz\n", "ab"][numbers.0 as usize % 5].into(),
            });
            diagnostic.fix = Some(Fix {
                title: "mend it".into(),
                safety: Safety::Safe,
                edits: edits.collect(),
            });
            let rendered = render(&source, &[diagnostic], false, None);
            assert!(rendered.starts_with("error[rule]: message\n"));
        }
    }

    #[test]
    fn any_span_of_an_empty_text_renders() {
        renders_any_span("");
    }

    #[test]
    fn any_span_of_short_lines_renders() {
        renders_any_span("a\r\n\té您\u{200d}\n\n\r\n\u{feff}x\u{0}y\rz\n\n  end");
    }

    #[test]
    fn any_span_of_a_long_line_renders() {
        renders_any_span(&format!("<a>\n{}\nb\n", "é您 <b c='d'/>\t".repeat(200)));
    }

    #[test]
    fn any_span_of_many_lines_renders() {
        renders_any_span(&"  <b c='d'/>\r\n".repeat(500));
    }

    #[test]
    fn a_summary_counts_what_there_is() {
        let counts = |files, files_with_findings, errors, warnings, infos| Counts {
            files,
            files_with_findings,
            errors,
            warnings,
            infos,
            aside: Aside::default(),
        };
        let line = |counts| summary(counts);
        assert_eq!(
            line(counts(14, 0, 0, 0, 0)),
            "14 files checked, no findings"
        );
        assert_eq!(line(counts(1, 0, 0, 0, 0)), "1 file checked, no findings");
        assert_eq!(line(counts(1, 1, 0, 0, 2)), "2 infos in 1 file checked");
        assert_eq!(
            line(counts(14, 1, 2, 1, 0)),
            "2 errors, 1 warning in 1 of 14 files checked"
        );
        let aside = |counts, [ignored, fixable, fixable_unsafe, skipped]: [usize; 4]| Counts {
            aside: Aside {
                ignored,
                fixable,
                fixable_unsafe,
                skipped,
            },
            ..counts
        };
        assert_eq!(
            line(aside(counts(2, 1, 3, 0, 0), [3, 2, 1, 0])),
            "3 errors in 1 of 2 files checked; 3 ignored, 2 fixable with --fix, 1 fixable with --unsafe-fixes"
        );
        assert_eq!(
            line(aside(counts(1, 0, 0, 0, 0), [1, 0, 0, 1])),
            "1 file checked, no findings; 1 ignored, 1 file skipped"
        );
    }

    #[test]
    fn advice_that_three_findings_give_is_given_once() {
        let source = Source::new("flow.xml", "abcdef");
        let finding = |at| Diagnostic::error("rule", Span::new(at, at + 1), "wrong").help("do it");
        let times = |count: usize| {
            let found: Vec<_> = (0..count).map(finding).collect();
            render(&source, &found, false, None)
                .matches("do it")
                .count()
        };
        assert_eq!([times(1), times(2), times(3), times(4)], [1, 2, 1, 1]);
    }
}

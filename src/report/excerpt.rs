//! The few lines of a document that a finding is shown with.
//!
//! A renderer walks all the text that it is given, so it is given little: the lines between the
//! marked places, and of a very long line only the part around them. Places too far apart for one
//! window get windows of their own.

use std::ops::Range;

use crate::report::place::Places;
use crate::secret;
use crate::source::Span;

/// How much a window may hold.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Lines from the first mark to the last.
    pub(super) lines: usize,
    /// Bytes of a line that is shown whole.
    pub(super) line: usize,
    /// Bytes shown on either side of the marks in a longer line.
    pub(super) around: usize,
    /// Bytes of a mark within one line, and between two marks in a long line.
    pub(super) mark: usize,
    /// What stands where a line was cut.
    pub(super) ellipsis: &'static str,
}

/// Consecutive lines of a document and marks in them.
pub(super) struct Window {
    /// The lines, each with a `\n` behind it.
    pub(super) text: String,
    /// The number of the first line.
    pub(super) first_line: usize,
    /// Whether a line lacks its beginning, so that columns in it are not those of the document.
    pub(super) shifted: bool,
    /// For every mark its number among the spans that were asked for and its place in `text`.
    pub(super) marks: Vec<(usize, Range<usize>)>,
}

/// A span cut to what can be shown of it.
#[derive(Clone)]
struct Mark {
    number: usize,
    bytes: Range<usize>,
    lines: Range<usize>,
    on_long_line: bool,
}

/// The windows that show the spans, the one with the first span first.
pub(super) fn windows(places: &Places<'_>, spans: &[Span], limits: Limits) -> Vec<Window> {
    let mut groups: Vec<Vec<Mark>> = Vec::new();
    for (number, &span) in spans.iter().enumerate() {
        let mark = mark(places, number, span, limits);
        match groups.iter_mut().find(|group| fits(group, &mark, limits)) {
            Some(group) => group.push(mark),
            None => groups.push(vec![mark]),
        }
    }
    groups
        .iter()
        .map(|group| window(places, group, limits))
        .collect()
}

/// Whether the whole span can be marked.
pub(super) fn is_shown_whole(places: &Places<'_>, span: Span, limits: Limits) -> bool {
    mark(places, 0, span, limits).bytes == span.range()
}

fn mark(places: &Places<'_>, number: usize, span: Span, limits: Limits) -> Mark {
    let source = places.source();
    let start = places.floor(span.start);
    let end = places.floor(span.end).max(start);
    let text = source.text().get(start..end).unwrap_or_default();
    let end = start + text.trim_end_matches(['\n', '\r']).len();

    let first = places.position(Span::at(start).start).line;
    let last = places.position(Span::at(end).start).line;
    let is_long = |line| source.line(line).range().len() > limits.line;
    let on_long_line = is_long(first) || is_long(last);
    // A line break is shown as the place behind the line's last character.
    let line = source.line(first).range();
    let start = start.min(line.end);
    let too_much = last - first >= limits.lines || (last > first && on_long_line);
    let (end, last) = if too_much {
        (line.end, first)
    } else {
        (end.max(start), last)
    };
    let end = if last == first && end - start > limits.mark {
        source.text().floor_char_boundary(start + limits.mark)
    } else {
        end
    };
    Mark {
        number,
        bytes: start..end,
        lines: first..last + 1,
        on_long_line,
    }
}

fn fits(group: &[Mark], mark: &Mark, limits: Limits) -> bool {
    let first = group.iter().map(|other| other.lines.start).min();
    let last = group.iter().map(|other| other.lines.end).max();
    let first = first.unwrap_or(mark.lines.start).min(mark.lines.start);
    let last = last.unwrap_or(mark.lines.end).max(mark.lines.end);
    let near = |other: &Mark| {
        let start = other.bytes.start.min(mark.bytes.start);
        let end = other.bytes.end.max(mark.bytes.end);
        end - start <= 2 * limits.mark
    };
    let long = |other: &Mark| other.on_long_line || mark.on_long_line;
    last - first <= limits.lines && group.iter().all(|other| !long(other) || near(other))
}

fn window(places: &Places<'_>, group: &[Mark], limits: Limits) -> Window {
    let source = places.source();
    let first = group.iter().map(|mark| mark.lines.start).min().unwrap_or(1);
    let behind = group.iter().map(|mark| mark.lines.end).max().unwrap_or(2);
    let mut window = Window {
        text: String::new(),
        first_line: first,
        shifted: false,
        marks: group.iter().map(|mark| (mark.number, 0..0)).collect(),
    };
    for line in first..behind {
        let whole = source.line(line).range();
        let shown = shown_part(source.text(), &whole, group, line, limits);
        if shown.start > whole.start {
            window.shifted = true;
            window.text.push_str(limits.ellipsis);
        }
        let base = window.text.len();
        for (mark, (_, place)) in group.iter().zip(&mut window.marks) {
            let here = |offset: usize| base + offset.clamp(shown.start, shown.end) - shown.start;
            if mark.lines.start == line {
                place.start = here(mark.bytes.start);
            }
            if mark.lines.end == line + 1 {
                place.end = here(mark.bytes.end).max(place.start);
            }
        }
        window
            .text
            .push_str(&without_secrets(source.text(), &whole, &shown));
        if shown.end < whole.end {
            window.text.push_str(limits.ellipsis);
        }
        window.text.push('\n');
    }
    window
}

/// The part of a line that is shown, with `*` in place of secrets. An address that begins far in front of
/// it is not looked at; one may go on in the next line.
fn without_secrets(text: &str, line: &Range<usize>, shown: &Range<usize>) -> String {
    const FAR: usize = 4096;
    const NEXT_LINES: usize = 256;
    let begin = shown.start.saturating_sub(FAR);
    let from = begin.max(line.start.saturating_sub(NEXT_LINES));
    let from = text.floor_char_boundary(from);
    let to = (shown.end + FAR).min(line.end + NEXT_LINES).min(text.len());
    let part = secret::masked_in_place(&text[from..text.ceil_char_boundary(to)]);
    part[shown.start - from..shown.end - from].to_owned()
}

/// The part of a line to show: all of it, or what surrounds its marks.
fn shown_part(
    text: &str,
    whole: &Range<usize>,
    group: &[Mark],
    line: usize,
    limits: Limits,
) -> Range<usize> {
    if whole.len() <= limits.line {
        return whole.clone();
    }
    let starts = group.iter().filter(|mark| mark.lines.start == line);
    let ends = group.iter().filter(|mark| mark.lines.end == line + 1);
    let first = starts.map(|mark| mark.bytes.start).min();
    let last = ends.map(|mark| mark.bytes.end).max();
    let first = first.or(last).unwrap_or(whole.start).max(whole.start);
    let last = last.unwrap_or(first).min(whole.end);
    let from = first.saturating_sub(limits.around).max(whole.start);
    let to = (last + limits.around).min(whole.end);
    text.floor_char_boundary(from)..text.ceil_char_boundary(to)
}

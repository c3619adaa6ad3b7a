//! The text of a file, and places in it.
//!
//! Everything that was read from text carries a [`Span`]: two byte offsets. Line and column are
//! worked out only when something is shown to a person, so a run without findings never counts a
//! line.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::secret::masked;

/// A half-open range of bytes in a [`Source`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte; never before `start`.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`.
    ///
    /// Offsets beyond 4 GiB are clamped; documents of that size are refused before they are read.
    pub fn new(start: usize, end: usize) -> Self {
        const LAST: usize = u32::MAX as usize;
        let start = start.min(LAST);
        let end = end.min(LAST).max(start);
        Self {
            start: start as u32,
            end: end as u32,
        }
    }

    /// The empty span at an offset.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The span as a range that slices a string.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The part of this span from `start` to `end`, counted from its own first byte.
    #[must_use]
    pub fn within(self, start: usize, end: usize) -> Self {
        let base = self.start as usize;
        Self::new(base + start, base + end)
    }
}

/// Where a reader finds an offset: both numbers count from 1, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode scalar values, from 1.
    pub column: usize,
}

impl Position {
    /// That of a document's first character.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// A document's name and its text.
#[derive(Debug)]
pub struct Source {
    name: Box<str>,
    text: Box<str>,
    /// Where the text begins in its document.
    start: Position,
    line_starts: OnceLock<Box<[u32]>>,
}

impl Source {
    /// A document under the name that messages give it, normally its path as the user wrote it.
    pub fn new(name: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self::part(name, text, Position::START)
    }

    /// A part of a document, which begins there. Offsets count from the part's beginning, lines and
    /// columns from that of the document.
    pub fn part(name: impl Into<Box<str>>, text: impl Into<Box<str>>, start: Position) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            start,
            line_starts: OnceLock::new(),
        }
    }

    /// The name that messages give the document.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, of a part that of the part.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span; empty where the span does not lie in this document.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Line and column of an offset. An offset behind the end is taken as the end.
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts();
        let offset = offset.min(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let line = starts.partition_point(|&start| start <= offset);
        let start = starts[line - 1] as usize;
        let before = self.text.get(start..offset as usize).unwrap_or("");
        let first = if line == 1 { self.start.column } else { 1 };
        Position {
            line: self.start.line - 1 + line,
            column: before.chars().count() + first,
        }
    }

    /// The span of a line, counted from 1, without its line end; empty behind the last line.
    pub fn line(&self, line: usize) -> Span {
        let starts = self.line_starts();
        let line = line.saturating_sub(self.start.line - 1);
        let Some(&start) = line.checked_sub(1).and_then(|index| starts.get(index)) else {
            return Span::at(self.text.len());
        };
        let end = starts
            .get(line)
            .map_or(self.text.len(), |&next| next as usize);
        let text = self.text.get(start as usize..end).unwrap_or("");
        Span::new(
            start as usize,
            start as usize + text.trim_end_matches(['\n', '\r']).len(),
        )
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = self.text.bytes().enumerate();
            std::iter::once(0)
                .chain(
                    ends.filter(|&(_, byte)| byte == b'\n')
                        .map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)),
                )
                .collect()
        })
    }
}

/// A text without the white space around it: [`str::trim`], at once where there is none.
pub fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// The beginning of a text, for a sentence, or of a path its end. Secrets in it are masked before it is cut: half an address
/// does not show where its password ends.
pub(crate) fn short(text: &str) -> String {
    const MOST: usize = 60;
    let text = masked(text);
    if is_path(&text) {
        let from = text.char_indices().rev().nth(MOST - 1);
        return match from {
            Some((from, _)) if from > 0 => format!("…{}", &text[from..]),
            _ => text.into_owned(),
        };
    }
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

/// Whether a text is the path of a command, such as `Gather[0].Say[1]`, perhaps with more behind a blank:
/// paths differ in their ends.
pub(crate) fn is_path(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    first.ends_with(']') && first.contains('[')
}

/// Whether a character is not seen, but steers a terminal, ends a line, turns the direction of writing or
/// hides in a text.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Text of unknown origin as it may be shown, be it what a file holds or what it is called: no
/// character reaches the terminal, or begins a line, that would steer it or turn the direction of
/// writing. Such a character is written as its escape, `\u{9b}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let steers = is_unseen;
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for seen in text.graphemes(true) {
        for (at, c) in seen.char_indices() {
            // It joins emoji to one.
            let joins = c == '\u{200d}' && at > 0 && at + c.len_utf8() < seen.len();
            if steers(c) && !joins {
                shown.extend(c.escape_unicode());
            } else {
                shown.push(c);
            }
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_path_the_end_is_shown() {
        let path = format!("{}Say[0]", "Gather[0].".repeat(9));
        assert_eq!(short(&path), format!("…{}", &path[path.len() - 60..]));
        let words = "one two three ".repeat(9);
        assert_eq!(short(&words), format!("{}…", &words[..60]));
        let just = format!("{}{}", "a".repeat(57), "[0]");
        assert_eq!(short(&just), just);
    }

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let source = Source::new("a.xml", "aé\nb\r\n");
        let at = |offset| {
            let Position { line, column } = source.position(offset);
            (line, column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (1, 3));
        assert_eq!(at(4), (2, 1));
        assert_eq!(at(7), (3, 1));
        assert_eq!(at(99), (3, 1));
        assert_eq!(source.slice(source.line(2)), "b");
        assert_eq!(source.slice(source.line(9)), "");
    }

    #[test]
    fn positions_in_a_part_are_those_in_the_document() {
        let part = Source::part("a.xml", "b\r\nc", Position { line: 2, column: 4 });
        let at = |offset| {
            let Position { line, column } = part.position(offset);
            (line, column)
        };
        assert_eq!((at(0), at(3)), ((2, 4), (3, 1)));
        assert_eq!(part.slice(part.line(2)), "b");
        assert_eq!(part.slice(part.line(1)), "");
    }
}

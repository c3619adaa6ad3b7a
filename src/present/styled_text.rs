//! Styled text that is wrapped to a width, and safe for a terminal.

use std::borrow::Cow;
use std::io;

use anstyle::{AnsiColor, Style};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr;

use crate::secret::masked;
use crate::source::visible;

pub(crate) const PLAIN: Style = Style::new();
pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const HEARD: Style = AnsiColor::Cyan.on_default();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
pub(crate) const OPEN: Style = AnsiColor::Yellow.on_default();

/// Text of one style.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Piece {
    style: Style,
    text: String,
}

/// A run of text. A blank may become the end of a line.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Text(Vec<Piece>);

impl Text {
    /// Text of one style.
    pub(crate) fn of(style: Style, text: impl Into<String>) -> Self {
        Self::default().and(style, text)
    }

    /// The same with more text behind it, without a blank between the two.
    pub(crate) fn and(mut self, style: Style, text: impl Into<String>) -> Self {
        self.push(style, text);
        self
    }

    /// Adds text, without a blank before it.
    pub(crate) fn push(&mut self, style: Style, text: impl Into<String>) {
        let mut text = text.into();
        // Before it is broken into lines.
        if let Cow::Owned(shown) = visible(&text) {
            text = shown;
        }
        match self.0.last_mut() {
            Some(last) if last.style == style => last.text.push_str(&text),
            _ => self.0.push(Piece { style, text }),
        }
    }

    /// Adds all of another text.
    pub(crate) fn extend(&mut self, other: Self) {
        for Piece { style, text } in other.0 {
            self.push(style, text);
        }
    }

    /// Whether there is nothing to see.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|piece| piece.text.is_empty())
    }

    /// How many columns it takes on one line.
    pub(crate) fn width(&self) -> usize {
        self.0.iter().map(|piece| piece.text.width()).sum()
    }

    /// Writes it, with escape codes only where they are wanted.
    pub(crate) fn write(&self, styled: bool, out: &mut dyn io::Write) -> io::Result<()> {
        for Piece { style, text } in self.0.iter().filter(|piece| !piece.text.is_empty()) {
            if styled && !style.is_plain() {
                write!(out, "{style}{text}{style:#}")?;
            } else {
                out.write_all(text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// What it says, without styles.
    pub(crate) fn plain(&self) -> String {
        self.0.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// Lines of at most this width, at most so many of them.
    pub(crate) fn lines(&self, width: usize, most: usize) -> Vec<Self> {
        let mut lines = Lines::new(width.max(8));
        for (at, Piece { style, text }) in self.0.iter().enumerate() {
            let mut words = text.split(' ').enumerate().peekable();
            while let Some((index, word)) = words.next() {
                lines.gap += usize::from(index > 0);
                // What follows without a blank in another style belongs to the word.
                let behind = match words.peek() {
                    Some(_) => 0,
                    None => self.word_end(at + 1, lines.width),
                };
                lines.word(*style, word, behind);
                if lines.done.len() > most {
                    break;
                }
            }
        }
        let mut done = lines.done;
        done.push(lines.line);
        if done.len() > most {
            done.truncate(most);
            if let Some(last) = done.last_mut() {
                last.drop_words(width.max(8) - 2);
                last.push(DIM, " …");
            }
        }
        done
    }

    /// How wide the first word of the pieces from this one on is, as far as the width of a line.
    fn word_end(&self, from: usize, most: usize) -> usize {
        let mut end = 0;
        for Piece { text, .. } in self.0.get(from..).unwrap_or_default() {
            let word = text.split(' ').next().unwrap_or_default();
            for seen in word.graphemes(true) {
                if end > most {
                    return end;
                }
                end += seen.width();
            }
            if word.len() < text.len() {
                break;
            }
        }
        end
    }

    /// The same on one line of at most this width; what does not fit is left out.
    pub(crate) fn cut(self, width: usize) -> Self {
        if self.width() <= width {
            self
        } else {
            self.cut_to(width.saturating_sub(1)).and(DIM, "…")
        }
    }

    /// The same on one line of at most this width; what does not fit is left out in front.
    pub(crate) fn cut_front(self, width: usize) -> Self {
        if self.width() <= width {
            return self;
        }
        let text = self.plain();
        let mut from = text.len();
        let mut left = width.saturating_sub(1);
        for (at, seen) in text.grapheme_indices(true).rev() {
            let Some(rest) = left.checked_sub(seen.width()) else {
                break;
            };
            (left, from) = (rest, at);
        }
        Self::of(DIM, "…").and(PLAIN, &text[from..])
    }

    /// Attributes on one line of at most this width: the last may be cut in its value, none in its
    /// name.
    pub(crate) fn cut_attributes(self, width: usize) -> Self {
        if self.width() <= width {
            return self;
        }
        let mut text = self.cut_to(width.saturating_sub(1));
        if let Some(last) = text.0.last_mut() {
            let mut is_quoted = false;
            let mut begin = 0;
            for (at, character) in last.text.char_indices() {
                is_quoted ^= character == '"';
                if character == ' ' && !is_quoted {
                    begin = at;
                }
            }
            let attribute = &last.text[begin..];
            if attribute
                .find('=')
                .is_none_or(|equals| equals + 2 > attribute.len())
            {
                last.text.truncate(begin);
            }
        }
        text.and(DIM, "…")
    }

    /// Drops words at the end until the rest has at most this width.
    fn drop_words(&mut self, width: usize) {
        while self.width() > width
            && let Some(last) = self.0.last_mut()
        {
            match last.text.rfind(' ') {
                Some(blank) => last.text.truncate(blank),
                None if self.0.len() > 1 => drop(self.0.pop()),
                None => *self = std::mem::take(self).cut_to(width),
            }
        }
    }

    fn cut_to(self, width: usize) -> Self {
        let mut left = width;
        let mut text = Self::default();
        for piece in self.0 {
            let (fits, rest) = split(&piece.text, left);
            left -= fits.width();
            text.push(piece.style, fits);
            if !rest.is_empty() {
                break;
            }
        }
        text
    }
}

/// Text that is being broken into lines.
struct Lines {
    width: usize,
    done: Vec<Text>,
    line: Text,
    column: usize,
    /// Blanks since the last word.
    gap: usize,
}

impl Lines {
    fn new(width: usize) -> Self {
        let (done, line) = (Vec::new(), Text::default());
        let (column, gap) = (0, 0);
        Self {
            width,
            done,
            line,
            column,
            gap,
        }
    }

    /// Puts a word, and keeps it together with so many columns behind it, if a line can hold both.
    fn word(&mut self, style: Style, mut word: &str, behind: usize) {
        if word.is_empty() {
            return;
        }
        let left = self.width.saturating_sub(self.column + self.gap);
        let is_begun = self.column > 0 && self.gap == 0;
        let behind = if is_begun || is_wider(word, self.width.saturating_sub(behind)) {
            0
        } else {
            behind
        };
        let is_too_wide = behind > left || is_wider(word, left - behind);
        if self.column > 0 && (self.column + self.gap > self.width || is_too_wide) {
            // A word that no line holds is broken where it stands.
            if left > 8 && is_wider(word, self.width) {
                let (fits, rest) = split(word, left);
                self.put(style, fits);
                word = rest;
            }
            self.end_line();
        }
        while is_wider(word, self.width) {
            let (fits, rest) = split(word, self.width);
            self.put(style, fits);
            self.end_line();
            word = rest;
        }
        self.put(style, word);
    }

    fn put(&mut self, style: Style, word: &str) {
        if self.gap > 0 && self.column > 0 {
            let blanks = match self.line.0.last() {
                Some(last) if last.style == style => style,
                _ => PLAIN,
            };
            self.line.push(blanks, " ".repeat(self.gap));
            self.column += self.gap;
        }
        self.gap = 0;
        self.line.push(style, word);
        self.column += word.width();
    }

    fn end_line(&mut self) {
        self.done.push(std::mem::take(&mut self.line));
        (self.column, self.gap) = (0, 0);
    }
}

/// Whether a text is wider than that. A long text is looked at only as far as its width matters: it
/// is asked for each line of a word that fills many.
fn is_wider(text: &str, width: usize) -> bool {
    let widths = text.graphemes(true).map(UnicodeWidthStr::width);
    widths
        .scan(0, |column, seen| {
            *column += seen;
            Some(*column)
        })
        .any(|column| column > width)
}

/// The part of a text that fits a width, and the rest. At least one character is taken.
fn split(text: &str, width: usize) -> (&str, &str) {
    let mut column = 0;
    // What is seen as one character, such as an emoji of several, is not broken.
    for (at, seen) in text.grapheme_indices(true) {
        column += seen.width();
        if column > width && at > 0 {
            return text.split_at(at);
        }
    }
    (text, "")
}

/// Text of unknown origin as it may be shown on one line: white space is one blank, secrets in addresses
/// are [masked], and what would steer a terminal is [made visible](visible).
pub(crate) fn clean(text: &str) -> String {
    let text = masked(text);
    let words: Vec<_> = text.split_ascii_whitespace().map(visible).collect();
    words.join(" ")
}

/// Milliseconds as seconds with three decimals, without a unit.
pub(crate) fn instant(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

/// Milliseconds as people say them: `0.227 s`, `3 s`, `2 min 5 s`.
pub(crate) fn span(milliseconds: u64) -> String {
    let seconds = |milliseconds| {
        let text = instant(milliseconds);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        format!("{text} s")
    };
    match (milliseconds / 60_000, milliseconds % 60_000) {
        (0..2, _) => seconds(milliseconds),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, rest) => format!("{minutes} min {}", seconds(rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &Text) -> String {
        let mut out = Vec::new();
        text.write(false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_would_steer_a_terminal_is_escaped() {
        assert_eq!(clean(" a\t\n b "), "a b");
        assert_eq!(clean("\u{1b}[31mred\u{7}"), "\\u{1b}[31mred\\u{7}");
        assert_eq!(
            clean("\u{9b}x\u{202e}y\u{200b}"),
            "\\u{9b}x\\u{202e}y\\u{200b}"
        );
    }

    #[test]
    fn lines_have_the_width() {
        let text = Text::of(HEARD, "“one two ")
            .and(BOLD, "three 東京都庁舎前 ")
            .and(DIM, "x".repeat(30));
        for width in 8..40 {
            let lines = text.lines(width, 100);
            assert!(
                lines.iter().all(|line| line.width() <= width),
                "{width}: {lines:?}"
            );
            let joined: String = lines.iter().map(plain).collect();
            assert_eq!(joined.replace(' ', ""), plain(&text).replace(' ', ""));
        }
        assert_eq!(text.lines(10, 2).len(), 2);
        assert!(plain(&text.lines(10, 2)[1]).ends_with('…'));
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(plain(&Text::of(DIM, "abcdef").cut(6)), "abcdef");
        assert_eq!(
            plain(&Text::of(DIM, "abc").and(BOLD, "def").cut(5)),
            "abcd…"
        );
    }

    #[test]
    fn spans_are_short() {
        assert_eq!(
            [0, 227, 3000, 61_500, 120_000, 125_250].map(span),
            ["0 s", "0.227 s", "3 s", "61.5 s", "2 min", "2 min 5.25 s"]
        );
    }

    #[test]
    fn an_attribute_is_not_cut_in_its_name() {
        let text = Text::of(DIM, "tag=a timeout=10000 max_call_attempts=3");
        let plain = |width| text.clone().cut_attributes(width).plain();
        assert_eq!(plain(60), "tag=a timeout=10000 max_call_attempts=3");
        assert_eq!(plain(30), "tag=a timeout=10000…");
        assert_eq!(plain(17), "tag=a timeout=10…");
        assert_eq!(plain(12), "tag=a…");
    }

    #[test]
    fn an_emoji_of_several_characters_stays_whole() {
        let family = "👩\u{200d}👧";
        assert_eq!(clean(family), family);
        assert_eq!(clean("a\u{200d}"), "a\\u{200d}");
        assert_eq!(split(family, 1).0, family);
    }
}

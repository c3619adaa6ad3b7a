//! Texts, numbers and words.

use super::What;
use super::pass::Repairer;

impl Repairer<'_> {
    /// Where the text that begins here ends, behind its quote, and whether it has that quote and
    /// nothing in it needs mending.
    pub(super) fn end_of_string(&self) -> (usize, bool, bool) {
        let mut at = self.at + 1;
        let mut is_good = true;
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let is_special = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
            let Some(found) = rest.iter().position(is_special) else {
                return (self.text.len(), false, is_good);
            };
            at += found;
            match rest.get(found) {
                Some(b'"') => return (at + 1, true, is_good),
                Some(b'\\') => {
                    let length = escape(&rest[found..]);
                    is_good &= length.is_some();
                    // An escaped character may be of several bytes.
                    at += length.unwrap_or(1);
                }
                _ => {
                    is_good = false;
                    at += 1;
                }
            }
        }
    }

    pub(super) fn string(&mut self) {
        let start = self.at;
        let (end, is_closed, is_good) = self.end_of_string();
        if !is_closed {
            self.at = end;
            return self.cut(Some("the end of a text"));
        }
        let is_key = self.wants_key();
        if is_key {
            self.separate();
        } else {
            self.before_value();
        }
        let from = self.out.len();
        if is_good {
            self.copy(start..end);
        } else {
            self.mend(start, end);
        }
        self.at = end;
        if is_key {
            self.key(from + 1..self.out.len() - 1, start);
        } else {
            self.after_value();
        }
    }

    /// Takes a text over, its control characters and wrong escapes mended.
    fn mend(&mut self, start: usize, end: usize) {
        self.sync(start);
        let (mut has_control, mut has_escape) = (false, false);
        let mut at = start;
        while at < end {
            match self.text[at] {
                b'\\' => {
                    if let Some(length) = escape(&self.text[at..end]) {
                        self.copy(at..at + length);
                        at += length;
                        continue;
                    }
                    has_escape = true;
                    self.out.extend_from_slice(b"\\\\");
                }
                control @ 0..0x20 => {
                    has_control = true;
                    self.out
                        .extend_from_slice(format!("\\u{control:04x}").as_bytes());
                }
                _ => self.copy(at..at + 1),
            }
            at += 1;
        }
        for (is_so, what) in [(has_control, What::Control), (has_escape, What::Escape)] {
            if is_so {
                self.note(start, what);
            }
        }
    }

    pub(super) fn word(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let ends = |byte: &u8| {
            matches!(byte, 0 | b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b'"')
                || matches!(byte, b'{' | b'}' | b'[' | b']')
        };
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let end = start + length;
        if end == self.text.len() && !self.open.is_empty() {
            self.at = end;
            // It may have gone on.
            return self.cut(Some("a value"));
        }
        let word = self.source.get(start..end).unwrap_or_default();
        let shown = || word.chars().take(40).collect::<Box<str>>();
        let behind = self.text[end..].iter();
        let next = behind.copied().find(|byte| !byte.is_ascii_whitespace());
        if self.wants_key() && next == Some(b':') {
            self.note(start, What::NotJson(shown()));
            self.separate();
            self.sync(start);
            let from = self.out.len();
            let quoted = serde_json::to_string(word).unwrap_or_default();
            self.out.extend_from_slice(quoted.as_bytes());
            self.at = end;
            return self.key(from + 1..self.out.len() - 1, start);
        }
        self.before_value();
        if matches!(word, "null" | "true" | "false") || is_number(word.as_bytes()) {
            self.copy(start..end);
        } else {
            self.note(start, What::NotJson(shown()));
            self.sync(start);
            self.out.extend_from_slice(b"null");
        }
        self.at = end;
        self.after_value();
    }
}

/// The length of the escape that a text begins with; none where it means nothing.
fn escape(text: &[u8]) -> Option<usize> {
    match text.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => {
            let digits = text.get(2..6)?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(6)
        }
        _ => None,
    }
}

/// Whether a word is a number of JSON.
fn is_number(word: &[u8]) -> bool {
    let digits = |word: &[u8]| word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut rest = word.strip_prefix(b"-").unwrap_or(word);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = match exponent {
            [b'+' | b'-', digits @ ..] => digits,
            _ => exponent,
        };
        let length = digits(exponent);
        return length > 0 && length == exponent.len();
    }
    rest.is_empty()
}

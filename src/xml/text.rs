//! Text between tags, references in it, and characters that may stand nowhere.

use super::document::{RowKind, Value};
use super::names;
use super::nodes::is_blank;
use super::reader::{Reader, clip};
use super::references::{self, Reference};
use super::rules;
use crate::diagnostic::Safety;
use crate::source::Span;

impl Reader<'_> {
    /// Reads text between tags, up to the next markup.
    pub(super) fn read_text(&mut self) {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let blanks = blanks(rest);
        let end = match rest.get(blanks) {
            // As nearly half of all texts are: what indents the tags.
            Some(b'<') => blanks,
            _ if self.is_plain => {
                let said = memchr::memchr3(b'<', b'&', b']', &rest[blanks..]);
                said.map_or(rest.len(), |said| blanks + said)
            }
            _ => return self.read_unusual_text(start, false),
        };
        if rest.get(end) != Some(&b'<') || !self.begins_markup(start + end) {
            return self.read_unusual_text(start, false);
        }
        self.at += end;
        self.push_text(
            Value::Source(Span::new(start, self.at)),
            end == blanks,
            start,
        );
    }

    /// Reads text in which there is something to be looked at; it may begin with a `<` that is no
    /// markup.
    pub(super) fn read_unusual_text(&mut self, start: usize, less_than: bool) {
        let bytes = self.text.as_bytes();
        if less_than {
            self.report_less_than();
        }
        let mut value = Building::new(start, self.owned.len());
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                _ if !is_special(byte, TEXT) => self.at += 1,
                b'<' if self.begins_markup(self.at) => break,
                b'<' => self.report_less_than(),
                b'&' => self.resolve_reference(&mut value),
                b'\r' => self.normalise_line_end(&mut value),
                b']' => self.check_bracket(),
                _ => self.check_character(),
            }
        }
        let value = value.finish(self.text, self.at, &mut self.owned);
        let is_blank = is_blank(self.value(value));
        self.push_text(value, is_blank, start);
    }

    #[inline]
    fn push_text(&mut self, value: Value, is_blank: bool, start: usize) {
        if !is_blank {
            self.note_text();
        }
        let kind = RowKind::Text { value, is_blank };
        self.push_row(Span::new(start, self.at), kind);
    }

    /// Notes that text stands in the innermost open element.
    #[inline]
    pub(super) fn note_text(&mut self) {
        let row = self.open.last().map(|open| open.row as usize);
        if let Some(RowKind::Element(element)) =
            row.and_then(|row| Some(&mut self.rows.get_mut(row)?.kind))
        {
            element.has_text = true;
        }
    }

    /// XML 1.0 §2.11: a reader sees one line feed for each line end.
    pub(super) fn normalise_line_end(&mut self, value: &mut Building) {
        let length = 1 + usize::from(self.text.as_bytes().get(self.at + 1) == Some(&b'\n'));
        value.replace(self.text, self.at, length, '\n', &mut self.owned);
        self.at += length;
    }

    fn report_less_than(&mut self) {
        let span = Span::new(self.at, self.at + 1);
        self.at += 1;
        let finding = rules::LESS_THAN
            .at(span, "`<` in text")
            .label("this is not a tag")
            .help("write `&lt;` for a less-than sign")
            .fix(Safety::Safe, "write `&lt;`", span, "&lt;");
        self.report(finding);
    }

    fn check_bracket(&mut self) {
        if !self.text[self.at..].starts_with("]]>") {
            self.at += 1;
            return;
        }
        let span = Span::new(self.at, self.at + 3);
        self.at += 3;
        let finding = rules::CDATA_END
            .at(span, "`]]>` in text")
            .label("it ends a CDATA section, but there is no open one")
            .help("write `]]&gt;`")
            .fix(Safety::Safe, "write `]]&gt;`", span, "]]&gt;");
        self.report(finding);
    }

    /// Steps over the character at hand, which may be one that XML does not allow; a run of such
    /// is one finding.
    pub(super) fn check_character(&mut self) {
        let rest = &self.text[self.at..];
        let refused = |char: &char| !names::is_allowed(*char);
        let Some(first) = rest.chars().next() else {
            return;
        };
        if !refused(&first) {
            self.at += first.len_utf8();
            return;
        }
        let length: usize = rest.chars().take_while(refused).map(char::len_utf8).sum();
        let span = Span::new(self.at, self.at + length);
        self.at += length;
        let message = format!("U+{:04X} is not allowed in XML", u32::from(first));
        let finding = rules::CHARACTER
            .at(span, message)
            .label("this character is invisible")
            .help("remove it: XML does not allow it, not even as a reference")
            .fix(Safety::Unsafe, "remove the character", span, "");
        self.report(finding);
    }

    /// Reports the characters of a span that XML does not allow.
    pub(super) fn check_characters(&mut self, span: Span) {
        if self.is_plain {
            return;
        }
        let behind = self.at;
        let bytes = self.text.as_bytes();
        self.at = span.start as usize;
        while self.at < span.end as usize {
            if is_special(bytes[self.at], CHARACTER) {
                self.check_character();
            } else {
                self.at += 1;
            }
        }
        self.at = behind;
    }

    /// Reads the `&` at hand and what belongs to it.
    pub(super) fn resolve_reference(&mut self, value: &mut Building) {
        let rest = &self.text[self.at..];
        let (length, char) = match references::read(rest) {
            Reference::Char(char, length) => (length, Some(char)),
            Reference::Unended(written, char) => {
                let span = Span::new(self.at, self.at + written.len());
                let behind = Span::at(self.at + written.len());
                let finding = rules::ENTITY
                    .at(span, format!("`{written}` does not end with `;`"))
                    .label("`;` is missing after it")
                    .help(format!(
                        "write `{written};`, or `&amp;` for the character `&`"
                    ))
                    .fix(Safety::Unsafe, "insert `;`", behind, ";");
                self.report(finding);
                (written.len(), char)
            }
            Reference::Unknown(name) => {
                if !self.said.doctype {
                    self.report_unknown_entity(name);
                }
                (name.len() + 2, None)
            }
            Reference::BadNumber(written) => {
                let span = Span::new(self.at, self.at + written.len());
                let message = format!("`{}` is not a character", clip(written));
                let finding = rules::CHARACTER_REFERENCE
                    .at(span, message)
                    .label("XML does not allow this character")
                    .help("write the character's number: `&#233;` or `&#xE9;` for é");
                self.report(finding);
                (written.len(), None)
            }
            Reference::Bare => {
                let span = Span::new(self.at, self.at + 1);
                let finding = rules::AMPERSAND
                    .at(span, "`&` that does not begin a reference")
                    .label("must be written `&amp;`")
                    .help("write `&amp;` for the character `&`, in web addresses too")
                    .fix(Safety::Safe, "write `&amp;`", span, "&amp;");
                self.report(finding);
                (1, None)
            }
        };
        if let Some(char) = char {
            value.replace(self.text, self.at, length, char, &mut self.owned);
        }
        self.at += length;
    }

    fn report_unknown_entity(&mut self, name: &str) {
        let span = Span::new(self.at, self.at + name.len() + 2);
        let message = format!("the entity `&{};` is unknown", clip(name));
        let mut finding = rules::ENTITY
            .at(span, message)
            .label("XML only has five entities");
        let lower = name.to_ascii_lowercase();
        if let Some(instead) = references::html_entity(name) {
            finding = finding
                .help(format!("write `{instead}`: `&{name};` is its name in HTML"))
                .fix(Safety::Safe, format!("write `{instead}`"), span, instead);
        } else if matches!(lower.as_str(), "amp" | "lt" | "gt" | "quot" | "apos") {
            let instead = format!("&{lower};");
            finding = finding
                .help(format!("write `{instead}`, in lower case"))
                .fix(Safety::Safe, format!("write `{instead}`"), span, instead);
        } else {
            finding = finding
                .help("XML has `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&apos;`; write `&amp;` for the character `&`");
        }
        self.report(finding);
    }
}

/// A value that is copied only from the place on where it first differs from the source.
pub(super) struct Building {
    start: usize,
    owned_start: usize,
    /// Behind what has been copied; `None` as long as nothing differs.
    copied: Option<usize>,
}

impl Building {
    pub(super) fn new(start: usize, owned_start: usize) -> Self {
        Self {
            start,
            owned_start,
            copied: None,
        }
    }

    pub(super) fn replace(
        &mut self,
        text: &str,
        at: usize,
        length: usize,
        by: char,
        owned: &mut String,
    ) {
        owned.push_str(&text[self.copied.unwrap_or(self.start)..at]);
        owned.push(by);
        self.copied = Some(at + length);
    }

    pub(super) fn finish(self, text: &str, end: usize, owned: &mut String) -> Value {
        match self.copied {
            None => Value::Source(Span::new(self.start, end)),
            Some(copied) => {
                owned.push_str(&text[copied..end]);
                Value::Owned(Span::new(self.owned_start, owned.len()))
            }
        }
    }
}

/// Bytes that stop the scan of text.
const TEXT: u8 = 1;
/// Bytes that stop the scan of an attribute value.
pub(super) const VALUE: u8 = 2;
/// Bytes of an attribute value that stand for something else, or may not stand there.
const CHANGED: u8 = 16;
/// Bytes that may belong to a character that XML does not allow.
const CHARACTER: u8 = 4;
/// White space that is taken as it stands.
const BLANK: u8 = 8;

/// Whether bytes hold nothing but ASCII that may stand in a document, line feeds, and what no
/// character that XML refuses begins with. Carriage returns are no part of it: they are replaced.
///
/// This can be told of many bytes at a time, and is true of most documents.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let special = |byte: u8| byte < 0x20 && byte != b'\t' && byte != b'\n' || byte == NONCHARACTER;
    !bytes.iter().fold(false, |any, &byte| any | special(byte))
}

/// U+FFFE and U+FFFF begin with it.
const NONCHARACTER: u8 = 0xef;

/// How many bytes of white space a text begins with that is taken as it stands: mostly a line feed
/// and what indents a tag, which is looked at many blanks at a time.
fn blanks(text: &[u8]) -> usize {
    const BLANKS: u128 = u128::from_le_bytes([b' '; 16]);
    let mut at = usize::from(text.first() == Some(&b'\n'));
    loop {
        while let Some(chunk) = text[at..].first_chunk() {
            let others = u128::from_le_bytes(*chunk) ^ BLANKS;
            at += others.trailing_zeros() as usize / 8;
            if others != 0 {
                break;
            }
        }
        match text.get(at) {
            Some(&byte) if is_special(byte, BLANK) => at += 1,
            _ => return at,
        }
    }
}

/// Whether an attribute's value is what is written, and nothing in it is a mistake.
pub(super) fn is_as_written(value: &str) -> bool {
    let bytes = value.bytes();
    bytes.fold(0, |all, byte| all | SPECIAL[byte as usize]) & CHANGED == 0
}

pub(super) fn is_special(byte: u8, scan: u8) -> bool {
    SPECIAL[byte as usize] & scan != 0
}

static SPECIAL: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = TEXT | VALUE | CHARACTER | CHANGED;
        byte += 1;
    }
    table[b' ' as usize] = BLANK;
    table[b'\t' as usize] = VALUE | BLANK | CHANGED;
    table[b'\n' as usize] = VALUE | BLANK | CHANGED;
    table[b'\r' as usize] = TEXT | VALUE | CHANGED;
    table[b'<' as usize] = TEXT | VALUE | CHANGED;
    table[b'&' as usize] = TEXT | VALUE | CHANGED;
    table[b']' as usize] = TEXT;
    table[b'"' as usize] = VALUE;
    table[b'\'' as usize] = VALUE;
    table[NONCHARACTER as usize] = TEXT | VALUE | CHARACTER | CHANGED;
    table
};

//! The pass over the text: what begins where, text, and the end of the document.
//!
//! One loop, no recursion. What it cannot understand it reports and steps over, so that one
//! mistake does not hide the next; each way of stepping over is said where it is done.

use super::document::{AttributeRow, Declaration, NONE, Row, RowKind, Value};
use super::names::{self, SPACE};
use super::namespaces::Namespaces;
use super::references::{self, Reference};
use super::rules;
use crate::diagnostic::{Diagnostic, Edit, Fix, Rule, Safety};
use crate::source::Span;

/// How many findings one document may have. Behind the last the reader stops, which also bounds
/// what it may spend on finding out what each mistake was.
pub(super) const MOST_FINDINGS: usize = 1000;

/// What is known while a document is read.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    /// Everything before it has been read.
    pub(super) at: usize,
    pub(super) rows: Vec<Row>,
    pub(super) attributes: Vec<AttributeRow>,
    pub(super) owned: String,
    pub(super) declaration: Option<Declaration>,
    /// The elements that are open, the innermost last.
    pub(super) open: Vec<Open>,
    pub(super) namespaces: Namespaces<'a>,
    pub(super) findings: Vec<Diagnostic>,
    /// There was no room for a finding.
    pub(super) left_out: bool,
    /// The name of the first element at the top.
    pub(super) root: Option<Span>,
    pub(super) said: Said,
    /// Something ran up to the end of the text and was reported: what is open is no other mistake.
    pub(super) cut_off: bool,
    /// How many elements with a broken start tag have found an end tag.
    pub(super) doubtful_closed: usize,
    /// End tags that are expected to come too late, and were reported as missing.
    pub(super) forgiven: Vec<&'a str>,
    /// Delimiters that the rest of the text does not hold.
    pub(super) absent: Vec<&'static str>,
}

/// What has been said of the document and is not said again.
#[derive(Default)]
pub(super) struct Said {
    pub(super) second_root: bool,
    pub(super) text_outside: bool,
    /// Entities may have been declared, so an unknown one is no second mistake.
    pub(super) doctype: bool,
}

/// An element whose end tag has not come yet.
#[derive(Clone, Copy)]
pub(super) struct Open {
    pub(super) row: u32,
    pub(super) name: Span,
    /// Its start tag is broken, so it may have been meant as an empty one.
    pub(super) doubtful: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            rows: Vec::with_capacity(text.len() / 32),
            attributes: Vec::with_capacity(text.len() / 64),
            owned: String::new(),
            declaration: None,
            open: Vec::new(),
            namespaces: Namespaces::default(),
            findings: Vec::new(),
            left_out: false,
            root: None,
            said: Said::default(),
            cut_off: false,
            doubtful_closed: 0,
            forgiven: Vec::new(),
            absent: Vec::new(),
        }
    }

    /// Reads the whole document.
    pub(super) fn read(&mut self) {
        // A byte order mark is no part of the document.
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        self.read_declaration();
        while let Some(byte) = self.peek() {
            if self.is_full() {
                break;
            }
            if byte == b'<' && self.begins_markup(self.at) {
                self.read_markup();
            } else if self.open.is_empty() {
                self.read_outside();
            } else {
                self.read_text(false);
            }
        }
        if self.is_full() && (self.left_out || self.at < self.text.len()) {
            self.leave_out_the_rest();
        }
        self.end();
    }

    /// Reads what begins with `<`.
    fn read_markup(&mut self) {
        let rest = &self.text[self.at..];
        match rest.as_bytes().get(1) {
            Some(b'/') => self.read_end_tag(),
            Some(b'?') => self.read_instruction(),
            Some(b'!') if rest.starts_with("<!--") => self.read_comment(),
            Some(b'!') if rest.starts_with("<![CDATA[") => self.read_cdata(),
            Some(b'!') if begins_doctype(rest) => self.read_doctype(),
            Some(b'!') => self.read_unknown_markup(),
            _ => self.read_start_tag(),
        }
    }

    /// Whether the `<` at this place begins a tag, a comment or the like, however broken.
    pub(super) fn begins_markup(&self, at: usize) -> bool {
        let rest = &self.text[at + 1..];
        match rest.chars().next() {
            None => false,
            Some('/' | '!' | '?') => true,
            Some(char) if names::starts_name(char) => true,
            // `< Say>` and `<2nd>` look like tags; `a < b` does not.
            Some(_) => {
                let rest = rest.trim_start_matches(SPACE);
                let name = rest.find(|char| !names::continues_name(char));
                let behind = rest[name.unwrap_or(rest.len())..].trim_start_matches(SPACE);
                let attribute = names::name_length(behind);
                name != Some(0)
                    && (behind.starts_with('>')
                        || behind.starts_with("/>")
                        || attribute > 0
                            && behind[attribute..]
                                .trim_start_matches(SPACE)
                                .starts_with('='))
            }
        }
    }

    /// Reads text between tags, up to the next markup; it may begin with a `<` that is none.
    pub(super) fn read_text(&mut self, less_than: bool) {
        let start = self.at;
        let bytes = self.text.as_bytes();
        if less_than {
            self.report_less_than();
        }
        let mut value = Building::new(start, self.owned.len());
        while let Some(&byte) = bytes.get(self.at) {
            if !is_special(byte, TEXT) {
                self.at += 1;
                continue;
            }
            match byte {
                b'<' if self.begins_markup(self.at) => break,
                b'<' => self.report_less_than(),
                b'&' => self.resolve_reference(&mut value),
                b'\r' => self.normalise_line_end(&mut value),
                b']' => self.check_bracket(),
                _ => self.check_character(),
            }
        }
        let value = value.finish(self.text, self.at, &mut self.owned);
        self.push_leaf(Span::new(start, self.at), RowKind::Text(value));
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
            .label("no tag begins here")
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
            .label("ends a CDATA section, but none is open")
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
            .label("this character cannot be seen")
            .help("remove it: not even a reference may stand for it")
            .fix(Safety::Unsafe, "remove the character", span, "");
        self.report(finding);
    }

    /// Reports the characters of a span that XML does not allow.
    pub(super) fn check_characters(&mut self, span: Span) {
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
                    .at(span, format!("`{written}` is not ended with `;`"))
                    .label("`;` missing behind it")
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
                let message = format!("`{}` stands for no character", clip(written));
                let finding = rules::CHARACTER_REFERENCE
                    .at(span, message)
                    .label("not a character that XML allows")
                    .help("write the character's number: `&#233;` or `&#xE9;` for é");
                self.report(finding);
                (written.len(), None)
            }
            Reference::Bare => {
                let span = Span::new(self.at, self.at + 1);
                let finding = rules::AMPERSAND
                    .at(span, "`&` that begins no reference")
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
            .label("not one of the five that XML knows");
        let lower = name.to_ascii_lowercase();
        if let Some(number) = references::html_entity(name) {
            let instead = format!("&#{number};");
            finding = finding
                .help(format!("write `{instead}`, or the character itself"))
                .fix(Safety::Safe, format!("write `{instead}`"), span, instead);
        } else if matches!(lower.as_str(), "amp" | "lt" | "gt" | "quot" | "apos") {
            let instead = format!("&{lower};");
            finding = finding
                .help(format!("write `{instead}`, in lower case"))
                .fix(Safety::Safe, format!("write `{instead}`"), span, instead);
        } else {
            finding = finding
                .help("XML knows `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&apos;`; write `&amp;` for the character `&`");
        }
        self.report(finding);
    }

    /// Reads what stands before or behind the root element and is no markup.
    fn read_outside(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let mut length = 0;
        loop {
            length += rest[length..].find('<').unwrap_or(rest.len() - length);
            if length == rest.len() || self.begins_markup(start + length) {
                break;
            }
            length += 1;
        }
        self.at = start + length;
        let text = rest[..length].trim_end_matches(SPACE);
        let blank = text.len() - text.trim_start_matches(SPACE).len();
        if text.len() > blank {
            self.report_outside(Span::new(start + blank, start + text.len()));
        }
    }

    pub(super) fn report_outside(&mut self, span: Span) {
        if std::mem::replace(&mut self.said.text_outside, true) {
            return;
        }
        if !self.text.contains('<') {
            let finding = rules::NOT_TEXT
                .at(
                    first_line(self.text, span),
                    "this is not XML: there is no tag in it",
                )
                .label("the document begins here")
                .help("give an XML file: a call flow begins with `<Response>`");
            self.report(finding);
            return;
        }
        let (side, help) = match self.root {
            None => (
                "before",
                "a document begins with its root element: `<Response>`",
            ),
            Some(_) => ("behind", "a document ends with its root element"),
        };
        let finding = rules::ROOT
            .at(
                first_line(self.text, span),
                format!("text {side} the root element"),
            )
            .label("does not belong to any element")
            .help(format!("move it into an element, or remove it: {help}"));
        self.report(finding);
    }

    /// Adds a node that holds no other. Outside of the root there is no text.
    pub(super) fn push_leaf(&mut self, span: Span, kind: RowKind) {
        self.push_row(span, kind);
    }

    pub(super) fn push_row(&mut self, span: Span, kind: RowKind) -> u32 {
        let row = self.rows.len() as u32;
        self.rows.push(Row {
            parent: self.open.last().map_or(NONE, |open| open.row),
            end: row + 1,
            span,
            kind,
        });
        row
    }

    fn leave_out_the_rest(&mut self) {
        let finding = rules::TOO_MANY
            .at(
                Span::at(self.at),
                format!("more than {MOST_FINDINGS} mistakes: the rest of the document is left out"),
            )
            .label("reading stops here")
            .help("mend the first ones and check again");
        self.findings.push(finding);
        self.cut_off = true;
        self.said.text_outside = true;
    }

    /// Closes what is open at the end of the text.
    fn end(&mut self) {
        let end = self.text.trim_end_matches(SPACE).len();
        self.report_unclosed(end);
        while !self.open.is_empty() {
            self.close(Span::at(self.at));
        }
        if self.root.is_none() && !self.said.text_outside && !self.cut_off {
            let message = if end == 0 {
                "the document is empty"
            } else {
                "the document has no element"
            };
            let finding = rules::ROOT
                .at(Span::at(end), message)
                .help("write a root element: `<Response>…</Response>`");
            self.report(finding);
        }
        self.findings
            .sort_by_key(|finding| finding.primary.span.start);
    }

    /// Adds a finding, as long as there is room for it.
    pub(super) fn report(&mut self, finding: Diagnostic) {
        if self.is_full() {
            self.left_out = true;
        } else {
            self.findings.push(finding);
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.findings.len() >= MOST_FINDINGS
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn skip_space(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(names::is_space) {
            self.at += 1;
        }
        self.at > start
    }

    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or("")
    }
}

/// Whether the text begins with `<!DOCTYPE`, in capitals or not.
fn begins_doctype(text: &str) -> bool {
    let head = text.get(..9);
    head.is_some_and(|head| head.eq_ignore_ascii_case("<!DOCTYPE"))
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

impl Rule {
    /// A finding of this rule.
    pub(super) fn at(
        &self,
        span: Span,
        message: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Diagnostic {
        Diagnostic::new(self.id, self.severity, span, message)
    }
}

/// Several edits that belong together.
pub(super) fn edits(
    safety: Safety,
    title: &'static str,
    spans: impl Iterator<Item = Span>,
    replacement: &str,
) -> Fix {
    let edits = spans.map(|span| Edit {
        span,
        replacement: replacement.into(),
    });
    Fix {
        title: title.into(),
        safety,
        edits: edits.collect(),
    }
}

/// A word of the document as a message may show it: not more than a line of it.
pub(super) fn clip(word: &str) -> std::borrow::Cow<'_, str> {
    const LONGEST: usize = 60;
    let mut chars = word.char_indices().enumerate();
    let end = chars.find(|&(count, (_, char))| count == LONGEST || matches!(char, '\r' | '\n'));
    match end {
        None => word.into(),
        Some((_, (end, _))) => format!("{}…", &word[..end]).into(),
    }
}

/// The part of a span that lies on its first line.
pub(super) fn first_line(text: &str, span: Span) -> Span {
    let written = text.get(span.range()).unwrap_or("");
    let length = written.lines().next().map_or(0, str::len);
    span.within(0, length)
}

/// Bytes that stop the scan of text.
const TEXT: u8 = 1;
/// Bytes that stop the scan of an attribute value.
pub(super) const VALUE: u8 = 2;
/// Bytes that may belong to a character that XML does not allow.
pub(super) const CHARACTER: u8 = 4;

pub(super) fn is_special(byte: u8, scan: u8) -> bool {
    SPECIAL[byte as usize] & scan != 0
}

static SPECIAL: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = TEXT | VALUE | CHARACTER;
        byte += 1;
    }
    table[b'\t' as usize] = VALUE;
    table[b'\n' as usize] = VALUE;
    table[b'\r' as usize] = TEXT | VALUE;
    table[b'<' as usize] = TEXT | VALUE;
    table[b'&' as usize] = TEXT | VALUE;
    table[b']' as usize] = TEXT;
    table[b'"' as usize] = VALUE;
    table[b'\'' as usize] = VALUE;
    // U+FFFE and U+FFFF begin with it.
    table[0xef] = TEXT | VALUE | CHARACTER;
    table
};

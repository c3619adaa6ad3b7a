//! The pass over the text: what begins where, and the end of the document.
//!
//! One loop, no recursion. What it cannot understand it reports and steps over, so that one
//! mistake does not hide the next; each way of stepping over is said where it is done.

use super::document::{AttributeRow, Declaration, NONE, Row, RowKind, Value};
use super::names::{self, SPACE};
use super::namespaces::Namespaces;
use super::rules;
use super::whole_tag;
use crate::diagnostic::{Diagnostic, Edit, Fix, Rule, Safety};
use crate::secret::{masked, masked_in_place};
use crate::source::Span;

/// How many findings one document may have. Behind the last the reader stops, which also bounds
/// what it may spend on finding out what each mistake was.
pub(super) const MOST_FINDINGS: usize = 1000;

/// More elements than this are rarely open at once.
const DEPTH: usize = 16;

/// What is known while a document is read.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    /// There is nothing in the text that [`is_plain`](super::text::is_plain) looks for.
    pub(super) is_plain: bool,
    pub(super) events: quick_xml::Reader<&'a [u8]>,
    /// How many bytes quick-xml has looked at for tags.
    pub(super) scanned: usize,
    /// How many of them for tags that were not whole.
    pub(super) wasted: usize,
    /// Everything before it has been read.
    pub(super) at: usize,
    pub(super) rows: Vec<Row>,
    pub(super) attributes: Vec<AttributeRow>,
    pub(super) owned: String,
    pub(super) declaration: Option<Declaration>,
    pub(super) comments: Vec<u32>,
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
    pub(super) fn new(text: &'a str, is_plain: bool) -> Self {
        Self {
            text,
            is_plain,
            events: whole_tag::events(),
            scanned: 0,
            wasted: 0,
            at: 0,
            rows: Vec::with_capacity(text.len() / 16),
            attributes: Vec::with_capacity(text.len() / 32),
            owned: String::new(),
            declaration: None,
            comments: Vec::new(),
            open: Vec::with_capacity(DEPTH),
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
        self.read_stranger();
        self.read_declaration();
        while let Some(byte) = self.peek() {
            if self.is_full() {
                break;
            }
            match byte {
                b'<' if self.read_whole_tag() => {}
                b'<' if self.begins_markup(self.at) => self.read_markup(),
                _ if self.open.is_empty() => self.read_outside(),
                _ => self.read_text(),
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
        match self.text.as_bytes().get(at + 1) {
            None => false,
            Some(b'/' | b'!' | b'?') => true,
            Some(&byte) => names::starts_ascii_name(byte) || self.may_begin_tag(at),
        }
    }

    /// Whether the `<` at this place begins a tag, whose name does not begin in ASCII.
    #[cold]
    fn may_begin_tag(&self, at: usize) -> bool {
        let rest = &self.text[at + 1..];
        match rest.chars().next() {
            None => false,
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
                .help("use an XML file");
            self.report(finding);
            return;
        }
        let (side, help) = match self.root {
            None => ("before", "a document begins with its root element"),
            Some(_) => ("after", "a document ends with its root element"),
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

    /// Adds a node, under the innermost open element.
    #[inline]
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
                format!("more than {MOST_FINDINGS} errors: the rest of the document is not read"),
            )
            .label("reading stops here")
            .help("fix the first ones and check again");
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
                .help("write a root element");
            self.report(finding);
        }
        self.name_html();
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

    /// A part of the document as a message may show it, without a secret that it is a piece of.
    pub(super) fn shown(&self, span: Span) -> String {
        /// So far an address may begin in front of it, and go on behind it, in bytes.
        const NEAR: usize = 256;
        let range = span.range();
        let from = self
            .text
            .floor_char_boundary(range.start.saturating_sub(NEAR));
        let to = (range.end + NEAR).min(self.text.len());
        let near = self.text.get(from..self.text.ceil_char_boundary(to));
        let near = masked_in_place(near.unwrap_or_default());
        let own = near.get(range.start - from..range.end - from);
        clip(own.unwrap_or_default()).into_owned()
    }

    pub(super) fn value(&self, value: Value) -> &str {
        value.of(self.text, &self.owned)
    }
}

/// Whether the text begins with `<!DOCTYPE`, in capitals or not.
fn begins_doctype(text: &str) -> bool {
    let head = text.get(..9);
    head.is_some_and(|head| head.eq_ignore_ascii_case("<!DOCTYPE"))
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
    // Half an address does not show where its password ends.
    let word = masked(word);
    let mut chars = word.char_indices().enumerate();
    let end = chars.find(|&(count, (_, char))| count == LONGEST || matches!(char, '\r' | '\n'));
    match end {
        None => word,
        Some((_, (end, _))) => format!("{}…", &word[..end]).into(),
    }
}

/// The part of a span that lies on its first line.
pub(super) fn first_line(text: &str, span: Span) -> Span {
    let written = text.get(span.range()).unwrap_or("");
    let length = written.lines().next().map_or(0, str::len);
    span.within(0, length)
}

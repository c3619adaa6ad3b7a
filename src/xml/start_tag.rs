//! Start tags, and what stands in them that is no attribute.
//!
//! A tag that is never finished ends where the next one begins.

use super::document::{ElementRow, RowKind};
use super::names::{self, SPACE};
use super::reader::{Open, Reader};
use super::rules;
use crate::diagnostic::Safety;
use crate::source::Span;

/// How a start tag ended.
enum TagEnd {
    /// With `>`.
    Open,
    /// With `/>`.
    Empty,
    /// Not at all.
    Missing { empty: bool },
}

impl Reader<'_> {
    pub(super) fn read_start_tag(&mut self) {
        let start = self.at;
        self.at += 1;
        if self.skip_space() {
            let span = Span::new(start, self.at);
            let finding = rules::TAG
                .at(span, "white space between `<` and the name")
                .label("the name must follow `<` directly")
                .help("remove the white space")
                .fix(Safety::Safe, "remove the white space", span, "<");
            self.report(finding);
        }
        let before = self.findings.len();
        let name = self.read_name("an element");
        let sound = before == self.findings.len();
        let first_attribute = self.attributes.len();
        let end = self.read_attributes(name);
        if matches!(end, TagEnd::Missing { .. }) && self.is_text(name) {
            self.attributes.truncate(first_attribute);
            self.findings.truncate(before);
            self.at = start;
            self.read_unusual_text(start, true);
            return;
        }
        let empty = match end {
            TagEnd::Open | TagEnd::Missing { empty: false } => false,
            TagEnd::Empty => true,
            // `<a/</a>` is not meant to be empty.
            TagEnd::Missing { empty: true } => self.next_end_tag() != Some(self.slice(name)),
        };
        self.check_attributes(name, first_attribute);
        let doubtful = !sound || matches!(end, TagEnd::Missing { .. });
        self.enter(start, name, first_attribute, empty, doubtful);
    }

    /// Adds the element whose start tag has been read, and opens it.
    #[inline]
    pub(super) fn enter(
        &mut self,
        start: usize,
        name: Span,
        first_attribute: usize,
        empty: bool,
        doubtful: bool,
    ) {
        if self.open.is_empty() {
            self.note_root(name);
        }
        let behind = self.at as u32;
        let kind = RowKind::Element(ElementRow {
            name,
            start_tag_end: behind,
            end_tag: behind,
            first_attribute: first_attribute as u32,
            behind_attributes: self.attributes.len() as u32,
            has_text: false,
        });
        let row = self.push_row(Span::new(start, self.at), kind);
        if empty {
            self.namespaces.leave(self.open.len());
        } else {
            self.open.push(Open {
                row,
                name,
                doubtful,
            });
        }
    }

    /// Whether a tag that is never ended is but a less-than sign, as in `if a<b then`: words follow,
    /// and nothing that looks like an attribute.
    fn is_text(&self, name: Span) -> bool {
        let behind = &self.text[name.end as usize..self.at];
        let words = behind.trim_start_matches(SPACE);
        !self.open.is_empty()
            && words.starts_with(char::is_alphanumeric)
            && !behind.contains(['=', '"', '\'', '/'])
    }

    /// Notes the name of an element at the top.
    fn note_root(&mut self, name: Span) {
        let Some(first) = self.root else {
            self.root = Some(name);
            return;
        };
        if std::mem::replace(&mut self.said.second_root, true) {
            return;
        }
        let finding = rules::ROOT
            .at(name, "more than one root element")
            .label("next to the root element")
            .also(first, "the root element")
            .help("put all elements into one root element");
        self.report(finding);
    }

    /// Reads a name, and what directly follows it and belongs to none.
    pub(super) fn read_name(&mut self, whose: &str) -> Span {
        let start = self.at;
        let rest = &self.text[start..];
        let good = names::name_length(rest);
        let ends = |byte: u8| names::is_space(byte) || matches!(byte, b'>' | b'/' | b'=');
        if good > 0 && rest.as_bytes().get(good).is_none_or(|&byte| ends(byte)) {
            self.at += good;
            return Span::new(start, self.at);
        }
        self.read_bad_name(whose, good)
    }

    /// Reads a name of which only so many bytes are good.
    #[cold]
    fn read_bad_name(&mut self, whose: &str, good: usize) -> Span {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest
            .find([' ', '\t', '\r', '\n', '>', '/', '=', '<', '"', '\''])
            .unwrap_or(rest.len());
        self.at += length;
        let name = Span::new(start, self.at);
        let bad = rest[good..length].chars().next();
        if let Some(bad) = bad {
            let span = name.within(good, good + bad.len_utf8());
            let message = if good == 0 {
                format!(
                    "the name of {whose} cannot begin with `{}`",
                    bad.escape_debug()
                )
            } else {
                format!("`{}` in the name of {whose}", bad.escape_debug())
            };
            let finding = rules::NAME
                .at(span, message)
                .label("not allowed here")
                .help("a name is a letter or `_`, then letters, digits, `.`, `-` and `_`");
            self.report(finding);
        }
        name
    }

    /// Reads all up to the end of the tag.
    fn read_attributes(&mut self, element: Span) -> TagEnd {
        loop {
            let spaced = self.skip_space();
            let at = self.at;
            let Some(byte) = self.peek() else {
                if !std::mem::replace(&mut self.cut_off, true) {
                    self.report_unfinished(element, at);
                }
                return TagEnd::Missing { empty: false };
            };
            match byte {
                b'>' => {
                    self.at += 1;
                    return TagEnd::Open;
                }
                b'/' if self.text[at..].starts_with("/>") => {
                    self.at += 2;
                    return TagEnd::Empty;
                }
                b'/' => {
                    self.at += 1;
                    self.skip_space();
                    match self.peek() {
                        Some(b'<') | None => {
                            self.cut_off |= self.peek().is_none();
                            self.report_unfinished(element, at + 1);
                            return TagEnd::Missing { empty: true };
                        }
                        Some(b'>') => {
                            let span = Span::new(at, self.at + 1);
                            self.at += 1;
                            let finding = rules::TAG
                                .at(span, "white space between `/` and `>`")
                                .label("`/>` must not contain white space")
                                .help("write `/>`")
                                .fix(Safety::Safe, "write `/>`", span, "/>");
                            self.report(finding);
                            return TagEnd::Empty;
                        }
                        Some(_) => {
                            self.at = at + 1;
                            self.read_junk(element, at);
                        }
                    }
                }
                b'<' => {
                    let written = self.text[..at].trim_end_matches(SPACE).len();
                    self.report_unfinished(element, written);
                    self.at = written;
                    return TagEnd::Missing { empty: false };
                }
                b'"' | b'\'' | b'=' => self.read_nameless(element),
                _ => self.read_attribute(element, spaced),
            }
            if self.at == at {
                // Nothing reads less than one character; this keeps it so.
                self.at += self.text[at..].chars().next().map_or(1, char::len_utf8);
            }
        }
    }

    fn report_unfinished(&mut self, element: Span, at: usize) {
        let name = self.shown(element);
        let behind = Span::at(at);
        let finding = rules::TAG
            .at(
                Span::new(element.start as usize - 1, element.end as usize),
                format!("the tag `<{name}` does not end with `>`"),
            )
            .label("this tag")
            .also(behind, "`>` expected here")
            .help("end a start tag with `>`, or with `/>` if the element is empty")
            .fix(Safety::Unsafe, "insert `>`", behind, ">");
        self.report(finding);
    }

    fn report_junk(&mut self, element: Span, span: Span) {
        let name = self.shown(element);
        let junk = self.shown(span);
        let finding = rules::TAG
            .at(span, format!("unexpected `{junk}` in the tag `<{name}`"))
            .label("does not belong to an attribute")
            .help("a start tag contains a name and attributes: `<name attribute=\"value\">`")
            .fix(Safety::Unsafe, "remove it", span, "");
        self.report(finding);
    }

    /// Steps over a quote or `=` that no name stands before.
    fn read_nameless(&mut self, element: Span) {
        let start = self.at;
        while self.peek() == Some(b'=') || self.skip_space() {
            self.at += usize::from(self.peek() == Some(b'='));
        }
        if let Some(quote @ (b'"' | b'\'')) = self.peek() {
            let rest = &self.text[self.at + 1..];
            let closing = rest.find([char::from(quote), '<', '>', '\n']);
            self.at += match closing {
                Some(length) if rest.as_bytes()[length] == quote => length + 2,
                _ => 1,
            };
        }
        let end = self.text[..self.at].trim_end_matches(SPACE).len();
        self.report_junk(element, Span::new(start, end.max(start + 1)));
    }

    /// Steps over what stands there up to white space or the end of the tag.
    pub(super) fn read_junk(&mut self, element: Span, start: usize) {
        let rest = &self.text[self.at..];
        let length = rest
            .find([' ', '\t', '\r', '\n', '/', '>', '<'])
            .unwrap_or(rest.len());
        self.at += length;
        self.report_junk(element, Span::new(start, self.at));
    }
}

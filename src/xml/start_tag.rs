//! Start tags, and the attributes in them.
//!
//! A tag that is never finished ends where the next one begins; a value whose quote is missing
//! ends where the tag, the line or the next attribute suggests.

use super::document::{AttributeRow, RowKind, Value};
use super::names::{self, SPACE};
use super::reader::{Building, Open, Reader, VALUE, clip, edits, is_special};
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
        self.note_root(name);
        let row = self.push_row(
            Span::new(start, self.at),
            RowKind::Text(Value::Source(name)),
        );
        let first_attribute = self.attributes.len();
        let end = self.read_attributes(name);
        if matches!(end, TagEnd::Missing { .. }) && self.is_text(name) {
            self.rows.truncate(row as usize);
            self.attributes.truncate(first_attribute);
            self.findings.truncate(before);
            self.at = start;
            self.read_text(true);
            return;
        }
        let empty = match end {
            TagEnd::Open | TagEnd::Missing { empty: false } => false,
            TagEnd::Empty => true,
            // `<a/</a>` is not meant to be empty.
            TagEnd::Missing { empty: true } => self.next_end_tag() != Some(self.slice(name)),
        };
        let behind = self.at as u32;
        let entry = &mut self.rows[row as usize];
        entry.span.end = behind;
        entry.kind = RowKind::Element {
            name,
            start_tag_end: behind,
            end_tag: behind,
            first_attribute: first_attribute as u32,
            behind_attributes: self.attributes.len() as u32,
        };
        self.check_attributes(name, first_attribute);
        if empty {
            self.namespaces.leave(self.open.len());
        } else {
            let doubtful = !sound || matches!(end, TagEnd::Missing { .. });
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

    fn note_root(&mut self, name: Span) {
        if !self.open.is_empty() {
            return;
        }
        let Some(first) = self.root else {
            self.root = Some(name);
            return;
        };
        if std::mem::replace(&mut self.said.second_root, true) {
            return;
        }
        let finding = rules::ROOT
            .at(name, "more than one root element")
            .label("stands beside the root element")
            .also(first, "the root element")
            .help("put all elements into one: `<Response>…</Response>`");
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
                                .label("`/>` must stand together")
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
        let name = clip(self.slice(element));
        let behind = Span::at(at);
        let finding = rules::TAG
            .at(
                Span::new(element.start as usize - 1, element.end as usize),
                format!("the tag `<{name}` is not ended with `>`"),
            )
            .label("this tag")
            .also(behind, "`>` expected here")
            .help("end a start tag with `>`, or with `/>` if nothing stands in the element")
            .fix(Safety::Unsafe, "insert `>`", behind, ">");
        self.report(finding);
    }

    fn report_junk(&mut self, element: Span, span: Span) {
        let name = clip(self.slice(element));
        let junk = clip(self.slice(span));
        let finding = rules::TAG
            .at(span, format!("unexpected `{junk}` in the tag `<{name}`"))
            .label("belongs to no attribute")
            .help("a start tag holds a name and attributes: `<Say voice=\"joanna\">`")
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
    fn read_junk(&mut self, element: Span, start: usize) {
        let rest = &self.text[self.at..];
        let length = rest
            .find([' ', '\t', '\r', '\n', '/', '>', '<'])
            .unwrap_or(rest.len());
        self.at += length;
        self.report_junk(element, Span::new(start, self.at));
    }

    fn read_attribute(&mut self, element: Span, spaced: bool) {
        let start = self.at;
        let before = self.findings.len();
        let name = self.read_name("an attribute");
        if self.findings.len() > before && !self.goes_on_with(['=', '"', '\'']) {
            // Neither a name nor a value: one mistake, not two.
            self.findings.truncate(before);
            self.read_junk(element, start);
            return;
        }
        if !spaced {
            let finding = rules::ATTRIBUTE_SPACE
                .at(name, "no white space before an attribute")
                .label("must be set off")
                .help("write a space between two attributes")
                .fix(Safety::Safe, "insert a space", Span::at(start), " ");
            self.report(finding);
        }
        let behind_name = self.at;
        self.skip_space();
        if self.peek() == Some(b'=') {
            self.at += 1;
            self.skip_space();
            match self.peek() {
                Some(quote @ (b'"' | b'\'')) => self.read_quoted(name, quote),
                _ => self.read_unquoted(name),
            }
            return;
        }
        let shown = clip(self.slice(name));
        if let Some(quote @ (b'"' | b'\'')) = self.peek() {
            let finding = rules::ATTRIBUTE_VALUE
                .at(name, format!("no `=` between `{shown}` and its value"))
                .label("`=` missing behind it")
                .help(format!("write `{shown}=\"…\"`"))
                .fix(
                    Safety::Safe,
                    "insert `=`",
                    Span::new(behind_name, self.at),
                    "=",
                );
            self.report(finding);
            self.read_quoted(name, quote);
            return;
        }
        self.at = behind_name;
        self.report_no_value(name);
        self.push_attribute(name, Span::at(behind_name), behind_name, None);
    }

    /// Whether one of the characters comes next, past white space.
    fn goes_on_with(&self, chars: [char; 3]) -> bool {
        let rest = &self.text[self.at..];
        rest.trim_start_matches(SPACE).starts_with(chars)
    }

    fn report_no_value(&mut self, name: Span) {
        let shown = clip(self.slice(name));
        let finding = rules::ATTRIBUTE_VALUE
            .at(name, format!("the attribute `{shown}` has no value"))
            .label("`=\"…\"` missing behind it")
            .help(format!("write `{shown}=\"true\"`, or whatever was meant"));
        self.report(finding);
    }

    /// Reads a value without an opening quote, up to white space or the end of the tag.
    fn read_unquoted(&mut self, name: Span) {
        let start = self.at;
        let rest = &self.text[start..];
        let mut length = rest
            .find([' ', '\t', '\r', '\n', '>', '<'])
            .unwrap_or(rest.len());
        if rest[..length].ends_with('/') && rest[length..].starts_with('>') {
            length -= 1;
        }
        if length == 0 {
            self.report_no_value(name);
            self.push_attribute(name, Span::at(start), start, None);
            return;
        }
        self.at += length;
        let span = Span::new(start, self.at);
        let written = &rest[..length];
        let value = written.trim_end_matches(['"', '\'']);
        let shown = clip(self.slice(name));
        let mut finding = rules::ATTRIBUTE_QUOTE
            .at(span, format!("the value of `{shown}` is not in quotes"))
            .label("must stand in quotes")
            .help(format!("write `{shown}=\"{}\"`", clip(value)));
        if !value.contains('"') {
            let quoted = format!("\"{value}\"");
            finding = finding.fix(Safety::Safe, "put it in quotes", span, quoted);
        }
        self.report(finding);
        let inside = Span::new(start, start + value.len());
        self.push_attribute(name, inside, span.end as usize, None);
    }

    /// Reads a value from its opening quote on.
    fn read_quoted(&mut self, name: Span, quote: u8) {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut plain = true;
        let less_than = loop {
            match bytes.get(at) {
                Some(&byte) if !is_special(byte, VALUE) => at += 1,
                Some(&byte) if byte == quote => break None,
                None | Some(b'<') => break Some(at),
                Some(b'"' | b'\'') => at += 1,
                Some(_) => {
                    plain = false;
                    at += 1;
                }
            }
        };
        let close = match less_than {
            None => Some(at),
            Some(from) => bytes[from..]
                .iter()
                .position(|&byte| byte == quote)
                .map(|length| from + length),
        };
        if let Some(end) = self.end_of_unclosed(start, close, less_than) {
            self.report_unclosed_quote(name, start, end, quote);
            self.at = end;
            self.cut_off |= end == self.text.len();
            let value = Span::new(start, end);
            let built = self.normalise(value);
            self.push_attribute(name, value, end, Some(built));
            return;
        }
        let end = close.unwrap_or(at);
        let value = Span::new(start, end);
        if less_than.is_some() {
            self.report_less_than_in_value(value);
        }
        let built = (!plain || less_than.is_some()).then(|| self.normalise(value));
        self.at = end + 1;
        self.push_attribute(name, value, end + 1, built);
    }

    /// Where a value ends whose closing quote is missing; `None` if it seems to be there.
    ///
    /// The next quote need not be the one that was meant: it may open the value of the next
    /// attribute, or of one in the next tag. Then no white space or tag end follows it, and `=`
    /// stands before it.
    fn end_of_unclosed(
        &self,
        start: usize,
        close: Option<usize>,
        less_than: Option<usize>,
    ) -> Option<usize> {
        let text = self.text;
        let first_break = |until: usize| {
            let value = &text[start..until];
            let length = value.find(['>', '\n']).unwrap_or(value.len());
            let line = &value[..length];
            let line = if value[length..].starts_with('>') {
                line.strip_suffix('/').unwrap_or(line)
            } else {
                line
            };
            start + line.trim_end_matches(SPACE).len()
        };
        let Some(close) = close else {
            return Some(first_break(less_than.unwrap_or(text.len())));
        };
        let followed_well = matches!(
            text.as_bytes().get(close + 1),
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>' | b'?')
        );
        let value = &text[start..close];
        let before_equals = value.trim_end_matches(SPACE).strip_suffix('=');
        if let Some(less_than) = less_than {
            let broken = text[start..less_than].contains(['>', '\n']);
            let opens_another = before_equals.is_some() && (broken || !followed_well);
            return (opens_another || broken && !followed_well).then(|| first_break(less_than));
        }
        if followed_well {
            return None;
        }
        // `voice="joanna language="en"`: the name before `=` begins the next attribute.
        let head = before_equals?.trim_end_matches(SPACE);
        let name = head.rfind(|char| !names::continues_name(char))? + 1;
        let space = head.get(..name)?;
        let ended = space.trim_end_matches(SPACE);
        let is_name = names::name_length(&head[name..]) == head.len() - name;
        (is_name && name < head.len() && ended.len() < space.len())
            .then(|| start + ended.trim_end_matches('>').len().min(ended.len()))
    }

    fn report_unclosed_quote(&mut self, name: Span, start: usize, end: usize, quote: u8) {
        let shown = clip(self.slice(name));
        let quote = char::from(quote);
        let behind = Span::at(end);
        let finding = rules::ATTRIBUTE_QUOTE
            .at(
                Span::new(start - 1, end),
                format!("the value of `{shown}` has no closing quote"),
            )
            .label("opened here")
            .help(format!("write `{quote}` behind the value"))
            .fix(
                Safety::Unsafe,
                "insert the quote",
                behind,
                quote.to_string(),
            );
        self.report(finding);
    }

    fn report_less_than_in_value(&mut self, value: Span) {
        let written = self.slice(value);
        let spans: Vec<Span> = written
            .match_indices('<')
            .map(|(at, _)| value.within(at, at + 1))
            .collect();
        let Some(&first) = spans.first() else {
            return;
        };
        let mut finding = rules::LESS_THAN
            .at(first, "`<` in an attribute value")
            .label("not allowed between quotes")
            .help("write `&lt;` for a less-than sign");
        finding.fix = Some(edits(
            Safety::Safe,
            "write `&lt;`",
            spans.into_iter(),
            "&lt;",
        ));
        self.report(finding);
    }

    /// Resolves references and makes every white space a space, XML 1.0 §3.3.3.
    fn normalise(&mut self, span: Span) -> Value {
        let end = span.end as usize;
        let bytes = self.text.as_bytes();
        let mut value = Building::new(span.start as usize, self.owned.len());
        self.at = span.start as usize;
        while self.at < end {
            let byte = bytes[self.at];
            match byte {
                _ if !is_special(byte, VALUE) => self.at += 1,
                b'"' | b'\'' | b'<' => self.at += 1,
                b'&' => self.resolve_reference(&mut value),
                b'\t' | b'\n' | b'\r' => {
                    let pair = self.text[self.at..].starts_with("\r\n");
                    let length = 1 + usize::from(pair);
                    value.replace(self.text, self.at, length, ' ', &mut self.owned);
                    self.at += length;
                }
                _ => self.check_character(),
            }
        }
        value.finish(self.text, end, &mut self.owned)
    }

    fn push_attribute(&mut self, name: Span, raw: Span, end: usize, value: Option<Value>) {
        self.attributes.push(AttributeRow {
            name,
            raw,
            end: end as u32,
            value: value.unwrap_or(Value::Source(raw)),
        });
    }
}

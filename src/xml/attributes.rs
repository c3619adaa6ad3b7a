//! Attributes.
//!
//! A value whose quote is missing ends where the tag, the line or the next attribute suggests.

use super::document::{AttributeRow, Value};
use super::names::{self, SPACE};
use super::reader::{Reader, clip, edits};
use super::rules;
use super::text::{Building, VALUE, is_special};
use crate::diagnostic::Safety;
use crate::source::Span;

/// The quotes that word processors write for the plain ones.
const CURLY: [char; 7] = ['“', '”', '„', '‟', '‘', '’', '‚'];

impl Reader<'_> {
    pub(super) fn read_attribute(&mut self, element: Span, spaced: bool) {
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
                .at(name, "white space is missing before an attribute")
                .label("a space is missing before it")
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
        let shown = self.shown(name);
        if let Some(quote @ (b'"' | b'\'')) = self.peek() {
            let finding = rules::ATTRIBUTE_VALUE
                .at(
                    name,
                    format!("`=` is missing between `{shown}` and its value"),
                )
                .label("`=` is missing after it")
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
        let shown = self.shown(name);
        let finding = rules::ATTRIBUTE_VALUE
            .at(name, format!("the attribute `{shown}` has no value"))
            .label("`=\"…\"` is missing after it")
            .help(format!("write `{shown}=\"true\"`, or another value"));
        self.report(finding);
    }

    /// Reads a value without an opening quote, up to white space or the end of the tag.
    fn read_unquoted(&mut self, name: Span) {
        let start = self.at;
        let rest = &self.text[start..];
        let is_end = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '>' | '<');
        // What begins with a curly quote goes on to the next one of that tag.
        let curly = rest.starts_with(CURLY).then(|| {
            let tag = rest.find(['>', '<', '"']).unwrap_or(rest.len());
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let end = rest[..tag].get(first..)?.find(CURLY)? + first;
            Some(end + rest[end..].chars().next().map_or(0, char::len_utf8))
        });
        let mut length =
            (curly.flatten()).unwrap_or_else(|| rest.find(is_end).unwrap_or(rest.len()));
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
        let value = written
            .trim_start_matches(CURLY)
            .trim_end_matches(['"', '\''])
            .trim_end_matches(CURLY);
        let shown = self.shown(name);
        let mut finding = rules::ATTRIBUTE_QUOTE
            .at(span, format!("the value of `{shown}` is not in quotes"))
            .label(if written.starts_with(CURLY) {
                "these are quotes of a word processor; XML only accepts plain quotes"
            } else {
                "must be in quotes"
            })
            .help(format!("write `{shown}=\"{}\"`", clip(value)));
        if !value.contains('"') {
            let quoted = format!("\"{value}\"");
            finding = finding.fix(Safety::Safe, "put it in quotes", span, quoted);
        }
        self.report(finding);
        let from = start + (written.len() - written.trim_start_matches(CURLY).len());
        let inside = Span::new(from, from + value.len());
        self.push_attribute(name, inside, span.end as usize, None);
    }

    /// Reads a value from its opening quote on.
    fn read_quoted(&mut self, name: Span, quote: u8) {
        let start = self.at + 1;
        let rest = &self.text.as_bytes()[start..];
        let stop = memchr::memchr2(quote, b'<', rest).unwrap_or(rest.len());
        let close = memchr::memchr(quote, &rest[stop..]).map(|length| start + stop + length);
        let less_than = (close != Some(start + stop)).then_some(start + stop);
        let unclosed = self.end_of_unclosed(start, close, less_than);
        let end = unclosed.or(close).unwrap_or(self.text.len());
        let value = Span::new(start, end);
        if unclosed.is_some() {
            self.report_unclosed_quote(name, value, quote);
            self.cut_off |= end == self.text.len();
        } else if less_than.is_some() {
            self.report_less_than_in_value(value);
        }
        let built = self.normalise(value);
        self.at = end + usize::from(unclosed.is_none());
        self.push_attribute(name, value, self.at, Some(built));
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
        let followed_well = self.ends_value(close);
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
        (is_name && name < head.len() && ended.len() < space.len()).then(|| start + ended.len())
    }

    /// Whether what follows a quote may follow the end of a value.
    fn ends_value(&self, quote: usize) -> bool {
        matches!(
            self.text.as_bytes().get(quote + 1),
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>' | b'?')
        )
    }

    fn report_unclosed_quote(&mut self, name: Span, value: Span, quote: u8) {
        let shown = self.shown(name);
        let quote = char::from(quote);
        let opened = Span {
            start: value.start - 1,
            end: value.end,
        };
        let behind = Span::at(value.end as usize);
        let finding = rules::ATTRIBUTE_QUOTE
            .at(
                opened,
                format!("the value of `{shown}` has no closing quote"),
            )
            .label("opened here")
            .help(format!("write `{quote}` after the value"))
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
    pub(super) fn normalise(&mut self, span: Span) -> Value {
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

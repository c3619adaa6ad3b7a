//! Tags that are whole: quick-xml reads them.
//!
//! What is not whole is read anew, from its `<` on, by [`Reader::read_start_tag`] and
//! [`Reader::read_end_tag`], which find out what was meant. They step over it, and quick-xml is started
//! again behind it, so that one mistake does not hide the next.
//!
//! No whole tag holds a second `<`. Where a quote is open, quick-xml looks for the other one to the end
//! of the text, and would do so for each of many: once it has looked at as many bytes in vain as the
//! text has, it is given no more than the text up to the next `<`.

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

use super::document::{AttributeRow, RowKind, Value};
use super::names::{self, SPACE};
use super::reader::{Open, Reader};
use super::text::{VALUE, is_special};
use crate::source::Span;

/// quick-xml on its way through a part of the text.
pub(super) struct Events<'a> {
    reader: quick_xml::Reader<&'a [u8]>,
    /// Where in the text it was started.
    from: usize,
    is_going: bool,
}

impl<'a> Events<'a> {
    pub(super) fn new(text: &'a str, from: usize, end: usize) -> Self {
        let mut reader = quick_xml::Reader::from_str(&text[from..end]);
        let config = reader.config_mut();
        // Which end tag belongs to which element is known here.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            from,
            is_going: true,
        }
    }

    /// The place in the text that it has come to.
    fn at(&self) -> usize {
        self.from + usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }
}

impl Reader<'_> {
    /// Reads the tag at hand, if it is whole.
    pub(super) fn read_whole_tag(&mut self) -> bool {
        let start = self.at;
        let bytes = self.text.as_bytes();
        if matches!(bytes.get(start + 1), Some(b'!' | b'?')) {
            return false;
        }
        self.go_to_tag();
        let event = self.events.reader.read_event();
        let behind = self.events.at();
        self.scanned += behind.saturating_sub(start);
        let is_taken = match event {
            Ok(Event::Start(tag)) => self.take_start_tag(&tag, behind, false),
            Ok(Event::Empty(tag)) => self.take_start_tag(&tag, behind, true),
            Ok(Event::End(tag)) => self.take_end_tag(tag.name().as_ref(), behind),
            _ => false,
        };
        if !is_taken {
            self.wasted += behind.saturating_sub(start);
        }
        is_taken
    }

    /// Brings quick-xml to the tag at hand: past text and comments that were read already, or, where
    /// something was broken, by starting it again.
    fn go_to_tag(&mut self) {
        while self.events.at() < self.at && self.events.is_going {
            let event = self.events.reader.read_event();
            self.events.is_going = !matches!(event, Err(_) | Ok(Event::Eof));
        }
        if self.events.at() != self.at || !self.events.is_going {
            let beyond = self.events.at().saturating_sub(self.at);
            self.scanned += beyond;
            self.wasted += beyond;
            let mut end = self.text.len();
            if self.wasted > end {
                let behind = &self.text.as_bytes()[self.at + 1..];
                let next = memchr::memchr(b'<', behind);
                end = next.map_or(end, |length| self.at + 1 + length);
            }
            self.events = Events::new(self.text, self.at, end);
        }
    }

    /// Takes the end tag of the innermost element.
    fn take_end_tag(&mut self, name: &str, behind: usize) -> bool {
        let expected = self.open.last().map(|open| self.slice(open.name));
        let is_expected = expected.is_some_and(|expected| expected == name);
        if is_expected {
            let start = self.at;
            self.at = behind;
            self.close(Span::new(start, behind));
        }
        is_expected
    }

    /// Takes a start tag whose name and attributes are as XML has them.
    fn take_start_tag(&mut self, tag: &BytesStart<'_>, behind: usize, empty: bool) -> bool {
        let (start, first_attribute) = (self.at, self.attributes.len());
        let name = Span::new(start + 1, start + 1 + tag.name().as_ref().len());
        let is_good = is_name(self.slice(name)) && self.take_attributes(tag, name, behind, empty);
        if !is_good {
            self.attributes.truncate(first_attribute);
            return false;
        }
        if self.open.is_empty() {
            self.note_root(name);
        }
        let kind = RowKind::Element {
            name,
            start_tag_end: behind as u32,
            end_tag: behind as u32,
            first_attribute: first_attribute as u32,
            behind_attributes: self.attributes.len() as u32,
            has_text: false,
        };
        let row = self.push_row(Span::new(start, behind), kind);
        self.resolve_values(first_attribute);
        self.check_attributes(name, first_attribute);
        self.at = behind;
        if empty {
            self.namespaces.leave(self.open.len());
        } else {
            let doubtful = false;
            self.open.push(Open {
                row,
                name,
                doubtful,
            });
        }
        true
    }

    /// Takes the attributes of a tag; whether each is set off, and nothing else stands in the tag.
    fn take_attributes(
        &mut self,
        tag: &BytesStart<'_>,
        name: Span,
        behind: usize,
        empty: bool,
    ) -> bool {
        let mut at = name.end as usize;
        for attribute in tag.attributes().with_checks(false) {
            let Ok(attribute) = attribute else {
                return false;
            };
            let Some(row) = self.attribute_row(&attribute, at) else {
                return false;
            };
            at = row.end as usize;
            self.attributes.push(row);
        }
        let rest = &self.text.as_bytes()[at..behind - 1 - usize::from(empty)];
        rest.iter().copied().all(names::is_space)
    }

    /// An attribute that stands behind `from`, set off by white space.
    fn attribute_row(&self, attribute: &Attribute<'_>, from: usize) -> Option<AttributeRow> {
        // Both are slices of the text.
        let place = |part: &str| {
            let start = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
            Span::new(start, start + part.len())
        };
        let (name, value) = (place(attribute.key.as_ref()), place(&attribute.value));
        let (equals, quote) = self
            .text
            .get(name.end as usize..value.start as usize)?
            .split_at_checked(value.start.checked_sub(name.end + 1)? as usize)?;
        let is_whole = name.start as usize > from
            && equals.trim_matches(SPACE) == "="
            && matches!(quote, "\"" | "'")
            && is_name(self.slice(name));
        let mut is_as_written = true;
        for &byte in self.slice(value).as_bytes() {
            match byte {
                _ if !is_special(byte, VALUE) => {}
                b'<' => return None,
                b'"' | b'\'' => {}
                _ => is_as_written = false,
            }
        }
        is_whole.then_some(AttributeRow {
            name,
            raw: value,
            end: value.end + 1,
            value: match is_as_written {
                true => Value::Source(value),
                // It is resolved when the whole tag is known to be good.
                false => Value::Owned(Span::at(0)),
            },
        })
    }

    /// Resolves what stands in the values from this attribute on for something else.
    fn resolve_values(&mut self, first: usize) {
        for index in first..self.attributes.len() {
            let row = &self.attributes[index];
            if matches!(row.value, Value::Owned(_)) {
                let value = self.normalise(row.raw);
                self.attributes[index].value = value;
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && names::name_length(text) == text.len()
}

#[cfg(test)]
mod tests {
    use crate::xml::reader::Reader;

    /// However often a tag is broken, quick-xml looks at few bytes more than there are.
    #[test]
    fn broken_tags_are_not_sought_to_the_end_each() {
        for piece in [
            "<a b=\"",
            "<a b='x>",
            "<a",
            "</",
            "<a><b></a>",
            "< <a ",
            "<a b=\"<\">",
            "<!--<a b=\"",
        ] {
            let text = piece.repeat(40_000) + "\">";
            let mut reader = Reader::new(&text, true);
            reader.read();
            assert!(
                reader.scanned <= 3 * text.len(),
                "{piece}: {}",
                reader.scanned
            );
        }
    }
}

//! Tags that are whole: quick-xml reads them.
//!
//! What is not whole is read anew, from its `<` on, by [`Reader::read_start_tag`] and
//! [`Reader::read_end_tag`], which find out what was meant. They step over it, and quick-xml is started
//! again behind it, so that one mistake does not hide the next.
//!
//! No whole tag holds a second `<`. So quick-xml is given the text up to the next one: whatever is
//! broken, no byte is looked at for two tags.

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

use super::document::{AttributeRow, RowKind, Value};
use super::names::{self, SPACE};
use super::reader::{Open, Reader};
use super::text::{VALUE, is_special};
use crate::source::Span;

impl<'a> Reader<'a> {
    /// Reads the tag at hand, if it is whole.
    pub(super) fn read_whole_tag(&mut self) -> bool {
        let start = self.at;
        let bytes = self.text.as_bytes();
        if matches!(bytes.get(start + 1), Some(b'!' | b'?')) {
            return false;
        }
        let next = memchr::memchr(b'<', &bytes[start + 1..]);
        let end = next.map_or(bytes.len(), |length| start + 1 + length);
        let text: &'a str = &self.text[start..end];
        self.scanned += text.len();
        let mut events = quick_xml::Reader::from_str(text);
        events.config_mut().check_end_names = false;
        let event = events.read_event();
        let behind = start + usize::try_from(events.buffer_position()).unwrap_or(usize::MAX);
        match event {
            Ok(Event::Start(tag)) => self.take_start_tag(&tag, behind, false),
            Ok(Event::Empty(tag)) => self.take_start_tag(&tag, behind, true),
            Ok(Event::End(tag)) => self.take_end_tag(tag.name().as_ref(), behind),
            _ => false,
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
        is_whole.then_some(AttributeRow {
            name,
            raw: value,
            end: value.end + 1,
            value: Value::Source(value),
        })
    }

    /// Resolves what stands in the values from this attribute on for something else.
    fn resolve_values(&mut self, first: usize) {
        for index in first..self.attributes.len() {
            let raw = self.attributes[index].raw;
            let is_as_written =
                |byte: &u8| !is_special(*byte, VALUE) || matches!(byte, b'"' | b'\'');
            if !self.slice(raw).as_bytes().iter().all(is_as_written) {
                let value = self.normalise(raw);
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

    /// However often a tag is broken, quick-xml looks at each byte once.
    #[test]
    fn no_byte_is_scanned_twice() {
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
            assert!(reader.scanned <= text.len(), "{piece}: {}", reader.scanned);
        }
    }
}

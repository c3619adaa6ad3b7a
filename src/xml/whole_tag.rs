//! Tags that are whole: quick-xml reads them.
//!
//! What is not whole is read anew, from its `<` on, by [`Reader::read_start_tag`] and
//! [`Reader::read_end_tag`], which find out what was meant. They step over it, and quick-xml is given the
//! next tag, so that one mistake does not hide another.
//!
//! No whole tag holds a second `<`. Where a quote is open, quick-xml looks for the other one to the end
//! of the text, and would do so for each of many: once it has looked at as many bytes in vain as the
//! text has, it is given no more than the text up to the next `<`.

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

use super::document::{AttributeRow, Value};
use super::names::{self, SPACE};
use super::reader::Reader;
use super::text::is_as_written;
use crate::source::Span;

/// quick-xml, which is given one tag after the other.
pub(super) fn events<'a>() -> quick_xml::Reader<&'a [u8]> {
    let mut reader = quick_xml::Reader::from_str("");
    let config = reader.config_mut();
    // Which end tag belongs to which element is known here.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    reader
}

impl Reader<'_> {
    /// Reads the tag at hand, if it is whole.
    pub(super) fn read_whole_tag(&mut self) -> bool {
        let start = self.at;
        let bytes = self.text.as_bytes();
        if matches!(bytes.get(start + 1), Some(b'!' | b'?')) {
            return false;
        }
        let mut end = bytes.len();
        if self.wasted > end {
            let next = memchr::memchr(b'<', &bytes[start + 1..]);
            end = next.map_or(end, |length| start + 1 + length);
        }
        *self.events.get_mut() = &bytes[start..end];
        let before = self.events.buffer_position();
        let event = self.events.read_event();
        let length = self.events.buffer_position() - before;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let behind = start + length;
        self.scanned += length;
        let is_taken = match event {
            Ok(Event::Start(tag)) => self.take_start_tag(&tag, behind, false),
            Ok(Event::Empty(tag)) => self.take_start_tag(&tag, behind, true),
            Ok(Event::End(tag)) => self.take_end_tag(tag.name().as_ref(), behind),
            _ => {
                // Behind an error quick-xml goes no further.
                self.events = events();
                false
            }
        };
        if !is_taken {
            self.wasted += length;
        }
        is_taken
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
        let Some(is_plain) = self.take_attributes(tag, name, behind, empty) else {
            self.attributes.truncate(first_attribute);
            return false;
        };
        self.resolve_values(first_attribute);
        if !is_plain {
            self.check_attributes(name, first_attribute);
        } else if self.attributes.len() - first_attribute > 1 {
            self.check_duplicates(first_attribute);
        }
        self.at = behind;
        self.enter(start, name, first_attribute, empty, false);
        true
    }

    /// Takes the attributes of a tag, if its name is one, each is set off, and nothing else stands in
    /// the tag; whether no name has to do with namespaces.
    fn take_attributes(
        &mut self,
        tag: &BytesStart<'_>,
        name: Span,
        behind: usize,
        empty: bool,
    ) -> Option<bool> {
        let mut is_plain = names::is_name(self.slice(name))?;
        let mut at = name.end as usize;
        for attribute in tag.attributes().with_checks(false) {
            let row = self.attribute_row(&attribute.ok()?, at)?;
            let name = self.slice(row.name);
            is_plain &= names::is_name(name)? && name != "xmlns";
            at = row.end as usize;
            self.attributes.push(row);
        }
        let rest = &self.text.as_bytes()[at..behind - 1 - usize::from(empty)];
        let mut rest = rest.iter().copied();
        rest.all(names::is_space).then_some(is_plain)
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
            && matches!(quote, "\"" | "'");
        let written = self.slice(value);
        let is_as_written = is_as_written(written);
        if !is_as_written && written.contains('<') {
            return None;
        }
        is_whole.then_some(AttributeRow {
            name,
            raw: value,
            end: value.end + 1,
            value: if is_as_written {
                Value::Source(value)
            } else {
                Value::Owned(Span::at(0))
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

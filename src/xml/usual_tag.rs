//! Tags as nearly every one is written: ASCII names without a prefix, attributes with quoted values
//! that are taken as they stand, and the end tag of what is open. They are read in one go, byte by
//! byte.
//!
//! Whatever else a tag may be is left to [`Reader::read_start_tag`] and [`Reader::read_end_tag`],
//! which begin anew.

use super::document::{AttributeRow, RowKind, Value};
use super::names::{self, is_space};
use super::namespaces::FEW;
use super::reader::{Open, Reader};
use super::text::{VALUE, is_special};
use crate::source::Span;

impl Reader<'_> {
    /// Reads the tag at hand, if it is a usual one.
    pub(super) fn read_usual_tag(&mut self) -> bool {
        match self.text.as_bytes().get(self.at + 1) {
            Some(b'/') => self.read_expected_end_tag(),
            Some(&byte) => names::starts_usual_name(byte) && self.read_usual_start_tag(),
            None => false,
        }
    }

    /// Reads the end tag of the innermost element, if that comes next: nearly always.
    fn read_expected_end_tag(&mut self) -> bool {
        let Some(open) = self.open.last() else {
            return false;
        };
        let (start, bytes) = (self.at, self.text.as_bytes());
        let name = &bytes[open.name.range()];
        let behind = start + 2 + name.len();
        let is_expected = bytes.get(behind) == Some(&b'>') && bytes[start + 2..behind] == *name;
        if is_expected {
            self.at = behind + 1;
            self.close(Span::new(start, self.at));
        }
        is_expected
    }

    /// Reads the start tag at hand, if it is a usual one.
    fn read_usual_start_tag(&mut self) -> bool {
        let (start, first_attribute) = (self.at, self.attributes.len());
        let Some((name, behind, empty)) = self.read_name_and_attributes() else {
            self.attributes.truncate(first_attribute);
            return false;
        };
        if self.open.is_empty() {
            self.note_root(name);
        }
        self.at = behind;
        let kind = RowKind::Element {
            name,
            start_tag_end: behind as u32,
            end_tag: behind as u32,
            first_attribute: first_attribute as u32,
            behind_attributes: self.attributes.len() as u32,
            has_text: false,
        };
        let row = self.push_row(Span::new(start, behind), kind);
        if self.may_have_duplicates(first_attribute) {
            self.check_duplicates(first_attribute);
        }
        if !empty {
            self.open.push(Open {
                row,
                name,
                doubtful: false,
            });
        }
        true
    }

    /// The name of the tag at hand, what follows it, and whether it is an empty-element tag. Its
    /// attributes are added to the others.
    fn read_name_and_attributes(&mut self) -> Option<(Span, usize, bool)> {
        let bytes = self.text.as_bytes();
        let name = usual_name(bytes, self.at + 1)?;
        let mut at = name.end as usize;
        loop {
            let behind = at;
            while bytes.get(at).copied().is_some_and(is_space) {
                at += 1;
            }
            match bytes.get(at)? {
                b'>' => return Some((name, at + 1, false)),
                b'/' if bytes.get(at + 1) == Some(&b'>') => return Some((name, at + 2, true)),
                _ if at == behind => return None,
                _ => {}
            }
            let name = usual_name(bytes, at)?;
            let equals = name.end as usize;
            let quote = *bytes.get(equals + 1)?;
            if bytes[equals] != b'=' || !matches!(quote, b'"' | b'\'') || is_xmlns(bytes, name) {
                return None;
            }
            let value = equals + 2;
            at = value;
            while !is_special(*bytes.get(at)?, VALUE) {
                at += 1;
            }
            let follows = bytes.get(at + 1)?;
            if bytes[at] != quote || !(is_space(*follows) || matches!(follows, b'/' | b'>')) {
                return None;
            }
            let raw = Span::new(value, at);
            at += 1;
            self.attributes.push(AttributeRow {
                name,
                raw,
                end: at as u32,
                value: Value::Source(raw),
            });
        }
    }

    /// Whether two of the attributes from this one on have names that begin and end alike.
    fn may_have_duplicates(&self, first: usize) -> bool {
        let bytes = self.text.as_bytes();
        let ends = |row: &AttributeRow| {
            let Span { start, end } = row.name;
            (end - start, bytes[start as usize], bytes[end as usize - 1])
        };
        let rows = &self.attributes[first..];
        rows.len() > FEW
            || rows.iter().enumerate().any(|(index, row)| {
                rows[..index]
                    .iter()
                    .any(|earlier| ends(earlier) == ends(row))
            })
    }
}

/// The name that begins there, with something behind it that is no part of a name.
fn usual_name(bytes: &[u8], start: usize) -> Option<Span> {
    if !names::starts_usual_name(*bytes.get(start)?) {
        return None;
    }
    let mut end = start + 1;
    while names::continues_usual_name(*bytes.get(end)?) {
        end += 1;
    }
    bytes[end].is_ascii().then(|| Span::new(start, end))
}

fn is_xmlns(bytes: &[u8], name: Span) -> bool {
    bytes[name.range()] == *b"xmlns"
}

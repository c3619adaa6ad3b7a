//! Lines and columns of many offsets in one document.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::source::{Position, Source, Span};

/// Positions in one document.
///
/// To know a column is to count characters from the line's beginning. Where that is far, the
/// result is kept for the next count to start from, so a document that is one line of megabytes is
/// walked once and not once for each of its findings.
pub(super) struct Places<'a> {
    source: &'a Source,
    /// Positions by their offsets, any two more than [`FAR`] apart.
    known: RefCell<BTreeMap<usize, Position>>,
}

/// Bytes that are counted again rather than remembered.
const FAR: usize = 1024;

impl<'a> Places<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self {
            source,
            known: RefCell::default(),
        }
    }

    pub(super) fn source(&self) -> &'a Source {
        self.source
    }

    /// The nearest offset at or before the given one that lies in the text and between two
    /// characters.
    pub(super) fn floor(&self, offset: u32) -> usize {
        self.source.text().floor_char_boundary(offset as usize)
    }

    /// Line and column of an offset.
    pub(super) fn position(&self, offset: u32) -> Position {
        let offset = self.floor(offset);
        let mut known = self.known.borrow_mut();
        if let Some((&from, &position)) = known.range(..=offset).next_back()
            && offset <= self.source.line(position.line).range().end
        {
            let between = self.source.text().get(from..offset).unwrap_or_default();
            let position = Position {
                line: position.line,
                column: position.column + between.chars().count(),
            };
            if between.len() > FAR {
                known.insert(offset, position);
            }
            return position;
        }
        let position = self.source.position(Span::at(offset).start);
        if position.column > FAR {
            known.insert(offset, position);
        }
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, offsets: impl Iterator<Item = usize>) {
        let source = Source::new("a.xml", text);
        let places = Places::new(&source);
        for offset in offsets.map(|offset| u32::try_from(offset).unwrap()) {
            let floor = u32::try_from(places.floor(offset)).unwrap();
            assert_eq!(places.position(offset), source.position(floor), "{offset}");
        }
    }

    #[test]
    fn positions_are_those_of_the_source_in_any_order() {
        check(
            "aé\nb\r\n\nüü x\n",
            (0..=16).chain((0..=16).rev()).chain([7, 3, 99, 0]),
        );
        let long = format!("a\n{}\n{}\nb\n", "é x".repeat(2000), "您 ".repeat(3000));
        let strides = [7, 701, 1499, 5003].into_iter();
        let offsets =
            strides.flat_map(|stride| (0..6000).map(move |index| index * stride % 20_100));
        check(&long, offsets);
    }
}

//! Lines and columns of many offsets in one document.

use std::cell::Cell;

use crate::source::{Position, Source, Span};

/// Positions in one document, asked for mostly in ascending order.
///
/// Counting a column starts where the last count on the same line stopped, so a document that is
/// one line of megabytes is walked once and not once for each of its findings.
pub(super) struct Places<'a> {
    source: &'a Source,
    last: Cell<(usize, Position)>,
}

impl<'a> Places<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        let beginning = Position { line: 1, column: 1 };
        Self {
            source,
            last: Cell::new((0, beginning)),
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
        let (from, known) = self.last.get();
        let same_line = from <= offset && offset <= self.source.line(known.line).range().end;
        let position = match self.source.text().get(from..offset) {
            Some(between) if same_line => Position {
                line: known.line,
                column: known.column + between.chars().count(),
            },
            _ => self.source.position(Span::at(offset).start),
        };
        self.last.set((offset, position));
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_source_in_any_order() {
        let source = Source::new("a.xml", "aé\nb\r\n\nüü x\n");
        let places = Places::new(&source);
        let length = source.text().len();
        let offsets = (0..=length).chain((0..=length).rev()).chain([7, 3, 99, 0]);
        for offset in offsets.map(|offset| u32::try_from(offset).unwrap()) {
            let floor = u32::try_from(places.floor(offset)).unwrap();
            assert_eq!(places.position(offset), source.position(floor), "{offset}");
        }
    }
}

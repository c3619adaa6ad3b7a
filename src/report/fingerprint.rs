//! What a finding is recognised by when lines have moved.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::report::place::Places;

/// Bytes of a line that are taken whole, and of a longer one on either side of the finding.
const LINE: usize = 1024;

/// The fingerprints of one file's findings, to be asked for in order.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: BTreeMap<u128, u32>,
}

/// What a finding is and the how-manieth it is of its kind in its file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Fingerprint {
    /// Rule and text of the line, white space around it left aside.
    pub(super) hash: u128,
    /// Counts the findings with the same hash, from 1.
    pub(super) occurrence: u32,
}

impl Fingerprints {
    pub(super) fn next(&mut self, places: &Places<'_>, diagnostic: &Diagnostic) -> Fingerprint {
        let hash = hash(&[diagnostic.rule, line_text(places, diagnostic)]);
        let occurrence = self.seen.entry(hash).or_default();
        *occurrence += 1;
        Fingerprint {
            hash,
            occurrence: *occurrence,
        }
    }
}

impl Fingerprint {
    /// A fingerprint that is unique in a report of many files.
    pub(super) fn in_file(self, path: &str) -> u128 {
        let own = format!("{:032x}:{}", self.hash, self.occurrence);
        hash(&[path, &own])
    }
}

fn line_text<'a>(places: &Places<'a>, diagnostic: &Diagnostic) -> &'a str {
    let source = places.source();
    let start = places.floor(diagnostic.primary.span.start);
    let line = source.line(places.position(diagnostic.primary.span.start).line);
    let mut shown = line.range();
    if shown.len() > LINE {
        let text = source.text();
        let from = start.saturating_sub(LINE).max(shown.start);
        let to = (start + LINE).min(shown.end);
        shown = text.floor_char_boundary(from)..text.ceil_char_boundary(to);
    }
    source.text().get(shown).unwrap_or_default().trim()
}

/// FNV-1a, 128 bits, a zero byte behind every part: neither secret nor slow, and the same
/// everywhere and in every version.
fn hash(parts: &[&str]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0100_0000_0000_0000_0000_013b;
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(BASIS, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests {
    use crate::source::{Source, Span};

    use super::*;

    fn fingerprints(text: &str) -> Vec<Fingerprint> {
        let source = Source::new("a.xml", text);
        let places = Places::new(&source);
        let mut fingerprints = Fingerprints::default();
        let starts = text.match_indices("<b").map(|(start, _)| start);
        let found = starts.map(|start| Diagnostic::error("rule", Span::at(start), "message"));
        found
            .map(|diagnostic| fingerprints.next(&places, &diagnostic))
            .collect()
    }

    #[test]
    fn they_stay_when_lines_move_and_count_equal_lines() {
        let before = fingerprints("<a>\n  <b/>\n  <b/>\n  <b c=''/>\n</a>\n");
        let after = fingerprints("<a>\n<new/>\n\t<b/>\n\n<b/>\r\n  <b c=''/>\n</a>\n");
        assert_eq!(before, after);
        assert_eq!(before[0].hash, before[1].hash);
        assert_eq!((before[0].occurrence, before[1].occurrence), (1, 2));
        assert_ne!(before[0].hash, before[2].hash);
        assert_ne!(before[0].in_file("a.xml"), before[1].in_file("a.xml"));
        assert_ne!(before[0].in_file("a.xml"), before[0].in_file("b.xml"));
    }
}

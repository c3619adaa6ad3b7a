//! Reads published events: one, a list of them, or a log with one in each line, of any vendor.
//!
//! Reading never fails. What is damaged is mended as far as it goes and named with its place; a value
//! of another kind than in every event known costs that value only.

use std::ops::Range;

use rayon::prelude::*;

use super::calls::Calls;
use super::fields::{Findings, MOST_FINDINGS, span};
use super::parts::{FilePart, Shape, USUAL};
use super::repair::{Damage, MAX_DEPTH, Repaired, What, repair};
use super::rules::{SHAPE, SYNTAX};
use super::whippy::KeptEvent;
use super::{opentact, whippy};
use crate::diagnostic::{Diagnostic, Severity};
use crate::record::{Record, elements, members};
use crate::source::{Source, Span};

/// What was read of a file.
#[derive(Debug)]
pub struct Reading {
    /// The text, to show findings in.
    pub source: Source,
    /// The calls that its events tell of, in the order in which they first appear.
    pub calls: Vec<Record>,
    /// How many events there were, those included that belong to no call.
    pub events: usize,
    /// What is wrong, in the order of the file.
    pub findings: Vec<Diagnostic>,
}

/// Reads a file under the name that findings give it.
pub fn read(name: &str, bytes: &[u8]) -> Reading {
    let mut reader = EventReader::default();
    let one = reader.read_one(FilePart::whole(name, bytes));
    Reading {
        source: one.source,
        events: one.events,
        findings: one.findings,
        calls: reader.finish().into_records(),
    }
}

/// Reads files, each in one part or in several: what they tell of one call is one record.
#[derive(Debug, Default)]
pub struct EventReader {
    calls: Calls,
    /// Whether there is so much that what is held of it is compressed.
    packs: bool,
    /// How many files have begun.
    files: usize,
    /// How many events and findings there were in the last one so far.
    events: usize,
    findings: usize,
}

/// What was read of one part of a file.
#[derive(Debug)]
pub struct PartReading {
    /// The part, without its text.
    pub part: FilePart,
    /// The text, to show findings in.
    pub source: Source,
    /// How many events there were, those included that belong to no call.
    pub events: usize,
    /// What is wrong, in the order of the part.
    pub findings: Vec<Diagnostic>,
}

impl EventReader {
    /// So many bytes are best taken in at once.
    pub const BATCH: usize = 4 * USUAL;

    /// How much memory taking in one more batch may take at most, in bytes, where no event in it is larger
    /// than the batch: for what is made of it, and for a longer list of calls.
    pub fn room(&self) -> usize {
        /// What is made of an event takes so many times its size.
        const MADE: usize = 8;
        Self::BATCH * MADE + self.calls.growth()
    }

    /// Takes in parts, in the order in which they stand in their files. They are read side by side.
    pub fn read(&mut self, parts: Vec<FilePart>) -> Vec<PartReading> {
        let mut groups: Vec<Vec<FilePart>> = Vec::new();
        let (mut size, mut room) = (0, 0);
        for mut part in parts {
            self.files += usize::from(part.is_first());
            part.file = self.files;
            if room == 0 {
                groups.push(Vec::new());
                room = USUAL;
            }
            room = room.saturating_sub(part.size());
            size += part.size();
            if let Some(group) = groups.last_mut() {
                group.push(part);
            }
        }
        self.packs |= size >= Self::BATCH;
        let packs = self.packs;
        let work = |group: Vec<FilePart>| {
            let mut calls = Calls::default();
            let parts = group.into_iter();
            let read: Vec<_> = parts
                .map(|part| read_part(part, &mut calls, !packs))
                .collect();
            if packs {
                calls.pack();
            }
            (read, calls)
        };
        let groups: Vec<_> = match groups.len() {
            0 | 1 => groups.into_iter().map(work).collect(),
            _ => groups.into_par_iter().map(work).collect(),
        };
        let mut all = Vec::new();
        for (read, calls) in groups {
            self.calls.append(calls);
            all.extend(read.into_iter().map(|one| self.count(one)));
        }
        all
    }

    /// One that compresses what it holds from the beginning.
    #[cfg(test)]
    pub(super) fn packing() -> Self {
        Self {
            packs: true,
            ..Self::default()
        }
    }

    fn read_one(&mut self, part: FilePart) -> PartReading {
        let read = read_part(part, &mut self.calls, true);
        self.count(read)
    }

    /// Leaves as many findings as are shown of one file.
    fn count(&mut self, mut read: PartReading) -> PartReading {
        if read.part.is_first() {
            (self.events, self.findings) = (0, 0);
        }
        self.events += read.events;
        // Of what holds no event at all, the first mistake says it.
        let most = if self.events == 0 { 1 } else { MOST_FINDINGS };
        read.findings.truncate(most.saturating_sub(self.findings));
        self.findings += read.findings.len();
        read
    }

    /// The calls.
    pub fn finish(mut self) -> Calls {
        self.calls.end();
        self.calls
    }
}

/// Reads the events of a part.
fn read_part(mut part: FilePart, calls: &mut Calls, keeps_records: bool) -> PartReading {
    let mut bytes = std::mem::take(&mut part.bytes);
    if part.is_first() && bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    // A part of an array is read as if it were all of it.
    let is_continued = part.is_continued() && bytes.first() == Some(&b',');
    if is_continued {
        bytes[0] = b'[';
    }
    let goes_on = part.shape == Shape::Elements && !part.is_last;
    if goes_on {
        bytes.push(b']');
    }
    let mut findings = Findings::default();
    let mut text = text(bytes, &mut findings);
    let mut events = 0;
    for unit in units(&text, part.shape) {
        let is_line = !text[unit.clone()].contains('\n');
        let mut at = unit.start;
        let mut is_second = false;
        while let Some(document) = repair(&text[..unit.end], at) {
            if is_second && is_line {
                let place = Span::at(text.len() - text[at..].trim_start().len());
                let mut finding =
                    Diagnostic::error(SYNTAX.id, place, "a second event begins on this line");
                finding.severity = Severity::Warning;
                findings.add(finding.help("a log of events has one in each line"));
            }
            is_second = true;
            for damage in &document.damage {
                findings.add(damaged(damage));
            }
            events += values(&document, &part, keeps_records, calls, &mut findings);
            if document.end <= at {
                break;
            }
            at = document.end;
        }
    }
    if goes_on {
        text.pop();
    }
    if is_continued {
        text.replace_range(..1, ",");
    }
    let is_all = part.is_first() && part.is_last;
    if is_all && text.trim().is_empty() {
        let message = "the document ends where an event should stand";
        findings.add(Diagnostic::error(SYNTAX.id, Span::at(text.len()), message));
    }
    let mut findings = findings.0;
    for finding in &mut findings {
        // What stands for a damaged part may be shorter or longer than that is.
        let range = finding.primary.span.range();
        let start = text.floor_char_boundary(range.start);
        finding.primary.span = Span::new(start, text.ceil_char_boundary(range.end));
    }
    findings.sort_by_key(|finding| finding.primary.span);
    PartReading {
        source: Source::part(&*part.name, text, part.start),
        part,
        events,
        findings,
    }
}

/// The text of a file, of UTF-8 or UTF-16; what is neither is U+FFFD, and named.
fn text(bytes: Vec<u8>, findings: &mut Findings) -> String {
    // A text of UTF-16 begins with a mark, or its first character with a zero.
    let unit: Option<fn([u8; 2]) -> u16> = match &bytes[..] {
        [0xFF, 0xFE, ..] | [b'{' | b'[', 0, ..] => Some(u16::from_le_bytes),
        [0xFE, 0xFF, ..] | [0, b'{' | b'[', ..] => Some(u16::from_be_bytes),
        _ => None,
    };
    if let Some(unit) = unit {
        let (pairs, _) = bytes.as_chunks::<2>();
        let units = pairs.iter().map(|&pair| unit(pair));
        let mut text = String::with_capacity(bytes.len() / 2);
        for character in char::decode_utf16(units) {
            let at = Span::at(text.len());
            text.push(character.unwrap_or_else(|_| {
                findings.add(Diagnostic::error(SYNTAX.id, at, "this is no UTF-16"));
                '\u{fffd}'
            }));
        }
        return text
            .strip_prefix('\u{feff}')
            .map(str::to_owned)
            .unwrap_or(text);
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            let span = Span::at(text.len());
            findings.add(Diagnostic::error(
                SYNTAX.id,
                span,
                "these bytes are no UTF-8",
            ));
            text.push('\u{fffd}');
        }
    }
    text
}

/// The parts of a text that are read each by itself: its lines where it is a log, so that one that
/// was cut does not reach into the next.
fn units(text: &str, shape: Shape) -> Vec<Range<usize>> {
    let is_log = match shape {
        Shape::Whole => is_log(text),
        Shape::Lines => true,
        Shape::Values | Shape::Elements => false,
    };
    if !is_log {
        return std::iter::once(0..text.trim_end().len()).collect();
    }
    let mut units = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            units.push(start..start + line.trim_end().len());
        }
        start += line.len();
    }
    units
}

/// Whether each line is a document of its own: most lines that are not empty begin with a brace
/// that is not alone. An array may have an event a line, too.
pub(super) fn is_log(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty());
    if first.is_none_or(|first| first == "{" || first.starts_with('[')) {
        return false;
    }
    let (mut all, mut begin) = (0, 0);
    for line in text.lines() {
        let is_blank = line.bytes().all(|byte| byte.is_ascii_whitespace());
        all += usize::from(!is_blank);
        begin += usize::from(line.starts_with('{') && line.trim_end().len() > 1);
    }
    all > 1 && begin * 2 > all
}

/// What is said of a file that was damaged before its text could be read.
pub fn damaged_file(message: String) -> Diagnostic {
    Diagnostic::error(SYNTAX.id, Span::at(0), message)
}

fn damaged(damage: &Damage) -> Diagnostic {
    let place = Span::at(damage.at);
    let error = |message: String| Diagnostic::error(SYNTAX.id, place, message);
    match &damage.what {
        What::Cut { expected } => {
            let message = format!("the document ends where {expected} should stand");
            error(message).help("what stands before is read; the rest was lost when it was cut")
        }
        What::SurplusComma => error("a comma with nothing behind it".to_owned()),
        What::MissingComma => error("a comma should stand here".to_owned()),
        What::MissingColon => error("`:` should stand here".to_owned()),
        What::NoKey => error("a key in quotes should stand here".to_owned()),
        What::NoValue => error("a value should stand here".to_owned()),
        What::NotJson(word) => {
            error(format!("`{word}` is no JSON")).help("it is read as if it were null")
        }
        What::Escape => error("a text with an escape that means nothing".to_owned())
            .help("it is read as it stands"),
        What::Control => error("a text with a control character in it".to_owned())
            .help("JSON has `\\n` and the like for them; it is read as it stands"),
        What::Bracket => error("a bracket that closes nothing, or one is missing".to_owned()),
        What::TooDeep => error(format!("nested more than {MAX_DEPTH} deep"))
            .help("what stands deeper is not read"),
        What::KeyTwice(key) => {
            let message = format!("`{key}` is given twice");
            Diagnostic::error(SHAPE.id, place, message).help("the last one counts")
        }
    }
}

/// Reads the events of a document; how many there are.
fn values(
    document: &Repaired,
    part: &FilePart,
    keeps_records: bool,
    calls: &mut Calls,
    findings: &mut Findings,
) -> usize {
    let json = document.json.as_str();
    let events = if json.starts_with('[') {
        elements(json).unwrap_or_default()
    } else {
        vec![json]
    };
    let last = events.len().saturating_sub(1);
    let mut count = 0;
    for (index, json) in events.into_iter().enumerate() {
        let is_whole = !document.is_cut || index < last;
        // Some tools put an event into an object of their own.
        let json = wrapped(json).unwrap_or(json);
        let is_event = if whippy::is_event(json) {
            let id = whippy::event(json, document, findings);
            let event = KeptEvent {
                json: json.into(),
                is_whole,
                file: part.file,
            };
            id.map(|id| calls.add_whippy(&id, event)).is_some()
        } else {
            let event = opentact::event(json, is_whole, document, findings);
            event
                .map(|event| calls.add_opentact(event, keeps_records))
                .is_some()
        };
        if !is_event {
            let message = "this is no event: it has no `type`";
            findings.add(Diagnostic::error(SHAPE.id, span(json, document), message));
        }
        count += usize::from(is_event);
    }
    count
}

/// The event in an object that holds it and is none itself.
fn wrapped(json: &str) -> Option<&str> {
    let outer = members(json)?;
    let is_event = outer.iter().any(|(key, _)| key == "type");
    let (_, inner) = outer.iter().find(|(key, _)| !is_event && key == "event")?;
    inner.starts_with('{').then_some(*inner)
}

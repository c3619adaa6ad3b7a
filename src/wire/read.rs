//! Reads published events: one, a list of them, or a log with one in each line, of any vendor.
//!
//! Reading never fails. What is damaged is mended as far as it goes and named with its place; a value
//! of another kind than in every event known costs that value only.

use std::ops::Range;

use super::fields::{Findings, MOST_FINDINGS, span};
use super::repair::{Damage, MAX_DEPTH, Repaired, What, repair};
use super::rules::{SHAPE, SYNTAX};
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
    let one = reader.read(name, bytes);
    Reading {
        source: one.source,
        events: one.events,
        findings: one.findings,
        calls: reader.finish(),
    }
}

/// Reads several files: what they tell of one call is one record.
#[derive(Debug, Default)]
pub struct EventReader {
    gathered: Gathered,
}

/// What was told of each call, by vendor.
#[derive(Debug, Default)]
struct Gathered {
    opentact: opentact::Gathered,
    whippy: whippy::Gathered,
    /// Whose each call is, in the order in which they first appear.
    order: Vec<Vendor>,
}

/// Who publishes events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Vendor {
    Opentact,
    Whippy,
}

impl Gathered {
    /// Reads an event, whoever publishes such; whether it is one.
    fn event(
        &mut self,
        json: &str,
        is_whole: bool,
        document: &Repaired,
        findings: &mut Findings,
    ) -> bool {
        if whippy::is_event(json) {
            let known = self.whippy.len();
            let is_event = whippy::event(json, is_whole, document, &mut self.whippy, findings);
            if self.whippy.len() > known {
                self.order.push(Vendor::Whippy);
            }
            return is_event;
        }
        let known = self.opentact.len();
        let is_event = opentact::event(json, is_whole, document, &mut self.opentact, findings);
        if self.opentact.len() > known {
            self.order.push(Vendor::Opentact);
        }
        is_event
    }

    fn finish(self) -> Vec<Record> {
        let (mut opentact, mut whippy) = (self.opentact.finish(), self.whippy.finish());
        let order = self.order.into_iter();
        order
            .filter_map(|vendor| match vendor {
                Vendor::Opentact => opentact.next()?,
                Vendor::Whippy => whippy.next()?,
            })
            .collect()
    }
}

/// What was read of one file of several.
#[derive(Debug)]
pub struct FileReading {
    /// The text, to show findings in.
    pub source: Source,
    /// How many events there were, those included that belong to no call.
    pub events: usize,
    /// What is wrong, in the order of the file.
    pub findings: Vec<Diagnostic>,
}

impl EventReader {
    /// Reads a file under the name that findings give it.
    pub fn read(&mut self, name: &str, bytes: &[u8]) -> FileReading {
        read_file(name, bytes, &mut self.gathered)
    }

    /// The calls, in the order in which they first appear.
    pub fn finish(self) -> Vec<Record> {
        self.gathered.finish()
    }
}

fn read_file(name: &str, bytes: &[u8], gathered: &mut Gathered) -> FileReading {
    gathered.whippy.begin_file();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut findings = Findings::default();
    let text = text(bytes, &mut findings);
    let mut events = 0;
    for unit in units(&text) {
        let mut at = unit.start;
        let mut is_second = false;
        while let Some(document) = repair(&text[..unit.end], at) {
            if is_second && is_line(&text, &unit) {
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
            events += values(&document, gathered, &mut findings);
            if document.end <= at {
                break;
            }
            at = document.end;
        }
    }
    if text.trim().is_empty() {
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
    // Of what holds no event at all, the first mistake says it.
    findings.truncate(if events == 0 { 1 } else { MOST_FINDINGS });
    FileReading {
        source: Source::new(name, text),
        events,
        findings,
    }
}

/// The text of a file, of UTF-8 or UTF-16; what is neither is U+FFFD, and named.
fn text(bytes: &[u8], findings: &mut Findings) -> String {
    // A text of UTF-16 begins with a mark, or its first character with a zero.
    let unit: Option<fn([u8; 2]) -> u16> = match bytes {
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
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
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
fn units(text: &str) -> Vec<Range<usize>> {
    if !is_log(text) {
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
fn is_log(text: &str) -> bool {
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

fn is_line(text: &str, unit: &Range<usize>) -> bool {
    unit.len() < text.len() || !text.trim().contains('\n')
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
fn values(document: &Repaired, gathered: &mut Gathered, findings: &mut Findings) -> usize {
    let json = document.json.as_str();
    let events = match json.starts_with('[') {
        true => elements(json).unwrap_or_default(),
        false => vec![json],
    };
    let last = events.len().saturating_sub(1);
    let mut count = 0;
    for (index, json) in events.into_iter().enumerate() {
        let is_whole = !document.is_cut || index < last;
        // Some tools put an event into an object of their own.
        let json = wrapped(json).unwrap_or(json);
        let is_event = gathered.event(json, is_whole, document, findings);
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

//! Reads published events: one, a list of them, or a log with one in each line, of any vendor.
//!
//! Reading never fails. What is damaged is mended as far as it goes and named with its place; a value
//! of another kind than in every event known costs that value only.

use std::ops::Range;

use rayon::prelude::*;

use super::calls::Calls;
use super::fields::{Findings, MOST_FINDINGS, NO_ZONE, span};
use super::parts::{FilePart, Shape, USUAL};
use super::repair::{Damage, MAX_DEPTH, Repaired, What, repair};
use super::rules::{SHAPE, SYNTAX};
use super::whippy::KeptEvent;
use super::{opentact, whippy};
use crate::diagnostic::{Diagnostic, Severity};
use crate::record::{Content, Record, content, elements};
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
    /// What was said of it and is said once for each file.
    skipped: Vec<&'static str>,
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
            self.skipped.clear();
        }
        let skipped = &mut self.skipped;
        read.findings.retain(|finding| {
            let once = SKIPPED.into_iter().find(|one| finding.message == *one);
            let is_new = once.is_none_or(|one| !skipped.contains(&one));
            skipped.extend(once.filter(|_| is_new));
            is_new
        });
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
    let (is_log, units) = units(&text, part.shape);
    for unit in units {
        let mut own = Findings::default();
        events += read_unit(
            &text,
            unit.clone(),
            is_log,
            &part,
            keeps_records,
            calls,
            &mut own,
        );
        for finding in zeros(&text, unit, is_log, own.0) {
            let is_once = SKIPPED.iter().any(|one| finding.message == *one);
            let is_said = |other: &Diagnostic| other.message == finding.message;
            if !is_once || !findings.0.iter().any(is_said) {
                findings.add(finding);
            }
        }
    }
    if goes_on {
        text.pop();
    }
    if is_continued {
        text.replace_range(..1, ",");
    }
    let is_all = part.is_first() && part.is_last;
    if is_all && findings.0.is_empty() && text.trim_matches(is_blank).is_empty() {
        let message = "the document ends, but an event is expected here";
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
                findings.add(Diagnostic::error(SYNTAX.id, at, "this is not UTF-16"));
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
                "these bytes are not UTF-8",
            ));
            text.push('\u{fffd}');
        }
    }
    text
}

/// Reads the events of a part of a text; how many there are.
fn read_unit(
    text: &str,
    unit: Range<usize>,
    is_log: bool,
    part: &FilePart,
    keeps_records: bool,
    calls: &mut Calls,
    findings: &mut Findings,
) -> usize {
    let is_line = !text[unit.clone()].contains('\n');
    let mut at = unit.start;
    let (mut events, mut has_text, mut is_second) = (0, false, false);
    // What is no event, and may be part of the text around one.
    let mut others = Findings::default();
    loop {
        match next_json(&text[..unit.end], at) {
            Next::Json(begin) => at = begin,
            Next::Behind(begin) => {
                skipped(TEXT_SKIPPED, text, at, findings);
                (at, has_text) = (begin, true);
            }
            Next::TextOnly if events > 0 || is_log => {
                let what = if events > 0 {
                    TEXT_SKIPPED
                } else {
                    LINE_SKIPPED
                };
                if !has_text {
                    skipped(what, text, at, findings);
                }
                break;
            }
            Next::TextOnly => {}
        }
        let Some(document) = repair(&text[..unit.end], at) else {
            break;
        };
        if is_second && is_line && !has_text {
            let place = Span::at(at);
            let mut finding =
                Diagnostic::error(SYNTAX.id, place, "a second event begins on this line");
            finding.severity = Severity::Warning;
            findings.add(finding.help("a log of events has one event per line"));
        }
        is_second = true;
        let mut own = Findings::default();
        for damage in &document.damage {
            own.add(damaged(damage));
        }
        let read = values(&document, part, keeps_records, calls, &mut own);
        let into = if read == 0 && has_text {
            &mut others
        } else {
            &mut *findings
        };
        own.0.into_iter().for_each(|finding| into.add(finding));
        events += read;
        if document.end <= at {
            break;
        }
        at = document.end;
    }
    if events == 0 {
        others
            .0
            .into_iter()
            .for_each(|finding| findings.add(finding));
    }
    events
}

/// Said once for each file: the lines of a log begin with more than their event.
const TEXT_SKIPPED: &str = "text before the JSON was skipped";

/// Said once for each file: not every line of a log holds an event.
const LINE_SKIPPED: &str = "a line without JSON was skipped";

/// What is said once for each file.
const SKIPPED: [&str; 3] = [TEXT_SKIPPED, LINE_SKIPPED, NO_ZONE];

fn skipped(message: &'static str, text: &str, at: usize, findings: &mut Findings) {
    let begin = text[at..].trim_start_matches(is_blank).len();
    let mut finding = Diagnostic::error(SYNTAX.id, Span::at(text.len() - begin), message);
    finding.severity = Severity::Warning;
    findings.add(finding.help("there is more such text in this file"));
}

/// What stands between two values: blanks, the marks that files joined to one begin with, and the
/// zeros of a disk block that was never written.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{feff}' | '\0')
}

/// What comes next in a text.
enum Next {
    /// JSON, or what is as near to it as anything that follows; it begins here.
    Json(usize),
    /// Text that is no JSON; behind it JSON begins here.
    Behind(usize),
    /// Text that is no JSON, and nothing else.
    TextOnly,
}

/// Finds where the next JSON begins, from an offset on.
fn next_json(text: &str, at: usize) -> Next {
    let rest = text[at..].trim_start_matches(is_blank);
    let begin = text.len() - rest.len();
    let is_json = |rest: &str| match rest.as_bytes() {
        [b'{' | b'}' | b']' | b'"' | b',' | b':', ..] | [] => true,
        [b'[', ..] => {
            let inside = rest[1..].trim_start_matches(is_blank);
            matches!(inside.as_bytes(), [b'{' | b'[' | b']' | b'"', ..] | [])
        }
        // What is left of an event whose beginning was lost.
        _ => rest.lines().next().is_some_and(|line| {
            ["\":\"", "\":{", "\": \"", "\": {"]
                .iter()
                .any(|part| line.contains(part))
                && !line.contains("{\"")
        }),
    };
    if is_json(rest) {
        return Next::Json(begin);
    }
    let bytes = text.as_bytes();
    for open in memchr::memchr_iter(b'{', rest.as_bytes()) {
        let open = begin + open;
        let inside = text[open + 1..].trim_start_matches(is_blank);
        let before = text[begin..open].trim_end_matches(is_blank);
        match inside.as_bytes() {
            [b'"', ..] if before.ends_with('[') => return Next::Behind(begin + before.len() - 1),
            [b'"', ..] => return Next::Behind(open),
            // JSON in a text.
            [b'\\', b'"', ..] if bytes[open - 1] == b'"' => return Next::Behind(open - 1),
            _ => {}
        }
    }
    Next::TextOnly
}

/// What was found in a part of a text. In a line of a log each run of zeros is one finding, whatever
/// follows from it.
fn zeros(text: &str, unit: Range<usize>, is_log: bool, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let bytes = &text.as_bytes()[unit.clone()];
    if memchr::memchr(0, bytes).is_none() {
        return found;
    }
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in memchr::memchr_iter(0, bytes) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    let run = |run: Range<usize>| {
        let count = run.len();
        let bytes = if count == 1 { "byte" } else { "bytes" };
        let place = Span::at(unit.start + run.start);
        let message = format!("{count} {bytes} of zeros, which are not JSON");
        let finding = Diagnostic::error(SYNTAX.id, place, message);
        finding.help("they were skipped; a log often ends with zeros after its machine failed")
    };
    let is_control = |finding: &Diagnostic| finding.message == CONTROL;
    let mut all: Vec<_> = runs.into_iter().map(run).collect();
    if !is_log {
        all.extend(found.into_iter().filter(|finding| !is_control(finding)));
    }
    all
}

/// The parts of a text that are read each by itself, and whether they are the lines of a log, so that
/// one that was cut does not reach into the next.
fn units(text: &str, shape: Shape) -> (bool, Vec<Range<usize>>) {
    let is_log = match shape {
        Shape::Whole => is_log(text),
        Shape::Lines => true,
        Shape::Values | Shape::Elements => false,
    };
    if !is_log {
        return (false, std::iter::once(0..text.trim_end().len()).collect());
    }
    let mut units = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            units.push(start..start + line.trim_end().len());
        }
        start += line.len();
    }
    (true, units)
}

/// Whether each line is a document of its own: most lines that are not empty begin with a brace
/// that is not alone, or the first begins with text and some line holds JSON behind text. An array may
/// have an event a line, too.
pub(super) fn is_log(text: &str) -> bool {
    let first = text.lines().map(|line| line.trim_matches(is_blank));
    let Some(first) = first.into_iter().find(|line| !line.is_empty()) else {
        return false;
    };
    if !matches!(next_json(first, 0), Next::Json(_)) {
        let behind = |line: &str| matches!(next_json(line, 0), Next::Behind(_));
        let begins = |line: &str| line.starts_with("{\"") && line.ends_with('}');
        return text
            .lines()
            .map(|line| line.trim_matches(is_blank))
            .any(|line| behind(line) || begins(line));
    }
    if first == "{" || first.starts_with('[') {
        return false;
    }
    let (mut all, mut begin) = (0, 0);
    for line in text.lines() {
        let line = line.trim_start_matches(['\u{feff}', '\0']);
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

/// A text of JSON in which a control character stands.
const CONTROL: &str = "a control character in a string";

fn damaged(damage: &Damage) -> Diagnostic {
    let place = Span::at(damage.at);
    let error = |message: String| Diagnostic::error(SYNTAX.id, place, message);
    match &damage.what {
        What::Cut { expected } => {
            let message = format!("the document ends, but {expected} is expected here");
            error(message).help("everything before it was read; the document is truncated")
        }
        What::SurplusComma => error("a comma without a value after it".to_owned()),
        What::MissingComma => error("a comma is missing here".to_owned()),
        What::MissingColon => error("`:` is missing here".to_owned()),
        What::NoKey => error("a key in quotes is missing here".to_owned()),
        What::NoValue => error("a value is missing here".to_owned()),
        What::NotJson(word) => {
            error(format!("`{word}` is not valid JSON")).help("it was read as null")
        }
        What::Escape => {
            error("an invalid escape in a string".to_owned()).help("it was read literally")
        }
        What::Control => error(CONTROL.to_owned())
            .help("in JSON, write an escape such as `\\n`; it was read literally"),
        What::Bracket => {
            error("a bracket that does not close anything, or a missing bracket".to_owned())
        }
        What::TooDeep => {
            error(format!("nested more than {MAX_DEPTH} deep")).help("the deeper part was not read")
        }
        What::KeyTwice(key) => {
            let message = format!("`{key}` is given twice");
            Diagnostic::error(SHAPE.id, place, message).help("the last one is used")
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
    let mut reader = DocumentReader {
        document,
        part,
        keeps_records,
        calls,
        findings,
    };
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
        count += reader.value(json, is_whole);
    }
    count
}

/// So many objects of gateways, queues and loggers are looked through for an event.
const MOST_ENVELOPES: usize = 3;

/// Reads the events of one document.
struct DocumentReader<'d, 'c> {
    document: &'d Repaired,
    part: &'d FilePart,
    keeps_records: bool,
    calls: &'c mut Calls,
    findings: &'c mut Findings,
}

impl DocumentReader<'_, '_> {
    /// Reads a value that should be an event, or hold some; how many there are.
    fn value(&mut self, json: &str, is_whole: bool) -> usize {
        if is_event(json) {
            return self.event(json, is_whole);
        }
        match self.inside(json, is_whole, MOST_ENVELOPES) {
            0 => self.event(json, is_whole),
            events => events,
        }
    }

    fn event(&mut self, json: &str, is_whole: bool) -> usize {
        let is_event = if whippy::is_event(json) {
            let id = whippy::event(json, self.document, self.findings);
            let event = KeptEvent {
                json: json.into(),
                is_whole,
                file: self.part.file,
            };
            id.map(|id| self.calls.add_whippy(&id, event)).is_some()
        } else {
            let event = opentact::event(json, is_whole, self.document, self.findings);
            event
                .map(|event| self.calls.add_opentact(event, self.keeps_records))
                .is_some()
        };
        if !is_event {
            let message = "this is not an event: it has no `type`";
            let finding = Diagnostic::error(SHAPE.id, span(json, self.document), message);
            self.findings.add(finding);
        }
        usize::from(is_event)
    }

    /// Reads the events inside a value that is none itself, through so many more objects.
    fn inside(&mut self, json: &str, is_whole: bool, envelopes: usize) -> usize {
        let Some(inner) = envelopes.checked_sub(1) else {
            return 0;
        };
        match content(json) {
            Content::Object(members) => {
                let last = members.len().saturating_sub(1);
                let values = members.into_iter().enumerate();
                values
                    .map(|(index, (_, value))| {
                        self.inner(value, is_whole || index < last, inner, true)
                    })
                    .sum()
            }
            Content::Text(text) => self.text(json, &text, is_whole, envelopes),
            Content::Array(_) | Content::Plain(_) => 0,
        }
    }

    /// Reads the events of a value that something else holds.
    fn inner(&mut self, json: &str, is_whole: bool, envelopes: usize, has_list: bool) -> usize {
        match content(json) {
            Content::Object(_) if is_event(json) => self.event(json, is_whole),
            Content::Array(elements) if has_list => {
                let last = elements.len().saturating_sub(1);
                let values = elements.into_iter().enumerate();
                values
                    .map(|(index, value)| {
                        self.inner(value, is_whole || index < last, envelopes, false)
                    })
                    .sum()
            }
            Content::Object(_) => self.inside(json, is_whole, envelopes),
            Content::Text(text) => self.text(json, &text, is_whole, envelopes),
            Content::Array(_) | Content::Plain(_) => 0,
        }
    }

    /// Reads the events of JSON in a text. What is wrong with it is shown at the text.
    fn text(&mut self, json: &str, text: &str, is_whole: bool, envelopes: usize) -> usize {
        let at = match next_json(text, 0) {
            Next::Json(at) | Next::Behind(at) => at,
            Next::TextOnly => return 0,
        };
        if !text[at..].starts_with(['{', '[', '"']) {
            return 0;
        }
        let Some(document) = repair(text, at) else {
            return 0;
        };
        let mut findings = Findings::default();
        document
            .damage
            .iter()
            .map(damaged)
            .for_each(|finding| findings.add(finding));
        let mut reader = DocumentReader {
            document: &document,
            part: self.part,
            keeps_records: self.keeps_records,
            calls: self.calls,
            findings: &mut findings,
        };
        let is_whole = is_whole && !document.is_cut;
        // A text in a text counts like an object.
        let is_text = usize::from(document.json.starts_with('"'));
        let envelopes = envelopes.checked_sub(is_text);
        let events = envelopes.map_or(0, |envelopes| {
            reader.inner(&document.json, is_whole, envelopes, true)
        });
        if events > 0 {
            let place = span(json, self.document);
            for mut finding in findings.0 {
                finding.primary.span = place;
                self.findings.add(finding);
            }
        }
        events
    }
}

/// Whether a value is an event itself, and not something that holds one.
fn is_event(json: &str) -> bool {
    whippy::is_event(json) || opentact::is_event(json)
}

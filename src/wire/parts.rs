//! A long file in parts, so that no more of it is held than is worked on.
//!
//! A part ends between two events: behind a line of a log, before a comma of an array, behind a value
//! of several. Where none of these is found, which damage can do, a part is as long as it must be.

use std::io::{self, Read};
use std::sync::Arc;

use super::read::is_log;
use crate::source::Position;

/// So many bytes are read at a time; what has no more is read whole.
pub(super) const USUAL: usize = 2 << 20;

/// The most bytes that are read of one event, or of what has no end that could be found.
pub const LONGEST_EVENT: u64 = 128 << 20;

/// So many times that may a line have before the file is taken for none of lines.
const LONG: usize = 16;

/// Some of the events of a file.
#[derive(Clone, Debug)]
pub struct FilePart {
    /// The name that findings give the file.
    pub(super) name: Arc<str>,
    pub(super) bytes: Vec<u8>,
    /// Where it begins in the file.
    pub(super) start: Position,
    pub(super) shape: Shape,
    pub(super) is_last: bool,
    /// Which of several files it belongs to.
    pub(super) file: usize,
}

/// How the events of a file stand in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// The file is read whole: whatever it is.
    Whole,
    /// One in each line.
    Lines,
    /// One behind the other.
    Values,
    /// In an array.
    Elements,
}

impl FilePart {
    /// A whole file.
    pub fn whole(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.into(),
            bytes: bytes.to_vec(),
            start: Position::START,
            shape: Shape::Whole,
            is_last: true,
            file: 0,
        }
    }

    /// The same part with another text.
    #[must_use]
    pub fn with(self, text: String) -> Self {
        Self {
            bytes: text.into_bytes(),
            ..self
        }
    }

    /// The name that findings give its file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes it has.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Whether its file begins with it.
    pub(super) fn is_first(&self) -> bool {
        self.start == Position::START
    }

    /// Whether it begins within an array: with the comma behind the part before.
    pub(super) fn is_continued(&self) -> bool {
        self.shape == Shape::Elements && !self.is_first()
    }
}

/// Reads a file part by part.
#[derive(Debug)]
pub struct FileParts<R> {
    name: Arc<str>,
    input: R,
    /// So many bytes are read at a time.
    size: usize,
    /// The most that are held.
    longest: usize,
    /// What was read and is in no part yet.
    buffer: Vec<u8>,
    start: Position,
    shape: Option<Shape>,
    scan: Scan,
    is_done: bool,
}

/// What is known of the bytes in the buffer that were looked at.
#[derive(Debug, Default)]
struct Scan {
    /// How many were.
    at: usize,
    /// Where the last part can end.
    end: Option<usize>,
    depth: usize,
    is_text: bool,
    is_escaped: bool,
}

impl<R> FileParts<R> {
    /// Where the next part begins.
    pub fn position(&self) -> Position {
        self.start
    }
}

impl<R: Read> FileParts<R> {
    /// Reads from an input under the name that findings give it.
    pub fn new(name: &str, input: R) -> Self {
        Self {
            name: name.into(),
            input,
            size: USUAL,
            longest: LONGEST_EVENT as usize,
            buffer: Vec::new(),
            start: Position::START,
            shape: None,
            scan: Scan::default(),
            is_done: false,
        }
    }

    /// The next part; nothing behind the last.
    fn read(&mut self) -> io::Result<Option<FilePart>> {
        if self.is_done {
            return Ok(None);
        }
        loop {
            let missing = self.size.saturating_sub(self.buffer.len());
            let wanted = missing.max(self.size / 2) as u64;
            let read = self
                .input
                .by_ref()
                .take(wanted)
                .read_to_end(&mut self.buffer)?;
            if (read as u64) < wanted {
                self.is_done = true;
                if self.buffer.len() > self.longest {
                    return Err(io::ErrorKind::FileTooLarge.into());
                }
                let shape = self.shape.unwrap_or(Shape::Whole);
                return Ok(Some(self.cut(self.buffer.len(), shape)?));
            }
            if self.shape.is_none() {
                self.shape = shape(&self.buffer, self.buffer.len() >= self.size * LONG);
            }
            let Some(shape) = self.shape else { continue };
            let end = match shape {
                Shape::Whole => None,
                Shape::Lines => memchr::memrchr(b'\n', &self.buffer).map(|end| end + 1),
                Shape::Values | Shape::Elements => {
                    self.scan.go_on(&self.buffer, shape);
                    self.scan.end
                }
            };
            if let Some(end) = end {
                return Ok(Some(self.cut(end, shape)?));
            }
            if self.buffer.len() > self.longest {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
        }
    }

    /// Takes a part from the buffer.
    fn cut(&mut self, end: usize, shape: Shape) -> io::Result<FilePart> {
        let mut rest = Vec::new();
        rest.try_reserve(self.buffer.len() - end)?;
        rest.extend_from_slice(&self.buffer[end..]);
        self.buffer.truncate(end);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        self.scan.at = self.scan.at.saturating_sub(end);
        self.scan.end = None;
        let start = self.start;
        let line = memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1);
        // Only what begins a character counts.
        let is_begin = |byte: &&u8| **byte & 0xC0 != 0x80;
        self.start = Position {
            line: start.line + memchr::memchr_iter(b'\n', &bytes).count(),
            column: bytes[line..].iter().filter(is_begin).count()
                + if line == 0 { start.column } else { 1 },
        };
        Ok(FilePart {
            name: Arc::clone(&self.name),
            bytes,
            start,
            shape,
            is_last: self.is_done,
            file: 0,
        })
    }
}

/// Ends behind the last part, or with the error of the input.
impl<R: Read> Iterator for FileParts<R> {
    type Item = io::Result<FilePart>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read();
        self.is_done |= read.is_err();
        read.transpose()
    }
}

impl Scan {
    /// Looks at the bytes that were not looked at yet.
    fn go_on(&mut self, bytes: &[u8], shape: Shape) {
        let from = self.at.min(bytes.len());
        for (at, byte) in bytes.iter().enumerate().skip(from) {
            if self.is_text {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => self.is_text = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.is_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 && shape == Shape::Values {
                        self.end = Some(at + 1);
                    }
                }
                b',' if self.depth == 1 && shape == Shape::Elements => self.end = Some(at),
                _ => {}
            }
        }
        self.at = bytes.len();
    }
}

/// The shape of a file of which this is the beginning; nothing where more of it must be seen.
fn shape(bytes: &[u8], is_long: bool) -> Option<Shape> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match bytes.trim_ascii_start() {
        // A text of UTF-16.
        [_, 0, ..] => Some(Shape::Whole),
        [b'[', inside @ ..] if is_list(inside) => Some(Shape::Elements),
        begin => {
            let lines = memchr::memrchr(b'\n', bytes).map_or(&bytes[..0], |end| &bytes[..end]);
            let lines = String::from_utf8_lossy(lines);
            let is_one = lines.trim().lines().count() < 2;
            if is_log(&lines) {
                Some(Shape::Lines)
            } else if is_one && !is_long {
                None
            } else if begin.starts_with(b"{") {
                Some(Shape::Values)
            } else {
                Some(Shape::Whole)
            }
        }
    }
}

/// Whether a bracket that stands before this opens a list of JSON, and not the time of a log's line.
fn is_list(inside: &[u8]) -> bool {
    let first = inside.trim_ascii_start().first();
    first.is_none_or(|first| matches!(first, b'{' | b'[' | b']' | b'"'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;
    use crate::wire::{EventReader, read};

    const DESTROYED: &str = include_str!("../../tests/events/destroyed.json");
    const LIVE: &str = include_str!("../../tests/events/live.json");
    const WHIPPY: &str = include_str!("../../tests/events/whippy-call.ended.json");

    /// The events of ten calls: what tells most of each stands far from what else tells of it.
    fn events() -> Vec<String> {
        let compact = |text: &str| -> String { text.lines().map(str::trim).collect() };
        let event = |text: &str, call: usize| {
            let call = format!("c7aa8c03-{call:04}");
            compact(text).replace("c7aa8c03-87d6", &call)
        };
        let live = (0..10).map(|call| event(LIVE, call));
        let whippy = std::iter::once(compact(WHIPPY));
        let destroyed = (0..10).map(|call| event(DESTROYED, call));
        live.chain(whippy).chain(destroyed).collect()
    }

    /// What is read of a text in parts: the calls, how many events, and each finding with its place.
    fn in_parts(text: &str, size: usize) -> (Vec<Record>, usize, Vec<String>) {
        let parts = FileParts {
            size,
            ..FileParts::new("log", text.as_bytes())
        };
        let parts: Vec<_> = parts.map(Result::unwrap).collect();
        let largest = parts.iter().map(FilePart::size).max();
        assert!(largest < Some(text.len() / 2), "{largest:?}");
        let mut reader = EventReader::packing();
        let mut findings = Vec::new();
        let mut events = 0;
        for one in parts.chunks(3).flat_map(|some| reader.read(some.to_vec())) {
            events += one.events;
            findings.extend(one.findings.iter().map(|finding| {
                let place = one.source.position(finding.primary.span.start);
                format!("{}:{} {}", place.line, place.column, finding.message)
            }));
        }
        (reader.finish().into_records(), events, findings)
    }

    /// A text gives the same in parts of any size as whole.
    #[track_caller]
    fn check(text: &str) {
        let whole = read("log", text.as_bytes());
        let findings: Vec<_> = whole
            .findings
            .iter()
            .map(|finding| {
                let place = whole.source.position(finding.primary.span.start);
                format!("{}:{} {}", place.line, place.column, finding.message)
            })
            .collect();
        for size in [1 << 10, 20_000, 60_000] {
            let (calls, events, found) = in_parts(text, size);
            assert_eq!((events, &found), (whole.events, &findings), "{size}");
            assert!(calls == whole.calls, "{size}");
        }
    }

    #[test]
    fn a_log_in_parts_is_the_same_log() {
        let mut lines = events();
        check(&lines.join("\n"));
        lines[3] = lines[3].replace(r#""balance":"#, r#""balance":NaN,"ü":"#);
        lines[12] = lines[12].replace(r#""state":"destroyed""#, r#""state":7"#);
        lines[16].truncate(9000);
        check(&format!("{}\r\n\n", lines.join("\r\n")));
    }

    #[test]
    fn an_array_in_parts_is_the_same_array() {
        let mut events = events();
        check(&format!("[{}]", events.join(",")));
        events[3] = events[3].replace(r#""balance":"#, r#""balance":NaN,"ü":"#);
        events[12] = events[12].replace(r#""state":"destroyed""#, r#""state":7"#);
        check(&format!("\u{feff}[\n{}\n]\n", events.join(",\n")));
        // Cut within an event.
        let text = format!("[{}", events.join(","));
        check(&text[..text.len() - 5000]);
    }

    /// Whether a text is read whose parts may have so many bytes.
    fn fits(text: &str, longest: usize) -> bool {
        let mut parts = FileParts {
            size: 64,
            longest,
            ..FileParts::new("log", text.as_bytes())
        };
        parts.all(|part| part.is_ok())
    }

    #[test]
    fn an_event_has_a_longest_length_and_a_log_has_none() {
        let event = |length: usize| format!("{{\"type\":\"{}\"}}", "x".repeat(length - 11));
        assert!(fits(&event(5_000), 5_000));
        assert!(!fits(&event(5_001), 5_000));
        assert!(fits(&format!("{}\n", event(100)).repeat(1_000), 5_000));
        let array = vec![event(100); 1_000].join(",");
        assert!(fits(&format!("[{array}]"), 5_000));
        let log = format!("{}\n", event(100)).repeat(100);
        assert!(!fits(&format!("{log}{}\n{log}", event(6_000)), 5_000));
        // What never ends.
        assert!(!fits(&"\0".repeat(10_000), 5_000));
    }

    #[test]
    fn values_in_parts_are_the_same_values() {
        let events = events().join("\n").replace("\",\"", "\",\n  \"");
        check(&events);
        check(&events[..events.len() - 5000]);
    }
}

//! Text that was compressed with gzip, whole or damaged.
//!
//! What can be decompressed is given, whatever comes after it. A file may have several members, as logs
//! have that were appended to: where one is damaged, the next one is looked for.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::source::Position;

/// Something that is wrong with a file, and where in its text that was noticed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::cli) struct Damage {
    pub(in crate::cli) at: Position,
    pub(in crate::cli) what: String,
}

/// So many bytes are decompressed at a time. Not less than the decoder holds back, 32 KiB, so that
/// nothing of it is lost where the file is damaged.
const CHUNK: usize = 64 << 10;

/// The part of a member's header that each has.
const FIXED: usize = 10;

/// So much damage is named; more is counted.
const MOST_NAMED: usize = 20;

/// Reads the text of a compressed file.
pub(in crate::cli) struct Gunzip<R> {
    input: R,
    state: State,
    inflate: Decompress,
    crc: Crc,
    /// Text that was decompressed, and how much of it was given.
    text: Box<[u8]>,
    given: usize,
    filled: usize,
    /// Where the text that was decompressed ends.
    end: Position,
    damage: Rc<RefCell<Vec<Damage>>>,
    unnamed: usize,
    /// Whether the text may end within a line.
    is_broken_off: bool,
}

/// What comes next in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// A member. What was the last one like?
    Member(Before),
    /// Compressed text.
    Text,
    /// Checksum and length of the text.
    Trailer,
    /// Nothing.
    End,
}

/// What is before a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Before {
    /// Nothing: the file begins.
    Nothing,
    /// A whole member.
    Whole,
    /// A member that was damaged.
    Damaged,
}

impl<R: BufRead> Gunzip<R> {
    /// Reads compressed text from an input. What is damaged in it is added to the list as it is noticed.
    pub(in crate::cli) fn new(input: R, damage: Rc<RefCell<Vec<Damage>>>) -> Self {
        Self {
            input,
            state: State::Member(Before::Nothing),
            inflate: Decompress::new(false),
            crc: Crc::new(),
            text: vec![0; CHUNK].into(),
            given: 0,
            filled: 0,
            end: Position::START,
            damage,
            unnamed: 0,
            is_broken_off: false,
        }
    }

    /// Decompresses more text, if there is any.
    fn go_on(&mut self) -> io::Result<()> {
        match self.state {
            State::Member(before) => self.member(before),
            State::Text => self.text(),
            State::Trailer => self.trailer(),
            State::End => Ok(()),
        }
    }

    /// Looks for the next member, and reads its header.
    fn member(&mut self, before: Before) -> io::Result<()> {
        let mut window = [0_u8; FIXED];
        let mut read = 0_u64;
        let mut is_zero = true;
        loop {
            let Some(byte) = self.byte()? else {
                self.skipped(before, read, is_zero);
                self.state = State::End;
                return Ok(());
            };
            read += 1;
            is_zero &= byte == 0;
            window.rotate_left(1);
            window[FIXED - 1] = byte;
            let is_next = read == FIXED as u64;
            if is_next && begins_member(&window) || read > FIXED as u64 && is_surely_member(&window)
            {
                break;
            }
        }
        let skipped = read - FIXED as u64;
        if skipped > 0 {
            self.skipped(before, skipped, false);
        }
        if !self.rest_of_header(window[3])? {
            self.damaged("the file ends inside the header of the compressed data");
            self.state = State::End;
            return Ok(());
        }
        if self.is_broken_off {
            // What was cut does not run into what comes now.
            self.is_broken_off = false;
            self.text[0] = b'\n';
            self.filled = 1;
            self.advance();
        }
        self.inflate.reset(false);
        self.crc.reset();
        self.state = State::Text;
        Ok(())
    }

    /// Says that there was something that is no member.
    fn skipped(&mut self, before: Before, bytes: u64, is_zero: bool) {
        let bytes = match bytes {
            0 => return,
            1 => "1 byte".to_owned(),
            more => format!("{more} bytes"),
        };
        match before {
            Before::Nothing => self.damaged("the header of the compressed data is damaged"),
            Before::Whole if is_zero => {
                self.damaged(&format!("{bytes} of zeros follow the compressed data"));
            }
            Before::Whole => {
                self.damaged(&format!("{bytes} after the compressed data are not gzip"));
            }
            // It was said already.
            Before::Damaged => {}
        }
    }

    /// Reads the parts of a header that these flags announce; whether they were there.
    fn rest_of_header(&mut self, flags: u8) -> io::Result<bool> {
        const CHECKSUM: u8 = 1 << 1;
        const EXTRA: u8 = 1 << 2;
        const NAME: u8 = 1 << 3;
        const COMMENT: u8 = 1 << 4;
        let mut skip = 0;
        if flags & EXTRA != 0 {
            let (Some(low), Some(high)) = (self.byte()?, self.byte()?) else {
                return Ok(false);
            };
            skip = u16::from_le_bytes([low, high]);
        }
        for _ in 0..skip {
            if self.byte()?.is_none() {
                return Ok(false);
            }
        }
        for _ in [NAME, COMMENT].iter().filter(|&flag| flags & flag != 0) {
            loop {
                match self.byte()? {
                    None => return Ok(false),
                    Some(0) => break,
                    Some(_) => {}
                }
            }
        }
        let is_checked = flags & CHECKSUM != 0;
        Ok(!is_checked || self.byte()?.is_some() && self.byte()?.is_some())
    }

    /// Decompresses some text.
    fn text(&mut self) -> io::Result<()> {
        let input = retried(&mut self.input)?;
        let is_end = input.is_empty();
        let before = (self.inflate.total_in(), self.inflate.total_out());
        let status = self
            .inflate
            .decompress(input, &mut self.text, FlushDecompress::None);
        let consumed = (self.inflate.total_in() - before.0) as usize;
        let produced = (self.inflate.total_out() - before.1) as usize;
        self.input.consume(consumed);
        self.filled = produced;
        self.crc.update(&self.text[..produced]);
        self.advance();
        match status {
            Ok(Status::StreamEnd) => self.state = State::Trailer,
            Ok(_) if is_end && produced == 0 => {
                self.damaged("the file ends inside the compressed data: the rest is lost");
                self.state = State::End;
            }
            Ok(_) if consumed > 0 || produced > 0 => {}
            Ok(_) | Err(_) => {
                self.damaged("the compressed data is damaged: everything from here on is lost");
                self.state = State::Member(Before::Damaged);
                self.is_broken_off = true;
            }
        }
        Ok(())
    }

    /// Compares the text with its checksum and length.
    fn trailer(&mut self) -> io::Result<()> {
        let mut trailer = [0; 8];
        for place in &mut trailer {
            let Some(byte) = self.byte()? else {
                self.damaged("the file ends before the checksum of the compressed data");
                self.state = State::End;
                return Ok(());
            };
            *place = byte;
        }
        let is_right = trailer[..4] == self.crc.sum().to_le_bytes()
            && trailer[4..] == self.crc.amount().to_le_bytes();
        if !is_right {
            self.damaged(
                "the text up to here does not match its checksum: some of it may be wrong",
            );
            self.is_broken_off = self.end.column > 1;
        }
        self.state = State::Member(Before::Whole);
        Ok(())
    }

    fn damaged(&mut self, what: &str) {
        let mut damage = self.damage.borrow_mut();
        if damage.len() < MOST_NAMED {
            damage.push(Damage {
                at: self.end,
                what: what.to_owned(),
            });
            return;
        }
        self.unnamed += 1;
        if let Some(last) = damage.last_mut() {
            let more = self.unnamed;
            last.what = format!("{what}; and {more} more of this kind before it");
            last.at = self.end;
        }
    }

    /// Moves the end of the text behind what was decompressed.
    fn advance(&mut self) {
        self.given = 0;
        let text = &self.text[..self.filled];
        let line = memchr::memrchr(b'\n', text).map(|at| at + 1);
        // Only what begins a character counts.
        let columns = text[line.unwrap_or(0)..].iter();
        let columns = columns.filter(|&&byte| byte & 0xC0 != 0x80).count();
        self.end = Position {
            line: self.end.line + memchr::memchr_iter(b'\n', text).count(),
            column: columns + line.map_or(self.end.column, |_| 1),
        };
    }

    /// The next byte of the file; nothing at its end.
    fn byte(&mut self) -> io::Result<Option<u8>> {
        let first = retried(&mut self.input)?.first().copied();
        self.input.consume(usize::from(first.is_some()));
        Ok(first)
    }
}

/// What an input has next; empty at its end.
fn retried(input: &mut impl BufRead) -> io::Result<&[u8]> {
    loop {
        match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Looked at once more, since a loop cannot give it away.
            Ok(_) => break,
            Err(error) => return Err(error),
        }
    }
    input.fill_buf()
}

/// Whether a member can begin so: its marks, the one method there is, and no flag that nobody knows.
fn begins_member(header: &[u8; FIXED]) -> bool {
    header.starts_with(b"\x1f\x8b\x08") && header[3] & 0xE0 == 0
}

/// The same amid what may be anything: also only what programs write as the effort and the system.
fn is_surely_member(header: &[u8; FIXED]) -> bool {
    let is_effort = matches!(header[8], 0 | 2 | 4);
    let is_system = header[9] <= 13 || header[9] == 255;
    begins_member(header) && is_effort && is_system
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.filled {
            if self.state == State::End {
                return Ok(0);
            }
            self.filled = 0;
            self.given = 0;
            self.go_on()?;
        }
        let length = (self.filled - self.given).min(buffer.len());
        buffer[..length].copy_from_slice(&self.text[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, GzBuilder};

    use super::*;

    fn compressed(text: &str) -> Vec<u8> {
        let mut encoder = GzBuilder::new()
            .filename("a.log")
            .comment("c")
            .extra(*b"extra")
            .write(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> (String, Vec<Damage>) {
        let damage = Rc::default();
        let mut text = Vec::new();
        // Parts of one byte: nothing depends on where the file is cut.
        let input = io::BufReader::with_capacity(1, bytes);
        Gunzip::new(input, Rc::clone(&damage))
            .read_to_end(&mut text)
            .unwrap();
        let damage = damage.borrow().clone();
        let mut whole = Vec::new();
        Gunzip::new(bytes, Rc::default())
            .read_to_end(&mut whole)
            .unwrap();
        assert!(whole == text);
        (String::from_utf8_lossy(&text).into_owned(), damage)
    }

    /// Lines that do not compress to nothing.
    fn lines() -> String {
        let mut number = 7_u64;
        let mut text = Vec::new();
        for line in 0..20_000 {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            writeln!(text, "{line} {number:x}").unwrap();
        }
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn members_follow_each_other() {
        let one = compressed("one\n");
        let two = compressed("two\n");
        assert_eq!(read(&one), ("one\n".to_owned(), vec![]));
        let both = [one, two].concat();
        assert_eq!(read(&both), ("one\ntwo\n".to_owned(), vec![]));
        assert_eq!(read(&compressed("")), (String::new(), vec![]));
    }

    #[test]
    fn what_is_there_is_given_wherever_the_file_ends() {
        let text = lines();
        let bytes = compressed(&text);
        for length in [
            bytes.len() - 1,
            bytes.len() - 8,
            bytes.len() - 9,
            bytes.len() / 2,
        ] {
            let (read, damage) = read(&bytes[..length]);
            assert!(text.starts_with(&read));
            // What is lost is in proportion to what is missing.
            let is_near = read.len() + 1000 > text.len() * length / bytes.len() - 70_000;
            assert!(is_near, "{} of {}", read.len(), text.len());
            assert_eq!(damage.len(), 1);
            let line = read.matches('\n').count() + 1;
            assert_eq!(damage[0].at.line, line);
        }
        for length in 2..40 {
            assert_eq!(read(&bytes[..length]).1.len(), 1, "{length}");
        }
    }

    #[test]
    fn what_stands_before_and_behind_damage_is_given() {
        let text = lines();
        let mut bytes = compressed(&text);
        let middle = bytes.len() / 2;
        bytes[middle..middle + 40].fill(0xFF);
        bytes.extend(compressed("next\n"));
        let (read, damage) = read(&bytes);
        assert!(read.len() > text.len() / 3, "{}", read.len());
        let tail = &read[read.floor_char_boundary(read.len() - 60)..];
        assert!(read.ends_with("\nnext\n"), "{tail:?} {damage:?}");
        assert!(!damage.is_empty());
    }

    #[test]
    fn a_text_that_does_not_fit_its_checksum_is_given() {
        let mut bytes = compressed("one\n");
        let at = bytes.len() - 8;
        bytes[at] ^= 1;
        bytes.extend(compressed("two\n"));
        let (text, damage) = read(&bytes);
        assert_eq!(text, "one\ntwo\n");
        let what = "the text up to here does not match its checksum: some of it may be wrong";
        assert_eq!(damage.len(), 1);
        assert_eq!((damage[0].at.line, damage[0].what.as_str()), (2, what));
    }

    #[test]
    fn what_is_not_gzip_is_named() {
        for (padding, what) in [
            (
                &[0; 512][..],
                "512 bytes of zeros follow the compressed data",
            ),
            (&[0], "1 byte of zeros follow the compressed data"),
            (b"garbage", "7 bytes after the compressed data are not gzip"),
            (
                b"\x1f\x8b",
                "2 bytes after the compressed data are not gzip",
            ),
        ] {
            let bytes = [&compressed("one\n")[..], padding].concat();
            let (text, damage) = read(&bytes);
            assert_eq!((text.as_str(), damage.len()), ("one\n", 1));
            assert_eq!(damage[0].what, what);
        }
        let bytes = [&compressed("one\n")[..], &[7; 99], &compressed("two\n")].concat();
        let (text, damage) = read(&bytes);
        assert_eq!((text.as_str(), damage.len()), ("one\ntwo\n", 1));
    }
}

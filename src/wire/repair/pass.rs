//! The pass over what stands outside texts: arrays, objects, commas, colons.

use std::ops::Range;

use super::keys::Keys;
use super::{Damage, MAX_DEPTH, MOST_DAMAGE, Repaired, What};

/// What was read last inside an array or object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    Begin,
    Key,
    Colon,
    Value,
    /// A comma, at this offset. It is written with what follows.
    Comma(usize),
}

/// An array or object that is open.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) is_object: bool,
    pub(super) state: State,
    pub(super) is_empty: bool,
    /// Where the present member begins in what is written, its comma included.
    pub(super) member: usize,
    pub(super) keys: Keys,
}

pub(super) struct Repairer<'t> {
    pub(super) source: &'t str,
    pub(super) text: &'t [u8],
    pub(super) at: usize,
    pub(super) out: Vec<u8>,
    pub(super) runs: Vec<(usize, usize)>,
    pub(super) damage: Vec<Damage>,
    pub(super) open: Vec<Open>,
    /// Parts of what is written that are to go.
    pub(super) removed: Vec<Range<usize>>,
    pub(super) is_done: bool,
    pub(super) is_cut: bool,
}

impl<'t> Repairer<'t> {
    pub(super) fn new(text: &'t str, from: usize) -> Self {
        Self {
            source: text,
            text: text.as_bytes(),
            at: from,
            out: Vec::with_capacity(text.len().saturating_sub(from).min(1 << 16)),
            runs: Vec::new(),
            damage: Vec::new(),
            open: Vec::new(),
            removed: Vec::new(),
            is_done: false,
            is_cut: false,
        }
    }

    pub(super) fn run(&mut self) {
        while !self.is_done {
            self.blanks();
            let Some(&byte) = self.text.get(self.at) else {
                return self.cut(None);
            };
            match byte {
                b'{' | b'[' => self.begin(byte),
                b'}' | b']' => self.close(byte),
                b',' => self.comma(),
                b':' => self.colon(),
                b'"' => self.string(),
                _ => self.word(),
            }
        }
    }

    pub(super) fn finish(mut self) -> Option<Repaired> {
        if self.out.is_empty() {
            return None;
        }
        self.remove();
        Some(Repaired {
            json: String::from_utf8(self.out).unwrap_or_default(),
            damage: self.damage,
            end: self.at,
            is_cut: self.is_cut,
            runs: self.runs,
        })
    }

    pub(super) fn note(&mut self, at: usize, what: What) {
        if self.damage.len() < MOST_DAMAGE {
            self.damage.push(Damage { at, what });
        }
    }

    fn blanks(&mut self) {
        /// The mark that a file of UTF-8 may begin with, and so a part of files that were joined.
        const MARK: &[u8] = b"\xef\xbb\xbf";
        // Zeros are named by whoever reads the whole text.
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0);
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            self.at += rest.iter().take_while(|byte| is_blank(byte)).count();
            let rest = self.text.get(self.at..).unwrap_or_default();
            if !rest.starts_with(MARK) {
                break;
            }
            self.at += MARK.len();
        }
    }

    /// What is written next stands there in the text.
    pub(super) fn sync(&mut self, at: usize) {
        let (from, text) = self.runs.last().copied().unwrap_or((0, usize::MAX));
        if text == usize::MAX || text + (self.out.len() - from) != at {
            self.runs.push((self.out.len(), at));
        }
    }

    /// Takes a part of the text over as it stands.
    pub(super) fn copy(&mut self, part: Range<usize>) {
        self.sync(part.start);
        self.out
            .extend_from_slice(self.text.get(part).unwrap_or_default());
    }

    /// Whether a text would be a key here.
    pub(super) fn wants_key(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| open.is_object && !matches!(open.state, State::Key | State::Colon))
    }

    /// Writes what must stand before another value or key: a comma where something stands already.
    pub(super) fn separate(&mut self) {
        let at = self.at;
        let written = self.out.len();
        let Some(open) = self.open.last_mut() else {
            return;
        };
        open.member = written;
        let is_missing = open.state == State::Value;
        if !std::mem::take(&mut open.is_empty) {
            self.out.push(b',');
        }
        if is_missing {
            self.note(at, What::MissingComma);
        }
    }

    /// Writes what must stand before a value.
    pub(super) fn before_value(&mut self) {
        let at = self.at;
        let Some((is_object, state)) = self.open.last().map(|open| (open.is_object, open.state))
        else {
            return;
        };
        match state {
            State::Key => {
                self.note(at, What::MissingColon);
                self.out.push(b':');
            }
            State::Colon => self.out.push(b':'),
            State::Begin | State::Value | State::Comma(_) => {
                self.separate();
                if is_object {
                    self.note(at, What::NoKey);
                    let key = self.out.len() + 1..self.out.len() + 1;
                    self.out.extend_from_slice(b"\"\":");
                    self.key(key, at);
                }
            }
        }
    }

    /// A value has been written.
    pub(super) fn after_value(&mut self) {
        let end = self.out.len();
        let Some(open) = self.open.last_mut() else {
            self.is_done = true;
            return;
        };
        open.state = State::Value;
        if let Some(member) = open.keys.all.last_mut().filter(|_| open.is_object) {
            member.place.end = end;
        }
    }

    fn begin(&mut self, byte: u8) {
        self.before_value();
        if self.open.len() >= MAX_DEPTH {
            self.note(self.at, What::TooDeep);
            self.skip();
            self.out.extend_from_slice(b"null");
            return self.after_value();
        }
        self.copy(self.at..self.at + 1);
        self.at += 1;
        self.open.push(Open {
            is_object: byte == b'{',
            state: State::Begin,
            is_empty: true,
            member: self.out.len(),
            keys: Keys::default(),
        });
    }

    /// Goes behind an array or object without reading it.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'"' => self.at = self.end_of_string().0,
                _ => self.at += 1,
            }
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn close(&mut self, byte: u8) {
        let is_object = byte == b'}';
        let at = self.at;
        self.at += 1;
        let is_it = |open: &Open| open.is_object == is_object;
        if !self.open.iter().any(is_it) {
            return self.note(at, What::Bracket);
        }
        while let Some(is_last) = self.open.last().map(is_it) {
            if !is_last {
                self.note(at, What::Bracket);
            }
            self.end_innermost(at);
            if is_last {
                return;
            }
        }
    }

    /// Ends the innermost array or object.
    fn end_innermost(&mut self, at: usize) {
        let Some(open) = self.open.last() else { return };
        match open.state {
            State::Key | State::Colon => {
                self.note(at, What::NoValue);
                self.out.extend_from_slice(b":null");
                self.after_value();
            }
            State::Comma(comma) if !self.is_cut => self.note(comma, What::SurplusComma),
            State::Begin | State::Value | State::Comma(_) => {}
        }
        if let Some(open) = self.open.pop() {
            self.sync(at);
            self.out.push(if open.is_object { b'}' } else { b']' });
            self.after_value();
        }
    }

    fn comma(&mut self) {
        let at = self.at;
        self.at += 1;
        match self.open.last().map(|open| open.state) {
            Some(State::Value) => {}
            Some(State::Key | State::Colon) => {
                self.note(at, What::NoValue);
                self.out.extend_from_slice(b":null");
                self.after_value();
            }
            Some(State::Begin | State::Comma(_)) | None => {
                return self.note(at, What::SurplusComma);
            }
        }
        if let Some(open) = self.open.last_mut() {
            open.state = State::Comma(at);
        }
    }

    fn colon(&mut self) {
        match self.open.last_mut() {
            Some(open) if open.state == State::Key => open.state = State::Colon,
            _ => self.note(self.at, What::NotJson(":".into())),
        }
        self.at += 1;
    }

    /// The text ends.
    pub(super) fn cut(&mut self, expected: Option<&'static str>) {
        self.is_done = true;
        let at = self.at;
        if self.open.is_empty() {
            if expected.is_some() {
                self.is_cut = true;
                self.sync(at);
                self.out.extend_from_slice(b"null");
                self.note(
                    at,
                    What::Cut {
                        expected: "the end of a text",
                    },
                );
            }
            return;
        }
        self.is_cut = true;
        let expected = expected.unwrap_or_else(|| self.expected());
        self.note(at, What::Cut { expected });
        // A key without its value is as good as none.
        if let Some(open) = self.open.last_mut()
            && matches!(open.state, State::Key | State::Colon)
        {
            open.state = State::Value;
            open.keys.all.pop();
            let member = open.member;
            self.out.truncate(member);
            let kept = self.runs.partition_point(|run| run.0 < member);
            self.runs.truncate(kept);
            self.removed.retain(|place| place.end <= member);
        }
        while !self.open.is_empty() {
            self.end_innermost(at);
        }
    }

    /// What should stand where the text ends.
    fn expected(&self) -> &'static str {
        let Some(open) = self.open.last() else {
            return "a value";
        };
        match (open.state, open.is_object) {
            (State::Key, _) => "`:`",
            (State::Colon, _) | (State::Begin | State::Comma(_), false) => "a value",
            (State::Begin | State::Comma(_), true) => "a key in quotes",
            (State::Value, true) => "`,` or `}`",
            (State::Value, false) => "`,` or `]`",
        }
    }
}

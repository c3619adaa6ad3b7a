//! JSON that serde can read, made from a text that may be damaged.
//!
//! One pass over what stands outside texts: blanks go, a document that was cut is closed, surplus commas
//! and keys given twice are dropped, what is no JSON becomes null, and all of it is noted by its offset.
//! It never gives up: whatever was whole is kept.

use std::collections::HashMap;
use std::ops::Range;

use memchr::memchr2;

use crate::record::text as decoded;

/// How deep arrays and objects may be nested. A flow's compiled JSON nests about a hundred deep.
const MAX_DEPTH: usize = 256;

/// So much damage is noted.
const MOST_DAMAGE: usize = 1000;

/// JSON made from a text.
#[derive(Debug)]
pub(super) struct Repaired {
    /// One value, without blanks outside texts.
    pub(super) json: String,
    /// What was wrong, in the order of the text.
    pub(super) damage: Vec<Damage>,
    /// Where reading stopped, behind the value.
    pub(super) end: usize,
    /// Whether the text ended inside the value.
    pub(super) is_cut: bool,
    /// Where parts of `json` begin, and where they stand in the text.
    runs: Vec<(usize, usize)>,
}

/// Something that was wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Damage {
    /// The offset in the text.
    pub(super) at: usize,
    /// What.
    pub(super) what: What,
}

/// What was wrong, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// The text ends; all that was open is closed.
    Cut { expected: &'static str },
    /// A comma with nothing behind or before it; it is dropped.
    SurplusComma,
    /// No comma where one should stand; it is put in.
    MissingComma,
    /// No colon where one should stand; it is put in.
    MissingColon,
    /// A value of an object without a key; it gets an empty one.
    NoKey,
    /// A key without a value; it gets null.
    NoValue,
    /// A word that is no JSON; it is null, or as a key put in quotes.
    NotJson(Box<str>),
    /// An escape that means nothing; it is kept as text.
    Escape,
    /// A control character in a text; it is kept.
    Control,
    /// A closing bracket that closes nothing, which is dropped, or one that was forgotten.
    Bracket,
    /// Something nested too deep; it is null.
    TooDeep,
    /// A key that its object has had already; the earlier one is dropped.
    KeyTwice(Box<str>),
}

impl Repaired {
    /// The offset in the text of an offset in `json`.
    pub(super) fn offset(&self, at: usize) -> usize {
        let behind = self.runs.partition_point(|run| run.0 <= at);
        let run = behind.checked_sub(1).and_then(|run| self.runs.get(run));
        let (from, text) = run.copied().unwrap_or_default();
        (text + at.saturating_sub(from)).min(self.end)
    }
}

/// Reads the value that begins at an offset; nothing where only blanks are left.
pub(super) fn repair(text: &str, from: usize) -> Option<Repaired> {
    let mut repairer = Repairer {
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
    };
    repairer.run();
    repairer.finish()
}

/// What was read last inside an array or object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Begin,
    Key,
    Colon,
    Value,
    /// A comma, at this offset. It is written with what follows.
    Comma(usize),
}

/// An array or object that is open.
#[derive(Debug)]
struct Open {
    is_object: bool,
    state: State,
    is_empty: bool,
    /// Where the present member begins in what is written, its comma included.
    member: usize,
    keys: Keys,
}

/// The keys of an object, with the places of their members in what is written.
#[derive(Debug, Default)]
struct Keys {
    all: Vec<Member>,
    /// The same by name, once there are many.
    by_name: HashMap<Box<str>, usize>,
}

#[derive(Debug)]
struct Member {
    /// Between its quotes.
    key: Range<usize>,
    /// Where it begins and ends.
    place: Range<usize>,
}

struct Repairer<'t> {
    source: &'t str,
    text: &'t [u8],
    at: usize,
    out: Vec<u8>,
    runs: Vec<(usize, usize)>,
    damage: Vec<Damage>,
    open: Vec<Open>,
    /// Parts of what is written that are to go.
    removed: Vec<Range<usize>>,
    is_done: bool,
    is_cut: bool,
}

impl Repairer<'_> {
    fn run(&mut self) {
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

    fn finish(mut self) -> Option<Repaired> {
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

    fn note(&mut self, at: usize, what: What) {
        if self.damage.len() < MOST_DAMAGE {
            self.damage.push(Damage { at, what });
        }
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.text.get(self.at) {
            self.at += 1;
        }
    }

    /// What is written next stands there in the text.
    fn sync(&mut self, at: usize) {
        let (from, text) = self.runs.last().copied().unwrap_or((0, usize::MAX));
        if text == usize::MAX || text + (self.out.len() - from) != at {
            self.runs.push((self.out.len(), at));
        }
    }

    /// Takes a part of the text over as it stands.
    fn copy(&mut self, part: Range<usize>) {
        self.sync(part.start);
        self.out
            .extend_from_slice(self.text.get(part).unwrap_or_default());
    }

    /// Whether a text would be a key here.
    fn wants_key(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| open.is_object && !matches!(open.state, State::Key | State::Colon))
    }

    /// Writes what must stand before another value or key: a comma where something stands already.
    fn separate(&mut self) {
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
    fn before_value(&mut self) {
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
    fn after_value(&mut self) {
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

    /// Where the text that begins here ends, behind its quote, and whether it has that quote and
    /// nothing in it needs mending.
    fn end_of_string(&self) -> (usize, bool, bool) {
        let mut at = self.at + 1;
        let mut is_good = true;
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let Some(found) = memchr2(b'"', b'\\', rest) else {
                return (self.text.len(), false, is_good);
            };
            is_good &= !rest[..found].iter().any(|byte| *byte < 0x20);
            at += found;
            if self.text[at] == b'"' {
                return (at + 1, true, is_good);
            }
            let length = escape(&self.text[at..]);
            is_good &= length.is_some();
            // An escaped character may be of several bytes.
            at += length.unwrap_or(1);
        }
    }

    fn string(&mut self) {
        let start = self.at;
        let (end, is_closed, is_good) = self.end_of_string();
        if !is_closed {
            self.at = end;
            return self.cut(Some("the end of a text"));
        }
        let is_key = self.wants_key();
        match is_key {
            true => self.separate(),
            false => self.before_value(),
        }
        let from = self.out.len();
        match is_good {
            true => self.copy(start..end),
            false => self.mend(start, end),
        }
        self.at = end;
        match is_key {
            true => self.key(from + 1..self.out.len() - 1, start),
            false => self.after_value(),
        }
    }

    /// Takes a text over, its control characters and wrong escapes mended.
    fn mend(&mut self, start: usize, end: usize) {
        self.sync(start);
        let (mut has_control, mut has_escape) = (false, false);
        let mut at = start;
        while at < end {
            match self.text[at] {
                b'\\' => match escape(&self.text[at..end]) {
                    Some(length) => {
                        self.copy(at..at + length);
                        at += length;
                        continue;
                    }
                    None => {
                        has_escape = true;
                        self.out.extend_from_slice(b"\\\\");
                    }
                },
                control @ 0..0x20 => {
                    has_control = true;
                    self.out
                        .extend_from_slice(format!("\\u{control:04x}").as_bytes());
                }
                _ => self.copy(at..at + 1),
            }
            at += 1;
        }
        for (is_so, what) in [(has_control, What::Control), (has_escape, What::Escape)] {
            if is_so {
                self.note(start, what);
            }
        }
    }

    /// A key has been written, between its quotes there; it stood at an offset of the text.
    fn key(&mut self, key: Range<usize>, at: usize) {
        /// So many keys are compared one by one.
        const FEW: usize = 24;
        let Some(open) = self.open.last_mut() else {
            return;
        };
        open.state = State::Key;
        let out = &self.out;
        let name = |key: &Range<usize>| out.get(key.clone()).unwrap_or_default();
        let own = name(&key);
        let keys = &mut open.keys;
        let same = if keys.all.len() < FEW && !own.contains(&b'\\') {
            keys.all.iter().position(|other| name(&other.key) == own)
        } else {
            if keys.by_name.is_empty() {
                let named = keys.all.iter().enumerate();
                keys.by_name = named.map(|(at, one)| (plain(name(&one.key)), at)).collect();
            }
            keys.by_name.get(&plain(own)).copied()
        };
        let named = plain_if(!keys.by_name.is_empty(), own);
        let start = key.start - 1;
        let member = Member {
            key,
            place: start..start,
        };
        keys.all.push(member);
        let last = keys.all.len() - 1;
        if let Some(named) = named {
            keys.by_name.insert(named, last);
        }
        if let Some(same) = same {
            // Behind it stands a comma, for at least this member follows.
            let place = keys.all[same].place.clone();
            keys.all[same].key = 0..0;
            let name = plain(own);
            self.removed.push(place.start..place.end + 1);
            self.note(at, What::KeyTwice(name));
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let ends = |byte: &u8| {
            matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b'"')
                || matches!(byte, b'{' | b'}' | b'[' | b']')
        };
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let end = start + length;
        if end == self.text.len() && !self.open.is_empty() {
            self.at = end;
            // It may have gone on.
            return self.cut(Some("a value"));
        }
        let word = self.source.get(start..end).unwrap_or_default();
        let shown: Box<str> = word.chars().take(40).collect();
        let behind = self.text[end..].iter();
        let next = behind.copied().find(|byte| !byte.is_ascii_whitespace());
        if self.wants_key() && next == Some(b':') {
            self.note(start, What::NotJson(shown));
            self.separate();
            self.sync(start);
            let from = self.out.len();
            let quoted = serde_json::to_string(word).unwrap_or_default();
            self.out.extend_from_slice(quoted.as_bytes());
            self.at = end;
            return self.key(from + 1..self.out.len() - 1, start);
        }
        self.before_value();
        match matches!(word, "null" | "true" | "false") || is_number(word.as_bytes()) {
            true => self.copy(start..end),
            false => {
                self.note(start, What::NotJson(shown));
                self.sync(start);
                self.out.extend_from_slice(b"null");
            }
        }
        self.at = end;
        self.after_value();
    }

    /// The text ends.
    fn cut(&mut self, expected: Option<&'static str>) {
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

    /// Removes the members whose keys were given again.
    fn remove(&mut self) {
        if self.removed.is_empty() {
            return;
        }
        self.removed.sort_by_key(|place| place.start);
        let mut out = Vec::with_capacity(self.out.len());
        let mut runs = Vec::new();
        let mut from = 0;
        let removed = std::mem::take(&mut self.removed);
        let end = self.out.len()..self.out.len();
        for place in removed.iter().chain([&end]) {
            if place.start > from {
                runs.push((out.len(), self.text_offset(from)));
                let inside = self
                    .runs
                    .iter()
                    .filter(|run| from < run.0 && run.0 < place.start);
                runs.extend(inside.map(|run| (run.0 - from + out.len(), run.1)));
                out.extend_from_slice(&self.out[from..place.start]);
            }
            from = from.max(place.end);
        }
        self.out = out;
        self.runs = runs;
    }

    fn text_offset(&self, at: usize) -> usize {
        let behind = self.runs.partition_point(|run| run.0 <= at);
        let run = behind.checked_sub(1).and_then(|run| self.runs.get(run));
        run.map_or(0, |run| run.1 + (at - run.0))
    }
}

/// A key with its escapes resolved.
fn plain(key: &[u8]) -> Box<str> {
    let key = String::from_utf8_lossy(key);
    if !key.contains('\\') {
        return key.into();
    }
    decoded(&format!("\"{key}\"")).map_or_else(|| key.as_ref().into(), Into::into)
}

fn plain_if(is_wanted: bool, key: &[u8]) -> Option<Box<str>> {
    is_wanted.then(|| plain(key))
}

/// The length of the escape that a text begins with; none where it means nothing.
fn escape(text: &[u8]) -> Option<usize> {
    match text.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => {
            let digits = text.get(2..6)?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(6)
        }
        _ => None,
    }
}

/// Whether a word is a number of JSON.
fn is_number(word: &[u8]) -> bool {
    let digits = |word: &[u8]| word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut rest = word.strip_prefix(b"-").unwrap_or(word);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = match exponent {
            [b'+' | b'-', digits @ ..] => digits,
            _ => exponent,
        };
        let length = digits(exponent);
        return length > 0 && length == exponent.len();
    }
    rest.is_empty()
}

//! Keys: of one that is given twice the last counts.

use std::collections::HashMap;
use std::ops::Range;

use super::What;
use super::pass::{Repairer, State};
use crate::record::text as decoded;

/// The keys of an object, with the places of their members in what is written.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub(super) all: Vec<Member>,
    /// A bit for each kind of key that there was: most keys are seen to be new without a comparison.
    kinds: u64,
    /// The same by name, once there are many.
    by_name: HashMap<Box<str>, usize>,
}

#[derive(Debug)]
pub(super) struct Member {
    /// Between its quotes; absent where the key was given again.
    key: Option<Range<usize>>,
    /// Where it begins and ends.
    pub(super) place: Range<usize>,
}

impl Repairer<'_> {
    /// A key has been written, between its quotes there; it stood at an offset of the text.
    pub(super) fn key(&mut self, key: Range<usize>, at: usize) {
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
        let kind = 1 << kind(own);
        let is_new = keys.kinds & (kind | ESCAPED) == 0 && kind != ESCAPED;
        keys.kinds |= kind;
        let same = if is_new {
            None
        } else if keys.all.len() < FEW && !own.contains(&b'\\') {
            let is_it = |other: &Member| other.key.as_ref().is_some_and(|key| name(key) == own);
            keys.all.iter().position(is_it)
        } else {
            if keys.by_name.is_empty() {
                let named = keys.all.iter().enumerate();
                let named =
                    named.filter_map(|(at, one)| Some((plain(name(one.key.as_ref()?)), at)));
                keys.by_name = named.collect();
            }
            keys.by_name.get(&plain(own)).copied()
        };
        let named = plain_if(!keys.by_name.is_empty(), own);
        let start = key.start - 1;
        let member = Member {
            key: Some(key),
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
            keys.all[same].key = None;
            let name = plain(own);
            self.removed.push(place.start..place.end + 1);
            self.note(at, What::KeyTwice(name));
        }
    }

    /// Removes the members whose keys were given again.
    pub(super) fn remove(&mut self) {
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

/// The kind of keys with escapes: they may equal any other.
const ESCAPED: u64 = 1 << 63;

/// One of 64 kinds of keys: equal keys are of one kind. A key with escapes is of the last.
fn kind(key: &[u8]) -> u32 {
    if key.contains(&b'\\') {
        return 63;
    }
    let (first, last) = (key.first().copied(), key.last().copied());
    let ends = u32::from(first.unwrap_or(0)) * 7 + u32::from(last.unwrap_or(0));
    (key.len() as u32).wrapping_mul(5).wrapping_add(ends) % 63
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

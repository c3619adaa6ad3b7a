//! What happened in a call, in the order of time, each thing below the command that was running.

use std::sync::Arc;

use crate::event::{Entry, Recording, Stamp, Subject};
use crate::flow::EntryState;
use crate::simulate::{Audio, AudioSegment, Run};

/// The shortest silence that is shown, in milliseconds: what is shorter lies between any two
/// commands.
const SILENCE: u64 = 500;

/// How far the end of a sound and that of its command may lie apart for the two to be one row.
const TOGETHER: u64 = 50;

/// Something that happened.
#[derive(Clone, Debug)]
pub(super) enum What<'a> {
    /// A command ran, by its index in the log; what was heard during all of it.
    Command(usize, Option<&'a Audio>),
    /// Something else was heard.
    Heard(&'a AudioSegment),
    /// The call rang.
    Rings,
    /// The call was answered.
    Answered,
    /// Keys were pressed; whether a command listened.
    Keys(String, bool),
    /// A leg was dialled.
    Leg(usize),
    /// A recording became available.
    Recording(Arc<Recording>),
    /// The call ended, or its simulation.
    End,
}

/// Something that happened, in its place.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    /// When, in milliseconds since the call was created.
    pub(super) at: u64,
    /// For how long; absent where that has no meaning, or no end.
    pub(super) lasts: Option<u64>,
    /// How many rows it stands inside.
    pub(super) level: usize,
    /// What.
    pub(super) what: What<'a>,
}

/// All that happened, in order. What stands inside something follows it with a higher level.
pub(super) fn of(run: &Run) -> Vec<Item<'_>> {
    let places = Places::new(run);
    let mut items = Vec::new();
    places.commands(&mut items);
    places.milestones(&mut items);
    places.keys(&mut items);
    places.legs(&mut items);
    places.heard(&mut items);
    items.push(Item {
        at: run.ended,
        lasts: None,
        level: 0,
        what: What::End,
    });
    // At one instant a command begins before what it does, and the call ends last.
    items.sort_by_key(|item| item.at);
    join(run, items)
}

/// Puts a sound that is heard all the time that a command runs into the command's row.
fn join<'a>(run: &Run, items: Vec<Item<'a>>) -> Vec<Item<'a>> {
    let mut joined: Vec<Item<'a>> = Vec::with_capacity(items.len());
    for item in items {
        if let (What::Heard(hearing), Some(last)) = (&item.what, joined.last_mut())
            && let What::Command(index, heard @ None) = &mut last.what
            && item.level == last.level + 1
            && item.at == last.at
            && !matches!(hearing.what, Audio::Bridge(_) | Audio::RingBack)
        {
            let closed = last.lasts.map(|lasts| last.at + lasts);
            let end = closed.unwrap_or(run.ended);
            let is_open = run.log[*index].status.state == EntryState::Queued;
            if end.abs_diff(item.at + item.lasts.unwrap_or(0)) <= TOGETHER
                && is_open == closed.is_none()
            {
                *heard = Some(&hearing.what);
                continue;
            }
        }
        joined.push(item);
    }
    joined
}

/// Where things belong.
struct Places<'a> {
    run: &'a Run,
    created: Stamp,
    /// For each log entry: when it began, when it and all shown inside it ended, its level, and the
    /// entry that it is shown in.
    entries: Vec<Place>,
}

struct Place {
    from: u64,
    to: u64,
    level: usize,
    parent: Option<usize>,
}

impl<'a> Places<'a> {
    fn new(run: &'a Run) -> Self {
        let created = run.inbound.created_on;
        let log = &run.log;
        let mut entries: Vec<Place> = Vec::with_capacity(log.len());
        for (index, entry) in log.iter().enumerate() {
            let parent = parent(log, index);
            let to = match entry.status.state {
                EntryState::Queued => u64::MAX,
                _ => entry.modified_on.since(created),
            };
            entries.push(Place {
                from: entry.created_on.since(created),
                to,
                level: parent.map_or(0, |parent| entries[parent].level + 1),
                parent,
            });
        }
        // Whatever is shown inside a command comes before what is shown behind it.
        for index in (0..entries.len()).rev() {
            if let Some(parent) = entries[index].parent {
                entries[parent].to = entries[parent].to.max(entries[index].to);
            }
        }
        Self {
            run,
            created,
            entries,
        }
    }

    /// The level of something that begins at an instant; what has an end of its own does not
    /// belong to a command that ends when it begins.
    fn level(&self, at: u64, has_end: bool) -> usize {
        let next = self.entries.partition_point(|place| place.from <= at);
        let mut place = next.checked_sub(1).map(|last| &self.entries[last]);
        while let Some(inner) = place {
            if inner.to > at || (inner.to == at && !has_end) {
                return inner.level + 1;
            }
            place = inner.parent.map(|parent| &self.entries[parent]);
        }
        0
    }

    fn commands(&self, items: &mut Vec<Item<'a>>) {
        for (index, place) in self.entries.iter().enumerate() {
            let entry = &self.run.log[index];
            let lasts = match entry.status.state {
                EntryState::Queued => None,
                _ => Some(entry.modified_on.since(entry.created_on)),
            };
            let what = What::Command(index, None);
            items.push(Item {
                at: place.from,
                lasts,
                level: place.level,
                what,
            });
        }
    }

    fn milestones(&self, items: &mut Vec<Item<'a>>) {
        let inbound = &self.run.inbound;
        let since = |stamp: Stamp| stamp.since(self.created);
        if let Some(at) = inbound.ring_on.map(since) {
            let lasts = self.first_ringing().map(|end| end.saturating_sub(at));
            items.push(Item {
                at,
                lasts,
                level: 0,
                what: What::Rings,
            });
        }
        if let Some(at) = inbound.answer_on.map(since) {
            items.push(Item {
                at,
                lasts: None,
                level: self.level(at, false),
                what: What::Answered,
            });
        }
        for event in &self.run.events {
            if let Subject::Record(recording) = &event.subject {
                let at = since(recording.modified_on);
                let level = match at > self.run.ended {
                    true => 0,
                    false => self.level(at, false),
                };
                let what = What::Recording(recording.clone());
                items.push(Item {
                    at,
                    lasts: None,
                    level,
                    what,
                });
            }
        }
    }

    /// When the ringing ends that is heard before the flow begins.
    fn first_ringing(&self) -> Option<u64> {
        let first = self.run.heard.first()?;
        let begins = self.entries.first().map_or(u64::MAX, |place| place.from);
        (first.what == Audio::Ringing).then_some(first.to.min(begins))
    }

    /// Keys pressed one after the other are one row, unless something happens between them.
    fn keys(&self, items: &mut Vec<Item<'a>>) {
        /// Milliseconds.
        const APART: u64 = 1000;
        let mut last = None;
        for &(at, key) in &self.run.pressed {
            let is_heard = !self.run.unheard.contains(&(at, key));
            let level = self.level(at, false);
            let entries = self.entries.partition_point(|place| place.from <= at);
            let here = (is_heard, level, entries);
            let follows = last.is_some_and(|(when, there)| at <= when + APART && there == here);
            last = Some((at, here));
            match items.last_mut() {
                Some(Item {
                    what: What::Keys(keys, _),
                    ..
                }) if follows => keys.push(key),
                _ => {
                    let what = What::Keys(key.to_string(), is_heard);
                    items.push(Item {
                        at,
                        lasts: None,
                        level,
                        what,
                    });
                }
            }
        }
    }

    fn legs(&self, items: &mut Vec<Item<'a>>) {
        for (index, leg) in self.run.legs.iter().enumerate() {
            let at = leg.created_on.since(self.created);
            let until = leg.answer_on.or(leg.hangup_on);
            let lasts = until.map(|until| until.since(leg.created_on));
            let what = What::Leg(index);
            items.push(Item {
                at,
                lasts,
                level: self.level(at, false),
                what,
            });
        }
    }

    fn heard(&self, items: &mut Vec<Item<'a>>) {
        let skip = usize::from(self.first_ringing().is_some());
        let mut first = self.first_ringing().unwrap_or(0);
        for (index, hearing) in self.run.heard.iter().enumerate() {
            let from = match index < skip {
                true => std::mem::take(&mut first),
                false => hearing.from,
            };
            match hearing.what {
                Audio::Silence | Audio::Ringing | Audio::Hold => {
                    self.background(hearing, from, items);
                }
                _ => items.push(self.sound(hearing, from, hearing.to)),
            }
        }
    }

    /// What goes on under several commands is shown in each of them that it is heard in long enough.
    fn background(&self, hearing: &'a AudioSegment, from: u64, items: &mut Vec<Item<'a>>) {
        let entries = self.run.log.iter();
        let borders = entries.flat_map(|entry| [entry.created_on, entry.modified_on]);
        let borders = borders.map(|stamp| stamp.since(self.created));
        let borders = borders.filter(|&at| from < at && at < hearing.to);
        let mut borders: Vec<_> = borders.chain([from, hearing.to]).collect();
        borders.sort_unstable();
        let pieces = borders.windows(2).map(|piece| (piece[0], piece[1]));
        let before = items.len();
        let long = pieces.filter(|(from, to)| to - from >= SILENCE);
        items.extend(long.map(|(from, to)| self.sound(hearing, from, to)));
        if items.len() == before && hearing.to.saturating_sub(from) >= SILENCE {
            items.push(self.sound(hearing, from, hearing.to));
        }
    }

    fn sound(&self, hearing: &'a AudioSegment, from: u64, to: u64) -> Item<'a> {
        let what = What::Heard(hearing);
        Item {
            at: from,
            lasts: Some(to - from),
            level: self.level(from, true),
            what,
        }
    }
}

/// The entry in which another is shown: that of the command around it in its flow, which may have
/// ended if this one is its Error block; else the innermost that is open.
fn parent(log: &[Arc<Entry>], index: usize) -> Option<usize> {
    let entry = &log[index];
    let before = &log[..index];
    let mut node = entry.flow.parent(entry.node);
    while let Some(around) = node {
        let is_it = |other: &Arc<Entry>| other.node == around && other.document == entry.document;
        if let Some(parent) = before.iter().rposition(is_it) {
            return Some(parent);
        }
        node = entry.flow.parent(around);
    }
    let depth = entry.depth.checked_sub(1)?;
    before.iter().rposition(|other| other.depth == depth)
}

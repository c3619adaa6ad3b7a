//! The time line of a call: what happened, in the order of time, each thing below the command that was
//! running, and what never ran.

use super::styled_text::{Text, instant};
use crate::flow::EntryState;
use crate::record::{Answered, Audio, AudioSegment, Extent, Key, Outline};

mod row;

/// The shortest silence that is shown, in milliseconds: what is shorter lies between any two
/// commands.
const SILENCE: u64 = 500;

/// A row of the time line.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Row {
    /// When, in milliseconds since the call was created; absent for what never was.
    pub at: Option<u64>,
    /// When by the clock, where that is to be shown instead.
    pub clock: Option<String>,
    /// For how long; absent where that has no meaning, or no end.
    pub lasts: Option<u64>,
    /// Inside how many rows it stands.
    pub level: usize,
    /// The entry of the log that it shows.
    pub entry: Option<usize>,
    /// Whether its time is that of a command still open.
    pub open: bool,
    /// Stands first, in one piece.
    pub(super) head: Text,
    /// Follows on the same line, and on more lines where it is long.
    pub(super) body: Text,
    /// Follows on the same line, cut where that line ends.
    pub(super) aside: Text,
    /// Each follows on the same line where it fits, else on lines of its own.
    pub(super) tail: Vec<Text>,
}

impl Row {
    /// When, as it is shown.
    pub(super) fn when(&self) -> String {
        let since = || self.at.map(instant).unwrap_or_default();
        self.clock.clone().unwrap_or_else(since)
    }

    /// What it says, without styles.
    pub fn plain(&self) -> String {
        let parts = [&self.head, &self.body, &self.aside];
        let parts = parts.into_iter().chain(&self.tail).map(Text::plain);
        let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }
}

/// All rows of a call, in order. `stopped` says when its simulation was stopped, if it was; `places`
/// where each entry stands in a file, as far as that is known.
pub fn rows(call: &Outline<'_>, stopped: Option<u64>, places: &[Option<String>]) -> Vec<Row> {
    let mut timeline = Timeline::new(call, stopped.unwrap_or_else(|| call.record.until()));
    timeline.commands();
    timeline.milestones();
    timeline.legs();
    timeline.heard();
    timeline.keys();
    timeline.said();
    timeline.write(stopped, places)
}

/// Something that happened.
#[derive(Clone, Debug)]
enum What {
    /// The call rang.
    Rings,
    /// The call was answered.
    Answered,
    /// A command ran: its entry.
    Command(usize),
    /// A leg was dialled: its index.
    Leg(usize),
    /// Something else was heard: its index.
    Heard(usize),
    /// A recording became available: its index.
    Recording(usize),
    /// Keys were pressed; whether a command listened.
    Keys(String, bool),
    /// The caller said something: its index.
    Said(usize),
}

/// Something that happened, in its place.
#[derive(Clone, Debug)]
struct Item {
    at: u64,
    lasts: Option<u64>,
    what: What,
}

struct Timeline<'a> {
    call: &'a Outline<'a>,
    /// The end of what is known.
    until: u64,
    /// For each entry when it began, and when it and all that is shown inside it ended.
    spans: Vec<(u64, u64)>,
    /// The instants at which entries begin and end, in order.
    borders: Vec<u64>,
    /// For each entry what was heard during all of it, by its index.
    joined: Vec<Option<usize>>,
    /// When the last of these commands ended: what was heard behind its sound is too short to be shown.
    joined_until: u64,
    /// What stands inside each entry.
    inside: Vec<Vec<Item>>,
    top: Vec<Item>,
}

impl<'a> Timeline<'a> {
    fn new(call: &'a Outline<'a>, until: u64) -> Self {
        let steps = &call.steps;
        let mut spans: Vec<_> = steps
            .iter()
            .map(|step| (step.from, step.to.unwrap_or(u64::MAX)))
            .collect();
        // Whatever is shown inside a command comes before what is shown behind it.
        for (index, step) in steps.iter().enumerate().rev() {
            if let Some(parent) = step.parent {
                spans[parent].1 = spans[parent].1.max(spans[index].1);
            }
        }
        let borders = steps.iter();
        let borders = borders.flat_map(|step| [step.from, step.to.unwrap_or(step.from)]);
        let mut borders: Vec<_> = borders.collect();
        borders.sort_unstable();
        Self {
            call,
            until,
            spans,
            borders,
            joined: vec![None; steps.len()],
            joined_until: 0,
            inside: vec![Vec::new(); steps.len()],
            top: Vec::new(),
        }
    }

    fn put(&mut self, parent: Option<usize>, at: u64, lasts: Option<u64>, what: What) {
        let item = Item { at, lasts, what };
        match parent {
            Some(parent) => self.inside[parent].push(item),
            None => self.top.push(item),
        }
    }

    /// The entry inside which something is shown that begins at an instant; what has an end of its
    /// own does not belong to a command that ends when it begins.
    fn around(&self, at: u64, has_end: bool) -> Option<usize> {
        let next = self.spans.partition_point(|span| span.0 <= at);
        let mut place = next.checked_sub(1);
        while let Some(inner) = place {
            let to = self.spans[inner].1;
            if to > at || (to == at && !has_end) {
                return Some(inner);
            }
            place = self.call.steps[inner].parent;
        }
        None
    }

    fn commands(&mut self) {
        let call = self.call;
        for step in &call.steps {
            let what = What::Command(step.entry);
            self.put(step.parent, step.from, step.took(), what);
        }
    }

    fn milestones(&mut self) {
        let record = self.call.record;
        let rang = record.at(record.leg.ringing);
        let may_have_rung = rang.is_some() || record.extent != Extent::All;
        if record.leg.is_outbound() {
            if let Some(at) = rang {
                self.put(None, at, None, What::Rings);
            }
        } else if let Some(end) = self.first_ringing().filter(|_| may_have_rung) {
            let at = rang.unwrap_or(0).min(end);
            self.put(None, at, Some(end - at), What::Rings);
        } else if let Some(at) = rang {
            self.put(None, at, None, What::Rings);
        }
        if let Answered::At(at) = self.call.answered {
            self.put(self.around(at, false), at, None, What::Answered);
        }
        for (index, recording) in record.recordings.iter().enumerate() {
            if let Some(at) = record.at(recording.available) {
                let parent = (at <= self.until).then(|| self.around(at, false)).flatten();
                self.put(parent, at, None, What::Recording(index));
            }
        }
    }

    /// When the ringing ends that is heard before the flow begins.
    fn first_ringing(&self) -> Option<u64> {
        let first = self.call.heard.first()?;
        let begins = self.spans.first().map_or(u64::MAX, |span| span.0);
        (first.what == Audio::Ringing).then_some(first.to.min(begins))
    }

    /// Keys pressed one after the other are one row, unless something happens between them.
    fn keys(&mut self) {
        /// Milliseconds.
        const APART: u64 = 1000;
        let mut last = None;
        let keys = self.call.record.keys.as_deref().unwrap_or_default();
        for &Key { at, key, is_heard } in keys {
            let parent = self.around(at, false);
            let entries = self.spans.partition_point(|span| span.0 <= at);
            let here = (is_heard, parent, entries);
            let follows = last.is_some_and(|(when, there)| at <= when + APART && there == here);
            last = Some((at, here));
            let items = match parent {
                Some(parent) => &mut self.inside[parent],
                None => &mut self.top,
            };
            match items.last_mut() {
                Some(Item {
                    what: What::Keys(keys, _),
                    ..
                }) if follows => keys.push(key),
                _ => self.put(parent, at, None, What::Keys(key.to_string(), is_heard)),
            }
        }
    }

    fn said(&mut self) {
        for (index, said) in self.call.record.said.iter().enumerate() {
            let parent = self.around(said.at, false);
            self.put(parent, said.at, None, What::Said(index));
        }
    }

    fn legs(&mut self) {
        let call = self.call;
        let mut owners = vec![None; call.record.dialled.len()];

        for dial in &call.dials {
            for attempt in &dial.attempts {
                owners[attempt.leg] = Some(dial.entry);
            }
        }
        for (index, (leg, owner)) in call.record.dialled.iter().zip(owners).enumerate() {
            let at = call.record.at(leg.created).unwrap_or(0);
            let until = call.record.at(leg.live.or(leg.hangup));
            let parent = owner.or_else(|| self.around(at, false));
            let lasts = until.map(|until| until.saturating_sub(at));
            self.put(parent, at, lasts, What::Leg(index));
        }
    }

    fn heard(&mut self) {
        let call = self.call;
        let ringing = self.first_ringing();
        for (index, hearing) in call.heard.iter().enumerate() {
            let from = match (index, ringing) {
                (0, Some(end)) => end,
                _ => hearing.from,
            };
            if from >= hearing.to {
                continue;
            }
            match hearing.what {
                Audio::Silence | Audio::Ringing | Audio::Hold => {
                    self.background(index, hearing, from);
                }
                Audio::Unknown if hearing.to - from < SILENCE => {}
                _ => self.sound(index, from, hearing.to),
            }
        }
    }

    /// What goes on under several commands is shown in each of them that it is heard in long enough.
    fn background(&mut self, index: usize, hearing: &AudioSegment, from: u64) {
        let from = from.max(self.joined_until);
        if from >= hearing.to {
            return;
        }
        let first = self.borders.partition_point(|&at| at <= from);
        let behind = self.borders.partition_point(|&at| at < hearing.to);
        let inside = self.borders.get(first..behind).unwrap_or_default();
        let borders = std::iter::once(from).chain(inside.iter().copied());
        let borders: Vec<_> = borders.chain([hearing.to]).collect();
        let pieces = borders.windows(2).map(|piece| (piece[0], piece[1]));
        let long: Vec<_> = pieces.filter(|(from, to)| to - from >= SILENCE).collect();
        if long.is_empty() && hearing.to - from >= SILENCE {
            self.sound(index, from, hearing.to);
        }
        for (from, to) in long {
            self.sound(index, from, to);
        }
    }

    /// Shows a sound: in the row of a command that it is heard all the time of, or in one of its own.
    fn sound(&mut self, index: usize, from: u64, to: u64) {
        let parent = self.around(from, true);
        let what = &self.call.heard[index].what;
        if let Some(entry) = parent
            && !matches!(what, Audio::Bridge(_) | Audio::RingBack)
            && self.is_all_of(entry, from, to)
            && self.joined[entry].is_none()
        {
            self.joined[entry] = Some(index);
            self.joined_until = self.call.steps[entry].to.unwrap_or(self.until);
            return;
        }
        self.put(parent, from, Some(to - from), What::Heard(index));
    }

    /// Whether a sound is heard all the time that a command runs, but for what is too short to be shown.
    fn is_all_of(&self, entry: usize, from: u64, to: u64) -> bool {
        let step = &self.call.steps[entry];
        let is_open = step.state == EntryState::Queued;
        let end = step.to.unwrap_or(self.until);
        from == step.from && end.abs_diff(to) < SILENCE && is_open == step.to.is_none()
    }

    /// Writes all rows without recursion: a log may be nested deeply.
    fn write(mut self, stopped: Option<u64>, places: &[Option<String>]) -> Vec<Row> {
        self.top.sort_by_key(|item| item.at);
        for inside in &mut self.inside {
            inside.sort_by_key(|item| item.at);
        }
        let mut rows = Vec::new();
        let mut open: Vec<(Option<usize>, usize)> = vec![(None, 0)];
        while let Some((parent, next)) = open.pop() {
            let list = parent.map_or(&self.top, |parent| &self.inside[parent]);
            let level = open.len();
            let Some(item) = list.get(next) else {
                let unseen = parent.map_or(&[][..], |parent| &self.call.steps[parent].unseen);
                rows.extend(unseen.iter().map(|one| Row {
                    level,
                    ..row::unseen(one)
                }));
                continue;
            };
            open.push((parent, next + 1));
            rows.push(Row {
                at: Some(item.at).filter(|_| self.is_timed(item)),
                lasts: item.lasts,
                level,
                ..self.row(item, places)
            });
            if let What::Command(entry) = item.what {
                open.push((Some(entry), 0));
            }
        }
        // What comes to pass behind the call's end stands behind its row.
        let ended = stopped.or(self.call.record.hung_up());
        let end = row::end(self.call, stopped).map(|end| Row { at: ended, ..end });
        if let Some(end) = end {
            let is_behind = |row: &&Row| row.level == 0 && row.at > end.at;
            let behind = rows.iter().rev().take_while(is_behind).count();
            rows.insert(rows.len() - behind, end);
        }
        rows
    }

    /// Whether it is known when it was.
    fn is_timed(&self, item: &Item) -> bool {
        match item.what {
            What::Command(entry) => self.call.steps[entry].is_timed,
            _ => true,
        }
    }

    fn row(&self, item: &Item, places: &[Option<String>]) -> Row {
        let call = self.call;
        match &item.what {
            What::Rings => row::rings(call),
            What::Answered => row::answered(),
            What::Command(entry) => {
                let heard = self.joined[*entry].map(|heard| &call.heard[heard].what);
                let place = places.get(*entry).and_then(Option::as_deref);
                row::command(call, *entry, heard, place)
            }
            What::Leg(leg) => row::leg(call, *leg),
            What::Heard(heard) => row::heard(call, &call.heard[*heard]),
            What::Recording(recording) => row::recording(&call.record.recordings[*recording]),
            What::Keys(keys, is_heard) => row::keys(keys, *is_heard),
            What::Said(said) => row::said(&call.record.said[*said]),
        }
    }
}

//! Two calls side by side from where they part: the rows of both time lines.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::effect::Consequence;
use super::styled_text::{BOLD, DIM, GOOD, OPEN, PLAIN, Text, clean};
use super::table::{column, narrow_lines, rails};
use super::timeline::{self, Row};
use super::{Look, Screen};
use crate::alignment::{Step as PairingStep, same_items};
use crate::diff::Pairing;
use crate::record::{Outline, Record, Step};
use crate::simulate::Run;

/// The narrowest column.
const NARROWEST: usize = 32;

/// Writes a call and what would be of it, what that comes to, and notes below.
///
/// # Errors
///
/// Those of `out`.
pub fn write(
    calls: [&Run; 2],
    pairing: &Pairing,
    consequence: &Consequence,
    notes: &[String],
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut screen = Screen::new(look, out);
    let [was, would_be] = calls.map(Shown::of);
    let parting = Parting::of([&was, &would_be], pairing);
    let leg = &was.call.record.leg;
    let who = |who: &Option<Box<str>>| who.as_deref().map(clean).unwrap_or_default();
    let parties = format!("{} → {}", who(&leg.from), who(&leg.to));
    screen.line(&Text::of(BOLD, parties))?;
    if parting.is_none() && was.end() == would_be.end() && was.call.heard == would_be.call.heard {
        screen.rows(&was.rows, super::FIRST, super::LAST)?;
        if notes.is_empty() {
            return screen.line(&Text::of(GOOD, "the same call in every entry and sound"));
        }
        return screen.notes(notes);
    }
    let from = was.row_of(parting.as_ref().and_then(|parting| parting.steps[0]));
    screen.rows(&was.rows[..from], super::FIRST, super::LAST)?;
    screen.blank()?;
    screen.line(&Text::of(OPEN, parting_words([&was, &would_be], pairing)))?;
    let names = ["real call", "changed call"];
    screen.columns([&was, &would_be], parting.as_ref(), pairing, names)?;
    screen.blank()?;
    screen.paragraph(&consequence.text(), 0, 2)?;
    screen.notes(notes)
}

/// Writes two calls from where they part.
///
/// # Errors
///
/// Those of `out`.
pub(super) fn records(
    calls: [&Record; 2],
    names: [&str; 2],
    screen: &mut Screen<'_>,
) -> io::Result<()> {
    let pairing = Pairing::of(calls);
    let [first, second] = calls.map(Shown::of_record);
    let parting = Parting::of([&first, &second], &pairing);
    screen.columns([&first, &second], parting.as_ref(), &pairing, names)
}

/// Where two calls part, in a line.
pub fn parting(was: &Run, would_be: &Run, pairing: &Pairing) -> String {
    parting_words([&Shown::of(was), &Shown::of(would_be)], pairing)
}

/// A call with its rows.
struct Shown<'r> {
    call: Outline<'r>,
    rows: Vec<Row>,
}

impl<'r> Shown<'r> {
    fn of(run: &'r Run) -> Self {
        let call = Outline::of(&run.record);
        let rows = timeline::rows(&call, run.limit.as_ref().map(|_| run.ended), &[]);
        Self { call, rows }
    }

    fn of_record(record: &'r Record) -> Self {
        let call = Outline::of(record);
        let rows = timeline::rows(&call, None, &[]);
        Self { call, rows }
    }

    fn end(&self) -> (Option<u64>, Option<crate::channel::cause::Cause>) {
        (self.call.record.ended(), self.call.record.leg.cause())
    }

    /// The row of an entry; that behind all entries where there is none.
    fn row_of(&self, entry: Option<usize>) -> usize {
        let is_it = |row: &Row| match entry {
            Some(entry) => row.entry.is_some_and(|other| other >= entry),
            None => false,
        };
        let behind = || {
            let last = self.rows.iter().rposition(|row| row.entry.is_some());
            last.map_or(0, |last| last + 1)
        };
        self.rows.iter().position(is_it).unwrap_or_else(behind)
    }
}

fn parting_words(calls: [&Shown<'_>; 2], pairing: &Pairing) -> String {
    let parting = Parting::of(calls, pairing);
    let path = |call: usize| {
        let step = calls[call].call.steps.get(parting.as_ref()?.only[call]?)?;
        Some(clean(&step.path))
    };
    match (path(0), path(1)) {
        (Some(was), Some(would_be)) if was == would_be => format!("they differ from {was} on"),
        (Some(was), Some(would_be)) => {
            format!("they differ from {was} on, which is {would_be} on the right")
        }
        (Some(was), None) => format!("they differ from {was} on, which only runs on the left"),
        (None, Some(would_be)) => {
            format!("they differ from {would_be} on, which only runs on the right")
        }
        (None, None) => "they differ after the last command".to_owned(),
    }
}

/// Where two calls part.
struct Parting {
    /// The entry of each from which on they differ; none behind all of its entries.
    steps: [Option<usize>; 2],
    /// The entries that differ; none where only the other call has one.
    only: [Option<usize>; 2],
}

impl Parting {
    /// The first moment at which two calls part; none where they part behind all entries, or
    /// nowhere. What is open then and ends differently later parts because of what parted before
    /// it.
    fn of([was, would_be]: [&Shown<'_>; 2], pairing: &Pairing) -> Option<Self> {
        let lasts = |step: &Step, shown: &Shown<'_>| {
            let end = step.to.unwrap_or_else(|| shown.call.record.until());
            end.saturating_sub(step.from)
        };
        let (one, other) = (&was.call.steps, &would_be.call.steps);
        let mut first: Option<(u64, Self)> = None;
        // Of commands that part together the innermost is why the others do.
        let mut add = |at: u64, steps, only| {
            if first.as_ref().is_none_or(|(earliest, _)| at <= *earliest) {
                first = Some((at, Self { steps, only }));
            }
        };
        let is_apart = |step: &PairingStep| !matches!(step, PairingStep::Both(..));
        let mut next = [0, 0];
        for steps in pairing
            .steps
            .chunk_by(|step, next| is_apart(step) && is_apart(next))
        {
            let is_there = |at: usize, all: &[Step]| (at < all.len()).then_some(at);
            let here = [is_there(next[0], one), is_there(next[1], other)];
            if let [PairingStep::Both(a, b)] = *steps {
                next = [a + 1, b + 1];
                let (a, b) = (&one[a], &other[b]);
                let (lasted, would_last) = (lasts(a, was), lasts(b, would_be));
                if a.state != b.state || a.reason != b.reason || lasted != would_last {
                    let at = a.from.saturating_add(lasted.min(would_last));
                    add(at, here, [Some(a.entry), Some(b.entry)]);
                }
                continue;
            }
            let mut only = [None, None];
            for step in steps {
                match *step {
                    PairingStep::First(a) | PairingStep::Gap(a, _) => {
                        only[0].get_or_insert(a);
                        next[0] = a + 1;
                    }
                    PairingStep::Second(b) => {
                        only[1].get_or_insert(b);
                        next[1] = b + 1;
                    }
                    PairingStep::Both(..) => {}
                }
            }
            let instants = [only[0].map(|a| one[a].from), only[1].map(|b| other[b].from)];
            if let Some(at) = instants.into_iter().flatten().min() {
                add(at, here, only);
            }
        }
        let first = first.map(|(_, parting)| parting);
        let moved = || {
            let mut pairs = pairing.steps.iter();
            pairs.find_map(|step| match *step {
                PairingStep::Both(a, b) if one[a].from != other[b].from => Some(Self {
                    steps: [Some(a), Some(b)],
                    only: [Some(a), Some(b)],
                }),
                _ => None,
            })
        };
        first.or_else(moved)
    }
}

/// What says which row of the other call a row is.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum RowKey {
    /// That of an entry of both calls, by its index in the first.
    Both(usize),
    /// That of an entry of one call.
    Only(usize, usize),
    /// Another one, by what it says.
    Saying(String),
}

impl Screen<'_> {
    /// Writes notes below a call.
    fn notes(&mut self, notes: &[String]) -> io::Result<()> {
        for note in notes {
            self.blank()?;
            self.paragraph(&Text::of(OPEN, "note: ").and(PLAIN, clean(note)), 0, 2)?;
        }
        Ok(())
    }

    /// Writes the rows of two calls from where they part, those of one command side by side.
    fn columns(
        &mut self,
        calls: [&Shown<'_>; 2],
        parting: Option<&Parting>,
        pairing: &Pairing,
        names: [&str; 2],
    ) -> io::Result<()> {
        let width = (self.width.saturating_sub(3) / 2).max(NARROWEST);
        let [left, right] = names.map(|name| Text::of(BOLD, clean(name)).cut(width));
        self.pair(&left, &right, width)?;
        let instants = calls
            .iter()
            .map(|call| column(&call.rows))
            .max()
            .unwrap_or(7);
        let rows = [0, 1].map(|call| {
            let entry = parting.and_then(|parting| parting.steps[call]);
            let shown = calls[call];
            &shown.rows[shown.row_of(entry)..]
        });
        let [left, right] = rows.map(|rows| {
            let levels: Vec<_> = rows.iter().map(|row| row.level).collect();
            let rails = rails(&levels);
            let lines = rows
                .iter()
                .zip(&rails)
                .enumerate()
                .map(|(index, (row, rails))| {
                    let holds = rows
                        .get(index + 1)
                        .is_some_and(|next| next.level > row.level);
                    narrow_lines(row, rails, holds, instants, width)
                });
            lines.collect::<Vec<_>>()
        });
        let [first, second] = keys(rows, pairing);
        let steps = same_items(&first, &second);
        let is_apart = |step: &PairingStep| !matches!(step, PairingStep::Both(..));
        let empty = Text::default();
        for steps in steps.chunk_by(|step, next| is_apart(step) && is_apart(next)) {
            let (mut own, mut other) = (Vec::new(), Vec::new());
            for step in steps {
                match *step {
                    PairingStep::Both(a, b) => {
                        own.extend(&left[a]);
                        other.extend(&right[b]);
                    }
                    PairingStep::First(a) | PairingStep::Gap(a, _) => own.extend(&left[a]),
                    PairingStep::Second(b) => other.extend(&right[b]),
                }
            }
            for index in 0..own.len().max(other.len()) {
                let (left, right) = (own.get(index), other.get(index));
                self.pair(left.unwrap_or(&&empty), right.unwrap_or(&&empty), width)?;
            }
        }
        Ok(())
    }

    fn pair(&mut self, left: &Text, right: &Text, width: usize) -> io::Result<()> {
        let (left, right) = (left.clone().cut(width), right.clone().cut(width));
        let blanks = width.saturating_sub(left.width());
        self.text(&left)?;
        self.text(&Text::of(DIM, format!("{} │", " ".repeat(blanks))))?;
        if !right.is_empty() {
            self.text(&Text::of(DIM, " "))?;
        }
        self.line(&right)
    }
}

/// What says of each row which of the other call it is.
fn keys(rows: [&[Row]; 2], pairing: &Pairing) -> [Vec<RowKey>; 2] {
    let pairs = pairing.steps.iter().filter_map(|step| match step {
        PairingStep::Both(first, second) => Some((*second, *first)),
        _ => None,
    });
    let first_of: BTreeMap<usize, usize> = pairs.collect();
    let paired: BTreeSet<usize> = first_of.values().copied().collect();
    let key = |call: usize, row: &Row| {
        let Some(entry) = row.entry else {
            return RowKey::Saying(row.plain());
        };
        let first = match call {
            0 => paired.get(&entry),
            _ => first_of.get(&entry),
        };
        first.map_or(RowKey::Only(call, entry), |first| RowKey::Both(*first))
    };
    [0, 1].map(|call| rows[call].iter().map(|row| key(call, row)).collect())
}

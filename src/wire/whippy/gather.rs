//! Gathers the events of each call into one record, and says what is odd about them.

use std::borrow::Cow;
use std::collections::HashMap;

use super::event::{self, Events, Stage};
use super::read::EventRow;
use super::{body, keys, odd, status};
use crate::channel::CallState;
use crate::record::{
    Direction, EndWord, EndedBy, Extent, Json, Lacks, Leg, Published, Record, VendorField,
};
use crate::wire::unlike;

/// What one event tells.
#[derive(Debug)]
pub(super) struct Told<'a> {
    pub(super) row: EventRow,
    /// The name of the event.
    pub(super) name: Option<Box<str>>,
    /// The event as it was written, without blanks.
    pub(super) json: Cow<'a, str>,
    /// In which file, counted from 0: the order of events means something within one only.
    pub(super) file: usize,
}

/// The calls of a file.
#[derive(Debug, Default)]
pub(in crate::wire) struct Gathered {
    places: HashMap<Box<str>, usize>,
    calls: Vec<Vec<Told<'static>>>,
    file: usize,
}

impl Gathered {
    /// The events of another file follow.
    pub(in crate::wire) fn begin_file(&mut self) {
        self.file += 1;
    }

    /// Takes in an event. Of one event nothing is kept but what it says.
    pub(super) fn add(&mut self, told: Told<'_>) {
        /// An event that was sent again is sent a few times.
        const MOST: usize = 32;
        let id = told.row.id.clone().unwrap_or_default();
        let place = *self.places.entry(id).or_insert_with(|| {
            self.calls.push(Vec::new());
            self.calls.len() - 1
        });
        let file = self.file;
        let Told {
            row, name, json, ..
        } = told;
        if self.calls[place].len() < MOST {
            self.calls[place].push(Told {
                row,
                name,
                json: json.into_owned().into(),
                file,
            });
        }
    }

    /// The calls, in the order in which they first appear.
    pub(in crate::wire) fn finish(self) -> impl Iterator<Item = Option<Record>> {
        self.calls.into_iter().map(|events| Some(record(&events)))
    }

    /// How many calls there are.
    pub(in crate::wire) fn len(&self) -> usize {
        self.calls.len()
    }
}

/// The record of a call.
fn record(events: &[Told<'_>]) -> Record {
    // The last of the latest stage tells most.
    let stage = |told: &&Told<'_>| (told.row.stage, told.row.body.is_some());
    let Some(base) = events.iter().max_by_key(stage) else {
        return Record::default();
    };
    let first = |get: fn(&EventRow) -> Option<&str>| {
        let own = get(&base.row).into_iter();
        let mut all = own.chain(events.iter().filter_map(|told| get(&told.row)));
        all.next().map(Into::into)
    };
    let row = &base.row;
    let status = row.status.as_deref().unwrap_or_default();
    let is_over = match row.stage {
        Some(stage) => stage > Stage::Started,
        None => status.starts_with(status::COMPLETED),
    };
    let word = status
        .strip_prefix(status::COMPLETED)
        .map(|rest| rest.strip_prefix('.').unwrap_or(rest));
    let known = word.and_then(status::named);
    let by = known.and_then(|known| known.by);
    // The user of a call that went out is who was called.
    let by = match by {
        Some(EndedBy::Caller) if row.direction == Some(Direction::Out) => Some(EndedBy::Callee),
        by => by,
    };
    // An event is made at the instant that it tells of (`whippy-times`).
    let mut started = events
        .iter()
        .filter(|told| told.row.stage == Some(Stage::Started));
    let live = started.find_map(|told| told.row.made);
    let moved = row.updated.filter(|at| Some(*at) != row.created);
    let leg = Leg {
        uuid: row.id.clone(),
        direction: row.direction,
        from: first(|row| row.from.as_deref()),
        to: first(|row| row.to.as_deref()),
        state: Some(if is_over {
            CallState::Hangup
        } else {
            CallState::Live
        }),
        created: row
            .created
            .or_else(|| events.iter().find_map(|told| told.row.created)),
        live,
        hangup: moved.filter(|_| is_over),
        cause: known.and_then(|known| known.cause).map(Into::into),
        ..Leg::default()
    };
    let text = first(|row| row.body.as_deref());
    let mut record = Record {
        leg,
        turns: Some(text.as_deref().map(body::turns).unwrap_or_default()),
        ended_by: by.filter(|_| is_over),
        end_word: word.filter(|_| is_over).map(|word| EndWord {
            word: word.into(),
            means: known.map(|known| known.means),
        }),
        attachments: row.attachments.clone(),
        vendor: row.vendor.clone(),
        extent: if row.is_whole {
            Extent::Some
        } else {
            Extent::Cut
        },
        lacks: Lacks {
            log: true,
            legs: true,
            recordings: true,
        },
        event: Some(Published {
            uuid: row.request_id.clone(),
            at: row.made,
            envelope: event::envelope(row.generation, row.stage.unwrap_or(Stage::Started)),
            ..Published::default()
        }),
        ..Record::default()
    };
    keep_written(events, row, &mut record);
    record.remarks = odd::remarks(events, &record);
    let mut written = Vec::new();
    let stage = row.stage.unwrap_or(Stage::Started);
    Events::new(&record, row.generation).write(stage, &mut written);
    let written = String::from_utf8(written).unwrap_or_default();
    record.other = unlike::compare(&written, &base.json);
    record.course = record.sorted_course();
    record
}

/// Keeps what the call itself has no place for: the digits behind the milliseconds, and the
/// identifiers of the requests.
fn keep_written(events: &[Told<'_>], row: &EventRow, record: &mut Record) {
    let mut keep = |key: &'static str, value: Json| {
        record.vendor.push(VendorField {
            vendor: keys::NAME,
            key,
            value,
        });
    };
    if let (Some(written), Some(created)) = (&row.created_written, row.created) {
        let plain = created.timestamp().strftime("%Y-%m-%dT%H:%M:%S%.6fZ");
        if plain.to_string() != **written {
            keep("created_at", Json::of(&**written));
        }
    }
    let ids = Stage::ALL.map(|stage| {
        let mut of_stage = events.iter().filter(|told| told.row.stage == Some(stage));
        of_stage.find_map(|told| told.row.request_id.clone())
    });
    let known: Vec<_> = ids.iter().flatten().collect();
    let is_one = known.windows(2).all(|pair| pair[0] == pair[1]);
    match (known.as_slice(), is_one) {
        ([], _) => {}
        ([one, ..], true) => keep("request_ids", Json::of(&[one])),
        _ => {
            let all = ids.map(Option::unwrap_or_default);
            keep("request_ids", Json::of(&all));
        }
    }
}

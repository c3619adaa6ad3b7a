//! Gathers the events of each call into one record, and says what is odd about them.

use super::event::{self, Events, Stage};
use super::read::{self, EventRow};
use super::{body, keys, odd, status};
use crate::channel::CallState;
use crate::fidelity::Platform;
use crate::record::{
    Direction, EndWord, EndedBy, Extent, Json, Lacks, Leg, LegCause, Published, Record, VendorField,
};
use crate::wire::Beyond;
use crate::wire::packed::{Kept, Unpacker};
use crate::wire::unlike;

/// What one event tells.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) row: EventRow,
    /// The name of the event.
    pub(super) name: Option<Box<str>>,
    /// In which file, counted from 0: the order of events means something within one only.
    pub(super) file: usize,
}

/// An event as it was written.
#[derive(Clone, Debug)]
pub(in crate::wire) struct KeptEvent {
    /// Without blanks.
    pub(in crate::wire) json: Kept,
    /// Whether all of it is there.
    pub(in crate::wire) is_whole: bool,
    /// In which file it stands, counted from 0.
    pub(in crate::wire) file: usize,
}

/// What the events of one call tell so far.
#[derive(Clone, Debug, Default)]
pub(in crate::wire) struct Call(Vec<KeptEvent>);

impl Call {
    /// An event that was sent again is sent a few times.
    const MOST: usize = 32;

    /// Takes in an event.
    pub(in crate::wire) fn add(&mut self, event: KeptEvent) {
        if self.0.len() < Self::MOST {
            self.0.push(event);
        }
    }

    /// Takes in what was told behind all this.
    pub(in crate::wire) fn append(&mut self, behind: Self) {
        behind.0.into_iter().for_each(|event| self.add(event));
    }

    /// The texts that are held.
    pub(in crate::wire) fn texts(&mut self) -> Box<dyn Iterator<Item = &mut Kept> + '_> {
        Box::new(self.0.iter_mut().map(|event| &mut event.json))
    }

    /// Its record.
    pub(in crate::wire) fn record(&self, beyond: Beyond, unpacker: &mut Unpacker) -> Record {
        let read = |event: &KeptEvent| {
            let (row, name) = read::row(&unpacker.text(&event.json), event.is_whole)?;
            let file = event.file;
            Some(Told { row, name, file })
        };
        let events: Vec<_> = self.0.iter().filter_map(read).collect();
        // The last of the latest stage tells most.
        let stage = |(_, told): &(usize, &Told)| (told.row.stage, told.row.body.is_some());
        let Some((base, told)) = events.iter().enumerate().max_by_key(stage) else {
            return Record::default();
        };
        let mut record = record(&events, told);
        if let (Beyond::Kept, Some(base)) = (beyond, self.0.get(base)) {
            let mut written = Vec::new();
            let stage = told.row.stage.unwrap_or(Stage::Started);
            Events::new(&record, told.row.generation).write(stage, &mut written);
            let written = String::from_utf8(written).unwrap_or_default();
            record.other = unlike::compare(&written, &unpacker.text(&base.json));
        }
        record.course = record.sorted_course();
        record
    }
}

/// The record of a call, of whose events one tells most.
fn record(events: &[Told], base: &Told) -> Record {
    let first = |get: fn(&EventRow) -> Option<&str>| {
        let own = get(&base.row).into_iter();
        let mut all = own.chain(events.iter().filter_map(|told| get(&told.row)));
        all.next().map(Into::into)
    };
    let row = &base.row;
    let status = row.status.as_deref().unwrap_or_default();
    let is_over = match row.stage {
        Some(stage) => stage > Stage::Started,
        None => status::word(status).is_some(),
    };
    let word = status::word(status);
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
        cause: known
            .and_then(|known| known.cause)
            .map(|cause| LegCause::on(Platform::default(), cause)),
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
            is_failure: known.is_some_and(status::EndStatus::is_failure),
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
            zone: row.lacks_zone,
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
    record
}

/// Keeps what the call itself has no place for: the digits behind the milliseconds, and the
/// identifiers of the requests.
fn keep_written(events: &[Told], row: &EventRow, record: &mut Record) {
    let mut keep = |key: &'static str, value: Json| {
        record.vendor.push(VendorField {
            vendor: keys::NAME,
            key,
            value,
        });
    };
    let status = row.status.as_deref().unwrap_or_default();
    if !status.starts_with(status::COMPLETED) && status::word(status).is_some() {
        keep("delivery_status", Json::of(status));
    }
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

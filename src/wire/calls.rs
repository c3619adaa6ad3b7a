//! The calls that events tell of. Each is read when it is asked for: of many calls only the events that
//! tell most are held, compressed.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::packed::{self, Unpacker};
use super::{opentact, whippy};
use crate::record::Record;

/// Calls, in the order in which they first appear.
#[derive(Debug, Default)]
pub struct Calls {
    places: HashMap<(Vendor, Arc<str>), usize>,
    all: Vec<Call>,
}

/// Whether a record holds what its event says beyond it, [`Record::other`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Beyond {
    /// It does.
    Kept,
    /// It does not, and is read sooner.
    LeftOut,
}

/// Who publishes events.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Vendor {
    Opentact,
    Whippy,
}

/// What is told of one call.
#[derive(Clone, Debug)]
struct Call {
    /// What its events name it by.
    id: Arc<str>,
    told: Told,
}

/// The same as its vendor has it.
#[derive(Clone, Debug)]
enum Told {
    Opentact(opentact::Call),
    Whippy(whippy::Call),
    /// Nothing: it is known.
    Known(Box<Record>),
}

impl Calls {
    /// How much memory the lists take when they grow: twice what they have, beside what they have.
    pub(super) fn growth(&self) -> usize {
        const PLACE: usize = size_of::<((Vendor, Arc<str>), usize)>() + 1;
        3 * self.all.capacity().max(self.places.capacity()) * (size_of::<Call>() + PLACE)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Their identifiers; that of a call that says none is empty.
    pub fn uuids(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(Call::uuid)
    }

    /// Leaves those whose identifiers begin so.
    pub fn choose(&mut self, uuid: &str) {
        self.choose_any(&[uuid]);
    }

    /// Leaves those whose identifiers begin with one of these.
    pub fn choose_any(&mut self, uuids: &[impl AsRef<str>]) {
        self.all.retain(|call| {
            let own = call.uuid();
            uuids.iter().any(|uuid| own.starts_with(uuid.as_ref()))
        });
    }

    /// Those of which something is made, and what that is, in their order.
    pub fn picked<T: Send>(
        &self,
        beyond: Beyond,
        make: impl Fn(Record) -> Option<T> + Sync,
    ) -> (Self, Vec<T>) {
        let mut all = Vec::new();
        let mut results = Vec::new();
        // A call whose event cannot be read again is not wanted.
        for (call, one) in self.all.iter().zip(self.each_or_none(beyond, make)) {
            if let Some(one) = one.flatten() {
                all.push(call.clone());
                results.push(one);
            }
        }
        let places = HashMap::new();
        (Self { places, all }, results)
    }

    /// Adds one that is known, behind all others.
    pub fn push(&mut self, record: Record) {
        let uuid = record.leg.uuid.as_deref().unwrap_or_default();
        self.all.push(Call {
            id: uuid.into(),
            told: Told::Known(record.into()),
        });
    }

    /// The first, if any.
    pub fn first(&self, beyond: Beyond) -> Option<Record> {
        let first = self.all.first().cloned();
        first?.record(beyond, &mut Unpacker::default())
    }

    /// What is made of each, in their order. Many are read side by side, a few of them at a time.
    pub fn each<T: Send>(
        &self,
        beyond: Beyond,
        make: impl Fn(Record) -> T + Sync,
    ) -> impl Iterator<Item = T> {
        self.each_or_none(beyond, make).flatten()
    }

    /// The same, with nothing for a call of which no record can be made.
    fn each_or_none<T: Send>(
        &self,
        beyond: Beyond,
        make: impl Fn(Record) -> T + Sync,
    ) -> impl Iterator<Item = Option<T>> {
        /// So many are read before the first is given.
        const WINDOW: usize = 128;
        /// So many are read one after the other: neighbours were compressed together.
        const SOME: usize = 16;
        self.all.chunks(WINDOW).flat_map(move |window| {
            let some = |calls: &[Call]| {
                let mut unpacker = Unpacker::default();
                let calls = calls.iter().cloned();
                let records = calls.map(|call| call.record(beyond, &mut unpacker));
                records.map(|record| record.map(&make)).collect::<Vec<_>>()
            };
            if window.len() <= SOME {
                some(window)
            } else {
                window.par_chunks(SOME).flat_map_iter(some).collect()
            }
        })
    }

    /// All of them.
    pub fn into_records(self) -> Vec<Record> {
        let mut unpacker = Unpacker::default();
        let calls = self.all.into_iter();
        calls
            .filter_map(|call| call.record(Beyond::Kept, &mut unpacker))
            .collect()
    }

    /// Takes in an event of Opentact. One that belongs to no call is left out.
    pub(super) fn add_opentact(&mut self, event: opentact::Event<'_>, keeps_record: bool) {
        let Some(id) = event.call() else { return };
        if let Told::Opentact(call) = self.of(Vendor::Opentact, id.into()) {
            call.add(event, keeps_record);
        }
    }

    /// Takes in an event of Whippy.
    pub(super) fn add_whippy(&mut self, id: &str, event: whippy::KeptEvent) {
        if let Told::Whippy(call) = self.of(Vendor::Whippy, id.into()) {
            call.add(event);
        }
    }

    /// What is told of a call so far.
    fn of(&mut self, vendor: Vendor, id: Arc<str>) -> &mut Told {
        let key = (vendor, Arc::clone(&id));
        let place = *self.places.entry(key).or_insert_with(|| {
            let told = match vendor {
                Vendor::Opentact => Told::Opentact(opentact::Call::default()),
                Vendor::Whippy => Told::Whippy(whippy::Call::default()),
            };
            self.all.push(Call { id, told });
            self.all.len() - 1
        });
        &mut self.all[place].told
    }

    /// Takes in what was told behind all this.
    pub(super) fn append(&mut self, behind: Self) {
        for call in behind.all {
            let vendor = match &call.told {
                Told::Opentact(_) => Vendor::Opentact,
                Told::Whippy(_) => Vendor::Whippy,
                Told::Known(_) => {
                    self.all.push(call);
                    continue;
                }
            };
            match (self.of(vendor, call.id), call.told) {
                (Told::Opentact(known), Told::Opentact(more)) => known.append(more),
                (Told::Whippy(known), Told::Whippy(more)) => known.append(more),
                _ => {}
            }
        }
    }

    /// Compresses what is held of them.
    pub(super) fn pack(&mut self) {
        let all = self.all.iter_mut();
        packed::pack(all.flat_map(|call| match &mut call.told {
            Told::Opentact(call) => call.texts(),
            Told::Whippy(call) => call.texts(),
            Told::Known(_) => Box::new(std::iter::empty()),
        }));
    }

    /// No more is told.
    pub(super) fn end(&mut self) {
        self.places = HashMap::new();
        // Of some there is only what others say of them.
        self.all.retain(|call| match &call.told {
            Told::Opentact(call) => call.is_shown(),
            Told::Whippy(_) | Told::Known(_) => true,
        });
    }
}

impl Call {
    fn uuid(&self) -> &str {
        match &self.told {
            Told::Opentact(call) if !call.says_uuid() => "",
            _ => &self.id,
        }
    }

    fn record(self, beyond: Beyond, unpacker: &mut Unpacker) -> Option<Record> {
        match self.told {
            Told::Opentact(call) => call.record(beyond, unpacker),
            Told::Whippy(call) => Some(call.record(beyond, unpacker)),
            Told::Known(record) => Some(*record),
        }
    }
}

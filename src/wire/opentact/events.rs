//! The events of a call, one after the other, each as the call stood then.
//!
//! Every event holds the whole log again. So what does not change is written once: an entry that has
//! ended, the row of a leg between two changes, the account.

use std::fmt;

use super::Envelope;
use super::event::{PartiesJson, Shape, Told};
use super::row::{self, Row};
use crate::channel::{CallState, timing};
use crate::fidelity::{Assumption, Assumptions};
use crate::record::{Change, Direction, Identifiers, Of, Record, Snapshot, Stamp};

/// The most that the log of one event may have, in bytes: each entry holds its whole command, and a
/// document that is fetched is one.
pub const MOST_BYTES: usize = 128 << 20;

/// An event is larger than [`MOST_BYTES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "an event of the call is larger than {} MiB",
            MOST_BYTES >> 20
        )
    }
}

impl std::error::Error for TooLarge {}

/// Writes the events of a call in the order in which they are made.
#[derive(Debug)]
pub struct Events<'r> {
    call: Snapshot<'r>,
    envelope: Envelope,
    identifiers: Identifiers,
    parties: PartiesJson,
    /// What has been written; empty where it changed since.
    entries: Vec<Vec<u8>>,
    legs: Vec<Vec<u8>>,
    records: Vec<Vec<u8>>,
    count: usize,
    made: Stamp,
    present: Option<Made>,
    /// What was assumed in writing them.
    assumed: Assumptions,
}

/// An event that was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made {
    /// When.
    pub at: Stamp,
    /// What it tells of.
    pub change: Change,
}

impl<'r> Events<'r> {
    /// The events of a record that knows the course of its call.
    pub fn new(record: &'r Record, envelope: Envelope) -> Self {
        Self {
            call: Snapshot::new(record),
            envelope,
            identifiers: Identifiers::within(record.leg.uuid.as_deref().unwrap_or_default()),
            parties: PartiesJson::of(&record.parties),
            entries: Vec::new(),
            legs: Vec::new(),
            records: Vec::new(),
            count: 0,
            made: Stamp(i64::MIN),
            present: None,
            assumed: Assumptions::default(),
        }
    }

    /// Goes on to the next event, and says what it tells of; nothing behind the last.
    pub fn advance(&mut self) -> Option<Made> {
        self.present = None;
        while let Some(moment) = self.call.advance() {
            if !self.take(moment.what) {
                continue;
            }
            let lag = self.lag(moment.what);
            self.made = moment.at.after(lag).max(self.made);
            self.count += 1;
            self.present = Some(Made {
                at: self.made,
                change: moment.what,
            });
            break;
        }
        self.present
    }

    /// The call as it stands when the event is made.
    pub fn call(&self) -> &Snapshot<'r> {
        &self.call
    }

    /// What was assumed in writing them so far.
    pub fn assumed(&self) -> Assumptions {
        self.assumed
    }

    fn assume(&mut self, change: Change) {
        let leg = match change {
            Change::Leg(index, _) => &self.call.dialled()[index],
            _ => self.call.leg(),
        };
        let is_above = leg.cause().is_some_and(|cause| !cause.is_q850());
        let by_change = match change {
            Change::Ended(_) => Some(Assumption::CallFlowPayload),
            Change::Recorded(_) => Some(Assumption::RecordRow),
            _ => None,
        };
        let always = [
            Assumption::EventLag,
            Assumption::PayloadDuration,
            Assumption::FreeswitchStates,
        ];
        let is_old = self.envelope == Envelope::Y2022;
        let more = [
            by_change,
            is_above.then_some(Assumption::Q850Above127),
            is_old.then_some(Assumption::OldEnvelope),
        ];
        for assumption in always.into_iter().chain(more.into_iter().flatten()) {
            self.assumed.insert(assumption);
        }
    }

    /// Takes a change in; whether an event tells of it.
    fn take(&mut self, what: Change) -> bool {
        match what {
            Change::State(_) => true,
            Change::Began(_) => {
                self.entries.push(Vec::new());
                false
            }
            Change::Ended(entry) => {
                self.entries[entry].clear();
                true
            }
            Change::Dialled(_) => {
                self.legs.push(Vec::new());
                false
            }
            Change::Leg(leg, state) => {
                self.legs[leg].clear();
                // `offline` is seen on rows only (observed).
                state != CallState::Offline
            }
            Change::Recorded(index) => {
                self.records
                    .push(self.call.record().recordings[index].to_json());
                true
            }
        }
    }

    /// How long after its cause an event is made, in milliseconds. The record may know it of the
    /// last one.
    fn lag(&self, what: Change) -> u64 {
        let record = self.call.record();
        if what == Change::State(CallState::Destroyed)
            && let Some(event) = &record.event
            && let (Some(made), Some(gone)) = (event.at, record.leg.destroyed)
        {
            return made.since(gone);
        }
        let (state, leg) = match what {
            Change::State(state) => (state, self.call.leg()),
            Change::Leg(index, state) => (state, &self.call.dialled()[index]),
            _ => return timing::LAG,
        };
        match (state, leg.direction) {
            (CallState::Init, _) => timing::LAG_INIT,
            (CallState::Live, _) => timing::LAG_LIVE,
            (CallState::Hangup, Some(Direction::Out)) => timing::LAG_HANGUP,
            (CallState::Destroyed, _) => timing::LAG_DESTROYED,
            _ => timing::LAG,
        }
    }

    /// Writes the event that was gone on to; nothing before the first.
    ///
    /// # Errors
    ///
    /// The event is larger than [`MOST_BYTES`], and nothing of it is written.
    pub fn write(&mut self, out: &mut Vec<u8>) -> Result<(), TooLarge> {
        let Some(Made { at, change }) = self.present else {
            return Ok(());
        };
        self.assume(change);
        let record = self.call.record();
        let uuid = self.identifiers.uuid(Of::Event(self.count - 1));
        let (leg, parent) = match change {
            Change::Leg(index, _) => (&self.call.dialled()[index], Some(self.call.leg())),
            _ => (self.call.leg(), record.parent.as_ref()),
        };
        let shape = Shape {
            uuid: Some(&uuid),
            made: Some(at),
            told: Told::State,
            leg,
            parent,
            parties: &self.parties,
            logs: &[],
            records: &[],
            children: &[],
        };
        // A dialled leg has neither log nor legs of its own.
        if matches!(change, Change::Leg(..)) {
            shape.write(self.envelope, out);
            return Ok(());
        }
        let mut size = 0;
        for (index, json) in self.entries.iter_mut().enumerate() {
            if json.is_empty() {
                *json = row::entry(&self.call.entry(index));
            }
            size += json.len();
            if size > MOST_BYTES {
                return Err(TooLarge);
            }
        }
        for (json, leg) in self.legs.iter_mut().zip(self.call.dialled()) {
            if json.is_empty() {
                *json = row::leg(leg);
            }
        }
        let told = match change {
            Change::Ended(index) => Told::Command(&record.log[index], &self.entries[index]),
            Change::Recorded(index) => {
                Told::Recording(&record.recordings[index], &self.records[index])
            }
            _ => Told::State,
        };
        let shape = Shape {
            told,
            logs: &self.entries,
            records: &self.records,
            children: &self.legs,
            ..shape
        };
        shape.write(self.envelope, out);
        Ok(())
    }
}

/// Goes on to the last event of a call, which says that its leg is gone.
fn last_of(record: &Record, envelope: Envelope) -> Option<(Events<'_>, Made)> {
    let mut events = Events::new(record, envelope);
    while let Some(made) = events.advance() {
        if made.change == Change::State(CallState::Destroyed) {
            return Some((events, made));
        }
    }
    None
}

/// Writes the last event of a call, which says that its leg is gone; whether there is one.
///
/// # Errors
///
/// It is larger than [`MOST_BYTES`].
pub fn last(record: &Record, envelope: Envelope, out: &mut Vec<u8>) -> Result<bool, TooLarge> {
    match last_of(record, envelope) {
        Some((mut events, _)) => events.write(out).map(|()| true),
        None => Ok(false),
    }
}

/// When the last event is made that tells of the state of a call: that its leg is gone, unless the
/// record does not go as far.
pub fn last_made(record: &Record) -> Option<Stamp> {
    let mut events = Events::new(record, Envelope::default());
    let mut last = None;
    while let Some(made) = events.advance() {
        if let Change::State(_) = made.change {
            last = Some(made.at);
        }
    }
    last
}

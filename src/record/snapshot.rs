//! A call as it stood at some moment of its course.

use super::{Change, Entry, Leg, Moment, Record, Stamp, Status, Subject};
use crate::channel::CallState;
use crate::flow::{self, EntryState};

/// A call as it stood at some moment of its course.
#[derive(Clone, Debug)]
pub struct Snapshot<'r> {
    record: &'r Record,
    next: usize,
    leg: Leg,
    /// The legs that had been created.
    dialled: Vec<Leg>,
    /// For each command that had begun whether it had ended.
    ended: Vec<bool>,
    /// How many recordings were available.
    recordings: usize,
}

impl<'r> Snapshot<'r> {
    /// A call that has just been created.
    pub fn new(record: &'r Record) -> Self {
        Self {
            record,
            next: 0,
            leg: created(&record.leg),
            dialled: Vec::new(),
            ended: Vec::new(),
            recordings: 0,
        }
    }

    /// Goes on to the next moment; nothing behind the last.
    pub fn advance(&mut self) -> Option<Moment> {
        let moment = *self.record.course.get(self.next)?;
        self.next += 1;
        match moment.what {
            Change::State(state) => enter(&mut self.leg, &self.record.leg, state, moment.at),
            Change::Began(_) => self.ended.push(false),
            Change::Ended(entry) => self.ended[entry] = true,
            Change::Dialled(leg) => self.dialled.push(created(&self.record.dialled[leg])),
            Change::Leg(leg, state) => {
                let last = &self.record.dialled[leg];
                enter(&mut self.dialled[leg], last, state, moment.at);
            }
            Change::Recorded(_) => self.recordings += 1,
        }
        Some(moment)
    }

    /// The record.
    pub fn record(&self) -> &'r Record {
        self.record
    }

    /// The leg that the record is about.
    pub fn leg(&self) -> &Leg {
        &self.leg
    }

    /// The legs that had been created.
    pub fn dialled(&self) -> &[Leg] {
        &self.dialled
    }

    /// How many commands had begun.
    pub fn entries(&self) -> usize {
        self.ended.len()
    }

    /// A command as it stood.
    pub fn entry(&self, index: usize) -> Entry {
        let entry = &self.record.log[index];
        match self.ended.get(index) {
            Some(true) => entry.clone(),
            _ => as_begun(entry),
        }
    }

    /// How many recordings were available.
    pub fn recordings(&self) -> usize {
        self.recordings
    }

    /// The record of the call up to then.
    pub fn to_record(&self) -> Record {
        let record = self.record;
        Record {
            leg: self.leg.clone(),
            dialled: self.dialled.clone(),
            log: (0..self.entries()).map(|index| self.entry(index)).collect(),
            recordings: record.recordings[..self.recordings].to_vec(),
            course: record.course[..self.next].to_vec(),
            ..record.clone()
        }
    }
}

impl Record {
    /// The call as it stood when its leg was gone, as the event says that tells of it; as it is where
    /// that never came.
    #[must_use]
    pub fn when_gone(&self) -> Self {
        let mut snapshot = Snapshot::new(self);
        while let Some(moment) = snapshot.advance() {
            if moment.what == Change::State(CallState::Destroyed) {
                return snapshot.to_record();
            }
        }
        self.clone()
    }

    /// The call as it stood when the event was made that another record of it was read from: the
    /// whole of it where the other holds what came behind its end.
    #[must_use]
    pub fn as_far_as(&self, other: &Self) -> Self {
        let Some(event) = &other.event else {
            return self.clone();
        };
        let last = match (event.subject, other.leg.state) {
            (Subject::Command(entry), _) => Change::Ended(entry),
            (Subject::Recording(index), _) => Change::Recorded(index),
            (Subject::State, Some(state)) => Change::State(state),
            (Subject::State, None) => return self.clone(),
        };
        let mut snapshot = Snapshot::new(self);
        while let Some(moment) = snapshot.advance() {
            // Other events may tell of recordings that this one does not hold yet.
            if moment.what == last && snapshot.recordings() >= other.recordings.len() {
                return snapshot.to_record();
            }
        }
        self.clone()
    }
}

/// A leg that has just been created.
fn created(leg: &Leg) -> Leg {
    Leg {
        state: Some(CallState::Init),
        changed: leg.created,
        duration: None,
        init: None,
        ringing: None,
        live: None,
        hangup: None,
        destroyed: None,
        cause: None,
        ..leg.clone()
    }
}

/// Takes a leg into a state; at its hang-up, with its cause.
fn enter(leg: &mut Leg, last: &Leg, state: CallState, at: Stamp) {
    leg.enter(state, at);
    if state.is_over() {
        leg.cause.clone_from(&last.cause);
    }
}

/// An entry as it stood when its command had just begun.
fn as_begun(entry: &Entry) -> Entry {
    Entry {
        changed: entry.began,
        status: Status {
            state: Some(EntryState::Queued),
            success: Some(false),
            reason: Some(flow::Status::QUEUED.reason.clone()),
        },
        ..entry.clone()
    }
}

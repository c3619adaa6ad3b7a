//! What a call has written. Nothing in it steers what happens.

use std::sync::Arc;

use super::stack::Stack;
use super::{CommandPlace, RunningDocument};
use crate::channel::cause::Cause;
use crate::channel::{CallState, Destination, FetchError, LegId, Reason, RecordingId};
use crate::fidelity::{Assumption, Assumptions};
use crate::flow::{EntryState as Status, NodeId};
use crate::record::{EndedBy, Redirect};

/// What a call has written. It only grows.
#[derive(Debug, Default)]
pub struct Trace {
    facts: Vec<Noted>,
    entries: usize,
    /// The open entries, innermost on top, with a mark below those of each block.
    open: Stack<What>,
    /// How many entries are open.
    depth: usize,
    /// The rows of the legs and recordings, by their slots.
    legs: Vec<usize>,
    recordings: Vec<usize>,
    leg_rows: usize,
    recording_rows: usize,
    assumed: Assumptions,
}

/// Something that happened, and when.
#[derive(Clone, Debug)]
pub struct Noted {
    /// Milliseconds since the call was created.
    pub at: u64,
    /// What happened.
    pub fact: Fact,
}

/// Something that happened. Entries, legs and recordings are named by their order, from 0.
#[derive(Clone, Debug)]
pub enum Fact {
    /// The inbound leg came into a state; at its hang-up, why.
    Inbound(CallState, Option<Cause>),
    /// A command began.
    Began {
        /// Its entry.
        entry: usize,
        /// The command.
        place: CommandPlace,
        /// How many commands are open around it.
        depth: usize,
    },
    /// A command ended.
    Ended {
        /// Its entry.
        entry: usize,
        /// Well, or not.
        status: Status,
        /// Why.
        reason: Reason,
        /// Whether its entry is updated (`entry-closes-on-exit`).
        is_written: bool,
    },
    /// A leg was created.
    Dialled {
        /// The leg.
        leg: usize,
        /// The caller ID that is sent.
        from: Box<str>,
        /// Where it goes.
        to: Destination,
    },
    /// A leg came into a state; at its hang-up, why.
    Leg(usize, CallState, Option<Cause>),
    /// A recording began.
    RecordingBegan {
        /// The recording.
        recording: usize,
        /// Its tag.
        tag: Option<Box<str>>,
        /// Whether it is transcribed.
        asr: bool,
    },
    /// A recording ended.
    RecordingEnded(usize),
    /// A recording became available.
    RecordingReady(usize),
    /// The caller, who was not answered, begins to hear something of the flow.
    EarlyMedia,
    /// A key was pressed.
    Key(char, KeyFate),
    /// The first key that was kept is heard now.
    KeptKeyHeard,
    /// The keys that were kept are lost.
    KeptKeysLost,
    /// A request was answered, or not.
    Fetched {
        /// The command that asked: its entry.
        entry: usize,
        /// Where from.
        url: Box<str>,
        /// The status of the reply, or why there was none.
        reply: Result<u16, FetchError>,
        /// Where the reply sent the request instead.
        redirect: Option<Redirect>,
    },
    /// The call ended.
    CallEnded(EndedBy),
}

/// What becomes of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyFate {
    /// A command listened for it.
    Heard,
    /// No command did, and it is lost.
    Lost,
    /// No command did, and it is kept for the next one that does.
    Kept,
}

impl Trace {
    /// How many facts there are.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The facts from an index on, in their order.
    pub fn since(&self, index: usize) -> &[Noted] {
        self.facts.get(index..).unwrap_or_default()
    }

    /// That of a fork: what is open stays so and entries are counted on, but nothing has happened.
    pub(super) fn fork(&self) -> Self {
        Self {
            facts: Vec::new(),
            entries: self.entries,
            open: self.open.clone(),
            depth: self.depth,
            legs: self.legs.clone(),
            recordings: self.recordings.clone(),
            leg_rows: self.leg_rows,
            recording_rows: self.recording_rows,
            assumed: self.assumed,
        }
    }

    /// How many commands have begun.
    pub fn entries(&self) -> usize {
        self.entries
    }

    /// The entries that are open, innermost first.
    pub fn open(&self) -> impl Iterator<Item = usize> {
        self.open.iter().filter_map(|what| match what {
            What::Entry { entry, .. } => Some(*entry),
            What::Block => None,
        })
    }

    /// How many legs have been dialled.
    pub fn leg_rows(&self) -> usize {
        self.leg_rows
    }

    /// The row of a dialled leg.
    pub fn leg_row(&self, leg: LegId) -> Option<usize> {
        self.legs.get(leg.0).copied()
    }

    /// The assumptions that have decided something so far.
    pub fn assumed(&self) -> Assumptions {
        self.assumed
    }

    pub(super) fn assume(&mut self, assumption: Assumption) {
        self.assumed.insert(assumption);
    }

    pub(super) fn assumed_mut(&mut self) -> &mut Assumptions {
        &mut self.assumed
    }

    pub(super) fn note(&mut self, at: u64, fact: Fact) {
        self.facts.push(Noted { at, fact });
    }

    /// A command begins.
    pub(super) fn begin(&mut self, at: u64, document: Arc<RunningDocument>, node: NodeId) {
        let (entry, depth) = (self.entries, self.depth);
        self.entries += 1;
        self.push(entry, None);
        let place = CommandPlace { document, node };
        self.note(
            at,
            Fact::Began {
                entry,
                place,
                depth,
            },
        );
    }

    fn push(&mut self, entry: usize, ending: Option<Reason>) {
        self.open.push(What::Entry { entry, ending });
        self.depth += 1;
    }

    fn pop(&mut self) -> Option<What> {
        let what = self.open.pop()?;
        self.depth -= usize::from(matches!(what, What::Entry { .. }));
        Some(what)
    }

    /// The innermost command ends. A container that is left open is not written again.
    pub(super) fn end(&mut self, at: u64, status: Status, reason: Reason, is_left_open: bool) {
        if let Some(What::Entry { entry, .. }) = self.pop() {
            let is_written = status == Status::Failed || !is_left_open || !self.has_inside(entry);
            self.note(
                at,
                Fact::Ended {
                    entry,
                    status,
                    reason,
                    is_written,
                },
            );
        }
    }

    /// Takes the innermost command off the pile; its entry.
    pub(super) fn take_innermost(&mut self) -> Option<usize> {
        match self.pop() {
            Some(What::Entry { entry, .. }) => Some(entry),
            _ => None,
        }
    }

    /// A command does its last act: it ends with the innermost block.
    pub(super) fn end_with_block(&mut self, entry: Option<usize>, reason: Reason) {
        if let Some(entry) = entry {
            self.push(entry, Some(reason));
        }
    }

    /// A block begins that has commands of its own to go on with.
    pub(super) fn open_block(&mut self) {
        self.open.push(What::Block);
    }

    /// Whether commands have run inside the innermost one, which has this entry.
    fn has_inside(&self, entry: usize) -> bool {
        self.entries > entry + 1
    }

    /// The innermost block ends, and with it the commands whose last act it was. Containers that are
    /// left open are not written again.
    pub(super) fn end_block(&mut self, at: u64, is_left_open: bool) {
        while let Some(What::Entry { entry, ending }) = self.pop() {
            self.assume(Assumption::SuccessReasons);
            let is_written = !is_left_open || !self.has_inside(entry);
            let reason = ending.unwrap_or_default();
            self.note(
                at,
                Fact::Ended {
                    entry,
                    status: Status::Success,
                    reason,
                    is_written,
                },
            );
        }
    }

    /// The call ended: what is open stays so.
    pub(super) fn leave_open(&mut self) {
        self.open.clear();
        self.depth = 0;
    }

    /// The innermost command's request was answered, or not.
    pub(super) fn fetched(
        &mut self,
        at: u64,
        url: &str,
        reply: Result<u16, FetchError>,
        redirect: Option<Redirect>,
    ) {
        let entry = self.open().next();
        if let Some(entry) = entry {
            let fetched = Fact::Fetched {
                entry,
                url: url.into(),
                reply,
                redirect,
            };
            self.note(at, fetched);
        }
    }

    pub(super) fn dial(&mut self, at: u64, leg: LegId, from: Box<str>, to: Destination) {
        let row = self.leg_rows;
        self.leg_rows += 1;
        put(&mut self.legs, leg.0, row);
        self.note(at, Fact::Dialled { leg: row, from, to });
    }

    pub(super) fn leg(&mut self, at: u64, leg: LegId, state: CallState, cause: Option<Cause>) {
        let row = self.legs[leg.0];
        self.note(at, Fact::Leg(row, state, cause));
    }

    pub(super) fn begin_recording(
        &mut self,
        at: u64,
        id: RecordingId,
        tag: Option<Box<str>>,
        asr: bool,
    ) {
        let recording = self.recording_rows;
        self.recording_rows += 1;
        put(&mut self.recordings, id.0, recording);
        self.note(
            at,
            Fact::RecordingBegan {
                recording,
                tag,
                asr,
            },
        );
    }

    pub(super) fn end_recording(&mut self, at: u64, id: RecordingId) {
        self.note(at, Fact::RecordingEnded(self.recordings[id.0]));
    }

    pub(super) fn recording_ready(&mut self, at: u64, id: RecordingId) {
        self.note(at, Fact::RecordingReady(self.recordings[id.0]));
    }
}

fn put(rows: &mut Vec<usize>, slot: usize, row: usize) {
    match rows.get_mut(slot) {
        Some(place) => *place = row,
        // Slots are filled from the first on.
        None => rows.push(row),
    }
}

/// What is open.
#[derive(Clone, Hash, Debug)]
enum What {
    /// A command.
    Entry {
        entry: usize,
        /// Why it ends, where all that is left of it is its block.
        ending: Option<Reason>,
    },
    /// A block that has commands of its own to go on with.
    Block,
}

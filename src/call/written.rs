//! What a call has written: its log and its events. Exploration ignores it.

use std::sync::Arc;

use super::{Call, Turn};
use crate::channel::{CallState, timing};
use crate::event::{CallRow, Direction, Entry, Event, Leg, Recording, Stamp, Subject};
use crate::fidelity::{Assumption, Assumptions};
use crate::flow::{Flow, NodeId, State, Status};

/// What a call has written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) log: Vec<Arc<Entry>>,
    /// Not yet handed out.
    pub(super) events: Vec<Event>,
    pub(super) assumed: Assumptions,
    pub(super) unheard: Vec<(u64, char)>,
    /// The turns of commands.
    pub(super) turns: Vec<Turn>,
    /// The entries that the pace made longer or shorter.
    pub(super) paced: Vec<usize>,
    /// Those of them that it made longer.
    pub(super) held: Vec<usize>,
    caller: Arc<str>,
    last_event: Stamp,
}

impl Written {
    pub(super) fn new(caller: Arc<str>) -> Self {
        Self {
            log: Vec::new(),
            events: Vec::new(),
            assumed: Assumptions::default(),
            unheard: Vec::new(),
            turns: Vec::new(),
            paced: Vec::new(),
            held: Vec::new(),
            caller,
            last_event: Stamp::default(),
        }
    }
}

impl Call {
    /// Writes the entry of a command that begins; its index in the log.
    pub(super) fn open_entry(&mut self, flow: &Arc<Flow>, node: NodeId, depth: usize) -> usize {
        let now = self.stamp();
        self.written.log.push(Arc::new(Entry {
            created_on: now,
            modified_on: now,
            uuid: self.identifiers.uuid(),
            status: Status::QUEUED.clone(),
            flow: flow.clone(),
            node,
            depth,
            caller: self.written.caller.clone(),
        }));
        self.written.log.len() - 1
    }

    /// Writes the end of a command, and tells of it.
    pub(super) fn close_entry(
        &mut self,
        index: usize,
        state: State,
        reason: std::borrow::Cow<'static, str>,
    ) {
        let now = self.stamp();
        let entry = Arc::make_mut(&mut self.written.log[index]);
        entry.modified_on = now;
        entry.status = Status { state, reason };
        let entry = self.written.log[index].clone();
        self.assume(Assumption::CallFlowPayload);
        self.emit(None, Subject::Flow(entry));
    }

    /// Takes the inbound leg into a state, and tells of it.
    pub(super) fn enter_state(&mut self, state: CallState) {
        self.inbound.enter(state, self.setup.start.after(self.now));
        self.emit(None, Subject::State);
    }

    /// Takes a dialled leg into a state, and tells of it. `offline` is seen on rows only (observed).
    pub(super) fn enter_leg_state(&mut self, index: usize, state: CallState) {
        self.legs[index].enter(state, self.setup.start.after(self.now));
        if state != CallState::Offline {
            self.emit(Some(index), Subject::State);
        }
    }

    /// Tells of a recording that is available.
    pub(super) fn emit_recording(&mut self, recording: Arc<Recording>) {
        self.assume(Assumption::RecordRow);
        self.emit(None, Subject::Record(recording));
    }

    fn emit(&mut self, leg: Option<usize>, subject: Subject) {
        let call = match leg {
            None => CallRow {
                leg: self.inbound.clone(),
                parent: None,
                parties: self.setup.parties.clone(),
                logs: self.written.log.clone(),
                records: self.recordings.rows(),
                children: self.legs.clone(),
            },
            Some(index) => CallRow {
                leg: self.legs[index].clone(),
                parent: Some(self.inbound.clone()),
                parties: self.setup.parties.clone(),
                logs: Vec::new(),
                records: Vec::new(),
                children: Vec::new(),
            },
        };
        for assumption in [
            Assumption::EventLag,
            Assumption::PayloadDuration,
            Assumption::FreeswitchStates,
        ] {
            self.assume(assumption);
        }
        if call.leg.cause.is_some_and(|cause| !cause.is_q850()) {
            self.assume(Assumption::Q850Above127);
        }
        let made = self
            .stamp()
            .after(self.lag(&call.leg, &subject))
            .max(self.written.last_event);
        self.written.last_event = made;
        let uuid = self.identifiers.uuid();
        self.written.events.push(Event {
            uuid,
            created_on: made,
            subject,
            call,
        });
    }
}

impl Call {
    /// How long after its cause an event is made.
    fn lag(&self, leg: &Leg, subject: &Subject) -> u64 {
        let is_last = leg.direction == Direction::In
            && leg.state == CallState::Destroyed
            && matches!(subject, Subject::State);
        let paced = self.setup.pace.event.filter(|_| is_last);
        paced.unwrap_or_else(|| lag(leg, subject))
    }
}

/// How long after its cause an event is usually made.
fn lag(leg: &Leg, subject: &Subject) -> u64 {
    match (subject, leg.state, leg.direction) {
        (Subject::State, CallState::Init, _) => timing::LAG_INIT,
        (Subject::State, CallState::Live, _) => timing::LAG_LIVE,
        (Subject::State, CallState::Hangup, Direction::Out) => timing::LAG_HANGUP,
        (Subject::State, CallState::Destroyed, _) => timing::LAG_DESTROYED,
        _ => timing::LAG,
    }
}

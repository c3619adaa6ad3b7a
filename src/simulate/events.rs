//! The events of a call, from what it has written: each shows the call as it stood then.

use std::sync::Arc;

use super::identifiers::{Identifiers, Of};
use crate::call::{EndedBy, Fact, RunningDocument, Setup, Trace};
use crate::channel::cause::Cause;
use crate::channel::{CallState, Destination, timing};
use crate::event::{
    CallRow, Direction, Entry, Event, JsonOnce, Leg, Parties, Recording, Stamp, Subject,
};
use crate::fidelity::{Assumption, Assumptions};
use crate::flow::Status;

/// What a call has written, as its events show it.
#[derive(Clone, Debug)]
pub(super) struct Published {
    /// Every event, in the order in which they were made.
    pub(super) events: Vec<Event>,
    pub(super) log: Vec<Arc<Entry>>,
    pub(super) inbound: Leg,
    pub(super) legs: Vec<Leg>,
    pub(super) destinations: Vec<Destination>,
    pub(super) unheard: Vec<(u64, char)>,
    pub(super) ended_by: Option<EndedBy>,
    pub(super) assumed: Assumptions,
}

/// The events of a call. `last_lag` is how long after the end of the leg the last event is made,
/// where that is not as usual.
pub(super) fn of(
    setup: &Setup,
    parties: Arc<Parties>,
    identifiers: Identifiers,
    last_lag: Option<u64>,
    trace: &Trace,
) -> Published {
    let start = Stamp(setup.start.as_millisecond());
    let inbound = Leg::new(
        Direction::In,
        setup.facts.call.clone(),
        identifiers.thread(Of::Call),
        setup.facts.from.clone(),
        setup.facts.to.clone(),
        start,
    );
    let mut publisher = Publisher {
        parties,
        identifiers,
        last_lag,
        now: start,
        last_event: Stamp::default(),
        caller: Arc::from(&*setup.facts.from),
        recordings: Vec::new(),
        documents: Vec::new(),
        published: Published {
            events: Vec::new(),
            log: Vec::new(),
            inbound,
            legs: Vec::new(),
            destinations: Vec::new(),
            unheard: Vec::new(),
            ended_by: None,
            assumed: trace.assumed(),
        },
    };
    for noted in trace.since(0) {
        publisher.now = start.after(noted.at);
        publisher.publish(&noted.fact, noted.at);
    }
    publisher.published
}

struct Publisher {
    parties: Arc<Parties>,
    identifiers: Identifiers,
    last_lag: Option<u64>,
    now: Stamp,
    last_event: Stamp,
    caller: Arc<str>,
    recordings: Vec<Taken>,
    /// The documents that have run.
    documents: Vec<Arc<RunningDocument>>,
    published: Published,
}

/// The number of a running document.
fn running(documents: &mut Vec<Arc<RunningDocument>>, document: &Arc<RunningDocument>) -> usize {
    let known = documents.iter().rposition(|one| Arc::ptr_eq(one, document));
    known.unwrap_or_else(|| {
        documents.push(document.clone());
        documents.len() - 1
    })
}

/// A recording as it comes about.
struct Taken {
    began: Stamp,
    ended: Stamp,
    tag: Option<Box<str>>,
    asr: bool,
    row: Option<Arc<Recording>>,
}

impl Publisher {
    fn publish(&mut self, fact: &Fact, at: u64) {
        let now = self.now;
        let published = &mut self.published;
        match fact {
            Fact::Inbound(state, cause) => {
                published.inbound.cause = cause.or(published.inbound.cause);
                published.inbound.enter(*state, now);
                self.emit(None, Subject::State);
            }
            Fact::Began {
                entry,
                place,
                depth,
            } => published.log.push(Arc::new(Entry {
                created_on: now,
                modified_on: now,
                uuid: self.identifiers.uuid(Of::Entry(*entry)),
                status: Status::QUEUED.clone(),
                flow: place.document.flow.clone(),
                node: place.node,
                document: running(&mut self.documents, &place.document),
                depth: *depth,
                caller: self.caller.clone(),
                json: JsonOnce::default(),
            })),
            Fact::Ended {
                entry,
                status,
                reason,
            } => {
                let place = &mut published.log[*entry];
                let entry = Arc::new(Entry {
                    modified_on: now,
                    status: Status {
                        state: *status,
                        reason: reason.clone(),
                    },
                    json: JsonOnce::default(),
                    ..(**place).clone()
                });
                *place = entry.clone();
                published.assumed.insert(Assumption::CallFlowPayload);
                self.emit(None, Subject::Flow(entry));
            }
            Fact::Dialled { leg, from, to } => {
                let of = Of::Leg(*leg);
                published.legs.push(Leg::new(
                    Direction::Out,
                    self.identifiers.uuid(of),
                    self.identifiers.thread(of),
                    from.clone(),
                    to.name().into(),
                    now,
                ));
                published.destinations.push(to.clone());
            }
            Fact::Leg(leg, state, cause) => {
                let row = &mut published.legs[*leg];
                row.cause = cause.or(row.cause);
                row.enter(*state, now);
                // `offline` is seen on rows only (observed).
                if *state != CallState::Offline {
                    self.emit(Some(*leg), Subject::State);
                }
            }
            Fact::RecordingBegan { tag, asr, .. } => self.recordings.push(Taken {
                began: now,
                ended: now,
                tag: tag.clone(),
                asr: *asr,
                row: None,
            }),
            Fact::RecordingEnded(recording) => self.recordings[*recording].ended = now,
            Fact::RecordingReady(recording) => {
                let taken = &mut self.recordings[*recording];
                let row = Arc::new(Recording {
                    created_on: taken.began,
                    modified_on: now,
                    uuid: self.identifiers.uuid(Of::Recording(*recording)),
                    tag: taken.tag.clone(),
                    duration: taken.ended.since(taken.began).div_ceil(1000),
                    asr: taken.asr,
                });
                taken.row = Some(row.clone());
                published.assumed.insert(Assumption::RecordRow);
                self.emit(None, Subject::Record(row));
            }
            Fact::Unheard(key) => published.unheard.push((at, *key)),
            Fact::CallEnded(by) => published.ended_by = Some(*by),
        }
    }

    fn emit(&mut self, leg: Option<usize>, subject: Subject) {
        let published = &mut self.published;
        let parties = self.parties.clone();
        let call = match leg {
            None => CallRow {
                leg: published.inbound.clone(),
                parent: None,
                parties,
                logs: published.log.clone(),
                records: self
                    .recordings
                    .iter()
                    .filter_map(|one| one.row.clone())
                    .collect(),
                children: published.legs.clone(),
            },
            Some(leg) => CallRow {
                leg: published.legs[leg].clone(),
                parent: Some(published.inbound.clone()),
                parties,
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
            published.assumed.insert(assumption);
        }
        if call.leg.cause.is_some_and(|cause: Cause| !cause.is_q850()) {
            published.assumed.insert(Assumption::Q850Above127);
        }
        let is_last = leg.is_none()
            && call.leg.state == CallState::Destroyed
            && matches!(subject, Subject::State);
        let lag = self.last_lag.filter(|_| is_last);
        let lag = lag.unwrap_or_else(|| usual_lag(&call.leg, &subject));
        let made = self.now.after(lag).max(self.last_event);
        self.last_event = made;
        let uuid = self.identifiers.uuid(Of::Event(published.events.len()));
        published.events.push(Event {
            uuid,
            created_on: made,
            subject,
            call,
        });
    }
}

/// How long after its cause an event is usually made, in milliseconds.
fn usual_lag(leg: &Leg, subject: &Subject) -> u64 {
    match (subject, leg.state, leg.direction) {
        (Subject::State, CallState::Init, _) => timing::LAG_INIT,
        (Subject::State, CallState::Live, _) => timing::LAG_LIVE,
        (Subject::State, CallState::Hangup, Direction::Out) => timing::LAG_HANGUP,
        (Subject::State, CallState::Destroyed, _) => timing::LAG_DESTROYED,
        _ => timing::LAG,
    }
}

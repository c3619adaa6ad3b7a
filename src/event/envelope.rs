//! An event with its envelope.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::leg::TYPE;
use crate::channel::CallState;

use super::{Account, CallRow, Entry, Leg, Recording, Stamp};

/// One published event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its own identifier.
    pub uuid: Box<str>,
    /// When it was made, a little after what it tells of (observed).
    pub created_on: Stamp,
    /// What it tells of.
    pub subject: Subject,
    /// The call as it stood then.
    pub call: CallRow,
}

/// What an event tells of.
#[derive(Clone, Debug)]
pub enum Subject {
    /// The call's state: `call_state`.
    State,
    /// A command that ended: `call_flow`.
    Flow(Arc<Entry>),
    /// A recording that is available: `call_record`.
    Record(Arc<Recording>),
}

impl Subject {
    /// The event's `type`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::State => "call_state",
            Self::Flow(_) => "call_flow",
            Self::Record(_) => "call_record",
        }
    }
}

impl Event {
    /// The human line. That of a recording is assumed (`record-row`).
    pub fn message(&self) -> String {
        match &self.subject {
            Subject::State => {
                let Leg {
                    direction,
                    from,
                    to,
                    state,
                    ..
                } = &self.call.leg;
                format!(
                    "{TYPE} {} {from} > {to} - {}",
                    direction.as_str(),
                    state.as_str()
                )
            }
            Subject::Flow(entry) => {
                let (name, success, reason) = (entry.name(), entry.success(), &entry.status.reason);
                format!("{name}: success {success}, reason: {reason}")
            }
            Subject::Record(recording) => match &recording.tag {
                Some(tag) => format!("record {tag} is available"),
                None => "record is available".to_owned(),
            },
        }
    }

    /// Whether it tells that its leg is gone.
    pub fn is_destroyed(&self) -> bool {
        matches!(self.subject, Subject::State) && self.call.leg.state == CallState::Destroyed
    }

    fn payload(&self) -> Payload<'_> {
        match &self.subject {
            Subject::State => Payload::State {
                state: self.call.leg.state.as_str(),
                duration: payload_duration(&self.call.leg),
            },
            Subject::Flow(entry) => Payload::Flow {
                command: entry.name(),
            },
            Subject::Record(recording) => Payload::Record {
                tag: recording.tag.as_deref(),
            },
        }
    }
}

/// Whole seconds, rounded, at least 1 (`payload-duration`).
fn payload_duration(leg: &Leg) -> u64 {
    ((leg.elapsed() + 500) / 1000).max(1)
}

/// The small summary (`call-flow-payload` for all but the first).
#[derive(Serialize)]
#[serde(untagged)]
enum Payload<'a> {
    State { state: &'static str, duration: u64 },
    Flow { command: &'static str },
    Record { tag: Option<&'a str> },
}

/// Thirteen relations are always there; those that fit the type are filled (observed).
#[derive(Serialize)]
struct Wire<'a> {
    uuid: &'a str,
    created_on: Stamp,
    r#type: &'static str,
    message: String,
    payload: Payload<'a>,
    call: &'a CallRow,
    ref_id: &'a str,
    account: &'a Account,
    tn_order: (),
    tn_order_tn: (),
    batch: (),
    sms_campaign: (),
    call_asr: (),
    sms_brand: (),
    call_record: Option<&'a Recording>,
    ticket: (),
    sms: (),
    call_flow: Option<&'a Entry>,
    tn_lease: (),
    user: (),
    tn: (),
    modified_on: Stamp,
    delivery_report: [(); 0],
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (call_flow, call_record) = match &self.subject {
            Subject::State => (None, None),
            Subject::Flow(entry) => (Some(&**entry), None),
            Subject::Record(recording) => (None, Some(&**recording)),
        };
        let wire = Wire {
            uuid: &self.uuid,
            created_on: self.created_on,
            r#type: self.subject.kind(),
            message: self.message(),
            payload: self.payload(),
            call: &self.call,
            ref_id: &self.call.leg.uuid,
            account: &self.call.parties.account,
            tn_order: (),
            tn_order_tn: (),
            batch: (),
            sms_campaign: (),
            call_asr: (),
            sms_brand: (),
            call_record,
            ticket: (),
            sms: (),
            call_flow,
            tn_lease: (),
            user: (),
            tn: (),
            modified_on: self.created_on,
            delivery_report: [],
        };
        wire.serialize(serializer)
    }
}

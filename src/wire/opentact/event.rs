//! One event with its envelope.

use super::Envelope;
use super::row::{self, Row, TYPE, head, leg_keys};
use crate::channel::CallState;
use crate::record::{Direction, Entry, Leg, Parties, Record, Recording, Stamp, Subject};
use crate::wire::unlike;
use crate::wire::value::Object;

/// Writes the event of a record as it stands: of one that was read, the event that it was read from.
pub fn write(record: &Record, out: &mut Vec<u8>) {
    let before = out.len();
    plain(record, out);
    unlike::apply(&record.other, before, out);
}

/// The same without what only the event itself has said.
pub(super) fn plain(record: &Record, out: &mut Vec<u8>) {
    let pieces = Pieces::of(record);
    let event = record.event.as_ref();
    let subject = event.map(|event| event.subject).unwrap_or_default();
    let shape = Shape {
        uuid: event.and_then(|event| event.uuid.as_deref()),
        made: event.and_then(|event| event.at),
        told: match subject {
            Subject::State => Told::State,
            Subject::Command(index) => match record.log.get(index) {
                Some(entry) => Told::Command(entry, &pieces.entries[index]),
                None => Told::State,
            },
            Subject::Recording(index) => match record.recordings.get(index) {
                Some(recording) => Told::Recording(recording, &pieces.recordings[index]),
                None => Told::State,
            },
        },
        leg: &record.leg,
        parent: record.parent.as_ref(),
        parties: &pieces.parties,
        logs: &pieces.entries,
        records: &pieces.recordings,
        children: &pieces.legs,
    };
    let is_old = event.is_some_and(|event| event.envelope == Envelope::Y2022.as_str());
    shape.write(
        if is_old {
            Envelope::Y2022
        } else {
            Envelope::Y2024
        },
        out,
    );
}

/// The parts of a record in JSON.
struct Pieces {
    parties: PartiesJson,
    entries: Vec<Vec<u8>>,
    recordings: Vec<Vec<u8>>,
    legs: Vec<Vec<u8>>,
}

impl Pieces {
    fn of(record: &Record) -> Self {
        let entries = record.log.iter();
        Self {
            parties: PartiesJson::of(&record.parties),
            entries: entries.map(row::entry).collect(),
            recordings: record.recordings.iter().map(Row::to_json).collect(),
            legs: record.dialled.iter().map(row::leg).collect(),
        }
    }
}

/// What is the same in every event of a call.
#[derive(Debug)]
pub(super) struct PartiesJson {
    account: Vec<u8>,
    app: Vec<u8>,
    number: Vec<u8>,
}

impl PartiesJson {
    pub(super) fn of(parties: &Parties) -> Self {
        fn json<T: Row>(row: Option<&T>) -> Vec<u8> {
            row.map_or_else(|| b"null".to_vec(), Row::to_json)
        }
        Self {
            account: json(parties.account.as_ref()),
            app: json(parties.app.as_ref()),
            number: json(parties.number.as_ref()),
        }
    }
}

/// What an event tells of, with its JSON.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told<'a> {
    /// The state of its leg: `call_state`.
    State,
    /// A command that ended: `call_flow`.
    Command(&'a Entry, &'a [u8]),
    /// A recording that is available: `call_record`.
    Recording(&'a Recording, &'a [u8]),
}

impl Told<'_> {
    /// The `type` of the event.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::State => "call_state",
            Self::Command(..) => "call_flow",
            Self::Recording(..) => "call_record",
        }
    }
}

/// One event, its parts ready to be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape<'a> {
    pub(super) uuid: Option<&'a str>,
    pub(super) made: Option<Stamp>,
    pub(super) told: Told<'a>,
    pub(super) leg: &'a Leg,
    pub(super) parent: Option<&'a Leg>,
    pub(super) parties: &'a PartiesJson,
    pub(super) logs: &'a [Vec<u8>],
    pub(super) records: &'a [Vec<u8>],
    pub(super) children: &'a [Vec<u8>],
}

impl Shape<'_> {
    pub(super) fn write(&self, envelope: Envelope, out: &mut Vec<u8>) {
        match envelope {
            Envelope::Y2022 => self.write_2022(out),
            Envelope::Y2024 => self.write_2024(out),
        }
    }

    /// Thirteen relations are always there; those that fit the type are filled (observed).
    fn write_2024(&self, out: &mut Vec<u8>) {
        let mut event = Object::begin(out);
        event.put("uuid", self.uuid.map(Box::from).as_ref());
        event.put("created_on", self.made.as_ref());
        event.text("type", self.told.kind());
        event.text("message", &self.message(Envelope::Y2024));
        self.payload(event.key("payload"));
        self.call(event.key("call"));
        event.put("ref_id", self.leg.uuid.as_ref());
        event.raw("account", &self.parties.account);
        for key in [
            "tn_order",
            "tn_order_tn",
            "batch",
            "sms_campaign",
            "call_asr",
            "sms_brand",
        ] {
            event.null(key);
        }
        let (flow, record) = match self.told {
            Told::State => (&b"null"[..], &b"null"[..]),
            Told::Command(_, json) => (json, &b"null"[..]),
            Told::Recording(_, json) => (&b"null"[..], json),
        };
        event.raw("call_record", record);
        event.null("ticket");
        event.null("sms");
        event.raw("call_flow", flow);
        for key in ["tn_lease", "user", "tn"] {
            event.null(key);
        }
        event.put("modified_on", self.made.as_ref());
        event.raw("delivery_report", b"[]");
        event.end();
    }

    /// The human line. That of a recording is assumed (`record-row`).
    fn message(&self, envelope: Envelope) -> String {
        match self.told {
            Told::State => {
                let Leg {
                    direction,
                    from,
                    to,
                    state,
                    ..
                } = self.leg;
                let word = |word: Option<&'static str>| word.unwrap_or("null");
                format!(
                    "{TYPE} {} {} > {} - {}",
                    word(direction.map(Direction::as_str)),
                    from.as_deref().unwrap_or("null"),
                    to.as_deref().unwrap_or("null"),
                    word(state.map(CallState::as_str))
                )
            }
            Told::Command(entry, _) => {
                let success = entry.status.success.unwrap_or_default();
                let reason = entry.status.reason.as_deref().unwrap_or("null");
                match envelope {
                    Envelope::Y2022 => {
                        let word = if success { "success" } else { "failed" };
                        format!("[{word}] command {}, reason: {reason}", entry.path())
                    }
                    Envelope::Y2024 => {
                        let name = entry.name.as_deref().unwrap_or("null");
                        format!("{name}: success {success}, reason: {reason}")
                    }
                }
            }
            Told::Recording(recording, _) => match &recording.tag {
                Some(tag) => format!("record {tag} is available"),
                None => "record is available".to_owned(),
            },
        }
    }

    /// The small summary (`call-flow-payload` for all but the first).
    fn payload(&self, out: &mut Vec<u8>) {
        let mut payload = Object::begin(out);
        match self.told {
            Told::State => {
                payload.put("state", self.leg.state.as_ref());
                payload.put("duration", Some(&payload_duration(self.leg)));
            }
            Told::Command(entry, _) => payload.put("command", entry.name.as_ref()),
            Told::Recording(recording, _) => payload.put("tag", recording.tag.as_ref()),
        }
        payload.end();
    }

    /// The call. A dialled leg has its parent before its account (documented order of the page).
    fn call(&self, out: &mut Vec<u8>) {
        let mut call = Object::begin(out);
        head(self.leg, &mut call);
        let PartiesJson {
            account,
            app,
            number,
        } = self.parties;
        match self.parent {
            None => {
                call.raw("tn", number);
                call.raw("sip_control_app", app);
                call.raw("account", account);
            }
            Some(parent) => {
                parent_row(parent, call.key("parent"));
                call.raw("account", account);
                call.raw("tn", number);
                call.raw("sip_control_app", app);
            }
        }
        call.put("thread", self.leg.thread.as_ref());
        call.null("country");
        if self.parent.is_none() {
            call.null("parent");
        }
        for key in ["hotkey", "sip_connection", "lerg", "batch_item"] {
            call.null(key);
        }
        call.list("logs", self.logs);
        call.list("records", self.records);
        call.list("children", self.children);
        call.end();
    }

    /// Everything inside `payload`, the entity itself where the event tells of a state
    /// (`old-envelope`).
    fn write_2022(&self, out: &mut Vec<u8>) {
        let mut event = Object::begin(out);
        event.put("timestamp", self.made.as_ref());
        event.text("type", self.told.kind());
        event.text("message", &self.message(Envelope::Y2022));
        match self.told {
            Told::State => self.call_2022(event.key("payload")),
            Told::Command(entry, _) => {
                event.put("success", entry.status.success.as_ref());
                event.put("command", entry.name.as_ref());
                let mut payload = Object::begin(event.key("payload"));
                self.call_2022(payload.key("call"));
                entry.write_command(payload.key("command"));
                payload.end();
            }
            Told::Recording(_, json) => {
                let mut payload = Object::begin(event.key("payload"));
                self.call_2022(payload.key("call"));
                payload.raw("call_record", json);
                payload.end();
            }
        }
        event.end();
    }

    /// A call of 2022: all instants, nulls included, and milliseconds.
    fn call_2022(&self, out: &mut Vec<u8>) {
        let leg = self.leg;
        let mut call = Object::begin(out);
        call.text("type", TYPE);
        call.put("created_on", leg.created.as_ref());
        call.put("modified_on", leg.changed.as_ref());
        call.put("uuid", leg.uuid.as_ref());
        call.put("state", leg.state.as_ref());
        call.put("direction", leg.direction.as_ref());
        call.put("from", leg.from.as_ref());
        call.put("to", leg.to.as_ref());
        let duration = leg.duration.unwrap_or_else(|| leg.elapsed());
        call.put("duration", Some(&duration));
        for (state, key) in row::INSTANTS {
            call.put(key, leg.instant(state).as_ref());
        }
        call.null("state_end");
        let cause = leg.cause.as_ref();
        call.put("q850_cause", cause.and_then(|cause| cause.code.as_ref()));
        call.put(
            "q850_cause_string",
            cause.and_then(|cause| cause.name.as_ref()),
        );
        call.put("thread", leg.thread.as_ref());
        call.raw("sip_control_app", &self.parties.app);
        call.raw("account", &self.parties.account);
        call.raw("tn", &self.parties.number);
        call.end();
    }
}

/// The row of a leg's parent: the same, with the SIP user behind (observed).
fn parent_row(parent: &Leg, out: &mut Vec<u8>) {
    let mut row = Object::begin(out);
    leg_keys(parent, &mut row);
    row.null("sip_user");
    row.end();
}

/// Whole seconds, rounded, at least 1 (`payload-duration`).
fn payload_duration(leg: &Leg) -> u64 {
    ((leg.elapsed() + 500) / 1000).max(1)
}

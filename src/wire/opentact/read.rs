//! Reads one event, in either envelope.

use std::borrow::Cow;

use super::Envelope;
use super::gather::Event;
use super::row;
use crate::record::{
    Direction, Entry, Extent, Json, Lacks, Parties, Published, Record, Recording, Stamp, Subject,
    members,
};
use crate::wire::fields::{Fields, Findings};
use crate::wire::repair::Repaired;

/// A command as an event has it.
#[derive(Clone, Copy)]
pub(super) struct CommandJson<'a> {
    pub(super) json: &'a str,
    /// Whether it stands there without the row around it, as in 2022.
    pub(super) is_bare: bool,
}

/// Whether JSON is an event itself, or the call of one: not an envelope that holds one.
pub(in crate::wire) fn is_event(json: &str) -> bool {
    let Some(event) = members(json) else {
        return false;
    };
    let value = |wanted: &str| event.iter().rev().find(|(key, _)| key == wanted);
    if value("direction").is_some() && value("call").is_none() && value("payload").is_none() {
        return true;
    }
    let has = |key: &str| value(key).is_some();
    if !has("type") {
        // Something else may put an event under this key.
        return has("call_flow")
            || has("call_record")
            || has("call") && !holds_event(value("call"));
    }
    has("call")
        || has("call_flow")
        || has("call_record")
        || has("payload") && !holds_event(value("payload"))
}

/// Whether the value of a member is an event of its own.
fn holds_event(member: Option<&(Cow<'_, str>, &str)>) -> bool {
    let inner = member.and_then(|(_, inner)| members(inner));
    inner.is_some_and(|inner| is_typed(&inner))
}

/// Whether members are those of an event: one with a type, and what it tells of.
fn is_typed(event: &[(Cow<'_, str>, &str)]) -> bool {
    const PARTS: [&str; 4] = ["call", "call_flow", "call_record", "payload"];
    let has = |wanted: &str| event.iter().any(|(key, _)| key == wanted);
    has("type") && PARTS.into_iter().any(has)
}

/// Reads an event; nothing where it is none.
pub(in crate::wire) fn event<'a>(
    json: &'a str,
    is_whole: bool,
    document: &'a Repaired,
    findings: &mut Findings,
) -> Option<Event<'a>> {
    let mut fields = Fields::of_event(json, document, findings)?;
    if !fields.has("call") && !fields.has("payload") && fields.has("direction") {
        let record = read_call(&mut fields, 1000);
        return Some(call_alone(record, json, is_whole));
    }
    if !fields.has("type") && is_whole {
        return None;
    }
    fields.check::<Box<str>>("type");
    let is_old = fields.has("timestamp") && !fields.has("created_on");
    let (envelope, read) = if is_old {
        (Envelope::Y2022, event_2022(&mut fields))
    } else {
        (Envelope::Y2024, event_2024(&mut fields))
    };
    let has_call = read.call.is_some();
    let mut record = read.call.unwrap_or_default();
    let subject = subject(&mut record, read.command.as_ref(), read.recording.as_ref());
    record.extent = match (is_whole, is_old) {
        (false, _) => Extent::Cut,
        (true, true) => Extent::One,
        (true, false) => Extent::Some,
    };
    record.event = Some(Published {
        uuid: read.uuid,
        at: read.at,
        subject,
        envelope: envelope.as_str(),
    });
    Some(Event {
        has_call,
        ref_id: read.ref_id,
        record,
        command: read.command.and(read.command_json),
        recording: read.recording,
        json,
        is_alone: false,
        is_whole,
    })
}

/// Reads an event again that was one; what is wrong in it is known.
pub(super) fn record(json: &str, is_whole: bool) -> Option<Record> {
    let document = Repaired::default();
    let event = event(json, is_whole, &document, &mut Findings::default())?;
    Some(event.record)
}

/// Reads a command again that was one.
pub(super) fn command(json: &str, is_bare: bool) -> Option<Entry> {
    let (document, mut findings) = (Repaired::default(), Findings::default());
    let mut fields = Fields::of_event(json, &document, &mut findings)?;
    Some(if is_bare {
        row::read_command(&mut fields, Some(Json::trusted(json)))
    } else {
        row::read_entry(&mut fields)
    })
}

/// A call without the event around it.
fn call_alone(mut record: Record, json: &str, is_whole: bool) -> Event<'_> {
    record.extent = if is_whole { Extent::Some } else { Extent::Cut };
    record.event = Some(Published {
        envelope: Envelope::Y2024.as_str(),
        ..Published::default()
    });
    Event {
        has_call: true,
        ref_id: None,
        record,
        command: None,
        recording: None,
        json,
        is_alone: true,
        is_whole,
    }
}

/// What an event tells of, as a part of its call. A command or recording of a call that shows none is
/// put there.
fn subject(record: &mut Record, command: Option<&Entry>, recording: Option<&Recording>) -> Subject {
    if let Some(command) = command {
        let is_it = |other: &Entry| command.uuid.is_some() && other.uuid == command.uuid;
        let known = record.log.iter().rposition(is_it);
        if known.is_none() && record.log.is_empty() {
            record.log.push(command.clone());
            return Subject::Command(0);
        }
        return known.map_or(Subject::State, Subject::Command);
    }
    if let Some(recording) = recording {
        let is_it = |other: &Recording| other.uuid == recording.uuid;
        let known = record.recordings.iter().rposition(is_it);
        if known.is_none() && record.recordings.is_empty() {
            record.recordings.push(recording.clone());
            return Subject::Recording(0);
        }
        return known.map_or(Subject::State, Subject::Recording);
    }
    Subject::State
}

/// What an event of either envelope says.
struct Read<'a> {
    uuid: Option<Box<str>>,
    at: Option<Stamp>,
    call: Option<Record>,
    command: Option<Entry>,
    command_json: Option<CommandJson<'a>>,
    recording: Option<Recording>,
    ref_id: Option<Box<str>>,
}

fn event_2024<'a>(event: &mut Fields<'a, '_>) -> Read<'a> {
    Read {
        uuid: event.get("uuid"),
        at: event.get("created_on"),
        call: event.object("call", |call| read_call(call, 1000)),
        ref_id: event.get("ref_id"),
        recording: event.object("call_record", row::Row::read),
        command: event.object("call_flow", row::read_entry),
        command_json: event.raw("call_flow").map(|json| CommandJson {
            json,
            is_bare: false,
        }),
    }
}

fn event_2022<'a>(event: &mut Fields<'a, '_>) -> Read<'a> {
    let mut read = Read {
        uuid: event.get("uuid"),
        at: event.get("timestamp"),
        call: None,
        command: None,
        command_json: None,
        recording: None,
        ref_id: event.get("ref_id"),
    };
    event.object("payload", |payload| {
        read.call = payload.object("call", |call| read_call(call, 1));
        // The entity itself stands in the payload of an event that tells of its state.
        if read.call.is_none() && payload.has("direction") {
            read.call = Some(read_call(payload, 1));
        }
        let json = payload.object_json("command");
        read.command_json = payload.raw("command").map(|json| CommandJson {
            json,
            is_bare: true,
        });
        read.command = payload.object("command", |command| row::read_command(command, json));
        read.recording = payload.object("call_record", row::Row::read);
    });
    if read.call.is_none() {
        read.call = event.object("call", |call| read_call(call, 1));
    }
    read
}

/// Reads a call, whose durations count so many milliseconds each.
fn read_call(call: &mut Fields<'_, '_>, unit: u64) -> Record {
    let leg = row::read_leg(call, unit);
    let parties = Parties {
        number: call.object("tn", row::Row::read),
        app: call.object("sip_control_app", row::Row::read),
        account: call.object("account", row::Row::read),
    };
    let parent = call.object("parent", |parent| row::read_leg(parent, unit));
    let lacks = Lacks {
        log: !call.has("logs"),
        legs: !call.has("children"),
        recordings: !call.has("records"),
        zone: call.lacks_zone("created_on"),
    };
    Record {
        lacks,
        log: call.list("logs", row::read_entry),
        recordings: call.list("records", row::Row::read),
        dialled: call.list("children", |leg| row::read_leg(leg, unit)),
        // A leg that somebody dialled goes out, whatever else it says.
        parent,
        parties: parties.into(),
        leg,
        ..Record::default()
    }
}

impl Record {
    /// Whether an event is about the leg that came in, as far as it tells.
    pub(super) fn is_inbound(&self) -> bool {
        self.parent.is_none() && self.leg.direction != Some(Direction::Out)
    }
}

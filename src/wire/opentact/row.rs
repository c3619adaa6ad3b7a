//! The rows of an event: account, app, number, legs, log entries, recordings.

use crate::channel::CallState;
use crate::record::{
    Account, App, Direction, Entry, Json, Leg, LegCause, Number, Recording, Shown, Status, Trees,
};
use crate::wire::fields::Fields;
use crate::wire::value::Object;

/// Declares the keys of a row in the order in which they are written, with the fields that they
/// stand for: for writing and for reading.
macro_rules! keys {
    ($type:ty { $($key:literal = $field:ident,)+ }) => {
        impl Row for $type {
            fn write_keys(&self, object: &mut Object<'_>) {
                $(object.put($key, self.$field.as_ref());)+
            }

            const KEYS: &[(&'static str, &'static str)] = &[$((stringify!($field), $key),)+];

            fn read(fields: &mut Fields<'_, '_>) -> Self {
                Self { $($field: fields.get($key),)+ }
            }
        }
    };
}

/// A row whose keys are the fields of a plain type.
pub(super) trait Row: Sized {
    /// Its fields with their keys.
    const KEYS: &[(&'static str, &'static str)];

    fn write_keys(&self, object: &mut Object<'_>);

    fn read(fields: &mut Fields<'_, '_>) -> Self;

    /// The row in JSON.
    fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        let mut object = Object::begin(&mut out);
        self.write_keys(&mut object);
        object.end();
        out
    }
}

keys! { Account {
    "created_on" = created,
    "modified_on" = changed,
    "uuid" = uuid,
    "email" = email,
    "name" = name,
    "phone" = phone,
    "level" = level,
    "address1" = address1,
    "address2" = address2,
    "zip_code" = zip_code,
    "city" = city,
    "deleted_on" = deleted,
    "disabled_on" = disabled,
    "balance" = balance,
} }

keys! { App {
    "created_on" = created,
    "modified_on" = changed,
    "uuid" = uuid,
    "name" = name,
    "is_active" = is_active,
    "shaken_verify_policy" = shaken_verify_policy,
    "shaken_minimum_accepted_attest_lvl" = shaken_minimum_accepted_attest_lvl,
    "auto_answer" = auto_answer,
    "max_call_length_min" = max_call_length_min,
} }

keys! { Number {
    "created_on" = created,
    "modified_on" = changed,
    "tn" = digits,
    "deleted_on" = deleted,
} }

keys! { Recording {
    "created_on" = began,
    "modified_on" = available,
    "uuid" = uuid,
    "tag" = tag,
    "duration" = seconds,
    "asr" = asr,
} }

/// The key of a field of a row; the field's own name where it has none.
pub(super) fn key<T: Row>(field: &'static str) -> &'static str {
    named(T::KEYS, field)
}

/// The same of a leg.
pub(super) fn leg_key(field: &'static str) -> &'static str {
    named(
        &[
            ("created", "created_on"),
            ("changed", "modified_on"),
            ("init", "init_on"),
            ("ringing", "ring_on"),
            ("live", "answer_on"),
            ("hangup", "hangup_on"),
            ("destroyed", "destroy_on"),
            ("cause.code", "q850_cause"),
            ("cause.name", "q850_cause_string"),
        ],
        field,
    )
}

/// The same of a log entry.
pub(super) fn entry_key(field: &'static str) -> &'static str {
    named(
        &[("began", "created_on"), ("changed", "modified_on")],
        field,
    )
}

fn named(keys: &[(&str, &'static str)], field: &'static str) -> &'static str {
    let key = keys.iter().find(|(name, _)| *name == field);
    key.map_or(field, |(_, key)| key)
}

/// The `type` of every call that a SIP Control App handles (observed; no other is known).
pub(super) const TYPE: &str = "CallSCA";

/// Whole seconds from creation to the last state, rounded up (fits all published events).
pub(super) fn seconds(leg: &Leg) -> u64 {
    leg.duration.unwrap_or_else(|| leg.elapsed()).div_ceil(1000)
}

/// A leg in the form of a row: all keys present, null when unset (observed).
pub(super) fn leg_keys(leg: &Leg, object: &mut Object<'_>) {
    object.text("type", TYPE);
    object.put("created_on", leg.created.as_ref());
    object.put("modified_on", leg.changed.as_ref());
    object.put("uuid", leg.uuid.as_ref());
    object.put("state", leg.state.as_ref());
    object.put("direction", leg.direction.as_ref());
    object.put("from", leg.from.as_ref());
    object.put("to", leg.to.as_ref());
    object.put("duration", Some(&seconds(leg)));
    object.put("init_on", leg.init.as_ref());
    object.put("ring_on", leg.ringing.as_ref());
    object.put("answer_on", leg.live.as_ref());
    object.put("hangup_on", leg.hangup.as_ref());
    object.put("destroy_on", leg.destroyed.as_ref());
    object.null("finished_on");
    let cause = leg.cause.as_ref();
    object.put("q850_cause", cause.and_then(|cause| cause.code.as_ref()));
    object.put(
        "q850_cause_string",
        cause.and_then(|cause| cause.name.as_ref()),
    );
    object.null("release_cause_from_protocol_stack");
    object.null("stir_shaken_attest_level");
    object.null("stir_shaken_identity");
    object.put("thread", leg.thread.as_ref());
}

/// The row of a dialled leg.
pub(super) fn leg(leg: &Leg) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    let mut object = Object::begin(&mut out);
    leg_keys(leg, &mut object);
    object.end();
    out
}

/// What an event says first of the leg that it is about. Of the instants, only that of the present
/// state is there (observed).
pub(super) fn head(leg: &Leg, object: &mut Object<'_>) {
    let (call_state, channel_state) = freeswitch(leg);
    object.put("uuid", leg.uuid.as_ref());
    object.put("direction", leg.direction.as_ref());
    object.put("from", leg.from.as_ref());
    object.put("to", leg.to.as_ref());
    object.put("state", leg.state.as_ref());
    object.put("duration", Some(&seconds(leg)));
    object.text("type", TYPE);
    object.put("created_on", leg.created.as_ref());
    object.put("modified_on", leg.changed.as_ref());
    for (state, key) in INSTANTS {
        let is_present = leg.state == Some(state);
        object.put_some(key, leg.instant(state).filter(|_| is_present).as_ref());
    }
    if let Some(cause) = &leg.cause {
        object.put_some("q850_cause", cause.code.as_ref());
        object.put_some("q850_cause_string", cause.name.as_ref());
    }
    object.text("freeswitch_call_state", call_state);
    object.text("freeswitch_channel_state", channel_state);
    object.null("stir_shaken_attest_level");
}

/// The keys of the instants of a leg.
pub(super) const INSTANTS: [(CallState, &str); 5] = [
    (CallState::Init, "init_on"),
    (CallState::Ringing, "ring_on"),
    (CallState::Live, "answer_on"),
    (CallState::Hangup, "hangup_on"),
    (CallState::Destroyed, "destroy_on"),
];

/// FreeSWITCH's call state and channel state as an event of the present state shows them.
///
/// `live` inbound and `destroyed` were observed, `init` and an outbound `hangup` that never rang are
/// documented; the rest follows from FreeSWITCH's source (`freeswitch-states`).
fn freeswitch(leg: &Leg) -> (&'static str, &'static str) {
    let rang = leg.ringing.is_some();
    let answered = leg.live.is_some();
    let direction = leg.direction.unwrap_or(Direction::In);
    match (direction, leg.state.unwrap_or(CallState::Init)) {
        (_, CallState::Init) => ("DOWN", "CS_INIT"),
        (_, CallState::Destroyed | CallState::Offline) => ("HANGUP", "CS_REPORTING"),
        (Direction::In, CallState::Ringing) => ("RINGING", "CS_ROUTING"),
        (Direction::In, CallState::Live) => ("EARLY", "CS_EXECUTE"),
        (Direction::In, CallState::Hangup) if answered => ("ACTIVE", "CS_EXECUTE"),
        (Direction::In, CallState::Hangup) if leg.early_media => ("EARLY", "CS_EXECUTE"),
        (Direction::In, CallState::Hangup) => ("RINGING", "CS_EXECUTE"),
        (Direction::Out, CallState::Hangup) if answered => ("ACTIVE", "CS_EXCHANGE_MEDIA"),
        (Direction::Out, CallState::Live | CallState::Hangup) if rang => {
            ("RINGING", "CS_CONSUME_MEDIA")
        }
        (Direction::Out, CallState::Ringing | CallState::Live | CallState::Hangup) => {
            ("DOWN", "CS_CONSUME_MEDIA")
        }
    }
}

/// A log entry.
pub(super) fn entry(entry: &Entry) -> Vec<u8> {
    let mut out = Vec::with_capacity(4096);
    let mut object = Object::begin(&mut out);
    object.put("created_on", entry.began.as_ref());
    object.put("modified_on", entry.changed.as_ref());
    object.put("uuid", entry.uuid.as_ref());
    object.put("success", entry.status.success.as_ref());
    object.put("state", entry.status.state.as_ref());
    object.put("name", entry.name.as_ref());
    let element = entry.element_json();
    object.raw("element", element.as_deref().unwrap_or("null").as_bytes());
    entry.write_command(object.key("command"));
    object.put("reason", entry.status.reason.as_ref());
    object.put("tag", entry.tag.as_ref());
    object.end();
    out
}

/// Reads a leg, whose duration counts so many milliseconds each.
pub(super) fn read_leg(row: &mut Fields<'_, '_>, unit: u64) -> Leg {
    let mut leg = Leg {
        created: row.get("created_on"),
        changed: row.get("modified_on"),
        uuid: row.get("uuid"),
        state: row.get("state"),
        direction: row.get("direction"),
        from: row.get("from"),
        to: row.get("to"),
        duration: row
            .get("duration")
            .map(|time: u64| time.saturating_mul(unit)),
        thread: row.get("thread"),
        ..Leg::default()
    };
    for (state, key) in INSTANTS {
        if let Some(instant) = leg.instant_mut(state) {
            *instant = row.get(key);
        }
    }
    let (code, name) = (row.get("q850_cause"), row.get("q850_cause_string"));
    if code.is_some() || name.is_some() {
        leg.cause = Some(LegCause { code, name });
    }
    leg
}

/// Reads a log entry.
pub(super) fn read_entry(row: &mut Fields<'_, '_>) -> Entry {
    let mut entry = Entry {
        began: row.get("created_on"),
        changed: row.get("modified_on"),
        uuid: row.get("uuid"),
        status: read_status(row),
        name: row.get("name"),
        tag: row.get("tag"),
        ..Entry::default()
    };
    let mut shown = Shown {
        element: row.object_json("element"),
        command: row.object_json("command"),
        ..Shown::default()
    };
    row.object("command", |command| {
        shown.status = read_status(command);
        entry.path = command.get("path");
        if entry.name.is_none() {
            entry.name = command.get("name");
        }
    });
    if entry.status.reason.is_none() {
        entry.status.reason.clone_from(&shown.status.reason);
    }
    entry.trees = Trees::Shown(shown.into());
    entry
}

/// Reads the bare command that an event of 2022 has.
pub(super) fn read_command(command: &mut Fields<'_, '_>, json: Option<Json>) -> Entry {
    let status = read_status(command);
    let shown = Shown {
        element: command.object_json("element"),
        command: json,
        status: status.clone(),
    };
    Entry {
        began: command.get("created_on"),
        changed: command.get("modified_on"),
        uuid: command.get("uuid"),
        name: command.get("name"),
        path: command.get("path"),
        tag: command.get("tag"),
        status,
        trees: Trees::Shown(shown.into()),
    }
}

fn read_status(row: &mut Fields<'_, '_>) -> Status {
    Status {
        success: row.get("success"),
        state: row.get("state"),
        reason: row.get("reason"),
    }
}

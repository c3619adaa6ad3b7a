//! Reads one event, of either generation.

use super::event::{Generation, INBOUND, OUTBOUND, Stage};
use super::keys;
use crate::record::{Attachment, Direction, Json, Stamp, VendorField, members};
use crate::wire::fields::{Fields, Findings};
use crate::wire::repair::Repaired;

/// Whether JSON is an event of this vendor, by its shape: other vendors have events of the same names.
pub(in crate::wire) fn is_event(json: &str) -> bool {
    // Most events are of another vendor: a look at the bytes is enough for them.
    let is_near = json.starts_with("{\"data\":{")
        || memchr::memmem::find(json.as_bytes(), b"\"event\":\"call.").is_some();
    let Some(event) = Some(json).filter(|_| is_near).and_then(members) else {
        return false;
    };
    let value = |wanted: &str| event.iter().rev().find(|(key, _)| key == wanted);
    let is_call = value("event").is_some_and(|(_, name)| name.starts_with("\"call."));
    let data = value("data").and_then(|(_, data)| members(data));
    // Of one that was cut within its data, only that is there.
    let is_cut = event.len() == 1;
    let has = |wanted: &str, data: &[(std::borrow::Cow<'_, str>, &str)]| {
        data.iter().any(|(key, _)| key == wanted)
    };
    data.is_some_and(|data| {
        (is_call && has("delivery_status", &data))
            || (is_cut && has("id", &data) && (has("to", &data) || has("delivery_status", &data)))
    })
}

/// What an event says.
#[derive(Debug, Default)]
pub(super) struct EventRow {
    pub(super) stage: Option<Stage>,
    pub(super) generation: Generation,
    pub(super) id: Option<Box<str>>,
    pub(super) from: Option<Box<str>>,
    pub(super) to: Option<Box<str>>,
    pub(super) direction: Option<Direction>,
    pub(super) body: Option<Box<str>>,
    pub(super) status: Option<Box<str>>,
    pub(super) created: Option<Stamp>,
    pub(super) created_written: Option<Box<str>>,
    /// Whether that says no zone.
    pub(super) lacks_zone: bool,
    pub(super) updated: Option<Stamp>,
    pub(super) made: Option<Stamp>,
    pub(super) request_id: Option<Box<str>>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) vendor: Vec<VendorField>,
    pub(super) is_whole: bool,
}

/// The call that an event tells of; nothing where it is no event.
pub(in crate::wire) fn event(
    json: &str,
    document: &Repaired,
    findings: &mut Findings,
) -> Option<Box<str>> {
    let (row, _) = read(json, document, findings)?;
    Some(row.id.unwrap_or_default())
}

/// Reads an event again that was one, with its name; what is wrong in it is known.
pub(super) fn row(json: &str, is_whole: bool) -> Option<(EventRow, Option<Box<str>>)> {
    let (mut row, name) = read(json, &Repaired::default(), &mut Findings::default())?;
    row.is_whole = is_whole;
    Some((row, name))
}

fn read(
    json: &str,
    document: &Repaired,
    findings: &mut Findings,
) -> Option<(EventRow, Option<Box<str>>)> {
    let mut fields = Fields::of_event(json, document, findings)?;
    let name: Option<Box<str>> = fields.get("event");
    let stage = name.as_deref().map(|name| {
        let mut all = Stage::ALL.into_iter();
        all.find(|stage| stage.as_str() == name)
    });
    let is_second = fields.has("api_version");
    let mut row = fields.object("data", data).unwrap_or_default();
    row.stage = stage.flatten();
    if is_second {
        row.generation = Generation::G2;
    }
    row.made = fields.get("created_at");
    row.request_id = fields.get("request_id");
    Some((row, name))
}

fn data(data: &mut Fields<'_, '_>) -> EventRow {
    let mut vendor = Vec::new();
    let is_second = data.has("metadata") || data.has("mode");
    take_vendor(data, &mut vendor);
    data.object("metadata", |metadata| take_vendor(metadata, &mut vendor));
    let direction: Option<Box<str>> = data.get("direction");
    EventRow {
        generation: if is_second {
            Generation::G2
        } else {
            Generation::G1
        },
        id: data.get("id"),
        from: data.get("from"),
        to: data.get("to"),
        direction: direction.and_then(|word| match &*word {
            INBOUND => Some(Direction::In),
            OUTBOUND => Some(Direction::Out),
            _ => None,
        }),
        body: data.get("body"),
        status: data.get("delivery_status"),
        created: data.get("created_at"),
        created_written: data.get("created_at"),
        lacks_zone: data.lacks_zone("created_at"),
        updated: data.get("updated_at"),
        attachments: data
            .list("attachments", |file| {
                Some(Attachment {
                    content_type: file.get("content_type"),
                    agent: file.get("agent_id"),
                    url: file.get("url")?,
                })
            })
            .into_iter()
            .flatten()
            .collect(),
        vendor,
        ..EventRow::default()
    }
}

/// Takes what only the vendor knows, as it was written.
fn take_vendor(fields: &mut Fields<'_, '_>, found: &mut Vec<VendorField>) {
    /// These are told by the call itself.
    const TOLD: [&str; 4] = [
        "created_at",
        "delivery_status",
        "attachments",
        "request_ids",
    ];
    for key in keys::VENDOR.keys {
        if TOLD.contains(&key.name) {
            continue;
        }
        if let Some(json) = fields.raw(key.name) {
            found.push(VendorField {
                vendor: keys::NAME,
                key: key.name,
                value: Json::trusted(json),
            });
        }
    }
}

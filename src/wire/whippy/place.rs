//! Where a field of a record stands in an event.

use crate::record::{Field, JsonPath, JsonStep, Part};

/// The place in the event of a field of its record: `data.body`.
pub(in crate::wire) fn place(field: &Field) -> String {
    let data = JsonPath::default().key("data");
    let path = match field.of {
        Part::Leg => data.key(match field.name {
            "uuid" => "id",
            "from" => "from",
            "to" => "to",
            "direction" => "direction",
            "created" => "created_at",
            "hangup" | "changed" => "updated_at",
            "state" | "cause.name" | "cause.code" | "end" => "delivery_status",
            other => other,
        }),
        Part::Turn(_) => data.key("body"),
        Part::Attachment(index) => data.key("attachments").index(index),
        Part::Vendor if field.name == "request_ids" => JsonPath::default().key("request_id"),
        Part::Vendor => data.key(field.name),
        Part::Event if field.name == "at" => JsonPath::default().key("created_at"),
        Part::Event => JsonPath::default().key("request_id"),
        _ => JsonPath::default().key(field.name),
    };
    let steps: Vec<JsonStep> = path.0.into_iter().chain(field.inside.0.clone()).collect();
    JsonPath(steps).to_string()
}

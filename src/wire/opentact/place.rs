//! Where a field of a record stands in an event of 2024.

use super::row;
use crate::record::{Field, JsonPath, JsonStep, Part};

/// The place in the event of a field of its record: `call.logs[1].reason`.
pub fn place(field: &Field) -> String {
    let call = JsonPath::default().key("call");
    let row = |path: &JsonPath, key: &str| {
        if key.is_empty() {
            path.clone()
        } else {
            path.key(key)
        }
    };
    let leg = |path: &JsonPath| row(path, row::leg_key(field.name));
    let path = match field.of {
        Part::Leg => leg(&call),
        Part::Parent => leg(&call.key("parent")),
        Part::Dialled(index) => leg(&call.key("children").index(index)),
        Part::Entry(index) => row(&call.key("logs").index(index), row::entry_key(field.name)),
        Part::Recording(index) => row(
            &call.key("records").index(index),
            row::key::<crate::record::Recording>(field.name),
        ),
        Part::Account => row(
            &call.key("account"),
            row::key::<crate::record::Account>(field.name),
        ),
        Part::App => row(
            &call.key("sip_control_app"),
            row::key::<crate::record::App>(field.name),
        ),
        Part::Number => row(
            &call.key("tn"),
            row::key::<crate::record::Number>(field.name),
        ),
        Part::Event => JsonPath::default().key(if field.name == "at" {
            "created_on"
        } else {
            field.name
        }),
        // No event of this vendor has them.
        Part::Turn(_) | Part::Attachment(_) | Part::Vendor => JsonPath::default().key(field.name),
        Part::Other => JsonPath::default(),
    };
    let steps: Vec<JsonStep> = path.0.into_iter().chain(field.inside.0.clone()).collect();
    JsonPath(steps).to_string()
}

/// Whether a place of an event holds something else in every call: an identifier, the account's balance.
pub fn is_of_each_call(path: &JsonPath) -> bool {
    match path.0.last() {
        Some(JsonStep::Key(key)) => matches!(&**key, "uuid" | "thread" | "ref_id" | "balance"),
        _ => false,
    }
}

//! `[vendor.NAME]`: what only a vendor knows of the call. Its wire says what there is.

use super::write::Lines;
use crate::record::{Content, Json, VendorField, content};
use crate::table::Table;
use crate::wire::{VENDORS, VendorKey, VendorKind};

pub(super) fn read(table: &mut Table<'_>) -> Vec<VendorField> {
    let mut found = Vec::new();
    for vendor in VENDORS {
        table.table(vendor.name, vendor.docs, |table| {
            for key in vendor.keys {
                found.extend(value(table, key).map(|value| VendorField {
                    vendor: vendor.name,
                    key: key.name,
                    value,
                }));
            }
        });
    }
    found
}

fn value(table: &mut Table<'_>, key: &VendorKey) -> Option<Json> {
    Some(match key.kind {
        VendorKind::Text => Json::of(&table.get::<String>(key.name, key.docs)?),
        VendorKind::Whole => Json::of(&table.get::<u64>(key.name, key.docs)?),
        VendorKind::Texts => Json::of(&table.get::<Vec<String>>(key.name, key.docs)?),
    })
}

/// Writes the tables. What is neither text, nor number, nor a list of texts is left out.
pub(super) fn write(fields: &[VendorField], lines: &mut Lines) {
    for vendor in VENDORS {
        let own = fields.iter().filter(|field| field.vendor == vendor.name);
        let own = own.filter_map(|field| Some((field.key, toml(field.value.as_str())?)));
        for (index, (key, value)) in own.enumerate() {
            if index == 0 {
                lines.heading(&format!("[vendor.{}]", vendor.name));
            }
            lines.raw(key, &value);
        }
    }
}

fn toml(json: &str) -> Option<String> {
    let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
    Some(match content(json) {
        Content::Text(words) => text(&words),
        Content::Array(items) => {
            let items: Option<Vec<String>> = items.into_iter().map(toml).collect();
            format!("[{}]", items?.join(", "))
        }
        Content::Plain(plain) if plain.parse::<u64>().is_ok() => plain.to_owned(),
        Content::Plain(_) | Content::Object(_) => return None,
    })
}

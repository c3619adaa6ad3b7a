//! What only this vendor knows of a call, by its names for it: the keys of `[vendor.whippy]`.

use crate::record::{Json, Record};
use crate::wire::{VendorKey, VendorKind, VendorTable};

/// The name of the vendor.
pub(super) const NAME: &str = "whippy";

macro_rules! keys {
    ($($kind:ident $name:literal $docs:literal)+) => {
        /// The table of a scenario.
        pub(in crate::wire) const VENDOR: VendorTable = VendorTable {
            name: NAME,
            docs: "Data for the webhooks of Whippy, for `run --format whippy`. Default of each key: null.",
            keys: &[$(VendorKey { name: $name, docs: $docs, kind: VendorKind::$kind }),+],
        };
    };
}

keys! {
    Whole "user_id" "The user of the account."
    Text "contact_id" "The contact."
    Text "channel_id" "The channel."
    Text "conversation_id" "The conversation."
    Text "campaign_id" "The campaign."
    Text "campaign_contact_id" "The contact in the campaign."
    Text "sequence_id" "The sequence; generation 2 only."
    Text "step_id" "The step of the sequence."
    Text "step_contact_id" "The contact in the step."
    Text "language" "The language of the conversation."
    Text "translation_language" "The language it is translated to."
    Text "translated_body" "The conversation in that language."
    Text "agent_id" "The agent."
    Text "agent_version_id" "The version of the agent; generation 2 only."
    Text "llm_id" "The language model; generation 2 only."
    Text "llm_version_id" "The version of the model; generation 2 only."
    Text "organization_id" "The organization, as in the URLs of attachments."
    Text "created_at" "When the call was created, with more digits than elsewhere in a scenario."
    Text "delivery_status" "How the call ended, instead of the word that follows from the call."
    Texts "request_ids" "The identifiers of the requests, one for each event; if there is only one, all events have it."
    Texts "attachments" "The URLs of analysis.json, recording.wav and transcript.json."
}

/// What a record says under a name.
pub(super) fn value<'r>(record: &'r Record, key: &str) -> Option<&'r Json> {
    let mut own = record.vendor.iter().filter(|one| one.vendor == NAME);
    own.find(|one| one.key == key).map(|one| &one.value)
}

/// The texts that a record says under a name.
pub(super) fn texts(record: &Record, key: &str) -> Vec<Box<str>> {
    let json = value(record, key).map_or("[]", Json::as_str);
    serde_json::from_str(json).unwrap_or_default()
}

/// The text that a record says under a name.
pub(super) fn text(record: &Record, key: &str) -> Option<Box<str>> {
    serde_json::from_str(value(record, key)?.as_str()).ok()
}

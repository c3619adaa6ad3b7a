//! Writes the events of a call.

use super::{attachments, keys, status};
use crate::fidelity::{Assumption, Assumptions};
use crate::record::{Attachment, Direction, Identifiers, Of, Record, Stamp, Turn, transcript};
use crate::wire::unlike;
use crate::wire::value::Object;

/// Which of the two shapes an event has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Generation {
    /// That of the examples of August 2023.
    G1,
    /// That of October 2024.
    #[default]
    G2,
}

/// What an event tells of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// The call is live.
    Started,
    /// It is over.
    Ended,
    /// Its files are there.
    Analyzed,
}

impl Stage {
    /// All, in the order of a call.
    pub const ALL: [Self; 3] = [Self::Started, Self::Ended, Self::Analyzed];

    /// The name of the event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "call.started",
            Self::Ended => "call.ended",
            Self::Analyzed => "call.analyzed",
        }
    }
}

/// The names of the envelopes, by generation and stage.
const ENVELOPES: [[&str; 3]; 2] = [
    ["whippy-1.started", "whippy-1.ended", "whippy-1.analyzed"],
    ["whippy-2.started", "whippy-2.ended", "whippy-2.analyzed"],
];

/// The name of an event's envelope.
pub(super) fn envelope(generation: Generation, stage: Stage) -> &'static str {
    ENVELOPES[generation as usize][stage as usize]
}

/// The event that a record was read from, by the name of its envelope.
fn by_envelope(name: &str) -> Option<(Generation, Stage)> {
    let generations = [Generation::G1, Generation::G2].into_iter();
    let mut all = generations.flat_map(|one| Stage::ALL.map(|stage| (one, stage)));
    all.find(|&(generation, stage)| envelope(generation, stage) == name)
}

/// Whether an envelope is one of this vendor's.
pub(in crate::wire) fn is_own(envelope: &str) -> bool {
    by_envelope(envelope).is_some()
}

/// Writes the event that a record was read from; whether it was one of this vendor's.
pub(in crate::wire) fn write(record: &Record, out: &mut Vec<u8>) -> bool {
    let event = record.event.as_ref();
    let Some((generation, stage)) = event.and_then(|event| by_envelope(event.envelope)) else {
        return false;
    };
    let before = out.len();
    Events::new(record, generation).write(stage, out);
    unlike::apply(&record.other, before, out);
    true
}

/// The events of a call, in their order.
#[derive(Clone, Debug)]
pub struct Events<'r> {
    record: &'r Record,
    generation: Generation,
    turns: Vec<Turn>,
    attachments: Vec<Attachment>,
    request_ids: Vec<Box<str>>,
}

impl<'r> Events<'r> {
    /// The events of a record.
    pub fn new(record: &'r Record, generation: Generation) -> Self {
        Self {
            record,
            generation,
            turns: record.conversation(),
            attachments: attachments::of(record),
            request_ids: keys::texts(record, "request_ids"),
        }
    }

    /// What there are events of: nothing of a call that has not come about yet.
    pub fn stages(&self) -> Vec<Stage> {
        let record = self.record;
        let word = status::of(record).and_then(status::named);
        let is_connected = record.leg.live.is_some()
            || record.turns.is_some() && !word.is_some_and(|word| word.never_connected);
        let has = |stage: &Stage| match stage {
            Stage::Started => is_connected,
            Stage::Ended => record.is_over(),
            Stage::Analyzed => record.is_over() && is_connected,
        };
        Stage::ALL.into_iter().filter(has).collect()
    }

    /// What is assumed in writing them.
    pub fn assumed(&self) -> Assumptions {
        let mut assumed = Assumptions::default();
        for one in [
            Assumption::WhippyStages,
            Assumption::WhippyTimes,
            Assumption::WhippyStatus,
            Assumption::WhippyTurns,
        ] {
            assumed.insert(one);
        }
        if !self.attachments.is_empty() {
            assumed.insert(Assumption::WhippyAttachments);
        }
        assumed
    }

    /// Writes an event in one line, without a line break.
    pub fn write(&self, stage: Stage, out: &mut Vec<u8>) {
        let mut event = Object::begin(out);
        match self.generation {
            Generation::G1 => self.data_1(stage, event.key("data")),
            Generation::G2 => self.data_2(stage, event.key("data")),
        }
        if self.generation == Generation::G2 {
            event.text("api_version", "v1");
        }
        event.text("event", stage.as_str());
        if self.generation == Generation::G2 {
            time(&mut event, "created_at", Some(self.made(stage)));
        }
        let request = match self.request_ids.as_slice() {
            [one] => one.clone(),
            all => {
                if let Some(one) = all.get(stage as usize) {
                    one.clone()
                } else {
                    let uuid = self.record.leg.uuid.as_deref().unwrap_or_default();
                    Identifiers::within(uuid).uuid(Of::Event(stage as usize))
                }
            }
        };
        event.text("request_id", &request);
        event.end();
    }

    /// In the order of the published examples.
    fn data_1(&self, stage: Stage, out: &mut Vec<u8>) {
        let leg = &self.record.leg;
        let mut data = Object::begin(out);
        data.put("id", leg.uuid.as_ref());
        number(&mut data, "to", leg.to.as_deref());
        self.body(stage, &mut data);
        number(&mut data, "from", leg.from.as_deref());
        self.vendor(&mut data, &["step_id", "language"]);
        self.direction(&mut data);
        self.vendor(&mut data, &["channel_id", "contact_id"]);
        self.created(&mut data, "created_at");
        // Every published example repeats it.
        self.created(&mut data, "updated_at");
        self.files(stage, &mut data);
        self.vendor(&mut data, &["campaign_id", "conversation_id"]);
        self.status(stage, &mut data);
        let rest = [
            "step_contact_id",
            "translated_body",
            "campaign_contact_id",
            "translation_language",
            "user_id",
        ];
        self.vendor(&mut data, &rest);
        data.end();
    }

    fn data_2(&self, stage: Stage, out: &mut Vec<u8>) {
        let leg = &self.record.leg;
        let mut data = Object::begin(out);
        data.put("id", leg.uuid.as_ref());
        self.status(stage, &mut data);
        self.direction(&mut data);
        data.text("type", "call");
        data.text("mode", "ai");
        self.body(stage, &mut data);
        let languages = ["translated_body", "language", "translation_language"];
        self.vendor(&mut data, &languages);
        number(&mut data, "from", leg.from.as_deref());
        number(&mut data, "to", leg.to.as_deref());
        self.created(&mut data, "created_at");
        match stage {
            Stage::Started => self.created(&mut data, "updated_at"),
            Stage::Ended | Stage::Analyzed => match leg.ended() {
                Some(ended) => time(&mut data, "updated_at", Some(ended)),
                None => self.created(&mut data, "updated_at"),
            },
        }
        let rest = [
            "conversation_id",
            "contact_id",
            "channel_id",
            "campaign_id",
            "campaign_contact_id",
            "sequence_id",
            "step_contact_id",
            "step_id",
            "user_id",
        ];
        self.vendor(&mut data, &rest);
        let mut metadata = Object::begin(data.key("metadata"));
        metadata.text("type", "phone");
        match (stage, self.seconds()) {
            (Stage::Ended | Stage::Analyzed, Some(seconds)) => {
                metadata.put("duration", Some(&seconds));
            }
            _ => metadata.null("duration"),
        }
        metadata.raw("placeholders_data", b"{}");
        metadata.null("analysis");
        let agent = ["agent_id", "agent_version_id", "llm_id", "llm_version_id"];
        self.vendor(&mut metadata, &agent);
        metadata.end();
        self.files(stage, &mut data);
        data.end();
    }

    /// The conversation, which is whole when the call is over.
    fn body(&self, stage: Stage, data: &mut Object<'_>) {
        match stage {
            Stage::Started => data.null("body"),
            _ if self.turns.is_empty() => data.null("body"),
            Stage::Ended | Stage::Analyzed => data.text("body", &transcript(&self.turns)),
        }
    }

    fn direction(&self, data: &mut Object<'_>) {
        match self.record.leg.direction {
            Some(Direction::In) => data.text("direction", INBOUND),
            Some(Direction::Out) => data.text("direction", OUTBOUND),
            None => data.null("direction"),
        }
    }

    fn status(&self, stage: Stage, data: &mut Object<'_>) {
        const KEY: &str = "delivery_status";
        let own = keys::text(self.record, KEY).filter(|_| stage != Stage::Started);
        match (own, stage, status::of(self.record)) {
            (Some(own), ..) => data.text(KEY, &own),
            (None, Stage::Started, _) => data.text(KEY, status::IN_PROGRESS),
            (None, _, Some(word)) => data.text(KEY, &format!("{}.{word}", status::COMPLETED)),
            (None, _, None) => data.text(KEY, status::COMPLETED),
        }
    }

    fn files(&self, stage: Stage, data: &mut Object<'_>) {
        let files = self.attachments.iter().filter(|_| stage == Stage::Analyzed);
        let files = files.map(|file| {
            let mut out = Vec::new();
            let mut row = Object::begin(&mut out);
            row.put_some("content_type", file.content_type.as_ref());
            row.put_some("agent_id", file.agent.as_ref());
            row.text("url", &file.url);
            row.end();
            out
        });
        data.list("attachments", &files.collect::<Vec<_>>());
    }

    /// What only the vendor knows.
    fn vendor(&self, data: &mut Object<'_>, names: &[&'static str]) {
        for name in names {
            match keys::value(self.record, name) {
                Some(json) => data.raw(name, json.as_str().as_bytes()),
                None => data.null(name),
            }
        }
    }

    /// When the call was created: as the vendor wrote it, where that is the same instant.
    fn created(&self, data: &mut Object<'_>, key: &str) {
        let written = keys::text(self.record, "created_at");
        match written {
            Some(written) => data.text(key, &written),
            None => time(data, key, self.record.leg.created),
        }
    }

    /// When an event is made: as soon as there is something to tell.
    fn made(&self, stage: Stage) -> Stamp {
        let leg = &self.record.leg;
        let at = match stage {
            Stage::Started => leg.live,
            Stage::Ended | Stage::Analyzed => leg.ended(),
        };
        at.or(leg.created).unwrap_or_default()
    }

    /// How long the two talked, in whole seconds.
    fn seconds(&self) -> Option<u64> {
        let leg = &self.record.leg;
        Some(leg.ended()?.since(leg.live.or(leg.created)?).div_ceil(1000))
    }
}

/// The words for a direction.
pub(super) const INBOUND: &str = "INBOUND";
/// The same.
pub(super) const OUTBOUND: &str = "OUTBOUND";

/// An instant in UTC with six decimals.
fn time(object: &mut Object<'_>, key: &str, at: Option<Stamp>) {
    match at {
        Some(at) => {
            let at = at.timestamp().strftime("%Y-%m-%dT%H:%M:%S%.6fZ");
            object.text(key, &at.to_string());
        }
        None => object.null(key),
    }
}

/// A telephone number with its plus sign; anything else as it is.
fn number(object: &mut Object<'_>, key: &str, number: Option<&str>) {
    match number {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit()) => {
            object.text(key, &format!("+{digits}"));
        }
        Some(other) => object.text(key, other),
        None => object.null(key),
    }
}

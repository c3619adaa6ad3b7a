//! Reads published events: one, a list of them, or a log with one in each line.
//!
//! Reading never fails. What is damaged or cut is named with its place, and what stood whole before
//! it is read. Keys that are not known are passed over.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::source::{Source, Span};

use super::Stamp;

mod call;
mod element;
mod entry;
mod fields;
pub mod json;
mod parser;
mod rules;

pub use call::{PublishedCall, PublishedCause, PublishedLeg};
pub use element::{ElementNode, ElementTree};
pub use entry::{PublishedEntry, PublishedRecording};
pub use rules::RULES;

use fields::{Fields, MOST_FINDINGS};
use json::{Json, Value};
use rules::{SHAPE, SYNTAX};

/// What was read of a file.
#[derive(Debug)]
pub struct Reading {
    /// The text, to show findings in.
    pub source: Source,
    /// The events in the order of the file.
    pub events: Vec<Published>,
    /// What is wrong, in the order of the file.
    pub findings: Vec<Diagnostic>,
}

/// An event that was published.
#[derive(Clone, PartialEq, Debug)]
pub struct Published {
    /// Its place in the file.
    pub span: Span,
    /// Whether all of it was there.
    pub is_whole: bool,
    /// Which envelope it has.
    pub generation: Generation,
    /// Its own identifier.
    pub uuid: Option<Box<str>>,
    /// When it was made.
    pub created_on: Option<Stamp>,
    /// What it tells of.
    pub kind: Kind,
    /// The human line.
    pub message: Option<Box<str>>,
    /// The small summary.
    pub payload: Option<Json>,
    /// The call that it belongs to.
    pub ref_id: Option<Box<str>>,
    /// The call as it stood then.
    pub call: Option<PublishedCall>,
    /// The command that ended, in an event that tells of one.
    pub call_flow: Option<PublishedEntry>,
    /// The recording that is available, in an event that tells of one.
    pub call_record: Option<PublishedRecording>,
}

/// Which of the envelopes an event has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Generation {
    /// That of July 2022: `timestamp`, everything inside `payload`, durations in milliseconds.
    Y2022,
    /// That of February 2024.
    Y2024,
}

/// What an event tells of.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// A call's state: `call_state`.
    CallState,
    /// A command that ended: `call_flow`.
    CallFlow,
    /// A recording that is available: `call_record`.
    CallRecord,
    /// Something else, by its `type`.
    Other(Box<str>),
}

/// Reads a file under the name that findings give it.
pub fn read(name: &str, bytes: &[u8]) -> Reading {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut findings = Vec::new();
    let text = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let is_cut = text.len() < bytes.len();
    let mut events = Vec::new();
    for (json, is_whole) in values(text, &mut findings) {
        let list = match &json.value {
            Value::Array(elements) => elements.as_slice(),
            _ => std::slice::from_ref(&json),
        };
        for (index, event) in list.iter().enumerate() {
            let is_whole = is_whole || index + 1 < list.len();
            events.extend(Published::read(event, is_whole, &mut findings));
        }
    }
    findings.sort_by_key(|finding| finding.primary.span);
    if is_cut {
        // That the text ends there follows from the damage.
        findings.retain(|finding| (finding.primary.span.start as usize) < text.len());
        let span = Span::at(text.len());
        findings.push(Diagnostic::error(
            SYNTAX.id,
            span,
            "these bytes are no UTF-8",
        ));
    }
    findings.truncate(MOST_FINDINGS);
    Reading {
        source: Source::new(name, text),
        events,
        findings,
    }
}

/// The JSON values of a text, and whether each is whole.
fn values(text: &str, findings: &mut Vec<Diagnostic>) -> Vec<(Json, bool)> {
    let mut values = Vec::new();
    if is_log(text) {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.trim_end().len();
            if !line.trim().is_empty() {
                one(&text[..end], start, findings, &mut values);
            }
            start += line.len();
        }
    } else {
        one(text.trim_end(), 0, findings, &mut values);
    }
    values
}

/// Whether each line is a document of its own: most lines that are not empty begin with a brace
/// that is not alone. An array may have an event a line, too.
fn is_log(text: &str) -> bool {
    if text.trim_start().starts_with('[') {
        return false;
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let (mut all, mut begin) = (0, 0);
    for line in lines {
        all += 1;
        begin += usize::from(line.starts_with('{') && line.trim_end().len() > 1);
    }
    all > 1 && begin * 2 > all
}

/// Reads one value that must reach to the end of the text.
fn one(text: &str, start: usize, findings: &mut Vec<Diagnostic>, values: &mut Vec<(Json, bool)>) {
    let parsed = parser::parse(text, start);
    let mut error = parsed.error;
    if error.is_none() && !text[parsed.end..].trim().is_empty() {
        let behind = text.len() - text[parsed.end..].trim_start().len();
        let message = "something stands behind the end of the event";
        let finding = Diagnostic::error(SYNTAX.id, Span::at(behind), message);
        error = Some(finding.help("a log of events has one in each line"));
    }
    values.extend(parsed.json.map(|json| (json, error.is_none())));
    if findings.len() < MOST_FINDINGS {
        findings.extend(error);
    }
}

impl Published {
    /// Reads an event from its JSON; none where it is no event, which is reported.
    fn read(json: &Json, is_whole: bool, found: &mut Vec<Diagnostic>) -> Option<Self> {
        if !matches!(json.value, Value::Object(_)) || (is_whole && json.get("type").is_none()) {
            if found.len() < MOST_FINDINGS {
                let message = "this is no event: it has no `type`";
                found.push(Diagnostic::error(SHAPE.id, json.span, message));
            }
            return None;
        }
        let mut fields = Fields { found };
        let is_old = json.get("timestamp").is_some() && json.get("created_on").is_none();
        let generation = match is_old {
            true => Generation::Y2022,
            false => Generation::Y2024,
        };
        let kind = match fields.text(json, "type") {
            Some(kind) => Kind::of(&kind),
            None => Kind::Other("".into()),
        };
        let payload = json.get("payload").filter(|payload| !payload.is_null());
        let (created_on, call, call_flow) = match generation {
            Generation::Y2024 => {
                let call_flow = fields.object(json, "call_flow");
                let call_flow = call_flow.map(|json| PublishedEntry::read(json, &mut fields));
                let call = fields.object(json, "call");
                (fields.instant(json, "created_on"), call, call_flow)
            }
            Generation::Y2022 => {
                let command = payload.and_then(|payload| fields.object(payload, "command"));
                let command = command.map(|json| PublishedEntry::of_command(json, &mut fields));
                let of_payload = payload.and_then(|payload| payload.get("call"));
                // The entity itself stands in the payload of an event that tells of its state.
                let itself = payload.filter(|payload| payload.get("direction").is_some());
                let call = of_payload.or(itself).or(json.get("call"));
                let call = call.filter(|call| matches!(call.value, Value::Object(_)));
                (fields.instant(json, "timestamp"), call, command)
            }
        };
        let call_record = fields.object(json, "call_record");
        Some(Self {
            span: json.span,
            is_whole,
            generation,
            uuid: fields.text(json, "uuid"),
            created_on,
            kind,
            message: fields.text(json, "message"),
            payload: payload.cloned(),
            ref_id: fields.text(json, "ref_id"),
            call: call.map(|json| PublishedCall::read(json, generation, &mut fields)),
            call_flow,
            call_record: call_record.map(|json| PublishedRecording::read(json, &mut fields)),
        })
    }

    /// Reads an event of the simulator as if it had been published.
    pub fn of(event: &super::Event) -> Option<Self> {
        let bytes = serde_json::to_vec(event).ok()?;
        read("event", &bytes).events.pop()
    }

    /// The identifier of the call that the event belongs to: that of the inbound leg, also in an
    /// event about a leg that it dialled.
    pub fn call_uuid(&self) -> Option<&str> {
        let call = self.call.as_ref();
        let parent = call.and_then(|call| call.parent.as_ref()?.uuid.as_deref());
        let own = call.and_then(|call| call.leg.uuid.as_deref());
        parent.or(own).or(self.ref_id.as_deref())
    }
}

impl Kind {
    fn of(word: &str) -> Self {
        match word {
            "call_state" => Self::CallState,
            "call_flow" => Self::CallFlow,
            "call_record" => Self::CallRecord,
            other => Self::Other(other.into()),
        }
    }

    /// The platform's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::CallState => "call_state",
            Self::CallFlow => "call_flow",
            Self::CallRecord => "call_record",
            Self::Other(other) => other,
        }
    }
}

/// All events of one call that are at hand.
#[derive(Clone, PartialEq, Debug)]
pub struct CallHistory {
    /// The identifier of the call.
    pub uuid: Box<str>,
    /// Its events, in the order in which they were made.
    pub events: Vec<Published>,
}

impl CallHistory {
    /// The call as the event shows it that tells most: the last one about the inbound leg.
    pub fn last(&self) -> Option<(&Published, &PublishedCall)> {
        let inbound = self.events.iter().filter_map(|event| {
            let call = event.call.as_ref()?;
            call.parent.is_none().then_some((event, call))
        });
        // Of equals the last: events of the same call only ever add to it.
        inbound.max_by_key(|(_, call)| (call.leg.state(), call.logs.len()))
    }
}

/// The events by the call that they belong to, in the order in which the calls first appear. Events
/// that belong to no call are left out.
pub fn group(events: Vec<Published>) -> Vec<CallHistory> {
    let mut places: BTreeMap<Box<str>, usize> = BTreeMap::new();
    let mut calls: Vec<CallHistory> = Vec::new();
    for event in events {
        let uuid: Box<str> = match event.call_uuid() {
            Some(uuid) => uuid.into(),
            // What is left of an event that was cut is a call by itself.
            None if event.call.is_some() => "".into(),
            None => continue,
        };
        let place = *places.entry(uuid.clone()).or_insert_with(|| {
            let events = Vec::new();
            calls.push(CallHistory { uuid, events });
            calls.len() - 1
        });
        calls[place].events.push(event);
    }
    for call in &mut calls {
        call.events.sort_by_key(|event| event.created_on);
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESTROYED: &str = include_str!("../../tests/events/destroyed.json");

    fn whole() -> Published {
        let mut reading = read("destroyed.json", DESTROYED.as_bytes());
        assert_eq!(reading.findings, []);
        reading.events.pop().unwrap()
    }

    #[test]
    fn the_published_event_is_read_whole() {
        let event = whole();
        assert_eq!(
            (event.generation, &event.kind),
            (Generation::Y2024, &Kind::CallState)
        );
        let call = event.call.unwrap();
        assert_eq!(call.leg.cause().unwrap().name(), "NORMAL_CLEARING");
        let paths: Vec<_> = call.logs.iter().map(PublishedEntry::path).collect();
        assert_eq!(
            paths[3..5],
            ["Dial[0].Error[0].Say[0]", "Dial[0].Error[0].Record[1]"]
        );
        assert_eq!(call.children[0].state.as_deref(), Some("offline"));
        let mut xml = String::new();
        call.logs[4]
            .element
            .as_ref()
            .unwrap()
            .write_xml(0, &mut xml);
        let expected = "<Record asr=\"false\" tag=\"voicemail\">\n  <Tone/>\n  <Pause length=\"60000\"/>\n</Record>";
        assert_eq!(xml, expected);
    }

    #[test]
    fn a_list_and_a_log_give_the_same_events() {
        let compact: serde_json::Value = serde_json::from_str(DESTROYED).unwrap();
        let list = read("list", format!("[{DESTROYED},{compact}]").as_bytes());
        assert_eq!((list.events.len(), list.findings.len()), (2, 0));
        let log = read("log", format!("{compact}\n\n{compact}\n").as_bytes());
        assert_eq!((log.events.len(), log.findings.len()), (2, 0));
        assert_eq!(group(log.events).len(), 1);
    }

    #[test]
    fn a_damaged_line_is_named_and_the_others_are_read() {
        let compact: serde_json::Value = serde_json::from_str(DESTROYED).unwrap();
        let line = compact.to_string();
        let cut = &line[..line.len() / 2];
        let log = read("log", format!("{line}\n{cut}\n{line}\n").as_bytes());
        assert_eq!((log.events.len(), log.findings.len()), (3, 1));
        assert_eq!(
            log.source.position(log.findings[0].primary.span.start).line,
            2
        );
        assert!(!log.events[1].is_whole);
    }

    #[test]
    fn the_older_envelope_is_recognised() {
        let text = r#"{"timestamp":"2022-07-01T00:00:00.000Z","type":"call_flow","success":true,
            "command":"Answer","payload":{"call":{"uuid":"a","duration":2681,"direction":"in"},
            "command":{"path":"X[0]","name":"X","reason":"Call answered"}}}"#;
        let reading = read("old", text.as_bytes());
        assert_eq!(reading.findings, []);
        let event = &reading.events[0];
        assert_eq!(event.generation, Generation::Y2022);
        let duration = event.call.as_ref().unwrap().leg.duration;
        assert_eq!(duration, Some(std::time::Duration::from_millis(2681)));
        assert_eq!(event.call_flow.as_ref().unwrap().path(), "X[0]");
    }

    #[test]
    fn values_of_another_kind_are_reported_and_the_rest_is_read() {
        let text = r#"{"type":"call_state","call":{"uuid":7,"from":"1","created_on":"noon"}}"#;
        let reading = read("wrong", text.as_bytes());
        let rules: Vec<_> = reading.findings.iter().map(|found| found.rule).collect();
        assert_eq!(rules, ["event-shape", "event-shape"]);
        let call = reading.events[0].call.as_ref().unwrap();
        assert_eq!(call.leg.from.as_deref(), Some("1"));
        assert_eq!(read("7", b"7").findings[0].rule, "event-shape");
        assert_eq!(read("", b"").findings[0].rule, "event-syntax");
        assert_eq!(read("bytes", b"{\"type\": \"\xff\"}").findings.len(), 1);
    }
}

//! The files that belong to a call. Their contents are nowhere documented: these are the shapes of the
//! voice engine below (`whippy-attachments`).

use serde::{Deserialize, Serialize};

use crate::record::{Attachment, Identifiers, Json, Of, Record, Speaker, Turn, VendorField};

use super::keys;

/// The files in the order of the events, with their media types.
const FILES: [(&str, &str); 3] = [
    ("analysis.json", "application/json"),
    ("recording.wav", "audio/x-wav"),
    ("transcript.json", "application/json"),
];

/// The files of a call: as they were published, or those of a recorded one.
pub(super) fn of(record: &Record) -> Vec<Attachment> {
    if !record.attachments.is_empty() {
        return record.attachments.clone();
    }
    if record.recordings.is_empty() {
        return Vec::new();
    }
    let urls = keys::texts(record, "attachments");
    let identifiers = Identifiers::within(record.leg.uuid.as_deref().unwrap_or_default());
    let organization = keys::text(record, "organization_id");
    // Identifiers of what is no event lie behind those of all events.
    let made = |index: usize| identifiers.uuid(Of::Event(usize::MAX - index));
    let organization = organization.unwrap_or_else(|| made(FILES.len()));
    let agent = keys::text(record, "agent_id");
    let files = FILES.iter().enumerate().map(|(index, (name, kind))| {
        let url = format!(
            "https://example.com/organization_{organization}/calls/{}/{name}",
            made(index)
        );
        Attachment {
            content_type: Some((*kind).into()),
            agent: agent.clone(),
            url: urls.get(index).cloned().unwrap_or_else(|| url.into()),
        }
    });
    files.collect()
}

/// What a scenario of the call says of what only the vendor knows: its files as well.
pub(in crate::wire) fn kept(record: &Record) -> Vec<VendorField> {
    let mut kept = record.vendor.clone();
    let mut keep = |key: &'static str, value: Json| {
        if !kept.iter().any(|one| one.key == key) {
            let vendor = keys::NAME;
            kept.push(VendorField { vendor, key, value });
        }
    };
    let files = &record.attachments;
    if !files.is_empty() {
        let urls: Vec<&str> = files.iter().map(|file| &*file.url).collect();
        keep("attachments", Json::of(&urls));
    }
    if let Some(agent) = files.iter().find_map(|file| file.agent.as_deref()) {
        keep("agent_id", Json::of(agent));
    }
    kept
}

/// What a call was judged to be.
#[derive(Serialize)]
struct Analysis<'a> {
    call_summary: Option<&'a str>,
    in_voicemail: Option<bool>,
    user_sentiment: &'static str,
    call_successful: Option<bool>,
    custom_analysis_data: Assumed,
}

/// Says that nobody has seen such a file.
#[derive(Serialize)]
struct Assumed {
    callflow: &'static str,
}

/// The files of a simulated call that are text, each with its name.
pub fn files(record: &Record) -> [(&'static str, Vec<u8>); 2] {
    [(FILES[0].0, analysis()), (FILES[2].0, transcript(record))]
}

/// Whether a text is one that [`files()`] gives under this name.
pub fn is_file(name: &str, text: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Shape {
        custom_analysis_data: Mark,
    }
    #[derive(Deserialize)]
    struct Mark {
        callflow: String,
    }
    if name == FILES[0].0 {
        let shape = serde_json::from_slice::<Shape>(text);
        shape.is_ok_and(|shape| shape.custom_analysis_data.callflow == ASSUMED)
    } else {
        serde_json::from_slice::<Vec<TurnShape>>(text).is_ok()
    }
}

/// A turn as [`TurnJson`] writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TurnShape {
    #[serde(rename = "role")]
    _role: String,
    #[serde(rename = "content")]
    _content: String,
    #[serde(rename = "words")]
    _words: Vec<WordShape>,
}

/// A word as [`TimedWord`] writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordShape {
    #[serde(rename = "word")]
    _word: String,
    #[serde(rename = "start")]
    _start: f64,
    #[serde(rename = "end")]
    _end: f64,
}

/// What the analysis says of its own shape.
const ASSUMED: &str = "an assumed shape: whippy-attachments";

/// The analysis of a call. A simulation judges nobody: what it cannot know is null.
fn analysis() -> Vec<u8> {
    let analysis = Analysis {
        call_summary: None,
        in_voicemail: None,
        user_sentiment: "Unknown",
        call_successful: None,
        custom_analysis_data: Assumed { callflow: ASSUMED },
    };
    pretty(&analysis)
}

/// A turn with its words.
#[derive(Serialize)]
struct TurnJson<'a> {
    role: &'a str,
    content: &'a str,
    words: Vec<TimedWord<'a>>,
}

/// A word with its seconds of audio.
#[derive(Serialize)]
struct TimedWord<'a> {
    word: &'a str,
    start: f64,
    end: f64,
}

/// The transcript of a simulated call, its words spread evenly over the time of their turn.
fn transcript(record: &Record) -> Vec<u8> {
    let turns = record.timed_conversation();
    let turns: Vec<_> = turns
        .iter()
        .map(|(time, turn)| of_turn(*time, turn))
        .collect();
    pretty(&turns)
}

fn of_turn((from, to): (u64, u64), turn: &Turn) -> TurnJson<'_> {
    let all: Vec<&str> = turn.text.split_whitespace().collect();
    // Milliseconds of a call are far below what a float holds exactly.
    #[allow(clippy::cast_precision_loss, reason = "a call is shorter than 2^52 ms")]
    let at = |part: usize| {
        let part = (to - from) as f64 * part as f64 / all.len() as f64;
        ((from as f64 + part).round()) / 1000.0
    };
    let words = all.iter().enumerate().map(|(index, word)| TimedWord {
        word,
        start: at(index),
        end: at(index + 1),
    });
    TurnJson {
        role: match &turn.who {
            Speaker::Agent => "agent",
            Speaker::User => "user",
            Speaker::Other(_) => "transfer_target",
        },
        content: &turn.text,
        words: words.collect(),
    }
}

fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}

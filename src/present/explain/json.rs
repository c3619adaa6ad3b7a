//! For programs: everything that was found, with the verdict in words.
//!
//! `docs/schemas/explanation.schema.json` describes it. `version` grows when a reader must change;
//! new members may come without that.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::conversation::sides;
use super::{Told, headline, odd};
use crate::channel::cause::Cause;
use crate::explain::{Anomaly, Explanation};
use crate::record::{
    Answered, Attempt, Audio, AudioSegment, CallOutcome, Completeness, Dial, DialEnd, Ender,
    Extent, Fate, Fetch, FetchEnd, NotKnown, Step, TalkEnd, Unseen, Why,
};
use crate::report::Tool;

/// Writes a call as it stands in the list of the document.
pub(super) fn call(told: &Told<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let json = serde_json::to_string_pretty(&Call::new(told))?;
    // No text of JSON holds a line end.
    out.write_all(json.replace('\n', "\n    ").as_bytes())
}

/// Writes what stands before the first call.
pub(super) fn begin(out: &mut dyn io::Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document {
        version: u32,
        tool: Tool,
        calls: [(); 0],
    }
    let document = serde_json::to_string_pretty(&Document {
        version: 1,
        tool: Tool::THIS,
        calls: [],
    })?;
    out.write_all(document.trim_end_matches(['\n', '}', ']']).as_bytes())
}

/// Writes what stands before each call.
pub(super) fn between(is_first: bool, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(if is_first { b"\n    " } else { b",\n    " })
}

/// Writes what stands behind the last call: how many calls went how.
pub(super) fn end(
    counts: &BTreeMap<CallOutcome, usize>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    out.write_all(if counts.is_empty() { b"]" } else { b"\n  ]" })?;
    let count = |outcome: CallOutcome| {
        let count = counts.get(&outcome).copied().unwrap_or_default();
        format!("    \"{}\": {count}", outcome.as_str())
    };
    let counts = CallOutcome::ALL.map(count).join(",\n");
    writeln!(out, ",\n  \"counts\": {{\n{counts}\n  }}\n}}")
}

/// Instants are milliseconds since the call was created.
#[derive(Serialize)]
struct Call<'a> {
    uuid: Option<&'a str>,
    from: Option<&'a str>,
    to: Option<&'a str>,
    created_on: Option<String>,
    state: Option<&'a str>,
    /// How it went.
    outcome: &'static str,
    /// What the events do not show.
    not_known: Vec<&'static str>,
    headline: String,
    answered: Option<u64>,
    ended: Option<u64>,
    ended_by: Option<&'static str>,
    cause: Option<CauseJson>,
    during: Option<&'a str>,
    steps: Vec<StepJson<'a>>,
    dials: Vec<DialJson<'a>>,
    /// The legs of a command that the log does not show.
    open_legs: Vec<LegJson<'a>>,
    menus: Vec<MenuJson<'a>>,
    fetches: Vec<FetchJson<'a>>,
    heard: Vec<HeardJson<'a>>,
    recordings: Vec<RecordingJson<'a>>,
    conversation: Option<ConversationJson<'a>>,
    attachments: Vec<AttachmentJson<'a>>,
    anomalies: Vec<AnomalyJson>,
    is_cut: bool,
}

#[derive(Serialize)]
struct CauseJson {
    name: &'static str,
    code: u32,
    meaning: &'static str,
    usually: &'static str,
    check: &'static str,
    sip_received: &'static [u16],
    sip_sent: u16,
}

#[derive(Serialize)]
struct StepJson<'a> {
    path: &'a str,
    name: &'a str,
    tag: Option<&'a str>,
    state: &'static str,
    reason: Option<&'a str>,
    /// `null` where that is not known.
    from: Option<u64>,
    /// `null` while it is open, and where that is not known.
    to: Option<u64>,
    level: usize,
    place: Option<&'a str>,
    never_ran: Vec<UnseenJson<'a>>,
}

#[derive(Serialize)]
struct UnseenJson<'a> {
    path: &'a str,
    name: &'static str,
    tag: Option<&'a str>,
    why: &'static str,
}

#[derive(Serialize)]
struct DialJson<'a> {
    path: &'a str,
    to: &'a [String],
    outcome: &'static str,
    cause: Option<CauseJson>,
    legs: Vec<LegJson<'a>>,
}

#[derive(Serialize)]
struct LegJson<'a> {
    to: &'a str,
    created: Option<u64>,
    rang: Option<u64>,
    answered: Option<u64>,
    hung_up: Option<u64>,
    /// Who ended the conversation; `null` if it was not answered.
    talk_ended: Option<&'static str>,
    cause: Option<CauseJson>,
}

/// A command that waited for keys.
#[derive(Serialize)]
struct MenuJson<'a> {
    path: &'a str,
    keys: Option<&'a str>,
    after: Option<u64>,
    is_exact: Option<bool>,
    is_missed: bool,
}

#[derive(Serialize)]
struct FetchJson<'a> {
    path: &'a str,
    url: &'a str,
    took: Option<u64>,
    timeout: Option<u64>,
    outcome: &'static str,
}

#[derive(Serialize)]
struct HeardJson<'a> {
    from: u64,
    to: u64,
    kind: &'static str,
    what: Option<&'a str>,
    /// How much of a sound of the flow was heard; `null` of anything else.
    part: Option<&'static str>,
}

#[derive(Serialize)]
struct RecordingJson<'a> {
    path: &'a str,
    tag: Option<&'a str>,
    /// `null` where that is not known.
    is_kept: Option<bool>,
    seconds: Option<u64>,
}

/// What was said, where it was published.
#[derive(Serialize)]
struct ConversationJson<'a> {
    /// How the call ended, in its vendor's word.
    ended_with: Option<&'a str>,
    sides: Vec<SideJson>,
    turns: Vec<TurnJson<'a>>,
}

#[derive(Serialize)]
struct SideJson {
    who: String,
    turns: usize,
    words: usize,
}

#[derive(Serialize)]
struct TurnJson<'a> {
    who: String,
    text: &'a str,
}

#[derive(Serialize)]
struct AttachmentJson<'a> {
    name: &'a str,
    content_type: Option<&'a str>,
    url: &'a str,
}

#[derive(Serialize)]
struct AnomalyJson {
    kind: &'static str,
    text: String,
}

impl<'a> Call<'a> {
    #[allow(clippy::too_many_lines, reason = "one member after the other")]
    fn new(told: &'a Told<'_>) -> Self {
        let call = &told.call;
        let record = call.record();
        let path = |entry: usize| call.outline.steps[entry].path.as_str();
        let steps = call
            .outline
            .steps
            .iter()
            .map(|step| StepJson::new(told, step));
        Self {
            uuid: record.leg.uuid.as_deref(),
            from: record.leg.from.as_deref(),
            to: record.leg.to.as_deref(),
            created_on: record.leg.created.map(|created| {
                let text = created.to_string();
                if record.lacks.zone {
                    text.trim_end_matches('Z').to_owned()
                } else {
                    text
                }
            }),
            state: record.leg.state.map(crate::channel::CallState::as_str),
            outcome: call.outline.outcome().as_str(),
            not_known: call
                .outline
                .not_known()
                .into_iter()
                .map(NotKnown::as_str)
                .collect(),
            headline: headline(call),
            answered: match call.outline.answered {
                Answered::At(at) => Some(at),
                Answered::Before(_) | Answered::Never | Answered::Untold => None,
            },
            ended: record.ended(),
            ended_by: call.outline.ending.by.map(ended_by),
            cause: call.outline.ending.cause.map(cause),
            during: call.outline.ending.during.map(path),
            steps: steps.collect(),
            dials: call
                .outline
                .dials
                .iter()
                .map(|dial| dialled(call, dial))
                .collect(),
            open_legs: call.outline.unlogged.iter().map(leg).collect(),
            menus: call
                .outline
                .menus
                .iter()
                .map(|menu| MenuJson {
                    path: path(menu.entry),
                    keys: menu.press.as_ref().map(|press| press.keys.as_str()),
                    after: menu.press.as_ref().and_then(|press| press.after),
                    is_exact: menu.press.as_ref().map(|press| press.is_exact),
                    is_missed: menu.is_missed,
                })
                .collect(),
            fetches: call
                .outline
                .fetches
                .iter()
                .map(|one| fetched(call, one))
                .collect(),
            heard: call
                .outline
                .heard
                .iter()
                .zip(&call.outline.completeness)
                .map(|(one, part)| heard(one, *part))
                .collect(),
            recordings: call
                .outline
                .ending
                .recordings
                .iter()
                .map(|kept| {
                    let (is_kept, seconds) = match kept.fate {
                        Fate::Listed(seconds) => (Some(true), seconds),
                        Fate::Missing => (Some(false), None),
                        Fate::Untold => (None, None),
                    };
                    RecordingJson {
                        path: path(kept.entry),
                        tag: kept.tag.as_deref(),
                        is_kept,
                        seconds,
                    }
                })
                .collect(),
            conversation: record.turns.as_deref().map(|turns| ConversationJson {
                ended_with: record.end_word.as_ref().map(|end| &*end.word),
                sides: sides(turns)
                    .into_iter()
                    .map(|(who, turns, words)| SideJson {
                        who: who.to_string(),
                        turns,
                        words,
                    })
                    .collect(),
                turns: turns
                    .iter()
                    .map(|turn| TurnJson {
                        who: turn.who.to_string(),
                        text: &turn.text,
                    })
                    .collect(),
            }),
            attachments: record
                .attachments
                .iter()
                .map(|file| AttachmentJson {
                    name: file.url.rsplit('/').next().unwrap_or_default(),
                    content_type: file.content_type.as_deref(),
                    url: &file.url,
                })
                .collect(),
            anomalies: call
                .anomalies
                .iter()
                .map(|one| anomaly(call, one))
                .collect(),
            is_cut: record.extent == Extent::Cut,
        }
    }
}

impl<'a> StepJson<'a> {
    fn new(told: &'a Told<'_>, step: &'a Step) -> Self {
        Self {
            path: &step.path,
            name: &step.name,
            tag: step.tag.as_deref(),
            state: step.state.as_str(),
            reason: step.reason.as_deref(),
            from: step.began(),
            to: step.to.filter(|_| step.is_timed),
            level: step.level,
            place: told.places.get(step.entry).and_then(Option::as_deref),
            never_ran: step.unseen.iter().map(unseen).collect(),
        }
    }
}

fn unseen(one: &Unseen) -> UnseenJson<'_> {
    UnseenJson {
        path: &one.path,
        name: one.name,
        tag: one.tag.as_deref(),
        why: match one.why {
            Why::NotReached => "not-reached",
            Why::NotNeeded => "not-taken",
            Why::NotChosen => "not-chosen",
            Why::Skipped => "skipped",
        },
    }
}

fn ended_by(by: Ender) -> &'static str {
    match by {
        Ender::Caller => "caller",
        Ender::Command(_) => "command",
        Ender::FlowEnd => "flow-end",
        Ender::Agent => "agent",
        Ender::Callee => "callee",
        Ender::Transfer => "transfer",
        Ender::MaxLength => "max-length",
        Ender::Parked(_) => "parked",
        Ender::Untold => "untold",
    }
}

fn cause(cause: Cause) -> CauseJson {
    CauseJson {
        name: cause.name(),
        code: cause.code(),
        meaning: cause.meaning(),
        usually: cause.usually(),
        check: cause.check(),
        sip_received: cause.sip_received(),
        sip_sent: cause.sip_sent(),
    }
}

fn dialled<'a>(call: &'a Explanation, dial: &'a Dial) -> DialJson<'a> {
    let (outcome, why) = match dial.end {
        DialEnd::Answered(_) => ("answered", None),
        DialEnd::Succeeded => ("succeeded", None),
        DialEnd::Failed(why) => ("failed", why),
        DialEnd::Open => ("open", None),
        DialEnd::NotKnown => ("not-known", None),
    };
    DialJson {
        path: &call.outline.steps[dial.entry].path,
        to: &dial.to,
        outcome,
        cause: why.map(cause),
        legs: dial.attempts.iter().map(leg).collect(),
    }
}

fn leg(leg: &Attempt) -> LegJson<'_> {
    LegJson {
        to: &leg.to,
        created: leg.created,
        rang: leg.rang,
        answered: leg.answered,
        hung_up: leg.hung_up,
        talk_ended: leg.talk.map(|end| match end {
            TalkEnd::GoesOn => "goes-on",
            TalkEnd::Callee => "callee",
            TalkEnd::Caller => "caller",
            TalkEnd::Call => "call",
            TalkEnd::Limit => "limit",
            TalkEnd::Cause(_) => "cause",
            TalkEnd::NotKnown => "not-known",
        }),
        cause: leg.cause.map(cause),
    }
}

fn fetched<'a>(call: &'a Explanation, fetch: &'a Fetch) -> FetchJson<'a> {
    FetchJson {
        path: &call.outline.steps[fetch.entry].path,
        url: &fetch.url,
        took: fetch.took,
        timeout: fetch.timeout,
        outcome: match fetch.end {
            FetchEnd::Ran => "ran",
            FetchEnd::Answered => "answered",
            FetchEnd::Failed => "failed",
            FetchEnd::Open => "open",
        },
    }
}

fn heard(hearing: &AudioSegment, part: Completeness) -> HeardJson<'_> {
    use crate::channel::Sound;
    let (kind, what) = match &hearing.what {
        Audio::Ringing => ("ringing", None),
        Audio::Silence => ("silence", None),
        Audio::Unknown => ("unknown", None),
        Audio::Sound(Sound::Speech(text)) => ("speech", Some(&**text)),
        Audio::Sound(Sound::Tone(_)) => ("tone", None),
        Audio::Sound(Sound::File { url, .. }) => ("file", Some(&**url)),
        Audio::Sound(Sound::Recording { tag, .. }) => ("recording", Some(&**tag)),
        Audio::RingBack => ("ring-back", None),
        Audio::Bridge(to) => ("talk", Some(&**to)),
        Audio::Hold => ("hold-music", None),
    };
    HeardJson {
        from: hearing.from,
        to: hearing.to,
        kind,
        what,
        part: matches!(hearing.what, Audio::Sound(_)).then_some(match part {
            Completeness::Whole => "whole",
            Completeness::Beginning => "beginning",
            Completeness::NotKnown => "not-known",
        }),
    }
}

fn anomaly(call: &Explanation<'_>, anomaly: &Anomaly) -> AnomalyJson {
    AnomalyJson {
        kind: odd::kind(call, anomaly),
        text: odd::words(call, anomaly),
    }
}

//! What is odd about how a call was published.

use super::event::Stage;
use super::gather::Told;
use super::read::EventRow;
use super::status;
use crate::record::{Extent, Record, Remark};

/// What is odd about the events of a call.
pub(super) fn remarks(events: &[Told], record: &Record) -> Vec<Remark> {
    let mut found = Vec::new();
    let mut say = |kind, text: String| found.push(Remark { kind, text });
    let stages: Vec<Stage> = events.iter().filter_map(|told| told.row.stage).collect();
    for told in events {
        if told.row.stage.is_none() && told.row.is_whole {
            let name = told.name.as_deref().unwrap_or_default();
            say(
                "unknown-event",
                format!("\"{name}\" is not an event that this vendor documents."),
            );
        }
    }
    stage_remarks(events, &stages, record, &mut say);
    conversation_at_start(events, &mut say);
    requests(events, &mut say);
    let stands = |told: &&Told| {
        told.row.stage > Some(Stage::Started)
            && told.row.updated.is_some()
            && told.row.updated == told.row.created
    };
    if events.iter().any(|told| stands(&told)) {
        say(
            "times-stand-still",
            "According to its events, the call was last changed when it was created, so its length is not known."
                .to_owned(),
        );
    }
    let statuses = events
        .iter()
        .map(|told| (told.row.stage, told.row.status.as_deref()));
    for (stage, status) in statuses {
        // Of an event that was cut, its status may be lost.
        if status.is_none() && record.extent == Extent::Cut {
            continue;
        }
        status_remarks(stage, status.unwrap_or_default(), &mut say);
    }
    disagreements(events, &mut say);
    found.dedup();
    found
}

/// What is odd about the status of an event.
fn status_remarks(stage: Option<Stage>, status: &str, say: &mut impl FnMut(&'static str, String)) {
    let name = stage.map_or("an event", Stage::as_str);
    let word = status::word(status);
    match (stage, word) {
        _ if status.is_empty() => say("status-missing", format!("{name} has no status.")),
        (Some(Stage::Started), Some(_)) => say(
            "status-early",
            format!("{name} says that the call is over: \"{status}\"."),
        ),
        (Some(Stage::Ended | Stage::Analyzed), None) if status == status::IN_PROGRESS => say(
            "status-late",
            format!("{name} says that the call is still going on: \"{status}\"."),
        ),
        _ => {}
    }
    let is_known = status.is_empty()
        || status == status::IN_PROGRESS
        || word.is_some_and(|word| word.is_empty() || status::named(word).is_some());
    if !is_known {
        say(
            "status-unknown",
            format!("The status \"{status}\" is not documented."),
        );
    }
}

/// What the events of one call say differently.
fn disagreements(events: &[Told], say: &mut impl FnMut(&'static str, String)) {
    type Get = fn(&EventRow) -> Option<&str>;
    let all: [(&str, Get); 3] = [
        ("who called", |row| row.from.as_deref()),
        ("who was called", |row| row.to.as_deref()),
        ("what was said", |row| row.body.as_deref()),
    ];
    for (what, get) in all {
        let mut values = events.iter().filter_map(|told| get(&told.row));
        let first = values.next();
        if values.any(|value| Some(value) != first) {
            say(
                "events-disagree",
                format!("The events of the call do not agree on {what}."),
            );
        }
    }
}

/// A conversation that nobody can have had yet.
fn conversation_at_start(events: &[Told], say: &mut impl FnMut(&'static str, String)) {
    let of_start = |told: &&Told| told.row.stage == Some(Stage::Started);
    if events
        .iter()
        .filter(of_start)
        .any(|told| told.row.body.is_some())
    {
        say(
            "body-before-end",
            format!(
                "{} contains the conversation, but at that time it cannot have begun yet.",
                Stage::Started.as_str()
            ),
        );
    }
}

/// Requests that share an identifier.
fn requests(events: &[Told], say: &mut impl FnMut(&'static str, String)) {
    let mut requests: Vec<(&str, Stage)> = Vec::new();
    for told in events {
        if let (Some(id), Some(stage)) = (told.row.request_id.as_deref(), told.row.stage) {
            requests.push((id, stage));
        }
    }
    requests.sort_unstable();
    requests.dedup();
    let shared = requests.chunk_by(|one, other| one.0 == other.0);
    if let Some(shared) = shared.into_iter().find(|same| same.len() > 1) {
        say(
            "request-shared",
            format!(
                "{} events have the same request id, {}; each event should have its own.",
                shared.len(),
                shared[0].0
            ),
        );
    }
}

/// Stages that are missing, came twice, or in another order.
fn stage_remarks(
    events: &[Told],
    stages: &[Stage],
    record: &Record,
    say: &mut impl FnMut(&'static str, String),
) {
    let name = Stage::as_str;
    let has = |stage| stages.contains(&stage);
    let word = status::of(record).and_then(status::named);
    let never_connected = word.is_some_and(|word| word.never_connected);
    let later = stages.iter().copied().max();
    // A webhook by itself is what somebody has, and not a sign that another was never sent.
    let is_alone = stages.iter().all(|stage| Some(*stage) == later);
    if let Some(later) = later.filter(|later| *later > Stage::Started && !is_alone) {
        for stage in [Stage::Started, Stage::Ended] {
            if stage < later && !has(stage) && !(never_connected && stage == Stage::Started) {
                let (missing, later) = (name(stage), name(later));
                say(
                    "stage-missing",
                    format!("There is {later}, but not {missing} of the same call."),
                );
            }
        }
    }
    if never_connected && has(Stage::Started) {
        say(
            "never-connected",
            format!(
                "There is {}, although the call never connected.",
                name(Stage::Started)
            ),
        );
    }
    for stage in Stage::ALL {
        let times = stages.iter().filter(|one| **one == stage).count();
        if times > 1 {
            say(
                "stage-twice",
                format!(
                    "{} came {times} times: the vendor repeats an event if it was not acknowledged.",
                    name(stage)
                ),
            );
        }
    }
    let in_files = events
        .iter()
        .filter_map(|told| Some((told.file, told.row.stage?)));
    let in_files: Vec<_> = in_files.collect();
    let mut pairs = in_files.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    if let Some(pair) = pairs.find(|pair| pair[0].1 > pair[1].1) {
        let pair = [pair[0].1, pair[1].1];
        say(
            "stage-order",
            format!(
                "{} comes before {}, which describes an earlier moment.",
                name(pair[0]),
                name(pair[1])
            ),
        );
    }
}

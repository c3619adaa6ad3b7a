//! Gathers what the events of one call tell.

use std::collections::BTreeSet;

use super::evidence::{CauseRow, Evidence, Extent, LegRow, LogRow, RecordingRow, StatusRow};
use crate::event::Stamp;
use crate::event::read::json::Json;
use crate::event::read::{
    CallHistory, Generation, Published, PublishedCall, PublishedCause, PublishedEntry, PublishedLeg,
};

/// What the events of a call tell; absent where none of them shows a call.
///
/// The event that tells most is the base. Instants that it leaves out, since an event shows that of
/// its own state only, and legs come from the others.
pub fn evidence(history: &CallHistory) -> Option<Evidence> {
    let shown = history.events.iter().rev().find_map(|event| {
        let call = event.call.as_ref()?;
        Some((event, call))
    });
    let (event, call) = history.last().or(shown)?;
    let leg = &call.leg;
    let created = leg.created_on.or_else(|| first_instant(call));
    let since = |stamp: Option<Stamp>| Some(stamp?.since(created?));
    let same: Vec<&PublishedLeg> = history
        .events
        .iter()
        .filter_map(|event| Some(&event.call.as_ref()?.leg))
        .filter(|other| other.uuid == leg.uuid)
        .collect();
    let instant = |of: fn(&PublishedLeg) -> Option<Stamp>| {
        since(of(leg).or_else(|| same.iter().find_map(|leg| of(leg))))
    };
    let entries = entries(history, call);
    let log: Vec<LogRow> = entries.iter().map(|entry| row(entry, &since)).collect();
    let app = |key| call.app.as_ref().and_then(|app: &Json| app.get(key));
    let told = |state: &str| same.iter().any(|leg| leg.state.as_deref() == Some(state));
    let mut evidence = Evidence {
        uuid: owned(leg.uuid.as_deref()),
        from: owned(leg.from.as_deref()),
        to: owned(leg.to.as_deref()),
        direction: leg.direction,
        created: leg.created_on,
        state: owned(leg.state.as_deref()),
        rang: instant(|leg| leg.ring_on),
        answered: instant(|leg| leg.answer_on),
        hung_up: instant(|leg| leg.hangup_on),
        destroyed: instant(|leg| leg.destroy_on),
        last: 0,
        duration: leg
            .duration
            .filter(|_| event.generation == Generation::Y2024)
            .map(|time| time.as_secs()),
        cause: cause(leg.cause.as_ref()),
        auto_answer: app("auto_answer").and_then(Json::bool),
        longest: app("max_call_length_min").and_then(Json::number),
        log,
        legs: legs(history, call, &since),
        recordings: recordings(history, call),
        extent: match () {
            () if !event.is_whole => Extent::Cut,
            () if event.generation == Generation::Y2022 => Extent::Old,
            () if told("init") && (told("hangup") || told("destroyed")) => Extent::All,
            () => Extent::Some,
        },
        log_until: None,
    };
    // A row that was cut before the instant of its state has at least that of its last change.
    if evidence.is_over() && evidence.ended().is_none() {
        evidence.destroyed = since(leg.modified_on);
    }
    let rows = evidence.log.iter().map(|row| row.to.max(row.from));
    // The legs stand behind the log: where there are any, the log is whole.
    if evidence.extent == Extent::Cut && call.children.is_empty() && !evidence.log.is_empty() {
        evidence.log_until = rows.clone().max();
    }
    let known = [since(event.created_on), since(leg.modified_on)];
    evidence.last = rows.chain(known.into_iter().flatten()).max().unwrap_or(0);
    Some(evidence)
}

/// The first instant in a call whose own was lost.
fn first_instant(call: &PublishedCall) -> Option<Stamp> {
    let leg = call.leg.instants().into_iter().filter_map(|(_, at)| at);
    let log = call.logs.iter().filter_map(|entry| entry.created_on);
    leg.chain(log).min()
}

/// The log: that of the call, else the commands that the events tell of one by one.
fn entries<'a>(history: &'a CallHistory, call: &'a PublishedCall) -> Vec<&'a PublishedEntry> {
    if !call.logs.is_empty() {
        return call.logs.iter().collect();
    }
    let events = history.events.iter();
    events
        .filter_map(|event| event.call_flow.as_ref())
        .collect()
}

fn row(entry: &PublishedEntry, since: &impl Fn(Option<Stamp>) -> Option<u64>) -> LogRow {
    let from = since(entry.created_on)
        .or_else(|| since(entry.modified_on))
        .unwrap_or(0);
    let command = entry.command.as_ref();
    let mut xml = String::new();
    if let Some(element) = &entry.element {
        element.write_xml(0, &mut xml);
    }
    let name = entry.name.as_deref();
    let own = command.and_then(|command| command.get("name")?.text());
    LogRow {
        from,
        to: since(entry.modified_on).unwrap_or(from),
        name: name.or(own).unwrap_or("?").to_owned(),
        path: match entry.path() {
            "" => "?".to_owned(),
            path => path.to_owned(),
        },
        tag: owned(entry.tag.as_deref()),
        status: StatusRow {
            state: owned(entry.state.as_deref()),
            success: entry.success,
            reason: owned(entry.reason.as_deref()).or_else(|| text(command?, "reason")),
        },
        command: command.map(|command| StatusRow {
            state: text(command, "state"),
            success: command.get("success").and_then(Json::bool),
            reason: text(command, "reason"),
        }),
        has_handler: command
            .and_then(|command| command.get("error"))
            .map(|error| !error.elements().is_empty()),
        xml,
    }
}

/// The legs that the call dialled: its rows, else what their own events tell.
fn legs(
    history: &CallHistory,
    call: &PublishedCall,
    since: &impl Fn(Option<Stamp>) -> Option<u64>,
) -> Vec<LegRow> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let rows = call.children.iter();
    let outbound = |event: &'_ Published| {
        event
            .call
            .as_ref()
            .is_some_and(|call| call.parent.is_some())
    };
    let told = history.events.iter().rev().filter(|event| outbound(event));
    let told = told.filter_map(|event| Some(&event.call.as_ref()?.leg));
    let mut legs: Vec<LegRow> = Vec::new();
    for leg in rows.chain(told) {
        if let Some(uuid) = leg.uuid.as_deref()
            && (!seen.insert(uuid) || call.leg.uuid.as_deref() == Some(uuid))
        {
            continue;
        }
        legs.push(LegRow {
            to: leg.to.as_deref().unwrap_or_default().to_owned(),
            state: owned(leg.state.as_deref()),
            created: since(leg.created_on).unwrap_or(0),
            rang: since(leg.ring_on),
            answered: since(leg.answer_on),
            hung_up: since(leg.hangup_on),
            cause: cause(leg.cause.as_ref()),
        });
    }
    legs.sort_by_key(|leg| leg.created);
    legs
}

fn recordings(history: &CallHistory, call: &PublishedCall) -> Vec<RecordingRow> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let told = history
        .events
        .iter()
        .filter_map(|event| event.call_record.as_ref());
    let all = call.records.iter().chain(told);
    let new = all.filter(|one| one.uuid.as_deref().is_none_or(|uuid| seen.insert(uuid)));
    new.map(|one| RecordingRow {
        tag: owned(one.tag.as_deref()),
        seconds: one.duration,
    })
    .collect()
}

fn cause(cause: Option<&PublishedCause>) -> CauseRow {
    CauseRow {
        code: cause.and_then(|cause| cause.code),
        name: owned(cause.and_then(|cause| cause.name.as_deref())),
    }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn text(json: &Json, key: &str) -> Option<String> {
    owned(json.get(key)?.text())
}

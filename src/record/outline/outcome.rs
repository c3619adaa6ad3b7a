//! How a call went, and what is not known of it.

use std::fmt;
use std::str::FromStr;

use super::dial::DialEnd;
use super::does::Does;
use super::ending::{Answered, Ender, Fate};
use super::menu::Completeness;
use super::{Outline, Step};
use crate::channel::cause::Cause;
use crate::flow::EntryState;
use crate::record::{Audio, AudioSegment, EndedBy, Extent};

/// How a call went, for the caller.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CallOutcome {
    /// Nothing failed. A caller who pressed nothing or a wrong key and then chose, and one who hung up in
    /// a conversation, at a menu or while the flow spoke, is fine.
    Fine,
    /// Something failed and the flow dealt with it: afterwards the caller heard something or was
    /// connected.
    Handled,
    /// The caller left while waiting: before the call was answered, while a destination was dialled, on
    /// hold, or while a request was made.
    GaveUp,
    /// Something failed and the caller was told nothing, or the call was cut off.
    Lost,
    /// The events do not show it: the call is still going on, or what would decide it is missing.
    NotKnown,
}

impl CallOutcome {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Self; 5] = [
        Self::Fine,
        Self::Handled,
        Self::GaveUp,
        Self::Lost,
        Self::NotKnown,
    ];

    /// The word for programs and options: `gave-up`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Handled => "handled",
            Self::GaveUp => "gave-up",
            Self::Lost => "lost",
            Self::NotKnown => "not-known",
        }
    }

    /// What it means, as a sentence for people.
    pub fn means(self) -> &'static str {
        match self {
            Self::Fine => "nothing failed",
            Self::Handled => "something failed and the flow handled it",
            Self::GaveUp => "the caller hung up while waiting",
            Self::Lost => "something failed and the caller was told nothing",
            Self::NotKnown => "the events do not show it",
        }
    }
}

/// The word for people: `gave up`.
impl fmt::Display for CallOutcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Self::GaveUp => "gave up",
            Self::NotKnown => "not known",
            other => other.as_str(),
        })
    }
}

impl FromStr for CallOutcome {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut all = Self::ALL.into_iter();
        all.find(|one| one.as_str() == text).ok_or(())
    }
}

/// Something of a call that its events do not show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NotKnown {
    /// Which commands ran: there is no log.
    Log,
    /// Which commands ran after those that are shown: the event is truncated.
    RestOfLog,
    /// Which legs were dialled, and whether somebody answered.
    Legs,
    /// Whether something was recorded, or whether a recording was kept.
    Recordings,
    /// The zone of the times.
    Zone,
    /// When something happened that did.
    Times,
    /// Whether the call rang, and when.
    Ringing,
    /// Whether the call was answered, or when.
    Answer,
    /// Why the call ended.
    Cause,
    /// Who ended the call.
    EndedBy,
    /// What the caller heard, or how much of it.
    Heard,
}

impl NotKnown {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Log,
        Self::RestOfLog,
        Self::Legs,
        Self::Recordings,
        Self::Zone,
        Self::Times,
        Self::Ringing,
        Self::Answer,
        Self::Cause,
        Self::EndedBy,
        Self::Heard,
    ];

    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::RestOfLog => "rest-of-log",
            Self::Legs => "legs",
            Self::Recordings => "recordings",
            Self::Zone => "zone",
            Self::Times => "times",
            Self::Ringing => "ringing",
            Self::Answer => "answer",
            Self::Cause => "cause",
            Self::EndedBy => "ended-by",
            Self::Heard => "heard",
        }
    }

    /// What is not known, as a phrase.
    pub fn means(self) -> &'static str {
        match self {
            Self::Log => "which commands ran",
            Self::RestOfLog => "which commands ran after the last one shown",
            Self::Legs => "which legs were dialled, and whether somebody answered",
            Self::Recordings => "whether the recordings were kept",
            Self::Zone => "the time zone",
            Self::Times => "when some of this happened",
            Self::Ringing => "whether the call rang, and when",
            Self::Answer => "whether the call was answered, or when",
            Self::Cause => "why the call ended",
            Self::EndedBy => "who ended the call",
            Self::Heard => "what the caller heard, or how much of it",
        }
    }
}

/// What the events of a call do not show.
pub(super) fn not_known(call: &Outline<'_>) -> Vec<NotKnown> {
    let record = call.record;
    let dials = !call.dials.is_empty() || !call.unlogged.is_empty();
    let records = !call.ending.recordings.is_empty();
    let is_over = record.is_over();
    let is_known = |what: &NotKnown| match what {
        NotKnown::Log => record.has_log() && record.extent != Extent::One,
        NotKnown::RestOfLog => record.log_until.is_none(),
        NotKnown::Legs => record.knows_legs() || (record.knows_log() && !dials),
        NotKnown::Recordings => {
            let is_told = |kept: &super::Kept| kept.fate != Fate::Untold;
            (!record.lacks.recordings || record.knows_log() && !records)
                && call.ending.recordings.iter().all(is_told)
        }
        NotKnown::Zone => !record.lacks.zone,
        NotKnown::Times => {
            let steps = call.steps.iter().all(|step| step.is_timed);
            let end = !is_over || record.ended().is_some();
            steps && end && record.leg.created.is_some()
        }
        NotKnown::Ringing => {
            record.leg.ringing.is_some() || record.extent == Extent::All || record.event.is_none()
        }
        NotKnown::Answer => matches!(call.answered, Answered::At(_) | Answered::Never),
        NotKnown::Cause => {
            let has_word = record
                .end_word
                .as_ref()
                .is_some_and(|end| !end.word.is_empty());
            !is_over || call.ending.cause.is_some() || has_word
        }
        NotKnown::EndedBy => call.ending.by != Some(Ender::Untold),
        NotKnown::Heard => {
            let is_unknown = call.heard.iter().any(|one| one.what == Audio::Unknown);
            let is_partly = call.completeness.contains(&Completeness::NotKnown);
            !call.heard.is_empty() && !is_unknown && !is_partly
        }
    };
    let all = NotKnown::ALL.into_iter();
    all.filter(|what| !is_known(what)).collect()
}

/// How a call went.
pub(super) fn outcome(call: &Outline<'_>) -> CallOutcome {
    let record = call.record;
    if record.turns.is_some() {
        return of_conversation(call);
    }
    if !record.is_over() || record.leg.is_outbound() {
        return CallOutcome::NotKnown;
    }
    let last = last_failure(call);
    if !record.knows_log() {
        return CallOutcome::NotKnown;
    }
    let Some(cause) = call.ending.cause else {
        return CallOutcome::NotKnown;
    };
    match (call.ending.by, cause) {
        (Some(Ender::Command(_) | Ender::FlowEnd | Ender::Parked(_)), _)
        | (_, Cause::NORMAL_CLEARING) => {}
        (_, Cause::ORIGINATOR_CANCEL) => return CallOutcome::GaveUp,
        _ => return CallOutcome::Lost,
    }
    let told = last.map(|(failed, has_end)| told_after(call, failed, has_end));
    let is_caller = call.ending.by == Some(Ender::Caller);
    let waits = waits(call);
    match (is_caller, waits, told) {
        (true, Some(true), _) => CallOutcome::GaveUp,
        (true, None, _) | (_, _, Some(None)) => CallOutcome::NotKnown,
        (_, _, Some(Some(true))) => CallOutcome::Handled,
        (_, _, Some(Some(false))) => CallOutcome::Lost,
        // Somebody may have left before the flow was over.
        (false, _, None) if call.ending.by == Some(Ender::Untold) && waits != Some(false) => {
            CallOutcome::NotKnown
        }
        (_, _, None) => CallOutcome::Fine,
    }
}

/// Of a call that was published as a conversation, by its vendor's word.
fn of_conversation(call: &Outline<'_>) -> CallOutcome {
    let record = call.record;
    let Some(end) = record.end_word.as_ref().filter(|_| record.is_over()) else {
        return CallOutcome::NotKnown;
    };
    if end.is_failure {
        return CallOutcome::Lost;
    }
    match record.ended_by {
        Some(
            EndedBy::Caller
            | EndedBy::Callee
            | EndedBy::Agent
            | EndedBy::Transfer
            | EndedBy::FlowEnd
            | EndedBy::Command(_),
        ) => CallOutcome::Fine,
        Some(EndedBy::MaxLength) => CallOutcome::Lost,
        None => CallOutcome::NotKnown,
    }
}

/// The last thing that failed and was not made good: when it had failed, and whether that is known. A
/// menu that was missed is made good by a later choice.
fn last_failure(call: &Outline<'_>) -> Option<(u64, bool)> {
    let failed = failures(call).into_iter().map(|entry| &call.steps[entry]);
    failed
        .map(|step| (failed_at(call, step), step.is_timed))
        .max_by_key(|(at, _)| *at)
}

/// The entries that failed and were not made good, those that failed first before the others.
pub(super) fn failures(call: &Outline<'_>) -> Vec<usize> {
    let is_missed = |step: &Step| {
        let own = call.menus.iter().find(|menu| menu.entry == step.entry);
        own.is_some_and(|menu| menu.is_missed)
    };
    let chose_at = call
        .menus
        .iter()
        .filter(|menu| !menu.is_missed && menu.press.is_some())
        .map(|menu| menu.entry)
        .max();
    let fails = |step: &&Step| {
        if step.does == Does::Collects {
            is_missed(step) && chose_at.is_none_or(|chose| chose < step.entry)
        } else {
            step.state == EntryState::Failed
        }
    };
    let mut failed: Vec<_> = call.steps.iter().filter(fails).collect();
    failed.sort_by_key(|step| failed_at(call, step));
    failed.into_iter().map(|step| step.entry).collect()
}

/// When a command had failed: before what handles it began.
fn failed_at(call: &Outline<'_>, step: &Step) -> u64 {
    let handler = call.steps.iter().skip(step.entry + 1).find(|inner| {
        inner.parent == Some(step.entry)
            && (inner.is_handler || step.does == Does::Collects && is_otherwise(call, inner))
    });
    let end = step.to.unwrap_or(step.from);
    handler.map_or(end, |handler| handler.from.min(end))
}

fn is_otherwise(call: &Outline<'_>, step: &Step) -> bool {
    let Some((flow, node)) = call.flows.command(step.entry) else {
        return false;
    };
    let command = &flow.node(node).command;
    command.behavior().label() == crate::channel::Label::NoMatch
        || command.spec().role == crate::command::Role::Otherwise
}

/// Whether the caller heard something or was connected after an instant; absent if that is not known.
pub(super) fn told_after(call: &Outline<'_>, at: u64, is_known: bool) -> Option<bool> {
    if !is_known {
        return None;
    }
    let mut after = call.heard.iter().filter(|one| one.to > at);
    let is_told = |one: &&AudioSegment| {
        matches!(one.what, Audio::Sound(_) | Audio::Bridge(_)) && one.from >= at
    };
    if after.clone().any(|one| is_told(&one)) {
        return Some(true);
    }
    let is_unknown = after.any(|one| one.what == Audio::Unknown)
        || !call.record.is_over()
        || !call.record.knows_log();
    (!is_unknown && !call.heard.is_empty()).then_some(false)
}

/// Whether the caller waited when the call ended; absent if that is not known.
fn waits(call: &Outline<'_>) -> Option<bool> {
    let record = call.record;
    if matches!(call.answered, Answered::Never) {
        return Some(true);
    }
    let Some(step) = call.ending.during.map(|entry| &call.steps[entry]) else {
        // Before the first command, and between two, nothing is offered.
        return Some(call.steps.is_empty());
    };
    let is_held = || {
        let end = record.until();
        let mut held = call.heard.iter().rev().filter(|one| one.from < end);
        held.next().is_some_and(|one| one.what == Audio::Hold)
    };
    match &step.does {
        Does::Dials { .. } => {
            let dial = call.dials.iter().find(|dial| dial.entry == step.entry)?;
            match dial.end {
                DialEnd::Answered(_) | DialEnd::Succeeded => Some(false),
                DialEnd::NotKnown => None,
                DialEnd::Failed(_) | DialEnd::Open => Some(true),
            }
        }
        Does::Fetches { .. } => {
            let fetch = call.fetches.iter().find(|one| one.entry == step.entry)?;
            Some(fetch.end == super::FetchEnd::Open)
        }
        Does::AwaitsRecording => Some(true),
        Does::Waits { .. } => {
            let mut open = call.steps.iter().filter(|step| step.is_open());
            let is_turn =
                open.any(|step| matches!(step.does, Does::Records { .. } | Does::Collects));
            Some(!is_turn)
        }
        Does::Unknown => None,
        _ => Some(is_held()),
    }
}

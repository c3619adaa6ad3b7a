//! When the call was answered, and how it ended.

use std::collections::HashSet;

use super::dial::Dial;
use super::does::Does;
use super::never_ran::UnseenKind;
use super::step::Step;
use crate::channel::cause::Cause;
use crate::channel::timing;
use crate::flow::EntryState;
use crate::record::{Audio, AudioSegment, EndedBy, Extent, Record};

/// When the call was answered. An event shows the instant of its own state only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answered {
    /// At this instant.
    At(u64),
    /// At an instant that the events do not show; not after this one.
    Before(u64),
    /// Not.
    Never,
    /// The events do not tell.
    Untold,
}

impl Answered {
    /// The instant up to which the caller heard the ring tone of the own network, for all that is
    /// known.
    pub(super) fn rings_until(self, until: u64) -> u64 {
        match self {
            Self::At(at) | Self::Before(at) => at.min(until),
            Self::Never | Self::Untold => until,
        }
    }
}

/// How a call ended.
#[derive(Clone, PartialEq, Debug)]
pub struct Ending {
    /// Who ended it; absent while it goes on.
    pub by: Option<Ender>,
    /// Why, as the platform reports it.
    pub cause: Option<Cause>,
    /// The innermost entry that was open at the end.
    pub during: Option<usize>,
    /// When the caller last heard something of the flow, with what it was.
    pub last_heard: Option<AudioSegment>,
    /// What became of what was recorded, for every entry that began a recording.
    pub recordings: Vec<Kept>,
    /// The recording that was open at the end.
    pub recording: Option<OpenRecording>,
}

/// A recording that was open when the call ended.
#[derive(Clone, PartialEq, Debug)]
pub struct OpenRecording {
    /// Which, by its index among the recordings of the ending.
    pub kept: usize,
    /// The last sound of the flow in it, if that had ended.
    pub after: Option<AudioSegment>,
    /// How long the call went on after that sound, or if there is none after the recording began, in
    /// milliseconds; absent if that is not known.
    pub lasted: Option<u64>,
}

/// Who ended a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ender {
    /// The caller hung up: commands were still open.
    Caller,
    /// This entry, by its index in the log.
    Command(usize),
    /// The flow came to its end.
    FlowEnd,
    /// The platform's side, by what is not known.
    Agent,
    /// The party that was called.
    Callee,
    /// The call was handed over to somebody else.
    Transfer,
    /// The control app's longest call was reached.
    MaxLength,
    /// Nothing ran any more for so many milliseconds: a parked call times out.
    Parked(u64),
    /// The events do not tell.
    Untold,
}

impl From<EndedBy> for Ender {
    fn from(by: EndedBy) -> Self {
        match by {
            EndedBy::Caller => Self::Caller,
            EndedBy::Command(entry) => Self::Command(entry),
            EndedBy::FlowEnd => Self::FlowEnd,
            EndedBy::Agent => Self::Agent,
            EndedBy::Callee => Self::Callee,
            EndedBy::Transfer => Self::Transfer,
            EndedBy::MaxLength => Self::MaxLength,
        }
    }
}

/// A recording that an entry began, and what became of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    /// The entry that began it.
    pub entry: usize,
    /// Its name.
    pub tag: Option<String>,
    /// Whether the entry was open when the call ended.
    pub was_open: bool,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a recording.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It is among the call's recordings; with its length in seconds.
    Listed(Option<u64>),
    /// It had ended, and is not among them.
    Missing,
    /// It is not among them, and may become available later: it ended with the call, or the call is
    /// still going on (`record-open`).
    Untold,
}

/// When the call was answered: by its app, by a command, or by a party that it was bridged with.
pub(super) fn answered(record: &Record, steps: &[Step], dials: &[Dial]) -> Answered {
    if let Some(at) = record.at(record.leg.live) {
        return Answered::At(at);
    }
    let auto_answer = auto_answer(record);
    let answers = |step: &&Step| step.does == Does::Answers && step.state != EntryState::Failed;
    let answer = steps.iter().find(answers);
    let answer = answer.map(|step| Answered::Before(step.from));
    let bridge = dials.iter().find_map(|dial| dial.answered()?.answered);
    let is_answered = answer.is_some() || bridge.is_some();
    // Its own event tells of an answer, and an app that answers does so at once.
    let is_short = record.hung_up().is_none_or(|end| end <= timing::ANSWERED);
    if record.extent == Extent::All
        && !is_answered
        && (auto_answer == Some(false) || steps.is_empty() && is_short)
    {
        return Answered::Never;
    }
    match (auto_answer, steps.first()) {
        (Some(true) | None, Some(first)) => Answered::Before(first.from),
        (Some(false), _) => match (answer, bridge) {
            (Some(Answered::Before(answer)), Some(bridge)) if bridge < answer => {
                Answered::At(bridge)
            }
            (Some(answer), _) => answer,
            (None, Some(bridge)) => Answered::At(bridge),
            (None, None) if record.is_over() && record.knows_legs() && record.knows_log() => {
                Answered::Never
            }
            (None, None) => Answered::Untold,
        },
        (_, None) => Answered::Untold,
    }
}

/// Whether the app answers calls by itself.
fn auto_answer(record: &Record) -> Option<bool> {
    record.parties.app.as_ref()?.auto_answer
}

/// How the call ended.
pub(super) fn of(
    record: &Record,
    steps: &[Step],
    heard: &[AudioSegment],
    answered: Answered,
) -> Ending {
    let open = |step: &&Step| step.is_open();
    let during = steps.iter().rev().find(open).map(|step| step.entry);
    let during = during.filter(|_| record.log_until.is_none());
    let is_of_flow = |one: &&AudioSegment| {
        matches!(
            one.what,
            Audio::Sound(_) | Audio::Bridge(_) | Audio::RingBack
        )
    };
    let last_heard = heard.iter().rev().find(is_of_flow).cloned();
    let recordings = recordings(record, steps);
    let recording = open_recording(record, steps, &recordings, last_heard.as_ref());
    Ending {
        by: record.is_over().then(|| ended_by(record, steps, answered)),
        cause: record.leg.cause(),
        during,
        last_heard,
        recordings,
        recording,
    }
}

fn open_recording(
    record: &Record,
    steps: &[Step],
    recordings: &[Kept],
    last_heard: Option<&AudioSegment>,
) -> Option<OpenRecording> {
    let kept = recordings.iter().rposition(|kept: &Kept| kept.was_open)?;
    let since = &steps[recordings[kept].entry];
    let end = record.hung_up();
    let ended_in_it =
        last_heard.filter(|last| last.from >= since.from && end.is_some_and(|end| last.to < end));
    let (after, begin) = match ended_in_it {
        Some(last) if matches!(last.what, Audio::Sound(_)) => (Some(last.clone()), Some(last.to)),
        // Another party or ringing in it says nothing of when the caller could speak.
        Some(_) => (None, None),
        None => (None, since.began()),
    };
    let lasted = end.zip(begin).map(|(end, begin)| end.saturating_sub(begin));
    Some(OpenRecording {
        kept,
        after,
        lasted,
    })
}

fn ended_by(record: &Record, steps: &[Step], answered: Answered) -> Ender {
    /// A parked call times out after typically 30 seconds (documented).
    const PARKED: u64 = 20_000;
    if let Some(by) = record.ended_by {
        return by.into();
    }
    let (Some(end), None) = (record.hung_up(), record.log_until) else {
        return Ender::Untold;
    };
    let cause = record.leg.cause();
    match cause {
        _ if record.leg.is_outbound() => return Ender::Untold,
        // The inbound leg itself ends so only by its app (`max-call-length`), or by a caller who does
        // not wait for the answer (`caller-cancel`).
        Some(Cause::ALLOTTED_TIMEOUT) => {
            return if is_at_limit(record, answered, end) {
                Ender::MaxLength
            } else {
                Ender::Untold
            };
        }
        Some(Cause::ORIGINATOR_CANCEL) => return Ender::Caller,
        // Whoever hangs up, and the flow too, clears the call normally: any other cause is the
        // network's or the platform's doing.
        Some(Cause::NORMAL_CLEARING) => {}
        _ => return Ender::Untold,
    }
    // One that ended well has ended the call.
    let ends_call = |step: &&Step| step.does == Does::HangsUp && step.state == EntryState::Success;
    if let Some(step) = steps.iter().rev().find(ends_call) {
        return Ender::Command(step.entry);
    }
    let is_open = |step: &&Step| step.is_open();
    let has_inside: HashSet<usize> = steps.iter().filter_map(|step| step.parent).collect();
    // What only holds others may be left open for no better reason than that nobody closes it.
    let is_container = |step: &Step| {
        let fetches = matches!(step.does, Does::Fetches { flow: true, .. });
        step.does == Does::Block || (fetches && has_inside.contains(&step.entry))
    };
    if steps.iter().filter(is_open).any(|step| !is_container(step)) {
        return Ender::Caller;
    }
    let Some(last) = steps.iter().map(|step| step.to.unwrap_or(step.from)).max() else {
        return without_commands(record, answered, end);
    };
    let idle = end.saturating_sub(last);
    match idle {
        PARKED.. => Ender::Parked(idle),
        _ if steps.iter().any(Step::is_open) => Ender::Untold,
        // The flow was not over: a handler would have run.
        _ if awaits_handler(record, steps, last) => Ender::Caller,
        // Somebody who hung up at that very millisecond leaves the same log.
        0 => Ender::FlowEnd,
        // In the gap behind a command somebody may have hung up, or the flow was over.
        _ if answered == Answered::Never && cause == Some(Cause::NORMAL_CLEARING) => Ender::FlowEnd,
        _ => Ender::Untold,
    }
}

/// Whether a call ended when the longest call of its app was reached, as far as that is known.
fn is_at_limit(record: &Record, answered: Answered, end: u64) -> bool {
    /// Milliseconds.
    const NEAR: u64 = 5000;
    let app = record.parties.app.as_ref();
    let Some(minutes) = app.and_then(|app| app.max_call_length_min) else {
        return false;
    };
    let limit = u64::from(minutes).saturating_mul(60_000);
    match answered {
        Answered::At(at) => at.saturating_add(limit).abs_diff(end) <= NEAR,
        Answered::Before(_) | Answered::Untold => end.saturating_add(NEAR) >= limit,
        Answered::Never => false,
    }
}

/// Whether the command that ended last failed, and an Error block of its own had not begun.
fn awaits_handler(record: &Record, steps: &[Step], last: u64) -> bool {
    let ended = steps.iter().rev().find(|step| step.to == Some(last));
    ended.is_some_and(|step| {
        step.state == EntryState::Failed
            && step
                .unseen
                .iter()
                .any(|unseen| unseen.kind == UnseenKind::Handler)
            && record.log_until.is_none()
    })
}

/// Who ended a call in which no command ran.
fn without_commands(record: &Record, answered: Answered, end: u64) -> Ender {
    match answered {
        _ if !record.has_log() => Ender::Untold,
        // Only a flow clears a call normally that was never answered.
        Answered::Never if record.leg.cause() == Some(Cause::NORMAL_CLEARING) => Ender::FlowEnd,
        // No flow ends before it begins.
        Answered::At(at) if end < at.saturating_add(timing::FLOW_START) => Ender::Caller,
        _ => Ender::Untold,
    }
}

fn recordings(record: &Record, steps: &[Step]) -> Vec<Kept> {
    let mut available: Vec<_> = record.recordings.iter().map(Some).collect();
    let records = steps.iter().filter_map(|step| match &step.does {
        Does::Records { tag } if record.log_until.is_none() => Some((step, tag.as_deref())),
        _ => None,
    });
    let has_inside: HashSet<usize> = steps.iter().filter_map(|step| step.parent).collect();
    let knows = !record.lacks.recordings && record.extent != Extent::Cut;
    // One without anything inside goes on behind its entry.
    let has_ended =
        |step: &Step| step.state == EntryState::Success && has_inside.contains(&step.entry);
    let mut records: Vec<_> = records.collect();
    // One that has ended is available before one that has not.
    records.sort_by_key(|(step, _)| !has_ended(step));
    let mut all: Vec<_> = records
        .into_iter()
        .map(|(step, tag)| {
            let mut left = available.iter();
            let place = left.position(|one| match one {
                Some(one) => one.tag.as_deref() == tag,
                None => false,
            });
            let row = place.and_then(|place| available[place].take());
            let fate = match row {
                Some(row) => Fate::Listed(row.seconds),
                None if has_ended(step) && record.is_over() && knows => Fate::Missing,
                None => Fate::Untold,
            };
            Kept {
                entry: step.entry,
                tag: tag.map(str::to_owned),
                was_open: step.is_open(),
                fate,
            }
        })
        .collect();
    all.sort_by_key(|kept| kept.entry);
    all
}

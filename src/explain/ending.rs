//! When the call was answered, and how it ended.

use super::dial::{Dial, DialEnd};
use super::evidence::{Evidence, Extent};
use super::probe::Does;
use super::step::Step;
use crate::channel::cause::Cause;
use crate::flow::EntryState;
use crate::simulate::{Audio, AudioSegment};

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
    pub by: Option<EndedBy>,
    /// Why, as the platform reports it.
    pub cause: Option<Cause>,
    /// The innermost entry that was open at the end.
    pub during: Option<usize>,
    /// When the caller last heard something of the flow, with what it was.
    pub last_heard: Option<AudioSegment>,
    /// What became of what was recorded, for every entry that began a recording.
    pub recordings: Vec<Kept>,
}

/// Who ended a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndedBy {
    /// The caller hung up: commands were still open.
    Caller,
    /// This entry, by its index in the log.
    Command(usize),
    /// The flow came to its end.
    FlowEnd,
    /// The control app's longest call was reached.
    MaxLength,
    /// Nothing ran any more for so many milliseconds: a parked call times out.
    Parked(u64),
    /// The events do not tell.
    Untold,
}

/// What became of a recording.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    /// The entry that began it.
    pub entry: usize,
    /// Its name.
    pub tag: Option<String>,
    /// Whether the entry was open when the call ended.
    pub was_open: bool,
    /// Its length in seconds, where it is among the call's recordings.
    pub seconds: Option<u64>,
    /// Whether it is among the call's recordings.
    pub is_kept: bool,
}

/// When the call was answered.
pub(super) fn answered(evidence: &Evidence, steps: &[Step]) -> Answered {
    if let Some(at) = evidence.answered {
        return Answered::At(at);
    }
    if evidence.extent == Extent::All && (evidence.auto_answer == Some(false) || steps.is_empty()) {
        return Answered::Never;
    }
    let answers = |step: &&Step| step.does == Does::Answers && step.state == EntryState::Success;
    if let Some(step) = steps.iter().find(answers) {
        return Answered::Before(step.to.unwrap_or(step.from));
    }
    match (evidence.auto_answer, steps.first()) {
        (Some(false), Some(_)) if evidence.is_over() => Answered::Never,
        (Some(true) | None, Some(first)) => Answered::Before(first.from),
        _ => Answered::Untold,
    }
}

/// How the call ended.
pub(super) fn of(
    evidence: &Evidence,
    steps: &[Step],
    dials: &[Dial],
    heard: &[AudioSegment],
    answered: Answered,
) -> Ending {
    let open = |step: &&Step| step.is_open();
    let during = steps.iter().rev().find(open).map(|step| step.entry);
    let during = during.filter(|_| evidence.log_until.is_none());
    let is_of_flow = |one: &&AudioSegment| {
        matches!(
            one.what,
            Audio::Sound(_) | Audio::Bridge(_) | Audio::RingBack
        )
    };
    Ending {
        by: evidence
            .is_over()
            .then(|| ended_by(evidence, steps, dials, answered)),
        cause: evidence.cause.cause(),
        during,
        last_heard: heard.iter().rev().find(is_of_flow).cloned(),
        recordings: recordings(evidence, steps),
    }
}

fn ended_by(evidence: &Evidence, steps: &[Step], dials: &[Dial], answered: Answered) -> EndedBy {
    /// From a command's end to that of the call, in milliseconds.
    const AT_ONCE: u64 = 2000;
    /// A parked call times out after typically 30 seconds (documented).
    const PARKED: u64 = 20_000;
    if evidence.is_outbound() {
        return EndedBy::Untold;
    }
    let (Some(end), None) = (evidence.ended(), evidence.log_until) else {
        return EndedBy::Untold;
    };
    let limit = evidence
        .longest
        .map(|minutes| minutes.saturating_mul(60_000));
    if let (Some(limit), Answered::At(at) | Answered::Before(at)) = (limit, answered)
        && end.saturating_sub(at).abs_diff(limit) <= AT_ONCE
    {
        return EndedBy::MaxLength;
    }
    let ends_call = |step: &&Step| step.does == Does::HangsUp && step.from <= end;
    if let Some(step) = steps.iter().rev().find(ends_call)
        && end - step.from <= AT_ONCE
        && step.state == EntryState::Success
    {
        return EndedBy::Command(step.entry);
    }
    // What only holds others may be left open for no better reason than that nobody closes it.
    let is_container = |step: &Step| {
        let fetches = matches!(step.does, Does::Fetches { flow: true, .. });
        let has_inside = steps.iter().any(|inner| inner.parent == Some(step.entry));
        step.does == Does::Block || (fetches && has_inside)
    };
    let talked = dials.iter().rev().find_map(|dial| match dial.end {
        DialEnd::Answered(at) if steps[dial.entry].is_open() => dial.attempts.get(at),
        _ => None,
    });
    if talked.is_some()
        || steps
            .iter()
            .any(|step| step.is_open() && !is_container(step))
    {
        return EndedBy::Caller;
    }
    let Some(last) = steps.iter().map(|step| step.to.unwrap_or(step.from)).max() else {
        // Nothing had run: only the caller could end it.
        return match evidence.has_log() {
            true => EndedBy::Caller,
            false => EndedBy::Untold,
        };
    };
    let idle = end.saturating_sub(last);
    let is_between = steps.iter().any(Step::is_open);
    match idle {
        PARKED.. => EndedBy::Parked(idle),
        _ if is_between => EndedBy::Untold,
        ..=AT_ONCE => EndedBy::FlowEnd,
        _ => EndedBy::Untold,
    }
}

fn recordings(evidence: &Evidence, steps: &[Step]) -> Vec<Kept> {
    let mut available: Vec<_> = evidence.recordings.iter().map(Some).collect();
    let records = steps.iter().filter_map(|step| match &step.does {
        Does::Records { tag } if evidence.log_until.is_none() => Some((step, tag.as_deref())),
        _ => None,
    });
    records
        .map(|(step, tag)| {
            let mut left = available.iter();
            let place = left.position(|one| match one {
                Some(one) => one.tag.as_deref() == tag,
                None => false,
            });
            let row = place.and_then(|place| available[place].take());
            Kept {
                entry: step.entry,
                tag: tag.map(str::to_owned),
                was_open: step.is_open(),
                seconds: row.and_then(|row| row.seconds),
                is_kept: row.is_some(),
            }
        })
        .collect()
}

//! What is odd about a call.

use crate::channel::cause::Cause;
use crate::flow::EntryState;
use crate::record::{
    Attempt, Dial, DialEnd, Does, Entry, Extent, Fate, Fetch, FetchEnd, Outline, Record, Step,
    TOGETHER,
};

/// A fetch that takes longer is slow, in milliseconds: the caller hears nothing meanwhile.
const SLOW: u64 = 1000;

/// A longer silence is dead air, in milliseconds.
const DEAD: u64 = 3000;

/// Something odd.
#[derive(Clone, PartialEq, Debug)]
pub enum Anomaly {
    /// A fetch took long: its index among the fetches.
    SlowFetch(usize),
    /// A redirect lost the parameters that were sent: its index among the record's replies, which a
    /// simulation knows and no published event shows.
    LostParameters(usize),
    /// The caller heard nothing for long.
    DeadAir {
        /// From when.
        from: u64,
        /// For how long, in milliseconds.
        lasts: u64,
        /// What the platform did meanwhile.
        quiet: Quiet,
    },
    /// A command failed that has no Error block.
    NoHandler {
        /// Its index in the log.
        entry: usize,
        /// Whether the caller heard something afterwards; absent if that is not known.
        told: Option<bool>,
    },
    /// A dial's reason and its legs name different causes.
    OtherCause {
        /// The dial, by its index among the dials.
        dial: usize,
        /// What its reason says.
        reason: Cause,
        /// What the leg says: its index among the call's legs, and its cause.
        leg: (usize, Cause),
    },
    /// A dial failed although one of its legs was answered.
    AnsweredAndFailed {
        /// The dial, by its index among the dials.
        dial: usize,
        /// The leg's index among the call's legs.
        leg: usize,
    },
    /// A dial ended while a leg that it gave up was still there.
    EndedBeforeLeg {
        /// The dial, by its index among the dials.
        dial: usize,
        /// The leg's index among the call's legs.
        leg: usize,
        /// By how much, in milliseconds.
        by: u64,
    },
    /// A destination of a dial that ended has no leg: its index among the dials, the destination.
    NoLeg(usize, String),
    /// A leg that no dial of the log accounts for: its index among the call's legs.
    NoDial(usize),
    /// A row's cause has a number and a name that do not belong together.
    CauseTwice {
        /// The leg's index among the call's legs; absent for the call itself.
        leg: Option<usize>,
        /// The number.
        code: u64,
        /// The name.
        name: String,
    },
    /// An entry and its compiled tree say different things.
    SaysTwoThings {
        /// The entry.
        entry: usize,
        /// The key.
        key: &'static str,
        /// What the entry says.
        entry_says: String,
        /// What the tree says.
        tree_says: String,
    },
    /// An entry whose last change lies before its beginning.
    EndsBeforeBegin(usize),
    /// An entry that stands behind one that began later.
    OutOfOrder(usize),
    /// An open entry that was changed after its beginning, by so many milliseconds.
    OpenButChanged(usize, u64),
    /// The call's duration is not that of its instants.
    Duration {
        /// What the event says, in seconds.
        says: u64,
        /// What its instants give, in seconds.
        is: u64,
    },
    /// Something about how the call was published: its index among the record's remarks.
    Published(usize),
    /// A recording ended and is not among the call's recordings: the entry that began it.
    LostRecording(usize),
}

/// Why the caller heard nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quiet {
    /// A document was being fetched: the entry.
    Fetch(usize),
    /// Destinations were dialled, and none rang: the entry.
    Dial(usize),
    /// The flow waited, by its own will: the entry.
    Wait(usize),
    /// A recording had to become available: the entry.
    Recording(usize),
    /// Nothing that the log shows.
    Nothing,
}

/// Everything that is odd, gravest kinds first.
pub(super) fn all(call: &Outline<'_>) -> Vec<Anomaly> {
    let mut found = Vec::new();
    handlers(call, &mut found);
    for (index, dial) in call.dials.iter().enumerate() {
        legs(call, index, dial, &mut found);
    }
    strays(call, &mut found);
    causes(call.record, &mut found);
    slow(&call.fetches, &mut found);
    redirects(call.record, &mut found);
    dead_air(call, &mut found);
    recordings(call, &mut found);
    for (entry, row) in call.record.log.iter().enumerate() {
        itself(entry, row, &mut found);
    }
    order(call.record, &mut found);
    duration(call.record, &mut found);
    found.extend((0..call.record.remarks.len()).map(Anomaly::Published));
    found
}

fn redirects(record: &Record, found: &mut Vec<Anomaly>) {
    for (index, fetched) in record.fetched.iter().flatten().enumerate() {
        if fetched
            .redirect
            .as_ref()
            .is_some_and(|redirect| !redirect.lost.is_empty())
        {
            found.push(Anomaly::LostParameters(index));
        }
    }
}

fn handlers(call: &Outline<'_>, found: &mut Vec<Anomaly>) {
    for step in &call.steps {
        let has_handler = call.has_handler(step.entry).unwrap_or(true);
        if step.state != EntryState::Failed || has_handler {
            continue;
        }
        let behind = &call.steps[step.entry + 1..];
        // Its own, or that of the whole document, which stands beside it.
        let handles = |inner: &Step| {
            let is_behind = step.to.is_some_and(|end| inner.from >= end);
            let of_document = inner.parent == step.parent && !inner.path.contains('.');
            inner.is_handler && (inner.parent == Some(step.entry) || (of_document && is_behind))
        };
        if !behind.iter().any(handles) {
            found.push(Anomaly::NoHandler {
                entry: step.entry,
                told: call.told_after(step.entry),
            });
        }
    }
}

/// Where a dial and its legs disagree.
fn legs(call: &Outline<'_>, index: usize, dial: &Dial, found: &mut Vec<Anomaly>) {
    let step = &call.steps[dial.entry];
    let ended = |leg: &&Attempt| leg.hung_up.is_some() || leg.cause.is_some();
    if let DialEnd::Failed(Some(reason)) = dial.end {
        let causes: Vec<_> = dial
            .attempts
            .iter()
            .filter(ended)
            .filter_map(|leg| Some((leg.leg, leg.cause?)))
            .collect();
        // The originate's own causes need not be those of a leg.
        let is_own = matches!(reason, Cause::NO_ANSWER | Cause::ORIGINATOR_CANCEL);
        // Of an event that was cut, the leg that its reason names may be lost.
        if !is_own
            && call.record.knows_legs()
            && let Some(&leg) = causes.last()
            && causes.iter().all(|(_, cause)| *cause != reason)
        {
            found.push(Anomaly::OtherCause {
                dial: index,
                reason,
                leg,
            });
        }
    }
    for leg in &dial.attempts {
        if dial.failed() && leg.answered.is_some() {
            found.push(Anomaly::AnsweredAndFailed {
                dial: index,
                leg: leg.leg,
            });
        }
        if let (Some(end), Some(hung_up)) = (step.to, leg.hung_up)
            && hung_up > end.saturating_add(TOGETHER)
        {
            found.push(Anomaly::EndedBeforeLeg {
                dial: index,
                leg: leg.leg,
                by: hung_up - end,
            });
        }
    }
    let knows = call.record.knows_legs();
    if knows && step.state != EntryState::Queued && !dial.attempts.is_empty() {
        for to in &dial.to {
            if dial.attempts.iter().all(|leg| leg.to != *to) {
                found.push(Anomaly::NoLeg(index, to.clone()));
            }
        }
    }
}

/// Legs without a dial.
fn strays(call: &Outline<'_>, found: &mut Vec<Anomaly>) {
    // Of a call in progress, the log does not show the command that is open.
    let is_whole = call.record.knows_log() && call.record.extent != Extent::Cut;
    if !is_whole || !call.unlogged.is_empty() {
        return;
    }
    for leg in 0..call.record.dialled.len() {
        let mut attempts = call.dials.iter().flat_map(|dial| &dial.attempts);
        if attempts.all(|attempt| attempt.leg != leg) {
            found.push(Anomaly::NoDial(leg));
        }
    }
}

/// Causes whose number and name part.
fn causes(record: &Record, found: &mut Vec<Anomaly>) {
    let legs = record.dialled.iter().enumerate();
    let legs = legs.map(|(index, leg)| (Some(index), leg));
    for (index, leg) in std::iter::once((None, &record.leg)).chain(legs) {
        let Some(cause) = &leg.cause else { continue };
        let (Some(code), Some(name)) = (cause.code, &cause.name) else {
            continue;
        };
        // Above 127 the number may be the cause's own, or 16.
        let is_it = Cause::from_name(name).is_some_and(|cause| {
            u64::from(cause.code()) == code || (!cause.is_q850() && code == 16)
        });
        if !is_it {
            found.push(Anomaly::CauseTwice {
                leg: index,
                code,
                name: name.to_string(),
            });
        }
    }
}

fn slow(fetches: &[Fetch], found: &mut Vec<Anomaly>) {
    for (index, fetch) in fetches.iter().enumerate() {
        let came = matches!(fetch.end, FetchEnd::Ran | FetchEnd::Answered);
        if came && fetch.took.is_some_and(|took| took >= SLOW) {
            found.push(Anomaly::SlowFetch(index));
        }
    }
}

fn dead_air(call: &Outline<'_>, found: &mut Vec<Anomaly>) {
    for (from, to) in call.silences() {
        if to - from < DEAD {
            continue;
        }
        let open = |step: &&Step| step.from < to && step.to.is_none_or(|end| end > from);
        let overlap = |step: &Step| step.to.unwrap_or(to).min(to) - step.from.max(from);
        let quiet = call.steps.iter().filter(open).filter_map(|step| {
            let quiet = match step.does {
                Does::Fetches { .. } => {
                    let fetch = call.fetches.iter().find(|one| one.entry == step.entry)?;
                    let took = fetch.took.unwrap_or(u64::MAX);
                    let end = step.from.saturating_add(took).min(to);
                    return Some((
                        end.saturating_sub(step.from.max(from)),
                        Quiet::Fetch(step.entry),
                    ));
                }
                Does::Dials { .. } => Quiet::Dial(step.entry),
                Does::Waits { .. } => Quiet::Wait(step.entry),
                Does::AwaitsRecording => Quiet::Recording(step.entry),
                _ => return None,
            };
            Some((overlap(step), quiet))
        });
        let longest = quiet.max_by_key(|(time, _)| *time);
        let quiet = longest.map_or(Quiet::Nothing, |(_, quiet)| quiet);
        let lasts = to - from;
        found.push(Anomaly::DeadAir { from, lasts, quiet });
    }
}

fn recordings(call: &Outline<'_>, found: &mut Vec<Anomaly>) {
    let all = call.ending.recordings.iter();
    let lost = all.filter(|kept| kept.fate == Fate::Missing);
    found.extend(lost.map(|kept| Anomaly::LostRecording(kept.entry)));
}

/// Where an entry disagrees with itself.
fn itself(entry: usize, row: &Entry, found: &mut Vec<Anomaly>) {
    if let Some(shown) = row.shown().filter(|shown| shown.command.is_some()) {
        let state = |state: Option<EntryState>| state.map(|state| state.as_str().to_owned());
        let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
        let reason = |reason: &Option<_>| reason.as_ref().map(ToString::to_string);
        let (own, tree) = (&row.status, &shown.status);
        let pairs = [
            ("state", state(own.state), state(tree.state)),
            ("success", flag(own.success), flag(tree.success)),
            ("reason", reason(&own.reason), reason(&tree.reason)),
        ];
        for (key, entry_says, tree_says) in pairs {
            if let (Some(entry_says), Some(tree_says)) = (entry_says, tree_says)
                && entry_says != tree_says
            {
                found.push(Anomaly::SaysTwoThings {
                    entry,
                    key,
                    entry_says,
                    tree_says,
                });
            }
        }
    }
    let (Some(from), Some(to)) = (row.began, row.changed) else {
        return;
    };
    if to < from {
        found.push(Anomaly::EndsBeforeBegin(entry));
    } else if row.status.state == Some(EntryState::Queued) && to > from {
        found.push(Anomaly::OpenButChanged(entry, to.since(from)));
    }
}

fn order(record: &Record, found: &mut Vec<Anomaly>) {
    for (entry, pair) in record.log.windows(2).enumerate() {
        if let (Some(one), Some(next)) = (pair[0].began, pair[1].began)
            && next < one
        {
            found.push(Anomaly::OutOfOrder(entry + 1));
        }
    }
}

/// The duration is the time from creation to the last state, rounded up (fits every published
/// event).
fn duration(record: &Record, found: &mut Vec<Anomaly>) {
    let Some(says) = record.leg.duration.filter(|_| record.extent != Extent::One) else {
        return;
    };
    if let Some(last) = record.gone() {
        let (says, is) = (says / 1000, last.div_ceil(1000));
        if says.abs_diff(is) > 1 {
            found.push(Anomaly::Duration { says, is });
        }
    }
}

//! The verdict in a few sentences.

mod course;

use super::words::{
    address, after, count, destinations, likely, list, named, number, quoted, time, url, within,
};
use crate::channel::cause::Cause;
use crate::explain::Explanation;
use crate::flow::EntryState;
use crate::present::styled_text::clean;
use crate::record::{Answered, Attempt, Dial, DialEnd, Ender, Extent, FetchEnd, Step, TalkEnd};

/// So many failures of a kind are told one by one.
const MOST: usize = 3;

/// What happened, why, what the caller heard, and how it ended.
pub(super) fn of(call: &Explanation<'_>) -> String {
    let mut sentences = Vec::new();
    if call.record().extent == Extent::One {
        return of_2022(call);
    }
    if call.record().leg.is_outbound() {
        return of_leg(call);
    }
    sentences.extend(dials(call));
    sentences.extend(unlogged(call));
    fetches(call, &mut sentences);
    others(call, &mut sentences);
    if sentences.is_empty() || !call.record().has_log() {
        sentences.push(nothing_failed(call));
    }
    if call.outline.answered == Answered::Never && !call.outline.steps.is_empty() {
        sentences.push("The call was never answered.".to_owned());
    }
    sentences.extend(pressed(call));
    sentences.extend(course::of(call));
    sentences.extend(cause_of_end(call));
    sentences.join(" ")
}

/// What became of a leg that the platform dialled.
fn of_leg(call: &Explanation<'_>) -> String {
    let record = call.record();
    let to = record
        .leg
        .to
        .as_deref()
        .map_or_else(|| "a destination".to_owned(), address);
    let end = record
        .hung_up()
        .map_or_else(String::new, |end| format!(" after {}", time(end)));
    let what = match (
        record.is_over(),
        record.at(record.leg.live),
        call.outline.ending.cause,
    ) {
        (false, Some(at), _) => format!("was answered after {}, and is connected", time(at)),
        (false, None, _) => match record.at(record.leg.ringing) {
            Some(at) => format!("began to ring after {}", time(at)),
            None => "is being set up, as far as the event shows".to_owned(),
        },
        (true, Some(at), cause) => {
            let cause = cause.map_or_else(String::new, |cause| format!(" with {}", named(cause)));
            format!("was answered after {}, and ended{end}{cause}", time(at))
        }
        (true, None, Some(cause)) => {
            let why = likely(cause).map_or_else(String::new, |why| format!("; {why}"));
            format!(
                "ended{end}: {} ({cause}, {}{why})",
                cause.short(),
                number(cause)
            )
        }
        (true, None, None) => format!("ended{end}; the reason is not known"),
    };
    format!("The leg that the platform dialled to {to} {what}.")
}

/// An event of 2022 tells of one command, or of none.
fn of_2022(call: &Explanation<'_>) -> String {
    let told = call.outline.steps.iter().map(|step| {
        let how = match step.state {
            EntryState::Success => "ended well",
            EntryState::Failed => "failed",
            EntryState::Queued => "had not ended",
        };
        format!("{} {how}{}.", clean(&step.path), because(step))
    });
    let mut told: Vec<_> = told.collect();
    told.push(if told.is_empty() {
        "This event of 2022 shows the state of the call, but no command.".to_owned()
    } else {
        "An event of 2022 shows one command; it does not show what else ran.".to_owned()
    });
    told.join(" ")
}

/// What came of the dials.
fn dials(call: &Explanation<'_>) -> Option<String> {
    let failed: Vec<_> = (0..call.outline.dials.len())
        .filter(|&dial| call.outline.dials[dial].failed())
        .collect();
    match call.outline.dials.as_slice() {
        [] => None,
        [dial] => {
            let (to, end) = (destinations(call, 0), one(call, dial));
            Some(format!("The dial to {to} {end}.{}", parts(dial)))
        }
        all if failed.len() == all.len() => {
            let each = failures(call, &failed);
            Some(format!("All {} dials failed: {each}.", all.len()))
        }
        all => {
            let last = all.len() - 1;
            let told = format!(
                "The last of {} dials, to {}, {}",
                all.len(),
                destinations(call, last),
                one(call, &all[last])
            );
            let before: Vec<_> = failed.into_iter().filter(|&dial| dial != last).collect();
            Some(if before.is_empty() {
                format!("{told}.")
            } else {
                let failed = match before.len() {
                    1 => "One before it had failed".to_owned(),
                    2 => "Two before it had failed".to_owned(),
                    many => format!("{many} before it had failed"),
                };
                format!("{told}. {failed}: {}.", failures(call, &before))
            })
        }
    }
}

/// Several dials that failed, in a few words each.
fn failures(call: &Explanation<'_>, dials: &[usize]) -> String {
    let mut words: Vec<_> = dials
        .iter()
        .take(MOST)
        .map(|&dial| {
            let to = destinations(call, dial);
            match call.outline.dials[dial].end {
                DialEnd::Failed(Some(cause)) => format!("to {to} ({cause}: {})", cause.short()),
                _ => format!("to {to}"),
            }
        })
        .collect();
    if dials.len() > MOST {
        words.push(format!("{} more", dials.len() - MOST));
    }
    list(&words, "and")
}

/// What came of one dial, as a predicate.
fn one(call: &Explanation<'_>, dial: &Dial) -> String {
    let step = &call.outline.steps[dial.entry];
    let took = after(step.took());
    match dial.end {
        DialEnd::Failed(Some(cause)) => {
            let limit = || format!("the dial's own limit of {} ran out", time(dial.timeout));
            let why = dial.ran_out().then(limit).or_else(|| likely(cause));
            let why = why.map_or_else(String::new, |why| format!("; {why}"));
            let tries = tries(dial);
            format!(
                "failed{took}{tries}: {} ({cause}, {}{why})",
                cause.short(),
                number(cause)
            )
        }
        DialEnd::Failed(None) => match &step.reason {
            Some(reason) => format!(
                "failed{took}, and its reason does not name a cause: {}",
                quoted(reason)
            ),
            None => format!("failed{took}; its reason is missing"),
        },
        DialEnd::Answered(at) => answered(call, dial, &dial.attempts[at]),
        DialEnd::Succeeded => {
            let reason = step.reason.as_deref().map(quoted).unwrap_or_default();
            format!("ended well{took}: {reason}")
        }
        DialEnd::Open | DialEnd::NotKnown => {
            let lasted = call.outline.open_for(dial.entry);
            let lasted = lasted.map_or_else(String::new, |lasted| format!(" for {}", time(lasted)));
            let rang = dial.attempts.iter().any(|leg| leg.rang.is_some());
            let rang = match (rang, dial.end) {
                (true, _) => ", ringing,",
                (false, DialEnd::NotKnown) => "",
                (false, _) => ", without ringing,",
            };
            match (call.record().is_over(), dial.end) {
                (true, DialEnd::NotKnown) => format!(
                    "was still running{lasted}{rang} when the call ended; it is not known whether it was answered"
                ),
                (false, DialEnd::NotKnown) => {
                    format!(
                        "is still running{lasted}{rang}; it is not known whether it is answered"
                    )
                }
                (true, _) => {
                    format!("was still running{lasted}{rang} and not answered when the call ended")
                }
                (false, _) => format!("is still running{lasted}{rang} and not answered yet"),
            }
        }
    }
}

/// The legs of a command that is still open, and so is not in the log yet.
fn unlogged(call: &Explanation<'_>) -> Option<String> {
    let legs = &call.outline.unlogged;
    let mut words: Vec<_> = legs
        .iter()
        .take(MOST)
        .map(|leg| {
            let to = address(&leg.to);
            match (leg.talk, leg.rang, leg.cause) {
                (Some(TalkEnd::GoesOn), ..) => {
                    format!("the leg to {to} was answered, and is connected")
                }
                (Some(_), ..) => format!("the leg to {to} was answered, and has ended"),
                (None, _, Some(cause)) => format!("the leg to {to} ended with {}", named(cause)),
                (None, Some(_), None) if leg.hung_up.is_none() => format!("the leg to {to} rings"),
                (None, ..) if leg.hung_up.is_some() => format!("the leg to {to} has ended"),
                (None, ..) => format!("the leg to {to} is being set up"),
            }
        })
        .collect();
    let more = legs.len().saturating_sub(words.len());
    if more > 0 {
        words.push(count(more, "more leg"));
    }
    let shown = list(&words, "and");
    let shown = shown.strip_prefix("the ")?;
    let why = if call.record().has_log() {
        " The log does not show the command that dialled."
    } else {
        ""
    };
    Some(format!("The {shown}.{why}"))
}

/// Which keys the caller pressed, and how long after the prompt.
fn pressed(call: &Explanation<'_>) -> Option<String> {
    let all = call.outline.menus.iter();
    let all = all.filter_map(|menu| Some((menu.entry, menu.press.as_ref()?)));
    let all: Vec<_> = all.collect();
    let mut words: Vec<_> = all
        .iter()
        .take(MOST)
        .map(|(entry, press)| {
            let path = clean(&call.outline.steps[*entry].path);
            format!("{} at {path}{}", clean(&press.keys), within(press))
        })
        .collect();
    if all.len() > MOST {
        words.push(format!(
            "more keys at {}",
            count(all.len() - MOST, "more menu")
        ));
    }
    (!words.is_empty()).then(|| format!("The caller pressed {}.", list(&words, "and")))
}

/// The causes of the legs, where a dial to several destinations failed for more than one.
fn parts(dial: &Dial) -> String {
    let mut causes: Vec<_> = dial.attempts.iter().filter_map(|leg| leg.cause).collect();
    causes.sort_unstable();
    causes.dedup();
    if !dial.failed() || causes.len() < 2 {
        return String::new();
    }
    let legs = dial.attempts.iter().filter_map(|leg| {
        let cause = leg.cause?;
        Some(format!("{} with {cause}", address(&leg.to)))
    });
    let mut legs: Vec<_> = legs.collect();
    let more = legs.len().saturating_sub(2 * MOST);
    legs.truncate(2 * MOST);
    if more > 0 {
        legs.push(format!("{more} more"));
    }
    format!(" Leg by leg: {}.", list(&legs, "and"))
}

/// How often the destinations were tried, where that is more than once.
fn tries(dial: &Dial) -> String {
    match dial.attempts.len().checked_div(dial.to.len()) {
        Some(times @ 2..) => format!(" and {times} attempts"),
        _ => String::new(),
    }
}

fn answered(call: &Explanation<'_>, dial: &Dial, leg: &Attempt) -> String {
    let after = call.outline.answered_after(dial, leg);
    let after = after.map_or_else(String::new, |after| format!(" after {}", time(after)));
    let who = match dial.to.len() {
        1 => format!("was answered{after}"),
        _ => format!("was answered by {}{after}", address(&leg.to)),
    };
    let Some(talk) = leg.talked() else {
        return who;
    };
    let ended = match leg.talk {
        Some(TalkEnd::Callee) => ", until the callee hung up".to_owned(),
        Some(TalkEnd::Limit | TalkEnd::Cause(_)) => leg.cause.map_or_else(String::new, |cause| {
            format!(", until it ended with {}: {}", named(cause), cause.short())
        }),
        // The end of the call is told of by itself.
        Some(TalkEnd::Caller | TalkEnd::Call | TalkEnd::GoesOn) | None => String::new(),
        Some(TalkEnd::NotKnown) => "; it is not known who ended that".to_owned(),
    };
    format!("{who}, and the two talked for {}{ended}", time(talk))
}

/// The fetches that failed.
fn fetches(call: &Explanation<'_>, sentences: &mut Vec<String>) {
    let failed: Vec<_> = call
        .outline
        .fetches
        .iter()
        .filter(|fetch| fetch.end == FetchEnd::Failed)
        .collect();
    for fetch in failed.iter().take(MOST) {
        let step = &call.outline.steps[fetch.entry];
        let after = after(fetch.took);
        sentences.push(format!(
            "{} could not fetch {}: it failed{after}{}.",
            clean(&step.path),
            url(&fetch.url),
            because(step)
        ));
    }
    if failed.len() > MOST {
        sentences.push(format!(
            "{} failed as well.",
            count(failed.len() - MOST, "more request")
        ));
    }
}

/// The other commands that failed.
fn others(call: &Explanation<'_>, sentences: &mut Vec<String>) {
    let failed: Vec<_> = call.other_failures().collect();
    for step in failed.iter().take(MOST) {
        let after = after(step.took());
        let path = clean(&step.path);
        sentences.push(format!("{path} failed{after}{}.", because(step)));
    }
    if failed.len() > MOST {
        sentences.push(format!(
            "{} failed as well.",
            count(failed.len() - MOST, "more command")
        ));
    }
}

fn because(step: &Step) -> String {
    match step.reason.as_deref().filter(|reason| *reason != "unknown") {
        Some(reason) => format!(" ({})", quoted(reason)),
        None => String::new(),
    }
}

fn nothing_failed(call: &Explanation<'_>) -> String {
    let steps = call.outline.steps.len();
    let is_over = call.record().is_over();
    if !call.record().has_log() {
        return "The event has no log: it shows the call, but not its commands. It is not known whether a command failed."
            .to_owned();
    }
    if !call.record().knows_log() {
        return "The event is truncated: there is no failure in the part that is left, and it is not known whether something failed later."
            .to_owned();
    }
    match (steps, is_over, call.outline.answered) {
        (0, false, Answered::At(at)) => {
            format!(
                "The call was answered after {}; no command had run yet.",
                time(at)
            )
        }
        (0, false, _) => {
            "The call is being set up, as far as the event shows; no command has run yet."
                .to_owned()
        }
        (0, true, Answered::Never) => {
            "The call ended before it was answered, and no command ran.".to_owned()
        }
        (0, true, _) => "The call ended before any command ran.".to_owned(),
        (_, true, _) => match call
            .outline
            .steps
            .iter()
            .filter(|step| step.state == EntryState::Success)
            .count()
        {
            0 => "Nothing failed.".to_owned(),
            done => format!("Nothing failed: {} ended well.", count(done, "command")),
        },
        (_, false, _) => {
            "The call is still going on, and nothing has failed, as far as the event shows."
                .to_owned()
        }
    }
}

/// The end's own cause, where it is not the ordinary one.
fn cause_of_end(call: &Explanation<'_>) -> Option<String> {
    let cause = call.outline.ending.cause?;
    let is_told = match call.outline.ending.by {
        Some(Ender::MaxLength) => true,
        _ => cause == Cause::NORMAL_CLEARING,
    };
    (!is_told).then(|| format!("The call ended with {}: {}.", named(cause), cause.short()))
}

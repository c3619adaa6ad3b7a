//! No sentence of `explain` contradicts the call that its events were made of: calls by chance,
//! explained from all of their events and from the last alone.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use callflow::channel::{CallState, Sound};
use callflow::explain;
use callflow::flow::EntryState;
use callflow::present::Look;
use callflow::present::explain::{Aspect, Format, Told, headline, write};
use callflow::record::{Audio, EndedBy, Outline, Record, Step};
use callflow::wire::opentact::Envelope;
use support::calls::{played, unhurried};
use support::{all_events, generate, last_event, record};

const CALLS: u64 = 800;

/// What the explanation says, without line ends.
fn said(read: &Record) -> (String, String) {
    let told = [Told {
        call: explain::explain(read),
        places: Vec::new(),
    }];
    let look = Look {
        styled: false,
        width: 10_000,
    };
    let mut out = Vec::new();
    write(&told, Format::Human, Aspect::default(), look, &mut out).unwrap();
    (headline(&told[0].call), String::from_utf8(out).unwrap())
}

/// The texts in quotes of a sentence that says what was heard.
fn quoted(sentence: &str) -> Vec<&str> {
    let parts = sentence.split('“').skip(1);
    parts.filter_map(|part| part.split('”').next()).collect()
}

#[allow(clippy::too_many_lines, reason = "one line for each claim")]
fn contradictions(run: &Record, read: &Record) -> Vec<String> {
    let (sentence, whole) = said(read);
    let mut both = Vec::new();
    let outline = Outline::of(read);
    for step in &outline.steps {
        let inside = |inner: &&Step| inner.parent == Some(step.entry);
        for unseen in &step.unseen {
            let ran = outline
                .steps
                .iter()
                .filter(inside)
                .any(|one| one.path == unseen.path);
            if ran {
                both.push(format!("{} ran, and is said not to", unseen.path));
            }
        }
    }
    // What a cause means in general is said elsewhere.
    let rows = whole.lines().filter(|line| line.contains(['■', '⇄', '→']));
    let whole = rows
        .chain([sentence.as_str()])
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = both;
    let mut claim = |words: &str, holds: bool| {
        if whole.contains(words) && !holds {
            found.push(format!("said “{words}”"));
        }
    };
    // Whoever hangs up in the millisecond in which the last command ended leaves the events of a flow
    // that ended then.
    let last = run
        .log
        .iter()
        .filter_map(callflow::record::Entry::ended)
        .max();
    let is_caller = run.ended_by == Some(EndedBy::Caller);
    let is_either = is_caller && run.leg.hangup == last;
    let is_answered = run.leg.live.is_some();
    claim("the caller hung up", is_caller);
    claim("then hung up", is_caller);
    claim("The caller hung up", is_caller);
    claim(
        "the flow ended",
        run.ended_by == Some(EndedBy::FlowEnd) || is_either,
    );
    claim(
        "longest call was reached",
        run.ended_by == Some(EndedBy::MaxLength),
    );
    claim(
        "control app's limit",
        run.ended_by == Some(EndedBy::MaxLength),
    );
    claim(
        "ended the call  ",
        matches!(run.ended_by, Some(EndedBy::Command(_))),
    );
    let end = run.hung_up();
    let is_cancelled = run.dialled.iter().any(|leg| run.at(leg.hangup) == end);
    claim("cancelled as the call ended", is_cancelled);
    claim("never answered", !is_answered);
    claim("The call ended before it was answered", !is_answered);
    claim("before any command ran", run.log.is_empty());
    claim("was cut", false);
    claim("SIP 200 received", false);
    let failed = run
        .log
        .iter()
        .any(|entry| entry.status.state == Some(EntryState::Failed));
    claim("Nothing failed", !failed);
    for leg in &run.dialled {
        let name = leg.to.as_deref().unwrap_or_default();
        let talked = leg.live.is_some();
        if run
            .dialled
            .iter()
            .filter(|other| other.to == leg.to)
            .count()
            == 1
        {
            claim(&format!("talked with {name}"), talked);
        }
    }
    let heard: Vec<String> = run
        .heard
        .iter()
        .flatten()
        .filter_map(|one| match &one.what {
            Audio::Sound(Sound::Speech(text)) => {
                Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            _ => None,
        })
        .collect();
    let nothing_heard = run.heard.iter().flatten().all(|one| {
        matches!(one.what, Audio::Ringing | Audio::Silence | Audio::Hold)
            || one.what == Audio::RingBack && one.to - one.from < 500
    });
    claim("heard nothing from the flow", nothing_heard);
    if let Some((_, course)) = sentence.split_once("The caller heard ") {
        let course = course.split(['.', ';']).next().unwrap_or_default();
        let course = course.split(", then hung up").next().unwrap_or_default();
        let course = course
            .split(", and then hung up")
            .next()
            .unwrap_or_default();
        for text in quoted(course) {
            let text = text.trim_end_matches(" …");
            if !text.is_empty()
                && !heard
                    .iter()
                    .any(|one| one.starts_with(text) || one.contains(text))
            {
                found.push(format!("said that “{text}” was heard"));
            }
        }
    }
    assert!(run.leg.state >= Some(CallState::Destroyed));
    found
}

fn hold(calls: impl Iterator<Item = (u64, generate::Generated)>) {
    let (mut count, mut wrong) = (0, Vec::new());
    for (seed, generated) in calls {
        let Some(run) = played(&generated) else {
            continue;
        };
        count += 1;
        let last = last_event(&run).unwrap();
        for (which, text) in [
            ("all", all_events(&run, Envelope::Y2024).join("\n")),
            ("last", last),
        ] {
            let found = contradictions(&run, &record(&text));
            wrong.extend(
                found
                    .into_iter()
                    .map(|one| format!("{seed}, {which} events: {one}")),
            );
        }
    }
    assert!(count > CALLS / 2, "{count}");
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn no_sentence_contradicts_a_call() {
    hold((0..CALLS).map(|seed| (seed, generate::call(seed))));
}

#[test]
fn no_sentence_contradicts_a_call_in_which_the_platform_took_its_time() {
    hold((0..CALLS).map(|seed| (seed, unhurried(seed))));
}

//! No sentence of `explain` contradicts the call that its events were made of, and nothing is said that
//! an event does not hold: calls by chance, explained from all of their events, from the last alone,
//! from the first so many, and with a part of the last removed.
//!
//! `CALLFLOW_PROPERTY_CALLS` says how many calls, `CALLFLOW_PROPERTY_SEED` from which on.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use callflow::channel::cause::Cause;
use callflow::channel::{CallState, Sound};
use callflow::explain::{self, Anomaly};
use callflow::flow::EntryState;
use callflow::present::Look;
use callflow::present::explain::{Aspect, Format, Told, headline, write};
use callflow::record::{
    Audio, AudioSegment, CallOutcome, Completeness, DialEnd, Does, EndedBy, Ender, Fate, NotKnown,
    Outline, Record, Step, TalkEnd,
};
use callflow::wire;
use callflow::wire::opentact::Envelope;
use serde_json::Value;
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
    claim("cancelled, because the call ended", is_cancelled);
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

/// A number that the environment says.
fn said_number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Whether a sound was heard to its end in the call that was simulated: its command ended well and ran
/// for as long as the sound takes.
fn is_whole(run: &Outline<'_>, heard: &AudioSegment) -> bool {
    run.steps.iter().any(|step| {
        let Does::Sounds { sound, lasts, .. } = &step.does else {
            return false;
        };
        let same = heard.what == Audio::Sound(sound.clone());
        let here = step.from <= heard.from && step.to.is_none_or(|to| heard.from <= to);
        // A block that speaks first has spoken; its own Error block runs because it failed.
        let is_inside = |one: &Step| one.parent == Some(step.entry) && !one.is_handler;
        let has_inside = run.steps.iter().any(is_inside);
        let is_cut = run.record.keys.iter().flatten().any(|key| {
            key.is_heard && key.at == heard.to && lasts.is_none_or(|lasts| heard.lasts() < lasts)
        });
        let ended = step.state == EntryState::Success || has_inside;
        same && here && ended && !is_cut
    })
}

/// What is said of a call, as far as it is not so. `is_over` says whether the events show its end.
#[allow(clippy::too_many_lines, reason = "one paragraph for each claim")]
fn untrue(run: &Outline<'_>, read: &Record, is_over: bool) -> Vec<String> {
    let mut found = Vec::new();
    let call = explain::explain(read);
    let outline = &call.outline;
    let (sentence, whole) = said(read);
    let mut wrong = |text: String| found.push(text);
    // How it went, or that this is not known.
    let (went, is_said) = (run.outcome(), outline.outcome());
    let not_known = outline.not_known();
    if is_said != CallOutcome::NotKnown && is_said != went {
        wrong(format!("it went {is_said}, and really {went}"));
    }
    if is_over && not_known.is_empty() && is_said == CallOutcome::NotKnown {
        wrong("nothing is unknown, but how it went".to_owned());
    }
    // Who ended it.
    let by: Option<Ender> = run.record.ended_by.map(Into::into);
    let last = run
        .record
        .log
        .iter()
        .filter_map(callflow::record::Entry::ended)
        .max();
    let at_last = run.record.leg.hangup == last;
    match outline.ending.by {
        None | Some(Ender::Untold | Ender::Parked(_)) => {}
        Some(said) if Some(said) == by => {}
        // Whoever hangs up as the last command ends leaves the events of a flow that ended.
        Some(Ender::FlowEnd) if by == Some(Ender::Caller) && at_last => {}
        Some(said) => wrong(format!("{said:?} ended it, and really {by:?}")),
    }
    if !is_over && (outline.ending.by.is_some() || whole.contains('■')) {
        wrong("an end is told of".to_owned());
    }
    if is_over && not_known.contains(&NotKnown::EndedBy) && sentence.contains("then hung up") {
        wrong("somebody hung up, and it is not known who ended it".to_owned());
    }
    // The dials.
    for dial in &outline.dials {
        let Some(own) = run.dials.iter().find(|one| one.entry == dial.entry) else {
            wrong(format!("entry {} dials", dial.entry));
            continue;
        };
        let leg = |index: usize| {
            let uuid = read.dialled.get(index).and_then(|leg| leg.uuid.clone());
            run.record.dialled.iter().find(|leg| leg.uuid == uuid)
        };
        match (dial.end, own.end) {
            (DialEnd::NotKnown | DialEnd::Succeeded, _)
            | (DialEnd::Open, DialEnd::Open)
            | (DialEnd::Failed(_), DialEnd::Failed(_)) => {}
            (DialEnd::Answered(at), DialEnd::Answered(_)) => {
                let leg = leg(dial.attempts[at].leg);
                if leg.is_none_or(|leg| leg.live.is_none()) {
                    wrong("a leg was answered".to_owned());
                }
            }
            // It was answered later, and so on.
            (DialEnd::Open, _) | (DialEnd::Answered(_), DialEnd::Failed(_)) if !is_over => {}
            (said, really) => wrong(format!("the dial {said:?}, and really {really:?}")),
        }
        if dial.ran_out() {
            let all = own.attempts.iter();
            let shows = all.clone().any(|leg| {
                let took = leg.hung_up.unwrap_or_default().saturating_sub(leg.from);
                leg.cause == Some(Cause::NO_ANSWER) && took + 100 >= own.timeout
            });
            if !shows {
                wrong("its limit ran out".to_owned());
            }
        }
        for attempt in &dial.attempts {
            let Some(leg) = leg(attempt.leg) else {
                continue;
            };
            let end = run.record.leg.hangup;
            match attempt.talk {
                Some(TalkEnd::Callee) if leg.hangup >= end => {
                    wrong("the callee hung up".to_owned());
                }
                Some(TalkEnd::Caller) if by != Some(Ender::Caller) => {
                    wrong("the caller hung up on the callee".to_owned());
                }
                Some(TalkEnd::GoesOn) if is_over => wrong("the talk goes on".to_owned()),
                _ => {}
            }
        }
    }
    // What was heard.
    for (one, how) in outline.heard.iter().zip(&outline.completeness) {
        let really = run.heard.iter().find(|other| {
            other.what == one.what && other.from < one.to.max(one.from + 1) && one.from < other.to
        });
        match (&one.what, really) {
            (Audio::Unknown | Audio::Silence, _) => {}
            // Its time is at most so long.
            (Audio::Ringing, _) if not_known.contains(&NotKnown::Ringing) => {}
            // Of a leg whose command is not shown only the name is known.
            (Audio::Bridge(_), None) if !outline.unlogged.is_empty() => {}
            (what, None) => wrong(format!("heard {what:?} from {} to {}", one.from, one.to)),
            (Audio::Sound(_), Some(really)) => match how {
                Completeness::Whole if !is_whole(run, really) => {
                    wrong(format!("heard all of {:?}", one.what));
                }
                Completeness::Beginning if is_over && is_whole(run, really) => {
                    wrong(format!("heard the beginning of {:?}", one.what));
                }
                _ => {}
            },
            _ => {}
        }
        if one.what == Audio::Silence {
            let sounds = run.heard.iter().filter(|other| {
                !matches!(other.what, Audio::Silence | Audio::Ringing | Audio::Unknown)
                    && other.from < one.to
                    && one.from < other.to
            });
            if let Some(other) = sounds.into_iter().next() {
                wrong(format!(
                    "silence {}-{}, and really {:?}",
                    one.from, one.to, other.what
                ));
            }
        }
    }
    // The keys.
    let keys: String = run
        .record
        .keys
        .iter()
        .flatten()
        .map(|key| key.key)
        .collect();
    for menu in &outline.menus {
        let Some(press) = &menu.press else { continue };
        if !keys.contains(&press.keys) {
            wrong(format!("pressed {} of {keys}", press.keys));
        }
        let really = run.menus.iter().find(|one| one.entry == menu.entry);
        let really = really.and_then(|one| one.press.as_ref());
        if let (Some(most), Some(really)) = (press.after, really)
            && really.keys == press.keys
            && really.after.is_some_and(|after| after > most)
        {
            wrong(format!(
                "pressed at most {most} ms after: {:?}",
                really.after
            ));
        }
    }
    // What is odd.
    let all = explain::explain(run.record).anomalies;
    for anomaly in &call.anomalies {
        let is_so = match anomaly {
            Anomaly::NoHandler { entry, told } => {
                told.is_none()
                    || run
                        .told_after(*entry)
                        .is_none_or(|really| *told == Some(really))
            }
            Anomaly::DeadAir { from, lasts, .. } => all.iter().any(|one| match one {
                Anomaly::DeadAir {
                    from: begin,
                    lasts: really,
                    ..
                } => begin <= from && from + lasts <= begin + really,
                _ => false,
            }),
            Anomaly::SlowFetch(_) => true,
            Anomaly::LostRecording(entry) => {
                let mut kept = run.ending.recordings.iter();
                kept.any(|kept| kept.entry == *entry && !matches!(kept.fate, Fate::Listed(_)))
            }
            _ => all.contains(anomaly),
        };
        if !is_so {
            wrong(format!("{anomaly:?}"));
        }
    }
    // Order.
    if read.hung_up().is_none()
        && (sentence.contains("then hung up") || sentence.contains("; then"))
    {
        wrong("an order of which nothing is known".to_owned());
    }
    found
}

/// Says what is wrong where it is.
fn found(seed: u64, which: &str, wrong: Vec<String>, all: &mut Vec<String>) {
    all.extend(
        wrong
            .into_iter()
            .map(|one| format!("{seed}, {which}: {one}")),
    );
}

/// Removes members from every object of a call and of its legs.
fn remove(event: &mut Value, keys: &[&str]) {
    let call = event["call"].as_object_mut().unwrap();
    for key in keys {
        call.remove(*key);
    }
    for leg in call
        .get_mut("children")
        .into_iter()
        .flat_map(|all| all.as_array_mut().unwrap())
    {
        for key in keys {
            leg.as_object_mut().unwrap().remove(*key);
        }
    }
}

/// Takes the zone from every time.
fn without_zone(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    for (at, c) in text.char_indices() {
        let is_zone = c == 'Z'
            && bytes.get(at + 1) == Some(&b'"')
            && at >= 24
            && bytes[at - 24] == b'"'
            && bytes[at - 4] == b'.'
            && bytes[at - 13] == b'T';
        if !is_zone {
            out.push(c);
        }
    }
    out
}

/// What is said although it was removed.
fn stated(removed: &str, read: &Record, plain: &Record) -> Vec<String> {
    let (sentence, whole) = said(read);
    // Who called whom, and what a cause means in general.
    let is_claim = |line: &&str| {
        let general = ["  means", "  SIP", "  usually", "  check"];
        !general.iter().any(|label| line.starts_with(label))
    };
    let whole = whole.lines().skip(1).filter(is_claim);
    let whole = whole.collect::<Vec<_>>().join("\n");
    let outline = Outline::of(read);
    let not_known = outline.not_known();
    let mut found = Vec::new();
    let mut never = |words: &[&str]| {
        for words in words {
            if whole.contains(words) {
                found.push(format!("said “{words}”"));
            }
        }
    };
    match removed {
        "children" => {
            never(&[
                "without ringing",
                "the two talked",
                "was not answered",
                "talked with",
                "of ringing",
                "  rang ",
                "→ ",
                "has no leg",
                "own limit",
                "nothing rang",
            ]);
            if !outline.dials.is_empty() && !not_known.contains(&NotKnown::Legs) {
                found.push("its legs are known".to_owned());
            }
        }
        "logs" => {
            never(&[
                "Nothing failed",
                "heard nothing",
                "no command ran",
                "before any command",
                "failed after",
                "✓",
                "✗",
            ]);
            if !not_known.contains(&NotKnown::Log) {
                found.push("its log is known".to_owned());
            }
        }
        "zone" => {
            if said(read).1.contains("UTC") {
                never(&[""]);
            }
            if sentence != headline(&explain::explain(plain)) {
                found.push(format!("another sentence: {sentence}"));
            }
            if !not_known.contains(&NotKnown::Zone) {
                found.push("its zone is known".to_owned());
            }
        }
        _ => {
            if sentence.contains("The call ended with") || outline.ending.cause.is_some() {
                found.push("said why it ended".to_owned());
            }
            if whole
                .lines()
                .any(|line| line.contains('■') && line.contains("Q.850"))
            {
                found.push("said why it ended".to_owned());
            }
            if !not_known.contains(&NotKnown::Cause) {
                found.push("its cause is known".to_owned());
            }
        }
    }
    found
}

#[test]
fn nothing_is_said_that_the_events_do_not_show() {
    /// So many calls are enough for every day.
    const SOME: u64 = 250;
    let calls = said_number("CALLFLOW_PROPERTY_CALLS").unwrap_or(SOME);
    let first = said_number("CALLFLOW_PROPERTY_SEED").unwrap_or(0);
    let (mut count, mut variants, mut wrong) = (0, 0, Vec::new());
    for seed in first..first + calls {
        let Some(record_of_run) = played(&generate::call(seed)) else {
            continue;
        };
        count += 1;
        let run = Outline::of(&record_of_run);
        let events = all_events(&record_of_run, Envelope::Y2024);
        let last = last_event(&record_of_run).unwrap();
        let mut check = |which: &str, text: &str, is_over: bool, wrong: &mut Vec<String>| {
            variants += 1;
            let read = record(text);
            found(seed, which, untrue(&run, &read, is_over), wrong);
            read
        };
        check("all", &events.join("\n"), true, &mut wrong);
        let plain = check("last", &last, true, &mut wrong);
        let ends = |event: &String| {
            let event: Value = serde_json::from_str(event).unwrap();
            let is_call = event["call"]["direction"] == "in";
            let state = event["call"]["state"].as_str().unwrap_or_default();
            is_call && matches!(state, "hangup" | "destroyed" | "offline")
        };
        let over = events.iter().position(ends).unwrap();
        for length in 1..events.len() {
            if length as u64 % 10 == seed % 10 {
                let which = format!("first {length}");
                check(
                    &which,
                    &events[..length].join("\n"),
                    over < length,
                    &mut wrong,
                );
            }
        }
        // Cut somewhere: in its log, and in its legs.
        for (part, of) in [(1, 3), (2, 3), (9, 10), (99, 100)] {
            let cut = last.floor_char_boundary(last.len() * part / of);
            let read = wire::read("cut", &last.as_bytes()[..cut]).calls.pop();
            if let Some(read) = read {
                let which = format!("cut at {part}/{of}");
                let is_over = read.is_over();
                found(seed, &which, untrue(&run, &read, is_over), &mut wrong);
                if said(&read).1.contains("Nothing failed") {
                    wrong.push(format!("{seed}, {which}: nothing failed"));
                }
            }
        }
        for (removed, keys) in [
            ("children", &["children"][..]),
            ("logs", &["logs"][..]),
            ("zone", &[][..]),
            ("q850_cause", &["q850_cause", "q850_cause_string"][..]),
        ] {
            let mut event: Value = serde_json::from_str(&last).unwrap();
            remove(&mut event, keys);
            let mut text = event.to_string();
            if removed == "zone" {
                text = without_zone(&text);
            }
            let which = format!("without {removed}");
            let read = check(&which, &text, true, &mut wrong);
            let more = stated(removed, &read, &plain);
            found(seed, &which, more, &mut wrong);
        }
    }
    assert!(count > calls / 2, "{count}");
    wrong.sort();
    assert!(
        wrong.is_empty(),
        "{} in {variants} of {count} calls:\n{}",
        wrong.len(),
        wrong
            .iter()
            .take(60)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}

//! What the caller heard, and how the call ended, in a sentence.

use std::fmt::Write as _;

use super::super::words::{count, heard, list, quoted, sound, time, url};
use crate::explain::Explanation;
use crate::present::styled_text::clean;
use crate::record::{Audio, Does, Ender, Fate, Kept, Step};

/// What the caller heard, and how the call ended.
pub(super) fn of(call: &Explanation<'_>) -> Option<String> {
    let mut phrases = hearings(call);
    if call.record().leg.is_outbound() && phrases.is_empty() {
        return end_alone(call);
    }
    if phrases.is_empty() {
        if call.outline.steps.is_empty() {
            return end_alone(call);
        }
        let nothing = "heard nothing from the flow";
        phrases.push(if call.outline.hides_sounds() {
            "heard something that the event does not show".to_owned()
        } else if call.record().is_over() {
            nothing.to_owned()
        } else {
            format!("{nothing}, as far as the event shows")
        });
    }
    let end = end_phrase(call);
    let mut text = match end {
        Some(End::OfCaller(_)) => format!("The caller {}", phrases.join(", ")),
        _ => match phrases.split_last() {
            Some((last, rest)) if !rest.is_empty() => {
                format!("The caller {}, and {last}", rest.join(", "))
            }
            _ => format!("The caller {}", phrases.concat()),
        },
    };
    match end {
        _ if call.record().log_until.is_some() => {
            let until = time(call.record().until());
            let _ = write!(
                text,
                "; the rest of the event, after the first {until}, is missing"
            );
        }
        Some(End::OfCaller(phrase)) => {
            text.push_str(match (call.outline.ends_last(), phrases.len()) {
                (true, 2..) => ", and then ",
                (true, _) => ", then ",
                (false, _) => ", and ",
            });
            text.push_str(&phrase);
        }
        Some(End::OfCall(phrase)) => {
            text.push_str(if call.outline.ends_last() {
                "; then "
            } else {
                "; "
            });
            text.push_str(&phrase);
        }
        None => {
            let until = time(call.record().until());
            let _ = write!(text, "; the call was still going on {until} after it began");
        }
    }
    text.push_str(&recordings(call));
    text.push('.');
    Some(text)
}

fn end_alone(call: &Explanation<'_>) -> Option<String> {
    if !call.record().is_over() {
        return None;
    }
    let by = &call.outline.ending.by;
    let who = match by {
        Some(Ender::Caller) if call.record().leg.is_outbound() => return None,
        Some(Ender::Caller) => "The caller hung up",
        _ => "It ended",
    };
    Some(match call.record().hung_up() {
        Some(at) => format!("{who} {} after the call was created.", time(at)),
        None => format!("{who}; it is not known when."),
    })
}

/// What was heard of the flow and of those that it dialled, as predicates.
fn hearings(call: &Explanation<'_>) -> Vec<String> {
    /// So many things are named.
    const NAMED: usize = 4;
    /// What is shorter is not worth a word, in milliseconds.
    const SHORT: u64 = 500;
    let all = call.outline.sounds(SHORT);
    let left_out = match all.len().saturating_sub(NAMED) {
        // One more is as short as saying so.
        1 => 0,
        more => more,
    };
    // The last ones lead to the end.
    let mut phrases = Vec::new();
    let mut together: Vec<String> = Vec::new();
    if left_out > 0 {
        together.push(count(left_out, "earlier sound"));
    }
    for (hearing, how) in &all[left_out..] {
        if let Audio::Bridge(_) = hearing.what {
            flush(&mut together, &mut phrases);
            phrases.push(format!("talked with {}", heard(hearing, *how)));
            continue;
        }
        let word = heard(hearing, *how);
        if together.last() != Some(&word) {
            together.push(word);
        }
    }
    flush(&mut together, &mut phrases);
    phrases
}

fn flush(together: &mut Vec<String>, phrases: &mut Vec<String>) {
    if !together.is_empty() {
        phrases.push(format!("heard {}", list(together, "and")));
        together.clear();
    }
}

enum End {
    /// The caller did it: a predicate.
    OfCaller(String),
    /// Something else did it: a sentence without its full stop.
    OfCall(String),
}

fn end_phrase(call: &Explanation<'_>) -> Option<End> {
    Some(match call.outline.ending.by? {
        Ender::Caller => End::OfCaller(format!("hung up{}", during(call))),
        Ender::Command(entry) => End::OfCall(format!(
            "{} ended the call",
            clean(&call.outline.steps[entry].path)
        )),
        Ender::FlowEnd => End::OfCall("the flow ended, and the call with it".to_owned()),
        Ender::Agent => End::OfCall("the agent ended the call".to_owned()),
        Ender::Callee => End::OfCall("the called party hung up".to_owned()),
        Ender::Transfer => End::OfCall("the call was transferred".to_owned()),
        Ender::MaxLength => {
            let app = call.record().parties.app.as_ref();
            let minutes = app
                .and_then(|app| app.max_call_length_min)
                .unwrap_or_default();
            End::OfCall(format!(
                "the control app's limit of {minutes} min ended the call"
            ))
        }
        Ender::Parked(idle) => End::OfCall(format!(
            "nothing ran for {}, and the parked call timed out",
            time(idle)
        )),
        Ender::Untold => End::OfCall("the call ended".to_owned()),
    })
}

/// In the middle of what the caller hung up.
fn during(call: &Explanation<'_>) -> String {
    let Some(step) = call
        .outline
        .ending
        .during
        .map(|entry| &call.outline.steps[entry])
    else {
        return String::new();
    };
    let Some(into) = call.outline.open_for(step.entry).map(time) else {
        return String::new();
    };
    if let Some(open) = &call.outline.ending.recording {
        let kept = &call.outline.ending.recordings[open.kept];
        let into = match (open.lasted, &open.after) {
            (Some(lasted), Some(after)) => match &after.what {
                Audio::Sound(what) => {
                    let sound = sound(what, after.lasts());
                    let sound = sound.replacen("a beep", "the beep", 1);
                    format!("{} after {sound}, ", time(lasted))
                }
                _ => String::new(),
            },
            (Some(lasted), None) => format!("{} in, ", time(lasted)),
            (None, _) => String::new(),
        };
        return format!(" {into}while {} was open", recording_name(kept));
    }
    match &step.does {
        Does::Sounds { .. } => format!(" {into} into it"),
        Does::Fetches { .. } if has_inside(call, step) => " between two commands".to_owned(),
        Does::Fetches { request, .. } => format!(" while {} was being fetched", url(&request.url)),
        Does::Dials { .. } => match call
            .outline
            .dials
            .iter()
            .find(|dial| dial.entry == step.entry)
        {
            Some(dial) if dial.answered().is_some() => String::new(),
            _ => format!(" {into} into the dial"),
        },
        Does::Waits { at_most } => format!(" {into} into a pause of {}", time(*at_most)),
        Does::Collects => format!(" {into} into {}, which waited for keys", clean(&step.path)),
        Does::AwaitsRecording => " while the flow waited for a recording".to_owned(),
        _ => String::new(),
    }
}

fn has_inside(call: &Explanation<'_>, step: &Step) -> bool {
    call.outline
        .steps
        .iter()
        .any(|inner| inner.parent == Some(step.entry))
}

fn recording_name(kept: &Kept) -> String {
    match &kept.tag {
        Some(tag) => format!("the recording {}", quoted(tag)),
        None => "a recording".to_owned(),
    }
}

/// What became of the recordings.
fn recordings(call: &Explanation<'_>) -> String {
    let all = &call.outline.ending.recordings;
    let names = |is: fn(Fate) -> bool| -> Vec<String> {
        let named = all.iter().filter(|one| is(one.fate));
        let words = named.map(|one| match one.fate {
            Fate::Listed(Some(seconds)) => format!("{} of {seconds} s", recording_name(one)),
            _ => recording_name(one),
        });
        words.collect()
    };
    let mut text = String::new();
    let kept = names(|fate| matches!(fate, Fate::Listed(_)));
    if !kept.is_empty() {
        let were = if kept.len() == 1 { "was" } else { "were" };
        let _ = write!(text, "; {} {were} kept", list(&kept, "and"));
    }
    for missing in all.iter().filter(|one| one.fate == Fate::Missing) {
        let path = clean(&call.outline.steps[missing.entry].path);
        let _ = write!(text, "; no recording is listed for {path}");
    }
    let untold = names(|fate| fate == Fate::Untold);
    if !untold.is_empty() && call.record().is_over() {
        let were = if untold.len() == 1 { "was" } else { "were" };
        let untold = list(&untold, "and");
        let _ = write!(text, "; it is not known whether {untold} {were} kept");
    }
    text
}

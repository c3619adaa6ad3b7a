//! What one row of the time line says.

use super::Row;
use crate::channel::Sound;
use crate::channel::cause::Cause;
use crate::flow::EntryState;
use crate::present::styled_text::{BAD, BOLD, DIM, GOOD, HEARD, OPEN, PLAIN, Text, clean, span};
use crate::record::{
    Answered, Attempt, Audio, AudioSegment, Ender, Outline, Recording, Said, Step, TalkEnd, Unseen,
    UnseenKind, Why,
};

fn head(style: anstyle::Style, text: impl Into<String>) -> Row {
    Row {
        head: Text::of(style, text),
        ..Row::default()
    }
}

pub(super) fn rings(call: &Outline<'_>) -> Row {
    let mut row = head(HEARD, "ringing");
    let is_shown = call.record.leg.ringing.is_some() || call.record.heard.is_some();
    let text = match call.answered {
        Answered::Before(_) => "and answered; the event does not show when",
        Answered::At(_) | Answered::Never if !is_shown => "the event does not show when",
        _ => return row,
    };
    row.tail.push(Text::of(DIM, text));
    row
}

pub(super) fn answered() -> Row {
    head(BOLD, "answered")
}

pub(super) fn keys(keys: &str, is_heard: bool) -> Row {
    let keys: String = keys.chars().flat_map(|key| [' ', key]).collect();
    let mut row = head(BOLD, format!("⌨{keys}"));
    if !is_heard {
        row.tail.push(Text::of(OPEN, "no command waits for keys"));
    }
    row
}

pub(super) fn said(said: &Said) -> Row {
    let mut row = head(BOLD, "the caller says");
    row.body = Text::of(PLAIN, format!("“{}”", clean(&said.text)));
    row
}

pub(super) fn recording(recording: &Recording) -> Row {
    let mut text = Text::of(PLAIN, "● recording");
    if let Some(tag) = &recording.tag {
        text.push(DIM, format!(" #{}", clean(tag)));
    }
    if let Some(seconds) = recording.seconds {
        text.push(PLAIN, format!(" of {seconds} s"));
    }
    Row {
        head: text.and(PLAIN, " is available"),
        ..Row::default()
    }
}

/// A command, with what was heard all the time that it ran.
pub(super) fn command(
    call: &Outline<'_>,
    entry: usize,
    heard: Option<&Audio>,
    place: Option<&str>,
) -> Row {
    let step = &call.steps[entry];
    let (style, mark) = match step.state {
        EntryState::Queued => (OPEN, "○"),
        EntryState::Success => (GOOD, "✓"),
        EntryState::Failed => (BAD, "✗"),
    };
    let mut title = Text::of(style, mark)
        .and(PLAIN, " ")
        .and(BOLD, clean(&step.name));
    if let Some(tag) = &step.tag {
        title.push(DIM, format!(" #{}", clean(tag)));
    }
    let (body, spoken) = match heard {
        Some(Audio::Sound(sound)) => (sounding(sound), words(sound)),
        _ => (Text::default(), None),
    };
    let attributes = attributes(call, step, spoken);
    let mut tail = Vec::new();
    let aside = if body.is_empty() {
        attributes
    } else {
        if !attributes.is_empty() {
            tail.push(attributes);
        }
        Text::default()
    };
    if let Some(heard) = heard.filter(|_| body.is_empty()) {
        tail.push(audio(heard));
    }
    let reason = step.reason.as_deref().filter(|reason| *reason != "unknown");
    match (step.state, reason) {
        (EntryState::Failed, Some(reason)) => {
            tail.push(Text::of(BAD, format!("· {}", clean(reason))));
        }
        // What was heard says it better than the platform's `media played 1 times`.
        (EntryState::Success, Some(reason)) if heard.is_none() => {
            tail.push(Text::of(DIM, format!("· {}", clean(reason))));
        }
        _ => {}
    }
    tail.extend(place.map(|place| Text::of(DIM, clean(place))));
    Row {
        entry: Some(entry),
        open: step.is_open() && call.record.is_over(),
        head: title,
        body,
        aside,
        tail,
        ..Row::default()
    }
}

/// The attributes as they were written, in the platform's order, but for the tag and what is heard
/// anyway.
fn attributes(call: &Outline<'_>, step: &Step, spoken: Option<&str>) -> Text {
    let spoken = spoken.map(clean);
    let command = call.flows.command(step.entry);
    let element = command.and_then(|(flow, node)| flow.element(node));
    let mut attributes: Vec<_> = element
        .into_iter()
        .flat_map(crate::xml::Element::attributes)
        .collect();
    attributes.sort_by_key(|attribute| (attribute.name().len(), attribute.name()));
    let mut text = Text::default();
    for attribute in attributes {
        let value = clean(attribute.value());
        if attribute.name() == "tag" || Some(clean(attribute.value())) == spoken {
            continue;
        }
        let blank = if text.is_empty() { "" } else { " " };
        let value = if value.is_empty() || value.contains(' ') {
            format!("\"{value}\"")
        } else {
            value
        };
        text.push(DIM, format!("{blank}{}={value}", clean(attribute.name())));
    }
    text
}

/// What a sound says or where it comes from, as an attribute would have it.
fn words(sound: &Sound) -> Option<&str> {
    match sound {
        Sound::Speech(text)
        | Sound::File { url: text, .. }
        | Sound::Recording { tag: text, .. } => Some(text),
        Sound::Tone(_) => None,
    }
}

fn sounding(sound: &Sound) -> Text {
    Text::of(
        HEARD,
        match sound {
            Sound::Speech(text) => format!("“{}”", clean(text)),
            Sound::Tone(frequencies) => {
                let list: Vec<_> = frequencies.iter().map(u32::to_string).collect();
                format!("♪ {} Hz", list.join(" + "))
            }
            Sound::File { url, times: 1 } => format!("♫ {}", clean(url)),
            Sound::File { url, times } => format!("♫ {} {times} times", clean(url)),
            Sound::Recording { tag, .. } => format!("♫ recording #{}", clean(tag)),
        },
    )
}

/// What is heard, by itself.
fn audio(heard: &Audio) -> Text {
    match heard {
        Audio::Silence => Text::of(HEARD, "silence"),
        Audio::Unknown => Text::of(HEARD, "it is not known what was heard"),
        Audio::Ringing => Text::of(HEARD, "ringing"),
        Audio::RingBack => Text::of(HEARD, "ring-back"),
        Audio::Hold => Text::of(HEARD, "♫ hold music"),
        Audio::Bridge(name) => Text::of(HEARD, format!("⇄ talks with {}", clean(name))),
        Audio::Sound(sound) => sounding(sound),
    }
}

pub(super) fn heard(call: &Outline<'_>, hearing: &AudioSegment) -> Row {
    let mut body = audio(&hearing.what);
    if let Audio::Bridge(name) = &hearing.what
        && let Some(until) = talked_until(call, hearing, name)
    {
        body.push(PLAIN, format!(" until {until}"));
    }
    Row {
        body,
        ..Row::default()
    }
}

/// Who ended a talk, where that is known.
fn talked_until(call: &Outline<'_>, hearing: &AudioSegment, name: &str) -> Option<String> {
    let attempts = call.dials.iter().flat_map(|dial| &dial.attempts);
    let mut attempts = attempts.chain(&call.unlogged);
    let leg = attempts.find(|leg| {
        let answered = leg
            .answered
            .is_some_and(|answered| answered <= hearing.from);
        let ended = leg.hung_up.is_none_or(|ended| ended >= hearing.from);
        answered && ended && leg.to == name
    })?;
    Some(match leg.talk? {
        TalkEnd::GoesOn => return None,
        TalkEnd::Limit => "the talk time limit was reached".to_owned(),
        TalkEnd::Caller => "the caller hung up".to_owned(),
        TalkEnd::Call => "the call ended".to_owned(),
        TalkEnd::Callee => format!("{} hung up", clean(name)),
        TalkEnd::Cause(_) | TalkEnd::NotKnown => "it ended".to_owned(),
    })
}

/// A leg that was dialled.
pub(super) fn leg(call: &Outline<'_>, index: usize) -> Row {
    let attempts = call.dials.iter().flat_map(|dial| &dial.attempts);
    let mut attempts = attempts.chain(&call.unlogged);
    let Some(leg) = attempts.find(|leg| leg.leg == index) else {
        let to = call.record.dialled[index].to.as_deref().unwrap_or("?");
        return Row {
            head: Text::of(PLAIN, "→"),
            body: Text::of(BOLD, clean(to)),
            ..Row::default()
        };
    };
    let end = call.record.hung_up();
    let is_end = leg
        .hung_up
        .is_some_and(|ended| end.is_some_and(|end| ended >= end));
    dialled(leg, is_end)
}

/// A leg, which may have ended with the call.
fn dialled(leg: &Attempt, ends_with_call: bool) -> Row {
    let over = leg.answered.or(leg.hung_up);
    let mut body = Text::of(BOLD, clean(&leg.to));
    match (leg.rang, over) {
        (Some(rang), Some(over)) => {
            let rang = span(over.saturating_sub(rang));
            body.push(PLAIN, format!("  rang {rang},"));
        }
        (Some(_), None) => body.push(PLAIN, "  rings"),
        (None, _) => body.push(PLAIN, " "),
    }
    let mut tail = Vec::new();
    match (leg.answered, leg.cause) {
        (Some(_), _) => body.push(GOOD, " answered"),
        (None, Some(cause)) => {
            let after = leg.hung_up.map(|end| span(end.saturating_sub(leg.from)));
            let after = after.map_or_else(String::new, |after| format!(" after {after}"));
            let (style, how) = match cause {
                Cause::NO_ANSWER => (BAD, "did not answer".to_owned()),
                Cause::LOSE_RACE => (
                    OPEN,
                    "cancelled, because another destination answered".to_owned(),
                ),
                Cause::ORIGINATOR_CANCEL if ends_with_call => {
                    (OPEN, "cancelled, because the call ended".to_owned())
                }
                _ => (BAD, format!("refused{after}")),
            };
            body.push(style, format!(" {how}: "));
            body.extend(named(cause, style));
            if style == BAD {
                tail.push(Text::of(DIM, cause.meaning()));
            }
        }
        (None, None) => {}
    }
    Row {
        head: Text::of(PLAIN, "→"),
        body,
        tail,
        ..Row::default()
    }
}

/// A cause with its number.
fn named(cause: Cause, style: anstyle::Style) -> Text {
    let kind = if cause.is_q850() {
        "Q.850"
    } else {
        "FreeSWITCH"
    };
    Text::of(style, cause.name()).and(DIM, format!(" ({kind} {})", cause.code()))
}

/// What never ran.
pub(super) fn unseen(one: &Unseen) -> Row {
    let why = match (one.why, one.kind) {
        (Why::NotReached, _) => "not reached",
        (Why::NotNeeded, _) => "not taken",
        (Why::NotChosen, _) => "not chosen",
        (Why::Skipped, UnseenKind::Command) => "skipped",
        (Why::Skipped, _) => "did not run",
    };
    let mut head = Text::of(DIM, format!("· {}", one.name));
    if let Some(tag) = &one.tag {
        head.push(DIM, format!(" #{}", clean(tag)));
    }
    if let Some(code) = &one.code {
        head.push(DIM, format!(" {}", clean(code)));
    }
    let inside = match one.inside {
        0 => String::new(),
        1 => " (1 command in it)".to_owned(),
        more => format!(" ({more} commands in it)"),
    };
    Row {
        head,
        body: Text::of(DIM, format!("{why}{inside}")),
        ..Row::default()
    }
}

/// How the call ended; nothing while it goes on.
pub(super) fn end(call: &Outline<'_>, stopped: Option<u64>) -> Option<Row> {
    if stopped.is_some() {
        return Some(head(BAD, "■ the simulation stopped here"));
    }
    let record = call.record;
    let who = match call.ending.by? {
        Ender::Caller => "the caller hung up".to_owned(),
        Ender::Command(entry) => format!("{} ended the call", clean(&call.steps[entry].name)),
        Ender::FlowEnd => "the flow ended, and the call with it".to_owned(),
        Ender::Agent => "the agent ended the call".to_owned(),
        Ender::Callee => "the called party hung up".to_owned(),
        Ender::Transfer => "the call was transferred".to_owned(),
        Ender::MaxLength => "the app's maximum call length was reached".to_owned(),
        Ender::Parked(_) => "the parked call timed out".to_owned(),
        Ender::Untold if record.log_until.is_some() => {
            "the call ended; it is not known what ran before that".to_owned()
        }
        Ender::Untold if record.leg.is_outbound() => "the leg ended".to_owned(),
        Ender::Untold => "the call ended".to_owned(),
    };
    let mut row = head(BOLD, format!("■ {who}"));
    if let Some(cause) = call.ending.cause {
        row.tail.push(named(cause, PLAIN));
        if call.answered == Answered::Never && !record.leg.is_outbound() {
            let sent = cause.sip_sent();
            let text = format!("never answered: the caller gets SIP {sent}");
            row.tail.push(Text::of(OPEN, text));
        }
    }
    Some(row)
}

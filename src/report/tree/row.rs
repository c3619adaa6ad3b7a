//! What one row of the time line says.

use super::ink::{BAD, BOLD, DIM, GOOD, HEARD, OPEN, PLAIN, Text, clean, span};
use super::timeline::{Item, What};
use crate::call::EndedBy;
use crate::channel::Sound;
use crate::channel::cause::Cause;
use crate::event::Entry;
use crate::flow::EntryState;
use crate::simulate::{Audio, AudioSegment, Run};

/// The texts of one row.
#[derive(Clone, Debug, Default)]
pub(in crate::report) struct Row {
    /// Stands first, in one piece.
    pub(in crate::report) head: Text,
    /// Follows on the same line, and on more lines where it is long.
    pub(in crate::report) body: Text,
    /// Follows on the same line, cut where that line ends.
    pub(in crate::report) aside: Text,
    /// Each follows on the same line where it fits, else on lines of its own.
    pub(in crate::report) tail: Vec<Text>,
    /// Whether the time is that of a command still open.
    pub(in crate::report) open: bool,
}

/// What an item says.
pub(super) fn of(run: &Run, item: &Item<'_>) -> Row {
    match &item.what {
        What::Command(index, heard) => command(run, &run.log[*index], *heard),
        What::Heard(hearing) => Row {
            body: heard(run, hearing),
            ..Row::default()
        },
        What::Rings => head(HEARD, "ringing"),
        What::Answered => head(BOLD, "answered"),
        What::Keys(keys, is_heard) => {
            let keys: String = keys.chars().flat_map(|key| [' ', key]).collect();
            let mut row = head(BOLD, format!("⌨{keys}"));
            if !is_heard {
                row.tail.push(Text::of(OPEN, "no command listens"));
            }
            row
        }
        What::Leg(leg) => dialled(run, *leg),
        What::Recording(recording) => {
            let seconds = recording.duration;
            let mut text = Text::of(PLAIN, "● recording");
            if let Some(tag) = &recording.tag {
                text.push(DIM, format!(" #{}", clean(tag)));
            }
            let head = text.and(PLAIN, format!(" of {seconds} s is available"));
            Row {
                head,
                ..Row::default()
            }
        }
        What::End => end(run),
    }
}

fn head(style: anstyle::Style, text: impl Into<String>) -> Row {
    Row {
        head: Text::of(style, text),
        ..Row::default()
    }
}

fn command(run: &Run, entry: &Entry, heard: Option<&Audio>) -> Row {
    let (style, mark) = match entry.status.state {
        EntryState::Queued => (OPEN, "○"),
        EntryState::Success => (GOOD, "✓"),
        EntryState::Failed => (BAD, "✗"),
    };
    let mut title = Text::of(style, mark)
        .and(PLAIN, " ")
        .and(BOLD, entry.name());
    if let Some(tag) = entry.tag() {
        title.push(DIM, format!(" #{}", clean(tag)));
    }
    let (body, spoken) = match heard {
        Some(Audio::Sound(sound)) => (sounding(sound), words(sound)),
        _ => (Text::default(), None),
    };
    let attributes = attributes(entry, spoken);
    let mut tail = Vec::new();
    let aside = match body.is_empty() {
        true => attributes,
        false => {
            if !attributes.is_empty() {
                tail.push(attributes);
            }
            Text::default()
        }
    };
    if let Some(heard) = heard.filter(|_| body.is_empty()) {
        tail.push(quiet(heard));
    }
    let reason = &*entry.status.reason;
    match entry.status.state {
        EntryState::Failed => tail.push(Text::of(BAD, format!("· {}", clean(reason)))),
        // What was heard says it better than the platform's `media played 1 times`.
        EntryState::Success if heard.is_none() && reason != "unknown" => {
            tail.push(Text::of(DIM, format!("· {}", clean(reason))));
        }
        _ => {}
    }
    let open = entry.status.state == EntryState::Queued && run.inbound.hangup_on.is_some();
    Row {
        head: title,
        body,
        aside,
        tail,
        open,
    }
}

/// The attributes as they were written, but for the tag and what is heard anyway.
fn attributes(entry: &Entry, spoken: Option<&str>) -> Text {
    let spoken = spoken.map(clean);
    let element = entry.flow.element(entry.node);
    let mut text = Text::default();
    for attribute in element
        .into_iter()
        .flat_map(crate::xml::Element::attributes)
    {
        let value = clean(attribute.value());
        if attribute.name() == "tag" || Some(&value) == spoken.as_ref() {
            continue;
        }
        let blank = if text.is_empty() { "" } else { " " };
        let value = match value.is_empty() || value.contains(' ') {
            true => format!("\"{value}\""),
            false => value,
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
pub(in crate::report) fn quiet(heard: &Audio) -> Text {
    match heard {
        Audio::Silence => Text::of(HEARD, "silence"),
        Audio::Ringing => Text::of(HEARD, "ringing"),
        Audio::RingBack => Text::of(HEARD, "ring-back"),
        Audio::Hold => Text::of(HEARD, "♫ hold music"),
        Audio::Bridge(name) => Text::of(HEARD, format!("⇄ talks with {}", clean(name))),
        Audio::Sound(sound) => sounding(sound),
    }
}

fn heard(run: &Run, hearing: &AudioSegment) -> Text {
    let text = quiet(&hearing.what);
    let Audio::Bridge(name) = &hearing.what else {
        return text;
    };
    let created = run.inbound.created_on;
    let leg = run.legs.iter().find(|leg| {
        let ended = leg.hangup_on.map_or(u64::MAX, |end| end.since(created));
        let answered = leg
            .answer_on
            .is_some_and(|answer| answer.since(created) <= hearing.from);
        leg.to == *name && answered && ended >= hearing.to
    });
    let ended = leg
        .and_then(|leg| leg.hangup_on)
        .map(|end| end.since(created));
    let until = match (ended, leg.and_then(|leg| leg.cause)) {
        (None, _) => return text,
        (Some(_), Some(Cause::ALLOTTED_TIMEOUT)) => "the longest talk allowed".to_owned(),
        (Some(end), _) if end >= run.ended => match run.ended_by {
            Some(EndedBy::Caller) => "the caller hung up".to_owned(),
            _ => "the call ended".to_owned(),
        },
        _ => format!("{} hung up", clean(name)),
    };
    text.and(PLAIN, format!(" until {until}"))
}

fn dialled(run: &Run, index: usize) -> Row {
    let (Some(leg), Some(to)) = (run.legs.get(index), run.destinations.get(index)) else {
        return Row::default();
    };
    let address = clean(&to.address());
    let over = leg.answer_on.or(leg.hangup_on);
    let rang = leg
        .ring_on
        .map(|ring| over.map(|over| span(over.since(ring))));
    let mut body = Text::of(BOLD, address).and(PLAIN, " ");
    match rang {
        Some(Some(rang)) => body.push(PLAIN, format!(" rang {rang},")),
        Some(None) => body.push(PLAIN, " rings"),
        None => {}
    }
    let mut tail = Vec::new();
    match (leg.answer_on, leg.cause) {
        (Some(_), _) => body.push(GOOD, " answered"),
        (None, Some(cause)) => {
            let after = span(leg.hangup_on.map_or(0, |end| end.since(leg.created_on)));
            let (style, how) = match cause {
                Cause::NO_ANSWER => (BAD, "did not answer".to_owned()),
                Cause::LOSE_RACE => (OPEN, "cancelled as another one answered".to_owned()),
                Cause::ORIGINATOR_CANCEL => (OPEN, "cancelled as the call ended".to_owned()),
                _ => (BAD, format!("refused after {after}")),
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
    let kind = match cause.is_q850() {
        true => "Q.850",
        false => "FreeSWITCH",
    };
    Text::of(style, cause.name()).and(DIM, format!(" ({kind} {})", cause.code()))
}

fn end(run: &Run) -> Row {
    let inbound = &run.inbound;
    let mut row = Row::default();
    if run.limit.is_some() {
        row.head = Text::of(BAD, "■ the simulation stopped here");
        return row;
    }
    let who = match run.ended_by {
        Some(EndedBy::Caller) => "the caller hung up".to_owned(),
        Some(EndedBy::Command(index)) => {
            let entry = run.log.get(index);
            format!(
                "{} ended the call",
                entry.map_or("the flow", |entry| entry.name())
            )
        }
        Some(EndedBy::FlowEnd) => "the flow ended, and the call with it".to_owned(),
        Some(EndedBy::MaxLength) => "the app's longest call was reached".to_owned(),
        None => "the call ended".to_owned(),
    };
    row.head = Text::of(BOLD, format!("■ {who}"));
    let Some(cause) = inbound.cause else {
        return row;
    };
    row.tail.push(named(cause, PLAIN));
    row.tail.push(match inbound.answer_on {
        Some(_) => Text::default(),
        None => Text::of(
            OPEN,
            format!("never answered: the caller gets SIP {}", cause.sip_sent()),
        ),
    });
    row
}

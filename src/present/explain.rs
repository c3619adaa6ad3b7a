//! What a published call means, in words: for people, for programs, for a ticket.
//!
//! **Invariant:** nothing is decided here. Text from events never reaches the terminal with control
//! characters in it, nor a page with markup in it.

use std::collections::BTreeMap;
use std::io;
use std::str::FromStr;

use jiff::tz::TimeZone;

use crate::channel::cause::Cause;
use crate::explain::Explanation;
use crate::record::{
    Answered, Audio, AudioSegment, CallOutcome, Completeness, Content, DialEnd, Direction, Extent,
    NotKnown,
};

mod conversation;
mod failures;
mod headline;
mod human;
mod json;
mod many;
mod markdown;
mod odd;
pub(super) mod words;

use super::styled_text::{clean, instant, span};
use super::{Look, timeline};
use failures::{Failed, Failures, failed};
pub use many::{CallLine, Many};
use words::list;

/// A call with its explanation, ready to be shown.
#[derive(Debug)]
pub struct Told<'r> {
    /// The explanation.
    pub call: Explanation<'r>,
    /// For each entry of the log where it stands in a flow: `menu.xml:12`.
    pub places: Vec<Option<String>>,
}

/// An output format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For a terminal.
    Human,
    /// For programs.
    Json,
    /// For a ticket or a pull request.
    Markdown,
}

/// What else of a call is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Aspect {
    /// The zone of all times.
    pub zone: TimeZone,
    /// The time of day in place of the time since the call was created.
    pub absolute: bool,
    /// Identifiers of the call, its parties and its legs; a ticket always has them.
    pub ids: bool,
}

impl Default for Aspect {
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            absolute: false,
            ids: false,
        }
    }
}

/// The name of a zone, as it is shown.
fn zone_name(zone: &TimeZone) -> String {
    if *zone == TimeZone::UTC {
        return "UTC".to_owned();
    }
    zone.iana_name()
        .map_or_else(|| "local time".to_owned(), clean)
}

impl FromStr for Format {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "human" => Ok(Self::Human),
            "json" => Ok(Self::Json),
            "markdown" => Ok(Self::Markdown),
            _ => Err(()),
        }
    }
}

/// How calls are shown.
#[derive(Clone, Debug)]
pub struct Style {
    /// The format.
    pub format: Format,
    /// What else of a call is shown.
    pub aspect: Aspect,
    /// How text for people looks.
    pub look: Look,
    /// Whether there is one call; of several the verdicts are shown.
    pub is_only: bool,
}

/// A call as it is shown.
#[derive(Debug)]
pub struct Shown {
    text: Vec<u8>,
    uuid: Box<str>,
    failed: Vec<Failed>,
    outcome: CallOutcome,
}

impl Style {
    /// A call as it is shown.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn show(&self, told: &Told<'_>) -> io::Result<Shown> {
        let mut text = Vec::new();
        match self.format {
            Format::Human => human::call(told, self, &mut text)?,
            Format::Json => json::call(told, &mut text)?,
            Format::Markdown => markdown::call(told, &self.aspect, &mut text)?,
        }
        let uuid = told.call.record().leg.uuid.as_deref();
        Ok(Shown {
            text,
            uuid: uuid.unwrap_or("?").into(),
            failed: if self.is_only {
                Vec::new()
            } else {
                failed(&told.call)
            },
            outcome: told.call.outline.outcome(),
        })
    }

    /// Writes many calls, each in a line; for programs, each whole.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_many(&self, many: &Many<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        match self.format {
            Format::Markdown => many::markdown(many, &self.aspect, out),
            Format::Human | Format::Json => many::human(many, &self.aspect, self.look, out),
        }
    }

    /// Writes calls one after the other, each as it comes.
    ///
    /// # Errors
    ///
    /// Those of `out`, and of what shows a call.
    pub fn write(
        &self,
        calls: impl Iterator<Item = io::Result<Shown>>,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let mut failures = Failures::default();
        let mut counts = BTreeMap::new();
        let mut count = 0;
        if self.format == Format::Json {
            json::begin(out)?;
        }
        for shown in calls {
            let Shown {
                text,
                uuid,
                failed,
                outcome,
            } = shown?;
            *counts.entry(outcome).or_default() += 1;
            match self.format {
                Format::Json => json::between(count == 0, out)?,
                Format::Human | Format::Markdown if count > 0 => writeln!(out)?,
                Format::Human | Format::Markdown => {}
            }
            out.write_all(&text)?;
            failures.add(&uuid, failed);
            count += 1;
        }
        match self.format {
            Format::Human if count > 1 => human::end(&failures, count, self.look, out),
            Format::Json => json::end(&counts, out),
            Format::Human | Format::Markdown => Ok(()),
        }
    }
}

/// Writes one call, or several.
///
/// # Errors
///
/// Those of `out`.
pub fn write(
    calls: &[Told<'_>],
    format: Format,
    aspect: Aspect,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let style = Style {
        format,
        aspect,
        look,
        is_only: calls.len() <= 1,
    };
    style.write(calls.iter().map(|told| style.show(told)), out)
}

/// The rows of a call, with the time of day where that is wanted.
fn rows(told: &Told<'_>, aspect: &Aspect) -> Vec<timeline::Row> {
    // A conversation has no instants.
    if told.call.record().turns.is_some() {
        return Vec::new();
    }
    let mut rows = timeline::rows(&told.call.outline, None, &told.places);
    if aspect.absolute {
        let start = told.call.record().start();
        // A time that says no zone is shown as it was written.
        let zone = if told.call.record().lacks.zone {
            &TimeZone::UTC
        } else {
            &aspect.zone
        };
        for row in &mut rows {
            row.clock = row.at.map(|at| {
                let there = start.after(at).timestamp().to_zoned(zone.clone());
                there.strftime("%H:%M:%S%.3f").to_string()
            });
        }
    }
    rows
}

/// What identifies the call, its parties and its legs, by what it is.
fn identifiers(call: &Explanation<'_>) -> Vec<(&'static str, String)> {
    let record = call.record();
    let named = |name: &Option<Box<str>>, uuid: &Option<Box<str>>| {
        let words = [name, uuid].into_iter().flatten().map(|word| clean(word));
        words.collect::<Vec<_>>().join(" · ")
    };
    let mut found = vec![
        ("call", named(&record.leg.uuid, &None)),
        ("thread", named(&record.leg.thread, &None)),
    ];
    if let Some(account) = &record.parties.account {
        found.push(("account", named(&account.name, &account.uuid)));
    }
    if let Some(app) = &record.parties.app {
        found.push(("app", named(&app.name, &app.uuid)));
    }
    if let Some(digits) = record
        .parties
        .number
        .as_ref()
        .and_then(|number| number.digits)
    {
        found.push(("number", digits.to_string()));
    }
    for field in &record.vendor {
        let value = match field.value.content() {
            Content::Text(text) => clean(&text),
            _ => clean(field.value.as_str()),
        };
        found.push((field.key, value));
    }
    for leg in &record.dialled {
        found.push(("leg", named(&leg.to, &leg.uuid)));
    }
    found.retain(|(_, words)| !words.is_empty());
    found
}

/// The verdict on a call, in a few sentences.
pub fn headline(call: &Explanation<'_>) -> String {
    conversation::headline(call).unwrap_or_else(|| headline::of(call))
}

/// Who called whom.
fn parties(call: &Explanation<'_>) -> String {
    let word = |text: Option<&str>| text.map_or_else(|| "?".to_owned(), clean);
    format!(
        "{} → {}",
        word(call.record().leg.from.as_deref()),
        word(call.record().leg.to.as_deref())
    )
}

/// Which call it is, when it came, and how far the event tells.
fn particulars(call: &Explanation<'_>, aspect: &Aspect) -> String {
    let record = call.record();
    let mut parts = Vec::new();
    if let Some(created) = record.leg.created {
        let zone = if record.lacks.zone {
            &TimeZone::UTC
        } else {
            &aspect.zone
        };
        let zoned = created.timestamp().to_zoned(zone.clone());
        let time = zoned.strftime("%Y-%m-%d %H:%M:%S");
        parts.push(if record.lacks.zone {
            format!("{time}, time zone not known")
        } else {
            format!("{time} {}", zone_name(zone))
        });
    }
    parts.extend(
        record
            .leg
            .uuid
            .as_deref()
            .map(|uuid| format!("call {}", clean(uuid))),
    );
    if record.turns.is_some() {
        parts.extend(record.leg.direction.map(|direction| match direction {
            Direction::In => "inbound".to_owned(),
            Direction::Out => "outbound".to_owned(),
        }));
        parts.push(if record.is_over() { "over" } else { "live" }.to_owned());
        return parts.join(" · ");
    }
    parts.extend(record.leg.state.map(|state| state.as_str().to_owned()));
    if record.leg.is_outbound() {
        parts.push("dialled leg".to_owned());
    }
    if record.extent == Extent::One {
        parts.push("event of 2022, only partly supported".to_owned());
    }
    if record.extent == Extent::Cut {
        parts.push("the event is truncated".to_owned());
    }
    parts.join(" · ")
}

/// What is known of a cause, with the dials that it concerns.
struct Note {
    title: String,
    about: String,
    lines: [(&'static str, String); 4],
}

fn notes(call: &Explanation<'_>) -> Vec<Note> {
    let note = |cause: Cause| {
        let dials = call.outline.dials.iter().filter(|dial| {
            let own = dial.attempts.iter().any(|leg| leg.cause == Some(cause));
            own || dial.end == DialEnd::Failed(Some(cause))
        });
        let entries: Vec<_> = dials.map(|dial| dial.entry).collect();
        let paths = entries
            .iter()
            .map(|entry| clean(&call.outline.steps[*entry].path));
        let bare = entries
            .iter()
            .any(|entry| call.outline.has_handler(*entry) == Some(false));
        let more = if bare {
            " An Error block in the Dial could tell the caller."
        } else {
            ""
        };
        Note {
            title: words::named(cause),
            about: list(&paths.collect::<Vec<_>>(), "and"),
            lines: [
                ("means", cause.meaning().to_owned()),
                ("SIP", words::received(cause)),
                ("typical", cause.usually().to_owned()),
                ("check", format!("{}{more}", cause.check())),
            ],
        }
    };
    call.causes().into_iter().map(note).collect()
}

/// What entries that never ended are.
fn open_entries(call: &Explanation<'_>) -> Option<String> {
    let open = call
        .outline
        .steps
        .iter()
        .filter(|step| step.is_open())
        .count();
    let entries = match open {
        0 => return None,
        _ if call.record().log_until.is_some() => return None,
        1 => "1 entry is".to_owned(),
        more => format!("{more} entries are"),
    };
    Some(if call.record().is_over() {
        format!(
            "{entries} still queued (○): the command had begun, but not ended, when the call ended. The platform writes an entry when its command begins, and again when it ends, so this is not a failure."
        )
    } else {
        format!(
            "{entries} still queued (○): the command had begun, but not ended, when the event was made."
        )
    })
}

/// How much of what was heard.
fn heard(call: &Explanation<'_>) -> Vec<String> {
    /// Whether something heard is of a kind.
    type Is = fn(&Audio) -> bool;
    const RING_TONE: &str = "the ring tone";
    let total = |is: fn(&Audio) -> bool| {
        let of_kind = call
            .outline
            .heard
            .iter()
            .filter(|hearing| is(&hearing.what));
        of_kind.map(AudioSegment::lasts).sum::<u64>()
    };
    let kinds: [(&str, Is); 5] = [
        (RING_TONE, |what| *what == Audio::Ringing),
        ("the flow", |what| matches!(what, Audio::Sound(_))),
        ("ring-back", |what| *what == Audio::RingBack),
        ("another party", |what| matches!(what, Audio::Bridge(_))),
        ("hold music", |what| *what == Audio::Hold),
    ];
    let mut lines = Vec::new();
    let parts: Vec<_> = kinds
        .into_iter()
        .map(|(name, is)| (name, total(is)))
        .filter(|(_, time)| *time > 0)
        .map(|(name, time)| {
            let is_shown = call.record().leg.ringing.is_some() || call.record().heard.is_some();
            let most = match call.outline.answered {
                Answered::At(_) | Answered::Never if is_shown => "",
                _ if name == RING_TONE => "at most ",
                _ => "",
            };
            format!("{name} for {most}{}", span(time))
        })
        .collect();
    if !parts.is_empty() {
        lines.push(format!("{}.", list(&parts, "and")));
    }
    lines.extend(silences(call));
    lines
}

/// Every silence, with what went on.
fn silences(call: &Explanation<'_>) -> Option<String> {
    /// What is shorter lies between any two commands, in milliseconds.
    const SHORT: u64 = 500;
    /// So many are told one by one.
    const MOST: usize = 6;
    let long = call.outline.long_silences(SHORT);
    let each: Vec<_> = long
        .iter()
        .take(MOST)
        .map(|(one, is_turn)| {
            let why = if *is_turn {
                ", while the caller could speak"
            } else {
                ""
            };
            format!("{} from {}{why}", span(one.lasts()), instant(one.from))
        })
        .collect();
    let more = match long.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    (!each.is_empty()).then(|| format!("silence: {}{more}.", each.join("; ")))
}

/// What the events do not show, as far as no sentence or row says so.
fn not_known(call: &Explanation<'_>) -> Option<String> {
    let all = call.outline.not_known().into_iter();
    // Of a conversation only what was said is published.
    if call.record().turns.is_some() {
        return None;
    }
    let partly = call.outline.completeness.contains(&Completeness::NotKnown);
    let hides = call.outline.hides_sounds() || call.outline.heard.is_empty() || partly;
    let names_recordings = !call.outline.ending.recordings.is_empty() && call.record().is_over();
    let all = all.filter(|what| match what {
        NotKnown::Log | NotKnown::RestOfLog | NotKnown::Ringing | NotKnown::Answer => false,
        NotKnown::Recordings => !names_recordings,
        NotKnown::Heard => hides,
        NotKnown::EndedBy => !call.record().leg.is_outbound(),
        _ => true,
    });
    let words: Vec<_> = all.map(|what| what.means().to_owned()).collect();
    (!words.is_empty()).then(|| format!("{}.", words.join("; ")))
}

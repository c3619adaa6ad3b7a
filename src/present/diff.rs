//! How two calls differ, for people and for programs.
//!
//! **Invariant:** nothing is decided here; text from events never reaches the terminal with control
//! characters in it.

use std::io;

use serde::Serialize;

use super::effect::Consequence;
use super::styled_text::{BAD, BOLD, DIM, GOOD, OPEN, PLAIN, Text, clean, instant, span};
use super::{Look, Screen, side_by_side};
use crate::diff::{Diff, Difference, Kind, Parting, Side, Tolerance, Verdict};
use crate::record::{Content, Field, Json, Record, content};
use crate::replay::OpenQuestion;
use crate::report::Tool;
use crate::wire;

/// So many differences of one kind are shown; the JSON has all of them.
const MOST: usize = 40;

/// What differs between any two calls is named where it is no more than this.
const FEW: usize = 4;

/// Writes what the log of a call leaves open, so that its simulation may go another way; nothing
/// where it leaves nothing open.
///
/// # Errors
///
/// Those of `out`.
pub fn open_questions(
    questions: &[OpenQuestion],
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if questions.is_empty() {
        return Ok(());
    }
    let mut screen = Screen::new(look, out);
    screen.blank()?;
    screen.line(&Text::of(BOLD, "What the log does not show"))?;
    for question in questions {
        let text = clean(&question.to_string());
        screen.paragraph(&Text::of(PLAIN, text), 2, 4)?;
    }
    Ok(())
}

/// Writes how two calls, known by their names, differ.
///
/// # Errors
///
/// Those of `out`.
pub fn human(
    diff: &Diff,
    calls: [&Record; 2],
    names: [&str; 2],
    tolerance: Tolerance,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut screen = Screen::new(look, out);
    let style = match diff.verdict {
        Verdict::Same => GOOD,
        Verdict::OnlyParties | Verdict::OnlyTiming => OPEN,
        Verdict::SameRoute | Verdict::OtherOutcome | Verdict::OtherRoute => BAD,
    };
    screen.paragraph(
        &Text::of(style, verdict(diff.verdict)).and(PLAIN, aside(diff, tolerance)),
        0,
        0,
    )?;
    if !diff.aside.is_empty() && diff.aside.len() <= FEW {
        let places = diff
            .aside
            .iter()
            .map(|one| wire::place(diff.envelope, &one.field));
        let places: Vec<_> = places.map(|place| clean(&place)).collect();
        let text = format!("Not compared: {}.", places.join(", "));
        screen.paragraph(&Text::of(DIM, text), 0, 0)?;
    }
    if diff.is_empty() {
        return Ok(());
    }
    let [first, second] = names.map(clean);
    screen.paragraph(&Text::of(DIM, format!("- {first}")), 0, 2)?;
    screen.paragraph(&Text::of(DIM, format!("+ {second}")), 0, 2)?;
    if let Some(parting) = &diff.parting {
        screen.blank()?;
        screen.parting(parting)?;
    }
    if diff.verdict >= Verdict::OtherOutcome {
        screen.blank()?;
        side_by_side::records(calls, names, &mut screen)?;
    }
    for (title, kinds) in GROUPS {
        let group = diff
            .differences
            .iter()
            .filter(|one| kinds.contains(&one.kind));
        let group: Vec<_> = group.collect();
        if group.is_empty() {
            continue;
        }
        screen.blank()?;
        if *kinds == [Kind::Timing] && diff.verdict >= Verdict::OtherOutcome {
            let text = format!(
                "{} times differ as well, as a consequence; --format json lists them.",
                group.len()
            );
            screen.paragraph(&Text::of(DIM, text), 0, 0)?;
            continue;
        }
        screen.line(&Text::of(BOLD, *title))?;
        for difference in group.iter().take(MOST) {
            screen.difference(difference, diff.envelope)?;
        }
        if let Some(more) = group.len().checked_sub(MOST).filter(|more| *more > 0) {
            screen.line(&Text::of(DIM, format!("  … and {more} more")))?;
        }
    }
    Ok(())
}

/// The groups in which differences are shown, gravest first.
const GROUPS: &[(&str, &[Kind])] = &[
    (
        "Commands that only one call ran",
        &[Kind::Missing, Kind::Extra],
    ),
    ("Outcomes", &[Kind::Outcome]),
    (
        "Legs and recordings that only one call has",
        &[Kind::Presence],
    ),
    (
        "Commands that are written or compiled differently",
        &[Kind::Command],
    ),
    ("Other values", &[Kind::Detail]),
    (
        "Times, in seconds since the call was created",
        &[Kind::Timing],
    ),
    ("Parties", &[Kind::Party]),
];

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "The same call.",
        Verdict::OnlyParties => {
            "The same call, except for the caller, the called number or the account."
        }
        Verdict::OnlyTiming => "The same call at other times.",
        Verdict::SameRoute => "The same route with the same outcomes, but other values.",
        Verdict::OtherOutcome => "The same route with another outcome.",
        Verdict::OtherRoute => "Another route.",
    }
}

fn aside(diff: &Diff, tolerance: Tolerance) -> String {
    let count = match diff.differences.len() {
        0 => String::new(),
        1 => " 1 difference".to_owned(),
        more => format!(" {more} differences"),
    };
    let left = "identifiers not compared";
    let times = match tolerance {
        Tolerance(0) => "times compared to the millisecond".to_owned(),
        Tolerance(time) => format!(
            "times that differ by at most {} treated as the same",
            span(time)
        ),
    };
    if count.is_empty() {
        format!(" ({left}, {times})")
    } else {
        format!("{count} ({left}, {times}).")
    }
}

/// Of one value so many lines are shown.
const LINES: usize = 6;

impl Screen<'_> {
    fn parting(&mut self, parting: &Parting) -> io::Result<()> {
        let place = match &parting.behind {
            Some(path) => format!("They differ after {}: ", clean(path)),
            None => "They differ from the first command on: ".to_owned(),
        };
        let next = |path: &Option<String>| match path {
            Some(path) => format!("continues with {}", clean(path)),
            None => "runs no more commands".to_owned(),
        };
        let (first, second) = (next(&parting.first), next(&parting.second));
        let text = format!("{place}the first call {first}, the second call {second}.");
        self.paragraph(&Text::of(PLAIN, text), 0, 0)
    }

    fn difference(&mut self, one: &Difference, envelope: Option<&str>) -> io::Result<()> {
        match one.kind {
            Kind::Missing | Kind::Presence if one.second == Side::Absent => {
                let text = format!("- {}  {}", clean(&one.name), row(&one.first));
                return self.lines(&Text::of(BAD, text), 2, 4, LINES);
            }
            Kind::Extra | Kind::Presence => {
                let text = format!("+ {}  {}", clean(&one.name), row(&one.second));
                return self.lines(&Text::of(GOOD, text), 2, 4, LINES);
            }
            _ => {}
        }
        let mut title = Text::of(PLAIN, clean(&one.name));
        let (first, second) = (side(&one.first), side(&one.second));
        let mut short = Text::of(PLAIN, "  ")
            .and(BAD, &*first)
            .and(DIM, " → ")
            .and(GOOD, &*second);
        if let (Side::At(first), Side::At(second)) = (&one.first, &one.second) {
            let by = span(second.abs_diff(*first));
            let how = if second > first { "later" } else { "earlier" };
            short.push(DIM, format!("  {by} {how}"));
        }
        let place = wire::place(envelope, &one.field);
        let mut place = if place == one.name {
            String::new()
        } else {
            format!("  {}", clean(&place))
        };
        let more = match one.also.len() {
            0 => String::new(),
            1 => " and 1 more place".to_owned(),
            more => format!(" and {more} more places"),
        };
        place.push_str(&more);
        if title.width() + short.width() + 2 <= self.width {
            title.extend(short);
            if title.width() + place.len() + 2 <= self.width {
                title.push(DIM, place);
            }
            return self.lines(&title, 2, 4, LINES);
        }
        title.push(DIM, place);
        self.lines(&title, 2, 4, LINES)?;
        self.lines(&Text::of(BAD, format!("- {first}")), 4, 6, LINES)?;
        self.lines(&Text::of(GOOD, format!("+ {second}")), 4, 6, LINES)
    }
}

/// What one side has, in words.
fn side(side: &Side) -> String {
    match side {
        Side::Absent => "nothing".to_owned(),
        Side::Value(value) => clean(value.as_str()),
        Side::At(at) => seconds(*at),
    }
}

/// A row that only one call has, in a few words.
fn row(side: &Side) -> String {
    let Side::Value(value) = side else {
        return String::new();
    };
    let Content::Object(members) = value.content() else {
        return clean(value.as_str());
    };
    let text = |key: &str| {
        let (_, value) = members.iter().find(|(other, _)| other == key)?;
        match content(value) {
            Content::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    };
    let words = [
        text("to").map(|to| format!("to {to}")),
        text("state"),
        text("cause"),
        text("reason")
            .filter(|reason| *reason != "unknown")
            .map(|reason| format!("“{reason}”")),
    ];
    let words: Vec<_> = words.into_iter().flatten().collect();
    clean(&words.join(", "))
}

fn seconds(at: i64) -> String {
    let sign = if at < 0 { "-" } else { "" };
    format!("{sign}{}", instant(at.unsigned_abs()))
}

/// Writes how two calls differ, for programs: `docs/schemas/difference.schema.json` describes it.
/// `version` grows when a reader must change; new members may come without that.
///
/// # Errors
///
/// Those of `out`.
pub fn json(
    diff: &Diff,
    names: [&str; 2],
    tolerance: Tolerance,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &document(diff, names, tolerance))?;
    writeln!(out)
}

/// What replaying a call came to, for programs.
#[derive(Serialize)]
pub struct ReplayedJson<'a> {
    call: &'a str,
    /// Why the call cannot be rebuilt, or has no end.
    error: Option<String>,
    /// What the log does not show.
    open: Vec<String>,
    /// Where a change makes a call that would not end, that it would not, and why.
    pub would_not_end: Option<String>,
    /// What the world did, and a change left without a use.
    pub unused: Vec<String>,
    /// What a change asks, and the call does not tell.
    pub not_told: Vec<String>,
    /// What was done at a command that may be another one.
    pub doubtful: Vec<String>,
    /// What a change comes to for the caller.
    pub effect: Option<&'a Consequence>,
    #[serde(flatten)]
    diff: Option<Document<'a>>,
}

impl<'a> ReplayedJson<'a> {
    /// A call, by its identifier, with what its log leaves open.
    pub fn new(
        call: &'a str,
        compared: Result<(&'a Diff, [&'a str; 2]), String>,
        open: impl Iterator<Item = String>,
    ) -> Self {
        let (diff, error) = match compared {
            Ok((diff, names)) => (Some(document(diff, names, Tolerance(0))), None),
            Err(error) => (None, Some(error)),
        };
        Self {
            call,
            error,
            open: open.collect(),
            would_not_end: None,
            unused: Vec::new(),
            not_told: Vec::new(),
            doubtful: Vec::new(),
            effect: None,
            diff,
        }
    }
}

fn document<'a>(diff: &'a Diff, names: [&'a str; 2], tolerance: Tolerance) -> Document<'a> {
    let [first, second] = names;
    let parting = diff.parting.as_ref();
    let json = |one: &'a Difference| DifferenceJson::new(one, diff.envelope);
    Document {
        version: 1,
        tool: Tool::THIS,
        first,
        second,
        tolerance_ms: tolerance.0,
        verdict: diff.verdict.as_str(),
        parting: parting.map(|parting| PartingJson {
            behind: parting.behind.as_deref(),
            first: parting.first.as_deref(),
            second: parting.second.as_deref(),
        }),
        differences: diff.differences.iter().map(json).collect(),
        aside: diff.aside.iter().map(json).collect(),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    first: &'a str,
    second: &'a str,
    tolerance_ms: u64,
    verdict: &'static str,
    parting: Option<PartingJson<'a>>,
    differences: Vec<DifferenceJson<'a>>,
    aside: Vec<DifferenceJson<'a>>,
}

#[derive(Serialize)]
struct PartingJson<'a> {
    behind: Option<&'a str>,
    first: Option<&'a str>,
    second: Option<&'a str>,
}

/// An absent side has no member; an instant is a number of milliseconds.
#[derive(Serialize)]
struct DifferenceJson<'a> {
    kind: &'static str,
    name: &'a str,
    place: String,
    also: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<SideJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<SideJson<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum SideJson<'a> {
    Value(&'a Json),
    At(i64),
}

impl<'a> DifferenceJson<'a> {
    fn new(one: &'a Difference, envelope: Option<&str>) -> Self {
        let side = |side: &'a Side| match side {
            Side::Absent => None,
            Side::Value(value) => Some(SideJson::Value(value)),
            Side::At(at) => Some(SideJson::At(*at)),
        };
        Self {
            kind: one.kind.as_str(),
            name: &one.name,
            place: wire::place(envelope, &one.field),
            also: one
                .also
                .iter()
                .map(|field: &Field| wire::place(envelope, field))
                .collect(),
            first: side(&one.first),
            second: side(&one.second),
        }
    }
}

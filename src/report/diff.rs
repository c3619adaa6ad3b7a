//! How two calls differ, for people and for programs.
//!
//! **Invariant:** nothing is decided here; text from events never reaches the terminal with control
//! characters in it.

use std::io;

use serde::Serialize;
use serde_json::Value;

use crate::diff::{Diff, Difference, Kind, Parting, Side, Tolerance, Verdict};
use crate::replay::OpenQuestion;
use crate::report::Tool;
use crate::report::tree::ink::{BAD, BOLD, DIM, GOOD, OPEN, PLAIN, Text, clean, instant, span};

/// So many differences of one kind are shown; the JSON has all of them.
const MOST: usize = 40;

/// How the output may look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether colours may be used.
    pub styled: bool,
    /// How many columns there are.
    pub width: usize,
}

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
    let mut screen = Screen { look, out };
    screen.blank()?;
    screen.line(&Text::of(BOLD, "What the log leaves open"))?;
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
    names: [&str; 2],
    tolerance: Tolerance,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut screen = Screen { look, out };
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
                "{} times differ as well, as they must; --format json has them.",
                group.len()
            );
            screen.paragraph(&Text::of(DIM, text), 0, 0)?;
            continue;
        }
        screen.line(&Text::of(BOLD, *title))?;
        for difference in group.iter().take(MOST) {
            screen.difference(difference)?;
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
    ("Commands written or compiled otherwise", &[Kind::Command]),
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
        Verdict::OnlyParties => "The same call, but for who called, whom, or on whose account.",
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
    let left = "identifiers left aside";
    let times = match tolerance {
        Tolerance(0) => "instants compared to the millisecond".to_owned(),
        Tolerance(time) => format!(
            "instants within {} of each other taken as the same",
            span(time)
        ),
    };
    match count.is_empty() {
        true => format!(" ({left}, {times})"),
        false => format!("{count} ({left}, {times})."),
    }
}

struct Screen<'a> {
    look: Look,
    out: &'a mut dyn io::Write,
}

impl Screen<'_> {
    fn blank(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    fn line(&mut self, text: &Text) -> io::Result<()> {
        text.write(self.look.styled, self.out)?;
        self.blank()
    }

    /// A text on lines of its own, its first and its further ones indented by so many columns.
    fn paragraph(&mut self, text: &Text, first: usize, further: usize) -> io::Result<()> {
        /// The narrowest screen that is written for.
        const NARROWEST: usize = 40;
        /// So many lines of one value are shown.
        const LINES: usize = 6;
        let width = self.look.width.max(NARROWEST) - first.max(further);
        for (index, line) in text.lines(width, LINES).iter().enumerate() {
            let indent = if index == 0 { first } else { further };
            write!(self.out, "{:indent$}", "")?;
            self.line(line)?;
        }
        Ok(())
    }

    fn parting(&mut self, parting: &Parting) -> io::Result<()> {
        let place = match &parting.behind {
            Some(path) => format!("They part behind {}: ", clean(path)),
            None => "They part at the first command: ".to_owned(),
        };
        let next = |path: &Option<String>| match path {
            Some(path) => format!("goes on with {}", clean(path)),
            None => "runs nothing more".to_owned(),
        };
        let (first, second) = (next(&parting.first), next(&parting.second));
        let text = format!("{place}the first {first}, the second {second}.");
        self.paragraph(&Text::of(PLAIN, text), 0, 0)
    }

    fn difference(&mut self, one: &Difference) -> io::Result<()> {
        match one.kind {
            Kind::Missing | Kind::Presence if one.second == Side::Absent => {
                let text = format!("- {}  {}", clean(&one.name), row(&one.first));
                return self.paragraph(&Text::of(BAD, text), 2, 4);
            }
            Kind::Extra | Kind::Presence => {
                let text = format!("+ {}  {}", clean(&one.name), row(&one.second));
                return self.paragraph(&Text::of(GOOD, text), 2, 4);
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
        let mut place = match one.place == one.name {
            true => String::new(),
            false => format!("  {}", clean(&one.place)),
        };
        let more = match one.also.len() {
            0 => String::new(),
            1 => " and 1 more place".to_owned(),
            more => format!(" and {more} more places"),
        };
        place.push_str(&more);
        if title.width() + short.width() + 2 <= self.look.width {
            title.extend(short);
            if title.width() + place.len() + 2 <= self.look.width {
                title.push(DIM, place);
            }
            return self.paragraph(&title, 2, 4);
        }
        title.push(DIM, place);
        self.paragraph(&title, 2, 4)?;
        self.paragraph(&Text::of(BAD, format!("- {first}")), 4, 6)?;
        self.paragraph(&Text::of(GOOD, format!("+ {second}")), 4, 6)
    }
}

/// What one side has, in words.
fn side(side: &Side) -> String {
    match side {
        Side::Absent | Side::Value(Value::Null) => "nothing".to_owned(),
        Side::Value(value) => clean(&value.to_string()),
        Side::At(at) => seconds(*at),
    }
}

/// A row that only one call has, in a few words.
fn row(side: &Side) -> String {
    let Side::Value(value) = side else {
        return String::new();
    };
    let text = |key| value.get(key).and_then(Value::as_str);
    let words = [
        text("to").map(|to| format!("to {to}")),
        text("state").map(str::to_owned),
        text("q850_cause_string").map(str::to_owned),
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
    let [first, second] = names;
    let parting = diff.parting.as_ref();
    let document = Document {
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
        differences: diff.differences.iter().map(DifferenceJson::new).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
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
    place: &'a str,
    also: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<SideJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<SideJson<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum SideJson<'a> {
    Value(&'a Value),
    At(i64),
}

impl<'a> DifferenceJson<'a> {
    fn new(one: &'a Difference) -> Self {
        let side = |side: &'a Side| match side {
            Side::Absent => None,
            Side::Value(value) => Some(SideJson::Value(value)),
            Side::At(at) => Some(SideJson::At(*at)),
        };
        Self {
            kind: one.kind.as_str(),
            name: &one.name,
            place: &one.place,
            also: &one.also,
            first: side(&one.first),
            second: side(&one.second),
        }
    }
}

//! What an exploration found, for people and for programs.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use anstyle::Style;
use serde::Serialize;
use serde::ser::SerializeMap as _;

use super::coverage::percent;
use super::styled_text::{BAD, BOLD, DIM, GOOD, PLAIN, Text, clean, span};
use super::{Look, Screen};
use crate::expect::Coverage;
use crate::explore::{Explored, Extent, Finding, Shown, Suite, WorstCase, WorstKind};
use crate::flow::Flow;
use crate::report::{Tool, markdown, own};
use crate::source::Position;

/// An explored flow.
#[derive(Debug)]
pub struct Exploration<'a> {
    /// What takes the call: a flow or a scenario, as it was named.
    pub name: String,
    /// What was found; of its findings those that are wanted, as bad as they are to be taken.
    pub explored: Explored<'a>,
    /// The files that the flows are in, each with its content: what a server replies may be in one.
    pub files: Vec<(String, Arc<[u8]>)>,
    /// How long it took.
    pub took: Duration,
    /// The suite that is written, if one is.
    pub suite: Option<Suite>,
}

impl Exploration<'_> {
    /// Which parts of the flows the suite comes to, if one is written; else all calls.
    fn coverage(&self) -> &Coverage {
        let suite = self.suite.as_ref().map(|suite| &suite.coverage);
        suite.unwrap_or(&self.explored.coverage)
    }

    /// The name of the file that a flow is in; of one that only a server has, its URL.
    pub fn file<'s>(&'s self, flow: &'s Flow) -> &'s str {
        let text = flow.source().text().as_bytes();
        let mut files = self.files.iter();
        files
            .find(|(_, content)| **content == *text)
            .map_or(flow.source().name(), |(name, _)| name)
    }

    /// Where a finding is: its file, line and column.
    fn place<'s>(&'s self, finding: &'s Finding) -> (&'s str, Position) {
        let start = finding.diagnostic.primary.span.start;
        let position = finding.flow.source().position(start);
        (self.file(&finding.flow), position)
    }
}

/// So many parts that a suite does not come to are listed on a screen.
const MOST_LEFT: usize = 5;

/// What was tried, and how bad it can get: behind the findings.
///
/// # Errors
///
/// Those of `out`.
pub fn summary(one: &Exploration<'_>, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    let explored = &one.explored;
    let mut screen = Screen::new(look, out);
    screen.blank()?;
    screen.line(&Text::of(BOLD, clean(&one.name)))?;
    let coverage = one.coverage();
    let (came, all) = coverage.count();
    let row = |screen: &mut Screen<'_>, what: &str, text: Text| {
        let mut line = Text::of(DIM, format!("  {what:<10}"));
        line.extend(text);
        screen.paragraph(&line, 0, 12)
    };
    let tried = format!(
        "{} and {} in {}",
        number(explored.states() as u64, "state", "states"),
        number(explored.transitions(), "transition", "transitions"),
        span(u64::try_from(one.took.as_millis()).unwrap_or(u64::MAX)),
    );
    let (style, extent) = extent(explored);
    let tried = Text::of(PLAIN, format!("{tried}: ")).and(style, extent);
    row(&mut screen, "tried", tried)?;
    let style = if came == all { GOOD } else { PLAIN };
    let covered = format!("{came} of {all}: {}", percent(coverage));
    row(&mut screen, "coverage", Text::of(style, covered))?;
    let left = one.suite.iter().flat_map(|suite| &suite.left_out);
    for left in left.clone().take(MOST_LEFT) {
        row(
            &mut screen,
            "left out",
            Text::of(PLAIN, clean(&left.to_string())),
        )?;
    }
    if let Some(more) = left.count().checked_sub(MOST_LEFT).filter(|&more| more > 0) {
        let more = format!("{more} more, which the comment in the suite lists");
        row(&mut screen, "left out", Text::of(PLAIN, more))?;
    }
    for worst in &explored.worst {
        let text = format!("{} ({})", worth(worst), clean(&worst.shown.words));
        row(&mut screen, worst_name(worst.kind), Text::of(PLAIN, text))?;
    }
    for url in explored.unknown() {
        let text = format!(
            "{}: no rule gives its reply, so an empty flow was assumed (give one with --callback 'URL=FILE')",
            clean(url)
        );
        row(&mut screen, "not known", Text::of(PLAIN, text))?;
    }
    Ok(())
}

/// For programs; `docs/schemas/exploration.schema.json` describes it.
///
/// # Errors
///
/// Those of `out`.
pub fn json(all: &[Exploration<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    let flows = all.iter().map(ExplorationJson::of).collect();
    let document = Document {
        version: 1,
        tool: Tool::THIS,
        flows,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// As Markdown, for a comment on a change.
///
/// # Errors
///
/// Those of `out`.
pub fn markdown(all: &[Exploration<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    let cell = |text: &str| markdown::escape(&clean(text));
    writeln!(out, "{}\n", own::MARKDOWN)?;
    for one in all {
        let explored = &one.explored;
        writeln!(out, "## {}\n", cell(&one.name))?;
        let (came, goals) = one.coverage().count();
        writeln!(
            out,
            "{} tried, {}; coverage {came} of {goals}.\n",
            number(explored.states() as u64, "state", "states"),
            extent(explored).1,
        )?;
        if explored.findings.is_empty() {
            writeln!(out, "No findings.\n")?;
            continue;
        }
        writeln!(
            out,
            "| | rule | place | command | finding | call |\n|---|---|---|---|---|---|"
        )?;
        for finding in &explored.findings {
            let words = finding.shown.as_ref().map_or("", |shown| &shown.words);
            let (file, place) = one.place(finding);
            writeln!(
                out,
                "| {} | `{}` | {}:{}:{} | {} | {} | {} |",
                finding.diagnostic.severity.as_str(),
                finding.diagnostic.rule,
                cell(file),
                place.line,
                place.column,
                markdown::code(&clean(&finding.path)),
                cell(&finding.diagnostic.message),
                cell(words)
            )?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// How far it was explored.
fn extent(explored: &Explored<'_>) -> (Style, &'static str) {
    match explored.extent() {
        Extent::Everything => (GOOD, "everything"),
        Extent::States => (BAD, "not everything: the limit was reached (see --limit)"),
        Extent::Memory => (
            BAD,
            "not everything: the states need more than 2 GiB of memory",
        ),
        Extent::Interrupted => (BAD, "not everything: it was interrupted"),
    }
}

fn number(count: u64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{} {many}", thousands(&count.to_string())),
    }
}

/// Digits in groups of three.
fn thousands(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn worst_name(kind: WorstKind) -> &'static str {
    match kind {
        WorstKind::Longest => "longest",
        WorstKind::Dials => "dials",
        WorstKind::Fetches => "fetches",
        WorstKind::Wait => "wait",
    }
}

fn worth(worst: &WorstCase) -> String {
    match worst.kind {
        WorstKind::Longest | WorstKind::Wait => span(worst.worth),
        WorstKind::Dials | WorstKind::Fetches => worst.worth.to_string(),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    flows: Vec<ExplorationJson<'a>>,
}

#[derive(Serialize)]
struct ExplorationJson<'a> {
    name: &'a str,
    states: usize,
    transitions: u64,
    complete: bool,
    stopped_by: Option<&'static str>,
    coverage: CoverageJson,
    suite: Option<SuiteJson>,
    unknown: Vec<&'a str>,
    findings: Vec<FindingJson<'a>>,
    worst: WorstJson<'a>,
}

#[derive(Serialize)]
struct CoverageJson {
    reached: usize,
    of: usize,
    unreached: Vec<GapJson>,
}

#[derive(Serialize)]
struct SuiteJson {
    tests: usize,
    reached: usize,
    of: usize,
    left_out: Vec<LeftOutJson>,
}

#[derive(Serialize)]
struct LeftOutJson {
    path: String,
    goal: &'static str,
    why: &'static str,
}

impl SuiteJson {
    fn of(suite: &Suite) -> Self {
        let (reached, of) = suite.coverage.count();
        let left_out = suite.left_out.iter().map(|left| LeftOutJson {
            path: left.path.clone(),
            goal: left.goal.as_str(),
            why: left.why.as_str(),
        });
        Self {
            tests: suite.cases.len(),
            reached,
            of,
            left_out: left_out.collect(),
        }
    }
}

#[derive(Serialize)]
struct GapJson {
    file: String,
    path: String,
    goal: &'static str,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'static str,
    severity: &'static str,
    file: &'a str,
    line: usize,
    column: usize,
    path: &'a str,
    message: &'a str,
    #[serde(flatten)]
    shown: Option<ShownJson<'a>>,
}

#[derive(Serialize)]
struct ShownJson<'a> {
    /// What is out of the ordinary about the call, in a few words.
    call: &'a str,
    route: &'a [String],
    scenario: String,
}

struct WorstJson<'a>(&'a Explored<'a>);

impl Serialize for WorstJson<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Worst<'a> {
            worth: u64,
            #[serde(flatten)]
            shown: ShownJson<'a>,
        }
        let mut map = serializer.serialize_map(Some(self.0.worst.len()))?;
        for worst in &self.0.worst {
            let name = match worst.kind {
                WorstKind::Longest => "longest_ms",
                WorstKind::Dials => "dials",
                WorstKind::Fetches => "fetches",
                WorstKind::Wait => "wait_ms",
            };
            let shown = ShownJson::of(self.0, &worst.shown);
            map.serialize_entry(
                name,
                &Worst {
                    worth: worst.worth,
                    shown,
                },
            )?;
        }
        map.end()
    }
}

impl<'a> ShownJson<'a> {
    fn of(explored: &Explored<'_>, shown: &'a Shown) -> Self {
        Self {
            call: &shown.words,
            route: &shown.route,
            scenario: explored.scenario(shown).to_toml(),
        }
    }
}

impl<'a> ExplorationJson<'a> {
    fn of(one: &'a Exploration<'a>) -> Self {
        let explored = &one.explored;
        let (reached, of) = explored.coverage.count();
        let gaps = explored.coverage.flows.iter().flat_map(|covered| {
            covered.gaps().map(|(node, goal)| GapJson {
                file: one.file(&covered.flow).to_owned(),
                path: covered.flow.path(node),
                goal: goal.as_str(),
            })
        });
        let finding = |finding: &'a Finding| {
            let (file, place) = one.place(finding);
            FindingJson {
                rule: finding.diagnostic.rule,
                severity: finding.diagnostic.severity.as_str(),
                file,
                line: place.line,
                column: place.column,
                path: &finding.path,
                message: &finding.diagnostic.message,
                shown: finding
                    .shown
                    .as_ref()
                    .map(|shown| ShownJson::of(explored, shown)),
            }
        };
        Self {
            name: &one.name,
            states: explored.states(),
            transitions: explored.transitions(),
            complete: explored.is_complete(),
            stopped_by: match explored.extent() {
                Extent::Everything => None,
                Extent::States => Some("limit"),
                Extent::Memory => Some("memory"),
                Extent::Interrupted => Some("interruption"),
            },
            coverage: CoverageJson {
                reached,
                of,
                unreached: gaps.collect(),
            },
            suite: one.suite.as_ref().map(SuiteJson::of),
            unknown: explored.unknown().collect(),
            findings: explored.findings.iter().map(finding).collect(),
            worst: WorstJson(explored),
        }
    }
}

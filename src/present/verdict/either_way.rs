//! Which calls pass only as long as the platform is as it is assumed to be.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use serde::Serialize;

use super::{FailureJson, Verdict};
use crate::expect::Failure;
use crate::fidelity::{Assumption, Reading};
use crate::present::styled_text::{BAD, BOLD, DIM, GOOD, OPEN, Text, clean};
use crate::present::{Look, Screen};
use crate::source::Source;

/// What other readings of the assumptions would change.
#[derive(Debug, Default)]
pub struct EitherWay {
    /// For each tested call, in the order of the verdicts: the readings under which it would fail.
    /// Absent for one that fails as it is.
    pub calls: Vec<Option<Vec<Dependence>>>,
    /// Whether a call that depends on an assumption counts as failed.
    pub fails: bool,
}

/// A reading under which a call would fail.
#[derive(Debug)]
pub struct Dependence {
    /// The reading.
    pub reading: Reading,
    /// The scenario's text.
    pub source: Arc<Source>,
    /// What would not hold.
    pub failures: Vec<Failure>,
}

impl Dependence {
    /// On what the call depends, and what would not hold: ``depends on `keys-unheard`: …``.
    pub(super) fn words(&self) -> String {
        let (id, word) = (self.reading.assumption().id(), self.reading.word());
        let first = self.failures.first();
        let first = first.map_or("", |failure| &failure.finding.message);
        format!("depends on `{id}`: with {word:?}, {first}")
    }
}

impl EitherWay {
    /// How many calls hold under all readings.
    pub fn hold(&self) -> usize {
        let played = self.calls.iter().flatten();
        played.filter(|depends| depends.is_empty()).count()
    }

    /// Whether every call that passes holds under all readings.
    pub fn is_good(&self) -> bool {
        self.calls.iter().flatten().all(Vec::is_empty)
    }

    /// How many calls depend on each assumption, in the order of the table of assumptions.
    pub fn counts(&self) -> Vec<(Assumption, usize)> {
        let depends_on = |depends: &&Vec<Dependence>, assumption| {
            let mut depends = depends.iter();
            depends.any(|one| one.reading.assumption() == assumption)
        };
        let all = Assumption::ALL.iter().map(|&assumption| {
            let played = self.calls.iter().flatten();
            let count = played.filter(|calls| depends_on(calls, assumption)).count();
            (assumption, count)
        });
        all.filter(|&(_, count)| count > 0).collect()
    }

    /// How many tests hold, and on what the others depend.
    pub fn words(&self) -> String {
        let hold = match self.hold() {
            1 => "1 test does not depend on an assumption".to_owned(),
            hold => format!("{hold} tests do not depend on an assumption"),
        };
        let mut words = hold;
        for (index, (assumption, count)) in self.counts().into_iter().enumerate() {
            let separator = if index == 0 { "; " } else { ", " };
            let verb = match (index, count) {
                (0, 1) => " depends",
                (0, _) => " depend",
                _ => "",
            };
            let _ = write!(words, "{separator}{count}{verb} on `{assumption}`");
        }
        words
    }
}

/// For people: the calls that depend on an assumption, reading by reading, and a line that counts. Of
/// many calls ten are named, with `all` each.
///
/// # Errors
///
/// Those of `out`.
pub fn human(
    verdicts: &[Verdict],
    either_way: &EitherWay,
    all: bool,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    /// Calls that are named for one reading.
    const MOST: usize = 10;
    let mut screen = Screen::new(look, out);
    for &reading in Reading::ALL {
        let calls: Vec<_> = either_way
            .calls
            .iter()
            .zip(verdicts)
            .filter_map(|(depends, verdict)| {
                let mut depends = depends.iter().flatten();
                Some((verdict, depends.find(|one| one.reading == reading)?))
            })
            .collect();
        if calls.is_empty() {
            continue;
        }
        screen.blank()?;
        let id = reading.assumption().id();
        let title = Text::of(BOLD, format!("With --assume {id}={}", reading.word()))
            .and(DIM, format!(": {}", reading.text()));
        screen.paragraph(&title, 0, 2)?;
        let most = if all { usize::MAX } else { MOST };
        for (verdict, dependence) in calls.iter().take(most) {
            let first = dependence.failures.first();
            let first = first.map_or("", |failure| &failure.finding.message);
            let line = Text::of(OPEN, "~ ")
                .and(BOLD, clean(&verdict.name()))
                .and(DIM, format!("  {}", clean(first)));
            screen.paragraph(&line, 2, 4)?;
        }
        let more = calls.len().saturating_sub(most);
        if more > 0 {
            screen.line(&Text::of(
                DIM,
                format!("    and {more} more (-v names them)"),
            ))?;
        }
    }
    if !either_way.is_good() {
        screen.blank()?;
    }
    let style = match (either_way.is_good(), either_way.fails) {
        (true, _) => GOOD,
        (false, true) => BAD,
        (false, false) => OPEN,
    };
    screen.paragraph(&Text::of(style, either_way.words()), 0, 2)
}

/// For programs: the whole.
#[derive(Serialize)]
pub(super) struct EitherWayJson {
    hold: usize,
    depend: Vec<CountJson>,
}

#[derive(Serialize)]
struct CountJson {
    assumption: &'static str,
    calls: usize,
}

impl EitherWayJson {
    pub(super) fn new(either_way: &EitherWay) -> Self {
        let counts = either_way.counts().into_iter();
        let depend = counts.map(|(assumption, calls)| CountJson {
            assumption: assumption.id(),
            calls,
        });
        Self {
            hold: either_way.hold(),
            depend: depend.collect(),
        }
    }
}

/// For programs: a reading under which a call would fail.
#[derive(Serialize)]
pub(super) struct DependenceJson<'a> {
    assumption: &'static str,
    reading: &'static str,
    failures: Vec<FailureJson<'a>>,
}

impl<'a> DependenceJson<'a> {
    pub(super) fn new(dependence: &'a Dependence) -> Self {
        let failures = dependence.failures.iter();
        let failures = failures.map(|one| FailureJson::of(&dependence.source, one));
        Self {
            assumption: dependence.reading.assumption().id(),
            reading: dependence.reading.word(),
            failures: failures.collect(),
        }
    }
}

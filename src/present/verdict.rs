//! What `callflow test` found, call by call, for people and for programs.

mod junit;

use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::sync::Arc;

pub use junit::write as junit;
use serde::Serialize;

use super::styled_text::{BAD, BOLD, DIM, GOOD, Text, clean};
use super::{Look, Screen, expectations};
use crate::diagnostic::{Diagnostic, Severity};
use crate::expect::{Failure, Side};
use crate::report::{FileReport, Tool, human};
use crate::scenario::call_name;
use crate::secret::Masked;
use crate::simulate::Run;
use crate::source::Source;

pub mod either_way;

pub use either_way::{Dependence, EitherWay};
use either_way::{DependenceJson, EitherWayJson};

/// A tested call.
#[derive(Debug)]
pub struct Verdict {
    /// The scenario's file, as it was named.
    pub file: String,
    /// The case; absent where the file holds one call, and where it is about the whole file.
    pub case: Option<String>,
    /// How many tests it stands for: of a file that cannot be played all of them, and none where it is
    /// about what the file says for all of its cases.
    pub tests: usize,
    /// How long the call lasted, in milliseconds on its own clock; none where it was not played.
    pub lasted: Option<u64>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a tested call.
#[derive(Debug)]
pub enum Outcome {
    /// All that is expected holds.
    Passed,
    /// Some of it does not.
    Failed {
        /// The scenario's text.
        source: Arc<Source>,
        /// What.
        failures: Vec<Failure>,
        /// The call.
        run: Box<Run>,
    },
    /// There is no call, since a file has errors.
    Broken {
        /// Its text.
        source: Arc<Source>,
        /// What is wrong with it.
        findings: Vec<Diagnostic>,
    },
    /// There is no call, since a file cannot be read.
    Unreadable(String),
}

/// Everything that a run of tests has to tell.
#[derive(Clone, Copy, Debug)]
pub struct Tests<'a> {
    /// What came of the tests.
    pub verdicts: &'a [Verdict],
    /// Calls that expect nothing, and so were not played: the file and the case of each.
    pub left_out: &'a [(String, Option<String>)],
    /// What depends on an assumption; none where that was not asked.
    pub either_way: Option<&'a EitherWay>,
}

impl Verdict {
    /// That of a file as a whole, which stands for so many tests.
    pub fn of_file(file: &Path, tests: usize, outcome: Outcome) -> Self {
        Self {
            file: file.display().to_string(),
            case: None,
            tests,
            lasted: None,
            outcome,
        }
    }

    /// Whether there was a call.
    pub fn is_played(&self) -> bool {
        matches!(self.outcome, Outcome::Passed | Outcome::Failed { .. })
    }

    /// Whether all that is expected holds.
    pub fn is_good(&self) -> bool {
        matches!(self.outcome, Outcome::Passed)
    }

    /// The file, and the case where there are several: `menu.call.toml::busy`.
    pub fn name(&self) -> String {
        call_name(&self.file, self.case.as_deref())
    }

    /// What shows all of the call.
    fn again(&self) -> String {
        let quoted = |text: &str| {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
            if text.chars().all(is_plain) && !text.is_empty() {
                text.to_owned()
            } else {
                format!("'{}'", text.replace('\'', r"'\''"))
            }
        };
        format!("callflow run {}", quoted(&self.name()))
    }

    /// What is wrong, with the text in which it stands.
    pub fn findings(&self) -> Option<(&Arc<Source>, Vec<&Diagnostic>)> {
        match &self.outcome {
            Outcome::Passed | Outcome::Unreadable(_) => None,
            Outcome::Failed {
                source, failures, ..
            } => {
                let findings = failures.iter().map(|failure| &failure.finding);
                Some((source, findings.collect()))
            }
            Outcome::Broken { source, findings } => Some((source, findings.iter().collect())),
        }
    }
}

/// The findings of all calls, by file, as other reports have them.
pub fn as_files(verdicts: &[Verdict]) -> Vec<FileReport> {
    let mut files: Vec<FileReport> = Vec::new();
    for verdict in verdicts {
        let Some((source, findings)) = verdict.findings() else {
            continue;
        };
        // These formats show no labels, and no lists beside each other.
        let mut findings: Vec<_> = findings.into_iter().cloned().collect();
        for finding in &mut findings {
            // The message of a list that differs says what was expected.
            let label = &finding.primary.text;
            if !label.is_empty() && !finding.message.contains(label.as_ref()) {
                finding.notes.insert(0, label.clone());
            }
        }
        if let Outcome::Failed { failures, .. } = &verdict.outcome {
            for (finding, failure) in findings.iter_mut().zip(failures) {
                finding.notes.extend(lists(failure));
            }
        }
        for finding in &mut findings {
            let all = format!("show the whole call: {}", verdict.again());
            finding.notes.push(all.into());
        }
        match files
            .iter_mut()
            .find(|file| file.source.name() == source.name())
        {
            Some(file) => file.diagnostics.append(&mut findings),
            None => files.push(FileReport {
                source: source.clone(),
                diagnostics: findings,
            }),
        }
    }
    files
}

/// The list that was expected and the one that came, as notes; none where it is about no list.
fn lists(failure: &Failure) -> Vec<Masked> {
    if failure.sides.is_empty() {
        return Vec::new();
    }
    let words = |items: Vec<&str>| {
        let quoted: Vec<_> = items.iter().map(|item| format!("{item:?}")).collect();
        format!("[{}]", quoted.join(", "))
    };
    let expected = failure.sides.iter().filter_map(|side| match side {
        Side::Same(expected, _) | Side::Moved(expected, _) | Side::Missing(expected) => {
            Some(expected.as_str())
        }
        Side::Any(_) => Some("..."),
        Side::Extra(_) => None,
    });
    let came = failure.sides.iter().flat_map(|side| match side {
        Side::Same(_, came) | Side::Moved(_, came) | Side::Extra(came) => vec![came.clone()],
        Side::Any(came) => expectations::matched(came),
        Side::Missing(_) => Vec::new(),
    });
    let came: Vec<_> = came.collect();
    let came = came.iter().map(String::as_str);
    let (expected, came) = (words(expected.collect()), words(came.collect()));
    vec![
        format!("expected: {expected}").into(),
        format!("actual: {came}").into(),
    ]
}

/// For people: what failed, and a line that counts. With `all` also what passed.
///
/// # Errors
///
/// Those of `out`.
pub fn human(tests: Tests<'_>, all: bool, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    for verdict in tests.verdicts {
        let name = clean(&verdict.name());
        if verdict.is_good() {
            if all {
                let mut screen = Screen::new(look, out);
                screen.line(&Text::of(GOOD, "✓ ").and(DIM, name))?;
            }
            continue;
        }
        let mut screen = Screen::new(look, out);
        screen.line(&Text::of(BAD, "✗ ").and(BOLD, name))?;
        screen.blank()?;
        match &verdict.outcome {
            Outcome::Passed => {}
            Outcome::Failed {
                source,
                failures,
                run,
            } => {
                let again = verdict.again();
                expectations::of_call(source, failures, run, &again, look, out)?;
            }
            Outcome::Broken { source, findings } => {
                let text = human::render(source, findings, look.styled, Some(look.width));
                out.write_all(text.as_bytes())?;
            }
            Outcome::Unreadable(why) => writeln!(out, "{}", clean(why))?,
        }
        out.write_all(b"\n")?;
    }
    summary(tests, look, out)?;
    match tests.either_way {
        Some(either_way) => either_way::human(tests.verdicts, either_way, all, look, out),
        None => Ok(()),
    }
}

/// A line that counts the tests, and one that names what was not played.
///
/// # Errors
///
/// Those of `out`.
pub fn summary(tests: Tests<'_>, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
    /// So many calls that were not played are named.
    const NAMED: usize = 10;
    let number = |count: usize| match count {
        1 => "1 test".to_owned(),
        more => format!("{more} tests"),
    };
    let Counts {
        passed,
        failed,
        files,
    } = Counts::of(tests.verdicts);
    let files = match files {
        0 => None,
        1 => Some("1 file has rules that no test used".to_owned()),
        more => Some(format!("{more} files have rules that no test used")),
    };
    let failed = (failed > 0).then(|| format!("{} failed", number(failed)));
    let bad: Vec<_> = failed.into_iter().chain(files).collect();
    let mut screen = Screen::new(look, out);
    screen.line(&if bad.is_empty() {
        Text::of(GOOD, format!("{} passed", number(passed)))
    } else if passed == 0 {
        Text::of(BAD, bad.join(", "))
    } else {
        Text::of(BAD, bad.join(", ")).and(DIM, format!(", {passed} passed"))
    })?;
    let left_out = tests.left_out;
    let why = match left_out.len() {
        0 => return Ok(()),
        1 => "1 call not tested: it has no [expect] (--write adds one)".to_owned(),
        more => format!("{more} calls not tested: they have no [expect] (--write adds one)"),
    };
    screen.line(&Text::of(DIM, why))?;
    for (file, case) in left_out.iter().take(NAMED) {
        let name = clean(&call_name(file, case.as_deref()));
        screen.line(&Text::of(DIM, format!("  {name}")))?;
    }
    if let Some(more) = left_out.len().checked_sub(NAMED).filter(|&more| more > 0) {
        screen.line(&Text::of(DIM, format!("  … {more} more")))?;
    }
    Ok(())
}

/// How many tests came to what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Counts {
    passed: usize,
    failed: usize,
    /// Files of which every test may have passed, and that are wrong as a whole.
    files: usize,
}

impl Counts {
    fn of(verdicts: &[Verdict]) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            match (verdict.is_good(), verdict.tests) {
                (true, tests) => counts.passed += tests,
                (false, 0) => counts.files += 1,
                (false, tests) => counts.failed += tests,
            }
        }
        counts
    }
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    passed: usize,
    failed: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    either_way: Option<EitherWayJson>,
    calls: Vec<CallJson<'a>>,
    not_played: Vec<LeftOutJson<'a>>,
}

/// A call that expects nothing.
#[derive(Serialize)]
struct LeftOutJson<'a> {
    file: &'a str,
    case: Option<&'a str>,
}

#[derive(Serialize)]
struct CallJson<'a> {
    file: &'a str,
    case: Option<&'a str>,
    outcome: &'static str,
    /// How many tests it stands for.
    tests: usize,
    /// How long the call lasted, in milliseconds on its own clock.
    lasted: Option<u64>,
    run: String,
    failures: Vec<FailureJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    depends_on: Option<Vec<DependenceJson<'a>>>,
}

#[derive(Serialize)]
struct FailureJson<'a> {
    rule: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
    expected: &'a str,
    at: Option<u64>,
    lists: Vec<SideJson<'a>>,
}

#[derive(Serialize)]
struct SideJson<'a> {
    expected: Option<&'a str>,
    actual: Option<Cow<'a, str>>,
}

impl<'a> FailureJson<'a> {
    fn new(source: &'a Source, finding: &'a Diagnostic) -> Self {
        let place = source.position(finding.primary.span.start);
        Self {
            rule: finding.rule,
            file: source.name(),
            line: place.line,
            column: place.column,
            message: &finding.message,
            expected: &finding.primary.text,
            at: None,
            lists: Vec::new(),
        }
    }

    fn of(source: &'a Source, failure: &'a Failure) -> Self {
        let line =
            |expected: Option<&'a str>, actual: Option<Cow<'a, str>>| SideJson { expected, actual };
        let lists = failure.sides.iter().flat_map(|side| match side {
            Side::Same(expected, came) | Side::Moved(expected, came) => {
                vec![line(Some(expected), Some(came.into()))]
            }
            Side::Any(came) => {
                let came = expectations::matched(came).into_iter();
                came.map(|came| line(Some("..."), Some(came.into())))
                    .collect()
            }
            Side::Missing(expected) => vec![line(Some(expected), None)],
            Side::Extra(came) => vec![line(None, Some(came.into()))],
        });
        Self {
            at: failure.at,
            lists: lists.collect(),
            ..Self::new(source, &failure.finding)
        }
    }
}

/// For programs; `docs/schemas/verdicts.schema.json` describes it.
///
/// # Errors
///
/// Those of `out`.
pub fn json(tests: Tests<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let Counts { passed, failed, .. } = Counts::of(tests.verdicts);
    let left_out = tests.left_out.iter();
    let left_out = left_out.map(|(file, case)| LeftOutJson {
        file,
        case: case.as_deref(),
    });
    let either_way = tests.either_way;
    let calls = tests.verdicts.iter().enumerate().map(|(index, verdict)| {
        let depends = either_way.and_then(|one| one.calls.get(index)?.as_ref());
        let (outcome, failures) = match &verdict.outcome {
            Outcome::Passed => ("passed", Vec::new()),
            Outcome::Failed {
                source, failures, ..
            } => {
                let failures = failures.iter().map(|one| FailureJson::of(source, one));
                ("failed", failures.collect())
            }
            Outcome::Broken { source, findings } => {
                let errors = findings
                    .iter()
                    .filter(|one| one.severity == Severity::Error);
                let failures = errors.map(|one| FailureJson::new(source, one));
                ("broken", failures.collect())
            }
            Outcome::Unreadable(_) => ("unreadable", Vec::new()),
        };
        CallJson {
            file: &verdict.file,
            case: verdict.case.as_deref(),
            outcome,
            tests: verdict.tests,
            lasted: verdict.lasted,
            run: verdict.again(),
            failures,
            depends_on: depends.map(|all| all.iter().map(DependenceJson::new).collect()),
        }
    });
    let document = Document {
        version: 1,
        tool: Tool::THIS,
        passed,
        failed,
        either_way: either_way.map(EitherWayJson::new),
        calls: calls.collect(),
        not_played: left_out.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

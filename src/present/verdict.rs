//! What `callflow test` found, call by call, for people and for programs.

use std::io;
use std::sync::Arc;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde::Serialize;

use super::styled_text::{BAD, BOLD, DIM, GOOD, Text, clean};
use super::{Look, Screen, expectations};
use crate::diagnostic::{Diagnostic, Severity};
use crate::expect::{Failure, Side};
use crate::report::junit::text as xml_text;
use crate::report::{FileReport, Tool, human};
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
    /// The case; absent where the file holds one call.
    pub case: Option<String>,
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

impl Verdict {
    /// Whether all that is expected holds.
    pub fn is_good(&self) -> bool {
        matches!(self.outcome, Outcome::Passed)
    }

    /// The file, and the case where there are several: `menu.call.toml · busy`.
    pub fn name(&self) -> String {
        match &self.case {
            Some(case) => format!("{} · {case}", self.file),
            None => self.file.clone(),
        }
    }

    /// What shows all of the call.
    fn again(&self) -> String {
        let quoted = |text: &str| {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
            if text.chars().all(is_plain) && !text.is_empty() {
                text.to_owned()
            } else {
                format!("'{}'", text.replace('\'', r"'\''"))
            }
        };
        let file = quoted(&self.file);
        match &self.case {
            Some(case) => format!("callflow run {file} --case {}", quoted(case)),
            None => format!("callflow run {file}"),
        }
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
        // These formats show no labels.
        let findings = findings.into_iter().cloned().map(|mut finding| {
            if !finding.primary.text.is_empty() {
                finding.notes.insert(0, finding.primary.text.clone());
            }
            finding
        });
        match files
            .iter_mut()
            .find(|file| file.source.name() == source.name())
        {
            Some(file) => file.diagnostics.extend(findings),
            None => files.push(FileReport {
                source: source.clone(),
                diagnostics: findings.collect(),
            }),
        }
    }
    files
}

/// For people: what failed, and a line that counts. With `all` also what passed.
///
/// # Errors
///
/// Those of `out`.
pub fn human(
    verdicts: &[Verdict],
    all: bool,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for verdict in verdicts {
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
                let text = human::render(source, findings, look.styled);
                out.write_all(text.as_bytes())?;
            }
            Outcome::Unreadable(why) => writeln!(out, "{}", clean(why))?,
        }
        out.write_all(b"\n")?;
    }
    let (good, bad) = counts(verdicts);
    let number = |count: usize| match count {
        1 => "1 call".to_owned(),
        more => format!("{more} calls"),
    };
    let text = match (good, bad) {
        (good, 0) => Text::of(GOOD, format!("{} passed", number(good))),
        (0, bad) => Text::of(BAD, format!("{} failed", number(bad))),
        (good, bad) => {
            Text::of(BAD, format!("{} failed", number(bad))).and(DIM, format!(", {good} passed"))
        }
    };
    Screen::new(look, out).line(&text)
}

/// How many calls passed, and how many did not.
pub fn counts(verdicts: &[Verdict]) -> (usize, usize) {
    let good = verdicts.iter().filter(|verdict| verdict.is_good()).count();
    (good, verdicts.len() - good)
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
}

#[derive(Serialize)]
struct CallJson<'a> {
    file: &'a str,
    case: Option<&'a str>,
    outcome: &'static str,
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
    came: Option<&'a str>,
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
        let lists = failure.sides.iter().map(|side| match side {
            Side::Same(expected, came) => SideJson {
                expected: Some(expected),
                came: Some(came),
            },
            Side::Missing(expected) => SideJson {
                expected: Some(expected),
                came: None,
            },
            Side::Extra(came) => SideJson {
                expected: None,
                came: Some(came),
            },
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
pub fn json(
    verdicts: &[Verdict],
    either_way: Option<&EitherWay>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (passed, failed) = counts(verdicts);
    let calls = verdicts.iter().enumerate().map(|(index, verdict)| {
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
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// JUnit XML as Jenkins reads it: a suite for each file, a test case for each call.
///
/// # Errors
///
/// Those of `out`.
pub fn junit(
    verdicts: &[Verdict],
    either_way: Option<&EitherWay>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let depends = |index: usize| {
        let depends = either_way.and_then(|all| all.calls.get(index)?.as_deref());
        depends.unwrap_or_default()
    };
    let fails = either_way.is_some_and(|all| all.fails);
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let count = |verdicts: &[Tested<'_>]| {
        let failed = |(one, depends): &&Tested<'_>| {
            matches!(one.outcome, Outcome::Failed { .. }) || fails && !depends.is_empty()
        };
        let failed = verdicts.iter().filter(failed).count();
        let errors = |(one, _): &&Tested<'_>| {
            !one.is_good() && !matches!(one.outcome, Outcome::Failed { .. })
        };
        let errors = verdicts.iter().filter(errors).count();
        [
            ("tests", verdicts.len().to_string()),
            ("failures", failed.to_string()),
            ("errors", errors.to_string()),
        ]
    };
    let indexed = verdicts.iter().enumerate();
    let all: Vec<_> = indexed
        .map(|(at, verdict)| (verdict, depends(at)))
        .collect();
    let mut suites: Vec<(&str, Vec<Tested<'_>>)> = Vec::new();
    for &tested in &all {
        let (verdict, _) = tested;
        match suites.last_mut().filter(|(file, _)| *file == verdict.file) {
            Some((_, calls)) => calls.push(tested),
            None => suites.push((&verdict.file, vec![tested])),
        }
    }
    let pairs = |counts: &[(&'static str, String); 3]| counts.clone();
    let total = count(&all);
    let mut element = xml.create_element("testsuites");
    element = element.with_attribute(("name", "callflow"));
    for (key, value) in &pairs(&total) {
        element = element.with_attribute((*key, value.as_str()));
    }
    element.write_inner_content(|xml| {
        for (file, calls) in &suites {
            let file = xml_text(file);
            let counts = count(calls);
            let mut suite = xml.create_element("testsuite");
            suite = suite.with_attribute(("name", file.as_str()));
            for (key, value) in &counts {
                suite = suite.with_attribute((*key, value.as_str()));
            }
            suite.write_inner_content(|xml| {
                for &tested in calls {
                    case(xml, &file, tested, fails)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    writeln!(xml.into_inner())
}

/// A tested call, with the readings under which it would fail.
type Tested<'a> = (&'a Verdict, &'a [Dependence]);

fn case<W: io::Write>(
    xml: &mut Writer<W>,
    file: &str,
    (verdict, depends): Tested<'_>,
    fails: bool,
) -> io::Result<()> {
    let name = xml_text(verdict.case.as_deref().unwrap_or("call"));
    let element = xml
        .create_element("testcase")
        .with_attribute(("name", name.as_str()))
        .with_attribute(("classname", file));
    let (tag, message, text) = match &verdict.outcome {
        Outcome::Passed if depends.is_empty() => {
            element.write_empty()?;
            return Ok(());
        }
        Outcome::Passed => {
            let words: Vec<_> = depends.iter().map(Dependence::words).collect();
            if !fails {
                let text = xml_text(&words.join("\n"));
                element.write_inner_content(|xml| {
                    let element = xml.create_element("system-out");
                    element.write_text_content(BytesText::new(&text))?;
                    Ok(())
                })?;
                return Ok(());
            }
            ("failure", words.join("; "), String::new())
        }
        Outcome::Failed {
            source, failures, ..
        } => {
            let messages: Vec<_> = failures.iter().map(|one| &*one.finding.message).collect();
            let findings: Vec<_> = failures.iter().map(|one| one.finding.clone()).collect();
            let text = human::render(source, &findings, false);
            ("failure", messages.join("; "), text)
        }
        Outcome::Broken { source, findings } => {
            let message = "there is no call: a file has errors".to_owned();
            ("error", message, human::render(source, findings, false))
        }
        Outcome::Unreadable(why) => ("error", why.clone(), String::new()),
    };
    let (message, text) = (xml_text(&message), xml_text(&text));
    element.write_inner_content(|xml| {
        let element = xml.create_element(tag);
        let element = element.with_attribute(("message", message.as_str()));
        element.write_text_content(BytesText::new(&text))?;
        Ok(())
    })?;
    Ok(())
}

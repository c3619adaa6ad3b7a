//! Tests as JUnit XML.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Dependence, Outcome, Tests, Verdict, lists};
use crate::report::human;
use crate::report::junit::text as xml_text;
use crate::secret::Masked;

/// A test case, or a call that expects nothing and was not played.
enum Case<'a> {
    Played(Played<'a>),
    LeftOut(Option<&'a str>),
}

/// A test that was played.
#[derive(Clone, Copy)]
struct Played<'a> {
    verdict: &'a Verdict,
    /// The readings under which it would fail.
    depends: &'a [Dependence],
    /// Whether these count as failures.
    fails: bool,
}

/// JUnit XML as Jenkins reads it: a suite for each file, a test case for each call. The times are those of
/// the calls, in seconds on their own clock.
///
/// # Errors
///
/// Those of `out`.
pub fn write(tests: Tests<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut suites: Vec<(&str, Vec<Case<'_>>)> = Vec::new();
    let depends = |index: usize| {
        let depends = tests
            .either_way
            .and_then(|all| all.calls.get(index)?.as_deref());
        depends.unwrap_or_default()
    };
    let fails = tests.either_way.is_some_and(|all| all.fails);
    let played = tests.verdicts.iter().enumerate();
    let played = played.map(|(index, verdict)| {
        let played = Played {
            verdict,
            depends: depends(index),
            fails,
        };
        (verdict.file.as_str(), Case::Played(played))
    });
    let left_out = tests.left_out.iter();
    let left_out = left_out.map(|(file, case)| (file.as_str(), Case::LeftOut(case.as_deref())));
    for (file, case) in played.chain(left_out) {
        match suites.iter_mut().rev().find(|(other, _)| *other == file) {
            Some((_, cases)) => cases.push(case),
            None => suites.push((file, vec![case])),
        }
    }
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut element = xml.create_element("testsuites");
    element = element.with_attribute(("name", "callflow"));
    let all = suites.iter().flat_map(|(_, cases)| cases);
    let counts = attributes(all);
    // Jenkins' schema counts these in each suite only.
    for (key, value) in counts.iter().filter(|(key, _)| *key != "skipped") {
        element = element.with_attribute((*key, value.as_str()));
    }
    element.write_inner_content(|xml| {
        for (file, cases) in &suites {
            let file = xml_text(file);
            let mut suite = xml.create_element("testsuite");
            suite = suite.with_attribute(("name", file.as_str()));
            for (key, value) in &attributes(cases.iter()) {
                suite = suite.with_attribute((*key, value.as_str()));
            }
            suite.write_inner_content(|xml| {
                for case in cases {
                    match case {
                        Case::Played(played) => played_case(xml, &file, *played)?,
                        Case::LeftOut(case) => left_out_case(xml, &file, *case)?,
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    writeln!(xml.into_inner())
}

/// What is counted of some test cases.
fn attributes<'a>(cases: impl Iterator<Item = &'a Case<'a>>) -> [(&'static str, String); 5] {
    let (mut tests, mut failures, mut errors, mut skipped, mut time) = (0, 0, 0, 0, 0);
    for case in cases {
        tests += 1;
        match case {
            Case::LeftOut(_) => skipped += 1,
            Case::Played(played) => {
                time += played.verdict.lasted.unwrap_or(0);
                match played.verdict.outcome {
                    Outcome::Passed => failures += usize::from(played.is_failure()),
                    Outcome::Failed { .. } => failures += 1,
                    Outcome::Broken { .. } | Outcome::Unreadable(_) => errors += 1,
                }
            }
        }
    }
    [
        ("tests", tests.to_string()),
        ("failures", failures.to_string()),
        ("errors", errors.to_string()),
        ("skipped", skipped.to_string()),
        ("time", seconds(time)),
    ]
}

/// Milliseconds as seconds.
fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

/// The name of a test case: that of its case, or a word where the file is one call.
fn case_name(case: Option<&str>) -> String {
    xml_text(case.unwrap_or("call"))
}

fn left_out_case<W: io::Write>(
    xml: &mut Writer<W>,
    file: &str,
    case: Option<&str>,
) -> io::Result<()> {
    let element = xml
        .create_element("testcase")
        .with_attribute(("name", case_name(case).as_str()))
        .with_attribute(("classname", file));
    element.write_inner_content(|xml| {
        let skipped = xml.create_element("skipped");
        skipped
            .with_attribute(("message", "it has no [expect]"))
            .write_empty()?;
        Ok(())
    })?;
    Ok(())
}

impl Played<'_> {
    /// Whether it passes only under the readings that are assumed, and that counts as a failure.
    fn is_failure(self) -> bool {
        self.fails && !self.depends.is_empty()
    }
}

fn played_case<W: io::Write>(
    xml: &mut Writer<W>,
    file: &str,
    played: Played<'_>,
) -> io::Result<()> {
    let Played {
        verdict, depends, ..
    } = played;
    let name = match (verdict.tests, &verdict.case) {
        (0, None) => "rules of the file".to_owned(),
        (_, case) => case_name(case.as_deref()),
    };
    let mut element = xml
        .create_element("testcase")
        .with_attribute(("name", name.as_str()))
        .with_attribute(("classname", file));
    let time = verdict.lasted.map(seconds);
    if let Some(time) = &time {
        element = element.with_attribute(("time", time.as_str()));
    }
    let (tag, message, mut text) = match &verdict.outcome {
        Outcome::Passed if depends.is_empty() => {
            element.write_empty()?;
            return Ok(());
        }
        Outcome::Passed => {
            let words: Vec<_> = depends.iter().map(Dependence::words).collect();
            if !played.is_failure() {
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
            let mut text = String::new();
            for failure in failures {
                let finding = std::slice::from_ref(&failure.finding);
                text.push_str(&human::render(source, finding, false, None));
                for list in lists(failure) {
                    text.push_str(&list);
                    text.push('\n');
                }
            }
            ("failure", messages.join("; "), text)
        }
        Outcome::Broken { source, findings } => {
            let message = match verdict.tests {
                0 => "no test used some rules of the file",
                _ => "not tested: a file has errors",
            };
            let text = human::render(source, findings, false, None);
            ("error", message.to_owned(), text)
        }
        Outcome::Unreadable(why) => ("error", why.clone(), String::new()),
    };
    text.push_str(&Masked::from(verdict.again()));
    text.push('\n');
    let (message, text) = (xml_text(&message), xml_text(&text));
    element.write_inner_content(|xml| {
        let element = xml.create_element(tag);
        let element = element.with_attribute(("message", message.as_str()));
        element.write_text_content(BytesText::new(&text))?;
        Ok(())
    })?;
    Ok(())
}

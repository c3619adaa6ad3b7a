//! JUnit XML as Jenkins and GitLab read it: a suite for each file.
//!
//! An error is a failed test case. A warning must not break a build that `check` lets pass, so it
//! is a test case that passed, its text in `system-out`. A file without findings is one test case
//! that passed. Nothing is timed: the same report gives the same bytes.

use std::io;

use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::path::Location;
use crate::report::place::Places;
use crate::report::{FileReport, Report, TOOL, human};

/// Writes the document.
pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let tests: usize = report.files.iter().map(cases).sum();
    let failures = report.counts().errors;
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites = xml
        .create_element("testsuites")
        .with_attribute(("name", TOOL))
        .with_attribute(("tests", tests.to_string().as_str()))
        .with_attribute(("failures", failures.to_string().as_str()))
        .with_attribute(("errors", "0"));
    suites.write_inner_content(|xml| {
        report
            .files
            .iter()
            .try_for_each(|file| suite(report, file, xml))
    })?;
    writeln!(xml.into_inner())
}

/// The number of test cases that a file has.
fn cases(file: &FileReport) -> usize {
    file.diagnostics.len().max(1)
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
}

fn suite<W: io::Write>(report: &Report, file: &FileReport, xml: &mut Writer<W>) -> io::Result<()> {
    let location = Location::new(file.source.name(), report.base.as_ref());
    let path = text(location.as_str());
    let places = Places::new(&file.source);
    let findings = file.diagnostics.iter();
    let failures = findings.filter(|each| is_error(each)).count();
    let suite = xml
        .create_element("testsuite")
        .with_attribute(("name", path.as_str()))
        .with_attribute(("tests", cases(file).to_string().as_str()))
        .with_attribute(("failures", failures.to_string().as_str()))
        .with_attribute(("errors", "0"))
        .with_attribute(("skipped", "0"));
    suite.write_inner_content(|xml| {
        if file.diagnostics.is_empty() {
            xml.create_element("testcase")
                .with_attribute(("name", "no findings"))
                .with_attribute(("classname", path.as_str()))
                .write_empty()?;
        }
        for diagnostic in &file.diagnostics {
            case(&places, diagnostic, &path, xml)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn case<W: io::Write>(
    places: &Places<'_>,
    diagnostic: &Diagnostic,
    path: &str,
    xml: &mut Writer<W>,
) -> io::Result<()> {
    let start = places.position(diagnostic.primary.span.start);
    let name = format!("{}:{} {}", start.line, start.column, diagnostic.rule);
    let excerpt = text(&human::finding(places, diagnostic, false, None));
    let case = xml
        .create_element("testcase")
        .with_attribute(("name", name.as_str()))
        .with_attribute(("classname", path));
    case.write_inner_content(|xml| {
        let element = if is_error(diagnostic) {
            xml.create_element("failure")
                .with_attribute(("type", "error"))
                .with_attribute(("message", text(&diagnostic.message).as_str()))
        } else {
            xml.create_element("system-out")
        };
        element.write_text_content(BytesText::from_escaped(partial_escape(&excerpt)))?;
        Ok(())
    })?;
    Ok(())
}

/// A text with U+FFFD for each character that XML 1.0 does not allow.
pub(crate) fn text(text: &str) -> String {
    let is_foreign = |c| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.replace(is_foreign, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_does_not_allow_is_replaced() {
        assert_eq!(
            text("é<\u{0}\u{1b}\u{7f}\u{fffe}\r\n\t]]>"),
            "é<\u{fffd}\u{fffd}\u{7f}\u{fffd}\r\n\t]]>"
        );
    }
}

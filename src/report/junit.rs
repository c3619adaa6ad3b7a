//! JUnit XML as Jenkins and GitLab read it: a suite for each file.
//!
//! An error is a failed test case. A warning must not break a build that `check` lets pass, so it
//! is a test case that passed, its text in `system-out`. A file without findings is one test case
//! that passed. Nothing is timed: the same report gives the same bytes.

use std::fmt::{self, Write as _};
use std::io;

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::path::Location;
use crate::report::place::Places;
use crate::report::{FileReport, Report, TOOL, human};

/// Writes the document.
pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let tests: usize = report.files.iter().map(cases).sum();
    let failures = report.counts().errors;
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="{TOOL}" tests="{tests}" failures="{failures}" errors="0">"#
    )?;
    for file in &report.files {
        suite(report, file, out)?;
    }
    writeln!(out, "</testsuites>")
}

/// The number of test cases that a file has.
fn cases(file: &FileReport) -> usize {
    file.diagnostics.len().max(1)
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
}

fn suite(report: &Report, file: &FileReport, out: &mut dyn io::Write) -> io::Result<()> {
    let location = Location::new(file.source.name(), report.base.as_ref());
    let path = Escaped::Attribute(location.as_str());
    let places = Places::new(&file.source);
    let failures = file
        .diagnostics
        .iter()
        .filter(|each| is_error(each))
        .count();
    let tests = cases(file);
    writeln!(
        out,
        r#"  <testsuite name="{path}" tests="{tests}" failures="{failures}" errors="0" skipped="0">"#
    )?;
    if file.diagnostics.is_empty() {
        writeln!(
            out,
            r#"    <testcase name="nothing found" classname="{path}"/>"#
        )?;
    }
    for diagnostic in &file.diagnostics {
        let start = places.position(diagnostic.primary.span.start);
        let rule = Escaped::Attribute(diagnostic.rule);
        let (line, column) = (start.line, start.column);
        writeln!(
            out,
            r#"    <testcase name="{line}:{column} {rule}" classname="{path}">"#
        )?;
        let excerpt = human::finding(&places, diagnostic, false, None);
        let excerpt = Escaped::Content(&excerpt);
        if is_error(diagnostic) {
            let message = Escaped::Attribute(&diagnostic.message);
            writeln!(
                out,
                r#"      <failure type="error" message="{message}">{excerpt}</failure>"#
            )?;
        } else {
            writeln!(out, "      <system-out>{excerpt}</system-out>")?;
        }
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

/// Text within XML.
///
/// A character that XML 1.0 does not allow is replaced by U+FFFD; what a reader would make
/// something else of (a line end in an attribute, a carriage return anywhere) is a reference.
#[derive(Clone, Copy)]
enum Escaped<'a> {
    Attribute(&'a str),
    Content(&'a str),
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut rest, in_content) = match *self {
            Self::Attribute(text) => (text, false),
            Self::Content(text) => (text, true),
        };
        while let Some((start, character)) = rest.char_indices().find(|&(_, each)| special(each)) {
            formatter.write_str(&rest[..start])?;
            match character {
                '&' => formatter.write_str("&amp;")?,
                '<' => formatter.write_str("&lt;")?,
                '>' => formatter.write_str("&gt;")?,
                '"' if !in_content => formatter.write_str("&quot;")?,
                '\t' | '\n' | '"' if in_content => formatter.write_char(character)?,
                '\t' | '\n' | '\r' => write!(formatter, "&#{};", u32::from(character))?,
                _ => formatter.write_str("\u{fffd}")?,
            }
            rest = &rest[start + character.len_utf8()..];
        }
        formatter.write_str(rest)
    }
}

fn special(character: char) -> bool {
    matches!(
        character,
        '&' | '<' | '>' | '"' | '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_does_not_allow_is_replaced() {
        let text = "a<b>&\"c'\u{0}\u{1b}\u{7f}\u{fffe}\r\n\té]]>";
        assert_eq!(
            Escaped::Attribute(text).to_string(),
            "a&lt;b&gt;&amp;&quot;c'\u{fffd}\u{fffd}\u{7f}\u{fffd}&#13;&#10;&#9;é]]&gt;"
        );
        assert_eq!(
            Escaped::Content(text).to_string(),
            "a&lt;b&gt;&amp;\"c'\u{fffd}\u{fffd}\u{7f}\u{fffd}&#13;\n\té]]&gt;"
        );
    }
}

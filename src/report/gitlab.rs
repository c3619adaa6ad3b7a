//! GitLab's code quality report, shown in merge requests.
//!
//! GitLab knows five severities; an error is `critical`, because the flow cannot be used, a
//! warning `minor`, the rest `info`. It tells new findings from old ones by the fingerprint, which
//! therefore does not change when lines move.

use std::io;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::Report;
use crate::report::fingerprint::{Fingerprint, Fingerprints};
use crate::report::path::Location;
use crate::report::place::Places;
use crate::report::sequence::Sequence;

/// Writes the list of findings.
pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let issues = Sequence(|| {
        report.files.iter().flat_map(|file| {
            let location = Location::new(file.source.name(), report.base.as_ref());
            let places = Places::new(&file.source);
            let mut fingerprints = Fingerprints::default();
            file.diagnostics.iter().map(move |diagnostic| {
                let fingerprint = fingerprints.next(&places, diagnostic);
                Issue::new(&location, &places, diagnostic, fingerprint)
            })
        })
    });
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: IssueLocation,
}

#[derive(Serialize)]
struct IssueLocation {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

impl<'a> Issue<'a> {
    fn new(
        location: &Location,
        places: &Places<'_>,
        diagnostic: &'a Diagnostic,
        fingerprint: Fingerprint,
    ) -> Self {
        let path = location.as_str();
        Self {
            description: &diagnostic.message,
            check_name: diagnostic.rule,
            fingerprint: format!("{:032x}", fingerprint.in_file(path)),
            severity: match diagnostic.severity {
                Severity::Error => "critical",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: IssueLocation {
                path: path.to_owned(),
                lines: Lines {
                    begin: places.position(diagnostic.primary.span.start).line,
                    end: places.position(diagnostic.primary.span.end).line,
                },
            },
        }
    }
}

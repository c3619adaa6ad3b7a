//! Our own JSON: everything that is known of every finding.
//!
//! `docs/schemas/findings.schema.json` describes it. `version` grows when a reader must change;
//! new members may come without that.

use std::io;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Fix, Label, Safety};
use crate::report::path::Location;
use crate::report::place::Places;
use crate::report::sequence::Sequence;
use crate::report::{Counts, Report, Tool};
use crate::secret::Masked;
use crate::source;

/// Writes the document.
pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let findings = Sequence(|| {
        report.files.iter().flat_map(|file| {
            let location = Location::new(file.source.name(), report.base.as_ref());
            let places = Places::new(&file.source);
            let findings = file.diagnostics.iter();
            findings.map(move |diagnostic| Finding::new(&location, &places, diagnostic))
        })
    });
    let document = Document {
        version: 1,
        tool: Tool::THIS,
        findings,
        summary: report.counts(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Document<F> {
    version: u32,
    tool: Tool,
    findings: F,
    summary: Counts,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    path: String,
    span: Span,
    label: Option<&'a str>,
    related: Vec<Related<'a>>,
    notes: &'a [Masked],
    help: &'a [Masked],
    fix: Option<Mending<'a>>,
}

#[derive(Serialize)]
struct Span {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
    offset: usize,
}

#[derive(Serialize)]
struct Related<'a> {
    span: Span,
    label: Option<&'a str>,
}

#[derive(Serialize)]
struct Mending<'a> {
    title: &'a str,
    safety: &'static str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    span: Span,
    replacement: &'a str,
}

impl<'a> Finding<'a> {
    fn new(location: &Location, places: &Places<'_>, diagnostic: &'a Diagnostic) -> Self {
        Self {
            rule: diagnostic.rule,
            severity: diagnostic.severity.as_str(),
            message: &diagnostic.message,
            path: location.as_str().to_owned(),
            span: Span::new(places, diagnostic.primary.span),
            label: words(&diagnostic.primary),
            related: related(places, diagnostic),
            notes: &diagnostic.notes,
            help: &diagnostic.help,
            fix: diagnostic.fix.as_ref().map(|fix| Mending::new(places, fix)),
        }
    }
}

fn related<'a>(places: &Places<'_>, diagnostic: &'a Diagnostic) -> Vec<Related<'a>> {
    let labels = diagnostic.secondary.iter();
    labels
        .map(|label| Related {
            span: Span::new(places, label.span),
            label: words(label),
        })
        .collect()
}

fn words(label: &Label) -> Option<&str> {
    (!label.text.is_empty()).then_some(&*label.text)
}

impl Span {
    fn new(places: &Places<'_>, span: source::Span) -> Self {
        let position = |offset| {
            let source::Position { line, column } = places.position(offset);
            Position {
                line,
                column,
                offset: places.floor(offset),
            }
        };
        Self {
            start: position(span.start),
            end: position(span.end),
        }
    }
}

impl<'a> Mending<'a> {
    fn new(places: &Places<'_>, fix: &'a Fix) -> Self {
        let edits = fix.edits.iter().map(|edit| Edit {
            span: Span::new(places, edit.span),
            replacement: &edit.replacement,
        });
        Self {
            title: &fix.title,
            safety: match fix.safety {
                Safety::Safe => "safe",
                Safety::Unsafe => "unsafe",
            },
            edits: edits.collect(),
        }
    }
}

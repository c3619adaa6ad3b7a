//! SARIF 2.1.0, the exchange format of code scanning.
//!
//! Where the specification leaves a choice: `info` is the level `note`; a path below the root of
//! the repository is relative to `%SRCROOT%`; a finding is recognised by the fingerprint that
//! GitHub looks for, `primaryLocationLineHash`. An address for a rule's page is given where the
//! package names its repository.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Fix, Label, Rule, Severity};
use crate::report::fingerprint::Fingerprints;
use crate::report::path::Location;
use crate::report::place::Places;
use crate::report::sequence::Sequence;
use crate::report::{FileReport, HOMEPAGE, Report, TOOL, VERSION};
use crate::source::Span;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/\
                      sarif-schema-2.1.0.json";

/// The name of the repository's root.
const ROOT: &str = "%SRCROOT%";

/// Writes the log: one run of one tool.
pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let rules = report.rules.iter().enumerate();
    let indices: BTreeMap<_, _> = rules.map(|(index, rule)| (rule.id, index)).collect();
    let results = Sequence(|| {
        report
            .files
            .iter()
            .flat_map(|file| results(report, file, &indices))
    });
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver::new(&report.rules),
            },
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: BaseIds {
                root: ArtifactLocation {
                    description: Some(text("The root of the repository.")),
                    ..ArtifactLocation::default()
                },
            },
            results,
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn results<'a>(
    report: &Report,
    file: &'a FileReport,
    indices: &BTreeMap<&str, usize>,
) -> impl Iterator<Item = Finding<'a>> {
    let place = Place {
        location: Location::new(file.source.name(), report.base.as_ref()),
        places: Places::new(&file.source),
    };
    let mut fingerprints = Fingerprints::default();
    file.diagnostics.iter().map(move |diagnostic| {
        let fingerprint = fingerprints.next(&place.places, diagnostic);
        let related = diagnostic.secondary.iter().enumerate();
        Finding {
            rule_id: diagnostic.rule,
            rule_index: indices.get(diagnostic.rule).copied(),
            level: level(diagnostic.severity),
            message: text(message(diagnostic)),
            locations: [place.location(&diagnostic.primary, None)],
            partial_fingerprints: PartialFingerprints {
                line: format!("{:032x}:{}", fingerprint.hash, fingerprint.occurrence),
            },
            related_locations: related
                .map(|(id, label)| place.location(label, Some(id)))
                .collect(),
            fixes: diagnostic.fix.iter().map(|fix| place.fix(fix)).collect(),
        }
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The message, and below it the notes and helps, for which a result has no place of their own.
fn message(diagnostic: &Diagnostic) -> String {
    let mut message = diagnostic.message.to_string();
    for note in &diagnostic.notes {
        let _ = write!(message, "\nnote: {note}");
    }
    for help in &diagnostic.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    message
}

/// One file and the positions in it.
struct Place<'a> {
    location: Location,
    places: Places<'a>,
}

impl Place<'_> {
    fn artifact(&self) -> ArtifactLocation {
        let standard_input = self.location == Location::StandardInput;
        ArtifactLocation {
            uri: Some(self.location.uri()),
            uri_base_id: matches!(self.location, Location::Relative(_)).then_some(ROOT),
            description: standard_input.then(|| text("standard input")),
        }
    }

    fn region(&self, span: Span) -> Region {
        let start = self.places.position(span.start);
        let end = self.places.position(span.end);
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }

    fn location(&self, label: &Label, id: Option<usize>) -> ResultLocation {
        ResultLocation {
            id,
            physical_location: PhysicalLocation {
                artifact_location: self.artifact(),
                region: self.region(label.span),
            },
            message: (!label.text.is_empty()).then(|| text(&*label.text)),
        }
    }

    fn fix<'a>(&self, fix: &'a Fix) -> Mending<'a> {
        let replacements = fix.edits.iter().map(|edit| Replacement {
            deleted_region: self.region(edit.span),
            inserted_content: Content {
                text: &edit.replacement,
            },
        });
        Mending {
            description: text(&*fix.title),
            artifact_changes: [ArtifactChange {
                artifact_location: self.artifact(),
                replacements: replacements.collect(),
            }],
        }
    }
}

impl<'a> Driver<'a> {
    fn new(rules: &'a [Rule]) -> Self {
        Self {
            name: TOOL,
            version: VERSION,
            semantic_version: VERSION,
            information_uri: (!HOMEPAGE.is_empty()).then_some(HOMEPAGE),
            rules: rules.iter().map(Descriptor::new).collect(),
        }
    }
}

impl<'a> Descriptor<'a> {
    fn new(rule: &'a Rule) -> Self {
        let page = if rule.page.trim().is_empty() {
            rule.summary
        } else {
            rule.page.trim()
        };
        let first_paragraph = page.split("\n\n").next().unwrap_or(page);
        let address = format!("{HOMEPAGE}/blob/main/docs/rules/{}.md", rule.id);
        Self {
            id: rule.id,
            short_description: text(rule.summary),
            full_description: text(first_paragraph.replace('\n', " ")),
            help: Help {
                text: page,
                markdown: page,
            },
            help_uri: (!HOMEPAGE.is_empty()).then_some(address),
            default_configuration: Configuration {
                level: level(rule.severity),
            },
        }
    }
}

fn text(text: impl Into<String>) -> Text {
    Text { text: text.into() }
}

#[derive(Serialize)]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [R; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a, R> {
    tool: Tool<'a>,
    column_kind: &'static str,
    original_uri_base_ids: BaseIds,
    results: R,
}

#[derive(Serialize)]
struct BaseIds {
    #[serde(rename = "%SRCROOT%")]
    root: ArtifactLocation,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    information_uri: Option<&'static str>,
    rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'static str,
    short_description: Text,
    full_description: Text,
    help: Help<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [ResultLocation; 1],
    partial_fingerprints: PartialFingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<ResultLocation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Mending<'a>>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct PartialFingerprints {
    #[serde(rename = "primaryLocationLineHash")]
    line: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mending<'a> {
    description: Text,
    artifact_changes: [ArtifactChange<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Content<'a>,
}

#[derive(Serialize)]
struct Content<'a> {
    text: &'a str,
}

//! What people and other programs read: findings, one file per output format, and what is printed
//! from declarations, which are the reference page of the language, the schemas, the manual of the
//! rules and the table of what is assumed.
//!
//! **Invariants:** nothing here decides what is wrong or how bad it is. Every format goes through
//! the files in the order given, and through a file's findings by position; the same report gives
//! the same bytes.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;
use std::sync::Arc;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use serde::Serialize;

use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::source::Source;

pub use output::{Output, Syntax, in_ascii};
pub use path::Base;
pub(crate) use prose::hanging;

pub mod assumptions;
mod concise;
mod excerpt;
pub mod files;
mod fingerprint;
pub mod github;
mod gitlab;
pub mod human;
mod json;
pub(crate) mod junit;
pub mod language;
pub(crate) mod markdown;
mod output;
pub mod own;
mod path;
mod place;
pub(crate) mod prose;
pub mod rules;
mod sarif;
pub mod schema;
mod sequence;

/// Declares the formats: the one list of them.
macro_rules! formats {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $syntax:ident => $writer:path,)+) => {
        /// An output format.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Format {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Format {
            /// Every format, in the order in which help lists them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name that the command line knows it by.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What it is for, in one line.
            pub fn summary(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc,)+).trim_ascii().trim_end_matches('.'),)+
                }
            }

            /// What is written in this format.
            pub fn syntax(self) -> Syntax {
                match self {
                    $(Self::$variant => Syntax::$syntax,)+
                }
            }

            /// Writes a report in this format, through an [`Output`] and a buffer that is flushed at
            /// the end.
            ///
            /// # Errors
            ///
            /// Those of `out`.
            pub fn write(self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
                let syntax = match self.syntax() {
                    Syntax::Text => Syntax::text(report.styled),
                    syntax => syntax,
                };
                let mut out = Output::new(syntax, io::BufWriter::with_capacity(1 << 16, out));
                match self {
                    $(Self::$variant => $writer(report, &mut out)?,)+
                }
                out.flush()
            }
        }
    };
}

formats! {
    /// The source line of each finding, for people.
    Human = "human", Text => human::write,
    /// One line per finding, with file, line and column.
    Concise = "concise", Text => concise::write,
    /// One JSON document, described by `docs/schemas/findings.schema.json`.
    Json = "json", Json => json::write,
    /// SARIF 2.1.0, for code scanning.
    Sarif = "sarif", Json => sarif::write,
    /// JUnit XML, for test reports: an error is a failed test case.
    Junit = "junit", Xml => junit::write,
    /// Workflow commands of GitHub Actions, which show findings in the changed lines.
    Github = "github", Github => github::write,
    /// A GitLab code quality report.
    Gitlab = "gitlab", Json => gitlab::write,
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL.iter().find(|format| format.name() == name);
        named.copied().ok_or(UnknownFormat)
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.summary()))
    }
}

/// A name that no format has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownFormat;

impl fmt::Display for UnknownFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("expected one of ")?;
        for (index, format) in Format::ALL.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(formatter, "{comma}`{format}`")?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownFormat {}

/// What was checked and what was found in it.
#[derive(Debug, Default)]
pub struct Report {
    /// Every file that was checked, those without findings included, in the order to show.
    pub files: Vec<FileReport>,
    /// The rules that were in force: SARIF describes them even where they found nothing.
    pub rules: Vec<Rule>,
    /// What the file names are relative to. The formats that other programs read give paths
    /// relative to the repository's root; without a base they give the names as they are.
    pub base: Option<Base>,
    /// Whether the destination shows colours; only [`Format::Human`] uses any.
    pub styled: bool,
    /// How many columns the destination has, where it is a terminal; only [`Format::Human`] asks.
    pub columns: Option<usize>,
    /// What is counted and not shown.
    pub aside: Aside,
}

/// What a summary counts beside the findings that are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Aside {
    /// Findings that a comment, `--ignore` or `callflow.toml` ignores.
    pub ignored: usize,
    /// Findings that `check --fix` fixes.
    pub fixable: usize,
    /// Findings that only `check --unsafe-fixes` fixes.
    pub fixable_unsafe: usize,
    /// XML and TOML files that were found and not checked.
    pub skipped: usize,
}

/// One file and what was found in it.
#[derive(Debug)]
pub struct FileReport {
    /// The file; its name is its path as shown, `-` or `<stdin>` for standard input.
    pub source: Arc<Source>,
    /// The findings, sorted by position.
    pub diagnostics: Vec<Diagnostic>,
}

/// How many files and findings a report has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// Files that were checked.
    pub files: usize,
    /// Files with at least one finding.
    pub files_with_findings: usize,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are only worth knowing.
    pub infos: usize,
    /// What is not shown.
    #[serde(flatten)]
    pub aside: Aside,
}

impl Report {
    /// The report's numbers.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts {
            aside: self.aside,
            ..Counts::default()
        };
        for file in &self.files {
            counts.files += 1;
            counts.files_with_findings += usize::from(!file.diagnostics.is_empty());
            for diagnostic in &file.diagnostics {
                match diagnostic.severity {
                    Severity::Error => counts.errors += 1,
                    Severity::Warning => counts.warnings += 1,
                    Severity::Info => counts.infos += 1,
                }
            }
        }
        counts
    }
}

/// The addresses that the package gives for itself; empty where it gives none.
const HOMEPAGE: &str = env!("CARGO_PKG_REPOSITORY");

/// The name that reports give the program.
const TOOL: &str = env!("CARGO_PKG_NAME");

/// The program's version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The program, as our own JSON names it.
#[derive(Serialize)]
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    pub(crate) const THIS: Self = Self {
        name: TOOL,
        version: VERSION,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_read_from_its_name() {
        for &format in Format::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
            assert!(!format.summary().is_empty());
        }
        assert_eq!("xml".parse::<Format>(), Err(UnknownFormat));
    }
}

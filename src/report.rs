//! Findings as people and other programs read them: one file per output format.
//!
//! **Invariants:** nothing here decides what is wrong or how bad it is. Every format goes through
//! the files in the order given, and through a file's findings by position; the same report gives
//! the same bytes.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Source;

mod excerpt;
pub mod human;
mod place;

/// What was checked and what was found in it.
#[derive(Debug)]
pub struct Report {
    /// Every file that was checked, those without findings included, in the order to show.
    pub files: Vec<FileReport>,
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
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
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
}

impl Report {
    /// The report's numbers.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
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

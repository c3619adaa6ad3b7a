//! One line a finding, as compilers print them: editors and `grep` understand it.

use std::io;

use crate::report::place::Places;
use crate::report::{Report, human};
use crate::source::visible;

/// Writes a line for each finding, and one that counts them.
pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for file in &report.files {
        let places = Places::new(&file.source);
        for diagnostic in &file.diagnostics {
            let start = places.position(diagnostic.primary.span.start);
            let line = format!(
                "{}:{}:{}: {}[{}]: {}",
                file.source.name(),
                start.line,
                start.column,
                diagnostic.severity.as_str(),
                diagnostic.rule,
                diagnostic.message,
            );
            writeln!(out, "{}", visible(&line))?;
        }
    }
    writeln!(out, "{}", human::summary(report.counts()))
}

//! Whether the commands that a scenario or an option names are in the flows of the call.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::run::{Prepared, is_scenario};
use super::{Failure, input};
use crate::diagnostic::{Diagnostic, any_error};
use crate::scenario::{Changes, CommandFinder, Mistakes, Scenario, Spanned, unknown_commands};

/// An error for each command that a scenario file names and that no flow of its calls has. A flow that
/// cannot be read, or has errors, is for others to report.
pub(super) fn findings(
    scenario: &Scenario,
    file: &Path,
    overrides: &Changes,
    asked: Mistakes,
) -> Vec<Diagnostic> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let Some(flow) = scenario.flow.as_ref().filter(|_| is_scenario(file)) else {
        return Vec::new();
    };
    let path = folder.join(&flow.value);
    let read = input::must_be_file(&path).and_then(|()| input::flow(&path));
    let Some((flow, _)) = read.ok().filter(|(_, findings)| !any_error(findings)) else {
        return Vec::new();
    };
    let mut finder = CommandFinder::new(Arc::new(flow), |path: &Spanned<PathBuf>| {
        let place = match path.span {
            Some(_) => folder.join(&path.value),
            None => path.value.clone(),
        };
        input::must_be_file(&place).ok()?;
        input::read(&place).ok().map(|(_, bytes)| bytes)
    });
    unknown_commands(scenario, overrides, asked, &mut finder)
}

/// A line for each option that names a command which none of these calls has.
pub(super) fn mistyped_options<'a>(calls: impl IntoIterator<Item = &'a Prepared>) -> Vec<String> {
    let mut mistyped: Option<Vec<String>> = None;
    for call in calls {
        let read = |path: &Spanned<PathBuf>| Some(call.documents.get(&path.value)?.to_vec());
        let mut finder = CommandFinder::new(call.flow.clone(), read);
        let documents = finder.documents(&call.scenario);
        let named = call.scenario.named_commands();
        let options = named.iter().filter(|named| named.is_option());
        let unknown = options.filter_map(|named| {
            let unknown = finder.unknown(named, &documents)?;
            Some(unknown.of_option(named))
        });
        let unknown: Vec<_> = unknown.collect();
        mistyped = Some(match mistyped {
            None => unknown,
            Some(mut before) => {
                before.retain(|line| unknown.contains(line));
                before
            }
        });
    }
    mistyped.unwrap_or_default()
}

/// Refuses options that name a command which none of these calls has.
///
/// # Errors
///
/// Where there is one.
pub(super) fn refuse_mistyped<'a>(
    calls: impl IntoIterator<Item = &'a Prepared>,
) -> Result<(), Failure> {
    let lines = mistyped_options(calls);
    if lines.is_empty() {
        Ok(())
    } else {
        Err(Failure::UnknownCommand(lines))
    }
}

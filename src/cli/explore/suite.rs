//! Writes calls as scenario files, one for each flow.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::subjects::{Explorable, with_path};
use crate::cli::place::relative;
use crate::cli::screen::Screen;
use crate::cli::{Failure, save};
use crate::explore::LeftOut;
use crate::present::explore::Exploration;
use crate::report::own;
use crate::scenario::{Case, Scenario, Spanned};
use crate::source::visible;

/// Writes the calls of each flow into a file of the folder, below a comment that lists what they do not
/// come to. A flow without calls has no file.
pub(super) fn write<'e>(
    folder: &Path,
    subjects: &[Explorable],
    explorations: &[Exploration<'_>],
    calls: impl Iterator<Item = (Vec<Case>, &'e [LeftOut])>,
    force: bool,
) -> Result<(), Failure> {
    // Paths are relative to it, so it has to be there.
    fs::create_dir_all(folder)
        .map_err(|error| Failure::Create(folder.display().to_string(), error))?;
    let mut files: Vec<(PathBuf, usize, String)> = Vec::new();
    let mut names = BTreeSet::new();
    let explored = subjects.iter().zip(explorations);
    for ((subject, one), (cases, left_out)) in explored.zip(calls) {
        if cases.is_empty() {
            Screen::say(&format!("nothing to write for {}", one.name))?;
            continue;
        }
        let count = cases.len();
        let scenario = Scenario {
            flow: Some(Spanned::bare(relative(folder, &subject.flow))),
            cases: cases.into_iter().map(|case| moved(case, folder)).collect(),
            ..one.explored.bare_scenario()
        };
        let path = folder.join(name(&subject.flow, &mut names));
        let mut lines = vec![format!("{} explore.", own::SCENARIO)];
        if !left_out.is_empty() {
            lines.push("# No test of this file reaches:".to_owned());
        }
        // A tag may have a line break in it.
        let left_out = left_out
            .iter()
            .map(|one| visible(&one.to_string()).into_owned());
        lines.extend(left_out.map(|line| format!("#   {line}")));
        lines.push(scenario.to_toml());
        let text = lines.join("\n");
        files.push((path, count, text));
    }
    let taken = files
        .iter()
        .find(|(path, ..)| !force && path.symlink_metadata().is_ok());
    if let Some((path, ..)) = taken {
        return Err(Failure::Exists(path.display().to_string()));
    }
    for (path, count, text) in files {
        save::over(&path, text.as_bytes(), own::is_own)?;
        let calls = if count == 1 {
            "1 test".to_owned()
        } else {
            format!("{count} tests")
        };
        Screen::say(&format!("{calls} written to {}", path.display()))?;
    }
    Ok(())
}

/// A name for the calls of a flow that no other has.
fn name(flow: &Path, names: &mut BTreeSet<String>) -> String {
    let stem = flow
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut parts = flow
        .parent()
        .into_iter()
        .flat_map(|folder| folder.components().rev());
    let mut name = stem;
    while !names.insert(name.clone()) {
        name = match parts.next() {
            Some(Component::Normal(part)) => format!("{}-{name}", part.to_string_lossy()),
            Some(_) => continue,
            None => format!("{name}-{}", names.len()),
        };
    }
    format!("{name}.call.toml")
}

/// A case with its paths relative to another folder.
fn moved(mut case: Case, folder: &Path) -> Case {
    for rule in &mut case.changes.callbacks {
        *rule = with_path(rule.clone(), |path| relative(folder, path));
    }
    case
}

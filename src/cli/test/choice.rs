//! Which calls are tested.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Args;
use crate::cli::check::{Passed, scenarios};
use crate::cli::run::load;
use crate::cli::{Failure, save};
use crate::present::verdict::{Outcome, Verdict};
use crate::scenario::{Case, Expect, Pattern, Scenario};
use crate::source::Source;

/// A file that is tested.
pub(super) struct Tested {
    pub(super) path: PathBuf,
    pub(super) scenario: Scenario,
    pub(super) source: Arc<Source>,
    /// Its calls: cases by their places, or the whole file; and whether each is played.
    pub(super) calls: Calls,
    /// How many calls it has, those without an expectation included.
    pub(super) total: usize,
}

impl Tested {
    pub(super) fn case(&self, call: Option<usize>) -> Option<&Case> {
        self.scenario.cases.get(call?)
    }

    pub(super) fn case_name(&self, call: Option<usize>) -> Option<String> {
        Some(self.case(call)?.name.value.clone())
    }
}

/// One of several parts of the calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Partition {
    /// Which, from 1.
    part: usize,
    /// Of how many.
    of: usize,
}

pub(super) fn partition(typed: &str) -> Result<Partition, String> {
    let wrong = || "expected I/N with I from 1 to N, such as 1/4".to_owned();
    let (part, of) = typed.split_once('/').ok_or_else(wrong)?;
    let number = |text: &str| text.parse::<usize>().map_err(|_| wrong());
    let (part, of) = (number(part)?, number(of)?);
    if (1..=of).contains(&part) {
        Ok(Partition { part, of })
    } else {
        Err(wrong())
    }
}

/// The scenarios that expect something, what came of those that cannot be read, and what was found
/// instead.
pub(super) fn found(args: &Args) -> Result<(Vec<Tested>, Vec<Verdict>, String), Failure> {
    let passed = Passed::default();
    let (mut files, mut verdicts) = (Vec::new(), Vec::new());
    let mut without = 0;
    for path in &args.paths {
        for path in scenarios(path, &passed) {
            let path = path?;
            let file = path.display().to_string();
            let broken = |outcome| Verdict {
                file: file.clone(),
                case: None,
                outcome,
            };
            match load(&path) {
                Err(failure) => verdicts.push(broken(Outcome::Unreadable(failure.to_string()))),
                Ok(Err(one)) => verdicts.push(broken(Outcome::Broken {
                    source: one.source,
                    findings: one.findings,
                })),
                Ok(Ok((_, None))) => {}
                Ok(Ok((scenario, Some(source)))) => {
                    let (with, others) = calls(&scenario);
                    let total = with.len() + others.len();
                    let calls = if args.write { others } else { with };
                    if calls.is_empty() {
                        without += 1;
                    } else {
                        files.push(Tested {
                            path,
                            scenario,
                            source,
                            calls,
                            total,
                        });
                    }
                }
            }
        }
    }
    let counted = match without {
        0 => format!("no scenario; passed over: {}", passed.words()),
        _ if args.write => "every call has its expectations".to_owned(),
        1 => "the one scenario has no [expect]: --write adds one".to_owned(),
        more => format!("none of {more} scenarios has an [expect]: --write adds one"),
    };
    Ok((files, verdicts, counted))
}

/// The calls of a file that expect something, and those that expect nothing.
fn calls(scenario: &Scenario) -> (Calls, Calls) {
    let expects = |expect: &Option<Expect>| expect.as_ref().is_some_and(|one| !one.is_empty());
    let of_file = expects(&scenario.expect);
    if scenario.cases.is_empty() {
        let calls = vec![(None, true)];
        return if of_file {
            (calls, Vec::new())
        } else {
            (Vec::new(), calls)
        };
    }
    let cases = scenario.cases.iter().enumerate();
    let (with, others): (Vec<_>, Vec<_>) =
        cases.partition(|(_, case)| of_file || expects(&case.expect));
    let all = |cases: Vec<(usize, _)>| {
        let calls = cases.into_iter().map(|(index, _)| (Some(index), true));
        calls.collect()
    };
    (all(with), all(others))
}

/// Calls by the places of their cases, and whether each is played.
pub(super) type Calls = Vec<(Option<usize>, bool)>;

/// Leaves out what is not to be played.
pub(super) fn choose(args: &Args, files: &mut [Tested]) -> Result<(), Failure> {
    let last = if args.failed {
        Some(remembered()?)
    } else {
        None
    };
    let mut count = 0;
    for file in files {
        let path = file.path.display().to_string();
        let names: Vec<_> = file
            .calls
            .iter()
            .map(|&(call, _)| file.case_name(call))
            .collect();
        for ((_, is_played), case) in file.calls.iter_mut().zip(names) {
            let is_meant = args.filter.is_empty()
                || args.filter.iter().any(|one| {
                    let names = [Some(path.as_str()), case.as_deref()];
                    names.into_iter().flatten().any(|name| is_named(one, name))
                });
            let has_failed = last
                .as_ref()
                .is_none_or(|last| last.contains(&remembered_name(&path, case.as_deref())));
            *is_played = is_meant && has_failed;
            if *is_played {
                let part = args.partition;
                *is_played = part.is_none_or(|part| count % part.of == part.part - 1);
                count += 1;
            }
        }
    }
    Ok(())
}

fn is_named(filter: &str, name: &str) -> bool {
    if filter.contains(['*', '?']) {
        Pattern::new(filter).is_some_and(|pattern| pattern.matches(name))
    } else {
        name.contains(filter)
    }
}

/// Where the names of the calls are kept that failed.
const MEMORY: &str = ".callflow/failed";

fn remembered_name(file: &str, case: Option<&str>) -> String {
    format!("{file}\t{}", case.unwrap_or_default().escape_debug())
}

/// Keeps the names of the calls that failed, for `--failed`. Without any, nothing is kept.
pub(super) fn remember(verdicts: &[Verdict]) -> Result<(), Failure> {
    let failed = verdicts.iter().filter(|verdict| !verdict.is_good());
    let names = failed.map(|one| remembered_name(&one.file, one.case.as_deref()));
    let names: Vec<_> = names.collect();
    let path = Path::new(MEMORY);
    if names.is_empty() && !path.exists() {
        return Ok(());
    }
    let fail = |error| Failure::Create(MEMORY.to_owned(), error);
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(fail)?;
    // What is kept is of this machine only.
    fs::write(folder.join(".gitignore"), "*\n").map_err(fail)?;
    save::write(path, names.join("\n").as_bytes())
}

fn remembered() -> Result<Vec<String>, Failure> {
    match fs::read_to_string(MEMORY) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Failure::Read(MEMORY.to_owned(), error)),
    }
}

//! Which calls are tested.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Args;
use super::memory::Memory;
use crate::cli::check::{Passed, scenarios};
use crate::cli::commands;
use crate::cli::place::identity;
use crate::cli::run::load;
use crate::cli::target::Target;
use crate::cli::{Failure, run::is_scenario};
use crate::present::verdict::{Outcome, Verdict};
use crate::scenario::{Case, Changes, Expect, Mistakes, Pattern, Scenario, call_name};
use crate::source::{Source, visible};

/// A file that is tested.
pub(super) struct Tested {
    pub(super) path: PathBuf,
    pub(super) scenario: Scenario,
    pub(super) source: Arc<Source>,
    /// Its calls, in the order of the file.
    calls: Vec<Call>,
    /// The places of its cases, by their names.
    places: HashMap<String, usize>,
}

/// One call of a file.
struct Call {
    /// The place of its case; absent where the file is one call.
    case: Option<usize>,
    /// Whether this run is for such calls: those that expect something, or with `--write` the others.
    is_fit: bool,
    /// Whether it was asked for.
    is_chosen: bool,
}

impl Tested {
    fn new(path: PathBuf, scenario: Scenario, source: Arc<Source>, writes: bool) -> Self {
        let expects = |expect: &Option<Expect>| expect.as_ref().is_some_and(|one| !one.is_empty());
        let has_own = expects(&scenario.expect);
        let call = |case, expects: bool| Call {
            case,
            is_fit: expects != writes,
            is_chosen: false,
        };
        let cases = scenario.cases.iter().enumerate();
        let cases = cases.map(|(index, case)| call(Some(index), has_own || expects(&case.expect)));
        let mut calls: Vec<_> = cases.collect();
        if calls.is_empty() {
            calls.push(call(None, has_own));
        }
        let cases = scenario.cases.iter().enumerate();
        let places = cases.map(|(index, case)| (case.name.value.clone(), index));
        let places = places.collect();
        Self {
            path,
            scenario,
            source,
            calls,
            places,
        }
    }

    /// Files by their names, as the verdicts have them.
    pub(super) fn by_name(files: &[Self]) -> HashMap<String, &Self> {
        let named = files
            .iter()
            .map(|file| (file.path.display().to_string(), file));
        named.collect()
    }

    pub(super) fn case(&self, call: Option<usize>) -> Option<&Case> {
        self.scenario.cases.get(call?)
    }

    pub(super) fn case_name(&self, call: Option<usize>) -> Option<String> {
        Some(self.case(call)?.name.value.clone())
    }

    /// How `--list` prints a call.
    pub(super) fn name(&self, call: Option<usize>) -> String {
        let case = self.case_name(call);
        call_name(&self.path.display().to_string(), case.as_deref())
    }

    /// The call of this name, by the place of its case; none where there is no such case.
    #[allow(
        clippy::option_option,
        reason = "a file with one call has no place for it"
    )]
    pub(super) fn call_named(&self, case: Option<&str>) -> Option<Option<usize>> {
        match case {
            None => self.scenario.cases.is_empty().then_some(None),
            Some(case) => self.places.get(case).copied().map(Some),
        }
    }

    /// The calls that this run plays.
    pub(super) fn played(&self) -> impl Iterator<Item = Option<usize>> {
        let played = self
            .calls
            .iter()
            .filter(|call| call.is_fit && call.is_chosen);
        played.map(|call| call.case)
    }

    /// Whether every call of the file is played: a part of them does not show what the others use.
    pub(super) fn is_whole(&self) -> bool {
        self.played().count() == self.calls.len()
    }

    /// The names of calls, as `--list` prints them.
    fn names(
        &self,
        is_meant: impl Fn(&Call) -> bool,
    ) -> impl Iterator<Item = (String, Option<String>)> {
        let file = self.path.display().to_string();
        let meant = self.calls.iter().filter(move |call| is_meant(call));
        meant.map(move |call| (file.clone(), self.case_name(call.case)))
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
    let number = |text: &str| {
        let number = text.parse::<usize>().map_err(|_| wrong())?;
        if number == 0 {
            Err(wrong())
        } else {
            Ok(number)
        }
    };
    Ok(Partition {
        part: number(part)?,
        of: number(of)?,
    })
}

/// What is tested.
pub(super) struct Found {
    /// The scenarios that could be read.
    pub(super) files: Vec<Tested>,
    /// What came of those that could not.
    pub(super) verdicts: Vec<Verdict>,
    /// What was found that is no scenario.
    others: String,
}

impl Found {
    /// Calls that were asked for and that this run leaves out, by file and case: they expect nothing, or
    /// with `--write` they have their expectations.
    pub(super) fn left_out(&self) -> Vec<(String, Option<String>)> {
        let left_out = |file| Tested::names(file, |call| call.is_chosen && !call.is_fit);
        self.files.iter().flat_map(left_out).collect()
    }

    /// All calls that were asked for, by their names.
    pub(super) fn asked_for(&self) -> impl Iterator<Item = String> {
        let named = self
            .files
            .iter()
            .flat_map(|file| Tested::names(file, |call| call.is_chosen));
        named.map(|(file, case)| call_name(&file, case.as_deref()))
    }

    /// Whether there is nothing to test.
    pub(super) fn is_empty(&self) -> bool {
        self.verdicts.is_empty() && self.files.iter().all(|file| file.played().next().is_none())
    }
}

/// The calls that were asked for, of which some may have nothing to test.
///
/// # Errors
///
/// A case or a filter that matches nothing, or nothing to test at all, unless the options allow it.
pub(super) fn found(args: &Args) -> Result<Found, Failure> {
    let passed = Passed::default();
    let mut found = Found {
        files: Vec::new(),
        verdicts: Vec::new(),
        others: String::new(),
    };
    // One file may be named in several ways.
    let mut known: Vec<PathBuf> = Vec::new();
    let mut broken = BTreeSet::new();
    for typed in &args.paths {
        let target = Target::new(typed);
        if !target.file.is_dir() && !is_scenario(&target.file) && target.file.exists() {
            return Err(Failure::NotATest(target.file.display().to_string()));
        }
        for path in scenarios(&target.file, &passed) {
            let path = path?;
            let identity = identity(&path);
            if broken.contains(&identity) {
                continue;
            }
            let place = known.iter().position(|known| *known == identity);
            let place = match place {
                Some(place) => place,
                None => match read(&path) {
                    Ok((scenario, source)) => {
                        let file = Tested::new(path, scenario, source, args.write);
                        known.push(identity);
                        found.files.push(file);
                        found.files.len() - 1
                    }
                    Err(outcome) => {
                        broken.insert(identity);
                        found.verdicts.push(Verdict::of_file(&path, 1, outcome));
                        continue;
                    }
                },
            };
            let file = &mut found.files[place];
            let only = match target.index(&file.scenario) {
                Err(_) if args.allow_empty => continue,
                only => only?,
            };
            for call in &mut file.calls {
                call.is_chosen |= only.is_none() || call.case == only;
            }
        }
    }
    found.others = passed.words();
    choose(args, &mut found)?;
    Ok(found)
}

fn read(path: &Path) -> Result<(Scenario, Arc<Source>), Outcome> {
    match load(path) {
        Err(failure) => Err(Outcome::Unreadable(failure.to_string())),
        Ok(Err(one)) => Err(Outcome::Broken {
            source: one.source,
            findings: one.findings,
        }),
        Ok(Ok((scenario, Some(source)))) => {
            let none = Changes::default();
            let findings = commands::findings(&scenario, path, &none, Mistakes::Silent);
            if findings.is_empty() {
                Ok((scenario, source))
            } else {
                Err(Outcome::Broken { source, findings })
            }
        }
        // Only scenarios are asked for.
        Ok(Ok((_, None))) => Err(Outcome::Unreadable(format!(
            "{}: this is not a scenario",
            path.display()
        ))),
    }
}

/// Leaves out what was not asked for.
fn choose(args: &Args, found: &mut Found) -> Result<(), Failure> {
    let paths = crate::cli::calls::names(&args.paths);
    let nothing = |why: String| {
        if args.allow_empty {
            Ok(())
        } else {
            Err(Failure::NothingTested(paths.clone(), why))
        }
    };
    if found.files.is_empty() && found.verdicts.is_empty() {
        let others = &found.others;
        return nothing(format!("there is no scenario; skipped: {others}"));
    }
    for filter in &args.filter {
        let files = found.files.iter();
        let mut names = files.flat_map(|file| file.names(|call| call.is_chosen));
        let is_met = names.any(|(file, case)| is_named(filter, &file, case.as_deref()))
            || found
                .verdicts
                .iter()
                .any(|one| is_named(filter, &one.file, None));
        if !is_met {
            nothing(format!("no test matches --filter {filter:?}"))?;
        }
    }
    if !args.filter.is_empty() {
        for file in &mut found.files {
            let name = file.path.display().to_string();
            let cases: Vec<_> = file
                .calls
                .iter()
                .map(|call| file.case_name(call.case))
                .collect();
            for (call, case) in file.calls.iter_mut().zip(cases) {
                let is_meant = |filter: &String| is_named(filter, &name, case.as_deref());
                call.is_chosen &= args.filter.iter().any(is_meant);
            }
        }
    }
    if found.is_empty() {
        let why = if args.write {
            "every scenario has expectations already".to_owned()
        } else {
            match found.left_out().len() {
                1 => {
                    "the only scenario has no [expect]: --write adds what happens today".to_owned()
                }
                more => format!(
                    "{more} scenarios, but not one has an [expect]: --write adds what happens today"
                ),
            }
        };
        nothing(why)?;
    }
    if args.failed {
        let memory = Memory::read()?;
        for file in &mut found.files {
            let names: Vec<_> = file
                .calls
                .iter()
                .map(|call| file.case_name(call.case))
                .collect();
            for (call, case) in file.calls.iter_mut().zip(names) {
                call.is_chosen &= memory.has_failed(&file.path, case.as_deref());
            }
        }
        let gone = memory.gone(&found.files);
        if let Some(gone) = gone.first()
            && found.is_empty()
        {
            nothing(format!(
                "{gone} failed the last time, and does not exist any more"
            ))?;
        }
    }
    let Some(Partition { part, of }) = args.partition else {
        return Ok(());
    };
    if part > of {
        nothing(format!("there is no part {part} of {of}"))?;
    }
    let calls = found.files.iter_mut().flat_map(|file| &mut file.calls);
    for (count, call) in calls
        .filter(|call| call.is_chosen && call.is_fit)
        .enumerate()
    {
        call.is_chosen = count % of == part - 1;
    }
    // What is not played is named by the first part alone.
    let calls = found.files.iter_mut().flat_map(|file| &mut file.calls);
    for call in calls.filter(|call| !call.is_fit) {
        call.is_chosen &= part == 1;
    }
    Ok(())
}

/// Whether a filter means a call: by a part of its file's or its case's name, or by all of one with `*`
/// and `?`; and by the name that `--list` prints.
fn is_named(filter: &str, file: &str, case: Option<&str>) -> bool {
    let whole = call_name(file, case);
    let printed = visible(&whole);
    let names = [Some(file), case, Some(&whole), Some(&printed)];
    let pattern = filter
        .contains(['*', '?'])
        .then(|| Pattern::new(filter))
        .flatten();
    names.into_iter().flatten().any(|name| {
        name == filter
            || match &pattern {
                Some(pattern) => pattern.matches(name),
                None => name.contains(filter),
            }
    })
}

//! Playing the calls.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::choice::Tested;
use crate::cli::run::{Broken, Prepared, furnish};
use crate::cli::{Failure, expectations};
use crate::diagnostic::Diagnostic;
use crate::expect::{self, Coverage, unused};
use crate::present::run::key_warnings;
use crate::present::verdict::{Outcome, Verdict};
use crate::simulate::Run;

/// Plays the calls of all files, whose verdicts stand in the order of the files. With `fail_fast`
/// nothing is played behind the first file with a call that fails, nor in it behind that call.
pub(super) fn all(files: &[Tested], fail_fast: bool) -> (Vec<Verdict>, Coverage) {
    let progress = Progress::of(files);
    // Files are played in parallel: those before the first that fails are all played.
    let first_failed = AtomicUsize::new(usize::MAX);
    let work = |(index, file): (usize, &Tested)| {
        if fail_fast && first_failed.load(Ordering::Relaxed) < index {
            return Default::default();
        }
        let played = play(file, fail_fast);
        progress.add(played.0.len());
        if !played.0.iter().all(Verdict::is_good) {
            first_failed.fetch_min(index, Ordering::Relaxed);
        }
        played
    };
    let played: Vec<(Vec<Verdict>, Coverage)> = files.par_iter().enumerate().map(work).collect();
    progress.clear();
    let (mut verdicts, mut coverage) = (Vec::new(), Coverage::default());
    for (calls, one) in played {
        verdicts.extend(calls);
        coverage.merge(one);
    }
    (verdicts, coverage)
}

/// Plays the calls of a file.
fn play(file: &Tested, fail_fast: bool) -> (Vec<Verdict>, Coverage) {
    let name = file.path.display().to_string();
    let (mut verdicts, mut coverage) = (Vec::new(), Coverage::default());
    // What of the file itself no case has used.
    let mut never: Option<Vec<Diagnostic>> = None;
    for &(call, _) in file.calls.iter().filter(|(_, is_played)| *is_played) {
        let (outcome, unused_rules) = outcome(file, call, &mut coverage);
        never = match (never, unused_rules) {
            (None, unused) => unused,
            (never, None) => never,
            (Some(mut never), Some(unused)) => {
                never.retain(|finding| unused.contains(finding));
                Some(never)
            }
        };
        let is_callless = matches!(outcome, Outcome::Broken { .. } | Outcome::Unreadable(_));
        verdicts.push(Verdict {
            file: name.clone(),
            case: file.case_name(call).filter(|_| !is_callless),
            outcome,
        });
        let has_failed = verdicts.last().is_some_and(|last| !last.is_good());
        // Without a call the others would say the same.
        if is_callless || fail_fast && has_failed {
            return (verdicts, coverage);
        }
    }
    // A part of the cases does not show what the others use.
    let is_whole =
        file.total == file.calls.len() && file.calls.iter().all(|(_, is_played)| *is_played);
    if let Some(never) = never.filter(|never| !never.is_empty() && is_whole) {
        verdicts.push(Verdict {
            file: name,
            case: Some("all cases".to_owned()),
            outcome: Outcome::Broken {
                source: file.source.clone(),
                findings: unused(never).into_iter().map(|one| one.finding).collect(),
            },
        });
    }
    (verdicts, coverage)
}

/// What a call needs to be played.
pub(super) fn prepared(
    file: &Tested,
    call: Option<usize>,
) -> Result<Result<Prepared, Broken>, Failure> {
    let scenario = match file.case(call) {
        Some(case) => file.scenario.of_case(case),
        None => file.scenario.clone(),
    };
    furnish(scenario, Some(file.source.clone()), &file.path)
}

/// What came of a call, and which rules of the file itself it did not use.
fn outcome(
    file: &Tested,
    call: Option<usize>,
    coverage: &mut Coverage,
) -> (Outcome, Option<Vec<Diagnostic>>) {
    let prepared = match prepared(file, call) {
        Err(failure) => return (Outcome::Unreadable(failure.to_string()), None),
        Ok(Err(broken)) => {
            let outcome = Outcome::Broken {
                source: broken.source,
                findings: broken.findings,
            };
            return (outcome, None);
        }
        Ok(Ok(prepared)) => prepared,
    };
    let run = prepared.play();
    let name = Verdict {
        file: file.path.display().to_string(),
        case: file.case_name(call),
        outcome: Outcome::Passed,
    };
    coverage.add(&run.record, &name.name());
    let (failures, others) = match judged(file, call, &prepared, &run) {
        Ok(judged) => judged,
        Err(failure) => return (Outcome::Unreadable(failure.to_string()), None),
    };
    let outcome = if failures.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed {
            source: file.source.clone(),
            failures,
            run: Box::new(run),
        }
    };
    (outcome, Some(others))
}

/// What of a call does not hold, and which rules of the file itself it did not use.
pub(super) fn judged(
    file: &Tested,
    call: Option<usize>,
    prepared: &Prepared,
    run: &Run,
) -> Result<(Vec<expect::Failure>, Vec<Diagnostic>), Failure> {
    let case = file.case(call);
    let mut failures = expectations::judge(prepared, run)?;
    let not_used = run.scenario.unused(&run.used);
    let (own, others): (Vec<_>, Vec<_>) = not_used
        .into_iter()
        .partition(|finding| case.is_none_or(|case| case.says(finding)));
    failures.extend(unused(own));
    failures.extend(lost_keys(run));
    Ok((failures, others))
}

/// Keys that nobody heard, though their `[[press]]` does not say `heard = false`, and keys that were
/// heard though it does.
fn lost_keys(run: &Run) -> impl Iterator<Item = expect::Failure> {
    key_warnings(run).into_iter().map(|(strokes, words)| {
        let mut said: Vec<_> = strokes.iter().filter_map(|stroke| stroke.said).collect();
        said.dedup();
        expect::pressed_otherwise(words, &said)
    })
}

/// How many calls were played, on a terminal.
struct Progress {
    done: AtomicUsize,
    all: usize,
    is_shown: bool,
}

impl Progress {
    /// Few calls are played before anybody could read a line.
    const FEW: usize = 500;

    fn of(files: &[Tested]) -> Self {
        let calls = files.iter().flat_map(|file| &file.calls);
        let all = calls.filter(|(_, is_played)| *is_played).count();
        Self {
            done: AtomicUsize::new(0),
            all,
            is_shown: all > Self::FEW && io::stderr().is_terminal(),
        }
    }

    fn add(&self, calls: usize) {
        let done = self.done.fetch_add(calls, Ordering::Relaxed) + calls;
        if self.is_shown {
            // A line that cannot be written is no harm.
            let _ = write!(io::stderr(), "\r{done} of {} calls played", self.all);
        }
    }

    fn clear(&self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

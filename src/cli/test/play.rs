//! Playing the calls.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::choice::Tested;
use crate::cli::place::from_here;
use crate::cli::run::{Broken, Prepared, furnish};
use crate::cli::{Failure, expectations};
use crate::diagnostic::Diagnostic;
use crate::expect::{self, Coverage, unused};
use crate::present::run::key_warnings;
use crate::present::verdict::{Outcome, Verdict};
use crate::simulate::Run;
use crate::source::Span;

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
    let (mut verdicts, mut seen) = (Vec::new(), Seen::default());
    // What of the file itself no case has used.
    let mut never: Option<Vec<Diagnostic>> = None;
    for call in file.played() {
        let Played {
            outcome,
            lasted,
            unused_rules,
        } = outcome(file, call, &mut seen);
        never = match (never, unused_rules) {
            (None, unused) => unused,
            (never, None) => never,
            (Some(mut never), Some(unused)) => {
                let unused: BTreeSet<Span> = unused.iter().map(|one| one.primary.span).collect();
                never.retain(|finding| unused.contains(&finding.primary.span));
                Some(never)
            }
        };
        let is_callless = matches!(outcome, Outcome::Broken { .. } | Outcome::Unreadable(_));
        verdicts.push(if is_callless {
            let tests = file.played().count() - verdicts.len();
            Verdict::of_file(&file.path, tests, outcome)
        } else {
            Verdict {
                file: name.clone(),
                case: file.case_name(call),
                tests: 1,
                lasted,
                outcome,
            }
        });
        let has_failed = verdicts.last().is_some_and(|last| !last.is_good());
        // Without a call the others would say the same.
        if is_callless || fail_fast && has_failed {
            return (verdicts, seen.coverage());
        }
    }
    if let Some(never) = never.filter(|never| !never.is_empty() && file.is_whole()) {
        let outcome = Outcome::Broken {
            source: file.source.clone(),
            findings: unused(never).into_iter().map(|one| one.finding).collect(),
        };
        verdicts.push(Verdict::of_file(&file.path, 0, outcome));
    }
    (verdicts, seen.coverage())
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

/// What the calls of one file came to.
#[derive(Default)]
struct Seen {
    coverage: Coverage,
    /// The files of the flows, by the names that the flows have in the calls.
    places: BTreeMap<String, PathBuf>,
}

impl Seen {
    /// The coverage, with each flow by its file as it is seen from the working directory.
    fn coverage(self) -> Coverage {
        let place = |name: &str| Some(from_here(self.places.get(name)?).display().to_string());
        self.coverage.located(place)
    }
}

/// What came of a call.
struct Played {
    outcome: Outcome,
    /// How long it lasted, in milliseconds; none where it was not played.
    lasted: Option<u64>,
    /// The rules of the file itself that it did not use; none where it was not played.
    unused_rules: Option<Vec<Diagnostic>>,
}

fn outcome(file: &Tested, call: Option<usize>, seen: &mut Seen) -> Played {
    let not_played = |outcome| Played {
        outcome,
        lasted: None,
        unused_rules: None,
    };
    let prepared = match prepared(file, call) {
        Err(failure) => return not_played(Outcome::Unreadable(failure.to_string())),
        Ok(Err(broken)) => {
            return not_played(Outcome::Broken {
                source: broken.source,
                findings: broken.findings,
            });
        }
        Ok(Ok(prepared)) => prepared,
    };
    let run = prepared.play();
    seen.coverage.add(&run.record, &file.name(call));
    seen.places.extend(prepared.places());
    let (failures, others) = match judged(file, call, &prepared, &run) {
        Ok(judged) => judged,
        Err(failure) => return not_played(Outcome::Unreadable(failure.to_string())),
    };
    let lasted = Some(run.ended);
    let outcome = if failures.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed {
            source: file.source.clone(),
            failures,
            run: Box::new(run),
        }
    };
    Played {
        outcome,
        lasted,
        unused_rules: Some(others),
    }
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
        let all = files.iter().map(|file| file.played().count()).sum();
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
            let _ = write!(io::stderr(), "\r{done} of {} tests run", self.all);
        }
    }

    fn clear(&self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

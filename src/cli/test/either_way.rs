//! `--either-way`: which calls pass only as long as the platform is as it is assumed to be.

use clap::ValueEnum;
use rayon::prelude::*;

use super::choice::Tested;
use super::play;
use crate::cli::Failure;
use crate::fidelity::Assumption;
use crate::present::verdict::{Dependence, EitherWay, Verdict};
use crate::simulate::simulate;

/// What a call that depends on an assumption means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Dependent {
    /// It is shown
    Report,
    /// It is shown, and the exit code is 1
    Fail,
}

/// Plays every call that passes once more for each other reading of the assumptions that decided it.
pub(super) fn all(
    files: &[Tested],
    verdicts: &[Verdict],
    dependent: Dependent,
) -> Result<EitherWay, Failure> {
    let files = Tested::by_name(files);
    let of_verdict = |verdict: &Verdict| {
        let file = *files.get(&verdict.file)?;
        let call = file.call_named(verdict.case.as_deref())?;
        Some((file, call)).filter(|_| verdict.is_good())
    };
    let calls = verdicts
        .par_iter()
        .map(|verdict| match of_verdict(verdict) {
            Some((file, call)) => dependences(file, call).map(Some),
            None => Ok(None),
        });
    let calls = calls.collect::<Result<_, Failure>>()?;
    let fails = dependent == Dependent::Fail;
    Ok(EitherWay { calls, fails })
}

/// The readings under which a call that passes would fail.
fn dependences(file: &Tested, call: Option<usize>) -> Result<Vec<Dependence>, Failure> {
    let mut dependences = Vec::new();
    let Ok(prepared) = play::prepared(file, call)? else {
        return Ok(dependences);
    };
    let run = prepared.play();
    let seed = prepared
        .scenario
        .seed(prepared.flow.source().text().as_bytes());
    let assumed = run.record.assumed.iter();
    for &reading in assumed.flat_map(Assumption::others) {
        let mut scenario = prepared.scenario.clone();
        scenario.assume = scenario.assume.with(reading);
        // It is the same call.
        scenario.call.seed = Some(seed);
        let other = simulate(&scenario, prepared.flow.clone(), &prepared.documents);
        let (failures, _) = play::judged(file, call, &prepared, &other)?;
        if !failures.is_empty() {
            let source = file.source.clone();
            dependences.push(Dependence {
                reading,
                source,
                failures,
            });
        }
    }
    Ok(dependences)
}

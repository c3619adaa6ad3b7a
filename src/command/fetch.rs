//! What the commands that fetch have in common.

use std::borrow::Cow;

use crate::channel::{FetchError, Outcome, Scene, Step, Unfetched};
use crate::fidelity::Assumption;

/// The time-out of a request that names none: 5000 ms (observed on Callback).
pub(super) const TIMEOUT: u64 = 5000;

/// What a failed fetch makes of the command; `None` where it did not fail.
pub(super) fn failed(scene: &mut Scene<'_>, outcome: &Outcome) -> Option<Step> {
    let reason = match outcome {
        Outcome::TimedOut => FetchError::Timeout.to_string(),
        Outcome::NotFetched(error) => error.to_string(),
        Outcome::BadStatus(status) => format!("status {status}"),
        Outcome::BadDocument(message) => format!("{NO_FLOW}{message}"),
        _ => return None,
    };
    if matches!(outcome, Outcome::BadStatus(_) | Outcome::BadDocument(_)) {
        scene.assume(Assumption::FetchStatus);
    }
    scene.assume(Assumption::FailureReasons);
    Some(Step::Failed(Cow::Owned(format!("{FAILED}{reason}"))))
}

const FAILED: &str = "request failed: ";
const NO_FLOW: &str = "the reply is no call flow: ";

/// What came of a fetch, by the reason of the failure: the way back from [`failed`].
pub(super) fn undo(reason: &str) -> Option<Unfetched> {
    let reason = reason.strip_prefix(FAILED)?;
    if let Some(message) = reason.strip_prefix(NO_FLOW) {
        return Some(Unfetched::Wrong(message.into()));
    }
    if let Some(status) = reason.strip_prefix("status ") {
        return status.parse().ok().map(Unfetched::Status);
    }
    let errors = [
        FetchError::Timeout,
        FetchError::Refused,
        FetchError::Dns,
        FetchError::Tls,
    ];
    let mut errors = errors.into_iter();
    errors
        .find(|error| error.to_string() == reason)
        .map(Unfetched::Error)
}

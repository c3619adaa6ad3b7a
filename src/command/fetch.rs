//! What the commands that fetch have in common.

use std::borrow::Cow;

use crate::channel::{Action, CommandContext, FetchError, Outcome};
use crate::fidelity::Assumption;

/// The time-out of a request that names none: 5000 ms (observed on Callback).
pub(super) const TIMEOUT: u64 = 5000;

/// What a failed fetch makes of the command; `None` where it did not fail.
pub(super) fn failed(context: &mut CommandContext<'_>, outcome: &Outcome) -> Option<Action> {
    let reason = match outcome {
        Outcome::TimedOut => FetchError::Timeout.to_string(),
        Outcome::NotFetched(error) => error.to_string(),
        Outcome::BadStatus(status) => format!("status {status}"),
        Outcome::BadDocument(message) => format!("the reply is no call flow: {message}"),
        _ => return None,
    };
    if matches!(outcome, Outcome::BadStatus(_) | Outcome::BadDocument(_)) {
        context.assume(Assumption::FetchStatus);
    }
    context.assume(Assumption::FailureReasons);
    Some(Action::Failed(Cow::Owned(format!(
        "request failed: {reason}"
    ))))
}

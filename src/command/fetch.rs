//! What the commands that fetch have in common.

use std::borrow::Cow;

use crate::channel::{Action, CommandContext, FetchError, Outcome, Parameter};
use crate::fidelity::Assumption;
use crate::value::Millis;

/// The time-out of a request that names none: 5000 ms (observed on Callback).
pub(super) const TIMEOUT: u64 = 5000;

/// How long a reply may take: absent where the request has no limit of its own (`timeout-zero`).
pub(super) fn time_out(context: &mut CommandContext<'_>, given: Millis) -> Option<u64> {
    Some(context.time_out(given.0, TIMEOUT)).filter(|&limit| limit > 0)
}

/// The query of a request that asks for a flow: what both of them send.
pub(super) fn query(context: &CommandContext<'_>) -> [(Cow<'static, str>, Parameter); 4] {
    let state = if context.answered { "live" } else { "ringing" };
    [
        (Cow::Borrowed("tn"), Parameter::To),
        (Cow::Borrowed("state"), Parameter::Text(state.into())),
        (Cow::Borrowed("sca"), Parameter::App),
        (Cow::Borrowed("call"), Parameter::Call),
    ]
}

/// What a failed fetch makes of the command; `None` where it did not fail.
pub(super) fn failed(context: &mut CommandContext<'_>, outcome: &Outcome) -> Option<Action> {
    let reason = match outcome {
        Outcome::TimedOut => FetchError::Timeout.to_string(),
        Outcome::NotFetched(error) => error.to_string(),
        Outcome::BadStatus(status) => format!("status {status}"),
        Outcome::BadDocument(message) => format!("the reply is not a call flow: {message}"),
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

//! What can come of a dial and of a fetch, as far as a flow can tell: the classes that coverage counts
//! and that exploration tries.
//!
//! The language has one Error block, so a flow cannot tell a busy callee from one who rejects the call.

#![warn(clippy::arithmetic_side_effects)]

use super::FetchError;
use super::cause::Cause;

/// What came of a dial.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DialOutcome {
    /// Somebody answered.
    Answered,
    /// It was refused, before anybody could have answered.
    Refused,
    /// It rang until its time was over.
    RangOut,
    /// The caller gave up.
    GivenUp,
}

/// What came of a fetch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FetchOutcome {
    /// What was asked for came.
    Came,
    /// A failure came.
    Failed,
    /// Nothing came in time.
    TimedOut,
}

impl DialOutcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Answered, Self::Refused, Self::RangOut, Self::GivenUp];

    /// What came of a dial that failed.
    ///
    /// `was_whole` says whether it took all of its time.
    pub fn of_failure(cause: Option<Cause>, was_whole: bool) -> Self {
        const NOBODY: [Cause; 3] = [
            Cause::NO_ANSWER,
            Cause::ALLOTTED_TIMEOUT,
            Cause::RECOVERY_ON_TIMER_EXPIRE,
        ];
        if was_whole || cause.is_some_and(|cause| NOBODY.contains(&cause)) {
            Self::RangOut
        } else {
            Self::Refused
        }
    }

    /// What is said of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::RangOut => "rang out",
            Self::GivenUp => "cancelled by the caller",
        }
    }
}

impl FetchOutcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Came, Self::Failed, Self::TimedOut];

    /// What came of a request, by its reply and whether what came could be used.
    pub fn of(reply: Result<u16, FetchError>, is_used: bool) -> Self {
        match reply {
            Err(FetchError::Timeout) => Self::TimedOut,
            Ok(_) if is_used => Self::Came,
            _ => Self::Failed,
        }
    }

    /// What is said of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Came => "there was a reply",
            Self::Failed => "it failed",
            Self::TimedOut => "there was no reply in time",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dial_that_took_all_of_its_time_rang_out_whatever_its_cause() {
        for cause in [None, Some(Cause::USER_BUSY), Some(Cause::NO_USER_RESPONSE)] {
            let outcome = |was_whole| DialOutcome::of_failure(cause, was_whole);
            assert_eq!(outcome(true), DialOutcome::RangOut, "{cause:?}");
            assert_eq!(outcome(false), DialOutcome::Refused, "{cause:?}");
        }
        let nobody = DialOutcome::of_failure(Some(Cause::NO_ANSWER), false);
        assert_eq!(nobody, DialOutcome::RangOut);
    }
}

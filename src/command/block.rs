//! What the blocks have in common: they run their children, and succeed.

use std::borrow::Cow;

use crate::channel::{Action, CommandContext, Last};
use crate::fidelity::Assumption;

/// A branch runs.
pub(super) fn begin(context: &mut CommandContext<'_>) -> Action {
    context.assume(Assumption::BranchEntries);
    run()
}

/// The children run, and nothing is left to do.
pub(super) fn run() -> Action {
    Action::EndWith {
        last: Last::Children,
        reason: Cow::Borrowed("commands executed"),
    }
}

//! What the filters have in common: they run their children if something holds, and succeed either way.

use std::borrow::Cow;

use super::block;
use crate::channel::{Action, CommandContext};
use crate::fidelity::Assumption;

/// Runs the children if the condition holds.
pub(super) fn filtered(
    context: &mut CommandContext<'_>,
    holds: impl FnOnce(&mut CommandContext<'_>) -> bool,
) -> Action {
    context.assume(Assumption::FilterEntries);
    if holds(context) {
        return block::run();
    }
    context.assume(Assumption::SuccessReasons);
    Action::Done(Cow::Borrowed("condition not met"))
}

//! What the blocks have in common: they run their children, and succeed.

use std::borrow::Cow;

use crate::channel::{Scene, Step};
use crate::fidelity::Assumption;

/// Runs the children of a branch.
pub(super) fn begin(scene: &mut Scene<'_>) -> Step {
    scene.assume(Assumption::BranchEntries);
    Step::RunChildren { listen: false }
}

/// The children ended.
pub(super) fn ended(scene: &mut Scene<'_>) -> Step {
    scene.assume(Assumption::SuccessReasons);
    Step::Done(Cow::Borrowed("commands executed"))
}

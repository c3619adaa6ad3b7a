//! What the filters have in common: they run their children if something holds, and succeed either way.

use std::borrow::Cow;

use crate::channel::{Scene, Step};
use crate::fidelity::Assumption;

/// Runs the children if the condition holds.
pub(super) fn filtered(scene: &mut Scene<'_>, holds: impl FnOnce(&mut Scene<'_>) -> bool) -> Step {
    scene.assume(Assumption::FilterEntries);
    match holds(scene) {
        true => Step::RunChildren { listen: false },
        false => {
            scene.assume(Assumption::SuccessReasons);
            Step::Done(Cow::Borrowed("condition not met"))
        }
    }
}

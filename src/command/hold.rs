//! `<Hold>`

use std::borrow::Cow;

use super::Example;
use crate::channel::{Act, Effect, Heard, Outcome, Run, Scene, Step, Traits};
use crate::fidelity::Assumption;
use crate::value::Millis;

command! {
    /// Puts the call on hold, with music or a message.
    Hold {
        /// The longest that the hold lasts.
        timeout: Millis = Millis(300_000), Documented, seconds_below(1000);
    }
    spec {
        page: "less-than-hold-greater-than",
        examples: &[Example {
            title: "Ten seconds of hold music",
            xml: r#"<Response><Hold/><Pause length="10000"/><Unhold/><Say>Thank you for waiting.</Say></Response>"#,
        }],
    }
}

impl Run for Hold {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        scene.assume(Assumption::HoldReturns);
        Step::Act(Act::Hold { at_most: self.timeout.0 })
    }

    fn told(&self, scene: &mut Scene<'_>, _outcome: Outcome) -> Step {
        scene.assume(Assumption::SuccessReasons);
        Step::Done(Cow::Borrowed("call held"))
    }

    fn traits(&self) -> Traits<'_> {
        Traits { effect: Effect::Holds, heard: Heard::Words, is_instant: true, ..Traits::default() }
    }
}

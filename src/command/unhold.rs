//! `<Unhold>`

use std::borrow::Cow;

use super::Example;
use crate::channel::{Act, Effect, Outcome, Run, Scene, Step, Traits};
use crate::fidelity::Assumption;

command! {
    /// Ends the hold.
    Unhold {}
    spec {
        page: "less-than-hold-greater-than",
        examples: &[Example {
            title: "Ten seconds of hold music",
            xml: r#"<Response><Hold/><Pause length="10000"/><Unhold/><Say>Thank you for waiting.</Say></Response>"#,
        }],
    }
}

impl Run for Unhold {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        if !scene.facts.held {
            scene.assume(Assumption::UnholdAlone);
        }
        Step::Act(Act::Unhold)
    }

    fn told(&self, scene: &mut Scene<'_>, _outcome: Outcome) -> Step {
        scene.assume(Assumption::SuccessReasons);
        Step::Done(Cow::Borrowed("call resumed"))
    }

    fn traits(&self) -> Traits<'_> {
        Traits { effect: Effect::Unholds, is_instant: true, ..Traits::default() }
    }
}

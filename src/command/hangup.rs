//! `<Hangup>`

use std::borrow::Cow;

use super::Example;
use crate::channel::{Effect, Run, Scene, Step, Traits};
use crate::fidelity::Assumption;

command! {
    /// Ends the call at once.
    Hangup {}
    spec {
        page: "less-than-hangup-greater-than",
        examples: &[Example {
            title: "Say goodbye",
            xml: r#"<Response><Say>Goodbye.</Say><Hangup/></Response>"#,
        }],
    }
}

impl Run for Hangup {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        scene.assume(Assumption::HangupReports);
        Step::HangUp(Cow::Borrowed("call hung up"))
    }

    fn traits(&self) -> Traits<'_> {
        Traits { effect: Effect::EndsCall, ..Traits::default() }
    }
}

//! `<Unhold>`

use std::borrow::Cow;

use super::Example;
use super::traits::{Describe, Impact, Traits};
use crate::channel::{Action, Behavior, CommandContext, Effect, Outcome};
use crate::fidelity::{Assumption, Reading};

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

impl Behavior for Unhold {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        if !context.held {
            context.assume(Assumption::UnholdAlone);
            if context.is(Reading::UnholdAloneFails) {
                context.assume(Assumption::FailureReasons);
                return Action::Failed(Cow::Borrowed("call is not held"));
            }
        }
        Action::Do(Effect::Unhold)
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, _outcome: Outcome) -> Action {
        context.assume(Assumption::SuccessReasons);
        Action::Done(Cow::Borrowed("call resumed"))
    }
}

impl Describe for Unhold {
    fn traits(&self) -> Traits<'_> {
        Traits {
            impact: Impact::Unholds,
            is_instant: true,
            ..Traits::default()
        }
    }
}

//! `<Hold>`

use std::borrow::Cow;

use super::Example;
use super::traits::{Describe, Heard, Impact, Traits};
use crate::channel::{Action, Behavior, CommandContext, Effect, Outcome};
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

impl Behavior for Hold {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        context.assume(Assumption::HoldReturns);
        Action::Do(Effect::Hold {
            at_most: context.time_out(self.timeout.0),
        })
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, _outcome: Outcome) -> Action {
        context.assume(Assumption::SuccessReasons);
        Action::Done(Cow::Borrowed("call held"))
    }
}

impl Describe for Hold {
    fn traits(&self) -> Traits<'_> {
        Traits {
            impact: Impact::Holds,
            heard: Heard::Words,
            is_instant: true,
            ..Traits::default()
        }
    }
}

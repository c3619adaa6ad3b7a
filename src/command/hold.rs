//! `<Hold>`

use std::borrow::Cow;

use super::Example;
use super::traits::{Describe, Heard, Impact, Traits};
use crate::channel::{Action, Behavior, CommandContext, Effect, Need, Outcome};
use crate::fidelity::{Assumption, Reading};
use crate::value::Millis;

command! {
    /// Puts the call on hold, with music or a message.
    Hold {
        /// The maximum length of the hold.
        timeout: Millis = Millis(TIMEOUT), Documented, seconds_below(1000);
    }
    spec {
        page: "less-than-hold-greater-than",
        examples: &[Example {
            title: "Ten seconds of hold music",
            xml: r#"<Response><Hold/><Pause length="10000"/><Unhold/><Say>Thank you for waiting.</Say></Response>"#,
        }],
    }
}

/// The longest hold where nothing is said, in milliseconds.
const TIMEOUT: u64 = 300_000;

impl Behavior for Hold {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        context.assume(Assumption::HoldReturns);
        Action::Do(Effect::Hold {
            at_most: context.time_out(self.timeout.0, TIMEOUT),
        })
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, _outcome: Outcome) -> Action {
        if context.is(Reading::HoldWaits) && context.progress.stage == 0 {
            context.progress.stage = 1;
            return Action::Await(Need::Wait {
                at_most: context.time_out(self.timeout.0, TIMEOUT),
                stop: "".into(),
            });
        }
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

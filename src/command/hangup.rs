//! `<Hangup>`

use std::borrow::Cow;

use super::Example;
use super::traits::{Describe, Impact, Traits};
use crate::channel::{Action, Behavior, CommandContext};
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

impl Behavior for Hangup {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        context.assume(Assumption::HangupReports);
        Action::HangUp(Cow::Borrowed("call hung up"))
    }
}

impl Describe for Hangup {
    fn traits(&self) -> Traits<'_> {
        Traits {
            impact: Impact::EndsCall,
            ..Traits::default()
        }
    }
}

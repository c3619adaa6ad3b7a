//! `<RecordWait>`

use super::Example;
use super::record::{TIMEOUT, awaited};
use super::traits::{Describe, Recording, Traits};
use crate::channel::{Action, Behavior, CommandContext, Outcome};
use crate::fidelity::Assumption;
use crate::value::Millis;

command! {
    /// Waits until the recording with this tag is available; without a tag, until all recordings
    /// are.
    RecordWait {
        /// How long.
        timeout: Millis = Millis(TIMEOUT), Assumed, assumed(Assumption::RecordAttributes), seconds_below(200);
    }
    spec {
        page: "less-than-record-greater-than",
        complete: false,
        examples: &[Example {
            title: "Record a greeting and wait for it",
            xml: r#"<Response><RecordStart tag="greeting"/><Say>This is recorded.</Say><RecordStop tag="greeting"/><RecordWait tag="greeting"/><Play record="greeting"/></Response>"#,
        }],
    }
}

impl Behavior for RecordWait {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        context.assume(Assumption::RecordAttributes);
        Action::AwaitRecording {
            tag: context.tag.map(Into::into),
            at_most: context.time_out(self.timeout.0, TIMEOUT),
        }
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, outcome: Outcome) -> Action {
        awaited(context, &outcome)
    }
}

impl Describe for RecordWait {
    fn traits(&self) -> Traits<'_> {
        Traits {
            recording: Some(Recording::Needs),
            ..Traits::default()
        }
    }
}

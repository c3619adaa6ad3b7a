//! `<RecordStop>`

use std::borrow::Cow;

use super::Example;
use super::traits::{Describe, Recording, Traits};
use crate::channel::{Action, Behavior, CommandContext, Effect, Outcome};
use crate::fidelity::Assumption;

command! {
    /// Stops the recording with this tag; without a tag, all recordings.
    RecordStop {}
    spec {
        page: "less-than-record-greater-than",
        complete: false,
        examples: &[Example {
            title: "Record a greeting",
            xml: r#"<Response><RecordStart/><Say>This is recorded.</Say><RecordStop/></Response>"#,
        }],
    }
}

impl Behavior for RecordStop {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        context.assume(Assumption::RecordAttributes);
        Action::Do(Effect::StopRecording {
            tag: context.tag.map(Into::into),
        })
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, _outcome: Outcome) -> Action {
        context.assume(Assumption::SuccessReasons);
        Action::Done(Cow::Borrowed("record stopped"))
    }
}

impl Describe for RecordStop {
    fn traits(&self) -> Traits<'_> {
        Traits {
            is_instant: true,
            recording: Some(Recording::Needs),
            ..Traits::default()
        }
    }
}

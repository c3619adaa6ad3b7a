//! `<RecordStart>`

use std::borrow::Cow;

use super::Example;
use super::traits::{Describe, Recording, Traits};
use crate::channel::{Action, Behavior, CommandContext, Effect, Outcome};
use crate::fidelity::Assumption;
use crate::value::Flag;

command! {
    /// Starts to record the call; the flow continues at once.
    RecordStart {
        /// Whether the recording is transcribed.
        asr: Flag = Flag(false), Assumed, assumed(Assumption::RecordAttributes);
    }
    spec {
        page: "less-than-record-greater-than",
        complete: false,
        examples: &[Example {
            title: "Record a conversation",
            xml: r#"<Response><RecordStart tag="talk"/><Dial><To>anna@sip.example.com</To><Error/></Dial><RecordStop tag="talk"/></Response>"#,
        }],
    }
}

impl Behavior for RecordStart {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        context.assume(Assumption::RecordAttributes);
        Action::Do(Effect::StartRecording {
            tag: context.tag.map(Into::into),
            asr: self.asr.0,
        })
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, _outcome: Outcome) -> Action {
        context.assume(Assumption::SuccessReasons);
        Action::Done(Cow::Borrowed("record started"))
    }
}

impl Describe for RecordStart {
    fn traits(&self) -> Traits<'_> {
        Traits {
            is_instant: true,
            recording: Some(Recording::Starts),
            ..Traits::default()
        }
    }
}

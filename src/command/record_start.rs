//! `<RecordStart>`

use std::borrow::Cow;

use super::Example;
use crate::channel::{Act, Outcome, Recording, Run, Scene, Step, Traits};
use crate::fidelity::Assumption;
use crate::value::Flag;

command! {
    /// Begins to record the call; the flow goes on at once.
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

impl Run for RecordStart {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        scene.assume(Assumption::RecordAttributes);
        Step::Act(Act::StartRecording { tag: scene.tag.map(Into::into), asr: self.asr.0 })
    }

    fn told(&self, scene: &mut Scene<'_>, _outcome: Outcome) -> Step {
        scene.assume(Assumption::SuccessReasons);
        Step::Done(Cow::Borrowed("record started"))
    }

    fn traits(&self) -> Traits<'_> {
        Traits { is_instant: true, recording: Some(Recording::Starts), ..Traits::default() }
    }
}

//! `<RecordStop>`

use std::borrow::Cow;

use super::Example;
use crate::channel::{Act, Outcome, Recording, Run, Scene, Step, Traits};
use crate::fidelity::Assumption;

command! {
    /// Ends the recording with its tag, or every recording where it has none.
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

impl Run for RecordStop {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        scene.assume(Assumption::RecordAttributes);
        Step::Act(Act::StopRecording { tag: scene.tag.map(Into::into) })
    }

    fn told(&self, scene: &mut Scene<'_>, _outcome: Outcome) -> Step {
        scene.assume(Assumption::SuccessReasons);
        Step::Done(Cow::Borrowed("record stopped"))
    }

    fn traits(&self) -> Traits<'_> {
        Traits { is_instant: true, recording: Some(Recording::Needs), ..Traits::default() }
    }
}

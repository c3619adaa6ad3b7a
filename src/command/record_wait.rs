//! `<RecordWait>`

use super::record::awaited;
use super::Example;
use crate::channel::{Outcome, Recording, Run, Scene, Step, Traits};
use crate::fidelity::Assumption;
use crate::value::Millis;

command! {
    /// Waits until the recording with its tag, or every recording where it has none, is available.
    RecordWait {
        /// How long.
        timeout: Millis = Millis(30_000), Assumed, assumed(Assumption::RecordAttributes), seconds_below(200);
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

impl Run for RecordWait {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        scene.assume(Assumption::RecordAttributes);
        Step::AwaitRecording { tag: scene.tag.map(Into::into), at_most: self.timeout.0 }
    }

    fn told(&self, scene: &mut Scene<'_>, outcome: Outcome) -> Step {
        awaited(scene, &outcome)
    }

    fn traits(&self) -> Traits<'_> {
        Traits { recording: Some(Recording::Needs), ..Traits::default() }
    }
}

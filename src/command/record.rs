//! `<Record>`

use std::borrow::Cow;

use super::{Contains, Example, Gaps};
use crate::channel::{Act, Label, Outcome, Recording, Run, Scene, Step, Traits, timing};
use crate::fidelity::Assumption;
use crate::value::{Flag, Millis};

command! {
    /// Records the call while its children run.
    ///
    /// Its `tag` names the recording for Play. It gives no beep of its own: flows add a Tone.
    Record {
        /// Whether the recording is transcribed.
        asr: Flag = Flag(false), Observed;
        /// The wait for the recording, once it has ended. Not a limit of its length.
        timeout: Millis = Millis(30_000), Documented, seconds_below(200);
    }
    spec {
        page: "less-than-record-greater-than",
        contains: Contains::Commands,
        gaps: Gaps { into: timing::INTO_RECORD, after: timing::AFTER_COMMAND },
        examples: &[Example {
            title: "Voicemail of at most a minute",
            xml: r#"<Response><Say>Please leave a message.</Say><Record tag="voicemail"><Tone/><Pause length="60000" dtmf_stop="1"/></Record><Play record="voicemail"/></Response>"#,
        }],
    }
}

/// The stages of a recording.
const OPEN: u8 = 1;
const STOPPED: u8 = 2;
const AWAITED: u8 = 3;

impl Run for Record {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        Step::Act(Act::StartRecording {
            tag: scene.tag.map(Into::into),
            asr: self.asr.0,
        })
    }

    fn told(&self, scene: &mut Scene<'_>, outcome: Outcome) -> Step {
        let tag = scene.tag.map(Into::into);
        scene.progress.stage += 1;
        match scene.progress.stage {
            OPEN if scene.children.contains(&Label::Command) => Step::RunChildren { listen: false },
            OPEN => {
                scene.assume(Assumption::RecordEmpty);
                scene.assume(Assumption::SuccessReasons);
                Step::Done(Cow::Borrowed("record started"))
            }
            STOPPED => Step::Act(Act::StopRecording { tag }),
            AWAITED => Step::AwaitRecording { tag, at_most: self.timeout.0 },
            _ => awaited(scene, &outcome),
        }
    }

    fn traits(&self) -> Traits<'_> {
        Traits { recording: Some(Recording::Around), ..Traits::default() }
    }
}

/// What a wait for a recording makes of the command.
pub(super) fn awaited(scene: &mut Scene<'_>, outcome: &Outcome) -> Step {
    scene.assume(Assumption::RecordReady);
    match outcome {
        Outcome::TimedOut => {
            scene.assume(Assumption::FailureReasons);
            Step::Failed(Cow::Borrowed("record is not available"))
        }
        _ => {
            scene.assume(Assumption::SuccessReasons);
            Step::Done(Cow::Borrowed("record is available"))
        }
    }
}

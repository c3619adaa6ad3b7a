//! `<Error>`

use super::media::speech_time;
use super::{Contains, Example, Role, block};
use crate::channel::{Outcome, Run, Scene, Sound, Step};
use crate::fidelity::Assumption;
use crate::value::Flag;

command! {
    /// Runs when the command around it fails.
    ///
    /// It may stand inside any command, and may be empty.
    Error {
        /// Whether the reason of the failure is spoken first.
        say: Flag = Flag(false), Observed, also(&["play"]);
    }
    spec {
        page: "less-than-error-greater-than",
        role: Role::Handler,
        contains: Contains::Commands,
        examples: &[Example {
            title: "A fallback for a failed call",
            xml: r#"<Response><Dial><To>anna@sip.example.com</To><Error say="true"><Say>Please call again.</Say></Error></Dial></Response>"#,
        }],
    }
}

impl Run for Error {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        if !self.say.0 {
            return Step::RunChildren { listen: false };
        }
        scene.assume(Assumption::ErrorSay);
        scene.assume(Assumption::SpeechTime);
        Step::Hear {
            sound: Sound::Speech(scene.failure.into()),
            lasts: Some(speech_time(scene.failure)),
        }
    }

    fn told(&self, scene: &mut Scene<'_>, outcome: Outcome) -> Step {
        match outcome {
            Outcome::BlockEnded => block::ended(scene),
            _ => Step::RunChildren { listen: false },
        }
    }
}

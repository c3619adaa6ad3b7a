//! `<Error>`

use super::media::{self, speech_time};
use super::{Contains, Example, Role, block};
use crate::channel::{Heard, Outcome, Run, Scene, Sound, Step, Traits};
use crate::fidelity::Assumption;
use crate::value::{Flag, Leg};

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
        let lasts = Some(speech_time(scene.failure));
        media::hear(scene, Sound::Speech(scene.failure.into()), Leg::Both, lasts)
    }

    fn told(&self, scene: &mut Scene<'_>, outcome: Outcome) -> Step {
        match outcome {
            Outcome::BlockEnded => block::ended(scene),
            _ => Step::RunChildren { listen: false },
        }
    }

    fn traits(&self) -> Traits<'_> {
        let heard = if self.say.0 { Heard::Words } else { Heard::Nothing };
        Traits { heard, ..Traits::default() }
    }
}

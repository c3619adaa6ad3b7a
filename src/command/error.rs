//! `<Error>`

use super::media;
use super::speech::speech_time;
use super::traits::{Describe, Heard, Traits};
use super::{Contains, Example, Role, block};
use crate::channel::{Action, Behavior, CommandContext, Outcome, Sound};
use crate::fidelity::Assumption;
use crate::value::{Flag, Leg};

command! {
    /// Runs when the command around it fails.
    ///
    /// It is allowed inside any command, and may be empty.
    Error {
        /// Whether the reason of the failure is read out first.
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

impl Behavior for Error {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        if !self.say.0 {
            return block::run();
        }
        context.assume(Assumption::ErrorSay);
        context.assume(Assumption::SpeechTime);
        let lasts = Some(speech_time(context.failure));
        media::hear(
            context,
            Sound::Speech(context.failure.into()),
            Leg::Both,
            lasts,
        )
    }

    fn on_outcome(&self, _context: &mut CommandContext<'_>, _outcome: Outcome) -> Action {
        block::run()
    }
}

impl Describe for Error {
    fn traits(&self) -> Traits<'_> {
        let heard = if self.say.0 {
            Heard::Words
        } else {
            Heard::Nothing
        };
        Traits {
            heard,
            ..Traits::default()
        }
    }
}

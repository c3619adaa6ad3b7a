//! `<Answer>`

use std::borrow::Cow;

use super::Example;
use crate::channel::{Act, Effect, Outcome, Run, Scene, Step, Traits};
use crate::fidelity::Assumption;
use crate::value::Millis;

command! {
    /// Answers the call (SIP 200 OK).
    ///
    /// Needed only when the SIP Control App has `auto_answer` false.
    Answer {
        /// How long to wait before the next command. The page's prose says: before answering.
        delay: Option<Millis>, Documented, seconds_below(30);
    }
    spec {
        page: "less-than-answer-greater-than",
        examples: &[Example {
            title: "Ring for two seconds, then answer",
            xml: r#"<Response><Pause length="2000"/><Answer/><Say>Hello.</Say></Response>"#,
        }],
    }
}

/// Observed in 2022.
const ANSWERED: &str = "Call answered";

impl Run for Answer {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        if scene.facts.answered {
            scene.assume(Assumption::AnswerTwice);
            return Step::Done(Cow::Borrowed(ANSWERED));
        }
        Step::Act(Act::Answer)
    }

    fn told(&self, scene: &mut Scene<'_>, _outcome: Outcome) -> Step {
        match self.delay {
            Some(Millis(delay)) if scene.progress.stage == 0 => {
                scene.assume(Assumption::AnswerDelay);
                scene.progress.stage = 1;
                Step::Wait { at_most: delay, stop: "".into() }
            }
            _ => Step::Done(Cow::Borrowed(ANSWERED)),
        }
    }

    fn traits(&self) -> Traits<'_> {
        Traits { effect: Effect::Answers, is_instant: true, ..Traits::default() }
    }
}

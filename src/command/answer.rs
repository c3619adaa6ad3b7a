//! `<Answer>`

use std::borrow::Cow;

use super::Example;
use super::traits::{Describe, Impact, Traits};
use crate::channel::{Action, Behavior, CommandContext, Effect, Need, Outcome};
use crate::fidelity::{Assumption, Reading};
use crate::value::Millis;

command! {
    /// Answers the call (SIP 200 OK).
    ///
    /// Only needed if the SIP Control App has `auto_answer` false.
    Answer {
        /// How long to wait before the next command. (The text of the page says: before answering.)
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

impl Behavior for Answer {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        if context.answered {
            context.assume(Assumption::AnswerTwice);
            if context.is(Reading::AnswerTwiceFails) {
                context.assume(Assumption::FailureReasons);
                return Action::Failed(Cow::Borrowed("call is answered"));
            }
            return self.wait(context);
        }
        if context.is(Reading::AnswerDelayBefore) && self.delay.is_some() {
            return self.wait(context);
        }
        Action::Do(Effect::Answer)
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, _outcome: Outcome) -> Action {
        if !context.answered {
            return Action::Do(Effect::Answer);
        }
        self.wait(context)
    }
}

impl Answer {
    /// Lets the delay pass, and then ends.
    fn wait(&self, context: &mut CommandContext<'_>) -> Action {
        match self.delay {
            Some(Millis(delay)) if context.progress.stage == 0 => {
                context.assume(Assumption::AnswerDelay);
                context.progress.stage = 1;
                Action::Await(Need::Wait {
                    at_most: delay,
                    stop: "".into(),
                })
            }
            _ => Action::Done(Cow::Borrowed(ANSWERED)),
        }
    }
}

impl Describe for Answer {
    fn traits(&self) -> Traits<'_> {
        Traits {
            impact: Impact::Answers,
            is_instant: true,
            ..Traits::default()
        }
    }
}

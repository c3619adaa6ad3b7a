//! `<Pause>`

use std::borrow::Cow;

use super::Example;
use super::Written;
use super::traits::{Describe, Traits};
use crate::channel::{Action, Behavior, CommandContext, Need, Outcome};
use crate::fidelity::Assumption;
use crate::value::{Digits, Millis};

command! {
    /// Waits, in silence.
    Pause {
        /// How long.
        length: Millis = Millis(1000), Documented, seconds_below(100);
        /// Keys that end the pause early.
        dtmf_stop: Option<Digits>, Documented;
    }
    spec {
        page: "less-than-pause-greater-than",
        examples: &[Example {
            title: "Ten seconds, or until a key",
            xml: r#"<Response><Say>Press any key.</Say><Pause length="10000" dtmf_stop="0123456789*"/><Say>Thank you.</Say></Response>"#,
        }],
    }
}

const STOPPED: &str = "pause stopped by dtmf '";

impl Behavior for Pause {
    fn begin(&self, _scene: &mut CommandContext<'_>) -> Action {
        let stop = self
            .dtmf_stop
            .as_ref()
            .map_or_else(Box::default, |keys| keys.0.clone());
        Action::Await(Need::Wait {
            at_most: self.length.0,
            stop,
        })
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, outcome: Outcome) -> Action {
        context.assume(Assumption::SuccessReasons);
        Action::Done(match outcome {
            Outcome::Key(key) => Cow::Owned(format!("{STOPPED}{key}'")),
            _ => Cow::Borrowed("pause ended"),
        })
    }

    fn is_prompt(&self) -> bool {
        true
    }
}

impl Describe for Pause {
    fn traits(&self) -> Traits<'_> {
        Traits {
            is_instant: self.length.0 == 0,
            waits: Some(self.length.0),
            is_stopped_by_keys: self
                .dtmf_stop
                .as_ref()
                .is_some_and(|keys| !keys.0.is_empty()),
            ..Traits::default()
        }
    }
}

/// A silence of so many milliseconds.
pub(crate) fn silence(length: u64) -> Written {
    Written::new(Pause::SPEC.name).with("length", length.to_string())
}

//! `<Pause>`

use std::borrow::Cow;

use super::Example;
use crate::channel::{Course, Outcome, Run, Scene, Step, Traits};
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

impl Run for Pause {
    fn begin(&self, _scene: &mut Scene<'_>) -> Step {
        let stop = self.dtmf_stop.as_ref().map_or_else(Box::default, |keys| keys.0.clone());
        Step::Wait { at_most: self.length.0, stop }
    }

    fn told(&self, scene: &mut Scene<'_>, outcome: Outcome) -> Step {
        scene.assume(Assumption::SuccessReasons);
        Step::Done(match outcome {
            Outcome::Key(key) => Cow::Owned(format!("{STOPPED}{key}'")),
            _ => Cow::Borrowed("pause ended"),
        })
    }

    fn key(&self, _scene: &mut Scene<'_>, course: &Course<'_>) -> Option<(u64, char)> {
        let key = course.reason?.strip_prefix(STOPPED)?.chars().next()?;
        Some((course.left, key))
    }

    fn traits(&self) -> Traits<'_> {
        Traits { is_instant: self.length.0 == 0, ..Traits::default() }
    }
}

//! `<Case>`

use super::{Contains, Example, Role, block};
use crate::channel::{Label, Outcome, Run, Scene, Step};
use crate::value::Digits;

command! {
    /// A branch of the older dialect: runs when its digits were pressed.
    Case {
        /// The digits that choose it.
        dtmf: Digits, Example;
    }
    spec {
        role: Role::Case,
        complete: false,
        contains: Contains::Commands,
        examples: &[Example {
            title: "A branch for key 1",
            xml: r#"<Response><Gather numDigits="1"><Say>Press one.</Say><Switch><Case dtmf="1"><Say>Thank you.</Say></Case></Switch><Error/></Gather></Response>"#,
        }],
    }
}

impl Run for Case {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        block::begin(scene)
    }

    fn told(&self, scene: &mut Scene<'_>, _outcome: Outcome) -> Step {
        block::ended(scene)
    }

    fn label(&self) -> Label<'_> {
        Label::Code(&self.dtmf.0)
    }
}

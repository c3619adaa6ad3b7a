//! `<DTMF>`

use super::{Contains, Example, Role, block};
use crate::channel::{Label, Outcome, Run, Scene, Step};
use crate::value::Digits;

command! {
    /// A branch of a Gather: runs when its digits were pressed.
    DTMF {
        /// The digits that choose it.
        value: Digits, Example;
    }
    spec {
        page: "less-than-callback-greater-than",
        role: Role::Branch,
        complete: false,
        contains: Contains::Commands,
        examples: &[Example {
            title: "A branch for key 1",
            xml: r#"<Response><Say>Press one.</Say><Gather dtmf_length="1"><DTMF value="1"><Say>Thank you.</Say></DTMF><Error/></Gather></Response>"#,
        }],
    }
}

impl Run for DTMF {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        block::begin(scene)
    }

    fn told(&self, scene: &mut Scene<'_>, _outcome: Outcome) -> Step {
        block::ended(scene)
    }

    fn label(&self) -> Label<'_> {
        Label::Code(&self.value.0)
    }
}

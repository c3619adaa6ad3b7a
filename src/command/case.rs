//! `<Case>`

use super::traits::Describe;
use super::{Contains, Example, Role, block};
use crate::channel::{Action, Behavior, CommandContext, Label};
use crate::value::Digits;

command! {
    /// A branch of the older dialect: runs if its digits were pressed.
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

impl Behavior for Case {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        block::begin(context)
    }

    fn label(&self) -> Label<'_> {
        Label::Code(&self.dtmf.0)
    }
}

impl Describe for Case {}

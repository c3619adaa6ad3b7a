//! `<DTMF>`

use super::Written;
use super::traits::Describe;
use super::{Contains, Example, Role, block};
use crate::channel::{Action, Behavior, CommandContext, Label};
use crate::value::Digits;

command! {
    /// A branch of a Gather: runs if its digits were pressed.
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

impl Behavior for DTMF {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        block::begin(context)
    }

    fn label(&self) -> Label<'_> {
        Label::Code(&self.value.0)
    }
}

impl Describe for DTMF {}

/// A branch for these keys, with nothing in it.
pub(super) fn branch(keys: &str) -> Written {
    Written::new(DTMF::SPEC.name).with("value", keys)
}

//! `<Default>`

use super::traits::Describe;
use super::{Contains, Example, Role, block};
use crate::channel::{Action, Behavior, CommandContext, Label};

command! {
    /// The branch of a Gather for all other digits.
    ///
    /// In the example of the Gather page, its text is about "no input", which contradicts its own
    /// page.
    Default {

    }
    spec {
        page: "less-than-default-greater-than",
        role: Role::Otherwise,
        contains: Contains::Commands,
        examples: &[Example {
            title: "Any other key",
            xml: r#"<Response><Gather dtmf_length="1"><DTMF value="1"><Say>Thank you.</Say></DTMF><Default><Say>No such choice.</Say></Default><Error><Say>Goodbye.</Say></Error></Gather></Response>"#,
        }],
    }
}

impl Behavior for Default {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        block::begin(context)
    }

    fn label(&self) -> Label<'_> {
        Label::NoMatch
    }
}

impl Describe for Default {}

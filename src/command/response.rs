//! `<Response>`

use super::Written;
use super::traits::Describe;
use super::{Contains, Example, Role};
use crate::channel::Behavior;

command! {
    /// The root of a call flow.
    ///
    /// It has no log entry and is not part of a path (observed).
    Response {}
    spec {
        tag: false,
        role: Role::Root,
        contains: Contains::Commands,
        examples: &[Example {
            title: "The shortest greeting",
            xml: r#"<Response><Say>Hello.</Say></Response>"#,
        }],
    }
}

impl Behavior for Response {}

impl Describe for Response {}

/// A flow of these commands.
pub(crate) fn flow(commands: Vec<Written>) -> Written {
    Written::new(Response::SPEC.name).holding(commands)
}

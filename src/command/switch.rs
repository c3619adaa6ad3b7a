//! `<Switch>`

use super::traits::Describe;
use super::{Contains, Example, Role};
use crate::channel::Behavior;

command! {
    /// Holds the branches of a Gather in the older dialect.
    Switch {}
    spec {
        complete: false,
        role: Role::Group,
        instead: Some(Role::Branch),
        contains: Contains::Cases,
        examples: &[Example {
            title: "A menu in the older dialect",
            xml: r#"<Response><Gather numDigits="1" attempts="2"><Say>Press one.</Say><Switch><Case dtmf="1"><Say>Thank you.</Say></Case><Default><Say>No such choice.</Say></Default><Error><Say>Goodbye.</Say></Error></Switch></Gather></Response>"#,
        }],
    }
}

impl Behavior for Switch {}

impl Describe for Switch {}

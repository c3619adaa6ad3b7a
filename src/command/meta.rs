//! `<Meta>`

use super::traits::Describe;
use super::{Command, Example, Role};
use crate::channel::Behavior;
use crate::value::{Scalar, Text};

command! {
    /// A key and a value for the command around it, sent to its callback URL.
    Meta {
        /// The key.
        name: Text, Documented;
        /// The value; its type follows from its text.
        value: Scalar, Documented, content;
    }
    spec {
        page: "less-than-meta-greater-than",
        tag: false,
        role: Role::Meta,
        examples: &[Example {
            title: "Say which campaign a tone belongs to",
            xml: r#"<Response><Tone><Meta name="campaign" value="7"/><Meta name="note">first tone</Meta></Tone></Response>"#,
        }],
    }
}

impl Behavior for Meta {}

impl Describe for Meta {}

impl Command {
    /// The key and the value that the command adds to the `meta` of the command around it.
    pub fn meta(&self) -> Option<(&str, &Scalar)> {
        match self {
            Self::Meta(meta) => Some((&meta.name.0, &meta.value)),
            _ => None,
        }
    }
}

//! `<Number>`

use super::{Example, Role};
use crate::channel::{DestinationKind, Label, Run};
use crate::value::Address;

command! {
    /// Where a Dial goes, in the older dialect: a phone number.
    Number {
        /// The destination: a SIP address, or a number.
        destination: Address, Older, content;
    }
    validate {
        |number, reading| super::destination::must_be(DestinationKind::Number, &number.destination, reading)
    }
    compiled {
        r#type: |to, _| Some(super::destination::kind(&to.destination));
        destination_name: |to, _| Some(to.destination.0.name.clone());
        destination_addr: |to, _| to.destination.0.host.clone();
        destination_port: |to, _| to.destination.0.port;
    }
    spec {
        tag: false,
        role: Role::Destination,
        instead: Some(Role::Destination),
        complete: false,
        examples: &[Example {
            title: "A number in the older dialect",
            xml: r#"<Response><Dial><Number>12025550143</Number><Error/></Dial></Response>"#,
        }],
    }
}

impl Run for Number {
    fn label(&self) -> Label<'_> {
        Label::Destination(&self.destination.0)
    }
}

//! `<Number>`

use super::traits::Describe;
use super::{Example, Role};
use crate::channel::{Behavior, Label};
use crate::value::PhoneNumber;

command! {
    /// A destination of a Dial in the older dialect: a phone number.
    Number {
        /// The destination: a phone number.
        destination: PhoneNumber, Older, content;
    }
    compiled {
        /// `sip` or `number`.
        r#type: |to, _| Some(super::destination::kind(&to.destination.0));
        /// The user part of a SIP address, or the digits of a number.
        destination_name: |to, _| Some(to.destination.0.name().to_owned());
        /// The host of a SIP address.
        destination_addr: |to, _| to.destination.0.host().map(str::to_owned);
        /// The port of a SIP address. Default: 5060.
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

impl Behavior for Number {
    fn label(&self) -> Label<'_> {
        Label::Destination(&self.destination.0)
    }
}

impl Describe for Number {}

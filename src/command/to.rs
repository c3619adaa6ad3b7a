//! `<To>`

use super::traits::Describe;
use super::{Example, Role};
use crate::channel::{Behavior, Label};
use crate::value::Address;

command! {
    /// A destination of a Dial: a SIP address or a number, as attribute or as text.
    ///
    /// It is compiled but has no log entry of its own (observed).
    To {
        /// The destination: a SIP address, or a number.
        destination: Address, Observed, content;
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
        page: "less-than-dial-greater-than",
        complete: false,
        examples: &[Example {
            title: "Both forms",
            xml: r#"<Response><Dial><To destination="anna@sip.example.com"/><To>12025550143</To><Error/></Dial></Response>"#,
        }],
    }
}

impl Behavior for To {
    fn label(&self) -> Label<'_> {
        Label::Destination(&self.destination.0)
    }
}

impl Describe for To {}

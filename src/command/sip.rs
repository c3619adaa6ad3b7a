//! `<Sip>`

use super::traits::Describe;
use super::{Example, Role};
use crate::channel::{Behavior, Label};
use crate::value::SipAddress;

command! {
    /// A destination of a Dial in the older dialect: a SIP address.
    Sip {
        /// The destination: a SIP address.
        destination: SipAddress, Older, content;
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
            title: "A SIP address in the older dialect",
            xml: r#"<Response><Dial><Sip>anna@sip.example.com:5080</Sip><Error/></Dial></Response>"#,
        }],
    }
}

impl Behavior for Sip {
    fn label(&self) -> Label<'_> {
        Label::Destination(&self.destination.0)
    }
}

impl Describe for Sip {}

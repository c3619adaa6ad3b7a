//! `<Sip>`

use super::{Example, Role};
use crate::channel::{DestinationKind, Label, Run};
use crate::value::Address;

command! {
    /// Where a Dial goes, in the older dialect: a SIP address.
    Sip {
        /// The destination: a SIP address, or a number.
        destination: Address, Older, content;
    }
    validate {
        |sip, reading| super::destination::must_be(DestinationKind::Sip, &sip.destination, reading)
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
            title: "A SIP address in the older dialect",
            xml: r#"<Response><Dial><Sip>anna@sip.example.com:5080</Sip><Error/></Dial></Response>"#,
        }],
    }
}

impl Run for Sip {
    fn label(&self) -> Label<'_> {
        Label::Destination(&self.destination.0)
    }
}

//! What the destinations have in common.

use super::Reading;
use super::reading::INVALID_VALUE;
use crate::channel::DestinationKind;
use crate::diagnostic::Diagnostic;
use crate::value::Address;

/// The word for a kind of destination in compiled JSON (`sip` was observed).
pub(super) fn kind(address: &Address) -> &'static str {
    match address.0.kind {
        DestinationKind::Sip => "sip",
        DestinationKind::Number => "number",
    }
}

/// Reports a destination of the other kind.
pub(super) fn must_be(kind: DestinationKind, address: &Address, reading: &mut Reading<'_>) {
    if address.0.kind == kind {
        return;
    }
    let expected = match kind {
        DestinationKind::Sip => "expected a SIP address, such as user@host",
        DestinationKind::Number => "expected a phone number, such as 12223334455",
    };
    let message = format!("`{}` is a destination of another kind", address.0.text);
    let place = reading.place();
    reading.report(Diagnostic::error(INVALID_VALUE, place, message).label(expected));
}

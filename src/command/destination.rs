//! What the destinations have in common.

use crate::channel::{Destination, DestinationKind};

/// The word for a kind of destination in compiled JSON (`sip` was observed).
pub(super) fn kind(destination: &Destination) -> &'static str {
    match destination.kind {
        DestinationKind::Sip => "sip",
        DestinationKind::Number => "number",
    }
}

//! `<Reject>`

use super::Role;
use super::traits::Describe;
use crate::channel::Behavior;

command! {
    /// A name of the 2021 schema that nothing documents: recognised, reported, and not executed.
    Reject {}
    spec {
        complete: false,
        role: Role::Unsupported,
    }
}

impl Behavior for Reject {}

impl Describe for Reject {}

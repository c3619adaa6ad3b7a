//! `<Reject>`

use super::Role;
use super::traits::Describe;
use crate::channel::Behavior;

command! {
    /// Listed in the platform's schema of 2021, but not documented.
    Reject {}
    spec {
        complete: false,
        role: Role::Unsupported,
    }
}

impl Behavior for Reject {}

impl Describe for Reject {}

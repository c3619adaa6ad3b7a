//! `<Redirect>`

use super::Role;
use super::traits::Describe;
use crate::channel::Behavior;

command! {
    /// Listed in the platform's schema of 2021, but not documented.
    Redirect {}
    spec {
        complete: false,
        role: Role::Unsupported,
    }
}

impl Behavior for Redirect {}

impl Describe for Redirect {}

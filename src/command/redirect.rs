//! `<Redirect>`

use super::Role;
use crate::channel::Run;

command! {
    /// A name of the 2021 schema that nothing documents: recognised, reported, and not executed.
    Redirect {}
    spec {
        complete: false,
        role: Role::Unsupported,
    }
}

impl Run for Redirect {}

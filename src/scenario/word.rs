//! Values that are one of a few words.

use crate::channel::{FetchError, Method};
use crate::flow::EntryState;
use crate::table::words;

/// How well a caller's carrier vouches for the caller's number (STIR/SHAKEN).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attestation {
    /// The customer is known and may use the number.
    Full,
    /// The customer is known, the number is not.
    Partial,
    /// Only the place where the call came in is known.
    Gateway,
}

words! {
    Method, "an HTTP method" {
        Get = "GET",
        Post = "POST",
        Patch = "PATCH",
        Delete = "DELETE",
    }

    FetchError, "a way in which a request can fail" {
        Timeout = "timeout",
        Refused = "refused",
        Dns = "dns",
        Tls = "tls",
        Redirects = "redirects",
    }

    Attestation, "an attestation level" {
        Full = "A",
        Partial = "B",
        Gateway = "C",
    }

    EntryState, "the state of a log entry" {
        Queued = "queued",
        Success = "success",
        Failed = "failed",
    }
}

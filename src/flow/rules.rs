//! What can be wrong with a flow's shape.

use crate::diagnostic::{Rule, Severity};

/// Declares the rules of this room: constant, severity, summary; the page stands beside.
macro_rules! rules {
    ($($name:ident $id:literal $severity:ident $summary:literal)+) => {
        $(pub(super) const $name: &str = $id;)+

        /// The rules of this room.
        pub const RULES: &[Rule] = &[$(Rule {
            id: $id,
            severity: Severity::$severity,
            summary: $summary,
            page: include_str!(concat!("rules/", $id, ".md")),
        },)+];
    };
}

rules! {
    UNKNOWN_ELEMENT "unknown-element" Error "an element that the language does not have"
    MISPLACED_ELEMENT "misplaced-element" Error "an element in the wrong place"
    MISSING_DESTINATION "missing-destination" Error "a dial without a destination"
    MISSING_RESPONSE "missing-response" Warning "a flow without Response around it"
    UNSUPPORTED_ELEMENT "unsupported-element" Warning "an element that is not documented"
    STRAY_TEXT "stray-text" Warning "text where it is ignored"
    DUPLICATE_META "duplicate-meta" Error "a meta key that is given twice"
    TOO_MANY "too-many" Error "more errors than are shown"
    TOO_LARGE "too-large" Error "a flow that is too large to be simulated"
}

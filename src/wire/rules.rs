//! The rules for published events, with their manual pages.

use crate::diagnostic::{Rule, Severity};

/// All rules of this room.
pub const RULES: &[Rule] = &[SYNTAX, SHAPE];

/// The document is not JSON.
pub(super) const SYNTAX: Rule = Rule {
    id: "event-syntax",
    severity: Severity::Error,
    summary: "the event is not valid JSON",
    page: r#"Reports the first place in a document, or in each line of a log of events, that is not valid JSON: for
example a truncated document, a string without its end, or bytes that are not UTF-8. In a file that was
compressed with gzip, it reports where the compressed data is damaged or ends too soon, and data that is
not gzip.

Everything before that place is read.

## Why

It is not known what is missing.

## Example

```json
{"type": "call_state", "call": {"uuid": "c7aa8c03
```

Use the complete document instead, as the platform sent it.
"#,
};

/// The document is JSON, but no event.
pub(super) const SHAPE: Rule = Rule {
    id: "event-shape",
    severity: Severity::Error,
    summary: "the document is not an event, or a part of it has the wrong type",
    page: r#"Reports a document that is not an event: neither an object with a `type`, nor a list of such objects.
Also reports values whose type differs from published events, such as a number instead of a time.

The rest of the event is read. Unknown keys are ignored.

## Why

The explanation of the call may be wrong or incomplete.

## Example

```json
{"type": "call_state", "call": {"uuid": 7}}
```

Use an event instead, as the platform sent it.
"#,
};

//! The rules for published events, with their manual pages.

use crate::diagnostic::{Rule, Severity};

/// All rules of this room.
pub const RULES: &[Rule] = &[SYNTAX, SHAPE];

/// The document is not JSON.
pub(super) const SYNTAX: Rule = Rule {
    id: "event-syntax",
    severity: Severity::Error,
    summary: "The event is no well-formed JSON",
    page: r#"## What it does

Reports the first place of a document, or of each line of a log of events, at which it is no JSON: a
document that was cut, a text without its end, bytes that are no UTF-8. Of a file that was compressed with
gzip, it reports where the compressed text is damaged or ends too soon, and what is not gzip in it.

What stood whole before that place is read all the same.

## Why is this bad

Nobody can say what was lost.

## Example

```json
{"type": "call_state", "call": {"uuid": "c7aa8c03
```

Use instead the whole document, as the platform sent it.
"#,
};

/// The document is JSON, but no event.
pub(super) const SHAPE: Rule = Rule {
    id: "event-shape",
    severity: Severity::Error,
    summary: "The document is no event, or a part of it is of another kind than in every event known",
    page: r#"## What it does

Reports a document that is no event: neither an object with a `type`, nor a list of such; and values
of another kind than those of published events, such as a number where an instant should stand.

The rest of the event is read. Keys that are not known are passed over.

## Why is this bad

What is told of the call may be wrong or not whole.

## Example

```json
{"type": "call_state", "call": {"uuid": 7}}
```

Use instead an event as the platform sent it.
"#,
};

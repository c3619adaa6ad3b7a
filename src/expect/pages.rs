//! The rules of expectations, for `callflow rule`.

use crate::diagnostic::{Rule, Severity};

/// An expectation that does not hold.
pub(super) const FAILED: &str = "expectation";

/// A rule of a scenario that no call used.
pub(super) const UNUSED: &str = "expectation-unused";

/// A part of a flow that no tested call came to.
pub(super) const UNCOVERED: &str = "uncovered";

/// The rules of this room.
pub const RULES: &[Rule] = &[
    Rule {
        id: FAILED,
        severity: Severity::Error,
        summary: "a call differs from what its scenario expects",
        page: "\
`callflow test` runs each scenario that has an `[expect]` and compares the call with it; `callflow run`
does the same. Only what is in `[expect]` is compared.

```toml
[expect]
cause = \"NORMAL_CLEARING\"
ended_by = \"caller\"
ran = [\"Dial[0]\", \"...\", \"#voicemail\"]
hears = [\"Nobody answered*\", \"tone 500 Hz\"]
```

Either the flow is wrong, or the expectation is out of date: then change it, or let `callflow test
--update` rewrite the lists.
",
    },
    Rule {
        id: UNUSED,
        severity: Severity::Error,
        summary: "a rule or key of a scenario was not used in its test",
        page: "\
A rule that matched nothing is a warning in `callflow run`. In `callflow test` it is a failure, because
the test does not test what it was written for: the number is not dialled any more, the menu is not
reached any more, or the pattern is misspelt. If a file has several cases, a rule of the file itself only
fails if no case used it.

```toml
[[dial]]
to = \"ana@*\"                 # the flow dials anna@…
cause = \"USER_BUSY\"
```

Keys that are lost also fail the test, unless their `[[press]]` has `heard = false`.
",
    },
    Rule {
        id: UNCOVERED,
        severity: Severity::Info,
        summary: "a command, a branch or an outcome that no test reached",
        page: "\
`callflow test --coverage` lists it, and `--min-coverage` counts it: a command that never ran, an Error
block or a branch that was never taken, a filter that all calls or no calls matched, a Dial or a request
that never had one of its outcomes.

To exclude a command from coverage, put this comment on the line before it:

```xml
<Response>
  <Hangup/>
  <!-- callflow: ignore uncovered -->
  <Say>Never heard.</Say>
</Response>
```
",
    },
];

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
        summary: "a call went otherwise than its scenario expects",
        page: "\
`callflow test` plays each call that has an `[expect]` and compares it with what is written there;
`callflow run` does so too. Nothing else of the call is compared.

```toml
[expect]
cause = \"NORMAL_CLEARING\"
ended_by = \"caller\"
ran = [\"Dial[0]\", \"...\", \"#voicemail\"]
hears = [\"Nobody answered*\", \"tone 500 Hz\"]
```

Either the flow is wrong, or the expectation is no longer what is wanted: then write what is, or let
`callflow test --update` rewrite the lists.
",
    },
    Rule {
        id: UNUSED,
        severity: Severity::Error,
        summary: "a tested call never came to an answer that its scenario has for it",
        page: "\
A rule that matched nothing is a warning in `callflow run`. In `callflow test` it is a failure, since
the test does not try what it was written for: the number is no longer dialled, the menu listens no
longer, or the pattern has a slip. Of a file with several cases, a rule of the file itself fails only
where no case used it.

```toml
[[dial]]
to = \"ana@*\"                 # the flow dials anna@…
cause = \"USER_BUSY\"
```

Keys that nobody heard fail too, unless their `[[press]]` has `heard = false`.
",
    },
    Rule {
        id: UNCOVERED,
        severity: Severity::Info,
        summary: "a command, a branch or an outcome that no tested call came to",
        page: "\
`callflow test --coverage` names it, and `--min-coverage` counts it: a command that never ran, an Error
block or a branch that was never taken, a filter that every call or none passed, a Dial or a fetch that
never came to one of its outcomes.

What no call can come to, or need not, is said in the flow, in the line before:

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

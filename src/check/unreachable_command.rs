//! A command that nothing can reach.

use super::scope::{Scope, is_choice};
use super::{Check, Needs};
use crate::diagnostic::{Diagnostic, Rule, Severity};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        id: "unreachable-command",
        severity: Severity::Warning,
        summary: "a command behind the end of the call",
        page: r#"A command behind one that ends the call, in the same block.

## Why

It never runs.

## Example

```xml
<Response>
  <Say>Goodbye.</Say>
  <Hangup/>
  <Say>Are you still there?</Say>
</Response>
```

## Use instead

```xml
<Response>
  <Say>Are you still there?</Say>
  <Say>Goodbye.</Say>
  <Hangup/>
</Response>
```
"#,
    },
    needs: Needs::Tree,
    run,
};

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for place in &scope.places {
        if is_choice(place.spec().role) {
            continue;
        }
        let Some(before) = scope.before(place) else {
            continue;
        };
        if before.traits.ends_call {
            findings.push(
                CHECK
                    .at(place.name_span(), "nothing can reach this command")
                    .label("never runs")
                    .also(before.name_span(), "the call ends here"),
            );
        }
    }
}

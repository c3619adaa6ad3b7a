//! A sound that is played no times.

use super::scope::Scope;
use super::{Check, Needs};
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::value::Count;

pub(super) const CHECK: Check = Check {
    rule: Rule {
        id: "loop-zero",
        severity: Severity::Warning,
        summary: "a sound that is played 0 times",
        page: r#"A `loop` of 0.

## Why

Nothing is played. In TwiML 0 means for ever; here it is a plain number of times.

## Example

```xml
<Response>
  <Say loop="0">Please hold.</Say>
</Response>
```

## Use instead

```xml
<Response>
  <Say loop="10">Please hold.</Say>
</Response>
```
"#,
    },
    needs: Needs::Values,
    run,
};

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (given, Count(times)) in scope.values::<Count>() {
        if times == 0 {
            let message = format!("{} is played 0 times", given.command.name);
            findings.push(
                CHECK
                    .at(given.span, message)
                    .help("write how often it is to be heard, or delete the command")
                    .note("in TwiML 0 means for ever; Opentact XML knows no such value"),
            );
        }
    }
}

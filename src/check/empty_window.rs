//! A time window in which nothing happens.

use super::scope::Scope;
use super::{Check, Needs};
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::value::Window;

pub(super) const CHECK: Check = Check {
    rule: Rule {
        id: "empty-window",
        severity: Severity::Warning,
        summary: "a time window that is empty",
        page: r#"A window of the day that closes when it opens.

## Why

Its commands never run. A whole day is written by leaving `time` out.

## Example

```xml
<Response>
  <Schedule time="00:00:00-00:00:00"><Say>We are open day and night.</Say></Schedule>
</Response>
```

## Use instead

```xml
<Response>
  <Schedule><Say>We are open day and night.</Say></Schedule>
</Response>
```
"#,
    },
    needs: Needs::Values,
    run,
};

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (given, window) in scope.values::<Window>() {
        if window.from == window.to {
            findings.push(
                CHECK
                    .at(given.span, "this time window is empty")
                    .label("closes when it opens")
                    .help(format!(
                        "for the whole day leave `{}` out",
                        given.attribute.name
                    )),
            );
        }
    }
}

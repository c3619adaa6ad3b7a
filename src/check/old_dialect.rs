//! A form of the older dialect.

use super::scope::Scope;
use super::{Check, Needs};
use crate::diagnostic::{Diagnostic, Rule, Safety, Severity};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        id: "old-dialect",
        severity: Severity::Info,
        summary: "a form that only older pages show",
        page: r#"An element or attribute that the older pages show, and for which the current pages have another.

## Why

Nothing says whether the platform still takes the older form.

## Example

```xml
<Response>
  <Gather numDigits="1"><DTMF value="1"><Say>Sales.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
</Response>
```

## Use instead

```xml
<Response>
  <Gather dtmf_length="1"><DTMF value="1"><Say>Sales.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
</Response>
```
"#,
    },
    needs: Needs::Values,
    run,
};

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    const NOTE: &str = "nothing says whether the platform still takes it";
    for place in &scope.places {
        if let Some(instead) = place.spec().instead {
            let message = format!("{} belongs to an older dialect", place.name());
            let finding = CHECK.at(place.name_span(), message);
            findings.push(finding.note(NOTE).help(instead));
        }
    }
    for given in &scope.given {
        if let Some(instead) = given.attribute.instead {
            let name = given.attribute.name;
            let message = format!("`{name}` belongs to an older dialect");
            let finding = CHECK.at(given.name_span, message).note(NOTE);
            findings.push(finding.fix(
                Safety::Unsafe,
                format!("write `{instead}`"),
                given.name_span,
                instead,
            ));
        }
    }
}

//! A filter that compares as text what was meant as a pattern.

use super::scope::Scope;
use crate::command::Lookalike;
use crate::diagnostic::Diagnostic;

rule! {
    /// A Call filter whose value is a list, a pattern or a formatted phone number, or whose field
    /// does not occur in published calls.
    ///
    /// ## Why
    ///
    /// The value is compared as plain text: there is no caller called `+1202*`, and a call does not
    /// come from two numbers. The numbers of calls are `+` and digits, so a call does not come from
    /// `(202) 555-0143` or from `0012025550143`. A field that calls do not have only matches null.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Call field="from" value="+12025550143,+12025550144"><Say>Hello, you two.</Say></Call>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Call field="from" value="+12025550143"><Say>Hello, you two.</Say></Call>
    ///   <Call field="from" value="+12025550144"><Say>Hello, you two.</Say></Call>
    /// </Response>
    /// ```
    "call-as-text" Warning Values "a filter whose list, pattern or formatted number is compared as plain text"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for place in &scope.places {
        let Some(compares) = place.traits.compares else {
            continue;
        };
        if !compares.is_published {
            let (attribute, field) = compares.field;
            findings.push(
                CHECK
                    .info(
                        place.value_span(attribute),
                        format!("published calls do not have a field `{field}`"),
                    )
                    .help("use a field such as `from` or `to`"),
            );
        }
        let (attribute, is_pattern) = compares.value;
        if let Some(pattern) = is_pattern {
            findings.push(
                CHECK
                    .at(
                        place.value_span(attribute),
                        "this value is compared as plain text",
                    )
                    .label(match pattern {
                        Lookalike::List => "the field of a call is one value, not a list",
                        Lookalike::Mask => "patterns are not supported here",
                        Lookalike::NumberForm => "the numbers of calls do not have this form",
                    })
                    .help(match pattern {
                        Lookalike::List | Lookalike::Mask => {
                            format!("write a {} for each value", place.name())
                        }
                        Lookalike::NumberForm => {
                            "write `+`, the country code and the digits, such as `+12025550143`"
                                .to_owned()
                        }
                    }),
            );
        }
    }
}

//! A filter that compares as text what was meant as a pattern.

use super::scope::Scope;
use crate::command::Lookalike;
use crate::diagnostic::Diagnostic;

rule! {
    /// A Call filter with a list, a mask or a formatted phone number in its value, or with a field that
    /// no published call has.
    ///
    /// ## Why
    ///
    /// The value is compared as it stands: no call comes from `+1202*`, and none from two numbers. The
    /// numbers of calls are `+` and digits, so no call comes from `(202) 555-0143` or from `0012025550143`.
    /// A field that no call has matches null only.
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
    "call-as-text" Warning Values "a filter whose list, mask or formatted number is compared as text"
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
                        format!("no published call has a field `{field}`"),
                    )
                    .help("fields such as `from` and `to` are compared"),
            );
        }
        let (attribute, is_pattern) = compares.value;
        if let Some(pattern) = is_pattern {
            findings.push(
                CHECK
                    .at(
                        place.value_span(attribute),
                        "this value is compared as it stands",
                    )
                    .label(match pattern {
                        Lookalike::List => "no call has a list here",
                        Lookalike::Mask => "a mask means nothing here",
                        Lookalike::NumberForm => "no call has a number in this form",
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

//! A time window of one second.

use super::scope::Scope;
use crate::diagnostic::Diagnostic;
use crate::value::Window;

rule! {
    /// A time window whose end is its beginning: it lasts one second.
    ///
    /// ## Why
    ///
    /// Its commands almost never run. For a whole day, leave `time` out.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Schedule time="00:00:00-00:00:00"><Say>We are open day and night.</Say></Schedule>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Schedule><Say>We are open day and night.</Say></Schedule>
    /// </Response>
    /// ```
    "empty-window" Warning Values "a time window of one second"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (given, window) in scope.values::<Window>() {
        if window.from == window.to {
            findings.push(
                CHECK
                    .at(given.span(), "this time window lasts one second")
                    .label("it ends in the second in which it begins")
                    .help(format!(
                        "for the whole day leave `{}` out",
                        given.attribute().name
                    )),
            );
        }
    }
}

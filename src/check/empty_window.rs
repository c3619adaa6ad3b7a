//! A time window in which nothing happens.

use super::scope::Scope;
use crate::diagnostic::Diagnostic;
use crate::value::Window;

rule! {
    /// A window of the day that closes when it opens.
    ///
    /// ## Why
    ///
    /// Its commands never run. A whole day is written by leaving `time` out.
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
    "empty-window" Warning Values "a time window that is empty"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (given, window) in scope.values::<Window>() {
        if window.from == window.to {
            findings.push(
                CHECK
                    .at(given.span(), "this time window is empty")
                    .label("closes when it opens")
                    .help(format!(
                        "for the whole day leave `{}` out",
                        given.attribute().name
                    )),
            );
        }
    }
}

//! A command that nothing can reach.

use super::scope::{Scope, is_choice};
use crate::command::Impact;
use crate::diagnostic::Diagnostic;

rule! {
    /// A command after one that ends the call, in the same block.
    ///
    /// ## Why
    ///
    /// It never runs.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Goodbye.</Say>
    ///   <Hangup/>
    ///   <Say>Are you still there?</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Are you still there?</Say>
    ///   <Say>Goodbye.</Say>
    ///   <Hangup/>
    /// </Response>
    /// ```
    "unreachable-command" Warning Tree "a command after the end of the call"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    let last = scope.places.iter();
    for last in last.filter(|place| place.traits.impact == Impact::EndsCall) {
        let behind = scope.behind(last);
        if let Some(behind) = behind.filter(|place| !is_choice(place.spec().role)) {
            findings.push(
                CHECK
                    .at(behind.name_span(), "this command is never reached")
                    .label("never runs")
                    .also(last.name_span(), "the call ends here"),
            );
        }
    }
}

//! A command that nothing can reach.

use super::scope::{Scope, is_choice};
use crate::channel::Effect;
use crate::diagnostic::Diagnostic;

rule! {
    /// A command behind one that ends the call, in the same block.
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
    "unreachable-command" Warning Tree "a command behind the end of the call"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for place in &scope.places {
        if is_choice(place.spec().role) {
            continue;
        }
        let Some(before) = scope.before(place) else {
            continue;
        };
        if before.traits.effect == Effect::EndsCall {
            findings.push(
                CHECK
                    .at(place.name_span(), "nothing can reach this command")
                    .label("never runs")
                    .also(before.name_span(), "the call ends here"),
            );
        }
    }
}

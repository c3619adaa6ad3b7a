//! A sound that is played no times.

use super::scope::Scope;
use crate::diagnostic::Diagnostic;
use crate::value::Count;

rule! {
    /// A `loop` of 0.
    ///
    /// ## Why
    ///
    /// The sound is not played. In TwiML, 0 means for ever; in Opentact XML it means zero times.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say loop="0">Please hold.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say loop="10">Please hold.</Say>
    /// </Response>
    /// ```
    "loop-zero" Warning Values "a sound that is played 0 times"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (given, Count(times)) in scope.values::<Count>() {
        if times == 0 {
            let message = format!("{} is heard 0 times", given.command().name);
            findings.push(
                CHECK
                    .at(given.span(), message)
                    .help("write how often it should be played, or delete the command")
                    .note("in TwiML, 0 means for ever; Opentact XML has no such value"),
            );
        }
    }
}

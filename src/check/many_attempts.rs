//! A command that tries more often than the platform does.

use super::scope::Scope;
use crate::diagnostic::Diagnostic;

/// FreeSWITCH takes no more retries than this.
const MOST: u32 = 100;

rule! {
    /// More than 100 attempts.
    ///
    /// ## Why
    ///
    /// FreeSWITCH, which the platform is built on, allows at most 100 attempts of a Dial. Callers
    /// do not wait until a phone has been called, or a menu has been read out, a hundred times.
    /// Perhaps this number is a time that belongs in another attribute.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Dial max_call_attempts="3600"><To>anna@sip.example.com</To><Error><Say>Nobody is in.</Say></Error></Dial>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Dial max_call_attempts="3"><To>anna@sip.example.com</To><Error><Say>Nobody is in.</Say></Error></Dial>
    /// </Response>
    /// ```
    "many-attempts" Warning Values "more than 100 attempts"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for place in &scope.places {
        let Some((attribute, times)) = place.traits.attempts.filter(|&(_, times)| times > MOST)
        else {
            continue;
        };
        let message = format!("{} tries {times} times", place.name());
        findings.push(
            CHECK
                .at(place.value_span(attribute), message)
                .label("more than the platform allows")
                .note(format!("FreeSWITCH allows at most {MOST} attempts")),
        );
    }
}

//! A sound that nobody hears.

use super::scope::Scope;
use crate::diagnostic::Diagnostic;

rule! {
    /// A tone that a telephone line cannot carry, that is too quiet, or that has no length; a text
    /// without a word.
    ///
    /// ## Why
    ///
    /// The caller hears silence instead of the sound. Opentact runs the command and reports
    /// success.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Tone hz="18000"/>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Tone hz="1800"/>
    /// </Response>
    /// ```
    "inaudible" Warning Values "a sound that nobody can hear"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for place in &scope.places {
        if let Some(&(attribute, why)) = place.traits.inaudible {
            let message = format!("nobody can hear this {}", place.name());
            findings.push(CHECK.at(place.value_span(attribute), message).label(why));
        }
    }
}

//! A sound that nobody hears.

use super::scope::Scope;
use crate::command::{Heard, Impact};
use crate::diagnostic::Diagnostic;

rule! {
    /// A tone that a telephone line cannot carry, that is too quiet, or that has no length; a text
    /// without a word; a sound that only the callee hears (`leg="bleg"`), if the flow has not
    /// dialled anybody before it.
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
    // Inside a Dial stands what runs when nobody has answered.
    let mut dialled = u32::MAX;
    for place in &scope.places {
        if place.traits.heard == Heard::Person || place.traits.impact == Impact::RunsDocument {
            dialled = dialled.min(place.element.span().end);
        }
        if let Some(attribute) = place.traits.for_dialled
            && scope.is_whole
            && place.element.span().start < dialled
        {
            let message = format!("nobody can hear this {}", place.name());
            findings.push(
                CHECK
                    .at(place.value_span(attribute), message)
                    .label("only the callee hears it, but nobody was dialled before")
                    .help(format!("remove `{attribute}` if the caller should hear it")),
            );
        }
        if let Some(&(attribute, why)) = place.traits.inaudible {
            let message = format!("nobody can hear this {}", place.name());
            findings.push(CHECK.at(place.value_span(attribute), message).label(why));
        }
    }
}

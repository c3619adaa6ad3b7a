//! A sound that its own time-out cuts.

use super::scope::Scope;
use crate::diagnostic::Diagnostic;

rule! {
    /// A Tone that lasts longer than its timeout, or a text that is too long to be spoken in that
    /// time, even at twenty characters per second.
    ///
    /// If the flow does not set the timeout, the default applies, and this is only an info.
    ///
    /// ## Why
    ///
    /// The platform stops the sound at the timeout, and the command fails (`media-timeout`).
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Tone hz="440" don="2000" loop="10" timeout="5000"/>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Tone hz="440" don="2000" loop="10" timeout="40000"/>
    /// </Response>
    /// ```
    "cut-by-timeout" Warning Values "a sound that is longer than its timeout"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for place in &scope.places {
        let Some(lasting) = place.traits.lasts else {
            continue;
        };
        let (attribute, timeout) = lasting.timeout;
        if lasting.at_least <= timeout {
            continue;
        }
        let is_given = place.element.attribute(attribute).is_some();
        let message = format!(
            "{} lasts at least {} ms and stops after {timeout}",
            place.name(),
            lasting.at_least
        );
        let finding = if is_given {
            CHECK.at(place.value_span(attribute), message)
        } else {
            CHECK
                .info(place.name_span(), message)
                .note(format!("the default of `{attribute}` is {timeout}"))
        };
        findings.push(finding.help(format!("increase `{attribute}`")));
    }
}

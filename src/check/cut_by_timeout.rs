//! A sound that its own time-out cuts.

use super::scope::Scope;
use crate::diagnostic::Diagnostic;

rule! {
    /// A Tone that lasts longer than its time-out, or a text that could not be spoken in that time
    /// even at twenty characters a second.
    ///
    /// Where the time-out is the usual one, and not written down, it is only said.
    ///
    /// ## Why
    ///
    /// The platform cuts what lasts longer, and the command fails (`media-timeout`).
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
    "cut-by-timeout" Warning Values "a sound that its time-out cuts"
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
            "{} lasts at least {} ms and is cut after {timeout}",
            place.name(),
            lasting.at_least
        );
        let finding = if is_given {
            CHECK.at(place.value_span(attribute), message)
        } else {
            CHECK
                .info(place.name_span(), message)
                .note(format!("`{attribute}` is {timeout} where it is left out"))
        };
        findings.push(finding.help(format!("raise `{attribute}`")));
    }
}

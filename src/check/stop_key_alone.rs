//! A stop key that is never needed.

use super::scope::Scope;
use crate::channel::Label;
use crate::diagnostic::Diagnostic;
use crate::fidelity::Assumption;

rule! {
    /// A stop key without a length in the older dialect, where only one key is read then.
    ///
    /// ## Why
    ///
    /// In the older documentation, the default of `numDigits` is 1: the first key is the whole
    /// entry, and the stop key has no effect (`gather-defaults`).
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Your number, then pound.</Say>
    ///   <Gather finishOnKey="#" url="https://api.example.com/account"><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Your number, then pound.</Say>
    ///   <Gather dtmf_stop="#" url="https://api.example.com/account"><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    "stop-key-alone" Warning Tree "a stop key, but one key is the whole entry"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, keys) in scope.choosing() {
        let (Some((attribute, stop)), None) = (keys.stop(), keys.length()) else {
            continue;
        };
        let members = scope.flow.members(place.id);
        let longest = members
            .iter()
            .filter_map(|&member| match scope.flow.label(member) {
                Label::Code(code) => Some(code.len()),
                _ => None,
            });
        let is_one = longest.max().is_none_or(|longest| longest == 1);
        if keys.is_read_to_stop() || !is_one || stop.is_empty() || place.is_partial {
            continue;
        }
        findings.push(
            CHECK
                .at(
                    place.value_span(attribute),
                    "the first key is the whole entry",
                )
                .label("so this stop key has no effect")
                .help("set the length of the longest entry")
                .note(format!(
                    "assumed, see `{}`",
                    Assumption::GatherDefaults.id()
                )),
        );
    }
}

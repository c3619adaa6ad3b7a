//! Keys that nobody uses.

use super::scope::Scope;
use crate::channel::Label;
use crate::diagnostic::Diagnostic;

rule! {
    /// A Gather without a branch, `url` or `tag`, and without a prompt inside; or with a prompt,
    /// but the call ends after it.
    ///
    /// Not reported if a branch or a server uses the keys, if a `tag` makes them visible to a
    /// program in the event, or if there is a prompt inside and a command after it, because a key
    /// skips the prompt.
    ///
    /// ## Why
    ///
    /// The flow continues in the same way, whichever key the caller presses, or the call ends in
    /// silence.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Press one to go on.</Say>
    ///   <Gather dtmf_length="1"><Error><Say>Goodbye.</Say><Hangup/></Error></Gather>
    ///   <Say>Here we go.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Press one to go on.</Say>
    ///   <Gather dtmf_length="1"><DTMF value="1"><Say>Here we go.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    "unused-keys" Warning Tree "keys that have no effect"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, keys) in scope.choosing() {
        let members = scope.flow.members(place.id);
        let has = |is_sought: fn(Label<'_>) -> bool| {
            members
                .iter()
                .any(|&member| is_sought(scope.flow.label(member)))
        };
        let has_prompt = has(|label| label == Label::Command);
        let is_used = keys.has_taker()
            || place.node.tag.is_some()
            || place.is_partial
            || has(|label| matches!(label, Label::Code(_) | Label::NoMatch))
            || has_prompt && !scope.ends_call(place)
            || place.has_unknown_attribute();
        if !is_used {
            findings.push(
                CHECK
                    .at(place.name_span(), "the keys that the caller presses here have no effect")
                    .label(if has_prompt {
                        "there is no branch, `url` or `tag`, and the call ends after it"
                    } else {
                        "there is no branch, `url` or `tag`, and no prompt inside"
                    })
                    .help("add a branch for each choice, or a `tag` if a program reads the keys from the event"),
            );
        }
    }
}

//! Keys that nobody uses.

use super::scope::Scope;
use crate::channel::Label;
use crate::diagnostic::Diagnostic;

rule! {
    /// A Gather without a branch, `url`, `tag` or prompt inside; or one with a prompt, after which the
    /// call ends.
    ///
    /// It is not a finding if a branch or a server takes the keys, if a `tag` lets a program find them in
    /// the event, or if a prompt is inside, which a key skips, and something comes after it.
    ///
    /// ## Why
    ///
    /// Whatever the caller presses, the flow goes on in the same way, or the call ends without a word.
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
    "unused-keys" Warning Tree "keys that change nothing"
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
                    .at(place.name_span(), "what the caller presses here changes nothing")
                    .label(if has_prompt {
                        "no branch, no `url`, no `tag`, and the call ends after it"
                    } else {
                        "no branch, no `url`, no `tag`, no prompt inside"
                    })
                    .help("give it a branch for each choice, or a `tag` if a program reads the keys from the event"),
            );
        }
    }
}

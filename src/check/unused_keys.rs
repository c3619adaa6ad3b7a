//! Keys that nobody uses.

use super::scope::Scope;
use crate::channel::Label;
use crate::diagnostic::Diagnostic;

rule! {
    /// A Gather without a branch, `url`, `tag` or prompt inside.
    ///
    /// It is no finding where a branch or a server takes the keys, where a `tag` lets a program find
    /// them in the event, or where a prompt stands inside, which a key skips.
    ///
    /// ## Why
    ///
    /// Whatever the caller presses, the flow goes on behind it in the same way.
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
        let decides =
            |label: Label<'_>| matches!(label, Label::Code(_) | Label::NoMatch | Label::Command);
        let members = scope.flow.members(place.id);
        let is_used = keys.has_taker()
            || place.node.tag.is_some()
            || place.is_partial
            || members
                .iter()
                .any(|&member| decides(scope.flow.label(member)));
        if !is_used {
            findings.push(
                CHECK
                    .at(place.name_span(), "what the caller presses here changes nothing")
                    .label("no branch, no `url`, no `tag`, no prompt inside")
                    .help("give it a branch for each choice, or a `tag` if a program reads the keys from the event"),
            );
        }
    }
}

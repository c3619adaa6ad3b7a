//! A code that is longer than what is collected.

use super::scope::Scope;
use crate::channel::Label;
use crate::diagnostic::Diagnostic;

rule! {
    /// A branch whose code has more keys than the Gather collects.
    ///
    /// ## Why
    ///
    /// The Gather ends when it has collected as many keys as its length allows. A longer code
    /// cannot be entered, so its branch never runs.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Press one, or twelve.</Say>
    ///   <Gather dtmf_length="1"><DTMF value="1"><Say>One.</Say></DTMF><DTMF value="12"><Say>Twelve.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Press one, or twelve.</Say>
    ///   <Gather dtmf_length="2"><DTMF value="1"><Say>One.</Say></DTMF><DTMF value="12"><Say>Twelve.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    "code-too-long" Warning Tree "a code that is longer than what is collected"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, keys) in scope.choosing() {
        let Some((attribute, length)) = keys.length() else {
            continue;
        };
        for branch in scope.flow.members(place.id) {
            let branch = scope.place(branch);
            let Label::Code(code) = branch.node.command.behavior().label() else {
                continue;
            };
            if code.len() > length as usize {
                let keys = if length == 1 { "key is" } else { "keys are" };
                let message = format!("nobody can press `{code}` here: {length} {keys} collected");
                let span = branch.code_span();
                findings.push(
                    CHECK
                        .at(span, message)
                        .label(format!("{} keys", code.len()))
                        .also(place.value_span(attribute), "this many keys are collected"),
                );
            }
        }
    }
}

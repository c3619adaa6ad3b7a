//! A code that holds the key which ends the entry.

use super::scope::Scope;
use crate::channel::Label;
use crate::diagnostic::Diagnostic;

rule! {
    /// A branch whose code contains a key that ends the entry.
    ///
    /// ## Why
    ///
    /// The key ends the entry and is not part of it. So this code cannot be entered, and its branch
    /// never runs.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Press star for the menu.</Say>
    ///   <Gather dtmf_stop="*"><DTMF value="*"><Say>The menu.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Press star for the menu.</Say>
    ///   <Gather dtmf_stop="#"><DTMF value="*"><Say>The menu.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    "code-unreachable" Warning Tree "a code that contains the stop key"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, keys) in scope.choosing() {
        let Some((attribute, stop)) = keys.stop() else {
            continue;
        };
        for branch in scope.flow.members(place.id) {
            let branch = scope.place(branch);
            let Label::Code(code) = branch.node.command.behavior().label() else {
                continue;
            };
            if let Some(key) = code.chars().find(|&key| stop.contains(key)) {
                let span = branch.code_span();
                let message = format!("nobody can enter `{code}`: `{key}` ends the entry");
                findings.push(
                    CHECK
                        .at(span, message)
                        .also(
                            place.value_span(attribute),
                            format!("`{key}` ends the entry"),
                        )
                        .help("choose another code, or another key to end the entry"),
                );
            }
        }
    }
}

//! Two branches for the same keys.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::scope::Scope;
use crate::channel::Label;
use crate::diagnostic::Diagnostic;

rule! {
    /// Two branches of one Gather with the same code, or two branches for all other keys.
    ///
    /// ## Why
    ///
    /// Only one of them can run, and it is not documented which one.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>For sales or support, press one.</Say>
    ///   <Gather dtmf_length="1"><DTMF value="1"><Say>Sales.</Say></DTMF><DTMF value="1"><Say>Support.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>For sales press one, for support press two.</Say>
    ///   <Gather dtmf_length="1"><DTMF value="1"><Say>Sales.</Say></DTMF><DTMF value="2"><Say>Support.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    "duplicate-code" Error Tree "two branches for the same keys"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, _) in scope.choosing() {
        let mut first = BTreeMap::new();
        for branch in scope.flow.members(place.id) {
            let branch = scope.place(branch);
            let code = match branch.node.command.behavior().label() {
                Label::Code(code) => Some(code),
                Label::NoMatch => None,
                _ => continue,
            };
            let span = branch.element.start_tag_span();
            let taken = match first.entry(code) {
                Entry::Occupied(taken) => *taken.get(),
                Entry::Vacant(free) => {
                    free.insert(span);
                    continue;
                }
            };
            let message = match code {
                Some(code) => format!("`{code}` has a branch already"),
                None => "there is a branch for all other keys already".to_owned(),
            };
            findings.push(
                CHECK
                    .at(span, message)
                    .label("either this one or the other one never runs")
                    .also(taken, "the first one"),
            );
        }
    }
}

//! A menu that collects more keys than any of its codes has.

use super::scope::Scope;
use crate::channel::Label;
use crate::diagnostic::Diagnostic;

rule! {
    /// A menu that collects more keys than its longest code has, without a key that ends the entry.
    ///
    /// Not reported if one code has as many keys as the menu collects: then the shorter codes are
    /// meant to run after the timeout.
    ///
    /// ## Why
    ///
    /// After the key, the menu waits for the next key. The branch only runs after the timeout. If
    /// the caller presses another key in that time, the branch does not run at all.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Gather dtmf_length="4">
    ///     <Say>For sales, press one.</Say>
    ///     <DTMF value="1"><Say>Sales.</Say></DTMF>
    ///     <Error><Say>Goodbye.</Say></Error>
    ///   </Gather>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Gather dtmf_length="1">
    ///     <Say>For sales, press one.</Say>
    ///     <DTMF value="1"><Say>Sales.</Say></DTMF>
    ///     <Error><Say>Goodbye.</Say></Error>
    ///   </Gather>
    /// </Response>
    /// ```
    "code-too-short" Warning Tree "a menu that collects more keys than its codes have"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, keys) in scope.choosing() {
        let Some((attribute, length)) = keys.length() else {
            continue;
        };
        if keys.stop().is_some() || keys.has_taker() || place.is_partial {
            continue;
        }
        let members = scope.flow.members(place.id);
        let codes = members.iter().filter_map(|&member| {
            let branch = scope.place(member);
            match branch.node.command.behavior().label() {
                Label::Code(code) => Some((branch, code)),
                _ => None,
            }
        });
        let Some((branch, longest)) = codes.max_by_key(|(_, code)| code.len()) else {
            continue;
        };
        if longest.len() < length as usize {
            let keys = if longest.len() == 1 { "key" } else { "keys" };
            let message = format!(
                "`{longest}` only runs after the timeout, because {length} keys are collected"
            );
            findings.push(
                CHECK
                    .at(branch.code_span(), message)
                    .label(format!("{} {keys}", longest.len()))
                    .also(
                        place.value_span(attribute),
                        "the menu waits for this many keys",
                    )
                    .help(format!("write `{attribute}=\"{}\"`", longest.len())),
            );
        }
    }
}

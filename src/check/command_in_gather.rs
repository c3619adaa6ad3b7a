//! A command that is no prompt where prompts stand.

use super::scope::Scope;
use crate::channel::Label;
use crate::command::Role;
use crate::diagnostic::Diagnostic;
use crate::fidelity::Assumption;

rule! {
    /// A command directly inside a Gather that is neither a prompt (Say, Play, Tone, Pause) nor a
    /// branch.
    ///
    /// ## Why
    ///
    /// A key cuts a prompt short and becomes the first key of the entry. Any other command is
    /// assumed to run to its end (`gather-prompt`), and a key that is pressed during it does not
    /// count for this Gather. The documentation does not show such a command, so the platform may
    /// behave differently.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Gather dtmf_length="1">
    ///     <Dial><To>anna@sip.example.com</To><Error/></Dial>
    ///     <DTMF value="1"><Say>Sales.</Say></DTMF><Error><Say>Goodbye.</Say></Error>
    ///   </Gather>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Dial><To>anna@sip.example.com</To><Error/></Dial>
    ///   <Gather dtmf_length="1">
    ///     <Say>For sales, press one.</Say>
    ///     <DTMF value="1"><Say>Sales.</Say></DTMF><Error><Say>Goodbye.</Say></Error>
    ///   </Gather>
    /// </Response>
    /// ```
    "command-in-gather" Warning Tree "a command inside a Gather that a key does not cut short"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, _) in scope.choosing() {
        for member in scope.flow.members(place.id) {
            let member = scope.place(member);
            let behavior = member.node.command.behavior();
            let is_step = member.spec().role == Role::Step && behavior.label() == Label::Command;
            if !is_step || behavior.is_prompt() {
                continue;
            }
            let message = format!(
                "{} is not a prompt: a key does not cut it short",
                member.name()
            );
            findings.push(
                CHECK
                    .at(member.name_span(), message)
                    .also(
                        place.name_span(),
                        "a key that is pressed meanwhile does not count for this Gather",
                    )
                    .help(format!("put it before the {}", place.name()))
                    .note(format!("assumed, see `{}`", Assumption::GatherPrompt.id())),
            );
        }
    }
}

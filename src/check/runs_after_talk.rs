//! What was meant for a failed Dial, and also runs behind a conversation.

use super::scope::{Place, Scope};
use crate::command::{Heard, Recording};
use crate::diagnostic::Diagnostic;

rule! {
    /// A Dial without an Error block, or with an empty one, directly before another Dial, or before
    /// an announcement with a recording.
    ///
    /// ## Why
    ///
    /// The commands after a Dial run when the Dial failed, and also after a conversation, when the
    /// callee has hung up. Then the next phone rings, or the caller is asked to leave a message.
    /// Commands that should only run after a failure belong in the Error block.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Dial timeout="20000"><To>anna@sip.example.com</To></Dial>
    ///   <Dial timeout="20000"><To>bob@sip.example.com</To></Dial>
    ///   <Say>Nobody is in.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Dial timeout="20000">
    ///     <To>anna@sip.example.com</To>
    ///     <Error>
    ///       <Dial timeout="20000"><To>bob@sip.example.com</To><Error><Say>Nobody is in.</Say></Error></Dial>
    ///     </Error>
    ///   </Dial>
    /// </Response>
    /// ```
    "runs-after-talk" Warning Tree "a fallback that also runs after a conversation"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for place in &scope.places {
        if place.traits.heard != Heard::Person || place.is_partial || is_handled(scope, place) {
            continue;
        }
        let Some(next) = scope.behind(place) else {
            continue;
        };
        let message = match is_fallback(scope, next) {
            Some(Fallback::Dial) => "the next phone also rings after a conversation",
            Some(Fallback::Message) => {
                "the caller is also asked for a message after a conversation"
            }
            None => continue,
        };
        findings.push(
            CHECK
                .at(next.name_span(), message)
                .also(
                    place.name_span(),
                    "continues here when it failed, and also after a conversation",
                )
                .help("put the commands for a failure into the Error block of the first Dial"),
        );
    }
}

enum Fallback {
    Dial,
    Message,
}

/// Whether an Error block does something when the command fails.
fn is_handled(scope: &Scope<'_>, place: &Place<'_>) -> bool {
    let handlers = scope.flow.handlers(place.id);
    handlers
        .iter()
        .map(|&handler| scope.place(handler))
        .any(|handler| handler.is_partial || !scope.flow.children_of(handler.id).is_empty())
}

/// What stands where a fallback would: another Dial, or a recording behind what announces it.
fn is_fallback(scope: &Scope<'_>, first: &Place<'_>) -> Option<Fallback> {
    if first.traits.heard == Heard::Person {
        return Some(Fallback::Dial);
    }
    let is_message = |place: &Place<'_>| {
        let is_around = place.traits.recording == Some(Recording::Around);
        is_around && !scope.flow.children_of(place.id).is_empty()
    };
    // The announcement may stand inside the recording.
    if is_message(first) && first.is_heard {
        return Some(Fallback::Message);
    }
    let mut place = first;
    while matches!(place.traits.heard, Heard::Words | Heard::Signal)
        && place.node.command.behavior().is_prompt()
    {
        place = scope.behind(place)?;
        if is_message(place) || place.traits.recording == Some(Recording::Starts) {
            return Some(Fallback::Message);
        }
    }
    None
}

//! A choice that ends the call in silence.

use super::scope::{Ahead, Scope};
use crate::channel::Effect;
use crate::command::Role;
use crate::diagnostic::Diagnostic;

rule! {
    /// A branch of a choice in which the caller hears nothing, and behind which the flow runs out.
    /// A branch that ends the call itself is meant so. A flow without any command is only worth
    /// knowing.
    ///
    /// ## Why
    ///
    /// The caller pressed a key and is cut off, as if something were broken.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>For the opening hours press one.</Say>
    ///   <Gather dtmf_length="1"><DTMF value="1"/><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>For the opening hours press one.</Say>
    ///   <Gather dtmf_length="1"><DTMF value="1"><Say>From nine to five.</Say></DTMF><Error><Say>Goodbye.</Say></Error></Gather>
    /// </Response>
    /// ```
    "silent-ending" Warning Tree "a choice after which the call ends without a word"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    if scope.is_whole && scope.places.is_empty() {
        let span = scope.root.name_span();
        findings.push(
            CHECK
                .info(span, "there is no command in this flow")
                .label("the call ends at once"),
        );
    }
    for place in &scope.places {
        let is_chosen = matches!(
            place.spec().role,
            Role::Branch | Role::Case | Role::Otherwise
        );
        if !is_chosen || place.is_heard || place.is_partial || place.ahead != Ahead::Silence {
            continue;
        }
        let children = &place.node.children;
        let is_short = children.iter().all(|&child| {
            let traits = &scope.place(child).traits;
            // A recording in silence or another block may be what was chosen.
            traits.effect != Effect::EndsCall && traits.recording.is_none()
        });
        if is_short && children.len() <= 1 {
            findings.push(
                CHECK
                    .at(
                        place.name_span(),
                        "the call ends without a word after this choice",
                    )
                    .help("say what was done, or end the call where it is meant to end"),
            );
        }
    }
}

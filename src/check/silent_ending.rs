//! A choice that ends the call in silence.

use super::scope::{Ahead, Scope};
use crate::command::Impact;
use crate::command::Role;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

rule! {
    /// A branch in which the caller hears nothing, and after which the flow ends. A branch that
    /// ends the call itself (Hangup) is not reported. A flow without any command is only an info.
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
    "silent-ending" Warning Tree "a choice after which the call ends in silence"
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
        let end = place.element.span().end;
        let mut inside = scope.places[place.id.index() + 1..]
            .iter()
            .take_while(|inner| inner.element.span().end <= end);
        // Whoever ends the call there, or records in silence, means it so.
        let is_meant = inside.any(|inner| {
            inner.traits.impact == Impact::EndsCall || inner.traits.recording.is_some()
        });
        if !is_meant {
            findings.push(finding(place.name_span()));
        }
    }
}

/// What is said of a choice.
pub(super) fn finding(span: Span) -> Diagnostic {
    CHECK
        .at(span, "the call ends in silence after this choice")
        .help("say something, or end the call here with Hangup if this is intended")
}

//! A failure that ends the call in silence.

use super::scope::{Ahead, Scope};
use crate::channel::Label;
use crate::command::{Role, SPECS};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

rule! {
    /// A command that fails in the ordinary run of things, without an Error block of its own or of
    /// the Response, as the last that the caller would hear of: when it fails, the call ends in
    /// silence.
    ///
    /// It is no finding where the flow goes on with something that the caller hears, nor where an
    /// Error block is empty: that is an answer too.
    ///
    /// ## Why
    ///
    /// The callee does not answer, the server is down or the caller presses nothing every day. The
    /// caller is cut off without a word and cannot tell why.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Dial><To>anna@sip.example.com</To></Dial>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Dial><To>anna@sip.example.com</To><Error><Say>Anna is not available.</Say></Error></Dial>
    /// </Response>
    /// ```
    "unhandled-failure" Warning Tree "a failure that nobody handles and that ends the call in silence"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    if !scope.flow.error().is_empty() {
        return;
    }
    for place in &scope.places {
        let Some(why) = place.traits.fails else {
            continue;
        };
        let is_silent = matches!(place.ahead, Ahead::Silence | Ahead::End);
        if !is_silent || place.is_partial || !scope.flow.error_of(place.id).is_empty() {
            continue;
        }
        let is_handled = !scope.flow.handlers(place.id).is_empty()
            || scope.flow.members(place.id).iter().any(|&member| {
                // The pages disagree which of the two runs when nothing was pressed.
                scope.place(member).node.command.behavior().label() == Label::NoMatch
            });
        if !is_handled {
            findings.push(finding(place.name(), why, place.name_span()));
        }
    }
}

/// What is said of a command of this name that fails for this reason.
pub(super) fn finding(name: &str, why: &'static str, span: Span) -> Diagnostic {
    let handler = SPECS.iter().find(|spec| spec.role == Role::Handler);
    let handler = handler.map_or("", |spec| spec.name);
    CHECK
        .at(
            span,
            format!("the call ends in silence when this {name} fails"),
        )
        .label(why)
        .help(format!("say what happens then, in <{handler}> inside it"))
}

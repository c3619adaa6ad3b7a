//! A failure that ends the call in silence.

use super::scope::{Ahead, Scope};
use crate::channel::Label;
use crate::command::{Role, SPECS};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

rule! {
    /// A command that can fail in normal operation and has no Error block, neither its own nor one
    /// of the Response, and after which the caller hears nothing. When it fails, the call ends in
    /// silence.
    ///
    /// Not reported if the flow continues with something that the caller hears, or if the Error
    /// block is empty: then it is intended.
    ///
    /// ## Why
    ///
    /// It happens every day that the callee does not answer, the server is down or the caller
    /// presses nothing. The caller is cut off without a word and does not know why.
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
    "unhandled-failure" Warning Tree "a failure that is not handled and ends the call in silence"
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
        .help(format!("tell the caller, in <{handler}> inside it"))
}

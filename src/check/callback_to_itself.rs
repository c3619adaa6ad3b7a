//! A flow that fetches itself again and again.

use super::scope::Scope;
use crate::command::Impact;
use crate::diagnostic::Diagnostic;

rule! {
    /// A request for the flow's own URL (`url` in `callflow.toml`) that every caller reaches.
    /// Inside a branch this is allowed: it is how a menu is repeated.
    ///
    /// ## Why
    ///
    /// The same document is fetched and run again and again, until the caller hangs up or a limit
    /// of the platform ends the call.
    ///
    /// ## Settings
    ///
    /// ```toml
    /// [app]
    /// url = "https://api.example.com/flow"
    /// ```
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Hello.</Say>
    ///   <Callback url="https://api.example.com/flow"><Error><Say>Goodbye.</Say></Error></Callback>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Hello.</Say>
    ///   <Callback url="https://api.example.com/flow/next"><Error><Say>Goodbye.</Say></Error></Callback>
    /// </Response>
    /// ```
    "callback-to-itself" Warning Tree "a flow that fetches itself whatever happens"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(own) = scope.settings.own_url.as_deref() else {
        return;
    };
    // Behind a choice the flow may have gone another way.
    let mut choices = scope.choosing().map(|(place, _)| place);
    let choice = choices.find(|place| scope.flow.parent(place.id).is_none());
    for given in scope.given() {
        if !given.attribute().private || given.value() != own {
            continue;
        }
        let Some(place) = given.element().and_then(|element| scope.place_of(element)) else {
            continue;
        };
        let is_top = scope.flow.children().binary_search(&place.id).is_ok();
        if !is_top
            || place.traits.impact != Impact::RunsDocument
            || choice.is_some_and(|choice| choice.id <= place.id)
        {
            continue;
        }
        findings.push(
            CHECK
                .at(given.span(), "this flow fetches itself, whatever happens")
                .label("its own URL")
                .help("fetch it inside a branch, so that the caller decides"),
        );
    }
}

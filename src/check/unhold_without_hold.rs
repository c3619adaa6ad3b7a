//! The end of a hold that never began.

use super::scope::{Place, Scope};
use crate::command::Impact;
use crate::diagnostic::Diagnostic;

rule! {
    /// A command that takes the caller back from hold, but no command before it puts the caller on
    /// hold. If the flow has no Hold at all, another flow may have put the caller on hold, so this
    /// is only an info.
    ///
    /// ## Why
    ///
    /// It does nothing.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Unhold/>
    ///   <Hold/>
    ///   <Pause length="10000"/>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Hold/>
    ///   <Pause length="10000"/>
    ///   <Unhold/>
    /// </Response>
    /// ```
    "unhold-without-hold" Warning Tree "a hold that ends before it begins"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    let is_hold = |place: &&Place<'_>| place.traits.impact == Impact::Holds;
    let unholds = |place: &Place<'_>| place.traits.impact == Impact::Unholds;
    if !scope.is_whole || !scope.places.iter().any(unholds) {
        return;
    }
    let later = scope.places.iter().find(is_hold);
    for place in &scope.places {
        if place.traits.impact == Impact::RunsDocument || is_hold(&place) {
            return;
        }
        if !unholds(place) {
            continue;
        }
        let message = "nobody is on hold here";
        findings.push(match later {
            Some(later) => CHECK
                .at(place.name_span(), message)
                .also(later.name_span(), "the hold begins here"),
            None => CHECK
                .info(place.name_span(), message)
                .note("the flow that fetched this one may have put the caller on hold"),
        });
    }
}

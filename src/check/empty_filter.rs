//! A filter with nothing inside.

use super::scope::Scope;
use crate::command::Asks;
use crate::diagnostic::Diagnostic;

rule! {
    /// A Call, Schedule or Geo with no command inside.
    ///
    /// ## Why
    ///
    /// It decides which calls run what is inside. Without anything inside, all calls go the same way.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Call field="from" value="+12025550143"/>
    ///   <Say>Welcome.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Call field="from" value="+12025550143"><Hangup/></Call>
    ///   <Say>Welcome.</Say>
    /// </Response>
    /// ```
    "empty-filter" Warning Tree "a filter with nothing inside"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for place in &scope.places {
        let is_filter = place.traits.compares.is_some()
            || place.node.command.describe().asks() != Asks::Nothing;
        if is_filter && !place.is_partial && scope.flow.children_of(place.id).is_empty() {
            let message = format!("there is nothing inside this {}", place.name());
            findings.push(
                CHECK
                    .at(place.name_span(), message)
                    .label("it changes nothing")
                    .help("put inside what these calls should do, or delete it"),
            );
        }
    }
}

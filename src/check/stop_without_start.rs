//! The end of a recording that never began.

use std::collections::BTreeSet;

use super::scope::{Place, Scope};
use crate::command::{Impact, Recording};
use crate::diagnostic::Diagnostic;

rule! {
    /// A command that ends a recording or waits for it, with no command before it that begins it:
    /// with its tag where it has one, with any or none where not. Where the flow records nothing,
    /// and may be fetched by one that does, it is only worth knowing.
    ///
    /// ## Why
    ///
    /// It does nothing, or waits for what never comes; and the recording that was meant goes on.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <RecordStart tag="talk"/>
    ///   <Say>This is recorded.</Say>
    ///   <RecordStop tag="tlak"/>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <RecordStart tag="talk"/>
    ///   <Say>This is recorded.</Say>
    ///   <RecordStop tag="talk"/>
    /// </Response>
    /// ```
    "stop-without-start" Warning Tree "a recording that is ended or awaited before it begins"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    let begins = |place: &&Place<'_>| {
        matches!(
            place.traits.recording,
            Some(Recording::Around | Recording::Starts)
        )
    };
    let needs = |place: &Place<'_>| place.traits.recording == Some(Recording::Needs);
    if !scope.is_whole || !scope.recording().any(|(place, _)| needs(place)) {
        return;
    }
    let any = scope.places.iter().find(begins);
    let mut begun = BTreeSet::new();
    for place in &scope.places {
        if place.traits.impact == Impact::RunsDocument {
            return;
        }
        let tag = place.node.tag.as_deref();
        if begins(&place) {
            begun.insert(tag);
        }
        if !needs(place) {
            continue;
        }
        let is_begun = match tag {
            Some(_) => begun.contains(&tag),
            None => !begun.is_empty(),
        };
        if is_begun {
            continue;
        }
        let (span, message) = match tag {
            Some(tag) => (
                place.value_span("tag"),
                format!("no recording `{tag}` has begun here"),
            ),
            None => (place.name_span(), "no recording has begun here".to_owned()),
        };
        findings.push(match any {
            Some(any) => CHECK
                .at(span, message)
                .also(any.name_span(), "this one begins here"),
            None => CHECK
                .info(span, message)
                .note("a flow that fetched this one may have begun it"),
        });
    }
}

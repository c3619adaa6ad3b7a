//! The end of a recording that never began.

use std::collections::BTreeSet;

use super::scope::{Place, Scope};
use crate::command::{Impact, Recording};
use crate::diagnostic::Diagnostic;

rule! {
    /// A command that stops a recording or waits for it, but no command before it starts a
    /// recording with this tag (or, without a tag, any recording). If the flow has no recording at
    /// all, another flow may have started one, so this is only an info.
    ///
    /// ## Why
    ///
    /// It has no effect, or it waits for a recording that does not exist. The recording that it is
    /// meant for continues.
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
    "stop-without-start" Warning Tree "a recording that is stopped before it starts"
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
                format!("there is no recording `{tag}` yet"),
            ),
            None => (place.name_span(), "there is no recording yet".to_owned()),
        };
        findings.push(match any {
            Some(any) => CHECK
                .at(span, message)
                .also(any.name_span(), "this recording starts here"),
            None => CHECK
                .info(span, message)
                .note("it may have been started by the flow that fetched this one"),
        });
    }
}

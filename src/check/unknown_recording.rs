//! A recording that is played and was never made.

use std::collections::BTreeSet;

use super::scope::{Place, Scope};
use crate::command::{Impact, Recording};
use crate::diagnostic::{Diagnostic, Safety};
use crate::value::nearest;

rule! {
    /// A recording is played, but no command before it makes a recording with this tag. If the flow
    /// makes no recording at all, another flow may have made it, so this is only an info.
    ///
    /// ## Why
    ///
    /// The command fails, and the caller hears nothing.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Your name, please.</Say>
    ///   <Record tag="name"><Tone/><Pause length="3000"/></Record>
    ///   <Play record="nmae"/>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Your name, please.</Say>
    ///   <Record tag="name"><Tone/><Pause length="3000"/></Record>
    ///   <Play record="name"/>
    /// </Response>
    /// ```
    "unknown-recording" Warning Tree "a recording that is played before it is made"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    let plays = |recording| matches!(recording, Recording::Plays(..));
    if !scope.is_whole || !scope.recording().any(|(_, recording)| plays(recording)) {
        return;
    }
    let all: BTreeSet<Option<&str>> = scope
        .places
        .iter()
        .filter(|place| makes(place))
        .map(|place| place.node.tag.as_deref())
        .collect();
    let mut before: BTreeSet<&str> = BTreeSet::new();
    for place in &scope.places {
        if place.traits.impact == Impact::RunsDocument {
            // What is fetched may make any recording.
            return;
        }
        if makes(place) {
            before.extend(place.node.tag.as_deref());
        }
        let Some(Recording::Plays(attribute, tag)) = place.traits.recording else {
            continue;
        };
        if before.contains(tag) {
            continue;
        }
        let span = place.value_span(attribute);
        let message = format!("there is no recording `{tag}` yet");
        let finding = if all.is_empty() {
            let note = "the flow that fetched this one may have made it";
            CHECK.info(span, message).note(note)
        } else if all.contains(&Some(tag)) {
            CHECK.at(span, message).label("it is only made later")
        } else {
            match near(tag, &before) {
                Some(near) => CHECK
                    .at(span, message)
                    .help(format!("did you mean `{near}`?"))
                    .fix(Safety::Unsafe, format!("write `{near}`"), span, near),
                None => CHECK.at(span, message),
            }
        };
        findings.push(finding);
    }
}

fn makes(place: &Place<'_>) -> bool {
    matches!(
        place.traits.recording,
        Some(Recording::Around | Recording::Starts)
    )
}

/// The tag that was probably meant; none where there are too many to look through.
fn near<'a>(tag: &str, tags: &BTreeSet<&'a str>) -> Option<&'a str> {
    const MOST: usize = 100;
    nearest(tag, tags.iter().copied().take(MOST))
}

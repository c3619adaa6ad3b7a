//! A recording of nothing.

use super::scope::{Ahead, Scope};
use crate::command::{Heard, Recording};
use crate::diagnostic::Diagnostic;
use crate::fidelity::Assumption;
use crate::flow::NodeId;

rule! {
    /// A recording that contains only tones and pauses of no length, or an empty one at the very
    /// end of a flow.
    ///
    /// ## Why
    ///
    /// A recording lasts as long as the commands inside it. An empty one continues in the
    /// background (`record-empty`), but at the end of the flow there is no time left for it.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Please leave a message.</Say>
    ///   <Record tag="voicemail"><Tone/></Record>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Please leave a message.</Say>
    ///   <Record tag="voicemail"><Tone/><Pause length="60000" dtmf_stop="1"/></Record>
    /// </Response>
    /// ```
    "nothing-to-record" Warning Tree "a recording in which nobody can speak"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, recording) in scope.recording() {
        if recording != Recording::Around || place.is_partial {
            continue;
        }
        let children = scope.flow.children_of(place.id);
        let finding = if children.is_empty() {
            if place.ahead != Ahead::Silence || !scope.is_last(place) {
                continue;
            }
            let assumed = Assumption::RecordEmpty.id();
            CHECK
                .at(
                    place.name_span(),
                    "this recording ends as soon as it begins",
                )
                .label("it is empty, and there is no command after it")
                .note(format!("assumed, see `{assumed}`"))
        } else {
            let is_void = |&child: &NodeId| {
                let traits = &scope.place(child).traits;
                traits.is_instant || traits.heard == Heard::Signal
            };
            if !children.iter().all(is_void) {
                continue;
            }
            CHECK
                .at(place.name_span(), "nobody can speak in this recording")
                .label("it ends with the commands inside it")
        };
        findings.push(
            finding
                .help("put a Pause inside it, as long as the longest message"),
        );
    }
}

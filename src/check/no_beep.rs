//! A recording that nobody is told of.

use super::scope::Scope;
use crate::command::Recording;
use crate::diagnostic::Diagnostic;

rule! {
    /// A recording around silence, without a tone or another sound as its first command or directly
    /// before it.
    ///
    /// ## Why
    ///
    /// A recording gives no beep of its own. The caller does not know when to speak.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Please leave a message after the tone.</Say>
    ///   <Record tag="voicemail"><Pause length="60000"/></Record>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Please leave a message after the tone.</Say>
    ///   <Record tag="voicemail"><Tone/><Pause length="60000"/></Record>
    /// </Response>
    /// ```
    "no-beep" Info Tree "a recording whose caller is not told when to speak"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, recording) in scope.recording() {
        let is_message = recording == Recording::Around
            && !scope.flow.children_of(place.id).is_empty()
            && !place.is_heard
            && !place.is_partial;
        if !is_message {
            continue;
        }
        let before = scope.before(place);
        let is_announced = before.is_some_and(|before| before.traits.is_signal());
        // A partial neighbour may be the tone.
        if !is_announced && scope.is_whole {
            findings.push(
                CHECK
                    .at(place.name_span(), "the caller is not told when to speak")
                    .label("a recording gives no beep of its own")
                    .help("put a tone inside it, as its first command"),
            );
        }
    }
}

//! A recording that nobody is told of.

use super::scope::Scope;
use crate::command::Recording;
use crate::diagnostic::Diagnostic;

rule! {
    /// A recording of the caller without a tone or another sound, neither as its first command nor
    /// directly before it.
    ///
    /// ## Why
    ///
    /// A recording does not play a beep by itself, so the caller does not know when to speak.
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
                    .label("a recording does not play a beep by itself")
                    .help("put a Tone inside it, as its first command"),
            );
        }
    }
}

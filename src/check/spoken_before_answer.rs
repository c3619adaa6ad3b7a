//! Something is said to a caller who was never answered.

use super::scope::{Place, Scope};
use crate::command::{Heard, Impact};
use crate::diagnostic::Diagnostic;
use crate::fidelity::Assumption;

rule! {
    /// The control app does not answer by itself (`auto_answer = false` in `callflow.toml` or in
    /// the scenario), and this is the first command that the caller should hear, without a command
    /// before it that answers the call. If a later command answers, this is only an info.
    ///
    /// ## Why
    ///
    /// Before the call is answered, a sound reaches the caller as early media, which many carriers
    /// do not transmit. The caller hears ringing, and the call ends unanswered.
    ///
    /// ## Settings
    ///
    /// ```toml
    /// [app]
    /// auto_answer = false
    /// ```
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Hello.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Answer/>
    ///   <Say>Hello.</Say>
    /// </Response>
    /// ```
    "spoken-before-answer" Warning Tree "something is spoken, but the call is never answered"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    if scope.settings.auto_answer != Some(false) || !scope.is_whole {
        return;
    }
    let answers = |place: &&Place<'_>| {
        // A bridge answers the caller too.
        place.traits.impact == Impact::Answers || place.traits.heard == Heard::Person
    };
    let spoken = scope.places.iter().find(|place| {
        place.traits.heard != Heard::Nothing
            || place.traits.impact == Impact::RunsDocument
            || answers(place)
    });
    let Some(spoken) =
        spoken.filter(|place| !answers(place) && place.traits.impact != Impact::RunsDocument)
    else {
        return;
    };
    let message = "this is spoken before the call is answered";
    let answer = scope
        .places
        .iter()
        .find(|place| place.traits.impact == Impact::Answers);
    let finding = match answer {
        Some(answer) => CHECK
            .info(spoken.name_span(), message)
            .also(answer.name_span(), "answered here"),
        None => CHECK
            .at(
                spoken.name_span(),
                "this is spoken, but the call is never answered",
            )
            .help("answer the call before it"),
    };
    let assumed = Assumption::EarlyMedia.id();
    findings.push(finding.note(format!("assumed to be early media, see `{assumed}`")));
}

//! A recording of nothing.

use super::scope::{Next, Place, Scope};
use crate::command::{Heard, Impact, Recording};
use crate::diagnostic::Diagnostic;
use crate::fidelity::Assumption;

rule! {
    /// A recording that contains only tones, and pauses of less than a second in all; or an empty
    /// one after which the call ends with nothing but prompts, or which the next command stops.
    ///
    /// ## Why
    ///
    /// A recording lasts as long as the commands inside it. An empty one continues in the
    /// background (`record-empty`) until the call ends or a command stops it. Here, there is no
    /// time left for it.
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

/// In less than this nobody leaves a message, in milliseconds.
const SHORTEST: u64 = 1000;

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, recording) in scope.recording() {
        let is_around = recording == Recording::Around;
        if !is_around && recording != Recording::Starts || place.is_partial {
            continue;
        }
        let children = scope.flow.children_of(place.id);
        let finding = if children.is_empty() {
            if place.has_unknown_attribute() {
                continue;
            }
            let (label, stop) = match scope.next(place) {
                Next::Nothing if is_around => {
                    ("it is empty, and there is no command after it", None)
                }
                Next::Command(next) if next.traits.impact == Impact::EndsCall => {
                    ("the call ends directly after it", None)
                }
                Next::Command(next) if stops(next, place) => {
                    ("it is stopped before the caller can speak", Some(next))
                }
                Next::Command(next) if is_around && only_prompts(scope, next) => {
                    ("only prompts of the flow come after it", None)
                }
                // A flow that fetched this one may go on, with a recording that has begun.
                Next::Nothing | Next::Command(_) | Next::Unknown => continue,
            };
            let finding = CHECK
                .at(
                    place.name_span(),
                    "this recording ends as soon as it begins",
                )
                .label(label);
            let finding = match stop {
                Some(stop) => finding.also(stop.name_span(), "this stops it"),
                None => finding,
            };
            if is_around {
                let assumed = Assumption::RecordEmpty.id();
                finding.note(format!("assumed, see `{assumed}`"))
            } else {
                finding
            }
        } else {
            // How long there is to speak in; absent where that is not known.
            let time = children.iter().try_fold(0_u64, |time, &child| {
                let traits = scope.place(child).traits;
                let is_void = traits.is_instant || traits.heard == Heard::Signal;
                let waits = if is_void { Some(0) } else { traits.waits };
                time.checked_add(waits?)
            });
            let Some(time) = time.filter(|&time| time < SHORTEST) else {
                continue;
            };
            let finding = CHECK.at(place.name_span(), "nobody can speak in this recording");
            match time {
                0 => finding.label("it ends with the commands inside it"),
                time => finding.label(format!("it lasts {time} ms after the tones")),
            }
        };
        findings.push(finding.help("put a Pause inside it, as long as the longest message"));
    }
}

/// Whether from a command on the flow only says something, until the call ends.
fn only_prompts(scope: &Scope<'_>, first: &Place<'_>) -> bool {
    let mut place = first;
    loop {
        if place.traits.impact == Impact::EndsCall {
            return true;
        }
        let is_heard = matches!(place.traits.heard, Heard::Words | Heard::Signal);
        let is_prompt = is_heard && place.node.command.behavior().is_prompt();
        if !is_prompt || place.is_partial {
            return false;
        }
        match scope.next(place) {
            Next::Command(next) => place = next,
            Next::Nothing => return true,
            Next::Unknown => return false,
        }
    }
}

/// Whether a command stops the recording that another one begins: one that needs it, or that plays it.
fn stops(next: &Place<'_>, begin: &Place<'_>) -> bool {
    let tag = begin.node.tag.as_deref();
    match next.traits.recording {
        // One that waits for a recording does not stop it.
        Some(Recording::Needs) if next.traits.is_instant => {
            next.node.tag.is_none() || next.node.tag.as_deref() == tag
        }
        Some(Recording::Plays(_, played)) => tag == Some(played),
        _ => false,
    }
}

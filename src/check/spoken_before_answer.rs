//! Something is said to a caller who was never answered.

use super::scope::{Place, Scope};
use crate::command::{Heard, Impact, Recording, Role};
use crate::diagnostic::Diagnostic;
use crate::fidelity::Assumption;
use crate::flow::NodeId;
use crate::source::Span;

rule! {
    /// The control app does not answer by itself (`auto_answer = false` in `callflow.toml` or in
    /// the scenario), and this is the first command that the caller should hear, or a recording,
    /// before a command answers the call. A Dial only answers the call if somebody answers the
    /// Dial. If an Answer comes later, this is only an info.
    ///
    /// ## Why
    ///
    /// Before the call is answered, a sound reaches the caller as early media, which many carriers
    /// do not transmit. The caller hears ringing, and the call ends unanswered. A recording of a
    /// call that is not answered has nothing in it.
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
    let places = scope.places.iter().enumerate();
    let answers = places.filter(|(_, place)| place.traits.impact == Impact::Answers);
    let mut walk = Walk {
        scope,
        findings,
        answers: answers.map(|(index, _)| index).collect(),
        has_failed: false,
    };
    walk.list(scope.flow.children(), Calls::RINGING);
}

/// What is said of a sound that only a caller hears who is never answered.
pub(super) fn finding(span: Span) -> Diagnostic {
    CHECK
        .at(span, "this is spoken, but the call is never answered")
        .help("answer the call before it")
        .note(assumed())
}

/// What is said of a recording of a caller who is not answered.
pub(super) fn recording(span: Span) -> Diagnostic {
    CHECK
        .at(span, "this recording is empty")
        .label("the call is not answered here")
        .help("answer the call before it")
        .note(assumed())
}

fn assumed() -> String {
    let assumed = Assumption::EarlyMedia.id();
    format!("assumed to be early media, see `{assumed}`")
}

/// The calls that come to a place of the flow.
#[derive(Clone, Copy)]
struct Calls {
    /// Some are not answered, and nothing was said in them.
    ringing: bool,
    /// Some are not answered, and something was said in them.
    told: bool,
    /// The last Dial that nobody answered in these.
    failed: Option<NodeId>,
}

impl Calls {
    const RINGING: Self = Self {
        ringing: true,
        told: false,
        failed: None,
    };
    /// None that is not answered.
    const NONE: Self = Self {
        ringing: false,
        told: false,
        failed: None,
    };

    fn or(self, other: Self) -> Self {
        Self {
            ringing: self.ringing || other.ringing,
            told: self.told || other.told,
            failed: self.failed.or(other.failed),
        }
    }
}

/// Goes through the flow with the calls that are not answered.
struct Walk<'w, 'a> {
    scope: &'w Scope<'a>,
    findings: &'w mut Vec<Diagnostic>,
    /// The places of the commands that answer.
    answers: Vec<usize>,
    /// Whether such a call has been through the Error block of the whole flow.
    has_failed: bool,
}

impl Walk<'_, '_> {
    /// Goes through commands one after another. Gives the calls that come to their end.
    fn list(&mut self, list: &[NodeId], calls: Calls) -> Calls {
        let mut calls = calls;
        for &id in list {
            if !calls.ringing && !calls.told {
                break;
            }
            calls = self.command(self.scope.place(id), calls);
        }
        calls
    }

    fn command(&mut self, place: &Place<'_>, calls: Calls) -> Calls {
        let (scope, traits) = (self.scope, place.traits);
        let children = scope.flow.children_of(place.id);
        match (traits.impact, traits.heard) {
            (Impact::Answers | Impact::EndsCall, _) => return Calls::NONE,
            (_, Heard::Person) => {
                let failed = Some(place.id);
                return self.handlers(place.id, Calls { failed, ..calls });
            }
            _ => {}
        }
        if traits.keys.is_some() {
            return self.menu(place, calls);
        }
        if traits.impact == Impact::RunsDocument {
            // The document may answer; if it does not come, nobody has.
            if !scope.flow.handlers(place.id).is_empty() {
                self.handlers(place.id, calls);
            }
            return Calls::NONE;
        }
        if traits.recording == Some(Recording::Around) && !children.is_empty() {
            let end = place.element.span().end;
            let mut inside = scope.places[place.id.index() + 1..]
                .iter()
                .take_while(|inner| inner.element.span().end <= end);
            if !inside.any(answers) {
                self.findings.push(recording(place.name_span()));
            }
            return self.list(children, calls);
        }
        if matches!(traits.heard, Heard::Words | Heard::Signal) && children.is_empty() {
            return self.said(place, calls);
        }
        // A filter lets some calls past.
        let inside = self.list(children, calls);
        calls.or(inside)
    }

    /// The caller hears something.
    fn said(&mut self, place: &Place<'_>, calls: Calls) -> Calls {
        if calls.ringing {
            let later = self
                .answers
                .partition_point(|&answer| answer <= place.id.index());
            let answer = self.answers.get(later);
            let answer = answer.map(|&answer| &self.scope.places[answer]);
            self.findings.push(match (answer, calls.failed) {
                (Some(answer), _) => CHECK
                    .info(
                        place.name_span(),
                        "this is spoken before the call is answered",
                    )
                    .also(answer.name_span(), "answered here")
                    .note(assumed()),
                (None, Some(failed)) => finding(place.name_span()).also(
                    self.scope.place(failed).name_span(),
                    "if nobody answers here",
                ),
                (None, None) => finding(place.name_span()),
            });
        }
        Calls {
            ringing: false,
            told: true,
            ..calls
        }
    }

    /// The prompts of a menu, then its branches and Error blocks.
    fn menu(&mut self, place: &Place<'_>, calls: Calls) -> Calls {
        let flow = self.scope.flow;
        let members = flow.members(place.id);
        let is_prompt = |id: &NodeId| self.scope.place(*id).spec().role == Role::Step;
        let (prompts, branches): (Vec<_>, Vec<_>) = members.into_iter().partition(is_prompt);
        let calls = self.list(&prompts, calls);
        let mut after = self.handlers(place.id, calls);
        for branch in branches {
            after = after.or(self.list(flow.children_of(branch), calls));
        }
        after
    }

    /// What runs when a command fails. Gives the calls that go on after it.
    fn handlers(&mut self, id: NodeId, calls: Calls) -> Calls {
        let flow = self.scope.flow;
        let own = flow.handlers(id);
        let handlers = if own.is_empty() {
            if flow.error().is_empty() || std::mem::replace(&mut self.has_failed, true) {
                return calls;
            }
            flow.error().to_vec()
        } else {
            own
        };
        let mut calls = calls;
        for handler in handlers {
            calls = self.list(flow.children_of(handler), calls);
        }
        calls
    }
}

/// Whether the call is answered by a command, or by who is dialled.
fn answers(place: &Place<'_>) -> bool {
    place.traits.impact == Impact::Answers
        || place.traits.impact == Impact::RunsDocument
        || place.traits.heard == Heard::Person
}

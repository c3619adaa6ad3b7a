//! What was meant for a failed Dial, and also runs behind a conversation.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::{Place, Scope, is_choice};
use crate::command::{Asks, Heard, Impact, Keys, Recording, Role};
use crate::diagnostic::Diagnostic;
use crate::flow::NodeId;
use crate::source::Span;

rule! {
    /// A Dial, and after it another Dial, or an announcement with a recording, that runs if the
    /// first Dial failed and also if it was answered. Filters, branches, pauses and ends of blocks
    /// between the two make no difference. A menu between them does, because there the caller
    /// chooses.
    ///
    /// Not reported if the Error block ends the call: then the commands after the Dial are meant
    /// for callers who have talked, such as a survey.
    ///
    /// ## Why
    ///
    /// The commands after a Dial run when the Dial failed, and also after a conversation, when the
    /// callee has hung up. Then the next phone rings, or the caller is asked to leave a message.
    /// Commands that should only run after a failure belong in the Error block.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Dial timeout="20000"><To>anna@sip.example.com</To></Dial>
    ///   <Dial timeout="20000"><To>bob@sip.example.com</To></Dial>
    ///   <Say>Nobody is in.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Dial timeout="20000">
    ///     <To>anna@sip.example.com</To>
    ///     <Error>
    ///       <Dial timeout="20000"><To>bob@sip.example.com</To><Error><Say>Nobody is in.</Say></Error></Dial>
    ///     </Error>
    ///   </Dial>
    /// </Response>
    /// ```
    "runs-after-talk" Warning Tree "a fallback that also runs after a conversation"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    let dials = scope.places.iter();
    let dials = dials.filter(|place| place.traits.heard == Heard::Person && !place.is_partial);
    let mut reached: BTreeMap<u8, Vec<Option<Fallback>>> = BTreeMap::new();
    let mut failing = Failing {
        scope,
        falls_through: vec![None; scope.places.len()],
    };
    let mut found = BTreeSet::new();
    for dial in dials {
        let around = filters_around(scope, dial);
        let reached = reached.entry(around).or_insert_with(|| {
            let mut ahead = Ahead {
                scope,
                around,
                reached: vec![None; scope.places.len()],
            };
            ahead.list(scope.flow.children(), None);
            for &handler in scope.flow.error() {
                ahead.list(scope.flow.children_of(handler), None);
            }
            ahead.reached
        });
        let fallback = reached[dial.id.index()].filter(|fallback| fallback.is_announced);
        let Some(fallback) = fallback.filter(|_| failing.dial(dial)) else {
            continue;
        };
        if found.insert(fallback.node) {
            let next = scope.place(fallback.node);
            let is_dial = next.traits.heard == Heard::Person;
            findings.push(finding(is_dial, next.name_span(), Some(dial.name_span())));
        }
    }
}

/// What is said of a Dial or a recording that runs after a conversation; `dial` is where that began, if it
/// is in the same document.
pub(super) fn finding(is_dial: bool, span: Span, dial: Option<Span>) -> Diagnostic {
    let message = if is_dial {
        "the next phone also rings after a conversation"
    } else {
        "the caller is also asked for a message after a conversation"
    };
    let finding = CHECK.at(span, message);
    let finding = match dial {
        Some(dial) => finding.also(
            dial,
            "continues here when it failed, and also after a conversation",
        ),
        None => finding,
    };
    finding.help("put the commands for a failure into the Error block of the first Dial")
}

/// What the flow comes to that is meant for a failed Dial.
#[derive(Clone, Copy)]
struct Fallback {
    /// A Dial, or a recording.
    node: NodeId,
    /// Whether the caller is told of it; a phone that rings tells it itself.
    is_announced: bool,
}

/// What the flow comes to after each command, without another choice of the caller.
struct Ahead<'s, 'a> {
    scope: &'s Scope<'a>,
    /// The kinds of filters that have let the call through already: another of the same kind may be the
    /// opposite one.
    around: u8,
    reached: Vec<Option<Fallback>>,
}

impl Ahead<'_, '_> {
    /// Goes through a list from its end, after which something is reached. Gives what is reached from its
    /// beginning.
    fn list(&mut self, list: &[NodeId], behind: Option<Fallback>) -> Option<Fallback> {
        let mut ahead = behind;
        for &id in list.iter().rev() {
            let place = self.scope.place(id);
            let after = if is_choice(place.spec().role) {
                behind
            } else {
                ahead
            };
            let after = after.filter(|_| !place.is_partial);
            self.reached[id.index()] = after;
            let inside = self.list(self.scope.flow.children_of(id), after);
            for &handler in self.scope.flow.error_of(id) {
                self.reached[handler.index()] = after;
                self.list(self.scope.flow.children_of(handler), after);
            }
            if !is_choice(place.spec().role) {
                ahead = self.begins(place, inside, ahead);
            }
        }
        ahead
    }

    /// What is reached from the beginning of a command: inside it, or after it.
    fn begins(
        &self,
        place: &Place<'_>,
        inside: Option<Fallback>,
        after: Option<Fallback>,
    ) -> Option<Fallback> {
        let traits = place.traits;
        let announced = |is_announced: bool| {
            after.map(|fallback| Fallback {
                is_announced: fallback.is_announced || is_announced,
                ..fallback
            })
        };
        let fallback = |is_announced| {
            let node = place.id;
            Some(Fallback { node, is_announced })
        };
        if traits.impact == Impact::EndsCall || place.is_partial {
            return None;
        }
        if traits.heard == Heard::Person {
            return fallback(true);
        }
        if traits.keys.is_some() {
            return if is_menu(self.scope, place) {
                None
            } else {
                announced(place.is_heard)
            };
        }
        if traits.impact == Impact::RunsDocument {
            return None;
        }
        let is_dial =
            |fallback: &Fallback| self.scope.place(fallback.node).traits.heard == Heard::Person;
        match traits.recording {
            Some(Recording::Around) if !self.scope.flow.children_of(place.id).is_empty() => {
                let end = place.element.span().end;
                // A recording of a call, and not of a message.
                let records_call = inside.as_ref().is_some_and(|fallback| {
                    is_dial(fallback) && self.scope.place(fallback.node).element.span().end < end
                });
                return if records_call {
                    inside
                } else {
                    fallback(place.is_heard)
                };
            }
            Some(Recording::Around | Recording::Starts) => {
                return after.filter(is_dial).or_else(|| fallback(false));
            }
            _ => {}
        }
        match kind_of_filter(place) {
            0 => {
                let is_prompt = matches!(traits.heard, Heard::Words | Heard::Signal)
                    && place.node.command.behavior().is_prompt();
                announced(is_prompt)
            }
            kind if kind & self.around != 0 => after,
            _ => {
                let ready =
                    |fallback: &Option<Fallback>| fallback.is_some_and(|one| one.is_announced);
                [inside, after]
                    .into_iter()
                    .find(ready)
                    .or(Some(inside.or(after)))
                    .flatten()
            }
        }
    }
}

/// Whether the caller chooses at a command that takes keys.
fn is_menu(scope: &Scope<'_>, place: &Place<'_>) -> bool {
    let members = scope.flow.members(place.id);
    let is_branch = |&member: &NodeId| scope.place(member).spec().role != Role::Step;
    let has_taker = |keys: &dyn Keys| keys.has_taker();
    place.traits.keys.is_some_and(has_taker) || members.iter().any(is_branch)
}

/// What a filter asks about, as a bit; 0 for what is no filter.
fn kind_of_filter(place: &Place<'_>) -> u8 {
    match place.node.command.describe().asks() {
        Asks::Clock(_) => 1,
        Asks::Caller(_) => 2,
        Asks::Called(_) => 4,
        Asks::Place { .. } => 8,
        Asks::Nothing if place.traits.compares.is_some() => 16,
        Asks::Nothing => 0,
    }
}

/// The kinds of the filters around a command.
fn filters_around(scope: &Scope<'_>, place: &Place<'_>) -> u8 {
    let around = std::iter::successors(Some(place.id), |&id| scope.flow.parent(id));
    around.fold(0, |kinds, id| kinds | kind_of_filter(scope.place(id)))
}

/// Which Dials the flow gets past when they fail.
struct Failing<'s, 'a> {
    scope: &'s Scope<'a>,
    falls_through: Vec<Option<bool>>,
}

impl Failing<'_, '_> {
    /// Whether the flow goes on after a Dial that failed, and nobody has talked meanwhile.
    fn dial(&mut self, dial: &Place<'_>) -> bool {
        if let Some(known) = self.falls_through[dial.id.index()] {
            return known;
        }
        let own = self.scope.flow.handlers(dial.id);
        let handlers = if own.is_empty() {
            self.scope.flow.error().to_vec()
        } else {
            own
        };
        // One of the flow's own Error block is not handled by it again.
        self.falls_through[dial.id.index()] = Some(false);
        let passes = handlers
            .into_iter()
            .all(|handler| !self.scope.place(handler).is_partial && self.list(handler));
        self.falls_through[dial.id.index()] = Some(passes);
        passes
    }

    /// Whether the flow gets past what stands inside a command, and nobody has talked meanwhile.
    fn list(&mut self, around: NodeId) -> bool {
        let children = self.scope.flow.children_of(around).to_vec();
        children.into_iter().all(|id| self.passes(id))
    }

    fn passes(&mut self, id: NodeId) -> bool {
        let scope = self.scope;
        let place = scope.place(id);
        if place.is_partial || place.traits.impact == Impact::EndsCall {
            return false;
        }
        if place.traits.heard == Heard::Person {
            return self.dial(place);
        }
        if place.traits.impact == Impact::RunsDocument {
            return false;
        }
        if place.traits.keys.is_some() && is_menu(scope, place) {
            let members = scope.flow.members(id).into_iter();
            let handlers = scope.flow.handlers(id);
            let is_branch = |id: &NodeId| scope.place(*id).spec().role != Role::Step;
            let ways: Vec<NodeId> = members
                .filter(is_branch)
                .chain(handlers.iter().copied())
                .collect();
            return handlers.is_empty() || ways.into_iter().any(|way| self.list(way));
        }
        kind_of_filter(place) != 0 || self.list(id)
    }
}

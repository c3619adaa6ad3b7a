//! What is watched for on the way of a call: failures that nobody handles, silent ends, lost keys.

use crate::call::{CommandPlace, State};
use crate::command::{Heard, Impact, Recording, Role};
use crate::flow::{Flow, NodeId};
use crate::record::{Audio, EndedBy};

/// What is odd about a call, at the command where it shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Oddity {
    /// The call ended without a word after a failure that nobody handled.
    Unhandled,
    /// The call ended without a word after a failure, for all that an Error block did.
    SilentFailure,
    /// The call ended without a word after a choice.
    SilentChoice,
    /// The call ended, and an answered caller has heard nothing of it.
    NothingHeard,
    /// A Dial or a recording that began after a conversation.
    AfterTalk,
    /// A Dial or a recording that began after a Dial that nobody answered: nothing is wrong with that,
    /// unless it also begins after a conversation.
    AfterFailure,
    /// It is heard by a caller who is never answered.
    NeverAnswered,
    /// A recording of a caller who is not answered.
    RecordsNobody,
    /// A key that was pressed in the prompt before it is lost.
    LostKeys,
}

/// What is remembered of the way so far, as far as it matters for what is odd later on.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Watch {
    /// Whether the caller, who was answered, has heard anything, or was recorded.
    is_served: bool,
    /// The command that failed, since which nothing was heard; and whether an Error block ran.
    failed: Option<(CommandPlace, bool)>,
    /// The branch that was chosen, since which nothing was heard.
    chosen: Option<CommandPlace>,
    /// What came of the last Dial, since which the caller was not asked to choose.
    dial: Option<DialEnd>,
    /// The first command that was heard by a caller who is not answered.
    unanswered: Option<CommandPlace>,
    /// Whether a document ran of which nothing is known.
    is_unknown: bool,
}

/// What came of a Dial.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum DialEnd {
    /// Nobody answered.
    Failed,
    /// Two have talked.
    Talked,
}

/// Oddities, each with the command where it shows.
pub(super) type Odd = Vec<(CommandPlace, Oddity)>;

impl Watch {
    /// Two talk.
    pub(super) fn talks(&mut self) {
        self.dial = Some(DialEnd::Talked);
    }

    /// A server replies to a command that fetched a flow.
    pub(super) fn replies(&mut self, place: Option<&CommandPlace>) {
        // The keys chose what the server replies.
        if let Some(place) = place.filter(|place| is_menu(&place.document.flow, place.node)) {
            self.chosen = Some(place.clone());
        }
    }

    /// A document runs of which nothing is known.
    pub(super) fn is_lost(&mut self) {
        self.is_unknown = true;
    }

    /// A command has failed, and the call goes on from this state.
    pub(super) fn fails(&mut self, place: CommandPlace, then: &State) {
        if is_dial(&place.document.flow, place.node) {
            self.dial = Some(DialEnd::Failed);
        }
        if !matters(&place) {
            return;
        }
        let is_handling = then.is_handling();
        let is_empty = then
            .upcoming()
            .is_some_and(|handler| handler.document.flow.children_of(handler.node).is_empty());
        // An empty Error block is an answer.
        let is_answered = is_handling && is_empty;
        self.is_served |= is_answered;
        if is_answered {
            self.chosen = None;
        }
        self.failed = (!is_answered).then_some((place, is_handling));
    }

    /// A command begins.
    pub(super) fn begins(&mut self, place: &CommandPlace, is_answered: bool, odd: &mut Odd) {
        let (flow, node) = (&place.document.flow, place.node);
        let role = flow.node(node).command.spec().role;
        if matches!(role, Role::Branch | Role::Case | Role::Otherwise) {
            self.chosen = Some(place.clone());
        }
        // What would come after its last command is not known.
        self.is_unknown |= flow.is_incomplete();
        let traits = flow.node(node).command.describe().traits();
        let takes_keys = traits.keys.is_some();
        if takes_keys && is_menu(flow, node) {
            self.dial = None;
        }
        let mut is = |oddity| odd.push((place.clone(), oddity));
        if traits.heard == Heard::Person
            || traits.recording.is_some() && asks_for_message(flow, node)
        {
            match self.dial {
                Some(DialEnd::Failed) => is(Oddity::AfterFailure),
                Some(DialEnd::Talked) => is(Oddity::AfterTalk),
                None => {}
            }
        }
        if !is_answered {
            let is_heard = matches!(traits.heard, Heard::Words | Heard::Signal);
            if is_heard && self.unanswered.is_none() {
                self.unanswered = Some(place.clone());
            }
            if traits.recording.is_some() && is_message(flow, node) {
                is(Oddity::RecordsNobody);
            }
        }
        if takes_keys && loses_keys(place) {
            is(Oddity::LostKeys);
        }
    }

    /// The caller is recorded.
    pub(super) fn records(&mut self) {
        self.is_served = true;
        self.chosen = None;
    }

    /// Something is heard.
    pub(super) fn hears(&mut self, heard: &Audio) {
        if matches!(heard, Audio::Sound(_) | Audio::Bridge(_)) {
            self.failed = None;
            self.chosen = None;
        }
        self.is_served |= !matches!(heard, Audio::Silence | Audio::Ringing);
    }

    /// What is odd about the end of the call, whose last command was this.
    ///
    /// Where a command ends it, that is meant so; but not after a failure that nobody has handled: there
    /// it is meant for a conversation that is over.
    pub(super) fn ends(
        &self,
        by: Option<EndedBy>,
        is_answered: bool,
        last: Option<&CommandPlace>,
        odd: &mut Odd,
    ) {
        let ends_itself = matches!(by, Some(EndedBy::FlowEnd | EndedBy::Command(_)));
        if let Some(place) = self
            .unanswered
            .clone()
            .filter(|_| !is_answered && ends_itself)
        {
            odd.push((place, Oddity::NeverAnswered));
        }
        let is_meant = match by {
            Some(EndedBy::FlowEnd) => false,
            Some(EndedBy::Command(_)) => !matches!(self.failed, Some((_, false))),
            _ => true,
        };
        if is_meant || self.is_unknown {
            return;
        }
        let is_served = self.is_served || !is_answered;
        odd.extend(match (&self.failed, &self.chosen) {
            (Some((place, true)), _) => Some((place.clone(), Oddity::SilentFailure)),
            (Some((place, false)), _) => Some((place.clone(), Oddity::Unhandled)),
            (None, Some(place)) => Some((place.clone(), Oddity::SilentChoice)),
            (None, None) => {
                let last = last.filter(|_| !is_served);
                last.map(|last| (last.clone(), Oddity::NothingHeard))
            }
        });
    }
}

/// Whether the failure of a command is one that the caller should hear of: it fails in the ordinary run
/// of things, and no other branch may be meant to say so.
fn matters(place: &CommandPlace) -> bool {
    let flow = &place.document.flow;
    let fails = flow
        .node(place.node)
        .command
        .describe()
        .traits()
        .fails
        .is_some();
    fails && flow.inside(place.node).children.no_match.is_none()
}

/// Whether a command calls somebody.
fn is_dial(flow: &Flow, node: NodeId) -> bool {
    flow.node(node).command.describe().traits().heard == Heard::Person
}

/// Whether the caller chooses at a command.
fn is_menu(flow: &Flow, node: NodeId) -> bool {
    let Some(keys) = flow.node(node).command.describe().traits().keys else {
        return false;
    };
    keys.has_taker() || flow.inside(node).children.has_branch()
}

/// Whether a command records what stands inside it, in which nobody is called, and nothing answers.
fn is_message(flow: &Flow, node: NodeId) -> bool {
    let is_around =
        flow.node(node).command.describe().traits().recording == Some(Recording::Around);
    is_around && !flow.children_of(node).is_empty() && !connects(flow, node)
}

/// Whether somebody is called inside a command, or the call is answered there.
fn connects(flow: &Flow, node: NodeId) -> bool {
    flow.children_of(node).iter().any(|&child| {
        let traits = flow.node(child).command.describe().traits();
        traits.heard == Heard::Person
            || matches!(traits.impact, Impact::Answers | Impact::RunsDocument)
            || connects(flow, child)
    })
}

/// Whether a command asks the caller for a message: it records what stands inside it, or it begins to
/// record directly after an announcement.
fn asks_for_message(flow: &Flow, node: NodeId) -> bool {
    let traits = |node| flow.node(node).command.describe().traits();
    match traits(node).recording {
        Some(Recording::Around) if !flow.children_of(node).is_empty() => is_message(flow, node),
        Some(Recording::Around | Recording::Starts) => before(flow, node).is_some_and(|before| {
            flow.node(before).command.behavior().is_prompt()
                && traits(before).heard != Heard::Nothing
        }),
        _ => false,
    }
}

/// The command before a command in the same list.
fn before(flow: &Flow, node: NodeId) -> Option<NodeId> {
    let siblings = match flow.parent(node) {
        Some(parent) => flow.children_of(parent),
        None => flow.children(),
    };
    let before = flow.index(node).checked_sub(1)?;
    siblings.get(before).copied()
}

/// Whether a menu begins whose prompt stands in front of it: keys that come in the prompt are lost.
fn loses_keys(place: &CommandPlace) -> bool {
    let flow = &place.document.flow;
    let traits = |node| flow.node(node).command.describe().traits();
    if traits(place.node).keys.is_none() {
        return false;
    }
    before(flow, place.node).is_some_and(|before| {
        traits(before).voice.is_some() && flow.node(before).command.behavior().is_prompt()
    })
}

//! Asks a command of a flow what it does: the one place where a [`CommandContext`] is built.

use super::{Flow, NodeId};
use crate::channel::{
    Action, Behavior, Children, Clock, CommandContext, Facts, Label, Outcome, Progress,
};
use crate::fidelity::{Assumptions, Platform};
use crate::value::Value as _;

/// What a command may know of the call around it.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// What does not change during the call.
    pub facts: &'a Facts,
    /// The time.
    pub clock: Clock<'a>,
    /// Whether the call was answered.
    pub answered: bool,
    /// Whether the caller is on hold.
    pub held: bool,
    /// Tags of the recordings that are available.
    pub recordings: &'a [&'a str],
    /// Why the command around it failed; empty elsewhere.
    pub failure: &'a str,
    /// How the platform is taken to be.
    pub platform: Platform,
}

impl<'a> Surroundings<'a> {
    /// For a command that is asked outside a call: answered, not on hold, without recordings, on the
    /// platform as it usually is.
    pub fn alone(facts: &'a Facts, clock: Clock<'a>) -> Self {
        Self {
            facts,
            clock,
            answered: true,
            held: false,
            recordings: &[],
            failure: "",
            platform: Platform::default(),
        }
    }
}

/// What stands inside a command, groups dissolved.
#[derive(Debug)]
pub struct Inside {
    /// The commands, in their order.
    pub members: Vec<NodeId>,
    /// What each is to the command.
    pub children: Children,
}

impl Flow {
    /// What a command does first that is asked outside a call.
    pub fn ask_alone(&self, id: NodeId, around: Surroundings<'_>) -> Action {
        let (mut progress, mut assumed) = (Progress::default(), Assumptions::default());
        self.ask(id, around, &mut progress, &mut assumed, None)
    }

    /// What a command does: to begin with, or when it is told an outcome. Its progress and what was
    /// assumed are updated.
    pub fn ask(
        &self,
        id: NodeId,
        around: Surroundings<'_>,
        progress: &mut Progress,
        assumed: &mut Assumptions,
        outcome: Option<Outcome>,
    ) -> Action {
        let node = self.node(id);
        let meta = node.meta.iter();
        let meta: Vec<_> = meta.map(|(key, value)| (&**key, value.text())).collect();
        let mut context = CommandContext {
            facts: around.facts,
            clock: around.clock,
            answered: around.answered,
            held: around.held,
            children: &self.inside(id).children,
            tag: node.tag.as_deref(),
            meta: &meta,
            progress,
            recordings: around.recordings,
            failure: around.failure,
            platform: around.platform,
            assumed,
        };
        let behavior: &dyn Behavior = node.command.behavior();
        match outcome {
            None => behavior.begin(&mut context),
            Some(outcome) => behavior.on_outcome(&mut context, outcome),
        }
    }

    /// What stands inside a command, groups dissolved; worked out once.
    pub fn inside(&self, id: NodeId) -> &Inside {
        self.inside[id.index()].get_or_init(|| {
            let members = self.members(id);
            let labels = members.iter().map(|&member| self.label(member));
            Box::new(Inside {
                children: Children::new(labels),
                members,
            })
        })
    }

    /// What a command is to the command around it.
    pub fn label(&self, id: NodeId) -> Label<'_> {
        self.node(id).command.behavior().label()
    }
}

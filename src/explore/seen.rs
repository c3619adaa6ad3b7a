//! What was seen in all calls, and where first.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::choices::Choice;
use super::search::{Edge, Graph, Sight};
use super::walk::{Spot, Step};
use super::watch::Oddity;
use super::worst::Cost;
use crate::call::CommandPlace;
use crate::expect::Goal;

/// All calls: what can be chosen, and what comes of it.
pub(super) type CallGraph = Graph<Spot, Choice, Passage>;
/// A choice of it.
pub(super) type CallEdge = Edge<Choice, Passage>;

/// A command by its number in [`Sights::commands`].
pub(super) type CommandId = u32;
/// A goal by its number in [`Sights::goals`].
pub(super) type GoalId = u32;

/// A part of a call, from one choice to the next.
#[derive(Debug, Default)]
pub(super) struct Passage {
    /// The commands that began.
    pub(super) began: Box<[CommandId]>,
    /// What was come to.
    pub(super) goals: Box<[GoalId]>,
    /// What is odd about it.
    pub(super) odd: Box<[(Oddity, CommandId)]>,
    pub(super) cost: Cost,
}

impl Passage {
    /// How many bytes it holds beside itself.
    pub(super) fn size(&self) -> usize {
        size_of_val(&self.began[..]) + size_of_val(&self.goals[..]) + size_of_val(&self.odd[..])
    }
}

/// What a call can come to at a command.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Aim {
    /// What counts as coverage.
    Goal(Goal),
    /// That a key is pressed while a prompt of it is heard.
    EarlyKey,
}

/// What was seen, and where first.
#[derive(Debug, Default)]
pub(super) struct Sights {
    /// What happens before anything can be chosen.
    pub(super) beginning: Passage,
    /// The commands that began, in the order of their first time.
    pub(super) commands: Vec<CommandPlace>,
    numbers: HashMap<CommandPlace, CommandId>,
    /// What was come to, and where first.
    pub(super) goals: Vec<(CommandId, Aim, Sight)>,
    goal_numbers: HashMap<(CommandId, Aim), GoalId>,
    /// Where each oddity was first seen.
    pub(super) odd: BTreeMap<(Oddity, CommandId), Sight>,
    /// Where each command first began.
    pub(super) began: BTreeMap<CommandId, Sight>,
    /// The documents of which nothing is known.
    pub(super) unknown: BTreeMap<Box<str>, Sight>,
    /// How many inputs calls took.
    pub(super) transitions: u64,
}

impl Sights {
    /// Notes what came of a choice.
    pub(super) fn note(&mut self, step: Step, sight: Sight) -> Passage {
        self.transitions += step.inputs;
        let mut goals = Vec::new();
        let mut began = Vec::new();
        for place in step.began {
            let command = self.number(place);
            began.push(command);
            nearest(self.began.entry(command), sight);
            for goal in [Goal::Ran, Goal::Taken] {
                goals.push(self.goal(command, Aim::Goal(goal), sight));
            }
        }
        for (place, aim) in step.aims {
            let command = self.number(place);
            goals.push(self.goal(command, aim, sight));
        }
        let mut odd = Vec::new();
        for (place, oddity) in step.odd {
            let command = self.number(place);
            odd.push((oddity, command));
            nearest(self.odd.entry((oddity, command)), sight);
        }
        if let Some(url) = step.unknown {
            nearest(self.unknown.entry(url), sight);
        }
        Passage {
            began: began.into(),
            goals: goals.into(),
            odd: odd.into(),
            cost: step.cost,
        }
    }

    fn goal(&mut self, command: CommandId, aim: Aim, sight: Sight) -> GoalId {
        let next = GoalId::try_from(self.goals.len()).unwrap_or(GoalId::MAX);
        match self.goal_numbers.entry((command, aim)) {
            Entry::Occupied(known) => {
                let goal = *known.get();
                let first = &mut self.goals[goal as usize].2;
                *first = sight.nearer(*first);
                goal
            }
            Entry::Vacant(free) => {
                self.goals.push((command, aim, sight));
                *free.insert(next)
            }
        }
    }

    fn number(&mut self, place: CommandPlace) -> CommandId {
        match self.numbers.entry(place) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                let number = CommandId::try_from(self.commands.len()).unwrap_or(CommandId::MAX);
                self.commands.push(free.key().clone());
                *free.insert(number)
            }
        }
    }
}

/// Keeps the nearer of two places where something was seen; of equals the first.
fn nearest<K: Ord>(entry: std::collections::btree_map::Entry<'_, K, Sight>, sight: Sight) {
    let known = entry.or_insert(sight);
    *known = sight.nearer(*known);
}

//! The platform's own delays in one call, where they are not the usual ones.

use std::sync::Arc;

use super::flow::{Block, Frame};
use super::{After, Call};
use crate::channel::{Need, Step};
use crate::flow::{Flow, NodeId};

/// The platform's own delays in one call, in milliseconds, where they are not those of
/// [`timing`](crate::channel::timing).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pace {
    /// From the call's creation to its `init`.
    pub init: Option<u64>,
    /// From the call's creation to its ringing.
    pub ring: Option<u64>,
    /// From the call's creation to the answer of its app.
    pub answer: Option<u64>,
    /// From the answer to the flow's beginning.
    pub begin: Option<u64>,
    /// From the hang-up to the leg's end.
    pub destroyed: Option<u64>,
    /// From the leg's end to the event that tells of it.
    pub event: Option<u64>,
    /// Of single commands.
    pub steps: Vec<StepPace>,
    /// Of single dialled legs.
    pub legs: Vec<LegPace>,
    /// From the beginning of each command to its end, by its place in the log: for a driver that
    /// knows the log.
    pub lasts: Vec<Option<u64>>,
    /// Whether the call asks for each delay before a command and at its end, even where there is
    /// none: for the same.
    pub every_delay: bool,
}

/// The delays of a command: the n-th of a path is for the n-th turn of a command with this path,
/// whether it began then or a key or the call's end came first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StepPace {
    /// The command's path.
    pub path: Box<str>,
    /// From what went before to the command's beginning.
    pub after: Option<u64>,
    /// From its beginning to its end.
    pub lasts: Option<u64>,
}

/// The delays of a dialled leg: the n-th of a name is that of the n-th leg to it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LegPace {
    /// The leg's `to`.
    pub to: Box<str>,
    /// From the command's attempt to the leg's creation; counts for the first leg of the attempt.
    pub created: Option<u64>,
    /// From its creation to its `init`.
    pub init: Option<u64>,
    /// From its creation to the time-out that ends its ringing; counts for the first leg of the
    /// attempt.
    pub gives_up: Option<u64>,
    /// From the beginning of its talk to the time-out that ends it.
    pub talks: Option<u64>,
    /// From its hang-up to its end.
    pub destroyed: Option<u64>,
    /// From its end until its row becomes `offline`.
    pub offline: Option<u64>,
}

/// A command whose turn came.
#[derive(Clone, Debug)]
pub struct Turn {
    flow: Arc<Flow>,
    node: NodeId,
    /// Its pace, by the index among those of single commands.
    step: Option<usize>,
    /// Its entry, by its index in the log; absent where it never began.
    pub(super) entry: Option<usize>,
}

impl Turn {
    /// The path of the command.
    pub fn path(&self) -> String {
        self.flow.path(self.node)
    }

    /// Its entry, by its index in the log; absent where it never began.
    pub fn entry(&self) -> Option<usize> {
        self.entry
    }
}

impl Call {
    /// The entries, by their index in the log, that the pace made longer or shorter.
    pub fn paced(&self) -> &[usize] {
        &self.written.paced
    }

    /// Those of them that would have ended earlier.
    pub fn held(&self) -> &[usize] {
        &self.written.held
    }

    /// The turns of commands so far.
    pub fn turns(&self) -> &[Turn] {
        &self.written.turns
    }

    /// It is the turn of the next command of the block on top: the delay before it.
    pub(super) fn turn(&mut self) -> u64 {
        let Some(Frame::Block(block)) = self.stack.last() else {
            return 0;
        };
        let Block { flow, gap, .. } = block;
        let (flow, gap, node) = (flow.clone(), *gap, block.list[block.next]);
        let steps = &self.setup.pace.steps;
        let step = match steps.is_empty() {
            true => None,
            false => {
                let path = flow.path(node);
                let turns = self.written.turns.iter();
                let before = turns.filter(|turn| turn.path() == path).count();
                let same = |&step: &usize| *steps[step].path == *path;
                (0..steps.len()).filter(same).nth(before)
            }
        };
        let gap = step.and_then(|step| steps[step].after).unwrap_or(gap);
        self.written.turns.push(Turn {
            flow,
            node,
            step,
            entry: None,
        });
        gap
    }

    /// When the command whose turn it is, and which begins now, is to end, where the pace says so.
    pub(super) fn paced_end(&self) -> Option<u64> {
        let pace = &self.setup.pace;
        let known = pace.lasts.get(self.written.log.len()).copied().flatten();
        let step = || pace.steps.get(self.written.turns.last()?.step?)?.lasts;
        Some(self.now.saturating_add(known.or_else(step)?))
    }

    /// How long the command on top, which is about to end, is still held open.
    pub(super) fn hold(&mut self) -> Option<u64> {
        let Some(Frame::Open(open)) = self.stack.last() else {
            return None;
        };
        let rest = open.ends.map_or(0, |ends| ends.saturating_sub(self.now));
        if rest > 0 {
            self.written.paced.push(open.entry);
            self.written.held.push(open.entry);
        }
        (rest > 0 || self.setup.pace.every_delay).then_some(rest)
    }

    /// How the command on top ends that the pace holds open; absent where it holds none.
    pub(super) fn closing(&self) -> Option<&Step> {
        match (&self.need, &self.after) {
            (Need::Pass(_), After::Close(step)) => Some(step),
            _ => None,
        }
    }

    /// A time that the command on top takes, cut where the command is to end earlier.
    pub(super) fn cut(&mut self, time: u64) -> u64 {
        let Some(Frame::Open(open)) = self.stack.last() else {
            return time;
        };
        let rest = open.ends.map(|ends| ends.saturating_sub(self.now));
        match rest {
            Some(rest) if rest < time => {
                self.written.paced.push(open.entry);
                rest
            }
            _ => time,
        }
    }

    /// A need of the command on top, cut where the command is to end earlier. Needs that end in
    /// another way when their time is over keep their time.
    pub(super) fn cut_need(&mut self, need: Need) -> Need {
        match need {
            Need::Hear {
                sound,
                caller,
                lasts: Some(lasts),
            } => {
                let lasts = Some(self.cut(lasts));
                Need::Hear {
                    sound,
                    caller,
                    lasts,
                }
            }
            Need::Wait { at_most, stop } => {
                let at_most = self.cut(at_most);
                Need::Wait { at_most, stop }
            }
            need => need,
        }
    }

    /// The pace of a leg, by its index, that goes or will go to a destination.
    pub(super) fn leg_pace(&self, index: usize, to: &str) -> Option<&LegPace> {
        let legs = &self.setup.pace.legs;
        if legs.is_empty() {
            return None;
        }
        let before = self.legs.iter().take(index).filter(|leg| *leg.to == *to);
        let mut same = legs.iter().filter(|leg| *leg.to == *to);
        same.nth(before.count())
    }
}

//! The platform's own delays in one call, where they are not the usual ones.

use super::Call;
use super::flow::{Block, Frame};
use crate::channel::Need;

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
}

/// The delays of a command: the n-th of a path is that of the n-th command with this path.
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
    /// From its creation, or from the beginning of its talk, to the time-out that ends it.
    pub gives_up: Option<u64>,
    /// From its hang-up to its end.
    pub destroyed: Option<u64>,
    /// From its end until its row becomes `offline`.
    pub offline: Option<u64>,
}

impl Call {
    /// The entries, by their index in the log, that the pace made longer or shorter.
    pub fn paced(&self) -> &[usize] {
        &self.written.paced
    }

    /// The pace of the command that comes next in a block.
    fn step_pace(&self, block: &Block) -> Option<&StepPace> {
        let steps = &self.setup.pace.steps;
        if steps.is_empty() {
            return None;
        }
        let path = block.flow.path(*block.list.get(block.next)?);
        let before = self.written.log.iter().filter(|entry| entry.path() == path);
        let mut same = steps.iter().filter(|step| *step.path == *path);
        same.nth(before.count())
    }

    /// The delay before the next command of the block on top.
    pub(super) fn gap(&self, block: &Block) -> u64 {
        let paced = self.step_pace(block).and_then(|step| step.after);
        paced.unwrap_or(block.gap)
    }

    /// When the next command of the block is to end, where the pace says so.
    pub(super) fn paced_end(&self, block: &Block) -> Option<u64> {
        let lasts = self.step_pace(block)?.lasts?;
        Some(self.now.saturating_add(lasts))
    }

    /// How long the command on top, which is about to end, is still held open.
    pub(super) fn hold(&mut self) -> Option<u64> {
        let Some(Frame::Open(open)) = self.stack.last() else {
            return None;
        };
        let rest = open.ends?.checked_sub(self.now).filter(|rest| *rest > 0)?;
        self.written.paced.push(open.entry);
        Some(rest)
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

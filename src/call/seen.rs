//! What a driver asks that knows already how the call went.

use super::flow::Frame;
use super::{After, BROKEN_OFF, Call};
use crate::channel::cause::Cause;
use crate::channel::{Course, Label, Need, Outcome, Reason, Run, Scene, Step};

/// What a delay of the platform's own stands before.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Delay {
    /// The next command begins.
    Enter,
    /// Legs are created.
    Legs,
    /// A command learns what came of its legs.
    Report,
    /// A command ends.
    Close,
}

impl Call {
    /// What the present delay stands before; absent where the call needs something else.
    pub fn delay(&self) -> Option<Delay> {
        match (&self.need, &self.after) {
            (Need::Pass(_), After::Enter) => Some(Delay::Enter),
            (Need::Pass(_), After::Legs(_)) => Some(Delay::Legs),
            (Need::Pass(_), After::Report(_)) => Some(Delay::Report),
            (Need::Pass(_), After::Close(_)) => Some(Delay::Close),
            _ => None,
        }
    }

    /// The entries of the open commands, innermost last, by their indices in the log.
    pub fn open_entries(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.stack.iter().filter_map(|frame| match frame {
            Frame::Open(open) => Some(open.entry),
            Frame::Block(_) => None,
        })
    }

    /// The entry of the innermost command that a key would end what runs inside it for.
    pub fn listener(&self) -> Option<usize> {
        let at = self.listening()?;
        self.stack[..at].iter().rev().find_map(|frame| match frame {
            Frame::Open(open) => Some(open.entry),
            Frame::Block(_) => None,
        })
    }

    /// The path of the command that runs next if nothing breaks off: what handles the failure with
    /// which the innermost command ends, or what is left of the innermost block, as far as a key would
    /// end them.
    pub fn upcoming(&self) -> Option<String> {
        if let (Some(Step::Failed(_)), Some(Frame::Open(open))) =
            (self.closing(), self.stack.last())
            && let Some(&handler) = self.handlers(open).first()
        {
            return Some(open.flow.path(handler));
        }
        let from = self.listening().unwrap_or(0);
        self.stack[from..]
            .iter()
            .rev()
            .find_map(|frame| match frame {
                Frame::Block(block) => {
                    let next = block.list.get(block.next)?;
                    Some(block.flow.path(*next))
                }
                Frame::Open(_) => None,
            })
    }

    /// The key that the caller must press next for an open command, by its entry, to take a course,
    /// and the time until then.
    pub fn key_for(&self, entry: usize, course: &Course<'_>) -> Option<(u64, char)> {
        self.consult(entry, |command, scene| command.key(scene, course))?
    }

    /// Whether an open command, by its entry, made an attempt that left no trace, before its prompts.
    pub fn skips(&self, entry: usize, course: &Course<'_>) -> bool {
        let skips = self.consult(entry, |command, scene| command.skips(scene, course));
        skips.unwrap_or(false)
    }

    /// The reason with which an open command would end, by its entry, if a key broke it off now.
    pub fn reason_if_broken_off(&self, entry: usize) -> Option<Reason> {
        let is_last = self.open_entries().next_back() == Some(entry);
        // What is only held open ends as it was about to.
        if let Some(Step::Done(reason) | Step::Failed(reason)) = self.closing().filter(|_| is_last)
        {
            return Some(reason.clone());
        }
        let step = self.consult(entry, |command, scene| command.told(scene, Outcome::Done))?;
        Some(match step {
            Step::Done(reason) => reason,
            _ => BROKEN_OFF.into(),
        })
    }

    /// The reason with which an open command would fail, by its entry, if nobody answered.
    pub fn reason_if_unanswered(&self, entry: usize, cause: Cause) -> Option<Reason> {
        let outcome = Outcome::NotAnswered(cause);
        match self.consult(entry, |command, scene| command.told(scene, outcome))? {
            Step::Failed(reason) => Some(reason),
            _ => None,
        }
    }

    /// How long an open command, by its entry, waits for a key behind its prompts; absent where it
    /// waits for none.
    pub fn collects(&self, entry: usize) -> Option<u64> {
        let step = self.consult(entry, |command, scene| {
            command.told(scene, Outcome::BlockEnded)
        })?;
        match step {
            Step::Collect { at_most } => Some(at_most),
            _ => None,
        }
    }

    /// Asks an open command something. The question leaves no trace in the call.
    fn consult<T>(
        &self,
        entry: usize,
        ask: impl FnOnce(&dyn Run, &mut Scene<'_>) -> T,
    ) -> Option<T> {
        let open = self.stack.iter().find_map(|frame| match frame {
            Frame::Open(open) if open.entry == entry => Some(open),
            _ => None,
        })?;
        let recordings = self.recordings.available();
        let members = open.flow.members(open.node);
        let labels: Vec<Label<'_>> = members
            .iter()
            .map(|&member| open.flow.node(member).command.run().label())
            .collect();
        let (mut progress, mut assumed) = (open.progress.clone(), self.written.assumed);
        let mut scene = Scene {
            facts: &self.facts,
            children: &labels,
            tag: open.flow.node(open.node).tag.as_deref(),
            progress: &mut progress,
            recordings: &recordings,
            failure: &open.failure,
            assumed: &mut assumed,
        };
        let command = &open.flow.node(open.node).command;
        Some(ask(command.run(), &mut scene))
    }

    fn listening(&self) -> Option<usize> {
        let listens = |frame: &Frame| matches!(frame, Frame::Block(block) if block.listen);
        self.stack.iter().rposition(listens)
    }
}

//! The flow's side of a call: the stack of open blocks and commands.

use std::sync::Arc;

use super::state::{Block, Continuation, Frame, List, Open};
use super::{Machine, RunningDocument};
use crate::channel::cause::Cause;
use crate::channel::{Action, Delay, Need, Outcome, Progress, Reason, timing};
use crate::fidelity::{Assumption, Reading};
use crate::flow::{EntryState as Status, Surroundings};
use crate::record::EndedBy;

impl Machine<'_> {
    /// The flow begins.
    pub(super) fn begin(&mut self) {
        if let Some(Frame::Block(block)) = self.state.stack.last() {
            let assumed = block.document.flow.assumed();
            self.trace.assumed_mut().extend(assumed);
        }
        self.go_on();
    }

    /// Goes on with what is on top: the next command of a block, or its end.
    pub(super) fn go_on(&mut self) {
        match self.state.stack.last() {
            Some(Frame::Block(block)) if block.upcoming().is_some() => {
                let gap = block.gap();
                if [timing::AFTER_COMMAND, timing::INTO_BLOCK].contains(&gap) {
                    self.assume(Assumption::StepTime);
                }
                self.delay(Delay::Enter, gap, Continuation::Plain);
            }
            Some(Frame::Block(_)) => {
                let delay = match self.state.stack.len() {
                    1 => Delay::FlowEnd,
                    _ => Delay::BlockEnd,
                };
                self.delay(delay, 0, Continuation::Plain);
            }
            Some(Frame::Open(_)) => {
                let action = self.ask(Some(Outcome::BlockEnded));
                self.perform(action);
            }
            None => {
                self.assume(Assumption::FlowEnd);
                if self.is(Reading::FlowEndParks) {
                    return self.delay(Delay::Parked, timing::PARKED, Continuation::Plain);
                }
                self.end(EndedBy::FlowEnd, Cause::NORMAL_CLEARING);
            }
        }
    }

    /// The platform takes its time.
    pub(super) fn delay(&mut self, delay: Delay, usual: u64, continuation: Continuation) {
        self.state.continuation = continuation;
        self.wait_for(Need::PlatformDelay { delay, usual });
    }

    pub(super) fn wait_for(&mut self, need: Need) {
        self.state.need = need;
        self.changes.need = true;
    }

    /// The block on top has ended.
    pub(super) fn end_block(&mut self) {
        let ended = self.state.stack.pop();
        self.end_entries();
        if let Some(Frame::Block(Block {
            ends_call: true, ..
        })) = ended
        {
            return self.end(EndedBy::FlowEnd, Cause::NORMAL_CLEARING);
        }
        self.go_on();
    }

    /// The innermost command ends.
    pub(super) fn end_entry(&mut self, status: Status, reason: Reason) {
        let is_left_open = self.is(Reading::ContainersLeftOpen);
        self.trace.end(self.now, status, reason, is_left_open);
    }

    /// The innermost block ends, and with it the commands whose last act it was.
    fn end_entries(&mut self) {
        let is_left_open = self.is(Reading::ContainersLeftOpen);
        self.trace.end_block(self.now, is_left_open);
    }

    /// Opens a block on top. One below that has nothing more to do is forgotten.
    pub(super) fn open_block(&mut self, block: Block) {
        match self.state.stack.last_mut() {
            Some(Frame::Block(below)) if below.upcoming().is_none() && !below.ends_call => {
                *below = block;
            }
            _ => {
                self.state.stack.push(Frame::Block(block));
                self.trace.open_block();
            }
        }
    }

    /// Begins the next command of the block on top.
    pub(super) fn enter(&mut self) {
        let Some(Frame::Block(block)) = self.state.stack.last_mut() else {
            return;
        };
        let Some((index, node)) = block.upcoming() else {
            return;
        };
        block.next = index + 1;
        // It was for the first command.
        block.into = 0;
        let open = Open {
            document: block.document.clone(),
            node,
            progress: Progress::default(),
            fetched: None,
            recording: None,
            handling: block.handling,
            failure: block.failure.clone(),
        };
        let document = open.document.clone();
        let assumed = document.flow.node(node).assumed;
        self.trace.assumed_mut().extend(assumed);
        self.trace.begin(self.now, document, node);
        self.state.stack.push(Frame::Open(open));
        let action = self.ask(None);
        self.perform(action);
    }

    /// Tells the command on top what came of what it asked for.
    pub(super) fn resume(&mut self, outcome: Outcome) {
        let action = self.ask(Some(outcome));
        self.perform(action);
    }

    /// What the command on top does: to begin with, or when told something.
    pub(super) fn ask(&mut self, outcome: Option<Outcome>) -> Action {
        let recordings: Vec<&str> = self.state.available.iter().map(|tag| &**tag).collect();
        let Some(Frame::Open(open)) = self.state.stack.last_mut() else {
            return Action::Done(Reason::default());
        };
        let around = Surroundings {
            facts: &self.setup.facts,
            clock: self.setup.clock(self.now),
            answered: self.state.answered,
            held: self.state.held,
            recordings: &recordings,
            failure: open.failure.as_deref().unwrap_or_default(),
            platform: self.setup.platform,
        };
        open.document.flow.ask(
            open.node,
            around,
            &mut open.progress,
            self.trace.assumed_mut(),
            outcome,
        )
    }

    /// Takes the command on top off the stack.
    fn pop_open(&mut self) -> Option<Open> {
        let Some(Frame::Open(_)) = self.state.stack.last() else {
            return None;
        };
        let Some(Frame::Open(open)) = self.state.stack.pop() else {
            return None;
        };
        if let Some(recording) = open.recording {
            self.release_recording(recording);
        }
        Some(open)
    }

    /// Closes the command on top and goes on behind it, or with its Error blocks.
    pub(super) fn close(&mut self, status: Status, reason: Reason) {
        let Some(open) = self.pop_open() else {
            return;
        };
        self.end_entry(status, reason.clone());
        if status == Status::Failed && !self.open_handlers(&open, reason) {
            self.assume(Assumption::UnhandledFailure);
            if self.is(Reading::FailureEndsCall) {
                return self.end(EndedBy::FlowEnd, Cause::NORMAL_CLEARING);
            }
        }
        self.go_on();
    }

    /// Opens the Error blocks of a command that failed: its own, or those of its document. What
    /// fails inside those of the document is not handled by them again.
    ///
    /// Whether there are any.
    fn open_handlers(&mut self, open: &Open, reason: Reason) -> bool {
        let flow = &open.document.flow;
        let (list, handling) = if !flow.handlers(open.node).is_empty() {
            (List::Handlers(Some(open.node)), open.handling)
        } else if !open.handling && !flow.error().is_empty() {
            self.assume(Assumption::ResponseError);
            if self.is(Reading::ResponseErrorIgnored) {
                return false;
            }
            (List::Handlers(None), true)
        } else {
            return false;
        };
        self.assume(Assumption::AfterError);
        self.open_block(Block {
            handling,
            failure: Some(reason),
            ends_call: self.is(Reading::ErrorEndsCall),
            ..Block::new(open.document.clone(), list, timing::INTO_HANDLER)
        });
        true
    }

    /// The children of the command on top run, and then it is told so.
    pub(super) fn run_children(&mut self, listen: bool) {
        let Some(Frame::Open(open)) = self.state.stack.last() else {
            return;
        };
        let block = Block {
            listen,
            ..open.children(List::Children(Some(open.node)))
        };
        self.open_block(block);
        self.go_on();
    }

    /// The command on top does its last act.
    pub(super) fn end_with(&mut self, last: crate::channel::Last, reason: Reason) {
        use crate::channel::Last;
        let Some(open) = self.pop_open() else {
            return;
        };
        let flow = &open.document.flow;
        let block = match last {
            Last::Children => Some(open.children(List::Children(Some(open.node)))),
            Last::Branch(index) => {
                let branch = flow.inside(open.node).members.get(index).copied();
                branch.map(|branch| open.children(List::Branch(branch)))
            }
            Last::Document => open.fetched.as_ref().map(|document| {
                self.trace.assumed_mut().extend(document.flow.assumed());
                Block::new(document.clone(), List::Children(None), open.gap_into())
            }),
        };
        match block {
            Some(block) => {
                // The command ends with the block, so it belongs to what the block closes.
                let entry = self.trace.take_innermost();
                self.open_block(block);
                self.trace.end_with_block(entry, reason);
            }
            None => self.end_entry(Status::Success, reason),
        }
        self.go_on();
    }

    /// Ends the prompts of a command that listens, and tells it the key.
    pub(super) fn cut_short(&mut self, key: char) {
        if let Some(Frame::Open(_)) = self.state.stack.last() {
            // A prompt that has finished but is delayed keeps its own result.
            let closing = std::mem::replace(&mut self.state.continuation, Continuation::Plain);
            let (status, reason) = match closing {
                Continuation::Close(Action::Failed(reason)) => (Status::Failed, reason),
                Continuation::Close(Action::Done(reason)) => (Status::Success, reason),
                _ => match self.ask(Some(Outcome::CutShort)) {
                    Action::Done(reason) => (Status::Success, reason),
                    _ => (Status::Success, Reason::default()),
                },
            };
            self.pop_open();
            self.end_entry(status, reason);
        }
        self.state.stack.pop();
        self.end_entries();
        self.resume(Outcome::Key(key));
    }
}

impl Open {
    fn gap_into(&self) -> u64 {
        let command = &self.document.flow.node(self.node).command;
        command.spec().gaps.into
    }

    /// A block inside the command.
    fn children(&self, list: List) -> Block {
        Block {
            handling: self.handling,
            ..Block::new(self.document.clone(), list, self.gap_into())
        }
    }
}

/// The document that a command fetched.
pub(super) fn fetched(flow: Arc<crate::flow::Flow>, url: Box<str>) -> Arc<RunningDocument> {
    let url = Some(url);
    Arc::new(RunningDocument { flow, url })
}

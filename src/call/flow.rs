//! The flow's side of a call: the stack of open blocks and commands.

use std::borrow::Cow;
use std::sync::Arc;

use super::{After, Call, EndedBy, Limit, MAX_ENTRIES};
use crate::channel::cause::Cause;
use crate::channel::{Label, Need, Outcome, Progress, Scene, Step, timing};
use crate::command::Role;
use crate::fidelity::Assumption;
use crate::flow::{Flow, NodeId, State};

/// The reason of a command that a key broke off, where it has none of its own.
pub const BROKEN_OFF: &str = "stopped by dtmf";

/// What is open, innermost last: blocks and commands in turn.
#[derive(Clone, Debug)]
pub(super) enum Frame {
    Block(Block),
    Open(Open),
}

/// A list of commands that run in their order.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) flow: Arc<Flow>,
    pub(super) list: Vec<NodeId>,
    pub(super) next: usize,
    /// The platform's own delay before the next of them.
    pub(super) gap: u64,
    /// Why the command failed whose Error blocks these are.
    pub(super) failure: Option<Cow<'static, str>>,
    /// Whether a key ends the block and goes to the command around it.
    pub(super) listen: bool,
    /// Whether the list is a fetched document.
    pub(super) document: bool,
}

impl Block {
    pub(super) fn new(flow: Arc<Flow>, list: Vec<NodeId>, gap: u64) -> Self {
        let (next, failure, listen, document) = (0, None, false, false);
        Self {
            flow,
            list,
            next,
            gap,
            failure,
            listen,
            document,
        }
    }
}

/// A command that has begun.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) flow: Arc<Flow>,
    pub(super) node: NodeId,
    pub(super) entry: usize,
    pub(super) progress: Progress,
    /// What it fetched.
    pub(super) document: Option<Arc<Flow>>,
    /// Whether it takes what it fetches as a flow.
    pub(super) wants_flow: bool,
    /// The recording that it began.
    pub(super) recording: Option<usize>,
    /// Why the command around it failed.
    pub(super) failure: Cow<'static, str>,
    /// When the pace has it end.
    pub(super) ends: Option<u64>,
}

impl Call {
    /// The flow begins.
    pub(super) fn begin(&mut self) {
        let flow = self.flow.clone();
        self.written.assumed.extend(flow.assumed());
        let list = runnable(&flow, flow.children());
        self.stack.push(Frame::Block(Block::new(flow, list, 0)));
        let step = self.advance();
        self.drive(step);
    }

    /// Goes on with the block on top: its next command, or its end. What follows at once, if
    /// anything does.
    pub(super) fn advance(&mut self) -> Option<Step> {
        loop {
            match self.stack.last() {
                Some(Frame::Block(block)) if block.next < block.list.len() => {
                    let gap = self.turn();
                    if gap == 0 && !self.setup.pace.every_delay {
                        return self.enter();
                    }
                    self.pass(gap, After::Enter);
                    return None;
                }
                Some(Frame::Block(_)) => {
                    self.stack.pop();
                }
                Some(Frame::Open(_)) => return Some(self.ask(Some(Outcome::BlockEnded))),
                None => {
                    self.assume(Assumption::FlowEnd);
                    self.end(EndedBy::FlowEnd, Cause::NORMAL_CLEARING);
                    return None;
                }
            }
        }
    }

    /// Begins the next command of the block on top.
    pub(super) fn enter(&mut self) -> Option<Step> {
        if self.written.log.len() >= MAX_ENTRIES {
            self.stop(Limit::Entries);
            return None;
        }
        let depth = self
            .stack
            .iter()
            .filter(|frame| matches!(frame, Frame::Open(_)))
            .count();
        let ends = self.paced_end();
        let Some(Frame::Block(block)) = self.stack.last_mut() else {
            return None;
        };
        let (flow, node) = (block.flow.clone(), block.list[block.next]);
        let failure = block.failure.clone().unwrap_or_default();
        block.next += 1;
        block.gap = 0;
        self.written.assumed.extend(flow.node(node).assumed);
        let entry = self.open_entry(&flow, node, depth);
        if let Some(turn) = self.written.turns.last_mut() {
            turn.entry = Some(entry);
        }
        let (progress, document, wants_flow, recording) = (Progress::default(), None, false, None);
        self.stack.push(Frame::Open(Open {
            flow,
            node,
            entry,
            progress,
            document,
            wants_flow,
            recording,
            failure,
            ends,
        }));
        Some(self.ask(None))
    }

    /// Tells the command on top what came of what it asked for.
    pub(super) fn resume(&mut self, outcome: Outcome) {
        let step = self.ask(Some(outcome));
        self.drive(Some(step));
    }

    /// What the command on top does: to begin with, or when told something.
    pub(super) fn ask(&mut self, outcome: Option<Outcome>) -> Step {
        let recordings = self.recordings.available();
        let now = self.setup.start.after(self.now).timestamp();
        self.facts.local = now.to_zoned(self.setup.time_zone.clone()).datetime();
        let Some(Frame::Open(open)) = self.stack.last_mut() else {
            return Step::Done(Cow::Borrowed("unknown"));
        };
        let Open {
            flow,
            node,
            progress,
            failure,
            ..
        } = open;
        let members = flow.members(*node);
        let labels: Vec<Label<'_>> = members
            .iter()
            .map(|&member| flow.node(member).command.run().label())
            .collect();
        let mut scene = Scene {
            facts: &self.facts,
            children: &labels,
            tag: flow.node(*node).tag.as_deref(),
            progress,
            recordings: &recordings,
            failure,
            assumed: &mut self.written.assumed,
        };
        let behaviour = flow.node(*node).command.run();
        match outcome {
            None => behaviour.begin(&mut scene),
            Some(outcome) => behaviour.told(&mut scene, outcome),
        }
    }

    /// Closes the command on top and goes on behind it, or with its Error blocks.
    pub(super) fn close(&mut self, state: State, reason: Cow<'static, str>) {
        let Some(Frame::Open(open)) = self.stack.pop() else {
            return;
        };
        let after = open.flow.node(open.node).command.spec().gaps.after;
        self.close_entry(open.entry, state, reason.clone());
        if let Some(Frame::Block(block)) = self.stack.last_mut() {
            block.gap = after;
        }
        if after == timing::AFTER_COMMAND {
            self.assume(Assumption::StepTime);
        }
        if state == State::Failed {
            self.handle(&open, reason);
        }
    }

    /// The Error blocks that run if a command fails: its own, or those of its document.
    pub(super) fn handlers(&self, open: &Open) -> Vec<NodeId> {
        let handlers = open.flow.handlers(open.node);
        match handlers.is_empty() && !self.runs_handlers_of(&open.flow) {
            true => open.flow.error().to_vec(),
            false => handlers,
        }
    }

    /// Opens the Error blocks of a command that failed.
    fn handle(&mut self, open: &Open, reason: Cow<'static, str>) {
        let handlers = self.handlers(open);
        if handlers.is_empty() {
            self.assume(Assumption::UnhandledFailure);
            return;
        }
        if handlers == open.flow.error() {
            self.assume(Assumption::ResponseError);
        }
        self.assume(Assumption::AfterError);
        let mut block = Block::new(open.flow.clone(), handlers, timing::INTO_HANDLER);
        block.failure = Some(reason);
        self.stack.push(Frame::Block(block));
    }

    /// Whether the Error blocks of the document itself are running.
    fn runs_handlers_of(&self, flow: &Arc<Flow>) -> bool {
        self.stack.iter().any(|frame| match frame {
            Frame::Block(block) => Arc::ptr_eq(&block.flow, flow) && block.list == flow.error(),
            Frame::Open(_) => false,
        })
    }

    /// A key was pressed: it goes to the innermost command that listens, and ends what runs inside it.
    pub(super) fn key(&mut self, key: char) {
        match &self.need {
            Need::Collect { .. } => return self.resume(Outcome::Key(key)),
            Need::Wait { stop, .. } if stop.contains(key) => return self.resume(Outcome::Key(key)),
            _ => {}
        }
        let listens = |frame: &Frame| matches!(frame, Frame::Block(block) if block.listen);
        let Some(listener) = self.stack.iter().rposition(listens) else {
            self.assume(Assumption::KeysUnheard);
            self.written.unheard.push((self.now, key));
            return;
        };
        self.drop_legs();
        // What is only held open ends as it was about to.
        let mut held = self.closing().cloned();
        while self.stack.len() > listener {
            if let Some(Frame::Open(open)) = self.stack.last() {
                let entry = open.entry;
                let (state, reason) = match held.take() {
                    Some(Step::Failed(reason)) => (State::Failed, reason),
                    Some(Step::Done(reason)) => (State::Success, reason),
                    _ => match self.ask(Some(Outcome::Done)) {
                        Step::Done(reason) => (State::Success, reason),
                        _ => (State::Success, Cow::Borrowed(BROKEN_OFF)),
                    },
                };
                self.close_entry(entry, state, reason);
            }
            self.stack.pop();
        }
        self.resume(Outcome::Key(key));
    }
}

/// The commands of a list that run in their turn.
pub(super) fn runnable(flow: &Flow, list: &[NodeId]) -> Vec<NodeId> {
    let runs = |&&node: &&NodeId| flow.node(node).command.spec().role == Role::Step;
    list.iter().filter(runs).copied().collect()
}

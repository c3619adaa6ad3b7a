//! Does what the command on top asked for.

use std::sync::Arc;

use super::agenda::Due;
use super::flow::{Block, Frame, Open, runnable};
use super::recordings::Which;
use super::{After, Call, EndedBy, Limit, MAX_DOCUMENTS};
use crate::channel::cause::Cause;
use crate::channel::{
    Act, CallState, Destination, FetchError, Need, Outcome, Reply, Request, Step, timing,
};
use crate::diagnostic::Severity;
use crate::fidelity::Assumption;
use crate::flow::{Flow, State, compile};
use crate::xml;

impl Call {
    /// Does what commands ask for, one after the other, until the call needs something of the world.
    pub(super) fn drive(&mut self, step: Option<Step>) {
        let mut next = step;
        while let Some(step) = next {
            next = self.perform(step);
        }
    }

    /// Does what the command on top asked for; what follows from it at once.
    fn perform(&mut self, step: Step) -> Option<Step> {
        if matches!(step, Step::Done(_) | Step::Failed(_) | Step::HangUp(_))
            && let Some(rest) = self.hold()
        {
            self.pass(rest, After::Close(step));
            return None;
        }
        self.follow(step)
    }

    /// Does what the command on top asked for, which is not held open.
    pub(super) fn follow(&mut self, step: Step) -> Option<Step> {
        match step {
            Step::Act(act) => {
                self.act(act);
                return Some(self.ask(Some(Outcome::Done)));
            }
            Step::Fetch { request, flow } => self.fetch(request, flow),
            Step::Ring(ring) => {
                let first = ring.to.first().map(Destination::name);
                let pace = first.and_then(|to| self.leg_pace(self.legs.len(), to));
                let created = pace.and_then(|pace| pace.created);
                self.pass(created.unwrap_or(timing::LEG_CREATED), After::Legs(ring));
            }
            Step::Bridge { at_most } => self.bridge(at_most),
            Step::Hear {
                sound,
                caller,
                lasts,
            } => {
                if caller && !self.facts.answered {
                    self.assume(Assumption::EarlyMedia);
                }
                let lasts = lasts.map(|lasts| lasts.min(timing::LONGEST_MEDIA));
                let need = self.cut_need(Need::Hear {
                    sound,
                    caller,
                    lasts,
                });
                self.wait_for(need);
            }
            Step::Wait { at_most, stop } => {
                let need = self.cut_need(Need::Wait { at_most, stop });
                self.wait_for(need);
            }
            Step::Collect { at_most } => self.wait_for(Need::Collect { at_most }),
            Step::AwaitRecording { tag, at_most } => {
                let which = self.which(tag);
                if !self.await_recordings(which, at_most) {
                    return Some(self.ask(Some(Outcome::Done)));
                }
            }
            Step::RunChildren { listen } => {
                self.open_children(listen);
                return self.advance();
            }
            Step::RunBranch(index) => {
                self.open_branch(index);
                return self.advance();
            }
            Step::RunDocument => {
                self.open_document();
                return self.advance();
            }
            Step::Done(reason) => {
                self.close(State::Success, reason);
                return self.advance();
            }
            Step::Failed(reason) => {
                self.close(State::Failed, reason);
                return self.advance();
            }
            Step::HangUp(reason) => {
                let by = match self.stack.last() {
                    Some(Frame::Open(open)) => EndedBy::Command(open.entry),
                    _ => EndedBy::FlowEnd,
                };
                self.close(State::Success, reason);
                self.end(by, Cause::NORMAL_CLEARING);
            }
        }
        None
    }

    fn fetch(&mut self, request: Request, flow: bool) {
        if flow && self.documents() >= MAX_DOCUMENTS {
            self.stop(Limit::Documents(request.url));
            return;
        }
        if let Some(Frame::Open(open)) = self.stack.last_mut() {
            open.wants_flow = flow;
        }
        self.wait_for(Need::Fetch(request));
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Answer => self.answer(),
            Act::StartRecording { tag, asr } => {
                let recording = self.start_recording(tag, asr);
                if let Some(Frame::Open(open)) = self.stack.last_mut() {
                    open.recording = Some(recording);
                }
            }
            Act::StopRecording { tag } => {
                let which = self.which(tag);
                self.stop_recordings(&which);
            }
            Act::Hold { at_most } => {
                self.facts.held = true;
                self.agenda.remove(Due::HoldEnds);
                self.agenda.add(self.now + at_most, Due::HoldEnds);
            }
            Act::Unhold => {
                self.facts.held = false;
                self.agenda.remove(Due::HoldEnds);
            }
        }
    }

    /// Answers the call, unless it is answered or over.
    pub(super) fn answer(&mut self) {
        if self.inbound.state >= CallState::Live {
            return;
        }
        self.facts.answered = true;
        self.enter_state(CallState::Live);
        if let Some(minutes) = self.setup.parties.app.max_call_length_min {
            self.agenda
                .add(self.now + u64::from(minutes) * 60_000, Due::MaxLength);
        }
    }

    /// The recordings that the command on top means: the one that it began, or by tag.
    fn which(&self, tag: Option<Box<str>>) -> Which {
        match (self.stack.last(), tag) {
            (
                Some(Frame::Open(Open {
                    recording: Some(index),
                    ..
                })),
                _,
            ) => Which::One(*index),
            (_, Some(tag)) => Which::Tag(tag),
            (_, None) => Which::All,
        }
    }

    /// How many fetched documents are running inside one another.
    fn documents(&self) -> usize {
        let is_document = |frame: &&Frame| matches!(frame, Frame::Block(block) if block.document);
        self.stack.iter().filter(is_document).count()
    }

    fn open_children(&mut self, listen: bool) {
        let Some(Frame::Open(open)) = self.stack.last() else {
            return;
        };
        let node = open.flow.node(open.node);
        let list = runnable(&open.flow, open.flow.children_of(open.node));
        let mut block = Block::new(open.flow.clone(), list, node.command.spec().gaps.into);
        block.listen = listen;
        self.stack.push(Frame::Block(block));
    }

    fn open_branch(&mut self, index: usize) {
        let Some(Frame::Open(open)) = self.stack.last() else {
            return;
        };
        let branch = open.flow.members(open.node).get(index).copied();
        let gap = open.flow.node(open.node).command.spec().gaps.into;
        let block = Block::new(open.flow.clone(), branch.into_iter().collect(), gap);
        self.stack.push(Frame::Block(block));
    }

    fn open_document(&mut self) {
        let Some(Frame::Open(open)) = self.stack.last_mut() else {
            return;
        };
        let gap = open.flow.node(open.node).command.spec().gaps.into;
        let Some(flow) = open.document.take() else {
            return;
        };
        self.written.assumed.extend(flow.assumed());
        let list = runnable(&flow, flow.children());
        let mut block = Block::new(flow, list, gap);
        block.document = true;
        self.stack.push(Frame::Block(block));
    }

    /// A reply to the fetch of the command on top.
    pub(super) fn reply(&mut self, reply: &Reply) {
        let Some(Frame::Open(open)) = self.stack.last_mut() else {
            return;
        };
        if !(200..300).contains(&reply.status) {
            return self.resume(Outcome::BadStatus(reply.status));
        }
        if open.wants_flow {
            match flow_of(reply) {
                Ok(flow) => open.document = Some(flow),
                Err(message) => return self.resume(Outcome::BadDocument(message)),
            }
        }
        self.resume(Outcome::Fetched);
    }

    /// A reply that is no call flow, to the fetch of the command on top.
    pub(super) fn no_flow(&mut self, wrong: Box<str>) {
        let wants_flow = matches!(self.stack.last(), Some(Frame::Open(open)) if open.wants_flow);
        self.resume(match wants_flow {
            true => Outcome::BadDocument(wrong),
            false => Outcome::Fetched,
        });
    }

    /// The fetch of the command on top failed.
    pub(super) fn no_reply(&mut self, error: FetchError) {
        self.resume(Outcome::NotFetched(error));
    }
}

/// The flow in a reply, or the first thing that is wrong with it.
fn flow_of(reply: &Reply) -> Result<Arc<Flow>, Box<str>> {
    let (document, mut findings) = xml::read(&reply.name, &reply.body);
    if findings.is_empty() {
        let (flow, wrong) = compile(document);
        if wrong
            .iter()
            .all(|finding| finding.severity != Severity::Error)
        {
            return Ok(Arc::new(flow));
        }
        findings = wrong;
    }
    let first = findings
        .into_iter()
        .find(|finding| finding.severity == Severity::Error);
    Err(first.map_or_else(Box::default, |finding| finding.message.into()))
}

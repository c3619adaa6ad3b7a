//! Where a call is.

use std::collections::VecDeque;
use std::sync::Arc;

use super::stack::Stack;
use super::{CommandPlace, RunningDocument, Trace};
use crate::channel::cause::Cause;
use crate::channel::{
    Action, CallState, Delay, Destination, LegId, Need, Outcome, Progress, Reason, RecordingId,
    Ring, Timer, timing,
};
use crate::command::Role;
use crate::fidelity::{Platform, Reading};
use crate::flow::NodeId;
use crate::record::Audio;

/// Where a call is: all that decides what it does next.
///
/// A block whose last command has begun, and in which no handler can run any more, is not part of
/// it: what is left of it is entries to close, and those the trace knows. So a document that fetches
/// itself as its last act comes back to an equal state.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct State {
    pub(super) need: Need,
    pub(super) continuation: Continuation,
    /// What is open.
    pub(super) stack: Stack<Frame>,
    pub(super) inbound: CallState,
    pub(super) answered: bool,
    pub(super) held: bool,
    pub(super) legs: Vec<Option<Leg>>,
    pub(super) ringing: Option<Ringing>,
    /// Those that can still decide something.
    pub(super) recordings: Vec<Option<Recording>>,
    /// The tags of the recordings that are available, in their own order.
    pub(super) available: Vec<Box<str>>,
    pub(super) awaited: Option<Which>,
    /// Keys that no command has heard yet, where the platform keeps them.
    pub(super) kept_keys: VecDeque<char>,
    /// In their own order: when they are due is for the driver to say.
    pub(super) timers: Vec<Timer>,
}

/// What follows when the platform's own delay is over, as far as the delay does not say it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Continuation {
    /// What the delay says.
    Plain,
    /// The legs of a Dial are created.
    Legs(Ring),
    /// A command learns what came of its legs.
    Report(Outcome),
    /// The command on top ends.
    Close(Action),
    /// The caller has hung up before the leg came to life, which the platform sees only then.
    HangUp,
}

/// A block or a command that is open.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Frame {
    Block(Block),
    Open(Open),
}

/// A list of commands that run in their order.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Block {
    pub(super) document: Arc<RunningDocument>,
    pub(super) list: List,
    /// The index in the list from which the next command is looked for.
    pub(super) next: usize,
    /// The platform's usual delay before the first command, in milliseconds.
    pub(super) into: u64,
    /// Whether a key is for the command around it.
    pub(super) listen: bool,
    /// Whether this is inside the Error blocks of the document itself.
    pub(super) handling: bool,
    /// Why the command failed whose Error blocks these are.
    pub(super) failure: Option<Reason>,
    /// Whether the call ends with it (`after-error`).
    pub(super) ends_call: bool,
}

/// Which commands a block runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum List {
    /// Those inside a command; absent: those of the document.
    Children(Option<NodeId>),
    /// The Error blocks of a command; absent: those of the document.
    Handlers(Option<NodeId>),
    /// One branch.
    Branch(NodeId),
}

/// A command that has begun.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Open {
    pub(super) document: Arc<RunningDocument>,
    pub(super) node: NodeId,
    pub(super) progress: Progress,
    /// What it fetched.
    pub(super) fetched: Option<Arc<RunningDocument>>,
    /// The recording that it began.
    pub(super) recording: Option<RecordingId>,
    /// Whether it stands inside the Error blocks of the document itself.
    pub(super) handling: bool,
    /// Why the command around it failed.
    pub(super) failure: Option<Reason>,
}

/// A dialled leg that is not gone.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Leg {
    pub(super) state: CallState,
}

/// The legs of one attempt of a Dial.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Ringing {
    /// In the order of their destinations, and why each ended.
    pub(super) legs: Vec<RungLeg>,
    /// Whether one answered, which is the only one left.
    pub(super) is_answered: bool,
}

/// A leg of an attempt.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct RungLeg {
    pub(super) leg: LegId,
    pub(super) to: Destination,
    /// Why it ended.
    pub(super) ended: Option<Cause>,
}

/// A recording that is not available yet, or whose command has not ended.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Recording {
    pub(super) tag: Option<Box<str>>,
    pub(super) phase: Phase,
    /// Whether the command that began it is open, and can ask for it.
    pub(super) is_held: bool,
}

/// How far a recording is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Phase {
    Open,
    /// It ended, and is not available yet.
    Pending,
    Available,
}

/// Which recordings are meant.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Which {
    /// This one.
    One(RecordingId),
    /// Those with this tag.
    Tag(Box<str>),
    /// All.
    All,
}

/// A command that listens for keys now.
#[derive(Clone, Copy, Debug)]
pub struct Listener<'a> {
    /// The document that it stands in.
    pub document: &'a Arc<RunningDocument>,
    /// The command.
    pub node: NodeId,
    /// Which of its attempts this is, from 1; 0 for a command without attempts.
    pub attempt: u32,
    /// The keys of this attempt so far.
    pub digits: &'a str,
    /// Since when it listens.
    pub listens: Listens<'a>,
}

impl Listener<'_> {
    /// Where it stands.
    pub fn place(&self) -> CommandPlace {
        CommandPlace {
            document: self.document.clone(),
            node: self.node,
        }
    }

    /// The entry of the command in the log of its call.
    pub fn entry(&self, trace: &Trace) -> Option<usize> {
        let mut open = trace.open();
        let innermost = open.next();
        match self.listens {
            Listens::Prompt(_) => open.next(),
            _ => innermost,
        }
    }
}

/// How a command listens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Listens<'a> {
    /// It waits for any key.
    Waits,
    /// It waits, and these keys end its wait.
    Stops(&'a str),
    /// One of its prompts is heard.
    Prompt(NodeId),
    /// It is behind this command inside it, before the next; or before the first in this attempt.
    Gap(Option<NodeId>),
}

impl State {
    /// How many bytes it holds besides itself, about: what it shares with other states is not counted.
    pub fn size(&self) -> usize {
        // One frame or two are its own.
        2 * size_of::<Frame>()
            + size_of_val(&self.legs[..])
            + size_of_val(&self.recordings[..])
            + size_of_val(&self.available[..])
            + size_of_val(&self.timers[..])
    }

    pub(super) fn new(document: Arc<RunningDocument>) -> Self {
        let list = List::Children(None);
        let mut stack = Stack::default();
        stack.push(Frame::Block(Block::new(document, list, 0)));
        Self {
            need: Need::PlatformDelay {
                delay: Delay::Init,
                usual: timing::INIT,
            },
            continuation: Continuation::Plain,
            stack,
            inbound: CallState::Init,
            answered: false,
            held: false,
            legs: Vec::new(),
            ringing: None,
            recordings: Vec::new(),
            available: Vec::new(),
            awaited: None,
            kept_keys: VecDeque::new(),
            timers: Vec::new(),
        }
    }

    /// What the call waits for.
    pub fn need(&self) -> &Need {
        &self.need
    }

    /// Whether the call waits for the platform to do this.
    pub(super) fn waits_for(&self, what: Delay) -> bool {
        matches!(self.need, Need::PlatformDelay { delay, .. } if delay == what)
    }

    /// The timers that run.
    pub fn timers(&self) -> &[Timer] {
        &self.timers
    }

    /// The state of the inbound leg.
    pub fn inbound(&self) -> CallState {
        self.inbound
    }

    /// Whether the call was answered.
    pub fn is_answered(&self) -> bool {
        self.answered
    }

    /// Whether the caller is on hold.
    pub fn is_held(&self) -> bool {
        self.held
    }

    /// The state of a dialled leg; absent once it is gone.
    pub fn leg(&self, leg: LegId) -> Option<CallState> {
        self.legs.get(leg.0)?.as_ref().map(|leg| leg.state)
    }

    /// Whether anything of a dialled leg or a recording is left.
    pub fn has_leftovers(&self) -> bool {
        let is_open = |one: &Recording| one.phase != Phase::Available;
        let mut recordings = self.recordings.iter().flatten();
        self.legs.iter().flatten().any(|leg| !leg.state.is_over())
            || recordings.any(is_open)
            || !self.timers.is_empty()
    }

    /// How many blocks and commands are open inside one another.
    pub fn depth(&self) -> usize {
        self.stack.len()
    }

    /// The command that begins next, where the call waits to begin it.
    pub fn upcoming(&self) -> Option<CommandPlace> {
        let Frame::Block(block) = self.stack.last()? else {
            return None;
        };
        let (_, node) = block.upcoming()?;
        let document = block.document.clone();
        Some(CommandPlace { document, node })
    }

    /// How the innermost command ends that has finished.
    pub fn closing(&self) -> Option<&Action> {
        match &self.continuation {
            Continuation::Close(action) => Some(action),
            _ => None,
        }
    }

    /// Who the caller talks with: whoever answered, until either hangs up.
    pub fn talks_with(&self) -> Option<&Destination> {
        if let Need::Bridge { to, .. } = &self.need {
            return Some(to);
        }
        let answered = self.ringing.as_ref().filter(|one| one.is_answered)?;
        let leg = answered.legs.first().filter(|leg| leg.ended.is_none())?;
        Some(&leg.to)
    }

    /// What the caller hears, until the next input; without what the flow plays unless that can be
    /// played.
    pub fn sound(&self, is_playable: bool, platform: Platform) -> Audio {
        if let Some(to) = self.talks_with() {
            return Audio::Bridge(to.address().into());
        }
        let rings = |leg| self.leg(leg) == Some(CallState::Ringing);
        match &self.need {
            // What is played no times is not heard, however long the platform takes for it.
            Need::Hear {
                sound,
                caller: true,
                lasts,
            } if is_playable && *lasts != Some(0) => Audio::Sound(sound.clone()),
            _ if !self.answered => Audio::Ringing,
            Need::Ring { legs, .. }
                if legs.iter().any(|&(leg, _)| rings(leg))
                    && !platform.is(Reading::RingBackSilent) =>
            {
                Audio::RingBack
            }
            _ if self.held => Audio::Hold,
            _ => Audio::Silence,
        }
    }

    /// Which of its attempts the innermost command is on, from 1; 0 where there are none.
    pub fn attempt(&self) -> u32 {
        match self.stack.last() {
            Some(Frame::Open(open)) => open.progress.attempt,
            _ => 0,
        }
    }

    /// Whether the Error blocks of a command that failed are about to run.
    pub fn is_handling(&self) -> bool {
        match self.stack.last() {
            Some(Frame::Block(block)) => block.next == 0 && matches!(block.list, List::Handlers(_)),
            _ => false,
        }
    }

    /// Whether the innermost open command is open around itself as well: its document has come to run
    /// inside itself.
    pub fn is_inside_itself(&self) -> bool {
        let mut open = self.stack.iter().filter_map(|frame| match frame {
            Frame::Open(open) => Some(open),
            Frame::Block(_) => None,
        });
        let Some(innermost) = open.next() else {
            return false;
        };
        open.any(|other| other.node == innermost.node && other.document == innermost.document)
    }

    /// Whether the call is recorded now.
    pub fn is_recorded(&self) -> bool {
        let mut recordings = self.recordings.iter().flatten();
        recordings.any(|one| one.phase == Phase::Open)
    }

    /// Where the legs go that are about to be created.
    pub fn dialling(&self) -> &[Destination] {
        match &self.continuation {
            Continuation::Legs(ring) => &ring.to,
            _ => &[],
        }
    }

    /// The innermost open command that can still do something.
    pub fn current(&self) -> Option<CommandPlace> {
        let Frame::Open(open) = self.stack.last()? else {
            return None;
        };
        Some(open.place())
    }

    /// From where on each running document can still go on: of the commands before that in its text,
    /// those in Error blocks of the Response alone can still begin.
    pub fn ahead(&self) -> impl Iterator<Item = CommandPlace> {
        self.stack.iter().filter_map(|frame| match frame {
            Frame::Block(block) => {
                let (document, (_, node)) = (block.document.clone(), block.upcoming()?);
                Some(CommandPlace { document, node })
            }
            // What is inside it may run once more.
            Frame::Open(open) => Some(open.place()),
        })
    }

    /// The open commands that can still do something, innermost first.
    pub fn open_commands(&self) -> impl Iterator<Item = CommandPlace> {
        self.stack.iter().filter_map(|frame| match frame {
            Frame::Open(open) => Some(open.place()),
            Frame::Block(_) => None,
        })
    }

    /// The command that a key is for, if it comes now; absent where nobody listens for it.
    pub fn listener(&self, key: char) -> Option<Listener<'_>> {
        self.listener_unless(|stop| stop.contains(key))
    }

    /// The command that listens for any key, if one does: a key that only ends a wait is not for it.
    pub fn who_listens(&self) -> Option<Listener<'_>> {
        self.listener_unless(|_| false)
    }

    /// Who listens, unless one of the keys that end the present wait comes.
    fn listener_unless(&self, stops: impl Fn(&str) -> bool) -> Option<Listener<'_>> {
        let mut frames = self.stack.iter();
        let top = [frames.next(), frames.next(), frames.next()];
        let (open, listens) = match (top, &self.need) {
            ([Some(Frame::Open(open)), ..], Need::Collect { .. }) => (open, Listens::Waits),
            ([Some(Frame::Open(open)), ..], Need::Wait { stop, .. }) if stops(stop) => {
                (open, Listens::Stops(stop))
            }
            ([Some(Frame::Block(block)), Some(Frame::Open(open)), _], _) if block.listen => {
                (open, Listens::Gap(block.last()))
            }
            (
                [
                    Some(Frame::Open(prompt)),
                    Some(Frame::Block(block)),
                    Some(Frame::Open(open)),
                ],
                _,
            ) if block.listen && prompt.is_prompt() => (open, Listens::Prompt(prompt.node)),
            _ => return None,
        };
        Some(Listener {
            document: &open.document,
            node: open.node,
            attempt: open.progress.attempt,
            digits: &open.progress.digits,
            listens,
        })
    }

    pub(super) fn arm(&mut self, timer: Timer) {
        if let Err(place) = self.timers.binary_search(&timer) {
            self.timers.insert(place, timer);
        }
    }

    pub(super) fn is_armed(&self, timer: Timer) -> bool {
        self.timers.binary_search(&timer).is_ok()
    }

    /// Whether the timer was running.
    pub(super) fn disarm(&mut self, timer: Timer) -> bool {
        match self.timers.binary_search(&timer) {
            Ok(place) => {
                self.timers.remove(place);
                true
            }
            Err(_) => false,
        }
    }
}

impl Block {
    pub(super) fn new(document: Arc<RunningDocument>, list: List, into: u64) -> Self {
        Self {
            document,
            list,
            next: 0,
            into,
            listen: false,
            handling: false,
            failure: None,
            ends_call: false,
        }
    }

    /// The next command that runs in its turn, with its index in the list.
    pub(super) fn upcoming(&self) -> Option<(usize, NodeId)> {
        let flow = &self.document.flow;
        let children = match self.list {
            List::Branch(node) => return (self.next == 0).then_some((0, node)),
            List::Handlers(Some(node)) => {
                return flow
                    .handlers(node)
                    .get(self.next)
                    .map(|&one| (self.next, one));
            }
            List::Handlers(None) => {
                return flow.error().get(self.next).map(|&one| (self.next, one));
            }
            List::Children(None) => flow.children(),
            List::Children(Some(node)) => flow.children_of(node),
        };
        let runs = |node: NodeId| flow.node(node).command.spec().role == Role::Step;
        (self.next..children.len())
            .map(|index| (index, children[index]))
            .find(|&(_, node)| runs(node))
    }

    /// The command that had its turn last.
    fn last(&self) -> Option<NodeId> {
        let flow = &self.document.flow;
        let last = self.next.checked_sub(1)?;
        match self.list {
            List::Branch(node) => Some(node),
            List::Handlers(Some(node)) => flow.handlers(node).get(last).copied(),
            List::Handlers(None) => flow.error().get(last).copied(),
            List::Children(None) => flow.children().get(last).copied(),
            List::Children(Some(node)) => flow.children_of(node).get(last).copied(),
        }
    }

    /// The platform's usual delay before the next command, in milliseconds.
    pub(super) fn gap(&self) -> u64 {
        let flow = &self.document.flow;
        let last = self.last();
        last.map_or(self.into, |last| flow.node(last).command.spec().gaps.after)
    }
}

impl Open {
    pub(super) fn place(&self) -> CommandPlace {
        let document = self.document.clone();
        let node = self.node;
        CommandPlace { document, node }
    }

    pub(super) fn is_prompt(&self) -> bool {
        let command = &self.document.flow.node(self.node).command;
        command.behavior().is_prompt()
    }
}

impl Which {
    pub(super) fn means(&self, slot: usize, recording: &Recording) -> bool {
        match self {
            Self::One(one) => one.0 == slot,
            Self::Tag(tag) => recording.tag.as_deref() == Some(&**tag),
            Self::All => true,
        }
    }
}

/// Puts something into the first free slot from a place on, before which none is free.
pub(super) fn fill<T>(slots: &mut Vec<Option<T>>, from: usize, item: T) -> usize {
    let mut free = slots.iter().enumerate().skip(from);
    if let Some((free, _)) = free.find(|(_, slot)| slot.is_none()) {
        slots[free] = Some(item);
        free
    } else {
        slots.push(Some(item));
        slots.len() - 1
    }
}

/// Forgets the free slots at the end, so that equal contents are equal.
pub(super) fn trim<T>(slots: &mut Vec<Option<T>>) {
    while let Some(None) = slots.last() {
        slots.pop();
    }
}

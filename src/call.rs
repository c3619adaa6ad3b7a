//! One call in progress, as a pure state machine.
//!
//! A [`Call`] needs exactly one thing at a time ([`State::need`]) and is told what happened and when
//! ([`Call::handle`]). Beside its need it has timers: what the platform does that the flow does not
//! wait for. How long all of it takes is for the driver to say.
//!
//! [`State`] is where a call is; [`Trace`] is what it has written. Equal states go on in the same way
//! when they are told the same.
//!
//! **Invariants:** no I/O, no clock, no randomness; instants come with the inputs. A state holds no
//! instant, no counter and no identifier, and nothing written steers what happens. No command is
//! known by name here: what a command does stands in its own file.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::channel::{Clock, Facts, Input, Timer};
use crate::fidelity::{Assumption, Platform, Reading};
use crate::flow::{Flow, Library, NodeId};

mod blocks;
mod input;
mod legs;
mod perform;
mod record;
mod recordings;
mod stack;
mod state;
mod trace;

pub use state::{Listener, Listens, State};
pub use trace::{Fact, KeyFate, Noted, Trace};

/// What is constant during a call.
#[derive(Clone, Debug)]
pub struct Setup {
    /// When the call is created.
    pub start: Timestamp,
    /// What commands can ask about.
    pub facts: Facts,
    /// Whether the app answers the call before the flow begins.
    pub auto_answer: bool,
    /// The zone of the local time.
    pub time_zone: TimeZone,
    /// How the platform is taken to be (`[assume]`).
    pub platform: Platform,
    /// The flows that are fetched.
    pub library: Arc<Library>,
}

impl Setup {
    /// The wall clock so many milliseconds after the call was created.
    pub fn clock(&self, at: u64) -> Clock<'_> {
        let start = self.start.as_millisecond();
        let now = Timestamp::from_millisecond(start.saturating_add_unsigned(at));
        Clock {
            now: now.unwrap_or(Timestamp::MAX),
            zone: &self.time_zone,
        }
    }
}

/// A running document: a flow, and where it was fetched from.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RunningDocument {
    /// The flow.
    pub flow: Arc<Flow>,
    /// The URL as the fetching command wrote it; absent for the flow that took the call.
    pub url: Option<Box<str>>,
}

/// Not with the whole flow: a state names its documents many times.
impl fmt::Debug for RunningDocument {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.flow.source().name();
        let url = self.url.as_deref();
        out.write_str(url.unwrap_or(name))
    }
}

/// A command in a running document.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CommandPlace {
    /// The document.
    pub document: Arc<RunningDocument>,
    /// The command.
    pub node: NodeId,
}

impl CommandPlace {
    /// The path of the command.
    pub fn path(&self) -> String {
        self.document.flow.path(self.node)
    }

    /// The attribute that says how often the command tries, with its value.
    pub fn attempts(&self) -> Option<(&'static str, u32)> {
        let command = &self.document.flow.node(self.node).command;
        command.describe().traits().attempts
    }

    /// The tags along the path of the command: one for each step, its own the last.
    pub fn tags(&self) -> Vec<Option<&str>> {
        self.document.flow.tags(self.node)
    }

    /// The tag of the command.
    pub fn tag(&self) -> Option<&str> {
        self.document.flow.node(self.node).tag.as_deref()
    }
}

/// One call in progress. To try something, [fork](Self::fork) it: there is no clone of all that it has
/// written.
#[derive(Debug)]
pub struct Call {
    setup: Arc<Setup>,
    state: State,
    trace: Trace,
}

/// What an input changed for the driver.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// Whether a new need arose.
    pub need: bool,
    /// Timers that began to run, with the milliseconds that they usually take.
    pub armed: Vec<(Timer, u64)>,
    /// Timers that run no more. They were disarmed before any was armed.
    pub disarmed: Vec<Timer>,
}

impl Call {
    /// A call that has just been created, to a flow without errors.
    pub fn new(setup: Arc<Setup>, flow: Arc<Flow>) -> Self {
        let url = None;
        let mut trace = Trace::default();
        trace.assume(Assumption::EntryClosesOnExit);
        Self {
            setup,
            state: State::new(Arc::new(RunningDocument { flow, url })),
            trace,
        }
    }

    /// What is constant during the call.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Where it is.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What it has written.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// A call that goes on from here on its own: in the same state, with the same entries open, and
    /// counting on from the same numbers. It has written nothing yet, so this costs the same however
    /// long the call has been, and however deep.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            setup: self.setup.clone(),
            state: self.state.clone(),
            trace: self.trace.fork(),
        }
    }

    /// Gives the call another setup.
    pub fn set_up(&mut self, setup: Arc<Setup>) {
        self.setup = setup;
    }

    /// Tells the call what happened, in milliseconds since it was created.
    ///
    /// What does not concern the call any more (a leg that is over, a reply that nobody waits for)
    /// is ignored.
    pub fn handle(&mut self, at: u64, input: Input) -> Changes {
        let mut machine = Machine {
            setup: &self.setup,
            state: &mut self.state,
            trace: &mut self.trace,
            now: at,
            changes: Changes::default(),
        };
        machine.handle(input);
        machine.take_kept_keys();
        machine.settle();
        machine.changes
    }
}

/// A call while it handles one input.
struct Machine<'a> {
    setup: &'a Setup,
    state: &'a mut State,
    trace: &'a mut Trace,
    now: u64,
    changes: Changes,
}

impl Machine<'_> {
    /// An assumption decides something.
    fn assume(&mut self, assumption: Assumption) {
        self.trace.assume(assumption);
    }

    /// Whether the platform is taken to be so, and not as usual.
    fn is(&self, reading: Reading) -> bool {
        self.setup.platform.is(reading)
    }

    fn note(&mut self, fact: Fact) {
        self.trace.note(self.now, fact);
    }

    fn arm(&mut self, timer: Timer, usual: u64) {
        self.state.arm(timer);
        self.changes.armed.push((timer, usual));
    }

    fn disarm(&mut self, timer: Timer) {
        if self.state.disarm(timer) {
            self.changes.armed.retain(|&(armed, _)| armed != timer);
            self.changes.disarmed.push(timer);
        }
    }
}

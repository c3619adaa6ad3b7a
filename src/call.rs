//! One call in progress, as a pure state machine.
//!
//! A [`Call`] needs exactly one thing at a time ([`Call::need`]) and is told what happened and when
//! ([`Call::tell`]); each telling returns the events that it caused. Beside its need it has timers
//! of its own ([`Call::next_timer`]): the platform's doings that the flow does not wait for.
//!
//! **Invariants:** no I/O, no clock, no randomness; instants and identifiers come from the
//! [`Setup`], so the same inputs give the same bytes. No command is known by name here: what a
//! command does stands in its own file.

use std::fmt;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::channel::cause::Cause;
use crate::channel::{CallState, Destination, Facts, Happening, LegId, Need, timing};
use crate::event::{Direction, Entry, Event, Leg, Parties, Stamp};
use crate::fidelity::{Assumption, Assumptions};
use crate::flow::Flow;

mod agenda;
mod flow;
mod identifiers;
mod legs;
mod pace;
mod perform;
mod recordings;
mod seen;
mod tell;
mod written;

use agenda::{Agenda, Due};
pub use flow::BROKEN_OFF;
use flow::Frame;
use identifiers::Identifiers;
use legs::Ringing;
pub use pace::{LegPace, Pace, StepPace, Turn};
use recordings::Recordings;
pub use seen::Delay;
use written::Written;

/// The most commands that one call may run: a simulator's own limit, since every event holds the
/// whole log.
pub const MAX_ENTRIES: usize = 1000;

/// How many fetched documents may run inside one another.
pub const MAX_DOCUMENTS: usize = 50;

/// What a call is set up with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// When the call is created.
    pub start: Stamp,
    /// The caller, with `+`.
    pub from: Box<str>,
    /// The called number.
    pub to: Box<str>,
    /// Account, app and number. The app says whether the call is answered at once.
    pub parties: Arc<Parties>,
    /// The zone of Schedule.
    pub time_zone: TimeZone,
    /// The caller's state, for Geo.
    pub state: Option<Box<str>>,
    /// The caller's county, for Geo.
    pub county: Option<Box<str>>,
    /// What identifiers are made of.
    pub seed: u64,
    /// The platform's own delays, where they are not the usual ones.
    pub pace: Pace,
}

/// A limit of the simulator that a call reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Limit {
    /// [`MAX_ENTRIES`].
    Entries,
    /// [`MAX_DOCUMENTS`], with the URL that would have been one too many.
    Documents(Box<str>),
}

impl fmt::Display for Limit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entries => write!(out, "the call ran {MAX_ENTRIES} commands and goes on"),
            Self::Documents(url) => write!(
                out,
                "{MAX_DOCUMENTS} fetched flows run inside one another, and the innermost fetches {url}: \
                 does the flow call itself without end?"
            ),
        }
    }
}

/// Who or what ended a call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EndedBy {
    /// The caller hung up.
    Caller,
    /// A command of the flow did, by its index in the log.
    Command(usize),
    /// The flow came to its end (`flow-end`).
    FlowEnd,
    /// The call lasted as long as its app allows (`max-call-length`).
    MaxLength,
}

/// One call in progress.
#[derive(Clone, Debug)]
pub struct Call {
    setup: Arc<Setup>,
    // Where it is.
    now: u64,
    need: Need,
    since: u64,
    serial: u64,
    after: After,
    stack: Vec<Frame>,
    agenda: Agenda,
    facts: Facts,
    inbound: Leg,
    legs: Vec<Leg>,
    destinations: Vec<Destination>,
    ringing: Option<Ringing>,
    recordings: Recordings,
    flow: Arc<Flow>,
    limit: Option<Limit>,
    ended_by: Option<EndedBy>,
    // What it has written.
    identifiers: Identifiers,
    written: Written,
}

/// What follows when the platform's own delay is over.
#[derive(Clone, PartialEq, Eq, Debug)]
enum After {
    /// The next command of the block on top.
    Enter,
    /// The legs of a Dial are created.
    Legs(crate::channel::Ring),
    /// A command learns what came of its Dial.
    Report(crate::channel::Outcome),
    /// A command ends, which was held open by the pace.
    Close(crate::channel::Step),
}

impl Call {
    /// A call that has just been created, to a flow without errors.
    pub fn new(setup: Arc<Setup>, flow: Arc<Flow>) -> Self {
        let mut identifiers = Identifiers::new(setup.seed);
        let inbound = Leg::new(
            Direction::In,
            identifiers.uuid(),
            identifiers.thread(),
            setup.from.clone(),
            setup.to.clone(),
            setup.start,
        );
        let facts = Facts {
            from: setup.from.clone(),
            to: setup.to.clone(),
            call: inbound.uuid.clone(),
            app: setup.parties.app.uuid.clone(),
            answered: false,
            held: false,
            local: setup
                .start
                .timestamp()
                .to_zoned(setup.time_zone.clone())
                .datetime(),
            state: setup.state.clone(),
            county: setup.county.clone(),
        };
        let mut agenda = Agenda::default();
        agenda.add(setup.pace.init.unwrap_or(timing::INIT), Due::Init);
        let caller = Arc::from(&*setup.from);
        let mut call = Self {
            setup,
            now: 0,
            need: Need::Timers,
            since: 0,
            serial: 0,
            after: After::Enter,
            stack: Vec::new(),
            agenda,
            facts,
            inbound,
            legs: Vec::new(),
            destinations: Vec::new(),
            ringing: None,
            recordings: Recordings::default(),
            flow,
            limit: None,
            ended_by: None,
            identifiers,
            written: Written::new(caller),
        };
        call.assume(Assumption::EntryClosesOnExit);
        call
    }

    /// What the call waits for.
    pub fn need(&self) -> &Need {
        &self.need
    }

    /// When that need arose, in milliseconds since the call was created.
    pub fn since(&self) -> u64 {
        self.since
    }

    /// A number that changes with every new need.
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// When the next of the call's own timers is due: to be told with [`Happening::Timer`].
    pub fn next_timer(&self) -> Option<u64> {
        match self.need {
            Need::Over => None,
            _ => self.agenda.next(),
        }
    }

    /// The log so far.
    pub fn log(&self) -> &[Arc<Entry>] {
        &self.written.log
    }

    /// The inbound leg.
    pub fn inbound(&self) -> &Leg {
        &self.inbound
    }

    /// The dialled legs; a [`LegId`] is an index among them.
    pub fn legs(&self) -> &[Leg] {
        &self.legs
    }

    /// Where a leg was dialled to.
    pub fn destination(&self, leg: LegId) -> Option<&Destination> {
        self.destinations.get(leg.0)
    }

    /// What commands know of the call.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The assumptions that have decided something so far.
    pub fn assumed(&self) -> Assumptions {
        self.written.assumed
    }

    /// Keys that no command listened for, with their instants in milliseconds.
    pub fn unheard(&self) -> &[(u64, char)] {
        &self.written.unheard
    }

    /// Who or what ended the call; absent while it goes on, and where a limit stopped it.
    pub fn ended_by(&self) -> Option<EndedBy> {
        self.ended_by
    }

    /// The limit that ended the simulation, if one did.
    pub fn limit(&self) -> Option<&Limit> {
        self.limit.as_ref()
    }

    /// Tells the call what happened, at an instant not before the last one told.
    ///
    /// What does not concern the call any more (a leg that is over, a reply that nobody waits for)
    /// is ignored.
    pub fn tell(&mut self, at: u64, happening: Happening) -> Vec<Event> {
        self.now = self.now.max(at);
        self.take(happening);
        self.settle();
        std::mem::take(&mut self.written.events)
    }

    fn assume(&mut self, assumption: Assumption) {
        self.written.assumed.insert(assumption);
    }

    fn stamp(&self) -> Stamp {
        self.setup.start.after(self.now)
    }

    fn wait_for(&mut self, need: Need) {
        self.need = need;
        self.since = self.now;
        self.serial += 1;
    }

    fn pass(&mut self, time: u64, after: After) {
        self.after = after;
        self.wait_for(Need::Pass(time));
    }

    /// Stops the simulation at a limit.
    fn stop(&mut self, limit: Limit) {
        self.limit = Some(limit);
        self.stack.clear();
        self.wait_for(Need::Over);
    }

    /// The call is over when the inbound leg and all others are gone and nothing more can be told.
    fn settle(&mut self) {
        let gone = |leg: &Leg| leg.state >= CallState::Destroyed;
        if gone(&self.inbound) && self.legs.iter().all(gone) && !self.agenda.has_recording() {
            self.wait_for(Need::Over);
        }
    }

    /// Ends the call.
    fn end(&mut self, by: EndedBy, cause: Cause) {
        if self.inbound.state.is_over() {
            return;
        }
        self.ended_by = Some(by);
        self.stack.clear();
        self.wait_for(Need::Timers);
        self.drop_legs();
        if self.recordings.drop_open() {
            self.assume(Assumption::RecordOpen);
        }
        self.agenda.keep_legs_and_recordings();
        self.inbound.cause = Some(cause);
        self.enter_state(CallState::Hangup);
        let destroyed = self.setup.pace.destroyed.unwrap_or(timing::DESTROYED);
        self.agenda.add(self.now + destroyed, Due::Destroyed);
    }
}

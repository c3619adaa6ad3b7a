//! The one scheduler: which of the things that can happen to a call comes first.
//!
//! A [`World`] answers what the call asks; a [`Driver`] keeps the instants and the timers, hands one
//! input after the other to the call, and stops at its limits. [`drive`] takes it to the end. What comes first at one instant is decided
//! here and nowhere else.
//!
//! **Invariant:** nothing about the platform's behaviour, and nothing about the world's.

#![warn(clippy::arithmetic_side_effects)]

use std::collections::VecDeque;
use std::fmt;

use crate::call::{Call, Changes, Noted, Setup, State, Trace};
use crate::channel::{CallState, Delay, Destination, Input, LegId, Need, Timer};

/// What answers a call: a scenario, a record, every answer there is.
///
/// Times are milliseconds. The world is asked in the order in which things arise: what the call has
/// written, its new timers, its new need.
pub trait World {
    /// The call has written this.
    fn see(&mut self, _noted: &Noted, _view: &View<'_>) {}

    /// How long a timer takes that begins to run.
    fn timer(&mut self, _timer: Timer, usual: u64, _view: &View<'_>) -> u64 {
        usual
    }

    /// What comes of a leg that is created, each counted from its coming to life.
    fn leg(&mut self, leg: LegId, to: &Destination, view: &View<'_>) -> Vec<(u64, Input)>;

    /// What comes of the need that has just arisen.
    fn answer(&mut self, view: &View<'_>) -> Answer;

    /// What the caller does next, unless something comes before. Asked again after each input.
    fn caller(&mut self, view: &View<'_>) -> Option<Move>;

    /// Time passes until an instant, and then this is told to the call; what comes from outside, too.
    fn pass(&mut self, _until: u64, _input: &Input, _view: &View<'_>) {}
}

/// A world that somebody else keeps.
impl<W: World> World for &mut W {
    fn see(&mut self, noted: &Noted, view: &View<'_>) {
        W::see(self, noted, view);
    }

    fn timer(&mut self, timer: Timer, usual: u64, view: &View<'_>) -> u64 {
        W::timer(self, timer, usual, view)
    }

    fn leg(&mut self, leg: LegId, to: &Destination, view: &View<'_>) -> Vec<(u64, Input)> {
        W::leg(self, leg, to, view)
    }

    fn answer(&mut self, view: &View<'_>) -> Answer {
        W::answer(self, view)
    }

    fn caller(&mut self, view: &View<'_>) -> Option<Move> {
        W::caller(self, view)
    }

    fn pass(&mut self, until: u64, input: &Input, view: &View<'_>) {
        W::pass(self, until, input, view);
    }
}

/// A call as its world sees it.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The call.
    pub call: &'a Call,
    /// The present instant, in milliseconds since the call was created.
    pub now: u64,
}

impl<'a> View<'a> {
    /// Where the call is.
    pub fn state(&self) -> &'a State {
        self.call.state()
    }

    /// What it has written.
    pub fn trace(&self) -> &'a Trace {
        self.call.trace()
    }

    /// What it was set up with.
    pub fn setup(&self) -> &'a Setup {
        self.call.setup()
    }
}

/// What comes of a need. The need's own limit ends it in any case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Only its own limit.
    Usual,
    /// This, after so many milliseconds.
    After(u64, Input),
    /// Nothing: something else comes before, or the call does not end.
    Never,
}

/// What the caller does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Move {
    /// When, in milliseconds since the call was created.
    pub at: u64,
    /// A key, or the hang-up.
    pub input: Input,
    /// Whether it comes before everything else of that instant.
    pub first: bool,
}

/// How far a call is driven.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The most commands that it may run: a limit of callflow's own, as the next two.
    pub entries: usize,
    /// The most legs that it may dial.
    pub legs: usize,
    /// The most inputs that it may take.
    pub inputs: usize,
    /// How long it may last behind its answer, in milliseconds: the app's limit.
    pub longest: Option<u64>,
    /// Whether that counts from the call's creation instead.
    pub from_creation: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 10_000,
            legs: 1000,
            inputs: 1_000_000,
            longest: None,
            from_creation: false,
        }
    }
}

/// A limit of callflow's own that a call reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limit {
    /// Which, and where it stands.
    pub kind: LimitKind,
    /// The innermost open command that tries several times, if one does.
    pub tries: Option<Tries>,
}

/// Which limit a call reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitKind {
    /// [`Limits::entries`].
    Entries(usize),
    /// [`Limits::legs`].
    Legs(usize),
    /// [`Limits::inputs`].
    Inputs(usize),
}

/// A command that tries several times.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tries {
    /// Its path.
    pub path: String,
    /// The attribute that says how often.
    pub attribute: &'static str,
    /// How often.
    pub times: u32,
}

impl fmt::Display for Limit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            LimitKind::Entries(most) => {
                write!(out, "the call ran {most} commands and is not over")?;
            }
            LimitKind::Legs(most) => write!(out, "the call dialled {most} legs and is not over")?,
            LimitKind::Inputs(most) => {
                write!(out, "the call processed {most} inputs and is not over")?;
            }
        }
        match (&self.tries, self.kind) {
            (Some(tries), _) => write!(
                out,
                ": `{}` of {} allows {} attempts",
                tries.attribute, tries.path, tries.times
            )?,
            (None, LimitKind::Entries(_)) => {
                out.write_str(": the flow returns to itself without end, or it is very long")?;
            }
            (None, _) => {}
        }
        Ok(())
    }
}

/// A call that was driven to its end.
#[derive(Debug)]
pub struct Driven {
    /// The call.
    pub call: Call,
    /// When the last thing happened, in milliseconds since the call was created.
    pub ended: u64,
    /// The limit that stopped it, if one did.
    pub limit: Option<Limit>,
}

/// Drives a call to its end, without anything from outside.
pub fn drive(call: Call, world: &mut impl World, limits: Limits) -> Driven {
    let mut driver = Driver::new(call, world, limits);
    while !driver.is_over() {
        if !driver.step() {
            // Nothing would ever end the call: the caller does.
            driver.hand(driver.now, Input::CallerHangsUp);
        }
    }
    driver.into_driven()
}

/// Drives a call step by step, on whatever clock: [`drive`] does not wait, a program with a real clock
/// waits until [`due`](Self::due).
///
/// What the world does not know comes from outside: a key that somebody presses now, the reply of a real
/// server. Its need is answered with [`Answer::Never`], and [`tell`](Self::tell) says what came.
///
/// ```
/// use std::sync::Arc;
///
/// use callflow::call::{Call, Setup};
/// use callflow::channel::{Destination, Facts, Input, LegId};
/// use callflow::drive::{Answer, Driver, Limits, Move, View, World};
/// use callflow::fidelity::Platform;
/// use callflow::flow::Library;
/// use jiff::{Timestamp, tz::TimeZone};
///
/// /// All takes its usual time. The caller is outside.
/// struct Usual;
///
/// impl World for Usual {
///     fn leg(&mut self, _: LegId, _: &Destination, _: &View<'_>) -> Vec<(u64, Input)> {
///         Vec::new()
///     }
///     fn answer(&mut self, _: &View<'_>) -> Answer {
///         Answer::Usual
///     }
///     fn caller(&mut self, _: &View<'_>) -> Option<Move> {
///         None
///     }
/// }
///
/// let text = br#"<Response><Gather dtmf_length="1"><DTMF value="1"><Hangup/></DTMF></Gather></Response>"#;
/// let (flow, _) = callflow::flow::compile(callflow::xml::read("menu.xml", text).0);
/// let setup = Setup {
///     start: Timestamp::UNIX_EPOCH,
///     facts: Facts::default(),
///     auto_answer: true,
///     time_zone: TimeZone::UTC,
///     platform: Platform::default(),
///     library: Arc::new(Library::default()),
/// };
/// let call = Call::new(Arc::new(setup), Arc::new(flow));
/// let mut driver = Driver::new(call, Usual, Limits::default());
/// // Somebody presses 1 two seconds after the call was created. What is due before happens before.
/// driver.tell(2000, Input::Key('1'))?;
/// while let Some(due) = driver.due() {
///     // A program with a real clock waits here, until `due` milliseconds after the call was created.
///     assert!(due >= 2000);
///     driver.step();
/// }
/// assert!(driver.is_over());
/// # Ok::<(), callflow::drive::NotTold>(())
/// ```
#[derive(Debug)]
pub struct Driver<W> {
    call: Call,
    world: W,
    limits: Limits,
    now: u64,
    /// When the present need arose.
    arose: u64,
    /// What comes of it, and when.
    answer: Option<(u64, Input)>,
    /// In the order in which they are due; those due together in the order in which they began.
    timers: VecDeque<(u64, Timer)>,
    /// What will come of the legs of the present Dial that have not come to life yet.
    unborn: VecDeque<(LegId, Vec<(u64, Input)>)>,
    /// What will come of those that have, in order; of some that have ended since, too.
    plans: VecDeque<(u64, Input)>,
    /// When the call has lasted as long as its app allows.
    longest: Option<u64>,
    /// How many facts the world has seen.
    seen: usize,
    /// How many inputs the call has taken, the next one included.
    inputs: usize,
    /// The limit that stopped the call, if one did.
    limit: Option<Limit>,
    /// What comes next, if nothing from outside comes before.
    next: Option<Next>,
}

/// Why a driver could not tell a call something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotTold {
    /// It would be in the past: the call has already reached this instant, in milliseconds since it
    /// was created.
    Past(u64),
    /// The call is over: what happened before ended it.
    Over,
}

impl fmt::Display for NotTold {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Past(now) => write!(out, "the call has already reached {now} ms"),
            Self::Over => out.write_str("the call is over"),
        }
    }
}

impl std::error::Error for NotTold {}

/// Something that comes.
#[derive(Debug)]
struct Next {
    at: u64,
    rank: Rank,
    input: Input,
}

/// What comes first of what comes at the same instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Rank {
    /// The caller, where the world says that nothing comes before.
    CallerFirst,
    /// A delay of the platform's that is none.
    AtOnce,
    /// The call's own timers, and the app's limit.
    Timer,
    /// What becomes of dialled legs.
    Leg,
    /// What comes of the present need.
    Answer,
    /// A key.
    Key,
    /// The caller's hang-up.
    HangUp,
}

impl Rank {
    /// The place of something that comes from outside, among what comes at the same instant.
    fn from_outside(input: &Input) -> Self {
        match input {
            Input::Timer(_) | Input::TimeLimit => Self::Timer,
            Input::Rings(_) | Input::Answers(_) | Input::Ends(..) => Self::Leg,
            Input::Key(_) => Self::Key,
            Input::CallerHangsUp | Input::Stop => Self::HangUp,
            Input::Elapsed
            | Input::Replied(_)
            | Input::Redirected { .. }
            | Input::NoFlow(_)
            | Input::NoReply(_)
            | Input::NoMedia => Self::Answer,
        }
    }
}

impl<W: World> Driver<W> {
    /// Begins with a call that has just been created.
    pub fn new(call: Call, world: W, limits: Limits) -> Self {
        let mut driver = Self {
            call,
            world,
            limits,
            now: 0,
            arose: 0,
            answer: None,
            timers: VecDeque::new(),
            unborn: VecDeque::new(),
            plans: VecDeque::new(),
            longest: limits.longest.filter(|_| limits.from_creation),
            seen: 0,
            inputs: 0,
            limit: None,
            next: None,
        };
        driver.follow(Changes {
            need: true,
            ..Changes::default()
        });
        driver.look_ahead();
        driver
    }

    /// The call.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// How far it has come, in milliseconds since it was created.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Whether the call is over, or one of callflow's own limits stopped it.
    pub fn is_over(&self) -> bool {
        *self.call.state().need() == Need::Over
    }

    /// When the next thing happens unless something comes from outside, in milliseconds since the call
    /// was created. None where the call is over, or waits for something from outside.
    pub fn due(&self) -> Option<u64> {
        self.next.as_ref().map(|next| next.at)
    }

    /// Lets happen what is due next. Tells whether anything was.
    pub fn step(&mut self) -> bool {
        let Some(Next { at, input, .. }) = self.next.take() else {
            return false;
        };
        self.hand(at, input);
        true
    }

    /// Something comes from outside, so many milliseconds after the call was created.
    ///
    /// What is due before happens before. At one instant timers come first, then what becomes of legs,
    /// answers, keys, and a hang-up, as without anything from outside; and of two that are alike the
    /// one that was due comes first. What does not concern the call any more is ignored.
    ///
    /// # Errors
    ///
    /// The instant is in the past, or the call is over by then.
    pub fn tell(&mut self, at: u64, input: Input) -> Result<(), NotTold> {
        if at < self.now {
            return Err(NotTold::Past(self.now));
        }
        let rank = Rank::from_outside(&input);
        let is_before = |next: &Next| (next.at, next.rank) <= (at, rank);
        while self.next.as_ref().is_some_and(is_before) {
            self.step();
        }
        if self.is_over() {
            return Err(NotTold::Over);
        }
        self.hand(at, input);
        Ok(())
    }

    /// The call as it is now.
    pub fn into_driven(self) -> Driven {
        Driven {
            call: self.call,
            ended: self.now,
            limit: self.limit,
        }
    }

    /// Finds what comes next, or stops the call at a limit.
    fn look_ahead(&mut self) {
        self.next = None;
        if self.is_over() {
            return;
        }
        self.inputs = self.inputs.saturating_add(1);
        self.limit = self.reached();
        if self.limit.is_some() {
            self.call.handle(self.now, Input::Stop);
        } else {
            self.next = self.first();
        }
    }

    /// The limit that is reached, if one is.
    fn reached(&self) -> Option<Limit> {
        let (inputs, limits) = (self.inputs, self.limits);
        let enters = matches!(
            self.call.state().need(),
            Need::PlatformDelay {
                delay: Delay::Enter,
                ..
            }
        );
        let kind = if enters && self.call.trace().entries() >= limits.entries {
            LimitKind::Entries(limits.entries)
        } else if self.call.trace().leg_rows() > limits.legs {
            LimitKind::Legs(limits.legs)
        } else if inputs > limits.inputs {
            LimitKind::Inputs(limits.inputs)
        } else {
            return None;
        };
        let mut open = self.call.state().open_commands();
        let tries = open.find_map(|place| {
            let (attribute, times) = place.attempts().filter(|&(_, times)| times > 1)?;
            let path = place.path();
            Some(Tries {
                path,
                attribute,
                times,
            })
        });
        Some(Limit { kind, tries })
    }

    /// Hands the call an input.
    fn hand(&mut self, at: u64, input: Input) {
        let view = View {
            call: &self.call,
            now: self.now,
        };
        self.world.pass(at, &input, &view);
        self.now = at;
        match &input {
            Input::Timer(timer) => {
                let place = self.timers.iter().position(|(_, one)| one == timer);
                place.map(|place| self.timers.remove(place));
                if let Timer::LegInit(leg) = *timer {
                    self.bear(leg);
                }
            }
            Input::Rings(_) | Input::Answers(_) | Input::Ends(..) => {
                let place = self.plans.iter().position(|(_, one)| *one == input);
                place.map(|place| self.plans.remove(place));
            }
            _ => {}
        }
        let was_answered = self.call.state().is_answered();
        let changes = self.call.handle(self.now, input);
        if !was_answered && self.call.state().is_answered() && !self.limits.from_creation {
            let longest = self.limits.longest;
            self.longest = longest.map(|longest| self.now.saturating_add(longest));
        }
        self.follow(changes);
        self.look_ahead();
    }

    /// A leg has come to life: what comes of it is counted from now.
    fn bear(&mut self, leg: LegId) {
        if let Some(place) = self.unborn.iter().position(|&(one, _)| one == leg) {
            for (after, input) in self.unborn.remove(place).into_iter().flat_map(|one| one.1) {
                let at = self.now.saturating_add(after);
                let place = self.plans.partition_point(|&(other, _)| other <= at);
                self.plans.insert(place, (at, input));
            }
        }
    }

    /// Asks the world about what has changed.
    fn follow(&mut self, changes: Changes) {
        let view = View {
            call: &self.call,
            now: self.now,
        };
        let state = self.call.state();
        for noted in self.call.trace().since(self.seen) {
            self.world.see(noted, &view);
        }
        self.seen = self.call.trace().len();
        if !changes.disarmed.is_empty() {
            self.timers
                .retain(|(_, timer)| !changes.disarmed.contains(timer));
        }
        for (timer, usual) in changes.armed {
            let time = self.world.timer(timer, usual, &view);
            let at = self.now.saturating_add(time);
            let place = self.timers.partition_point(|&(other, _)| other <= at);
            self.timers.insert(place, (at, timer));
        }
        let is_alive = |leg: LegId| state.leg(leg).is_some_and(|state| !state.is_over());
        while let Some((_, Input::Rings(leg) | Input::Answers(leg) | Input::Ends(leg, _))) =
            self.plans.front()
            && !is_alive(*leg)
        {
            self.plans.pop_front();
        }
        if !changes.need {
            return;
        }
        self.arose = self.now;
        if let Need::Ring { legs, .. } = state.need() {
            // Those of an earlier Dial are over, and others have their numbers now.
            self.unborn.clear();
            self.plans.clear();
            for (leg, to) in legs {
                self.unborn
                    .push_back((*leg, self.world.leg(*leg, to, &view)));
            }
        }
        let at = |time: u64| self.now.saturating_add(time);
        let limit = state.need().at_most();
        self.answer = match (self.world.answer(&view), limit) {
            (Answer::Never, _) | (Answer::Usual, None) => None,
            (Answer::Usual, Some(limit)) => Some((at(limit), Input::Elapsed)),
            (Answer::After(time, _), Some(limit)) if time > limit && state.need().is_limited() => {
                Some((at(limit), Input::Elapsed))
            }
            (Answer::After(time, input), _) => Some((at(time), input)),
        };
    }

    /// What comes first of all that is to come.
    fn first(&mut self) -> Option<Next> {
        let view = View {
            call: &self.call,
            now: self.now,
        };
        let state = self.call.state();
        let mut first: Option<Next> = None;
        let now = self.now;
        let mut offer = |at: u64, rank: Rank, input: &Input| {
            let at = at.max(now);
            let is_first = |other: &Next| (at, rank) < (other.at, other.rank);
            if first.as_ref().is_none_or(is_first) {
                let input = input.clone();
                first = Some(Next { at, rank, input });
            }
        };
        if let Some(Move { at, input, first }) = self.world.caller(&view) {
            let rank = match input {
                _ if first => Rank::CallerFirst,
                Input::Key(_) => Rank::Key,
                _ => Rank::HangUp,
            };
            offer(at, rank, &input);
        }
        if let Some((at, input)) = &self.answer {
            let is_none = *at <= self.arose && matches!(state.need(), Need::PlatformDelay { .. });
            offer(
                *at,
                if is_none { Rank::AtOnce } else { Rank::Answer },
                input,
            );
        }
        if let Some(&(at, timer)) = self.timers.front() {
            offer(at, Rank::Timer, &Input::Timer(timer));
        }
        if let Some(at) = self.longest.filter(|_| state.inbound() < CallState::Hangup) {
            offer(at, Rank::Timer, &Input::TimeLimit);
        }
        if let Some((at, input)) = self.plans.front() {
            offer(*at, Rank::Leg, input);
        }
        first
    }
}

#[cfg(test)]
mod tests;

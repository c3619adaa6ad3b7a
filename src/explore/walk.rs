//! One answer, and what a call does until it can be answered otherwise again.

use std::time::Duration;

use super::answers::{Answer, Answers, body, filter, is_gap};
use crate::call::{Call, CommandPlace, Fact, Listens};
use crate::channel::cause::Cause;
use crate::channel::{
    Action, CallState, Delay, Destination, DialOutcome, FetchError, FetchOutcome, Input, Label,
    LegId, Need, Reply, Sound, Timer, timing,
};
use crate::command::{Heard, Impact, Recording, Role};
use crate::expect::Goal;
use crate::flow::{Flow, NodeId};
use crate::record::{Audio, EndedBy};
use crate::scenario;
use crate::simulate::{Situation, TALK};

/// Where a call can be answered: all that decides how it goes on, and what is watched on the way.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) call: Call,
    pub(super) known: Situation,
    /// What came of the first attempt of the Dial that is tried.
    again: Option<Answer>,
    /// The recordings that will be available, and when, in milliseconds from now.
    pending: Vec<(Timer, u64)>,
    watch: Watch,
}

/// What is watched on the way.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Watch {
    /// How long nothing has been heard, in milliseconds; no more than one beyond what is allowed.
    silent: u64,
    /// Whether the caller, who was answered, has heard anything, or was recorded.
    is_served: bool,
    /// The command that failed, since which nothing was heard; and whether an Error block ran.
    failed: Option<(CommandPlace, bool)>,
    /// The branch that was chosen, since which nothing was heard.
    chosen: Option<CommandPlace>,
    /// What came of the last Dial, since which the caller was not asked to choose.
    dial: Option<DialEnd>,
    /// The first command that was heard by a caller who is not answered.
    unanswered: Option<CommandPlace>,
    /// Whether a document ran of which nothing is known.
    is_unknown: bool,
}

/// What came of a Dial.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum DialEnd {
    /// Nobody answered.
    Failed,
    /// Two have talked.
    Talked,
}

/// What is odd about a call, at the command where it shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Oddity {
    /// The call ended without a word after a failure that nobody handled.
    Unhandled,
    /// The call ended without a word after a failure, for all that an Error block did.
    SilentFailure,
    /// The call ended without a word after a choice.
    SilentChoice,
    /// The call ended, and an answered caller has heard nothing of it.
    NothingHeard,
    /// The caller heard nothing for long.
    LongSilence,
    /// A Dial or a recording that began after a conversation.
    AfterTalk,
    /// A Dial or a recording that began after a Dial that nobody answered: nothing is wrong with that,
    /// unless it also begins after a conversation.
    AfterFailure,
    /// It is heard by a caller who is never answered.
    NeverAnswered,
    /// A recording of a caller who is not answered.
    RecordsNobody,
    /// It began.
    Began,
    /// A key that was pressed in the prompt before it is lost.
    LostKeys,
}

/// What the world did, in the words of a scenario.
#[derive(Debug)]
pub(super) enum Told {
    /// What a destination did.
    Dial(Destination, scenario::Dial),
    /// What a server did.
    Callback(Box<str>, scenario::Reply),
    /// What a file was.
    Media(Box<str>, scenario::Media),
    /// A key was pressed, or none, when a command listened.
    Key {
        place: CommandPlace,
        /// The entry of that command.
        entry: usize,
        /// Whether it is the first of an attempt.
        is_first: bool,
        /// The prompt in which it came.
        during: Option<CommandPlace>,
        /// Whether it came behind that, before the next began.
        is_behind: bool,
        /// How soon it has to come, in milliseconds, if that is not the usual.
        hurry: Option<u64>,
        key: Option<char>,
    },
    /// A filter has shown what the call can be, so many milliseconds after the step began.
    Is(Situation, u64),
    /// The caller hung up so many milliseconds after the last command began.
    HangsUp(u64),
}

/// What came of an answer.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// Where the call can be answered next; absent where it has ended.
    pub(super) to: Option<Spot>,
    /// The commands that began.
    pub(super) began: Vec<CommandPlace>,
    /// What was come to.
    pub(super) goals: Vec<(CommandPlace, Goal)>,
    pub(super) odd: Vec<(CommandPlace, Oddity)>,
    /// The URL of a document of which nothing is known, which ran.
    pub(super) unknown: Option<Box<str>>,
    pub(super) cost: Cost,
    /// How many inputs the call took.
    pub(super) inputs: u64,
    /// What the world did, where that was asked for.
    pub(super) told: Vec<Told>,
}

/// What a part of a call costs the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Cost {
    /// How long it takes, in milliseconds.
    pub(super) time: u64,
    pub(super) dials: u64,
    pub(super) fetches: u64,
    /// How long the caller waits at its beginning, at most, and at its end, without a word and without
    /// being asked.
    pub(super) waits: [u64; 3],
    /// Whether there is anything else in it than waiting.
    pub(super) is_broken: bool,
}

impl Spot {
    pub(super) fn new(call: Call, known: Situation) -> Self {
        Self {
            call,
            known,
            again: None,
            pending: Vec::new(),
            watch: Watch::default(),
        }
    }

    /// How many bytes it holds, about, besides itself.
    pub(super) fn size(&self) -> usize {
        self.call.state().size() + Situation::SIZE + size_of_val(&self.pending[..])
    }

    /// All by which two of them differ.
    pub(super) fn key(&self) -> impl Eq + std::hash::Hash + '_ {
        let Self {
            call,
            known,
            again,
            pending,
            watch,
        } = self;
        (call.state(), known, again, pending, watch)
    }

    /// Whether a document is about to be fetched by a command that has fetched one which is still open.
    pub(super) fn is_inside_itself(&self) -> bool {
        let state = self.call.state();
        matches!(state.need(), Need::Fetch { .. }) && state.is_inside_itself()
    }

    /// What can come of what the call asks, the ordinary first.
    pub(super) fn answers(&self, world: &Answers<'_>) -> Vec<Answer> {
        world.all(&self.call, &self.known, self.again.as_ref())
    }

    /// Lets a new call go on to where it can first be answered.
    pub(super) fn begin(self, world: &Answers<'_>, max_silence: u64) -> Step {
        Walker::new(self, world, max_silence).walk()
    }

    /// The same, and what the world did is told.
    pub(super) fn begin_telling(self, world: &Answers<'_>) -> Step {
        let mut walker = Walker::new(self, world, u64::MAX - 1);
        walker.tells = true;
        walker.walk()
    }

    /// The same as [`Self::answer`], and what the world did is told.
    pub(super) fn answer_telling(&self, answer: &Answer, world: &Answers<'_>) -> Step {
        let mut walker = Walker::new(self.clone(), world, u64::MAX - 1);
        walker.tells = true;
        walker.take(answer);
        walker.walk()
    }

    /// Gives an answer.
    pub(super) fn answer(&self, answer: &Answer, world: &Answers<'_>, max_silence: u64) -> Step {
        let mut walker = Walker::new(self.clone(), world, max_silence);
        walker.take(answer);
        walker.walk()
    }
}

struct Walker<'w> {
    spot: Spot,
    step: Step,
    world: &'w Answers<'w>,
    max_silence: u64,
    /// How many facts were seen.
    seen: usize,
    ended: Option<EndedBy>,
    /// Whether what the world does is told, in the words of a scenario.
    tells: bool,
    /// When the last command began, in the time of the step.
    began: u64,
    /// The command that was answered.
    answered: Option<CommandPlace>,
}

impl<'w> Walker<'w> {
    fn new(spot: Spot, world: &'w Answers<'w>, max_silence: u64) -> Self {
        Self {
            seen: spot.call.trace().len(),
            spot,
            step: Step::default(),
            world,
            max_silence,
            ended: None,
            tells: false,
            began: 0,
            answered: None,
        }
    }

    /// Notes what the world does.
    fn told(&mut self, told: impl FnOnce(&Self) -> Told) {
        if self.tells {
            let told = told(self);
            self.step.told.push(told);
        }
    }

    fn need(&self) -> &Need {
        self.spot.call.state().need()
    }

    /// Goes on to where the call can be answered otherwise.
    fn walk(mut self) -> Step {
        while self.ended.is_none() && !matches!(self.need(), Need::Timers | Need::Over) {
            // Most of what a call needs is time alone.
            let can_choose = match self.need() {
                Need::PlatformDelay { delay, .. } => {
                    *delay == Delay::Enter
                        && (filter(&self.spot.call).is_some() || is_gap(&self.spot.call))
                }
                Need::Bridge { .. } | Need::Recording { .. } => false,
                _ => true,
            };
            if !can_choose {
                self.take(&Answer::Passes);
                continue;
            }
            let mut answers = self.spot.answers(self.world);
            match answers.len() {
                0 | 1 => {
                    let only = answers.pop().unwrap_or(Answer::Passes);
                    self.take(&only);
                }
                _ => {
                    self.spot.call.forget();
                    self.step.to = Some(self.spot);
                    return self.step;
                }
            }
        }
        self.end();
        self.step
    }

    /// What is odd about the end of the call.
    ///
    /// Where a command ends it, that is meant so; but not behind a failure that nobody has handled: there
    /// it is meant for a conversation that is over.
    fn end(&mut self) {
        let watch = &self.spot.watch;
        if let Some(place) = watch.unanswered.clone()
            && !self.spot.call.state().is_answered()
            && matches!(self.ended, Some(EndedBy::FlowEnd | EndedBy::Command(_)))
        {
            self.step.odd.push((place, Oddity::NeverAnswered));
        }
        let is_meant = match self.ended {
            Some(EndedBy::FlowEnd) => false,
            Some(EndedBy::Command(_)) => !matches!(watch.failed, Some((_, false))),
            _ => true,
        };
        if is_meant || watch.is_unknown {
            return;
        }
        let is_served = watch.is_served || !self.spot.call.state().is_answered();
        let odd = match (watch.failed.clone(), watch.chosen.clone()) {
            (Some((place, true)), _) => Some((place, Oddity::SilentFailure)),
            (Some((place, false)), _) => Some((place, Oddity::Unhandled)),
            (None, Some(place)) => Some((place, Oddity::SilentChoice)),
            (None, None) => {
                let last = self.step.began.last().or(self.answered.as_ref());
                let last = last.filter(|_| !is_served);
                last.map(|last| (last.clone(), Oddity::NothingHeard))
            }
        };
        self.step.odd.extend(odd);
    }

    /// Gives one answer to what the call asks.
    fn take(&mut self, answer: &Answer) {
        let place = self.spot.call.state().current();
        if place.is_some() {
            self.answered.clone_from(&place);
        }
        if matches!(answer, Answer::Key(_)) {
            // Whoever presses a key is not at a loss.
            self.spot.watch.silent = 0;
        }
        match self.need().clone() {
            Need::PlatformDelay { delay, usual } => {
                if let Answer::Key(key) = answer {
                    self.told_key(answer);
                    return self.pass(0, true, Input::Key(*key));
                }
                match delay {
                    Delay::Enter => self.filter(answer, usual),
                    Delay::Close => return self.close(usual),
                    _ => {}
                }
                self.pass(usual, true, Input::Elapsed);
            }
            Need::Fetch { request, flow } => self.fetch(answer, place, &request, flow),
            Need::Ring { legs, at_most } => {
                for (index, (_, to)) in legs.iter().enumerate().filter(|_| self.tells) {
                    let dial = self.dial(answer, index, to, at_most);
                    self.step.told.push(Told::Dial(to.clone(), dial));
                }
                let ids: Vec<LegId> = legs.iter().map(|&(leg, _)| leg).collect();
                let causes: Vec<Cause> = legs.iter().map(|(_, to)| self.world.cause(to)).collect();
                self.ring(answer, place, &ids, &causes, at_most);
            }
            Need::Hear { sound, lasts, .. } => {
                let lasts = match &sound {
                    Sound::File { url, times } if lasts.is_none() => self
                        .world
                        .lasts(url)
                        .saturating_mul(u64::from(*times))
                        .min(timing::LONGEST_MEDIA),
                    _ => lasts.unwrap_or(timing::MEDIA),
                };
                if let Sound::File { url, .. } = &sound {
                    let media = match answer {
                        Answer::Missing => scenario::Media::Status(404),
                        _ => scenario::Media::Lasts(Duration::from_millis(self.world.lasts(url))),
                    };
                    self.told(|_| Told::Media(url.clone(), media));
                }
                self.told_key(answer);
                match answer {
                    Answer::Missing => self.pass(timing::FETCH, false, Input::NoMedia),
                    Answer::Key(key) => self.pass(lasts.min(PRESSED), true, Input::Key(*key)),
                    _ => self.pass(lasts, true, Input::Elapsed),
                }
            }
            Need::Wait { at_most, .. } | Need::Collect { at_most } => {
                self.told_key(answer);
                match answer {
                    Answer::Key(key) => self.pass(pressed(at_most), true, Input::Key(*key)),
                    _ => self.pass(at_most, true, Input::Elapsed),
                }
            }
            Need::Bridge { leg, at_most, .. } => {
                self.spot.watch.dial = Some(DialEnd::Talked);
                match at_most.filter(|&limit| limit <= TALK) {
                    Some(limit) => self.pass(limit, true, Input::Elapsed),
                    None => self.pass(TALK, true, Input::Ends(leg, Cause::NORMAL_CLEARING)),
                }
            }
            Need::Recording { at_most } => {
                let first = self.spot.pending.iter().map(|&(_, left)| left).min();
                match first.filter(|&left| left <= at_most) {
                    Some(left) => self.spend(left, true),
                    None => self.pass(at_most, true, Input::Elapsed),
                }
            }
            Need::Timers | Need::Over => {}
        }
    }

    /// What the caller pressed when a command listened.
    fn told_key(&mut self, answer: &Answer) {
        if !self.tells {
            return;
        }
        let state = self.spot.call.state();
        let key = match answer {
            Answer::Key(key) => Some(*key),
            _ => None,
        };
        let any = match state.need() {
            Need::Wait { stop, .. } => stop.chars().next().unwrap_or('0'),
            _ => '0',
        };
        let Some(listener) = state.listener(key.unwrap_or(any)) else {
            return;
        };
        let at = |node| CommandPlace {
            document: listener.document.clone(),
            node,
        };
        let during = match listener.listens {
            Listens::Prompt(prompt) => Some(at(prompt)),
            Listens::Gap(before) => Some(at(before.unwrap_or(listener.node))),
            _ => None,
        };
        let is_behind = matches!(listener.listens, Listens::Gap(Some(_)));
        // A prompt in which nothing is pressed is no attempt yet.
        if key.is_none() && during.is_some() {
            return;
        }
        let hurry = match state.need() {
            Need::Wait { at_most, .. } | Need::Collect { at_most } if *at_most <= PRESSED => {
                Some(pressed(*at_most))
            }
            _ => None,
        };
        let (place, is_first) = (at(listener.node), listener.digits.is_empty());
        let Some(entry) = listener.entry(self.spot.call.trace()) else {
            return;
        };
        self.step.told.push(Told::Key {
            place,
            entry,
            is_first,
            during,
            is_behind,
            hurry,
            key,
        });
    }

    /// A filter decides about what the call can be.
    fn filter(&mut self, answer: &Answer, usual: u64) {
        let Some(place) = filter(&self.spot.call) else {
            return;
        };
        let answered = self.spot.call.state().is_answered();
        let all = &self.world.situations;
        let (flow, node) = (&place.document.flow, place.node);
        let [yes, no] = all.split(&self.spot.known, flow, node, answered);
        let (known, goal) = match (answer, yes, no) {
            (Answer::Unmatched, _, Some(no)) | (_, None, Some(no)) => (no, Goal::Unmatched),
            (_, Some(yes), _) => (yes, Goal::Matched),
            (_, None, None) => return,
        };
        let setup = self.world.situations.setup(&known);
        self.spot.call = self.spot.call.clone().with_setup(setup);
        self.told(|walker| Told::Is(known.clone(), walker.step.cost.time + usual));
        self.spot.known = known;
        self.step.goals.push((place, goal));
    }

    /// A command ends. One that failed, and why that matters, is kept until something is heard.
    fn close(&mut self, usual: u64) {
        let state = self.spot.call.state();
        let failed = matches!(state.closing(), Some(Action::Failed(_))).then(|| state.current());
        if failed
            .iter()
            .flatten()
            .any(|place| is_dial(&place.document.flow, place.node))
        {
            self.spot.watch.dial = Some(DialEnd::Failed);
        }
        self.pass(usual, true, Input::Elapsed);
        let Some(place) = failed.flatten().filter(matters) else {
            return;
        };
        let state = self.spot.call.state();
        let is_handling = state.is_handling();
        let is_empty = state
            .upcoming()
            .is_some_and(|handler| handler.document.flow.children_of(handler.node).is_empty());
        // An empty Error block is an answer.
        let is_answered = is_handling && is_empty;
        self.spot.watch.is_served |= is_answered;
        if is_answered {
            self.spot.watch.chosen = None;
        }
        self.spot.watch.failed = (!is_answered).then_some((place, is_handling));
    }

    fn fetch(
        &mut self,
        answer: &Answer,
        place: Option<CommandPlace>,
        request: &crate::channel::Request,
        flow: bool,
    ) {
        self.step.cost.fetches += 1;
        let replies = self.world.replies(request, &self.spot.call, flow);
        let timeout = request.timeout.unwrap_or(timing::FETCH_GIVES_UP);
        let is_redirect =
            |reply: &scenario::Reply| matches!(reply, scenario::Reply::Redirected { .. });
        // The keys chose what the server replies.
        let is_choice = matches!(answer, Answer::Came(_)) && !replies.is_unknown;
        if let Some(place) = place.as_ref().filter(|_| is_choice && flow)
            && is_menu(&place.document.flow, place.node)
        {
            self.spot.watch.chosen = Some(place.clone());
        }
        match answer {
            Answer::TimedOut => {
                let reply = scenario::Reply::Failed(FetchError::Timeout);
                self.told(|_| Told::Callback(request.target().into(), reply));
                self.pass(timeout, true, Input::NoReply(FetchError::Timeout));
            }
            Answer::Failed => self.replied(&replies.failure, request.target(), timeout),
            Answer::Came(index) => {
                let Some(reply) = replies.good.get(*index) else {
                    return self.pass(timeout, true, Input::Elapsed);
                };
                if replies.is_unknown {
                    self.spot.watch.is_unknown = true;
                    self.spot.watch.silent = 0;
                    self.step.unknown = Some(request.target().into());
                }
                self.replied(reply, request.target(), timeout);
                if is_redirect(reply) {
                    return;
                }
            }
            _ => self.pass(timeout, true, Input::Elapsed),
        }
        let is_failed = matches!(self.spot.call.state().closing(), Some(Action::Failed(_)));
        let outcome = match answer {
            Answer::TimedOut => FetchOutcome::TimedOut,
            Answer::Came(_) if !is_failed => FetchOutcome::Came,
            _ => FetchOutcome::Failed,
        };
        self.step
            .goals
            .extend(place.map(|place| (place, Goal::Fetched(outcome))));
    }

    /// A server replies.
    fn replied(&mut self, reply: &scenario::Reply, url: &str, timeout: u64) {
        self.told(|_| Told::Callback(url.into(), reply.clone()));
        let input = match reply {
            scenario::Reply::Failed(error) => Input::NoReply(*error),
            scenario::Reply::Wrong(wrong) => Input::NoFlow(wrong.as_str().into()),
            scenario::Reply::Redirected { status, location } => Input::Redirected {
                status: *status,
                location: location.as_str().into(),
            },
            scenario::Reply::Answered { status, content } => Input::Replied(Reply {
                status: *status,
                name: url.into(),
                body: body(content, self.world.documents),
            }),
        };
        self.pass(timing::FETCH.min(timeout), true, input);
    }

    /// What a destination does.
    fn dial(
        &self,
        answer: &Answer,
        index: usize,
        to: &Destination,
        at_most: u64,
    ) -> scenario::Dial {
        let left = at_most - timing::LEG_INIT.min(at_most);
        let time = |time: u64, usual: u64| (time != usual).then(|| Duration::from_millis(time));
        match answer {
            Answer::Answered(wins) if *wins == index => {
                let [rings, answers] = rings_and_answers(left);
                scenario::Dial {
                    rings_after: time(rings, timing::LEG_RINGS),
                    after: time(answers, timing::LEG_RINGS + timing::LEG_ANSWERS),
                    outcome: scenario::Outcome::Answered {
                        talk: Some(Duration::from_millis(TALK)),
                    },
                    ..scenario::Dial::answered()
                }
            }
            Answer::Refused => scenario::Dial {
                after: time(refuses(left), timing::LEG_REFUSES),
                ..scenario::Dial::refused(self.world.cause(to))
            },
            _ => scenario::Dial::refused(Cause::NO_ANSWER),
        }
    }

    fn ring(
        &mut self,
        answer: &Answer,
        place: Option<CommandPlace>,
        legs: &[LegId],
        causes: &[Cause],
        at_most: u64,
    ) {
        self.step.cost.dials += 1;
        let attempt = self.spot.call.state().attempt();
        let attempts = place
            .as_ref()
            .and_then(CommandPlace::attempts)
            .map_or(1, |(_, times)| times);
        let is_last = attempt >= attempts;
        self.spot.again = (!is_last).then(|| answer.clone());
        let left = at_most - timing::LEG_INIT.min(at_most);
        let outcome = match answer {
            Answer::Answered(index) => {
                let Some(&leg) = legs.get(*index) else { return };
                self.spot.again = None;
                let [rings, answers] = rings_and_answers(left);
                self.spend(timing::LEG_INIT + rings, true);
                for &leg in legs {
                    self.tell(Input::Rings(leg));
                }
                self.pass(answers - rings, true, Input::Answers(leg));
                Some(DialOutcome::Answered)
            }
            Answer::Refused => {
                self.spend(timing::LEG_INIT + refuses(left), true);
                for (&leg, &cause) in legs.iter().zip(causes) {
                    self.tell(Input::Ends(leg, cause));
                }
                is_last.then_some(DialOutcome::Refused)
            }
            Answer::GivenUp => {
                self.spend(timing::LEG_INIT + timing::LEG_RINGS.min(left), true);
                let since = self.step.cost.time - self.began;
                self.told(|_| Told::HangsUp(since));
                self.tell(Input::CallerHangsUp);
                Some(DialOutcome::GivenUp)
            }
            _ => {
                let rings = timing::LEG_RINGS.min(left);
                self.spend(timing::LEG_INIT.min(at_most) + rings, true);
                for &leg in legs.iter().filter(|_| left >= timing::LEG_RINGS) {
                    self.tell(Input::Rings(leg));
                }
                self.pass(left - rings, true, Input::Elapsed);
                is_last.then_some(DialOutcome::RangOut)
            }
        };
        let goal = place.zip(outcome);
        self.step
            .goals
            .extend(goal.map(|(place, outcome)| (place, Goal::Dialled(outcome))));
    }

    /// Time passes, and then something is told.
    fn pass(&mut self, time: u64, is_playable: bool, input: Input) {
        self.spend(time, is_playable);
        self.tell(input);
    }

    /// Time passes.
    fn spend(&mut self, time: u64, is_playable: bool) {
        self.listen(time, is_playable);
        self.step.cost.time = self.step.cost.time.saturating_add(time);
        let due = |pending: &[(Timer, u64)]| pending.iter().position(|&(_, left)| left <= time);
        while let Some(place) = due(&self.spot.pending) {
            let (timer, _) = self.spot.pending.remove(place);
            self.tell(Input::Timer(timer));
        }
        for (_, left) in &mut self.spot.pending {
            *left -= time;
        }
    }

    /// Tells the call something.
    fn tell(&mut self, input: Input) {
        self.step.inputs += 1;
        let changes = self.spot.call.handle(0, input);
        self.spot
            .pending
            .retain(|(timer, _)| !changes.disarmed.contains(timer));
        for (timer, usual) in changes.armed {
            match timer {
                Timer::Recording(_) => self.spot.pending.push((timer, usual)),
                // What becomes of a leg that is over decides nothing.
                Timer::LegInit(_) | Timer::LegDestroyed(_) | Timer::LegOffline(_) => {
                    self.tell(Input::Timer(timer));
                }
                // How long a hold lasts is not tried.
                Timer::HoldEnds | Timer::Destroyed => {}
            }
        }
        let call = &self.spot.call;
        for noted in call.trace().since(self.seen) {
            match &noted.fact {
                Fact::Began { place, .. } => {
                    let role = place.document.flow.node(place.node).command.spec().role;
                    if matches!(role, Role::Branch | Role::Case | Role::Otherwise) {
                        self.spot.watch.chosen = Some(place.clone());
                    }
                    let (flow, node) = (&place.document.flow, place.node);
                    // What would come after its last command is not known.
                    self.spot.watch.is_unknown |= flow.is_incomplete();
                    let traits = flow.node(node).command.describe().traits();
                    let takes_keys = traits.keys.is_some();
                    if takes_keys && is_menu(flow, node) {
                        self.spot.watch.dial = None;
                    }
                    let is_dial = traits.heard == Heard::Person;
                    if let Some(end) = self.spot.watch.dial
                        && (is_dial || traits.recording.is_some() && asks_for_message(flow, node))
                    {
                        let oddity = match end {
                            DialEnd::Failed => Oddity::AfterFailure,
                            DialEnd::Talked => Oddity::AfterTalk,
                        };
                        self.step.odd.push((place.clone(), oddity));
                    }
                    if !call.state().is_answered() {
                        let is_heard = matches!(traits.heard, Heard::Words | Heard::Signal);
                        if is_heard && self.spot.watch.unanswered.is_none() {
                            self.spot.watch.unanswered = Some(place.clone());
                        }
                        if traits.recording.is_some() && is_message(flow, node) {
                            self.step.odd.push((place.clone(), Oddity::RecordsNobody));
                        }
                    }
                    if takes_keys && loses_keys(place) {
                        self.step.odd.push((place.clone(), Oddity::LostKeys));
                    }
                    self.began = self.step.cost.time;
                    self.step.odd.push((place.clone(), Oddity::Began));
                    self.step.began.push(place.clone());
                }
                Fact::RecordingBegan { .. } => {
                    self.spot.watch.is_served = true;
                    self.spot.watch.chosen = None;
                }
                Fact::CallEnded(by) => self.ended = Some(*by),
                _ => {}
            }
        }
        self.seen = call.trace().len();
    }

    /// What the caller hears meanwhile.
    fn listen(&mut self, time: u64, is_playable: bool) {
        let state = self.spot.call.state();
        if time == 0 || state.inbound() >= CallState::Hangup {
            return;
        }
        let heard = state.sound(is_playable, self.spot.call.setup().platform);
        let awaits = state.is_recorded()
            || matches!(state.need(), Need::Collect { .. })
            || matches!(state.need(), Need::Wait { stop, .. } if !stop.is_empty())
            || state.listener('0').is_some();
        let watch = &mut self.spot.watch;
        match heard {
            Audio::Sound(_) | Audio::Bridge(_) => {
                watch.is_served = true;
                watch.failed = None;
                watch.chosen = None;
                self.step.cost.speak();
            }
            _ if awaits => self.step.cost.speak(),
            _ => self.step.cost.wait(time),
        }
        match heard {
            Audio::Ringing => {}
            Audio::Silence if !awaits => {
                let was = watch.silent;
                watch.silent = was.saturating_add(time).min(self.max_silence + 1);
                if was <= self.max_silence && watch.silent > self.max_silence {
                    let place = state
                        .open_commands()
                        .next()
                        .or_else(|| self.step.began.last().cloned());
                    self.step
                        .odd
                        .extend(place.map(|place| (place, Oddity::LongSilence)));
                }
            }
            heard => {
                watch.silent = 0;
                watch.is_served |= heard != Audio::Silence;
            }
        }
    }
}

/// How long a caller takes to press a key, in milliseconds.
const PRESSED: u64 = 1000;

/// How long a caller takes to press a key that has to come within a time, in milliseconds.
fn pressed(at_most: u64) -> u64 {
    if at_most > PRESSED {
        PRESSED
    } else {
        at_most / 2
    }
}

/// When a leg rings, and when it answers, if it has so much time; in milliseconds since it came to life.
pub(super) fn rings_and_answers(left: u64) -> [u64; 2] {
    let answers = (timing::LEG_RINGS + timing::LEG_ANSWERS).min(left - left.min(1));
    [timing::LEG_RINGS.min(answers), answers]
}

/// When a leg refuses, if it has so much time; in milliseconds since it came to life.
pub(super) fn refuses(left: u64) -> u64 {
    timing::LEG_REFUSES.min(left - left.min(1))
}

impl Cost {
    /// Nothing but waiting, for a while.
    fn wait(&mut self, time: u64) {
        let [first, most, last] = &mut self.waits;
        *last = last.saturating_add(time);
        *most = (*most).max(*last);
        if !self.is_broken {
            *first = *last;
        }
    }

    /// The caller hears words, or is asked.
    fn speak(&mut self) {
        self.waits[2] = 0;
        self.is_broken = true;
    }
}

/// Whether the failure of a command is one that the caller should hear of: it fails in the ordinary run
/// of things, and no other branch may be meant to say so.
fn matters(place: &CommandPlace) -> bool {
    let flow = &place.document.flow;
    let fails = flow
        .node(place.node)
        .command
        .describe()
        .traits()
        .fails
        .is_some();
    let mut members = flow.members(place.node).into_iter();
    fails && !members.any(|member| flow.label(member) == Label::NoMatch)
}

/// Whether a command calls somebody.
fn is_dial(flow: &Flow, node: NodeId) -> bool {
    flow.node(node).command.describe().traits().heard == Heard::Person
}

/// Whether the caller chooses at a command.
fn is_menu(flow: &Flow, node: NodeId) -> bool {
    let Some(keys) = flow.node(node).command.describe().traits().keys else {
        return false;
    };
    let is_branch = |member| flow.node(member).command.spec().role != Role::Step;
    keys.has_taker() || flow.members(node).into_iter().any(is_branch)
}

/// Whether a command records what stands inside it, in which nobody is called, and nothing answers.
fn is_message(flow: &Flow, node: NodeId) -> bool {
    let is_around =
        flow.node(node).command.describe().traits().recording == Some(Recording::Around);
    is_around && !flow.children_of(node).is_empty() && !connects(flow, node)
}

/// Whether somebody is called inside a command, or the call is answered there.
fn connects(flow: &Flow, node: NodeId) -> bool {
    flow.children_of(node).iter().any(|&child| {
        let traits = flow.node(child).command.describe().traits();
        traits.heard == Heard::Person
            || matches!(traits.impact, Impact::Answers | Impact::RunsDocument)
            || connects(flow, child)
    })
}

/// Whether a command asks the caller for a message: it records what stands inside it, or it begins to
/// record directly after an announcement.
fn asks_for_message(flow: &Flow, node: NodeId) -> bool {
    let traits = |node| flow.node(node).command.describe().traits();
    match traits(node).recording {
        Some(Recording::Around) if !flow.children_of(node).is_empty() => is_message(flow, node),
        Some(Recording::Around | Recording::Starts) => before(flow, node).is_some_and(|before| {
            flow.node(before).command.behavior().is_prompt()
                && traits(before).heard != Heard::Nothing
        }),
        _ => false,
    }
}

/// The command before a command in the same list.
fn before(flow: &Flow, node: NodeId) -> Option<NodeId> {
    let siblings = match flow.parent(node) {
        Some(parent) => flow.children_of(parent),
        None => flow.children(),
    };
    let before = flow.index(node).checked_sub(1)?;
    siblings.get(before).copied()
}

/// Whether a menu begins whose prompt stands in front of it: keys that come in the prompt are lost.
fn loses_keys(place: &CommandPlace) -> bool {
    let flow = &place.document.flow;
    let traits = |node| flow.node(node).command.describe().traits();
    if traits(place.node).keys.is_none() {
        return false;
    }
    before(flow, place.node).is_some_and(|before| {
        traits(before).voice.is_some() && flow.node(before).command.behavior().is_prompt()
    })
}

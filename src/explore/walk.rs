//! One step: what is chosen, and what a call does until something can be chosen again.

use super::choices::{Choice, Choices, filter, is_gap};
use super::search::Space;
use super::seen::Aim;
use super::watch::{Odd, Watch};
use super::worst::Cost;
use crate::call::{Call, CommandPlace, Fact, Listens};
use crate::channel::cause::Cause;
use crate::channel::{
    Action, CallState, Delay, Destination, DialOutcome, FetchOutcome, Input, LegId, Need, Request,
    Sound, Timer, timing,
};
use crate::expect::Goal;
use crate::record::EndedBy;
use crate::scenario::{Press, Reply};
use crate::simulate::{Attempt, Author, HangUpTime, Moment, Outlook, Situation, TALK};
use std::time::Duration;

/// Where something can be chosen: all that decides how a call goes on, and what is watched on the way.
#[derive(Debug)]
pub(super) struct Spot {
    pub(super) call: Call,
    pub(super) known: Situation,
    /// What of that can still decide something.
    outlook: Outlook,
    /// What came of the first attempt of the Dial that is tried.
    again: Option<Choice>,
    /// The recordings that will be available, and when, in milliseconds from now.
    pending: Vec<(Timer, u64)>,
    watch: Watch,
}

/// What came of a choice.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// The commands that began.
    pub(super) began: Vec<CommandPlace>,
    /// What else was come to.
    pub(super) aims: Vec<(CommandPlace, Aim)>,
    pub(super) odd: Odd,
    /// The commands at which it had been silent for too long.
    pub(super) silent: Vec<CommandPlace>,
    /// The URL of a document of which nothing is known, which ran.
    pub(super) unknown: Option<Box<str>>,
    pub(super) cost: Cost,
    /// How many inputs the call took.
    pub(super) inputs: u64,
    /// What a filter has shown that the call can be, so many milliseconds after the choice.
    pub(super) known: Option<(Situation, u64)>,
}

/// All calls of a flow: what is searched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calls<'w> {
    pub(super) choices: &'w Choices<'w>,
    /// The longest that nothing may be heard, in milliseconds.
    pub(super) max_silence: u64,
}

impl Space for Calls<'_> {
    type Spot = Spot;
    type Choice = Choice;
    type Step = Step;

    fn choices(&self, spot: &Spot) -> Vec<Choice> {
        spot.choices(self.choices)
    }

    fn step(&self, spot: &Spot, choice: &Choice) -> (Option<Spot>, Step) {
        self.take(spot.fork(), choice, None)
    }

    fn key<'s>(&self, spot: &'s Spot) -> impl Eq + std::hash::Hash + 's {
        spot.key()
    }

    /// Most callers wait until they are asked: a key in a prompt is farther away than one behind it.
    fn distance(&self, spot: &Spot, choice: &Choice, index: usize) -> u32 {
        let Choice::Key(key) = choice else {
            return u32::from(index > 0);
        };
        match spot.call.state().listener(*key) {
            // The keys behind the first of an attempt are no choice of their own.
            Some(listener) if !listener.digits.is_empty() => 0,
            Some(listener) if is_early(&listener.listens) => 2,
            _ => u32::from(index > 0),
        }
    }

    /// A document that is entered again by the same command while it is open is a loop.
    fn may_return(&self, spot: &Spot, choice: &Choice) -> bool {
        matches!(choice, Choice::Replied(_)) && spot.is_inside_itself()
    }

    fn returns(&self, now: (&Spot, &Choice), then: (&Spot, &Choice)) -> bool {
        let place = |spot: &Spot| spot.call.state().current();
        now.1 == then.1 && place(now.0) == place(then.0)
    }

    fn size(&self, spot: &Spot) -> usize {
        spot.call.state().size() + Situation::SIZE + size_of_val(&spot.pending[..])
    }
}

impl<'w> Calls<'w> {
    /// Lets a new call go on to where something can first be chosen. What happens is told to the author.
    pub(super) fn begin(&self, spot: Spot, author: Option<&mut Author>) -> (Option<Spot>, Step) {
        self.walker(spot, author).walk()
    }

    /// Makes a choice, and goes on to where something can be chosen next. What happens is told to the
    /// author.
    pub(super) fn take(
        &self,
        spot: Spot,
        choice: &Choice,
        author: Option<&mut Author>,
    ) -> (Option<Spot>, Step) {
        let mut walker = self.walker(spot, author);
        walker.take(choice);
        walker.walk()
    }

    /// The commands at which it has been silent for too long, when a call makes a choice after so many
    /// milliseconds of silence, or begins.
    pub(super) fn silences(
        &self,
        spot: &Spot,
        choice: Option<&Choice>,
        silent: u64,
    ) -> Vec<CommandPlace> {
        let mut walker = self.walker(spot.fork(), None);
        walker.silent = silent;
        if let Some(choice) = choice {
            walker.take(choice);
        }
        walker.walk().1.silent
    }

    fn walker<'a>(&self, spot: Spot, author: Option<&'a mut Author>) -> Walker<'a>
    where
        'w: 'a,
    {
        Walker {
            seen: spot.call.trace().len(),
            spot,
            step: Step::default(),
            choices: self.choices,
            max_silence: self.max_silence,
            silent: 0,
            ended: None,
            asked: None,
            author,
        }
    }
}

impl Spot {
    pub(super) fn new(call: Call, known: Situation) -> Self {
        Self {
            call,
            known,
            outlook: Outlook::default(),
            again: None,
            pending: Vec::new(),
            watch: Watch::default(),
        }
    }

    /// The same, to go on from.
    pub(super) fn fork(&self) -> Self {
        Self {
            call: self.call.fork(),
            known: self.known.clone(),
            outlook: self.outlook.clone(),
            again: self.again.clone(),
            pending: self.pending.clone(),
            watch: self.watch.clone(),
        }
    }

    /// All by which two of them differ in how they go on.
    pub(super) fn key(&self) -> impl Eq + std::hash::Hash + '_ {
        let Self {
            call,
            known: _,
            outlook,
            again,
            pending,
            watch,
        } = self;
        (call.state(), outlook, again, pending, watch)
    }

    /// Whether a document is about to be fetched by a command that has fetched one which is still open.
    pub(super) fn is_inside_itself(&self) -> bool {
        let state = self.call.state();
        matches!(state.need(), Need::Fetch { .. }) && state.is_inside_itself()
    }

    /// What can come of what the call asks, the ordinary first.
    pub(super) fn choices(&self, choices: &Choices<'_>) -> Vec<Choice> {
        choices.of(&self.call, &self.known, self.again.as_ref())
    }
}

struct Walker<'a> {
    spot: Spot,
    step: Step,
    choices: &'a Choices<'a>,
    max_silence: u64,
    /// How long it had been silent before, in milliseconds.
    silent: u64,
    /// How many facts were seen.
    seen: usize,
    ended: Option<EndedBy>,
    /// The command that asked last.
    asked: Option<CommandPlace>,
    author: Option<&'a mut Author>,
}

impl Walker<'_> {
    fn need(&self) -> &Need {
        self.spot.call.state().need()
    }

    /// Goes on to where something can be chosen.
    fn walk(mut self) -> (Option<Spot>, Step) {
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
                self.take(&Choice::Passes);
                continue;
            }
            let mut choices = self.spot.choices(self.choices);
            let state = self.spot.call.state();
            let filter = filter(&self.spot.call);
            let all = &self.choices.situations;
            self.spot.outlook = all.outlook(&self.spot.known, state.ahead());
            // At a filter calls meet again that earlier ones have told apart.
            let meets = filter.is_some_and(|filter| {
                let (flow, node) = (&filter.document.flow, filter.node);
                all.is_over(&self.spot.outlook, flow, node)
            });
            // A call can fetch without end.
            let fetches = matches!(self.need(), Need::Fetch { .. });
            if choices.len() > 1 || meets || fetches {
                self.spot.call = self.spot.call.fork();
                return (Some(self.spot), self.step);
            }
            self.take(&choices.pop().unwrap_or(Choice::Passes));
        }
        let is_answered = self.spot.call.state().is_answered();
        let last = self.step.began.last().or(self.asked.as_ref());
        let odd = &mut self.step.odd;
        self.spot.watch.ends(self.ended, is_answered, last, odd);
        (None, self.step)
    }

    /// Makes one choice.
    fn take(&mut self, choice: &Choice) {
        let place = self.spot.call.state().current();
        if place.is_some() {
            self.asked.clone_from(&place);
        }
        if matches!(choice, Choice::Key(_)) {
            // Who presses a key is not at a loss.
            self.step.cost.silence.breaks();
        }
        self.keys(choice);
        match self.need().clone() {
            Need::PlatformDelay { delay, usual } => match (choice, delay) {
                (Choice::Key(key), _) => self.pass(0, true, Input::Key(*key)),
                (_, Delay::Enter) => {
                    self.filter(choice, usual);
                    self.pass(usual, true, Input::Elapsed);
                }
                (_, Delay::Close) => self.close(usual),
                _ => self.pass(usual, true, Input::Elapsed),
            },
            Need::Fetch { request, flow } => self.fetch(choice, place, &request, flow),
            Need::Ring { legs, at_most } => self.ring(choice, place, &legs, at_most),
            Need::Hear { sound, lasts, .. } => {
                let (lasts, input) = match &sound {
                    Sound::File { url, times } if lasts.is_none() => {
                        let rule = self.choices.media_rule(choice, url);
                        if let Some(author) = &mut self.author {
                            author.plays(url, rule);
                        }
                        rule.input(*times)
                    }
                    _ => (lasts.unwrap_or(timing::MEDIA), Input::Elapsed),
                };
                match choice {
                    Choice::Key(key) => self.pass(lasts.min(PRESSED), true, Input::Key(*key)),
                    _ => self.pass(lasts, input != Input::NoMedia, input),
                }
            }
            Need::Wait { at_most, .. } | Need::Collect { at_most } => match choice {
                Choice::Key(key) => self.pass(pressed(at_most), true, Input::Key(*key)),
                _ => self.pass(at_most, true, Input::Elapsed),
            },
            Need::Bridge { leg, at_most, .. } => {
                self.spot.watch.talks();
                match at_most.filter(|&limit| limit < TALK) {
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

    /// What the caller presses while a command listens.
    fn keys(&mut self, choice: &Choice) {
        let state = self.spot.call.state();
        let key = match choice {
            Choice::Key(key) => Some(*key),
            _ => None,
        };
        let any = match state.need() {
            Need::Wait { stop, .. } => stop.chars().next().unwrap_or('0'),
            _ => '0',
        };
        let Some(listener) = state.listener(key.unwrap_or(any)) else {
            return;
        };
        let moment = match listener.listens {
            Listens::Prompt(prompt) => Moment::During(prompt),
            Listens::Gap(None) => Moment::During(listener.node),
            Listens::Gap(Some(before)) => Moment::After(before),
            Listens::Waits | Listens::Stops(_) => Moment::Waiting,
        };
        let place = listener.place();
        let is_first = listener.digits.is_empty();
        let in_prompt = matches!(listener.listens, Listens::Prompt(_));
        if key.is_some() && is_first && in_prompt {
            self.step.aims.push((place.clone(), Aim::EarlyKey));
        }
        let Some(author) = &mut self.author else {
            return;
        };
        let soon = match state.need() {
            Need::Wait { at_most, .. } | Need::Collect { at_most } if *at_most <= PRESSED => {
                Some(Duration::from_millis(pressed(*at_most)))
            }
            _ => None,
        };
        let between = soon.filter(|soon| *soon < Press::BETWEEN);
        if let Some(key) = key.filter(|_| !is_first) {
            author.presses_on(key, between);
            return;
        }
        // A prompt in which nothing is pressed is no attempt yet.
        let is_silent = key.is_none() && (moment != Moment::Waiting || !is_first);
        if is_silent || matches!(state.need(), Need::PlatformDelay { .. }) && key.is_none() {
            return;
        }
        let Some(entry) = listener.entry(self.spot.call.trace()) else {
            return;
        };
        author.listens(Attempt {
            place,
            entry,
            moment,
            keys: key.into_iter().collect(),
            after: soon,
            between,
        });
    }

    /// A filter decides about what the call can be.
    fn filter(&mut self, choice: &Choice, usual: u64) {
        let Some(place) = filter(&self.spot.call) else {
            return;
        };
        let answered = self.spot.call.state().is_answered();
        let all = &self.choices.situations;
        let (flow, node) = (&place.document.flow, place.node);
        let [yes, no] = all.split(&self.spot.known, flow, node, answered);
        let (known, goal) = match (choice, yes, no) {
            (Choice::Unmatched, _, Some(no)) | (_, None, Some(no)) => (no, Goal::Unmatched),
            (_, Some(yes), _) => (yes, Goal::Matched),
            (_, None, None) => return,
        };
        self.spot.call.set_up(all.setup(&known));
        let asked = self.step.cost.time.saturating_add(usual);
        self.step.known = Some((known.clone(), asked));
        self.spot.known = known;
        self.step.aims.push((place, Aim::Goal(goal)));
    }

    /// A command ends.
    fn close(&mut self, usual: u64) {
        let state = self.spot.call.state();
        let failed = matches!(state.closing(), Some(Action::Failed(_))).then(|| state.current());
        self.pass(usual, true, Input::Elapsed);
        if let Some(place) = failed.flatten() {
            self.spot.watch.fails(place, self.spot.call.state());
        }
    }

    /// A server answers.
    fn fetch(
        &mut self,
        choice: &Choice,
        place: Option<CommandPlace>,
        request: &Request,
        flow: bool,
    ) {
        self.step.cost.fetches += 1;
        let replies = self.choices.replies(request, &self.spot.call, flow);
        let is_reply = matches!(choice, Choice::Replied(_));
        if is_reply && replies.is_unknown {
            self.spot.watch.is_lost();
            self.step.cost.silence.breaks();
            self.step.unknown = Some(request.target().into());
        } else if is_reply && flow {
            self.spot.watch.replies(place.as_ref());
        }
        let rule = Choices::reply_rule(choice, &replies, request);
        let (after, input) = rule.input(request, self.choices.documents);
        let is_redirect = matches!(rule.reply, Reply::Redirected { .. });
        if let Some(author) = &mut self.author {
            author.replies(request.target(), rule);
        }
        self.pass(after, true, input);
        if is_redirect {
            return;
        }
        let is_failed = matches!(self.spot.call.state().closing(), Some(Action::Failed(_)));
        let outcome = match choice {
            Choice::TimedOut => FetchOutcome::TimedOut,
            Choice::Replied(_) if !is_failed => FetchOutcome::Came,
            _ => FetchOutcome::Failed,
        };
        self.step
            .aims
            .extend(place.map(|place| (place, Aim::Goal(Goal::Fetched(outcome)))));
    }

    /// Destinations ring.
    fn ring(
        &mut self,
        choice: &Choice,
        place: Option<CommandPlace>,
        legs: &[(LegId, Destination)],
        at_most: u64,
    ) {
        self.step.cost.dials += 1;
        let attempts = place.as_ref().and_then(CommandPlace::attempts);
        let attempts = attempts.map_or(1, |(_, times)| times);
        let is_last = self.spot.call.state().attempt() >= attempts;
        let repeats = !is_last && !matches!(choice, Choice::Answered(_));
        self.spot.again = repeats.then(|| choice.clone());
        let entry = self.spot.call.trace().open().next();
        let left = at_most.saturating_sub(timing::LEG_INIT);
        let mut inputs: Vec<(u64, Input)> = Vec::new();
        for (index, (leg, to)) in legs.iter().enumerate() {
            let rule = self.choices.dial_rule(choice, index, to, left);
            inputs.extend(rule.inputs(*leg));
            if let Some(author) = &mut self.author {
                author.dials(&to.address(), rule);
            }
        }
        inputs.sort_by_key(|&(at, _)| at);
        if *choice == Choice::GivenUp {
            // As soon as it rings.
            let rings = inputs.first().map_or(0, |&(at, _)| at);
            inputs.retain(|&(at, _)| at <= rings);
            inputs.push((rings, Input::CallerHangsUp));
            if let (Some(author), Some(entry)) = (&mut self.author, entry) {
                author.hangs_up(HangUpTime::Ringing(entry, Duration::ZERO));
            }
        }
        self.spend(timing::LEG_INIT.min(at_most), true);
        let mut now = 0;
        for (at, input) in inputs.into_iter().filter(|&(at, _)| at <= left) {
            if !matches!(self.need(), Need::Ring { .. }) {
                break;
            }
            self.pass(at - now, true, input);
            now = at;
        }
        if matches!(self.need(), Need::Ring { .. }) {
            self.pass(left - now, true, Input::Elapsed);
        }
        let took = timing::LEG_CREATED + timing::LEG_INIT + now + timing::DIAL_REPORTS;
        let outcome = match choice {
            Choice::Answered(_) => DialOutcome::Answered,
            Choice::GivenUp => DialOutcome::GivenUp,
            _ if !is_last => return,
            // One that took all of its time counts as rung out.
            Choice::Refused if attempts > 1 || took < left => DialOutcome::Refused,
            _ => DialOutcome::RangOut,
        };
        self.step
            .aims
            .extend(place.map(|place| (place, Aim::Goal(Goal::Dialled(outcome)))));
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
        let is_answered = call.state().is_answered();
        for noted in call.trace().since(self.seen) {
            match &noted.fact {
                Fact::Began { place, .. } => {
                    let odd = &mut self.step.odd;
                    self.spot.watch.begins(place, is_answered, odd);
                    if let Some(author) = &mut self.author {
                        author.begins(place.clone());
                    }
                    self.step.began.push(place.clone());
                }
                Fact::RecordingBegan { .. } => self.spot.watch.records(),
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
        self.spot.watch.hears(&heard);
        let is_long = |cost: &Cost| cost.silence.after(self.silent) > self.max_silence;
        let was_long = is_long(&self.step.cost);
        self.step.cost.hears(&heard, awaits, time);
        if !was_long && is_long(&self.step.cost) {
            let place = state.open_commands().next();
            let place = place.or_else(|| self.step.began.last().cloned());
            self.step.silent.extend(place);
        }
    }
}

/// Whether a command listens already although its prompts are not over.
fn is_early(listens: &Listens<'_>) -> bool {
    matches!(listens, Listens::Prompt(_) | Listens::Gap(_))
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

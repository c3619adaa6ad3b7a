//! Equal states go on in the same way, and what a call writes is whole: calls made by chance.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use callflow::call::{Call, Changes, Fact, Listens, Setup, State};
use callflow::channel::cause::Cause;
use callflow::channel::{Delay, Destination, FetchError, Input, LegId, Need, Timer};
use callflow::drive::{Answer, Driven, Limits, Move, View, World, drive};
use callflow::fidelity::{Platform, Reading};
use callflow::record::EndedBy;
use callflow::scenario::{Content, Reply};
use support::generate::{self, Dice};
use support::machine::{WholeCall, check, flow, reply, setup};

/// How many calls are made.
const CALLS: u64 = 2000;

/// One input of a call that was driven, and the call as it was before.
struct Step {
    before: WholeCall,
    at: u64,
    input: Input,
}

/// A world in which everything comes by chance. It keeps every step.
struct Chance<'a> {
    dice: Dice,
    pages: &'a [String],
    next: Option<(u64, Input)>,
    steps: Vec<Step>,
}

impl Chance<'_> {
    /// A time that is often the same as another.
    fn time(&mut self, most: u64) -> u64 {
        match self.dice.below(4) {
            0 => 0,
            1 => most,
            _ => self.dice.below(most + 1),
        }
    }
}

impl World for Chance<'_> {
    fn timer(&mut self, _timer: Timer, usual: u64, _view: &View<'_>) -> u64 {
        self.time(usual.saturating_mul(2))
    }

    fn leg(&mut self, leg: LegId, _to: &Destination, _view: &View<'_>) -> Vec<(u64, Input)> {
        let mut at = self.time(2000);
        let mut comes = Vec::new();
        if !self.dice.one_in(4) {
            comes.push((at, Input::Rings(leg)));
        }
        at += self.time(4000);
        match self.dice.below(5) {
            0 => {}
            1 => comes.push((at, Input::Ends(leg, Cause::USER_BUSY))),
            2 => comes.push((at, Input::Ends(leg, Cause::NO_USER_RESPONSE))),
            _ => {
                comes.push((at, Input::Answers(leg)));
                let talk = self.time(9000);
                comes.push((at + talk, Input::Ends(leg, Cause::NORMAL_CLEARING)));
            }
        }
        comes
    }

    fn answer(&mut self, view: &View<'_>) -> Answer {
        let time = self.time(500);
        match view.state().need() {
            Need::Fetch { .. } => match self.dice.below(8) {
                0 => Answer::Usual,
                1 => Answer::After(time, Input::NoReply(FetchError::Refused)),
                2 => Answer::After(time, reply(503, "")),
                _ => {
                    let pages: Vec<&str> = self.pages.iter().map(String::as_str).collect();
                    Answer::After(time, reply(200, self.dice.pick(&pages)))
                }
            },
            Need::Hear { .. } if self.dice.one_in(8) => Answer::After(time, Input::NoMedia),
            Need::Hear { lasts: None, .. } => Answer::After(time, Input::Elapsed),
            Need::PlatformDelay { .. } if self.dice.one_in(2) => {
                Answer::After(time, Input::Elapsed)
            }
            _ => Answer::Usual,
        }
    }

    fn caller(&mut self, view: &View<'_>) -> Option<Move> {
        if view.state().inbound().is_over() {
            return None;
        }
        if self.next.is_none() {
            let at = view.now + self.time(3000);
            let input = match self.dice.below(40) {
                0 => Input::CallerHangsUp,
                _ => Input::Key(
                    self.dice
                        .pick(&["1", "2", "#", "*"])
                        .chars()
                        .next()
                        .unwrap(),
                ),
            };
            self.next = Some((at, input));
        }
        let (at, input) = self.next.clone()?;
        let first = false;
        Some(Move { at, input, first })
    }

    fn pass(&mut self, until: u64, input: &Input, view: &View<'_>) {
        if self.next.as_ref().is_some_and(|(_, next)| next == input) {
            self.next = None;
        }
        self.steps.push(Step {
            before: WholeCall::of(view.call),
            at: until,
            input: input.clone(),
        });
    }
}

/// A generated flow, and what its fetches can bring: itself, and the pages of its scenario.
fn pages(seed: u64) -> Vec<String> {
    let generated = generate::call(seed);
    let mut pages = vec![generated.flow];
    for rule in generated.scenario.callbacks.entries() {
        if let Reply::Answered { content, .. } = &rule.then.reply
            && let Content::Text(text) = content
        {
            pages.push(text.clone());
        }
    }
    pages
}

/// A platform with some readings that are not the usual ones. A recording that is discarded never ends.
fn another_platform(seed: u64) -> Platform {
    let mut dice = Dice::new(seed);
    let mut platform = Platform::default();
    for &reading in Reading::ALL {
        if reading != Reading::RecordOpenDiscarded && dice.one_in(4) {
            platform.choose(reading);
        }
    }
    platform
}

/// A call to the first of the pages that is created so many milliseconds later, in a world by chance.
fn driven(seed: u64, start: i64, pages: &[String]) -> (Driven, Vec<Step>) {
    driven_on(Platform::default(), seed, start, pages)
}

/// The same on another platform than the usual one.
fn driven_on(platform: Platform, seed: u64, start: i64, pages: &[String]) -> (Driven, Vec<Step>) {
    let mut world = Chance {
        dice: Dice::new(seed),
        pages,
        next: None,
        steps: Vec::new(),
    };
    let limits = Limits {
        legs: usize::MAX,
        entries: 60,
        inputs: 1000,
        longest: Some(120_000),
        from_creation: false,
    };
    let setup = Setup {
        platform,
        ..setup(start)
    };
    let call = Call::new(Arc::new(setup), flow(&pages[0]));
    (drive(call, &mut world, limits), world.steps)
}

/// What an input made of a call: the new facts, with commands, legs and recordings by their own names
/// and without instants. What was there before the first `met` facts is not told apart where a state
/// does not: legs, whatever they were, and entries that close with a block, however many.
fn told(call: &mut WholeCall, at: u64, input: &Input, met: usize) -> (Changes, Vec<String>) {
    let before = call.state().clone();
    let closes_block = match (before.need(), input) {
        (Need::PlatformDelay { delay, .. }, Input::Elapsed) => {
            matches!(delay, Delay::BlockEnd | Delay::FlowEnd)
        }
        (_, Input::Key(key)) => before
            .listener(*key)
            .is_some_and(|listener| matches!(listener.listens, Listens::Gap { .. })),
        _ => false,
    };
    let known = call.len();
    let changes = call.handle(at, input.clone());
    let (mut entries, mut legs, mut recordings) = (Vec::new(), Vec::new(), Vec::new());
    let mut first_entry = 0;
    let mut has_ended = closes_block;
    let mut facts = Vec::new();
    for (index, noted) in call.facts().iter().enumerate() {
        match &noted.fact {
            Fact::Began { place, .. } => {
                first_entry += usize::from(index < met);
                entries.push(place);
            }
            Fact::Dialled { to, .. } => legs.push((index >= met).then_some(to)),
            Fact::RecordingBegan { tag, .. } => recordings.push(tag),
            _ => {}
        }
        if index < known {
            continue;
        }
        let entry =
            |entry: usize| format!("{} of {:?}", entries[entry].path(), entries[entry].document);
        facts.push(match &noted.fact {
            Fact::Began { entry: index, .. } => format!("{} begins", entry(*index)),
            Fact::Ended { entry: index, .. }
                if *index < first_entry && std::mem::replace(&mut has_ended, true) =>
            {
                continue;
            }
            Fact::Ended {
                entry: index,
                status,
                reason,
                ..
            } => {
                has_ended = true;
                format!("{} ends: {status:?}, {reason}", entry(*index))
            }
            Fact::Dialled { from, to, .. } => format!("{to:?} is dialled from {from}"),
            Fact::Leg(leg, state, cause) => format!("{:?}: {state:?} {cause:?}", legs[*leg]),
            Fact::RecordingBegan { tag, asr, .. } => format!("{tag:?} is recorded: {asr}"),
            Fact::RecordingEnded(recording) => format!("{:?} ends", recordings[*recording]),
            Fact::RecordingReady(recording) => format!("{:?} is there", recordings[*recording]),
            Fact::CallEnded(EndedBy::Command(index)) => format!("{} ends it", entry(*index)),
            Fact::Fetched {
                entry: index,
                url,
                reply,
                redirect,
            } => {
                let index = entry(*index);
                format!("{index} fetched {url}: {reply:?} {redirect:?}")
            }
            fact @ (Fact::Inbound(..)
            | Fact::Key(..)
            | Fact::KeptKeyHeard
            | Fact::KeptKeysLost
            | Fact::EarlyMedia
            | Fact::CallEnded(_)) => {
                format!("{fact:?}")
            }
        });
    }
    (changes, facts)
}

fn hash(state: &State) -> u64 {
    let mut hasher = DefaultHasher::new();
    state.hash(&mut hasher);
    hasher.finish()
}

/// Goes on from two calls in equal states with the same inputs at the same instants of the wall
/// clock: they stay alike.
fn stay_alike(one: &WholeCall, other: &WholeCall, steps: &[Step], seed: u64) {
    let (mut one, mut other) = (one.clone(), other.clone());
    let met = [one.len(), other.len()];
    let start = |whole: &WholeCall| whole.call.setup().start.as_millisecond();
    for Step { before, at, input } in steps {
        // An hour later, when both have begun.
        let wall = start(before).saturating_add_unsigned(*at) + 3_600_000;
        let at = |call: &WholeCall| u64::try_from(wall - start(call)).unwrap();
        assert!(
            one.state() == other.state(),
            "{seed}: {:?}\n{:?}",
            one.state(),
            other.state()
        );
        assert_eq!(hash(one.state()), hash(other.state()), "{seed}");
        let (now, then) = (at(&one), at(&other));
        let now = told(&mut one, now, input, met[0]);
        let then = told(&mut other, then, input, met[1]);
        assert_eq!(now, then, "{seed}: {input:?} in {:?}", before.state());
    }
    assert!(
        one.state() == other.state(),
        "{seed}: {:?}\n{:?}",
        one.state(),
        other.state()
    );
}

/// However a call came into a state, what follows is the same: in this call, and in another one of
/// the same flow that took another way, at another time.
#[test]
fn equal_states_go_on_in_the_same_way() {
    let met = states_met_again(CALLS, |_| Platform::default());
    assert!(met > 20 * CALLS, "only {met} states were met again");
}

/// Whatever the platform does: nothing is left open, and equal states go on in the same way.
#[test]
fn so_it_is_under_every_reading_of_an_assumption() {
    const SOME: u64 = CALLS / 2;
    for seed in 0..SOME {
        let (driven, _) = driven_on(another_platform(seed), seed, 0, &pages(seed));
        assert!(!driven.call.state().has_leftovers(), "{seed}");
        check(driven.call.trace(), driven.limit.is_none());
    }
    let met = states_met_again(SOME, another_platform);
    assert!(met > 10 * SOME, "only {met} states were met again");
}

/// Goes through so many calls, each on its platform. How many states were met again.
fn states_met_again(calls: u64, platform: fn(u64) -> Platform) -> u64 {
    const AHEAD: usize = 3;
    let mut met = 0;
    for seed in 0..calls {
        let pages = pages(seed);
        let (_, mut steps) = driven_on(platform(seed), seed, 600_000, &pages);
        let own = steps.len();
        steps.extend(driven_on(platform(seed), !seed, 123, &pages).1);
        let mut known: HashMap<State, usize> = HashMap::new();
        for (index, step) in steps.iter().enumerate() {
            let end = if index < own { own } else { steps.len() };
            let ahead = &steps[index..end.min(index + AHEAD)];
            let Some(&first) = known.get(step.before.state()) else {
                known.insert(step.before.state().clone(), index);
                continue;
            };
            met += 1;
            stay_alike(&steps[first].before, &step.before, ahead, seed);
            let end = own.min(first + AHEAD);
            if first < own {
                stay_alike(&step.before, &steps[first].before, &steps[first..end], seed);
            }
        }
    }
    met
}

/// A fork goes on like the call that it was taken from, and a state can go to another thread.
#[test]
fn a_fork_goes_on_like_the_original() {
    fn is_sent<T: Send + Sync>(_: &T) {}
    for seed in 0..CALLS / 10 {
        let (driven, steps) = driven(seed, 0, &pages(seed));
        is_sent(driven.call.state());
        is_sent(&driven.call);
        for (index, step) in steps.iter().enumerate() {
            let mut fork = step.before.clone();
            fork.handle(step.at, step.input.clone());
            let over = WholeCall::of(&driven.call);
            let next = steps.get(index + 1).map_or(&over, |next| &next.before);
            if index + 1 < steps.len() || driven.limit.is_none() {
                assert!(fork.state() == next.state(), "{seed}");
                assert_eq!(fork.len(), next.len(), "{seed}");
            }
        }
    }
}

/// No leg is open, no timer runs, no recording is unfinished, and entries close last in, first out.
#[test]
fn a_call_that_is_over_has_left_nothing_open() {
    let mut over = 0;
    for seed in 0..CALLS {
        let (driven, _) = driven(seed, 0, &pages(seed));
        assert!(!driven.call.state().has_leftovers(), "{seed}");
        assert_eq!(*driven.call.state().need(), Need::Over, "{seed}");
        check(driven.call.trace(), driven.limit.is_none());
        over += u64::from(driven.limit.is_none());
    }
    assert!(over > CALLS / 2, "only {over} calls came to their end");
}

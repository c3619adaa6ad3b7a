//! Everything that can come of what a call asks, as far as the flow can tell it apart, and the rule by
//! which each of it comes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Held;
use crate::call::{Call, CommandPlace, Listener, Listens};
use crate::channel::cause::Cause;
use crate::channel::{
    Delay, Destination, DialOutcome, FetchError, Label, LegId, Method, Need, Request, Sound, timing,
};
use crate::command::dialogue;
use crate::flow::{Flow, NodeId};
use crate::scenario::{Callback, Content, Dial, Documents, Media, Outcome, Reply, Scenario};
use crate::simulate::{Situation, Situations, TALK, whole_url};

/// One of the things that can come of what a call asks.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Choice {
    /// Time passes: nothing is pressed, a sound is heard to its end.
    Passes,
    /// The caller presses a key.
    Key(char),
    /// The file that is to be played is missing.
    Missing,
    /// The destination with this index answers.
    Answered(usize),
    /// Every destination refuses.
    Refused,
    /// Every destination rings until the time is over.
    RangOut,
    /// The caller gives up while it rings.
    GivenUp,
    /// The server replies, with the one of this index of those that the scenario knows.
    Replied(usize),
    /// The request fails.
    Failed,
    /// No reply comes in time.
    TimedOut,
    /// A filter lets the call through.
    Matched,
    /// A filter does not let it through.
    Unmatched,
}

/// What a server can reply.
#[derive(Debug)]
pub(super) struct Replies {
    /// What it replies when all is well: what the scenario says.
    pub(super) good: Vec<Reply>,
    /// Whether nothing says what it replies when all is well.
    pub(super) is_unknown: bool,
    /// How it fails.
    failure: Reply,
    /// What it does of all this, unless something is the matter.
    usual: Choice,
}

/// A menu, with its flow, so that no other one comes to have its address.
type KnownMenu = (Arc<Flow>, Arc<Menu>);

/// A request as far as rules tell it from others.
type RequestKey = (Method, String, bool);

/// The world, and what of it is held.
#[derive(Debug)]
pub(super) struct Choices<'a> {
    scenario: &'a Scenario,
    pub(super) documents: &'a Documents,
    pub(super) situations: Situations,
    held: Held,
    replies: Mutex<HashMap<RequestKey, Arc<Replies>>>,
    menus: Mutex<HashMap<(usize, NodeId), KnownMenu>>,
}

/// What is said in the document that stands for one of which nothing is known; it does nothing.
const UNKNOWN: &str = "the contents of this document are not known";

/// All keys of a telephone that are tried.
const KEYS: &str = "1234567890*#";

/// All keys that a code can have, in order.
const CODE_KEYS: &str = "#*0123456789ABCD";

impl<'a> Choices<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        documents: &'a Documents,
        situations: Situations,
        held: Held,
    ) -> Self {
        Self {
            scenario,
            documents,
            situations,
            held,
            replies: Mutex::default(),
            menus: Mutex::default(),
        }
    }

    /// What can come of what the call asks. The first is the ordinary one; where there is one only, there
    /// is nothing to be chosen.
    ///
    /// `again` is what came of the first attempt of this Dial: it holds for all but the last.
    pub(super) fn of(&self, call: &Call, known: &Situation, again: Option<&Choice>) -> Vec<Choice> {
        let state = call.state();
        let mut choices = Vec::new();
        match state.need() {
            Need::PlatformDelay {
                delay: Delay::Enter,
                ..
            } => {
                if let Some(filter) = filter(call) {
                    let (flow, node) = (&filter.document.flow, filter.node);
                    let all = &self.situations;
                    let [yes, no] = all.split(known, flow, node, state.is_answered());
                    let is_first = |side: &Option<Situation>| {
                        let side = side.as_ref();
                        side.is_some_and(|side| all.has_same_example(side, known))
                    };
                    choices.extend(yes.as_ref().map(|_| Choice::Matched));
                    choices.extend(no.as_ref().map(|_| Choice::Unmatched));
                    if is_first(&no) {
                        choices.reverse();
                    }
                } else {
                    choices.push(Choice::Passes);
                }
                if is_gap(call) {
                    self.keys(call, &mut choices);
                }
                return choices;
            }
            Need::Fetch { request, flow } => {
                let replies = self.replies(request, call, *flow);
                choices.push(replies.usual.clone());
                if !self.held.callback {
                    choices.extend((0..replies.good.len()).map(Choice::Replied));
                    choices.extend([Choice::Failed, Choice::TimedOut]);
                }
            }
            Need::Ring { legs, at_most } => return self.rings(call, legs, *at_most, again),
            Need::Hear { sound, lasts, .. } => {
                let is_file = lasts.is_none() && matches!(sound, Sound::File { .. });
                let usual = match sound {
                    Sound::File { url, .. } if is_file && self.is_missing(url) => Choice::Missing,
                    _ => Choice::Passes,
                };
                choices.push(usual);
                if is_file {
                    choices.extend([Choice::Passes, Choice::Missing]);
                }
                self.keys(call, &mut choices);
            }
            Need::Wait { at_most, .. } | Need::Collect { at_most } => {
                choices.push(Choice::Passes);
                if *at_most > 0 {
                    self.keys(call, &mut choices);
                }
            }
            _ => {}
        }
        if choices.is_empty() {
            choices.push(Choice::Passes);
        }
        usual_first(choices)
    }

    /// What comes of dialled legs. A flow cannot tell which of several destinations answers: one other
    /// than the ordinary one stands for all others.
    fn rings(
        &self,
        call: &Call,
        legs: &[(LegId, Destination)],
        at_most: u64,
        again: Option<&Choice>,
    ) -> Vec<Choice> {
        // No time to answer, or to refuse, in.
        if at_most <= timing::LEG_INIT {
            return vec![Choice::RangOut];
        }
        let attempt = call.state().attempt();
        let current = call.state().current();
        let attempts = current.as_ref().and_then(CommandPlace::attempts);
        let is_last = attempts.is_none_or(|(_, times)| attempt >= times);
        if let Some(again) = again.filter(|_| !is_last) {
            return vec![again.clone()];
        }
        let answers = |dial: Option<&Dial>| {
            dial.is_none_or(|dial| matches!(dial.outcome, Outcome::Answered { .. }))
        };
        let dials = || legs.iter().map(|(_, to)| self.dial(to));
        let usual = if let Some(leg) = dials().position(answers) {
            Choice::Answered(leg)
        } else if dials().flatten().any(|dial| refusal(dial).is_some()) {
            Choice::Refused
        } else {
            Choice::RangOut
        };
        let mut choices = vec![usual.clone()];
        if !self.held.dial {
            choices.push(Choice::Answered(0));
            let last = legs.len().saturating_sub(1);
            if matches!(usual, Choice::Answered(0)) && last > 0 {
                choices.push(Choice::Answered(last));
            }
            choices.extend([Choice::Refused, Choice::RangOut]);
        }
        if !self.held.hangup {
            choices.push(Choice::GivenUp);
        }
        usual_first(choices)
    }

    /// The keys that make a difference now.
    fn keys(&self, call: &Call, choices: &mut Vec<Choice>) {
        if self.held.keys {
            return;
        }
        let state = call.state();
        let mut put = |key: char| {
            let key = Choice::Key(key);
            if !choices.contains(&key) {
                choices.push(key);
            }
        };
        let stop = match state.need() {
            Need::Wait { stop, .. } => &**stop,
            _ => "",
        };
        stop.chars().take(1).for_each(&mut put);
        let Some(listener) = state.who_listens() else {
            return;
        };
        for key in self.menu(&listener).told_apart(listener.digits) {
            if !stop.contains(key) {
                put(key);
            }
        }
        if let Some(key) = self.pressed(&listener)
            && let usual = Choice::Key(key)
            && let Some(place) = choices.iter().position(|one| *one == usual)
            && matches!(state.need(), Need::Collect { .. })
        {
            choices.swap(0, place);
        }
    }

    /// The key that the scenario's caller presses next, where it says so.
    fn pressed(&self, listener: &Listener<'_>) -> Option<char> {
        if self.scenario.presses.is_empty() {
            return None;
        }
        let place = listener.place();
        let path = place.path();
        let mut presses = self.scenario.presses.iter();
        let press = presses.find(|press| {
            let when = press.when.as_ref();
            press.heard && when.is_none_or(|when| when.value.matches(&path, &place.tags()))
        })?;
        let keys: String = press
            .keys
            .strokes(Duration::ZERO)
            .map(|(_, key)| key)
            .collect();
        keys.strip_prefix(listener.digits)?.chars().next()
    }

    fn menu(&self, listener: &Listener<'_>) -> Arc<Menu> {
        let flow = &listener.document.flow;
        let mut menus = self.menus.lock().unwrap_or_else(PoisonError::into_inner);
        let menu = menus.entry((Arc::as_ptr(flow).addr(), listener.node));
        let new = || (flow.clone(), Arc::new(Menu::new(flow, listener.node)));
        menu.or_insert_with(new).1.clone()
    }

    /// What the scenario says of a destination.
    fn dial(&self, to: &Destination) -> Option<&Dial> {
        Some(self.scenario.dial(0, to)?.1)
    }

    /// What a destination does, as a rule whose times fit into so many milliseconds after the leg's
    /// `init`: it answers or refuses before they are over.
    pub(super) fn dial_rule(
        &self,
        choice: &Choice,
        index: usize,
        to: &Destination,
        left: u64,
    ) -> Dial {
        let latest = left.saturating_sub(1);
        let fitting =
            |usual: u64| (usual > latest).then(|| Duration::from_millis(usual.min(latest)));
        let rings_after = fitting(timing::LEG_RINGS);
        match choice {
            Choice::Answered(wins) if *wins == index => Dial {
                rings_after,
                after: fitting(timing::LEG_RINGS + timing::LEG_ANSWERS),
                outcome: Outcome::Answered {
                    talk: Some(Duration::from_millis(TALK)),
                },
                ..Dial::answered()
            },
            Choice::Refused => {
                let cause = self.dial(to).and_then(refusal);
                Dial {
                    after: fitting(timing::LEG_REFUSES),
                    ..Dial::refused(cause.unwrap_or(Cause::USER_BUSY))
                }
            }
            // It has to ring for a caller who gives up meanwhile.
            Choice::GivenUp => Dial {
                rings_after,
                ..Dial::refused(Cause::NO_ANSWER)
            },
            _ => Dial::refused(Cause::NO_ANSWER),
        }
    }

    /// What a server does, as a rule whose reply comes in time.
    pub(super) fn reply_rule(choice: &Choice, replies: &Replies, request: &Request) -> Callback {
        let reply = match choice {
            Choice::Replied(index) => replies.good.get(*index).unwrap_or(&replies.failure),
            Choice::TimedOut => &Reply::Failed(FetchError::Timeout),
            _ => &replies.failure,
        };
        let is_late = |limit: &u64| *limit < timing::FETCH;
        let after = request.timeout.filter(is_late);
        Callback {
            after: after
                .filter(|_| *choice != Choice::TimedOut)
                .map(|limit| Duration::from_millis(limit.saturating_sub(1))),
            ..Callback::new(reply.clone())
        }
    }

    /// What a file is.
    pub(super) fn media_rule(&self, choice: &Choice, url: &str) -> Media {
        match (choice, self.scenario.media(0, url)) {
            (Choice::Missing, _) => Media::Status(404),
            (_, Some((_, media @ Media::Lasts(_)))) => *media,
            _ => Media::usual(),
        }
    }

    fn is_missing(&self, url: &str) -> bool {
        let media = self.scenario.media(0, url);
        media.is_some_and(|(_, media)| !matches!(media, Media::Lasts(_)))
    }

    /// Whether a rule of the scenario is about a file.
    pub(super) fn has_media(&self, url: &str) -> bool {
        self.scenario.media(0, url).is_some()
    }

    /// What a server can reply to a request; `flow` says whether a flow is asked for.
    pub(super) fn replies(&self, request: &Request, call: &Call, flow: bool) -> Arc<Replies> {
        let whole = whole_url(request, &call.setup().facts);
        let key = (request.method, whole.clone(), flow);
        let known = self.replies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(replies) = known.get(&key) {
            return replies.clone();
        }
        drop(known);
        let urls = [request.target(), &whole];
        let rules = self.scenario.callbacks_for(request.method, &urls);
        let replies = Arc::new(Replies::new(rules, flow));
        let mut known = self.replies.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, replies.clone());
        replies
    }
}

impl Replies {
    fn new<'r>(rules: impl Iterator<Item = &'r Callback>, flow: bool) -> Self {
        let is_good = |reply: &Reply| match reply {
            Reply::Answered { status, .. } => (200..300).contains(status),
            Reply::Redirected { .. } => true,
            Reply::Wrong(_) | Reply::Failed(_) => false,
        };
        let is_timeout = |reply: &Reply| *reply == Reply::Failed(FetchError::Timeout);
        let (mut good, mut failure, mut usual) = (Vec::new(), None, None);
        for reply in rules.map(|rule| &rule.reply) {
            let choice = if is_good(reply) {
                if !good.contains(reply) {
                    good.push(reply.clone());
                }
                Choice::Replied(0)
            } else if is_timeout(reply) {
                Choice::TimedOut
            } else {
                failure.get_or_insert_with(|| reply.clone());
                Choice::Failed
            };
            usual.get_or_insert(choice);
        }
        let is_unknown = good.is_empty();
        if is_unknown {
            let content = if flow {
                Content::Text(dialogue::flow(Vec::new()).to_document(UNKNOWN))
            } else {
                Content::Empty
            };
            good.push(Reply::Answered {
                status: 200,
                content,
            });
        }
        Self {
            good,
            is_unknown: is_unknown && flow,
            failure: failure.unwrap_or(Reply::Failed(FetchError::Refused)),
            usual: usual.unwrap_or(Choice::Replied(0)),
        }
    }
}

/// The choices without those that are there twice. The first, which is the ordinary one, stays first.
fn usual_first(mut choices: Vec<Choice>) -> Vec<Choice> {
    let mut is_first = true;
    let usual = choices.first().cloned();
    choices.retain(|one| std::mem::take(&mut is_first) || Some(one) != usual.as_ref());
    choices
}

/// The cause with which a destination refuses, where it does that and does not ring out.
fn refusal(dial: &Dial) -> Option<Cause> {
    let Outcome::Refused(cause) = dial.outcome else {
        return None;
    };
    let outcome = DialOutcome::of_failure(Some(cause), false);
    (outcome == DialOutcome::Refused).then_some(cause)
}

/// The filter that begins next, if one does.
pub(super) fn filter(call: &Call) -> Option<CommandPlace> {
    let place = call.state().upcoming()?;
    place.document.flow.is_filter(place.node).then_some(place)
}

/// Whether a command listens that is between two commands inside it, or before the first.
pub(super) fn is_gap(call: &Call) -> bool {
    let listener = call.state().who_listens();
    listener.is_some_and(|listener| matches!(listener.listens, Listens::Gap(_)))
}

/// What a command that listens can tell apart.
#[derive(Debug)]
struct Menu {
    /// The codes of its branches, sorted.
    codes: Vec<String>,
    longest: usize,
    stop: String,
    /// Whether it takes any number of keys.
    is_endless: bool,
}

impl Menu {
    fn new(flow: &Flow, node: NodeId) -> Self {
        let members = flow.members(node).into_iter();
        let codes = members.filter_map(|member| match flow.label(member) {
            Label::Code(code) => Some(code.to_owned()),
            _ => None,
        });
        let mut codes: Vec<String> = codes.collect();
        codes.sort();
        let traits = flow.node(node).command.describe().traits();
        let stop = traits.keys.and_then(|keys| keys.stop());
        let is_endless = traits
            .keys
            .is_some_and(|keys| keys.length().is_none() && keys.is_read_to_stop());
        Self {
            longest: codes.iter().map(String::len).max().unwrap_or(0),
            codes,
            stop: stop.map_or_else(String::new, |(_, stop)| stop.to_owned()),
            is_endless,
        }
    }

    /// The keys that it can tell apart after some digits: those that go on in a code, one that ends the
    /// entry, and one that is neither.
    fn told_apart(&self, digits: &str) -> Vec<char> {
        let goes_on = |key: &char| {
            let code = format!("{digits}{key}");
            let first = self.codes.partition_point(|one| *one < code);
            let next = self.codes.get(first);
            next.is_some_and(|next| next.starts_with(&code))
        };
        let is_stop = |key: &char| self.stop.contains(*key);
        let all = CODE_KEYS.chars().filter(|key| !is_stop(key));
        let next: Vec<char> = all.filter(goes_on).collect();
        let mut keys = next.clone();
        keys.extend(self.stop.chars().next());
        // Without a length, more keys than the longest code has and one are no other entry.
        if !self.is_endless || digits.len() <= self.longest {
            let other = |key: &char| !next.contains(key) && !is_stop(key);
            keys.extend(KEYS.chars().find(other));
        }
        keys
    }
}

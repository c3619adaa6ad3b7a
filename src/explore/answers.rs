//! Everything that can come of what a call asks, as far as the flow can tell it apart.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::Held;
use crate::call::{Call, CommandPlace, Listener, Listens};
use crate::channel::cause::Cause;
use crate::channel::{
    Delay, Destination, DialOutcome, FetchError, Label, Need, Request, Sound, timing,
};
use crate::command::dialogue;
use crate::scenario::{Callback, Content, Dial, Media, Outcome, Reply, Scenario};
use crate::simulate::{Documents, Situation, Situations, whole_url};

/// One answer to what a call asks.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Answer {
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
    /// A reply comes, the one with this index of those that the scenario knows.
    Came(usize),
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
pub(super) struct Replies {
    /// What it replies when all is well: what the scenario says.
    pub(super) good: Vec<Reply>,
    /// Whether nothing says what it replies when all is well.
    pub(super) is_unknown: bool,
    /// How it fails.
    pub(super) failure: Reply,
    /// What it does of all this, unless something is the matter.
    usual: Answer,
}

/// The world that answers, and what is held of it.
#[derive(Debug)]
pub(super) struct Answers<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) documents: &'a Documents,
    pub(super) situations: Arc<Situations>,
    pub(super) held: Held,
}

/// What is said in the document that stands for one of which nothing is known; it does nothing.
const UNKNOWN: &str = "the contents of this document are not known";

/// All keys of a telephone that are tried.
const KEYS: &str = "1234567890*#";

impl Answers<'_> {
    /// What can come of what the call asks. The first is the ordinary one; where there is one only, there
    /// is nothing to be chosen.
    ///
    /// `again` is what came of the first attempt of this Dial: it holds for all but the last.
    pub(super) fn all(
        &self,
        call: &Call,
        known: &Situation,
        again: Option<&Answer>,
    ) -> Vec<Answer> {
        let state = call.state();
        let mut answers = Vec::new();
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
                    answers.extend(yes.as_ref().map(|_| Answer::Matched));
                    answers.extend(no.as_ref().map(|_| Answer::Unmatched));
                    if is_first(&no) {
                        answers.reverse();
                    }
                } else {
                    answers.push(Answer::Passes);
                }
                if is_gap(call) {
                    self.keys(call, &mut answers);
                }
                return answers;
            }
            Need::Fetch { request, flow } => {
                let replies = self.replies(request, call, *flow);
                answers.push(replies.usual.clone());
                if !self.held.callback {
                    answers.extend((0..replies.good.len()).map(Answer::Came));
                    answers.extend([Answer::Failed, Answer::TimedOut]);
                }
            }
            Need::Ring { legs, at_most } => return self.rings(call, legs, *at_most, again),
            Need::Hear { sound, lasts, .. } => {
                let is_file = lasts.is_none() && matches!(sound, Sound::File { .. });
                let usual = match sound {
                    Sound::File { url, .. } if is_file && self.is_missing(url) => Answer::Missing,
                    _ => Answer::Passes,
                };
                answers.push(usual);
                if is_file {
                    answers.extend([Answer::Passes, Answer::Missing]);
                }
                self.keys(call, &mut answers);
            }
            Need::Wait { at_most, .. } | Need::Collect { at_most } => {
                answers.push(Answer::Passes);
                if *at_most > 0 {
                    self.keys(call, &mut answers);
                }
            }
            _ => {}
        }
        match answers.first().cloned() {
            None => answers.push(Answer::Passes),
            Some(usual) => {
                let mut is_first = true;
                answers.retain(|one| std::mem::take(&mut is_first) || *one != usual);
            }
        }
        answers
    }

    /// What comes of dialled legs.
    fn rings(
        &self,
        call: &Call,
        legs: &[(crate::channel::LegId, Destination)],
        at_most: u64,
        again: Option<&Answer>,
    ) -> Vec<Answer> {
        // No time to answer, or to refuse, in.
        if at_most <= timing::LEG_INIT {
            return vec![Answer::RangOut];
        }
        let attempt = call.state().attempt();
        let current = call.state().current();
        let attempts = current.as_ref().and_then(CommandPlace::attempts);
        let is_last = attempts.is_none_or(|(_, times)| attempt >= times);
        if let Some(again) = again.filter(|_| !is_last) {
            return vec![again.clone()];
        }
        let wins = legs.iter().position(|(_, to)| {
            matches!(
                self.dial(to).map(|dial| dial.outcome),
                None | Some(Outcome::Answered { .. })
            )
        });
        let refusal = legs
            .iter()
            .find_map(|(_, to)| match self.dial(to)?.outcome {
                Outcome::Refused(cause) => Some(DialOutcome::of_failure(Some(cause), false)),
                Outcome::Answered { .. } => None,
            });
        let usual = match (wins, refusal) {
            (Some(leg), _) => Answer::Answered(leg),
            (None, Some(DialOutcome::Refused)) => Answer::Refused,
            (None, _) => Answer::RangOut,
        };
        let mut answers = vec![usual.clone()];
        if !self.held.dial {
            answers.extend((0..legs.len()).map(Answer::Answered));
            answers.extend([Answer::Refused, Answer::RangOut]);
        }
        if !self.held.hangup {
            answers.push(Answer::GivenUp);
        }
        let mut is_first = true;
        answers.retain(|one| std::mem::take(&mut is_first) || *one != usual);
        answers
    }

    /// The keys that make a difference now.
    fn keys(&self, call: &Call, answers: &mut Vec<Answer>) {
        let state = call.state();
        let mut put = |key: char| {
            let key = Answer::Key(key);
            if !self.held.keys && !answers.contains(&key) {
                answers.push(key);
            }
        };
        let stop = match state.need() {
            Need::Wait { stop, .. } => &**stop,
            _ => "",
        };
        stop.chars().take(1).for_each(&mut put);
        // A key that stops the innermost command is not for the one around it.
        let free = KEYS.chars().find(|&key| !stop.contains(key));
        let Some(listener) = free.and_then(|key| state.listener(key)) else {
            return;
        };
        for key in told_apart(&listener) {
            if !stop.contains(key) {
                put(key);
            }
        }
        if let Some(key) = self.pressed(&listener)
            && let usual = Answer::Key(key)
            && let Some(place) = answers.iter().position(|one| *one == usual)
            && matches!(state.need(), Need::Collect { .. })
        {
            answers.swap(0, place);
        }
    }

    /// The key that the scenario's caller presses next, where it says so.
    fn pressed(&self, listener: &Listener<'_>) -> Option<char> {
        let place = CommandPlace {
            document: listener.document.clone(),
            node: listener.node,
        };
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

    /// What the scenario says of a destination.
    pub(super) fn dial(&self, to: &Destination) -> Option<&Dial> {
        Some(self.scenario.dial(0, to)?.1)
    }

    /// Why a destination refuses.
    pub(super) fn cause(&self, to: &Destination) -> Cause {
        match self.dial(to).map(|dial| dial.outcome) {
            Some(Outcome::Refused(cause))
                if DialOutcome::of_failure(Some(cause), false) == DialOutcome::Refused =>
            {
                cause
            }
            _ => Cause::USER_BUSY,
        }
    }

    fn is_missing(&self, url: &str) -> bool {
        let media = self.scenario.media(0, url);
        media.is_some_and(|(_, media)| !matches!(media, Media::Lasts(_)))
    }

    /// How long a file is heard.
    pub(super) fn lasts(&self, url: &str) -> u64 {
        match self.scenario.media(0, url) {
            Some((_, Media::Lasts(lasts))) => u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX),
            _ => timing::MEDIA,
        }
    }

    /// What a server can reply to a request.
    pub(super) fn replies(&self, request: &Request, call: &Call, flow: bool) -> Replies {
        let whole = whole_url(request, &call.setup().facts);
        let rule = |n: usize| {
            self.scenario
                .callback(n, request.method, &[request.target(), &whole])
        };
        let mut rules: Vec<(usize, &Callback)> = Vec::new();
        // The last repeats.
        while let Some(next) = rule(rules.len()).filter(|next| rules.last() != Some(next)) {
            rules.push(next);
        }
        let is_good = |reply: &Reply| match reply {
            Reply::Answered { status, .. } => (200..300).contains(status),
            Reply::Redirected { .. } => true,
            Reply::Wrong(_) | Reply::Failed(_) => false,
        };
        let replies = || rules.iter().map(|(_, rule)| &rule.reply);
        let mut good: Vec<Reply> = Vec::new();
        for reply in replies().filter(|reply| is_good(reply)) {
            if !good.contains(reply) {
                good.push(reply.clone());
            }
        }
        let is_timeout = |reply: &Reply| *reply == Reply::Failed(FetchError::Timeout);
        let failure = replies()
            .find(|reply| !is_good(reply) && !is_timeout(reply))
            .cloned();
        let usual = match replies().next() {
            Some(reply) if is_timeout(reply) => Answer::TimedOut,
            Some(reply) if !is_good(reply) => Answer::Failed,
            _ => Answer::Came(0),
        };
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
        Replies {
            good,
            is_unknown: is_unknown && flow,
            failure: failure.unwrap_or(Reply::Failed(FetchError::Refused)),
            usual,
        }
    }
}

/// The text of a reply.
pub(super) fn body(content: &Content, documents: &Documents) -> Arc<[u8]> {
    match content {
        Content::Empty => Arc::default(),
        Content::Text(text) => text.as_bytes().into(),
        Content::File(path) => documents.get(&path.value).cloned().unwrap_or_default(),
    }
}

/// The filter that begins next, if one does.
pub(super) fn filter(call: &Call) -> Option<CommandPlace> {
    let place = call.state().upcoming()?;
    place.document.flow.is_filter(place.node).then_some(place)
}

/// Whether a command listens that is between two commands inside it, or before the first.
pub(super) fn is_gap(call: &Call) -> bool {
    let listener = call.state().listener('0');
    listener.is_some_and(|listener| matches!(listener.listens, Listens::Gap(_)))
}

/// The keys that a command which listens can tell apart now: those that go on in a code, one that ends
/// the entry, and one that is neither.
fn told_apart(listener: &Listener<'_>) -> Vec<char> {
    let flow = &listener.document.flow;
    let members = flow.members(listener.node);
    let codes: Vec<&str> = members
        .iter()
        .filter_map(|&member| match flow.label(member) {
            Label::Code(code) => Some(code),
            _ => None,
        })
        .collect();
    let traits = flow.node(listener.node).command.describe().traits();
    let stop = traits
        .keys
        .and_then(|keys| keys.stop())
        .map_or("", |(_, stop)| stop);
    let is_stop = |key: &char| stop.contains(*key);
    let next = codes
        .iter()
        .filter_map(|code| code.strip_prefix(listener.digits)?.chars().next());
    let next: BTreeSet<char> = next.filter(|key| !is_stop(key)).collect();
    let mut keys: Vec<char> = next.iter().copied().collect();
    keys.extend(stop.chars().next());
    // Without a length, more keys than the longest code has and one are no other entry.
    let is_endless = traits
        .keys
        .is_some_and(|keys| keys.length().is_none() && keys.is_read_to_stop());
    let longest = codes.iter().map(|code| code.len()).max().unwrap_or(0);
    if !is_endless || listener.digits.len() <= longest {
        keys.extend(
            KEYS.chars()
                .find(|key| !next.contains(key) && !is_stop(key)),
        );
    }
    keys
}

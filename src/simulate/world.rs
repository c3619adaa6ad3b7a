//! The world that a scenario describes: it answers what a call asks.

use std::sync::Arc;

use super::{Documents, millis};
use crate::call::Call;
use crate::channel::cause::Cause;
use crate::channel::{
    FetchError, Happening, LegId, Need, Reply as HttpReply, Request, Sound, timing,
};
use crate::fidelity::{Assumption, Assumptions};
use crate::scenario::{Content, Dial, Media, Outcome, Reply, Scenario};

/// How long a dialled party talks if nothing else ends the call, in milliseconds.
pub const TALK: u64 = 30_000;

/// The time between two keys of one press, in milliseconds.
const KEY: u64 = 250;

/// Something that the scenario does not say, and what was taken instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Presumption {
    /// No rule for this URL: the connection was refused.
    Callback(Box<str>),
    /// No rule for this destination: it answered.
    Dial(Box<str>),
    /// No rule for this media file: it played for five seconds.
    Media(Box<str>),
    /// Nothing ends the talk with this destination: it hung up after half a minute.
    Talk(Box<str>),
}

/// Something that will happen.
#[derive(Clone, Debug)]
struct Plan {
    at: u64,
    /// The need that it answers, by its serial number; absent where it concerns none.
    serial: Option<u64>,
    happening: Happening,
}

/// The world of one call.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) scenario: Scenario,
    pub(super) presumed: Vec<Presumption>,
    /// What was assumed of times that the scenario leaves open.
    pub(super) assumed: Assumptions,
    documents: &'a Documents,
    plans: Vec<Plan>,
    /// Parties that were not told when to hang up.
    endless: Vec<LegId>,
    keys: std::vec::IntoIter<(u64, char)>,
    hung_up: bool,
    seen_serial: u64,
    seen_legs: usize,
}

impl<'a> World<'a> {
    pub(super) fn new(scenario: Scenario, documents: &'a Documents) -> Self {
        let press = |press: &crate::scenario::Press| {
            let at = millis(press.at);
            let keys: Vec<_> = press.keys.as_str().chars().collect();
            keys.into_iter()
                .zip(0..)
                .map(move |(key, index)| (at + index * KEY, key))
        };
        let mut keys: Vec<_> = scenario.caller.keys.iter().flat_map(press).collect();
        keys.sort_by_key(|&(at, _)| at);
        Self {
            scenario,
            presumed: Vec::new(),
            assumed: Assumptions::default(),
            documents,
            plans: Vec::new(),
            endless: Vec::new(),
            keys: keys.into_iter(),
            hung_up: false,
            seen_serial: 0,
            seen_legs: 0,
        }
    }

    /// Looks at what the call needs now, and plans what will come of it.
    pub(super) fn look(&mut self, call: &Call, now: u64) {
        if call.serial() != self.seen_serial {
            self.seen_serial = call.serial();
            self.plans.retain(|plan| plan.serial.is_none());
            match call.need() {
                Need::Fetch(request) => self.fetch(request, now),
                Need::Hear {
                    sound: Sound::File { url, times },
                    lasts: None,
                    ..
                } => {
                    self.media(url, *times, now);
                }
                Need::Bridge { leg, at_most } => self.talk(call, *leg, *at_most, now),
                _ => {}
            }
        }
        // A leg's fate is decided when it comes to life; legs do so in their order.
        while let Some(leg) = call.legs().get(self.seen_legs) {
            if leg.init_on.is_none() && !leg.state.is_over() {
                break;
            }
            if !leg.state.is_over() {
                self.dial(call, LegId(self.seen_legs), now);
            }
            self.seen_legs += 1;
        }
    }

    pub(super) fn next_planned(&self) -> Option<u64> {
        self.plans.first().map(|plan| plan.at)
    }

    pub(super) fn take_planned(&mut self) -> Happening {
        self.plans.remove(0).happening
    }

    pub(super) fn next_key(&self) -> Option<u64> {
        self.keys.as_slice().first().map(|&(at, _)| at)
    }

    pub(super) fn take_key(&mut self) -> Happening {
        self.keys
            .next()
            .map_or(Happening::Elapsed, |(_, key)| Happening::Key(key))
    }

    /// The keys that were never pressed.
    pub(super) fn late_keys(&mut self) -> Vec<(u64, char)> {
        self.keys.by_ref().collect()
    }

    pub(super) fn hangup(&self) -> Option<u64> {
        self.scenario
            .caller
            .hangup_after
            .filter(|_| !self.hung_up)
            .map(millis)
    }

    pub(super) fn take_hangup(&mut self) -> Happening {
        self.hung_up = true;
        Happening::CallerHangsUp
    }

    fn plan(&mut self, at: u64, serial: Option<u64>, happening: Happening) {
        let place = self.plans.partition_point(|plan| plan.at <= at);
        self.plans.insert(
            place,
            Plan {
                at,
                serial,
                happening,
            },
        );
    }

    fn presume(&mut self, presumption: Presumption) {
        if !self.presumed.contains(&presumption) {
            self.presumed.push(presumption);
        }
    }

    fn fetch(&mut self, request: &Request, now: u64) {
        let whole = whole_url(request);
        let rule = self
            .scenario
            .callbacks
            .next_request(request.method, &[&request.url, &whole])
            .cloned();
        let Some(rule) = rule else {
            self.presume(Presumption::Callback(request.url.clone()));
            let happening = Happening::NoReply(FetchError::Refused);
            return self.plan(now + timing::FETCH, Some(self.seen_serial), happening);
        };
        let after = rule.after.map_or(timing::FETCH, millis);
        let happening = match rule.reply {
            // The request's own time-out ends it.
            Reply::Failed(FetchError::Timeout) => return,
            Reply::Failed(error) => Happening::NoReply(error),
            Reply::Wrong(wrong) => Happening::NoFlow(wrong.into()),
            Reply::Answered { status, content } => {
                let (name, body): (Box<str>, Arc<[u8]>) = match content {
                    Content::Empty => (request.url.clone(), Arc::from([])),
                    Content::Text(text) => (request.url.clone(), text.into_bytes().into()),
                    Content::File(path) => {
                        let body = self.documents.get(&path.value).cloned();
                        let name = path.value.display().to_string().into();
                        (name, body.unwrap_or_else(|| Arc::from([])))
                    }
                };
                Happening::Replied(HttpReply { status, name, body })
            }
        };
        self.plan(now.saturating_add(after), Some(self.seen_serial), happening);
    }

    fn media(&mut self, url: &str, times: u32, now: u64) {
        let rule = self.scenario.media.next(&[url]).copied();
        let (after, happening) = match rule {
            Some(Media::Lasts(lasts)) => (millis(lasts), Happening::Elapsed),
            Some(Media::Status(_) | Media::Failed(_)) => (timing::FETCH, Happening::NoMedia),
            None => {
                self.presume(Presumption::Media(url.into()));
                self.assumed.insert(Assumption::MediaTime);
                (timing::MEDIA, Happening::Elapsed)
            }
        };
        let after = match happening {
            Happening::Elapsed => after
                .saturating_mul(u64::from(times))
                .min(timing::LONGEST_MEDIA),
            _ => after,
        };
        self.plan(now + after, Some(self.seen_serial), happening);
    }

    fn dial(&mut self, call: &Call, leg: LegId, now: u64) {
        let Some(destination) = call.destination(leg) else {
            return;
        };
        let address = destination.address();
        let rule = self
            .scenario
            .dials
            .next(&[&address, &destination.text])
            .cloned();
        let rule = rule.unwrap_or_else(|| {
            self.presume(Presumption::Dial(destination.text.clone()));
            Dial::answered()
        });
        let rings = rule.rings_after.map_or(timing::LEG_RINGS, millis);
        let usual = match rule.rings {
            true => rings + timing::LEG_ANSWERS,
            false => timing::LEG_REFUSES,
        };
        if rule.after.is_none() {
            self.assumed.insert(Assumption::LegTime);
        }
        let after = rule.after.map_or(usual, millis);
        if rule.rings {
            let rings = match (rule.rings_after, rule.after) {
                (None, Some(_)) => rings.min(after),
                _ => rings,
            };
            self.plan(now.saturating_add(rings), None, Happening::Rings(leg));
        }
        let then = now.saturating_add(after);
        match rule.outcome {
            // Without a time it rings until the Dial gives up.
            Outcome::Refused(Cause::NO_ANSWER) if rule.after.is_none() => {}
            Outcome::Refused(cause) => self.plan(then, None, Happening::Ends(leg, cause)),
            Outcome::Answered { talk } => {
                self.plan(then, None, Happening::Answers(leg));
                match talk.map(millis) {
                    Some(talk) => self.hang_up(leg, then.saturating_add(talk)),
                    None => self.endless.push(leg),
                }
            }
        }
    }

    /// Two parties talk. One that was not told when to hang up does so after a while, unless the
    /// caller will, or the bridge has a limit.
    fn talk(&mut self, call: &Call, leg: LegId, at_most: Option<u64>, now: u64) {
        let ends = self.scenario.caller.hangup_after.is_some()
            || at_most.is_some_and(|limit| limit <= TALK)
            || !self.endless.contains(&leg);
        if ends {
            return;
        }
        if let Some(destination) = call.destination(leg) {
            self.presume(Presumption::Talk(destination.text.clone()));
        }
        self.hang_up(leg, now + TALK);
    }

    fn hang_up(&mut self, leg: LegId, at: u64) {
        self.plan(at, None, Happening::Ends(leg, Cause::NORMAL_CLEARING));
    }
}

/// A request's URL with the parameters that the platform appends.
fn whole_url(request: &Request) -> String {
    let mut url = request.url.to_string();
    for (name, value) in &request.query {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(name);
        url.push('=');
        url.push_str(
            &value
                .replace('%', "%25")
                .replace('+', "%2B")
                .replace('&', "%26")
                .replace('#', "%23")
                .replace(' ', "%20"),
        );
    }
    url
}

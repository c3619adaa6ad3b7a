//! The world that a scenario describes: it answers what a call asks.

use std::collections::{HashMap, HashSet};

use super::Documents;
use super::audio::AudioTimeline;
use super::caller::Caller;
use super::pace::Pace;
use super::recorded::Recorded;
use crate::call::{CommandPlace, Fact, Noted};
use crate::channel::cause::Cause;
use crate::channel::{
    Destination, Facts, FetchError, Input, LegId, Need, Request, Sound, Timer, timing,
};
use crate::command::Asks;
use crate::drive::{Answer, Move, View, World};
use crate::fidelity::{Assumption, Assumptions};
use crate::redact::Redaction;
use crate::scenario::{Dial, Media, Scenario, Used, nth};
use crate::value::{Scalar, Value as _};

/// How long a dialled party talks if nothing else ends the call, in milliseconds.
pub const TALK: u64 = 30_000;

/// Something that the scenario does not say, and what was taken instead.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Presumption {
    /// No rule for this URL: the connection was refused.
    Callback(Box<str>),
    /// No rule for this destination: it answered.
    Dial(Box<str>),
    /// No rule for this media file: it played for five seconds.
    Media(Box<str>),
    /// Nothing ends the talk with this destination: it hung up after half a minute.
    Talk(Box<str>),
    /// Nothing says when the call comes, and a command asked for the time.
    Start,
    /// Nothing says in which zone a command reads the clock: UTC.
    TimeZone,
    /// Nothing says who calls, and the command with this path is only for the default number.
    Caller(Box<str>),
    /// Nothing says which number was called, and the command with this path is only for the default
    /// one.
    Called(Box<str>),
    /// Nothing says where the caller is, and a command asked for it: unknown.
    Place,
}

impl Presumption {
    /// The same without what identifies people and places.
    pub(super) fn redacted(&self, redaction: &mut Redaction) -> Self {
        match self {
            Self::Callback(url) => Self::Callback(redaction.text(url).into()),
            Self::Dial(to) => Self::Dial(redaction.party(to).into()),
            Self::Media(url) => Self::Media(redaction.text(url).into()),
            Self::Talk(to) => Self::Talk(redaction.party(to).into()),
            Self::Start | Self::TimeZone | Self::Place | Self::Caller(_) | Self::Called(_) => {
                self.clone()
            }
        }
    }
}

/// The world of one call.
#[derive(Debug)]
pub(super) struct ScenarioWorld<'a> {
    scenario: &'a Scenario,
    documents: &'a Documents,
    pub(super) used: Used,
    pub(super) presumed: Vec<Presumption>,
    /// The same, to look for one.
    known: HashSet<Presumption>,
    /// What was assumed of times that the scenario leaves open.
    pub(super) assumed: Assumptions,
    pub(super) caller: Caller,
    pub(super) audio: AudioTimeline,
    pace: Pace,
    /// How often a URL was fetched, an address rung, a file played.
    counts: HashMap<String, usize>,
    /// The places of the rules that fit a request, a destination or a file.
    fitting: HashMap<String, Vec<usize>>,
    /// Parties that were not told when to hang up, by the rows of their legs.
    endless: HashSet<usize>,
    recorded: Recorded,
    /// When the present need ends by itself.
    ends: Option<u64>,
}

impl<'a> ScenarioWorld<'a> {
    pub(super) fn new(scenario: &'a Scenario, documents: &'a Documents) -> Self {
        Self {
            scenario,
            documents,
            used: Used::of(scenario),
            presumed: Vec::new(),
            known: HashSet::new(),
            assumed: Assumptions::default(),
            caller: Caller::new(scenario),
            audio: AudioTimeline::default(),
            pace: Pace::new(scenario),
            counts: HashMap::new(),
            fitting: HashMap::new(),
            endless: HashSet::new(),
            recorded: Recorded::default(),
            ends: None,
        }
    }

    /// What of the scenario was used.
    pub(super) fn used(&self) -> Used {
        Used {
            presses: self.caller.used.clone(),
            hangup: self.caller.has_hung_up,
            ..self.used.clone()
        }
    }

    fn presume(&mut self, presumption: Presumption) {
        if self.known.insert(presumption.clone()) {
            self.presumed.push(presumption);
        }
    }

    /// A command may have asked for what the scenario does not say.
    fn asked(&mut self, place: &CommandPlace) {
        let call = &self.scenario.call;
        let (start, zone) = (call.start.is_none(), call.time_zone.is_none());
        let is_nowhere = call.state.is_none() && call.county.is_none();
        let command = &place.document.flow.node(place.node).command;
        match command.describe().asks() {
            Asks::Clock(_) => {
                for (is_open, presumption) in
                    [(start, Presumption::Start), (zone, Presumption::TimeZone)]
                {
                    if is_open {
                        self.presume(presumption);
                    }
                }
            }
            Asks::Place { states, counties }
                if is_nowhere && !(states.is_empty() && counties.is_empty()) =>
            {
                self.presume(Presumption::Place);
            }
            Asks::Caller(value) if call.from.is_none() && is_same(value, call.caller()) => {
                self.presume(Presumption::Caller(place.path().into()));
            }
            Asks::Called(value) if call.to.is_none() && is_same(value, call.called()) => {
                self.presume(Presumption::Called(place.path().into()));
            }
            _ => {}
        }
    }

    /// The place of the rule for a subject that comes up now. `fitting` are those of all that fit what is
    /// asked, which may be more than its subject.
    fn rule(
        &mut self,
        subject: String,
        asked: String,
        fitting: impl FnOnce(&Scenario) -> Vec<usize>,
    ) -> Option<usize> {
        let count = self.counts.entry(subject).or_default();
        let fitting = || fitting(self.scenario);
        let rule = nth(self.fitting.entry(asked).or_insert_with(fitting), *count);
        *count = count.saturating_add(1);
        rule
    }

    fn fetch(&mut self, request: &Request, view: &View<'_>) -> Answer {
        let (url, whole) = (request.target(), whole_url(request, &view.setup().facts));
        let rule = self.rule(
            format!("url {}", same_host(url)),
            format!("{:?} {whole}", request.method),
            |scenario| scenario.callback_places(request.method, &[url, &whole]),
        );
        let Some(index) = rule else {
            self.presume(Presumption::Callback(url.into()));
            return Answer::After(timing::FETCH, Input::NoReply(FetchError::Refused));
        };
        self.used.callbacks[index] = true;
        let rule = &self.scenario.callbacks.entries()[index].then;
        let (after, input) = rule.input(request, self.documents);
        Answer::After(after, input)
    }

    fn file(&mut self, url: &str, times: u32) -> Answer {
        let subject = format!("file {}", same_host(url));
        let asked = format!("file {url}");
        let rule = self.rule(subject, asked, |scenario| scenario.media_places(url));
        let media = if let Some(index) = rule {
            self.used.media[index] = true;
            self.scenario.media.entries()[index].then
        } else {
            self.presume(Presumption::Media(url.into()));
            self.assumed.insert(Assumption::MediaTime);
            Media::usual()
        };
        let (after, input) = media.input(times);
        Answer::After(after, input)
    }

    /// Two parties talk. One that was not told when to hang up does so after a while, unless it is
    /// known that the caller will, or the bridge has a limit.
    fn talk(
        &mut self,
        leg: LegId,
        to: &Destination,
        at_most: Option<u64>,
        view: &View<'_>,
    ) -> Answer {
        let row = view.trace().leg_row(leg);
        let is_endless = row.is_some_and(|row| self.endless.contains(&row));
        if !is_endless || self.caller.will_hang_up() || at_most.is_some_and(|limit| limit <= TALK) {
            return Answer::Usual;
        }
        self.presume(Presumption::Talk(to.text.clone()));
        Answer::After(TALK, Input::Ends(leg, Cause::NORMAL_CLEARING))
    }
}

impl World for ScenarioWorld<'_> {
    fn see(&mut self, noted: &Noted, _view: &View<'_>) {
        if let Fact::Began { place, .. } = &noted.fact {
            self.asked(place);
        }
        self.pace.see(noted);
        self.caller.see(noted);
        self.recorded.see(noted);
    }

    fn timer(&mut self, timer: Timer, usual: u64, view: &View<'_>) -> u64 {
        self.pace.timer(timer, usual, view)
    }

    fn leg(&mut self, leg: LegId, to: &Destination, view: &View<'_>) -> Vec<(u64, Input)> {
        let subject = format!("to {}", same_host(&to.address()));
        let asked = format!("to {}", to.text);
        let rule = self.rule(subject, asked, |scenario| scenario.dial_places(to));
        if let Some(index) = rule {
            self.used.dials[index] = true;
        }
        // In no time no destination rings, whatever it would do (`timeout-zero`).
        if view.state().need().at_most() == Some(0) {
            return Vec::new();
        }
        let rule = if let Some(index) = rule {
            self.scenario.dials.entries()[index].then.clone()
        } else {
            self.presume(Presumption::Dial(to.text.clone()));
            Dial::answered()
        };
        if rule.after.is_none() {
            self.assumed.insert(Assumption::LegTime);
        }
        if rule.is_endless() {
            self.endless.extend(view.trace().leg_row(leg));
        }
        rule.inputs(leg)
    }

    fn answer(&mut self, view: &View<'_>) -> Answer {
        let paced = self.pace.length(view);
        let answer = match view.state().need() {
            Need::Fetch { request, .. } => self.fetch(request, view),
            Need::Hear {
                sound, lasts: None, ..
            } => match sound {
                Sound::File { url, times } => self.file(url, *times),
                Sound::Recording { tag, times } => {
                    Answer::After(self.recorded.length(tag, *times), Input::Elapsed)
                }
                Sound::Speech(_) | Sound::Tone(_) => Answer::Usual,
            },
            Need::Bridge {
                leg, to, at_most, ..
            } => self.talk(*leg, to, *at_most, view),
            _ => Answer::Usual,
        };
        let answer = match (answer, paced) {
            (Answer::Usual, Some(time)) => Answer::After(time, Input::Elapsed),
            // What only the world knows the length of may be longer or shorter as well.
            (Answer::After(time, Input::Elapsed), None) => {
                Answer::After(self.pace.changed(view, time), Input::Elapsed)
            }
            (answer, _) => answer,
        };
        self.audio.next();
        let lasts = match &answer {
            Answer::After(time, _) => Some(*time),
            Answer::Usual => view.state().need().at_most(),
            Answer::Never => None,
        };
        self.ends = lasts.map(|lasts| view.now.saturating_add(lasts));
        self.caller.answer(view, self.ends);
        answer
    }

    fn caller(&mut self, view: &View<'_>) -> Option<Move> {
        self.caller.next(view, self.ends)
    }

    fn pass(&mut self, until: u64, input: &Input, view: &View<'_>) {
        self.audio.listen(view, until);
        if *input == Input::NoMedia {
            self.audio.is_missing(view);
        }
        self.caller.done(until, input);
    }
}

/// Whether a filter compares with this number (`call-compare`).
fn is_same(value: &Scalar, number: &str) -> bool {
    let plain = |text: &str| text.strip_prefix('+').unwrap_or(text).to_owned();
    plain(&value.text()) == plain(number)
}

/// A URL or an address with its host in lower case: the same subject, however its host is written.
fn same_host(subject: &str) -> String {
    let scheme = subject.match_indices("://").next();
    let scheme = scheme.and_then(|(at, mark)| at.checked_add(mark.len()));
    let Some(start) = scheme.or_else(|| subject.rfind('@')) else {
        return subject.to_owned();
    };
    let (before, rest) = subject.split_at(start);
    let (host, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    [before, &host.to_ascii_lowercase(), behind].concat()
}

/// A request's URL with the parameters that the platform appends.
pub(crate) fn whole_url(request: &Request, facts: &Facts) -> String {
    let mut url = request.target().to_owned();
    for (name, value) in &request.query {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(name);
        url.push('=');
        url.push_str(
            &value
                .text(facts)
                .replace('%', "%25")
                .replace('+', "%2B")
                .replace('&', "%26")
                .replace('#', "%23")
                .replace(' ', "%20"),
        );
    }
    url
}

//! A world that knows how the call went: each time that the call needs something, the log says what
//! came next and when, and so what must have been answered.
//!
//! An example. Of this log
//!
//! ```text
//!  1.729 –  9.341  Gather[0]          dtmf '2' received
//!  1.777 –  6.767  Gather[0].Say[0]
//!  7.615 –  9.341  Gather[0].DTMF[2]  commands executed
//!  7.663 –  9.341  Gather[0].DTMF[2].Callback[0]
//! ```
//!
//! the call is driven through the flow that its elements give. At 6.767 it needs keys
//! (`Need::Collect`), and the log shows DTMF 2 next, at 7.615 ([`Expected::Enters`]). Each row of keys
//! that may have been pressed is told to a copy of the call ([`Trial`]): after `2` the copy is about to
//! enter DTMF 2, usually in 48 ms ([`Next::Enters`]). So `2` was pressed at 7.567, 800 ms after the prompt. The
//! [`Author`] is told so, and the [`Caller`] presses it.
//! Then the call needs a reply (`Need::Fetch`), and the log shows that the Callback ends well at 9.341. The rules
//! for replies are tried in the same way, and the one with which the copy closes the Callback so becomes a rule of
//! the scenario. Whatever of the times is not the platform's usual one becomes `[pace]`.
//!
//! If the call would begin a command that the log does not show, no answer was found: it has left the way of the
//! log ([`LogWorld::lose`]), the reason is an open question, and it goes on as calls usually do.

use std::collections::BTreeMap;
use std::time::Duration;

use super::found::Found;
use super::hidden::Hidden;
use super::legs;
use super::seen::SeenCall;
use super::trial::{Next, Trial};
use crate::call::{CommandPlace, Fact, Noted};
use crate::channel::{Delay, Destination, Input, LegId, Need, Sound, Timer};
use crate::drive::{Answer, Move, View, World};
use crate::record::SourceFlows;
use crate::scenario::{PaceStep, Scenario};
use crate::simulate::{Author, Caller, Documents as Files, Pace, Recorded};

/// A world that knows how the call went.
pub(super) struct LogWorld<'a> {
    pub(super) seen: &'a SeenCall<'a>,
    pub(super) documents: &'a SourceFlows,
    /// The replies to requests, by the names of their files.
    pub(super) files: Files,
    /// Is told what the world did.
    pub(super) author: Author,
    /// What was found beside that.
    pub(super) found: Found,
    /// The caller, who presses what was found, and hangs up when the log says so.
    pub(super) caller: Caller,
    /// The entry that ended last, and when it did; of those that ended together the first.
    pub(super) last_ended: Option<(usize, u64)>,
    /// The last of those.
    pub(super) ended_around: Option<usize>,
    /// When the entries began.
    pub(super) began: Vec<u64>,
    /// The delays of the legs and of the call as a whole.
    pace: Pace,
    recorded: Recorded,
    /// The delays of the command whose turn it is or that is open, by its place in `found.steps`.
    turn: Option<usize>,
    turns: BTreeMap<usize, usize>,
    /// Whether the call has left the way of the log.
    pub(super) is_lost: bool,
    /// When the first of the legs that ring together was answered, by the row of the first leg.
    pub(super) won: Option<(usize, Option<u64>)>,
    /// Attempts that left no trace, as far as they are still to come.
    pub(super) hidden: Option<Hidden>,
    /// Whether a time-out ends the keys that were pressed.
    pub(super) is_timing_out: bool,
}

/// What the log shows next of a command that is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Expected {
    /// An entry inside it begins: its index, and when.
    Enters(usize, u64),
    /// It ends: whether well, why, and when.
    Closes(bool, String, u64),
    /// Nothing: the call ends before, at this instant if it does.
    Nothing(Option<u64>),
}

impl Expected {
    pub(super) fn at(&self) -> Option<u64> {
        match self {
            Self::Enters(_, at) | Self::Closes(_, _, at) => Some(*at),
            Self::Nothing(at) => *at,
        }
    }
}

impl<'a> LogWorld<'a> {
    pub(super) fn new(
        seen: &'a SeenCall<'a>,
        documents: &'a SourceFlows,
        scenario: &Scenario,
        hidden: Option<Hidden>,
    ) -> Self {
        let names = documents.documents.iter();
        Self {
            seen,
            documents,
            files: super::files(names.map(|one| (&*one.name, &*one.xml))),
            author: Author::default(),
            found: Found::default(),
            caller: Caller::until(seen.hangup),
            last_ended: None,
            ended_around: None,
            began: Vec::new(),
            pace: Pace::new(scenario),
            recorded: Recorded::default(),
            turn: None,
            turns: BTreeMap::new(),
            is_lost: false,
            won: None,
            hidden,
            is_timing_out: false,
        }
    }

    /// What the log shows next of an open command.
    pub(super) fn expected(&self, entry: usize, view: &View<'_>) -> Expected {
        let next = view.trace().entries();
        let Some(one) = self.seen.log.get(entry).filter(|_| !self.is_lost) else {
            return Expected::Nothing(self.seen.hangup);
        };
        let inside = self
            .seen
            .log
            .get(next)
            .filter(|_| next < self.documents.locations[entry].extent);
        match (inside, one.to) {
            (Some(inside), _) => Expected::Enters(next, inside.from),
            (None, Some(ended)) => {
                let reason = one.reason.as_deref().unwrap_or_default().to_owned();
                Expected::Closes(!one.failed(), reason, ended)
            }
            (None, None) => Expected::Nothing(self.seen.hangup),
        }
    }

    /// Whether an entry of the log is this command.
    pub(super) fn is_entry(&self, index: usize, place: &CommandPlace) -> bool {
        self.documents
            .node(index, &place.path())
            .is_some_and(|(flow, node)| {
                node == place.node
                    && **flow == *place.document.flow
                    && self.seen.log[index].path == place.path()
            })
    }

    /// The pace of the innermost open command, which is then written.
    fn step(&mut self, view: &View<'_>) -> Option<&mut PaceStep> {
        let entry = view.trace().open().next()?;
        self.found.steps.get_mut(*self.turns.get(&entry)?)
    }

    /// A need of the innermost command lasted so long instead of its own time.
    pub(super) fn lasted(&mut self, view: &View<'_>, usual: u64, time: u64) -> Answer {
        if let Some(step) = self.step(view) {
            let millis = Duration::from_millis;
            step.longer = (time > usual).then(|| millis(time - usual));
            step.shorter = (time < usual).then(|| millis(usual - time));
        }
        Answer::After(time, Input::Elapsed)
    }

    /// The command whose turn it is begins.
    fn enter(&mut self, view: &View<'_>, usual: u64) -> Answer {
        let Some(place) = view.state().upcoming() else {
            return Answer::Usual;
        };
        let index = view.trace().entries();
        self.found.steps.push(PaceStep::new(place.path()));
        self.turn = Some(self.found.steps.len() - 1);
        if let Some(key) = self.hide(view.now.saturating_add(usual), view) {
            // The key comes first, whatever the delay.
            let time = key.saturating_sub(view.now).max(usual);
            return Answer::After(time, Input::Elapsed);
        }
        let is_next = !self.is_lost && index < self.seen.log.len() && self.is_entry(index, &place);
        let time = if is_next {
            self.seen.log[index].from.saturating_sub(view.now)
        } else {
            let ends = view.now.saturating_add(usual);
            if !self.is_lost && self.listens(view) && self.in_a_gap(ends, view) {
                // The key comes first, whatever the delay.
                let key = self.caller.next_key().map_or(0, |stroke| stroke.at);
                key.saturating_sub(view.now).max(usual)
            } else {
                match self.seen.hangup.map(|end| end.saturating_sub(view.now)) {
                    Some(rest) if index >= self.seen.log.len() || self.is_lost => {
                        usual.max(rest + 1)
                    }
                    _ => {
                        self.lose(index);
                        usual
                    }
                }
            }
        };
        if time != usual
            && let Some(step) = self.found.steps.last_mut()
        {
            step.after = Some(Duration::from_millis(time));
        }
        Answer::After(time, Input::Elapsed)
    }

    /// Whether a command listens for keys between its prompts, and the log shows what it did then.
    fn listens(&self, view: &View<'_>) -> bool {
        let entry = view.trace().open().next();
        let one = entry.and_then(|entry| self.seen.log.get(entry));
        let is_open = view.state().who_listens().is_some();
        is_open
            && one.is_some_and(|one| {
                one.to.is_some()
                    || entry.is_some_and(|entry| {
                        self.documents.locations[entry].extent > view.trace().entries()
                    })
            })
    }

    /// The call leaves the way of the log, which shows another entry next.
    pub(super) fn lose(&mut self, index: usize) {
        if self.is_lost {
            return;
        }
        self.is_lost = true;
        if let Some(one) = self.seen.log.get(index) {
            let why = "the log does not show why the call went this way";
            self.found.leave_open(&one.path, why);
        }
    }

    /// The innermost command has finished: it ends when the log says so.
    fn close(&mut self, view: &View<'_>) -> Answer {
        let Some(entry) = view.trace().open().next() else {
            return Answer::Usual;
        };
        match self.expected(entry, view) {
            Expected::Closes(ok, reason, ended) => {
                let next = Trial::of(view.call, view.now).next();
                if !matches!(next, Next::Closes(own_ok, own) if (own_ok, &own) == (ok, &reason)) {
                    self.lose(entry);
                }
                self.hold_open(view, ended.saturating_sub(view.now))
            }
            Expected::Nothing(Some(end)) if !self.is_lost => {
                // It was still open when the call ended.
                self.hold_open(view, end.saturating_sub(view.now) + 1)
            }
            Expected::Enters(index, _) => {
                self.lose(index);
                Answer::Usual
            }
            Expected::Nothing(_) => Answer::Usual,
        }
    }

    /// The innermost command has finished, and stays open for so many milliseconds.
    fn hold_open(&mut self, view: &View<'_>, time: u64) -> Answer {
        if time > 0
            && let Some(step) = self.step(view)
        {
            let longer = step.longer.unwrap_or_default();
            step.longer = Some(longer + Duration::from_millis(time));
            step.shorter = None;
        }
        Answer::After(time, Input::Elapsed)
    }

    /// Something with a length of its own is heard, or waited for.
    fn heard(&mut self, view: &View<'_>, usual: u64) -> Answer {
        let Some(entry) = view.trace().open().next().filter(|_| !self.is_lost) else {
            return Answer::After(usual, Input::Elapsed);
        };
        let next = Trial::of(view.call, view.now).told(Input::Elapsed).next();
        let time = match (self.expected(entry, view), next) {
            // What runs a block as its last act may end with it at once.
            (Expected::Closes(_, _, ended), _) => ended.saturating_sub(view.now),
            (Expected::Enters(_, began), Next::Enters(_, gap)) => {
                began.saturating_sub(gap).saturating_sub(view.now)
            }
            (Expected::Nothing(Some(end)), _) => {
                let rest = end.saturating_sub(view.now);
                if rest < usual { usual } else { rest + 1 }
            }
            _ => usual,
        };
        let is_early = time < usual;
        if is_early && self.is_prompt(view) && self.cut_short(view.now.saturating_add(time), view) {
            return Answer::After(usual, Input::Elapsed);
        }
        if time == usual {
            Answer::After(usual, Input::Elapsed)
        } else {
            self.lasted(view, usual, time)
        }
    }

    /// Whether the innermost command is a prompt, behind which no other one came.
    pub(super) fn is_prompt(&self, view: &View<'_>) -> bool {
        let mut trial = Trial::of(view.call, view.now).told(Input::Elapsed);
        if let Next::Closes(..) = trial.next() {
            trial = trial.told(Input::Elapsed);
        }
        let index = view.trace().entries();
        match trial.next() {
            // The log goes on with the next prompt.
            Next::Enters(place, _) => index >= self.seen.log.len() || !self.is_entry(index, &place),
            _ => true,
        }
    }

    /// A command learns what came of its legs.
    fn report(&mut self, view: &View<'_>, usual: u64) -> Answer {
        let entry = view.trace().open().next().filter(|_| !self.is_lost);
        let next = Trial::of(view.call, view.now).told(Input::Elapsed).next();
        let expected = entry.map(|entry| self.expected(entry, view));
        if let (Some(Expected::Closes(_, _, ended)), Next::Closes(..)) = (expected, next) {
            let time = ended.saturating_sub(view.now);
            let began = entry.and_then(|entry| self.began.get(entry).copied());
            if time < usual
                && let Some(step) = self.step(view)
            {
                let lasts = ended.saturating_sub(began.unwrap_or(ended));
                step.lasts = Some(Duration::from_millis(lasts));
                return Answer::After(time, Input::Elapsed);
            }
        }
        Answer::Usual
    }
}

impl World for LogWorld<'_> {
    fn see(&mut self, noted: &Noted, _view: &View<'_>) {
        self.pace.see(noted);
        self.recorded.see(noted);
        match &noted.fact {
            Fact::Began { entry, place, .. } => {
                self.began.push(noted.at);
                self.author.begins(place.clone());
                if let Some(turn) = self.turn.take() {
                    self.turns.insert(*entry, turn);
                }
            }
            Fact::Ended { entry, .. } => {
                self.ended_around = Some(*entry);
                // Of commands that end together the first is the one that was heard.
                if self.last_ended.is_none_or(|(_, at)| at < noted.at) {
                    self.last_ended = Some((*entry, noted.at));
                }
            }
            _ => {}
        }
    }

    fn timer(&mut self, timer: Timer, usual: u64, view: &View<'_>) -> u64 {
        self.pace.timer(timer, usual, view)
    }

    fn leg(&mut self, leg: LegId, to: &Destination, view: &View<'_>) -> Vec<(u64, Input)> {
        self.fate(leg, to, view)
    }

    fn answer(&mut self, view: &View<'_>) -> Answer {
        match view.state().need() {
            Need::PlatformDelay { delay, usual } => match delay {
                Delay::Init | Delay::Ringing | Delay::Answer | Delay::Begin => {
                    let own = self.pace.length(view);
                    own.map_or(Answer::Usual, |time| Answer::After(time, Input::Elapsed))
                }
                Delay::Enter => self.enter(view, *usual),
                Delay::Legs => {
                    let row = view.trace().leg_rows();
                    let created = legs::created(self.seen, row);
                    let time = created.map(|at| at.saturating_sub(view.now));
                    let Some(time) = time.filter(|time| time != usual) else {
                        return Answer::Usual;
                    };
                    self.found.created.insert(row, time);
                    Answer::After(time, Input::Elapsed)
                }
                Delay::Report => self.report(view, *usual),
                Delay::Close => self.close(view),
                Delay::BlockEnd | Delay::FlowEnd | Delay::Parked => Answer::Usual,
            },
            Need::Fetch { request, flow } => self.fetch(request, *flow, view),
            Need::Ring { .. } => match self.gives_up(view) {
                Some(time) => Answer::After(time, Input::Elapsed),
                None => Answer::Usual,
            },
            Need::Bridge {
                leg,
                at_most: Some(limit),
                ..
            } => match self.talks(*leg, *limit, view) {
                Some(time) => Answer::After(time, Input::Elapsed),
                None => Answer::Usual,
            },
            Need::Hear {
                sound, lasts: None, ..
            } => match sound {
                Sound::File { url, times } => self.media(url, *times, view),
                Sound::Recording { tag, times } => {
                    let usual = self.recorded.length(tag, *times);
                    self.heard(view, usual)
                }
                Sound::Speech(_) | Sound::Tone(_) => Answer::Usual,
            },
            Need::Hear {
                lasts: Some(usual), ..
            } => self.heard(view, *usual),
            Need::Wait { at_most, stop } => {
                let keys = stop.clone();
                match self.stopped(&keys, view) {
                    Some(time) if time == *at_most => Answer::Usual,
                    Some(time) => self.lasted(view, *at_most, time),
                    None => {
                        let first = keys.chars().next();
                        if let Some(listener) = first.and_then(|key| view.state().listener(key)) {
                            self.silent(&listener, view);
                        }
                        self.heard(view, *at_most)
                    }
                }
            }
            Need::Collect { .. } => self.collect(view),
            Need::Bridge { .. } | Need::Recording { .. } | Need::Timers | Need::Over => {
                Answer::Usual
            }
        }
    }

    fn caller(&mut self, view: &View<'_>) -> Option<Move> {
        if view.state().inbound().is_over() {
            return None;
        }
        // What the log does not show did not end at the same instant.
        let is_between = matches!(view.state().need(), Need::PlatformDelay { .. });
        let is_left_open = |entry: usize| {
            !self.is_lost && matches!(self.expected(entry, view), Expected::Nothing(_))
        };
        let is_first = is_between && view.trace().open().next().is_some_and(is_left_open);
        let mut next = self.caller.next(view, None)?;
        if next.input == Input::CallerHangsUp {
            next.first = is_first;
        }
        Some(next)
    }

    fn pass(&mut self, until: u64, input: &Input, view: &View<'_>) {
        if *input == Input::CallerHangsUp {
            self.hang_up(until, view);
        }
        self.caller.done(until, input);
    }
}

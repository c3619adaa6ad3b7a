//! The caller of a scenario: answers commands that listen, presses keys at given instants, hangs up.

use std::collections::{BTreeSet, VecDeque};
use std::iter;
use std::time::Duration;

use crate::call::{CommandPlace, Fact, Listener, Listens, Noted};
use crate::channel::{CallState, Delay, Input, Need};
use crate::drive::{Move, View};
use crate::record::Said;
use crate::scenario::{DocumentPattern, HangUp, PathPattern, Press, Scenario, millis};
use crate::source::Span;

/// A caller who presses keys and hangs up: as a scenario says, or as a log shows.
#[derive(Debug)]
pub(crate) struct Caller {
    presses: Vec<Press>,
    /// Which of them were used.
    pub(super) used: Vec<bool>,
    /// How many commands are still to begin that a press names, and the entry of the one that it is for.
    to_begin: Vec<(u32, Option<usize>)>,
    /// Keys that are about to be pressed, with their instants; those of `first` come before
    /// everything else of that instant.
    strokes: VecDeque<Stroke>,
    /// The attempts that a press has answered: the entry of the command, and which attempt it was.
    answered: BTreeSet<(usize, u32)>,
    /// The prompt in which the next key is pressed, by its entry.
    prompt: Option<usize>,
    /// The commands that have ended since the last one began, and when.
    ended: Vec<(CommandPlace, u64)>,
    /// The places of the open entries, innermost last.
    open: Vec<(usize, CommandPlace)>,
    /// What the caller says, and when.
    pub(super) said: Vec<Said>,
    /// The keys that were pressed, in their order.
    pub(super) pressed: Vec<Stroke>,
    /// The presses that came sooner than usual.
    pub(super) hurried: Vec<Hurried>,
    hangup: Option<HangUp>,
    /// The legs of the dial in which the caller may hang up, as long as they last.
    dialled: Vec<DialledLeg>,
    /// How many more commands match before the one at which the caller hangs up.
    to_come: u32,
    hangs_up: HangsUp,
    /// Whether the rule for the hang-up was used.
    pub(super) has_hung_up: bool,
}

/// A key that the scenario presses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stroke {
    /// When, in milliseconds since the call was created.
    pub at: u64,
    /// Which.
    pub key: char,
    /// Whether it comes before everything else of that instant.
    first: bool,
    /// Whether a command is to hear it, as the scenario says.
    pub is_to_be_heard: bool,
    /// Where the scenario says so; none for the command line.
    pub said: Option<Span>,
}

impl Stroke {
    /// The same stroke of another key.
    pub(super) fn with_key(self, key: char) -> Self {
        Self { key, ..self }
    }
}

/// A press that says no time and came sooner than usual, for its command waits no longer than that.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hurried {
    /// The path of the command.
    pub path: String,
    /// How long it waits, in milliseconds.
    pub waits: u64,
    /// What `after` of the press would have to be for this, in milliseconds.
    pub after: u64,
    /// How long after it began to wait the first key came, in milliseconds.
    pub first: u64,
    /// From one key to the next, in milliseconds.
    pub between: u64,
    /// The keys.
    pub keys: String,
}

impl Hurried {
    /// The same without its keys.
    pub(super) fn redacted(&self) -> Self {
        let stars = self.keys.chars().map(|_| '*');
        Self {
            keys: stars.collect(),
            ..self.clone()
        }
    }
}

/// A leg of a dial that has not ended.
#[derive(Clone, Copy, Debug)]
struct DialledLeg {
    row: usize,
    ringing: Option<u64>,
    live: Option<u64>,
}

/// When the caller hangs up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum HangsUp {
    /// Nothing is known of it yet.
    Never,
    /// At this instant.
    At(u64),
    /// At this instant, or as soon as the command with this entry has ended.
    During(usize, u64),
    /// At this instant, or before the next command begins.
    Gap(u64),
    /// In the command with this entry, once a phone rings, or somebody answers.
    InDial(usize),
}

impl Caller {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let keys = scenario.caller.keys.iter().flat_map(|timed| {
            let at = millis(timed.at);
            let between = millis(Press::BETWEEN);
            let keys: Vec<_> = timed.press.value.as_str().chars().collect();
            keys.into_iter()
                .zip(0_u64..)
                .map(move |(key, index)| Stroke {
                    at: at.saturating_add(index.saturating_mul(between)),
                    key,
                    first: false,
                    is_to_be_heard: timed.heard,
                    said: timed.press.span,
                })
        });
        let mut strokes: Vec<_> = keys.collect();
        strokes.sort_by_key(|stroke| stroke.at);
        let hangup = scenario.caller.hangup.clone();
        let presses = scenario.presses.iter();
        Self {
            presses: scenario.presses.clone(),
            used: vec![false; scenario.presses.len()],
            to_begin: presses
                .map(|press| (press.nth.unwrap_or(0), None))
                .collect(),
            strokes: strokes.into(),
            answered: BTreeSet::new(),
            prompt: None,
            ended: Vec::new(),
            open: Vec::new(),
            said: Vec::new(),
            pressed: Vec::new(),
            hurried: Vec::new(),
            to_come: hangup.as_ref().and_then(|one| one.nth).unwrap_or(1),
            hangup,
            hangs_up: scenario
                .caller
                .hangup_after
                .map_or(HangsUp::Never, |after| HangsUp::At(millis(after))),
            dialled: Vec::new(),
            has_hung_up: false,
        }
    }

    /// A caller who hangs up at an instant, if at one, and presses what [`Self::press`] says.
    pub(crate) fn until(hangup: Option<u64>) -> Self {
        Self {
            hangs_up: hangup.map_or(HangsUp::Never, HangsUp::At),
            ..Self::new(&Scenario::default())
        }
    }

    /// The next key, if there is one.
    pub(crate) fn next_key(&self) -> Option<&Stroke> {
        self.strokes.front()
    }

    /// Keys that were never pressed.
    pub(super) fn late_keys(&self) -> impl Iterator<Item = Stroke> {
        self.strokes.iter().copied()
    }

    /// Whether it is known when the caller hangs up.
    pub(super) fn will_hang_up(&self) -> bool {
        match self.hangs_up {
            // Its command has to end first, which may take a conversation that somebody ends.
            HangsUp::Never | HangsUp::During(_, u64::MAX) => false,
            HangsUp::InDial(_) => self.hangs_up_in_dial().is_some(),
            HangsUp::At(_) | HangsUp::During(..) | HangsUp::Gap(_) => true,
        }
    }

    /// The call has written something.
    pub(super) fn see(&mut self, noted: &Noted) {
        match &noted.fact {
            Fact::Began { entry, place, .. } => {
                if let HangsUp::Gap(_) = self.hangs_up {
                    self.hangs_up = HangsUp::At(noted.at);
                }
                self.open.push((*entry, place.clone()));
                self.ended.clear();
                self.count(*entry, place);
                self.lose_keys(noted.at, *entry, place);
                if let Some(hangup) = &self.hangup
                    && let (left, document) = (&mut self.to_come, hangup.document.as_ref())
                    && is_last(left, &hangup.when.value, document, place)
                {
                    let after = millis(hangup.after.unwrap_or(HangUp::AFTER));
                    self.hangs_up = if hangup.talk.is_some() || hangup.ringing.is_some() {
                        HangsUp::InDial(*entry)
                    } else {
                        self.has_hung_up = true;
                        let at = match hangup.after_end {
                            Some(_) => u64::MAX,
                            None => noted.at.saturating_add(after),
                        };
                        HangsUp::During(*entry, at)
                    };
                }
            }
            Fact::Ended { entry, .. } => {
                if let HangsUp::During(during, _) = self.hangs_up
                    && during == *entry
                {
                    let behind = self.hangup.as_ref().and_then(|hangup| hangup.after_end);
                    let behind = behind.map_or(0, millis);
                    self.hangs_up = HangsUp::Gap(noted.at.saturating_add(behind));
                }
                if let HangsUp::InDial(dial) = self.hangs_up
                    && dial == *entry
                {
                    // What it was to interrupt did not happen, or was over too soon.
                    self.hangs_up = HangsUp::Never;
                    self.dialled.clear();
                }
                let place = self.open.iter().rposition(|(open, _)| open == entry);
                if let Some((_, place)) = place.map(|place| self.open.remove(place)) {
                    self.ended.push((place, noted.at));
                }
            }
            Fact::Dialled { leg, .. } => {
                if let HangsUp::InDial(dial) = self.hangs_up
                    && self.open.last().is_some_and(|(open, _)| *open == dial)
                {
                    self.dialled.push(DialledLeg {
                        row: *leg,
                        ringing: None,
                        live: None,
                    });
                }
            }
            Fact::Leg(leg, state, _) => self.see_leg(*leg, *state, noted.at),
            _ => {}
        }
    }

    /// A leg came into a state: the caller may hang up while it rings or talks.
    fn see_leg(&mut self, row: usize, state: CallState, at: u64) {
        let Some(place) = self.dialled.iter().position(|leg| leg.row == row) else {
            return;
        };
        match state {
            CallState::Init => {}
            CallState::Ringing => self.dialled[place].ringing = Some(at),
            CallState::Live => self.dialled[place].live = Some(at),
            CallState::Hangup | CallState::Destroyed | CallState::Offline => {
                self.dialled.remove(place);
            }
        }
    }

    /// When the caller hangs up in a dial, as long as what is to be interrupted lasts.
    fn hangs_up_in_dial(&self) -> Option<u64> {
        let hangup = self.hangup.as_ref()?;
        let live = self.dialled.iter().filter_map(|leg| leg.live).min();
        let ringing = self.dialled.iter().filter_map(|leg| leg.ringing).min();
        let (from, time) = match (hangup.talk, hangup.ringing) {
            (Some(talk), _) => (live?, talk),
            (None, Some(time)) if live.is_none() => (ringing?, time),
            _ => return None,
        };
        Some(from.saturating_add(millis(time)))
    }

    /// Counts a command that has just begun, for presses that are for the n-th of theirs.
    fn count(&mut self, entry: usize, place: &CommandPlace) {
        for (press, (left, its)) in self.presses.iter().zip(&mut self.to_begin) {
            if let Some(when) = &press.when
                && is_last(left, &when.value, press.document.as_ref(), place)
            {
                *its = Some(entry);
            }
        }
    }

    /// Whether a press may be for an entry, as far as it says which of several.
    fn is_nth(&self, press: usize, entry: usize) -> bool {
        self.presses[press].nth.is_none() || self.to_begin[press].1 == Some(entry)
    }

    /// Keys that are to be lost, and words, while a command runs that has just begun.
    fn lose_keys(&mut self, at: u64, entry: usize, place: &CommandPlace) {
        let speaks = |press: &Press| press.says.is_some() && press.keys.is_silence();
        let lost = |press: &Press| {
            let when = press.when.as_ref();
            let when = when.filter(|_| !press.heard || speaks(press));
            when.is_some_and(|when| names(&when.value, press.document.as_ref(), place))
        };
        let found = (0..self.presses.len())
            .find(|&one| !self.used[one] && lost(&self.presses[one]) && self.is_nth(one, entry));
        if let Some(found) = found {
            self.used[found] = true;
            let press = self.presses[found].clone();
            let after = millis(press.after.unwrap_or(Press::AFTER));
            self.press(&press, at.saturating_add(after), false);
        }
    }

    /// A need arose, which ends at an instant if nothing comes before: a press may answer it.
    pub(super) fn answer(&mut self, view: &View<'_>, ends: Option<u64>) {
        self.keep_in_prompt(view, ends);
        let Some((index, moment)) = self.choose(view, ends) else {
            return;
        };
        let mut press = self.presses[index].clone();
        self.used[index] = true;
        if press.keys.is_silence() && press.says.is_none() {
            return;
        }
        if moment == Moment::Waiting {
            self.hurry(&mut press, view, ends);
        }
        let after = |from: u64| {
            let after = press.after_end.or(press.after).unwrap_or(Press::AFTER);
            from.saturating_add(millis(after))
        };
        match moment {
            Moment::Waiting => self.press(&press, after(view.now), false),
            Moment::Prompt(entry) => {
                self.press(&press, after(view.now), true);
                self.prompt = Some(entry);
                self.keep_in_prompt(view, ends);
            }
            Moment::Behind(ended, is_gap) => {
                let at = after(ended).max(view.now);
                // In a gap it comes before the next command begins.
                let latest = ends.filter(|_| is_gap).unwrap_or(u64::MAX);
                self.press(&press, at.min(latest), is_gap);
            }
        }
    }

    /// Lets keys of which nothing says when they are pressed come while their command waits, however
    /// short that is.
    fn hurry(&mut self, press: &mut Press, view: &View<'_>, ends: Option<u64>) {
        let Some(ends) = ends else { return };
        let waits = Duration::from_millis(ends.saturating_sub(view.now));
        // A `w` takes its half second in any case.
        let mut pauses = press.keys.pauses();
        let in_time = |usual: Duration, pause: Duration| {
            let left = waits.saturating_sub(pause);
            // Where a `w` takes all of it, no key comes in time.
            if left > usual || left.is_zero() {
                return usual;
            }
            // In whole milliseconds, which add up.
            Duration::from_millis(millis(left) / 2)
        };
        let first = pauses.next().unwrap_or_default();
        let after = in_time(Press::AFTER, first);
        let between = in_time(Press::BETWEEN, pauses.max().unwrap_or_default());
        let is_said = press.after.or(press.after_end).is_some();
        let is_sooner = !is_said && after < Press::AFTER;
        let has_several = press.keys.pauses().nth(1).is_some();
        let is_faster = has_several && press.between.is_none() && between < Press::BETWEEN;
        if !is_said {
            press.after = Some(after);
        }
        press.between = press.between.or(Some(between));
        if let Some(place) = view.state().current().filter(|_| is_sooner || is_faster) {
            let after = press.after.or(press.after_end).unwrap_or_default();
            self.hurried.push(Hurried {
                path: place.path(),
                waits: millis(waits),
                after: millis(after),
                first: millis(after.saturating_add(first)),
                between: press.between.map_or(0, millis),
                keys: press.keys.as_str().to_owned(),
            });
        }
    }

    /// The press that answers the command that listens now, if its moment has come.
    fn choose(&mut self, view: &View<'_>, ends: Option<u64>) -> Option<(usize, Moment)> {
        let is_over = ends.is_some_and(|ends| ends <= view.now);
        for index in 0..self.presses.len() {
            let press = &self.presses[index];
            // Words with a command of their own are for its beginning.
            let is_spoken = press.says.is_some() && press.keys.is_silence();
            if self.used[index] || !press.heard || is_spoken && press.when.is_some() {
                continue;
            }
            let first = press.keys.as_str().chars().find(|&key| key != 'w');
            // Silence is for whoever listens, whatever the keys.
            let state = view.state();
            let key = first.or(match state.need() {
                Need::Wait { stop, .. } => stop.chars().next(),
                _ => None,
            });
            let listener = key.map_or_else(|| state.who_listens(), |key| state.listener(key));
            let Some(listener) = listener else {
                continue;
            };
            let attempt = attempt(&listener, view)?;
            if !is_for(press, &listener) || !self.is_nth(index, attempt.0) {
                continue;
            }
            let moment = self.moment(press, &listener, view);
            let waits = matches!(listener.listens, Listens::Waits | Listens::Stops(_));
            if waits && moment.is_none() && press.during.is_some() {
                // Its prompt is over.
                continue;
            }
            if moment == Some(Moment::Waiting) && is_over && !press.keys.is_silence() {
                // No key comes in no time.
                continue;
            }
            // One press answers one attempt, and the first in the file goes first.
            if self.answered.contains(&attempt) {
                return None;
            }
            let moment = moment?;
            self.answered.insert(attempt);
            return Some((index, moment));
        }
        None
    }

    /// The moment of a press, if it has come.
    fn moment(&self, press: &Press, listener: &Listener<'_>, view: &View<'_>) -> Option<Moment> {
        let Some(during) = &press.during else {
            return match listener.listens {
                Listens::Waits => listener.digits.is_empty().then_some(Moment::Waiting),
                Listens::Stops(_) => Some(Moment::Waiting),
                Listens::Prompt(_) | Listens::Gap(_) => None,
            };
        };
        let is_it = |place: &CommandPlace| during.value.matches(&place.path(), &place.tags());
        let place = |node| Listener { node, ..*listener }.place();
        let innermost = view.trace().open().next();
        if press.after_end.is_some() {
            // What ran inside a command, an Error block too, ends it as a whole.
            let is_end_of = |ended: &CommandPlace| {
                let flow = &listener.document.flow;
                ended.document == *listener.document
                    && iter::successors(Some(ended.node), |&node| flow.parent(node))
                        .take_while(|&node| node != listener.node)
                        .any(|node| is_it(&place(node)))
            };
            let is_before =
                matches!(listener.listens, Listens::Gap(Some(before)) if is_it(&place(before)));
            let is_named = is_before || self.ended.iter().any(|(ended, _)| is_end_of(ended));
            let (_, ended) = self.ended.last().filter(|_| is_named)?;
            let is_gap = match (listener.listens, view.state().need()) {
                (
                    Listens::Gap(Some(_)),
                    Need::PlatformDelay {
                        delay: Delay::Enter,
                        ..
                    },
                ) => true,
                (Listens::Waits, _) => false,
                _ => return None,
            };
            return Some(Moment::Behind(*ended, is_gap));
        }
        match listener.listens {
            Listens::Prompt(node) if is_it(&place(node)) => innermost.map(Moment::Prompt),
            // Before its first prompt the command itself is what is heard.
            Listens::Gap(None) if is_it(&place(listener.node)) => innermost.map(Moment::Prompt),
            _ => None,
        }
    }

    /// A key for a prompt comes at its last millisecond at the latest.
    fn keep_in_prompt(&mut self, view: &View<'_>, ends: Option<u64>) {
        let Some(prompt) = self.prompt else { return };
        if view.trace().open().next() != Some(prompt) {
            self.prompt = None;
            return;
        }
        let (is_heard, is_gap) = match view.state().need() {
            Need::Hear { .. } | Need::Wait { .. } => (true, false),
            Need::PlatformDelay { delay, .. } => (*delay == Delay::Close, *delay == Delay::Enter),
            _ => (false, false),
        };
        match ends {
            Some(ends) if is_heard => self.bring_forward(ends.saturating_sub(1).max(view.now)),
            Some(ends) if is_gap => self.bring_forward(ends),
            _ => {}
        }
    }

    /// Brings the keys that come first forward, so that the first of them comes at an instant.
    fn bring_forward(&mut self, latest: u64) {
        let Some(at) = self.strokes.iter().find(|one| one.first).map(|one| one.at) else {
            return;
        };
        let early = at.saturating_sub(latest);
        for stroke in self.strokes.iter_mut().filter(|one| one.at >= at) {
            stroke.at = stroke.at.saturating_sub(early);
        }
        self.strokes
            .make_contiguous()
            .sort_by_key(|stroke| stroke.at);
    }

    /// Presses the keys of a press, the first of them at an instant: `first` where it comes before everything
    /// else of that instant.
    pub(crate) fn press(&mut self, press: &Press, at: u64, first: bool) {
        if let Some(text) = &press.says {
            let text = text.as_str().into();
            self.said.push(Said { at, text });
        }
        let between = press.between.unwrap_or(Press::BETWEEN);
        for (index, (after, key)) in press.keys.strokes(between).enumerate() {
            let stroke = Stroke {
                at: at.saturating_add(millis(after)),
                key,
                first: first && index == 0,
                is_to_be_heard: press.heard,
                said: press.origin.span(),
            };
            let place = self.strokes.partition_point(|one| one.at <= stroke.at);
            self.strokes.insert(place, stroke);
        }
    }

    /// What the caller does next. `ends` is the instant at which the present need ends by itself.
    pub(crate) fn next(&self, view: &View<'_>, ends: Option<u64>) -> Option<Move> {
        let key = self.strokes.front().map(|stroke| Move {
            at: stroke.at,
            input: Input::Key(stroke.key),
            first: stroke.first,
        });
        let hangup = self.hangs_up(view, ends).map(|(at, first)| Move {
            at,
            input: Input::CallerHangsUp,
            first,
        });
        match (key, hangup) {
            (Some(key), Some(hangup)) if (hangup.at, !hangup.first) < (key.at, !key.first) => {
                Some(hangup)
            }
            (Some(key), _) => Some(key),
            (None, hangup) => hangup,
        }
    }

    fn hangs_up(&self, view: &View<'_>, ends: Option<u64>) -> Option<(u64, bool)> {
        if view.state().inbound().is_over() {
            return None;
        }
        match self.hangs_up {
            HangsUp::InDial(_) => self.hangs_up_in_dial().map(|at| (at, false)),
            HangsUp::Never | HangsUp::During(_, u64::MAX) => None,
            HangsUp::At(at) | HangsUp::During(_, at) => Some((at, false)),
            HangsUp::Gap(at) => {
                let Need::PlatformDelay { delay, .. } = view.state().need() else {
                    return Some((at, true));
                };
                match delay {
                    // What ends together with the command ends first.
                    Delay::BlockEnd => None,
                    // The next command does not begin any more, nor does the flow end.
                    Delay::Enter | Delay::FlowEnd => Some((at.min(ends.unwrap_or(at)), true)),
                    _ => Some((at, true)),
                }
            }
        }
    }

    /// A key was pressed, or the caller hung up.
    pub(crate) fn done(&mut self, at: u64, input: &Input) {
        match input {
            Input::Key(_) => {
                if let Some(stroke) = self.strokes.pop_front() {
                    if stroke.first {
                        self.prompt = None;
                    }
                    self.pressed.push(Stroke { at, ..stroke });
                }
            }
            Input::CallerHangsUp => {
                self.has_hung_up |= matches!(self.hangs_up, HangsUp::InDial(_));
                self.hangs_up = HangsUp::Never;
            }
            _ => {}
        }
    }
}

/// The moment that a press waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Moment {
    /// The command waits for keys.
    Waiting,
    /// The prompt with this entry is heard, or the gap of this entry before its first prompt.
    Prompt(usize),
    /// A command inside ended at this instant; whether the next is still to begin.
    Behind(u64, bool),
}

/// Whether a press is for a command that listens.
fn is_for(press: &Press, listener: &Listener<'_>) -> bool {
    let place = listener.place();
    let document = press.document.as_ref();
    match &press.when {
        Some(when) => names(&when.value, document, &place),
        None => document.is_none_or(|one| one.matches(place.document.url.as_deref())),
    }
}

/// Which attempt of which entry a command that listens is on.
fn attempt(listener: &Listener<'_>, view: &View<'_>) -> Option<(usize, u32)> {
    Some((listener.entry(view.trace())?, listener.attempt))
}

/// Whether a pattern names a command that has begun, and it is the last of those that were still to begin.
fn is_last(
    left: &mut u32,
    when: &PathPattern,
    document: Option<&DocumentPattern>,
    place: &CommandPlace,
) -> bool {
    if *left == 0 || !names(when, document, place) {
        return false;
    }
    *left = left.saturating_sub(1);
    *left == 0
}

/// Whether a pattern names a command, in a document that another names.
pub(crate) fn names(
    when: &PathPattern,
    document: Option<&DocumentPattern>,
    place: &CommandPlace,
) -> bool {
    let url = place.document.url.as_deref();
    when.matches(&place.path(), &place.tags())
        && document.is_none_or(|document| document.matches(url))
}

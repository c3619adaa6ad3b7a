//! Which keys the caller pressed, and when: what a log says of a command that listens.
//!
//! Each row of keys that could have led where the log goes is tried on a copy of the call.

use std::time::Duration;

use super::trial::{Next, Trial};
use super::typing::{ALL, Rows, Typing, silence, single, typed, typing};
use super::world::{Expected, LogWorld};
use crate::call::{Listener, Listens};
use crate::channel::{Input, Label, Need};
use crate::command::Keys as Keyed;
use crate::drive::{Answer, View};
use crate::record::keys_in;
use crate::scenario::Press;
use crate::simulate::{Attempt, Moment};

impl LogWorld<'_> {
    /// The keys that answer a command that waits for them.
    pub(super) fn collect(&mut self, view: &View<'_>) -> Answer {
        let (Some(entry), Some(at_most)) =
            (view.trace().open().next(), view.state().need().at_most())
        else {
            return Answer::Usual;
        };
        let Some(listener) = view.state().who_listens() else {
            return Answer::Usual;
        };
        if self.caller.next_key().is_some() || std::mem::take(&mut self.is_timing_out) {
            return Answer::Usual;
        }
        let trial = Trial::of(view.call, view.now);
        let expected = self.expected(entry, view);
        let unanswered = trial.fork().told(Input::Elapsed).next();
        let is_met = self.meets(&unanswered, &expected, view);
        if is_met == Some(view.now.saturating_add(at_most)) {
            return self.silent(&listener, view);
        }
        if let Expected::Nothing(end) = expected {
            let is_soon = end.is_none_or(|end| end < view.now.saturating_add(at_most));
            if is_soon || matches!(unanswered, Next::Collects(_)) {
                return self.silent(&listener, view);
            }
            // Something was pressed, or the command would have ended.
            let keeps = |&key: &char| {
                matches!(trial.fork().told(Input::Key(key)).next(), Next::Collects(_))
            };
            if let Some(key) = ALL.chars().find(keeps) {
                let at = view.now.saturating_add(at_most.saturating_sub(1));
                self.guess(&listener, &key.to_string());
                self.type_keys(&listener, &single(key, at), view);
                return Answer::Usual;
            }
            return self.silent(&listener, view);
        }
        let rows = self.rows(&listener, entry);
        let (quiet, next) = silence(trial.fork(), at_most);
        let is_quiet = self.meets(&next, &expected, view).is_some()
            && expected
                .at()
                .is_some_and(|at| at >= view.now.saturating_add(quiet));
        for is_exact in [true, false] {
            if !is_exact && is_quiet {
                return self.silent(&listener, view);
            }
            for keys in &rows.all {
                let rest = keys.strip_prefix(listener.digits);
                let Some(rest) = rest.filter(|rest| !rest.is_empty()) else {
                    continue;
                };
                let Some((after, timed)) = typed(trial.fork(), rest) else {
                    continue;
                };
                if !rows.may_choose(keys, &after, &listener) {
                    continue;
                }
                let next = after.next();
                let Some(due) = self.meets(&next, &expected, view) else {
                    continue;
                };
                let is_loose = !is_exact && !matches!(next, Next::Fetches(..));
                let typing = typing(rest, view.now, due, at_most, timed, is_loose);
                if let Some(typing) = typing {
                    if !rows.is_shown(keys, &after, &listener) {
                        self.guess(&listener, rest);
                    }
                    self.type_keys(&listener, &typing, view);
                    return Answer::Usual;
                }
            }
        }
        self.without_trace(&trial, &expected, &listener, &rows, view)
    }

    /// An attempt that left no trace of its own.
    fn without_trace(
        &mut self,
        trial: &Trial,
        expected: &Expected,
        listener: &Listener<'_>,
        rows: &Rows,
        view: &View<'_>,
    ) -> Answer {
        let at_most = view.state().need().at_most().unwrap_or(0);
        let left = expected.at().unwrap_or(view.now).saturating_sub(view.now);
        let (quiet, next) = silence(trial.fork(), at_most);
        let is_met = self.meets(&next, expected, view).is_some();
        if left >= quiet && is_met || left >= at_most && !is_met {
            return self.silent(listener, view);
        }
        // Keys that came to nothing: another attempt follows.
        let wasted = rows.all.iter().find_map(|keys| {
            let rest = keys
                .strip_prefix(listener.digits)
                .filter(|rest| !rest.is_empty())?;
            let (after, timed) = typed(trial.fork(), rest)?;
            let is_next = !timed && after.attempt() > listener.attempt;
            is_next.then_some((rest.to_owned(), after))
        });
        let Some((keys, after)) = wasted else {
            self.leave_open_keys(view);
            return self.silent(listener, view);
        };
        let (quiet, next) = silence(after, at_most);
        let is_met = self.meets(&next, expected, view).is_some();
        let due = if is_met {
            view.now.saturating_add(left.saturating_sub(quiet))
        } else {
            view.now.saturating_add(left / 2)
        };
        match typing(&keys, view.now, due, at_most, false, false) {
            Some(typing) => {
                self.guess(listener, &keys);
                self.type_keys(listener, &typing, view);
                Answer::Usual
            }
            None => self.silent(listener, view),
        }
    }

    /// The keys that cut a prompt short which ended earlier than it would have; whether there are
    /// such.
    pub(super) fn cut_short(&mut self, ended: u64, view: &View<'_>) -> bool {
        let mut open = view.trace().open();
        let (Some(_), Some(entry)) = (open.next(), open.next()) else {
            return false;
        };
        let Some(listener) = view.state().who_listens() else {
            return false;
        };
        if !matches!(listener.listens, Listens::Prompt(_)) {
            return false;
        }
        self.interrupt(&listener, entry, (ended, ended), view)
    }

    /// The keys that were pressed in a gap before a prompt that never began; whether there are such.
    pub(super) fn in_a_gap(&mut self, ends: u64, view: &View<'_>) -> bool {
        let Some(entry) = view.trace().open().next() else {
            return false;
        };
        let Some(listener) = view.state().who_listens() else {
            return false;
        };
        if !matches!(listener.listens, Listens::Gap(_)) {
            return false;
        }
        self.interrupt(&listener, entry, (view.now, ends), view)
    }

    /// The keys of which the first comes between two instants and ends the prompts of a command.
    fn interrupt(
        &mut self,
        listener: &Listener<'_>,
        entry: usize,
        (earliest, latest): (u64, u64),
        view: &View<'_>,
    ) -> bool {
        let expected = self.expected(entry, view);
        let own = match view.state().need() {
            Need::Wait { stop, .. } => stop.clone(),
            _ => Box::default(),
        };
        let rows = self.rows(listener, entry);
        for is_exact in [true, false] {
            for keys in &rows.all {
                let Some(first) = keys.chars().next().filter(|&key| !own.contains(key)) else {
                    continue;
                };
                let trial = Trial::of(view.call, view.now).told(Input::Key(first));
                let timeout = match trial.next() {
                    Next::Collects(timeout) => timeout,
                    _ => 0,
                };
                let Some((after, timed)) = typed(trial, &keys[1..]) else {
                    continue;
                };
                if !rows.may_choose(keys, &after, listener) {
                    continue;
                }
                let next = after.next();
                if let Expected::Nothing(_) = expected {
                    let waits = timed
                        && matches!(
                            next,
                            Next::Collects(_) | Next::Closes(..) | Next::Enters(..)
                        );
                    if waits || !is_exact {
                        self.guess(listener, &first.to_string());
                        self.type_keys(listener, &single(first, earliest), view);
                        return true;
                    }
                    continue;
                }
                let Some(due) = self.meets(&next, &expected, view) else {
                    continue;
                };
                let due = if timed {
                    due.saturating_sub(timeout)
                } else {
                    due
                };
                let is_loose = !is_exact || matches!(next, Next::Fetches(..));
                let count = keys.len() as u64 - 1;
                let (at, between) = match count {
                    0 if due >= earliest && due <= latest => (due, 0),
                    0 if is_loose && due >= earliest => (earliest, 0),
                    0 => continue,
                    _ => {
                        let left = due.saturating_sub(earliest);
                        let spare = left % count;
                        if due < earliest
                            || left / count >= timeout
                            || earliest + spare > latest && !is_loose
                        {
                            continue;
                        }
                        ((earliest + spare).min(latest), left / count)
                    }
                };
                if !rows.is_shown(keys, &after, listener) {
                    self.guess(listener, keys);
                }
                let keys = keys.clone();
                self.type_keys(listener, &Typing { keys, at, between }, view);
                return true;
            }
        }
        self.waste(listener, earliest, view)
    }

    /// The key that ends a wait which any of some keys ends, by the reason with which it ended. How
    /// long the wait would have been, in milliseconds.
    pub(super) fn stopped(&mut self, stop: &str, view: &View<'_>) -> Option<u64> {
        let entry = view.trace().open().next()?;
        let one = self.seen.log.get(entry)?;
        let (reason, ended) = (one.reason.as_deref()?, one.to?);
        let is_it = |&key: &char| {
            let next = Trial::of(view.call, view.now).told(Input::Key(key)).next();
            matches!(next, Next::Closes(_, own) if own == reason)
        };
        let key = stop.chars().find(is_it)?;
        let listener = view.state().listener(key)?;
        // What ended later than it could lasted longer than usual.
        let at_most = view.state().need().at_most().unwrap_or(0);
        let time = ended.saturating_sub(view.now);
        self.type_keys(&listener, &single(key, ended), view);
        Some(time.saturating_add(1).max(at_most))
    }

    /// A command that listens hears nothing.
    pub(super) fn silent(&mut self, listener: &Listener<'_>, view: &View<'_>) -> Answer {
        if listener.digits.is_empty()
            && let Some(attempt) = Attempt::silent(listener, view.trace())
        {
            self.author.listens(attempt);
        }
        Answer::Usual
    }

    /// Keys that the log does not show: others could have led to the same.
    pub(super) fn guess(&mut self, listener: &Listener<'_>, keys: &str) {
        let path = listener.document.flow.path(listener.node);
        let why = format!("the log does not show which keys were pressed: {keys} is used instead");
        self.found.leave_open(&path, &why);
    }

    fn leave_open_keys(&mut self, view: &View<'_>) {
        let path = view.state().current().map(|place| place.path());
        let why = "the log does not show which keys led to the next command";
        self.found.leave_open(&path.unwrap_or_default(), why);
    }

    /// Rows of keys that may have been pressed, the likeliest first.
    pub(super) fn rows(&self, listener: &Listener<'_>, entry: usize) -> Rows {
        let flow = &listener.document.flow;
        let members = flow.members(listener.node);
        let codes = members
            .iter()
            .filter_map(|&member| match flow.label(member) {
                Label::Code(code) => Some(code.to_owned()),
                _ => None,
            });
        let codes: Vec<_> = codes.collect();
        let traits = flow.node(listener.node).command.traits();
        let length = traits.keys.and_then(Keyed::length);
        let longest = codes.iter().map(String::len).max().unwrap_or(1);
        // No caller types more than this in one go.
        let longest = length
            .map_or(longest, |(_, length)| length as usize)
            .clamp(1, 32);
        let stop = traits.keys.and_then(Keyed::stop);
        let stops: Vec<char> = stop.map_or(Vec::new(), |(_, stop)| stop.chars().collect());
        let reason = self
            .seen
            .log
            .get(entry)
            .and_then(|one| one.reason.as_deref());
        let chosen = reason.and_then(keys_in);
        let mut all: Vec<String> = chosen.iter().cloned().collect();
        all.extend(codes.iter().cloned());
        all.extend(ALL.chars().map(String::from));
        for count in 2..=longest {
            all.extend(ALL.chars().map(|key| key.to_string().repeat(count)));
        }
        let stopped = all
            .iter()
            .flat_map(|row| stops.iter().map(move |stop| format!("{row}{stop}")));
        let stopped: Vec<_> = stopped.collect();
        all.extend(stopped);
        // A stop key alone is no input.
        all.extend(stops.iter().map(char::to_string));
        Rows {
            all,
            codes,
            chosen,
            stops,
        }
    }

    /// When what the log shows next must have been decided, if it is this.
    fn meets(&self, next: &Next, expected: &Expected, view: &View<'_>) -> Option<u64> {
        match (next, expected) {
            (Next::Enters(place, usual), Expected::Enters(index, began)) => {
                let is_it = self.is_entry(*index, place);
                is_it.then(|| began.saturating_sub(*usual).max(view.now))
            }
            (Next::Closes(ok, reason), Expected::Closes(was_ok, was, ended)) => {
                (ok == was_ok && reason == was).then_some(*ended)
            }
            (Next::Fetches(trial), _) => self.fetched(trial, expected, view),
            _ => None,
        }
    }

    /// The caller presses keys, the first of them at an instant.
    pub(super) fn type_keys(&mut self, listener: &Listener<'_>, typing: &Typing, view: &View<'_>) {
        let Some(silent) = Attempt::silent(listener, view.trace()) else {
            return;
        };
        let after = Duration::from_millis(typing.at.saturating_sub(view.now));
        let between = Duration::from_millis(typing.between);
        let is_usual = typing.keys.len() == 1 || between == Press::BETWEEN;
        let attempt = Attempt {
            keys: typing.keys.clone(),
            after: Some(after),
            between: (!is_usual).then_some(between),
            ..silent
        };
        let is_first = attempt.moment != Moment::Waiting;
        self.caller.press(&attempt.press(), typing.at, is_first);
        self.author.listens(attempt);
    }
}

//! Rows of keys: which may have been pressed, what a call does with them, and when they come.

use super::trial::{Next, Trial};
use crate::call::Listener;
use crate::channel::Input;
use crate::scenario::Press;

/// All keys of a telephone that are tried.
pub(super) const ALL: &str = "123456789*0#";

/// Rows of keys that may have been pressed.
pub(super) struct Rows {
    /// The likeliest first.
    pub(super) all: Vec<String>,
    /// The codes of the branches.
    pub(super) codes: Vec<String>,
    /// The keys that chose in the end, where the log says them.
    pub(super) chosen: Option<String>,
    pub(super) stops: Vec<char>,
}

impl Rows {
    /// Whether the log shows that a row was pressed, and not another: it says the keys, or the branch
    /// that only they choose.
    pub(super) fn is_shown(&self, keys: &str, after: &Trial, listener: &Listener<'_>) -> bool {
        let digits = keys.trim_end_matches(&self.stops[..]);
        let is_known = |known: &String| known == digits;
        let is_last = after.attempt() <= listener.attempt;
        is_last && (self.chosen.iter().any(is_known) || self.codes.iter().any(is_known))
    }

    /// Whether a row may have been the one that chose, if it did: another attempt may have any.
    pub(super) fn may_choose(&self, keys: &str, after: &Trial, listener: &Listener<'_>) -> bool {
        let Some(chosen) = &self.chosen else {
            return true;
        };
        after.attempt() > listener.attempt || keys.trim_end_matches(&self.stops[..]) == chosen
    }
}

/// Keys, and when they are pressed.
pub(super) struct Typing {
    pub(super) keys: String,
    /// When the first is pressed.
    pub(super) at: u64,
    /// From one to the next.
    pub(super) between: u64,
}

impl Trial {
    /// Whether keys have been pressed that nothing has come of yet.
    pub(super) fn is_typing(&self) -> bool {
        let listener = self.state().who_listens();
        listener.is_some_and(|listener| !listener.digits.is_empty())
    }

    /// Which attempt the command is on that listens; 0 where none does.
    pub(super) fn attempt(&self) -> u32 {
        let listener = self.state().who_listens();
        listener.map_or(0, |listener| listener.attempt)
    }
}

pub(super) fn single(key: char, at: u64) -> Typing {
    Typing {
        keys: key.to_string(),
        at,
        between: 0,
    }
}

/// A call after keys, and whether a time-out had to end them; none where some would be for another
/// attempt, which has a press of its own.
pub(super) fn typed(mut trial: Trial, keys: &str) -> Option<(Trial, bool)> {
    let mut attempt = None;
    for key in keys.chars() {
        let Next::Collects(_) = trial.next() else {
            return None;
        };
        if *attempt.get_or_insert(trial.attempt()) != trial.attempt() {
            return None;
        }
        trial = trial.told(Input::Key(key));
    }
    match trial.next() {
        Next::Collects(_) if trial.is_typing() => Some((trial.told(Input::Elapsed), true)),
        _ => Some((trial, false)),
    }
}

/// What a call does if no more keys come, and after how long.
pub(super) fn silence(mut trial: Trial, at_most: u64) -> (u64, Next) {
    /// So many attempts are thought of.
    const MOST: u64 = 100;
    for count in 1..=MOST {
        trial = trial.told(Input::Elapsed);
        match trial.next() {
            Next::Collects(_) => {}
            next => return (count.saturating_mul(at_most), next),
        }
    }
    (MOST.saturating_mul(at_most), Next::Else)
}

/// When keys are pressed so that they decide at an instant; none where there is not so much time
/// between them.
pub(super) fn typing(
    keys: &str,
    from: u64,
    due: u64,
    timeout: u64,
    timed: bool,
    is_loose: bool,
) -> Option<Typing> {
    let longest = timeout.saturating_sub(1);
    let left = due.checked_sub(from)?;
    let left = if timed {
        left.checked_sub(timeout)?
    } else {
        left
    };
    let count = keys.len() as u64;
    let most = count.saturating_mul(longest);
    if left > most && !is_loose {
        return None;
    }
    let left = left.min(most);
    let usual = u64::try_from(Press::BETWEEN.as_millis()).unwrap_or(250);
    let between = match count {
        0 | 1 => 0,
        _ => {
            let least = left.saturating_sub(longest).div_ceil(count - 1);
            usual.min(left / count).max(least)
        }
    };
    let at = from
        .saturating_add(left)
        .saturating_sub(count.saturating_sub(1).saturating_mul(between));
    let keys = keys.to_owned();
    Some(Typing { keys, at, between })
}

//! Which keys a caller pressed, by what came of them: the way back from a log.

use super::{Gather, digits_of};
use crate::channel::{Course, FetchError, Label, Next, Scene, Unfetched, timing};
use crate::command::fetch;

/// All keys of a telephone.
const KEYS: &str = "1234567890*#ABCD";

/// What is to be typed in an attempt.
enum Typed {
    /// These digits.
    Exactly(String),
    /// Digits that no branch has.
    Wrong,
    /// Any digits.
    Any,
    /// None.
    Nothing,
}

impl Gather {
    /// The next key and the time until it is pressed; none where the caller presses none.
    pub(super) fn next_key(&self, scene: &mut Scene<'_>, course: &Course<'_>) -> Option<(u64, char)> {
        let left = course.left.saturating_sub(self.fetch_takes(course));
        let typed = match (course.next, course.reason) {
            (Next::Nothing, _) => return self.idle(scene, course),
            (Next::Again, _) => Typed::Wrong,
            (_, Some(reason)) if digits_of(reason).is_some() => {
                Typed::Exactly(digits_of(reason).unwrap_or_default().to_owned())
            }
            (Next::Branch(index), _) => match scene.children.get(index) {
                Some(Label::Code(code)) => Typed::Exactly((*code).to_owned()),
                _ => Typed::Wrong,
            },
            (Next::End, Some(super::NO_INPUT)) => Typed::Nothing,
            (Next::End, Some(super::NO_BRANCH)) => Typed::Wrong,
            (Next::Document | Next::End, _) => Typed::Any,
        };
        // Attempts that leave no trace come before.
        let is_traceless = !scene.children.contains(&Label::Command);
        let more = match is_traceless {
            true => u64::from(self.attempts.0.saturating_sub(scene.progress.attempt)),
            false => 0,
        };
        match typed {
            Typed::Exactly(digits) => {
                let keys = self.typing(scene, &digits);
                self.press(scene, &keys, left, course.at_once)
            }
            Typed::Any => {
                let key = KEYS.chars().find(|&key| !self.is_stop(key))?;
                let keys = key.to_string().repeat(self.wanted(scene));
                self.press(scene, &keys, left, course.at_once)
            }
            Typed::Wrong if course.next == Next::Again => self.waste(scene, left, course.at_once),
            Typed::Wrong if more > 0 => self.waste(scene, left / (more + 1), course.at_once),
            Typed::Wrong => {
                let keys = self.wrong(scene)?;
                self.press(scene, &keys, left, course.at_once)
            }
            Typed::Nothing if left == (more + 1) * self.timeout.0 => None,
            Typed::Nothing if more > 0 => {
                let last = self.stop().map_or(self.timeout.0, |_| 0);
                self.waste(scene, left.saturating_sub(last) / more, course.at_once)
            }
            Typed::Nothing => {
                let at_once = course.at_once && left > 0;
                self.stop().filter(|_| !at_once).map(|stop| (left, stop))
            }
        }
    }

    /// How long the fetch took that follows the keys.
    fn fetch_takes(&self, course: &Course<'_>) -> u64 {
        if self.url.is_none() {
            return 0;
        }
        let usual = timing::FETCH.min(course.left);
        match (course.next, course.reason) {
            (Next::Document, _) => usual,
            (Next::End, Some(reason)) => match fetch::undo(reason) {
                Some(Unfetched::Error(FetchError::Timeout)) => fetch::TIMEOUT,
                Some(_) => usual,
                None if digits_of(reason).is_some() => usual,
                None => 0,
            },
            _ => 0,
        }
    }

    /// The keys for digits: all of them, or those with a stop key. Without either, time decides.
    fn typing(&self, scene: &mut Scene<'_>, digits: &str) -> String {
        let mut keys = digits.to_owned();
        if digits.len() < self.wanted(scene) {
            keys.extend(self.stop());
        }
        keys
    }

    fn stop(&self) -> Option<char> {
        KEYS.chars().find(|&key| self.is_stop(key))
    }

    /// Digits of the length that is wanted, or fewer with a stop key, that no branch has.
    fn wrong(&self, scene: &mut Scene<'_>) -> Option<String> {
        if self.url.is_some() {
            return None;
        }
        let wanted = self.wanted(scene);
        let typed = scene.progress.digits.clone();
        let has = |digits: &str| scene.children.iter().any(|child| super::code(child) == Some(digits));
        let free = || KEYS.chars().filter(|&key| !self.is_stop(key));
        for length in (1..=wanted).rev() {
            let stop = match length == wanted {
                true => None,
                false => Some(self.stop()?),
            };
            for first in free() {
                for rest in free() {
                    let mut digits = typed.clone();
                    if digits.is_empty() {
                        digits.push(first);
                    }
                    while digits.len() < length {
                        digits.push(rest);
                    }
                    if digits.len() == length && !has(&digits) {
                        digits.extend(stop);
                        return Some(digits);
                    }
                }
            }
        }
        None
    }

    /// The next of the keys that end an attempt in so much time.
    fn press(
        &self,
        scene: &mut Scene<'_>,
        keys: &str,
        left: u64,
        at_once: bool,
    ) -> Option<(u64, char)> {
        let typed = scene.progress.digits.len();
        let is_timed = keys.len() < self.wanted(scene)
            && !keys.chars().last().is_some_and(|key| self.is_stop(key));
        let rest = keys.get(typed..)?;
        let key = rest.chars().next()?;
        let typing = match is_timed {
            true => left.checked_sub(self.timeout.0)?,
            false => left,
        };
        let longest = self.timeout.0.saturating_sub(1);
        let count = rest.len() as u64;
        if at_once {
            return (typing <= (count - 1) * longest).then_some((0, key));
        }
        // Too long for these keys: an attempt without any comes first.
        (typing <= count * longest).then(|| (typing.div_ceil(count), key))
    }

    /// An attempt that comes to nothing, in so much time.
    fn waste(&self, scene: &mut Scene<'_>, left: u64, at_once: bool) -> Option<(u64, char)> {
        if left == self.timeout.0 && scene.progress.digits.is_empty() && !at_once {
            return None;
        }
        let wrong = self.wrong(scene);
        let press = wrong.and_then(|keys| self.press(scene, &keys, left, at_once));
        press.or_else(|| {
            let can = left < self.timeout.0 && !(at_once && left > 0);
            self.stop().filter(|_| can).map(|stop| (left, stop))
        })
    }

    /// The call ends before anything comes of the keys: one is pressed only where the silence would
    /// have had consequences.
    fn idle(&self, scene: &mut Scene<'_>, course: &Course<'_>) -> Option<(u64, char)> {
        let attempts = u64::from(self.attempts.0.saturating_sub(scene.progress.attempt)) + 1;
        let has_prompts = scene.children.contains(&Label::Command);
        let quiet = match has_prompts || !scene.progress.digits.is_empty() {
            true => self.timeout.0,
            false => self.timeout.0 * attempts,
        };
        let is_last_key = scene.progress.digits.len() + 1 >= self.wanted(scene);
        let key = match (is_last_key, attempts > 1, self.wrong(scene)) {
            (true, true, Some(wrong)) => wrong.chars().nth(scene.progress.digits.len()),
            _ => KEYS.chars().find(|&key| !self.is_stop(key)),
        };
        if course.at_once {
            return key.map(|key| (0, key));
        }
        let gap = match has_prompts && attempts > 1 {
            true => timing::INTO_BLOCK,
            false => 0,
        };
        if course.left < quiet + gap {
            return None;
        }
        key.map(|key| (self.timeout.0.saturating_sub(1), key))
    }
}

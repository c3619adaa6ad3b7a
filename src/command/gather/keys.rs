//! Which keys a caller pressed, by what came of them: the way back from a log.

use super::{Gather, digits_of};
use crate::channel::{Course, FetchError, Label, Next, Scene, Unfetched, timing};
use crate::command::fetch;

mod digits;

/// The time in which a key comes before the first prompt of an attempt, in milliseconds.
const TRACELESS: u64 = timing::INTO_BLOCK - 1;

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

/// The time that an attempt takes.
#[derive(Clone, Copy)]
struct Time<'a> {
    left: u64,
    /// The same with what follows, at most.
    whole: u64,
    /// Whether it may take less: what follows can take longer.
    is_loose: bool,
    /// Whether the first key is due at once.
    at_once: bool,
    /// Keys that another command takes first.
    taken: &'a str,
}

impl Time<'_> {
    /// About so much: other attempts make up for it.
    fn about(self, left: u64) -> Self {
        Self {
            is_loose: true,
            ..self.of(left)
        }
    }

    fn of(self, left: u64) -> Self {
        let whole = left;
        Self { left, whole, ..self }
    }
}

impl Gather {
    /// The next key and the time until it is pressed; none where the caller presses none.
    pub(super) fn next_key(&self, scene: &mut Scene<'_>, course: &Course<'_>) -> Option<(u64, char)> {
        let (fetch, is_loose) = self.fetch_takes(course);
        let left = course.left.saturating_sub(fetch);
        let time = Time {
            left,
            whole: match is_loose {
                true => course.left,
                false => left,
            },
            is_loose,
            at_once: course.at_once,
            taken: course.taken,
        };
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
        // Attempts that leave no trace come before: they have no prompts, or a key came before them.
        let more = u64::from(self.attempts.0.saturating_sub(scene.progress.attempt));
        let is_even = !course.has_prompts;
        match typed {
            Typed::Exactly(digits) => self.exactly(scene, course, &digits, time),
            Typed::Any => {
                let key = self.any(time.taken)?;
                let (typed, wanted) = (scene.progress.digits.len(), self.wanted(scene));
                if typed > 0 && left == self.timeout.0 && !is_loose {
                    return None;
                }
                // What breaks off a choice comes behind one: otherwise it would be its own key.
                let codes = self.codes(scene);
                if codes.contains(&scene.progress.digits) && left == self.timeout.0 {
                    return None;
                }
                let mut all: Vec<_> = codes.iter().map(|code| self.typing(scene, code)).collect();
                all.extend(codes);
                for length in (typed.max(1)..=wanted).rev() {
                    let keys = key.to_string().repeat(length);
                    if length < wanted {
                        all.extend(self.stop().map(|stop| format!("{keys}{stop}")));
                    }
                    all.push(keys);
                }
                all.iter().find_map(|keys| self.press(scene, keys, time))
            }
            Typed::Wrong if course.next == Next::Again => {
                // An attempt that leaves no trace follows, and has the time.
                let is_short = self.spare(scene, course).is_some_and(|spare| spare > 0);
                let short = is_short.then(|| self.waste(scene, time.of(0))).flatten();
                short.or_else(|| self.waste(scene, time))
            }
            Typed::Wrong => {
                let keys = self.wrong(scene, time.taken).into_iter().next()?;
                match more > 0 {
                    true => {
                        let share = match is_even {
                            true => self.share(scene, &keys, left, more),
                            false => left.saturating_sub(more * TRACELESS),
                        };
                        self.waste(scene, time.about(share))
                    }
                    false => self.press_wrong(scene, time),
                }
            }
            Typed::Nothing if is_even && left == (more + 1) * self.timeout.0 => None,
            Typed::Nothing if more > 0 && !is_even => {
                let share = left.saturating_sub(more * TRACELESS);
                self.waste(scene, time.about(share))
            }
            Typed::Nothing if left == self.timeout.0 && more == 0 => None,
            Typed::Nothing if more > 0 => {
                let shorter = self.timeout.0.saturating_sub(1).min(left / (more + 1));
                let last = self.stop().map_or(self.timeout.0, |_| shorter);
                self.waste(scene, time.of(left.saturating_sub(last) / more))
            }
            // Behind its time-out the platform held it open, and no key counted.
            Typed::Nothing if left > self.timeout.0 => None,
            Typed::Nothing => {
                let at_once = course.at_once && left > 0;
                let stop = self.stop().filter(|&stop| !at_once && !time.taken.contains(stop));
                stop.map(|stop| (left, stop))
            }
        }
    }

    /// The time for each of the attempts that come to nothing, before one that ends with these keys.
    fn share(&self, scene: &mut Scene<'_>, keys: &str, left: u64, more: u64) -> u64 {
        let typed = keys.chars().count() as u64;
        let least = self.least(scene, keys);
        let most = least + typed * self.timeout.0.saturating_sub(1);
        let even = left / (more + 1) * more;
        let shared = even.max(left.saturating_sub(most));
        shared.min(left.saturating_sub(least)) / more
    }

    /// The time that an attempt with these keys takes at least: that which ends it, or none.
    fn least(&self, scene: &mut Scene<'_>, keys: &str) -> u64 {
        match self.is_timed(scene, keys) {
            true => self.timeout.0,
            false => 0,
        }
    }

    /// The next key of these digits, or of an attempt before them that leaves no trace.
    fn exactly(
        &self,
        scene: &mut Scene<'_>,
        course: &Course<'_>,
        digits: &str,
        time: Time<'_>,
    ) -> Option<(u64, char)> {
        let left = time.left;
        let more = u64::from(self.attempts.0.saturating_sub(scene.progress.attempt));
        let is_even = !course.has_prompts;
        let keys = self.typing(scene, digits);
        match more > 0 && self.is_wrong(scene, digits) {
            true => {
                let share = match is_even {
                    true => self.share(scene, &keys, left, more),
                    false => left.saturating_sub(self.least(scene, &keys) + more * TRACELESS),
                };
                self.waste(scene, time.about(share))
            }
            false if scene.progress.digits == digits && left == self.timeout.0 => None,
            false => {
                let press = self.press(scene, &keys, time);
                let press = press.or_else(|| self.press(scene, digits, time));
                if press.is_some() || more == 0 {
                    return press;
                }
                if !is_even {
                    // An attempt comes before that ends early enough for these keys.
                    let typed = &scene.progress.digits;
                    let comes_to_nothing = match typed.is_empty() {
                        true => time.at_once,
                        false => !keys.starts_with(typed.as_str()),
                    };
                    let least = self.least(scene, digits);
                    let share = left.checked_sub(least).filter(|_| comes_to_nothing)?;
                    return self.waste(scene, time.of(share));
                }
                // Attempts without any key come before, or where those are too short, others.
                let most = self.timeout.0 + digits.len() as u64 * self.timeout.0;
                let over = left.saturating_sub(most.saturating_sub(digits.len() as u64));
                match over > more * self.timeout.0 {
                    true => self.waste(scene, time.about(over / more)),
                    false => None,
                }
            }
        }
    }

    /// How many attempts more there were than those whose prompts are still to run, where it is known
    /// by its end that it made all of them.
    pub(super) fn spare(&self, scene: &Scene<'_>, course: &Course<'_>) -> Option<usize> {
        let is_last = course.reason.is_some_and(|reason| match digits_of(reason) {
            Some(digits) => self.is_wrong(scene, digits),
            None => [super::NO_INPUT, super::NO_BRANCH].contains(&reason),
        });
        let more = self.attempts.0.saturating_sub(scene.progress.attempt);
        let again = Some(course.again).filter(|&again| is_last && again > 0)?;
        (more as usize).checked_sub(again)
    }

    /// How long the fetch took that follows the keys, and whether that is a guess.
    fn fetch_takes(&self, course: &Course<'_>) -> (u64, bool) {
        // Something else broke it off, while it was about to do what the keys chose.
        let is_known = |reason: &str| {
            [super::NO_INPUT, super::NO_BRANCH].contains(&reason) || digits_of(reason).is_some()
        };
        let is_loose = course.next == Next::End && !course.reason.is_some_and(is_known);
        if self.url.is_none() {
            return (0, is_loose);
        }
        let usual = timing::FETCH.min(course.left);
        match (course.next, course.reason) {
            (Next::Document, _) => (usual, true),
            (Next::End, Some(reason)) => match fetch::undo(reason) {
                Some(Unfetched::Error(FetchError::Timeout)) => (fetch::TIMEOUT, false),
                Some(_) => (usual, true),
                None if digits_of(reason).is_some() => (usual, true),
                None => (0, is_loose),
            },
            _ => (0, false),
        }
    }

    /// The next key of digits that no branch has; none where time is to end those that were typed.
    fn press_wrong(&self, scene: &mut Scene<'_>, time: Time<'_>) -> Option<(u64, char)> {
        let all = self.wrong(scene, time.taken);
        let typed = &scene.progress.digits;
        let is_enough = all.iter().any(|keys| keys == typed);
        if is_enough && time.left == self.timeout.0 && !time.is_loose && !time.at_once {
            return None;
        }
        all.iter().find_map(|keys| self.press(scene, keys, time))
    }

    /// The next of the keys that end an attempt in so much time.
    fn press(
        &self,
        scene: &mut Scene<'_>,
        keys: &str,
        time: Time<'_>,
    ) -> Option<(u64, char)> {
        let typed = scene.progress.digits.len();
        let is_timed = self.is_timed(scene, keys);
        let rest = keys.get(typed..)?;
        let key = rest.chars().next().filter(|&key| !time.taken.contains(key))?;
        let typing = match is_timed {
            true if time.whole >= self.timeout.0 => time.left.saturating_sub(self.timeout.0),
            true => return None,
            false => time.left,
        };
        let longest = self.timeout.0.saturating_sub(1);
        let count = rest.len() as u64;
        let most = match time.at_once {
            true => (count - 1) * longest,
            false => count * longest,
        };
        let typing = match time.is_loose {
            true => typing.min(most),
            // Too long for these keys: an attempt without any comes first.
            false => Some(typing).filter(|&typing| typing <= most)?,
        };
        match time.at_once {
            true => Some((0, key)),
            false => Some((typing.div_ceil(count), key)),
        }
    }

    /// An attempt that comes to nothing, in so much time.
    fn waste(&self, scene: &mut Scene<'_>, time: Time<'_>) -> Option<(u64, char)> {
        let Time { left, at_once, .. } = time;
        if left == self.timeout.0 && scene.progress.digits.is_empty() && !at_once {
            return None;
        }
        let press = self.press_wrong(scene, time);
        press.or_else(|| {
            let can = scene.progress.digits.is_empty() && left < self.timeout.0 && !(at_once && left > 0);
            let stop = self.stop().filter(|&stop| can && !time.taken.contains(stop));
            stop.map(|stop| (left, stop))
        })
    }

    /// The call ends before anything comes of the keys: one is pressed only where the silence would
    /// have had consequences.
    fn idle(&self, scene: &mut Scene<'_>, course: &Course<'_>) -> Option<(u64, char)> {
        let attempts = u64::from(self.attempts.0.saturating_sub(scene.progress.attempt)) + 1;
        let has_prompts = course.has_prompts;
        let quiet = match has_prompts || !scene.progress.digits.is_empty() {
            true => self.timeout.0,
            false => self.timeout.0 * attempts,
        };
        let is_last_key = scene.progress.digits.len() + 1 >= self.wanted(scene);
        let key = match (is_last_key, attempts > 1, self.wrong(scene, course.taken).first()) {
            (true, true, Some(wrong)) => wrong.chars().nth(scene.progress.digits.len()),
            _ => self.any(course.taken),
        };
        if course.at_once {
            // A key that decides would have had consequences.
            let decides = is_last_key && self.url.is_none() && attempts == 1;
            return key.filter(|_| !decides).map(|key| (0, key));
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

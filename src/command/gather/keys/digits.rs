//! What digits mean to a Gather, and which keys make them.

use crate::channel::{Label, Scene};
use crate::command::gather::{Gather, code, is_branch};
use crate::value::Digits;

impl Gather {
    /// Whether time ends an attempt with these keys.
    pub(super) fn is_timed(&self, scene: &mut Scene<'_>, keys: &str) -> bool {
        let last = keys.chars().last();
        keys.len() < self.wanted(scene) && !last.is_some_and(|key| self.is_stop(key))
    }

    /// A key that counts, and that nobody else takes.
    pub(super) fn any(&self, taken: &str) -> Option<char> {
        Digits::KEYS.chars().find(|&key| !self.is_stop(key) && !taken.contains(key))
    }

    /// What may be typed for a branch, where nothing else is made of it.
    pub(super) fn codes(&self, scene: &Scene<'_>) -> Vec<String> {
        let codes = scene.children.iter().filter_map(code);
        let codes = codes.filter(|code| self.url.is_none() && code.starts_with(&scene.progress.digits));
        codes.map(str::to_owned).collect()
    }

    /// Whether digits are such that no branch has.
    pub(super) fn is_wrong(&self, scene: &Scene<'_>, digits: &str) -> bool {
        let is_code = |child: &Label<'_>| code(child) == Some(digits);
        self.url.is_none()
            && scene.children.iter().any(is_branch)
            && !scene.children.iter().any(is_code)
    }

    /// The keys for digits: all of them, or those with a stop key. Without either, time decides.
    pub(super) fn typing(&self, scene: &mut Scene<'_>, digits: &str) -> String {
        let mut keys = digits.to_owned();
        if digits.len() < self.wanted(scene) {
            keys.extend(self.stop());
        }
        keys
    }

    pub(super) fn stop(&self) -> Option<char> {
        Digits::KEYS.chars().find(|&key| self.is_stop(key))
    }

    /// Keys for digits that no branch has, the longest first: as many as are wanted, or fewer, which
    /// a stop key or time ends.
    pub(super) fn wrong(&self, scene: &mut Scene<'_>, taken: &str) -> Vec<String> {
        // Without a branch any digits are good.
        let has_branch = scene.children.iter().any(is_branch);
        if self.url.is_some() || !has_branch {
            return Vec::new();
        }
        let wanted = self.wanted(scene);
        let typed = scene.progress.digits.clone();
        let has = |digits: &str| scene.children.iter().any(|child| code(child) == Some(digits));
        let free = || Digits::KEYS.chars().filter(|&key| !self.is_stop(key));
        let of_length = |length: usize| {
            let firsts = free().filter(|&first| !taken.contains(first));
            let mut all = firsts.flat_map(|first| free().map(move |rest| (first, rest)));
            all.find_map(|(first, rest)| {
                let mut digits = typed.clone();
                if digits.is_empty() {
                    digits.push(first);
                }
                while digits.len() < length {
                    digits.push(rest);
                }
                // Nor has one a part of them, which time would take for the whole.
                let is_free = (1..=digits.len()).all(|end| !has(&digits[..end]));
                (digits.len() == length && is_free).then_some(digits)
            })
        };
        let mut found = Vec::new();
        for length in (typed.len().max(1)..=wanted).rev() {
            let Some(digits) = of_length(length) else {
                continue;
            };
            if length < wanted {
                found.extend(self.stop().map(|stop| format!("{digits}{stop}")));
            }
            found.push(digits);
        }
        found
    }
}

//! Attempts of a menu that left no trace: the keys came before its first prompt, and chose nothing.

use super::trial::Trial;
use super::typing::{Typing, typed};
use super::world::LogWorld;
use crate::call::{Listener, Listens};
use crate::channel::{Input, Label};
use crate::drive::View;
use crate::record::SourceFlows;

/// So many attempts of a menu that left no trace are thought of.
const MOST: u32 = 4;

/// So many menus of a call are tried.
const MENUS: usize = 6;

/// Attempts of one menu that left no trace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Hidden {
    /// The entry of the menu.
    entry: usize,
    /// How many.
    left: u32,
    /// Whether a time-out ended their keys.
    is_timed: bool,
    /// Whether they come where nothing else explains what the log shows next, and not as soon as they can.
    is_late: bool,
}

impl Hidden {
    /// All that may have been in a call, the likeliest first.
    pub(super) fn all(documents: &SourceFlows) -> impl Iterator<Item = Self> {
        let entries = (0..documents.locations.len()).filter_map(|entry| {
            let (flow, node) = documents.command(entry)?;
            let traits = flow.node(node).command.traits();
            let (_, attempts) = traits.attempts.filter(|_| traits.keys.is_some())?;
            let first = flow.members(node).first().copied()?;
            let has_prompts = flow.label(first) == Label::Command;
            (attempts > 1 && has_prompts).then(|| (entry, MOST.min(attempts - 1)))
        });
        entries.take(MENUS).flat_map(|(entry, most)| {
            (1..=most).flat_map(move |left| {
                let kinds = [(false, false), (false, true), (true, false), (true, true)];
                kinds.map(|(is_late, is_timed)| Self {
                    entry,
                    left,
                    is_timed,
                    is_late,
                })
            })
        })
    }
}

impl LogWorld<'_> {
    /// Presses the keys of an attempt that left no trace, before the first prompt of a menu would begin
    /// at `ends`. When the first comes; none where there is no such attempt.
    pub(super) fn hide(&mut self, ends: u64, view: &View<'_>) -> Option<u64> {
        let hidden = self.hidden.filter(|hidden| hidden.left > 0)?;
        let entry = view.trace().open().next();
        let listener = view
            .state()
            .who_listens()
            .filter(|_| entry == Some(hidden.entry))?;
        if listener.listens != Listens::Gap(None) {
            return None;
        }
        let usual = ends.saturating_sub(view.now);
        // What the log shows next began so much later than it would have.
        let index = view.trace().entries();
        let place = view.state().upcoming()?;
        let next = self.seen.log.get(index);
        let next = next.filter(|_| self.is_entry(index, &place));
        if hidden.is_late && next.is_some() {
            return None;
        }
        let spare = next.map_or(0, |next| next.from.saturating_sub(ends));
        let at = view.now.saturating_add(spare.min(usual));
        self.waste(&listener, at, view).then_some(at)
    }

    /// Presses keys that choose nothing, the first of them at an instant, if there are attempts to come that
    /// left no trace. Tells whether it does.
    pub(super) fn waste(&mut self, listener: &Listener<'_>, at: u64, view: &View<'_>) -> bool {
        let Some(hidden) = self.hidden.filter(|hidden| hidden.left > 0) else {
            return false;
        };
        if listener.entry(view.trace()) != Some(hidden.entry) {
            return false;
        }
        let rows = self.rows(listener, hidden.entry);
        let chooses_nothing = |keys: &&String| {
            let Some(first) = keys.chars().next() else {
                return false;
            };
            let trial = Trial::of(view.call, view.now).told(Input::Key(first));
            typed(trial, &keys[1..]).is_some_and(|(after, is_timed)| {
                is_timed == hidden.is_timed && after.attempt() > listener.attempt
            })
        };
        let Some(keys) = rows.all.iter().find(chooses_nothing).cloned() else {
            return false;
        };
        self.guess(listener, &keys);
        let between = 0;
        self.type_keys(listener, &Typing { keys, at, between }, view);
        self.hidden = Some(Hidden {
            left: hidden.left - 1,
            ..hidden
        });
        self.is_timing_out = hidden.is_timed;
        true
    }
}

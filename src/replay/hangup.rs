//! Where the caller hung up: in a command, or in the gap behind one.

use std::time::Duration;

use super::world::LogWorld;
use crate::call::CommandPlace;
use crate::channel::{Delay, Need};
use crate::drive::View;
use crate::scenario::{DocumentPattern, HangUp, PathPattern, Spanned};
use crate::source::Span;

impl LogWorld<'_> {
    /// Notes when the caller hung up, as a scenario says it.
    pub(super) fn hang_up(&mut self, at: u64, view: &View<'_>) {
        let Some(entry) = view.trace().open().next() else {
            match self.last_ended.is_some() {
                true => self.hang_up_behind(at),
                false => self.found.hangup_after = Some(Duration::from_millis(at)),
            }
            return;
        };
        let is_gap = matches!(
            view.state().need(),
            Need::PlatformDelay {
                delay: Delay::Enter | Delay::BlockEnd | Delay::FlowEnd,
                ..
            } | Need::Collect { .. }
        );
        let began = self.entries.get(entry).map_or(0, |(_, began)| *began);
        // What ended inside a command is nearer than the command's own beginning.
        if is_gap && self.last_ended.is_some() && self.ended_at >= began {
            return self.hang_up_behind(at);
        }
        let Some((place, began)) = self.entries.get(entry).cloned() else {
            return;
        };
        let mut hangup = self.hangup_rule(&place, entry);
        hangup.after = Some(Duration::from_millis(at.saturating_sub(began)));
        self.found.hangup = Some(hangup);
    }

    fn hang_up_behind(&mut self, at: u64) {
        let last = self.last_entry();
        let Some((place, _)) = last.and_then(|last| self.entries.get(last).cloned()) else {
            return;
        };
        let mut hangup = self.hangup_rule(&place, last.unwrap_or_default());
        hangup.behind = Some(Duration::from_millis(at.saturating_sub(self.ended_at)));
        self.found.hangup = Some(hangup);
    }

    /// The entry that ended last.
    fn last_entry(&self) -> Option<usize> {
        let path = self.last_ended.as_deref()?;
        let mut entries = self.entries.iter().enumerate().rev();
        let found = entries.find(|(_, (place, _))| place.path() == path);
        found.map(|(index, _)| index)
    }

    fn hangup_rule(&self, place: &CommandPlace, entry: usize) -> HangUp {
        let when = PathPattern::literal(&place.path());
        let document = DocumentPattern::literal(place.document.url.as_deref());
        let before = self.entries[..=entry].iter().filter(|(other, _)| {
            when.matches(&other.path(), other.tag())
                && document.matches(other.document.url.as_deref())
        });
        let nth = u32::try_from(before.count()).unwrap_or(u32::MAX);
        HangUp {
            when: Spanned::bare(when),
            after: None,
            behind: None,
            nth: Some(nth).filter(|&nth| nth > 1),
            document: Some(document),
            span: Some(Span::default()),
        }
    }
}

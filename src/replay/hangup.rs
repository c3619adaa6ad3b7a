//! Where the caller hung up: in a command, or in the gap behind one.

use std::time::Duration;

use super::world::LogWorld;
use crate::call::CommandPlace;
use crate::drive::View;
use crate::scenario::{DocumentPattern, HangUp, PathPattern, Spanned};
use crate::source::Span;

impl LogWorld<'_> {
    /// Notes when the caller hung up, as a scenario says it.
    pub(super) fn hang_up(&mut self, at: u64, view: &View<'_>) {
        let innermost = view.trace().open().next();
        let (entry, from, is_behind) = match (innermost, self.last_ended) {
            // What ended inside a command is nearer than the command's own beginning.
            (innermost, Some((last, ended))) if innermost.is_none_or(|entry| last > entry) => {
                (last, ended, true)
            }
            (Some(entry), _) => (entry, self.entries.get(entry).map_or(0, |one| one.1), false),
            (None, _) => {
                self.found.hangup_after = Some(Duration::from_millis(at));
                return;
            }
        };
        let Some((place, _)) = self.entries.get(entry) else {
            return;
        };
        let time = Some(Duration::from_millis(at.saturating_sub(from)));
        let mut hangup = self.hangup_rule(place, entry);
        if is_behind {
            hangup.behind = time;
        } else {
            hangup.after = time;
        }
        self.found.hangup = Some(hangup);
    }

    fn hangup_rule(&self, place: &CommandPlace, entry: usize) -> HangUp {
        let when = PathPattern::naming(&place.document.flow, place.node);
        let document = DocumentPattern::literal(place.document.url.as_deref());
        let before = self.entries[..=entry].iter().filter(|(other, _)| {
            when.matches(&other.path(), &other.tags())
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

//! What the dialled parties did, by the rows of their legs.

use std::time::Duration;

use super::seen::SeenCall;
use super::world::LogWorld;
use crate::channel::cause::Cause;
use crate::channel::{Destination, Input, LegId, Need, timing};
use crate::drive::View;
use crate::record::{Leg, named_cause};
use crate::scenario::{Dial, Outcome};

impl LogWorld<'_> {
    /// What came of a leg that has just been created, counted from its coming to life.
    pub(super) fn fate(
        &mut self,
        leg: LegId,
        to: &Destination,
        view: &View<'_>,
    ) -> Vec<(u64, Input)> {
        let seen = self.seen;
        let row = view.trace().leg_row(leg).and_then(|row| seen.leg(row));
        let Some(row) = row else {
            return self.unseen_fate(leg, to, view);
        };
        let Some(init) = seen.at(row.init) else {
            // It ended before it came to life.
            self.found
                .dial(&to.address(), Dial::refused(Cause::NO_ANSWER));
            return Vec::new();
        };
        let since = |at: u64| at.saturating_sub(init);
        let after = |at: u64| Some(Duration::from_millis(since(at)));
        let rings = seen.at(row.ringing);
        let answered = seen.at(row.live);
        let ended = seen.at(row.hangup);
        let cause = row.cause().unwrap_or(Cause::NORMAL_UNSPECIFIED);
        let mut fate = Vec::new();
        if let Some(rings) = rings {
            fate.push((since(rings), Input::Rings(leg)));
        }
        let mut rule = Dial::refused(Cause::NO_ANSWER);
        if let Some(answered) = answered {
            fate.push((since(answered), Input::Answers(leg)));
            // The call's end ends the leg too, but not the command.
            let is_over = self.command_ended(view).is_some();
            let hung_up = ended.filter(|&ended| {
                cause == Cause::NORMAL_CLEARING
                    && seen.hangup.is_none_or(|end| ended < end || is_over)
            });
            if let Some(ended) = hung_up {
                fate.push((since(ended), Input::Ends(leg, cause)));
            }
            // One that somebody else ended would have gone on talking.
            let later = ended.unwrap_or(answered).saturating_add(1000);
            let talk = hung_up.unwrap_or(later).saturating_sub(answered);
            let talk = Some(Duration::from_millis(talk));
            rule.outcome = Outcome::Answered { talk };
            rule.after = after(answered);
        } else if let Some(ended) = ended
            && self.is_refusal(row, ended, view)
        {
            fate.push((since(ended), Input::Ends(leg, cause)));
            rule.outcome = Outcome::Refused(cause);
            rule.after = after(ended);
        }
        rule.rings = rings.is_some();
        rule.rings_after = rings.and_then(after);
        self.found.dial(&to.address(), rule);
        fate
    }

    /// What came of a leg whose row is not in the event: as far as the command's own end tells.
    fn unseen_fate(&mut self, leg: LegId, to: &Destination, view: &View<'_>) -> Vec<(u64, Input)> {
        let entry = view.trace().open().next().filter(|_| !self.is_lost);
        let Some(one) = entry.and_then(|entry| self.seen.log.get(entry)) else {
            return Vec::new();
        };
        let init = view.now.saturating_add(timing::LEG_INIT);
        let (path, address) = (one.path.clone(), to.address());
        let reported = one.to.map(|ended| {
            ended
                .saturating_sub(timing::DIAL_REPORTS)
                .saturating_sub(init)
        });
        let Some(rest) = reported else {
            self.found
                .leave_open(&path, "the event does not show the end of its legs");
            self.found.dial(&address, Dial::refused(Cause::NO_ANSWER));
            return Vec::new();
        };
        let reason = one.reason.as_deref().unwrap_or_default().to_owned();
        if one.failed() {
            let Some(cause) = named_cause(&reason) else {
                self.found
                    .leave_open(&path, "neither a leg nor the reason shows why it failed");
                self.found.dial(&address, Dial::refused(Cause::NO_ANSWER));
                return Vec::new();
            };
            self.found.leave_open(
                &path,
                "the event does not show its legs: it is not known when they rang",
            );
            // An attempt before the last is followed by others.
            let is_last = rest < timing::DIAL_RETRY || attempts(&reason) <= 1;
            let after = if is_last { rest } else { timing::LEG_REFUSES };
            let rule = Dial {
                after: Some(Duration::from_millis(after)),
                ..Dial::refused(cause)
            };
            self.found.dial(&address, rule);
            return vec![(after, Input::Ends(leg, cause))];
        }
        self.found.leave_open(
            &path,
            "the event does not show who answered, and when: callflow assumes that the first destination answered at once",
        );
        let rings = timing::LEG_RINGS.min(rest / 3);
        let answers = (rings + timing::LEG_ANSWERS).min(rest / 2);
        let rule = Dial {
            after: Some(Duration::from_millis(answers)),
            rings_after: Some(Duration::from_millis(rings)),
            outcome: Outcome::Answered {
                talk: Some(Duration::from_millis(rest - answers)),
            },
            ..Dial::answered()
        };
        self.found.dial(&address, rule);
        vec![
            (rings, Input::Rings(leg)),
            (answers, Input::Answers(leg)),
            (rest, Input::Ends(leg, Cause::NORMAL_CLEARING)),
        ]
    }

    /// When the innermost open command ended, as the log has it.
    fn command_ended(&self, view: &View<'_>) -> Option<u64> {
        self.seen.log.get(view.trace().open().next()?)?.to
    }

    /// Whether the destination itself ended a leg that it had not answered.
    fn is_refusal(&mut self, row: &Leg, ended: u64, view: &View<'_>) -> bool {
        let Need::Ring { legs, at_most } = view.state().need() else {
            return false;
        };
        let limit = view.now.saturating_add(*at_most);
        let cause = row.cause();
        match (cause == Some(Cause::LOSE_RACE), self.won(legs, view)) {
            (true, won) => return won != Some(ended),
            // Had it still been ringing, it would have lost.
            (false, Some(_)) => return true,
            (false, None) => {}
        }
        if cause == Some(Cause::NO_ANSWER) {
            return ended < limit;
        }
        // The call's end cancels the legs of a command that it leaves open.
        let is_cancelled = self.seen.hangup == Some(ended) && self.command_ended(view).is_none();
        !(cause == Some(Cause::ORIGINATOR_CANCEL) && is_cancelled)
    }

    /// When the first of some legs that ring together was answered, if one was.
    fn won(&mut self, legs: &[(LegId, Destination)], view: &View<'_>) -> Option<u64> {
        let row = |leg: LegId| view.trace().leg_row(leg);
        let first = row(legs.first()?.0)?;
        if self.won.is_none_or(|(of, _)| of != first) {
            let answered = |&(leg, _): &(LegId, _)| self.seen.at(self.seen.leg(row(leg)?)?.live);
            self.won = Some((first, legs.iter().filter_map(answered).min()));
        }
        self.won?.1
    }

    /// How long the legs may ring, where that is longer than the flow says.
    pub(super) fn gives_up(&mut self, view: &View<'_>) -> Option<u64> {
        let Need::Ring { legs, at_most } = view.state().need() else {
            return None;
        };
        let limit = view.now.saturating_add(*at_most);
        let ends = legs.iter().filter_map(|&(leg, _)| {
            let row = self.seen.leg(view.trace().leg_row(leg)?)?;
            let ended = self.seen.at(row.hangup)?;
            (row.cause() == Some(Cause::NO_ANSWER) && ended > limit).then_some(ended)
        });
        let lasts = ends.max()?.saturating_sub(view.now);
        let first = view.trace().leg_row(legs.first()?.0)?;
        self.found.gives_up.insert(first, lasts);
        Some(lasts)
    }

    /// How long a talk may last, where that is not what the flow says.
    pub(super) fn talks(&mut self, leg: LegId, limit: u64, view: &View<'_>) -> Option<u64> {
        let index = view.trace().leg_row(leg)?;
        let row = self.seen.leg(index)?;
        let ended = self.seen.at(row.hangup)?;
        let is_limit = row.cause() == Some(Cause::ALLOTTED_TIMEOUT);
        let lasts = ended.saturating_sub(view.now);
        if !is_limit || lasts == limit {
            return None;
        }
        self.found.talks.insert(index, lasts);
        Some(lasts)
    }
}

/// How often a failed dial was tried, as its reason ends with: `… 1/3`.
fn attempts(reason: &str) -> u32 {
    let last = reason
        .rsplit(' ')
        .next()
        .and_then(|word| word.split_once('/'));
    last.and_then(|(made, _)| made.parse().ok()).unwrap_or(1)
}

/// When a leg of a command was created, as the log has it.
pub(super) fn created(seen: &SeenCall<'_>, row: usize) -> Option<u64> {
    seen.leg(row).and_then(|leg| seen.at(leg.created))
}

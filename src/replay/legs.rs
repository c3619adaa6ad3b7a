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
        let row = view.trace().leg_row(leg);
        let rule = match row.and_then(|row| self.seen.leg(row)) {
            Some(row) => self.shown_rule(row, view),
            None => match self.unseen_rule(view) {
                Some(rule) => rule,
                None => return Vec::new(),
            },
        };
        let inputs = rule.inputs(leg);
        self.author.dials(&to.address(), rule);
        inputs
    }

    /// What a destination did, by the row of its leg.
    fn shown_rule(&mut self, row: &Leg, view: &View<'_>) -> Dial {
        let seen = self.seen;
        let mut rule = Dial::refused(Cause::NO_ANSWER);
        let Some(init) = seen.at(row.init) else {
            // It ended before it came to life.
            return rule;
        };
        let after = |at: u64| Some(Duration::from_millis(at.saturating_sub(init)));
        let rings = seen.at(row.ringing);
        let ended = seen.at(row.hangup);
        let cause = row.cause().unwrap_or(Cause::NORMAL_UNSPECIFIED);
        if let Some(answered) = seen.at(row.live) {
            // The call's end ends the leg too, but not the command.
            let is_over = self.command_ended(view).is_some();
            let hung_up = ended.filter(|&ended| {
                cause == Cause::NORMAL_CLEARING
                    && seen.hangup.is_none_or(|end| ended < end || is_over)
            });
            // One that somebody else ended would have gone on talking.
            let later = ended.unwrap_or(answered).saturating_add(1000);
            let talk = hung_up.unwrap_or(later).saturating_sub(answered);
            let talk = Some(Duration::from_millis(talk));
            rule.outcome = Outcome::Answered { talk };
            rule.after = after(answered);
        } else if let Some(ended) = ended
            && self.is_refusal(row, ended, view)
        {
            rule.outcome = Outcome::Refused(cause);
            rule.after = after(ended);
        }
        rule.rings = rings.is_some();
        rule.rings_after = rings.and_then(after);
        rule
    }

    /// What a destination did whose leg is not in the event: as far as the command's own end tells. None
    /// where the log does not show the command either.
    fn unseen_rule(&mut self, view: &View<'_>) -> Option<Dial> {
        let entry = view.trace().open().next().filter(|_| !self.is_lost)?;
        let one = self.seen.log.get(entry)?;
        let init = view.now.saturating_add(timing::LEG_INIT);
        let millis = |time: u64| Some(Duration::from_millis(time));
        let reason = one.reason.as_deref().unwrap_or_default();
        let ended = one
            .to
            .map(|ended| ended.saturating_sub(timing::DIAL_REPORTS));
        let rest = ended.map(|ended| ended.saturating_sub(init));
        let (open, rule) = match (rest, one.failed(), named_cause(reason)) {
            (None, ..) => (
                "the event does not show the end of its legs",
                Dial::refused(Cause::NO_ANSWER),
            ),
            (Some(_), true, None) => (
                "neither a leg nor the reason shows why it failed",
                Dial::refused(Cause::NO_ANSWER),
            ),
            (Some(rest), true, Some(cause)) => {
                // An attempt before the last is followed by others.
                let is_last = rest < timing::DIAL_RETRY || attempts(reason) <= 1;
                let after = millis(if is_last { rest } else { timing::LEG_REFUSES });
                (
                    "the event does not show its legs: it is not known when they rang",
                    Dial {
                        after,
                        ..Dial::refused(cause)
                    },
                )
            }
            (Some(rest), false, _) => {
                let rings = timing::LEG_RINGS.min(rest / 3);
                let answers = (rings + timing::LEG_ANSWERS).min(rest / 2);
                let talk = millis(rest - answers);
                (
                    "the event does not show who answered, and when: callflow assumes that the first destination answered at once",
                    Dial {
                        after: millis(answers),
                        rings_after: millis(rings),
                        outcome: Outcome::Answered { talk },
                        ..Dial::answered()
                    },
                )
            }
        };
        self.found.leave_open(&one.path, open);
        Some(rule)
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

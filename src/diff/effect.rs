//! What a change of a flow, or of the world, comes to for the caller of one call.
//!
//! **Invariant:** a call is only said to end as before where both ends are known.

use serde::Serialize;

use super::Pairing;
use crate::alignment::{Step, same_items};
use crate::record::{
    Audio, AudioSegment, CallOutcome, Completeness, Does, Ender, Outline, Step as Entry,
};

/// How far a call is another one, the gravest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EffectKind {
    /// It is the same for the caller.
    Same,
    /// It ends with the same outcome and reaches the same commands, and something else differs.
    EndsAsBefore,
    /// It ends with another outcome, or reaches other commands.
    EndsOtherwise,
    /// One of the two calls is not known to the end.
    NotKnown,
}

impl EffectKind {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Self; 4] = [
        Self::Same,
        Self::EndsAsBefore,
        Self::EndsOtherwise,
        Self::NotKnown,
    ];
}

/// What differs between a call and what would be of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Effect {
    /// How far it is another call.
    pub kind: EffectKind,
    /// What differs, in the order in which it is told.
    pub changes: Vec<Change>,
}

/// One thing that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// The call does not come to its end.
    NoEnd,
    /// Another outcome.
    Outcome {
        /// That of the call as it was.
        was: CallOutcome,
        /// That of the changed call.
        would_be: CallOutcome,
    },
    /// Something more is heard.
    Hears(Audio),
    /// Something is no longer heard.
    HearsNoLonger(Audio),
    /// Something is heard in place of something else.
    HearsInstead {
        /// What was heard.
        was: Audio,
        /// What would be.
        would_be: Audio,
    },
    /// The same is heard at another place among the other sounds.
    HearsElsewhere(Audio),
    /// Of something more is heard, or less.
    HearsPart {
        /// What.
        of: Audio,
        /// How much of it would be heard.
        would_be: Completeness,
    },
    /// A conversation takes another time.
    Talks {
        /// With whom.
        with: Box<str>,
        /// How long it took, in milliseconds.
        was: u64,
        /// How long it would, in milliseconds.
        would_be: u64,
    },
    /// A command is reached that was not, by its tag or path.
    Reaches(String),
    /// A command is no longer reached, by its tag or path.
    ReachesNoLonger(String),
    /// Other destinations are dialled.
    Dials {
        /// Those that were.
        was: Vec<Box<str>>,
        /// Those that would be.
        would_be: Vec<Box<str>>,
    },
    /// Something else ends the call.
    EndedBy {
        /// What ended it.
        was: CallEnder,
        /// What would.
        would_be: CallEnder,
    },
    /// The same happens at other times: how much longer the call would take, in milliseconds.
    Times(i64),
}

/// What ends a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CallEnder {
    /// The caller.
    Caller,
    /// A command, by its tag or path.
    Command(String),
    /// The flow, at its end.
    FlowEnd,
    /// The party that was called, an agent, or whom it was handed over to.
    OtherParty,
    /// A limit of the platform.
    Platform,
    /// Nobody knows.
    NotKnown,
}

/// What a change comes to for a caller, of a call as it was and as it would be.
pub fn effect(was: &Outline<'_>, would_be: &Outline<'_>, pairing: &Pairing) -> Effect {
    let calls = [was, would_be];
    let outcomes = calls.map(Outline::outcome);
    let mut changes = Vec::new();
    let ends = would_be.record.is_over();
    if !ends {
        changes.push(Change::NoEnd);
    } else if outcomes[0] != outcomes[1] {
        changes.push(Change::Outcome {
            was: outcomes[0],
            would_be: outcomes[1],
        });
    }
    changes.extend(sounds(calls));
    let reached = reached(calls, pairing);
    let reaches_others = !reached.is_empty();
    changes.extend(reached.into_iter().flatten());
    changes.extend(destinations(calls));
    if ends {
        let ended = [0, 1].map(|call| ended_by(calls[call]));
        if !is_same_end(calls, pairing) {
            let [was, would_be] = ended;
            changes.push(Change::EndedBy { was, would_be });
        }
    }
    if changes.is_empty() && !reaches_others && !is_at_the_same_times(calls) {
        let ended = calls.map(|call| i64::try_from(call.record.until()).unwrap_or(i64::MAX));
        changes.push(Change::Times(ended[1].saturating_sub(ended[0])));
    }
    let kind = if !ends || outcomes.contains(&CallOutcome::NotKnown) {
        EffectKind::NotKnown
    } else if outcomes[0] != outcomes[1] || reaches_others {
        EffectKind::EndsOtherwise
    } else if changes.is_empty() {
        EffectKind::Same
    } else {
        EffectKind::EndsAsBefore
    };
    Effect { kind, changes }
}

fn is_at_the_same_times(calls: [&Outline<'_>; 2]) -> bool {
    let [was, would_be] = calls;
    was.heard == would_be.heard
        && was.record.ended() == would_be.record.ended()
        && was.record.leg.cause() == would_be.record.leg.cause()
}

/// What is heard otherwise.
fn sounds(calls: [&Outline<'_>; 2]) -> Vec<Change> {
    // Ringing and hold music say little beside what follows them.
    let [was, would_be] = calls.map(|call| call.sounds(u64::MAX));
    let texts = [&was, &would_be].map(|sounds| {
        let sounds = sounds.iter();
        // An order over sounds is needed, not a meaning.
        sounds
            .map(|(one, _)| format!("{:?}", one.what))
            .collect::<Vec<_>>()
    });
    let steps = same_items(&texts[0], &texts[1]);
    let mut changes: Vec<Change> = Vec::new();
    let mut add = |change: Change| {
        if !changes.contains(&change) {
            changes.push(change);
        }
    };
    let audio = |sounds: &[(AudioSegment, Completeness)], at: usize| sounds[at].0.what.clone();
    let is_apart = |step: &Step| !matches!(step, Step::Both(..));
    for run in steps.chunk_by(|one, next| is_apart(one) && is_apart(next)) {
        let mut first = Vec::new();
        let mut second = Vec::new();
        for step in run {
            match *step {
                Step::Both(one, other) => {
                    let ((one, how), (other, now)) = (&was[one], &would_be[other]);
                    if how != now {
                        add(Change::HearsPart {
                            of: one.what.clone(),
                            would_be: *now,
                        });
                    } else if let Audio::Bridge(with) = &one.what
                        && one.lasts() != other.lasts()
                    {
                        add(Change::Talks {
                            with: with.clone(),
                            was: one.lasts(),
                            would_be: other.lasts(),
                        });
                    }
                }
                Step::First(at) | Step::Gap(at, _) => first.push(at),
                Step::Second(at) => second.push(at),
            }
        }
        let moved_away = |&at: &usize| is_moved(&texts[0][at], &texts[1], &texts[0]);
        let moved_here = |&at: &usize| is_moved(&texts[1][at], &texts[0], &texts[1]);
        first.retain(|at| !moved_away(at));
        for &at in second.iter().filter(|at| moved_here(at)) {
            add(Change::HearsElsewhere(audio(&would_be, at)));
        }
        second.retain(|at| !moved_here(at));
        let all = first.iter().map(|&at| &was[at].0.what);
        let mut all = all.chain(second.iter().map(|&at| &would_be[at].0.what));
        if first.len() == second.len() && all.all(|what| matches!(what, Audio::Sound(_))) {
            for (&one, &other) in first.iter().zip(&second) {
                let (was, would_be) = (audio(&was, one), audio(&would_be, other));
                add(Change::HearsInstead { was, would_be });
            }
            continue;
        }
        for &at in &second {
            add(Change::Hears(audio(&would_be, at)));
        }
        for &at in &first {
            add(Change::HearsNoLonger(audio(&was, at)));
        }
    }
    changes
}

/// Whether the other call has a sound as often.
fn is_moved(sound: &String, other: &[String], own: &[String]) -> bool {
    let count = |sounds: &[String]| sounds.iter().filter(|one| *one == sound).count();
    count(other) == count(own)
}

/// The commands that only one of the calls reaches, apart from those of one flow alone that do nothing but
/// sound, wait or hold others; none of those whose sound is told.
fn reached(calls: [&Outline<'_>; 2], pairing: &Pairing) -> Vec<Option<Change>> {
    let mut reached = Vec::new();
    for call in [0, 1] {
        let only: Vec<_> = pairing.only_in(call).collect();
        for &entry in &only {
            let step = &calls[call].steps[entry];
            let is_minor = matches!(
                step.does,
                Does::Sounds { .. } | Does::Waits { .. } | Does::Block | Does::Nothing
            );
            if is_minor && !pairing.is_of_both(call, entry) {
                continue;
            }
            let is_inside = step.parent.is_some_and(|parent| only.contains(&parent));
            let is_told = is_inside || matches!(step.does, Does::Sounds { .. });
            let name = name(step);
            let change = match call {
                0 => Change::ReachesNoLonger(name),
                _ => Change::Reaches(name),
            };
            if is_told {
                reached.push(None);
            } else if !reached.contains(&Some(change.clone())) {
                reached.push(Some(change));
            }
        }
    }
    reached
}

/// A command, by its tag or path.
fn name(step: &Entry) -> String {
    match &step.tag {
        Some(tag) => format!("#{tag}"),
        None => step.path.clone(),
    }
}

/// Other destinations.
fn destinations(calls: [&Outline<'_>; 2]) -> Option<Change> {
    let [was, would_be] = calls.map(|call| {
        let legs = call.record.dialled.iter();
        legs.filter_map(|leg| leg.to.as_deref().map(Box::from))
            .collect::<Vec<Box<str>>>()
    });
    (was != would_be).then_some(Change::Dials { was, would_be })
}

fn ended_by(call: &Outline<'_>) -> CallEnder {
    match call.ending.by {
        Some(Ender::Caller) => CallEnder::Caller,
        Some(Ender::Command(entry)) => match call.steps.get(entry) {
            Some(step) => CallEnder::Command(name(step)),
            None => CallEnder::NotKnown,
        },
        Some(Ender::FlowEnd) => CallEnder::FlowEnd,
        Some(Ender::Agent | Ender::Callee | Ender::Transfer) => CallEnder::OtherParty,
        Some(Ender::MaxLength | Ender::Parked(_)) => CallEnder::Platform,
        Some(Ender::Untold) | None => CallEnder::NotKnown,
    }
}

/// Whether the same ends both calls, for the same cause.
fn is_same_end(calls: [&Outline<'_>; 2], pairing: &Pairing) -> bool {
    let [was, would_be] = calls;
    let is_same_ender = match (was.ending.by, would_be.ending.by) {
        (Some(Ender::Command(one)), Some(Ender::Command(other))) => {
            pairing.is_same_command(one, other)
        }
        (one, other) => one == other,
    };
    is_same_ender && was.record.leg.cause() == would_be.record.leg.cause()
}

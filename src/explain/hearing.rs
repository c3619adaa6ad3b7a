//! What the caller heard, worked out from the log and the legs.

use super::dial::Dial;
use super::ending::Answered;
use super::evidence::Evidence;
use super::probe::Does;
use super::step::Step;
use crate::flow::EntryState;
use crate::simulate::{Audio, AudioSegment};

/// A sound that cannot be played ends sooner than this, in milliseconds.
const PLAYED: u64 = 500;

/// What the caller heard, from creation to the end of what is known, without gaps.
pub(super) fn all(
    evidence: &Evidence,
    steps: &[Step],
    dials: &[Dial],
    answered: Answered,
) -> Vec<AudioSegment> {
    let until = evidence.until();
    let mut sounds = sounds(steps, until);
    sounds.extend(dials.iter().flat_map(|dial| voices(dial, until)));
    sounds.sort_by_key(|sound| sound.from);
    let ringing = answered.rings_until(until);
    let holds = holds(steps, until);
    let mut heard = Vec::new();
    let mut at = 0;
    for mut sound in sounds {
        sound.from = sound.from.max(at);
        sound.to = sound.to.min(until);
        if sound.from >= sound.to {
            continue;
        }
        background(at, sound.from, ringing, &holds, &mut heard);
        at = sound.to;
        heard.push(sound);
    }
    background(at, until, ringing, &holds, &mut heard);
    heard
}

/// What the commands let the caller hear.
fn sounds(steps: &[Step], until: u64) -> Vec<AudioSegment> {
    let mut sounds = Vec::new();
    for step in steps {
        let Does::Sounds { sound, lasts } = &step.does else {
            continue;
        };
        let is_refused = step.state == EntryState::Failed && step.took() < Some(PLAYED);
        let inner = steps[step.entry + 1..]
            .iter()
            .find(|inner| inner.parent == Some(step.entry));
        let to = step.to.unwrap_or(until);
        // A block that speaks first speaks until its first command begins.
        let to = match (inner, lasts) {
            (Some(inner), Some(lasts)) => to.min(inner.from).min(step.from.saturating_add(*lasts)),
            (Some(inner), None) => to.min(inner.from),
            (None, _) => to,
        };
        if !is_refused {
            sounds.push(AudioSegment {
                from: step.from,
                to,
                what: Audio::Sound(sound.clone()),
            });
        }
    }
    sounds
}

/// The ringing and talking of a dial.
fn voices(dial: &Dial, until: u64) -> Vec<AudioSegment> {
    let mut voices = Vec::new();
    let answered = dial.answered();
    let quiet = |leg: &super::Attempt| leg.answered.or(leg.hung_up).unwrap_or(until);
    let first = dial.attempts.iter().filter_map(|leg| leg.rang).min();
    if let Some(from) = first {
        let rang = dial.attempts.iter().filter(|leg| leg.rang.is_some());
        let last = rang.map(quiet).max().unwrap_or(from);
        let to = answered.and_then(|leg| leg.answered).unwrap_or(last);
        voices.push(AudioSegment {
            from,
            to,
            what: Audio::RingBack,
        });
    }
    if let Some(leg) = answered
        && let Some(from) = leg.answered
    {
        voices.push(AudioSegment {
            from,
            to: leg.hung_up.unwrap_or(until),
            what: Audio::Bridge(leg.to.as_str().into()),
        });
    }
    voices
}

/// When the caller was on hold.
fn holds(steps: &[Step], until: u64) -> Vec<(u64, u64)> {
    let mut holds: Vec<(u64, u64)> = Vec::new();
    for step in steps {
        match (&step.does, step.to) {
            (Does::Holds(at_most), Some(at)) => {
                holds.push((at, at.saturating_add(*at_most).min(until)));
            }
            (Does::Unholds, Some(at)) => {
                if let Some((_, to)) = holds.last_mut() {
                    *to = at.min(*to);
                }
            }
            _ => {}
        }
    }
    holds
}

/// What is heard where nothing sounds: the ring tone of the own network, hold music, nothing.
fn background(
    from: u64,
    to: u64,
    ringing: u64,
    holds: &[(u64, u64)],
    heard: &mut Vec<AudioSegment>,
) {
    let borders = holds.iter().flat_map(|&(from, to)| [from, to]);
    let borders = borders.chain([ringing]).filter(|&at| from < at && at < to);
    let mut borders: Vec<_> = borders.chain([from, to]).collect();
    borders.sort_unstable();
    borders.dedup();
    for piece in borders.windows(2) {
        let (from, to) = (piece[0], piece[1]);
        let is_held = holds.iter().any(|hold| hold.0 <= from && from < hold.1);
        let what = match () {
            () if from < ringing => Audio::Ringing,
            () if is_held => Audio::Hold,
            () => Audio::Silence,
        };
        match heard.last_mut() {
            Some(last) if last.what == what && last.to == from => last.to = to,
            _ => heard.push(AudioSegment { from, to, what }),
        }
    }
}

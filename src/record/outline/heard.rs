//! What the caller heard, worked out from the log and the legs.

use super::dial::Dial;
use super::does::Does;
use super::ending::Answered;
use super::step::Step;
use crate::channel::Sound;
use crate::flow::EntryState;
use crate::record::{Audio, AudioSegment, Record};

/// What the caller heard, from creation to the end of what is known, without gaps.
pub(super) fn all(
    record: &Record,
    steps: &[Step],
    dials: &[Dial],
    answered: Answered,
) -> Vec<AudioSegment> {
    let until = record.until();
    let ringing = answered.rings_until(until);
    let mut sounds = sounds(record, steps, until);
    for mut voice in dials.iter().flat_map(|dial| voices(dial, until)) {
        // Before the call is answered the own network rings.
        if voice.what == Audio::RingBack {
            voice.from = voice.from.max(ringing);
        }
        sounds.push(voice);
    }
    sounds.sort_by_key(|sound| sound.from);
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
fn sounds(record: &Record, steps: &[Step], until: u64) -> Vec<AudioSegment> {
    let mut sounds = Vec::new();
    for step in steps {
        if step.does == Does::Unknown {
            sounds.extend(unknown(step, steps, until));
        }
        let Does::Sounds {
            sound,
            lasts,
            missing,
        } = &step.does
        else {
            continue;
        };
        let is_missing = step.state == EntryState::Failed && missing.is_some();
        if (is_missing && *missing == step.reason) || *lasts == Some(0) {
            continue;
        }
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
        sounds.push(AudioSegment {
            from: begins(record, sound, step.from, to),
            to,
            what: Audio::Sound(sound.clone()),
        });
    }
    sounds
}

/// What is not known of what is heard while a command runs that is not known itself.
fn unknown(step: &Step, steps: &[Step], until: u64) -> Option<AudioSegment> {
    let mut later = steps[step.entry + 1..].iter();
    let has_inside = later.any(|inner| inner.parent == Some(step.entry));
    let segment = AudioSegment {
        from: step.from,
        to: step.to.unwrap_or(until),
        what: Audio::Unknown,
    };
    (!has_inside).then_some(segment)
}

/// When a sound begins for which a command has an interval: a recording that is not available yet is
/// waited for.
fn begins(record: &Record, sound: &Sound, from: u64, to: u64) -> u64 {
    let Sound::Recording { tag, .. } = sound else {
        return from;
    };
    let own = record
        .recordings
        .iter()
        .filter(|one| one.tag.as_ref() == Some(tag));
    let available = own.filter_map(|one| record.at(one.available));
    let awaited = available.filter(|&at| from < at && at <= to).max();
    awaited.unwrap_or(from)
}

/// The ringing and talking of a dial.
fn voices(dial: &Dial, until: u64) -> Vec<AudioSegment> {
    let answered = dial.answered();
    let won = answered.and_then(|leg| leg.answered);
    let mut ringing: Vec<(u64, u64)> = dial
        .attempts
        .iter()
        .filter_map(|leg| {
            let quiet = leg.answered.or(leg.hung_up).unwrap_or(until);
            Some((leg.rang?, quiet.min(won.unwrap_or(until))))
        })
        .collect();
    ringing.sort_unstable();
    let mut voices: Vec<AudioSegment> = Vec::new();
    for (from, to) in ringing {
        match voices.last_mut() {
            // Several ring at once.
            Some(last) if last.to >= from => last.to = last.to.max(to),
            _ => voices.push(AudioSegment {
                from,
                to,
                what: Audio::RingBack,
            }),
        }
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
        let at = step.from;
        match &step.does {
            Does::Holds(at_most) => {
                // A new hold takes the place of the one before it.
                if let Some((_, to)) = holds.last_mut() {
                    *to = at.min(*to);
                }
                holds.push((at, at.saturating_add(*at_most).min(until)));
            }
            Does::Unholds => {
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

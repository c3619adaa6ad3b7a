//! What the caller heard, worked out from the log and the legs.

use super::dial::{Attempt, Dial};
use super::does::Does;
use super::ending::Answered;
use super::menu::is_cut;
use super::step::Step;
use crate::channel::Sound;
use crate::flow::EntryState;
use crate::record::{Audio, AudioSegment, Extent, Record};

/// What the caller heard, from creation to the end of what is known, without gaps.
pub(super) fn all(
    record: &Record,
    steps: &[Step],
    dials: &[Dial],
    unlogged: &[Attempt],
    answered: Answered,
) -> Vec<AudioSegment> {
    let until = record.until();
    let (seen, legs_seen) = (record.log_seen_until(), record.legs_seen_until());
    // Of a log that was cut, what ran inside its last entry may be lost.
    let last = steps.last().filter(|_| record.log_until.is_some());
    let seen = match last {
        Some(last) if !matches!(last.does, Does::Sounds { .. } | Does::Waits { .. }) => {
            seen.min(last.from)
        }
        None if record.log_until.is_some() => 0,
        _ => seen,
    };
    let ringing = answered.rings_until(seen);
    // Of an event that was cut, the end of a leg may be lost.
    let legs_end = (record.extent != Extent::Cut).then_some(legs_seen);
    let mut sounds = sounds(record, steps, seen);
    let logged = dials.iter().flat_map(|dial| {
        let answered = dial.answered();
        voices(&dial.attempts, answered, legs_end)
    });
    let others = voices(
        unlogged,
        unlogged.iter().find(|leg| leg.answered.is_some()),
        legs_end,
    );
    for mut voice in logged.chain(others) {
        // Before the call is answered the own network rings.
        if voice.what == Audio::RingBack {
            voice.from = voice.from.max(ringing);
            // Whether it has been answered is not known, and so who rings.
            if answered == Answered::Untold {
                voice.what = Audio::Unknown;
            }
        }
        sounds.push(voice);
    }
    if !record.knows_legs() {
        sounds.extend(dialling(steps, &sounds, seen));
    }
    // Whoever rings is not known before that is shown, nor is what goes on behind the log.
    if answered == Answered::Untold && record.leg.ringing.is_none() {
        sounds.extend(not_shown(&sounds, 0, ringing.min(seen)));
    }
    sounds.extend(not_shown(&sounds, seen, until));
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
            sounds.push(unknown(step, steps, until));
        }
        let Does::Sounds {
            sound,
            lasts,
            missing,
            ..
        } = &step.does
        else {
            continue;
        };
        let is_missing = step.state == EntryState::Failed && missing.is_some();
        if (is_missing && *missing == step.reason) || *lasts == Some(0) {
            continue;
        }
        // It may have failed before anything of it was heard.
        let is_heard = step.state != EntryState::Failed || is_cut(step);
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
            what: if is_heard {
                Audio::Sound(sound.clone())
            } else {
                Audio::Unknown
            },
        });
    }
    sounds
}

/// What is not known while destinations are dialled whose legs are not known: whatever else sounds
/// then is.
fn dialling(steps: &[Step], sounds: &[AudioSegment], until: u64) -> Vec<AudioSegment> {
    let dials = steps
        .iter()
        .filter(|step| matches!(step.does, Does::Dials { .. }));
    dials
        .flat_map(|step| {
            let to = step.to.unwrap_or(until);
            // What an Error block of it lets hear is known.
            let inner = steps.iter().skip(step.entry + 1);
            let mut inner = inner.filter(|inner| inner.parent == Some(step.entry));
            let to = inner.next().map_or(to, |inner| to.min(inner.from));
            not_shown(sounds, step.from, to)
        })
        .collect()
}

/// The times between two instants in which nothing is known to sound.
fn not_shown(sounds: &[AudioSegment], from: u64, to: u64) -> Vec<AudioSegment> {
    let mut known: Vec<_> = sounds.iter().map(|one| (one.from, one.to)).collect();
    known.sort_unstable();
    let mut gaps = Vec::new();
    let mut at = from;
    let mut put = |from: u64, to: u64| {
        if from < to {
            gaps.push(AudioSegment {
                from,
                to,
                what: Audio::Unknown,
            });
        }
    };
    for (begin, end) in known {
        put(at, begin.min(to));
        at = at.max(end);
    }
    put(at, to);
    gaps
}

/// What is not known of what is heard while a command runs that is not known itself, before what runs
/// inside it.
fn unknown(step: &Step, steps: &[Step], until: u64) -> AudioSegment {
    let mut later = steps[step.entry + 1..].iter();
    let inner = later.find(|inner| inner.parent == Some(step.entry));
    let to = step.to.unwrap_or(until);
    AudioSegment {
        from: step.from,
        to: inner.map_or(to, |inner| to.min(inner.from)),
        what: Audio::Unknown,
    }
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
fn voices(legs: &[Attempt], answered: Option<&Attempt>, until: Option<u64>) -> Vec<AudioSegment> {
    let won = answered.and_then(|leg| leg.answered);
    let mut ringing: Vec<(u64, u64)> = legs
        .iter()
        .filter_map(|leg| {
            let quiet = leg.answered.or(leg.hung_up).or(until)?;
            Some((leg.rang?, quiet.min(won.unwrap_or(quiet))))
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
        && let Some(to) = leg.hung_up.or(until)
    {
        voices.push(AudioSegment {
            from,
            to,
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

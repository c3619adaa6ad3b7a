//! Short words for what stands in an explanation.

use crate::channel::Sound;
use crate::channel::cause::Cause;
use crate::channel::cause::sip::Answer;
use crate::explain::Explanation;
use crate::present::styled_text::{clean, span};
use crate::record::{Audio, AudioSegment, Completeness, Press};

/// Longer texts are cut in a sentence.
const LONGEST: usize = 72;

/// An address that fits a sentence: a long user part is cut in its middle.
pub(in crate::present) fn address(address: &str) -> String {
    const USER: usize = 20;
    let (user, host) = match address.split_once('@') {
        Some((user, host)) => (user, Some(host)),
        None => (address, None),
    };
    let user = if user.chars().count() > USER {
        format!("{}…", user.chars().take(12).collect::<String>())
    } else {
        user.to_owned()
    };
    clean(&match host {
        Some(host) => format!("{user}@{host}"),
        None => user,
    })
}

/// A text in quotes, cut at a word where it is long.
pub(super) fn quoted(text: &str) -> String {
    let text = clean(text);
    if text.chars().count() <= LONGEST {
        return format!("“{text}”");
    }
    let cut: String = text.chars().take(LONGEST).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(cut, _)| cut);
    format!("“{} …”", cut.trim_end_matches([',', ';', ':']))
}

/// A URL that fits a sentence: without the secrets in it, and cut where it is long.
pub(super) fn url(url: &str) -> String {
    let whole = clean(url);
    let mut text: String = whole.chars().take(LONGEST).collect();
    if text.len() < whole.len() {
        text.push('…');
    }
    text
}

/// A time in a sentence, as exact as in a row: `0.28 s`, `1.529 s`, `2 min 5 s`.
pub(super) fn time(milliseconds: u64) -> String {
    span(milliseconds)
}

/// When keys were pressed, behind them.
pub(super) fn within(press: &Press) -> String {
    let Some(after) = press.after else {
        return if press.is_exact && press.has_prompt {
            " (during its prompt)".to_owned()
        } else {
            String::new()
        };
    };
    let what = if press.has_prompt {
        "its prompt"
    } else {
        "it began"
    };
    let last = if press.keys.len() == 1 {
        ""
    } else {
        "the last "
    };
    let most = if press.is_exact { "" } else { "at most " };
    format!(" ({last}{most}{} after {what})", time(after))
}

/// How long something took, behind a verb: ` after 0.28 s`, ` at once`.
pub(super) fn after(took: Option<u64>) -> String {
    /// Sooner than this, in milliseconds, a sentence has no number for it.
    const AT_ONCE: u64 = 10;
    match took {
        None => String::new(),
        Some(..AT_ONCE) => " at once".to_owned(),
        Some(took) => format!(" after {}", time(took)),
    }
}

/// Words with commas and a conjunction.
pub(in crate::present) fn list(words: &[String], and: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} {and} {other}"),
        [rest @ .., last] => format!("{} {and} {last}", rest.join(", ")),
    }
}

/// A count with its noun.
pub(super) fn count(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// The number of a cause: `Q.850 18`, or `FreeSWITCH 487`.
pub(super) fn number(cause: Cause) -> String {
    if cause.is_q850() {
        format!("Q.850 {}", cause.code())
    } else {
        format!("FreeSWITCH {}", cause.code())
    }
}

/// Name and number of a cause: `USER_BUSY (Q.850 17)`.
pub(super) fn named(cause: Cause) -> String {
    format!("{cause} ({})", number(cause))
}

/// The SIP answers that lead to a cause when they are received, in a few words.
pub(super) fn likely(cause: Cause) -> Option<String> {
    // It clears a call in many ways, most of them without any answer.
    if cause == Cause::NORMAL_CLEARING {
        return None;
    }
    match cause.sip_received() {
        [] => None,
        [one] => {
            let means = Answer::of(*one).map_or("", |answer| answer.means);
            Some(format!("most likely a SIP {one} received: {means}"))
        }
        several => {
            let several: Vec<_> = several.iter().map(u16::to_string).collect();
            Some(format!(
                "most likely a SIP {} received",
                list(&several, "or")
            ))
        }
    }
}

/// The SIP answers that lead to a cause when they are received, in a full sentence.
pub(super) fn received(cause: Cause) -> String {
    /// Of more answers only the phrases are told.
    const FEW: usize = 2;
    let all = cause.sip_received();
    let answers = all.iter().filter_map(|one| Answer::of(*one));
    let answers: Vec<_> = answers
        .map(|answer| {
            let means = if all.len() <= FEW {
                format!(" ({})", answer.means)
            } else {
                String::new()
            };
            format!("{} {}{means}", answer.status, answer.phrase)
        })
        .collect();
    match answers.len() {
        0 if cause == Cause::NORMAL_UNSPECIFIED => {
            "SIP answers that have no own cause are reported as this one.".to_owned()
        }
        0 => {
            "This cause does not come from a SIP answer: the platform sets it itself, or a Reason header contains it."
                .to_owned()
        }
        _ => format!(
            "A received {} is reported as this cause.",
            list(&answers, "or")
        ),
    }
}

/// What a sound is, as an object of "heard".
pub(super) fn sound(sound: &Sound, lasts: u64) -> String {
    /// A single tone up to this long is a beep, in milliseconds.
    const BEEP: u64 = 1500;
    match sound {
        Sound::Speech(text) => quoted(text),
        Sound::Tone(hertz) if hertz.len() == 1 && lasts <= BEEP => "a beep".to_owned(),
        Sound::Tone(hertz) => {
            let hertz: Vec<_> = hertz.iter().map(u32::to_string).collect();
            format!("a tone of {} Hz for {}", list(&hertz, "and"), time(lasts))
        }
        Sound::File { url, .. } => {
            // A part of the path may be secret.
            let url = clean(url);
            let plain = url.split(['?', '#']).next().unwrap_or(&url);
            let name = plain.rsplit('/').next().filter(|name| !name.is_empty());
            format!("the file {}", name.unwrap_or(plain))
        }
        Sound::Recording { tag, .. } => format!("the recording {}", quoted(tag)),
    }
}

/// What is heard, whatever its length, as an object of "hears".
pub(in crate::present) fn audio(what: &Audio) -> String {
    match what {
        Audio::Sound(Sound::Tone(hertz)) => {
            let hertz: Vec<_> = hertz.iter().map(u32::to_string).collect();
            format!("a tone of {} Hz", list(&hertz, "and"))
        }
        Audio::Sound(what) => sound(what, 0),
        Audio::RingBack => "ringing".to_owned(),
        Audio::Bridge(to) => address(to),
        Audio::Hold => "hold music".to_owned(),
        Audio::Ringing => "the ring tone".to_owned(),
        Audio::Silence => "silence".to_owned(),
        Audio::Unknown => "what is not known".to_owned(),
    }
}

/// What is heard, as an object of "heard".
pub(super) fn heard(hearing: &AudioSegment, how: Completeness) -> String {
    let lasts = hearing.lasts();
    match &hearing.what {
        Audio::Sound(what) => {
            let sound = sound(what, lasts);
            match how {
                Completeness::Whole => sound,
                Completeness::Beginning => format!("the beginning of {sound}"),
                Completeness::NotKnown => format!("at least the beginning of {sound}"),
            }
        }
        Audio::RingBack => format!("{} of ringing", time(lasts)),
        Audio::Bridge(to) => format!("{} for {}", address(to), time(lasts)),
        Audio::Hold => format!("hold music for {}", time(lasts)),
        Audio::Ringing => "the ring tone".to_owned(),
        Audio::Silence => format!("silence for {}", time(lasts)),
        Audio::Unknown => format!("something unknown for {}", time(lasts)),
    }
}

/// The destinations of a dial.
pub(super) fn destinations(call: &Explanation<'_>, dial: usize) -> String {
    /// So many are named.
    const MOST: usize = 3;
    let to = &call.outline.dials[dial].to;
    let mut words: Vec<_> = to.iter().take(MOST).map(|to| address(to)).collect();
    if to.len() > MOST {
        words.push(format!("{} more", to.len() - MOST));
    }
    if words.is_empty() {
        "nowhere".to_owned()
    } else {
        list(&words, "and")
    }
}

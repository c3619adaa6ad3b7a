//! `<Tone>`

use std::borrow::Cow;

use super::Example;
use super::media::{self, Playback};
use super::traits::{Describe, Heard, Lasting, Traits};
use crate::channel::{Action, Behavior, CommandContext, Outcome, Sound, timing};
use crate::fidelity::Assumption;
use crate::value::{Count, Decibels, Hertz, Leg, Millis, Value};

command! {
    /// Plays a tone.
    Tone {
        /// The frequencies.
        hz: Hertz = Hertz(vec![500]), Observed;
        /// How long the tone lasts.
        don: Millis = Millis(500), Observed;
        /// The silence after it.
        doff: Millis = Millis(500), Observed;
        /// The volume: 0 is the loudest, negative numbers are quieter.
        volume: Decibels = Decibels(0.0), Observed, also(&["v"]);
        /// How often.
        r#loop: Count = Count(1), Documented;
        /// Who hears it.
        leg: Leg = Leg::Both, Observed;
        /// The maximum length.
        timeout: Millis = Millis(media::TIMEOUT), Documented, seconds_below(100);
    }
    spec {
        page: "less-than-tone-greater-than",
        examples: &[Example {
            title: "A dial tone of two frequencies",
            xml: r#"<Response><Tone hz="350,440" don="1000" doff="0" loop="2"/></Response>"#,
        }],
    }
}

impl Tone {
    fn playback(&self) -> Playback {
        Playback {
            once: self.don.0.saturating_add(self.doff.0),
            times: self.r#loop.0,
            overhead: timing::TONE_OVERHEAD,
            timeout: self.timeout.0,
            leg: self.leg,
        }
    }
}

/// The frequencies that can be heard at the end of a telephone line, in hertz: wider than the 300
/// to 3400 that it is made for.
const LOWEST: u32 = 20;
const HIGHEST: u32 = 4000;

/// In decibels: from here on down a tone is lost in the noise of a line.
const FAINTEST: f64 = -60.0;

impl Behavior for Tone {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        if self.hz.0.len() > 1 {
            context.assume(Assumption::ToneList);
        }
        self.playback()
            .begin(context, Sound::Tone(self.hz.0.clone()))
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, outcome: Outcome) -> Action {
        // Observed with one frequency.
        let reason = |times| Cow::Owned(format!("tone '{}' played {times} times", self.hz.text()));
        self.playback().ended(context, &outcome, reason)
    }

    fn is_prompt(&self) -> bool {
        true
    }
}

impl Describe for Tone {
    fn traits(&self) -> Traits<'_> {
        let carried = |hertz: &u32| (LOWEST..=HIGHEST).contains(hertz);
        let inaudible = if self.don.0 == 0 {
            Some(&("don", "the tone has no length"))
        } else if self.volume.0 <= FAINTEST {
            Some(&(
                "volume",
                "the tone is too quiet to be heard: 0 is the loudest",
            ))
        } else if !self.hz.0.iter().any(carried) {
            Some(&("hz", "a telephone carries 300 to 3400 Hz"))
        } else {
            None
        };
        let at_least = self.playback().at_least();
        let lasts = Some(Lasting {
            at_least,
            timeout: ("timeout", self.timeout.0),
        });
        Traits {
            heard: media::heard_by_caller(self.leg, Heard::Signal),
            for_dialled: media::for_dialled(self.leg),
            inaudible,
            lasts,
            ..Traits::default()
        }
    }
}

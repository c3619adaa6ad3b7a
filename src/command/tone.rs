//! `<Tone>`

use std::borrow::Cow;

use super::Example;
use super::media::Playback;
use crate::channel::{Outcome, Run, Scene, Sound, Step, timing};
use crate::fidelity::Assumption;
use crate::value::{Count, Decibels, Hertz, Leg, Millis, Value};

command! {
    /// Plays a tone.
    Tone {
        /// The frequencies.
        hz: Hertz = Hertz(vec![500]), Observed;
        /// How long it sounds.
        don: Millis = Millis(500), Observed;
        /// The silence behind it.
        doff: Millis = Millis(500), Observed;
        /// The loudness: 0 is the loudest, negative is quieter.
        volume: Decibels = Decibels(0.0), Observed, also(&["v"]);
        /// How often.
        r#loop: Count = Count(1), Documented;
        /// Who hears it.
        leg: Leg = Leg::Both, Observed;
        /// The longest that it may take.
        timeout: Millis = Millis(30_000), Documented;
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
            once: self.don.0 + self.doff.0,
            times: self.r#loop.0,
            overhead: timing::TONE_OVERHEAD,
            timeout: self.timeout.0,
        }
    }
}

impl Run for Tone {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        if self.hz.0.len() > 1 {
            scene.assume(Assumption::ToneList);
        }
        self.playback().begin(scene, Sound::Tone(self.hz.0.clone()))
    }

    fn told(&self, scene: &mut Scene<'_>, _outcome: Outcome) -> Step {
        // Observed with one frequency.
        let reason = format!("tone '{}' played {} times", self.hz.text(), self.r#loop.0);
        self.playback().ended(scene, Cow::Owned(reason))
    }
}

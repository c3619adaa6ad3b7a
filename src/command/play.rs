//! `<Play>`

use std::borrow::Cow;

use super::{Example, Exclusive, media};
use crate::channel::{Act, Heard, Outcome, Recording, Run, Scene, Sound, Step, Traits};
use crate::fidelity::Assumption;
use crate::value::{Count, Leg, Text, Url};

command! {
    /// Plays an audio file, or a recording that was made in this call.
    Play {
        /// An mp3 or wav file.
        url: Option<Url>, Documented, content;
        /// The tag of a recording to play instead.
        record: Option<Text>, Example;
        /// Who hears it.
        leg: Leg = Leg::Both, Documented;
        /// How often.
        r#loop: Count = Count(1), Documented;
    }
    spec {
        page: "less-than-play-greater-than",
        exclusive: &[Exclusive { attributes: &["url", "record"], needed: true }],
        examples: &[
            Example {
                title: "A file",
                xml: r#"<Response><Play>https://example.com/welcome.mp3</Play></Response>"#,
            },
            Example {
                title: "A recording",
                xml: r#"<Response><Say>Your name, please.</Say><Tone/><Record tag="name"><Pause length="3000"/></Record><Play record="name"/></Response>"#,
            },
        ],
    }
}

/// The time for which a recording that is not available yet is waited for, in milliseconds.
const WAIT: u64 = 30_000;

impl Play {
    /// Plays the recording, which has ended and is available if it was ever made.
    fn play(&self, tag: &str, scene: &mut Scene<'_>) -> Step {
        let made = scene.recordings.iter().rev().find(|(made, _)| made.as_deref() == Some(tag));
        if let Some(&(_, length)) = made {
            let lasts = Some(length.saturating_mul(u64::from(self.r#loop.0)));
            return media::hear(scene, Sound::Recording(tag.into()), self.leg, lasts);
        }
        scene.assume(Assumption::FailureReasons);
        Step::Failed(Cow::Owned(format!("record '{tag}' not found")))
    }
}

impl Run for Play {
    fn begin(&self, scene: &mut Scene<'_>) -> Step {
        if self.r#loop.0 == 0 {
            scene.assume(Assumption::MediaLoop);
            return Step::Done(media::played(0));
        }
        match (&self.url, &self.record) {
            (Some(url), _) => {
                scene.progress.stage = 2;
                let sound = Sound::File { url: url.0.clone(), times: self.r#loop.0 };
                media::hear(scene, sound, self.leg, None)
            }
            (None, Some(tag)) => Step::Act(Act::StopRecording { tag: Some(tag.0.clone()) }),
            (None, None) => Step::Done(media::played(0)),
        }
    }

    fn told(&self, scene: &mut Scene<'_>, outcome: Outcome) -> Step {
        match (scene.progress.stage, &self.record, outcome) {
            (_, _, Outcome::NoMedia) => {
                scene.assume(Assumption::FailureReasons);
                Step::Failed(Cow::Borrowed("media not found"))
            }
            (0, Some(tag), _) => {
                scene.progress.stage = 1;
                Step::AwaitRecording { tag: Some(tag.0.clone()), at_most: WAIT }
            }
            (1, Some(tag), _) => {
                scene.progress.stage = 2;
                self.play(&tag.0, scene)
            }
            _ => Step::Done(media::played(self.r#loop.0)),
        }
    }

    fn traits(&self) -> Traits<'_> {
        let record = self.record.as_ref();
        Traits {
            heard: Heard::Words,
            recording: record.map(|tag| Recording::Plays("record", &tag.0)),
            ..Traits::default()
        }
    }
}

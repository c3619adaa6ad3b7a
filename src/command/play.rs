//! `<Play>`

use std::borrow::Cow;

use super::Written;
use super::traits::{Describe, Heard, Recording, Traits};
use super::{Example, Exclusive, media};
use crate::channel::{Action, Behavior, CommandContext, Effect, Outcome, Sound};
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
                xml: r#"<Response><Play>https://example.com/welcome.mp3</Play><Say>How can we help you?</Say></Response>"#,
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
    fn play(&self, tag: &str, context: &mut CommandContext<'_>) -> Action {
        if context.recordings.contains(&tag) {
            let sound = Sound::Recording {
                tag: tag.into(),
                times: media::times(self.r#loop.0, context),
            };
            return media::hear(context, sound, self.leg, None);
        }
        context.assume(Assumption::FailureReasons);
        Action::Failed(Cow::Owned(format!("record '{tag}' not found")))
    }
}

impl Behavior for Play {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        let times = media::times(self.r#loop.0, context);
        if times == 0 {
            return Action::Done(media::played(0));
        }
        match (&self.url, &self.record) {
            (Some(url), _) => {
                context.progress.stage = 2;
                let sound = Sound::File {
                    url: url.0.clone(),
                    times,
                };
                media::hear(context, sound, self.leg, None)
            }
            (None, Some(tag)) => Action::Do(Effect::StopRecording {
                tag: Some(tag.0.clone()),
            }),
            (None, None) => Action::Done(media::played(0)),
        }
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, outcome: Outcome) -> Action {
        match (context.progress.stage, &self.record, outcome) {
            (_, _, Outcome::NoMedia) => {
                context.assume(Assumption::FailureReasons);
                Action::Failed(Cow::Borrowed("media not found"))
            }
            (_, _, Outcome::CutShort) => {
                Action::Done(media::played(media::times(self.r#loop.0, context)))
            }
            (0, Some(tag), _) => {
                context.progress.stage = 1;
                Action::AwaitRecording {
                    tag: Some(tag.0.clone()),
                    at_most: WAIT,
                }
            }
            (1, Some(tag), _) => {
                context.progress.stage = 2;
                self.play(&tag.0, context)
            }
            _ => Action::Done(media::played(media::times(self.r#loop.0, context))),
        }
    }

    fn is_prompt(&self) -> bool {
        true
    }
}

impl Describe for Play {
    fn traits(&self) -> Traits<'_> {
        let record = self.record.as_ref();
        Traits {
            heard: media::heard_by_caller(self.leg, Heard::Words),
            for_dialled: media::for_dialled(self.leg),
            recording: record.map(|tag| Recording::Plays("record", &tag.0)),
            ..Traits::default()
        }
    }
}

/// A file that is played.
pub(crate) fn played(url: &str) -> Written {
    Written::new(Play::SPEC.name).with("url", url)
}

//! `<Say>`

use std::borrow::Cow;

use serde::Serialize;

use super::Written;
use super::media::{self, Playback};
use super::speech;
use super::traits::{Describe, Heard, Lasting, Named, Traits, Voice as Spoken};
use super::{Example, Gaps};
use crate::channel::{Action, Behavior, CommandContext, Outcome, Sound, timing};
use crate::fidelity::Assumption;
use crate::value::{Count, Gender, Language, Leg, Millis, Text, VoiceKind};

command! {
    /// Speaks a text.
    Say {
        /// What to say.
        text: Text, Observed, content;
        /// The voice's engine.
        r#type: VoiceKind = VoiceKind::Standard, Documented;
        /// The voice's gender.
        gender: Gender = Gender::Female, Documented;
        /// The voice's language.
        lang: Language = Language(Cow::Borrowed("en-US")), Documented;
        /// The code of the voice in the platform's list of voices.
        code: Option<Text>, Documented, unwritten;
        /// How often.
        r#loop: Count = Count(1), Documented;
        /// Who hears it.
        leg: Leg = Leg::Both, Observed;
        /// The maximum length.
        timeout: Millis = Millis(media::TIMEOUT), Observed, seconds_below(200);
    }
    compiled {
        /// The code of the voice: the given one, or language, type and a letter for the gender.
        code: |say, _| Some(say.voice_name());
        /// The entry of the voice in the platform's list of voices.
        voice: |say, _| Some(say.voice());
    }
    spec {
        page: "less-than-say-greater-than",
        gaps: Gaps { into: timing::INTO_BLOCK, after: timing::AFTER_SPEECH },
        examples: &[
            Example {
                title: "As text",
                xml: r#"<Response><Say>Welcome.</Say></Response>"#,
            },
            Example {
                title: "Another voice, twice",
                xml: r#"<Response><Say text="Bienvenido." lang="es-ES" type="WaveNet" gender="MALE" loop="2"/></Response>"#,
            },
        ],
    }
}

/// A row of the platform's dictionary of voices.
#[derive(Clone, Debug, Serialize)]
struct Voice {
    code: String,
    name: String,
    r#type: VoiceKind,
    uuid: String,
    gender: Gender,
    created_on: &'static str,
    modified_on: &'static str,
    #[serde(rename = "naturalSampleRateHertz")]
    natural_sample_rate_hertz: u32,
}

/// The one voice whose row was observed.
const OBSERVED: (&str, &str) = ("en-US-Standard-C", "663dec3d-6a25-4c87-86ca-357f079b665b");
const OBSERVED_ON: &str = "2022-03-25T03:55:15.343Z";

/// `WaveNet` as the codes of Google's voices, of which the observed one is, write it.
const WAVENET: &str = "Wavenet";

/// The code of a voice, such as `en-GB-Standard-A`, as its language and the rest: behind the
/// language come a script of four letters and a region of two letters or three digits.
fn split_code(code: &str) -> (&str, &str) {
    let is_of_language = |part: &str| {
        let all = |is: fn(&u8) -> bool| part.as_bytes().iter().all(is);
        match part.len() {
            2 | 4 => all(u8::is_ascii_alphabetic),
            3 => all(u8::is_ascii_digit),
            _ => false,
        }
    };
    let mut end = code.find('-').unwrap_or(code.len());
    while let Some(rest) = code[end..].strip_prefix('-') {
        let part = rest.split('-').next().unwrap_or(rest);
        if !is_of_language(part) {
            break;
        }
        end += 1 + part.len();
    }
    (&code[..end], code[end..].trim_start_matches('-'))
}

impl Say {
    fn voice_name(&self) -> String {
        if let Some(code) = &self.code {
            return code.0.to_string();
        }
        let letter = match self.gender {
            Gender::Female => 'C',
            Gender::Male => 'D',
        };
        let engine = match self.r#type {
            VoiceKind::Standard => "Standard",
            VoiceKind::WaveNet => WAVENET,
        };
        format!("{}-{engine}-{letter}", self.lang.0)
    }

    /// The language and the engine of the voice: a code that is given names its own.
    fn speaks(&self) -> (Cow<'_, str>, VoiceKind) {
        let Some(code) = &self.code else {
            return (Cow::Borrowed(&self.lang.0), self.r#type);
        };
        let (language, engine) = split_code(&code.0);
        let engine = match engine.split('-').next() {
            Some(name) if name.eq_ignore_ascii_case("Standard") => VoiceKind::Standard,
            Some(name) if name.eq_ignore_ascii_case(WAVENET) => VoiceKind::WaveNet,
            _ => self.r#type,
        };
        (Cow::Borrowed(language), engine)
    }

    /// The dictionary's row. In it `code` is the language and `name` the code (observed).
    fn voice(&self) -> Voice {
        let name = self.voice_name();
        let (language, engine) = self.speaks();
        let uuid = if name == OBSERVED.0 {
            OBSERVED.1.to_owned()
        } else {
            // FNV-1a: a stable identifier that depends on the name alone.
            let hash = name.bytes().fold(
                0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128,
                |hash, byte| {
                    (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
                },
            );
            uuid::Builder::from_random_bytes(hash.to_be_bytes())
                .into_uuid()
                .to_string()
        };
        Voice {
            code: language.into_owned(),
            name,
            r#type: engine,
            uuid,
            gender: self.gender,
            created_on: OBSERVED_ON,
            modified_on: OBSERVED_ON,
            natural_sample_rate_hertz: 24_000,
        }
    }
}

impl Say {
    fn playback(&self) -> Playback {
        Playback {
            once: speech::speech_time(&self.text.0),
            times: self.r#loop.0,
            overhead: 0,
            timeout: self.timeout.0,
            leg: self.leg,
        }
    }
}

impl Behavior for Say {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        context.assume(Assumption::SpeechTime);
        if self.voice_name() != OBSERVED.0 {
            context.assume(Assumption::VoiceDictionary);
        }
        self.playback()
            .begin(context, Sound::Speech(self.text.0.clone()))
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, outcome: Outcome) -> Action {
        self.playback().ended(context, &outcome, media::played)
    }

    fn is_prompt(&self) -> bool {
        true
    }
}

impl Describe for Say {
    fn traits(&self) -> Traits<'_> {
        let speaks = self
            .text
            .0
            .chars()
            .any(|c| !c.is_whitespace() && !c.is_ascii_punctuation());
        Traits {
            heard: media::heard_by_caller(self.leg, Heard::Words),
            for_dialled: media::for_dialled(self.leg),
            voice: Some(self),
            lasts: Some(Lasting {
                at_least: speech::shortest(&self.text.0).saturating_mul(u64::from(self.r#loop.0)),
                timeout: ("timeout", self.timeout.0),
            }),
            inaudible: (!speaks).then_some(&("text", "there is no word in it")),
            ..Traits::default()
        }
    }
}

impl Spoken for Say {
    fn language(&self) -> Named<&str> {
        ("lang", &self.lang.0)
    }

    fn engine(&self) -> Named<&str> {
        ("type", self.r#type.as_str())
    }

    fn code(&self) -> Option<Named<&str>> {
        self.code.as_ref().map(|code| ("code", &*code.0))
    }
}

/// A text that is spoken.
pub(crate) fn spoken(text: &str) -> Written {
    Written::new(Say::SPEC.name).saying(text)
}

#[cfg(test)]
mod tests {
    use super::split_code;

    #[test]
    fn the_code_of_a_voice_begins_with_its_language() {
        for (code, language, rest) in [
            ("en-GB-Standard-A", "en-GB", "Standard-A"),
            ("cmn-CN-Wavenet-B", "cmn-CN", "Wavenet-B"),
            ("es-419-Standard-A", "es-419", "Standard-A"),
            ("sr-Latn-RS-Standard-A", "sr-Latn-RS", "Standard-A"),
            ("en-US-Chirp3-HD-Achernar", "en-US", "Chirp3-HD-Achernar"),
            ("fil", "fil", ""),
        ] {
            assert_eq!(split_code(code), (language, rest));
        }
    }
}

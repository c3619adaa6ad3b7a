//! `<Record>`

use std::borrow::Cow;

use super::Written;
use super::traits::{Describe, Recording, Traits};
use super::{Contains, Example, Gaps};
use crate::channel::{Action, Behavior, CommandContext, Effect, Need, Outcome, timing};
use crate::fidelity::{Assumption, Reading};
use crate::value::{Flag, Millis};

command! {
    /// Records the call while the commands inside it run.
    ///
    /// Its `tag` is the name of the recording, for Play. It does not play a beep by itself: add a
    /// Tone.
    Record {
        /// Whether the recording is transcribed.
        asr: Flag = Flag(false), Observed;
        /// How long to wait, after the recording ends, until the file is available. It does not
        /// limit the length of the recording.
        timeout: Millis = Millis(TIMEOUT), Documented, seconds_below(200);
    }
    spec {
        page: "less-than-record-greater-than",
        contains: Contains::Commands,
        gaps: Gaps { into: timing::INTO_RECORD, after: timing::AFTER_COMMAND },
        examples: &[Example {
            title: "Voicemail of at most a minute",
            xml: r#"<Response><Say>Please leave a message.</Say><Record tag="voicemail"><Tone/><Pause length="60000" dtmf_stop="1"/></Record><Play record="voicemail"/></Response>"#,
        }],
    }
}

/// The stages of a recording.
/// How long an operation of a recording is waited for where nothing is said, in milliseconds.
pub(super) const TIMEOUT: u64 = 30_000;

const OPEN: u8 = 1;
const STOPPED: u8 = 2;
const AWAITED: u8 = 3;

impl Behavior for Record {
    fn begin(&self, context: &mut CommandContext<'_>) -> Action {
        Action::Do(Effect::StartRecording {
            tag: context.tag.map(Into::into),
            asr: self.asr.0,
        })
    }

    fn on_outcome(&self, context: &mut CommandContext<'_>, outcome: Outcome) -> Action {
        let tag = context.tag.map(Into::into);
        context.progress.stage += 1;
        match context.progress.stage {
            OPEN if context.children.has_command => Action::RunChildren { listen: false },
            OPEN => {
                context.assume(Assumption::RecordEmpty);
                if context.is(Reading::RecordEmptyWaits) {
                    return Action::Await(Need::Wait {
                        at_most: context.time_out(self.timeout.0, TIMEOUT),
                        stop: "".into(),
                    });
                }
                context.assume(Assumption::SuccessReasons);
                Action::Done(Cow::Borrowed("record started"))
            }
            STOPPED => Action::Do(Effect::StopRecording { tag }),
            AWAITED => Action::AwaitRecording {
                tag,
                at_most: context.time_out(self.timeout.0, TIMEOUT),
            },
            _ => awaited(context, &outcome),
        }
    }
}

impl Describe for Record {
    fn traits(&self) -> Traits<'_> {
        Traits {
            recording: Some(Recording::Around),
            ..Traits::default()
        }
    }
}

/// What a wait for a recording makes of the command.
pub(super) fn awaited(context: &mut CommandContext<'_>, outcome: &Outcome) -> Action {
    context.assume(Assumption::RecordReady);
    match outcome {
        Outcome::TimedOut => {
            context.assume(Assumption::FailureReasons);
            Action::Failed(Cow::Borrowed("record is not available"))
        }
        Outcome::NoRecording => {
            context.assume(Assumption::FailureReasons);
            Action::Failed(Cow::Borrowed("record not found"))
        }
        _ => {
            context.assume(Assumption::SuccessReasons);
            Action::Done(Cow::Borrowed("record is available"))
        }
    }
}

/// A recording of what is said meanwhile.
pub(crate) fn recorded(meanwhile: Vec<Written>) -> Written {
    Written::new(Record::SPEC.name).holding(meanwhile)
}

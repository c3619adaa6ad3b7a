//! What a command does, by asking it: each command says in its own file what it needs when its turn
//! comes, and nothing else has to know it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::channel::{
    Action, Clock, Destination, Effect, Facts, Need, Outcome, Progress, Request, Sound,
};
use crate::command::Impact;
use crate::fidelity::Assumptions;
use crate::flow::{Flow, NodeId, Surroundings};

/// What a command does first, in the words between a command and a phone channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Does {
    /// Lets the caller hear something.
    Sounds {
        /// What.
        sound: Sound,
        /// How long it should take, in milliseconds; absent where only the world knows.
        lasts: Option<u64>,
        /// Why it fails where its media cannot be played.
        missing: Option<String>,
        /// The longest that it may take, in milliseconds; absent where it has no such limit.
        at_most: Option<u64>,
    },
    /// Asks for a document.
    Fetches {
        /// The request.
        request: Request,
        /// Whether the reply is run as call flow.
        flow: bool,
    },
    /// Rings destinations.
    Dials {
        /// Where to.
        to: Vec<Destination>,
        /// How long they may ring, in milliseconds.
        at_most: u64,
    },
    /// Waits in silence.
    Waits {
        /// How long, in milliseconds.
        at_most: u64,
    },
    /// Waits for keys.
    Collects,
    /// Records.
    Records {
        /// The recording's name.
        tag: Option<Box<str>>,
    },
    /// Waits for a recording.
    AwaitsRecording,
    /// Puts the caller on hold, at most for so many milliseconds.
    Holds(u64),
    /// Takes the caller back from hold.
    Unholds,
    /// Answers the call.
    Answers,
    /// Ends the call.
    HangsUp,
    /// Runs what stands inside it.
    Block,
    /// Something that takes no time, or that nobody hears.
    Nothing,
    /// That is not known: the event shows no element of it.
    Unknown,
}

/// What of the call a command may ask about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances<'a> {
    /// The caller.
    pub(super) from: &'a str,
    /// The called number.
    pub(super) to: &'a str,
    /// Why the command around it failed; empty elsewhere.
    pub(super) failure: &'a str,
    /// Tags and lengths of the recordings of the call.
    pub(super) recordings: &'a [(Option<Box<str>>, u64)],
    /// Whether these are all.
    pub(super) knows_recordings: bool,
}

/// Whether a command begins with a request, whatever the call.
pub fn fetches(flow: &Flow, id: NodeId) -> bool {
    let nobody = Circumstances {
        from: "",
        to: "",
        failure: "",
        recordings: &[],
        knows_recordings: true,
    };
    matches!(ask(flow, id, &nobody), Does::Fetches { .. })
}

/// Asks a command what it does.
pub(super) fn ask(flow: &Flow, id: NodeId, around: &Circumstances<'_>) -> Does {
    /// No command does more things that take no time before it does one that does.
    const MOST: usize = 4;
    // It does so only once in a call.
    if flow.node(id).command.traits().impact == Impact::Answers {
        return Does::Answers;
    }
    let facts = Facts {
        from: around.from.into(),
        to: around.to.into(),
        ..Facts::default()
    };
    let tags: Vec<&str> = around
        .recordings
        .iter()
        .filter_map(|(tag, _)| tag.as_deref())
        .collect();
    let clock = Clock {
        now: Timestamp::UNIX_EPOCH,
        zone: &TimeZone::UTC,
    };
    let surroundings = Surroundings {
        recordings: &tags,
        failure: around.failure,
        ..Surroundings::alone(&facts, clock)
    };
    let (mut progress, mut assumed) = (Progress::default(), Assumptions::default());
    let mut ask = |outcome| flow.ask(id, surroundings, &mut progress, &mut assumed, outcome);
    let mut action = ask(None);
    for _ in 0..MOST {
        let only_waits = matches!(
            action,
            Action::Do(Effect::StopRecording { .. }) | Action::AwaitRecording { .. }
        );
        if !only_waits {
            break;
        }
        match ask(Some(Outcome::Done)) {
            // It needs a recording, and which there were is not known.
            Action::Failed(_) if !around.knows_recordings => return Does::Unknown,
            // It only waited; what it awaited is not heard.
            Action::Done(_) | Action::Failed(_) => break,
            next => action = next,
        }
    }
    let missing = match &action {
        Action::Hear { lasts: None, .. } => match ask(Some(Outcome::NoMedia)) {
            Action::Failed(reason) => Some(reason.into_owned()),
            _ => None,
        },
        _ => None,
    };
    let lasts = flow.node(id).command.traits().lasts;
    let at_most = lasts.map(|lasts| lasts.timeout.1);
    does(action, missing, at_most, around)
}

fn does(
    action: Action,
    missing: Option<String>,
    at_most: Option<u64>,
    around: &Circumstances<'_>,
) -> Does {
    match action {
        Action::Hear {
            sound,
            caller: true,
            lasts,
        } => {
            let lasts = lasts.or_else(|| around.length(&sound));
            Does::Sounds {
                sound,
                lasts,
                missing,
                at_most,
            }
        }
        Action::Await(need) => awaits(need),
        Action::Ring(ring) => Does::Dials {
            to: ring.to,
            at_most: ring.at_most,
        },
        Action::RunChildren { listen: true } => Does::Collects,
        Action::AwaitRecording { .. } => Does::AwaitsRecording,
        Action::Do(Effect::StartRecording { tag, .. }) => Does::Records { tag },
        Action::Do(Effect::Hold { at_most }) => Does::Holds(at_most),
        Action::Do(Effect::Unhold) => Does::Unholds,
        Action::HangUp(_) => Does::HangsUp,
        Action::RunChildren { listen: false } | Action::EndWith { .. } => Does::Block,
        Action::Do(Effect::StopRecording { .. } | Effect::Answer)
        | Action::Hear { caller: false, .. }
        | Action::Bridge { .. }
        | Action::Done(_)
        | Action::Failed(_) => Does::Nothing,
    }
}

/// What a command does that waits for the world.
fn awaits(need: Need) -> Does {
    match need {
        Need::Fetch { request, flow } => Does::Fetches { request, flow },
        Need::Wait { at_most, .. } => Does::Waits { at_most },
        Need::Collect { .. } => Does::Collects,
        _ => Does::Nothing,
    }
}

impl Circumstances<'_> {
    /// How long the playback of a recording of the call should take, in milliseconds.
    fn length(&self, sound: &Sound) -> Option<u64> {
        let Sound::Recording { tag, times } = sound else {
            return None;
        };
        let mut recordings = self.recordings.iter().rev();
        let (_, length) = recordings.find(|(own, _)| own.as_deref() == Some(&**tag))?;
        Some(length.saturating_mul(u64::from(*times)))
    }
}

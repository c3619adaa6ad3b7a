//! What a command does, by asking it: each command says in its own file what it needs when its turn
//! comes, and nothing else has to know it.

use jiff::civil::DateTime;

use crate::channel::{
    Act, Destination, Facts, Label, Outcome, Progress, Request, Scene, Sound, Step,
};
use crate::fidelity::Assumptions;
use crate::flow::{Flow, NodeId};

/// What a command does first, in the words between a command and a phone channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Does {
    /// Lets the caller hear something.
    Sounds {
        /// What.
        sound: Sound,
        /// How long it should take, in milliseconds; absent where only the world knows.
        lasts: Option<u64>,
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
    /// Something that takes no time, or that is not known.
    Nothing,
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
}

/// Asks a command what it does.
pub(super) fn ask(flow: &Flow, id: NodeId, around: &Circumstances<'_>) -> Does {
    /// No command does more things that take no time before it does one that does.
    const MOST: usize = 4;
    let node = flow.node(id);
    let members = flow.members(id);
    let labels: Vec<Label<'_>> = members
        .iter()
        .map(|&member| flow.node(member))
        .map(|member| member.command.run().label())
        .collect();
    let facts = Facts {
        from: around.from.into(),
        to: around.to.into(),
        call: Box::default(),
        app: Box::default(),
        answered: true,
        held: false,
        local: DateTime::default(),
        state: None,
        county: None,
    };
    let (mut progress, mut assumed) = (Progress::default(), Assumptions::default());
    let mut scene = Scene {
        facts: &facts,
        children: &labels,
        tag: node.tag.as_deref(),
        progress: &mut progress,
        recordings: around.recordings,
        failure: around.failure,
        assumed: &mut assumed,
    };
    let command = node.command.run();
    let mut step = command.begin(&mut scene);
    for _ in 0..MOST {
        step = match &step {
            Step::Act(Act::StopRecording { .. }) | Step::AwaitRecording { .. } => {
                let next = command.told(&mut scene, Outcome::Done);
                match next {
                    // It only waited; what it awaited is not heard.
                    Step::Done(_) | Step::Failed(_) => break,
                    next => next,
                }
            }
            _ => break,
        };
    }
    does(step)
}

fn does(step: Step) -> Does {
    match step {
        Step::Hear {
            sound,
            caller: true,
            lasts,
        } => Does::Sounds { sound, lasts },
        Step::Fetch { request, flow } => Does::Fetches { request, flow },
        Step::Ring(ring) => Does::Dials {
            to: ring.to,
            at_most: ring.at_most,
        },
        Step::Wait { at_most, .. } => Does::Waits { at_most },
        Step::Collect { .. } | Step::RunChildren { listen: true } => Does::Collects,
        Step::AwaitRecording { .. } => Does::AwaitsRecording,
        Step::Act(Act::StartRecording { tag, .. }) => Does::Records { tag },
        Step::Act(Act::Hold { at_most }) => Does::Holds(at_most),
        Step::Act(Act::Unhold) => Does::Unholds,
        Step::Act(Act::Answer) => Does::Answers,
        Step::HangUp(_) => Does::HangsUp,
        Step::RunChildren { listen: false } | Step::RunBranch(_) | Step::RunDocument => Does::Block,
        Step::Act(Act::StopRecording { .. })
        | Step::Hear { caller: false, .. }
        | Step::Bridge { .. }
        | Step::Done(_)
        | Step::Failed(_) => Does::Nothing,
    }
}

//! What the caller hears.

use crate::channel::{CallState, Need, Sound};
use crate::drive::View;

/// What is heard for a while.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Audio {
    /// The ring tone of the caller's own network, before the call is answered.
    Ringing,
    /// Nothing.
    Silence,
    /// Something that the flow plays.
    Sound(Sound),
    /// A dialled destination rings.
    RingBack,
    /// The party at this destination.
    Bridge(Box<str>),
    /// Hold music.
    Hold,
}

/// Something that is heard, with its time in milliseconds since the call was created.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AudioSegment {
    /// When it begins.
    pub from: u64,
    /// When it ends.
    pub to: u64,
    /// What it is.
    pub what: Audio,
}

/// Keeps what is heard while the call goes on.
#[derive(Clone, Debug, Default)]
pub(super) struct AudioTimeline {
    segments: Vec<AudioSegment>,
    /// Whether a new need arose since the last segment.
    is_new: bool,
}

impl AudioTimeline {
    /// A new need arose: a sound of it is another one, even if it is the same again.
    pub(super) fn next(&mut self) {
        self.is_new = true;
    }

    /// Hears what the call sounds like from now until an instant; `is_missing` where its media turns
    /// out to be missing.
    pub(super) fn listen(&mut self, view: &View<'_>, to: u64, is_missing: bool) {
        let from = view.now;
        if to <= from || view.state().inbound().is_over() {
            return;
        }
        let what = match audible(view) {
            Audio::Sound(_) if is_missing => Audio::Silence,
            what => what,
        };
        let goes_on = !self.is_new || !matches!(what, Audio::Sound(_));
        self.is_new = false;
        match self.segments.last_mut() {
            Some(last) if goes_on && last.what == what && last.to == from => last.to = to,
            _ => self.segments.push(AudioSegment { from, to, what }),
        }
    }

    /// All that was heard until the call ended.
    pub(super) fn until(mut self, ended: u64) -> Vec<AudioSegment> {
        for segment in &mut self.segments {
            segment.to = segment.to.min(ended);
        }
        self.segments.retain(|segment| segment.from < segment.to);
        self.segments
    }
}

fn audible(view: &View<'_>) -> Audio {
    let state = view.state();
    let rings = |leg| state.leg(leg) == Some(CallState::Ringing);
    match state.need() {
        Need::Hear {
            sound,
            caller: true,
            ..
        } => Audio::Sound(sound.clone()),
        Need::Bridge { to, .. } => Audio::Bridge(to.name().into()),
        _ if !state.is_answered() => Audio::Ringing,
        Need::Ring { legs, .. } if legs.iter().any(|&(leg, _)| rings(leg)) => Audio::RingBack,
        _ if state.is_held() => Audio::Hold,
        _ => Audio::Silence,
    }
}

//! What the caller hears.

use crate::call::Call;
use crate::channel::{CallState, Need, Sound};

/// Something that is heard for a while.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Heard {
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
pub struct Hearing {
    /// When it begins.
    pub from: u64,
    /// When it ends.
    pub to: u64,
    /// What it is.
    pub what: Heard,
}

/// Keeps what is heard while the call goes on.
#[derive(Clone, Debug, Default)]
pub(super) struct Ear {
    heard: Vec<Hearing>,
    serial: u64,
}

impl Ear {
    /// Hears what the call sounds like between two instants; `is_missing` where its media turns out
    /// to be missing.
    pub(super) fn listen(&mut self, call: &Call, from: u64, to: u64, is_missing: bool) {
        if to <= from || call.inbound().state.is_over() {
            return;
        }
        let what = match audible(call) {
            Heard::Sound(_) if is_missing => Heard::Silence,
            what => what,
        };
        let is_same_need = self.serial == call.serial() || !matches!(what, Heard::Sound(_));
        self.serial = call.serial();
        match self.heard.last_mut() {
            Some(last) if is_same_need && last.what == what && last.to == from => last.to = to,
            _ => self.heard.push(Hearing { from, to, what }),
        }
    }

    /// All that was heard until the call ended.
    pub(super) fn until(mut self, ended: u64) -> Vec<Hearing> {
        for hearing in &mut self.heard {
            hearing.to = hearing.to.min(ended);
        }
        self.heard.retain(|hearing| hearing.from < hearing.to);
        self.heard
    }
}

fn audible(call: &Call) -> Heard {
    match call.need() {
        Need::Hear {
            sound,
            caller: true,
            ..
        } => return Heard::Sound(sound.clone()),
        Need::Bridge { leg, .. } => {
            let name = call
                .legs()
                .get(leg.0)
                .map_or_else(Box::default, |leg| leg.to.clone());
            return Heard::Bridge(name);
        }
        _ => {}
    }
    let rings = |legs: &[crate::channel::LegId]| {
        legs.iter().any(|leg| {
            call.legs()
                .get(leg.0)
                .is_some_and(|leg| leg.state == CallState::Ringing)
        })
    };
    match call.need() {
        _ if !call.facts().answered => Heard::Ringing,
        Need::Ring { legs, .. } if rings(legs) => Heard::RingBack,
        _ if call.facts().held => Heard::Hold,
        _ => Heard::Silence,
    }
}

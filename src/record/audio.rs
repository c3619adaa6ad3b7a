//! What is heard.

use crate::channel::Sound;

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
    /// Something, perhaps: the event does not show what the command does that runs.
    Unknown,
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

impl AudioSegment {
    /// How long it is heard, in milliseconds.
    pub fn lasts(&self) -> u64 {
        self.to.saturating_sub(self.from)
    }
}

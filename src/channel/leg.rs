//! Legs and their states.

/// One dialled leg of the call: its slot, which is used again once the leg is gone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LegId(pub usize);

/// The states of a leg, in the order in which they are passed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CallState {
    /// Created.
    Init,
    /// Ringing (180).
    Ringing,
    /// Answered.
    Live,
    /// Hung up.
    Hangup,
    /// Gone from the switch.
    Destroyed,
    /// A dialled leg's row, some time after its end.
    Offline,
}

impl CallState {
    /// The platform's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Ringing => "ringing",
            Self::Live => "live",
            Self::Hangup => "hangup",
            Self::Destroyed => "destroyed",
            Self::Offline => "offline",
        }
    }

    /// Whether the leg has ended.
    pub fn is_over(self) -> bool {
        self >= Self::Hangup
    }
}

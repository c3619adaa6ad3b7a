//! What a call asks of the world, and what the world can tell it.

use std::fmt;
use std::sync::Arc;

use super::cause::Cause;
use super::{Destination, LegId};

/// The one thing that a call waits for.
///
/// Times are milliseconds, counted from the moment at which the need arose.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Need {
    /// The platform's own delay between two steps. Ends with [`Happening::Elapsed`].
    Pass(u64),
    /// A document. Ends with a reply, a fetch error, or `Elapsed` at the request's time-out.
    Fetch(Request),
    /// Dialled legs have been created and ring. Told of each leg in its own time; `Elapsed` at the time-out.
    Ring {
        /// The legs, in the order of their destinations.
        legs: Vec<LegId>,
        /// How long they may ring.
        at_most: u64,
    },
    /// Something is heard. Ends with `Elapsed`, or [`Happening::NoMedia`].
    Hear {
        /// What.
        sound: Sound,
        /// Whether the caller is among those who hear it.
        caller: bool,
        /// How long it lasts; absent where only the world can know.
        lasts: Option<u64>,
    },
    /// Nothing but time, which any of the keys `stop` ends early.
    Wait {
        /// How long.
        at_most: u64,
        /// The keys that are listened for.
        stop: Box<str>,
    },
    /// The next key.
    Collect {
        /// How long to wait for it.
        at_most: u64,
    },
    /// Two legs talk. Ends when either hangs up, or with `Elapsed` at the limit.
    Bridge {
        /// The dialled leg.
        leg: LegId,
        /// How long they may talk.
        at_most: Option<u64>,
    },
    /// A recording that is not available yet. Ends by itself, or with `Elapsed` at the time-out.
    Recording {
        /// How long to wait for it.
        at_most: u64,
    },
    /// Nothing in the foreground: the call is beginning or ending, and only its timers run.
    Timers,
    /// Nothing more: the call is over.
    Over,
}

impl Need {
    /// When the need ends by itself with [`Happening::Elapsed`], if it does.
    pub fn at_most(&self) -> Option<u64> {
        match self {
            Self::Pass(time) => Some(*time),
            Self::Fetch(request) => Some(request.timeout),
            Self::Ring { at_most, .. }
            | Self::Wait { at_most, .. }
            | Self::Collect { at_most }
            | Self::Recording { at_most } => Some(*at_most),
            Self::Hear { lasts, .. } => *lasts,
            Self::Bridge { at_most, .. } => *at_most,
            Self::Timers | Self::Over => None,
        }
    }
}

/// Something that is heard.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Sound {
    /// A synthesised voice.
    Speech(Box<str>),
    /// A tone of these frequencies, in hertz.
    Tone(Vec<u32>),
    /// A file from the network; only the world knows how long it is.
    File {
        /// Where it is.
        url: Box<str>,
        /// How often it is played.
        times: u32,
    },
    /// A recording that this call made, by its tag.
    Recording(Box<str>),
}

/// An HTTP method.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names are the methods")]
pub enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

impl Method {
    /// The word in the request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// An HTTP request.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Request {
    /// The URL as the flow wrote it.
    pub url: Box<str>,
    /// The method.
    pub method: Method,
    /// Query parameters that the platform appends.
    pub query: Vec<(&'static str, Box<str>)>,
    /// Whether the control app's data goes in the body.
    pub body: bool,
    /// How long the reply may take.
    pub timeout: u64,
}

/// An HTTP reply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The name under which messages speak of the body: a file's path, or the URL.
    pub name: Box<str>,
    /// The body.
    pub body: Arc<[u8]>,
}

/// Why there was no reply.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum FetchError {
    Timeout,
    Refused,
    Dns,
    Tls,
}

impl fmt::Display for FetchError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Timeout => "no reply in time",
            Self::Refused => "connection refused",
            Self::Dns => "host not found",
            Self::Tls => "TLS handshake failed",
        })
    }
}

/// What the world tells a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Happening {
    /// The time of the present need is over.
    Elapsed,
    /// The call's next timer is due.
    Timer,
    /// The document arrived.
    Replied(Reply),
    /// What arrived is no call flow: what is wrong with it.
    NoFlow(Box<str>),
    /// It will not arrive.
    NoReply(FetchError),
    /// The media cannot be played.
    NoMedia,
    /// The caller pressed a key.
    Key(char),
    /// A dialled leg rings.
    Rings(LegId),
    /// A dialled leg was answered.
    Answers(LegId),
    /// A dialled leg ended, for this cause: refused it, or hung up after the answer.
    Ends(LegId, Cause),
    /// The caller hung up.
    CallerHangsUp,
}

/// A destination that is to ring.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Ring {
    /// Where to.
    pub to: Vec<Destination>,
    /// The caller ID that is sent.
    pub from: Box<str>,
    /// How long they may ring.
    pub at_most: u64,
}

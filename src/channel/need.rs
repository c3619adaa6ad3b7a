//! What a call asks of the world, and what the world can tell it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::cause::Cause;
use super::{Destination, Facts, LegId};

/// The one thing that a call waits for.
///
/// Times are milliseconds, counted from the moment at which the need arose.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Need {
    /// The platform takes its time. Ends with [`Input::Elapsed`].
    PlatformDelay {
        /// What for.
        delay: Delay,
        /// How long it usually takes; 0 where none was observed.
        usual: u64,
    },
    /// A document. Ends with a reply, a fetch error, or `Elapsed` at the request's time-out.
    Fetch {
        /// The request.
        request: Request,
        /// Whether the reply must be a call flow.
        flow: bool,
    },
    /// Dialled legs have been created and ring. Told of each leg in its own time; `Elapsed` at the time-out.
    Ring {
        /// The legs and where they go, in the order of their destinations.
        legs: Vec<(LegId, Destination)>,
        /// How long they may ring.
        at_most: u64,
    },
    /// Something is heard. Ends with `Elapsed`, or [`Input::NoMedia`].
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
        /// Where it goes.
        to: Destination,
        /// How long they may talk.
        at_most: Option<u64>,
    },
    /// A recording that is not available yet. Ends by itself, or with `Elapsed` at the time-out.
    Recording {
        /// How long to wait for it.
        at_most: u64,
    },
    /// Nothing in the foreground: the call has ended, and only its timers run.
    Timers,
    /// Nothing more: the call is over.
    Over,
}

impl Need {
    /// When the need ends by itself with [`Input::Elapsed`], if it does.
    pub fn at_most(&self) -> Option<u64> {
        match self {
            Self::PlatformDelay { usual, .. } => Some(*usual),
            Self::Fetch { request, .. } => request.timeout,
            Self::Ring { at_most, .. }
            | Self::Wait { at_most, .. }
            | Self::Collect { at_most }
            | Self::Recording { at_most } => Some(*at_most),
            Self::Hear { lasts, .. } => *lasts,
            Self::Bridge { at_most, .. } => *at_most,
            Self::Timers | Self::Over => None,
        }
    }

    /// Whether it cannot last longer than [`Self::at_most`]: the time is a limit, and not a length
    /// that the platform may keep more or less well.
    pub fn is_limited(&self) -> bool {
        matches!(
            self,
            Self::Fetch { .. } | Self::Collect { .. } | Self::Recording { .. }
        )
    }
}

/// What the platform takes its time for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Delay {
    /// The inbound leg comes to life.
    Init,
    /// It rings.
    Ringing,
    /// Its app answers it.
    Answer,
    /// The flow begins.
    Begin,
    /// The next command begins.
    Enter,
    /// The legs of an attempt are created.
    Legs,
    /// A command learns what came of its legs.
    Report,
    /// A command that has finished ends.
    Close,
    /// A block whose commands have all run ends.
    BlockEnd,
    /// The flow ends: nothing is left to run.
    FlowEnd,
    /// A parked call times out (`flow-end`).
    Parked,
}

/// What the platform does beside the flow, some time after it was caused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Timer {
    /// A dialled leg comes to life.
    LegInit(LegId),
    /// A dialled leg that ended is gone.
    LegDestroyed(LegId),
    /// Its row becomes `offline`.
    LegOffline(LegId),
    /// A recording that ended becomes available.
    Recording(RecordingId),
    /// The hold has lasted as long as it may.
    HoldEnds,
    /// The inbound leg is gone.
    Destroyed,
}

/// One recording of the call: its slot, which is used again once the recording can decide nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RecordingId(pub usize);

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
    /// A recording that this call made; only the world knows how long it is.
    Recording {
        /// Its tag.
        tag: Box<str>,
        /// How often it is played.
        times: u32,
    },
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
    pub query: Vec<(Cow<'static, str>, Parameter)>,
    /// Whether the control app's data goes in the body.
    pub body: bool,
    /// How long the reply may take; it counts anew behind each redirect. Absent where the request has
    /// no limit of its own (`timeout-zero`).
    pub timeout: Option<u64>,
    /// Where it was redirected to; absent for the URL as the flow wrote it.
    pub redirected: Option<Redirected>,
}

/// Where a request was redirected to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Redirected {
    /// The URL.
    pub url: Box<str>,
    /// How many redirects led there.
    pub hops: u8,
}

impl Request {
    /// The most redirects that are followed (node-fetch 2).
    pub const MOST_REDIRECTS: u8 = 20;

    /// Where the request goes now.
    pub fn target(&self) -> &str {
        self.redirected.as_ref().map_or(&self.url, |one| &one.url)
    }

    /// The request that follows a redirect to a location; absent where there were too many.
    ///
    /// As node-fetch 2 does it, which the platform seems to use (`redirects`): the query is the
    /// location's own, and 303, or 301 and 302 behind POST, become GET without a body.
    pub fn redirect(&self, status: u16, location: &str) -> Option<Self> {
        let hops = self.redirected.as_ref().map_or(0, |one| one.hops);
        if hops >= Self::MOST_REDIRECTS {
            return None;
        }
        let becomes_get =
            status == 303 || matches!(status, 301 | 302) && self.method == Method::Post;
        Some(Self {
            url: self.url.clone(),
            method: if becomes_get {
                Method::Get
            } else {
                self.method
            },
            query: Vec::new(),
            body: self.body && !becomes_get,
            timeout: self.timeout,
            redirected: Some(Redirected {
                url: joined(self.target(), location).into(),
                hops: hops + 1,
            }),
        })
    }

    /// The names of the parameters that are not sent to another URL, which has its own.
    pub fn lost(&self, url: &str) -> Vec<Cow<'static, str>> {
        let (_, own) = url.split_once('?').unwrap_or_default();
        let own = own.split('#').next().unwrap_or_default();
        let has = |name: &str| {
            own.split('&')
                .any(|pair| pair.split('=').next() == Some(name))
        };
        let names = self.query.iter().map(|(name, _)| name.clone());
        names.filter(|name| !has(name)).collect()
    }
}

/// A location, which may be relative, seen from a URL (RFC 3986, §5.2, without dot segments).
fn joined(base: &str, location: &str) -> String {
    let scheme = base.find("://").map_or(0, |at| at + 3);
    if location.contains("://") {
        return location.to_owned();
    }
    if location.starts_with("//") {
        return format!("{}{location}", &base[..scheme.saturating_sub(2)]);
    }
    let path = base[scheme..]
        .find(['/', '?', '#'])
        .map_or(base.len(), |at| scheme + at);
    if location.starts_with('/') {
        return format!("{}{location}", &base[..path]);
    }
    let end = base[path..]
        .find(['?', '#'])
        .map_or(base.len(), |at| path + at);
    if location.starts_with('?') {
        return format!("{}{location}", &base[..end]);
    }
    match base[path..end].rfind('/') {
        Some(slash) => format!("{}{location}", &base[..=path + slash]),
        None => format!("{}/{location}", &base[..path]),
    }
}

/// The value of a query parameter. What the call itself decides is named and not held, so that the
/// same request of another call is the same need.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Parameter {
    /// This text.
    Text(Box<str>),
    /// The caller.
    From,
    /// The called number.
    To,
    /// The call's identifier.
    Call,
    /// The control app's identifier.
    App,
}

impl Parameter {
    /// The text in a call.
    pub fn text<'a>(&'a self, facts: &'a Facts) -> &'a str {
        match self {
            Self::Text(text) => text,
            Self::From => &facts.from,
            Self::To => &facts.to,
            Self::Call => &facts.call,
            Self::App => &facts.app,
        }
    }
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
    Redirects,
}

impl fmt::Display for FetchError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Timeout => "no reply in time",
            Self::Refused => "connection refused",
            Self::Dns => "host not found",
            Self::Tls => "TLS handshake failed",
            Self::Redirects => "more than 20 redirects",
        })
    }
}

/// What the world tells a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// The time of the present need is over.
    Elapsed,
    /// One of the call's timers is due.
    Timer(Timer),
    /// The document arrived.
    Replied(Reply),
    /// The reply sends the request elsewhere: its status, and where to.
    Redirected {
        /// 301, 302, 303, 307 or 308.
        status: u16,
        /// The URL, which may be relative.
        location: Box<str>,
    },
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
    /// The call has lasted as long as its app allows.
    TimeLimit,
    /// The call is not simulated any further.
    Stop,
}

/// A destination that is to ring.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Ring {
    /// Where to.
    pub to: Vec<Destination>,
    /// The caller ID that is sent.
    pub from: Box<str>,
    /// How long the platform waits before it rings them.
    pub after: u64,
    /// How long they may ring.
    pub at_most: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_seen_from_the_url_that_names_it() {
        let base = "https://api.example.com/v1/flow?x=1";
        for (location, url) in [
            ("http://other.example/a", "http://other.example/a"),
            ("//other.example/a", "https://other.example/a"),
            ("/a?b=1", "https://api.example.com/a?b=1"),
            ("next", "https://api.example.com/v1/next"),
            ("?y=2", "https://api.example.com/v1/flow?y=2"),
        ] {
            assert_eq!(joined(base, location), url);
        }
        assert_eq!(joined("https://a.example", "b"), "https://a.example/b");
    }
}

//! What the world did, as a scenario says it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::channel::Request;
use crate::scenario::{
    Callback, DestinationPattern, Dial, DialRule, Entry, HangUp, Media, Origin, PaceStep, Pattern,
    Press, Reply,
};

/// What the world did.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) presses: Vec<Press>,
    pub(super) hangup: Option<HangUp>,
    /// The hang-up, where no command had begun.
    pub(super) hangup_after: Option<Duration>,
    pub(super) callbacks: Vec<Entry<Callback>>,
    pub(super) dials: Vec<DialRule>,
    pub(super) media: Vec<Entry<Media>>,
    /// The delays of commands, in the order of their turns.
    pub(super) steps: Vec<PaceStep>,
    /// From an attempt's beginning to the creation of its first leg, by that leg.
    pub(super) created: BTreeMap<usize, u64>,
    /// How long the platform let a leg ring, by the leg.
    pub(super) gives_up: BTreeMap<usize, u64>,
    /// How long it let a leg talk, by the leg.
    pub(super) talks: BTreeMap<usize, u64>,
    /// What the log does not show.
    pub(super) open: Vec<OpenQuestion>,
}

/// Something that a log leaves open, so that the rebuilt call may go another way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenQuestion {
    /// The path of the entry; empty where it is the call as a whole.
    pub path: Box<str>,
    /// What is not known of it.
    pub why: Box<str>,
}

impl fmt::Display for OpenQuestion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            out.write_str(&self.why)
        } else {
            write!(out, "{}: {}", self.path, self.why)
        }
    }
}

impl Found {
    pub(super) fn callback(&mut self, request: &Request, after: Option<u64>, reply: Reply) {
        let then = Callback {
            method: None,
            after: after.map(Duration::from_millis),
            reply,
        };
        self.callbacks.push(rule(&request.url, then));
    }

    pub(super) fn media(&mut self, url: &str, then: Media) {
        self.media.push(rule(url, then));
    }

    pub(super) fn dial(&mut self, address: &str, then: Dial) {
        self.dials.push(DialRule {
            pattern: DestinationPattern::literal(address),
            then,
            origin: Origin::Program,
        });
    }

    pub(super) fn leave_open(&mut self, path: &str, why: &str) {
        let question = OpenQuestion {
            path: path.into(),
            why: why.into(),
        };
        if !self.open.contains(&question) {
            self.open.push(question);
        }
    }
}

/// A rule for one subject. Rules are counted by subject, and stand in the order in which they are
/// used.
fn rule<T>(subject: &str, then: T) -> Entry<T> {
    let pattern = Pattern::literal(subject);
    Entry {
        pattern,
        then,
        origin: Origin::Program,
    }
}

//! What the world did, as the rules of a scenario.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::channel::Request;
use crate::scenario::{Callback, Dial, Entry, Glob, Media, Reply};

/// What the world did.
#[derive(Clone, Debug, Default)]
pub(in crate::replay) struct Found {
    pub(in crate::replay) keys: Vec<(u64, char)>,
    pub(in crate::replay) hung_up: bool,
    pub(in crate::replay) callbacks: Vec<Entry<Callback>>,
    pub(in crate::replay) dials: Vec<Entry<Dial>>,
    pub(in crate::replay) media: Vec<Entry<Media>>,
    /// From an attempt's beginning to the creation of its first leg, by that leg.
    pub(in crate::replay) created: BTreeMap<usize, u64>,
    /// How long the platform let a leg ring, by the leg.
    pub(in crate::replay) gives_up: BTreeMap<usize, u64>,
    /// How long it let a leg talk, by the leg.
    pub(in crate::replay) talks: BTreeMap<usize, u64>,
}

impl Found {
    pub(super) fn callback(&mut self, request: &Request, after: Option<u64>, reply: Reply) {
        let then = Callback {
            method: None,
            after: after.map(Duration::from_millis),
            reply,
        };
        self.callbacks.extend(rule(&request.url, then));
    }

    pub(super) fn media(&mut self, url: &str, then: Media) {
        self.media.extend(rule(url, then));
    }

    pub(super) fn dial(&mut self, address: &str, then: Dial) {
        self.dials.extend(rule(address, then));
    }
}

/// A rule for one subject. Rules stand in the order in which they are used, so one that means more
/// than its own does no harm.
fn rule<T>(subject: &str, then: T) -> Option<Entry<T>> {
    let glob = Glob::new(subject).or_else(|| Glob::new("*"))?;
    let span = None;
    Some(Entry { glob, then, span })
}

//! How the platform was slower or faster than usual, and what is not known of a call.

use std::collections::BTreeMap;
use std::fmt;

use crate::scenario::PaceStep;

/// What was found beside what the world did.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
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

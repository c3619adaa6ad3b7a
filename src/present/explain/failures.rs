//! What failed in many calls: the first question of support.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::words::address;
use crate::explain::Explanation;
use crate::present::styled_text::clean;
use crate::record::{DialEnd, Step};

/// What failed in many calls.
#[derive(Debug, Default)]
pub(super) struct Failures {
    groups: BTreeMap<Failed, Group>,
    /// The calls in which something failed.
    pub(super) calls: BTreeSet<Box<str>>,
}

/// A command that failed: its path, and why it failed and where it led to.
pub(super) type Failed = (String, String);

/// Calls in which the same command failed in the same way.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) count: usize,
    /// The first of them.
    pub(super) first: Box<str>,
    last: Box<str>,
}

impl Failures {
    /// Adds what failed in a call.
    pub(super) fn add(&mut self, uuid: &str, failed: Vec<Failed>) {
        if !failed.is_empty() {
            self.calls.insert(uuid.into());
        }
        for one in failed {
            let new = || Group {
                count: 0,
                first: uuid.into(),
                last: Box::default(),
            };
            let group = self.groups.entry(one).or_insert_with(new);
            if group.count == 0 || *group.last != *uuid {
                group.count += 1;
                group.last = uuid.into();
            }
        }
    }

    /// By path, cause and destination, the commonest first.
    pub(super) fn groups(&self) -> Vec<(&Failed, &Group)> {
        let mut groups: Vec<_> = self.groups.iter().collect();
        groups.sort_by_key(|(_, group)| Reverse(group.count));
        groups
    }
}

/// What failed in a call.
pub(super) fn failed(call: &Explanation<'_>) -> Vec<Failed> {
    let failed = call.outline.failures().into_iter();
    let failed = failed.map(|entry| &call.outline.steps[entry]);
    failed
        .map(|step| (clean(&step.path), why(call, step)))
        .collect()
}

/// Why a command failed, and where it led to.
pub(super) fn why(call: &Explanation<'_>, step: &Step) -> String {
    let mut dials = call.outline.dials.iter();
    match dials.find(|dial| dial.entry == step.entry) {
        Some(dial) => {
            let to: Vec<_> = dial.to.iter().map(|to| address(to)).collect();
            let to = to.join(", ");
            match dial.end {
                DialEnd::Failed(Some(cause)) => format!("{cause} to {to}"),
                _ => format!("to {to}"),
            }
        }
        None => step.reason.as_deref().map(clean).unwrap_or_default(),
    }
}

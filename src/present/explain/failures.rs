//! What failed in many calls: the first question of support.

use std::collections::BTreeMap;

use super::Told;
use super::words::{address, named};
use crate::flow::EntryState;
use crate::present::styled_text::clean;
use crate::record::DialEnd;

/// Calls in which the same command failed in the same way.
#[derive(Debug)]
pub(super) struct Failures<'r> {
    /// The path of the command.
    pub(super) path: String,
    /// Why it failed, and where it led to.
    pub(super) why: String,
    /// The calls, by their identifiers, in their order.
    pub(super) calls: Vec<&'r str>,
}

/// What failed, by path, cause and destination; the commonest first.
pub(super) fn failures<'r>(calls: &'r [Told<'_>]) -> Vec<Failures<'r>> {
    let mut groups: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for told in calls {
        let outline = &told.call.outline;
        let uuid = told.call.record().leg.uuid.as_deref().unwrap_or("?");
        let failed = outline
            .steps
            .iter()
            .filter(|step| step.state == EntryState::Failed);
        for step in failed {
            let dial = outline.dials.iter().find(|dial| dial.entry == step.entry);
            let why = match dial {
                Some(dial) => {
                    let to: Vec<_> = dial.to.iter().map(|to| address(to)).collect();
                    let to = to.join(", ");
                    match dial.end {
                        DialEnd::Failed(Some(cause)) => format!("{} to {to}", named(cause)),
                        _ => format!("to {to}"),
                    }
                }
                None => step.reason.as_deref().map(clean).unwrap_or_default(),
            };
            let group = groups.entry((clean(&step.path), why)).or_default();
            if group.last() != Some(&uuid) {
                group.push(uuid);
            }
        }
    }
    let groups = groups.into_iter();
    let mut found: Vec<_> = groups
        .map(|((path, why), calls)| Failures { path, why, calls })
        .collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.calls.len()));
    found
}

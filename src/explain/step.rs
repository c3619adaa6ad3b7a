//! The entries of a log with what they mean.

use super::evidence::{Evidence, LogRow};
use super::grove::{self, Grove};
use super::probe::{self, Circumstances, Does};
use crate::flow::EntryState;

/// An entry of the log with what it means.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// Its index in the log.
    pub entry: usize,
    /// When it began.
    pub from: u64,
    /// When it ended; absent while it is open.
    pub to: Option<u64>,
    /// The name of its command.
    pub name: String,
    /// The path of its command.
    pub path: String,
    /// The tag of its command.
    pub tag: Option<String>,
    /// How it stands.
    pub state: EntryState,
    /// Why, where the event says so.
    pub reason: Option<String>,
    /// What it does.
    pub does: Does,
    /// Whether it is an Error block.
    pub is_handler: bool,
    /// The entry that it is shown in.
    pub parent: Option<usize>,
    /// How many entries it is shown in.
    pub level: usize,
    /// What stands inside it and never ran.
    pub unseen: Vec<Unseen>,
}

impl Step {
    /// How long it ran, where it ended.
    pub fn took(&self) -> Option<u64> {
        Some(self.to?.saturating_sub(self.from))
    }

    /// Whether it had not ended when the call did.
    pub fn is_open(&self) -> bool {
        self.state == EntryState::Queued
    }

    /// Whether it ran at an instant.
    pub(super) fn runs_at(&self, at: u64) -> bool {
        self.from <= at && self.to.is_none_or(|to| at <= to)
    }
}

/// A command that stands in the flow and never ran.
#[derive(Clone, PartialEq, Debug)]
pub struct Unseen {
    /// What it is to the command around it.
    pub kind: UnseenKind,
    /// Why it did not run.
    pub why: Why,
    /// Its path.
    pub path: String,
    /// Its name.
    pub name: &'static str,
    /// Its tag.
    pub tag: Option<String>,
    /// The keys that choose it.
    pub code: Option<String>,
    /// How many commands stand inside it.
    pub inside: usize,
}

pub use grove::UnseenKind;

/// Why a command did not run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// The call ended before its turn came.
    NotReached,
    /// An Error block of a command that did not fail.
    NotNeeded,
    /// A branch that no key chose.
    NotChosen,
    /// The command around it ended without it.
    Skipped,
}

/// Every entry of the log.
pub(super) fn all(evidence: &Evidence, grove: &Grove) -> Vec<Step> {
    let recordings: Vec<_> = evidence
        .recordings
        .iter()
        .map(|one| {
            let tag = one.tag.as_deref().map(Into::into);
            (tag, one.seconds.unwrap_or(0).saturating_mul(1000))
        })
        .collect();
    let mut steps: Vec<Step> = Vec::with_capacity(evidence.log.len());
    for (entry, row) in evidence.log.iter().enumerate() {
        let parent = grove
            .stand(entry)
            .around
            .or_else(|| fetched_by(&steps, row));
        let failure = parent.and_then(|parent| steps[parent].reason.as_deref());
        let around = Circumstances {
            from: evidence.from.as_deref().unwrap_or_default(),
            to: evidence.to.as_deref().unwrap_or_default(),
            failure: failure.unwrap_or_default(),
            recordings: &recordings,
        };
        let does = match grove.command(entry) {
            Some((flow, node)) => probe::ask(flow, node, &around),
            None => Does::Nothing,
        };
        let state = row.status.state();
        let reason = row.status.reason.clone();
        steps.push(Step {
            entry,
            from: row.from,
            to: (state != EntryState::Queued).then_some(row.to.max(row.from)),
            name: row.name.clone(),
            path: row.path.clone(),
            tag: row.tag.clone(),
            state,
            reason: reason.filter(|_| state != EntryState::Queued),
            does,
            is_handler: grove.is_handler(entry),
            parent,
            level: parent.map_or(0, |parent| steps[parent].level + 1),
            unseen: unseen(evidence, grove, entry),
        });
    }
    steps
}

/// The entry that fetched the document in which an outermost command stands: the innermost that was
/// open.
fn fetched_by(steps: &[Step], row: &LogRow) -> Option<usize> {
    let fetches = |step: &Step| matches!(step.does, Does::Fetches { flow: true, .. });
    steps
        .iter()
        .rposition(|step| fetches(step) && step.to.is_none_or(|to| row.from < to))
}

fn unseen(evidence: &Evidence, grove: &Grove, entry: usize) -> Vec<Unseen> {
    if evidence.log_until.is_some() {
        return Vec::new();
    }
    let is_over = evidence.is_over();
    let unseen = grove.unseen(entry, &evidence.log).into_iter();
    // A call that goes on may yet come to them.
    let is_settled = |one: &grove::Unseen| match one.kind {
        UnseenKind::Handler => one.state == EntryState::Success,
        UnseenKind::Command | UnseenKind::Branch => one.state != EntryState::Queued,
    };
    let unseen = unseen.filter(|one| is_over || is_settled(one));
    unseen
        .map(|one| Unseen {
            kind: one.kind,
            why: match (one.kind, one.state) {
                (UnseenKind::Handler, EntryState::Failed)
                | (UnseenKind::Branch | UnseenKind::Command, EntryState::Queued) => Why::NotReached,
                (UnseenKind::Handler, _) => Why::NotNeeded,
                (UnseenKind::Branch, _) => Why::NotChosen,
                (UnseenKind::Command, _) => Why::Skipped,
            },
            path: one.path,
            name: one.name,
            tag: one.tag,
            code: one.code,
            inside: one.inside,
        })
        .collect()
}

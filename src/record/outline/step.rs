//! The entries of a log with what they mean.

use super::documents::SourceFlows;
use super::does::{self, Circumstances, Does};
use super::never_ran::{NeverRan, Unseen};
use crate::command::Role;
use crate::flow::EntryState;
use crate::record::{Extent, Record};

/// Instants of two rows that tell of the same may lie so far apart, in milliseconds: the row of a
/// leg is written a little before that of its command (8 ms observed).
pub const TOGETHER: u64 = 100;

/// When an entry ran, in milliseconds since the call was created.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct EntryTimes {
    /// When it began, or if that is not known, not before the last time that is.
    pub(super) from: u64,
    /// When it ended; absent while it is open.
    pub(super) to: Option<u64>,
    /// Whether its beginning is known, and its end if it has ended.
    pub(super) is_timed: bool,
}

/// When each entry of the log ran.
pub(super) fn times(record: &Record) -> Vec<EntryTimes> {
    let mut last = 0;
    let times = record.log.iter().enumerate().map(|(entry, row)| {
        let from = record.at(row.began.or(row.changed)).unwrap_or(last);
        last = from;
        let to = record.at(row.changed).unwrap_or(from);
        let is_open = row.status.state() == EntryState::Queued;
        EntryTimes {
            from,
            to: (!is_open).then_some(to.max(from)),
            is_timed: row.began.is_some()
                && (is_open || row.changed.is_some())
                && (!is_cut(record, entry) || row.status.state.is_some()),
        }
    });
    times.collect()
}

/// Whether an entry is the last of a log that was cut, and may have lost a part of itself.
fn is_cut(record: &Record, entry: usize) -> bool {
    record.log_until.is_some() && entry + 1 == record.log.len()
}

/// An entry of the log with what it means.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// Its index in the log.
    pub entry: usize,
    /// Where it begins on the time line: when it began, or if that is not known, not before the last
    /// time that is.
    pub from: u64,
    /// Where it ends on the time line; absent while it is open.
    pub to: Option<u64>,
    /// Whether its beginning is known, and its end if it has ended.
    pub is_timed: bool,
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
    /// How long it ran; absent while it is open, and if that is not known.
    pub fn took(&self) -> Option<u64> {
        let took = self.to?.saturating_sub(self.from);
        self.is_timed.then_some(took)
    }

    /// When it began, if that is known.
    pub fn began(&self) -> Option<u64> {
        self.is_timed.then_some(self.from)
    }

    /// Whether it failed.
    pub fn failed(&self) -> bool {
        self.state == EntryState::Failed
    }

    /// Whether it had not ended when the call did.
    pub fn is_open(&self) -> bool {
        self.state == EntryState::Queued
    }

    /// Whether it ran at an instant.
    pub(in crate::record) fn runs_at(&self, at: u64) -> bool {
        self.from <= at && self.to.is_none_or(|to| at <= to)
    }
}

/// Every entry of the log.
pub(super) fn all(record: &Record, flows: &SourceFlows) -> Vec<Step> {
    let recordings: Vec<_> = record
        .recordings
        .iter()
        .map(|one| {
            (
                one.tag.clone(),
                one.seconds.unwrap_or(0).saturating_mul(1000),
            )
        })
        .collect();
    let never_ran = NeverRan::new(record, flows);
    let times = times(record);
    let mut steps: Vec<Step> = Vec::with_capacity(record.log.len());
    for (entry, row) in record.log.iter().enumerate() {
        let parent = flows.locations[entry].parent;
        let handled = flows.locations[entry].handles.or(parent);
        let failure = handled.and_then(|handled| steps.get(handled)?.reason.as_deref());
        let around = Circumstances {
            from: record.leg.from.as_deref().unwrap_or_default(),
            to: record.leg.to.as_deref().unwrap_or_default(),
            failure: failure.unwrap_or_default(),
            recordings: &recordings,
            knows_recordings: !record.lacks.recordings && record.extent != Extent::Cut,
        };
        let command = flows.command(entry);
        let is_whole = row.shown().is_none_or(|shown| shown.command.is_some());
        let command = command.filter(|_| !is_cut(record, entry) || is_whole);
        let is_handler = command
            .is_some_and(|(flow, node)| flow.node(node).command.spec().role == Role::Handler);
        let does = match command {
            Some((flow, node)) => does::ask(flow, node, &around),
            None => Does::Unknown,
        };
        // It says why a command failed, and that is not known.
        let is_reason = is_handler && failure.is_none() && matches!(does, Does::Sounds { .. });
        let does = if is_reason { Does::Unknown } else { does };
        let state = row.status.state();
        let EntryTimes { from, to, is_timed } = times[entry];
        let reason = row.status.reason.as_deref().map(str::to_owned);
        steps.push(Step {
            entry,
            from,
            to,
            is_timed,
            name: row.name.as_deref().unwrap_or("?").to_owned(),
            path: row.path().to_owned(),
            tag: row.tag.as_deref().map(str::to_owned),
            state,
            reason: reason.filter(|_| to.is_some()),
            does,
            is_handler,
            parent,
            level: parent.map_or(0, |parent| steps[parent].level + 1),
            unseen: never_ran.inside(entry, state),
        });
    }
    steps
}

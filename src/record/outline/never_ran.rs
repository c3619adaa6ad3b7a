//! What stands in the commands that ran, and never ran itself.

use std::collections::HashSet;

use super::documents::SourceFlows;
use crate::channel::Label;
use crate::command::Role;
use crate::flow::{EntryState, Flow, NodeId};
use crate::record::Record;

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

/// What a command that has no entry is to the command around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnseenKind {
    /// One that runs in its turn.
    Command,
    /// An Error block.
    Handler,
    /// A branch that keys choose.
    Branch,
}

/// Finds what never ran.
pub(super) struct NeverRan<'a> {
    record: &'a Record,
    flows: &'a SourceFlows,
    /// The paths that ran, each in its document.
    ran: HashSet<(usize, &'a str)>,
}

impl<'a> NeverRan<'a> {
    pub(super) fn new(record: &'a Record, flows: &'a SourceFlows) -> Self {
        let entries = record.log.iter().zip(&flows.locations);
        Self {
            record,
            flows,
            ran: entries
                .map(|(entry, location)| (location.document, entry.path()))
                .collect(),
        }
    }

    /// The commands inside that of an entry which have no entry of their own.
    pub(super) fn inside(&self, entry: usize, state: EntryState) -> Vec<Unseen> {
        let Some((flow, node)) = self.flows.command(entry) else {
            return Vec::new();
        };
        if self.record.log_until.is_some() {
            return Vec::new();
        }
        let document = self.flows.locations[entry].document;
        let outer = self.record.log[entry].path();
        let own = flow.path(node);
        let is_over = self.record.is_over();
        let inside = flow.members(node).into_iter().chain(flow.handlers(node));
        inside
            .filter_map(|inner| {
                let kind = kind(flow, inner)?;
                let path = flow.path(inner);
                let path = format!("{outer}{}", path.strip_prefix(&own).unwrap_or_default());
                if self.ran.contains(&(document, path.as_str())) {
                    return None;
                }
                // A call that goes on may yet come to them.
                let is_settled = match kind {
                    UnseenKind::Handler => state == EntryState::Success,
                    UnseenKind::Command | UnseenKind::Branch => state != EntryState::Queued,
                };
                (is_over || is_settled).then(|| Unseen {
                    kind,
                    why: why(kind, state),
                    path,
                    name: flow.node(inner).command.spec().name,
                    tag: flow.node(inner).tag.as_deref().map(str::to_owned),
                    code: match flow.node(inner).command.behavior().label() {
                        Label::Code(code) => Some(code.to_owned()),
                        _ => None,
                    },
                    inside: count(flow, inner),
                })
            })
            .collect()
    }
}

fn kind(flow: &Flow, node: NodeId) -> Option<UnseenKind> {
    match flow.node(node).command.spec().role {
        Role::Step => Some(UnseenKind::Command),
        Role::Handler => Some(UnseenKind::Handler),
        Role::Branch | Role::Case | Role::Otherwise => Some(UnseenKind::Branch),
        Role::Root | Role::Group | Role::Destination | Role::Meta | Role::Unsupported => None,
    }
}

/// Why something did not run inside a command that stands so.
fn why(kind: UnseenKind, state: EntryState) -> Why {
    match (kind, state) {
        (UnseenKind::Handler, EntryState::Failed)
        | (UnseenKind::Branch | UnseenKind::Command, EntryState::Queued) => Why::NotReached,
        (UnseenKind::Handler, _) => Why::NotNeeded,
        (UnseenKind::Branch, _) => Why::NotChosen,
        (UnseenKind::Command, _) => Why::Skipped,
    }
}

/// How many commands stand inside a command.
fn count(flow: &Flow, node: NodeId) -> usize {
    let mut open = vec![node];
    let mut count = 0;
    while let Some(node) = open.pop() {
        for &inner in flow.children_of(node).iter().chain(flow.error_of(node)) {
            count += usize::from(flow.node(inner).command.spec().role == Role::Step);
            open.push(inner);
        }
    }
    count
}

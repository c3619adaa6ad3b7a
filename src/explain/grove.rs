//! The flows behind a log, as far as it shows them: each entry prints the source of its command
//! with all that stands inside it, so the outermost commands give the documents that ran.

use std::collections::{HashMap, HashSet};

use super::evidence::LogRow;
use crate::channel::Label;
use crate::command::{self, Role};
use crate::flow::{EntryState, Flow, NodeId, compile};
use crate::xml;

/// The flows of a log, and where each entry stands in them.
#[derive(Debug)]
pub(super) struct Grove {
    flows: Vec<Flow>,
    stands: Vec<Stand>,
    /// The commands that have an entry, each with the outermost entry of its document.
    seen: HashSet<(usize, NodeId)>,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand {
    /// The outermost entry of its document that it stands in: itself, or an earlier one.
    pub(super) root: usize,
    /// Its command; absent where the source does not tell.
    pub(super) node: Option<(usize, NodeId)>,
    /// The entry around it in its document.
    pub(super) around: Option<usize>,
}

/// The source of more outermost commands than these is not read: the log of a call that loops
/// repeats itself.
const MOST_FLOWS: usize = 2_000;

impl Grove {
    /// Reads the source of every entry.
    pub(super) fn new(log: &[LogRow]) -> Self {
        let mut grove = Self {
            flows: Vec::new(),
            stands: Vec::with_capacity(log.len()),
            seen: HashSet::new(),
        };
        // The latest entry of each path, and the paths of each flow's commands below its first.
        let mut latest: HashMap<&str, usize> = HashMap::new();
        let mut below: Vec<HashMap<String, NodeId>> = Vec::new();
        let mut same: HashMap<&str, usize> = HashMap::new();
        for (index, row) in log.iter().enumerate() {
            let first = row.path.split('.').next().unwrap_or_default();
            let root = match first.len() == row.path.len() {
                true => index,
                false => latest.get(first).copied().unwrap_or(index),
            };
            let around = ancestors(&row.path)
                .find_map(|path| latest.get(path).copied())
                .filter(|&around| around >= root && root != index);
            let mut node = None;
            if root != index
                && let Some((flow, _)) = grove.stands[root].node
                && let Some(&inner) = below[flow].get(&row.path[first.len()..])
            {
                node = Some((flow, inner));
            }
            if node.is_none() && !row.xml.is_empty() {
                let known = same.get(row.xml.as_str()).copied();
                let flow = known.or_else(|| {
                    let flow = read(&row.xml).filter(|_| grove.flows.len() < MOST_FLOWS)?;
                    below.push(paths(&flow));
                    grove.flows.push(flow);
                    same.insert(&row.xml, grove.flows.len() - 1);
                    Some(grove.flows.len() - 1)
                });
                node = flow.and_then(|flow| Some((flow, top(&grove.flows[flow])?)));
            }
            grove.seen.extend(node.map(|(_, node)| (root, node)));
            grove.stands.push(Stand { root, node, around });
            latest.insert(&row.path, index);
        }
        grove
    }

    /// Where an entry stands.
    pub(super) fn stand(&self, entry: usize) -> Stand {
        self.stands[entry]
    }

    /// The flow and command of an entry.
    pub(super) fn command(&self, entry: usize) -> Option<(&Flow, NodeId)> {
        let (flow, node) = self.stands[entry].node?;
        Some((&self.flows[flow], node))
    }

    /// Whether an entry is that of an Error block.
    pub(super) fn is_handler(&self, entry: usize) -> bool {
        self.command(entry)
            .is_some_and(|(flow, node)| flow.node(node).command.spec().role == Role::Handler)
    }

    /// The commands inside that of an entry which have no entry of their own.
    pub(super) fn unseen(&self, entry: usize, log: &[LogRow]) -> Vec<Unseen> {
        let Some((flow, node)) = self.command(entry) else {
            return Vec::new();
        };
        let root = self.stands[entry].root;
        let inside = flow.members(node).into_iter().chain(flow.handlers(node));
        let is_seen = |inner| self.seen.contains(&(root, inner));
        let own = flow.path(node);
        inside
            .filter_map(|inner| {
                let role = flow.node(inner).command.spec().role;
                let kind = match role {
                    Role::Step => UnseenKind::Command,
                    Role::Handler => UnseenKind::Handler,
                    Role::Branch | Role::Case | Role::Otherwise => UnseenKind::Branch,
                    Role::Root
                    | Role::Group
                    | Role::Destination
                    | Role::Meta
                    | Role::Unsupported => return None,
                };
                let path = flow.path(inner);
                let rest = path.strip_prefix(&own).unwrap_or_default();
                (!is_seen(inner)).then(|| Unseen {
                    kind,
                    path: format!("{}{rest}", log[entry].path),
                    name: flow.node(inner).command.spec().name,
                    tag: flow.node(inner).tag.as_deref().map(str::to_owned),
                    code: match flow.node(inner).command.behavior().label() {
                        Label::Code(code) => Some(code.to_owned()),
                        _ => None,
                    },
                    inside: count(flow, inner),
                    state: log[entry].status.state(),
                })
            })
            .collect()
    }
}

/// A command that the source shows and that has no entry.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Unseen {
    pub(super) kind: UnseenKind,
    pub(super) path: String,
    pub(super) name: &'static str,
    pub(super) tag: Option<String>,
    /// The keys that choose it.
    pub(super) code: Option<String>,
    /// How many commands stand inside it.
    pub(super) inside: usize,
    /// How the command around it stands.
    pub(super) state: EntryState,
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

/// The paths around a path, from the innermost on.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        let (around, _) = rest.rsplit_once('.')?;
        rest = around;
        Some(around)
    })
}

/// The flow of one command.
fn read(xml: &str) -> Option<Flow> {
    let root = command::SPECS.iter().find(|spec| spec.role == Role::Root)?;
    let text = format!("<{0}>{xml}</{0}>", root.name);
    let (document, _) = xml::read("", text.as_bytes());
    Some(compile(document).0)
}

/// The outermost command of a flow of one.
fn top(flow: &Flow) -> Option<NodeId> {
    flow.children().iter().chain(flow.error()).next().copied()
}

/// The commands of a flow of one by their paths behind its first segment.
fn paths(flow: &Flow) -> HashMap<String, NodeId> {
    let path = |(id, _)| {
        let path = flow.path(id);
        let first = path.find('.').unwrap_or(path.len());
        (path[first..].to_owned(), id)
    };
    flow.nodes().map(path).collect()
}

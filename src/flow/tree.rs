//! A compiled command as the platform prints it.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Flow, NodeId};
use crate::command::{Common, Slot};
use crate::value::Scalar;

/// How far a command has come, as its log entry says it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EntryState {
    /// Not begun, or begun and not ended.
    Queued,
    /// Ended well.
    Success,
    /// Failed.
    Failed,
}

impl EntryState {
    /// The platform's word (observed).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Success => "success",
            Self::Failed => "failed",
        }
    }
}

/// A command's state with its reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// The state.
    pub state: EntryState,
    /// The reason: `unknown` until the command ends (observed).
    pub reason: Cow<'static, str>,
}

impl Status {
    /// What every command begins with.
    pub const QUEUED: &'static Self = &Self {
        state: EntryState::Queued,
        reason: Cow::Borrowed("unknown"),
    };
}

/// A command with all that stands inside it, for the platform's JSON.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'a> {
    /// The flow.
    pub flow: &'a Flow,
    /// The command.
    pub node: NodeId,
    /// Its status. What stands inside it is a snapshot of the compilation: `queued` (observed).
    pub status: &'a Status,
    /// The caller, whose number stands in commands that have none of their own.
    pub caller: &'a str,
}

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            flow,
            status,
            caller,
            ..
        } = *self;
        let node = flow.node(self.node);
        let spec = node.command.spec();
        let list = |nodes| List {
            nodes,
            flow,
            caller,
        };
        let mut map = serializer.serialize_map(None)?;
        for &slot in spec.slots {
            let Slot::Common(key) = slot else {
                node.command.write(slot, caller, &mut map)?;
                continue;
            };
            match key {
                Common::Tag => {
                    if let Some(tag) = &node.tag {
                        map.serialize_entry("tag", tag)?;
                    }
                }
                Common::Meta => map.serialize_entry("meta", &Meta(&node.meta))?,
                Common::Name => map.serialize_entry("name", spec.name)?,
                Common::Path => map.serialize_entry("path", &flow.path(self.node))?,
                Common::Error => map.serialize_entry("error", &list(flow.error_of(self.node)))?,
                Common::State => map.serialize_entry("state", status.state.as_str())?,
                Common::Reason => map.serialize_entry("reason", &status.reason)?,
                Common::Success => {
                    map.serialize_entry("success", &(status.state == EntryState::Success))?;
                }
                Common::Children => {
                    map.serialize_entry("children", &list(flow.children_of(self.node)))?;
                }
            }
        }
        map.end()
    }
}

/// All commands of a flow, none of them begun.
#[derive(Clone, Copy, Debug)]
pub struct Top<'a> {
    /// The flow.
    pub flow: &'a Flow,
    /// The caller, whose number stands in commands that have none of their own.
    pub caller: &'a str,
}

impl Serialize for Top<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { flow, caller } = *self;
        let list = |nodes| List {
            nodes,
            flow,
            caller,
        };
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("error", &list(flow.error()))?;
        map.serialize_entry("children", &list(flow.children()))?;
        map.end()
    }
}

struct List<'a> {
    nodes: &'a [NodeId],
    flow: &'a Flow,
    caller: &'a str,
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.nodes.len()))?;
        for &node in self.nodes {
            list.serialize_element(&Tree {
                flow: self.flow,
                node,
                status: Status::QUEUED,
                caller: self.caller,
            })?;
        }
        list.end()
    }
}

/// The `meta` object. Its keys are the author's, so they are sorted when it is written.
struct Meta<'a>(&'a [(Box<str>, Scalar)]);

impl Serialize for Meta<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_by_key(|(key, _)| (key.len(), key));
        let mut map = serializer.serialize_map(Some(entries.len()))?;
        for (key, value) in entries {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

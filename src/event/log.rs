//! Log entries and recordings.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::Stamp;
use crate::flow::{EntryState, Flow, NodeId, Status, Tree};

/// A command that was executed.
#[derive(Clone)]
pub struct Entry {
    /// When it began.
    pub created_on: Stamp,
    /// When it was last written: its beginning while it is `queued`.
    pub modified_on: Stamp,
    /// Its identifier.
    pub uuid: Box<str>,
    /// How it stands.
    pub status: Status,
    /// The flow that the command belongs to.
    pub flow: Arc<Flow>,
    /// The command.
    pub node: NodeId,
    /// The running document that it stands in, in the order in which they began to run, from 0: the
    /// same flow may run several times.
    pub document: usize,
    /// How many commands are open around it.
    pub depth: usize,
    /// The caller, whose number stands in commands that have none of their own.
    pub caller: Arc<str>,
    /// Its JSON, once it was written: an entry stands in every event of its call that follows it.
    pub json: JsonOnce,
}

/// JSON that is written once and used again. A changed copy must have one of its own.
#[derive(Clone, Default)]
pub struct JsonOnce(OnceLock<Box<RawValue>>);

impl Entry {
    /// The name of the command.
    pub fn name(&self) -> &'static str {
        self.flow.node(self.node).command.spec().name
    }

    /// The path of the command.
    pub fn path(&self) -> String {
        self.flow.path(self.node)
    }

    /// The tag of the command.
    pub fn tag(&self) -> Option<&str> {
        self.flow.node(self.node).tag.as_deref()
    }

    /// Whether the command ended well.
    pub fn success(&self) -> bool {
        self.status.state == EntryState::Success
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.path(), self.status.state.as_str())
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    created_on: Stamp,
    modified_on: Stamp,
    uuid: &'a str,
    success: bool,
    state: &'static str,
    name: &'static str,
    element: &'a RawValue,
    command: Tree<'a>,
    reason: &'a str,
    tag: Option<&'a str>,
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(json) = self.json.0.get() {
            return json.serialize(serializer);
        }
        let json = self.to_json().map_err(S::Error::custom)?;
        self.json.0.get_or_init(|| json).serialize(serializer)
    }
}

impl Entry {
    fn to_json(&self) -> serde_json::Result<Box<RawValue>> {
        let Self {
            flow,
            node,
            status,
            caller,
            ..
        } = self;
        let wire = Wire {
            created_on: self.created_on,
            modified_on: self.modified_on,
            uuid: &self.uuid,
            success: self.success(),
            state: status.state.as_str(),
            name: self.name(),
            element: &flow.element_json(*node),
            command: Tree {
                flow,
                node: *node,
                status,
                caller,
            },
            reason: &status.reason,
            tag: self.tag(),
        };
        serde_json::value::to_raw_value(&wire)
    }
}

/// A recording that is available (`record-row`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[allow(missing_docs, reason = "the names are the keys")]
pub struct Recording {
    pub created_on: Stamp,
    pub modified_on: Stamp,
    pub uuid: Box<str>,
    pub tag: Option<Box<str>>,
    /// Whole seconds.
    pub duration: u64,
    pub asr: bool,
}

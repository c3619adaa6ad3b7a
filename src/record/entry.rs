//! A command that was executed, and a recording.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::{Json, Stamp};
use crate::flow::{self, EntryState, Flow, NodeId, Tree};

/// A command that was executed. What is absent is not known.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Entry {
    /// Its identifier.
    pub uuid: Option<Box<str>>,
    /// When it began.
    pub began: Option<Stamp>,
    /// When it last changed: its end, or its beginning while it is open.
    pub changed: Option<Stamp>,
    /// The name of the command.
    pub name: Option<Cow<'static, str>>,
    /// The path of the command in its document.
    pub path: Option<Box<str>>,
    /// The tag of the command.
    pub tag: Option<Box<str>>,
    /// How it stands.
    pub status: Status,
    /// The command itself: as it was written, and as it was compiled.
    pub trees: Trees,
}

/// How a command stands. What is absent is not known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// Its state.
    pub state: Option<EntryState>,
    /// Whether it ended well.
    pub success: Option<bool>,
    /// Why.
    pub reason: Option<Cow<'static, str>>,
}

impl Status {
    /// The state; from `success` and the reason where no state is known, as in 2022.
    pub fn state(&self) -> EntryState {
        self.state.unwrap_or(match self.success {
            Some(true) => EntryState::Success,
            Some(false) if self.reason.is_some() => EntryState::Failed,
            _ => EntryState::Queued,
        })
    }
}

/// A command as it was written, and as it was compiled.
#[derive(Clone, Default)]
pub enum Trees {
    /// Neither is known.
    #[default]
    Unknown,
    /// The command of a flow, which gives both.
    Of(Placed),
    /// As somebody has shown them.
    Shown(Arc<Shown>),
}

/// A command of a flow that ran.
#[derive(Clone)]
pub struct Placed {
    /// The flow.
    pub flow: Arc<Flow>,
    /// The command.
    pub node: NodeId,
    /// The running document, counted from 0 in the order in which they began: the same flow may run
    /// several times.
    pub document: usize,
    /// How many commands were open around it.
    pub depth: usize,
    /// The caller, whose number stands in commands that have none of their own.
    pub caller: Arc<str>,
}

/// A command as somebody has shown it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Shown {
    /// As it was written.
    pub element: Option<Json>,
    /// As it was compiled.
    pub command: Option<Json>,
    /// How it stands, as the compiled command has it.
    pub status: Status,
}

impl Entry {
    /// When it ended; absent while it is open.
    pub fn ended(&self) -> Option<Stamp> {
        self.changed
            .filter(|_| self.status.state() != EntryState::Queued)
    }

    /// The path, or as much of a name as there is.
    pub fn path(&self) -> &str {
        let path = self.path.as_deref().or(self.name.as_deref());
        path.unwrap_or("?")
    }

    /// The command as it was written, in the platform's JSON.
    pub fn element_json(&self) -> Option<Cow<'_, str>> {
        match &self.trees {
            Trees::Unknown => None,
            Trees::Of(placed) => Some(placed.flow.element_json(placed.node).into()),
            Trees::Shown(shown) => shown.element.as_ref().map(|json| json.as_str().into()),
        }
    }

    /// The command as it was compiled, in the platform's JSON.
    pub fn command_json(&self) -> Option<Cow<'_, str>> {
        if let Trees::Shown(shown) = &self.trees {
            return shown.command.as_ref().map(|json| json.as_str().into());
        }
        let mut json = Vec::new();
        self.write_command(&mut json);
        let json = String::from_utf8(json).ok();
        json.filter(|json| json != "null").map(Cow::Owned)
    }

    /// Writes the command as it was compiled; null where it is not known.
    pub(crate) fn write_command(&self, out: &mut Vec<u8>) {
        match &self.trees {
            Trees::Unknown => out.extend_from_slice(b"null"),
            Trees::Shown(shown) => {
                let json = shown.command.as_ref().map_or("null", Json::as_str);
                out.extend_from_slice(json.as_bytes());
            }
            Trees::Of(placed) => {
                let status = flow::Status {
                    state: self.status.state(),
                    reason: self.status.reason.clone().unwrap_or_default(),
                };
                let tree = Tree {
                    flow: &placed.flow,
                    node: placed.node,
                    status: &status,
                    caller: &placed.caller,
                };
                // Writing to a vector cannot fail.
                let written = serde_json::to_writer(out, &tree);
                debug_assert!(written.is_ok());
            }
        }
    }

    /// The command in the flow that ran, where that is known.
    pub fn placed(&self) -> Option<&Placed> {
        match &self.trees {
            Trees::Of(placed) => Some(placed),
            Trees::Unknown | Trees::Shown(_) => None,
        }
    }

    /// The command as somebody has shown it.
    pub fn shown(&self) -> Option<&Shown> {
        match &self.trees {
            Trees::Shown(shown) => Some(shown),
            Trees::Unknown | Trees::Of(_) => None,
        }
    }
}

impl PartialEq for Trees {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown, Self::Unknown) => true,
            (Self::Of(one), Self::Of(other)) => one.node == other.node && one.flow == other.flow,
            (Self::Shown(one), Self::Shown(other)) => one == other,
            _ => false,
        }
    }
}

/// Not with the whole flow.
impl fmt::Debug for Trees {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => out.write_str("Unknown"),
            Self::Of(placed) => write!(out, "Of({})", placed.flow.path(placed.node)),
            Self::Shown(shown) => shown.fmt(out),
        }
    }
}

/// A recording that is available.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recording {
    /// When it began.
    pub began: Option<Stamp>,
    /// When it became available.
    pub available: Option<Stamp>,
    /// Its identifier.
    pub uuid: Option<Box<str>>,
    /// The name that the flow gave it.
    pub tag: Option<Box<str>>,
    /// Its length in whole seconds.
    pub seconds: Option<u64>,
    /// Whether it is transcribed.
    pub asr: Option<bool>,
}

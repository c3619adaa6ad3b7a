//! JSON Schemas as they are put together.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

/// A piece of a schema; its keys keep their order, so that it reads well.
pub(super) enum Node {
    Flag(bool),
    Count(u64),
    Text(Cow<'static, str>),
    List(Vec<Node>),
    Object(Vec<(Cow<'static, str>, Node)>),
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Count(count) => serializer.serialize_u64(*count),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(list) => serializer.collect_seq(list),
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

pub(super) fn text(text: impl Into<Cow<'static, str>>) -> Node {
    Node::Text(text.into())
}

pub(super) fn texts(list: impl IntoIterator<Item = &'static str>) -> Node {
    Node::List(list.into_iter().map(text).collect())
}

pub(super) fn object<const N: usize>(entries: [(&'static str, Node); N]) -> Node {
    Node::Object(
        entries
            .into_iter()
            .map(|(key, node)| (key.into(), node))
            .collect(),
    )
}

pub(super) fn array(items: Node) -> Node {
    object([("type", text("array")), ("items", items)])
}

impl Node {
    /// Writes it with one key a line.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        writeln!(out)
    }
}

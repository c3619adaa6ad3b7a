//! What was changed from one flow to another, command by command.

use std::collections::{BTreeMap, BTreeSet};

use super::{Alignment, Flow, NodeId};
use crate::alignment::{Step, same_items};
use crate::value::Value as _;

/// One thing that was changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edit {
    /// A command was added.
    Added(NodeId),
    /// A command was removed.
    Removed(NodeId),
    /// A command says something else, or stands elsewhere.
    Changed {
        /// The command of the old flow.
        old: NodeId,
        /// The command of the new flow.
        new: NodeId,
        /// Whether it stands in another block, or at another place in it.
        is_moved: bool,
        /// What it says otherwise.
        values: Vec<ChangedValue>,
        /// Whether it may be another command.
        is_doubtful: bool,
    },
}

/// A value of a command that was changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangedValue {
    /// The attribute, or `Meta` with a key; none for the text of the command.
    pub attribute: Option<String>,
    /// What it was; none where it was not there.
    pub old: Option<String>,
    /// What it is; none where it is no longer there.
    pub new: Option<String>,
}

/// What was changed from one flow to another, in the order of the new one; what was removed stands where it
/// stood.
pub fn edits(old: &Flow, new: &Flow, alignment: &Alignment) -> Vec<Edit> {
    let mut found = Found {
        old,
        new,
        alignment,
        edits: Vec::new(),
    };
    found.block(None, None);
    found.edits
}

struct Found<'f> {
    old: &'f Flow,
    new: &'f Flow,
    alignment: &'f Alignment,
    edits: Vec<Edit>,
}

/// The commands inside one, or of the flow itself: its Error blocks, and the others.
fn lists(flow: &Flow, id: Option<NodeId>) -> [&[NodeId]; 2] {
    match id {
        Some(id) => [flow.children_of(id), flow.error_of(id)],
        None => [flow.children(), flow.error()],
    }
}

impl Found<'_> {
    /// What was changed inside two commands that belong together, or inside one that stands in one flow
    /// only. A flow is at most so deep as it may be, and so is this.
    fn block(&mut self, old: Option<NodeId>, new: Option<NodeId>) {
        let is_whole = old.is_none() && new.is_none();
        let none: [&[NodeId]; 2] = [&[], &[]];
        let old = if old.is_some() || is_whole {
            lists(self.old, old)
        } else {
            none
        };
        let new = if new.is_some() || is_whole {
            lists(self.new, new)
        } else {
            none
        };
        for (old, new) in old.into_iter().zip(new) {
            self.list(old, new);
        }
    }

    fn list(&mut self, old: &[NodeId], new: &[NodeId]) {
        // A command of the new flow by the one that it was, behind all of the old flow if there is none.
        let count = self.old.nodes().len();
        let own: Vec<_> = old.iter().map(|id| id.index()).collect();
        let was = |id: &NodeId| {
            let was = self.alignment.old_of(*id);
            was.map_or(count + id.index(), |was| was.node.index())
        };
        let others: Vec<_> = new.iter().map(was).collect();
        for step in same_items(&own, &others) {
            match step {
                Step::Both(at, item) => self.pair(old[at], new[item], false),
                Step::First(at) | Step::Gap(at, _) => {
                    // What moved is told where it stands now.
                    if self.alignment.new_of(old[at]).is_none() {
                        self.edits.push(Edit::Removed(old[at]));
                        self.block(Some(old[at]), None);
                    }
                }
                Step::Second(item) => {
                    if let Some(was) = self.alignment.old_of(new[item]) {
                        self.pair(was.node, new[item], true);
                    } else {
                        self.edits.push(Edit::Added(new[item]));
                        self.block(None, Some(new[item]));
                    }
                }
            }
        }
    }

    fn pair(&mut self, old: NodeId, new: NodeId, is_moved: bool) {
        let values = self.values(old, new);
        if is_moved || !values.is_empty() {
            let counterpart = self.alignment.new_of(old);
            self.edits.push(Edit::Changed {
                old,
                new,
                is_moved,
                values,
                is_doubtful: counterpart.is_some_and(|counterpart| counterpart.is_doubtful),
            });
        }
        self.block(Some(old), Some(new));
    }

    /// What a command says otherwise, in the order of the new flow.
    fn values(&self, old: NodeId, new: NodeId) -> Vec<ChangedValue> {
        let nodes = [self.old.node(old), self.new.node(new)];
        let (Some(old), Some(new)) = (self.old.element(old), self.new.element(new)) else {
            return Vec::new();
        };
        let mut values = Vec::new();
        let mut add = |attribute: Option<&str>, old: Option<String>, new: Option<String>| {
            if old != new {
                let attribute = attribute.map(str::to_owned);
                values.push(ChangedValue {
                    attribute,
                    old,
                    new,
                });
            }
        };
        for one in new.attributes() {
            let mut all = old.attributes();
            let was = all.find(|other| other.name() == one.name());
            let was = was.map(|was| was.value().to_owned());
            add(Some(one.name()), was, Some(one.value().to_owned()));
        }
        for one in old.attributes() {
            if new.attributes().all(|other| other.name() != one.name()) {
                add(Some(one.name()), Some(one.value().to_owned()), None);
            }
        }
        let meta = nodes.map(|node| {
            let pairs = node.meta.iter();
            let pairs =
                pairs.map(|(key, value)| (format!("Meta {key}"), value.text().into_owned()));
            pairs.collect::<BTreeMap<_, _>>()
        });
        let keys: BTreeSet<_> = meta.iter().flat_map(BTreeMap::keys).collect();
        for key in keys {
            let [old, new] = meta.each_ref().map(|meta| meta.get(key).cloned());
            add(Some(key), old, new);
        }
        let text = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let texts = [text(&old.text()), text(&new.text())];
        let [was, is] = texts.map(|text| Some(text).filter(|text| !text.is_empty()));
        add(None, was, is);
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{align, compile};
    use crate::xml;

    fn flow(inside: &str) -> Flow {
        let text = format!("<Response>{inside}</Response>");
        let (document, found) = xml::read("flow.xml", text.as_bytes());
        assert!(found.is_empty(), "{found:?}");
        compile(document).0
    }

    fn told(old: &str, new: &str) -> Vec<String> {
        let (old, new) = (flow(old), flow(new));
        let alignment = align(&old, &new);
        let lines = edits(&old, &new, &alignment).into_iter();
        let lines = lines.map(|edit| match edit {
            Edit::Added(id) => format!("+ {}", new.path(id)),
            Edit::Removed(id) => format!("- {}", old.path(id)),
            Edit::Changed {
                old: one,
                new: other,
                is_moved,
                values,
                ..
            } => {
                let sign = if is_moved { '>' } else { '~' };
                let values = values.iter().map(|value| {
                    let name = value.attribute.as_deref().unwrap_or("text");
                    format!(" {name}: {:?} {:?}", value.old, value.new)
                });
                let values: String = values.collect();
                format!("{sign} {} {}{values}", old.path(one), new.path(other))
            }
        });
        lines.collect()
    }

    #[test]
    fn what_is_added_removed_moved_and_changed_is_told() {
        assert!(told("<Say>One.</Say>", "<Say>One.</Say>").is_empty());
        assert_eq!(
            told("<Say>One.</Say>", "<Pause/><Say>One.</Say>"),
            ["+ Pause[0]"]
        );
        assert_eq!(
            told("<Pause/><Say>One.</Say>", "<Say>One.</Say>"),
            ["- Pause[0]"]
        );
        assert_eq!(
            told(
                "<Say tag=\"a\">One.</Say>",
                "<Say tag=\"a\" language=\"en-US\">Two.</Say>"
            ),
            ["~ Say[0] Say[0] language: None Some(\"en-US\") text: Some(\"One.\") Some(\"Two.\")"]
        );
        assert_eq!(
            told(
                "<Say>One.</Say><Pause/>",
                "<Schedule dow=\"mon\"><Say>One.</Say></Schedule><Pause/>"
            ),
            ["+ Schedule[0]", "> Say[0] Schedule[0].Say[0]"]
        );
        assert_eq!(
            told(
                "<Gather><DTMF value=\"1\"><Say>One.</Say></DTMF></Gather>",
                ""
            ),
            [
                "- Gather[0]",
                "- Gather[0].DTMF[0]",
                "- Gather[0].DTMF[0].Say[0]"
            ]
        );
    }
}

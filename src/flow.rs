//! Elements to the compiled command tree.
//!
//! [`compile`] turns a document into a [`Flow`]: typed attributes, defaults, `error` and `children`
//! lists, and the paths by which the platform names commands. It never fails: what is wrong comes
//! as findings beside the tree, and a flow whose findings hold an error is not run.
//!
//! **Invariant:** this room knows commands by their [`Spec`](crate::command::Spec) only.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use crate::command::{Asks, Command, Given, Role};
use crate::fidelity::Assumptions;
use crate::source::Source;
use crate::value::Scalar;
use crate::xml::{self, Document, Element, ElementJson};

mod align;
mod ask;
mod compile;
mod edits;
mod fixes;
mod library;
mod rules;
mod tree;

pub use align::{Alignment, Counterpart, align};
pub use ask::{Inside, Surroundings};
pub use compile::compile;
pub use edits::{ChangedValue, Edit, edits};
pub use library::Library;
pub use rules::RULES;
pub use tree::{EntryState, Status, Top, Tree};

/// The most elements that a flow may have.
///
/// A simulator's own limit: a log prints an element with all that stands inside it, for every
/// entry of every event.
pub const MAX_ELEMENTS: usize = 100_000;

/// How deep a flow's elements may be nested. The compiled JSON nests twice as deep.
pub const MAX_DEPTH: u32 = 200;

/// The word of a comment that says that there is more of a flow than its text has.
pub(crate) const INCOMPLETE: &str = "incomplete";

/// A compiled call flow. It owns its document, so it lives as long as a call needs it.
#[derive(Debug)]
pub struct Flow {
    document: Document,
    nodes: Vec<Node>,
    /// The lists of all commands, one behind the other.
    lists: Vec<NodeId>,
    children: List,
    error: List,
    assumed: Assumptions,
    given: Vec<Given>,
    lost: Vec<xml::NodeId>,
    /// A hash of the text.
    digest: OnceLock<u64>,
    /// The commands by their tags; none where several have one.
    tagged: OnceLock<HashMap<Box<str>, Option<NodeId>>>,
    /// Whether a comment says that there is more of the flow than the text has.
    incomplete: OnceLock<bool>,
    /// The elements in the platform's JSON.
    json: OnceLock<ElementJson>,
    /// What stands inside each command.
    inside: Vec<OnceLock<Box<Inside>>>,
}

/// Flows are the same when their texts are.
impl PartialEq for Flow {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.source().text() == other.source().text()
    }
}

impl Eq for Flow {}

impl Hash for Flow {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let digest = self.digest.get_or_init(|| {
            let mut hasher = DefaultHasher::new();
            self.source().text().hash(&mut hasher);
            hasher.finish()
        });
        state.write_u64(*digest);
    }
}

/// A list of commands, as a part of [`Flow::lists`].
#[derive(Clone, Copy, Debug, Default)]
struct List {
    start: u32,
    length: u32,
}

/// A command in its flow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(u32);

/// A command with its place in the flow.
#[derive(Debug)]
pub struct Node {
    /// The command.
    pub command: Command,
    /// Its tag.
    pub tag: Option<Box<str>>,
    /// Keys and values of the Meta elements inside it.
    pub meta: Vec<(Box<str>, Scalar)>,
    /// What was assumed in reading it.
    pub assumed: Assumptions,
    children: List,
    error: List,
    element: xml::NodeId,
    parent: Option<NodeId>,
    /// Its index in the list of its parent that holds it.
    index: u32,
}

impl NodeId {
    /// The command's place in [`Flow::nodes`], counted from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Flow {
    /// The flow's text.
    pub fn source(&self) -> &Source {
        self.document.source()
    }

    /// The flow's document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Whether a comment says that there is more of the flow than the text has: what comes after its last
    /// command is not known.
    ///
    /// ```xml
    /// <!-- callflow: incomplete: why -->
    /// ```
    pub fn is_incomplete(&self) -> bool {
        *self.incomplete.get_or_init(|| {
            let mut comments = self.document.comments();
            comments.any(|comment| {
                let order = comment.text().trim_start().strip_prefix("callflow:");
                let word = order.and_then(|order| {
                    let mut words = order.split(|c: char| c == ':' || c.is_whitespace());
                    words.find(|word| !word.is_empty())
                });
                word == Some(INCOMPLETE)
            })
        })
    }

    /// The commands of the Response.
    pub fn children(&self) -> &[NodeId] {
        self.list(self.children)
    }

    /// The Error blocks of the Response (`response-error`).
    pub fn error(&self) -> &[NodeId] {
        self.list(self.error)
    }

    /// The commands inside a command.
    pub fn children_of(&self, id: NodeId) -> &[NodeId] {
        self.list(self.node(id).children)
    }

    /// The Error blocks inside a command.
    pub fn error_of(&self, id: NodeId) -> &[NodeId] {
        self.list(self.node(id).error)
    }

    fn list(&self, list: List) -> &[NodeId] {
        let start = list.start as usize;
        &self.lists[start..start + list.length as usize]
    }

    /// What was assumed of the document as a whole.
    pub fn assumed(&self) -> Assumptions {
        self.assumed
    }

    /// Every attribute that was given and that a declaration knows, in document order.
    pub fn given(&self) -> &[Given] {
        &self.given
    }

    /// The elements that became neither a command nor part of one, in document order.
    pub fn lost(&self) -> impl Iterator<Item = Element<'_>> {
        self.lost.iter().filter_map(|&id| self.document.element(id))
    }

    /// Every command in document order.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> {
        let id = |index| NodeId(u32::try_from(index).unwrap_or(u32::MAX));
        self.nodes
            .iter()
            .enumerate()
            .map(move |(index, node)| (id(index), node))
    }

    /// A command with its place.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The command around a command; absent directly in the Response.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).parent
    }

    /// The command's place in the list of its parent that holds it, counted from 0.
    pub fn index(&self, id: NodeId) -> usize {
        self.node(id).index as usize
    }

    /// The command with this tag; none where no command has it, or several have.
    pub fn tagged(&self, tag: &str) -> Option<NodeId> {
        let tagged = self.tagged.get_or_init(|| {
            let mut tagged: HashMap<Box<str>, Option<NodeId>> = HashMap::new();
            for (id, node) in self.nodes() {
                if let Some(tag) = &node.tag {
                    let entry = tagged.entry(tag.clone());
                    entry.and_modify(|one| *one = None).or_insert(Some(id));
                }
            }
            tagged
        });
        tagged.get(tag).copied().flatten()
    }

    /// The tags along the path of a command: one for each step, its own the last.
    pub fn tags(&self, id: NodeId) -> Vec<Option<&str>> {
        let line = std::iter::successors(Some(id), |&id| self.parent(id));
        let mut tags: Vec<_> = line.map(|id| self.node(id).tag.as_deref()).collect();
        tags.reverse();
        tags
    }

    /// The element that a command was read from.
    pub fn element(&self, id: NodeId) -> Option<Element<'_>> {
        self.document.element(self.node(id).element)
    }

    /// The element of a command in the platform's JSON, which is written once for the whole flow.
    pub fn element_json(&self, id: NodeId) -> &str {
        let json = self.json.get_or_init(|| self.document.element_json());
        json.get(self.node(id).element).unwrap_or("null")
    }

    /// The path by which the platform names a command: `Name[i]` from the top, `i` its index in the
    /// compiled list that holds it (observed).
    pub fn path(&self, id: NodeId) -> String {
        let mut line = Vec::with_capacity(8);
        line.push(id);
        while let Some(parent) = line.last().and_then(|&id| self.parent(id)) {
            line.push(parent);
        }
        let mut path = String::with_capacity(line.len() * 12);
        for id in line.into_iter().rev() {
            let node = self.node(id);
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(node.command.spec().name);
            path.push('[');
            match u8::try_from(node.index) {
                Ok(digit @ 0..10) => path.push(char::from(b'0' + digit)),
                // Writing to a string cannot fail.
                _ => drop(write!(path, "{}", node.index)),
            }
            path.push(']');
        }
        path
    }

    /// Whether a command lets a call through or not, and has something that it lets it through to.
    pub fn is_filter(&self, id: NodeId) -> bool {
        let describe = self.node(id).command.describe();
        let compares = describe.traits().compares.is_some() || describe.asks() != Asks::Nothing;
        let runs = |&child: &NodeId| self.node(child).command.spec().role == Role::Step;
        compares && self.children_of(id).iter().any(runs)
    }

    /// What stands inside a command, groups dissolved: what its behaviour sees as its children.
    pub fn members(&self, id: NodeId) -> Vec<NodeId> {
        let children = self.children_of(id);
        let mut members = Vec::with_capacity(children.len());
        for &child in children {
            match self.node(child).command.spec().role {
                Role::Group => members.extend(self.members(child)),
                _ => members.push(child),
            }
        }
        members
    }

    /// The Error blocks of a command, those of the groups inside it behind its own.
    pub fn handlers(&self, id: NodeId) -> Vec<NodeId> {
        let mut handlers = self.error_of(id).to_vec();
        for &child in self.children_of(id) {
            if self.node(child).command.spec().role == Role::Group {
                handlers.extend(self.error_of(child));
            }
        }
        handlers
    }
}

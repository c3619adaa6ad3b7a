//! The element tree: rows in document order. What they say is read through the views in `nodes`.
//!
//! **Invariant:** no recursion, no lifetimes and no node of its own on the heap. A document of a
//! hundred thousand nested elements is two vectors, walked and dropped as such.

use std::sync::Arc;

use super::nodes::{Attribute, Children, Comment, Element, Node};
use crate::source::{Source, Span};

/// The parent of what stands at the top of a document.
pub(super) const NONE: u32 = u32::MAX;

/// A document that was read: what could be understood of it, if it had mistakes.
#[derive(Clone, Debug)]
pub struct Document {
    pub(super) source: Arc<Source>,
    pub(super) rows: Vec<Row>,
    pub(super) attributes: Vec<AttributeRow>,
    /// Values that differ from their text in the source, one behind the other.
    pub(super) owned: String,
    pub(super) declaration: Option<Declaration>,
    /// The rows of comments: rules look for them in every document, and most have few.
    pub(super) comments: Vec<u32>,
    pub(super) is_well_formed: bool,
}

/// A node's place in its document. Handles grow in document order: an element's is smaller than
/// those of everything in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// The row, counted from 0 in document order.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An attribute's place in its document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AttributeId(pub(super) u32);

/// The XML declaration, `<?xml version="1.0" encoding="UTF-8"?>`. The spans of its values lie
/// inside the quotes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Declaration {
    /// From `<?xml` to behind `?>`.
    pub span: Span,
    /// The version, normally `1.0`.
    pub version: Option<Span>,
    /// The name of the encoding.
    pub encoding: Option<Span>,
    /// `yes` or `no`.
    pub standalone: Option<Span>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) parent: u32,
    /// The row behind this one's last descendant.
    pub(super) end: u32,
    pub(super) span: Span,
    pub(super) kind: RowKind,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum RowKind {
    Element(ElementRow),
    Text {
        value: Value,
        /// Whether it is white space alone, as most text is.
        is_blank: bool,
    },
    Cdata(Value),
    Comment,
    Instruction {
        target: Span,
        data: Span,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ElementRow {
    pub(super) name: Span,
    pub(super) start_tag_end: u32,
    /// Where the end tag begins: at the end of the row's span if there is none.
    pub(super) end_tag: u32,
    pub(super) first_attribute: u32,
    pub(super) behind_attributes: u32,
    /// Whether text that is more than white space, or CDATA, stands directly in it.
    pub(super) has_text: bool,
}

/// A string that stands in the source as it is, or in [`Document::owned`].
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    Source(Span),
    Owned(Span),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct AttributeRow {
    pub(super) name: Span,
    /// Inside the quotes.
    pub(super) raw: Span,
    /// Behind the closing quote.
    pub(super) end: u32,
    pub(super) value: Value,
}

impl Value {
    /// What it says, of a source and what differs from it.
    pub(super) fn of<'a>(self, source: &'a str, owned: &'a str) -> &'a str {
        let (text, span) = match self {
            Self::Source(span) => (source, span),
            Self::Owned(span) => (owned, span),
        };
        text.get(span.range()).unwrap_or("")
    }
}

impl Document {
    pub(super) fn empty(source: Arc<Source>) -> Self {
        Self {
            source,
            rows: Vec::new(),
            attributes: Vec::new(),
            owned: String::new(),
            declaration: None,
            comments: Vec::new(),
            is_well_formed: false,
        }
    }

    /// The text that was read.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Whether nothing was wrong with the text: every element is closed, for one.
    pub fn is_well_formed(&self) -> bool {
        self.is_well_formed
    }

    /// The outermost element: the first, if by mistake there are several.
    pub fn root(&self) -> Option<Element<'_>> {
        self.children().find_map(Node::element)
    }

    /// The XML declaration, if there is one.
    pub fn declaration(&self) -> Option<Declaration> {
        self.declaration
    }

    /// Every node in document order, an element before what stands in it.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = Node<'_>> + ExactSizeIterator {
        (0..self.rows.len()).map(|row| self.view(row as u32))
    }

    /// Every element in document order.
    pub fn elements(&self) -> impl DoubleEndedIterator<Item = Element<'_>> {
        self.nodes().filter_map(Node::element)
    }

    /// Every comment in document order.
    pub fn comments(&self) -> impl DoubleEndedIterator<Item = Comment<'_>> {
        let comments = self.comments.iter();
        comments.filter_map(|&row| self.view(row).comment())
    }

    /// The nodes at the top: the root element, and comments and instructions beside it.
    pub fn children(&self) -> Children<'_> {
        Children::new(self, 0, self.rows.len() as u32)
    }

    /// The node of a handle; `None` where the handle belongs to a longer document.
    pub fn node(&self, id: NodeId) -> Option<Node<'_>> {
        (id.index() < self.rows.len()).then(|| self.view(id.0))
    }

    /// The element of a handle; `None` where that node is no element.
    pub fn element(&self, id: NodeId) -> Option<Element<'_>> {
        self.node(id).and_then(Node::element)
    }

    /// The attribute of a handle; `None` where the handle belongs to a longer document.
    pub fn attribute(&self, id: AttributeId) -> Option<Attribute<'_>> {
        let row = self.attributes.get(id.0 as usize)?;
        Some(Attribute::new(self, row, id))
    }

    pub(super) fn view(&self, row: u32) -> Node<'_> {
        Node::new(self, row)
    }

    pub(super) fn value(&self, value: Value) -> &str {
        value.of(self.source.text(), &self.owned)
    }
}

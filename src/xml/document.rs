//! The element tree: rows in document order, and borrowed views of them.
//!
//! **Invariant:** no recursion, no lifetimes and no node of its own on the heap. A document of a
//! hundred thousand nested elements is two vectors, walked and dropped as such.

use std::borrow::Cow;
use std::sync::Arc;

use super::names::SPACE;
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
}

/// A node's place in its document. Handles grow in document order: an element's is smaller than
/// those of everything in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(u32);

impl NodeId {
    /// The row, counted from 0 in document order.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

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
    Element {
        name: Span,
        start_tag_end: u32,
        /// Where the end tag begins: at the end of the row's span if there is none.
        end_tag: u32,
        first_attribute: u32,
        behind_attributes: u32,
    },
    Text(Value),
    Cdata(Value),
    Comment,
    Instruction {
        target: Span,
        data: Span,
    },
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

impl Document {
    pub(super) fn empty(source: Arc<Source>) -> Self {
        Self {
            source,
            rows: Vec::new(),
            attributes: Vec::new(),
            owned: String::new(),
            declaration: None,
        }
    }

    /// The text that was read.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
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
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = Node<'_>> {
        (0..self.rows.len() as u32).map(|row| self.view(row))
    }

    /// Every element in document order.
    pub fn elements(&self) -> impl DoubleEndedIterator<Item = Element<'_>> {
        self.nodes().filter_map(Node::element)
    }

    /// Every comment in document order.
    pub fn comments(&self) -> impl DoubleEndedIterator<Item = Comment<'_>> {
        self.nodes().filter_map(Node::comment)
    }

    /// The nodes at the top: the root element, and comments and instructions beside it.
    pub fn children(&self) -> Children<'_> {
        Children {
            document: self,
            next: 0,
            end: self.rows.len() as u32,
        }
    }

    /// The node of a handle; `None` where the handle belongs to a longer document.
    pub fn node(&self, id: NodeId) -> Option<Node<'_>> {
        (id.index() < self.rows.len()).then(|| self.view(id.0))
    }

    /// The element of a handle; `None` where that node is no element.
    pub fn element(&self, id: NodeId) -> Option<Element<'_>> {
        self.node(id).and_then(Node::element)
    }

    pub(super) fn view(&self, row: u32) -> Node<'_> {
        Node {
            document: self,
            row,
        }
    }

    pub(super) fn value(&self, value: Value) -> &str {
        match value {
            Value::Source(span) => self.source.slice(span),
            Value::Owned(span) => self.owned.get(span.range()).unwrap_or(""),
        }
    }
}

/// Anything that stands in a document, attributes left aside.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    document: &'a Document,
    row: u32,
}

/// What a [`Node`] is.
#[derive(Clone, Copy, Debug)]
pub enum NodeKind<'a> {
    /// A start tag, what follows, and an end tag; or an empty-element tag.
    Element(Element<'a>),
    /// Text between tags, its references resolved.
    Text(&'a str),
    /// The text of a `<![CDATA[…]]>` section.
    Cdata(&'a str),
    /// A comment.
    Comment(Comment<'a>),
    /// A processing instruction, `<?target data?>`.
    Instruction {
        /// The name behind `<?`.
        target: &'a str,
        /// The rest without the white space before it; may be empty.
        data: &'a str,
    },
}

impl<'a> Node<'a> {
    /// The handle, good for as long as the document.
    pub fn id(self) -> NodeId {
        NodeId(self.row)
    }

    /// What it is.
    pub fn kind(self) -> NodeKind<'a> {
        let document = self.document;
        match self.row().kind {
            RowKind::Element { .. } => NodeKind::Element(Element { node: self }),
            RowKind::Text(value) => NodeKind::Text(document.value(value)),
            RowKind::Cdata(value) => NodeKind::Cdata(document.value(value)),
            RowKind::Comment => NodeKind::Comment(Comment { node: self }),
            RowKind::Instruction { target, data } => NodeKind::Instruction {
                target: document.source.slice(target),
                data: document.source.slice(data),
            },
        }
    }

    /// The node as an element.
    pub fn element(self) -> Option<Element<'a>> {
        match self.kind() {
            NodeKind::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The node as a comment.
    pub fn comment(self) -> Option<Comment<'a>> {
        match self.kind() {
            NodeKind::Comment(comment) => Some(comment),
            _ => None,
        }
    }

    /// Text and CDATA as they read; `None` for all else.
    pub fn text(self) -> Option<&'a str> {
        match self.kind() {
            NodeKind::Text(text) | NodeKind::Cdata(text) => Some(text),
            _ => None,
        }
    }

    /// The whole of it, delimiters and end tag included.
    pub fn span(self) -> Span {
        self.row().span
    }

    /// The element around it.
    pub fn parent(self) -> Option<Element<'a>> {
        let parent = self.row().parent;
        (parent != NONE).then(|| Element {
            node: self.document.view(parent),
        })
    }

    /// The node behind it under the same parent.
    pub fn next_sibling(self) -> Option<Node<'a>> {
        let Row { parent, end, .. } = *self.row();
        let behind = match parent {
            NONE => self.document.rows.len() as u32,
            parent => self.document.view(parent).row().end,
        };
        (end < behind).then(|| self.document.view(end))
    }

    /// The node before it under the same parent.
    pub fn previous_sibling(self) -> Option<Node<'a>> {
        let parent = self.row().parent;
        let mut before = self.document.view(self.row.checked_sub(1)?);
        if before.row == parent {
            return None;
        }
        while before.row().parent != parent {
            before = self.document.view(before.row().parent);
        }
        Some(before)
    }

    /// The comments directly before it, with nothing but white space between, the nearest first.
    pub fn preceding_comments(self) -> impl Iterator<Item = Comment<'a>> {
        std::iter::successors(self.previous_sibling(), |node| node.previous_sibling())
            .filter(|node| !node.text().is_some_and(is_blank))
            .map_while(Node::comment)
    }

    pub(super) fn row(self) -> &'a Row {
        &self.document.rows[self.row as usize]
    }
}

/// A comment.
#[derive(Clone, Copy, Debug)]
pub struct Comment<'a> {
    node: Node<'a>,
}

impl<'a> Comment<'a> {
    /// The comment as a node.
    pub fn node(self) -> Node<'a> {
        self.node
    }

    /// From `<!--` to behind `-->`.
    pub fn span(self) -> Span {
        self.node.span()
    }

    /// What stands between `<!--` and `-->`.
    pub fn text(self) -> &'a str {
        self.node.document.source.slice(self.text_span())
    }

    /// Where [`Comment::text`] stands.
    pub fn text_span(self) -> Span {
        let span = self.span();
        let text = self.node.document.source.slice(span);
        let end = text.strip_suffix("-->").unwrap_or(text).len();
        span.within(4.min(end), end)
    }
}

/// An element.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    node: Node<'a>,
}

impl<'a> Element<'a> {
    /// The element as a node.
    pub fn node(self) -> Node<'a> {
        self.node
    }

    /// The handle, good for as long as the document.
    pub fn id(self) -> NodeId {
        self.node.id()
    }

    /// The document that it stands in.
    pub fn document(self) -> &'a Document {
        self.node.document
    }

    /// The name as written, with its prefix.
    pub fn name(self) -> &'a str {
        self.node.document.source.slice(self.name_span())
    }

    /// The name in the start tag.
    pub fn name_span(self) -> Span {
        self.tag().0
    }

    /// The whole element, from `<` to behind its end tag.
    pub fn span(self) -> Span {
        self.node.span()
    }

    /// From `<` to behind the `>` of the start tag, or of the empty-element tag.
    pub fn start_tag_span(self) -> Span {
        Span {
            start: self.span().start,
            end: self.tag().1,
        }
    }

    /// The end tag; `None` for an empty-element tag, or where the end tag is missing.
    pub fn end_tag_span(self) -> Option<Span> {
        let RowKind::Element { end_tag, .. } = self.node.row().kind else {
            return None;
        };
        let end = self.span().end;
        (end_tag < end).then_some(Span {
            start: end_tag,
            end,
        })
    }

    /// The attributes in the order in which they are written.
    pub fn attributes(self) -> impl DoubleEndedIterator<Item = Attribute<'a>> + ExactSizeIterator {
        let document = self.node.document;
        self.attribute_rows()
            .iter()
            .map(move |row| Attribute { document, row })
    }

    /// The attribute of this name: the first, if by mistake there are several.
    pub fn attribute(self, name: &str) -> Option<Attribute<'a>> {
        self.attributes().find(|attribute| attribute.name() == name)
    }

    /// All that stands directly in it.
    pub fn children(self) -> Children<'a> {
        Children {
            document: self.node.document,
            next: self.node.row + 1,
            end: self.node.row().end,
        }
    }

    /// The elements that stand directly in it.
    pub fn elements(self) -> impl Iterator<Item = Element<'a>> {
        self.children().filter_map(Node::element)
    }

    /// Every element in it, however deep, in document order, itself left out.
    pub fn descendants(self) -> impl Iterator<Item = Element<'a>> {
        let document = self.node.document;
        (self.node.row + 1..self.node.row().end).filter_map(move |row| document.view(row).element())
    }

    /// The element around it.
    pub fn parent(self) -> Option<Element<'a>> {
        self.node.parent()
    }

    /// The comments directly before it, the nearest first.
    pub fn preceding_comments(self) -> impl Iterator<Item = Comment<'a>> {
        self.node.preceding_comments()
    }

    /// The text and CDATA directly in it, joined, white space untouched.
    pub fn text(self) -> Cow<'a, str> {
        let mut parts = self.children().filter_map(Node::text);
        let Some(first) = parts.next() else {
            return Cow::Borrowed("");
        };
        let mut joined = Cow::Borrowed(first);
        for part in parts {
            joined.to_mut().push_str(part);
        }
        joined
    }

    /// From the first to the last character of the text directly in it, white space around it
    /// left out; `None` where there is no other.
    pub fn text_span(self) -> Option<Span> {
        let source = &self.node.document.source;
        self.children()
            .filter(|node| node.text().is_some_and(|text| !is_blank(text)))
            .map(|node| {
                let text = source.slice(node.span());
                let start = text.len() - text.trim_start_matches(SPACE).len();
                node.span()
                    .within(start, text.trim_end_matches(SPACE).len())
            })
            .reduce(Span::to)
    }

    fn tag(self) -> (Span, u32) {
        match self.node.row().kind {
            RowKind::Element {
                name,
                start_tag_end,
                ..
            } => (name, start_tag_end),
            // No view of an element is ever made of another row.
            _ => (Span::default(), 0),
        }
    }

    pub(super) fn attribute_rows(self) -> &'a [AttributeRow] {
        let RowKind::Element {
            first_attribute,
            behind_attributes,
            ..
        } = self.node.row().kind
        else {
            return &[];
        };
        let range = first_attribute as usize..behind_attributes as usize;
        self.node.document.attributes.get(range).unwrap_or(&[])
    }
}

/// An attribute.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a> {
    document: &'a Document,
    row: &'a AttributeRow,
}

impl<'a> Attribute<'a> {
    /// The name as written, with its prefix.
    pub fn name(self) -> &'a str {
        self.document.source.slice(self.row.name)
    }

    /// Where the name stands.
    pub fn name_span(self) -> Span {
        self.row.name
    }

    /// The value: references resolved, white space normalised as XML 1.0 §3.3.3 has it.
    pub fn value(self) -> &'a str {
        self.document.value(self.row.value)
    }

    /// Where the value stands, quotes left out.
    pub fn value_span(self) -> Span {
        self.row.raw
    }

    /// From the name to behind the closing quote.
    pub fn span(self) -> Span {
        Span {
            start: self.row.name.start,
            end: self.row.end,
        }
    }
}

/// The nodes under one parent, in document order.
#[derive(Clone, Debug)]
pub struct Children<'a> {
    document: &'a Document,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        if self.next >= self.end {
            return None;
        }
        let node = self.document.view(self.next);
        self.next = node.row().end;
        Some(node)
    }
}

/// Whether there is nothing but what XML takes for white space.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

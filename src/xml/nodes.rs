//! Borrowed views of a document: nodes, elements, attributes, comments. All are `Copy`.

use std::borrow::Cow;

use super::document::{
    AttributeId, AttributeRow, Document, ElementRow, NONE, NodeId, Row, RowKind,
};
use super::names::is_space;
use crate::source::{Span, trimmed};

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
    pub(super) fn new(document: &'a Document, row: u32) -> Self {
        Self { document, row }
    }

    /// The handle, good for as long as the document.
    pub fn id(self) -> NodeId {
        NodeId(self.row)
    }

    /// What it is.
    pub fn kind(self) -> NodeKind<'a> {
        let document = self.document;
        match self.row().kind {
            RowKind::Element(ref row) => NodeKind::Element(Element { node: self, row }),
            RowKind::Text { value, .. } => NodeKind::Text(document.value(value)),
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
        match &self.row().kind {
            RowKind::Element(row) => Some(Element { node: self, row }),
            _ => None,
        }
    }

    /// The node as a comment.
    pub fn comment(self) -> Option<Comment<'a>> {
        match self.row().kind {
            RowKind::Comment => Some(Comment { node: self }),
            _ => None,
        }
    }

    /// Text and CDATA as they read; `None` for all else.
    pub fn text(self) -> Option<&'a str> {
        match self.row().kind {
            RowKind::Text { value, .. } | RowKind::Cdata(value) => Some(self.document.value(value)),
            _ => None,
        }
    }

    /// Text and CDATA that is not white space alone.
    fn said(self) -> Option<&'a str> {
        match self.row().kind {
            RowKind::Text { is_blank: true, .. } => None,
            _ => self.text().filter(|text| !is_blank(text)),
        }
    }

    /// The whole of it, delimiters and end tag included.
    pub fn span(self) -> Span {
        self.row().span
    }

    /// The same without white space at its ends.
    fn inner_span(self) -> Span {
        let span = self.span();
        let text = self.document.source.slice(span).as_bytes();
        let said = |byte: &u8| !is_space(*byte);
        let start = text.iter().position(said).unwrap_or(0);
        let end = text.iter().rposition(said).map_or(0, |last| last + 1);
        span.within(start, end)
    }

    /// The element around it.
    pub fn parent(self) -> Option<Element<'a>> {
        let parent = self.row().parent;
        (parent != NONE).then(|| self.document.view(parent).element())?
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
            .filter(|node| node.text().is_none() || node.said().is_some())
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
    row: &'a ElementRow,
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
        self.row.name
    }

    /// The whole element, from `<` to behind its end tag.
    pub fn span(self) -> Span {
        self.node.span()
    }

    /// From `<` to behind the `>` of the start tag, or of the empty-element tag.
    pub fn start_tag_span(self) -> Span {
        Span {
            start: self.span().start,
            end: self.row.start_tag_end,
        }
    }

    /// The end tag; `None` for an empty-element tag, or where the end tag is missing.
    pub fn end_tag_span(self) -> Option<Span> {
        let (start, end) = (self.row.end_tag, self.span().end);
        (start < end).then_some(Span { start, end })
    }

    /// The attributes in the order in which they are written.
    pub fn attributes(self) -> impl DoubleEndedIterator<Item = Attribute<'a>> + ExactSizeIterator {
        let (document, first) = (self.node.document, self.row.first_attribute);
        let range = first as usize..self.row.behind_attributes as usize;
        let rows = document.attributes.get(range).unwrap_or_default();
        rows.iter().enumerate().map(move |(index, row)| {
            Attribute::new(document, row, AttributeId(first + index as u32))
        })
    }

    /// The attribute of this name: the first, if by mistake there are several.
    pub fn attribute(self, name: &str) -> Option<Attribute<'a>> {
        self.attributes().find(|attribute| attribute.name() == name)
    }

    /// All that stands directly in it.
    pub fn children(self) -> Children<'a> {
        let row = self.node.row;
        Children::new(self.node.document, row + 1, self.node.row().end)
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

    /// Whether text or CDATA stands directly in it that is not white space alone.
    pub fn has_text(self) -> bool {
        self.row.has_text && self.has_said()
    }

    fn has_said(self) -> bool {
        let mut said = self.children().filter_map(Node::said);
        // What XML takes for white space is less than what Unicode does.
        said.any(|text| !trimmed(text).is_empty())
    }

    /// From the first to the last character of the text directly in it, white space around it
    /// left out; `None` where there is no other.
    pub fn text_span(self) -> Option<Span> {
        self.children()
            .filter(|node| node.said().is_some())
            .map(Node::inner_span)
            .reduce(Span::to)
    }

    /// [`Element::text`] with [`Element::text_span`]; `None` where nothing but white space stands
    /// directly in it.
    pub fn content(self) -> Option<(Cow<'a, str>, Span)> {
        if !self.row.has_text {
            return None;
        }
        let mut children = self.children();
        let first = children.next()?;
        if children.next().is_none() {
            // One piece of text, as nearly always, need not be gone through more than once.
            let text = first.said().filter(|text| !trimmed(text).is_empty())?;
            return Some((Cow::Borrowed(text), first.inner_span()));
        }
        let span = self.text_span().filter(|_| self.has_text())?;
        Some((self.text(), span))
    }
}

/// An attribute.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a> {
    document: &'a Document,
    row: &'a AttributeRow,
    id: AttributeId,
}

impl<'a> Attribute<'a> {
    pub(super) fn new(document: &'a Document, row: &'a AttributeRow, id: AttributeId) -> Self {
        Self { document, row, id }
    }

    /// The handle, good for as long as the document.
    pub fn id(self) -> AttributeId {
        self.id
    }

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

impl<'a> Children<'a> {
    pub(super) fn new(document: &'a Document, next: u32, end: u32) -> Self {
        Self {
            document,
            next,
            end,
        }
    }
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
    text.bytes().all(is_space)
}

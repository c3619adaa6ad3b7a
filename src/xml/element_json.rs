//! The tree as the platform writes it in `element`: the non-compact JSON of the npm package
//! xml-js (1.6.11, `xml2json(xml, {compact: false, ignoreComment: true})`) with the keys of every
//! object in the order of `PostgreSQL`'s `jsonb`, shorter ones first, then byte by byte.
//!
//! xml-js reads with sax-js, whose ways differ from what XML 1.0 asks for; they are kept, because
//! the platform's JSON has them (compared with the package itself on generated documents):
//! - white space in attribute values and `\r\n` in text stay as written;
//! - text that is nothing but white space, as JavaScript's `trim` sees it, is left out, even where
//!   it was written as a reference;
//! - a comment splits text in two, unless it is empty;
//! - an empty CDATA section is left out, one of white space is not.
//!
//! It differs where xml-js reads no XML: an attribute `__proto__` is lost there, names beyond the basic
//! plane are refused, `]]>` in text is accepted.

use std::io;

use super::document::{Document, NodeId};
use super::nodes::{Element, Node, NodeKind};
use super::references;
use crate::source::Span;

impl Document {
    /// Writes the whole document: `{"elements":[…],"declaration":{…}}`, both left out when absent.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        let mut writer = Writer::new(self, out);
        let written = writer.elements(0, self.rows.len() as u32);
        if let Some(declaration) = self.declaration() {
            if written {
                out.push(b',');
            }
            out.extend_from_slice(b"\"declaration\":{");
            let values = [
                ("version", declaration.version),
                ("encoding", declaration.encoding),
                ("standalone", declaration.standalone),
            ];
            let mut separator: &[u8] = b"\"attributes\":{";
            for (name, value) in values {
                if let Some(value) = value {
                    out.extend_from_slice(separator);
                    separator = b",";
                    string(out, name);
                    out.push(b':');
                    string(out, self.source().slice(value));
                }
            }
            if separator == b"," {
                out.push(b'}');
            }
            out.push(b'}');
        }
        out.push(b'}');
    }

    /// Writes one element and all in it, as a log entry of the platform holds it. Writes nothing
    /// where the handle is not that of an element.
    pub fn write_element_json(&self, id: NodeId, out: &mut Vec<u8>) {
        self.write_element(id, out);
    }

    /// The JSON of every element, written once: that of an element stands inside that of the element
    /// around it.
    pub fn element_json(&self) -> ElementJson {
        let mut out = Vec::new();
        let places = self
            .root()
            .map(|root| self.write_element(root.id(), &mut out));
        let mut places = places.unwrap_or_default();
        places.sort_unstable_by_key(|place| place.element);
        ElementJson {
            text: String::from_utf8(out).unwrap_or_default(),
            places,
        }
    }

    fn write_element(&self, id: NodeId, out: &mut Vec<u8>) -> Vec<Place> {
        let Some(element) = self.element(id) else {
            return Vec::new();
        };
        let row = id.index() as u32;
        let mut writer = Writer::new(self, out);
        writer.open(element);
        writer.rows(row + 1, element.node().row().end);
        writer.close();
        writer.places
    }
}

/// The JSON of the elements of a document.
#[derive(Debug)]
pub struct ElementJson {
    text: String,
    /// In the order of the elements.
    places: Vec<Place>,
}

/// Where the JSON of an element stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    element: NodeId,
    start: usize,
    end: usize,
}

impl ElementJson {
    /// The JSON of one element; absent where the handle is not that of an element.
    pub fn get(&self, id: NodeId) -> Option<&str> {
        let found = self.places.binary_search_by_key(&id, |place| place.element);
        let place = self.places.get(found.ok()?)?;
        self.text.get(place.start..place.end)
    }
}

/// Writes rows one after the other; the open elements are a stack, not the program's.
struct Writer<'a, 'o> {
    document: &'a Document,
    out: &'o mut Vec<u8>,
    open: Vec<Open<'a>>,
    /// Text that may still go on, behind an empty comment.
    text: Vec<Span>,
    /// Where the elements stand that were closed.
    places: Vec<Place>,
}

struct Open<'a> {
    /// `None` for the document itself, which has no tag.
    element: Option<Element<'a>>,
    any: bool,
    /// Where it begins in what is written.
    start: usize,
}

impl<'a, 'o> Writer<'a, 'o> {
    fn new(document: &'a Document, out: &'o mut Vec<u8>) -> Self {
        Self {
            document,
            out,
            open: Vec::new(),
            text: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Writes `"elements":[…]` for the nodes at the top of the document.
    fn elements(&mut self, start: u32, end: u32) -> bool {
        self.open.push(Open {
            element: None,
            any: false,
            start: self.out.len(),
        });
        self.rows(start, end);
        let any = self.open.pop().is_some_and(|open| open.any);
        if any {
            self.out.push(b']');
        }
        any
    }

    fn rows(&mut self, start: u32, end: u32) {
        for row in start..end {
            let node = self.document.view(row);
            while self.innermost() != node.parent().map(Element::id) && self.open.len() > 1 {
                self.close();
            }
            self.node(node);
        }
        while self.open.len() > 1 {
            self.close();
        }
        self.flush_text();
    }

    fn innermost(&self) -> Option<NodeId> {
        let open = self.open.last()?;
        open.element.map(Element::id)
    }

    fn node(&mut self, node: Node<'a>) {
        match node.kind() {
            NodeKind::Text(_) => {
                self.text.push(node.span());
                return;
            }
            NodeKind::Comment(comment) if comment.text().is_empty() => return,
            _ => self.flush_text(),
        }
        match node.kind() {
            NodeKind::Element(element) => {
                self.separate();
                self.open(element);
            }
            NodeKind::Cdata(_) => {
                let raw = self.document.source().slice(node.span());
                let raw = raw.strip_prefix("<![CDATA[").unwrap_or(raw);
                let raw = raw.strip_suffix("]]>").unwrap_or(raw);
                if !raw.is_empty() {
                    self.separate();
                    self.out
                        .extend_from_slice(b"{\"type\":\"cdata\",\"cdata\":");
                    string(self.out, raw);
                    self.out.push(b'}');
                }
            }
            NodeKind::Instruction { target, data } => {
                self.separate();
                self.out.extend_from_slice(b"{\"name\":");
                string(self.out, target);
                self.out
                    .extend_from_slice(b",\"type\":\"instruction\",\"instruction\":");
                string(self.out, data);
                self.out.push(b'}');
            }
            NodeKind::Text(_) | NodeKind::Comment(_) => {}
        }
    }

    /// Writes an element up to, not including, its `elements`.
    fn open(&mut self, element: Element<'a>) {
        let start = self.out.len();
        self.out.extend_from_slice(b"{\"name\":");
        string(self.out, element.name());
        self.out.extend_from_slice(b",\"type\":\"element\"");
        self.open.push(Open {
            element: Some(element),
            any: false,
            start,
        });
    }

    fn close(&mut self) {
        self.flush_text();
        let Some(Open {
            element,
            any,
            start,
        }) = self.open.pop()
        else {
            return;
        };
        if any {
            self.out.push(b']');
        }
        if let Some(element) = element {
            self.attributes(element);
            self.out.push(b'}');
            self.places.push(Place {
                element: element.id(),
                start,
                end: self.out.len(),
            });
        }
    }

    fn attributes(&mut self, element: Element<'a>) {
        let mut attributes: Vec<_> = element.attributes().collect();
        if attributes.is_empty() {
            return;
        }
        // The sort keeps the order of equals, so the first of a duplicate stays, as in sax-js.
        attributes.sort_by_key(|attribute| (attribute.name().len(), attribute.name()));
        attributes.dedup_by_key(|attribute| attribute.name());
        let mut separator: &[u8] = b",\"attributes\":{";
        for attribute in attributes {
            self.out.extend_from_slice(separator);
            separator = b",";
            string(self.out, attribute.name());
            self.out.push(b':');
            let raw = self.document.source().slice(attribute.value_span());
            string(self.out, &references::resolve(raw));
        }
        self.out.push(b'}');
    }

    fn flush_text(&mut self) {
        let spans = std::mem::take(&mut self.text);
        let source = self.document.source();
        let text = match spans.as_slice() {
            [] => return,
            [span] => references::resolve(source.slice(*span)),
            spans => {
                let parts = spans.iter();
                let text: String = parts
                    .map(|span| references::resolve(source.slice(*span)))
                    .collect();
                text.into()
            }
        };
        if !text.chars().all(is_javascript_space) {
            self.separate();
            self.out.extend_from_slice(b"{\"text\":");
            string(self.out, &text);
            self.out.extend_from_slice(b",\"type\":\"text\"}");
        }
        self.text = spans;
        self.text.clear();
    }

    /// Begins the list, or goes on with it.
    fn separate(&mut self) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        let begin: &[u8] = match (open.any, open.element) {
            (true, _) => b",",
            (false, None) => b"\"elements\":[",
            (false, Some(_)) => b",\"elements\":[",
        };
        self.out.extend_from_slice(begin);
        open.any = true;
    }
}

/// White space and line ends as ECMAScript's `String.prototype.trim` has them.
fn is_javascript_space(char: char) -> bool {
    char == '\u{feff}' || (char.is_whitespace() && char != '\u{85}')
}

fn string(out: &mut Vec<u8>, text: &str) {
    // Writing to a vector cannot fail, and a string is always valid JSON.
    let written: Result<(), serde_json::Error> =
        serde_json::to_writer(io::Write::by_ref(out), text);
    debug_assert!(written.is_ok());
}

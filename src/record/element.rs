//! The XML of a command as its log entry holds it, and back to XML.

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesCData, BytesEnd, BytesPI, BytesStart, BytesText, Event};
use quick_xml::name::QName;

use super::json::{Content, content, members, text};

/// An element of the tree under `element`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ElementTree {
    /// Its name.
    pub name: Box<str>,
    /// Its attributes in the event's order, which is that of their names' lengths.
    pub attributes: Vec<(Box<str>, Box<str>)>,
    /// What stands inside it.
    pub children: Vec<ElementNode>,
}

/// What stands inside an element. Comments and blanks are not in the event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ElementNode {
    /// An element.
    Element(ElementTree),
    /// Text.
    Text(Box<str>),
    /// A CDATA section.
    Cdata(Box<str>),
    /// A processing instruction: its target and what follows.
    Instruction(Box<str>, Box<str>),
}

impl ElementTree {
    /// Reads an element from the JSON that [`xml`](crate::xml) writes; absent where it is none. What
    /// stands inside it and is nothing known is passed over.
    pub fn read(json: &str) -> Option<Self> {
        let mut element = Self {
            name: Box::default(),
            attributes: Vec::new(),
            children: Vec::new(),
        };
        for (key, value) in members(json)? {
            match (&*key, content(value)) {
                ("name", Content::Text(name)) => element.name = name.into(),
                ("attributes", Content::Object(attributes)) => {
                    element.attributes = attributes.into_iter().filter_map(attribute).collect();
                }
                ("elements", Content::Array(children)) => {
                    element.children = children.into_iter().filter_map(ElementNode::read).collect();
                }
                _ => {}
            }
        }
        Some(element).filter(|element| !element.name.is_empty())
    }

    /// Whether two texts of JSON are the same element. Programs that pass an event on may write the keys
    /// of its objects in another order.
    pub fn is_same(json: &str, other: &str) -> bool {
        let read = |json| {
            let mut element = Self::read(json)?;
            element.sort();
            Some(element)
        };
        json == other || read(json).is_some_and(|element| read(other) == Some(element))
    }

    /// Sorts the attributes of all elements.
    fn sort(&mut self) {
        let mut open = vec![self];
        while let Some(element) = open.pop() {
            element.attributes.sort();
            open.extend(element.children.iter_mut().filter_map(|child| match child {
                ElementNode::Element(element) => Some(element),
                _ => None,
            }));
        }
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes.find_map(|(key, value)| (**key == *name).then_some(&**value))
    }

    /// The elements inside it.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            ElementNode::Element(element) => Some(element),
            _ => None,
        })
    }

    /// It as XML, indented by so many steps of two blanks, without a line end. Reading that gives the
    /// same tree: what stands beside text is written on one line.
    pub fn to_xml(&self, indent: usize) -> String {
        let mut writer = Writer::new(Vec::new());
        self.write(indent, &mut writer);
        String::from_utf8(writer.into_inner()).unwrap_or_default()
    }

    fn write(&self, indent: usize, writer: &mut Writer<Vec<u8>>) {
        let attributes = self.attributes.iter().map(|(name, value)| Attribute {
            key: QName(name),
            value: escape(value, true),
        });
        let tag = BytesStart::new(&*self.name).with_attributes(attributes);
        if self.children.is_empty() {
            return put(writer, Event::Empty(tag));
        }
        put(writer, Event::Start(tag));
        let is_text =
            |child: &ElementNode| matches!(child, ElementNode::Text(_) | ElementNode::Cdata(_));
        let is_mixed = self.children.iter().any(is_text);
        let mut before: Option<&ElementNode> = None;
        for child in &self.children {
            if !is_mixed {
                new_line(indent + 1, writer);
            }
            // Two texts side by side had a comment between them.
            if let (Some(ElementNode::Text(_)), ElementNode::Text(_)) = (before, child) {
                put(writer, Event::Comment(BytesText::from_escaped(" ")));
            }
            child.write(indent + 1, writer);
            before = Some(child);
        }
        if !is_mixed {
            new_line(indent, writer);
        }
        put(writer, Event::End(BytesEnd::new(&*self.name)));
    }
}

impl ElementNode {
    fn read(json: &str) -> Option<Self> {
        let members = members(json)?;
        let text = |wanted: &str| -> Option<Box<str>> {
            let mut members = members.iter();
            let (_, value) = members.find(|(key, _)| key == wanted)?;
            text(value).map(Into::into)
        };
        match &*text("type")? {
            "element" => ElementTree::read(json).map(Self::Element),
            "text" => text("text").map(Self::Text),
            "cdata" => text("cdata").map(Self::Cdata),
            "instruction" => {
                let data = text("instruction").unwrap_or_default();
                text("name").map(|target| Self::Instruction(target, data))
            }
            _ => None,
        }
    }

    fn write(&self, indent: usize, writer: &mut Writer<Vec<u8>>) {
        match self {
            Self::Element(element) => element.write(indent, writer),
            Self::Text(text) => {
                let text = BytesText::from_escaped(escape(text, false));
                put(writer, Event::Text(text));
            }
            Self::Cdata(text) => put(writer, Event::CData(BytesCData::new(&**text))),
            Self::Instruction(target, data) => {
                let blank = if data.is_empty() { "" } else { " " };
                let instruction = BytesPI::new(format!("{target}{blank}{data}"));
                put(writer, Event::PI(instruction));
            }
        }
    }
}

fn attribute((key, value): (Cow<'_, str>, &str)) -> Option<(Box<str>, Box<str>)> {
    let value: Box<str> = match content(value) {
        Content::Text(text) => text.into(),
        Content::Plain(plain) if plain != "null" => plain.into(),
        _ => return None,
    };
    Some((key.into(), value))
}

fn new_line(indent: usize, writer: &mut Writer<Vec<u8>>) {
    let blanks = format!("\n{}", "  ".repeat(indent));
    put(writer, Event::Text(BytesText::from_escaped(blanks)));
}

fn put(writer: &mut Writer<Vec<u8>>, event: Event<'_>) {
    // Writing to a vector cannot fail.
    let written = writer.write_event(event);
    debug_assert!(written.is_ok());
}

/// Escapes what has a meaning in XML. White space stays as it is, which quick-xml would escape too:
/// the event has it as it was written.
fn escape(text: &str, is_attribute: bool) -> Cow<'_, str> {
    let special: &[char] = if is_attribute {
        &['&', '<', '>', '"']
    } else {
        &['&', '<', '>']
    };
    if text.contains(special) {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        let escaped = escaped.replace('>', "&gt;");
        if is_attribute {
            Cow::Owned(escaped.replace('"', "&quot;"))
        } else {
            Cow::Owned(escaped)
        }
    } else {
        Cow::Borrowed(text)
    }
}

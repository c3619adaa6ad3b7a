//! The XML of a command as its log entry holds it, and back to XML.

use std::borrow::Cow;

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

    /// Writes it as XML, indented by so many steps of two blanks, without a line end. Reading that
    /// gives the same tree: what stands beside text is written on one line.
    pub fn write_xml(&self, indent: usize, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(value, true, out);
            out.push('"');
        }
        if self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        let is_text =
            |child: &ElementNode| matches!(child, ElementNode::Text(_) | ElementNode::Cdata(_));
        let is_mixed = self.children.iter().any(is_text);
        let mut before: Option<&ElementNode> = None;
        for child in &self.children {
            if !is_mixed {
                new_line(indent + 1, out);
            }
            // Two texts side by side had a comment between them.
            if let (Some(ElementNode::Text(_)), ElementNode::Text(_)) = (before, child) {
                out.push_str("<!-- -->");
            }
            child.write_xml(indent + 1, out);
            before = Some(child);
        }
        if !is_mixed {
            new_line(indent, out);
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
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

    fn write_xml(&self, indent: usize, out: &mut String) {
        match self {
            Self::Element(element) => element.write_xml(indent, out),
            Self::Text(text) => escape(text, false, out),
            Self::Cdata(text) => {
                out.push_str("<![CDATA[");
                out.push_str(text);
                out.push_str("]]>");
            }
            Self::Instruction(target, data) => {
                out.push_str("<?");
                out.push_str(target);
                if !data.is_empty() {
                    out.push(' ');
                    out.push_str(data);
                }
                out.push_str("?>");
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

fn new_line(indent: usize, out: &mut String) {
    out.push('\n');
    for _ in 0..indent {
        out.push_str("  ");
    }
}

/// Escapes what has a meaning in XML. White space stays as it is: the event has it as it was written.
fn escape(text: &str, is_attribute: bool, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if is_attribute => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

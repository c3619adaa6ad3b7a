//! Commands as XML, for whoever makes a flow out of something else.

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

/// A command that is to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    children: Vec<Self>,
}

impl Written {
    /// A command without anything in it.
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            text: String::new(),
            children: Vec::new(),
        }
    }

    /// With an attribute.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// With a tag, by which a scenario names it.
    #[must_use]
    pub fn tagged(self, tag: &str) -> Self {
        self.with("tag", tag)
    }

    /// With a text.
    #[must_use]
    pub(super) fn saying(mut self, text: &str) -> Self {
        // What XML does not allow cannot be written.
        let is_allowed = |c: &char| !c.is_control() || matches!(c, '\t' | '\n');
        self.text = text.chars().filter(is_allowed).collect();
        self
    }

    /// With commands inside.
    #[must_use]
    pub(super) fn holding(mut self, children: Vec<Self>) -> Self {
        self.children = children;
        self
    }

    /// As a document, behind a comment.
    pub fn to_document(&self, comment: &str) -> String {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        // Writing to a vector cannot fail.
        let comment = Event::Comment(BytesText::from_escaped(format!(" {comment} ")));
        let written = writer.write_event(comment);
        debug_assert!(written.is_ok());
        self.write(&mut writer);
        let mut text = String::from_utf8(writer.into_inner()).unwrap_or_default();
        text.push('\n');
        text
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) {
        let mut start = BytesStart::new(self.name);
        for (name, value) in &self.attributes {
            start.push_attribute((*name, value.as_str()));
        }
        let mut put = |event| {
            let written = writer.write_event(event);
            debug_assert!(written.is_ok());
        };
        if self.text.is_empty() && self.children.is_empty() {
            return put(Event::Empty(start));
        }
        put(Event::Start(start));
        if !self.text.is_empty() {
            put(Event::Text(BytesText::new(&self.text)));
        }
        for child in &self.children {
            child.write(writer);
        }
        let written = writer.write_event(Event::End(BytesEnd::new(self.name)));
        debug_assert!(written.is_ok());
    }
}

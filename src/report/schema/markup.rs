//! Indented XML, element by element.

use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// An XML document that is being written.
pub(super) struct Markup {
    writer: Writer<Vec<u8>>,
    open: Vec<&'static str>,
}

/// Attributes of an element, in their order.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Markup {
    /// A document with nothing in it yet.
    pub(super) fn new() -> Self {
        let mut markup = Self {
            writer: Writer::new_with_indent(Vec::new(), b' ', 2),
            open: Vec::new(),
        };
        markup.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        markup
    }

    /// Begins an element that holds others.
    pub(super) fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.write(Event::Start(start(name, attributes)));
        self.open.push(name);
    }

    /// Ends the element that was begun last.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.write(Event::End(BytesEnd::new(name)));
        }
    }

    /// An element that holds what `write` writes.
    pub(super) fn element(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        write: impl FnOnce(&mut Self),
    ) {
        self.open(name, attributes);
        write(self);
        self.close();
    }

    /// An element that holds nothing.
    pub(super) fn empty(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.write(Event::Empty(start(name, attributes)));
    }

    /// An element that holds a text.
    pub(super) fn text(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.open(name, attributes);
        self.write(Event::Text(BytesText::from_escaped(partial_escape(text))));
        self.close();
    }

    /// A comment; the text has no `--` in it.
    pub(super) fn comment(&mut self, text: &str) {
        self.write(Event::Comment(BytesText::from_escaped(format!(" {text} "))));
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.writer.get_mut().push(b'\n');
    }

    /// The document.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.gap();
        String::from_utf8(self.writer.into_inner()).unwrap_or_default()
    }

    fn write(&mut self, event: Event<'_>) {
        // Writing into memory cannot fail.
        let _ = self.writer.write_event(event);
    }
}

fn start<'a>(name: &'a str, attributes: Attributes<'a>) -> BytesStart<'a> {
    BytesStart::new(name).with_attributes(attributes.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn elements_are_indented_and_texts_escaped() {
        let mut out = Markup::new();
        out.element("a", &[("b", "<\"&")], |out| {
            out.text("c", &[], "1 > 0");
            out.empty("d", &[]);
        });
        assert_eq!(
            out.finish().lines().skip(1).collect::<Vec<_>>(),
            [
                "<a b=\"&lt;&quot;&amp;\">",
                "  <c>1 &gt; 0</c>",
                "  <d/>",
                "</a>"
            ]
        );
    }
}

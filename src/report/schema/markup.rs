//! Indented XML, element by element.

/// An XML document that is being written.
pub(super) struct Markup {
    text: String,
    open: Vec<&'static str>,
}

/// Attributes of an element, in their order.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Markup {
    /// A document with nothing in it yet.
    pub(super) fn new() -> Self {
        Self {
            text: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
            open: Vec::new(),
        }
    }

    /// Begins an element that holds others.
    pub(super) fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.tag(name, attributes, ">\n");
        self.open.push(name);
    }

    /// Ends the element that was begun last.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            self.text.extend(["</", name, ">\n"]);
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
        self.tag(name, attributes, "/>\n");
    }

    /// An element that holds a text.
    pub(super) fn text(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.tag(name, attributes, ">");
        self.escaped(text);
        self.text.extend(["</", name, ">\n"]);
    }

    /// A comment; the text has no `--` in it.
    pub(super) fn comment(&mut self, text: &str) {
        self.indent();
        self.text.extend(["<!-- ", text, " -->\n"]);
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// The document.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text
    }

    fn tag(&mut self, name: &str, attributes: Attributes<'_>, end: &str) {
        self.indent();
        self.text.extend(["<", name]);
        for (name, value) in attributes {
            self.text.extend([" ", name, "=\""]);
            self.escaped(value);
            self.text.push('"');
        }
        self.text.push_str(end);
    }

    fn indent(&mut self) {
        for _ in &self.open {
            self.text.push_str("  ");
        }
    }

    fn escaped(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                letter => self.text.push(letter),
            }
        }
    }
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

//! Examples as a page shows them.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::source::Source;
use crate::xml::{self, Element};

/// An example with one element on each line.
pub(super) fn pretty(xml: &str) -> String {
    let (document, _) = xml::parse(Arc::new(Source::new("example.xml", xml)));
    let mut text = String::new();
    if let Some(root) = document.root() {
        element(&mut text, root, 0);
    }
    text
}

fn element(text: &mut String, one: Element<'_>, depth: usize) {
    let source = one.document().source();
    let indent = "  ".repeat(depth);
    let is_line = one.elements().next().is_none() || !one.text().trim().is_empty();
    if is_line {
        let _ = writeln!(text, "{indent}{}", source.slice(one.span()));
        return;
    }
    let _ = writeln!(text, "{indent}{}", source.slice(one.start_tag_span()));
    for child in one.elements() {
        element(text, child, depth + 1);
    }
    if let Some(end) = one.end_tag_span() {
        let _ = writeln!(text, "{indent}{}", source.slice(end));
    }
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn examples_are_indented() {
        let text = pretty("<Response><Dial><To>a@b</To><Error/></Dial></Response>");
        let lines = [
            "<Response>",
            "  <Dial>",
            "    <To>a@b</To>",
            "    <Error/>",
            "  </Dial>",
            "</Response>",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), lines);
    }
}

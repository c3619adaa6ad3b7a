//! Any bytes as XML: what is accepted, another reader accepts, with the same names, values and text.
#![no_main]

use callflow::xml::Document;
use callflow::{diagnostic::Severity, xml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (document, findings) = xml::read("flow.xml", bytes);
    for finding in &findings {
        let range = finding.primary.span.range();
        assert!(document.source().text().get(range).is_some(), "{finding:?}");
    }
    let refused = findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    if document.is_well_formed() && !refused {
        same(&document);
    }
});

/// Holds a document against what the other reader makes of it.
fn same(document: &Document) {
    // The text as it was decoded; the declaration speaks of the bytes.
    let text = document.source().text();
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    let other = match roxmltree::Document::parse_with_options(text, options) {
        Ok(other) => other,
        // It counts its nodes, and looks no deeper than a thousand elements.
        Err(roxmltree::Error::NodesLimitReached | roxmltree::Error::NamespacesLimitReached) => {
            return;
        }
        Err(error) => panic!("accepted here, refused there: {error}\n{text}"),
    };
    let theirs = other.root().descendants().filter(|node| node.is_element());
    let ours = document.nodes().filter_map(callflow::xml::Node::element);
    let mut theirs = theirs;
    for element in ours {
        let node = theirs.next().expect("an element fewer there");
        let local = |name: &str| name.rsplit(':').next().unwrap_or_default().to_owned();
        assert_eq!(local(element.name()), node.tag_name().name());
        let is_namespace = |name: &str| name == "xmlns" || name.starts_with("xmlns:");
        let ours: Vec<_> = element
            .attributes()
            .filter(|attribute| !is_namespace(attribute.name()))
            .map(|attribute| (local(attribute.name()), attribute.value().to_owned()))
            .collect();
        let theirs: Vec<_> = node
            .attributes()
            .map(|attribute| (attribute.name().to_owned(), attribute.value().to_owned()))
            .collect();
        assert_eq!(ours, theirs, "{text}");
        let theirs: String = node
            .children()
            .filter(roxmltree::Node::is_text)
            .filter_map(|node| node.text())
            .collect();
        assert_eq!(element.text(), theirs, "{text}");
    }
    assert!(theirs.next().is_none(), "an element more there");
}

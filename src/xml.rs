//! XML text to an element tree with spans; never fails, whatever it is given.
//!
//! quick-xml reads the tags that are whole (`whole_tag`). What it does not do is done here, in the same
//! pass: names, characters, references, duplicate attributes and namespaces as XML 1.0 (fifth edition)
//! and Namespaces in XML 1.0 have them, spans, and recovery: what is broken is read by `start_tag`,
//! `attributes`, `end_tag` and `markup`, which find out what was meant, and quick-xml is started again
//! behind it.
//!
//! **Invariant:** this room knows nothing of telephony.

mod attributes;
mod declaration;
mod decode;
mod document;
mod element_json;
mod end_tag;
mod markup;
mod names;
mod namespaces;
mod nodes;
mod reader;
mod references;
mod rules;
mod start_tag;
mod stranger;
mod text;
mod whole_tag;

use std::sync::Arc;

pub use document::{AttributeId, Declaration, Document, NodeId};
pub use element_json::ElementJson;
pub use nodes::{Attribute, Children, Comment, Element, Node, NodeKind};
pub use rules::RULES;

/// The rule for what is no XML at all.
pub const NO_XML: &str = rules::NOT_TEXT.id;

use crate::diagnostic::Diagnostic;
use crate::source::Source;

/// Reads the bytes of a document under the name that messages give it.
///
/// What could be understood is always returned, and all that is wrong with it: none if the
/// document is well-formed.
pub fn read(name: &str, bytes: &[u8]) -> (Document, Vec<Diagnostic>) {
    let decoded = decode::decode(bytes);
    let source = Arc::new(Source::new(name, decoded.text));
    if decoded.is_hopeless {
        return (Document::empty(source), decoded.findings);
    }
    let (mut document, mut findings) = read_text(source, decoded.is_plain, 0);
    if !decoded.findings.is_empty() {
        document.is_well_formed = false;
        findings.extend(decoded.findings);
        findings.sort_by_key(|finding| finding.primary.span.start);
    }
    (document, findings)
}

/// Reads a document that is text already; whatever encoding it declares, it is past that.
pub fn parse(source: Arc<Source>) -> (Document, Vec<Diagnostic>) {
    let is_plain = text::is_plain(source.text().as_bytes());
    // A byte order mark is no part of the document.
    let mark = source.text().starts_with('\u{feff}');
    read_text(
        source,
        is_plain,
        if mark { '\u{feff}'.len_utf8() } else { 0 },
    )
}

fn read_text(source: Arc<Source>, is_plain: bool, from: usize) -> (Document, Vec<Diagnostic>) {
    let mut reader = reader::Reader::new(source.text(), is_plain);
    reader.at = from;
    reader.read();
    let reader::Reader {
        rows,
        attributes,
        owned,
        declaration,
        comments,
        findings,
        ..
    } = reader;
    let is_well_formed = findings.is_empty();
    let document = Document {
        source,
        rows,
        attributes,
        owned,
        declaration,
        comments,
        is_well_formed,
    };
    (document, findings)
}

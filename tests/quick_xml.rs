//! quick-xml, an XML reader of another make, sees the same elements and values in every example.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::PathBuf;

use callflow::xml;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

type Elements = Vec<(String, Vec<(String, String)>)>;

fn theirs(text: &str) -> Elements {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut elements = Vec::new();
    let mut add = |tag: &BytesStart<'_>| {
        let name = tag.name().as_ref().to_owned();
        let attributes = tag.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let key = attribute.key.as_ref().to_owned();
            (
                key,
                attribute
                    .normalized_value(XmlVersion::Explicit1_0)
                    .unwrap()
                    .into_owned(),
            )
        });
        elements.push((name, attributes.collect()));
    };
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => add(&tag),
            Event::Eof => return elements,
            _ => {}
        }
    }
}

fn ours(text: &str) -> Elements {
    let (document, findings) = xml::read("flow.xml", text.as_bytes());
    assert_eq!(findings, []);
    let element = |element: xml::Element<'_>| {
        let attributes = element
            .attributes()
            .map(|one| (one.name().to_owned(), one.value().to_owned()));
        (element.name().to_owned(), attributes.collect())
    };
    document.elements().map(element).collect()
}

#[test]
fn both_readers_see_the_same() {
    let mut folders = vec![PathBuf::from("flows")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xml") {
                let text = fs::read_to_string(&path).unwrap();
                assert_eq!(ours(&text), theirs(&text), "{}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 40);
}

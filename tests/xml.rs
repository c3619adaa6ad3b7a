//! Reading XML: what is found where, and what becomes of hostile input.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;

use callflow::diagnostic::Diagnostic;
use callflow::source::Span;
use callflow::xml::{self, Document, NodeKind};

const FLOW: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- callflow: ignore -->
<Response xmlns:ot='urn:opentact'>
  <?editor wrap="no"?>
  <Say voice="joanna" ot:tag='a &amp; b'>Hello &lt;<![CDATA[<b>]]>&#233;<!-- hm --> you</Say>
  <Pause
      length="1000"/>
</Response>
"#;

fn read(text: &str) -> (Document, Vec<Diagnostic>) {
    xml::read("flow.xml", text.as_bytes())
}

/// What is wrong, one finding a line: `line:column rule message`.
fn found(bytes: &[u8]) -> String {
    let (document, findings) = xml::read("flow.xml", bytes);
    let mut lines = String::new();
    for finding in findings {
        let at = document.source().position(finding.primary.span.start);
        let (line, column) = (at.line, at.column);
        writeln!(
            lines,
            "{line}:{column} {} {}",
            finding.rule, finding.message
        )
        .unwrap();
    }
    lines
}

/// Reads the tree in every way and checks what always holds.
fn examine(bytes: &[u8]) {
    let (document, findings) = xml::read("flow.xml", bytes);
    let source = document.source();
    let length = source.text().len() as u32;
    let holds = |span: Span| {
        assert!(span.start <= span.end && span.end <= length);
        assert!(source.text().get(span.range()).is_some());
    };
    for node in document.nodes() {
        holds(node.span());
        let _ = (node.previous_sibling(), node.next_sibling());
        let NodeKind::Element(element) = node.kind() else {
            continue;
        };
        holds(element.name_span());
        holds(element.start_tag_span());
        let spans = [element.end_tag_span(), element.text_span()];
        spans.into_iter().flatten().for_each(holds);
        for attribute in element.attributes() {
            holds(attribute.span());
            holds(attribute.value_span());
        }
    }
    for finding in &findings {
        holds(finding.primary.span);
        finding.secondary.iter().for_each(|label| holds(label.span));
        if let Some(fix) = &finding.fix {
            fix.edits.iter().for_each(|edit| holds(edit.span));
            let mut ends = fix.edits.windows(2);
            assert!(ends.all(|pair| pair[0].span.end <= pair[1].span.start));
        }
    }
    let mut json = Vec::new();
    document.write_json(&mut json);
    serde_json::from_slice::<serde_json::Value>(&json).unwrap();
}

#[test]
fn the_tree_gives_values_and_places() {
    let (document, findings) = read(FLOW);
    assert_eq!(findings, []);
    let slice = |span| document.source().slice(span);

    let root = document.root().unwrap();
    assert_eq!(root.name(), "Response");
    assert_eq!(
        slice(root.start_tag_span()),
        "<Response xmlns:ot='urn:opentact'>"
    );
    assert_eq!(slice(root.end_tag_span().unwrap()), "</Response>");
    assert!(
        slice(root.span()).starts_with("<Response") && slice(root.span()).ends_with("</Response>")
    );
    let comments: Vec<_> = root.preceding_comments().map(xml::Comment::text).collect();
    assert_eq!(comments, [" callflow: ignore "]);

    let names: Vec<_> = root.elements().map(xml::Element::name).collect();
    assert_eq!(names, ["Say", "Pause"]);
    let say = root.elements().next().unwrap();
    assert_eq!(say.text(), "Hello <<b>é you");
    assert!(slice(say.text_span().unwrap()).starts_with("Hello"));
    assert!(slice(say.text_span().unwrap()).ends_with("you"));
    assert_eq!(say.parent().unwrap().id(), root.id());
    let tag = say.attribute("ot:tag").unwrap();
    assert_eq!(tag.value(), "a & b");
    assert_eq!(slice(tag.value_span()), "a &amp; b");
    assert_eq!(slice(tag.span()), "ot:tag='a &amp; b'");
    assert_eq!(slice(tag.name_span()), "ot:tag");

    let pause = root.elements().nth(1).unwrap();
    assert_eq!(pause.end_tag_span(), None);
    assert_eq!(pause.span(), pause.start_tag_span());
    assert_eq!(pause.text_span(), None);
    assert_eq!(document.element(pause.id()).unwrap().name(), "Pause");

    let declaration = document.declaration().unwrap();
    assert_eq!(slice(declaration.encoding.unwrap()), "UTF-8");
    assert_eq!(declaration.standalone, None);
}

#[test]
fn values_are_normalised_as_the_recommendation_says() {
    let (document, findings) = read("<a b='1\r\n2\t3&#10;4\n'>5\r\n6\r7<![CDATA[8\r\n]]></a>");
    assert_eq!(findings, []);
    let root = document.root().unwrap();
    assert_eq!(root.attribute("b").unwrap().value(), "1 2 3\n4 ");
    assert_eq!(root.text(), "5\n6\n78\n");
}

#[test]
fn ten_mistakes_are_ten_findings() {
    let text = r#"<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Say voice="joanna>Welcome</Say>
  <Callback url="https://example.com/?a=1&b=2" body/>
  <Pause length=1000/>
  <Dial timeout="20000"callerid="+1">
    <To>+18389999168</Too>
    <Error>
      <Say>caf&eacute;, orders < 10</Say>
  </Dial>
  </Play>
</Response>
"#;
    insta::assert_snapshot!(found(text.as_bytes()), @r#"
    3:14 xml-attribute-quote the value of `voice` has no closing quote
    4:42 xml-ampersand `&` that does not begin a reference
    4:48 xml-attribute-value the attribute `body` has no value
    5:17 xml-attribute-quote the value of `length` is not in quotes
    6:24 xml-attribute-space white space is missing before an attribute
    7:21 xml-end-tag expected `</To>`, found `</Too>`
    8:6 xml-end-tag `<Error>` is never closed
    9:15 xml-entity the entity `&eacute;` is unknown
    9:32 xml-less-than `<` in text
    11:3 xml-end-tag there is no open `<Play>` here
    "#);
}

#[test]
fn each_mistake_alone_is_one_finding() {
    let cases = [
        "<Response><Say>hi</say></Response>",
        "<Response><Say>hi</Response>",
        "<Response><Dial><To>1</Dial></To></Response>",
        "<Response><Say voice=\"a language=\"en\">x</Say></Response>",
        "<Response><Say voice=a\" loop=\"2\">x</Say><Pause/></Response>",
        "<Response>\n<Say voice='a>x</Say>\n<Say voice='b'>it's</Say>\n</Response>",
        "<Response><Say \"x\">a</Say></Response>",
        "<Response><Pause length \"1\"/></Response>",
        "<Response><Say>a</Say",
        "<Response><Say voice=\"x",
        "<Response><Say>a</Say>",
        "<Response\n<Say>x</Say></Response>",
        "<Response><Pause length=\"1\"/<Say>x</Say></Response>",
        "<Response><Say>if a<b then</Say></Response>",
        "<Response><!-- a -> <Say>x</Say></Response>",
        "<Response><Say><![CDATA[x]></Say><Pause/></Response>",
        "<Say>a</Say><Pause/><Say>b</Say>",
        "<2nd>x</2nd>",
        "<!DOCTYPE a [<!ENTITY b '<c>'> <!-- ]> -->]><a>&b;&b;</a>",
        "",
    ];
    for case in cases {
        let lines = found(case.as_bytes());
        assert_eq!(lines.lines().count(), 1, "{case}\n{lines}");
    }
}

#[test]
fn bytes_that_are_no_text_are_one_clear_finding() {
    insta::assert_snapshot!(found(b"\xff\xfe<\0a\0/\0>\0"), @"");
    insta::assert_snapshot!(found(b"\xef\xbb\xbf<a/>"), @"");
    insta::assert_snapshot!(found(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>"), @"");
    insta::assert_snapshot!(
        found(b"<a>\n <b>\xe9t\xe9</b></a>"),
        @"2:5 xml-encoding the byte 0xE9 is not valid UTF-8"
    );
    insta::assert_snapshot!(
        found(b"<?xml version='1.0' encoding='windows-1252'?><a>\x93</a>"),
        @"1:31 xml-encoding the encoding `windows-1252` is not supported"
    );
    insta::assert_snapshot!(
        found(b"<?xml version='1.0' encoding='UTF-16'?><a/>"),
        @"1:31 xml-encoding the document declares `UTF-16`, but the file is one byte for each ASCII character"
    );
    insta::assert_snapshot!(
        found(b"<?xml version='1.0' encoding='US-ASCII'?>\n<a>\xc3\xa9</a>"),
        @"2:4 xml-encoding the byte 0xC3 is not valid US-ASCII"
    );
    insta::assert_snapshot!(
        found(b"<?xml version='1.0' encoding='iso-2022-jp'?><a>\x1b$B</a"),
        @"1:31 xml-encoding the encoding `iso-2022-jp` is not supported"
    );
    let binary: Vec<u8> = (0..=255).cycle().take(5000).collect();
    insta::assert_snapshot!(
        found(&binary),
        @"1:1 xml-not-text this is not XML text: the file contains binary data"
    );
    insta::assert_snapshot!(
        found(b"{\"a\": 1}\n"),
        @"1:1 xml-not-text this is not XML: there is no tag in it"
    );
    insta::assert_snapshot!(found(b" \n"), @"1:1 xml-root the document is empty");
}

#[test]
fn safe_fixes_mend_what_they_belong_to() {
    let text = "<a b=1 c='<'d='2' e \"3\">&nbsp;x & y < z ]]> &b=1 <!-- -- --></A>";
    let (_, findings) = read(text);
    let mut edits: Vec<_> = findings
        .iter()
        .flat_map(|finding| finding.fix.as_ref().unwrap().edits.clone())
        .collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    let mut mended = text.to_owned();
    for edit in edits {
        mended.replace_range(edit.span.range(), &edit.replacement);
    }
    assert_eq!(
        mended,
        "<a b=\"1\" c='&lt;' d='2' e=\"3\">&#160;x &amp; y &lt; z ]]&gt; &amp;b=1 <!-- = --></a>"
    );
}

#[test]
fn a_document_full_of_mistakes_is_not_shown_whole() {
    let (_, findings) = read(&format!("<a>{}</a>", "<b c=1/>".repeat(5000)));
    assert_eq!(findings.len(), 1001);
    assert_eq!(findings[1000].rule, "xml-too-many");
}

#[test]
fn huge_documents_are_read_without_recursion() {
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let cases = [
        deep.as_str(),
        &"<a>".repeat(100_000),
        &format!("<a>{}", "</b>".repeat(100_000)),
        &format!("<a b='{}'/>", "x&amp;\n".repeat(500_000)),
        &format!("<a>{}</a>", "< ".repeat(100_000)),
        &format!("<a {}/>", "b ".repeat(100_000)),
        &"<!DOCTYPE a [".repeat(100_000),
        &"<![".repeat(100_000),
        &format!("<a>{}", "<!--".repeat(100_000)),
        &format!("<a>{}", "<![CDATA[".repeat(100_000)),
        &format!("<a {}/>", "p:b='' ".repeat(100_000)),
    ];
    for case in cases {
        let (document, findings) = read(case);
        assert!(findings.len() <= 1001);
        let mut json = Vec::new();
        document.write_json(&mut json);
        drop(document);
    }
    assert_eq!(read(&deep).1, []);
}

#[test]
fn no_prefix_of_a_document_makes_it_panic() {
    for end in 0..FLOW.len() {
        examine(&FLOW.as_bytes()[..end]);
    }
}

#[test]
fn no_changed_byte_makes_it_panic() {
    let bytes = FLOW.as_bytes();
    for at in 0..bytes.len() {
        for &byte in b"<>&'\"/=-!?]: \n\0\x0c;#a1\xc3\xa9\xef\xff" {
            let mut changed = bytes.to_vec();
            changed[at] = byte;
            examine(&changed);
            changed[at] = bytes[at];
            changed.insert(at, byte);
            examine(&changed);
        }
        let mut without = bytes.to_vec();
        without.remove(at);
        examine(&without);
    }
}

#[test]
fn no_heap_of_markup_makes_it_panic() {
    const PIECES: [&str; 32] = [
        "<a",
        "<b",
        "</a",
        "</b",
        ">",
        "/>",
        "=",
        "\"",
        "'",
        "x",
        " ",
        "\n",
        "&",
        ";",
        "&amp;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "?>",
        "<!DOCTYPE",
        "[",
        "]",
        "xmlns:p",
        "p:",
        ":",
        "--",
        "é",
        "<",
        "\u{ffff}",
        "&#",
    ];
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..24 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(PIECES[(state >> 59) as usize]);
        }
        examine(text.as_bytes());
    }
}

#[test]
fn the_element_json_is_that_of_xml_js() {
    // More of them, as `generate.js` prints them.
    let more =
        std::env::var_os("CALLFLOW_XML_JS").map(|path| std::fs::read_to_string(path).unwrap());
    let cases = more
        .as_deref()
        .unwrap_or(include_str!("xml_js/cases.jsonl"));
    let mut count = 0;
    for case in cases.lines() {
        let [text, expected]: [String; 2] = serde_json::from_str(case).unwrap();
        let (document, findings) = read(&text);
        assert_eq!(findings, [], "{text}");
        let mut json = Vec::new();
        document.write_json(&mut json);
        assert_eq!(String::from_utf8(json).unwrap(), expected, "{text:?}");
        count += 1;
    }
    println!("{count} documents");
}

#[test]
fn one_element_writes_itself_alone() {
    let (document, _) = read(FLOW);
    let pause = document
        .elements()
        .find(|element| element.name() == "Pause")
        .unwrap();
    let mut json = Vec::new();
    document.write_element_json(pause.id(), &mut json);
    assert_eq!(
        String::from_utf8(json).unwrap(),
        r#"{"name":"Pause","type":"element","attributes":{"length":"1000"}}"#
    );
    let mut json = Vec::new();
    let declaration = document.nodes().next().unwrap();
    document.write_element_json(declaration.id(), &mut json);
    assert_eq!(json, b"");
}

/// What stands in front of a document, or in its place, is called what it is: one finding.
#[test]
fn strangers_are_called_what_they_are() {
    let notice = "Warning: Undefined variable $x in /var/www/a.php on line 3\n";
    let html = "<br />\n<b>Notice</b>:  Undefined index in <b>/a.php</b> on line <b>3</b><br />\n";
    let flow = "<?xml version=\"1.0\"?>\n<Response/>";
    let cases = [
        (
            "\u{feff}\u{feff}<Response/>".to_owned(),
            "a second byte order mark, U+FEFF",
        ),
        (
            "\u{200b}<Response/>".to_owned(),
            "a zero-width space, U+200B",
        ),
        (format!("\u{a0}{flow}"), "a no-break space, U+00A0"),
        (
            format!("<?php echo 1; ?>\n{flow}").replace("<?xml version=\"1.0\"?>\n", ""),
            "PHP code",
        ),
        ("<?php\necho '<Response/>';\n".to_owned(), "PHP code"),
        ("<?= $flow".to_owned(), "PHP code"),
        (
            format!("{notice}{flow}"),
            "there is a PHP message before the document",
        ),
        (
            format!("PHP {notice}{notice}{flow}"),
            "there is a PHP message before the document",
        ),
        (
            format!("{html}{html}{flow}"),
            "there is a PHP message before the document",
        ),
        (
            "<!DOCTYPE html>\n<html><p>x<br></html>".to_owned(),
            "this is an HTML page",
        ),
        (
            "\n<!doctype HTML PUBLIC \"x\"><html><p>".to_owned(),
            "this is an HTML page",
        ),
        (
            "<html><head><meta charset='x'></head></html>".to_owned(),
            "this is an HTML page",
        ),
    ];
    for (text, message) in cases {
        let (_, findings) = callflow::xml::read("flow.xml", text.as_bytes());
        assert_eq!(findings.len(), 1, "{text}: {findings:?}");
        assert!(
            findings[0].message.contains(message),
            "{text}: {}",
            findings[0].message
        );
    }
    // One mark is none of the document's, and an instruction inside it may have any name.
    for text in [
        "\u{feff}<Response/>",
        "<Response><?php x?></Response>",
        "<html/>",
    ] {
        let (_, findings) = callflow::xml::read("flow.xml", text.as_bytes());
        assert_eq!(findings, [], "{text}");
    }
}

/// Every entity of HTML is answered with the character that it means.
#[test]
fn entities_of_html_are_answered_with_their_character() {
    for (name, instead) in [
        ("egrave", "è"),
        ("Egrave", "È"),
        ("euro", "€"),
        ("nbsp", "&#160;"),
        ("zwj", "&#8205;"),
    ] {
        let text = format!("<Say>&{name};</Say>");
        let (_, findings) = callflow::xml::read("flow.xml", text.as_bytes());
        let fix = findings[0].fix.as_ref().unwrap();
        assert_eq!(&*fix.edits[0].replacement, instead);
        let mended = text.replace(&format!("&{name};"), instead);
        let (_, findings) = callflow::xml::read("flow.xml", mended.as_bytes());
        assert_eq!(findings, []);
    }
}

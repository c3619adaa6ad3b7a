//! Tags in a text that is spoken.

use super::scope::Scope;
use crate::diagnostic::Diagnostic;

rule! {
    /// A spoken text with tags in it.
    ///
    /// If the whole text is an SSML document (its root is `speak`), this is only an info: some
    /// platforms support SSML, and it is not documented whether this one does.
    ///
    /// ## Why
    ///
    /// The voice reads the whole text aloud, with the tags.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say><![CDATA[Hello, <b>Anna</b>.]]></Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Hello, Anna.</Say>
    /// </Response>
    /// ```
    "tags-in-text" Warning Values "tags that will be read out"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, _) in scope.speaking() {
        let Some(content) = place.spec().content() else {
            continue;
        };
        let raw = scope.flow.source().slice(place.value_span(content.name));
        if !raw.contains(['<', '&']) {
            continue;
        }
        let given = place.element.attribute(content.name);
        let text = match given {
            Some(given) => given.value().to_owned(),
            None => place.element.text().into_owned(),
        };
        let Some(tag) = first_tag(&text) else {
            continue;
        };
        let span = place.value_span(content.name);
        let is_ssml =
            text.trim_start().starts_with("<speak") || text.trim_start().starts_with("<?xml");
        findings.push(if is_ssml {
            CHECK
                .info(span, "it is not documented that a text can be SSML")
                .help("test it with one call first")
        } else {
            CHECK.at(span, format!("`{tag}` will be read out")).help(
                "write only the words; if there is something between them, use one command for each part",
            )
        });
    }
}

/// The first tag of a text: `<b>`, `</p>`, `<br/>`.
fn first_tag(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let name = rest[1..].strip_prefix('/').unwrap_or(&rest[1..]);
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '?' || c == '!');
        if let Some(end) = rest.find('>').filter(|&end| begins && end <= 200) {
            return Some(&rest[..=end]);
        }
        rest = &rest[1..];
    }
    None
}

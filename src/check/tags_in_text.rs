//! Tags in a text that is spoken.

use super::scope::Scope;
use crate::diagnostic::Diagnostic;

rule! {
    /// A spoken text with tags in it.
    ///
    /// Where the whole text is a document of SSML (its root is `speak`), it is only said: some
    /// platforms speak that, and no page says whether this one does.
    ///
    /// ## Why
    ///
    /// A voice reads a text, tags included.
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
                .info(span, "no page says that a text can be SSML")
                .help("try it with one call before it is used")
        } else {
            CHECK.at(span, format!("`{tag}` will be read out")).help(
                "write the words alone, in a command each where something stands between them",
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

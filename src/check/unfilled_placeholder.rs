//! A placeholder that no program has filled.

use std::ops::Range;

use super::scope::{Given, Scope};
use crate::command::Role;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::value::{CallerId, Scalar, Url, Value};

rule! {
    /// A text, URL or address that still contains a placeholder: `{{name}}`, `${name}`, `#{name}`,
    /// `<%= name %>`, `{% name %}` or `[object Object]`; or what a program writes for a missing
    /// value: `undefined`, `null`, `NaN` or `%s` as the whole text, or as a part of a URL or an
    /// address.
    ///
    /// ## Why
    ///
    /// The platform does not fill in placeholders. The caller hears the placeholder read out, or
    /// the request goes to a URL that does not exist.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Hello {{first_name}}, your order is ready.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say>Hello Anna, your order is ready.</Say>
    /// </Response>
    /// ```
    "unfilled-placeholder" Warning Values "a placeholder that was not filled in"
}

/// Whether a text holds a placeholder: then nothing else is to be said of it.
pub(super) fn is_unfilled(text: &str) -> bool {
    placeholder(text).is_some() || word(text, Part::Text).is_some()
}

/// What begins and ends a placeholder.
const BRACKETS: &[(&str, &str)] = &[
    ("{{", "}}"),
    ("${", "}"),
    ("#{", "}"),
    ("{%", "%}"),
    ("<%", "%>"),
    ("[object ", "]"),
];

/// What programs write for a value that they do not have.
const WORDS: &[&str] = &["undefined", "null", "NaN", "%s"];

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    let text = scope.flow.source().text().as_bytes();
    // Nearly every flow is without any, and told so at a glance.
    let is_likely = memchr::memchr3(b'{', b'[', b'%', text).is_some()
        || ["undefined", "null", "NaN"]
            .iter()
            .any(|word| memchr::memmem::find(text, word.as_bytes()).is_some());
    if !is_likely {
        return;
    }
    for given in scope.given() {
        // What cannot be read is reported as such.
        let is_read = given.command().role == Role::Meta
            || given
                .element()
                .is_some_and(|element| scope.place_of(element).is_some());
        if is_read {
            let is_spoken = given.attribute().content
                && given.element().is_some_and(|element| {
                    scope
                        .place_of(element)
                        .is_some_and(|place| place.traits.voice.is_some())
                });
            look(
                scope,
                &given.value(),
                given.span(),
                of(given),
                is_spoken,
                findings,
            );
        }
    }
    for place in &scope.places {
        if let Some(tag) = &place.node.tag {
            let span = place.value_span("tag");
            look(scope, tag, span, Part::Text, false, findings);
        }
    }
}

/// How a value is made up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It is one text.
    Text,
    /// It is one value, of which `null` is one.
    Scalar,
    /// It has parts, each of which is a value.
    Parts,
}

fn of(given: Given<'_>) -> Part {
    let kind = given.attribute().kind.name;
    let is_address = given.command().role == Role::Destination;
    if is_address || [Url::KIND.name, CallerId::KIND.name].contains(&kind) {
        Part::Parts
    } else if kind == Scalar::KIND.name {
        Part::Scalar
    } else {
        Part::Text
    }
}

/// Looks at a value, and reports the first placeholder in it.
fn look(
    scope: &Scope<'_>,
    value: &str,
    span: Span,
    part: Part,
    is_spoken: bool,
    findings: &mut Vec<Diagnostic>,
) {
    let (range, is_word) = match (placeholder(value), word(value, part)) {
        (Some(range), _) => (range, false),
        (None, Some(range)) => (range, true),
        (None, None) => return,
    };
    let found = &value[range];
    let raw = scope.flow.source().slice(span);
    let place = match raw.find(found) {
        Some(at) => span.within(at, at + found.len()),
        None => span,
    };
    let message = if is_word {
        format!("`{found}` is not a value: the value was missing")
    } else {
        format!("the placeholder `{found}` was not filled in")
    };
    findings.push(
        CHECK
            .at(place, message)
            .label(if is_spoken {
                "the caller hears it read out"
            } else {
                "it is used literally"
            })
            .help("let the program that writes this flow put the value here"),
    );
}

/// The first placeholder in a text.
fn placeholder(text: &str) -> Option<Range<usize>> {
    let found = BRACKETS.iter().filter_map(|(open, close)| {
        let start = text.find(open)?;
        let inside = start + open.len();
        let end = inside + text[inside..].find(close)?;
        let name = text[inside..end].trim();
        // Without anything inside it is none; what JavaScript writes is the name of a type.
        let is_named = match *open {
            "[object " => name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains(' '),
            _ => !name.is_empty(),
        };
        is_named.then_some(start..end + close.len())
    });
    found.min_by_key(|range| range.start)
}

/// The word for a missing value that a text is, or that is a part of it.
fn word(text: &str, part: Part) -> Option<Range<usize>> {
    let is_known = |word: &str| WORDS.contains(&word) && (part != Part::Scalar || word != "null");
    if part != Part::Parts {
        let whole = text.trim_end_matches(['.', '!', '?', ',']);
        return is_known(whole).then_some(0..whole.len());
    }
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '%');
    let mut at = 0;
    for piece in text.split(|c| !is_inside(c)) {
        if is_known(piece) {
            return Some(at..at + piece.len());
        }
        // What stands between two parts is one character, of one byte or more.
        at += piece.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_has_something_inside() {
        let found = |text: &str| placeholder(text).map(|range| text[range].to_owned());
        for (text, expected) in [
            ("Hello {{ name }}.", Some("{{ name }}")),
            ("Order ${order.id}, {{x}}", Some("${order.id}")),
            ("#{name}", Some("#{name}")),
            ("<%= name %>", Some("<%= name %>")),
            ("{% if x %}Hi", Some("{% if x %}")),
            ("a [object Object]", Some("[object Object]")),
            ("{{}}", None),
            ("{{ name", None),
            ("{name}", None),
            ("$5 {off}", None),
            ("20 % of 30 %", None),
            ("an object [Object]", None),
            ("[object storage]", None),
            ("[object Map]", Some("[object Map]")),
        ] {
            assert_eq!(found(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_missing_value_is_the_whole_text_or_a_part_of_an_address() {
        for (text, part, is_found) in [
            ("undefined", Part::Text, true),
            ("NaN.", Part::Text, true),
            ("%s", Part::Text, true),
            ("undefined behaviour", Part::Text, false),
            ("Null", Part::Text, false),
            ("null", Part::Scalar, false),
            ("undefined", Part::Scalar, true),
            ("https://a.example/null/x", Part::Parts, true),
            ("https://a.example/x?id=undefined&y=1", Part::Parts, true),
            ("https://a.example/%s", Part::Parts, true),
            ("https://a.example/nullable/%20s", Part::Parts, false),
            ("undefined@sip.example.com", Part::Parts, true),
            ("undefinedé/null", Part::Parts, true),
        ] {
            assert_eq!(word(text, part).is_some(), is_found, "{text}");
        }
    }
}

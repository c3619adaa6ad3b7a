//! JSON in which texts and numbers are replaced, value by value: the trees of commands, and what only a
//! vendor knows.

use super::{Kind, Redact, Redaction, is_common};
use crate::command::{self, Spec};
use crate::record::{Content, Json, content};

/// The tree of a command, as it was written or as it was compiled.
pub(super) fn command(redaction: &mut Redaction, json: &str) -> Json {
    let mut out = String::with_capacity(json.len());
    Walk {
        redaction,
        is_foreign: false,
    }
    .value(json, None, &mut out);
    Json::trusted(out)
}

/// A value of which only its vendor knows what it is.
pub(super) fn foreign(redaction: &mut Redaction, json: &str) -> Json {
    let mut out = String::with_capacity(json.len());
    Walk {
        redaction,
        is_foreign: true,
    }
    .value(json, None, &mut out);
    Json::trusted(out)
}

struct Walk<'r> {
    redaction: &'r mut Redaction,
    /// Whether the value is none of a command's.
    is_foreign: bool,
}

/// What is known of a value: the command that it belongs to, and its key.
#[derive(Clone, Copy)]
struct Known<'k> {
    spec: Option<&'static Spec>,
    key: &'k str,
}

impl Walk<'_> {
    fn value(&mut self, json: &str, known: Option<Known<'_>>, out: &mut String) {
        match content(json) {
            Content::Object(members) => {
                let own = members.iter().find_map(|(_, value)| match content(value) {
                    Content::Text(name) => command::spec(&name),
                    _ => None,
                });
                let spec = own.or(known.and_then(|known| known.spec));
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    out.push_str(&quoted_key(&self.key(key)));
                    out.push(':');
                    self.value(value, Some(Known { spec, key }), out);
                }
                out.push('}');
            }
            Content::Array(elements) => {
                out.push('[');
                for (index, value) in elements.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    self.value(value, known, out);
                }
                out.push(']');
            }
            Content::Text(text) => {
                let shown = self.text(&text, known);
                if shown == text {
                    out.push_str(json);
                } else {
                    out.push_str(Json::of(shown.as_str()).as_str());
                }
            }
            Content::Plain(plain) => {
                let is_whole = plain.bytes().all(|byte| byte.is_ascii_digit());
                let instead = self.redaction.known(plain).filter(|_| is_whole);
                // A number of JSON begins with no zero.
                let instead = instead.filter(|digits| !digits.starts_with('0'));
                out.push_str(instead.as_deref().unwrap_or(plain));
            }
        }
    }

    /// A key of an object, which may be the name of somebody in what only a vendor knows.
    fn key(&mut self, key: &str) -> String {
        let is_plain = key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        if is_plain || !self.is_foreign {
            key.to_owned()
        } else {
            self.redaction.text(key)
        }
    }

    fn text(&mut self, text: &str, known: Option<Known<'_>>) -> String {
        let is_sentence = text.trim().contains(char::is_whitespace);
        let all = self.redaction.how == Redact::All;
        if self.is_foreign {
            return if is_sentence {
                self.redaction.instead(Kind::Text, text)
            } else if all && !is_word(text) {
                self.redaction.instead(Kind::Identifier, text)
            } else {
                self.redaction.text(text)
            };
        }
        let plain = self.redaction.text(text);
        let is_known_text = || {
            let texts = [Kind::Text, Kind::Tag].into_iter();
            let trimmed = text.trim().to_owned();
            let mut known = texts.map(|kind| (kind, trimmed.clone()));
            known.find(|key| self.redaction.replaced.contains_key(key))
        };
        if !all || plain != text {
            return plain;
        }
        match is_known_text() {
            Some((kind, text)) => self.redaction.instead(kind, &text),
            None if known.is_some_and(says_something)
                && !text.trim().is_empty()
                && !is_common(text) =>
            {
                self.redaction.instead(Kind::Text, text.trim())
            }
            None if is_uuid(text) => self.redaction.instead(Kind::Identifier, text),
            None => plain,
        }
    }
}

/// Whether the value with this key is a text that the flow's author wrote.
fn says_something(Known { spec, key }: Known<'_>) -> bool {
    let Some(spec) = spec else { return false };
    // What stands between two tags is what the attribute is that may be written so.
    let is_content = matches!(key, "text" | "cdata");
    let is_free = |attribute: &command::AttributeSpec| {
        attribute.kind.words.is_empty() && attribute.kind.name == "text"
    };
    let by_name = spec.attribute(key).is_some_and(is_free);
    by_name
        || is_content
            && spec
                .attributes
                .iter()
                .any(|one| one.content && is_free(one))
}

/// Whether a text is a word of a vendor's own, such as `call_ended`.
fn is_word(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '.'))
}

pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A key that stands as it was written between its quotes.
fn quoted_key(key: &str) -> String {
    if key.contains(['"', '\\']) || key.chars().any(char::is_control) {
        // Half of a surrogate pair is written as its escape.
        let is_written =
            serde_json::from_str::<serde::de::IgnoredAny>(&format!("\"{key}\"")).is_ok();
        if is_written {
            return format!("\"{key}\"");
        }
    }
    Json::of(key).as_str().to_owned()
}

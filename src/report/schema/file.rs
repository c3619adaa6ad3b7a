//! JSON Schemas of the TOML files that people write: scenarios and `callflow.toml`.

use super::node::{Node, object, text};
use crate::channel::cause::Cause;
use crate::table::{Choice, Declaration, Holds, Key, Refusal};

/// The schema of a file.
pub(super) fn schema(id: &'static str, title: &'static str, file: &Declaration) -> Node {
    let mut schema = vec![
        (
            "$schema",
            text("https://json-schema.org/draft/2020-12/schema"),
        ),
        ("$id", text(id)),
        ("title", text(title)),
        (
            "description",
            text("Generated from the reader of the file: `callflow schema`."),
        ),
    ];
    schema.extend(table(file));
    node(schema)
}

fn node(keys: Vec<(&'static str, Node)>) -> Node {
    let keys = keys.into_iter();
    Node::Object(keys.map(|(key, node)| (key.into(), node)).collect())
}

fn names(names: &[&'static str]) -> Node {
    Node::List(names.iter().copied().map(text).collect())
}

fn required(keys: &[&'static str]) -> Node {
    object([("required", names(keys))])
}

/// The keys of a schema that describe a table.
fn table(table: &Declaration) -> Vec<(&'static str, Node)> {
    let mut schema = vec![("type", text("object"))];
    let (any, named): (Vec<&Key>, Vec<&Key>) = table.keys.iter().partition(|key| key.name == "*");
    schema.push((
        "additionalProperties",
        match any.first() {
            Some(key) => value(key),
            None => Node::Flag(false),
        },
    ));
    let needed: Vec<_> = named.iter().filter(|key| key.is_needed).collect();
    if !needed.is_empty() {
        let needed: Vec<_> = needed.into_iter().map(|key| key.name).collect();
        schema.push(("required", names(&needed)));
    }
    let properties = named.iter().map(|key| (key.name.into(), value(key)));
    schema.push(("properties", Node::Object(properties.collect())));
    let mut all = Vec::new();
    for &choice in &table.choices {
        all.push(match choice {
            Choice::Some(keys) => {
                let each = keys.iter().map(|&key| required(&[key]));
                object([("anyOf", Node::List(each.collect()))])
            }
            Choice::Excludes(one, other) => object([("not", required(&[one, other]))]),
            Choice::NeedsOr(one, other, (third, value)) => {
                let is_value = object([("const", text(value))]);
                let has_value = object([
                    ("required", names(&[third])),
                    ("properties", Node::Object(vec![(third.into(), is_value)])),
                ]);
                let without = object([("not", required(&[one]))]);
                let any = vec![without, required(&[other]), has_value];
                object([("anyOf", Node::List(any))])
            }
            Choice::Needs(one, other) => {
                let needs = vec![(one.into(), names(&[other]))];
                object([("dependentRequired", Node::Object(needs))])
            }
        });
    }
    if !all.is_empty() {
        schema.push(("allOf", Node::List(all)));
    }
    schema
}

/// The schema of a key's value, with what the manual says of it.
fn value(key: &Key) -> Node {
    let mut docs = key.docs.to_owned();
    if let Holds::Value(expected) | Holds::List(expected) = &key.holds {
        docs = format!("{docs} ({expected})");
    }
    if let Some(usual) = &key.usual {
        docs = format!("{docs} Default: {usual}.");
    }
    let mut schema = vec![("description", text(docs))];
    match &key.holds {
        Holds::Value(expected) => schema.extend(single(expected)),
        Holds::List(expected) => {
            schema.extend([("type", text("array")), ("items", node(single(expected)))]);
        }
        Holds::Table(inside) => schema.extend(table(inside)),
        Holds::Tables(inside) => {
            schema.extend([("type", text("array")), ("items", node(table(inside)))]);
        }
        Holds::Anything => {}
    }
    node(schema)
}

/// What a single value must be.
fn single(expected: &Refusal) -> Vec<(&'static str, Node)> {
    /// The largest integer that every reader of JSON keeps.
    const EXACT: u64 = 1 << 53;
    let between = |least, most| {
        vec![
            ("type", text("integer")),
            ("minimum", Node::Count(least)),
            ("maximum", Node::Count(most)),
        ]
    };
    let like = |pattern: &'static str| vec![("type", text("string")), ("pattern", text(pattern))];
    match expected {
        Refusal::Flag | Refusal::True => vec![("type", text("boolean"))],
        Refusal::Whole(most) => between(0, (*most).min(EXACT)),
        Refusal::Nth => between(1, u32::MAX.into()),
        Refusal::Number => vec![("type", text("number"))],
        Refusal::SipStatus => between(300, 699),
        Refusal::HttpStatus => between(200, 599),
        Refusal::HttpFailure => between(300, 599),
        Refusal::Word { words, .. } => vec![("enum", names(words))],
        Refusal::Cause(_) | Refusal::Rung(_) => {
            let words = Cause::WORDS.iter().map(|&(word, _)| word);
            let causes = words.chain(Cause::all().map(Cause::name));
            let answer = matches!(expected, Refusal::Rung(_)).then_some("answer");
            let words = answer.into_iter().chain(causes).map(text);
            vec![("enum", Node::List(words.collect()))]
        }
        Refusal::Duration => like(r"^(\d[\d.]*h)?(\d[\d.]*m)?(\d[\d.]*s)?(\d[\d.]*ms)?$"),
        Refusal::Keys(_) => like("^[0-9*#A-D]+$"),
        Refusal::PressKeys(_) => like("^[0-9*#A-Dw]*$"),
        Refusal::Pattern | Refusal::PathPattern => {
            vec![("type", text("string")), ("maxLength", Node::Count(200))]
        }
        _ => vec![("type", text("string"))],
    }
}

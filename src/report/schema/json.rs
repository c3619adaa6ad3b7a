//! JSON Schema 2020-12 of compiled flows.

use std::borrow::Cow;
use std::io::{self, Write};

use super::node::{Node, array, object, text, texts};
use super::{NOTICE, TAG_DOCS, attribute_docs, element_docs, group, inside, of_role, roles};
use crate::command::{AttributeSpec, Common, Contains, Exclusive, Role, SPECS, Slot, Spec};
use crate::flow::EntryState;
use crate::report::prose;
use crate::value::{Json, Kind};

/// Writes the schema.
pub(super) fn write(out: &mut dyn Write) -> io::Result<()> {
    schema().write(out)
}

fn reference(name: &str) -> Node {
    object([("$ref", text(format!("#/$defs/{name}")))])
}

fn schema() -> Node {
    let root = of_role(Role::Root).next();
    let lists = [
        ("error", root.map(errors)),
        ("children", root.map(children)),
    ];
    let lists = lists.map(|(key, roles)| (key, list(&roles.unwrap_or_default(), false)));
    let mut definitions: Vec<(Cow<'static, str>, Node)> = Vec::new();
    for role in roles() {
        if compiles(role) {
            let commands = of_role(role).map(|spec| reference(spec.name));
            let definition = object([
                ("description", text(prose::role(role))),
                ("anyOf", Node::List(commands.collect())),
            ]);
            definitions.push((group(role).into(), definition));
        }
    }
    for spec in SPECS.iter().filter(|spec| compiles(spec.role)) {
        definitions.push((spec.name.into(), command(spec)));
    }
    object([
        (
            "$schema",
            text("https://json-schema.org/draft/2020-12/schema"),
        ),
        ("$id", text("urn:callflow:command:1")),
        ("title", text("What `callflow parse --tree command` prints")),
        (
            "description",
            text(format!(
                "The compiled commands of a call flow, before it runs. {NOTICE}"
            )),
        ),
        ("type", text("object")),
        ("additionalProperties", Node::Flag(false)),
        ("required", texts(["error", "children"])),
        ("properties", object(lists)),
        ("$defs", Node::Object(definitions)),
    ])
}

/// Whether an element of this role becomes a command: the root only holds them, data goes into
/// `meta`.
fn compiles(role: Role) -> bool {
    !matches!(role, Role::Root | Role::Meta)
}

/// The roles inside a command that stand in its `error` list.
fn errors(spec: &Spec) -> Vec<Role> {
    let mut roles = inside(spec);
    roles.retain(|&role| role == Role::Handler);
    roles
}

/// The roles inside a command that stand in its `children` list.
fn children(spec: &Spec) -> Vec<Role> {
    let mut roles = inside(spec);
    roles.retain(|&role| compiles(role) && role != Role::Handler);
    roles
}

fn command(spec: &Spec) -> Node {
    let mut properties = Vec::new();
    let mut required = Vec::new();
    for &slot in spec.slots {
        match slot {
            Slot::Common(common) => {
                if common != Common::Tag {
                    required.push(common.name());
                    properties.push((common.name().into(), shared(spec, common)));
                } else if spec.tag {
                    properties.push((common.name().into(), shared(spec, common)));
                }
            }
            Slot::Attribute(index) => {
                let Some(one) = spec.attributes.get(index).filter(|one| one.written) else {
                    continue;
                };
                if one.required || one.default.is_some() {
                    required.push(one.name);
                }
                properties.push((one.name.into(), value(one.kind, attribute_docs(one))));
            }
            Slot::Compiled(index) => {
                let Some(key) = spec.compiled.get(index) else {
                    continue;
                };
                let docs = prose::paragraphs(key.docs).join(" ");
                // An attribute of the same name is the compiled value's source and has its type.
                let source = spec.attributes.iter().find(|one| one.name == key.name);
                let node = match source.map(|one: &AttributeSpec| one.kind) {
                    Some(kind) => value(kind, docs),
                    None => object([("description", text(docs))]),
                };
                properties.push((key.name.into(), node));
            }
        }
    }
    let mut definition = vec![
        ("description".into(), text(element_docs(spec))),
        ("type".into(), text("object")),
        ("additionalProperties".into(), Node::Flag(false)),
        ("required".into(), texts(required)),
        ("properties".into(), Node::Object(properties)),
    ];
    if !spec.exclusive.is_empty() {
        let groups = spec.exclusive.iter().map(exclusive).collect();
        definition.push(("allOf".into(), Node::List(groups)));
    }
    Node::Object(definition)
}

/// At most one of the attributes, or exactly one.
fn exclusive(group: &Exclusive) -> Node {
    let given = |name: &&'static str| object([("required", texts([*name]))]);
    let mut forms: Vec<Node> = group.attributes.iter().map(given).collect();
    if !group.needed {
        let any = group.attributes.iter().map(given).collect();
        forms.push(object([("not", object([("anyOf", Node::List(any))]))]));
    }
    object([("oneOf", Node::List(forms))])
}

/// A key that every command has.
fn shared(spec: &Spec, key: Common) -> Node {
    match key {
        Common::Tag => object([
            ("description", text(TAG_DOCS)),
            ("type", text("string")),
            ("minLength", Node::Count(1)),
        ]),
        Common::Meta => object([
            ("description", text("The data inside the command.")),
            ("type", text("object")),
            ("additionalProperties", json_type(Json::Scalar)),
        ]),
        Common::Name => object([("const", text(spec.name))]),
        Common::Path => object([
            (
                "description",
                text(
                    "`Name[index]` for each level from the top; the index is the position in the list that contains the command.",
                ),
            ),
            ("type", text("string")),
            (
                "pattern",
                text("^[A-Za-z]+\\[[0-9]+\\](\\.[A-Za-z]+\\[[0-9]+\\])*$"),
            ),
        ]),
        Common::Error => list(&errors(spec), false),
        Common::State => {
            let states = [EntryState::Queued, EntryState::Success, EntryState::Failed];
            object([("enum", texts(states.map(EntryState::as_str)))])
        }
        Common::Reason => object([
            (
                "description",
                text("`unknown` until the command has ended."),
            ),
            ("type", text("string")),
        ]),
        Common::Success => object([("type", text("boolean"))]),
        Common::Children => list(&children(spec), spec.contains == Contains::Destinations),
    }
}

/// A list of the commands of some roles.
fn list(roles: &[Role], is_needed: bool) -> Node {
    if roles.is_empty() {
        return object([("type", text("array")), ("maxItems", Node::Count(0))]);
    }
    let commands = roles.iter().map(|&role| reference(group(role)));
    let items = match roles {
        [one] => reference(group(*one)),
        _ => object([("anyOf", Node::List(commands.collect()))]),
    };
    if is_needed {
        object([
            ("type", text("array")),
            ("minItems", Node::Count(1)),
            ("items", items),
        ])
    } else {
        array(items)
    }
}

fn value(kind: Kind, docs: String) -> Node {
    let mut entries: Vec<(Cow<'static, str>, Node)> = vec![("description".into(), text(docs))];
    match (kind.json, kind.words, kind.pattern) {
        (Json::Text, words @ [_, ..], _) => {
            entries.push(("enum".into(), texts(words.iter().copied())));
        }
        (Json::Text, [], Some(pattern)) => {
            entries.push(("type".into(), text("string")));
            entries.push(("pattern".into(), text(format!("^({pattern})$"))));
        }
        (json, _, _) => {
            if let Node::Object(more) = json_type(json) {
                entries.extend(more);
            }
        }
    }
    Node::Object(entries)
}

fn json_type(json: Json) -> Node {
    let integer = || object([("type", text("integer")), ("minimum", Node::Count(0))]);
    match json {
        Json::Text => object([("type", text("string"))]),
        Json::Words(words) => object([("enum", texts(words.iter().copied()))]),
        Json::Flag => object([("type", text("boolean"))]),
        Json::Integer => integer(),
        Json::Number => object([("type", text("number"))]),
        Json::IntegerOrText => object([("type", texts(["integer", "string"]))]),
        Json::Integers => array(integer()),
        Json::Scalar => object([("type", texts(["string", "number", "boolean", "null"]))]),
    }
}

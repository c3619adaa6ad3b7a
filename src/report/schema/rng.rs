//! RELAX NG: the same language, more exactly.
//!
//! It says that a value stands in an attribute or in the text, and which attributes exclude each
//! other. It cannot compare values, nor look into a text that stands between elements.

use super::markup::Markup;
use super::{
    NOTICE, TAG_DOCS, TEXT, attribute_docs, element_docs, group, inside, is_exclusive, is_root,
    kinds, of_role, roles, type_name,
};
use crate::command::{AttributeSpec, Contains, Exclusive, Role, SPECS, Spec};
use crate::report::prose;
use crate::value::Kind;

/// The schema.
pub(super) fn schema() -> String {
    let mut out = Markup::new();
    out.open(
        "grammar",
        &[
            ("xmlns", "http://relaxng.org/ns/structure/1.0"),
            (
                "xmlns:a",
                "http://relaxng.org/ns/compatibility/annotations/1.0",
            ),
            (
                "datatypeLibrary",
                "http://www.w3.org/2001/XMLSchema-datatypes",
            ),
        ],
    );
    documentation(&mut out, &format!("Opentact XML: call flows. {NOTICE}"));

    out.gap();
    out.comment("Some examples of the documentation leave the Response out.");
    out.open("start", &[]);
    one_of(
        &mut out,
        roles().into_iter().filter(|&role| is_root(role)).map(group),
    );
    out.close();

    out.gap();
    out.comment("What a command may contain, by its role.");
    for role in roles() {
        out.open("define", &[("name", group(role))]);
        documentation(&mut out, prose::role(role));
        one_of(&mut out, of_role(role).map(|spec| spec.name));
        out.close();
    }

    out.gap();
    out.comment("Commands.");
    for spec in SPECS {
        command(&mut out, spec);
    }

    out.gap();
    out.comment("Attributes of other namespaces are allowed everywhere.");
    out.open("define", &[("name", "foreign-attributes")]);
    wildcard(&mut out, |out| out.empty("nsName", &[("ns", "")]));
    out.close();

    out.gap();
    out.comment("Attribute types.");
    for kind in kinds() {
        value_type(&mut out, kind);
    }
    out.finish()
}

fn command(out: &mut Markup, spec: &Spec) {
    out.open("define", &[("name", spec.name)]);
    match spec.also {
        [] => out.open("element", &[("name", spec.name)]),
        also => {
            out.open("element", &[]);
            names(out, spec.name, also);
        }
    }
    documentation(out, &element_docs(spec));
    for one in spec.attributes {
        if one.content || is_exclusive(spec, one) {
            continue;
        }
        if one.required {
            attribute(out, one);
        } else {
            out.element("optional", &[], |out| attribute(out, one));
        }
    }
    let content = spec.content();
    let with_text =
        |group: &Exclusive| content.is_some_and(|one| group.attributes.contains(&one.name));
    for group in spec.exclusive.iter().filter(|group| !with_text(group)) {
        if group.needed {
            alternatives(out, spec, group);
        } else {
            out.element("optional", &[], |out| alternatives(out, spec, group));
        }
    }
    if spec.tag {
        out.element("optional", &[], |out| {
            out.element("attribute", &[("name", "tag")], |out| {
                documentation(out, TAG_DOCS);
                out.empty("ref", &[("name", &type_name(TEXT))]);
            });
        });
    }
    others(out, spec);
    match content {
        None => children(out, spec),
        Some(content) => {
            let group = spec.exclusive.iter().find(|group| with_text(group));
            attribute_or_text(out, spec, content, group);
        }
    }
    out.close();
    out.close();
}

/// An attribute, or one that excludes it, or the element's text.
fn attribute_or_text(
    out: &mut Markup,
    spec: &Spec,
    content: &AttributeSpec,
    group: Option<&Exclusive>,
) {
    let needed = group.map_or(content.required, |group| group.needed);
    out.open("choice", &[]);
    out.open("group", &[]);
    match (group, needed) {
        (Some(group), true) => alternatives(out, spec, group),
        (Some(group), false) => out.element("optional", &[], |out| alternatives(out, spec, group)),
        (None, true) => attribute(out, content),
        (None, false) => out.element("optional", &[], |out| attribute(out, content)),
    }
    children(out, spec);
    out.close();
    // An empty text is none, whatever the type would take.
    let kind = match (content.kind.words, content.kind.pattern) {
        ([], None) => TEXT,
        _ => content.kind,
    };
    out.empty("ref", &[("name", &type_name(kind))]);
    let inside = inside(spec);
    if !inside.is_empty() {
        out.element("mixed", &[], |out| {
            out.element("oneOrMore", &[], |out| {
                one_of(out, inside.into_iter().map(super::group));
            });
        });
    }
    out.close();
}

fn alternatives(out: &mut Markup, spec: &Spec, group: &Exclusive) {
    let is_meant = |one: &&AttributeSpec| group.attributes.contains(&one.name);
    out.element("choice", &[], |out| {
        spec.attributes
            .iter()
            .filter(is_meant)
            .for_each(|one| attribute(out, one));
    });
}

fn attribute(out: &mut Markup, one: &AttributeSpec) {
    match one.also {
        [] => out.open("attribute", &[("name", one.name)]),
        also => {
            out.open("attribute", &[]);
            names(out, one.name, also);
        }
    }
    documentation(out, &attribute_docs(one));
    out.empty("ref", &[("name", &type_name(one.kind))]);
    out.close();
}

/// What else may be given: attributes of other namespaces, and where the platform's own list is not
/// known whole, any that is not declared.
fn others(out: &mut Markup, spec: &Spec) {
    if spec.complete {
        return out.empty("ref", &[("name", "foreign-attributes")]);
    }
    let declared = spec.attributes.iter();
    let declared =
        declared.flat_map(|one| std::iter::once(one.name).chain(one.also.iter().copied()));
    let declared: Vec<_> = declared.chain(spec.tag.then_some("tag")).collect();
    wildcard(out, |out| match declared[..] {
        [] => {}
        _ => out.element("choice", &[], |out| {
            for name in declared {
                out.text("name", &[], name);
            }
        }),
    });
}

/// Any attributes except some.
fn wildcard(out: &mut Markup, except: impl FnOnce(&mut Markup)) {
    out.element("zeroOrMore", &[], |out| {
        out.element("attribute", &[], |out| {
            out.element("anyName", &[], |out| out.element("except", &[], except));
        });
    });
}

fn children(out: &mut Markup, spec: &Spec) {
    let inside = inside(spec);
    if spec.contains == Contains::Destinations {
        let (needed, others): (Vec<_>, Vec<_>) = inside
            .into_iter()
            .partition(|&role| role == Role::Destination);
        return out.element("interleave", &[], |out| {
            out.element("oneOrMore", &[], |out| {
                one_of(out, needed.into_iter().map(group));
            });
            out.element("zeroOrMore", &[], |out| {
                one_of(out, others.into_iter().map(group));
            });
        });
    }
    match inside[..] {
        [] => out.empty("empty", &[]),
        _ => out.element("zeroOrMore", &[], |out| {
            one_of(out, inside.into_iter().map(group));
        }),
    }
}

fn one_of(out: &mut Markup, names: impl Iterator<Item = &'static str>) {
    out.element("choice", &[], |out| {
        for name in names {
            out.empty("ref", &[("name", name)]);
        }
    });
}

fn names(out: &mut Markup, name: &str, also: &[&str]) {
    out.element("choice", &[], |out| {
        out.text("name", &[], name);
        for name in also {
            out.text("name", &[], name);
        }
    });
}

fn documentation(out: &mut Markup, text: &str) {
    out.text("a:documentation", &[], text);
}

/// Texts are trimmed before they are read, so all types but that of any value collapse blanks.
fn value_type(out: &mut Markup, kind: Kind) {
    out.open("define", &[("name", &type_name(kind))]);
    documentation(out, &prose::sentence(kind.expected));
    match (kind.words, kind.pattern) {
        ([], None) => out.empty("data", &[("type", "string")]),
        ([], Some(pattern)) => out.element("data", &[("type", "token")], |out| {
            out.text("param", &[("name", "pattern")], pattern);
        }),
        (words, _) => out.element("choice", &[], |out| {
            for word in words {
                out.text("value", &[("type", "token")], word);
            }
        }),
    }
    out.close();
}

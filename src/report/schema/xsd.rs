//! XML Schema 1.0: what an editor offers and underlines.
//!
//! It cannot say "as attribute or as text", nor that one attribute excludes another: there it takes
//! both, and RELAX NG is more exact. Foreign attributes, such as `xsi:noNamespaceSchemaLocation`,
//! may stand everywhere.

use super::markup::Markup;
use super::{
    NOTICE, TAG_DOCS, TEXT, attribute_docs, element_docs, group, inside, is_demanded, is_root,
    kinds, of_role, other_name_docs, roles, type_name,
};
use crate::command::{AttributeSpec, Contains, Role, SPECS, Spec};
use crate::report::prose;
use crate::value::Kind;

/// The schema.
pub(super) fn schema() -> String {
    let mut out = Markup::new();
    out.open(
        "xs:schema",
        &[("xmlns:xs", "http://www.w3.org/2001/XMLSchema")],
    );
    documentation(&mut out, &format!("Opentact XML: call flows. {NOTICE}"));

    out.gap();
    out.comment("Roots. Some examples of the documentation leave the Response out.");
    for role in roles().into_iter().filter(|&role| is_root(role)) {
        of_role(role).for_each(|spec| elements(&mut out, spec));
    }

    out.gap();
    out.comment("What a command may contain, by its role.");
    for role in roles().into_iter().filter(|&role| role != Role::Root) {
        out.open("xs:group", &[("name", group(role))]);
        documentation(&mut out, prose::role(role));
        out.open("xs:choice", &[]);
        for spec in of_role(role) {
            if is_root(role) {
                names(spec).for_each(|name| out.empty("xs:element", &[("ref", name)]));
            } else {
                elements(&mut out, spec);
            }
        }
        out.close();
        out.close();
    }

    out.gap();
    out.comment("Commands.");
    for spec in SPECS {
        command(&mut out, spec);
    }

    out.gap();
    out.comment("Attribute types.");
    for kind in kinds() {
        simple_type(&mut out, kind);
    }
    out.finish()
}

fn names(spec: &Spec) -> impl Iterator<Item = &'static str> {
    std::iter::once(spec.name).chain(spec.also.iter().copied())
}

fn elements(out: &mut Markup, spec: &Spec) {
    for name in names(spec) {
        out.open("xs:element", &[("name", name), ("type", spec.name)]);
        if name == spec.name {
            documentation(out, &element_docs(spec));
        } else {
            documentation(out, &other_name_docs(spec.name));
        }
        unique_keys(out, spec, name);
        out.close();
    }
}

/// Each key of the data inside a command is given once.
fn unique_keys(out: &mut Markup, spec: &Spec, name: &str) {
    if !spec.takes(Role::Meta) {
        return;
    }
    for meta in of_role(Role::Meta) {
        let key = meta.attributes.iter().find(|one| is_demanded(meta, one));
        let Some(key) = key else { continue };
        let unique = format!("{name}-{}", meta.name);
        out.element("xs:unique", &[("name", &unique)], |out| {
            out.empty("xs:selector", &[("xpath", meta.name)]);
            out.empty("xs:field", &[("xpath", &format!("@{}", key.name))]);
        });
    }
}

fn command(out: &mut Markup, spec: &Spec) {
    let mixed = [("name", spec.name), ("mixed", "true")];
    let attributes = if spec.content().is_some() {
        &mixed[..]
    } else {
        &mixed[..1]
    };
    out.open("xs:complexType", attributes);
    children(out, spec);
    for one in spec.attributes {
        attribute(out, spec, one);
        for name in one.also {
            described(
                out,
                &[("name", name), ("type", &type_name(one.kind))],
                &other_name_docs(one.name),
            );
        }
    }
    if spec.tag {
        described(
            out,
            &[("name", "tag"), ("type", &type_name(TEXT))],
            TAG_DOCS,
        );
    }
    let namespace = if spec.complete { "##other" } else { "##any" };
    out.empty(
        "xs:anyAttribute",
        &[("namespace", namespace), ("processContents", "lax")],
    );
    out.close();
}

fn children(out: &mut Markup, spec: &Spec) {
    let inside = inside(spec);
    if inside.is_empty() {
        return;
    }
    if spec.contains != Contains::Destinations {
        return any(out, &inside);
    }
    // At least one destination, in any order with the others.
    let (needed, others): (Vec<_>, Vec<_>) =
        inside.iter().partition(|&&role| role == Role::Destination);
    out.open("xs:sequence", &[]);
    any(out, &others);
    for role in needed {
        out.empty("xs:group", &[("ref", group(role))]);
    }
    any(out, &inside);
    out.close();
}

fn any(out: &mut Markup, inside: &[Role]) {
    out.element(
        "xs:choice",
        &[("minOccurs", "0"), ("maxOccurs", "unbounded")],
        |out| {
            for &role in inside {
                out.empty("xs:group", &[("ref", group(role))]);
            }
        },
    );
}

fn attribute(out: &mut Markup, spec: &Spec, one: &AttributeSpec) {
    let kind = type_name(one.kind);
    let mut attributes = vec![("name", one.name), ("type", &*kind)];
    if is_demanded(spec, one) {
        attributes.push(("use", "required"));
    }
    let default = one.default.map(|default| default());
    if let Some(default) = &default {
        attributes.push(("default", default));
    }
    described(out, &attributes, &attribute_docs(one));
}

fn described(out: &mut Markup, attributes: super::markup::Attributes<'_>, docs: &str) {
    out.element("xs:attribute", attributes, |out| documentation(out, docs));
}

fn documentation(out: &mut Markup, text: &str) {
    out.element("xs:annotation", &[], |out| {
        out.text("xs:documentation", &[], text);
    });
}

/// Texts are trimmed before they are read, so all types but that of any value collapse blanks.
fn simple_type(out: &mut Markup, kind: Kind) {
    out.open("xs:simpleType", &[("name", &type_name(kind))]);
    documentation(out, &prose::sentence(kind.expected));
    let base = match (kind.words, kind.pattern) {
        ([], None) => "xs:string",
        _ => "xs:token",
    };
    match (kind.words, kind.pattern) {
        ([], None) => out.empty("xs:restriction", &[("base", base)]),
        (words, pattern) => out.element("xs:restriction", &[("base", base)], |out| {
            for word in words {
                out.empty("xs:enumeration", &[("value", word)]);
            }
            if let Some(pattern) = pattern {
                out.empty("xs:pattern", &[("value", pattern)]);
            }
        }),
    }
    out.close();
}

//! Schemas of the language, for editors and for programs that read compiled flows, and of the TOML
//! files that people write.
//!
//! Those of the language are printed from the commands' declarations. A flow in which `callflow check` finds
//! no error is valid; of the mistakes that it reports, each schema refuses those that its language
//! can express. What none of them says is left to `callflow check`.
//!
//! **Invariant:** no name of a command or attribute stands here.

use std::io::{self, Write};

use clap::ValueEnum;

use crate::check::config;
use crate::command::{AttributeSpec, Role, SPECS, Spec};
use crate::report::prose;
use crate::scenario;
use crate::value::{Kind, Text, Value};

mod file;
mod json;
mod markup;
mod node;
mod rng;
mod xsd;

/// A schema language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    /// XML Schema 1.0: flows, for editors
    Xsd,
    /// RELAX NG: flows, more exactly
    Rng,
    /// JSON Schema 2020-12: what `callflow parse --tree command` prints
    Json,
}

/// Writes the schema in this language.
///
/// # Errors
/// Those of `out`.
pub fn write(format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Xsd => out.write_all(xsd::schema().as_bytes()),
        Format::Rng => out.write_all(rng::schema().as_bytes()),
        Format::Json => json::write(out),
    }
}

/// Writes the JSON Schema of scenario files.
///
/// # Errors
/// Those of `out`.
pub fn write_scenario(out: &mut dyn Write) -> io::Result<()> {
    let declared = scenario::declaration();
    file::schema("urn:callflow:scenario:1", "A callflow scenario", &declared).write(out)
}

/// Writes the JSON Schema of `callflow.toml`.
///
/// # Errors
/// Those of `out`.
pub fn write_config(out: &mut dyn Write) -> io::Result<()> {
    let declared = config::declaration();
    file::schema("urn:callflow:config:1", "callflow.toml", &declared).write(out)
}

/// What the schemas say of themselves.
const NOTICE: &str = "Generated from the declarations of the commands: `callflow schema`.";

/// The type of `tag`, and of texts that must not be empty.
const TEXT: Kind = Text::KIND;

/// Every role that a command has, in the order of the commands.
fn roles() -> Vec<Role> {
    let mut roles = Vec::new();
    for spec in SPECS {
        if !roles.contains(&spec.role) {
            roles.push(spec.role);
        }
    }
    roles
}

/// The roles that may stand inside a command.
fn inside(spec: &Spec) -> Vec<Role> {
    let mut roles = roles();
    roles.retain(|&role| spec.takes(role));
    roles
}

/// The commands of a role.
fn of_role(role: Role) -> impl Iterator<Item = &'static Spec> {
    SPECS.iter().copied().filter(move |spec| spec.role == role)
}

/// The name of the group that holds the commands of a role.
fn group(role: Role) -> &'static str {
    match role {
        Role::Root => "roots",
        Role::Step => "steps",
        Role::Handler => "handlers",
        Role::Branch => "branches",
        Role::Case => "cases",
        Role::Otherwise => "otherwise",
        Role::Group => "groups",
        Role::Destination => "destinations",
        Role::Meta => "metas",
        Role::Unsupported => "unsupported",
    }
}

/// Whether an element of this role may be the root: examples of the documentation leave the
/// Response out (`bare-fragment`).
fn is_root(role: Role) -> bool {
    matches!(role, Role::Root | Role::Step)
}

/// Every attribute type, in the order of the commands.
fn kinds() -> Vec<Kind> {
    let mut kinds = vec![TEXT];
    for attribute in SPECS.iter().flat_map(|spec| spec.attributes) {
        if !kinds.contains(&attribute.kind) {
            kinds.push(attribute.kind);
        }
    }
    kinds
}

/// The name of an attribute type as schemas write it.
fn type_name(kind: Kind) -> String {
    kind.name.replace(' ', "-")
}

/// Whether an attribute can be demanded by itself: no text, no other attribute or spelling stands
/// for it.
fn is_demanded(spec: &Spec, attribute: &AttributeSpec) -> bool {
    attribute.required
        && !attribute.content
        && attribute.also.is_empty()
        && !is_exclusive(spec, attribute)
}

/// Whether another attribute says the same thing.
fn is_exclusive(spec: &Spec, attribute: &AttributeSpec) -> bool {
    let mut groups = spec.exclusive.iter();
    groups.any(|group| group.attributes.contains(&attribute.name))
}

/// The documentation of an element.
fn element_docs(spec: &Spec) -> String {
    let mut docs = prose::paragraphs(spec.docs).join("\n\n");
    if let Some(page) = prose::page(spec) {
        docs = format!("{docs}\n\n{page}");
    }
    docs
}

/// The documentation of an attribute.
fn attribute_docs(attribute: &AttributeSpec) -> String {
    let mut docs = prose::paragraphs(attribute.docs).join("\n\n");
    docs = format!("{docs} Expected: {}.", attribute.kind.expected);
    if let Some(default) = attribute.default {
        docs = format!("{docs} Default: `{}`.", default());
    }
    if attribute.content {
        docs.push_str(" It may be written as the element's text instead.");
    }
    docs
}

/// The documentation of a name that some page writes for another.
fn other_name_docs(name: &str) -> String {
    format!("Another spelling of `{name}`: write `{name}`.")
}

/// The documentation of `tag`.
const TAG_DOCS: &str = prose::TAG;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_names_of_their_own() {
        let mut names: Vec<_> = kinds().into_iter().map(type_name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn defaults_are_values_of_their_types() {
        for attribute in SPECS.iter().flat_map(|spec| spec.attributes) {
            if let (Some(default), [_, ..]) = (attribute.default, attribute.kind.words) {
                assert!(
                    attribute.kind.words.contains(&&*default()),
                    "{}",
                    attribute.name
                );
            }
        }
    }

    #[test]
    fn exclusive_attributes_exist() {
        for spec in SPECS {
            for name in spec.exclusive.iter().flat_map(|group| group.attributes) {
                let attribute = spec.attributes.iter().find(|one| one.name == *name);
                assert!(
                    attribute.is_some_and(|one| !one.required),
                    "{} {name}",
                    spec.name
                );
            }
        }
    }
}

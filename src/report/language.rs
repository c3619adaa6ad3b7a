//! The reference page of the language: `docs/language.md`.
//!
//! **Invariant:** what the page says of a command, it reads from the command's declaration.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::command::{AttributeSpec, Common, Evidence, Role, SPECS, Slot, Spec};
use crate::report::prose::{self, cell, code, list, paragraphs};
use crate::value::{Json, Kind};

mod example;

/// Writes the page.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(page().as_bytes())
}

/// The section of one command, as it stands on the page; nothing where there is no such command.
pub fn section_of(name: &str) -> Option<String> {
    let named = SPECS
        .iter()
        .find(|spec| spec.name.eq_ignore_ascii_case(name));
    let mut text = String::new();
    section(&mut text, named?);
    Some(text.trim().to_owned() + "\n")
}

const OPENING: &str = "\
<!-- Generated from the declarations in src/command; edit those instead. -->

# The language

Opentact XML is the call-flow markup of the Opentact voice platform. A flow is one `<Response>`. The
commands in it run from top to bottom while the call lasts. If a command fails, the `<Error>` inside it
runs.

Names are case-sensitive. White space around a value is ignored. Durations are in milliseconds. A value
that cannot be read is an error; it is never replaced by a default. Attributes of other namespaces, such
as `xsi:noNamespaceSchemaLocation`, are ignored.

Schemas for editors: [XML Schema](schemas/callflow.xsd), [RELAX NG](schemas/callflow.rng); for
programs that read compiled flows: [JSON Schema](schemas/command.schema.json).
";

fn page() -> String {
    let mut page = String::from(OPENING);
    page.push_str("\n## At a glance\n");
    overview(&mut page);
    page.push_str("\n## What all commands share\n\n");
    shared(&mut page);
    page.push_str("\n## Reference\n");
    for spec in SPECS {
        section(&mut page, spec);
    }
    page.push_str("\n## Attribute types\n\n");
    types(&mut page);
    page.push_str("\n## Evidence\n\n");
    evidence(&mut page);
    page
}

/// A link to a command's section.
fn link(spec: &Spec) -> String {
    format!("[`{0}`](#{1})", spec.name, spec.name.to_lowercase())
}

/// The commands under their titles, in reading order.
fn titles() -> Vec<(&'static str, Vec<&'static Spec>)> {
    let mut titles: Vec<(&str, Vec<&Spec>)> = Vec::new();
    for role in prose::READING_ORDER {
        let title = prose::role_title(role);
        let specs = SPECS.iter().copied().filter(|spec| spec.role == role);
        match titles.iter_mut().find(|(one, _)| *one == title) {
            Some((_, known)) => known.extend(specs),
            None => titles.push((title, specs.collect())),
        }
    }
    titles
}

fn overview(page: &mut String) {
    page.push_str("\n| element | what it does |\n| --- | --- |\n");
    for (title, specs) in titles() {
        let _ = writeln!(page, "| **{title}** | |");
        for spec in specs {
            let docs = paragraphs(spec.docs);
            let first = docs.first().map_or("", String::as_str);
            let _ = writeln!(page, "| {} | {} |", link(spec), cell(first));
        }
    }
}

fn shared(page: &mut String) {
    let without_tag: Vec<_> = SPECS
        .iter()
        .filter(|spec| !spec.tag)
        .map(|spec| link(spec))
        .collect();
    let _ = writeln!(
        page,
        "- **`tag`** (text, optional) is allowed on every command except {}. {}",
        list(&without_tag),
        prose::TAG
    );
    if let Some(step) = SPECS.iter().find(|spec| spec.role == Role::Step) {
        let _ = writeln!(
            page,
            "- **Commands** are allowed in {}. They run in order, and each has a log entry.",
            homes(step)
        );
    }
    for (role, words) in [
        (Role::Handler, "runs if the command around it fails"),
        (Role::Meta, "gives data to the command around it"),
    ] {
        for spec in SPECS.iter().filter(|spec| spec.role == role) {
            let homes = homes(spec);
            let _ = writeln!(
                page,
                "- **{}**, allowed inside {homes}, {words}.",
                link(spec)
            );
        }
    }
    let common = SPECS.first().map_or(&[][..], |spec| spec.slots).iter();
    let keys = common.filter_map(|&slot| match slot {
        Slot::Common(Common::Tag) | Slot::Attribute(_) | Slot::Compiled(_) => None,
        Slot::Common(key) => Some(code(key.name())),
    });
    let keys = keys.collect::<Vec<_>>().join(", ");
    let _ = writeln!(
        page,
        "- **When compiled**, every command has the keys {keys}, its attributes, and `tag` if it is given."
    );
}

fn kinds() -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for attribute in SPECS.iter().flat_map(|spec| spec.attributes) {
        if !kinds.contains(&attribute.kind) {
            kinds.push(attribute.kind);
        }
    }
    kinds.sort_by_key(|kind| kind.name);
    kinds
}

fn anchor(kind: Kind) -> String {
    format!("type-{}", kind.name.replace(' ', "-").to_lowercase())
}

fn types(page: &mut String) {
    page.push_str("| type | expected | pattern | compiled to |\n| --- | --- | --- | --- |\n");
    for kind in kinds() {
        let pattern = match (kind.words, kind.pattern) {
            ([], Some(pattern)) => code(&cell(pattern)),
            ([], None) => "any".to_owned(),
            (words, _) => words
                .iter()
                .map(|word| code(word))
                .collect::<Vec<_>>()
                .join(" "),
        };
        let _ = writeln!(
            page,
            "| <a id=\"{}\"></a>{} | {} | {pattern} | {} |",
            anchor(kind),
            kind.name,
            cell(kind.expected),
            compiled_to(kind.json)
        );
    }
}

fn compiled_to(json: Json) -> &'static str {
    match json {
        Json::Text | Json::Words(_) => "string",
        Json::Flag => "boolean",
        Json::Integer => "integer",
        Json::Number => "number",
        Json::IntegerOrText => "integer, or string if it is not a number",
        Json::Integers => "array of integers",
        Json::Scalar => "string, number, boolean or null, depending on the text",
    }
}

fn evidence(page: &mut String) {
    page.push_str("How an attribute and its default are known:\n\n");
    page.push_str("| evidence | meaning |\n| --- | --- |\n");
    for one in [
        Evidence::Documented,
        Evidence::Observed,
        Evidence::Example,
        Evidence::Older,
        Evidence::Assumed,
    ] {
        let _ = writeln!(page, "| {one} | {} |", prose::evidence(one));
    }
    page.push_str("\n[fidelity.md](fidelity.md) lists what callflow assumes about the behaviour of the platform.\n");
}

fn section(page: &mut String, spec: &Spec) {
    let _ = writeln!(page, "\n### {}\n", spec.name);
    for paragraph in paragraphs(spec.docs) {
        let _ = writeln!(page, "{paragraph}\n");
    }
    let _ = writeln!(page, "{}", facts(spec).join(" "));
    attributes(page, spec);
    for group in spec.exclusive {
        let names: Vec<_> = group
            .attributes
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let names = list(&names);
        let how_many = if group.needed {
            "Give exactly one"
        } else {
            "Give at most one"
        };
        let _ = writeln!(page, "\n{how_many} of {names}.");
    }
    if !spec.complete {
        page.push_str("\nThe platform's list of attributes for this command is incomplete, so an unknown attribute is only a warning.\n");
    }
    compiled(page, spec);
    for example in spec.examples {
        let pretty = example::pretty(example.xml);
        let _ = writeln!(page, "\n{}:\n\n```xml\n{pretty}```", example.title);
    }
}

/// What is to be said of a command beside its attributes.
fn facts(spec: &Spec) -> Vec<String> {
    let mut facts = Vec::new();
    if spec.role != Role::Step {
        facts.push(prose::role(spec.role).to_owned());
    }
    if !matches!(spec.role, Role::Root | Role::Step | Role::Unsupported) {
        facts.push(format!("It is allowed in {}.", homes(spec)));
    }
    facts.push(format!("It may contain {}.", contents(spec)));
    if let Some(content) = spec.content() {
        facts.push(format!("Its text is read as `{}`.", content.name));
    }
    if !spec.also.is_empty() {
        let names: Vec<_> = spec.also.iter().map(|name| code(name)).collect();
        facts.push(format!(
            "Some pages write it {}: write `{}`.",
            list(&names),
            spec.name
        ));
    }
    if let Some(role) = spec.instead {
        let is_current = |other: &&&Spec| other.role == role && other.instead.is_none();
        let current: Vec<_> = SPECS
            .iter()
            .filter(is_current)
            .map(|other| link(other))
            .collect();
        facts.push(format!("Current pages write {} instead.", list(&current)));
    }
    if let Some(page) = prose::page(spec) {
        facts.push(format!("[The platform's page]({page})."));
    }
    facts
}

/// Where a command may stand.
fn homes(spec: &Spec) -> String {
    let (homes, others): (Vec<&Spec>, Vec<&Spec>) = SPECS
        .iter()
        .copied()
        .partition(|home| home.takes(spec.role));
    let links = |specs: &[&Spec]| list(&specs.iter().map(|spec| link(spec)).collect::<Vec<_>>());
    if others.len() < homes.len() {
        format!("every element except {}", links(&others))
    } else {
        links(&homes)
    }
}

/// What may stand in a command.
fn contents(spec: &Spec) -> String {
    let mut contents = Vec::new();
    for (title, specs) in titles() {
        let taken: Vec<_> = specs.iter().filter(|one| spec.takes(one.role)).collect();
        match taken[..] {
            [] => {}
            [first, ..] if first.role == Role::Step => {
                contents.push(format!("any [{}](#at-a-glance)", title.to_lowercase()));
            }
            _ => contents.extend(
                taken
                    .into_iter()
                    .filter(|one| one.role != Role::Unsupported)
                    .map(|one| link(one)),
            ),
        }
    }
    if contents.is_empty() {
        "no elements".to_owned()
    } else {
        list(&contents)
    }
}

fn attributes(page: &mut String, spec: &Spec) {
    if spec.attributes.is_empty() {
        let words = if spec.tag {
            "Its only attribute is `tag`."
        } else {
            "It has no attributes."
        };
        let _ = writeln!(page, "\n{words}");
        return;
    }
    page.push_str(
        "\n| attribute | type | default | evidence | meaning |\n| --- | --- | --- | --- | --- |\n",
    );
    for one in spec.attributes {
        let _ = writeln!(
            page,
            "| `{}` | [{}](#{}) | {} | {} | {} |",
            one.name,
            one.kind.name,
            anchor(one.kind),
            default(one),
            one.evidence,
            cell(&meaning(one))
        );
    }
}

fn default(one: &AttributeSpec) -> String {
    match (one.default, one.required) {
        (Some(default), _) => code(&cell(&default())),
        (None, true) => "**required**".to_owned(),
        (None, false) => "none".to_owned(),
    }
}

fn meaning(one: &AttributeSpec) -> String {
    let mut meaning = paragraphs(one.docs).join(" ");
    if one.content {
        meaning.push_str(" It may be written as the text of the element instead.");
    }
    if !one.also.is_empty() {
        let names: Vec<_> = one.also.iter().map(|name| code(name)).collect();
        let _ = write!(meaning, " Some pages write {}.", list(&names));
    }
    if let Some(name) = one.instead {
        let _ = write!(meaning, " Current pages write `{name}`.");
    }
    if let Some(assumption) = one.assumption {
        let _ = write!(
            meaning,
            " Assumed: [{0}](fidelity.md#{0}).",
            assumption.id()
        );
    }
    meaning
}

fn compiled(page: &mut String, spec: &Spec) {
    if spec.compiled.is_empty() {
        return;
    }
    page.push_str("\nWhen compiled, it also has:\n\n");
    for key in spec.compiled {
        let _ = writeln!(page, "- `{}`: {}", key.name, paragraphs(key.docs).join(" "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_inside_the_page_has_its_place() {
        let page = page();
        let headings = page.lines().filter_map(|line| line.strip_prefix("##"));
        let mut places: Vec<_> = headings
            .map(|line| {
                line.trim_start_matches('#')
                    .trim()
                    .to_lowercase()
                    .replace(' ', "-")
            })
            .collect();
        places.extend(
            page.split("<a id=\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap().to_owned()),
        );
        for target in page.split("](#").skip(1) {
            let target = target.split(')').next().unwrap();
            assert!(places.iter().any(|place| place == target), "{target}");
        }
    }

    #[test]
    fn every_attribute_is_described() {
        for spec in SPECS {
            assert!(!paragraphs(spec.docs).is_empty(), "{}", spec.name);
            for one in spec.attributes {
                assert!(
                    !paragraphs(one.docs).is_empty(),
                    "{} {}",
                    spec.name,
                    one.name
                );
            }
            for key in spec.compiled {
                assert!(!key.docs.is_empty(), "{} {}", spec.name, key.name);
            }
        }
    }
}

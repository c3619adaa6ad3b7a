//! From a document to a flow, in one pass over its elements.

use std::sync::OnceLock;

use super::fixes::{moved_up, rename, wrapped};
use super::rules::{
    DUPLICATE_META, MISPLACED_ELEMENT, MISSING_DESTINATION, MISSING_RESPONSE, STRAY_TEXT,
    TOO_LARGE, TOO_MANY, UNKNOWN_ELEMENT, UNSUPPORTED_ELEMENT,
};
use super::{Flow, List, MAX_DEPTH, MAX_ELEMENTS, Node, NodeId};
use crate::command::{
    self, AttributeSpec, CONTRADICTORY_FORM, Command, Contains, Given, Reading, Role, Spec,
    dialect, list,
};
use crate::diagnostic::Diagnostic;
use crate::fidelity::{Assumption, Assumptions};
use crate::value::nearest;
use crate::xml::{self, Document, Element};

/// How many findings one flow may have.
const MOST_FINDINGS: usize = 1000;

/// Compiles a document.
///
/// The findings come in document order. A flow whose findings hold an error is incomplete and must
/// not be run.
pub fn compile(document: Document) -> (Flow, Vec<Diagnostic>) {
    let mut compiler = Compiler::default();
    if let Some(root) = document.root() {
        // Nodes are large: they should not be moved as their list grows. Between two elements there
        // is nearly always a text.
        let elements = (document.nodes().len() / 2).min(MAX_ELEMENTS);
        compiler.nodes.reserve_exact(elements);
        compiler.given.reserve(elements);
        compiler.open.reserve(16);
        compiler.document(root);
    }
    let lists = compiler.lists();
    let Compiler {
        nodes,
        children,
        error,
        mut findings,
        assumed,
        given,
        lost,
        ..
    } = compiler;
    if findings.len() > MOST_FINDINGS {
        let place = findings[MOST_FINDINGS].primary.span;
        findings.truncate(MOST_FINDINGS);
        let message = format!("more than {MOST_FINDINGS} errors: the rest is not shown");
        findings.push(
            Diagnostic::error(TOO_MANY, place, message).help("fix the first ones and check again"),
        );
    }
    let inside = nodes.iter().map(|_| OnceLock::new()).collect();
    (
        Flow {
            document,
            nodes,
            lists,
            children,
            error,
            assumed,
            given,
            lost,
            digest: OnceLock::new(),
            tagged: OnceLock::new(),
            incomplete: OnceLock::new(),
            json: OnceLock::new(),
            inside,
        },
        findings,
    )
}

/// Where an element's children go.
#[derive(Clone, Copy)]
enum Scope {
    /// Into the Response.
    Response,
    /// Into this command.
    Command(NodeId),
    /// Nowhere: the element around them is unknown or unreadable. They are still read for findings.
    Lost,
}

/// An element whose children are being read.
struct Open {
    end: u32,
    scope: Scope,
}

#[derive(Default)]
struct Compiler {
    nodes: Vec<Node>,
    children: List,
    error: List,
    findings: Vec<Diagnostic>,
    assumed: Assumptions,
    given: Vec<Given>,
    lost: Vec<xml::NodeId>,
    open: Vec<Open>,
}

impl Compiler {
    fn document(&mut self, root: Element<'_>) {
        let spec = command::spec(root.name());
        let roots = command::SPECS.iter().filter(|spec| spec.role == Role::Root);
        let root_name = roots.map(|spec| spec.name).next().unwrap_or_default();
        match spec.map(|spec| spec.role) {
            Some(Role::Root) => {
                self.stray_text(root, spec);
                self.attributes_of_root(root, spec);
                self.open.push(Open {
                    end: root.span().end,
                    scope: Scope::Response,
                });
            }
            Some(Role::Step) => {
                self.assumed.insert(Assumption::BareFragment);
                self.findings.push(
                    Diagnostic::warning(MISSING_RESPONSE, root.name_span(), format!("this flow has no <{root_name}> around it"))
                        .note("some examples of the documentation look like this; it is not documented that the platform accepts them")
                        .help(format!("put the whole flow into <{root_name}>…</{root_name}>")),
                );
                self.element(root);
            }
            _ => {
                let message = format!("a call flow is a <{root_name}>, not a <{}>", root.name());
                let mut finding = Diagnostic::error(UNKNOWN_ELEMENT, root.name_span(), message)
                    .label(format!("expected `{root_name}`"));
                if root.name().eq_ignore_ascii_case(root_name) {
                    finding = finding.help(format!(
                        "names are written as in the documentation: <{root_name}>"
                    ));
                }
                let foreign = dialect::element(root.name());
                if let Some(foreign) = foreign {
                    finding = finding.help(foreign.help());
                }
                let is_root = dialect::is_root(root.name());
                if is_root {
                    finding.fix = Some(rename(root, root_name, true));
                }
                self.findings.push(finding);
                if !is_root {
                    return;
                }
                // What stands inside is read as if the root were ours.
                self.lost.push(root.id());
                self.open.push(Open {
                    end: root.span().end,
                    scope: Scope::Response,
                });
            }
        }
        let mut count = 1;
        let mut rest = root.descendants();
        while let Some(element) = rest.next() {
            count += 1;
            if count > MAX_ELEMENTS {
                let message = format!("a flow may have at most {MAX_ELEMENTS} elements");
                self.findings.push(
                    Diagnostic::error(TOO_LARGE, element.name_span(), message)
                        .label("this element is one too many")
                        .note("this is a limit of callflow, not of the platform"),
                );
                self.lose(element, rest);
                return;
            }
            let start = element.span().start;
            while self.open.last().is_some_and(|open| open.end <= start) {
                self.open.pop();
            }
            if self.open.len() > MAX_DEPTH as usize {
                let message = format!("elements may be nested at most {MAX_DEPTH} deep");
                self.findings.push(
                    Diagnostic::error(TOO_LARGE, element.name_span(), message)
                        .note("this is a limit of callflow, not of the platform"),
                );
                self.lose(element, rest);
                return;
            }
            self.element(element);
        }
    }

    /// Gives up at an element.
    fn lose<'a>(&mut self, first: Element<'a>, rest: impl Iterator<Item = Element<'a>>) {
        self.lost.push(first.id());
        self.lost.extend(rest.map(Element::id));
    }

    /// The lists of all commands, one behind the other. Up to here it was only counted how long
    /// they are.
    fn lists(&mut self) -> Vec<NodeId> {
        let mut length = 0;
        let mut place = |list: &mut List| {
            list.start = length;
            length += list.length;
        };
        place(&mut self.children);
        place(&mut self.error);
        for node in &mut self.nodes {
            place(&mut node.children);
            place(&mut node.error);
        }
        let mut lists = vec![NodeId(0); self.nodes.len()];
        for (id, node) in self.nodes.iter().enumerate() {
            let around = node.parent.map(|parent| &self.nodes[parent.index()]);
            let list = match node.command.spec().role {
                Role::Handler => around.map_or(self.error, |around| around.error),
                _ => around.map_or(self.children, |around| around.children),
            };
            lists[(list.start + node.index) as usize] = NodeId(id as u32);
        }
        lists
    }

    /// Reads one element; its children follow.
    fn element(&mut self, element: Element<'_>) {
        let around = self.open.last().map_or(Scope::Response, |open| open.scope);
        let spec = command::spec(element.name());
        let scope = if let Some(id) = self.command(element, spec, around) {
            Scope::Command(id)
        } else {
            if !spec.is_some_and(|spec| matches!(spec.role, Role::Meta | Role::Root)) {
                self.lost.push(element.id());
            }
            Scope::Lost
        };
        self.open.push(Open {
            end: element.span().end,
            scope,
        });
    }

    fn command(
        &mut self,
        element: Element<'_>,
        spec: Option<&'static Spec>,
        around: Scope,
    ) -> Option<NodeId> {
        let Some(spec) = spec else {
            self.unknown(element);
            return None;
        };
        if !spec.also.is_empty() && element.name() != spec.name {
            self.other_name(element, spec);
        }
        let parent = match around {
            Scope::Command(id) => Some(id),
            Scope::Response | Scope::Lost => None,
        };
        let is_lost = matches!(around, Scope::Lost);
        let fits = is_lost || self.fits(element, spec, parent);
        if !fits && dialect::element(spec.name).is_some() {
            return None;
        }
        let lacks_destination = lacks_destination(element, spec);
        // The destination may be written as text, as other dialects do.
        let dials_text = lacks_destination && element.text_span().is_some();
        if spec.role != Role::Unsupported && !dials_text {
            self.stray_text(element, Some(spec));
        }
        self.shape(element, spec, lacks_destination);

        let mut reading = Reading::new(element, spec, &mut self.findings, &mut self.given);
        let command = Command::read(&mut reading, spec);
        let (tag, assumed) = (reading.tag, reading.assumed);
        let command = command?;
        if is_lost || !fits {
            return None;
        }
        if let Some((key, value)) = command.meta() {
            self.meta(element, parent?, key, value);
            return None;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let list = match (parent, spec.role) {
            (Some(parent), Role::Handler) => &mut self.nodes[parent.0 as usize].error,
            (Some(parent), _) => &mut self.nodes[parent.0 as usize].children,
            (None, Role::Handler) => &mut self.error,
            (None, _) => &mut self.children,
        };
        let index = list.length;
        list.length += 1;
        self.nodes.push(Node {
            command,
            tag: tag.map(|tag| tag.0),
            meta: Vec::new(),
            assumed,
            children: List::default(),
            error: List::default(),
            element: element.id(),
            parent,
            index,
        });
        Some(id)
    }

    fn unknown(&mut self, element: Element<'_>) {
        let name = element.name();
        let message = format!("there is no element `{name}` in Opentact XML");
        let mut finding = Diagnostic::error(UNKNOWN_ELEMENT, element.name_span(), message);
        if let Some(foreign) = dialect::element(name) {
            finding = finding.help(foreign.help());
            finding.fix = foreign.same.map(|same| rename(element, same, true));
        } else if let Some((around, attribute)) = as_attribute(element) {
            finding = finding
                .label(format!(
                    "`{}` is an attribute of {}",
                    attribute.name, around.name
                ))
                .help(if attribute.content {
                    format!("write it as text: <{0}>…</{0}>", around.name)
                } else {
                    format!("write <{} {}=\"…\">", around.name, attribute.name)
                });
            finding.fix = moved_up(element, attribute);
        } else if let Some(near) = nearest(name, command::SPECS.iter().map(|spec| spec.name)) {
            finding = finding.help(format!("did you mean `{near}`?"));
            finding.fix = Some(rename(element, near, false));
        }
        self.findings.push(finding);
    }

    fn other_name(&mut self, element: Element<'_>, spec: &Spec) {
        let message = format!("`{}` is written `{}`", element.name(), spec.name);
        let mut finding = Diagnostic::warning(CONTRADICTORY_FORM, element.name_span(), message)
            .note(
                "the documentation shows both; its examples and published events have the second",
            );
        finding.fix = Some(rename(element, spec.name, false));
        self.findings.push(finding);
    }

    fn stray_text(&mut self, element: Element<'_>, spec: Option<&Spec>) {
        if spec.is_some_and(|spec| spec.content().is_some()) || !element.has_text() {
            return;
        }
        let span = element.text_span().unwrap_or_else(|| element.name_span());
        let message = format!("text inside {} is ignored", element.name());
        self.findings.push(
            Diagnostic::warning(STRAY_TEXT, span, message)
                .help("delete it, or move it into a command that has a text"),
        );
    }

    fn attributes_of_root(&mut self, root: Element<'_>, spec: Option<&'static Spec>) {
        if let Some(spec) = spec {
            let mut reading = Reading::new(root, spec, &mut self.findings, &mut self.given);
            Command::read(&mut reading, spec);
        }
    }

    /// Whether the element may stand where it stands; reports it where not.
    fn fits(&mut self, element: Element<'_>, spec: &Spec, parent: Option<NodeId>) -> bool {
        let around = match parent {
            Some(parent) => self.nodes[parent.0 as usize].command.spec(),
            None => match element
                .parent()
                .and_then(|parent| command::spec(parent.name()))
            {
                Some(root) => root,
                None => return true,
            },
        };
        if around.takes(spec.role) {
            return true;
        }
        let homes: Vec<_> = command::SPECS
            .iter()
            .filter(|home| home.takes(spec.role))
            .map(|home| home.name)
            .collect();
        let message = format!("{} is not allowed inside {}", spec.name, around.name);
        let mut finding = Diagnostic::error(MISPLACED_ELEMENT, element.name_span(), message);
        if let Some(foreign) = dialect::element(spec.name) {
            finding = finding.help(foreign.help());
        }
        finding = match (spec.role, around.contains) {
            (Role::Root, _) => finding.help("a flow has one Response, which is its root"),
            (Role::Step | Role::Unsupported, Contains::Nothing) => {
                finding.help(format!("put it after {}", around.name))
            }
            _ => finding.help(format!("it belongs inside {}", list(&homes))),
        };
        if let Some(parent) = element.parent() {
            finding = finding.also(parent.name_span(), format!("inside this {}", around.name));
        }
        self.findings.push(finding);
        false
    }

    /// What is wrong with the element whatever its attributes say.
    fn shape(&mut self, element: Element<'_>, spec: &Spec, lacks_destination: bool) {
        if spec.role == Role::Unsupported {
            let message = format!("{} is not documented; the simulator skips it", spec.name);
            let finding = Diagnostic::warning(UNSUPPORTED_ELEMENT, element.name_span(), message)
                .note(
                    "the platform's schema of 2021 lists the name, but there is no documentation",
                );
            self.findings.push(match dialect::element(spec.name) {
                Some(foreign) => finding.help(foreign.help()),
                None => finding,
            });
        }
        if lacks_destination {
            let message = format!("{} has no destination", spec.name);
            let homes = command::SPECS
                .iter()
                .filter(|spec| spec.role == Role::Destination);
            let names: Vec<_> = homes
                .filter(|spec| !spec.page.is_empty())
                .map(|spec| spec.name)
                .collect();
            let finding = Diagnostic::error(MISSING_DESTINATION, element.name_span(), message);
            self.findings
                .push(match (element.text_span(), names.first()) {
                    (Some(text), Some(name)) => wrapped(element, finding, text, name),
                    _ => finding.help(format!("put {} inside it", list(&names))),
                });
        }
    }

    fn meta(
        &mut self,
        element: Element<'_>,
        parent: NodeId,
        key: &str,
        value: &crate::value::Scalar,
    ) {
        // What stands inside has no command around it to be judged by.
        let inside = element
            .elements()
            .find(|one| command::spec(one.name()).is_some());
        if let Some(inside) = inside {
            let message = format!("{} is not allowed inside {}", inside.name(), element.name());
            self.findings.push(
                Diagnostic::error(MISPLACED_ELEMENT, inside.name_span(), message)
                    .help(format!("{} may contain text only", element.name()))
                    .also(
                        element.name_span(),
                        format!("inside this {}", element.name()),
                    ),
            );
        }
        let meta = &mut self.nodes[parent.0 as usize].meta;
        if meta.iter().any(|(other, _)| **other == *key) {
            let message = format!("the key `{key}` is given twice");
            self.findings.push(
                Diagnostic::error(DUPLICATE_META, element.name_span(), message)
                    .help("give each key only once: a key has one value"),
            );
            return;
        }
        meta.push((key.into(), value.clone()));
        self.nodes[parent.0 as usize]
            .assumed
            .insert(Assumption::MetaObject);
    }
}

/// The attribute that an element names which is no command, with the command around it that has it.
fn as_attribute(element: Element<'_>) -> Option<(&'static Spec, &'static AttributeSpec)> {
    let around = command::spec(element.parent()?.name())?;
    Some((around, around.attribute_like(element.name())?))
}

/// Whether an element needs a destination inside and has none.
fn lacks_destination(element: Element<'_>, spec: &Spec) -> bool {
    let is_destination = |child: Element<'_>| {
        command::spec(child.name()).is_none_or(|spec| spec.role == Role::Destination)
    };
    spec.contains == Contains::Destinations && !element.elements().any(is_destination)
}

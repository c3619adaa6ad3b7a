//! Which document each command of a log stood in, and the documents as XML.
//!
//! A fetched document runs inside the command that fetched it, and its paths begin anew. A log has
//! the whole element of each command, so only what stands beside the commands at the top of a
//! document is lost where it never ran.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::seen::{Seen, SeenCall, component, top};
use crate::channel::cause::Cause;
use crate::channel::timing;
use crate::command::{self, Impact, Role};
use crate::event::read::ElementTree;
use crate::flow::{self, Flow, NodeId};
use crate::xml;

/// A document that the call ran.
#[derive(Debug)]
pub(super) struct Document {
    /// The file that it is kept in.
    pub(super) name: String,
    /// Its text.
    pub(super) xml: String,
    /// Its commands.
    pub(super) flow: Arc<Flow>,
    /// Whether its text was refused, which no document of the platform's is.
    pub(super) is_broken: bool,
}

/// The documents of a call, and what of its log stands in which of them.
#[derive(Debug)]
pub(super) struct Documents {
    /// In the order in which they were first run.
    pub(super) all: Vec<Document>,
    /// For each entry the document that it stands in.
    pub(super) of: Vec<usize>,
    /// For each entry the first one behind it that does not run inside it.
    pub(super) extent: Vec<usize>,
    /// For each entry that fetched a document, that document.
    pub(super) fetched: BTreeMap<usize, usize>,
}

/// What was seen at the top of a document.
#[derive(Default)]
struct Outline {
    /// The entry that fetched it.
    fetched_by: Option<usize>,
    children: BTreeMap<usize, usize>,
    error: BTreeMap<usize, usize>,
    /// Whether more of it would have run, had the call gone on.
    goes_on: bool,
    /// Whether a handler of its own was about to run.
    handles: bool,
}

impl Outline {
    fn fetched_by(entry: usize) -> Self {
        Self {
            fetched_by: Some(entry),
            ..Self::default()
        }
    }
}

impl Documents {
    /// The document that is no flow that can be run, if one is.
    pub(super) fn broken(&self) -> Option<&Document> {
        self.all.iter().find(|document| document.is_broken)
    }

    /// The node of an entry in its document.
    pub(super) fn node(&self, entry: usize, path: &str) -> Option<(&Arc<Flow>, NodeId)> {
        let flow = &self.all.get(*self.of.get(entry)?)?.flow;
        let mut nodes = flow.nodes();
        let (id, _) = nodes.find(|&(id, _)| flow.path(id) == path)?;
        Some((flow, id))
    }

    /// Finds the documents.
    pub(super) fn find(seen: &SeenCall<'_>) -> Self {
        let extent = extents(seen);
        let mut outlines = vec![Outline::default()];
        let (mut of, mut fetched) = (Vec::new(), BTreeMap::new());
        for (index, one) in seen.log.iter().enumerate() {
            let around = (0..index).rev().find(|&other| extent[other] > index);
            let around_of = around.map_or(0, |around| of[around]);
            let document = match (top(one.path()), around) {
                // A handler of a document runs behind the command that failed in it.
                (Some((name, _)), _) if is_handler(name) => {
                    // One in a document that was over, or around the handler, is handled elsewhere.
                    let is_beside = |failed: &usize| {
                        let fetch = outlines[of[*failed]].fetched_by;
                        let ended = fetch.and_then(|fetch| seen.log[fetch].ended);
                        extent[*failed] <= index && ended.is_none_or(|ended| ended >= one.began)
                    };
                    last_failed(seen, index, is_beside).map_or(around_of, |failed| of[failed])
                }
                (Some(_), Some(around)) => *fetched.entry(around).or_insert_with(|| {
                    outlines.push(Outline::fetched_by(around));
                    outlines.len() - 1
                }),
                (None, Some(around)) if is_inside(seen.log[around].path(), one.path()) => around_of,
                (None, Some(around)) => fetched.get(&around).copied().unwrap_or(around_of),
                (_, None) => 0,
            };
            of.push(document);
            if let Some((name, at)) = top(one.path()) {
                let outline = &mut outlines[document];
                match is_handler(name) {
                    true => outline.error.insert(at, index),
                    false => outline.children.insert(at, index),
                };
            }
        }
        // A fetch that succeeded gave a document, if only an empty one.
        for (index, one) in seen.log.iter().enumerate() {
            let done = one.ended.is_some() && !one.failed();
            let done = done && !fetched.contains_key(&index);
            if done && runs_document(seen, index) {
                outlines.push(Outline::fetched_by(index));
                fetched.insert(index, outlines.len() - 1);
            }
        }
        mark_ending(seen, &of, &fetched, &mut outlines);
        let mut all: Vec<Document> = Vec::new();
        for outline in &outlines {
            let name = match all.len() {
                0 => "flow.xml".to_owned(),
                count => format!("fetched-{count}.xml"),
            };
            all.push(Document::new(name, outline, seen));
        }
        Self {
            all,
            of,
            extent,
            fetched,
        }
    }
}

/// Marks the document in which the call ended before its next command began: something stood there
/// that the log does not show.
fn mark_ending(
    seen: &SeenCall<'_>,
    of: &[usize],
    fetched: &BTreeMap<usize, usize>,
    outlines: &mut [Outline],
) {
    let (Some(hangup), log) = (seen.hangup, &seen.log) else {
        return;
    };
    let Some(last) = log.iter().filter_map(|one| one.ended).max() else {
        // Before the first command, or in it.
        let usual = timing::ANSWERED + timing::FLOW_START;
        outlines[0].goes_on = log.is_empty() && !seen.is_empty_flow(usual);
        return;
    };
    let around = log.iter().rposition(|one| one.ended.is_none());
    if around.is_some_and(|around| around + 1 == log.len()) {
        return;
    }
    match around {
        // What stands beside a command is known where it stands in another. Only a handler of the
        // document is not.
        Some(around) if !fetched.contains_key(&around) => {
            let failed = log
                .iter()
                .rposition(|one| one.ended == Some(last) && one.failed());
            let Some(failed) = failed else { return };
            let element = |entry: usize| log[entry].entry.element.as_ref();
            let is_handled = element(failed).is_some_and(has_handler);
            let goes_on = element(around).is_some_and(|element| {
                has_next(element, log[failed].path()) || !ends_with_children(element)
            });
            outlines[of[failed]].handles =
                !is_handled && !goes_on && outlines[of[failed]].error.is_empty();
        }
        around => {
            // The flow's end clears the call normally.
            let is_clear = seen
                .call
                .leg
                .cause()
                .is_none_or(|cause| cause == Cause::NORMAL_CLEARING);
            if !(around.is_none() && hangup <= last && is_clear) {
                let document = around.and_then(|around| fetched.get(&around));
                outlines[document.copied().unwrap_or(0)].goes_on = true;
            }
        }
    }
}

fn role_of(element: &ElementTree) -> Option<Role> {
    command::spec(&element.name).map(|spec| spec.role)
}

/// Whether a command has handlers of its own, or in a group inside it.
fn has_handler(element: &ElementTree) -> bool {
    element.elements().any(|child| match role_of(child) {
        Some(Role::Handler) => true,
        Some(Role::Group) => child.elements().any(|child| is_handler(&child.name)),
        _ => false,
    })
}

/// Whether a command runs behind the one with this path, inside an element.
fn has_next(element: &ElementTree, path: &str) -> bool {
    let last = path.rsplit('.').next().and_then(component);
    let compiled = element
        .elements()
        .filter(|child| !matches!(role_of(child), Some(Role::Handler | Role::Meta)));
    let mut behind = compiled.skip(last.map_or(0, |(_, index)| index + 1));
    behind.any(|child| role_of(child) == Some(Role::Step))
}

/// Whether a command ends when its children have ended: it neither records nor listens.
fn ends_with_children(element: &ElementTree) -> bool {
    let mut xml = open_tag();
    element.write_xml(1, &mut xml);
    xml.push_str(&close_tag());
    let (flow, _) = flow::compile(xml::read("entry", xml.as_bytes()).0);
    // One that can only stand inside another does nothing but run its children.
    flow.children().first().is_none_or(|&first| {
        let traits = flow.node(first).command.traits();
        traits.keys.is_none() && traits.recording.is_none()
    })
}

/// For each entry the first one behind it that does not run inside it.
fn extents(seen: &SeenCall<'_>) -> Vec<usize> {
    let log = &seen.log;
    let end = |index: usize| {
        let one = &log[index];
        let inside = |other: &usize| match one.ended {
            None => true,
            Some(ended) => {
                let other = &log[*other];
                let is_inside = || {
                    is_inside(one.path(), other.path())
                        || !one.failed() && runs_document(seen, index)
                };
                other.began < ended || other.began == ended && is_inside()
            }
        };
        (index + 1..log.len())
            .find(|other| !inside(other))
            .unwrap_or(log.len())
    };
    let mut extents: Vec<usize> = (0..log.len()).map(end).collect();
    // What runs inside something that runs inside a command runs inside the command too.
    for index in (0..log.len()).rev() {
        let mut inside = index + 1;
        while inside < extents[index] {
            extents[index] = extents[index].max(extents[inside]);
            inside = extents[inside];
        }
    }
    extents
}

/// The rest of a path that begins with another.
fn below<'p>(outer: &str, inner: &'p str) -> Option<&'p str> {
    inner.strip_prefix(outer)?.strip_prefix('.')
}

/// Whether a path stands inside another, handlers aside: those run behind it.
fn is_inside(outer: &str, inner: &str) -> bool {
    let Some(rest) = below(outer, inner) else {
        return false;
    };
    let is_group = |part: &&str| role(part) == Some(Role::Group);
    let first = rest.split('.').find(|part| !is_group(part));
    first.is_some_and(|part| role(part) != Some(Role::Handler))
}

fn role(part: &str) -> Option<Role> {
    let (name, _) = component(part)?;
    command::spec(name).map(|spec| spec.role)
}

fn is_handler(name: &str) -> bool {
    command::spec(name).is_some_and(|spec| spec.role == Role::Handler)
}

/// The command that failed last before an entry began, of some.
fn last_failed(
    seen: &SeenCall<'_>,
    before: usize,
    is_one: impl Fn(&usize) -> bool,
) -> Option<usize> {
    let began = seen.log[before].began;
    let is_before = |one: &Seen<'_>| one.failed() && one.ended.is_some_and(|ended| ended <= began);
    let failed = (0..before).filter(|&index| is_before(&seen.log[index]));
    let failed = failed.filter(is_one);
    failed.max_by_key(|&index| (seen.log[index].ended, index))
}

/// Whether the command of an entry fetches documents and runs them.
fn runs_document(seen: &SeenCall<'_>, index: usize) -> bool {
    let alone = alone(seen, index);
    alone
        .is_some_and(|(flow, node)| flow.node(node).command.traits().impact == Impact::RunsDocument)
}

/// The command of an entry in a flow of its own; none where it can only stand inside another.
fn alone(seen: &SeenCall<'_>, index: usize) -> Option<(Flow, NodeId)> {
    let mut xml = open_tag();
    seen.log[index]
        .entry
        .element
        .as_ref()?
        .write_xml(1, &mut xml);
    xml.push_str(&close_tag());
    let (flow, _) = flow::compile(xml::read("entry", xml.as_bytes()).0);
    let first = flow.children().first().copied()?;
    Some((flow, first))
}

fn root() -> &'static str {
    let mut roots = command::SPECS.iter().filter(|spec| spec.role == Role::Root);
    roots.next().map_or("", |spec| spec.name)
}

fn open_tag() -> String {
    format!("<{}>", root())
}

fn close_tag() -> String {
    format!("</{}>", root())
}

/// The first command that is what another cannot be: seen, but not run.
fn named(role: Role) -> &'static str {
    let mut specs = command::SPECS.iter().filter(|spec| spec.role == role);
    specs.next().map_or("", |spec| spec.name)
}

impl Document {
    fn new(name: String, outline: &Outline, seen: &SeenCall<'_>) -> Self {
        let mut xml = open_tag();
        let mut next = 0;
        let stand_in = |xml: &mut String, name: &str, note: &str| {
            // Writing to a string cannot fail.
            let _ = write!(xml, "\n  <!-- not observed: {note} -->\n  <{name}/>");
        };
        for (&at, &entry) in &outline.children {
            while next < at {
                let note = format!("what stands at index {next}, which did not run");
                stand_in(&mut xml, named(Role::Unsupported), &note);
                next += 1;
            }
            element(seen, entry, &mut xml);
            next = at + 1;
        }
        if outline.goes_on {
            let note = "what would have run next; the call ended before";
            stand_in(&mut xml, command::STAND_IN.name, note);
        }
        let mut handler = 0;
        for (&at, &entry) in &outline.error {
            while handler < at {
                stand_in(&mut xml, named(Role::Handler), "a handler");
                handler += 1;
            }
            element(seen, entry, &mut xml);
            handler = at + 1;
        }
        if outline.handles {
            let note = "what handles the failure; the call ended before";
            stand_in(&mut xml, named(Role::Handler), note);
        }
        xml.push('\n');
        xml.push_str(&close_tag());
        xml.push('\n');
        let (document, findings) = xml::read(&name, xml.as_bytes());
        let (flow, more) = flow::compile(document);
        let is_broken =
            crate::diagnostic::any_error(&findings) || crate::diagnostic::any_error(&more);
        Self {
            name,
            xml,
            flow: Arc::new(flow),
            is_broken,
        }
    }
}

fn element(seen: &SeenCall<'_>, entry: usize, xml: &mut String) {
    if let Some(element) = &seen.log[entry].entry.element {
        xml.push_str("\n  ");
        element.write_xml(1, xml);
    }
}

//! Finds the documents of a log that was only seen.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use super::documents::{Location, SourceDocument, SourceFlows, is_empty_flow};
use super::step::times;
use crate::channel::cause::Cause;
use crate::channel::timing;
use crate::command::{self, Impact, Role};
use crate::diagnostic::any_error;
use crate::flow::{self, Flow, NodeId};
use crate::record::{ElementTree, Entry, Json, Record};
use crate::xml;

/// What was seen at the top of a document.
#[derive(Default)]
struct Top {
    /// The entry that fetched it.
    fetched_by: Option<usize>,
    children: BTreeMap<usize, usize>,
    error: BTreeMap<usize, usize>,
    /// Whether more of it would have run, had the call gone on.
    goes_on: bool,
    /// Whether a handler of its own was about to run.
    handles: bool,
}

impl Top {
    fn fetched_by(entry: usize) -> Self {
        Self {
            fetched_by: Some(entry),
            ..Self::default()
        }
    }
}

/// A command that ran, as the log shows it.
struct Ran<'r> {
    entry: &'r Entry,
    path: &'r str,
    began: u64,
    ended: Option<u64>,
    element: Option<Arc<ElementTree>>,
    /// The command in a flow of its own; absent where it can only stand inside another.
    alone: Option<(Arc<Flow>, NodeId)>,
}

impl Ran<'_> {
    fn failed(&self) -> bool {
        self.entry.status.state() == flow::EntryState::Failed
    }

    fn runs_document(&self) -> bool {
        self.alone.as_ref().is_some_and(|(flow, node)| {
            flow.node(*node).command.traits().impact == Impact::RunsDocument
        })
    }
}

/// An element, and its command in a flow of its own.
type Known = (Option<Arc<ElementTree>>, Option<(Arc<Flow>, NodeId)>);

/// Finds the documents of a log.
pub(super) struct Finder<'r> {
    record: &'r Record,
    log: Vec<Ran<'r>>,
    extents: Vec<usize>,
    /// The innermost entry that was open when each began.
    around: Vec<Option<usize>>,
}

impl<'r> Finder<'r> {
    pub(super) fn new(record: &'r Record) -> Self {
        let mut known: HashMap<&str, Known> = HashMap::new();
        let log: Vec<Ran<'r>> = record
            .log
            .iter()
            .zip(times(record))
            .map(|(entry, times)| {
                let shown = entry.shown().and_then(|shown| shown.element.as_ref());
                let json = match entry.placed() {
                    Some(placed) => Some(placed.flow.element_json(placed.node)),
                    None => shown.map(Json::as_str),
                };
                let (element, alone) = json.map_or((None, None), |json| {
                    let read = || {
                        let element = ElementTree::read(json).map(Arc::new);
                        let alone = element.as_deref().and_then(alone);
                        (element, alone)
                    };
                    known.entry(json).or_insert_with(read).clone()
                });
                Ran {
                    entry,
                    path: entry.path(),
                    began: times.from,
                    ended: times.to.filter(|_| entry.changed.is_some()),
                    element,
                    alone,
                }
            })
            .collect();
        let (extents, around) = extents(&log);
        Self {
            record,
            log,
            extents,
            around,
        }
    }

    pub(super) fn find(&self) -> SourceFlows {
        let mut tops = vec![Top::default()];
        let (mut of, mut fetched) = (Vec::new(), BTreeMap::new());
        let mut handles = vec![None; self.log.len()];
        // The failed entries by when they ended.
        let mut failed: BTreeSet<(u64, usize)> = BTreeSet::new();
        for (index, one) in self.log.iter().enumerate() {
            let around = self.around[index];
            let around_of = around.map_or(0, |around| of[around]);
            let document = match (top(one.path), around) {
                // A handler of a document runs behind the command that failed in it.
                (Some((name, _)), _) if is_handler(name) => {
                    // One in a document that was over, or around the handler, is handled elsewhere.
                    let is_beside = |failed: &usize| {
                        let fetch: Option<usize> = tops[of[*failed]].fetched_by;
                        let ended = fetch.and_then(|fetch| self.log[fetch].ended);
                        self.extents[*failed] <= index
                            && ended.is_none_or(|ended| ended >= one.began)
                    };
                    let before = failed.range(..=(one.began, usize::MAX)).rev();
                    let mut before = before.map(|&(_, failed)| failed);
                    let failed = before.find(is_beside);
                    handles[index] = failed;
                    failed.map_or(around_of, |failed| of[failed])
                }
                (Some(_), Some(around)) => *fetched.entry(around).or_insert_with(|| {
                    tops.push(Top::fetched_by(around));
                    tops.len() - 1
                }),
                (None, Some(around)) if is_inside(self.log[around].path, one.path) => around_of,
                (None, Some(around)) => fetched.get(&around).copied().unwrap_or(around_of),
                (_, None) => 0,
            };
            of.push(document);
            if one.failed() {
                failed.extend(one.ended.map(|ended| (ended, index)));
            }
            if let Some((name, at)) = top(one.path).filter(|_| one.element.is_some()) {
                let top = &mut tops[document];
                if is_handler(name) {
                    top.error.insert(at, index)
                } else {
                    top.children.insert(at, index)
                };
            }
        }
        // A fetch that succeeded gave a document, if only an empty one.
        for (index, one) in self.log.iter().enumerate() {
            let done = one.ended.is_some() && !one.failed();
            if done && !fetched.contains_key(&index) && one.runs_document() {
                tops.push(Top::fetched_by(index));
                fetched.insert(index, tops.len() - 1);
            }
        }
        self.mark_ending(&of, &fetched, &mut tops);
        let documents: Vec<_> = tops
            .iter()
            .enumerate()
            .map(|(index, top)| self.document(index, top))
            .collect();
        SourceFlows {
            locations: self.locations(&of, &handles, &documents),
            documents,
            fetched,
        }
    }

    /// Marks the document in which the call ended before its next command began: something stood
    /// there that the log does not show.
    fn mark_ending(&self, of: &[usize], fetched: &BTreeMap<usize, usize>, tops: &mut [Top]) {
        let log = &self.log;
        let Some(hangup) = self.record.hung_up() else {
            return;
        };
        let Some(last) = log.iter().filter_map(|one| one.ended).max() else {
            // Before the first command, or in it.
            let usual = timing::ANSWERED + timing::FLOW_START;
            tops[0].goes_on = log.is_empty() && !is_empty_flow(self.record, usual);
            return;
        };
        let around = log.iter().rposition(|one| one.ended.is_none());
        if around.is_some_and(|around| around + 1 == log.len()) {
            return;
        }
        match around {
            // What stands beside a command is known where it stands in another. Only a handler of
            // the document is not.
            Some(around) if !fetched.contains_key(&around) => {
                let failed = log
                    .iter()
                    .rposition(|one| one.ended == Some(last) && one.failed());
                let Some(failed) = failed else { return };
                let element = |entry: usize| log[entry].element.as_deref();
                let is_handled = element(failed).is_some_and(has_handler);
                let goes_on = element(around).is_some_and(|element| {
                    has_next(element, log[failed].path) || !ends_with_children(&log[around])
                });
                let top = &mut tops[of[failed]];
                top.handles = !is_handled && !goes_on && top.error.is_empty();
            }
            around => {
                // The flow's end clears the call normally.
                let cause = self.record.leg.cause();
                let is_clear = cause.is_none_or(|cause| cause == Cause::NORMAL_CLEARING);
                if !(around.is_none() && hangup <= last && is_clear) {
                    let document = around.and_then(|around| fetched.get(&around));
                    tops[document.copied().unwrap_or(0)].goes_on = true;
                }
            }
        }
    }

    /// Where each entry stands.
    fn locations(
        &self,
        of: &[usize],
        handles: &[Option<usize>],
        documents: &[SourceDocument],
    ) -> Vec<Location> {
        let mut latest: HashMap<(usize, &str), usize> = HashMap::new();
        let mut locations = Vec::with_capacity(self.log.len());
        for (index, one) in self.log.iter().enumerate() {
            let document = of[index];
            let shown = one.entry.shown().and_then(|shown| shown.element.as_ref());
            let flow = &documents[document].flow;
            let in_document = documents[document].paths.get(one.path).copied();
            let in_document = in_document.filter(|&id| {
                let written = flow.element_json(id);
                shown.is_some_and(|own| ElementTree::is_same(own.as_str(), written))
            });
            let command = match in_document {
                Some(id) => Some((flow.clone(), id)),
                None => one.alone.clone(),
            };
            let mut around = ancestors(one.path);
            let outer = around.find_map(|path| latest.get(&(document, path)).copied());
            let is_inner_handler = last_name(one.path).is_some_and(is_handler);
            let handles = handles[index].or(outer.filter(|_| is_inner_handler));
            let parent = outer.or(self.around[index]);
            latest.insert((document, one.path), index);
            locations.push(Location {
                document,
                command,
                parent: parent.filter(|&parent| parent < index),
                handles,
                extent: self.extents[index],
            });
        }
        locations
    }

    fn document(&self, index: usize, top: &Top) -> SourceDocument {
        let name = match index {
            0 => "flow.xml".to_owned(),
            count => format!("fetched-{count}.xml"),
        };
        let mut xml = open_tag();
        let mut next = 0;
        let stand_in = |xml: &mut String, name: &str, note: &str| {
            // Writing to a string cannot fail.
            let _ = write!(xml, "\n  <!-- not observed: {note} -->\n  <{name}/>");
        };
        for (&at, &entry) in &top.children {
            while next < at {
                let note = format!("the command at index {next}, which did not run");
                stand_in(&mut xml, named(Role::Unsupported), &note);
                next += 1;
            }
            self.element(entry, &mut xml);
            next = at + 1;
        }
        if top.goes_on {
            let note = "the next command, which did not run because the call ended";
            stand_in(&mut xml, command::STAND_IN.name, note);
        }
        let mut handler = 0;
        for (&at, &entry) in &top.error {
            while handler < at {
                stand_in(&mut xml, named(Role::Handler), "a handler");
                handler += 1;
            }
            self.element(entry, &mut xml);
            handler = at + 1;
        }
        if top.handles {
            let note = "the Error block, which did not run because the call ended";
            stand_in(&mut xml, named(Role::Handler), note);
        }
        xml.push('\n');
        xml.push_str(&close_tag());
        xml.push('\n');
        let (document, findings) = xml::read(&name, xml.as_bytes());
        let (flow, more) = flow::compile(document);
        SourceDocument {
            is_broken: any_error(&findings) || any_error(&more),
            fetched_by: top.fetched_by,
            ..SourceDocument::new(name, xml, Arc::new(flow))
        }
    }

    fn element(&self, entry: usize, xml: &mut String) {
        if let Some(element) = &self.log[entry].element {
            xml.push_str("\n  ");
            xml.push_str(&element.to_xml(1));
        }
    }
}

/// For each entry the first one behind it that does not run inside it, and the innermost one that it
/// runs inside itself.
fn extents(log: &[Ran<'_>]) -> (Vec<usize>, Vec<Option<usize>>) {
    let mut extents = vec![log.len(); log.len()];
    let mut around = Vec::with_capacity(log.len());
    // What is open, with when something in it failed last.
    let mut open: Vec<(usize, Option<u64>)> = Vec::new();
    for (index, one) in log.iter().enumerate() {
        // What runs inside something that runs inside a command runs inside the command too.
        while let Some(&(last, failed)) = open.last()
            && !holds(&log[last], failed, one)
        {
            extents[last] = index;
            open.pop();
        }
        around.push(open.last().map(|(last, _)| *last));
        if let Some((_, failed)) = open.last_mut().filter(|_| one.failed()) {
            *failed = (*failed).max(one.ended);
        }
        open.push((index, None));
    }
    (extents, around)
}

/// Whether an entry runs inside one that began before it, in which something failed at an instant.
fn holds(outer: &Ran<'_>, failed: Option<u64>, one: &Ran<'_>) -> bool {
    let Some(ended) = outer.ended else {
        return true;
    };
    if one.began != ended {
        return one.began < ended;
    }
    // A command does not end before what failed in it is handled, if only by its document.
    let is_handler = || top(one.path).is_some_and(|(name, _)| is_handler(name));
    is_inside(outer.path, one.path)
        || !outer.failed() && outer.runs_document()
        || failed.is_some_and(|failed| failed < ended) && !outer.failed() && is_handler()
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
fn ends_with_children(one: &Ran<'_>) -> bool {
    // One that can only stand inside another does nothing but run its children.
    one.alone.as_ref().is_none_or(|(flow, node)| {
        let traits = flow.node(*node).command.traits();
        traits.keys.is_none() && traits.recording.is_none()
    })
}

/// The last component of a path, split into a name and an index: `Name[i]`.
fn component(part: &str) -> Option<(&str, usize)> {
    let (name, index) = part.strip_suffix(']')?.split_once('[')?;
    let index = index.parse().ok()?;
    // No flow has more elements.
    (index < flow::MAX_ELEMENTS).then_some((name, index))
}

/// The name of the innermost component of a path.
fn last_name(path: &str) -> Option<&str> {
    let last = path.rsplit('.').next()?;
    component(last).map(|(name, _)| name)
}

/// The name and index of a path of one component.
fn top(path: &str) -> Option<(&str, usize)> {
    if path.contains('.') {
        None
    } else {
        component(path)
    }
}

/// The paths around a path, from the innermost on.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(path.rsplit_once('.'), |(around, _)| around.rsplit_once('.'))
        .map(|(around, _)| around)
}

/// Whether a path stands inside another, handlers aside: those run behind it.
fn is_inside(outer: &str, inner: &str) -> bool {
    let below = inner
        .strip_prefix(outer)
        .and_then(|rest| rest.strip_prefix('.'));
    let Some(rest) = below else {
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

/// The command of an element in a flow of its own; absent where it can only stand inside another.
fn alone(element: &ElementTree) -> Option<(Arc<Flow>, NodeId)> {
    let mut xml = open_tag();
    xml.push_str(&element.to_xml(1));
    xml.push_str(&close_tag());
    let (flow, _) = flow::compile(xml::read("entry", xml.as_bytes()).0);
    let first = flow.children().iter().chain(flow.error()).next().copied()?;
    Some((Arc::new(flow), first))
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

//! What would have run next, had the call gone on.

use std::collections::BTreeMap;

use super::{Outline, alone, below, is_handler};
use crate::channel::cause::Cause;
use crate::channel::{Outcome, Step, timing};
use crate::command::{self, Role};
use crate::event::read::ElementTree;
use crate::replay::premise;
use crate::replay::seen::{SeenCall, component};

/// Marks the document in which the call ended before its next command began.
pub(super) fn mark(
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
    let open = log.iter().rposition(|one| one.ended.is_none());
    if open.is_some_and(|open| open + 1 == log.len()) {
        return;
    }
    // What stands beside a command is known where it stands in another.
    let around = open.filter(|open| !fetched.contains_key(open));
    let waited = hangup.saturating_sub(last) >= timing::AFTER_COMMAND;
    let failed = log
        .iter()
        .position(|one| one.ended == Some(last) && one.failed());
    let unhandled = failed.filter(|&failed| {
        let element = log[failed].entry.element.as_ref();
        !element.is_some_and(has_handler) && outlines[of[failed]].error.is_empty()
    });
    if let Some(failed) = unhandled {
        let goes_on = |around: usize| {
            let child = last_child(seen, of, around, log.len()).unwrap_or(failed);
            let element = log[around].entry.element.as_ref();
            element.is_some_and(|element| has_next(element, log[child].path()))
        };
        let is_next = match around {
            // Nothing is left, but the command around did not end with it.
            Some(around) if !goes_on(around) => ends_with_children(seen, around),
            // A menu waits for keys all the same.
            Some(around) if listens(seen, around) => waited && hangup - last < timing::INTO_HANDLER,
            _ => waited,
        };
        outlines[of[failed]].handles = is_next;
    }
    let document = open.and_then(|open| fetched.get(&open)).copied();
    // The flow's end clears the call normally.
    let is_clear = seen
        .call
        .leg
        .cause()
        .is_none_or(|cause| cause == Cause::NORMAL_CLEARING);
    if around.is_none() && !(open.is_none() && hangup <= last && is_clear) {
        outlines[document.unwrap_or(0)].goes_on = true;
    }
}

/// Marks the documents whose handler was about to run when a key broke a command off: it had nothing
/// else to do behind the last inside it, which had failed.
pub(super) fn mark_broken_off(
    seen: &SeenCall<'_>,
    of: &[usize],
    extent: &[usize],
    outlines: &mut [Outline],
) {
    let log = &seen.log;
    let element = |entry: usize| log[entry].entry.element.as_ref();
    let broken_off = (0..log.len()).filter(|&entry| log[entry].is_broken_off());
    for around in broken_off {
        let Some(last) = last_child(seen, of, around, extent[around]) else {
            continue;
        };
        let goes_on = |around| has_next(around, log[last].path());
        let is_known =
            element(last).is_some_and(has_handler) || element(around).is_some_and(goes_on);
        let is_between = log[last].ended < log[around].ended;
        let is_due = log[last].failed() && is_between && !listens(seen, around);
        let outline = &mut outlines[of[around]];
        outline.handles |= is_due && !is_known && outline.error.is_empty();
    }
}

/// The last command right inside another that ran, before an entry.
fn last_child(seen: &SeenCall<'_>, of: &[usize], around: usize, before: usize) -> Option<usize> {
    let log = &seen.log;
    let is_child = |&other: &usize| {
        let child = below(log[around].path(), log[other].path());
        of[other] == of[around] && child.is_some_and(|child| !child.contains('.'))
    };
    (around + 1..before).rfind(is_child)
}

fn role(element: &ElementTree) -> Option<Role> {
    command::spec(&element.name).map(|spec| spec.role)
}

/// Whether a command has handlers of its own, or in a group inside it.
fn has_handler(element: &ElementTree) -> bool {
    element.elements().any(|child| match role(child) {
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
        .filter(|child| !matches!(role(child), Some(Role::Handler | Role::Meta)));
    let behind = compiled.skip(last.map_or(0, |(_, index)| index + 1));
    behind
        .into_iter()
        .any(|child| role(child) == Some(Role::Step))
}

/// Whether a command waits for keys itself, behind what runs inside it.
fn listens(seen: &SeenCall<'_>, index: usize) -> bool {
    let alone = alone(seen, index);
    alone.is_some_and(|(flow, node)| flow.node(node).command.run().traits().keys.is_some())
}

/// Whether a command ends when its children have ended: it has nothing else to do.
fn ends_with_children(seen: &SeenCall<'_>, index: usize) -> bool {
    // One that can only stand inside another does nothing but run its children.
    let Some((flow, node)) = alone(seen, index) else {
        return true;
    };
    let members = flow.members(node);
    let labels: Vec<_> = members
        .iter()
        .map(|&member| flow.node(member).command.run().label())
        .collect();
    let step = premise::asked(&labels, |scene| {
        flow.node(node)
            .command
            .run()
            .told(scene, Outcome::BlockEnded)
    });
    matches!(step, Step::Done(_))
}

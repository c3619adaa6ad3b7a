//! What the caller pressed at each menu, and how much of its prompts was heard.

use super::documents::SourceFlows;
use super::does::Does;
use super::step::Step;
use crate::channel::Label;
use crate::command::{Keys, Role};
use crate::flow::EntryState;
use crate::record::{Audio, AudioSegment, Record};

/// A key that decides sooner than this after a prompt may have cut it short, in milliseconds: a log
/// shows when the menu went on, not when the key was pressed.
const SOON: u64 = 1000;

/// A command that waited for keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Menu {
    /// Its entry.
    pub entry: usize,
    /// The keys that it took in the end, and when; absent if none is known.
    pub press: Option<Press>,
    /// Whether it took no keys, or keys that it has no branch for.
    pub is_missed: bool,
}

/// Keys that a menu took.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Press {
    /// The keys.
    pub keys: String,
    /// When the last of them was pressed, in milliseconds after the last prompt, or after the menu began
    /// if it has none: exactly if `is_exact`, else at the latest. Absent if that is not known, or if the
    /// key came during the prompt.
    pub after: Option<u64>,
    /// Whether the time is that of the key itself.
    pub is_exact: bool,
    /// Whether the menu had a prompt.
    pub has_prompt: bool,
}

/// How much of a sound was heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Completeness {
    /// All of it.
    Whole,
    /// Its beginning: something cut it short, or it had not ended yet.
    Beginning,
    /// Its beginning at least: a key may have cut it short.
    NotKnown,
}

/// The keys that a reason quotes, as in `dtmf '12' received`.
pub fn keys_in(reason: &str) -> Option<String> {
    let keys = reason.split('\'').nth(1)?;
    let is_key = |key: char| key.is_ascii_digit() || matches!(key, '*' | '#' | 'A'..='D');
    (!keys.is_empty() && keys.len() <= 32 && keys.chars().all(is_key)).then(|| keys.to_owned())
}

/// What an entry is to the menu around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Prompt,
    Chosen,
    NoMatch,
    Handler,
    /// The log does not show it.
    NotKnown,
}

fn part(step: &Step, flows: &SourceFlows) -> Part {
    let Some((flow, node)) = flows.command(step.entry) else {
        return Part::NotKnown;
    };
    let command = &flow.node(node).command;
    match (command.behavior().label(), command.spec().role) {
        (Label::Code(_), _) => Part::Chosen,
        (Label::NoMatch, _) | (_, Role::Otherwise) => Part::NoMatch,
        (_, Role::Handler) => Part::Handler,
        (_, Role::Branch | Role::Case) => Part::Chosen,
        _ => Part::Prompt,
    }
}

/// What stands directly inside an entry, in order.
fn inside(steps: &[Step], entry: usize) -> impl Iterator<Item = &Step> {
    let later = steps.get(entry + 1..).unwrap_or_default().iter();
    later.filter(move |step| step.parent == Some(entry))
}

/// Every command that waited for keys, in order.
pub(super) fn all(record: &Record, steps: &[Step], flows: &SourceFlows) -> Vec<Menu> {
    let menus = steps.iter().filter(|step| step.does == Does::Collects);
    menus.map(|step| menu(record, steps, flows, step)).collect()
}

fn menu(record: &Record, steps: &[Step], flows: &SourceFlows, step: &Step) -> Menu {
    let mut prompt = None;
    let mut branch = None;
    for inner in inside(steps, step.entry) {
        // What the keys were sent for is a document of its own.
        let what = if inner.path.starts_with(&step.path) {
            part(inner, flows)
        } else {
            Part::Chosen
        };
        match what {
            Part::Prompt => prompt = inner.to.or(prompt),
            what => {
                branch = Some((inner, what));
                break;
            }
        }
    }
    // A menu often follows its prompt.
    let before = || {
        let last = steps.get(step.entry.checked_sub(1)?)?;
        let is_prompt =
            matches!(last.does, Does::Sounds { .. }) && last.state != EntryState::Failed;
        last.to.filter(|_| is_prompt && last.is_timed)
    };
    let prompt = prompt.or_else(before);
    let has_prompt = prompt.is_some();
    let prompt = prompt.or(step.began());
    let is_shown = branch.is_none_or(|(_, what)| what != Part::NotKnown);
    let decided = branch.map_or(step.to, |(inner, _)| inner.began());
    let named = step.reason.as_deref().and_then(keys_in);
    let press = if let Some(keys) = &record.keys {
        let until = decided.unwrap_or(u64::MAX);
        let own = keys.iter().filter(|key| key.is_heard);
        let own: Vec<_> = own
            .filter(|key| step.from <= key.at && key.at <= until)
            .collect();
        // Those of the last attempt: what the reason names, if it does.
        let count = named.map_or(own.len(), |named| named.len().min(own.len()));
        let own = &own[own.len() - count..];
        own.last().map(|last| Press {
            keys: own.iter().map(|key| key.key).collect(),
            after: prompt.and_then(|prompt| last.at.checked_sub(prompt)),
            is_exact: true,
            has_prompt,
        })
    } else {
        let code = || {
            let (inner, _) = branch?;
            let (flow, node) = flows.command(inner.entry)?;
            match flow.node(node).command.behavior().label() {
                Label::Code(code) => Some(code.to_owned()),
                _ => None,
            }
        };
        let after = decided
            .zip(prompt)
            .map(|(decided, prompt)| decided.saturating_sub(prompt));
        named.or_else(code).map(|keys| Press {
            keys,
            after: after.filter(|_| step.is_timed && is_shown && record.knows_log()),
            is_exact: false,
            has_prompt,
        })
    };
    let is_missed = match branch {
        Some((_, Part::NoMatch | Part::Handler)) => true,
        None | Some((_, Part::NotKnown)) => step.state == EntryState::Failed,
        Some(_) => false,
    };
    Menu {
        entry: step.entry,
        press,
        is_missed,
    }
}

/// How much was heard of each sound of the flow.
pub(super) fn completeness(
    record: &Record,
    steps: &[Step],
    flows: &SourceFlows,
    heard: &[AudioSegment],
) -> Vec<Completeness> {
    let until = record.until();
    // Both are in the order of time.
    let sounding: Vec<&Step> = steps
        .iter()
        .filter(|step| matches!(step.does, Does::Sounds { .. }))
        .collect();
    heard
        .iter()
        .map(|one| {
            let Audio::Sound(sound) = &one.what else {
                return Completeness::Whole;
            };
            let begun = sounding.partition_point(|step| step.from <= one.from);
            let own = sounding[..begun].iter().rev().take(16).find(|step| {
                let is_it =
                    matches!(&step.does, Does::Sounds { sound: other, .. } if other == sound);
                is_it && step.to.is_none_or(|to| one.from <= to)
            });
            own.map_or(Completeness::NotKnown, |step| {
                of_sound(record, steps, flows, step, one, until)
            })
        })
        .collect()
}

fn of_sound(
    record: &Record,
    steps: &[Step],
    flows: &SourceFlows,
    step: &Step,
    heard: &AudioSegment,
    until: u64,
) -> Completeness {
    // A block that speaks first has spoken when its first command begins; an Error block of its own runs
    // because it failed.
    if inside(steps, step.entry).any(|inner| !inner.is_handler) {
        return Completeness::Whole;
    }
    if !step.is_timed {
        return Completeness::NotKnown;
    }
    match step.state {
        EntryState::Queued => return Completeness::Beginning,
        EntryState::Failed if is_cut(step) => return Completeness::Beginning,
        EntryState::Failed => return Completeness::NotKnown,
        EntryState::Success => {}
    }
    if let Some(keys) = &record.keys {
        let is_cut = keys
            .iter()
            .any(|key| key.is_heard && key.at == heard.to && heard.from < heard.to);
        return if is_cut {
            Completeness::Beginning
        } else {
            Completeness::Whole
        };
    }
    // A key of any menu around it may have cut it short.
    let mut inner = step;
    while let Some(outer) = inner.parent.and_then(|parent| steps.get(parent)) {
        if part(inner, flows) != Part::Prompt {
            break;
        }
        if outer.does == Does::Collects {
            return of_prompt(steps, flows, outer, inner, heard.to, until);
        }
        inner = outer;
    }
    Completeness::Whole
}

/// Whether a sound that failed was cut at its own limit.
pub(super) fn is_cut(step: &Step) -> bool {
    use super::step::TOGETHER;
    let Does::Sounds {
        at_most: Some(at_most),
        ..
    } = step.does
    else {
        return false;
    };
    step.took()
        .is_some_and(|took| took.saturating_add(TOGETHER) >= at_most)
}

/// How much was heard of a prompt of a menu that ended at an instant.
fn of_prompt(
    steps: &[Step],
    flows: &SourceFlows,
    menu: &Step,
    prompt: &Step,
    ended: u64,
    until: u64,
) -> Completeness {
    let Some((flow, node)) = flows.command(menu.entry) else {
        return Completeness::NotKnown;
    };
    let traits = flow.node(node).command.traits();
    let has_stop = traits.keys.is_some_and(|keys| keys.stop().is_some());
    let mut siblings = inside(steps, menu.entry);
    let earlier: Vec<&str> = siblings
        .by_ref()
        .take_while(|step| step.entry != prompt.entry)
        .map(|step| step.path.as_str())
        .collect();
    let next = siblings.next();
    if let Some(next) = next
        && part(next, flows) == Part::Prompt
        && next.path != prompt.path
        && !earlier.contains(&next.path.as_str())
    {
        // A key ends all prompts of an attempt.
        return Completeness::Whole;
    }
    let length = traits.keys.and_then(Keys::length);
    let codes = flow.members(node).into_iter().filter_map(|inner| {
        match flow.node(inner).command.behavior().label() {
            Label::Code(code) => Some(code.len()),
            _ => None,
        }
    });
    let wanted = length.map_or_else(|| codes.max().unwrap_or(1), |(_, length)| length as usize);
    let goes_on = next.map_or(menu.to.unwrap_or(until), |next| next.from);
    // Where keys are sent to a server, the log does not show when they decided.
    let is_sent = traits.keys.is_some_and(Keys::has_taker);
    if wanted == 1 && !has_stop && !is_sent {
        // The first key decides, so nothing was pressed while the menu went on waiting.
        return if goes_on >= ended.saturating_add(SOON) {
            Completeness::Whole
        } else {
            Completeness::NotKnown
        };
    }
    Completeness::NotKnown
}

impl Press {
    /// Whether the keys are those of one key.
    pub fn is_one(&self) -> bool {
        self.keys.len() == 1
    }
}

//! A call of one flow on another: what the caller did there is done at the command that it became.

use std::fmt;

use crate::flow::{Alignment, Flow, NodeId, align};
use crate::record::{Does, Outline};
use crate::scenario::{DocumentPattern, PathPattern, Rules, Scenario, Spanned};
use crate::simulate::{Presumption, Run};

/// A scenario of one flow, made one of another.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The scenario of the other flow.
    pub scenario: Scenario,
    /// What the other flow has no place for.
    pub unused: Vec<Unused>,
    /// What is done at a command that may be another one.
    pub doubtful: Vec<Doubtful>,
    alignment: Alignment,
}

/// Something that the world did in a call, and that another flow has no use for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unused {
    /// What, such as `the key 1 at #menu`.
    pub what: String,
    /// Why.
    pub why: String,
}

impl fmt::Display for Unused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} was not used: {}", self.what, self.why)
    }
}

/// Something that the caller does at a command that may be another one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Doubtful {
    /// What, such as `the key 1 at Gather[0]`.
    pub what: String,
    /// The command of the new flow.
    pub at: String,
}

impl fmt::Display for Doubtful {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, at } = self;
        write!(
            out,
            "{what} was used at `{at}` of the new flow: whether that is the same command is not certain"
        )
    }
}

/// Something that another flow asks and the call does not tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotTold {
    /// What it asks.
    pub asks: String,
    /// What was assumed.
    pub assumed: String,
    /// The option of the command line that answers it.
    pub option: String,
}

impl fmt::Display for NotTold {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            asks,
            assumed,
            option,
        } = self;
        write!(
            out,
            "the changed call {asks}; the recorded one does not tell, so {assumed}: answer it with {option}"
        )
    }
}

/// Makes a scenario of one flow one of another. The commands of fetched documents stay.
pub fn onto(scenario: &Scenario, old: &Flow, new: &Flow) -> Moved {
    let alignment = align(old, new);
    let mut moved = Moved {
        scenario: scenario.clone(),
        unused: Vec::new(),
        doubtful: Vec::new(),
        alignment,
    };
    let flows = Flows { old, new };
    let is_own =
        |document: Option<&DocumentPattern>| document.is_none_or(|document| document.matches(None));
    let mut presses = std::mem::take(&mut moved.scenario.presses);
    presses.retain_mut(|press| {
        let Some(when) = press
            .when
            .as_mut()
            .filter(|_| is_own(press.document.as_ref()))
        else {
            return true;
        };
        let what = press_words(press.keys.as_str(), when.value.as_str());
        if !moved.rename(&flows, when, &what) {
            return false;
        }
        // Without its prompt, the key comes when the command waits.
        if let Some(during) = &mut press.during
            && !moved.follow(&flows, during)
        {
            (press.during, press.after, press.after_end) = (None, None, None);
        }
        true
    });
    moved.scenario.presses = presses;
    if let Some(mut hangup) = moved.scenario.caller.hangup.take() {
        let what = hang_up_words(hangup.when.value.as_str());
        if !is_own(hangup.document.as_ref()) || moved.rename(&flows, &mut hangup.when, &what) {
            moved.scenario.caller.hangup = Some(hangup);
        }
    }
    moved
}

fn press_words(keys: &str, when: &str) -> String {
    match keys.chars().filter(|&key| key != 'w').count() {
        0 => format!("the silence at `{when}`"),
        1 => format!("the key {keys} at `{when}`"),
        _ => format!("the keys {keys} at `{when}`"),
    }
}

fn hang_up_words(when: &str) -> String {
    format!("the hang-up at `{when}`")
}

struct Flows<'f> {
    old: &'f Flow,
    new: &'f Flow,
}

impl Flows<'_> {
    /// The command of the old flow that a pattern names: that of the whole path, if there is one.
    fn named(&self, pattern: &PathPattern) -> Option<NodeId> {
        let mut meant = self
            .old
            .nodes()
            .map(|(id, _)| id)
            .filter(|&id| pattern.matches(&self.old.path(id), &self.old.tags(id)));
        let first = meant.next()?;
        let is_exact = |&id: &NodeId| PathPattern::naming(self.old, id) == *pattern;
        Some(
            std::iter::once(first)
                .chain(meant)
                .find(is_exact)
                .unwrap_or(first),
        )
    }
}

impl Moved {
    /// Names a command as the new flow does. Tells whether there is one; of none it is said that what
    /// happened there was not used.
    fn rename(&mut self, flows: &Flows<'_>, when: &mut Spanned<PathPattern>, what: &str) -> bool {
        // A pattern that names no command of the old flow is not about it.
        let Some(old) = flows.named(&when.value) else {
            return true;
        };
        let Some(new) = self.alignment.new_of(old) else {
            let why = format!("the new flow has no `{}`", when.value);
            let what = what.to_owned();
            self.unused.push(Unused { what, why });
            return false;
        };
        when.value = PathPattern::naming(flows.new, new.node);
        if new.is_doubtful {
            self.doubtful.push(Doubtful {
                what: what.to_owned(),
                at: when.value.to_string(),
            });
        }
        true
    }

    /// The same, of a prompt; nothing is said of one that is gone.
    fn follow(&self, flows: &Flows<'_>, during: &mut Spanned<PathPattern>) -> bool {
        let Some(old) = flows.named(&during.value) else {
            return true;
        };
        let Some(new) = self.alignment.new_of(old) else {
            return false;
        };
        during.value = PathPattern::naming(flows.new, new.node);
        true
    }

    /// What the call of the other flow did not use, beside what that flow has no place for.
    pub fn unused_in(&self, run: &Run) -> Vec<Unused> {
        let mut unused = self.unused.clone();
        unused.extend(unused_in(run));
        unused
    }

    /// What the other flow asks, and the call does not tell.
    pub fn not_told(&self, was: &Run, would_be: &Run) -> Vec<NotTold> {
        let mut found = self.menus(was, would_be);
        found.extend(answers(was, would_be));
        found
    }

    /// Commands that waited for keys, and whose counterpart did not in the call as it was.
    fn menus(&self, was: &Run, would_be: &Run) -> Vec<NotTold> {
        let (was, would_be) = (Outline::of(&was.record), Outline::of(&would_be.record));
        let collects = |outline: &Outline<'_>| {
            let steps = outline.steps.iter();
            let steps = steps.filter(|step| step.does == Does::Collects);
            let nodes = steps.filter_map(|step| {
                let (flow, node) = outline.flows.command(step.entry)?;
                Some((flow.clone(), node))
            });
            nodes.collect::<Vec<_>>()
        };
        let asked = collects(&was);
        let mut found: Vec<NotTold> = Vec::new();
        for (flow, node) in collects(&would_be) {
            let is_entry = would_be
                .flows
                .documents
                .first()
                .is_some_and(|first| first.flow == flow);
            let before = self.alignment.old_of(node).map(|old| old.node);
            let is_known = asked.iter().any(|(other, old)| {
                *other == flow && *old == node || is_entry && Some(*old) == before
            });
            if is_known {
                continue;
            }
            let name = PathPattern::naming(&flow, node);
            let question = NotTold {
                asks: format!("asks at `{name}`"),
                assumed: "silence was assumed".to_owned(),
                option: format!("--press '{name}=1'"),
            };
            if !found.contains(&question) {
                found.push(question);
            }
        }
        found
    }
}

/// What of a recovered scenario a call did not use. Options that were not used are said by themselves, and
/// what an option answers instead is no surprise.
pub fn unused_in(run: &Run) -> Vec<Unused> {
    let (scenario, used) = (&run.scenario, &run.used);
    let mut unused = Vec::new();
    let is_left = |used: &[bool], at: usize| !used.get(at).copied().unwrap_or(false);
    let is_option_used = (scenario.presses.iter().zip(&used.presses))
        .any(|(press, used)| press.span.is_none() && *used);
    for (at, press) in scenario.presses.iter().enumerate() {
        if is_left(&used.presses, at) && press.span.is_some() {
            let when = press
                .when
                .as_ref()
                .map_or("a menu", |when| when.value.as_str());
            let why = if is_option_used {
                format!("an option answered instead, or `{when}` did not ask again")
            } else {
                format!("`{when}` did not ask for it")
            };
            let what = press_words(press.keys.as_str(), when);
            unused.push(Unused { what, why });
        }
    }
    let hangup = scenario.caller.hangup.as_ref();
    let hangup = hangup.filter(|hangup| !used.hangup && hangup.span.is_some());
    unused.extend(hangup.map(|hangup| Unused {
        what: hang_up_words(hangup.when.value.as_str()),
        why: "what it interrupts did not happen, so the caller stays on the line".to_owned(),
    }));
    let mut rules = |what: &str, why: &str, patterns: Vec<String>| {
        unused.extend(patterns.into_iter().map(|pattern| Unused {
            what: format!("{what} `{pattern}`"),
            why: why.to_owned(),
        }));
    };
    rules(
        "the reply of",
        "nothing was asked of it",
        left(&scenario.callbacks, &used.callbacks),
    );
    rules(
        "what happened at",
        "it was not rung",
        left(&scenario.dials, &used.dials),
    );
    rules(
        "the length of",
        "it was not played",
        left(&scenario.media, &used.media),
    );
    unused.dedup();
    unused
}

/// The subjects of the file's rules that were not used; none where options answer in place of them.
fn left<T>(rules: &Rules<T>, used: &[bool]) -> Vec<String> {
    if !rules.overrides().is_empty() {
        return Vec::new();
    }
    let all = rules.entries().iter().zip(used);
    let left = all.filter(|(_, used)| !**used);
    left.map(|(rule, _)| rule.pattern.to_string()).collect()
}

/// What was presumed of the world, and was not in the call as it was.
fn answers(was: &Run, would_be: &Run) -> Vec<NotTold> {
    let new = would_be
        .presumed
        .iter()
        .filter(|one| !was.presumed.contains(one));
    let told = new.filter_map(|one| match one {
        Presumption::Callback(url) => Some(NotTold {
            asks: format!("asks {url}"),
            assumed: "it was assumed to refuse the connection".to_owned(),
            option: format!("--callback '{url}=FILE'"),
        }),
        Presumption::Dial(to) => Some(NotTold {
            asks: format!("dials {to}"),
            assumed: "it was assumed to answer".to_owned(),
            option: format!("--dial '{to}=USER_BUSY'"),
        }),
        _ => None,
    });
    told.collect()
}

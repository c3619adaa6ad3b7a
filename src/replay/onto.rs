//! A call of some flows on others: what the caller did there is done at the command that it became.

use std::fmt::{self, Display};
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::exchange::Exchange;

use crate::channel::{Clock, Facts, timing};
use crate::command::Asks;
use crate::drive::{Limit, LimitKind, Tries};
use crate::flow::{Flow, NodeId, Surroundings};
use crate::record::{Does, Outline};
use crate::scenario::{Call, DocumentPattern, PathPattern, Rules, Scenario, Spanned};
use crate::simulate::{Presumption, Run, TALK};

/// A scenario of some flows, made one of others.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The scenario of the other flows.
    pub scenario: Scenario,
    /// What the other flows have no place for.
    pub unused: Vec<Unused>,
    /// What is done at a command that may be another one.
    pub doubtful: Vec<Doubtful>,
    exchanges: Vec<Exchange>,
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
            "{what} was used at `{at}` of the new flow, but it is not certain that this is the same command"
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
    /// Whether it may decide which way the call goes, and not only how long it takes.
    pub decides: bool,
}

impl fmt::Display for NotTold {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            asks,
            assumed,
            option,
            decides: _,
        } = self;
        write!(
            out,
            "the changed call {asks}; the real call does not show the answer, so {assumed}. Set it with {option}"
        )
    }
}

/// A call that nothing ends, as far as it was followed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WouldNotEnd(Limit);

impl WouldNotEnd {
    /// Whether a call would not end: a limit of callflow's own stopped it.
    pub fn of(run: &Run) -> Option<Self> {
        run.limit.clone().map(Self)
    }
}

impl fmt::Display for WouldNotEnd {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the changed call would not end: ")?;
        match self.0.kind {
            LimitKind::Entries(most) => write!(out, "it goes on after {most} commands")?,
            LimitKind::Legs(most) => write!(out, "it goes on after {most} outbound legs")?,
            LimitKind::Inputs(most) => {
                write!(out, "it goes on after {most} inputs")?;
            }
        }
        match &self.0.tries {
            Some(Tries {
                path,
                attribute,
                times,
            }) => write!(out, ": `{attribute}` of {path} allows {times} attempts"),
            None => out.write_str(", and nobody hangs up"),
        }
    }
}

/// Makes a scenario of some flows one of the flows in their places. The commands of all others stay.
pub fn onto(scenario: &Scenario, exchanges: Vec<Exchange>) -> Moved {
    let mut moved = Moved {
        scenario: scenario.clone(),
        unused: Vec::new(),
        doubtful: Vec::new(),
        exchanges,
    };
    let mut presses = std::mem::take(&mut moved.scenario.presses);
    presses.retain_mut(|press| {
        let Some(when) = &mut press.when else {
            return true;
        };
        let what = press_words(press.keys.as_str(), when.value.as_str());
        let (at, node) = match moved.rename(press.document.as_ref(), when, &what) {
            Renamed::Stays => return true,
            Renamed::Gone => return false,
            Renamed::In(at, node) => (at, node),
        };
        // Without its prompt, the key comes when the command waits.
        if let Some(during) = &mut press.during
            && !follow(&moved.exchanges[at], during, node)
        {
            (press.during, press.after, press.after_end) = (None, None, None);
        }
        true
    });
    moved.scenario.presses = presses;
    if let Some(mut hangup) = moved.scenario.caller.hangup.take() {
        let what = hang_up_words(hangup.when.value.as_str());
        let renamed = moved.rename(hangup.document.as_ref(), &mut hangup.when, &what);
        if !matches!(renamed, Renamed::Gone) {
            moved.scenario.caller.hangup = Some(hangup);
        }
    }
    moved
}

/// What became of the name of a command.
enum Renamed {
    /// Its flow is the same as before.
    Stays,
    /// There is no such command any more.
    Gone,
    /// It is this one in the new flow of this exchange.
    In(usize, NodeId),
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

/// Names a prompt as the new flow does. Tells whether its command still listens in it; nothing is said of
/// one that is gone.
fn follow(exchange: &Exchange, during: &mut Spanned<PathPattern>, command: NodeId) -> bool {
    let Some(old) = exchange.named(&during.value) else {
        return true;
    };
    let new = exchange.alignment().new_of(old).map(|new| new.node);
    // The command itself stands for the gap before its prompts.
    let listens = |&new: &NodeId| new == command || exchange.new.parent(new) == Some(command);
    let Some(new) = new.filter(listens) else {
        return false;
    };
    during.value = PathPattern::naming(&exchange.new, new);
    true
}

impl Moved {
    /// Names a command as its new flow does. Where that has none, it is said that what happened there was
    /// not used.
    fn rename(
        &mut self,
        document: Option<&DocumentPattern>,
        when: &mut Spanned<PathPattern>,
        what: &str,
    ) -> Renamed {
        let exchanges = self.exchanges.iter().enumerate();
        let named = exchanges.filter(|(_, one)| one.concerns(document));
        // A pattern that names no command of an old flow is not about it.
        let named = named.filter_map(|(at, one)| Some((at, one, one.named(&when.value)?)));
        let named: Vec<_> = named.collect();
        let found = named
            .iter()
            .find_map(|(at, one, old)| Some((*at, *one, one.alignment().new_of(*old)?)));
        let Some((at, exchange, new)) = found else {
            let Some((_, exchange, _)) = named.first() else {
                return Renamed::Stays;
            };
            let why = format!("{} has no `{}`", exchange.name(), when.value);
            let what = what.to_owned();
            self.unused.push(Unused { what, why });
            return Renamed::Gone;
        };
        when.value = PathPattern::naming(&exchange.new, new.node);
        if new.is_doubtful {
            self.doubtful.push(Doubtful {
                what: what.to_owned(),
                at: when.value.to_string(),
            });
        }
        Renamed::In(at, new.node)
    }

    /// What the call of the other flow did not use, beside what that flow has no place for.
    pub fn unused_in(&self, run: &Run) -> Vec<Unused> {
        let mut unused = self.unused.clone();
        unused.extend(unused_in(run));
        unused
    }

    /// What the other flow asks, and the call does not tell.
    pub fn not_told(&self, runs: [&Run; 2], outlines: [&Outline<'_>; 2]) -> Vec<NotTold> {
        let [was, would_be] = runs;
        let mut found = self.menus(would_be, outlines);
        found.extend(answers(was, would_be));
        found
    }

    /// Commands that waited for keys, and whose counterpart did not in the call as it was.
    fn menus(&self, run: &Run, [was, would_be]: [&Outline<'_>; 2]) -> Vec<NotTold> {
        let collects = |outline: &Outline<'_>| {
            let steps = outline.steps.iter();
            let steps = steps.filter(|step| step.does == Does::Collects);
            let nodes = steps.filter_map(|step| {
                let (flow, node) = outline.flows.command(step.entry)?;
                Some((flow.clone(), node))
            });
            nodes.collect::<Vec<_>>()
        };
        let asked = collects(was);
        let was_asked = |flow: &Arc<Flow>, node| {
            asked
                .iter()
                .any(|(other, old)| other == flow && *old == node)
        };
        let mut found: Vec<NotTold> = Vec::new();
        for (flow, node) in collects(would_be) {
            let is_counterpart = |exchange: &Exchange| {
                let old = exchange.alignment().old_of(node);
                exchange.new == flow && old.is_some_and(|old| was_asked(&exchange.old, old.node))
            };
            if was_asked(&flow, node)
                || is_answered(run, &flow, node)
                || self.exchanges.iter().any(is_counterpart)
            {
                continue;
            }
            let name = PathPattern::naming(&flow, node);
            let question = NotTold {
                asks: format!("waits for keys at `{name}`"),
                assumed: "silence was assumed".to_owned(),
                option: format!("--press {}", quoted(&format!("{name}=1"))),
                decides: true,
            };
            if !found.contains(&question) {
                found.push(question);
            }
        }
        found
    }
}

/// Whether an option of the command line answered a command that waited for keys, or may have.
fn is_answered(run: &Run, flow: &Flow, node: NodeId) -> bool {
    let presses = run.scenario.presses.iter().zip(&run.used.presses);
    let mut options = presses.filter(|(press, used)| press.origin.option().is_some() && **used);
    options.any(|(press, _)| {
        let when = press.when.as_ref();
        when.is_none_or(|when| when.value.matches(&flow.path(node), &flow.tags(node)))
    })
}

/// What of a recovered scenario a call did not use. Options that were not used are said by themselves, and
/// what an option answers instead is no surprise.
pub fn unused_in(run: &Run) -> Vec<Unused> {
    let (scenario, used) = (&run.scenario, &run.used);
    let mut unused = Vec::new();
    let is_left = |used: &[bool], at: usize| !used.get(at).copied().unwrap_or(false);
    let is_option_used = (scenario.presses.iter().zip(&used.presses))
        .any(|(press, used)| press.origin.option().is_some() && *used);
    for (at, press) in scenario.presses.iter().enumerate() {
        if is_left(&used.presses, at) && press.origin.option().is_none() {
            let when = press
                .when
                .as_ref()
                .map_or("a menu", |when| when.value.as_str());
            let why = if is_option_used {
                format!("an option answered instead, or `{when}` did not wait for keys again")
            } else {
                format!("`{when}` did not wait for it")
            };
            let what = press_words(press.keys.as_str(), when);
            unused.push(Unused { what, why });
        }
    }
    let hangup = scenario.caller.hangup.as_ref();
    let hangup = hangup.filter(|hangup| !used.hangup && hangup.origin.option().is_none());
    unused.extend(
        hangup.map(|hangup| Unused {
            what: hang_up_words(hangup.when.value.as_str()),
            why: "the command that it interrupts did not run, so the caller stays on the line"
                .to_owned(),
        }),
    );
    let mut rules = |what: &str, why: &str, patterns: Vec<String>| {
        unused.extend(patterns.into_iter().map(|pattern| Unused {
            what: format!("{what} `{pattern}`"),
            why: why.to_owned(),
        }));
    };
    rules(
        "the reply of",
        "it was not requested",
        left(&scenario.callbacks, &used.callbacks),
    );
    rules(
        "what happened at",
        "it was not called",
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
fn left<T, P: Display>(rules: &Rules<T, P>, used: &[bool]) -> Vec<String> {
    if !rules.overrides().is_empty() {
        return Vec::new();
    }
    let all = rules.entries().iter().zip(used);
    let left = all.filter(|(_, used)| !**used);
    left.map(|(rule, _)| rule.pattern.to_string()).collect()
}

/// What was presumed of the world, and was not in the call as it was.
fn answers(was: &Run, would_be: &Run) -> Vec<NotTold> {
    let presumed = &would_be.presumed;
    let new = presumed.iter().filter(|one| !was.presumed.contains(one));
    // What decides nothing, or goes without saying, is not asked.
    let counts = new.filter(|one| match one {
        Presumption::Talk(to) => !presumed.contains(&Presumption::Dial(to.clone())),
        Presumption::TimeZone => does_zone_decide(would_be),
        _ => true,
    });
    counts.filter_map(not_told).collect()
}

/// Whether a command that read the clock would have done something else in another time zone.
fn does_zone_decide(run: &Run) -> bool {
    let created = run.scenario.call.created();
    let outline = Outline::of(&run.record);
    let facts = Facts::default();
    outline.steps.iter().any(|step| {
        let Some((flow, node)) = outline.flows.command(step.entry) else {
            return false;
        };
        if !matches!(flow.node(node).command.describe().asks(), Asks::Clock(_)) {
            return false;
        }
        let now = created + Duration::from_millis(step.from);
        let done = |hours: i8| {
            let zone = &TimeZone::fixed(jiff::tz::offset(hours));
            let around = Surroundings::alone(&facts, Clock { now, zone });
            flow.ask_alone(node, around)
        };
        let usual = done(0);
        // All that there are on Earth.
        (-12..=14).any(|hours| done(hours) != usual)
    })
}

/// What is said of something that was presumed; nothing of what every recorded call tells.
fn not_told(presumed: &Presumption) -> Option<NotTold> {
    let seconds = |millis: u64| format!("{} s", millis / 1000);
    let option = |name: &str, value: &str| format!("{name} {}", quoted(value));
    let (asks, assumed, option) = match presumed {
        Presumption::Callback(url) => (
            format!("requests {url}"),
            "callflow assumed that it refuses the connection".to_owned(),
            option("--callback", &format!("{url}=FILE")),
        ),
        Presumption::Dial(to) => (
            format!("dials {to}"),
            "callflow assumed that it answers".to_owned(),
            option("--dial", &format!("{to}=USER_BUSY")),
        ),
        Presumption::Media(url) => (
            format!("plays {url}"),
            format!("callflow assumed that it lasts {}", seconds(timing::MEDIA)),
            option("--media", &format!("{url}=8s")),
        ),
        Presumption::Talk(to) => (
            format!("lets the caller talk with {to} until one of them hangs up"),
            format!(
                "callflow assumed that the callee hangs up after {}",
                seconds(TALK)
            ),
            "--hangup-after 90s".to_owned(),
        ),
        Presumption::TimeZone => (
            "needs a time zone".to_owned(),
            "UTC was assumed".to_owned(),
            "--time-zone America/New_York".to_owned(),
        ),
        Presumption::Place => (
            "needs the place of the caller".to_owned(),
            "callflow assumed that filters for a place do not match".to_owned(),
            "--state NY".to_owned(),
        ),
        Presumption::Caller(path) => (
            format!("needs the caller's number at `{path}`"),
            format!("{} was assumed", Call::DEFAULT_FROM),
            "--from +12025550187".to_owned(),
        ),
        Presumption::Called(path) => (
            format!("needs the called number at `{path}`"),
            format!("{} was assumed", Call::DEFAULT_TO),
            "--to 12025550143".to_owned(),
        ),
        Presumption::Start => return None,
    };
    Some(NotTold {
        asks,
        assumed,
        option,
        decides: !matches!(presumed, Presumption::Media(_) | Presumption::Talk(_)),
    })
}

/// A word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

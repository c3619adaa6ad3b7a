//! A way through the graph as a scenario, so that whoever reads of it can see it happen.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use super::Shown;
use super::choices::Choice;
use super::walk::{Calls, Spot, Step};
use crate::call::CommandPlace;
use crate::scenario::{Call, Caller, Case, Changes, Origin, Rules, Scenario, Spanned};
use crate::simulate::{Author, HangUpTime, Situation};
use crate::table::Start;

/// A call of which every choice is told.
#[derive(Clone, Debug)]
pub(super) struct Script {
    /// What its scenario says of the world.
    changes: Changes,
    /// What is out of the ordinary about it, in a few words.
    pub(super) words: String,
    /// The commands that begin.
    began: Vec<CommandPlace>,
}

/// A call is told no further than so many commands: one that comes back to itself does so without end.
const MOST: usize = 2000;

/// So many entries of keys are named of a call.
const MOST_KEYS: usize = 12;

impl Script {
    /// Tells a call in which these choices are made, each with whether it is the ordinary one, and after
    /// them the ordinary ones.
    pub(super) fn tell<'c>(
        calls: &Calls<'_>,
        from: Spot,
        choices: impl IntoIterator<Item = (&'c Choice, bool)>,
    ) -> Self {
        let mut author = Author::default();
        let mut said = Vec::new();
        let mut found = Found::new(from.known.clone());
        let (mut spot, step) = calls.begin(from, Some(&mut author));
        found.note(&step);
        let mut choices = choices.into_iter();
        let mut seen = HashSet::new();
        while let Some(at) = spot.take() {
            let (choice, is_usual) = if let Some((choice, is_usual)) = choices.next() {
                (choice.clone(), is_usual)
            } else {
                let mut hasher = DefaultHasher::new();
                at.key().hash(&mut hasher);
                // After the last choice it comes back to itself: the caller hangs up.
                let is_again = !seen.insert(hasher.finish());
                let began = author.began().len();
                if is_again || at.is_inside_itself() || began > MOST {
                    let last = began.saturating_sub(1);
                    author.hangs_up(HangUpTime::Began(last, Duration::ZERO));
                    break;
                }
                let usual = at.choices(calls.choices).into_iter().next();
                (usual.unwrap_or(Choice::Passes), true)
            };
            said.extend(words_of(&choice).filter(|_| !is_usual));
            let (to, step) = calls.take(at, &choice, Some(&mut author));
            found.note(&step);
            spot = to;
        }
        author.leave_out_usual_media(|url| calls.choices.has_media(url));
        let situations = &calls.choices.situations;
        let read = found.clock_read.unwrap_or_default();
        let call = situations.changes(&found.known, read).call;
        Self {
            words: words(&author, said, &call),
            began: author.began().to_vec(),
            changes: Changes {
                call,
                ..author.changes()
            },
        }
    }

    /// The paths of the commands that begin.
    pub(super) fn paths(&self) -> impl Iterator<Item = String> {
        self.began.iter().map(CommandPlace::path)
    }

    /// The call for those who only look at it.
    pub(super) fn shown(self) -> Shown {
        Shown {
            words: self.words.clone(),
            route: self.paths().collect(),
            script: self,
        }
    }

    /// The call as a case of a scenario.
    pub(super) fn case(&self, name: &str) -> Case {
        Case {
            name: Spanned::bare(name.to_owned()),
            changes: self.changes.clone(),
            expect: None,
            origin: Origin::Program,
        }
    }
}

/// What filters have found of a call.
struct Found {
    known: Situation,
    /// How long the call has taken, in milliseconds.
    elapsed: u64,
    /// How long it had taken when the clock was first read to some effect.
    clock_read: Option<u64>,
}

impl Found {
    fn new(known: Situation) -> Self {
        Self {
            known,
            elapsed: 0,
            clock_read: None,
        }
    }

    fn note(&mut self, step: &Step) {
        if let Some((known, asked)) = &step.known {
            if self.clock_read.is_none() && known.is_other_time(&self.known) {
                self.clock_read = Some(self.elapsed.saturating_add(*asked));
            }
            self.known = known.clone();
        }
        self.elapsed = self.elapsed.saturating_add(step.cost.time);
    }
}

/// A scenario without anything that the world does.
pub(super) fn bare(scenario: &Scenario) -> Scenario {
    Scenario {
        presses: Vec::new(),
        caller: Caller::default(),
        callbacks: Rules::default(),
        dials: Rules::default(),
        media: Rules::default(),
        expect: None,
        cases: [].into(),
        case: None,
        ..scenario.clone()
    }
}

/// A few words for a choice, unless something else says it.
fn words_of(choice: &Choice) -> Option<&'static str> {
    Some(match choice {
        Choice::Refused => "busy",
        Choice::RangOut => "no answer",
        Choice::Answered(0) => "answered",
        Choice::Answered(_) => "another destination answers",
        Choice::GivenUp => "the caller hangs up while it rings",
        Choice::Replied(0) => "the server replies",
        Choice::Replied(_) => "the server sends another reply",
        Choice::Failed => "the request fails",
        Choice::TimedOut => "the server does not reply",
        Choice::Missing => "a sound is missing",
        Choice::Passes | Choice::Key(_) | Choice::Matched | Choice::Unmatched => return None,
    })
}

/// What is out of the ordinary about a call, in a few words.
fn words(author: &Author, said: Vec<&'static str>, call: &Call) -> String {
    let (from, to) = (call.from.as_ref(), call.to.as_ref());
    let start = match &call.start {
        Some(Start::Local(at)) => {
            let time = match (at.second(), at.subsec_nanosecond()) {
                (0, 0) => "%H:%M",
                (_, 0) => "%H:%M:%S",
                _ => "%H:%M:%S%.3f",
            };
            Some(at.strftime(&format!("on %A at {time}")).to_string())
        }
        Some(Start::Instant(_)) | None => None,
    };
    let words = [
        from.map(|from| format!("from {from}")),
        to.map(|to| format!("to {to}")),
        call.state
            .as_ref()
            .map(|state| format!("in {}", state.as_str())),
        call.county.as_ref().map(|county| format!("in {county}")),
        start,
    ];
    let mut words: Vec<String> = words.into_iter().flatten().collect();
    let keys: Vec<_> = author.pressed().collect();
    if keys.len() > MOST_KEYS {
        let (shown, count) = (keys[..MOST_KEYS].join(", "), keys.len());
        words.push(format!("presses {shown} … ({count} in all)"));
    } else if !keys.is_empty() {
        words.push(format!("presses {}", keys.join(", ")));
    }
    if author.presses_early() {
        words.push("before the prompt is over".to_owned());
    }
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for one in said {
        match counted.last_mut() {
            Some((last, count)) if *last == one => *count += 1,
            _ => counted.push((one, 1)),
        }
    }
    words.extend(counted.into_iter().map(|(words, count)| match count {
        1 => words.to_owned(),
        count => format!("{words} ({count} times)"),
    }));
    if words.is_empty() {
        words.push("the caller presses nothing".to_owned());
    }
    if let Some(tag) = author.began().last().and_then(CommandPlace::tag) {
        words.push(format!("then {tag}"));
    }
    if author.is_cut_off() {
        words.push("hung up".to_owned());
    }
    words.join(", ")
}

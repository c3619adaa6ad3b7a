//! A way through the graph as a scenario, so that whoever reads of it can see it happen.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use super::Shown;
use super::answers::{Answer, Answers};
use super::cells::Known;
use super::walk::{Spot, Step, Told};
use crate::call::CommandPlace;
use crate::channel::timing;
use crate::scenario::{
    Callback, Caller, Case, DestinationPattern, Dial, DialRule, DocumentPattern, Entry, HangUp,
    Media, Override, PathPattern, Pattern, Press, PressKeys, Reply, Rules, Scenario, Spanned,
};
use crate::simulate::names;
use crate::table::Start;

/// A call of which every answer is told.
#[derive(Clone, Debug)]
pub(super) struct Script {
    /// What its scenario says of the world.
    pub(super) changes: Vec<Override>,
    /// What is out of the ordinary about it, in a few words.
    pub(super) words: String,
    /// The commands that begin.
    pub(super) began: Vec<CommandPlace>,
}

/// A call is told no further than so many commands: one that comes back to itself does so without end.
const MOST: usize = 2000;

/// So many entries of keys are named of a call.
const MOST_KEYS: usize = 12;

impl Script {
    /// Tells a call that is given these answers, and behind them the ordinary ones.
    pub(super) fn tell(from: Spot, answers: &[(Answer, bool)], world: &Answers<'_>) -> Self {
        let mut teller = Teller::new(from.known.clone());
        let mut spot = from;
        let mut next = teller.add(spot.fork().begin_telling(world), &mut spot);
        let mut given = answers.iter();
        let mut seen = HashSet::new();
        while next {
            let (answer, is_usual) = if let Some((answer, is_usual)) = given.next() {
                (answer.clone(), *is_usual)
            } else {
                let mut hasher = DefaultHasher::new();
                spot.key().hash(&mut hasher);
                // Behind the last answer it comes back to itself: the caller hangs up.
                if !seen.insert(hasher.finish())
                    || spot.is_inside_itself()
                    || teller.began.len() > MOST
                {
                    teller.hang_up(Duration::ZERO);
                    break;
                }
                let usual = spot.answers(world).into_iter().next();
                (usual.unwrap_or(Answer::Passes), true)
            };
            if !is_usual {
                teller.say(&answer);
            }
            next = teller.add(spot.answer_telling(&answer, world), &mut spot);
        }
        let mut changes = world.cells.changes(&teller.known);
        let words = teller.words(&changes);
        let began = teller.began.clone();
        changes.append(&mut teller.changes(world.scenario));
        Self {
            changes,
            words,
            began,
        }
    }

    /// The paths of the commands that begin.
    pub(super) fn paths(&self) -> Vec<String> {
        self.began.iter().map(CommandPlace::path).collect()
    }

    /// The call for those who only look at it.
    pub(super) fn shown(self) -> Shown {
        Shown {
            words: self.words.clone(),
            route: self.paths(),
            script: self,
        }
    }

    /// The call as a case of a scenario.
    pub(super) fn case(&self, name: &str) -> Case {
        Case {
            name: Spanned::bare(name.to_owned()),
            changes: self.changes.clone(),
            expect: None,
            span: None,
        }
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

/// One attempt of a command that listens.
#[derive(Debug)]
struct Attempt {
    place: CommandPlace,
    entry: usize,
    keys: String,
    during: Option<CommandPlace>,
    is_behind: bool,
    hurry: Option<Duration>,
}

#[derive(Debug)]
struct Teller {
    known: Known,
    began: Vec<CommandPlace>,
    attempts: Vec<Attempt>,
    callbacks: Vec<(Box<str>, Reply)>,
    dials: Vec<(String, Dial)>,
    media: Vec<(Box<str>, Media)>,
    hangs_up: Option<HangUp>,
    said: Vec<String>,
}

impl Teller {
    fn new(known: Known) -> Self {
        Self {
            known,
            began: Vec::new(),
            attempts: Vec::new(),
            callbacks: Vec::new(),
            dials: Vec::new(),
            media: Vec::new(),
            hangs_up: None,
            said: Vec::new(),
        }
    }

    /// Adds a step; whether the call is still going on.
    fn add(&mut self, step: Step, spot: &mut Spot) -> bool {
        self.began.extend(step.began);
        for told in step.told {
            match told {
                Told::Dial(to, dial) => self.dials.push((to.address(), dial)),
                Told::Callback(url, reply) => self.callbacks.push((url, reply)),
                Told::Media(url, media) => self.media.push((url, media)),
                Told::Key {
                    place,
                    entry,
                    is_first,
                    during,
                    is_behind,
                    hurry,
                    key,
                } => {
                    if is_first {
                        self.attempts.push(Attempt {
                            place,
                            entry,
                            keys: String::new(),
                            during,
                            is_behind,
                            hurry: hurry.map(Duration::from_millis),
                        });
                    }
                    if let Some(attempt) = self.attempts.last_mut() {
                        attempt.keys.extend(key);
                    }
                }
                Told::Is(known) => self.known = known,
                Told::HangsUp(after) => self.hang_up(Duration::from_millis(after)),
            }
        }
        let goes_on = step.to.is_some();
        if let Some(to) = step.to {
            *spot = to;
        }
        goes_on
    }

    /// The caller hangs up so long after the last command began.
    fn hang_up(&mut self, after: Duration) {
        let Some(last) = self.began.last() else {
            return;
        };
        let (when, document) = (naming(last), self.document(last));
        let entries = self.by_name();
        let (nth, _) = self.nth(&when, document.as_ref(), self.began.len(), &entries);
        self.hangs_up = Some(HangUp {
            after: (after != HangUp::AFTER).then_some(after),
            nth: Some(nth).filter(|&nth| nth > 1),
            document,
            ..HangUp::new(when)
        });
    }

    /// A few words for an answer out of the ordinary.
    fn say(&mut self, answer: &Answer) {
        let words = match answer {
            Answer::Refused => "busy",
            Answer::RangOut => "no answer",
            Answer::Answered(0) => "answered",
            Answer::Answered(_) => "another destination answers",
            Answer::GivenUp => "the caller hangs up while it rings",
            Answer::Came(0) => "the server replies",
            Answer::Came(_) => "the server sends another reply",
            Answer::Failed => "the request fails",
            Answer::TimedOut => "the server does not reply",
            Answer::Missing => "a sound is missing",
            Answer::Passes | Answer::Key(_) | Answer::Matched | Answer::Unmatched => return,
        };
        self.said.push(words.to_owned());
    }

    /// What is out of the ordinary, in a few words.
    fn words(&mut self, changes: &[Override]) -> String {
        let mut words: Vec<String> = changes
            .iter()
            .filter_map(|change| match change {
                Override::From(from) => Some(format!("from {from}")),
                Override::To(to) => Some(format!("to {to}")),
                Override::State(state) => Some(format!("in {}", state.as_str())),
                Override::County(county) => Some(format!("in {county}")),
                Override::Start(Start::Local(at)) => {
                    Some(at.strftime("on %A at %H:%M").to_string())
                }
                _ => None,
            })
            .collect();
        let keys = self.attempts.iter().filter(|one| !one.keys.is_empty());
        let keys: Vec<_> = keys.map(|one| one.keys.as_str()).collect();
        if keys.len() > MOST_KEYS {
            let (shown, count) = (keys[..MOST_KEYS].join(", "), keys.len());
            words.push(format!("presses {shown} … ({count} in all)"));
        } else if !keys.is_empty() {
            words.push(format!("presses {}", keys.join(", ")));
        }
        let mut said: Vec<(String, usize)> = Vec::new();
        for one in std::mem::take(&mut self.said) {
            match said.last_mut() {
                Some((last, count)) if *last == one => *count += 1,
                _ => said.push((one, 1)),
            }
        }
        words.extend(said.into_iter().map(|(words, count)| match count {
            1 => words,
            count => format!("{words} ({count} times)"),
        }));
        if words.is_empty() {
            words.push("the caller presses nothing".to_owned());
        }
        if let Some(tag) = self.began.last().and_then(CommandPlace::tag) {
            words.push(format!("then {tag}"));
        }
        if self.hangs_up.is_some() {
            words.push("hung up".to_owned());
        }
        words.join(", ")
    }

    /// The rules of the scenario.
    fn changes(self, scenario: &Scenario) -> Vec<Override> {
        let mut changes: Vec<Override> = self.presses().into_iter().map(Override::Press).collect();
        changes.extend(self.hangs_up.map(Override::HangupOn));
        let usual = Media::Lasts(Duration::from_millis(timing::MEDIA));
        let mut media = self.media;
        // What is presumed without a rule needs none.
        let is_odd: HashSet<Box<str>> = media
            .iter()
            .filter(|(url, media)| *media != usual || scenario.media(0, url).is_some())
            .map(|(url, _)| url.clone())
            .collect();
        media.retain(|(url, _)| is_odd.contains(url));
        let callbacks = self
            .callbacks
            .into_iter()
            .map(|(url, reply)| (url, Callback::new(reply)));
        changes.extend(rules(callbacks).map(Override::Callback));
        let dials = in_turn(self.dials.into_iter()).map(|(to, then)| DialRule {
            pattern: DestinationPattern::literal(&to),
            then,
            span: None,
        });
        let dials = DestinationPattern::sorted(dials.collect());
        changes.extend(dials.into_iter().map(Override::Dial));
        changes.extend(rules(media.into_iter()).map(Override::Media));
        changes
    }

    /// What the caller pressed. An attempt that passed in silence is told where keys come at a later one
    /// of the same entry.
    fn presses(&self) -> Vec<Press> {
        let mut presses: Vec<Press> = Vec::new();
        let mut answered: HashSet<usize> = HashSet::new();
        let entries = self.by_name();
        for attempt in self.attempts.iter().rev() {
            let is_silent = attempt.keys.is_empty();
            if is_silent && !answered.contains(&attempt.entry) {
                continue;
            }
            answered.insert(attempt.entry);
            let hurry = attempt.hurry.filter(|_| !is_silent);
            let keys = PressKeys::new(&attempt.keys).unwrap_or_else(PressKeys::silence);
            let pattern = |place: &CommandPlace| Spanned::bare(naming(place));
            let (when, document) = (pattern(&attempt.place), self.document(&attempt.place));
            let (nth, of) = self.nth(&when.value, document.as_ref(), attempt.entry, &entries);
            presses.push(Press {
                when: Some(when),
                nth: Some(nth).filter(|_| of > 1),
                during: attempt.during.as_ref().map(pattern),
                after_end: attempt.is_behind.then_some(Duration::ZERO),
                after: hurry,
                between: hurry.filter(|hurry| *hurry < Press::BETWEEN),
                document,
                ..Press::new(keys)
            });
        }
        presses.reverse();
        presses
    }

    /// The entries of the commands that begin, by the last part of their paths, and by what names them
    /// where that begins at a tag.
    fn by_name(&self) -> HashMap<String, Vec<usize>> {
        let mut entries: HashMap<String, Vec<usize>> = HashMap::new();
        for (entry, place) in self.began.iter().enumerate() {
            let last = last_part(&place.path()).to_owned();
            entries.entry(last).or_default().push(entry);
            let naming = naming(place);
            if naming.as_str().starts_with('#') {
                entries
                    .entry(naming.as_str().to_owned())
                    .or_default()
                    .push(entry);
            }
        }
        entries
    }

    /// Which of the commands that patterns name an entry is, from 1, and how many there are. A pattern
    /// that is a path names commands whose paths end so.
    fn nth(
        &self,
        when: &PathPattern,
        document: Option<&DocumentPattern>,
        entry: usize,
        entries: &HashMap<String, Vec<usize>>,
    ) -> (u32, usize) {
        let is_meant = |&&one: &&usize| names(when, document, &self.began[one]);
        let name = when.as_str();
        let name = if name.starts_with('#') {
            name
        } else {
            last_part(name)
        };
        let alike = entries.get(name).into_iter().flatten();
        let meant: Vec<&usize> = alike.filter(is_meant).collect();
        let nth = meant.iter().filter(|one| ***one <= entry).count();
        (nth as u32, meant.len())
    }

    /// The document of a command, where there are several.
    fn document(&self, place: &CommandPlace) -> Option<DocumentPattern> {
        let is_fetched = |place: &CommandPlace| place.document.url.is_some();
        let url = place.document.url.as_deref();
        self.began
            .iter()
            .any(is_fetched)
            .then(|| DocumentPattern::literal(url))
    }
}

/// The pattern that names a command.
fn naming(place: &CommandPlace) -> PathPattern {
    PathPattern::naming(&place.document.flow, place.node)
}

/// The last part of a path.
fn last_part(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Rules for URLs, as [`in_turn`].
fn rules<S: AsRef<str>, T: PartialEq + Clone>(
    told: impl Iterator<Item = (S, T)>,
) -> impl Iterator<Item = Entry<T>> {
    in_turn(told).map(|(subject, then)| Entry {
        pattern: Pattern::literal(&subject),
        then,
        span: None,
    })
}

/// What is used in turn, for each subject; the last repeats, and is not told again.
fn in_turn<S: AsRef<str>, T: PartialEq + Clone>(
    told: impl Iterator<Item = (S, T)>,
) -> impl Iterator<Item = (String, T)> {
    let mut order: Vec<(String, T)> = Vec::new();
    let mut last: HashMap<String, usize> = HashMap::new();
    let told: Vec<(String, T)> = told
        .map(|(subject, then)| (subject.as_ref().to_owned(), then))
        .collect();
    for (index, (subject, then)) in told.iter().enumerate() {
        let is_again = last
            .get(subject)
            .is_some_and(|&place| told[place].1 == *then);
        if !is_again {
            last.insert(subject.clone(), index);
        }
    }
    // Behind the last change of a subject all its rules are the same.
    for (index, (subject, then)) in told.into_iter().enumerate() {
        if last.get(&subject).is_none_or(|&place| index <= place) {
            order.push((subject, then));
        }
    }
    order.into_iter()
}

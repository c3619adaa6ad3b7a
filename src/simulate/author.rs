//! What happened in a call becomes the scenario in which it happens again.
//!
//! An [`Author`] is told what happens, in its order: which commands begin, what the world answers, what
//! the caller does. Then it writes the rules: commands are named by their tags, where they have one;
//! which of several commands of a name is meant, and in which document, is said only where it is not
//! plain; an answer that repeats itself is said once; silence is said only where keys follow it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::names;
use crate::call::{CommandPlace, Listener, Listens, Trace};
use crate::flow::NodeId;
use crate::scenario::{
    Callback, Caller, Changes, DestinationPattern, Dial, DialRule, DocumentPattern, Entry, HangUp,
    Media, Origin, PathPattern, Pattern, Press, PressKeys, Rules, Scenario, Spanned, TimedKeys,
};

/// Who writes the scenario of a call.
#[derive(Clone, Debug, Default)]
pub struct Author {
    began: Vec<CommandPlace>,
    attempts: Vec<Attempt>,
    keys: Vec<TimedKeys>,
    hang_up: Option<HangUpTime>,
    callbacks: Vec<(Box<str>, Callback)>,
    dials: Vec<(Box<str>, Dial)>,
    media: Vec<(Box<str>, Media)>,
}

/// A command that listened, and what the caller pressed.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The command.
    pub place: CommandPlace,
    /// Its entry: how many commands had begun before it.
    pub entry: usize,
    /// When it listened as the first key came.
    pub moment: Moment,
    /// The keys; empty for silence.
    pub keys: String,
    /// From the beginning of that moment to the first key, if that is to be said.
    pub after: Option<Duration>,
    /// From one key to the next, if that is to be said.
    pub between: Option<Duration>,
}

/// When a command listens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// While it waits for keys, behind its prompts.
    Waiting,
    /// While this command inside it is heard. The command itself stands for the time before its first.
    During(NodeId),
    /// After this command inside it has ended, before the next one begins.
    After(NodeId),
}

/// When the caller hung up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HangUpTime {
    /// So long after the call was created.
    Call(Duration),
    /// So long after the command of this entry began.
    Began(usize, Duration),
    /// So long after it ended, before the next one began.
    Ended(usize, Duration),
    /// So long after a destination of it answered.
    Talk(usize, Duration),
    /// So long after a destination of it began to ring.
    Ringing(usize, Duration),
}

impl From<&Listener<'_>> for Moment {
    fn from(listener: &Listener<'_>) -> Self {
        match listener.listens {
            Listens::Waits | Listens::Stops(_) => Self::Waiting,
            Listens::Prompt(prompt) => Self::During(prompt),
            Listens::Gap(before) => before.map_or(Self::During(listener.node), Self::After),
        }
    }
}

impl Attempt {
    /// An attempt of the command that listens now, without keys; none where nobody knows its entry.
    pub fn silent(listener: &Listener<'_>, trace: &Trace) -> Option<Self> {
        Some(Self {
            place: listener.place(),
            entry: listener.entry(trace)?,
            moment: listener.into(),
            keys: String::new(),
            after: None,
            between: None,
        })
    }

    /// The press of this attempt, whichever command it is for.
    pub fn press(&self) -> Press {
        let keys = PressKeys::new(&self.keys).unwrap_or_else(PressKeys::silence);
        let mut press = Press::new(keys);
        if self.keys.is_empty() {
            return press;
        }
        let flow = &self.place.document.flow;
        let naming = |node| Some(Spanned::bare(PathPattern::naming(flow, node)));
        match self.moment {
            Moment::Waiting => press.after = self.after,
            Moment::During(node) => (press.during, press.after) = (naming(node), self.after),
            Moment::After(node) => {
                press.during = naming(node);
                press.after_end = Some(self.after.unwrap_or_default());
            }
        }
        press.between = self.between;
        press
    }
}

impl Author {
    /// A command begins.
    pub fn begins(&mut self, place: CommandPlace) {
        self.began.push(place);
    }

    /// The commands that have begun, in their order.
    pub fn began(&self) -> &[CommandPlace] {
        &self.began
    }

    /// The caller presses keys for a command that listens, or lets it wait.
    pub fn listens(&mut self, attempt: Attempt) {
        self.attempts.push(attempt);
    }

    /// The caller presses one more key in the last attempt, so long after the one before, if that is to be
    /// said. The shortest of these times holds for all keys.
    pub fn presses_on(&mut self, key: char, between: Option<Duration>) {
        if let Some(attempt) = self.attempts.last_mut() {
            attempt.keys.push(key);
            let times = attempt.between.into_iter().chain(between);
            attempt.between = times.min();
        }
    }

    /// The caller presses keys at an instant, whatever listens then.
    pub fn presses_at(&mut self, keys: TimedKeys) {
        self.keys.push(keys);
    }

    /// The keys that were pressed, attempt by attempt.
    pub fn pressed(&self) -> impl Iterator<Item = &str> {
        let keys = self.attempts.iter().map(|attempt| attempt.keys.as_str());
        keys.filter(|keys| !keys.is_empty())
    }

    /// The caller hangs up.
    pub fn hangs_up(&mut self, time: HangUpTime) {
        self.hang_up = Some(time);
    }

    /// Whether the caller hung up in a command, and not while a destination rang or talked.
    pub fn is_cut_off(&self) -> bool {
        let time = self.hang_up;
        matches!(time, Some(HangUpTime::Began(..) | HangUpTime::Ended(..)))
    }

    /// Whether a key came before the prompts of its command were over.
    pub fn presses_early(&self) -> bool {
        let mut attempts = self.attempts.iter();
        attempts.any(|attempt| !attempt.keys.is_empty() && attempt.moment != Moment::Waiting)
    }

    /// A server answers a request to a URL.
    pub fn replies(&mut self, url: &str, rule: Callback) {
        self.callbacks.push((url.into(), rule));
    }

    /// A destination does something with a leg.
    pub fn dials(&mut self, address: &str, rule: Dial) {
        self.dials.push((address.into(), rule));
    }

    /// A file is played, or is missing.
    pub fn plays(&mut self, url: &str, rule: Media) {
        self.media.push((url.into(), rule));
    }

    /// Leaves out of what was played what is presumed where no rule says otherwise.
    pub fn leave_out_usual_media(&mut self, has_rule: impl Fn(&str) -> bool) {
        let is_told = |(url, rule): &(Box<str>, Media)| *rule != Media::usual() || has_rule(url);
        let told: HashSet<Box<str>> = self
            .media
            .iter()
            .filter(|one| is_told(one))
            .map(|(url, _)| url.clone())
            .collect();
        self.media.retain(|(url, _)| told.contains(url));
    }

    /// Writes what the world did into a scenario that says nothing of it.
    pub fn write(self, scenario: &mut Scenario) {
        let changes = self.changes();
        scenario.presses = changes.presses;
        scenario.caller = changes.caller;
        scenario.callbacks = Rules::new(changes.callbacks);
        scenario.dials = Rules::new(changes.dials);
        scenario.media = Rules::new(changes.media);
    }

    /// The same as changes of a scenario that says nothing of the world: what a case says.
    pub fn changes(self) -> Changes {
        let (hangup_after, hangup) = match self.hang_up {
            Some(HangUpTime::Call(after)) => (Some(after), None),
            _ => (None, self.hang_up_rule()),
        };
        Changes {
            presses: self.presses(),
            caller: Caller {
                hangup_after,
                hangup,
                keys: self.keys,
            },
            callbacks: url_rules(self.callbacks).collect(),
            dials: destination_rules(self.dials),
            media: url_rules(self.media).collect(),
            ..Changes::default()
        }
    }

    /// What the caller pressed. Silence is said where keys come in a later attempt of the same entry.
    fn presses(&self) -> Vec<Press> {
        let mut names = Names::new(&self.began);
        let mut presses = Vec::new();
        let mut answered: HashSet<usize> = HashSet::new();
        for attempt in self.attempts.iter().rev() {
            if attempt.keys.is_empty() && !answered.contains(&attempt.entry) {
                continue;
            }
            answered.insert(attempt.entry);
            let (when, document, nth) = names.of_entry(&attempt.place, attempt.entry);
            presses.push(Press {
                when: Some(Spanned::bare(when)),
                nth,
                document,
                ..attempt.press()
            });
        }
        presses.reverse();
        presses
    }

    /// The command that the caller interrupted by hanging up, and when.
    fn hang_up_rule(&self) -> Option<HangUp> {
        let (entry, time) = match self.hang_up? {
            HangUpTime::Call(_) => return None,
            HangUpTime::Began(entry, time)
            | HangUpTime::Ended(entry, time)
            | HangUpTime::Talk(entry, time)
            | HangUpTime::Ringing(entry, time) => (entry, Some(time)),
        };
        let place = self.began.get(entry)?;
        let (when, document, nth) = Names::new(&self.began).of_entry(place, entry);
        let mut rule = HangUp {
            // The first is meant where nothing is said.
            nth: nth.filter(|&nth| nth > 1),
            document,
            ..HangUp::new(when)
        };
        match self.hang_up? {
            HangUpTime::Ended(..) => rule.after_end = time,
            HangUpTime::Talk(..) => rule.talk = time,
            HangUpTime::Ringing(..) => rule.ringing = time,
            HangUpTime::Call(_) | HangUpTime::Began(..) => {
                rule.after = time.filter(|&time| time != HangUp::AFTER);
            }
        }
        Some(rule)
    }
}

/// How commands of a call are named.
struct Names<'a> {
    began: &'a [CommandPlace],
    has_documents: bool,
    /// The entries by the last step of their paths, and those of commands with a tag by their names.
    alike: HashMap<String, Vec<usize>>,
    /// The entries that a name means, in a document.
    meant: HashMap<(String, Option<String>), Vec<usize>>,
}

impl<'a> Names<'a> {
    fn new(began: &'a [CommandPlace]) -> Self {
        let mut alike: HashMap<String, Vec<usize>> = HashMap::new();
        for (entry, place) in began.iter().enumerate() {
            let last = last_step(&place.path()).to_owned();
            alike.entry(last).or_default().push(entry);
            let name = name(place);
            if name.as_str().starts_with('#') {
                let name = name.as_str().to_owned();
                alike.entry(name).or_default().push(entry);
            }
        }
        Self {
            began,
            has_documents: began.iter().any(|place| place.document.url.is_some()),
            alike,
            meant: HashMap::new(),
        }
    }

    /// What names an entry: its command, its document where there are several, and which of the commands
    /// that these name, counted from 1, where there are several.
    fn of_entry(
        &mut self,
        place: &CommandPlace,
        entry: usize,
    ) -> (PathPattern, Option<DocumentPattern>, Option<u32>) {
        let when = name(place);
        let url = place.document.url.as_deref();
        let document = self.has_documents.then(|| DocumentPattern::literal(url));
        let key = (
            when.as_str().to_owned(),
            document.as_ref().map(|one| one.as_str().to_owned()),
        );
        let meant = self.meant.entry(key).or_insert_with(|| {
            let name = when.as_str();
            let alike = if name.starts_with('#') {
                self.alike.get(name)
            } else {
                self.alike.get(last_step(name))
            };
            let alike = alike.into_iter().flatten().copied();
            alike
                .filter(|&one| names(&when, document.as_ref(), &self.began[one]))
                .collect()
        });
        let nth = meant.partition_point(|&one| one <= entry);
        let nth = u32::try_from(nth).ok().filter(|_| meant.len() > 1);
        (when, document, nth)
    }
}

/// The pattern that names a command.
fn name(place: &CommandPlace) -> PathPattern {
    PathPattern::naming(&place.document.flow, place.node)
}

/// The last step of a path.
fn last_step(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Rules for URLs.
fn url_rules<T: PartialEq>(told: Vec<(Box<str>, T)>) -> impl Iterator<Item = Entry<T>> {
    without_repeats(told).map(|(url, then)| Entry {
        pattern: Pattern::literal(&url),
        then,
        origin: Origin::Program,
    })
}

/// Rules for destinations, in an order in which none takes what is for another.
fn destination_rules(told: Vec<(Box<str>, Dial)>) -> Vec<DialRule> {
    let rules = without_repeats(told).map(|(address, then)| DialRule {
        pattern: DestinationPattern::literal(&address),
        then,
        origin: Origin::Program,
    });
    DestinationPattern::sorted(rules.collect())
}

/// What is used in turn, for each subject. The last rule of a subject repeats, so what is the same from
/// there on is not said again.
fn without_repeats<T: PartialEq>(told: Vec<(Box<str>, T)>) -> impl Iterator<Item = (Box<str>, T)> {
    let mut last: HashMap<&str, usize> = HashMap::new();
    for (index, (subject, then)) in told.iter().enumerate() {
        let is_again = last
            .get(&**subject)
            .is_some_and(|&before| told[before].1 == *then);
        if !is_again {
            last.insert(subject, index);
        }
    }
    let last: HashSet<usize> = told
        .iter()
        .enumerate()
        .filter(|(index, (subject, _))| last.get(&**subject).is_some_and(|last| index <= last))
        .map(|(index, _)| index)
        .collect();
    let told = told.into_iter().enumerate();
    told.filter(move |(index, _)| last.contains(index))
        .map(|(_, told)| told)
}

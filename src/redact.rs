//! Calls without what identifies people and places: each is replaced, and the same by the same wherever it
//! stands in what is shown together.
//!
//! A record is changed, before anything is made of it, so that every format shows the same. Each of its
//! fields is named here: a new one does not compile before somebody has said what becomes of it.
//!
//! **Invariant:** a call that is read or simulated is first [learnt](Redaction::learn), then
//! [changed](Redaction::record): what is replaced in one place is known in all others, also in those
//! before it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::channel::{Destination, Sound};
use crate::flow::{self, Flow};
use crate::record::{
    Account, App, Attachment, Audio, AudioSegment, Does, ElementTree, EndWord, Entry, Fetched,
    Json, Key, Leg, Number, Other, Outline, Parties, Placed, Published, Record, Recording,
    Redirect, Remark, Said, Shown, Speaker, Trees, Turn, Unlike, VendorField,
};

use crate::xml;

mod number;
mod text;
mod tree;

/// How much is replaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Redact {
    /// Numbers, users, hosts with what stands beside them in an address, accounts, keys that choose no
    /// branch, and what a person said.
    Parties,
    /// Identifiers, tags and what the flow says as well.
    All,
}

/// What a text is, which decides what replaces it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Kind {
    User,
    Host,
    Name,
    Text,
    Tag,
    Identifier,
    File,
}

impl Kind {
    fn numbered(self, number: usize) -> String {
        match self {
            Self::User => format!("user-{number}"),
            Self::Host => format!("host-{number}.example"),
            Self::Name => format!("name-{number}"),
            Self::Text => format!("text-{number}"),
            Self::Tag => format!("tag-{number}"),
            Self::Identifier => format!("00000000-0000-4000-8000-{number:012}"),
            Self::File => format!("attachment-{number}"),
        }
    }

    /// Whether it is replaced as a word inside other texts too.
    fn is_word(self) -> bool {
        matches!(
            self,
            Self::User | Self::Host | Self::Name | Self::Identifier
        )
    }
}

/// What replaces what.
#[derive(Clone, Debug)]
pub struct Redaction {
    how: Redact,
    /// Nothing is replaced yet: what is there is looked at.
    is_learning: bool,
    replaced: HashMap<(Kind, String), String>,
    /// All that is replaced.
    originals: HashSet<String>,
    counts: BTreeMap<Kind, usize>,
    /// The words that are replaced inside texts, in lower case, by their first characters, the longest
    /// first.
    words: BTreeMap<char, Vec<(String, Kind, String)>>,
    /// All digits of each number, and what replaces them.
    numbers: HashMap<String, Option<String>>,
    /// The numbers by their last digits.
    numbers_by_end: HashMap<String, Vec<String>>,
    /// Rows of keys that are replaced, where they are long enough to be told from a number of something.
    keys: HashSet<String>,
    /// What was put in, which is not replaced again.
    made: HashSet<String>,
    /// The flows of the call that is changed, each with what becomes of it.
    flows: Vec<(Arc<Flow>, Option<Arc<Flow>>)>,
    /// The last digits of the numbers among it.
    made_ends: HashSet<String>,
}

/// The keys of a call that stay: when the command listened that took them, in milliseconds.
type KeptKeys = Vec<(u64, u64)>;

impl Redaction {
    /// A redaction of calls that belong together. Nothing is known yet.
    pub fn new(how: Redact) -> Self {
        Self {
            how,
            is_learning: false,
            replaced: HashMap::new(),
            originals: HashSet::new(),
            counts: BTreeMap::new(),
            words: BTreeMap::new(),
            numbers: HashMap::new(),
            numbers_by_end: HashMap::new(),
            keys: HashSet::new(),
            made: HashSet::new(),
            flows: Vec::new(),
            made_ends: HashSet::new(),
        }
    }

    /// Takes note of what is to be replaced in a call.
    pub fn learn(&mut self, call: &Record) {
        self.is_learning = true;
        let _ = self.record(call);
        self.is_learning = false;
    }

    /// A call with all of it replaced.
    #[must_use]
    pub fn record(&mut self, call: &Record) -> Record {
        self.flows.clear();
        let reasons = self.reasons(call);
        let kept = reasons.kept;
        let Record {
            leg,
            parent,
            dialled,
            parties,
            log,
            recordings,
            heard,
            keys,
            said,
            turns,
            fetched,
            ended_by,
            end_word,
            attachments,
            vendor,
            remarks,
            assumed,
            course,
            extent,
            lacks,
            log_until,
            seen,
            event,
            other,
        } = call;
        Record {
            leg: self.leg(leg),
            parent: parent.as_ref().map(|leg| self.leg(leg)),
            dialled: dialled.iter().map(|leg| self.leg(leg)).collect(),
            parties: Arc::new(self.parties(parties)),
            log: log
                .iter()
                .zip(&reasons.masked)
                .map(|(entry, reason)| self.entry(entry, reason.as_deref()))
                .collect(),
            recordings: recordings.iter().map(|one| self.recording(one)).collect(),
            heard: heard
                .as_ref()
                .map(|heard| heard.iter().map(|one| self.segment(one)).collect()),
            keys: keys
                .as_ref()
                .map(|keys| keys.iter().map(|key| masked_key(*key, &kept)).collect()),
            said: said.iter().map(|one| self.said(one)).collect(),
            turns: turns
                .as_ref()
                .map(|turns| turns.iter().map(|turn| self.turn(turn)).collect()),
            fetched: fetched
                .as_ref()
                .map(|fetched| fetched.iter().map(|one| self.fetched(one)).collect()),
            ended_by: *ended_by,
            end_word: end_word.as_ref().map(
                |EndWord {
                     word,
                     means,
                     is_failure,
                 }| EndWord {
                    is_failure: *is_failure,
                    word: self.boxed(word),
                    means: *means,
                },
            ),
            attachments: attachments.iter().map(|one| self.attachment(one)).collect(),
            vendor: vendor
                .iter()
                .map(|VendorField { vendor, key, value }| VendorField {
                    vendor,
                    key,
                    value: self.foreign(value),
                })
                .collect(),
            remarks: remarks
                .iter()
                .map(|Remark { kind, text }| Remark {
                    kind,
                    text: self.text(text),
                })
                .collect(),
            assumed: *assumed,
            course: course.clone(),
            extent: *extent,
            lacks: *lacks,
            log_until: *log_until,
            seen: *seen,
            event: event.as_ref().map(|event| Published {
                uuid: self.identifier(event.uuid.as_deref()),
                ..event.clone()
            }),
            other: other.iter().map(|one| self.other(one)).collect(),
        }
    }

    /// A call as [`Redaction::record`] changes it, and its keys alike: for those that are kept beside it.
    pub(crate) fn keys(&mut self, call: &Record) -> impl Fn(u64, char) -> char + use<> {
        let kept = self.reasons(call).kept;
        move |at, key| {
            let is_heard = true;
            masked_key(Key { at, key, is_heard }, &kept).key
        }
    }

    fn leg(&mut self, leg: &Leg) -> Leg {
        let Leg {
            uuid,
            thread,
            from,
            to,
            destination,
            // The rest says when and how.
            ..
        } = leg;
        let mut party =
            |party: &Option<Box<str>>| party.as_deref().map(|party| self.party(party).into());
        let (from, to) = (party(from), party(to));
        let destination = destination.as_ref().and_then(|destination| {
            let text = self.party(&destination.text);
            Destination::parse(&text).ok()
        });
        Leg {
            uuid: self.identifier(uuid.as_deref()),
            thread: self.identifier(thread.as_deref()),
            from,
            to,
            destination,
            ..leg.clone()
        }
    }

    fn parties(&mut self, parties: &Parties) -> Parties {
        let Parties {
            account,
            app,
            number,
        } = parties;
        Parties {
            account: account.as_ref().map(|account| {
                // People are called by a part of their names.
                let name = account.name.as_deref().unwrap_or_default();
                for part in name.split_whitespace().filter(|part| is_name(part)) {
                    self.instead(Kind::Name, part);
                }
                self.account(account)
            }),
            app: app.as_ref().map(|app| App {
                uuid: self.identifier(app.uuid.as_deref()),
                name: self.name(app.name.as_deref()),
                ..app.clone()
            }),
            number: number.as_ref().map(|number| Number {
                digits: number.digits.map(|digits| self.digits(digits)),
                ..number.clone()
            }),
        }
    }

    fn account(&mut self, account: &Account) -> Account {
        let Account {
            uuid,
            email,
            name,
            phone,
            address1,
            address2,
            zip_code: zip,
            city,
            // The rest says when, and how much it may.
            ..
        } = account;
        Account {
            uuid: self.identifier(uuid.as_deref()),
            email: email.as_deref().map(|email| self.party(email).into()),
            name: self.name(name.as_deref()),
            phone: phone.map(|phone| self.digits(phone)),
            address1: self.name(address1.as_deref()),
            address2: self.name(address2.as_deref()),
            zip_code: self.name(zip.as_deref()),
            city: self.name(city.as_deref()),
            ..account.clone()
        }
    }

    fn entry(&mut self, entry: &Entry, masked: Option<&str>) -> Entry {
        let Entry {
            uuid,
            began,
            changed,
            name,
            path,
            tag,
            status,
            trees,
        } = entry;
        let mut status = status.clone();
        status.reason = status.reason.map(|reason| match masked {
            Some(masked) => self.text(masked).into(),
            None => self.cow(&reason),
        });
        let trees = match trees {
            Trees::Unknown => Trees::Unknown,
            Trees::Of(placed) => match self.flow(&placed.flow) {
                Some(flow) => Trees::Of(Placed {
                    flow,
                    caller: self.party(&placed.caller).into(),
                    ..placed.clone()
                }),
                None => Trees::Shown(Arc::new(Shown {
                    element: entry.element_json().map(|json| self.tree(&json)),
                    command: entry.command_json().map(|json| self.tree(&json)),
                    status: status.clone(),
                })),
            },
            Trees::Shown(shown) => {
                let mut inside = shown.status.clone();
                inside.reason = inside.reason.map(|reason| match masked {
                    Some(masked) if Some(&reason) == entry.status.reason.as_ref() => {
                        self.text(masked).into()
                    }
                    _ => self.cow(&reason),
                });
                Trees::Shown(Arc::new(Shown {
                    element: shown.element.as_ref().map(|json| self.tree(json.as_str())),
                    command: shown.command.as_ref().map(|json| self.tree(json.as_str())),
                    status: inside,
                }))
            }
        };
        Entry {
            uuid: self.identifier(uuid.as_deref()),
            began: *began,
            changed: *changed,
            name: name.as_ref().map(|name| self.cow(name)),
            path: path.as_deref().map(|path| self.boxed(path)),
            tag: tag.as_deref().map(|tag| self.tag(tag)),
            status,
            trees,
        }
    }

    /// A flow whose commands stand where they stood; none where it is another flow without what is
    /// replaced in it.
    fn flow(&mut self, flow: &Arc<Flow>) -> Option<Arc<Flow>> {
        if let Some((_, changed)) = self
            .flows
            .iter()
            .find(|(known, _)| Arc::ptr_eq(known, flow))
        {
            return changed.clone();
        }
        let mut json = Vec::new();
        flow.document().write_json(&mut json);
        let tree = self.tree(&String::from_utf8_lossy(&json));
        let name = self.text(flow.source().name());
        let changed = if self.is_learning {
            Some(flow.clone())
        } else {
            let xml = ElementTree::read(tree.as_str()).map(|root| root.to_xml(0));
            let (document, _) = xml::read(&name, xml.unwrap_or_default().as_bytes());
            let (changed, _) = flow::compile(document);
            let paths = |flow: &Flow| {
                flow.nodes()
                    .map(|(id, _)| flow.path(id))
                    .collect::<Vec<_>>()
            };
            (paths(&changed) == paths(flow)).then(|| Arc::new(changed))
        };
        self.flows.push((flow.clone(), changed.clone()));
        changed
    }

    fn recording(&mut self, recording: &Recording) -> Recording {
        Recording {
            uuid: self.identifier(recording.uuid.as_deref()),
            tag: recording.tag.as_deref().map(|tag| self.tag(tag)),
            ..recording.clone()
        }
    }

    fn segment(&mut self, segment: &AudioSegment) -> AudioSegment {
        let what = match &segment.what {
            Audio::Sound(sound) => Audio::Sound(self.sound(sound)),
            Audio::Bridge(who) => Audio::Bridge(self.party(who).into()),
            Audio::Ringing | Audio::Silence | Audio::RingBack | Audio::Hold | Audio::Unknown => {
                segment.what.clone()
            }
        };
        AudioSegment {
            what,
            ..segment.clone()
        }
    }

    fn sound(&mut self, sound: &Sound) -> Sound {
        match sound {
            Sound::Speech(text) => Sound::Speech(self.speech(text).into()),
            Sound::Tone(_) => sound.clone(),
            Sound::File { url, times } => Sound::File {
                url: self.boxed(url),
                times: *times,
            },
            Sound::Recording { tag, times } => Sound::Recording {
                tag: self.tag(tag),
                times: *times,
            },
        }
    }

    fn said(&mut self, Said { at, text }: &Said) -> Said {
        Said {
            at: *at,
            text: self.instead(Kind::Text, text).into(),
        }
    }

    fn turn(&mut self, Turn { who, text }: &Turn) -> Turn {
        let who = match who {
            Speaker::Agent | Speaker::User => who.clone(),
            Speaker::Other(name) => Speaker::Other(self.instead(Kind::Name, name).into()),
        };
        // What was done stands in square brackets: of `[pressed 2]` the keys are replaced.
        let act = text.strip_prefix('[').and_then(|act| act.strip_suffix(']'));
        let text = match act.and_then(|act| act.rsplit_once(' ')) {
            Some((verb, keys)) if number::is_keys(keys) => {
                format!("[{verb} {}]", number::stars(keys))
            }
            _ => self.instead(Kind::Text, text),
        };
        Turn {
            who,
            text: text.into(),
        }
    }

    fn fetched(&mut self, fetched: &Fetched) -> Fetched {
        let redirect = fetched
            .redirect
            .as_ref()
            .map(|Redirect { to, lost }| Redirect {
                to: self.boxed(to),
                lost: lost.iter().map(|name| self.cow(name)).collect(),
            });
        Fetched {
            url: self.boxed(&fetched.url),
            redirect,
            ..fetched.clone()
        }
    }

    /// The name of the file goes with the rest of its path.
    fn attachment(&mut self, attachment: &Attachment) -> Attachment {
        let url = self.text(&attachment.url);
        let name = attachment.name();
        let kind = name.rsplit_once('.').map(|(_, kind)| kind);
        let is_short = |kind: &&str| kind.len() <= 4 && kind.chars().all(char::is_alphanumeric);
        let kind = kind.filter(is_short).map(|kind| format!(".{kind}"));
        let file = self.instead(Kind::File, &attachment.url);
        let host = url.split_inclusive('/').take(3).collect::<String>();
        Attachment {
            content_type: attachment.content_type.clone(),
            agent: match self.how {
                Redact::Parties => attachment.agent.clone(),
                Redact::All => self.identifier(attachment.agent.as_deref()),
            },
            url: format!("{host}{file}{}", kind.unwrap_or_default()).into(),
        }
    }

    fn other(&mut self, Other { path, what }: &Other) -> Other {
        let what = match what {
            Unlike::Value(value) => Unlike::Value(self.foreign(value)),
            Unlike::Absent | Unlike::Keys(_) => what.clone(),
        };
        let path = path.clone();
        Other { path, what }
    }

    /// An identifier, where these are replaced.
    fn identifier(&mut self, identifier: Option<&str>) -> Option<Box<str>> {
        let identifier = identifier?;
        Some(match self.how {
            Redact::Parties => identifier.into(),
            Redact::All => self.instead(Kind::Identifier, identifier).into(),
        })
    }

    fn name(&mut self, name: Option<&str>) -> Option<Box<str>> {
        let name = name?;
        Some(if name.trim().is_empty() {
            name.into()
        } else {
            self.instead(Kind::Name, name).into()
        })
    }

    fn tag(&mut self, tag: &str) -> Box<str> {
        match self.how {
            Redact::Parties => self.text(tag).into(),
            Redact::All => self.instead(Kind::Tag, tag).into(),
        }
    }

    /// What the flow says.
    fn speech(&mut self, text: &str) -> String {
        match self.how {
            Redact::Parties => self.text(text),
            Redact::All => self.instead(Kind::Text, text.trim()),
        }
    }

    /// A number, a SIP user, or an address of both.
    pub(crate) fn party(&mut self, party: &str) -> String {
        let digits = party.strip_prefix('+').unwrap_or(party);
        let is_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_digits && (number::SHORTEST..=number::LONGEST).contains(&digits.len()) {
            let sign = &party[..party.len() - digits.len()];
            return format!("{sign}{}", self.number(digits));
        }
        let is_user = |c: char| !c.is_whitespace() && !"@<>:()\"".contains(c);
        if party.chars().all(is_user) && !party.is_empty() {
            self.instead(Kind::User, party)
        } else {
            self.text(party)
        }
    }

    fn digits(&mut self, digits: u64) -> u64 {
        self.number(&digits.to_string()).parse().unwrap_or(digits)
    }

    fn boxed(&mut self, text: &str) -> Box<str> {
        self.text(text).into()
    }

    fn cow(&mut self, text: &str) -> Cow<'static, str> {
        self.text(text).into()
    }

    /// What replaces a text of a kind: the same every time.
    fn instead(&mut self, kind: Kind, text: &str) -> String {
        if self.made.contains(text) || text.is_empty() {
            return text.to_owned();
        }
        let key = (kind, text.to_owned());
        if let Some(instead) = self
            .replaced
            .get(&key)
            .filter(|instead| !instead.is_empty())
        {
            return instead.clone();
        }
        if self.is_learning {
            self.learn_word(kind, text);
            self.originals.insert(text.to_owned());
            self.replaced.entry(key).or_default();
            return text.to_owned();
        }
        let instead = loop {
            let count = self.counts.entry(kind).or_default();
            *count += 1;
            let instead = kind.numbered(*count);
            // Somebody may be called so.
            if !self.originals.contains(&instead) {
                break instead;
            }
        };
        self.learn_word(kind, text);
        self.made.insert(instead.clone());
        self.replaced.insert(key, instead.clone());
        instead
    }

    fn learn_word(&mut self, kind: Kind, text: &str) {
        let word = text.to_lowercase();
        let Some(first) = word.chars().next() else {
            return;
        };
        if !kind.is_word() || word.chars().nth(1).is_none() || is_common(text) {
            return;
        }
        let words = self.words.entry(first).or_default();
        if words.iter().all(|(known, ..)| *known != word) {
            words.push((word, kind, text.to_owned()));
            words.sort_by_key(|(word, ..)| std::cmp::Reverse(word.len()));
        }
    }

    /// The reasons in which keys are masked, one for each entry that has such, and which keys stay.
    fn reasons(&mut self, call: &Record) -> Reasons {
        let outline = Outline::of(call);
        let mut reasons = Reasons {
            masked: vec![None; call.log.len()],
            kept: Vec::new(),
        };
        for step in &outline.steps {
            let listens = matches!(
                step.does,
                Does::Collects | Does::Waits { .. } | Does::Unknown
            );
            let reason = call
                .log
                .get(step.entry)
                .and_then(|entry| entry.status.reason.as_deref());
            let Some((before, keys, behind)) =
                reason.filter(|_| listens).and_then(number::quoted_keys)
            else {
                continue;
            };
            let chooses = |inner: &crate::record::Step| {
                let element = call.log.get(inner.entry).and_then(Entry::element_json);
                let element = element.and_then(|json| ElementTree::read(&json));
                element.is_some_and(|element| {
                    element
                        .attributes
                        .iter()
                        .any(|(_, value)| value.trim() == keys)
                })
            };
            let has_branch = outline.steps.iter().any(|inner| {
                inner.parent == Some(step.entry) && !inner.is_handler && chooses(inner)
            });
            if has_branch {
                reasons.kept.push((step.from, step.to.unwrap_or(u64::MAX)));
                continue;
            }
            if keys.len() >= number::LONG_KEYS {
                self.keys.insert(keys.to_owned());
            }
            let masked = format!("{before}'{}'{behind}", number::stars(keys));
            if let Some(place) = reasons.masked.get_mut(step.entry) {
                *place = Some(masked.into());
            }
        }
        reasons
    }

    /// A JSON value that only its vendor knows.
    fn foreign(&mut self, value: &Json) -> Json {
        tree::foreign(self, value.as_str())
    }

    /// The tree of a command.
    fn tree(&mut self, json: &str) -> Json {
        tree::command(self, json)
    }
}

/// What was found of the keys of a call.
struct Reasons {
    /// For each entry its reason without the keys in it, where they are replaced.
    masked: Vec<Option<Cow<'static, str>>>,
    kept: KeptKeys,
}

/// A key as it is shown: `*` where no branch depends on it.
fn masked_key(key: Key, kept: &KeptKeys) -> Key {
    let is_kept = key.is_heard
        && kept
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&key.at));
    Key {
        key: if is_kept { key.key } else { '*' },
        ..key
    }
}

/// Whether a word is likely to be somebody's name.
fn is_name(word: &str) -> bool {
    let is_long = word.chars().nth(2).is_some();
    is_long && word.starts_with(char::is_uppercase)
}

/// Words of the language and of every call, which tell nobody anything.
fn is_common(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "in", "out", "true", "false", "null", "live", "init", "ringing", "hangup",
    ];
    WORDS.contains(&word) || crate::command::spec(word).is_some()
}

#[cfg(test)]
mod tests;

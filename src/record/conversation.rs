//! What was said in a call, turn by turn.

use std::fmt;

use super::{Audio, Json, Record};
use crate::channel::Sound;
use crate::secret::masked;

/// Something that one side of a call said or did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turn {
    /// Whose turn it was.
    pub who: Speaker,
    /// What was said; what was done stands in square brackets, such as `[pressed 2]`.
    pub text: Box<str>,
}

/// As in a transcript: `Agent: …`.
impl fmt::Display for Turn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.who, self.text)
    }
}

/// A side of a call.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Speaker {
    /// The platform: a flow, or an agent of its own.
    Agent,
    /// The person who was called, or who calls.
    User,
    /// Somebody of another name.
    Other(Box<str>),
}

impl fmt::Display for Speaker {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Agent => "Agent",
            Self::User => "User",
            Self::Other(name) => name,
        })
    }
}

/// What the caller said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// When, in milliseconds since the call was created.
    pub at: u64,
    /// The words.
    pub text: Box<str>,
}

/// A file that belongs to a call, somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attachment {
    /// Its media type.
    pub content_type: Option<Box<str>>,
    /// Who made it.
    pub agent: Option<Box<str>>,
    /// Where it is.
    pub url: Box<str>,
}

impl Attachment {
    /// The name of the file, as people may see it: the end of a path may be secret.
    pub fn name(&self) -> String {
        let url = masked(&self.url);
        url.rsplit('/').next().unwrap_or_default().to_owned()
    }
}

/// What only a vendor knows of a call, by its own name for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VendorField {
    /// The vendor.
    pub vendor: &'static str,
    /// The name.
    pub key: &'static str,
    /// The value.
    pub value: Json,
}

/// How a call ended, in its vendor's own word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndWord {
    /// The word.
    pub word: Box<str>,
    /// What it means; absent where nobody says.
    pub means: Option<&'static str>,
    /// Whether it says that something failed: the call never came about, or broke off.
    pub is_failure: bool,
}

/// Something odd about how a call was published, in the words of its wire.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    /// Its kind, in kebab case.
    pub kind: &'static str,
    /// What is odd, as a sentence.
    pub text: String,
}

impl Record {
    /// What was said in the call: as it was published, or what the caller heard of the flow, pressed
    /// and said, in its order.
    pub fn conversation(&self) -> Vec<Turn> {
        if let Some(turns) = &self.turns {
            return turns.clone();
        }
        self.timed_conversation()
            .into_iter()
            .map(|(_, turn)| turn)
            .collect()
    }

    /// The turns of a simulated call, each with its beginning and end in milliseconds since the call
    /// was created. Keys that follow each other are one turn.
    pub fn timed_conversation(&self) -> Vec<((u64, u64), Turn)> {
        let turn = |who, text: String| Turn {
            who,
            text: one_line(&text).into(),
        };
        let heard = self.heard.iter().flatten().filter_map(|one| {
            let text = match &one.what {
                Audio::Sound(Sound::Speech(text)) => text.to_string(),
                Audio::Sound(Sound::File { url, .. }) => {
                    // A part of the path may be secret.
                    let url = masked(url);
                    let path = url.split(['?', '#']).next().unwrap_or_default();
                    format!("[plays {}]", path.rsplit('/').next().unwrap_or_default())
                }
                Audio::Sound(Sound::Recording { tag, .. }) => format!("[plays recording {tag}]"),
                _ => return None,
            };
            Some(((one.from, one.to), turn(Speaker::Agent, text)))
        });
        let mut turns: Vec<_> = heard.collect();
        let said = self.said.iter();
        turns.extend(said.map(|said| {
            let text = turn(Speaker::User, said.text.to_string());
            ((said.at, said.at), text)
        }));
        turns.sort_by_key(|((from, _), _)| *from);
        // A row of keys ends where somebody speaks.
        let mut rows: Vec<(u64, u64, String)> = Vec::new();
        for key in self.keys.iter().flatten() {
            let speaks = |from: u64| {
                let between = |((at, _), _): &((u64, u64), Turn)| *at > from && *at <= key.at;
                turns.iter().any(between)
            };
            match rows.last_mut() {
                Some((_, to, keys)) if !speaks(*to) => {
                    keys.push(key.key);
                    *to = key.at;
                }
                _ => rows.push((key.at, key.at, key.key.to_string())),
            }
        }
        turns.extend(rows.into_iter().map(|(from, to, keys)| {
            let text = format!("[pressed {keys}]");
            ((from, to), turn(Speaker::User, text))
        }));
        turns.sort_by_key(|((from, _), _)| *from);
        turns
    }
}

/// A conversation as a text: a line for each turn, each closed by a line break.
pub fn transcript(turns: &[Turn]) -> String {
    let mut text = String::new();
    for turn in turns {
        text.push_str(&turn.to_string());
        text.push('\n');
    }
    text
}

/// A text in one line: line breaks and rows of blanks are a blank.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

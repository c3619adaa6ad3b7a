//! What the caller does: answers commands that listen, presses keys at given instants, hangs up.

use std::iter;
use std::num::NonZeroU32;
use std::time::Duration;

use crate::source::Span;

use super::pattern::{PathPattern, Pattern};
use super::write::Lines;
use crate::table::Refusal;
use crate::table::Table;
use crate::table::Text;
use crate::table::{Spanned, Value};

/// What `document` means, wherever a command is named.
const DOCUMENT: &str = "The document of the command, if several documents have the same path: empty for the flow of the call, else a pattern for the URL of the document.";

/// What `hangup_after` means, of a file and of a case.
pub(super) const HANGUP_AFTER: &str = "When the caller hangs up, counted from the creation of the call. Default: the caller stays until the flow ends.";

/// What `keys` mean, of a file and of a case.
pub(super) const TIMED_KEYS: &str = "Keys at given times, whatever the call does then.";

/// `[caller]`: what the caller does of its own accord.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Caller {
    /// How long after the call was created the caller hangs up; none: stays until the flow ends, or
    /// until [`Self::hangup`].
    pub hangup_after: Option<Duration>,
    /// The command during which the caller hangs up. Excludes [`Self::hangup_after`].
    pub hangup: Option<HangUp>,
    /// The keys that the caller presses at given instants, in the order of the file.
    pub keys: Vec<TimedKeys>,
}

/// `[[press]]`: keys with which the caller answers a command that listens. Each is used once.
#[derive(Clone, Debug)]
pub struct Press {
    /// Which keys, or silence.
    pub keys: PressKeys,
    /// The command that listens; none: the next that would take the first key. Where
    /// [`Self::heard`] is false, the command during which the keys are lost.
    pub when: Option<Spanned<PathPattern>>,
    /// The n-th such command that begins, from 1; none for any. Needs [`Self::when`].
    pub nth: Option<u32>,
    /// A prompt inside the command that listens. [`Self::after`] counts from its beginning, and is at
    /// most its last millisecond. The command itself stands for the gap before its first prompt.
    pub during: Option<Spanned<PathPattern>>,
    /// How long after the command began to wait behind its prompts the first key is pressed; none:
    /// [`Self::AFTER`].
    pub after: Option<Duration>,
    /// How long after the end of [`Self::during`] the first key is pressed: for a key between two
    /// commands inside the one that listens. Excludes [`Self::after`].
    pub after_end: Option<Duration>,
    /// From one key to the next; none: [`Self::BETWEEN`].
    pub between: Option<Duration>,
    /// What the caller says then; without keys, [`Self::when`] names the command during which it is
    /// said.
    pub says: Option<String>,
    /// Whether a command receives the keys. Keys that are to be lost have a [`Self::when`].
    pub heard: bool,
    /// The document of the command, where several documents have commands of the same path.
    pub document: Option<DocumentPattern>,
    /// Where the scenario file says so; none for the command line.
    pub span: Option<Span>,
}

/// `[caller] hangup`: the caller hangs up during or behind a command.
#[derive(Clone, Debug)]
pub struct HangUp {
    /// The command.
    pub when: Spanned<PathPattern>,
    /// How long after the command's beginning; none without [`Self::after_end`]: [`Self::AFTER`].
    pub after: Option<Duration>,
    /// How long after the command's end. Excludes [`Self::after`].
    pub after_end: Option<Duration>,
    /// How long after the first callee of a dial was answered, while they talk. Excludes [`Self::after`]
    /// and [`Self::after_end`].
    pub talk: Option<Duration>,
    /// How long after the first callee of a dial that still rings began to, while nobody has answered.
    /// Excludes the three above.
    pub ringing: Option<Duration>,
    /// The n-th such command, from 1; none for the first.
    pub nth: Option<u32>,
    /// The document of the command, where several documents have commands of the same path.
    pub document: Option<DocumentPattern>,
    /// Where the scenario file says so; none for the command line.
    pub span: Option<Span>,
}

/// Keys pressed one after the other at a given instant.
#[derive(Clone, PartialEq, Debug)]
pub struct TimedKeys {
    /// When the first is pressed, counted from the call's creation.
    pub at: Duration,
    /// Which.
    pub keys: Spanned<Keys>,
    /// Whether a command is to hear them.
    pub heard: bool,
}

/// One or more keys of a telephone: `0` to `9`, `*`, `#`, `A` to `D`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keys(Box<str>);

/// What is pressed: keys of a telephone, each with any number of `w` before it, which wait for half a
/// second each. Empty for silence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PressKeys(Box<str>);

/// A pattern over the documents of a call: the flow that took the call, or those that were fetched
/// from a URL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentPattern(Option<Pattern>);

impl Press {
    /// How long a caller takes to answer, unless the file says so.
    pub const AFTER: Duration = Duration::from_secs(1);

    /// The time from one key to the next, unless the file says so.
    pub const BETWEEN: Duration = Duration::from_millis(250);

    /// These keys for the next command that listens, with the usual times.
    pub fn new(keys: PressKeys) -> Self {
        Self {
            keys,
            when: None,
            nth: None,
            during: None,
            after: None,
            after_end: None,
            between: None,
            says: None,
            heard: true,
            document: None,
            span: None,
        }
    }

    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let keys: Option<PressKeys> = table.get("keys", "The keys: 0-9, `*`, `#`, A-D; `w` waits half a second. Empty means silence: the caller presses nothing in this attempt.");
        let press = Self {
            keys: PressKeys::silence(),
            when: table.get("when", "The command that waits for keys: a Gather, or a Pause with dtmf_stop. If `heard` is false: the command during which the keys are lost. Default: the next command that accepts the first key."),
            nth: table.get("nth", "Only the n-th such command, counted from 1. Default: any.").map(NonZeroU32::get),
            during: table.get("during", "A prompt inside the command: `after` counts from its beginning. If the prompt is shorter, the key comes at its last millisecond. Give the command itself to press a key before its first prompt starts."),
            after: table.get("after", "Delay from the end of the prompts (when the command starts to wait for keys) to the first key. Default: 1s, or half the timeout of the command if that is 1s or less."),
            after_end: table.get("after_end", "Instead of `after`: delay from the end of the prompt in `during`, for a key in the gap before the next prompt."),
            between: table.get("between", "Delay from one key to the next. Default: 250ms, or half the timeout of the command if that is 250ms or less."),
            says: table.get("says", "What the caller says, for the transcript; commands do not recognise speech. Without `keys`, `when` may name any command, and `after` counts from its beginning. Without `when`, the caller says it at the next command that waits for keys."),
            heard: table.get_or("heard", "Whether a command receives the keys. `false` means that they are expected to be lost.", true),
            document: table.get("document", DOCUMENT),
            span: Some(table.span()),
        };
        table.only_with("nth", "when", "when = \"Gather[0]\"");
        table.only_with("after_end", "during", "during = \"Say[0]\"");
        table.excludes("after_end", "after");
        if !press.heard {
            table.only_with("heard", "when", "when = \"Dial[0]\"");
            table.contradicts("during", "heard", "name the prompt with `when` instead");
        }
        table.at_least_one(&["keys", "says"], "keys = \"1\"");
        if press.says.is_some() && keys.is_none() {
            table.contradicts("heard", "says", "commands do not recognise speech");
            return Some(press);
        }
        let keys = keys?;
        if keys.is_silence() && press.says.is_none() {
            for key in ["during", "after", "after_end", "between"] {
                table.contradicts(key, "keys", "silence has no time");
            }
            if !press.heard {
                table.contradicts("heard", "keys", "there is no key that could be lost");
            }
        }
        Some(Self { keys, ..press })
    }

    pub(super) fn write(&self, heading: &str, lines: &mut Lines) {
        lines.heading(heading);
        if self.says.is_none() || !self.keys.is_silence() {
            lines.key("keys", &self.keys);
        }
        lines.key("says", &self.says);
        lines.key("when", &self.when);
        lines.key("nth", &self.nth);
        lines.key("during", &self.during);
        lines.key("after", &self.after);
        lines.key("after_end", &self.after_end);
        lines.key("between", &self.between);
        if !self.heard {
            lines.key("heard", &self.heard);
        }
        lines.key("document", &self.document);
    }
}

/// Equal when they say the same, wherever they stand.
impl PartialEq for Press {
    fn eq(&self, other: &Self) -> bool {
        self.keys == other.keys
            && self.when == other.when
            && self.nth == other.nth
            && self.during == other.during
            && self.after == other.after
            && self.after_end == other.after_end
            && self.between == other.between
            && self.says == other.says
            && self.heard == other.heard
            && self.document == other.document
    }
}

impl HangUp {
    /// How long after the command's beginning the caller hangs up, unless the file says so.
    pub const AFTER: Duration = Duration::from_secs(1);

    /// In the first command of this name, after the default time.
    pub fn new(when: PathPattern) -> Self {
        Self {
            when: Spanned::bare(when),
            after: None,
            after_end: None,
            talk: None,
            ringing: None,
            nth: None,
            document: None,
            span: None,
        }
    }

    /// The key `hangup` of a table that may have `hangup_after` too.
    pub(super) fn of(table: &mut Table<'_>) -> Option<Self> {
        let help = "write `hangup = { when = \"#voicemail\" }`, or `hangup_after` for a fixed time";
        let hangup = table.table_or("hangup", "The command during which, or after which, the caller hangs up. If it never runs, the caller stays.", help.to_owned(), Self::read);
        table.contradicts("hangup", "hangup_after", "the caller can hang up only once");
        hangup.flatten()
    }

    pub(super) fn inline(&self) -> String {
        inline([
            ("when", self.when.write()),
            ("after", self.after.write()),
            ("after_end", self.after_end.write()),
            ("talk", self.talk.write()),
            ("ringing", self.ringing.write()),
            ("nth", self.nth.write()),
            ("document", self.document.write()),
        ])
    }

    fn read(table: &mut Table<'_>) -> Option<Self> {
        let when = table.need("when", "The command.");
        let after = table.get(
            "after",
            "Delay from the beginning of the command; at the latest, the caller hangs up at its end. Default: 1s.",
        );
        let after_end = table.get("after_end", "Instead of `after`: delay from the end of the command. The caller hangs up before the next command begins.");
        let talk = table.get(
            "talk",
            "Instead of `after`, for a Dial: delay from the beginning of the conversation. If nobody answers, or the conversation is shorter, the caller stays on the line.",
        );
        let ringing = table.get(
            "ringing",
            "Instead of `after`, for a Dial: delay from the beginning of the ringing. If somebody answers or all refuse before that, the caller stays on the line.",
        );
        let nth = table.get("nth", "The n-th such command, counted from 1. Default: 1.");
        let nth = nth.map(NonZeroU32::get);
        let document = table.get("document", DOCUMENT);
        let times = ["after", "after_end", "talk", "ringing"];
        for (at, key) in times.iter().enumerate() {
            for other in &times[..at] {
                table.excludes(key, other);
            }
        }
        Some(Self {
            when: when?,
            after,
            after_end,
            talk,
            ringing,
            nth,
            document,
            span: Some(table.span()),
        })
    }
}

/// Equal when they say the same, wherever they stand.
impl PartialEq for HangUp {
    fn eq(&self, other: &Self) -> bool {
        self.when == other.when
            && self.after == other.after
            && self.after_end == other.after_end
            && self.talk == other.talk
            && self.ringing == other.ringing
            && self.nth == other.nth
            && self.document == other.document
    }
}

impl Caller {
    pub(super) fn read(table: &mut Table<'_>) -> Self {
        let hangup_after = table.get("hangup_after", HANGUP_AFTER);
        let hangup = HangUp::of(table);
        let keys = table.tables("keys", TIMED_KEYS, TimedKeys::read);
        Self {
            hangup_after,
            hangup,
            keys,
        }
    }

    pub(super) fn write(&self, lines: &mut Lines) {
        lines.key("hangup_after", &self.hangup_after);
        if let Some(hangup) = &self.hangup {
            lines.raw("hangup", &hangup.inline());
        }
        TimedKeys::write_all(&self.keys, lines);
    }
}

impl TimedKeys {
    pub(super) fn read(row: &mut Table<'_>) -> Option<Self> {
        // Both are read before either is missed, so that one run names both.
        let (at, keys) = (
            row.need(
                "at",
                "When the first key is pressed, counted from the creation of the call.",
            ),
            row.need("press", "The keys: 0-9, `*`, `#`, A-D."),
        );
        let heard = row.get_or("heard", "Whether a command receives the keys.", true);
        Some(Self {
            at: at?,
            keys: keys?,
            heard,
        })
    }

    pub(super) fn write_all(all: &[Self], lines: &mut Lines) {
        let rows = all.iter().map(|timed| {
            let lost = (!timed.heard).then(|| timed.heard.write());
            inline([
                ("at", timed.at.write()),
                ("press", timed.keys.write()),
                ("heard", lost.flatten()),
            ])
        });
        let rows: Vec<String> = rows.collect();
        if !rows.is_empty() {
            lines.raw("keys", &format!("[{}]", rows.join(", ")));
        }
    }
}

/// A table in one line, of the keys that have a value.
pub(super) fn inline<const N: usize>(keys: [(&str, Option<String>); N]) -> String {
    let written = keys
        .into_iter()
        .filter_map(|(key, value)| Some(format!("{key} = {}", value?)));
    format!("{{ {} }}", written.collect::<Vec<_>>().join(", "))
}

impl Keys {
    /// Keys in their order; none where there is none, or a character is no key.
    pub fn new(keys: &str) -> Option<Self> {
        Self::from_text(keys).ok()
    }

    /// The keys in their order.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PressKeys {
    /// How long a `w` waits.
    const WAIT: Duration = Duration::from_millis(500);

    /// Keys and waits in their order; none where a character is neither, or a wait has no key behind
    /// it.
    pub fn new(keys: &str) -> Option<Self> {
        Self::from_text(keys).ok()
    }

    /// Nothing.
    pub fn silence() -> Self {
        Self(Box::default())
    }

    /// The keys and waits in their order.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is pressed.
    pub fn is_silence(&self) -> bool {
        self.0.is_empty()
    }

    /// How long each key waits beyond the usual: half a second for each `w` before it.
    pub fn pauses(&self) -> impl Iterator<Item = Duration> {
        let mut before = Duration::ZERO;
        self.strokes(Duration::ZERO).map(move |(at, _)| {
            let pause = at.saturating_sub(before);
            before = at;
            pause
        })
    }

    /// Each key with its time since the first key was due, where `between` passes from one key to the
    /// next. Each `w` before a key adds half a second, also before the first.
    pub fn strokes(&self, between: Duration) -> impl Iterator<Item = (Duration, char)> {
        let mut keys = self.0.chars();
        let mut due = Duration::ZERO;
        iter::from_fn(move || {
            let mut key = keys.next()?;
            while key == 'w' {
                due = due.saturating_add(Self::WAIT);
                key = keys.next()?;
            }
            let at = due;
            due = due.saturating_add(between);
            Some((at, key))
        })
    }
}

impl DocumentPattern {
    /// The flow that took the call.
    pub fn entry() -> Self {
        Self(None)
    }

    /// A pattern over the URL that a document was fetched from; the flow that took the call where it
    /// is empty. None where it is longer than [`Pattern::LONGEST`].
    pub fn new(pattern: &str) -> Option<Self> {
        Self::from_text(pattern).ok()
    }

    /// The document that was fetched from this URL, or without one the flow that took the call.
    pub fn literal(url: Option<&str>) -> Self {
        Self(url.map(Pattern::literal))
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_ref().map_or("", Pattern::as_str)
    }

    /// Whether the document is meant that was fetched from this URL, or without one the flow that
    /// took the call.
    pub fn matches(&self, url: Option<&str>) -> bool {
        match (&self.0, url) {
            (Some(pattern), Some(url)) => pattern.matches_url(url),
            (None, None) => true,
            _ => false,
        }
    }
}

fn is_key(key: char) -> bool {
    matches!(key, '0'..='9' | '*' | '#' | 'A'..='D')
}

impl Text for Keys {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        match text.chars().find(|&key| !is_key(key)) {
            None if !text.is_empty() => Ok(Self(text.into())),
            wrong => Err(Refusal::Keys(wrong)),
        }
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }

    fn expected() -> Refusal {
        Refusal::Keys(None)
    }
}

impl Text for PressKeys {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        match text.chars().find(|&key| !is_key(key) && key != 'w') {
            None if !text.ends_with('w') => Ok(Self(text.into())),
            wrong => Err(Refusal::PressKeys(wrong)),
        }
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }

    fn expected() -> Refusal {
        Refusal::PressKeys(None)
    }
}

impl Text for DocumentPattern {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Ok(Self::entry());
        }
        Pattern::from_text(text).map(|pattern| Self(Some(pattern)))
    }

    fn to_text(&self) -> String {
        self.as_str().to_owned()
    }

    fn expected() -> Refusal {
        Refusal::Pattern
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strokes(keys: &str) -> Vec<(u64, char)> {
        let keys = PressKeys::new(keys).unwrap();
        let strokes = keys.strokes(Duration::from_millis(300));
        strokes
            .map(|(at, key)| (u64::try_from(at.as_millis()).unwrap(), key))
            .collect()
    }

    #[test]
    fn keys_come_one_after_the_other_and_a_w_waits() {
        assert_eq!(strokes("1"), [(0, '1')]);
        assert_eq!(strokes("12#"), [(0, '1'), (300, '2'), (600, '#')]);
        assert_eq!(strokes("1w2"), [(0, '1'), (800, '2')]);
        assert_eq!(strokes("ww1wwA"), [(1_000, '1'), (2_300, 'A')]);
        assert_eq!(strokes(""), []);
        let pauses = PressKeys::new("ww1w23").unwrap();
        let pauses: Vec<_> = pauses.pauses().map(|pause| pause.as_millis()).collect();
        assert_eq!(pauses, [1_000, 500, 0]);
    }

    #[test]
    fn keys_that_no_telephone_has_are_refused() {
        for refused in ["x", "1 2", "a", "W", "w", "1w", "=", "é"] {
            assert_eq!(PressKeys::new(refused), None, "{refused}");
        }
        assert!(PressKeys::new("").unwrap().is_silence());
        assert!(!PressKeys::new("w1").unwrap().is_silence());
        assert_eq!(Keys::new(""), None);
        assert_eq!(Keys::new("1w2"), None);
    }

    #[test]
    fn a_document_is_the_entry_flow_or_was_fetched_from_a_url() {
        let entry = DocumentPattern::new("").unwrap();
        assert_eq!(entry, DocumentPattern::entry());
        assert!(entry.matches(None) && !entry.matches(Some("")));
        let fetched = DocumentPattern::new("https://API.example.com/*").unwrap();
        assert!(fetched.matches(Some("https://api.example.com/a")));
        assert!(!fetched.matches(None));
        assert_eq!(DocumentPattern::new(&"a".repeat(201)), None);
        let literal = DocumentPattern::literal(Some("https://a.example/?b"));
        assert_eq!(literal.as_str(), r"https://a.example/\?b");
        assert_eq!(DocumentPattern::literal(None), entry);
    }
}

//! What the caller does: answers commands that listen, presses keys at given instants, hangs up.

use std::iter;
use std::time::Duration;

use super::origin::Origin;
use super::pattern::{PathPattern, Pattern};
use super::table::table;
use super::text::text;
use super::write::{Lines, inline};
use crate::table::{Refusal, Spanned, Table, Text};

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

table! {
    /// `[[press]]`: keys with which the caller answers a command that listens. Each is used once.
    Press {
        /// The keys, or silence.
        keys: PressKeys [apart],
        /// The command that waits for keys: a Gather, or a Pause with dtmf_stop. If `heard` is
        /// false: the command during which the keys are lost. Default: the next command that
        /// accepts the first key.
        when: Option<Spanned<PathPattern>>,
        /// Only the n-th such command, counted from 1. Default: any.
        nth: Option<u32> [from_one],
        /// A prompt inside the command: `after` counts from its beginning. If the prompt is
        /// shorter, the key comes at its last millisecond. Give the command itself to press a key
        /// before its first prompt starts.
        during: Option<Spanned<PathPattern>>,
        /// Delay from the end of the prompts (when the command starts to wait for keys) to the
        /// first key. Default: 1s, or half the timeout of the command if that is 1s or less.
        after: Option<Duration>,
        /// Instead of `after`: delay from the end of the prompt in `during`, for a key in the gap
        /// before the next prompt.
        after_end: Option<Duration>,
        /// Delay from one key to the next. Default: 250ms, or half the timeout of the command if
        /// that is 250ms or less.
        between: Option<Duration>,
        /// What the caller says, for the transcript; commands do not recognise speech. Without
        /// `keys`, `when` may name any command, and `after` counts from its beginning. Without
        /// `when`, the caller says it at the next command that waits for keys.
        says: Option<String>,
        /// Whether a command receives the keys. `false` means that they are expected to be lost.
        heard: bool = true,
        /// The document of the command, if several documents have the same path: empty for the flow
        /// of the call, else a pattern for the URL of the document.
        document: Option<DocumentPattern>,
        /// Where it is said.
        origin: Origin [origin],
    }
}

table! {
    /// `[caller] hangup`: the caller hangs up during or behind a command.
    HangUp(
        /// The command.
        when: Spanned<PathPattern>,
    ) {
        /// Delay from the beginning of the command; at the latest, the caller hangs up at its end.
        /// Default: 1s.
        after: Option<Duration>,
        /// Instead of `after`: delay from the end of the command. The caller hangs up before the
        /// next command begins.
        after_end: Option<Duration>,
        /// Instead of `after`, for a Dial: delay from the beginning of the conversation. If nobody
        /// answers, or the conversation is shorter, the caller stays on the line.
        talk: Option<Duration>,
        /// Instead of `after`, for a Dial: delay from the beginning of the ringing. If somebody
        /// answers or all refuse before that, the caller stays on the line.
        ringing: Option<Duration>,
        /// The n-th such command, counted from 1. Default: 1.
        nth: Option<u32> [from_one],
        /// The document of the command, if several documents have the same path: empty for the flow
        /// of the call, else a pattern for the URL of the document.
        document: Option<DocumentPattern>,
        /// Where it is said.
        origin: Origin [origin],
    }
    checks one_time
}

table! {
    /// Keys pressed one after the other at a given instant.
    TimedKeys(
        /// When the first key is pressed, counted from the creation of the call.
        at: Duration,
        /// The keys: 0-9, `*`, `#`, A-D.
        press: Spanned<Keys>,
    ) {
        /// Whether a command receives the keys.
        heard: bool = true,
    }
}

/// One or more keys of a telephone: `0` to `9`, `*`, `#`, `A` to `D`.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys(Box<str>);

/// What is pressed: keys of a telephone, each with any number of `w` before it, which wait for half a
/// second each. Empty for silence.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PressKeys(Box<str>);

/// A pattern over the documents of a call: the flow that took the call, or those that were fetched
/// from a URL.
#[derive(Clone, PartialEq, Eq)]
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
            ..Self::default()
        }
    }

    pub(super) fn read_entry(table: &mut Table<'_>) -> Option<Self> {
        let docs = "The keys: 0-9, `*`, `#`, A-D; `w` waits half a second. Empty means silence: the caller presses nothing in this attempt.";
        let keys: Option<PressKeys> = table.get("keys", docs);
        let press = Self::read(table);
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
        let rest = Self {
            says: None,
            ..self.clone()
        };
        rest.write_keys(lines);
    }
}

impl HangUp {
    /// How long after the command's beginning the caller hangs up, unless the file says so.
    pub const AFTER: Duration = Duration::from_secs(1);
}

/// The caller hangs up at one time.
fn one_time(table: &mut Table<'_>) {
    let times = ["after", "after_end", "talk", "ringing"];
    for (at, key) in times.iter().enumerate() {
        for other in &times[..at] {
            table.excludes(key, other);
        }
    }
}

impl Caller {
    /// The keys of `[caller]`, which a case has among its own.
    pub(super) fn read(table: &mut Table<'_>) -> Self {
        let hangup_after = table.get("hangup_after", "When the caller hangs up, counted from the creation of the call. Default: the caller stays until the flow ends.");
        let help = "write `hangup = { when = \"#voicemail\" }`, or `hangup_after` for a fixed time";
        let hangup = table.table_or("hangup", "The command during which, or after which, the caller hangs up. If it never runs, the caller stays.", help.to_owned(), HangUp::read_keys);
        table.contradicts("hangup", "hangup_after", "the caller can hang up only once");
        let docs = "Keys at given times, whatever the call does then.";
        Self {
            hangup_after,
            hangup: hangup.flatten(),
            keys: table.tables("keys", docs, TimedKeys::read_keys),
        }
    }

    pub(super) fn write(&self, lines: &mut Lines) {
        lines.key("hangup_after", &self.hangup_after);
        if let Some(hangup) = &self.hangup {
            lines.raw("hangup", &inline(|lines| hangup.write_keys(lines)));
        }
        if !self.keys.is_empty() {
            lines.rows("keys", &self.keys, TimedKeys::write_keys);
        }
    }
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
        Self::default()
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

text!(Keys, Refusal::Keys(None), |text| {
    match text.chars().find(|&key| !is_key(key)) {
        None if !text.is_empty() => Ok(Self(text.into())),
        wrong => Err(Refusal::Keys(wrong)),
    }
});

text!(PressKeys, Refusal::PressKeys(None), |text| {
    match text.chars().find(|&key| !is_key(key) && key != 'w') {
        None if !text.ends_with('w') => Ok(Self(text.into())),
        wrong => Err(Refusal::PressKeys(wrong)),
    }
});

text!(DocumentPattern, Refusal::Pattern, |text| {
    if text.is_empty() {
        return Ok(Self::entry());
    }
    Pattern::from_text(text).map(|pattern| Self(Some(pattern)))
});

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

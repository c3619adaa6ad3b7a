//! `--redact`: what identifies people and places is replaced, in the same way wherever it stands.
//!
//! The texts of the events are changed and read again: so nothing can be left in a corner of a record.

use std::collections::BTreeMap;

use clap::ValueEnum;

use crate::channel::Sound;
use crate::record::{Audio, Does, Outline, Record};
use crate::wire::{Beyond, Calls};

/// How much is replaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Redact {
    /// Numbers, users, hosts, accounts, and keys that choose no branch
    Parties,
    /// What is spoken as well
    All,
}

/// What stands in place of what.
#[derive(Debug, Default)]
pub(super) struct Replacements {
    found: BTreeMap<String, String>,
    numbers: usize,
    users: usize,
    hosts: usize,
    names: usize,
    texts: usize,
}

impl Replacements {
    /// What is to be replaced in the events of these calls.
    pub(super) fn of(calls: &Calls, redact: Redact) -> Self {
        let mut all = Self::default();
        for call in calls.each(Beyond::LeftOut, |call| call) {
            all.call(&call, redact);
        }
        all
    }

    fn call(&mut self, call: &Record, redact: Redact) {
        let outline = Outline::of(call);
        for leg in std::iter::once(&call.leg)
            .chain(&call.parent)
            .chain(&call.dialled)
        {
            for party in [&leg.from, &leg.to].into_iter().flatten() {
                self.party(party);
            }
        }
        for dial in &outline.dials {
            dial.to.iter().for_each(|to| self.party(to));
        }
        for step in &outline.steps {
            let Does::Dials { to, .. } = &step.does else {
                continue;
            };
            for destination in to {
                self.party(destination.name());
                // A number may be written with blanks and brackets.
                if let (None, Some(instead)) = (
                    destination.host(),
                    self.found.get(destination.name()).cloned(),
                ) {
                    let text = destination.text.to_string();
                    self.found
                        .entry(text)
                        .or_insert_with(|| format!("+{instead}"));
                }
            }
        }
        for file in &call.attachments {
            let host = file.url.split_once("://").map_or("", |(_, rest)| rest);
            self.host(host.split(['/', '?', '#', ':']).next().unwrap_or_default());
        }
        for fetch in &outline.fetches {
            if let Some((_, rest)) = fetch.url.split_once("://") {
                let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
                self.host(host);
            }
        }
        if let Some(number) = call
            .parties
            .number
            .as_ref()
            .and_then(|number| number.digits)
        {
            self.party(&number.to_string());
        }
        if let Some(account) = &call.parties.account {
            account
                .phone
                .iter()
                .for_each(|phone| self.party(&phone.to_string()));
            account.email.iter().for_each(|email| self.party(email));
            let words = [
                &account.name,
                &account.address1,
                &account.address2,
                &account.city,
                &account.zip_code,
            ];
            words.into_iter().flatten().for_each(|word| self.name(word));
        }
        let app = call.parties.app.as_ref();
        app.and_then(|app| app.name.as_ref())
            .into_iter()
            .for_each(|name| self.name(name));
        for step in &outline.steps {
            let Some(reason) = &step.reason else { continue };
            let has_branch = outline
                .steps
                .iter()
                .any(|inner| inner.parent == Some(step.entry) && !inner.is_handler);
            if let (Does::Collects | Does::Waits { .. }, false) = (&step.does, has_branch)
                && let Some((before, digits, behind)) = quoted(reason)
            {
                let masked = format!("{before}'{}'{behind}", "*".repeat(digits.chars().count()));
                self.found.insert(reason.clone(), masked);
            }
        }
        if redact == Redact::All {
            for hearing in &outline.heard {
                if let Audio::Sound(Sound::Speech(text)) = &hearing.what {
                    self.text(text);
                }
            }
            for turn in call.turns.iter().flatten() {
                self.text(&turn.text);
            }
        }
    }

    /// Something that was spoken, as it stands in JSON.
    fn text(&mut self, text: &str) {
        let json = serde_json::to_string(text).unwrap_or_default();
        let json = json.trim_matches('"').to_owned();
        if json.is_empty() {
            return;
        }
        self.texts += usize::from(!self.found.contains_key(&json));
        let number = self.texts;
        self.found
            .entry(json)
            .or_insert_with(|| format!("text-{number}"));
    }

    /// A number, a SIP user, or an address of both.
    fn party(&mut self, party: &str) {
        if let Some((user, host)) = party.split_once('@') {
            self.party(user);
            return self.host(host);
        }
        let digits = party.strip_prefix('+').unwrap_or(party);
        if digits.is_empty() || is_common(digits) || self.found.contains_key(digits) {
            return;
        }
        let is_number = digits.len() >= 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let instead = if is_number {
            self.numbers += 1;
            fictitious(digits, self.numbers)
        } else {
            self.users += 1;
            format!("user-{}", self.users)
        };
        self.found.insert(digits.to_owned(), instead);
    }

    fn host(&mut self, host: &str) {
        if !host.is_empty() && !self.found.contains_key(host) {
            self.hosts += 1;
            self.found
                .insert(host.to_owned(), format!("host-{}.example", self.hosts));
        }
    }

    fn name(&mut self, name: &str) {
        if name.len() > 1 && !is_common(name) && !self.found.contains_key(name) {
            self.names += 1;
            self.found
                .insert(name.to_owned(), format!("name-{}", self.names));
        }
    }

    /// Numbers that stand in a text and in no record: those of filters and texts, by their digits.
    pub(super) fn numbers(&mut self, json: &str) {
        let mut rest = json;
        while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
            let length = rest[start..].bytes().take_while(u8::is_ascii_digit).count();
            let (before, digits) = (&rest[..start], &rest[start..start + length]);
            let behind = rest[start + length..].chars().next();
            let is_word = !before.ends_with(|c: char| c.is_alphanumeric() || c == '-' || c == '.')
                && behind.is_none_or(|c| !c.is_alphanumeric() && c != '-');
            if is_word && before.ends_with('+') && (7..=15).contains(&length) {
                self.party(digits);
            }
            rest = &rest[start + length..];
        }
    }

    /// A text of JSON with all replacements made, the longest first. Keys stay as they are, and so does
    /// what is part of a longer word.
    pub(super) fn apply(&self, json: &str) -> String {
        let inside = |text: &str| {
            let quoted = serde_json::Value::from(text).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        };
        let mut pairs: Vec<_> = self
            .found
            .iter()
            .map(|(from, to)| (inside(from), inside(to)))
            .collect();
        pairs.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        let mut result = String::with_capacity(json.len());
        let mut rest = json;
        let mut before = ' ';
        // What was replaced is not looked at again.
        while let Some(first) = rest.chars().next() {
            if first == '"'
                && let Some(key) = key(rest)
            {
                result.push_str(key);
                rest = &rest[key.len()..];
                before = '"';
                continue;
            }
            let is_it = |(from, _): &&(String, String)| {
                let Some(behind) = rest.strip_prefix(from.as_str()) else {
                    return false;
                };
                let behind = behind.chars().next();
                let goes_on = from.ends_with(char::is_alphanumeric)
                    && behind.is_some_and(char::is_alphanumeric);
                let has_begun = before.is_alphanumeric() && first.is_alphanumeric();
                !goes_on && !has_begun
            };
            match pairs.iter().find(is_it) {
                Some((from, to)) => {
                    result.push_str(to);
                    before = from.chars().last().unwrap_or(' ');
                    rest = &rest[from.len()..];
                }
                // The letter of an escape is none of a word.
                None if first == '\\' => {
                    let length = rest.chars().take(2).map(char::len_utf8).sum();
                    result.push_str(&rest[..length]);
                    before = ' ';
                    rest = &rest[length..];
                }
                None => {
                    result.push(first);
                    before = first;
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        result
    }
}

/// The key that a text of JSON begins with, quotes included.
fn key(json: &str) -> Option<&str> {
    let end = json[1..].find('"')? + 2;
    let is_plain = !json[..end].contains('\\');
    (is_plain && json[end..].trim_start().starts_with(':')).then(|| &json[..end])
}

/// Words of the language and of every call, which tell nobody anything.
fn is_common(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "in", "out", "true", "false", "null", "live", "init", "ringing", "hangup",
    ];
    WORDS.contains(&word) || crate::command::spec(word).is_some()
}

/// A number that nobody has, of the same country and area: in North America those from 555-0100 on.
fn fictitious(digits: &str, count: usize) -> String {
    let count = count % 100;
    if digits.len() == 11 && digits.starts_with('1') {
        return format!("{}55501{count:02}", &digits[..4]);
    }
    let kept = digits.len().min(4);
    let width = digits.len() - kept;
    format!("{}{count:0width$}", &digits[..kept])
}

/// The parts of a text around its first quotes.
fn quoted(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('\'')?;
    let (inside, behind) = rest.split_once('\'')?;
    Some((before, inside, behind))
}

#[cfg(test)]
mod tests {
    use super::{Replacements, fictitious};

    #[test]
    fn words_are_replaced_whole_and_keys_never() {
        let mut all = Replacements::default();
        all.party("anna");
        all.party("to");
        all.party("in");
        all.numbers(r#"{"text":"call +44 or +442079460000, not 31536000000"}"#);
        let json = r#"{"to":"anna@x","a":"in\nanna annabel +442079460000","anna":1}"#;
        let expected = r#"{"to":"user-1@x","a":"in\nuser-1 annabel +442000000001","anna":1}"#;
        assert_eq!(all.apply(json), expected);
    }

    #[test]
    fn a_number_stays_one_of_its_area() {
        assert_eq!(fictitious("18382049000", 3), "18385550103");
        assert_eq!(fictitious("442079460000", 12), "442000000012");
        assert_eq!(fictitious("9038479977", 1), "9038000001");
    }
}

//! A text in which addresses, numbers and names are replaced, wherever they stand in it.

use super::{Kind, Redact, Redaction, number};
use crate::secret::{MASK, secrets};

impl Redaction {
    /// A text with all in it replaced that identifies somebody or something.
    pub fn text(&mut self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut at = 0;
        let mut before = None;
        while let Some(first) = text[at..].chars().next() {
            let rest = &text[at..];
            let (instead, length) = self
                .url(rest, before)
                .or_else(|| self.uuid(rest, before))
                .or_else(|| self.address(rest, before))
                .or_else(|| self.number_in(rest, before))
                .or_else(|| self.keys_in(rest, before))
                .or_else(|| self.word(rest, before))
                .unwrap_or_else(|| (first.to_string(), first.len_utf8()));
            shown.push_str(&instead);
            before = rest[..length].chars().next_back();
            at += length;
        }
        shown
    }

    /// A URL that a text begins with: its host is replaced, and what stands beside it is left out.
    fn url(&mut self, text: &str, before: Option<char>) -> Option<(String, usize)> {
        if before.is_some_and(char::is_alphanumeric) {
            return None;
        }
        let scheme = text.find("://")?;
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        if scheme == 0 || !text[..scheme].chars().all(is_scheme) {
            return None;
        }
        let start = scheme + "://".len();
        let is_end = |c: char| {
            c.is_whitespace() || matches!(c, '"' | '<' | '>' | '`' | '“' | '”' | '‘' | '’' | '\\')
        };
        let end = text[start..]
            .find(is_end)
            .map_or(text.len(), |end| start + end);
        let quote = text[start..end].trim_end_matches(['\'', ',', '.', ')', ';', ':']);
        let end = start + quote.len();
        let url = &text[start..end];
        let path = url.find(['/', '?', '#']).unwrap_or(url.len());
        // A password may hold what ends a host.
        let path = match secrets(&text[..end]).first() {
            Some(secret) if secret.place().start == start => {
                let user = secret.place().end - start;
                user + url[user..]
                    .find(['/', '?', '#'])
                    .unwrap_or(url.len() - user)
            }
            _ => path,
        };
        let (authority, rest) = url.split_at(path);
        let host = authority.rsplit('@').next().unwrap_or_default();
        let shown = format!("{}://{}", &text[..scheme], self.host(host));
        let (path, query) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
        let has_secret = |path: &str| {
            let whole = format!("https://{host}{path}");
            secrets(&whole)
                .iter()
                .any(|secret| secret.place().end == whole.len())
        };
        let path = if path.len() <= 1 {
            path.to_owned()
        } else if has_secret(path) {
            format!("/{MASK}")
        } else if self.how == Redact::All {
            format!("/{}", self.instead(Kind::Text, path))
        } else {
            path.split_inclusive('/')
                .map(|part| self.text(part))
                .collect()
        };
        let query = self.query(query);
        Some((format!("{shown}{path}{query}"), end))
    }

    /// A UUID, in which no number is sought.
    fn uuid(&mut self, text: &str, before: Option<char>) -> Option<(String, usize)> {
        let uuid = text.get(..36).filter(|uuid| super::tree::is_uuid(uuid))?;
        let goes_on = |c: char| c.is_alphanumeric() || c == '-';
        if before.is_some_and(goes_on) || text[36..].starts_with(goes_on) {
            return None;
        }
        let instead = match self.how {
            Redact::Parties => uuid.to_owned(),
            Redact::All => self.instead(Kind::Identifier, uuid),
        };
        Some((instead, 36))
    }

    /// A query and a fragment: the names of their parameters, and nothing of their values.
    fn query(&mut self, query: &str) -> String {
        let mut shown = String::new();
        let mut rest = query;
        while let Some(separator) = rest.chars().next() {
            let behind = &rest[separator.len_utf8()..];
            let end = behind.find(['&', ';', '#', '?']).unwrap_or(behind.len());
            let pair = &behind[..end];
            shown.push(separator);
            match pair.split_once('=') {
                Some((name, value)) => {
                    shown.push_str(&self.text(name));
                    shown.push_str(if value.is_empty() { "=" } else { "=*" });
                }
                None if pair.is_empty() => {}
                None => shown.push('*'),
            }
            rest = &behind[end..];
        }
        shown
    }

    /// A host with its port.
    fn host(&mut self, host: &str) -> String {
        let end = host.rfind(':').filter(|&colon| {
            let is_port = host[colon + 1..].bytes().all(|byte| byte.is_ascii_digit());
            // Not inside an IPv6 address.
            is_port
                && !host[colon..].contains(']')
                && (host.starts_with('[') || host.matches(':').count() == 1)
        });
        let (name, port) = host.split_at(end.unwrap_or(host.len()));
        if name.is_empty() {
            return host.to_owned();
        }
        let name = self.instead(Kind::Host, &name.to_lowercase());
        format!("{name}{port}")
    }

    /// `user@host` with what stands beside them: a password goes.
    fn address(&mut self, text: &str, before: Option<char>) -> Option<(String, usize)> {
        let is_user = |c: char| c.is_alphanumeric() || "._+%~-!*".contains(c);
        if before.is_some_and(is_user) {
            return None;
        }
        let user = text.find(|c: char| !is_user(c))?;
        if user == 0 {
            return None;
        }
        // A scheme is one of few words, and no user.
        let word = text[..user].to_ascii_lowercase();
        if matches!(&*word, "sip" | "sips" | "tel" | "mailto") && text[user..].starts_with(':') {
            return None;
        }
        let mut at = user;
        if let Some(password) = text[user..].strip_prefix(':') {
            let is_end = |c: char| c.is_whitespace() || matches!(c, '@' | '"' | '<' | '>' | '/');
            let end = password.find(is_end)?;
            at = user + 1 + end;
        }
        let host = text[at..].strip_prefix('@')?;
        at += 1;
        let length = if host.starts_with('[') {
            host.find(']')? + 1
        } else {
            let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
            let end = host.find(|c: char| !is_host(c)).unwrap_or(host.len());
            host[..end].trim_end_matches(['.', '-']).len()
        };
        if length == 0 {
            return None;
        }
        let user = self.party(&text[..user]);
        let host = self.host(&host[..length]);
        Some((format!("{user}@{host}"), at + length))
    }

    fn number_in(&mut self, text: &str, before: Option<char>) -> Option<(String, usize)> {
        let is_begin = |c: char| c.is_ascii_digit() || matches!(c, '+' | '(' | '%' | '&');
        if !text.starts_with(is_begin) {
            return None;
        }
        self.number_at(text, before)
    }

    /// Keys that are replaced wherever they stand.
    fn keys_in(&self, text: &str, before: Option<char>) -> Option<(String, usize)> {
        let is_key = |c: char| number::is_keys(c.encode_utf8(&mut [0; 4]));
        if self.keys.is_empty() || before.is_some_and(|c| c.is_alphanumeric() || is_key(c)) {
            return None;
        }
        let end = text.find(|c: char| !is_key(c)).unwrap_or(text.len());
        let is_word = !text[end..].starts_with(char::is_alphanumeric);
        (is_word && self.keys.contains(&text[..end])).then(|| (number::stars(&text[..end]), end))
    }

    /// A word that is known to be somebody's.
    fn word(&mut self, text: &str, before: Option<char>) -> Option<(String, usize)> {
        let first = text.chars().next()?.to_lowercase().next()?;
        let words = self.words.get(&first)?;
        let found = words.iter().find_map(|(word, kind, original)| {
            let length = same_length(text, word)?;
            let has_begun = before.is_some_and(char::is_alphanumeric) && first.is_alphanumeric();
            let goes_on = word.ends_with(char::is_alphanumeric)
                && text[length..].starts_with(char::is_alphanumeric);
            (!has_begun && !goes_on).then(|| (*kind, original.clone(), length))
        });
        let (kind, original, length) = found?;
        // What was put in before stays.
        let end = text
            .find(|c: char| !c.is_alphanumeric() && c != '-' && c != '.')
            .unwrap_or(text.len());
        if self.made.contains(&text[..end]) {
            return Some((text[..end].to_owned(), end));
        }
        Some((self.instead(kind, &original), length))
    }
}

/// The length of the beginning of a text that is a word, whatever its case.
fn same_length(text: &str, word: &str) -> Option<usize> {
    let mut wanted = word.chars();
    let mut chars = text.char_indices();
    let mut end = 0;
    while let Some(expected) = wanted.next() {
        let (at, c) = chars.next()?;
        let mut lower = c.to_lowercase();
        if lower.next() != Some(expected) {
            return None;
        }
        for more in lower {
            if wanted.next() != Some(more) {
                return None;
            }
        }
        end = at + c.len_utf8();
    }
    Some(end)
}

//! Reading one table of the file: its keys, and everything that is wrong with them.

use toml::Spanned as Placed;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Safety};
use crate::source::Span;

use super::pages::{CONFLICT, MISSING, UNKNOWN_KEY, VALUE};
use super::refusal::Refusal;
use super::value::{Fault, Raw, Spanned, Value};
use super::word::nearest;

/// How many findings are kept of one file: more would help nobody and could fill the memory.
pub(super) const MOST_FINDINGS: usize = 1_000;

/// A table that is being read. It remembers the keys it was asked for; what else the file holds is
/// reported by [`Self::finish`].
pub(super) struct Table<'t> {
    toml: &'t DeTable<'t>,
    /// How messages name it, such as `[[dial]]`; empty for the file itself.
    name: String,
    span: Span,
    file: &'t str,
    asked: Vec<&'static str>,
    found: &'t mut Vec<Diagnostic>,
}

impl<'t> Table<'t> {
    /// The file's outermost table.
    pub(super) fn of_file(
        toml: &'t DeTable<'t>,
        file: &'t str,
        found: &'t mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            toml,
            name: String::new(),
            span: Span::at(0),
            file,
            asked: Vec::new(),
            found,
        }
    }

    /// Where the table begins: its heading, or the whole of an inline table.
    pub(super) fn span(&self) -> Span {
        self.span
    }

    /// The value of a key; none where it is absent, or was refused and reported.
    pub(super) fn get<T: Value>(&mut self, key: &'static str) -> Option<T> {
        let (_, value) = self.entry(key)?;
        let raw = Raw {
            value: value.get_ref(),
            span: span_of(value),
            file: self.file,
        };
        match T::read(raw) {
            Ok(value) => Some(value),
            Err(faults) => {
                for Fault { span, refusal } in faults {
                    self.refuse(key, Some(span), &refusal);
                }
                None
            }
        }
    }

    /// The value of a key that must be there.
    pub(super) fn need<T: Value>(&mut self, key: &'static str) -> Option<T> {
        if self.place(key).is_none() {
            self.asked.push(key);
            let message = format!("`{}` has no `{key}`", self.name);
            let missing = Diagnostic::error(MISSING.id, self.span, message)
                .label(format!("`{key}` is missing here"))
                .help(format!("add `{key} = …`"));
            self.report(missing);
            return None;
        }
        self.get(key)
    }

    /// The value of a key that is a status of some kind.
    pub(super) fn status(
        &mut self,
        key: &'static str,
        is_one: impl Fn(u16) -> bool,
        refusal: &Refusal,
    ) -> Option<u16> {
        let (_, value) = self.entry(key)?;
        let whole = match value.get_ref() {
            DeValue::Integer(whole) => u16::from_str_radix(whole.as_str(), whole.radix()).ok(),
            _ => None,
        };
        let status = whole.filter(|&status| is_one(status));
        if status.is_none() {
            self.refuse(key, Some(span_of(value)), refusal);
        }
        status
    }

    /// Reads a table inside this one; none where it is absent or no table.
    pub(super) fn table<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Table<'_>) -> T,
    ) -> Option<T> {
        let help = format!("write it once, as `[{}]`", self.path(key));
        self.table_or(key, help, read)
    }

    /// As [`Self::table`], with what to write instead of a value that is no table.
    pub(super) fn table_or<T>(
        &mut self,
        key: &'static str,
        help: String,
        read: impl FnOnce(&mut Table<'_>) -> T,
    ) -> Option<T> {
        let (_, value) = self.entry(key)?;
        let name = format!("[{}]", self.path(key));
        let DeValue::Table(toml) = value.get_ref() else {
            self.refuse_kind(key, span_of(value), &Refusal::Table, help);
            return None;
        };
        Some(self.inside(name, toml, span_of(value), read))
    }

    /// Reads each table of a list; a table that gives nothing has been reported.
    pub(super) fn tables<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&mut Table<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some((_, value)) = self.entry(key) else {
            return Vec::new();
        };
        let name = format!("[[{}]]", self.path(key));
        let help = format!("write each as `{name}`");
        let DeValue::Array(items) = value.get_ref() else {
            self.refuse_kind(key, span_of(value), &Refusal::Tables, help);
            return Vec::new();
        };
        let mut list = Vec::new();
        for item in items {
            if let DeValue::Table(toml) = item.get_ref() {
                list.extend(self.inside(name.clone(), toml, span_of(item), &read));
            } else {
                self.refuse_kind(key, span_of(item), &Refusal::Tables, help.clone());
            }
        }
        list
    }

    /// As [`Self::tables`], of a list that may be empty, with its place.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&mut Table<'_>) -> Option<T>,
    ) -> Option<Spanned<Vec<T>>> {
        let span = Some(span_of(self.toml.get(key)?));
        let value = self.tables(key, read);
        Some(Spanned { value, span })
    }

    /// Reports a value that was refused.
    pub(super) fn refuse(&mut self, key: &str, span: Option<Span>, refusal: &Refusal) {
        let span = span.unwrap_or(self.span);
        let message = format!("`{key}` is not {}", refusal.noun());
        let mut refused = Diagnostic::error(VALUE.id, span, message).label(refusal.to_string());
        if let Some(help) = refusal.help() {
            refused = refused.help(help);
        }
        if let Some(near) = refusal.near() {
            let title = format!("write {near:?}");
            refused = refused.fix(Safety::Unsafe, title, span, format!("{near:?}"));
        }
        self.report(refused);
    }

    /// Reports a table that says nothing of its outcome, or more than one thing.
    pub(super) fn exactly_one(&mut self, keys: &[&'static str], example: &str) {
        self.at_least_one(keys, example);
        self.at_most_one(keys);
    }

    /// Reports a table that has several of these keys.
    pub(super) fn at_most_one(&mut self, keys: &[&'static str]) {
        let mut there = keys.iter().filter(|key| self.place(key).is_some());
        if let Some(&first) = there.next() {
            let others: Vec<_> = there.copied().collect();
            for other in others {
                self.excludes(other, first);
            }
        }
    }

    /// Reports a table that has none of these keys.
    pub(super) fn at_least_one(&mut self, keys: &[&'static str], example: &str) {
        if keys.iter().any(|key| self.place(key).is_some()) {
            return;
        }
        let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let (last, others) = quoted
            .split_last()
            .map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
        let choice = format!("{} or {last}", others.join(", "));
        let missing = Diagnostic::error(
            MISSING.id,
            self.span,
            format!(
                "`{}` has neither {}",
                self.name,
                choice.replace(" or ", " nor ")
            ),
        )
        .label(format!("needs {choice}"))
        .help(format!("add for example `{example}`"));
        self.report(missing);
    }

    /// Reports a key that cannot stand beside another.
    pub(super) fn excludes(&mut self, key: &str, other: &str) {
        let why = "only one of them can be true";
        self.contradicts(key, other, why);
    }

    /// Reports two keys that contradict each other, if both are there.
    pub(super) fn contradicts(&mut self, key: &str, other: &str, why: &'static str) {
        let (Some(here), Some(there)) = (self.place(key), self.place(other)) else {
            return;
        };
        let message = format!("`{key}` contradicts `{other}`");
        let conflict = Diagnostic::error(CONFLICT.id, here, message)
            .label(why)
            .also(there, format!("`{other}` is here"))
            .help(format!("remove `{key}` or `{other}`"));
        self.report(conflict);
    }

    /// Reports a key that means nothing without another.
    pub(super) fn only_with(&mut self, key: &str, other: &str, example: &str) {
        let (Some(here), None) = (self.place(key), self.place(other)) else {
            return;
        };
        let message = format!("`{key}` means nothing without `{other}`");
        let conflict = Diagnostic::error(CONFLICT.id, here, message)
            .label(format!("needs `{other}`"))
            .help(format!("add `{example}`, or remove `{key}`"));
        self.report(conflict);
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(mut self) {
        let toml = self.toml;
        for key in toml.keys() {
            let name = key.get_ref().as_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let range = key.span();
            let span = Span::new(range.start, range.end);
            let place = if self.name.is_empty() {
                "a scenario".to_owned()
            } else {
                format!("`{}`", self.name)
            };
            let message = format!("{place} has no key `{}`", name.escape_debug());
            let mut unknown = Diagnostic::error(UNKNOWN_KEY.id, span, message);
            // A key that is there already was not meant a second time.
            let free = self.asked.iter().copied();
            let free = free.filter(|&key| !self.toml.contains_key(key));
            if let Some(near) = nearest(name, free) {
                unknown = unknown.help(format!("did you mean `{near}`?")).fix(
                    Safety::Unsafe,
                    format!("write `{near}`"),
                    span,
                    near,
                );
            } else {
                let known: Vec<String> = self.asked.iter().map(|key| format!("`{key}`")).collect();
                unknown = unknown.help(format!("it can have {}", known.join(", ")));
            }
            self.report(unknown);
        }
    }

    /// Keeps a finding.
    pub(super) fn report(&mut self, finding: Diagnostic) {
        if self.found.len() < MOST_FINDINGS {
            self.found.push(finding);
        }
    }

    fn inside<T>(
        &mut self,
        name: String,
        toml: &DeTable<'_>,
        span: Span,
        read: impl FnOnce(&mut Table<'_>) -> T,
    ) -> T {
        let mut table = Table {
            toml,
            name,
            span,
            file: self.file,
            asked: Vec::new(),
            found: self.found,
        };
        let value = read(&mut table);
        table.finish();
        value
    }

    fn refuse_kind(&mut self, key: &str, span: Span, refusal: &Refusal, help: String) {
        let message = format!("`{key}` is not {}", refusal.noun());
        let refused = Diagnostic::error(VALUE.id, span, message);
        self.report(refused.label(refusal.to_string()).help(help));
    }

    fn entry(
        &mut self,
        key: &'static str,
    ) -> Option<(&'t Placed<toml::de::DeString<'t>>, &'t Placed<DeValue<'t>>)> {
        self.asked.push(key);
        self.toml.get_key_value(key)
    }

    fn place(&self, key: &str) -> Option<Span> {
        let (key, _) = self.toml.get_key_value(key)?;
        let range = key.span();
        Some(Span::new(range.start, range.end))
    }

    /// The dotted name of a table inside this one.
    fn path(&self, key: &str) -> String {
        let outer = self.name.trim_matches(['[', ']']);
        let dot = if outer.is_empty() { "" } else { "." };
        format!("{outer}{dot}{key}")
    }
}

fn span_of(value: &Placed<DeValue<'_>>) -> Span {
    let range = value.span();
    Span::new(range.start, range.end)
}

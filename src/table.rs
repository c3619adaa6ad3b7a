//! TOML files: one reader for scenarios and `callflow.toml`, and the declaration of what they hold.
//!
//! **Invariant:** nothing is known here of what a file means. A value that cannot be read is reported
//! at its place and never replaced.

mod declare;
mod readings;
mod refusal;
mod text;
mod value;
mod word;

use toml::Spanned as Placed;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Safety};
use crate::source::{Source, Span};
use crate::value::nearest;

pub use declare::{Choice, Declaration, Holds, Key};
pub use readings::Readings;
pub use refusal::Refusal;
pub use text::{LONGEST_DURATION, Start, StateCode};
pub(crate) use text::{RedirectTarget, Rung, Text};
pub use value::Spanned;
pub(crate) use value::Value;
use value::{Fault, Raw};
pub(crate) use word::words;

/// How many findings are kept of one file: more would help nobody and could fill the memory.
const MOST_FINDINGS: usize = 1_000;

/// How findings name a kind of file, and the ids of their rules.
pub(crate) struct Dialect {
    /// The file itself, as in "a scenario".
    pub(crate) file: &'static str,
    /// The file is not TOML.
    pub(crate) syntax: &'static str,
    /// A key that no table has.
    pub(crate) unknown_key: &'static str,
    /// A value that cannot be read.
    pub(crate) value: &'static str,
    /// A table without a key that it needs.
    pub(crate) missing: &'static str,
    /// Keys that contradict each other.
    pub(crate) conflict: &'static str,
}

/// Reads a whole file: what could be read, and all that is wrong with it, in the order of the file.
pub(crate) fn read_file<T>(
    source: &Source,
    dialect: &'static Dialect,
    read: impl FnOnce(&mut Table<'_>) -> T,
) -> (T, Vec<Diagnostic>) {
    let (toml, errors) = DeTable::parse_recoverable(source.text());
    let mut found = Vec::new();
    let mut table = Table::new(toml.get_ref(), source.text(), dialect, &mut found);
    let value = read(&mut table);
    table.finish();
    if !errors.is_empty() {
        found = syntax_first(source, dialect, &errors, found);
    }
    found.sort_by_key(|finding| finding.primary.span);
    if found.len() >= MOST_FINDINGS {
        found.truncate(MOST_FINDINGS);
        let last = found.pop();
        found.extend(last.map(|last| last.note("other findings in the file are not reported")));
    }
    (value, found)
}

/// Whether a text, which may be broken, is probably a file of this kind: at least half of what stands at its
/// top is declared, or misspelt.
pub(crate) fn is_likely(text: &str, declared: &Declaration) -> bool {
    let (toml, _) = DeTable::parse_recoverable(text);
    let is_ours = |(key, value): &(&Placed<_>, &Placed<DeValue<'_>>)| {
        let key: &str = AsRef::<str>::as_ref(key.get_ref());
        declared.takes(key, value.get_ref())
    };
    let (ours, others): (Vec<_>, Vec<_>) = toml.get_ref().iter().partition(is_ours);
    !ours.is_empty() && ours.len() >= others.len()
}

/// What a file can hold: all keys that its reader asks for.
pub(crate) fn declaration<T>(
    dialect: &'static Dialect,
    read: impl FnOnce(&mut Table<'_>) -> T,
) -> Declaration {
    let (empty, mut found) = (DeTable::new(), Vec::new());
    let mut table = Table::new(&empty, "", dialect, &mut found);
    table.declared = Some(Declaration::default());
    read(&mut table);
    table.declared.take().unwrap_or_default()
}

/// A table that is being read. It remembers the keys it was asked for; what else the file holds is
/// reported by [`Self::finish`].
pub(crate) struct Table<'t> {
    toml: &'t DeTable<'t>,
    /// How messages name it, such as `[[dial]]`; empty for the file itself.
    name: String,
    span: Span,
    file: &'t str,
    dialect: &'static Dialect,
    asked: Vec<&'static str>,
    /// What it can hold; none where a file is read and nobody asks.
    declared: Option<Declaration>,
    /// Whether every key is one of its own.
    takes_all: bool,
    found: &'t mut Vec<Diagnostic>,
}

impl<'t> Table<'t> {
    fn new(
        toml: &'t DeTable<'t>,
        file: &'t str,
        dialect: &'static Dialect,
        found: &'t mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            toml,
            name: String::new(),
            span: Span::at(0),
            file,
            dialect,
            asked: Vec::new(),
            declared: None,
            takes_all: false,
            found,
        }
    }

    /// Where the table begins: its heading, or the whole of an inline table.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// The value of a key; none where it is absent, or was refused and reported. `docs` say what it
    /// means, for the manual.
    pub(crate) fn get<T: Value>(&mut self, key: &'static str, docs: &'static str) -> Option<T> {
        self.declare(key, docs, T::holds);
        self.value(key)
    }

    /// As [`Self::get`]; where the key is absent, `usual` counts, which somebody else knows.
    pub(crate) fn get_or_usual<T: Value>(
        &mut self,
        key: &'static str,
        docs: &'static str,
        usual: &str,
    ) -> Option<T> {
        if let Some(key) = self.declare(key, docs, T::holds) {
            key.usual = Some(usual.to_owned());
        }
        self.value(key)
    }

    /// As [`Self::get`], with the value of a key that is absent. One that was refused gives it too,
    /// beside its finding, with which there is no file.
    pub(crate) fn get_or<T: Value>(
        &mut self,
        key: &'static str,
        docs: &'static str,
        usual: T,
    ) -> T {
        if let Some(key) = self.declare(key, docs, T::holds) {
            key.usual = usual.write();
        }
        self.value(key).unwrap_or(usual)
    }

    /// The value of a key that must be there.
    pub(crate) fn need<T: Value>(&mut self, key: &'static str, docs: &'static str) -> Option<T> {
        if let Some(key) = self.declare(key, docs, T::holds) {
            key.is_needed = true;
        }
        if self.place(key).is_none() {
            self.asked.push(key);
            let message = format!("`{}` has no `{key}`", self.name);
            let missing = Diagnostic::error(self.dialect.missing, self.span, message)
                .label(format!("`{key}` is missing here"))
                .help(format!("add `{key} = …`"));
            self.report(missing);
            return None;
        }
        self.value(key)
    }

    fn value<T: Value>(&mut self, key: &'static str) -> Option<T> {
        let (_, value) = self.entry(key)?;
        match T::read(self.raw(value)) {
            Ok(value) => Some(value),
            Err(faults) => {
                self.refuse_all(key, faults);
                None
            }
        }
    }

    fn raw<'v>(&self, value: &'v Placed<DeValue<'_>>) -> Raw<'v>
    where
        't: 'v,
    {
        Raw {
            value: value.get_ref(),
            span: span_of(value),
            file: self.file,
        }
    }

    fn refuse_all(&mut self, key: &str, faults: Vec<Fault>) {
        for Fault { span, refusal } in faults {
            self.refuse(key, Some(span), &refusal);
        }
    }

    /// The items of a list that could be read; the others are reported, each at its place.
    pub(crate) fn items<T: Value>(&mut self, key: &'static str, docs: &'static str) -> Vec<T> {
        self.declare(key, docs, || T::holds().listed());
        let Some((_, value)) = self.entry(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.refuse(key, Some(span_of(value)), &Refusal::List);
            return Vec::new();
        };
        let mut good = Vec::new();
        for item in items {
            match T::read(self.raw(item)) {
                Ok(item) => good.push(item),
                Err(faults) => self.refuse_all(key, faults),
            }
        }
        good
    }

    /// The value of a key that is one of a few words, given as such.
    pub(crate) fn word(
        &mut self,
        key: &'static str,
        docs: &'static str,
        what: &'static str,
        words: &'static [&'static str],
    ) -> Option<&'static str> {
        let expected = Refusal::Word {
            what,
            words,
            near: None,
        };
        self.declare(key, docs, || Holds::Value(expected.clone()));
        let Spanned { value, span } = self.value::<Spanned<String>>(key)?;
        let found = words.iter().copied().find(|&word| word == value);
        if found.is_none() {
            self.refuse(key, span, &expected.for_text(&value));
        }
        found
    }

    /// Every key that the table has, each with its value, where only who reads the file knows the
    /// names.
    pub(crate) fn all<T: Value>(&mut self, docs: &'static str) -> Vec<(Spanned<String>, T)> {
        self.declare("*", docs, T::holds);
        let mut values = Vec::new();
        for (key, value) in self.toml {
            let range = key.span();
            let name = Spanned {
                value: key.get_ref().to_string(),
                span: Some(Span::new(range.start, range.end)),
            };
            match T::read(self.raw(value)) {
                Ok(value) => values.push((name, value)),
                Err(faults) => self.refuse_all(&name.value, faults),
            }
        }
        self.takes_all = true;
        values
    }

    /// The value of a key that is a status of some kind.
    pub(crate) fn status(
        &mut self,
        key: &'static str,
        docs: &'static str,
        refusal: &Refusal,
    ) -> Option<u16> {
        self.declare(key, docs, || Holds::Value(refusal.clone()));
        let (_, value) = self.entry(key)?;
        let whole = match value.get_ref() {
            DeValue::Integer(whole) => u16::from_str_radix(whole.as_str(), whole.radix()).ok(),
            _ => None,
        };
        let status = whole.filter(|&status| refusal.allows(status));
        if status.is_none() {
            self.refuse(key, Some(span_of(value)), refusal);
        }
        status
    }

    /// Reads a table inside this one; none where it is absent or no table.
    pub(crate) fn table<T>(
        &mut self,
        key: &'static str,
        docs: &'static str,
        read: impl FnOnce(&mut Table<'_>) -> T,
    ) -> Option<T> {
        let help = format!("write it once, as `[{}]`", self.path(key));
        self.table_or(key, docs, help, read)
    }

    /// As [`Self::table`], with what to write instead of a value that is no table.
    pub(crate) fn table_or<T>(
        &mut self,
        key: &'static str,
        docs: &'static str,
        help: String,
        read: impl FnOnce(&mut Table<'_>) -> T,
    ) -> Option<T> {
        if self.declared.is_some() {
            let inside = self.declare_inside(key, read);
            self.declare(key, docs, || Holds::Table(inside));
            return None;
        }
        let (_, value) = self.entry(key)?;
        let name = format!("[{}]", self.path(key));
        let DeValue::Table(toml) = value.get_ref() else {
            self.refuse_kind(key, span_of(value), &Refusal::Table, help);
            return None;
        };
        Some(self.inside(name, toml, span_of(value), read))
    }

    /// Reads each table of a list; a table that gives nothing has been reported.
    pub(crate) fn tables<T>(
        &mut self,
        key: &'static str,
        docs: &'static str,
        read: impl Fn(&mut Table<'_>) -> Option<T>,
    ) -> Vec<T> {
        if self.declared.is_some() {
            let inside = self.declare_inside(key, read);
            self.declare(key, docs, || Holds::Tables(inside));
            return Vec::new();
        }
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
    pub(crate) fn list<T>(
        &mut self,
        key: &'static str,
        docs: &'static str,
        read: impl Fn(&mut Table<'_>) -> Option<T>,
    ) -> Option<Spanned<Vec<T>>> {
        let span = self.toml.get(key).map(span_of);
        let value = self.tables(key, docs, read);
        span.map(|span| Spanned {
            value,
            span: Some(span),
        })
    }

    /// Reports a value that was refused.
    pub(crate) fn refuse(&mut self, key: &str, span: Option<Span>, refusal: &Refusal) {
        let span = span.unwrap_or(self.span);
        let message = format!("`{key}` is not {}", refusal.noun());
        let mut refused =
            Diagnostic::error(self.dialect.value, span, message).label(refusal.to_string());
        if let Some(help) = refusal.help() {
            refused = refused.help(help);
        }
        if let Some(near) = refusal.near() {
            let title = format!("write {near:?}");
            refused = refused.fix(Safety::Unsafe, title, span, format!("{near:?}"));
        }
        self.report(refused);
    }

    /// Reports a table that has none of these keys, or several.
    pub(crate) fn exactly_one(&mut self, keys: &'static [&'static str], example: &str) {
        self.at_least_one(keys, example);
        self.at_most_one(keys);
    }

    /// Reports a table that has several of these keys.
    pub(crate) fn at_most_one(&mut self, keys: &'static [&'static str]) {
        for (at, &first) in keys.iter().enumerate() {
            for &other in &keys[at + 1..] {
                self.declare_choice(Choice::Excludes(other, first));
            }
        }
        let mut there = keys.iter().filter(|key| self.place(key).is_some());
        if let Some(&first) = there.next() {
            let others: Vec<_> = there.copied().collect();
            for other in others {
                self.excludes(other, first);
            }
        }
    }

    /// Reports a table that has none of these keys.
    pub(crate) fn at_least_one(&mut self, keys: &'static [&'static str], example: &str) {
        self.declare_choice(Choice::Some(keys));
        if keys.iter().any(|key| self.place(key).is_some()) {
            return;
        }
        let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let (last, others) = quoted
            .split_last()
            .map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
        let choice = format!("{} or {last}", others.join(", "));
        let missing = Diagnostic::error(
            self.dialect.missing,
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
    pub(crate) fn excludes(&mut self, key: &'static str, other: &'static str) {
        let why = "only one of them can be true";
        self.contradicts(key, other, why);
    }

    /// Reports two keys that contradict each other, if both are there.
    pub(crate) fn contradicts(
        &mut self,
        key: &'static str,
        other: &'static str,
        why: &'static str,
    ) {
        self.declare_choice(Choice::Excludes(key, other));
        let (Some(here), Some(there)) = (self.place(key), self.place(other)) else {
            return;
        };
        let message = format!("`{key}` contradicts `{other}`");
        let conflict = Diagnostic::error(self.dialect.conflict, here, message)
            .label(why)
            .also(there, format!("`{other}` is here"))
            .help(format!("remove `{key}` or `{other}`"));
        self.report(conflict);
    }

    /// Reports a key that means nothing without another.
    pub(crate) fn only_with(&mut self, key: &'static str, other: &'static str, example: &str) {
        self.declare_choice(Choice::Needs(key, other));
        self.needs(key, other, example);
    }

    /// The same, where another key with a certain value will do as well; `has_value` says whether it has.
    pub(crate) fn only_with_or(
        &mut self,
        key: &'static str,
        other: &'static str,
        value: (&'static str, &'static str),
        has_value: bool,
        example: &str,
    ) {
        self.declare_choice(Choice::NeedsOr(key, other, value));
        if !has_value {
            self.needs(key, other, example);
        }
    }

    fn needs(&mut self, key: &'static str, other: &'static str, example: &str) {
        let (Some(here), None) = (self.place(key), self.place(other)) else {
            return;
        };
        let message = format!("`{key}` has no meaning without `{other}`");
        let conflict = Diagnostic::error(self.dialect.conflict, here, message)
            .label(format!("needs `{other}`"))
            .help(format!("add `{example}`, or remove `{key}`"));
        self.report(conflict);
    }

    /// Reports the keys that nobody asked for.
    pub(crate) fn finish(mut self) {
        let toml = self.toml;
        if self.takes_all {
            return;
        }
        for key in toml.keys() {
            let name = key.get_ref().as_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let range = key.span();
            let span = Span::new(range.start, range.end);
            let place = if self.name.is_empty() {
                self.dialect.file.to_owned()
            } else {
                format!("`{}`", self.name)
            };
            let message = format!("{place} has no key `{}`", name.escape_debug());
            let mut unknown = Diagnostic::error(self.dialect.unknown_key, span, message);
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
                unknown = unknown.help(format!("its keys are {}", known.join(", ")));
            }
            self.report(unknown);
        }
    }

    /// Keeps a finding.
    pub(crate) fn report(&mut self, finding: Diagnostic) {
        if self.found.len() < MOST_FINDINGS {
            self.found.push(finding);
        }
    }

    /// Notes what a key is for, where somebody asks; gives it, to say more.
    fn declare(
        &mut self,
        name: &'static str,
        docs: &'static str,
        holds: impl FnOnce() -> Holds,
    ) -> Option<&mut Key> {
        let declared = self.declared.as_mut()?;
        declared.keys.push(Key {
            name,
            docs: docs.trim(),
            is_needed: false,
            holds: holds(),
            usual: None,
        });
        declared.keys.last_mut()
    }

    fn declare_choice(&mut self, choice: Choice) {
        if let Some(declared) = &mut self.declared
            && !declared.choices.contains(&choice)
        {
            declared.choices.push(choice);
        }
    }

    /// What a table inside this one can hold.
    fn declare_inside<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Table<'_>) -> T,
    ) -> Declaration {
        let empty = DeTable::new();
        let mut table = Table {
            toml: &empty,
            name: self.path(key),
            span: Span::at(0),
            file: "",
            dialect: self.dialect,
            asked: Vec::new(),
            declared: Some(Declaration::default()),
            takes_all: false,
            found: self.found,
        };
        read(&mut table);
        table.declared.take().unwrap_or_default()
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
            dialect: self.dialect,
            asked: Vec::new(),
            declared: None,
            takes_all: false,
            found: self.found,
        };
        let value = read(&mut table);
        table.finish();
        value
    }

    fn refuse_kind(&mut self, key: &str, span: Span, refusal: &Refusal, help: String) {
        let message = format!("`{key}` is not {}", refusal.noun());
        let refused = Diagnostic::error(self.dialect.value, span, message);
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

/// The syntax errors, one for each line, and those of the other findings that do not follow from
/// them: none on the same lines, and nothing that is missing, since it may stand in what was lost.
fn syntax_first(
    source: &Source,
    dialect: &Dialect,
    errors: &[toml::de::Error],
    mut found: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let line = |span: Span| source.position(span.start).line;
    let mut broken: Vec<(usize, Diagnostic)> = Vec::new();
    for error in errors {
        let span = error.span().map_or(Span::at(source.text().len()), |range| {
            Span::new(range.start, range.end)
        });
        broken.push((
            line(span),
            syntax_error(source, dialect, span, error.message()),
        ));
    }
    broken.sort_by_key(|(line, finding)| (*line, finding.primary.span));
    broken.dedup_by_key(|(line, _)| *line);
    found.retain(|finding| {
        let here = line(finding.primary.span);
        finding.rule != dialect.missing
            && broken
                .binary_search_by_key(&here, |(line, _)| *line)
                .is_err()
    });
    found.extend(broken.into_iter().map(|(_, finding)| finding));
    found
}

/// The commonest mistakes in words of our own, all others in those of the TOML parser.
fn syntax_error(source: &Source, dialect: &Dialect, span: Span, message: &str) -> Diagnostic {
    let error = |message| Diagnostic::error(dialect.syntax, span, message);
    let text = source.slice(span);
    if !message.starts_with("string values must be quoted") {
        return error(message.replace('\n', " "));
    }
    if text.is_empty() {
        return error("a key without a value".to_owned());
    }
    let quoted = toml::Value::String(text.to_owned()).to_string();
    error("text without quotes".to_owned())
        .help(format!("write {quoted}"))
        .fix(Safety::Unsafe, "put it in quotes", span, quoted)
}

//! `callflow.toml`: which rules are wanted, and where flows are used.
//!
//! ```toml
//! [check]
//! select = ["xml-*", "unknown-element"]   # only these; all where it is left out
//! ignore = ["no-beep"]
//! deny = "warnings"
//! exclude = ["vendor/"]                   # files and folders, as `.gitignore` names them
//!
//! [check.severity]
//! loop-zero = "error"
//!
//! [app]
//! auto_answer = false
//! url = "https://api.example.com/flow"
//! ```
//!
//! **Invariant:** nothing here opens a file. A value that cannot be read is reported at its place
//! and never replaced.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::selection::is_known;
use super::{Selection, Settings, nearest_rule};
use crate::diagnostic::{Diagnostic, Rule, Safety, Severity};
use crate::source::{Source, Span};
use crate::value::nearest;

/// What a `callflow.toml` says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// Which findings are wanted.
    pub selection: Selection,
    /// Where flows are used.
    pub settings: Settings,
    /// Files that are passed over in folders, as `.gitignore` names them.
    pub exclude: Vec<Box<str>>,
}

/// The rules for `callflow.toml`.
pub const RULES: &[Rule] = &[SYNTAX, KEY, VALUE];

const SYNTAX: Rule = Rule {
    id: "config-syntax",
    severity: Severity::Error,
    summary: "`callflow.toml` is not well-formed TOML",
    page: r#"Text in `callflow.toml` that TOML does not allow.

## Why

Nobody can say which rules were meant to apply.

## Example

```toml
[check]
deny = warnings
```

## Use instead

```toml
[check]
deny = "warnings"
```
"#,
};

const KEY: Rule = Rule {
    id: "config-unknown-key",
    severity: Severity::Error,
    summary: "a key of `callflow.toml` that means nothing",
    page: r#"A key or a table that `callflow.toml` cannot have.

## Why

A misspelt key would be passed over, and the check would be another one than was meant.

## Example

```toml
[check]
ignored = ["no-beep"]
```

## Use instead

```toml
[check]
ignore = ["no-beep"]
```
"#,
};

const VALUE: Rule = Rule {
    id: "config-value",
    severity: Severity::Error,
    summary: "a value of `callflow.toml` that cannot be read, or a rule that does not exist",
    page: r#"A value of another type than its key has, or the id of a rule that does not exist.

## Why

A rule that is ignored under a wrong name is not ignored.

## Example

```toml
[check]
ignore = ["no-beeep"]
```

## Use instead

```toml
[check]
ignore = ["no-beep"]
```
"#,
};

/// Reads a `callflow.toml`; `rules` are all that it can name.
///
/// What could be read is returned, and all that is wrong with the rest, in the order of the file.
pub fn parse(source: &Source, rules: &[Rule]) -> (Config, Vec<Diagnostic>) {
    let (toml, errors) = DeTable::parse_recoverable(source.text());
    let mut reader = Reader {
        rules,
        config: Config::default(),
        findings: Vec::new(),
    };
    reader.file(toml.get_ref());
    let Reader {
        config,
        mut findings,
        ..
    } = reader;
    if !errors.is_empty() {
        // What is missing or strange behind a syntax error may only follow from it.
        findings.clear();
    }
    for error in errors {
        let end = source.text().len();
        let span = error
            .span()
            .map_or(Span::at(end), |range| Span::new(range.start, range.end));
        let message = error.message().replace('\n', " ");
        findings.push(Diagnostic::error(SYNTAX.id, span, message));
    }
    findings.sort_by_key(|finding| finding.primary.span);
    let line = |finding: &Diagnostic| source.position(finding.primary.span.start).line;
    findings.dedup_by(|two, one| two.rule == SYNTAX.id && line(one) == line(two));
    (config, findings)
}

struct Reader<'r> {
    rules: &'r [Rule],
    config: Config,
    findings: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn file(&mut self, file: &DeTable<'_>) {
        for (key, value) in file {
            let (key, place) = (key.get_ref().as_ref(), span(key));
            match key {
                "check" => self.table(key, value, Self::check),
                "app" => self.table(key, value, Self::app),
                _ => self.unknown("the file", key, place, &["check", "app"]),
            }
        }
    }

    fn check(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            let (key, place) = (key.get_ref().as_ref(), span(key));
            match key {
                "select" => self.config.selection.select = self.ids(key, value),
                "ignore" => self.config.selection.ignore = self.ids(key, value),
                "deny" => match value.get_ref().as_str() {
                    Some("warnings") => self.config.selection.deny_warnings = true,
                    _ => self.refuse(key, value, "expected \"warnings\""),
                },
                "exclude" => self.config.exclude = self.patterns(key, value),
                "severity" => self.table(key, value, Self::severity),
                _ => {
                    let known = ["select", "ignore", "deny", "exclude", "severity"];
                    self.unknown("[check]", key, place, &known);
                }
            }
        }
    }

    fn severity(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            let severity = match value.get_ref().as_str() {
                Some("error") => Severity::Error,
                Some("warning") => Severity::Warning,
                Some("info") => Severity::Info,
                _ => {
                    let key = key.get_ref().as_ref();
                    self.refuse(key, value, "expected \"error\", \"warning\" or \"info\"");
                    continue;
                }
            };
            if let Some(id) = self.id(key.get_ref().as_ref(), span(key)) {
                self.config.selection.severity.push((id, severity));
            }
        }
    }

    fn app(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            let (key, place) = (key.get_ref().as_ref(), span(key));
            match key {
                "auto_answer" => match value.get_ref().as_bool() {
                    Some(flag) => self.config.settings.auto_answer = Some(flag),
                    None => self.refuse(key, value, "expected true or false"),
                },
                "url" => match value.get_ref().as_str() {
                    Some(url) => self.config.settings.own_url = Some(url.into()),
                    None => self.refuse(key, value, "expected a URL in quotes"),
                },
                _ => self.unknown("[app]", key, place, &["auto_answer", "url"]),
            }
        }
    }

    fn table(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        read: fn(&mut Self, &DeTable<'_>),
    ) {
        match value.get_ref() {
            DeValue::Table(table) => read(self, table),
            _ => self.refuse(key, value, "expected a table"),
        }
    }

    fn ids(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<Box<str>> {
        let expected = "expected a list of rules, such as [\"no-beep\", \"xml-*\"]";
        let words = self.words(key, value, expected);
        let words = words.into_iter();
        words
            .filter_map(|(word, place)| self.id(word, place))
            .collect()
    }

    fn patterns(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<Box<str>> {
        let expected = "expected a list of patterns, such as [\"vendor/\", \"*.old.xml\"]";
        let words = self.words(key, value, expected);
        words.into_iter().map(|(word, _)| word.into()).collect()
    }

    /// The words of a list, with their places.
    fn words<'v>(
        &mut self,
        key: &str,
        value: &'v Spanned<DeValue<'_>>,
        expected: &'static str,
    ) -> Vec<(&'v str, Span)> {
        let DeValue::Array(items) = value.get_ref() else {
            self.refuse(key, value, expected);
            return Vec::new();
        };
        let mut words = Vec::new();
        for item in items {
            match item
                .get_ref()
                .as_str()
                .filter(|word| !word.trim().is_empty())
            {
                Some(word) => words.push((word, span(item))),
                None => self.refuse(key, item, expected),
            }
        }
        words
    }

    /// The id of a rule, or what is wrong with it.
    fn id(&mut self, word: &str, place: Span) -> Option<Box<str>> {
        if is_known(word, self.rules) {
            return Some(word.into());
        }
        let message = format!("there is no rule `{}`", word.escape_debug());
        let mut finding = Diagnostic::error(VALUE.id, place, message);
        if let Some(near) = nearest_rule(word, self.rules) {
            finding = finding.help(format!("did you mean `{near}`?"));
        }
        self.findings.push(finding);
        None
    }

    fn refuse(&mut self, key: &str, value: &Spanned<DeValue<'_>>, expected: &'static str) {
        let message = format!("`{}` has a value that cannot be read", key.escape_debug());
        let finding = Diagnostic::error(VALUE.id, span(value), message).label(expected);
        self.findings.push(finding);
    }

    fn unknown(&mut self, table: &str, key: &str, place: Span, known: &[&'static str]) {
        let message = format!("{table} has no key `{}`", key.escape_debug());
        let finding = Diagnostic::error(KEY.id, place, message);
        self.findings
            .push(match nearest(key, known.iter().copied()) {
                Some(near) => finding.help(format!("did you mean `{near}`?")).fix(
                    Safety::Unsafe,
                    format!("write `{near}`"),
                    place,
                    near,
                ),
                None => finding.help(format!("it can have {}", crate::command::list(known))),
            });
    }
}

fn span<T>(value: &Spanned<T>) -> Span {
    let range = value.span();
    Span::new(range.start, range.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::all_rules;

    fn found(text: &str) -> Vec<(&'static str, String)> {
        let source = Source::new("callflow.toml", text);
        let (_, findings) = parse(&source, &all_rules());
        let place = |finding: &Diagnostic| source.slice(finding.primary.span).to_owned();
        findings
            .iter()
            .map(|finding| (finding.rule, place(finding)))
            .collect()
    }

    #[test]
    fn a_whole_file_is_read() {
        let text = "[check]\nselect = [\"xml-*\", \"loop-zero\"]\nignore = [\"xml-name\"]\ndeny = \"warnings\"\nexclude = [\"old/\"]\n\
                    [check.severity]\nloop-zero = \"info\"\n[app]\nauto_answer = false\nurl = \"https://a.example\"\n";
        let (config, findings) = parse(&Source::new("callflow.toml", text), &all_rules());
        assert_eq!(findings, []);
        let expected = Config {
            selection: Selection {
                select: vec!["xml-*".into(), "loop-zero".into()],
                ignore: vec!["xml-name".into()],
                severity: vec![("loop-zero".into(), Severity::Info)],
                deny_warnings: true,
            },
            settings: Settings {
                auto_answer: Some(false),
                own_url: Some("https://a.example".into()),
            },
            exclude: vec!["old/".into()],
        };
        assert_eq!(config, expected);
    }

    #[test]
    fn every_mistake_is_found_at_its_place() {
        let text = "[check]\nselct = []\nignore = [\"no-beeep\", 3]\ndeny = \"errors\"\n\
                    [check.severity]\nloop-zero = \"bad\"\n[app]\nauto_answer = \"no\"\n[other]\n";
        let expected = [
            ("config-unknown-key", "selct"),
            ("config-value", "\"no-beeep\""),
            ("config-value", "3"),
            ("config-value", "\"errors\""),
            ("config-value", "\"bad\""),
            ("config-value", "\"no\""),
            ("config-unknown-key", "other"),
        ];
        let found = found(text);
        let found: Vec<_> = found
            .iter()
            .map(|(rule, place)| (*rule, &**place))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_page_has_an_example_that_breaks_its_rule_and_one_that_breaks_none() {
        for rule in RULES {
            let example = |heading| {
                let (_, section) = rule.page.split_once(heading).unwrap();
                let (_, block) = section.split_once("```toml\n").unwrap();
                found(block.split_once("```").unwrap().0)
            };
            let bad: Vec<_> = example("## Example")
                .into_iter()
                .map(|(rule, _)| rule)
                .collect();
            assert_eq!(bad, [rule.id]);
            assert_eq!(example("## Use instead"), []);
        }
    }
}

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

use std::num::NonZeroU32;
use std::time::Duration;

use super::selection::is_known;
use super::{Selection, Settings, nearest_rule};
use crate::diagnostic::{Diagnostic, Rule, Severity};
use crate::source::{Source, Span};
use crate::table::{self, Declaration, Dialect, Readings, Refusal, Spanned, Table, words};

/// What a `callflow.toml` says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// Which findings are wanted.
    pub selection: Selection,
    /// Where flows are used.
    pub settings: Settings,
    /// What the platform really does, where an assumption has a second reading.
    pub assume: Readings,
    /// Files that are passed over in folders, as `.gitignore` names them.
    pub exclude: Vec<Box<str>>,
    /// How far is explored.
    pub explore: ExploreLimits,
}

/// How far `callflow explore` goes, where that is not the usual.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ExploreLimits {
    /// The most states of a flow.
    pub limit: Option<u32>,
    /// The longest that a caller may hear nothing.
    pub max_silence: Option<Duration>,
}

/// The rules for `callflow.toml`.
pub const RULES: &[Rule] = &[SYNTAX, KEY, VALUE];

const SYNTAX: Rule = Rule {
    id: "config-syntax",
    severity: Severity::Error,
    summary: "`callflow.toml` is not well-formed TOML",
    page: r#"Text in `callflow.toml` that TOML does not allow.

## Why

callflow cannot know which rules should apply.

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
    summary: "an unknown key in `callflow.toml`",
    page: r#"A key or a table that `callflow.toml` does not have.

## Why

If callflow ignored a misspelt key, it would check something else than you meant.

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
    page: r#"A value with the wrong type, or the id of a rule that does not exist.

## Why

If the name is wrong, the rule is not ignored.

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

/// What `[assume]` means, here and in a scenario.
pub(crate) const ASSUME: &str = "Overrides assumptions, if you know what the platform really does. Keys are the ids of assumptions. The first value is the default: what callflow assumes. `docs/fidelity.md` explains each value, and `callflow test --either-way` shows which tests depend on one. `--assume` overrides a scenario, and a scenario overrides `callflow.toml`.";

/// How findings name a `callflow.toml` and its rules.
const DIALECT: Dialect = Dialect {
    file: "`callflow.toml`",
    syntax: SYNTAX.id,
    unknown_key: KEY.id,
    value: VALUE.id,
    missing: VALUE.id,
    conflict: VALUE.id,
};

/// Reads a `callflow.toml`; `rules` are all that it can name.
///
/// What could be read is returned, and all that is wrong with the rest, in the order of the file.
pub fn parse(source: &Source, rules: &[Rule]) -> (Config, Vec<Diagnostic>) {
    /// Bytes, as of a scenario.
    const LONGEST: usize = 1 << 20;
    if source.text().len() > LONGEST {
        let span = Span::new(LONGEST, LONGEST);
        let message = "a configuration of more than 1 MiB";
        let large = Diagnostic::error(DIALECT.syntax, span, message);
        return (Config::default(), vec![large]);
    }
    table::read_file(source, &DIALECT, |file| Config::read(file, rules))
}

/// What a `callflow.toml` can hold.
pub fn declaration() -> Declaration {
    table::declaration(&DIALECT, |file| Config::read(file, &[]))
}

impl Config {
    fn read(file: &mut Table<'_>, rules: &[Rule]) -> Self {
        let mut config = Self::default();
        let (selection, exclude) = (&mut config.selection, &mut config.exclude);
        file.table(
            "check",
            "Which files `callflow check` reads, and which rules it applies.",
            |check| {
                let docs = "Rules to apply, by id; `*` matches any characters. Default: all rules.";
                selection.select = ids(check, "select", docs, rules);
                selection.ignore = ids(check, "ignore", "Rules to turn off.", rules);
                let docs = "`warnings`: treat warnings as errors.";
                let denied = check.word("deny", docs, "what can be denied", &["warnings"]);
                selection.deny_warnings = denied.is_some();
                let docs = "Files and folders to skip, in the syntax of `.gitignore`.";
                let patterns: Option<Vec<Spanned<String>>> = check.get("exclude", docs);
                for pattern in patterns.unwrap_or_default() {
                    if pattern.value.trim().is_empty() {
                        check.refuse("exclude", pattern.span, &Refusal::Pattern);
                    } else {
                        exclude.push(pattern.value.into());
                    }
                }
                let docs = "The severity of single rules.";
                check.table("severity", docs, |severity| {
                    for (rule, counts) in severity.all("The key is the id of a rule, or a pattern.")
                    {
                        let known = id(severity, &rule, rules);
                        selection.severity.extend(known.map(|id| (id, counts)));
                    }
                });
            },
        );
        let settings = &mut config.settings;
        file.table("app", "The SIP Control App that uses the flows.", |app| {
            let docs =
                "Whether the platform answers the call before the flow begins. Default: not known.";
            settings.auto_answer = app.get("auto_answer", docs);
            let docs =
                "The URL where the platform fetches the flow. A Callback to this URL is a loop.";
            settings.own_url = app.get::<String>("url", docs).map(Into::into);
        });
        let limits = file.table("explore", "Limits of `callflow explore`.", |explore| {
            let docs = "The maximum number of states for one flow.";
            let limit: Option<NonZeroU32> = explore.get_or_usual("limit", docs, "200000");
            let docs = "The longest silence that is not reported. Time in which the flow waits for the caller does not count.";
            let max_silence = explore.get_or_usual("max_silence", docs, "\"8s\"");
            ExploreLimits {
                limit: limit.map(NonZeroU32::get),
                max_silence,
            }
        });
        config.explore = limits.unwrap_or_default();
        let read = file.table("assume", ASSUME, Readings::read);
        config.assume = read.unwrap_or_default();
        config
    }
}

words! {
    Severity, "a severity" {
        Error = "error",
        Warning = "warning",
        Info = "info",
    }
}

/// The rules that a key names; those that do not exist are reported.
fn ids(
    check: &mut Table<'_>,
    key: &'static str,
    docs: &'static str,
    rules: &[Rule],
) -> Vec<Box<str>> {
    let named: Vec<Spanned<String>> = check.items(key, docs);
    named
        .iter()
        .filter_map(|name| id(check, name, rules))
        .collect()
}

fn id(table: &mut Table<'_>, name: &Spanned<String>, rules: &[Rule]) -> Option<Box<str>> {
    if is_known(&name.value, rules) {
        return Some(name.value.as_str().into());
    }
    let message = format!("there is no rule `{}`", name.value.escape_debug());
    let mut finding = Diagnostic::error(VALUE.id, name.span.unwrap_or(table.span()), message);
    if let Some(near) = nearest_rule(&name.value, rules) {
        finding = finding.help(format!("did you mean `{near}`?"));
    }
    table.report(finding);
    None
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
            explore: ExploreLimits::default(),
            assume: Readings::default(),
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

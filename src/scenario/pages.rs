//! The rules for scenario files, with their manual pages.

use crate::diagnostic::{Rule, Severity};

/// All rules of this room.
pub const RULES: &[Rule] = &[
    SYNTAX,
    UNKNOWN_KEY,
    VALUE,
    MISSING,
    CONFLICT,
    MISSING_FILE,
    SNAPSHOT,
    UNUSED,
];

/// The file is not TOML.
pub(super) const SYNTAX: Rule = Rule {
    id: "scenario-syntax",
    severity: Severity::Error,
    summary: "the scenario file is not well-formed TOML",
    page: r#"Reports text that TOML does not allow, keys that stand twice, and files above 1 MiB.

## Why

A part of the file cannot be read, so nobody can say what the call would do.

## Example

```toml
[[press]]
keys = "1"
after = 2s
```

## Use instead

```toml
[[press]]
keys = "1"
after = "2s"
```
"#,
};

/// A key that no table has.
pub(super) const UNKNOWN_KEY: Rule = Rule {
    id: "scenario-unknown-key",
    severity: Severity::Error,
    summary: "a key of the scenario file means nothing",
    page: r#"Reports keys and tables that a scenario cannot have, and names the nearest one that it can.

## Why

A misspelt key would be passed over, and the call would take another course than was written.

## Example

```toml
[[press]]
keys = "1"
wen = "Gather[0]"
```

## Use instead

```toml
[[press]]
keys = "1"
when = "Gather[0]"
```
"#,
};

/// A value that cannot be read.
pub(super) const VALUE: Rule = Rule {
    id: "scenario-value",
    severity: Severity::Error,
    summary: "a value of the scenario file cannot be read",
    page: r#"Reports values of the wrong type, keys that no telephone has, durations without a unit, causes, time
zones and words that do not exist, patterns that are empty or longer than 200 bytes, and numbers out
of range.

## Why

No value is ever replaced by a default, so a value that cannot be read leaves the call undecided.

## Example

```toml
[[press]]
keys = "1, 2"
after = 5000

[[dial]]
to = "*@sip.example.com"
cause = "USER_BUSSY"
```

## Use instead

```toml
[[press]]
keys = "1w2"
after = "5000ms"

[[dial]]
to = "*@sip.example.com"
cause = "USER_BUSY"
```
"#,
};

/// A table without a key that it needs.
pub(super) const MISSING: Rule = Rule {
    id: "scenario-missing",
    severity: Severity::Error,
    summary: "a table of the scenario file lacks a key",
    page: r#"Reports a `[[press]]` without keys, a `hangup` without its command, a rule that does not say what it
is for or what happens, and an expected log entry without its path.

## Why

Half a rule decides nothing. A caller who presses nothing when a command listens has `keys = ""`.

## Example

```toml
[[press]]
when = "Gather[0]"

[[callback]]
url = "https://api.example.com/*"
```

## Use instead

```toml
[[press]]
when = "Gather[0]"
keys = ""

[[callback]]
url = "https://api.example.com/*"
status = 503
```
"#,
};

/// Keys that contradict each other.
pub(super) const CONFLICT: Rule = Rule {
    id: "scenario-conflict",
    severity: Severity::Error,
    summary: "two keys of the scenario file contradict each other",
    page: r#"Reports two keys of which only one can be true, such as `after` and `after_end` of a `[[press]]`, or
`answer` and `cause` of a `[[dial]]`, and a key that means nothing without another, such as `after_end`
without the prompt (`during`) that it counts from.

## Why

Only one of them can happen, and the file does not say which.

## Example

```toml
[[press]]
keys = "1"
during = "Say[0]"
after = "1s"
after_end = "200ms"

[[dial]]
to = "*"
cause = "USER_BUSY"
answer = true
```

## Use instead

One time for the key, and two rules for the destination, of which the first is for the first time that
it is rung:

```toml
[[press]]
keys = "1"
during = "Say[0]"
after_end = "200ms"

[[dial]]
to = "*"
cause = "USER_BUSY"

[[dial]]
to = "*"
answer = true
```
"#,
};

/// A file that is not there.
pub(super) const MISSING_FILE: Rule = Rule {
    id: "scenario-missing-file",
    severity: Severity::Error,
    summary: "the scenario names a file that does not exist",
    page: r#"Reports a flow or a fetched document that the scenario names and that is not there. Paths are
relative to the scenario's folder.

## Why

The scenario cannot be run.

## Example

```toml
flow = "voicemial.xml"
```

## Use instead

```toml
flow = "voicemail.xml"
```
"#,
};

/// A file of `[expect]` that is not a snapshot of the scenario's own.
pub(super) const SNAPSHOT: Rule = Rule {
    id: "scenario-snapshot",
    severity: Severity::Error,
    summary: "a file that a call is compared with is not a snapshot of this scenario",
    page: r#"Reports `events` and `tree` of `[expect]` where the file

- is not below the folder of the scenario, or a link leads out of it;
- is the flow, a scenario, a `callflow.toml`, or a file that a server answers with;
- has a name that ends in `.xml` or `.toml`;
- is there, and callflow did not write it.

## Why

`callflow test --update` writes these files, and a test that fails shows what is in them. A scenario that
somebody else wrote must not read or overwrite your other files. A snapshot is known by its contents:
`events` is an event as `callflow run --format json` writes it, `tree` is a call as `callflow run` shows
it. To begin anew, remove the file and run `callflow test --update`.

## Example

```toml
flow = "menu.xml"

[expect]
tree = "../../notes.txt"
events = "menu.xml"
```

## Use instead

```toml
flow = "menu.xml"

[expect]
tree = "menu.tree.txt"
events = "menu.events.json"
```
"#,
};

/// A rule that no call used.
pub(super) const UNUSED: Rule = Rule {
    id: "scenario-unused-rule",
    severity: Severity::Warning,
    summary: "a press, a hang-up or a rule of the scenario file was never used",
    page: r##"Reports

- a `[[press]]` that no command listened for, or whose turn never came;
- a `hangup` of `[caller]` whose command never ran;
- a `[[callback]]`, `[[dial]]` or `[[media]]` rule that nothing in the call matched, or that an earlier
  rule for the same subject kept from its turn.

`callflow test` counts it as a failure.

## Why

The call took another course than the scenario meant: a path or a pattern is misspelt, or the flow
never comes to that place. A path changes when the flow is edited; a tag, such as `when = "#menu"`,
still names the same command.

## Example

```toml
[[press]]
keys = "1"
when = "Gahter[0]"

[caller]
hangup = { when = "#voicemial", after = "2s" }

[[dial]]
to = "*@sip.exmaple.com"
cause = "USER_BUSY"
```

## Use instead

```toml
[[press]]
keys = "1"
when = "Gather[0]"

[caller]
hangup = { when = "#voicemail", after = "2s" }

[[dial]]
to = "*@sip.example.com"
cause = "USER_BUSY"
```
"##,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Used, parse};
    use crate::source::Source;
    use std::path::Path;

    #[test]
    fn each_page_shows_a_bad_and_a_good_file() {
        for rule in RULES {
            let examples: Vec<Source> = rule
                .page
                .split("```toml\n")
                .skip(1)
                .map(|rest| Source::new("page.toml", rest.split("```").next().unwrap()))
                .collect();
            assert_eq!(examples.len(), 2, "{}", rule.id);
            let (bad, found) = parse(&examples[0]);
            if rule.id == SNAPSHOT.id {
                let bad = bad.unwrap();
                let refused = |path: &Path, _| (!path.ends_with("menu.tree.txt")).then(String::new);
                let found = bad.misplaced_snapshots(refused);
                assert_eq!(found.len(), 2);
                assert!(found.iter().all(|found| found.rule == rule.id));
            } else if [UNUSED.id, MISSING_FILE.id].contains(&rule.id) {
                assert!(found.is_empty());
                let bad = bad.unwrap();
                let missing = bad.missing_files(|path| path.ends_with("voicemail.xml"));
                let found = [bad.unused(&Used::of(&bad)), missing].concat();
                assert!(!found.is_empty());
                assert!(found.iter().all(|found| found.rule == rule.id));
            } else {
                assert!(bad.is_none());
                assert!(found.iter().all(|found| found.rule == rule.id), "{found:?}");
                assert!(!found.is_empty(), "{}", rule.id);
            }
            let (good, found) = parse(&examples[1]);
            assert_eq!((good.is_some(), found), (true, vec![]), "{}", rule.id);
        }
    }
}

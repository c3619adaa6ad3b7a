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
    UNKNOWN_COMMAND,
    SNAPSHOT,
    UNUSED,
];

/// The file is not TOML.
pub(super) const SYNTAX: Rule = Rule {
    id: "scenario-syntax",
    severity: Severity::Error,
    summary: "the scenario file is not well-formed TOML",
    page: r#"Reports text that TOML does not allow, keys that are given twice, and files larger than 1 MiB.

## Why

A part of the file cannot be read, so it is not clear what should happen in the call.

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
    summary: "an unknown key in the scenario file",
    page: r#"Reports keys and tables that a scenario does not have, and suggests the most similar one.

## Why

If callflow ignored a misspelt key, the call would differ from what you wrote.

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
    summary: "a value in the scenario file is not valid",
    page: r#"Reports values of the wrong type, keys that a telephone does not have, durations without a unit, causes, time zones and words that do not exist, patterns that are empty or longer than 200 bytes, and numbers that are out of range.

## Why

callflow never replaces a wrong value with a default, so the call cannot be simulated.

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
    summary: "a key is missing in a table of the scenario file",
    page: r#"Reports a `[[press]]` without keys, a `hangup` without its command, a rule without its subject or without what happens, and an expected log entry without its path.

## Why

An incomplete rule has no effect. For a caller who presses nothing, write `keys = ""`.

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
    page: r#"Reports two keys that exclude each other, such as `after` and `after_end` of a `[[press]]`, or `answer` and `cause` of a `[[dial]]`. Also reports a key that has no meaning without another one, such as `after_end` without the prompt (`during`) that it counts from.

## Why

Only one of them can happen, and it is not clear which one.

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

One time for the key, and two rules for the destination; the first rule is for the first call to it:

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
    page: r#"Reports a flow or a fetched document that the scenario names but that does not exist. Paths are relative to the folder of the scenario.

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

/// A command that no flow of the call has.
pub(super) const UNKNOWN_COMMAND: Rule = Rule {
    id: "scenario-unknown-command",
    severity: Severity::Error,
    summary: "the scenario names a command that no flow of the call has",
    page: r##"Reports the path or tag of a command if no command of the call has it. callflow looks in the flow and in
every document that a `[[callback]]` rule returns. If the call can fetch a document that no rule
returns, nothing is reported: the command may be there.

`check` and `run` report it. `test` reports it for `never_ran`, because such a test would always pass; other
expectations, keys and hang-ups fail there by themselves. `diff --with` does not report it, because one of
its flows may not have the command.

## Why

The caller would never press the keys, or would never hang up. An expectation with a wrong tag fails, or
with `never_ran` it always passes and tests nothing.

## Example

```toml
flow = "menu.xml"               # its menu has tag="menu"

[[press]]
keys = "1"
when = "#mneu"
```

## Use instead

```toml
flow = "menu.xml"

[[press]]
keys = "1"
when = "#menu"
```
"##,
};

/// A file of `[expect]` that is not a snapshot of the scenario's own.
pub(super) const SNAPSHOT: Rule = Rule {
    id: "scenario-snapshot",
    severity: Severity::Error,
    summary: "a snapshot file does not belong to this scenario",
    page: r#"Reports `events` and `tree` of `[expect]` if the file

- is not below the folder of the scenario, or is a link to a file outside of it;
- is the flow, a scenario, a `callflow.toml`, or the reply of a server;
- has a name that ends in `.xml` or `.toml`;
- exists, and callflow did not write it.

## Why

`callflow test --update` writes these files, and a test that fails shows their contents. A scenario that
somebody else wrote must not read or overwrite your other files. callflow recognises a snapshot by its
contents: `events` is an event in the format of `callflow run --format json`, `tree` is the output of
`callflow run`. To start again, delete the file and run `callflow test --update`.

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

- a `[[press]]` that was not used, because its command never waited for keys;
- a `hangup` of `[caller]` whose command never ran;
- a `[[callback]]`, `[[dial]]` or `[[media]]` rule that did not match anything in the call, or whose turn
  never came, because an earlier rule matched instead.

In `callflow test` this is a failure.

## Why

The call did not go as the scenario describes: a path or a pattern is misspelt, or the flow never reaches
that place. The path of a command changes when the flow is edited, but its tag, such as `when = "#menu"`,
stays the same.

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
    use crate::flow;
    use crate::scenario::{Changes, CommandFinder, Mistakes, Used, parse, unknown_commands};
    use crate::source::Source;
    use crate::xml;
    use std::path::Path;
    use std::sync::Arc;

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
            } else if rule.id == UNKNOWN_COMMAND.id {
                let menu = br#"<Response><Gather tag="menu"/></Response>"#;
                let (flow, _) = flow::compile(xml::read("menu.xml", menu).0);
                let mut finder = CommandFinder::new(Arc::new(flow), |_| None);
                let none = Changes::default();
                let mut look =
                    |scenario| unknown_commands(&scenario, &none, Mistakes::All, &mut finder);
                let found = look(bad.unwrap());
                assert_eq!((found.len(), found[0].rule), (1, rule.id));
                assert_eq!(look(parse(&examples[1]).0.unwrap()), []);
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

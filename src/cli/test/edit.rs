//! Writes expectations into scenarios. All else in a file stays as it is: comments, order, layout.

use std::path::Path;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::choice::Tested;
use super::play::prepared;
use crate::cli::screen::Screen;
use crate::cli::{Exit, Failure, expectations, save, snapshots};
use crate::expect::{self, Instead};
use crate::present::verdict::{Outcome, Verdict};
use crate::scenario::SnapshotKind;

/// Rewrites the lists that do not hold, and the files that hold what a call is compared with.
pub(super) fn update(
    files: &[Tested],
    verdicts: &[Verdict],
    screen: &mut Screen<'_>,
) -> Result<Exit, Failure> {
    let mut is_all = true;
    for file in files {
        let name = file.path.display().to_string();
        let mut document = parse(file)?;
        let (mut lists, mut written) = (0, 0);
        for verdict in verdicts.iter().filter(|verdict| verdict.file == name) {
            let Outcome::Failed { failures, run, .. } = &verdict.outcome else {
                is_all &= verdict.is_good();
                continue;
            };
            let call = file.call_named(verdict.case.as_deref()).flatten();
            let ready = prepared(file, call)?.ok();
            let ready = ready.filter(|ready| ready.scenario.expect.is_some());
            let mut left = failures.len();
            for instead in failures.iter().filter_map(|one| one.instead.as_ref()) {
                if replace(&mut document, call, instead) {
                    lists += 1;
                    left -= 1;
                }
            }
            if let Some(ready) = ready
                && let Some(expect) = &ready.scenario.expect
            {
                let both = expectations::snapshots(expect, &ready, run)?;
                for (kind, path) in expect.snapshots() {
                    let snapshot = match kind {
                        SnapshotKind::Events => &both.events,
                        SnapshotKind::Tree => &both.tree,
                    };
                    if let Some(snapshot) = snapshot
                        && snapshot.expected.as_ref() != Some(&snapshot.came)
                    {
                        snapshots::write(&ready.folder.join(&path.value), kind, &snapshot.came)?;
                        written += 1;
                        left = left.saturating_sub(1);
                    }
                }
            }
            is_all &= left == 0;
        }
        if lists > 0 {
            let was = file.source.text().as_bytes();
            save::replace(&file.path, was, document.to_string().as_bytes())?;
        }
        let number = |count: usize, one: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            more => Some(format!("{more} {one}s")),
        };
        let done = [number(lists, "list"), number(written, "snapshot")];
        let done: Vec<_> = done.into_iter().flatten().collect();
        if !done.is_empty() {
            writeln!(screen.out, "{name}: {} rewritten", done.join(" and "))?;
        }
    }
    Ok(if is_all { Exit::Good } else { Exit::Bad })
}

/// Writes what happens now as the expectations of calls that have none.
pub(super) fn write(files: &[Tested], screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let mut is_all = true;
    for file in files {
        let mut text = file.source.text().to_owned();
        let mut count = 0;
        for call in file.played() {
            let ready = match prepared(file, call)? {
                Ok(ready) => ready,
                Err(broken) => {
                    screen.complain(&broken.source, &broken.findings)?;
                    is_all = false;
                    continue;
                }
            };
            let run = ready.play();
            if run.limit.is_some() {
                Screen::say(&format!(
                    "{}: the simulation was stopped, so there is nothing to expect",
                    file.path.display()
                ))?;
                is_all = false;
                continue;
            }
            let keys = expect::of(&run.record);
            match call {
                None => append(&mut text, &keys),
                Some(index) => {
                    let mut document = parsed(&text, &file.path)?;
                    for (key, value) in keys {
                        let value = value.parse::<Value>().ok();
                        if let (Some(table), Some(value)) = (own(&mut document, index), value) {
                            table.insert(key, Item::Value(value.decorated(" ", "")));
                        }
                    }
                    text = document.to_string();
                }
            }
            count += 1;
        }
        if count > 0 {
            let was = file.source.text().as_bytes();
            save::replace(&file.path, was, text.as_bytes())?;
            let calls = match count {
                1 => "1 call".to_owned(),
                more => format!("{more} calls"),
            };
            let name = file.path.display();
            writeln!(screen.out, "{name}: the expectations of {calls} written")?;
        }
    }
    Ok(if is_all { Exit::Good } else { Exit::Bad })
}

/// Puts `[expect]` behind all else.
fn append(text: &mut String, keys: &[(&'static str, String)]) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str("\n[expect]\n");
    for (key, value) in keys {
        text.push_str(key);
        text.push_str(" = ");
        text.push_str(value);
        text.push('\n');
    }
}

fn parse(file: &Tested) -> Result<DocumentMut, Failure> {
    parsed(file.source.text(), &file.path)
}

fn parsed(text: &str, path: &Path) -> Result<DocumentMut, Failure> {
    let fail = |error: toml_edit::TomlError| {
        Failure::Unreadable(format!("{}: {}", path.display(), error.message()))
    };
    text.parse().map_err(fail)
}

/// Writes a list in place of another. What a case takes from its file it gets as its own, since the
/// other cases share it.
fn replace(document: &mut DocumentMut, call: Option<usize>, instead: &Instead) -> bool {
    let of_file = document
        .get("expect")
        .and_then(|expect| expect.get(instead.key));
    let of_file = of_file.and_then(Item::as_array).cloned();
    let table = match call {
        None => document.get_mut("expect").and_then(Item::as_table_like_mut),
        Some(index) => own(document, index),
    };
    let Some(table) = table else { return false };
    let present = table.get(instead.key).and_then(Item::as_array).cloned();
    let Some(old) = present.or(of_file) else {
        return false;
    };
    let Some(new) = list(&old, &instead.items) else {
        return false;
    };
    match table.get_mut(instead.key) {
        Some(item) => *item = Item::Value(Value::Array(new)),
        None => {
            table.insert(instead.key, Item::Value(Value::Array(new)));
        }
    }
    true
}

/// The table of a case's own expectations, made where there is none.
fn own(document: &mut DocumentMut, index: usize) -> Option<&mut dyn TableLike> {
    let case: &mut dyn TableLike = match document.get_mut("case")? {
        Item::ArrayOfTables(cases) => cases.get_mut(index)?,
        Item::Value(Value::Array(cases)) => cases.get_mut(index)?.as_inline_table_mut()?,
        _ => return None,
    };
    if case.get("expect").is_none() {
        let mut table = Table::new();
        table.set_dotted(true);
        case.insert("expect", Item::Table(table));
        // An inline table holds values only.
        if case.get("expect").is_none_or(Item::is_none) {
            case.insert("expect", Item::Value(InlineTable::new().into()));
        }
    }
    case.get_mut("expect")?.as_table_like_mut()
}

/// A list of kept and new items, in the layout of the old one.
fn list(old: &Array, items: &[expect::Item]) -> Option<Array> {
    let prefix = |value: &Value| {
        let prefix = value.decor().prefix();
        let prefix = prefix.and_then(toml_edit::RawString::as_str);
        prefix.unwrap_or_default().to_owned()
    };
    // Where the items stand on lines of their own, so do new ones; comments stay with their item.
    let line = old.iter().map(prefix).find(|prefix| prefix.contains('\n'));
    let line = line.map(|line| {
        let last = line.rsplit('\n').next().unwrap_or_default();
        format!("\n{last}")
    });
    let mut new = Array::new();
    for item in items {
        let value = match item {
            expect::Item::Kept(at) => {
                let value = old.get(*at)?.clone();
                match (&line, new.is_empty()) {
                    (Some(_), _) => value,
                    (None, true) => value.decorated("", ""),
                    (None, false) => value.decorated(" ", ""),
                }
            }
            expect::Item::New(toml) => {
                let value = toml.parse::<Value>().ok()?;
                match (&line, new.is_empty()) {
                    (Some(line), _) => value.decorated(line.as_str(), ""),
                    (None, true) => value.decorated("", ""),
                    (None, false) => value.decorated(" ", ""),
                }
            }
        };
        new.push_formatted(value);
    }
    new.set_trailing(old.trailing().clone());
    new.set_trailing_comma(old.trailing_comma());
    *new.decor_mut() = old.decor().clone();
    Some(new)
}

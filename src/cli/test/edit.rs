//! Writes expectations into scenarios. All else in a file stays as it is: comments, order, layout, line
//! ends, and the mark at its beginning.

use std::path::Path;

use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::choice::Tested;
use super::play::prepared;
use crate::cli::screen::Screen;
use crate::cli::{Exit, Failure, expectations, save, snapshots};
use crate::expect::{self, Instead};
use crate::present::verdict::{Outcome, Verdict};
use crate::scenario::{self, Pattern, SnapshotKind};
use crate::source::Source;

mod list;

/// Rewrites the lists that do not hold, and the files that hold what a call is compared with.
pub(super) fn update(
    files: &[Tested],
    verdicts: &[Verdict],
    screen: &mut Screen<'_>,
) -> Result<Exit, Failure> {
    let mut is_all = true;
    for file in files {
        let name = file.path.display().to_string();
        let mut document = parsed(&text_of(file), &file.path)?;
        let (mut lists, mut written, mut comments) = (0, 0, 0);
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
                if let Some(lost) = replace(&mut document, call, instead) {
                    lists += 1;
                    left -= 1;
                    comments += lost;
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
            put(file, &document.to_string())?;
        }
        let number = |count: usize, one: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            more => Some(format!("{more} {one}s")),
        };
        let done = [number(lists, "list"), number(written, "snapshot")];
        let done: Vec<_> = done.into_iter().flatten().collect();
        if !done.is_empty() {
            let done = done.join(" and ");
            let lost = match comments {
                0 => String::new(),
                1 => "; 1 comment went with its item".to_owned(),
                more => format!("; {more} comments went with their items"),
            };
            writeln!(screen.out, "{name}: {done} rewritten{lost}")?;
        }
    }
    Ok(if is_all { Exit::Good } else { Exit::Bad })
}

/// Writes what happens now as the expectations of calls that have none.
pub(super) fn write(files: &[Tested], screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let mut is_all = true;
    for file in files {
        let mut text = text_of(file);
        let mut edited: Option<DocumentMut> = None;
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
                    "{}: nothing was written, because the simulation was stopped",
                    file.path.display()
                ))?;
                is_all = false;
                continue;
            }
            let keys = expect::of(&run.record);
            match call {
                None if file.scenario.expect.is_none() => append(&mut text, &keys),
                call => {
                    let document = match &mut edited {
                        Some(document) => document,
                        none => none.insert(parsed(&text, &file.path)?),
                    };
                    for (key, value) in keys {
                        let value = value.parse::<Value>().ok();
                        if let (Some(table), Some(value)) = (table(document, call), value) {
                            table.insert(key, Item::Value(value.decorated(" ", "")));
                        }
                    }
                }
            }
            count += 1;
        }
        if count > 0 {
            put(file, &edited.map_or(text, |document| document.to_string()))?;
            let calls = match count {
                1 => "1 test".to_owned(),
                more => format!("{more} tests"),
            };
            let name = file.path.display();
            writeln!(screen.out, "{name}: expectations of {calls} written")?;
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

/// What begins some files of UTF-8.
const MARK: char = '\u{feff}';

/// The text of a scenario as it is edited: without a mark, with `\n` for every line end.
fn text_of(file: &Tested) -> String {
    let text = file.source.text();
    text.strip_prefix(MARK)
        .unwrap_or(text)
        .replace("\r\n", "\n")
}

/// Writes an edited text over its file, with the mark and the line ends that the file has.
fn put(file: &Tested, edited: &str) -> Result<(), Failure> {
    let was = file.source.text();
    let (mark, text) = match was.strip_prefix(MARK) {
        Some(text) => ("\u{feff}", text),
        None => ("", was),
    };
    let edited = format!("{mark}{}", save::with_line_ends(text, edited));
    if edited == was {
        return Ok(());
    }
    // What is written must be read again: a scenario can grow larger than that.
    let (scenario, findings) = scenario::parse(&Source::new(file.source.name(), edited.as_str()));
    if scenario.is_none() {
        let why = findings.first().map_or("", |finding| &finding.message);
        let name = file.path.display();
        return Err(Failure::Unreadable(format!(
            "{name}: not changed, because the new text could not be read back: {why}"
        )));
    }
    save::replace(&file.path, was.as_bytes(), edited.as_bytes())
}

fn parsed(text: &str, path: &Path) -> Result<DocumentMut, Failure> {
    let fail = |error: toml_edit::TomlError| {
        Failure::Unreadable(format!("{}: {}", path.display(), error.message()))
    };
    text.parse().map_err(fail)
}

/// Writes a list in place of another; how many comments went with the items that they belong to, and
/// nothing where no list was written. What a case takes from its file it gets as its own, since the
/// other cases share it.
fn replace(document: &mut DocumentMut, call: Option<usize>, instead: &Instead) -> Option<usize> {
    let of_file = document
        .get("expect")
        .and_then(|expect| expect.get(instead.key));
    let of_file = of_file.and_then(Item::as_array);
    let of_file = of_file.map(list::without_comments);
    let table = table(document, call)?;
    let present = table.get(instead.key).and_then(Item::as_array).cloned();
    // However it is written, and a pattern that was moved is still the same pattern.
    let says = |value: &Value| -> Option<toml::Table> {
        let value = value.clone().decorated("", "");
        format!("value = {value}").parse().ok()
    };
    let is_same = |old: &Value, new: &Value| {
        let fits = match (old.as_str().and_then(Pattern::new), new.as_str()) {
            (Some(old), Some(new)) => instead.key == "hears" && old.matches(new),
            _ => false,
        };
        fits || says(old).is_some_and(|old| says(new) == Some(old))
    };
    let old = present.or(of_file)?;
    let new = list::rewritten(&old, &instead.items, is_same)?;
    let value = Item::Value(Value::Array(new.list));
    match table.get_mut(instead.key) {
        Some(item) => *item = value,
        None => {
            table.insert(instead.key, value);
        }
    }
    Some(new.comments)
}

/// The table of a call's own expectations: of a case, or of the whole file.
fn table(document: &mut DocumentMut, call: Option<usize>) -> Option<&mut dyn TableLike> {
    match call {
        None => document.get_mut("expect")?.as_table_like_mut(),
        Some(index) => own(document, index),
    }
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

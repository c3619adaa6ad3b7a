//! The manuals of the TOML files that people write: `docs/scenarios.md` and `docs/config.md`.
//!
//! Every key comes from the reader's own declaration; only the opening is written by hand.

use std::io::{self, Write};

use crate::check::config;
use crate::report::prose::cell;
use crate::scenario;
use crate::table::{Choice, Declaration, Holds, Key};
use crate::value::nearest;

/// Writes the manual of scenario files.
///
/// # Errors
/// Those of `out`.
pub fn write_scenario(out: &mut dyn Write) -> io::Result<()> {
    let declared = scenario::declaration();
    write(include_str!("files/scenario.md"), &declared, out)
}

/// Writes the manual of `callflow.toml`.
///
/// # Errors
/// Those of `out`.
pub fn write_config(out: &mut dyn Write) -> io::Result<()> {
    let declared = config::declaration();
    write(include_str!("files/config.md"), &declared, out)
}

/// What a name stands for in the manuals.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// The sections of the tables that are meant.
    Page(String),
    /// There is none; the name that was probably meant.
    Nothing(Option<String>),
}

/// Both manuals, as Markdown.
pub fn manual() -> String {
    let pages = manuals().map(|(page, _)| page);
    pages.join("\n")
}

/// The manuals as Markdown, each with the name of its file.
fn manuals() -> [(String, &'static str); 2] {
    let page = |write: fn(&mut dyn Write) -> io::Result<()>| {
        let mut page = Vec::new();
        // Writing to a vector cannot fail.
        let _ = write(&mut page);
        String::from_utf8_lossy(&page).into_owned()
    };
    [
        (page(write_scenario), "scenario"),
        (page(write_config), "callflow.toml"),
    ]
}

/// The sections of the manuals that a name means: a file, a table with or without its brackets, or a key.
pub fn sections(name: &str) -> Found {
    let wanted = name.trim_matches(['[', ']', '`', ' ']);
    let manuals = manuals();
    if let Some((page, _)) = manuals.iter().find(|(_, file)| *file == wanted) {
        return Found::Page(page.clone());
    }
    let mut names: Vec<String> = manuals.iter().map(|(_, file)| (*file).to_owned()).collect();
    let mut tables = Vec::new();
    let mut keys = Vec::new();
    for (page, file) in &manuals {
        for section in page
            .split("\n## ")
            .flat_map(|part| part.split("\n### "))
            .skip(1)
        {
            let title = section.lines().next().unwrap_or_default();
            let table = title.trim_matches(['[', ']', '`', ' ']);
            names.push(table.to_owned());
            let section = || format!("## {section}\n\nA table of {}.\n\n", of_file(file));
            if table == wanted {
                tables.push(section());
            }
            let rows = section().lines().map(str::to_owned).collect::<Vec<_>>();
            let mut keys_here = rows.iter().filter_map(|row| {
                let key = row.strip_prefix("| `")?.split('`').next()?;
                Some(key.to_owned())
            });
            let own: Vec<_> = keys_here.by_ref().collect();
            if own.iter().any(|key| key == wanted) {
                keys.push(section());
            }
            names.extend(own);
        }
    }
    let found = if tables.is_empty() { keys } else { tables };
    if found.is_empty() {
        let near = nearest(wanted, names.iter().map(String::as_str));
        return Found::Nothing(near.map(str::to_owned));
    }
    Found::Page(found.concat())
}

fn of_file(file: &str) -> &str {
    match file {
        "scenario" => "a scenario",
        file => file,
    }
}

fn write(opening: &str, file: &Declaration, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(opening.as_bytes())?;
    let (tables, keys): (Vec<&Key>, Vec<&Key>) = file.keys.iter().partition(|key| is_table(key));
    if !keys.is_empty() {
        writeln!(out, "\n## Top level\n")?;
        write_keys(file, "", &[], out)?;
    }
    let mut sections: Vec<Section<'_>> = Vec::new();
    for key in tables {
        write_table(key, "", &mut sections, out)?;
    }
    Ok(())
}

/// A table that has been written: its name, and what it holds.
type Section<'d> = (String, &'d Declaration);

fn is_table(key: &Key) -> bool {
    inside(key).is_some()
}

fn inside(key: &Key) -> Option<&Declaration> {
    match &key.holds {
        Holds::Table(inside) | Holds::Tables(inside) => Some(inside),
        Holds::Value(_) | Holds::List(_) | Holds::Anything => None,
    }
}

/// How a table stands in a file.
fn heading(key: &Key, path: &str) -> String {
    match key.holds {
        Holds::Tables(_) => format!("[[{path}]]"),
        _ => format!("[{path}]"),
    }
}

/// Writes a table and all tables inside it. One that holds the same as an earlier one is not
/// written again: `[[case.dial]]` is `[[dial]]`.
fn write_table<'d>(
    key: &'d Key,
    outer: &str,
    sections: &mut Vec<Section<'d>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(table) = inside(key) else {
        return Ok(());
    };
    let path = match outer {
        "" => key.name.to_owned(),
        outer => format!("{outer}.{}", key.name),
    };
    let heading = heading(key, &path);
    let level = if outer.is_empty() { "##" } else { "###" };
    writeln!(out, "\n{level} `{heading}`\n\n{}\n", key.docs)?;
    write_keys(table, &path, sections, out)?;
    sections.push((heading, table));
    for key in table.keys.iter().filter(|key| is_table(key)) {
        if same(sections, key).is_none() {
            write_table(key, &path, sections, out)?;
        }
    }
    Ok(())
}

/// The heading of a table that was written before and holds the same as a key.
fn same<'s>(sections: &'s [Section<'_>], key: &Key) -> Option<&'s str> {
    let inside = inside(key)?;
    let section = sections.iter().find(|(_, table)| *table == inside)?;
    Some(&section.0)
}

fn write_keys(
    table: &Declaration,
    path: &str,
    sections: &[Section<'_>],
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        "| key | value | default | meaning |\n| --- | --- | --- | --- |"
    )?;
    for key in &table.keys {
        if path.is_empty() && is_table(key) {
            continue;
        }
        let name = match key.name {
            "*" => "*any*".to_owned(),
            name => format!("`{name}`"),
        };
        let value = match &key.holds {
            Holds::Value(expected) => expectation(&expected.to_string()),
            Holds::List(expected) => format!("a list, each {}", expectation(&expected.to_string())),
            Holds::Table(_) | Holds::Tables(_) => {
                let heading = heading(key, &format!("{path}.{}", key.name));
                match same(sections, key) {
                    Some(same) => format!("as `{same}`"),
                    None => format!("`{heading}`, below"),
                }
            }
            Holds::Anything => "anything".to_owned(),
        };
        let (meaning, said) = match key.docs.split_once(DEFAULT) {
            Some((meaning, said)) => (meaning, Some(said.trim_end_matches('.'))),
            None => (key.docs, None),
        };
        let default = match (&key.usual, said) {
            _ if key.is_needed => "**required**".to_owned(),
            (Some(usual), _) => format!("`{usual}`"),
            (None, Some(said)) => said.to_owned(),
            (None, None) => String::new(),
        };
        let (value, default) = (cell(&value), cell(&default));
        writeln!(out, "| {name} | {value} | {default} | {} |", cell(meaning))?;
    }
    for choice in &table.choices {
        match *choice {
            Choice::Some(keys) => writeln!(out, "\nNeeds {}.", any_of(keys))?,
            Choice::Needs(key, other) => {
                writeln!(out, "\n`{key}` has no meaning without `{other}`.")?;
            }
            Choice::NeedsOr(key, other, (third, value)) => {
                writeln!(
                    out,
                    "\n`{key}` means nothing without `{other}` or `{third} = \"{value}\"`."
                )?;
            }
            Choice::Excludes(..) => {}
        }
    }
    let excluded: Vec<String> = table
        .choices
        .iter()
        .filter_map(|choice| match choice {
            Choice::Excludes(one, other) => Some(format!("`{other}` and `{one}`")),
            _ => None,
        })
        .collect();
    if !excluded.is_empty() {
        writeln!(out, "\nExclude each other: {}.", excluded.join("; "))?;
    }
    Ok(())
}

/// What stands between the meaning of a key and the default that its declaration gives in words.
const DEFAULT: &str = " Default: ";

/// What a refusal expects, without the word.
fn expectation(refusal: &str) -> String {
    refusal.trim_start_matches("expected ").to_owned()
}

fn any_of(keys: &[&str]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    quoted.join(" or ")
}

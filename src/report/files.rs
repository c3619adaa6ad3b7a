//! The manuals of the TOML files that people write: `docs/scenarios.md` and `docs/config.md`.
//!
//! Every key comes from the reader's own declaration; only the opening is written by hand.

use std::io::{self, Write};

use crate::check::config;
use crate::report::prose::cell;
use crate::scenario;
use crate::table::{Choice, Declaration, Holds, Key};

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

fn write(opening: &str, file: &Declaration, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(opening.as_bytes())?;
    let (tables, keys): (Vec<&Key>, Vec<&Key>) = file.keys.iter().partition(|key| is_table(key));
    if !keys.is_empty() {
        writeln!(out, "\n## The file itself\n")?;
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
    writeln!(out, "| key | value | |\n| --- | --- | --- |")?;
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
        let mut docs = key.docs.to_owned();
        if key.is_needed {
            docs.push_str(" **Must be there.**");
        }
        if let Some(usual) = &key.usual {
            docs = format!("{docs} Usually `{usual}`.");
        }
        writeln!(out, "| {name} | {} | {} |", cell(&value), cell(&docs))?;
    }
    for choice in &table.choices {
        match *choice {
            Choice::Some(keys) => writeln!(out, "\nNeeds {}.", any_of(keys))?,
            Choice::Needs(key, other) => {
                writeln!(out, "\n`{key}` means nothing without `{other}`.")?;
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
        writeln!(out, "\nCannot stand together: {}.", excluded.join("; "))?;
    }
    Ok(())
}

/// What a refusal expects, without the word.
fn expectation(refusal: &str) -> String {
    refusal.trim_start_matches("expected ").to_owned()
}

fn any_of(keys: &[&str]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    quoted.join(" or ")
}

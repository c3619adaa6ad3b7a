//! `callflow config`

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;
use toml_edit::{Document, Item, Value};

use super::configs::Configs;
use super::run::{is_scenario, parsed};
use super::screen::Screen;
use super::{Exit, Failure, input, rules};
use crate::check::{Selection, config};
use crate::present::page::laid_out;
use crate::report::prose::cell;
use crate::report::{Syntax, Tool};
use crate::source::Source;
use crate::table::{Declaration, Holds};

/// Print the settings that apply to a file, and where each comes from
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # those of the working directory
  callflow config
  # those of a flow or a folder
  callflow config flows/ivr/menu.xml
  # those of a scenario, which may say some itself
  callflow config menu.call.toml
  # for programs
  callflow config --format json

The settings of a file are those of the nearest callflow.toml in its folder or above it, up to the root of
the repository. A scenario's own `[app] auto_answer` and `[assume]` come first. Options of the command line
come before both and are not shown here. `callflow scenario callflow.toml` says what each setting means.

Exit code: 0, or 2 if a file cannot be read or has errors.")]
pub(super) struct Args {
    /// A flow, a scenario or a folder
    #[arg(value_name = "FILE", default_value = ".")]
    file: PathBuf,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// For a terminal
    Human,
    /// For programs
    Json,
}

/// A setting in force.
#[derive(Serialize)]
struct Setting {
    /// Its table and key, such as `check.deny`.
    name: String,
    /// Its value as TOML; absent where nothing sets it and there is no default.
    value: Option<String>,
    /// The file and line that set it; absent for a default.
    from: Option<String>,
}

#[allow(
    clippy::struct_field_names,
    reason = "the names are those of the document"
)]
#[derive(Serialize)]
struct ConfigJson<'s> {
    version: u32,
    tool: Tool,
    /// The callflow.toml in force, if there is one.
    configuration: Option<&'s str>,
    settings: &'s [Setting],
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let file = &args.file;
    let folder = if file.is_dir() {
        file.as_path()
    } else {
        let failed = |error| input::failure(&input::name(file), error);
        fs::metadata(file).map_err(failed)?;
        input::must_be_file(file)?;
        file.parent().unwrap_or(Path::new(""))
    };
    let configs = Configs::new(None, Selection::default(), rules(), &[])?;
    let settled = configs.of(folder)?;
    let mut values = BTreeMap::new();
    if let Some(name) = &settled.name {
        let (_, bytes) = input::read(Path::new(name))?;
        let source = Source::new(name.as_str(), String::from_utf8_lossy(&bytes).into_owned());
        values = said(&source);
    }
    if is_scenario(file) && !file.is_dir() {
        match parsed(file)? {
            Ok((_, Some(source))) => {
                let own = said(&source).into_iter();
                values.extend(own.filter(|(name, _)| comes_first(name)));
            }
            Ok((_, None)) => {}
            Err(broken) => {
                screen.complain(&broken.source, &broken.findings)?;
                return Err(Failure::Broken(file.display().to_string()));
            }
        }
    }
    let mut settings = Vec::new();
    declared(&config::declaration(), "", &mut values, &mut settings);
    // What stands in tables whose keys are names of something else.
    settings.extend(values.into_iter().map(|(name, (value, from))| Setting {
        name,
        value: Some(value),
        from: Some(from),
    }));
    settings.sort_by(|one, other| one.name.cmp(&other.name));
    let configuration = settled.name.as_deref();
    match args.format {
        Format::Json => {
            screen.write_as(Syntax::Json)?;
            let document = ConfigJson {
                version: 1,
                tool: Tool::THIS,
                configuration,
                settings: &settings,
            };
            serde_json::to_writer_pretty(&mut *screen.out, &document)
                .map_err(std::io::Error::from)?;
            writeln!(screen.out)?;
        }
        Format::Human => {
            match configuration {
                Some(name) => writeln!(screen.out, "settings from {name}:\n")?,
                None => writeln!(
                    screen.out,
                    "there is no callflow.toml: all settings are defaults\n"
                )?,
            }
            let page = laid_out(&table(&settings), screen.look());
            screen.out.write_all(page.as_bytes())?;
        }
    }
    Ok(Exit::Good)
}

/// The settings as a table of Markdown.
fn table(settings: &[Setting]) -> String {
    let rows = settings.iter().map(|setting| {
        let value = setting.value.as_deref().unwrap_or("not set");
        let from = setting.from.as_deref().unwrap_or("default");
        let [name, from, value] = [&setting.name, from, value].map(|text| cell(&escaped(text)));
        format!("| {name} | {from} | {value} |\n")
    });
    let rows: String = rows.collect();
    format!("| setting | from | value |\n| --- | --- | --- |\n{rows}")
}

/// A text in which nothing is Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_punctuation() && character != '|' {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Whether a scenario's own value comes before that of callflow.toml.
fn comes_first(name: &str) -> bool {
    name == "app.auto_answer" || name.starts_with("assume.")
}

/// What a file says: values as TOML with the places where they stand, by table and key.
fn said(source: &Source) -> BTreeMap<String, (String, String)> {
    let mut values = BTreeMap::new();
    let text = source.text();
    if let Ok(document) = Document::parse(text) {
        let mut pending = vec![(String::new(), document.as_item())];
        while let Some((name, item)) = pending.pop() {
            if let Some(table) = item.as_table_like() {
                let inner = table.iter().map(|(key, item)| match &*name {
                    "" => (key.to_owned(), item),
                    outer => (format!("{outer}.{key}"), item),
                });
                pending.extend(inner);
            } else if let (Some(span), Item::Value(value)) = (item.span(), item) {
                let start = u32::try_from(span.start).unwrap_or(u32::MAX);
                let line = source.position(start).line;
                let place = format!("{}:{line}", source.name());
                values.insert(name, (on_one_line(value), place));
            }
        }
    }
    values
}

/// A value without the comments and ends of lines in it.
fn on_one_line(value: &Value) -> String {
    let mut value = value.clone().decorated("", "");
    if let Value::Array(list) = &mut value {
        list.fmt();
        list.set_trailing("");
        list.set_trailing_comma(false);
    }
    value.to_string()
}

/// The settings that can be named, each with its value if it has one.
fn declared(
    table: &Declaration,
    outer: &str,
    values: &mut BTreeMap<String, (String, String)>,
    settings: &mut Vec<Setting>,
) {
    for key in table.keys.iter().filter(|key| key.name != "*") {
        let name = match outer {
            "" => key.name.to_owned(),
            outer => format!("{outer}.{}", key.name),
        };
        match &key.holds {
            Holds::Table(inside) | Holds::Tables(inside) => {
                declared(inside, &name, values, settings);
            }
            Holds::Value(_) | Holds::List(_) | Holds::Anything => {
                let said = values.remove(&name);
                // Of assumptions without another word there are many.
                if said.is_none() && outer == "assume" {
                    continue;
                }
                let (value, from) = match said {
                    Some((value, from)) => (Some(value), Some(from)),
                    None => (key.usual.clone(), None),
                };
                settings.push(Setting { name, value, from });
            }
        }
    }
}

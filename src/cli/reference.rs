//! The page of all commands, `docs/commands.md`: what `--help` says, as Markdown.

use std::fmt::Write as _;

use clap::{Arg, Command};

use crate::report::prose::cell;

const OPENING: &str = "\
<!-- Generated from the help texts in src/cli; edit those instead. -->

# Commands

`callflow COMMAND --help` shows the same in the terminal.
";

/// The page.
pub(super) fn page(mut program: Command) -> String {
    program.build();
    let mut page = OPENING.to_owned();
    let commands: Vec<_> = program
        .get_subcommands()
        .filter(|one| is_shown(one))
        .collect();
    page.push_str("\n| command | what it does |\n| --- | --- |\n");
    for command in &commands {
        let name = command.get_name();
        let about = about(command);
        let _ = writeln!(page, "| [`{name}`](#{name}) | {} |", cell(&about));
    }
    page.push_str("\nEvery command has these options:\n\n");
    let common: Vec<&Arg> = program
        .get_arguments()
        .filter(|arg| !arg.is_hide_set())
        .collect();
    table(&common, &mut page);
    for command in commands {
        one(command, &common, &mut page);
    }
    page
}

fn is_shown(command: &Command) -> bool {
    !command.is_hide_set() && command.get_name() != "help"
}

fn about(command: &Command) -> String {
    command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn one(command: &Command, common: &[&Arg], page: &mut String) {
    let name = command.get_name();
    let _ = writeln!(page, "\n## {name}\n\n{}.\n", about(command));
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let _ = writeln!(page, "```text\n{usage}\n```");
    let is_common = |arg: &Arg| common.iter().any(|one| one.get_id() == arg.get_id());
    let own = command.get_arguments();
    let own: Vec<&Arg> = own
        .filter(|arg| !arg.is_hide_set() && !is_common(arg))
        .collect();
    let (positional, options): (Vec<&Arg>, Vec<&Arg>) =
        own.into_iter().partition(|arg| arg.is_positional());
    let (headed, plain): (Vec<&Arg>, Vec<&Arg>) = options
        .into_iter()
        .partition(|arg| arg.get_help_heading().is_some());
    for args in [[positional, plain].concat(), headed] {
        let heading = args.last().and_then(|arg| arg.get_help_heading());
        if let Some(heading) = heading {
            let _ = write!(page, "\n{heading}:\n");
        }
        if !args.is_empty() {
            page.push('\n');
            table(&args, page);
        }
    }
    if let Some(after) = command.get_after_help() {
        prose(&after.to_string(), page);
    }
}

fn table(args: &[&Arg], page: &mut String) {
    page.push_str("| option | meaning |\n| --- | --- |\n");
    for arg in args {
        let mut names = Vec::new();
        names.extend(arg.get_short().map(|short| format!("-{short}")));
        names.extend(arg.get_long().map(|long| format!("--{long}")));
        let values = arg.get_value_names().unwrap_or_default();
        let value = if arg.get_action().takes_values() {
            let names: Vec<_> = values.iter().map(ToString::to_string).collect();
            names.join(" ")
        } else {
            String::new()
        };
        let name = match (names.is_empty(), value.is_empty()) {
            (true, _) => value,
            (false, true) => names.join(", "),
            (false, false) => format!("{} {value}", names.join(", ")),
        };
        let mut meaning = escaped(&sentence(arg.get_help()));
        for value in arg.get_possible_values() {
            // A value without a word of its own is named where the option is.
            let help = value.get_help().filter(|_| !value.is_hide_set());
            if let Some(help) = help {
                let help = escaped(&help.to_string());
                let _ = write!(meaning, "<br>`{}`: {help}", value.get_name());
            }
        }
        let defaults: Vec<_> = arg
            .get_default_values()
            .iter()
            .map(|one| one.to_string_lossy())
            .collect();
        if !defaults.is_empty() && arg.get_action().takes_values() {
            let _ = write!(meaning, "<br>Default: `{}`.", defaults.join(", "));
        }
        let _ = writeln!(page, "| `{}` | {} |", cell(&name), cell(&meaning));
    }
}

fn sentence(help: Option<&clap::builder::StyledStr>) -> String {
    let text = help.map(ToString::to_string).unwrap_or_default();
    if text.is_empty() || text.ends_with('.') {
        text
    } else {
        format!("{text}.")
    }
}

/// The paragraphs behind the options: lines that are set in are commands, all else is prose.
fn prose(text: &str, page: &mut String) {
    for paragraph in text.split("\n\n") {
        match paragraph.split_once(":\n  ") {
            Some((title, commands)) => {
                let commands = commands.replace("\n  ", "\n");
                let _ = write!(page, "\n{title}:\n\n```sh\n{}\n```\n", commands.trim_end());
            }
            None => {
                let _ = write!(page, "\n{}\n", escaped(paragraph.trim()));
            }
        }
    }
}

/// A text whose characters are not Markdown's, code in backquotes aside.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            escaped.push('`');
        }
        if index % 2 == 1 {
            escaped.push_str(part);
            continue;
        }
        for char in part.chars() {
            if matches!(char, '*' | '_' | '<' | '[' | '\\') {
                escaped.push('\\');
            }
            escaped.push(char);
        }
    }
    escaped
}

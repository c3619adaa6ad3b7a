//! README's commands: each runs, and prints what README shows.
//!
//! With `UPDATE_GENERATED=1` the outputs in README are written anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use support::{callflow, output};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

/// The words of a command line, single quotes respected.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// What a command line of README prints, on both streams; `None` for one that does not run callflow.
fn printed(line: &str) -> Option<String> {
    let rest = line.strip_prefix("callflow ")?;
    let words = words(rest);
    let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = output(&mut callflow(&arguments));
    assert!(
        output.status.code().is_some_and(|code| code < 2),
        "{line}: {}",
        output.status
    );
    let text = [output.stdout, output.stderr].concat();
    Some(String::from_utf8(text).unwrap())
}

/// README with the output of every command behind it, where README shows one.
fn renewed(readme: &str) -> String {
    let mut renewed = String::new();
    let mut lines = readme.lines().peekable();
    let mut in_console = false;
    while let Some(line) = lines.next() {
        renewed.push_str(line);
        renewed.push('\n');
        if line.starts_with("```") {
            in_console = line == "```console";
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| in_console) else {
            continue;
        };
        let Some(text) = printed(command) else {
            continue;
        };
        // Several commands in a row, or the first of the page: examples without output.
        let shows = lines.peek().is_some_and(|next| !next.starts_with("$ "))
            && !readme.contains(&format!("$ {command}\n$"));
        let is_list = readme
            .lines()
            .zip(readme.lines().skip(1))
            .any(|(before, own)| own == line && before.starts_with("$ "));
        while lines
            .peek()
            .is_some_and(|next| !next.starts_with("$ ") && !next.starts_with("```"))
        {
            lines.next();
        }
        if shows && !is_list {
            renewed.push_str(text.trim_end());
            renewed.push('\n');
        }
    }
    renewed
}

#[test]
fn every_command_runs_and_prints_what_readme_shows() {
    let readme = fs::read_to_string(README).unwrap();
    let renewed = renewed(&readme);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(README, renewed).unwrap();
        return;
    }
    assert_eq!(
        readme, renewed,
        "run the tests with UPDATE_GENERATED=1 to renew README"
    );
}

/// The quotation is what `explain` says of the call, up to where it is cut.
#[test]
fn the_quotation_is_what_explain_says() {
    let readme = fs::read_to_string(README).unwrap();
    let quoted = readme.lines().filter_map(|line| line.strip_prefix("> "));
    let quoted = quoted.collect::<Vec<_>>().join(" ");
    let printed = printed("callflow explain tests/events/destroyed.json").unwrap();
    let printed = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(printed.contains(quoted.trim_end_matches('.')), "{printed}");
}

/// Every option that a command has.
fn options(command: &clap::Command, found: &mut BTreeSet<String>) {
    let longs = command.get_arguments().filter_map(clap::Arg::get_long);
    found.extend(longs.map(|long| format!("--{long}")));
    for inner in command.get_subcommands() {
        options(inner, found);
    }
}

#[test]
fn every_option_that_a_page_names_exists() {
    let mut known = BTreeSet::from(["--help".to_owned(), "--version".to_owned()]);
    options(&callflow::cli::command(), &mut known);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = fs::read_dir(root.join("docs")).unwrap();
    let pages = pages.map(|page| page.unwrap().path());
    let pages = pages.filter(|page| page.extension().is_some_and(|own| own == "md"));
    for path in pages.chain([root.join("README.md")]) {
        let page = fs::read_to_string(&path).unwrap();
        // Options of other programs.
        let lines = page.lines().filter(|line| !line.contains("cargo "));
        for word in lines.flat_map(|line| line.split(|c: char| !(c == '-' || c.is_alphanumeric())))
        {
            let is_option = word.starts_with("--") && word.len() > 3;
            assert!(
                !is_option || known.contains(word),
                "{}: there is no option {word}",
                path.display()
            );
        }
    }
}

#[test]
fn readme_is_short() {
    let readme = fs::read_to_string(README).unwrap();
    assert!(readme.lines().count() < 150);
}

#[test]
fn the_first_command_is_the_main_job_and_the_second_runs_the_tests() {
    let readme = fs::read_to_string(README).unwrap();
    let mut commands = readme.lines().filter_map(|line| line.strip_prefix("$ "));
    let first = commands
        .next()
        .unwrap()
        .strip_prefix("cargo run --release -- ")
        .unwrap();
    assert!(printed(&format!("callflow {first}")).is_some());
    let ci = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/run")).unwrap();
    let second = commands.next().unwrap();
    assert!(
        ci.lines().any(|line| line == format!("exec {second}")),
        ".ci/run calls `{second}`"
    );
}

//! docs/first-steps.md: somebody who follows it sees what it shows.
//!
//! With `UPDATE_GENERATED=1` the outputs in the page are written anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use support::{callflow, output};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/first-steps.md");

/// What a reader has to do before a block of code.
enum Task {
    Save(String),
    Delete(String),
    PutBack(String),
}

/// The task in the last line of prose before a block: "Save this as `NAME`:".
fn task(line: &str, last: &str) -> Option<Task> {
    let name = || line.split('`').rev().nth(1).unwrap_or(last).to_owned();
    if line.contains("Save this as `") {
        Some(Task::Save(name()))
    } else if line.starts_with("Delete this line in `") {
        Some(Task::Delete(name()))
    } else if line.starts_with("Put the line back") {
        Some(Task::PutBack(last.to_owned()))
    } else {
        None
    }
}

/// Runs a command of the page, and gives what it prints.
fn run(line: &str, folder: &mut PathBuf) -> String {
    if let Some(name) = line.strip_prefix("cd ") {
        folder.push(name);
        return String::new();
    }
    let (line, file) = match line.split_once(" > ") {
        Some((line, file)) => (line, Some(file)),
        None => (line, None),
    };
    let line = line.strip_prefix("callflow ").unwrap();
    let words: Vec<String> = (line.split('\'').enumerate())
        .flat_map(|(index, part)| match index % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = output(callflow(&words).current_dir(&*folder));
    assert!(output.status.code().is_some_and(|code| code < 2), "{line}");
    if let Some(file) = file {
        fs::write(folder.join(file), &output.stdout).unwrap();
        return String::new();
    }
    let text = [output.stdout, output.stderr].concat();
    timeless(&String::from_utf8(text).unwrap())
}

/// How long `explore` took differs from machine to machine: the page shows one time for all.
fn timeless(text: &str) -> String {
    match text.split_once(" transitions in ") {
        Some((before, after)) => {
            let (_, after) = after.split_once(" s: ").unwrap();
            format!("{before} transitions in 0.01 s: {after}")
        }
        None => text.to_owned(),
    }
}

/// Follows the page in a folder of its own: the page with what each command prints, how many commands it
/// has, and their exit codes where it says that one fails.
fn followed(page: &str, root: &Path) -> (String, usize) {
    let mut folder = root.to_owned();
    let (mut renewed, mut commands) = (String::new(), 0);
    let mut lines = page.lines();
    let (mut last, mut deleted_at) = (String::new(), 0);
    let mut next = None;
    while let Some(line) = lines.next() {
        renewed.push_str(line);
        renewed.push('\n');
        let Some(language) = line.strip_prefix("```") else {
            next = task(line, &last).or(next);
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if language == "console" {
            for command in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
                commands += 1;
                let text = run(command, &mut folder);
                let _ = write!(renewed, "$ {command}\n{}", text.trim_end());
                if !text.is_empty() {
                    renewed.push('\n');
                }
            }
        } else {
            for line in &block {
                renewed.push_str(line);
                renewed.push('\n');
            }
            commands += usize::from(language == "sh");
        }
        renewed.push_str("```\n");
        match next.take() {
            Some(Task::Save(name)) => {
                fs::write(folder.join(&name), block.join("\n") + "\n").unwrap();
                last = name;
            }
            Some(Task::Delete(name)) => {
                let text = fs::read_to_string(folder.join(&name)).unwrap();
                let mut text: Vec<&str> = text.lines().collect();
                deleted_at = text.iter().position(|line| *line == block[0]).unwrap();
                text.remove(deleted_at);
                fs::write(folder.join(&name), text.join("\n") + "\n").unwrap();
                last = name;
            }
            Some(Task::PutBack(name)) => {
                let text = fs::read_to_string(folder.join(&name)).unwrap();
                let mut text: Vec<&str> = text.lines().collect();
                text.insert(deleted_at, block[0]);
                fs::write(folder.join(&name), text.join("\n") + "\n").unwrap();
            }
            None => {}
        }
    }
    (renewed, commands)
}

#[test]
fn whoever_follows_the_page_sees_what_it_shows() {
    let page = fs::read_to_string(PAGE).unwrap();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("first-steps");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let (renewed, commands) = followed(&page, &folder);
    assert!(commands < 15, "{commands} commands");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(PAGE, renewed).unwrap();
        return;
    }
    assert_eq!(
        page, renewed,
        "run the tests with UPDATE_GENERATED=1 to renew the page"
    );
}

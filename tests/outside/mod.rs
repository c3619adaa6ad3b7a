//! Every combination of a subcommand, what it reads, a format and an option.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a part of a test, which fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support;

mod material;

pub use material::{Files, dangerous, secret};

/// One combination.
#[derive(Clone, Debug)]
pub struct Run {
    pub arguments: Vec<String>,
    pub format: Option<String>,
}

/// What a run printed and wrote.
pub struct Said {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// Reports that it wrote, by their format.
    pub reports: Vec<(String, String)>,
}

/// Options with which the program would not end.
const ENDLESS: &[&str] = &["watch"];

/// Options that hold where something is written, and in which format.
const REPORTS: &[(&str, &[&str])] = &[("coverage", &["html", "json"])];

/// Every combination of a command line.
pub fn runs(cli: &clap::Command, files: &Files) -> Vec<Run> {
    let mut all = Vec::new();
    for command in cli
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
    {
        for (file, positionals) in positionals(command, files).into_iter().enumerate() {
            for (option, options) in options(command, files).into_iter().enumerate() {
                let format = format(&options);
                // Each format with every file, each other option with every third.
                if format.is_none() && option > 0 && (option + file) % 3 > 0 {
                    continue;
                }
                let arguments = [command.get_name().to_owned()]
                    .into_iter()
                    .chain(options)
                    .chain(positionals.clone())
                    .collect();
                all.push(Run { arguments, format });
            }
        }
    }
    all
}

fn format(options: &[String]) -> Option<String> {
    let named = options
        .iter()
        .find_map(|option| option.strip_prefix("--format="));
    named.map(str::to_owned)
}

fn words(argument: &clap::Arg) -> Vec<String> {
    let words = argument.get_possible_values();
    words
        .iter()
        .map(|word| word.get_name().to_owned())
        .collect()
}

/// What may stand in the places of the files that a subcommand reads.
fn positionals(command: &clap::Command, files: &Files) -> Vec<Vec<String>> {
    let arguments: Vec<_> = command.get_positionals().collect();
    let Some(first) = arguments.first() else {
        return vec![Vec::new()];
    };
    if !words(first).is_empty() {
        return words(first).into_iter().map(|word| vec![word]).collect();
    }
    files
        .named
        .iter()
        .enumerate()
        .map(|(index, file)| {
            // A second one is another of its kind, or the next.
            let others = files.named.iter().cycle().skip(index + 1);
            let others = others.take(arguments.len() - 1).cloned();
            std::iter::once(file.clone()).chain(others).collect()
        })
        .collect()
}

/// Every option alone, each of its values, and each format also in a report that is written.
fn options(command: &clap::Command, files: &Files) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let formats = command
        .get_arguments()
        .find(|argument| argument.get_id() == "format")
        .map(words)
        .unwrap_or_default();
    for argument in command
        .get_arguments()
        .filter(|argument| !argument.is_positional())
    {
        let Some(name) = argument.get_long() else {
            continue;
        };
        if ENDLESS.contains(&name) {
            continue;
        }
        if !argument.get_action().takes_values() {
            all.push(vec![format!("--{name}")]);
            continue;
        }
        let words = words(argument);
        let written = REPORTS.iter().find(|(report, _)| *report == name);
        let reports: Vec<_> = match written {
            Some((_, formats)) => formats.iter().map(|format| (*format).to_owned()).collect(),
            None if name == "output" => formats.clone(),
            None => Vec::new(),
        };
        if !reports.is_empty() {
            let each = reports
                .iter()
                .map(|format| format!("--{name}={format}=report.{format}"));
            all.push(each.collect());
        }
        if words.is_empty() {
            all.push(vec![format!("--{name}={}", files.text)]);
            all.extend(
                files
                    .named
                    .first()
                    .map(|file| vec![format!("--{name}={file}")]),
            );
        }
        all.extend(words.iter().map(|word| vec![format!("--{name}={word}")]));
        // Each value in each format, where it says what is shown.
        let is_shown = words.iter().any(|word| word == "parties") || name == "redact";
        if is_shown {
            let each = words.iter().flat_map(|word| {
                formats.iter().map(move |format| {
                    vec![format!("--{name}={word}"), format!("--format={format}")]
                })
            });
            all.extend(each);
        }
    }
    all
}

impl Run {
    /// As it is typed.
    pub fn typed(&self) -> String {
        let arguments: Vec<_> = self
            .arguments
            .iter()
            .map(|one| format!("{one:.60?}"))
            .collect();
        arguments.join(" ")
    }

    /// Runs it in a folder of its own.
    pub fn run(&self, files: &Files, index: usize) -> Said {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let folder = folder
            .join(format!("outside-{}", files.name))
            .join(index.to_string());
        let _ = fs::remove_dir_all(&folder);
        files.write(&folder);
        let output = Command::new(env!("CARGO_BIN_EXE_callflow"))
            .args(&self.arguments)
            .current_dir(&folder)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let said = Said {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            reports: reports(&folder),
        };
        let _ = fs::remove_dir_all(&folder);
        said
    }
}

fn reports(folder: &Path) -> Vec<(String, String)> {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let reports = files.filter(|path| path.file_stem().is_some_and(|stem| stem == "report"));
    reports
        .map(|path| {
            let format = path.extension().unwrap().to_str().unwrap().to_owned();
            (
                format,
                String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned(),
            )
        })
        .collect()
}

impl Said {
    /// Everything that it printed and wrote, each with where.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let streams = [
            ("standard output", &*self.stdout),
            ("standard error", &*self.stderr),
        ];
        let reports = self.reports.iter();
        // The commands of a GitHub report are allowed in it.
        let reports = reports.filter(|(format, _)| format != "github");
        streams
            .into_iter()
            .chain(reports.map(|(format, text)| (&**format, &**text)))
    }

    /// Whether a program can read it, where it is for one.
    pub fn is_readable(&self, run: &Run) -> Option<Result<(), String>> {
        if self.stdout.is_empty() {
            return None;
        }
        let json = |text: &str| {
            let mut documents =
                serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
            documents
                .try_for_each(|one| one.map(drop))
                .map_err(|error| error.to_string())
        };
        let reports = self
            .reports
            .iter()
            .map(|(format, text)| (&**format, &**text));
        let own = run.format.iter().map(|format| (&**format, &*self.stdout));
        let mut all = own.chain(reports);
        let wrong = all.find_map(|(format, text)| match format {
            "json" | "sarif" | "gitlab" | "events" | "whippy"
                if text.trim_start().starts_with(['{', '[']) =>
            {
                json(text).err()
            }
            "junit" => {
                let (_, findings) = callflow::xml::read("report.xml", text.as_bytes());
                findings.first().map(|finding| finding.message.to_string())
            }
            _ => None,
        });
        Some(wrong.map_or(Ok(()), Err))
    }
}

/// What the built program prints for a file.
pub fn printed(folder: &Path, arguments: &[&str]) -> String {
    let mut command = support::callflow(arguments);
    support::stdout(command.current_dir(folder))
}

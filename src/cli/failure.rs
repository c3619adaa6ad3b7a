//! What can prevent a subcommand from doing its work.

use std::fmt;
use std::io;

/// Something that prevented a subcommand from doing its work: exit code 2.
#[derive(Debug)]
pub enum Failure {
    /// A file or folder could not be read.
    Read(String, io::Error),
    /// A file is larger than the program reads: its name and the limit in bytes.
    TooLarge(String, u64),
    /// An event is larger than the program reads: the name of its file, and the limit in bytes.
    EventTooLarge(String, u64),
    /// There is not enough memory for a file.
    NoMemory(String),
    /// The output could not be written.
    Write(io::Error),
    /// A word stands for no rule.
    UnknownRule {
        /// The word.
        word: String,
        /// The rule that was probably meant.
        near: Option<&'static str>,
    },
    /// Options name commands that no flow of the call has: a line for each.
    UnknownCommand(Vec<String>),
    /// A configuration file has mistakes, which have been shown.
    Config(String),
    /// Files cannot be watched.
    Watch(notify::Error),
    /// A scenario names no flow.
    NoFlow(String),
    /// Nothing in a file tells of a call.
    NoCall(String),
    /// The event of a call was cut.
    Cut(String),
    /// A scenario or its flow has errors, which have been shown.
    Broken(String),
    /// A scenario has several cases, and none was chosen: its name, and theirs.
    SeveralCases(String, Vec<String>),
    /// A scenario has no case of this name, but one of a similar name: the scenario, the name, and that case.
    MistypedCase(String, String, String),
    /// A scenario has no case of this name: its name, the case's, and those that there are.
    NoCase(String, String, Vec<String>),
    /// Nothing was found to test: where it was looked for, and what was found instead.
    NothingTested(String, String),
    /// A limit stopped the simulation of a file: its name, and which limit.
    Stopped(String, String),
    /// What should be a scenario is a flow.
    NotATest(String),
    /// A file is there that callflow did not write.
    NotOurs(String),
    /// What should be a flow is a scenario.
    NotAFlow(String),
    /// A file cannot be read, as this says.
    Unreadable(String),
    /// No call of a file has this identifier.
    NoSuchCall(String, String),
    /// A file holds several calls where one is wanted: its name, and some of them.
    SeveralCalls(String, Vec<String>),
    /// Nothing was found to check: where it was looked for, and what was passed over.
    NothingChecked(String, String),
    /// A file cannot be written, since its folder does not exist: both names.
    NoFolder(String, String),
    /// What should be a flow holds JSON, as events do.
    Event(String),
    /// A file is there already, and nothing is written over.
    There(String),
    /// A file is there already.
    Exists(String),
    /// A file was changed while it was mended.
    Changed(String),
    /// A file cannot be replaced by one with the same owner: its name, its user and its group.
    Owner(String, u32, u32),
    /// A file cannot be replaced by one with the same extended attribute: its name and that of the
    /// attribute.
    Attribute(String, String),
    /// Two reports would be written to one file.
    WrittenTwice(String),
    /// A report would be written over a file that is read.
    OverItself(String),
    /// Files in TOML have one schema only.
    OnlyJson,
    /// A file or folder could not be written.
    Create(String, io::Error),
}

impl Failure {
    /// Whether the reader of the output went away.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

impl fmt::Display for Failure {
    #[allow(clippy::too_many_lines, reason = "one arm for each")]
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(name) => write!(
                out,
                "{name}: not changed, because another program changed it at the same time"
            ),
            Self::Owner(name, user, group) => write!(
                out,
                "{name}: not changed, because it belongs to user {user} and group {group} and you are not allowed to set that owner"
            ),
            Self::Attribute(name, attribute) => write!(
                out,
                "{name}: not changed, because its extended attribute {attribute} cannot be kept"
            ),
            Self::WrittenTwice(name) => {
                write!(
                    out,
                    "{name}: two reports cannot be written to the same file"
                )
            }
            Self::OverItself(name) => write!(
                out,
                "{name}: a report cannot replace a file that this command reads"
            ),
            Self::OnlyJson => write!(
                out,
                "scenarios and callflow.toml have a JSON Schema only: use --format json, or no --format"
            ),
            Self::Read(name, error) => match error.kind() {
                io::ErrorKind::NotFound => write!(out, "{name}: no such file"),
                io::ErrorKind::IsADirectory => write!(out, "{name}: this is a folder, not a file"),
                io::ErrorKind::PermissionDenied => write!(out, "{name}: permission denied"),
                _ => write!(out, "{name}: {error}"),
            },
            Self::TooLarge(name, limit) => {
                write!(out, "{name}: larger than the limit of {} MiB", limit >> 20)
            }
            Self::EventTooLarge(name, limit) => {
                write!(
                    out,
                    "{name}: an event is larger than the limit of {} MiB; everything before it was read",
                    limit >> 20
                )
            }
            Self::NoMemory(name) => write!(out, "{name}: there is not enough memory to read it"),
            Self::Write(error) => write!(out, "cannot write the output: {error}"),
            Self::UnknownRule { word, near } => match near {
                Some(near) => write!(out, "there is no rule `{word}`: did you mean `{near}`?"),
                None => write!(out, "there is no rule `{word}`: `callflow rule` lists them"),
            },
            Self::UnknownCommand(lines) => out.write_str(&lines.join("\ncallflow: ")),
            Self::Config(name) => write!(
                out,
                "{name}: nothing was checked, because this configuration has errors"
            ),
            Self::Watch(error) => write!(out, "cannot watch for changes: {error}"),
            Self::NoCall(name) => write!(out, "{name}: there is no call in it"),
            Self::Cut(name) => write!(
                out,
                "{name}: cannot be compared, because the event is truncated"
            ),
            Self::Broken(name) => {
                write!(out, "{name}: cannot be run, because it has errors")
            }
            Self::SeveralCases(name, cases) => write!(
                out,
                "{name}: it contains several calls: name one of them, such as {}",
                quoted(cases)
            ),
            Self::NoCase(name, case, cases) if cases.is_empty() => {
                write!(
                    out,
                    "{name}: there is no case {case:?}: the file has no cases"
                )
            }
            Self::MistypedCase(name, case, near) => write!(
                out,
                "{name}: there is no case {case:?}: did you mean {near:?}?"
            ),
            Self::NoCase(name, case, cases) if cases.len() == 1 => write!(
                out,
                "{name}: there is no case {case:?}; the only case is {}",
                quoted(cases)
            ),
            Self::NoCase(name, case, cases) => write!(
                out,
                "{name}: there is no case {case:?}; the cases are {}",
                quoted(cases)
            ),
            Self::NothingTested(paths, found) => {
                write!(out, "nothing to test in {paths}: {found}")
            }
            Self::Stopped(name, limit) => {
                write!(
                    out,
                    "{name}: the simulation was stopped, so the call is not complete: {limit}"
                )
            }
            Self::NotATest(name) => write!(
                out,
                "{name}: this is not a scenario (.toml), so there is nothing to test; `callflow run {name}` runs a flow"
            ),
            Self::NotOurs(name) => write!(
                out,
                "{name}: not overwritten, because callflow did not write this file; choose another name, or remove it first"
            ),
            Self::NotAFlow(name) => {
                write!(
                    out,
                    "{name}: this is a scenario; --with compares two flows (.xml)"
                )
            }
            Self::Unreadable(why) => out.write_str(why),
            Self::SeveralCalls(name, calls) => write!(
                out,
                "{name}: it contains several calls: choose one with --call, such as {}",
                calls.join(", ")
            ),
            Self::NothingChecked(paths, passed) => write!(
                out,
                "nothing to check in {paths}: there is no flow, scenario or callflow.toml; skipped: {passed}"
            ),
            Self::NoFolder(name, folder) => {
                write!(out, "{name}: the folder {folder} does not exist")
            }
            Self::Event(name) => write!(
                out,
                "{name}: this is JSON, not a flow; if it is an event, use `callflow explain {name}`"
            ),
            Self::There(name) => {
                write!(out, "{name}: the file already exists; nothing was written")
            }
            Self::Exists(name) => write!(
                out,
                "{name}: the file already exists; --force overwrites it"
            ),
            Self::Create(name, error) => write!(out, "{name}: {error}"),
            Self::NoSuchCall(name, call) => write!(out, "{name}: there is no call {call} in it"),
            Self::NoFlow(name) => write!(
                out,
                "{name}: the scenario does not name a flow: add `flow = \"FILE.xml\"`, relative to the scenario"
            ),
        }
    }
}

/// Names as a sentence lists them; of many the first.
fn quoted(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown = names.iter().take(SHOWN).map(|name| format!("{name:?}"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

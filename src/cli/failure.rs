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
    UnknownRule(String),
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
                "{name}: somebody changed it meanwhile, so it was left as it is"
            ),
            Self::Owner(name, user, group) => write!(
                out,
                "{name}: it belongs to user {user} and group {group}, and you are not allowed to give a file to them: it was left as it is"
            ),
            Self::Attribute(name, attribute) => write!(
                out,
                "{name}: its extended attribute {attribute} cannot be kept: it was left as it is"
            ),
            Self::WrittenTwice(name) => {
                write!(out, "{name}: two reports cannot be written to one file")
            }
            Self::OverItself(name) => write!(
                out,
                "{name}: a report is not written over a file that is read"
            ),
            Self::OnlyJson => write!(
                out,
                "scenarios and callflow.toml are TOML: they have a JSON Schema, so write --format json or leave --format out"
            ),
            Self::Read(name, error) => match error.kind() {
                io::ErrorKind::NotFound => write!(out, "{name}: no such file"),
                io::ErrorKind::IsADirectory => write!(out, "{name}: this is a folder, not a file"),
                io::ErrorKind::PermissionDenied => write!(out, "{name}: permission denied"),
                _ => write!(out, "{name}: {error}"),
            },
            Self::TooLarge(name, limit) => {
                write!(
                    out,
                    "{name}: larger than {} MiB, the most that is read",
                    limit >> 20
                )
            }
            Self::EventTooLarge(name, limit) => {
                write!(
                    out,
                    "{name}: an event larger than {} MiB, the most that is read of one; what stands before it was read",
                    limit >> 20
                )
            }
            Self::NoMemory(name) => write!(out, "{name}: there is not enough memory to read it"),
            Self::Write(error) => write!(out, "cannot write the output: {error}"),
            Self::UnknownRule(word) => {
                write!(out, "there is no rule `{word}`: `callflow rule` lists them")
            }
            Self::Config(name) => write!(
                out,
                "{name}: nothing was checked, since this configuration has mistakes"
            ),
            Self::Watch(error) => write!(out, "cannot watch for changes: {error}"),
            Self::NoCall(name) => write!(out, "{name}: nothing in it tells of a call"),
            Self::Cut(name) => write!(out, "{name}: the event was cut, so it cannot be compared"),
            Self::Broken(name) => {
                write!(out, "{name}: it has errors, so there is no call")
            }
            Self::SeveralCases(name, cases) => write!(
                out,
                "{name}: it holds several calls: name one, such as {}",
                quoted(cases)
            ),
            Self::NoCase(name, case, cases) if cases.is_empty() => {
                write!(out, "{name}: it has no cases, so none is called {case:?}")
            }
            Self::NoCase(name, case, cases) => write!(
                out,
                "{name}: no case is called {case:?}; there is {}",
                quoted(cases)
            ),
            Self::NothingTested(paths, found) => {
                write!(out, "nothing to test in {paths}: {found}")
            }
            Self::Stopped(name, limit) => {
                write!(
                    out,
                    "{name}: the simulation was stopped, so there is no whole call: {limit}"
                )
            }
            Self::NotATest(name) => write!(
                out,
                "{name}: this is not a scenario (.toml), so it expects nothing; `callflow run {name}` plays a flow"
            ),
            Self::NotOurs(name) => write!(
                out,
                "{name}: callflow did not write this file, so it is left as it is; choose another name, or remove it first"
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
                "{name}: it holds several calls: choose one with --call, such as {}",
                calls.join(", ")
            ),
            Self::NothingChecked(paths, passed) => write!(
                out,
                "nothing to check in {paths}: no flow, no scenario and no callflow.toml; passed over: {passed}"
            ),
            Self::NoFolder(name, folder) => {
                write!(out, "{name}: the folder {folder} does not exist")
            }
            Self::Event(name) => write!(
                out,
                "{name}: this is JSON and no flow; if it is an event, `callflow explain {name}` reads it"
            ),
            Self::There(name) => write!(out, "{name}: it is there already; nothing was written"),
            Self::Exists(name) => write!(out, "{name}: it is there already; --force overwrites it"),
            Self::Create(name, error) => write!(out, "{name}: {error}"),
            Self::NoSuchCall(name, call) => write!(out, "{name}: no call in it is called {call}"),
            Self::NoFlow(name) => write!(
                out,
                "{name}: the scenario names no flow: add `flow = \"….xml\"`, relative to the scenario"
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

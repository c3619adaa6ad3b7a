//! `callflow explore`

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::ValueEnum;

use super::check::Deny;
use super::configs::Configs;
use super::report_file::{ReportFile, report_file};
use super::run::Overrides;
use super::screen::Screen;
use super::{Exit, Failure, rule, save};
use crate::check::Selection;
use crate::diagnostic::Severity;
use crate::explore::{self, Held, Observer, Options, Subject};
use crate::present::Look;
use crate::present::explore::{self as present, Exploration};
use crate::report::{self, FileReport, Output, Report, Syntax};
use crate::source::Source;
use crate::table::Text as _;

mod subjects;
mod suite;

use subjects::{Explorable, found};

/// Try everything that can happen in a call, and report problems
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # everything that callers, servers and destinations can do
  callflow explore menu.xml
  # a scenario gives the fetched documents and the default behaviour
  callflow explore menu.call.toml
  callflow explore menu.call.toml::busy
  # every flow of a folder, with the documents of its scenarios
  callflow explore flows/ --deny warnings
  # what a server replies, given on the command line
  callflow explore menu.xml --callback 'https://api.example.com/*=next.xml'
  # vary only what destinations do
  callflow explore menu.xml --keep callback,keys,hangup,start
  # a suite of regression tests
  callflow explore menu.xml --write tests/
  # for programs
  callflow explore menu.xml --format json --output markdown=comment.md

docs/exploring.md says what is tried and what is not. `callflow rule ID` explains a finding; the comment `<!-- callflow: ignore rule-id -->` on the line before ignores it. Each finding comes with the shortest call that reproduces it; --write-findings writes these calls as scenarios.

Exit code: 0 no errors, 1 errors, 2 wrong usage or I/O error, 130 interrupted (what was found so far is shown).")]
pub(super) struct Args {
    /// Flows, scenarios, and folders of them
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Keep these at their default instead of trying everything that can happen; separate several
    /// with commas
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    keep: Vec<Hold>,

    /// The maximum number of states for one flow (default: as `callflow.toml` says, else 200000)
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,

    /// The longest silence that is not reported. Time in which the flow waits for the caller does
    /// not count (default: as `callflow.toml` says, else 8s)
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    max_silence: Option<Duration>,

    /// Write a suite of tests that reaches all that calls without a finding reach: one file per flow
    /// in this folder
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,

    /// The maximum number of tests in one suite
    #[arg(long, value_name = "NUMBER", default_value_t = 200)]
    limit_cases: usize,

    /// Write the calls that reproduce each finding as scenarios: one file per flow in this folder
    #[arg(long, value_name = "DIR")]
    write_findings: Option<PathBuf>,

    /// Overwrite suites that callflow wrote; other files are never overwritten
    #[arg(long)]
    force: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write a report to a file as well; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file::<Format>)]
    output: Vec<ReportFile<Format>>,

    /// Report only these rules; may be given several times
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<Box<str>>,

    /// Turn these rules off; may be given several times
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<Box<str>>,

    /// Treat warnings as errors
    #[arg(long, value_name = "WHAT")]
    deny: Option<Deny>,

    /// Use this configuration instead of the nearest callflow.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    overrides: Overrides,
}

/// What can be held.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Hold {
    /// The result of each Dial
    Dial,
    /// What servers reply
    Callback,
    /// Which keys are pressed
    Keys,
    /// Whether the caller hangs up
    Hangup,
    /// Who calls, from where and when
    Start,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// Findings with their source lines, and what was tried
    Human,
    /// For programs
    Json,
    /// For a comment on a change
    Markdown,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for test reports
    Junit,
    /// Workflow commands of GitHub Actions, which show findings in the changed lines
    Github,
}

impl Format {
    fn syntax(self) -> Syntax {
        match self {
            Self::Human => Syntax::Text,
            Self::Json | Self::Sarif => Syntax::Json,
            Self::Markdown => Syntax::Markdown,
            Self::Junit => Syntax::Xml,
            Self::Github => Syntax::Github,
        }
    }
}

fn duration(typed: &str) -> Result<Duration, String> {
    Duration::from_text(typed).map_err(|refusal| refusal.to_string())
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let selection = Selection {
        select: args.select.clone(),
        ignore: args.ignore.clone(),
        severity: Vec::new(),
        deny_warnings: args.deny == Some(Deny::Warnings),
    };
    let rules = rule::all();
    if let Some(word) = selection.unknown(&rules).first() {
        return Err(rule::unknown(word));
    }
    let configs = Configs::new(args.config.as_deref(), selection, rules, &[])?;
    let subjects = found(&args.paths, &args.overrides, screen)?;
    if subjects.all.is_empty() {
        // A report of nothing would read as if all were well.
        return Ok(Exit::Bad);
    }
    let reports = args.output.iter().map(|output| output.path.as_path());
    save::distinct(reports, subjects.all.iter().map(|one| one.path.as_path()))?;
    let watcher = Watcher::new();
    let mut explorations = Vec::new();
    for subject in &subjects.all {
        if is_interrupted() {
            break;
        }
        explorations.push(one(args, subject, &configs, &watcher)?);
    }
    watcher.clear();
    let was_interrupted = is_interrupted();
    for output in &args.output {
        let look = Look {
            styled: false,
            width: 100,
        };
        let text = Output::in_memory(output.format.syntax(), |out| {
            write(output.format, &explorations, &configs, look, None, out)
        })?;
        save::write(&output.path, &text)?;
    }
    let look = screen.look();
    screen.write_as(args.format.syntax())?;
    write(
        args.format,
        &explorations,
        &configs,
        look,
        screen.columns,
        screen.out,
    )?;
    if let Some(folder) = &args.write {
        let suites = explorations.iter().map(|one| one.suite.as_ref());
        let calls = suites.map(|suite| {
            let calls = suite.map(|suite| (suite.cases.clone(), &suite.left_out[..]));
            calls.unwrap_or_default()
        });
        suite::write(folder, &subjects.all, &explorations, calls, args.force)?;
    }
    if let Some(folder) = &args.write_findings {
        let wrong = explorations.iter().map(|one| one.explored.wrong_calls());
        let calls = wrong.map(|calls| (calls, &[][..]));
        suite::write(folder, &subjects.all, &explorations, calls, args.force)?;
    }
    let findings = explorations.iter().flat_map(|one| &one.explored.findings);
    let is_bad = findings
        .into_iter()
        .any(|one| one.diagnostic.severity == Severity::Error);
    Ok(if was_interrupted {
        Exit::Interrupted
    } else if is_bad || subjects.is_broken {
        Exit::Bad
    } else {
        Exit::Good
    })
}

/// Explores one flow.
fn one<'a>(
    args: &Args,
    subject: &'a Explorable,
    configs: &Configs,
    watcher: &Watcher,
) -> Result<Exploration<'a>, Failure> {
    let settled = configs.of(subject.flow_folder())?;
    let limits = &settled.config.explore;
    let is_held = |what| args.keep.contains(&what);
    let default = Options::default();
    let many = |typed: Option<u32>, file: Option<u32>, usual| {
        typed.or(file).map_or(usual, |many| many as usize)
    };
    let options = Options {
        held: Held {
            dial: is_held(Hold::Dial),
            callback: is_held(Hold::Callback),
            keys: is_held(Hold::Keys),
            hangup: is_held(Hold::Hangup),
            start: is_held(Hold::Start),
        },
        states: many(args.limit, limits.limit, default.states),
        max_silence: args
            .max_silence
            .or(limits.max_silence)
            .unwrap_or(default.max_silence),
    };
    let began = now();
    let prepared = &subject.prepared;
    let what = Subject {
        flow: &prepared.flow,
        scenario: &prepared.scenario,
        documents: &prepared.documents,
    };
    let mut explored = explore::explore(what, &options, watcher);
    let took = began.elapsed();
    explored.findings = std::mem::take(&mut explored.findings)
        .into_iter()
        .filter_map(|finding| {
            let selected = settled
                .config
                .selection
                .apply(vec![finding.diagnostic.clone()]);
            let diagnostic = selected.into_iter().next()?;
            Some(explore::Finding {
                diagnostic,
                ..finding
            })
        })
        .collect();
    let own = prepared.flow.source();
    let documents = prepared.documents.iter();
    let documents = documents.map(|(path, content)| (path.display().to_string(), content.clone()));
    let is_written = args.write.is_some();
    let suite = is_written.then(|| explored.suite(args.limit_cases));
    Ok(Exploration {
        name: subject.name(),
        suite,
        explored,
        files: std::iter::once((own.name().to_owned(), own.text().as_bytes().into()))
            .chain(documents)
            .collect(),
        took,
    })
}

fn write(
    format: Format,
    explorations: &[Exploration<'_>],
    configs: &Configs,
    look: Look,
    columns: Option<usize>,
    out: &mut dyn io::Write,
) -> Result<(), Failure> {
    let report = |format: report::Format, out: &mut dyn io::Write| {
        let report = Report {
            files: files(explorations),
            rules: configs.rules().to_vec(),
            base: super::check::base(),
            styled: look.styled,
            columns,
            aside: report::Aside::default(),
        };
        format.write(&report, out)
    };
    match format {
        Format::Human => {
            report(report::Format::Human, out)?;
            for one in explorations {
                present::summary(one, look, out)?;
            }
        }
        Format::Json => present::json(explorations, out)?,
        Format::Markdown => present::markdown(explorations, out)?,
        Format::Sarif => report(report::Format::Sarif, out)?,
        Format::Junit => report(report::Format::Junit, out)?,
        Format::Github => report(report::Format::Github, out)?,
    }
    Ok(())
}

/// The findings by the files that they are in, each file once.
fn files(explorations: &[Exploration<'_>]) -> Vec<FileReport> {
    let mut files: Vec<FileReport> = Vec::new();
    for one in explorations {
        let covered = one
            .explored
            .coverage
            .flows
            .iter()
            .map(|covered| &covered.flow);
        for flow in covered {
            let (name, text) = (one.file(flow), flow.source().text());
            let is_it =
                |file: &&mut FileReport| file.source.name() == name && file.source.text() == text;
            let found = one
                .explored
                .findings
                .iter()
                .filter(|finding| *finding.flow == **flow);
            let found = found.map(|finding| finding.diagnostic.clone());
            match files.iter_mut().find(is_it) {
                Some(file) => {
                    for diagnostic in found {
                        let is_said = |other: &crate::diagnostic::Diagnostic| {
                            (other.rule, other.primary.span)
                                == (diagnostic.rule, diagnostic.primary.span)
                        };
                        if !file.diagnostics.iter().any(is_said) {
                            file.diagnostics.push(diagnostic);
                        }
                    }
                    file.diagnostics.sort_by_key(|finding| finding.primary.span);
                }
                None => files.push(FileReport {
                    source: Source::new(name, text).into(),
                    diagnostics: found.collect(),
                }),
            }
        }
    }
    files
}

/// Shows how far it is on a terminal, and stops when it is interrupted.
struct Watcher {
    is_terminal: bool,
    began: Instant,
    /// The seconds after which the line was last written.
    shown: AtomicUsize,
}

/// When the program was interrupted.
static INTERRUPTED: OnceLock<Instant> = OnceLock::new();

impl Watcher {
    fn new() -> Self {
        // Without a handler an interruption ends the program at once, as usual.
        let _ = ctrlc::set_handler(|| {
            let first = INTERRUPTED.get_or_init(now);
            // Asked again, it does not wait for what it is at. Some send the signal twice at once.
            if first.elapsed() > Duration::from_millis(500) {
                std::process::exit(130);
            }
        });
        Self {
            is_terminal: io::stderr().is_terminal(),
            began: now(),
            shown: AtomicUsize::new(0),
        }
    }

    fn clear(&self) {
        if self.shown.load(Ordering::Relaxed) > 0 {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

impl Observer for Watcher {
    fn goes_on(&self, states: usize) -> bool {
        let ticks = usize::try_from(self.began.elapsed().as_millis() / 250).unwrap_or(usize::MAX);
        if self.is_terminal && self.shown.swap(ticks, Ordering::Relaxed) < ticks {
            // A line that cannot be written is no harm.
            let _ = write!(io::stderr(), "\r{states} states");
        }
        !is_interrupted()
    }
}

fn is_interrupted() -> bool {
    INTERRUPTED.get().is_some()
}

/// The real time, for those who wait: how long it took is said to people only.
#[allow(clippy::disallowed_methods, reason = "no call depends on it")]
fn now() -> Instant {
    Instant::now()
}

/// The folder of a file.
fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

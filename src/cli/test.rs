//! `callflow test`

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::report_file::{ReportFile, report_file};
use super::screen::Screen;
use super::{Exit, Failure, save, watch};
use crate::expect::Coverage;
use crate::present::verdict::{self, Outcome, Verdict};
use crate::present::{Look, coverage as present};
use crate::report::{self, Output, Report, Syntax};
use crate::source::visible;

mod choice;
mod edit;
mod play;

use choice::{Partition, choose, found, partition, remember};

/// Play calls, and compare each with what its scenario expects
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # every scenario below this folder that has an [expect]
  callflow test
  callflow test flows/ --filter '*busy*'
  # what there is
  callflow test flows/ --list
  # for a CI server
  callflow test flows/ --format github --output junit=tests.xml
  # one of four machines
  callflow test flows/ --partition 1/4
  # what failed the last time
  callflow test flows/ --failed
  # which parts of the flows no call came to
  callflow test flows/ --coverage --min-coverage 90
  # a flow was changed on purpose
  callflow test flows/ --update
  # pin what a scenario does today
  callflow test menu.call.toml --write

A folder is searched for scenarios (.toml), as `callflow check` does. A file is one call, or with
`[[case]]` several, each by its name. `callflow rule expectation` says what can be expected.

Exit code: 0 all that is expected holds, 1 something does not, 2 usage or I/O, or nothing to test.")]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Args {
    /// Scenarios, and folders of them
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Only calls whose file or case has this in its name; with * or ? all of the name
    #[arg(long, value_name = "NAME|GLOB")]
    filter: Vec<String>,

    /// Only the calls that failed the last time in this folder
    #[arg(long)]
    failed: bool,

    /// Play and show nothing behind the first call that fails
    #[arg(long)]
    fail_fast: bool,

    /// Every N-th call, from the I-th on: for N machines that share the work
    #[arg(long, value_name = "I/N", value_parser = partition, alias = "shard")]
    partition: Option<Partition>,

    /// Rewrite the lists that do not hold, and the files beside the scenario, after showing how they
    /// differ; all else in the file stays as it is
    #[arg(long, conflicts_with = "write")]
    update: bool,

    /// Write what happens now as the expectations of calls that have none
    #[arg(long)]
    write: bool,

    /// Show which parts of the flows the calls came to, or write it to a file as well; may be given
    /// several times
    #[arg(long, value_name = "FORMAT=FILE", num_args = 0..=1, default_missing_value = "table", require_equals = true, value_parser = covered)]
    coverage: Vec<Covered>,

    /// Fail where the calls came to less than this part of the flows
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_coverage: Option<u8>,

    /// Test again whenever a flow or a scenario changes
    #[arg(long, conflicts_with_all = ["update", "write", "list"])]
    watch: bool,

    /// Print the names of the calls, and play none
    #[arg(long)]
    list: bool,

    /// Say what passed, too
    #[arg(short, long)]
    verbose: bool,

    /// It is no mistake that nothing is to be tested
    #[arg(long)]
    allow_empty: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write a report to a file as well; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file::<Format>)]
    output: Vec<ReportFile<Format>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Format {
    /// For a terminal
    Human,
    /// For programs
    Json,
    /// JUnit XML, for test reports
    Junit,
    /// Workflow commands of GitHub Actions, shown in the changed lines
    Github,
}

impl Format {
    fn syntax(self) -> Syntax {
        match self {
            Self::Human => Syntax::Text,
            Self::Json => Syntax::Json,
            Self::Junit => Syntax::Xml,
            Self::Github => Syntax::Github,
        }
    }
}

/// What is done with the coverage.
#[derive(Clone, Debug)]
enum Covered {
    /// It is shown.
    Table,
    /// It is written to a file as JSON.
    Json(PathBuf),
    /// It is written to a file as LCOV.
    Lcov(PathBuf),
    /// It is written to a file as a page.
    Html(PathBuf),
}

impl Covered {
    /// The file that it is written to.
    fn path(&self) -> Option<&Path> {
        match self {
            Self::Table => None,
            Self::Json(path) | Self::Lcov(path) | Self::Html(path) => Some(path),
        }
    }
}

fn covered(typed: &str) -> Result<Covered, String> {
    match typed.split_once('=') {
        None if typed == "table" => Ok(Covered::Table),
        Some(("json", path)) if !path.is_empty() => Ok(Covered::Json(path.into())),
        Some(("lcov", path)) if !path.is_empty() => Ok(Covered::Lcov(path.into())),
        Some(("html", path)) if !path.is_empty() => Ok(Covered::Html(path.into())),
        _ => Err(
            "expected `html=FILE`, `lcov=FILE` or `json=FILE`, or nothing for a table".to_owned(),
        ),
    }
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    if !args.watch {
        return once(args, screen);
    }
    watch::forever(&args.paths, || {
        let exit = once(args, screen)?;
        writeln!(screen.out, "\nwaiting for a change")?;
        screen.out.flush()?;
        Ok(exit)
    })
}

fn once(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let (mut files, mut verdicts, counted) = found(args)?;
    if files.is_empty() && verdicts.is_empty() && !args.allow_empty {
        let names: Vec<_> = args
            .paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        return Err(Failure::NothingTested(names.join(", "), counted));
    }
    choose(args, &mut files)?;
    let reports = args.output.iter().map(|output| output.path.as_path());
    let pages = args.coverage.iter().filter_map(Covered::path);
    save::distinct(
        reports.chain(pages),
        files.iter().map(|file| file.path.as_path()),
    )?;
    if args.list {
        for file in &files {
            for (call, _) in file.calls.iter().filter(|(_, is_played)| *is_played) {
                let name = file.case_name(*call);
                let name = name.map_or(String::new(), |name| format!(" · {name}"));
                let line = format!("{}{name}", file.path.display());
                writeln!(screen.out, "{}", visible(&line))?;
            }
        }
        return Ok(Exit::Good);
    }
    if args.write {
        return edit::write(&files, screen);
    }
    let (played, coverage) = play::all(&files, args.fail_fast);
    verdicts.extend(played);
    verdicts.sort_by(|one, other| one.file.cmp(&other.file));
    if args.fail_fast
        && let Some(first) = verdicts.iter().position(|verdict| !verdict.is_good())
    {
        verdicts.truncate(first + 1);
    }
    remember(&verdicts)?;
    for output in &args.output {
        let look = Look {
            styled: false,
            width: 100,
        };
        let text = Output::in_memory(output.format.syntax(), |out| {
            write(output.format, &verdicts, args.verbose, look, out)
        })?;
        save::write(&output.path, &text)?;
    }
    let look = Look {
        styled: screen.styled,
        width: screen.width,
    };
    screen.write_as(args.format.syntax())?;
    write(args.format, &verdicts, args.verbose, look, screen.out)?;
    let is_covered = show_coverage(args, &coverage, look, screen)?;
    let is_unreadable = |one: &Verdict| matches!(one.outcome, Outcome::Unreadable(_));
    if let Some(one) = verdicts.iter().find(|one| is_unreadable(one))
        && let Outcome::Unreadable(why) = &one.outcome
    {
        // Its reader may have gone: the failure is told all the same.
        let _ = screen.out.flush();
        return Err(Failure::Unreadable(why.clone()));
    }
    if args.update {
        return edit::update(&files, &verdicts, screen);
    }
    if verdicts.iter().all(Verdict::is_good) && is_covered {
        Ok(Exit::Good)
    } else {
        Ok(Exit::Bad)
    }
}

/// Shows or writes the coverage; tells whether it is as much as is wanted.
fn show_coverage(
    args: &Args,
    coverage: &Coverage,
    look: Look,
    screen: &mut Screen<'_>,
) -> Result<bool, Failure> {
    let mut is_shown = args.coverage.is_empty() && args.min_coverage.is_some();
    for one in &args.coverage {
        let path = match one {
            Covered::Table => {
                is_shown = true;
                continue;
            }
            Covered::Json(path) | Covered::Lcov(path) | Covered::Html(path) => path,
        };
        let syntax = match one {
            Covered::Table => Syntax::Text,
            Covered::Json(_) => Syntax::Json,
            // A path that is escaped would be another file.
            Covered::Lcov(_) => Syntax::Exact,
            Covered::Html(_) => Syntax::Html,
        };
        let text = Output::in_memory(syntax, |out| match one {
            Covered::Table => Ok(()),
            Covered::Json(_) => present::json(coverage, out),
            Covered::Lcov(_) => present::lcov(coverage, out),
            Covered::Html(_) => present::html(coverage, out),
        })?;
        save::write(path, &text)?;
    }
    // What is printed for programs stands alone.
    if is_shown && args.format == Format::Human {
        present::human(coverage, look, screen.out)?;
    }
    let Some(least) = args.min_coverage else {
        return Ok(true);
    };
    let is_enough = coverage.percent() >= f64::from(least);
    if !is_enough {
        let percent = present::percent(coverage);
        Screen::say(&format!(
            "the calls came to {percent} of the flows, and {least} % is wanted"
        ))?;
    }
    Ok(is_enough)
}

fn write(
    format: Format,
    verdicts: &[Verdict],
    all: bool,
    look: Look,
    out: &mut dyn io::Write,
) -> Result<(), Failure> {
    match format {
        Format::Human => verdict::human(verdicts, all, look, out)?,
        Format::Json => verdict::json(verdicts, out)?,
        Format::Junit => verdict::junit(verdicts, out)?,
        Format::Github => {
            let report = Report {
                files: verdict::as_files(verdicts),
                rules: super::rule::all(),
                base: super::check::base(),
                styled: false,
                columns: None,
            };
            report::Format::Github.write(&report, out)?;
            let (good, bad) = verdict::counts(verdicts);
            writeln!(out, "{bad} calls failed, {good} passed")?;
        }
    }
    Ok(())
}

//! `callflow test`

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::report_file::{ReportFile, report_file};
use super::screen::Screen;
use super::target::Target;
use super::{Exit, Failure, save, watch};
use crate::expect::Coverage;
use crate::present::verdict::{self, Outcome, Tests, Verdict};
use crate::present::{Look, coverage as present};
use crate::report::{self, Output, Syntax};
use crate::source::visible;
use crate::value::nearest;

mod choice;
mod edit;
mod either_way;
mod memory;
mod play;

use choice::{Partition, found, partition};
use either_way::Dependent;
use memory::Memory;

/// Run scenarios, and compare each call with what its scenario expects
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # every scenario below this folder that has an [expect]
  callflow test
  callflow test flows/ --filter '*busy*'
  # list all tests
  callflow test flows/ --list
  # one case of a file
  callflow test menu.call.toml::busy
  # for a CI server
  callflow test flows/ --format github --output junit=tests.xml
  # one of four machines
  callflow test flows/ --partition 1/4
  # the tests that failed the last time
  callflow test flows/ --failed
  # which parts of the flows did no test reach?
  callflow test flows/ --coverage --min-coverage 90
  # after a flow was changed on purpose
  callflow test flows/ --update
  # make the current behaviour of a scenario its expectation
  callflow test menu.call.toml --write
  # which tests pass only if callflow's assumptions are right?
  callflow test flows/ --either-way

In a folder, all scenarios (.toml) are found, as with `callflow check`. A file is one test, or several with `[[case]]`; each case has a name. `callflow rule expectation` explains what can be expected.

`callflow run -v` lists the assumptions in a call. `--either-way` runs each test that passes once more for every other value of the assumptions that affected it, and names the tests that would fail. This does not change the exit code; `--either-way=fail` does. If you have tested what the platform really does, write it into `[assume]`, in the scenario or in callflow.toml: then it is not an assumption any more.

Exit code: 0 every test passed, 1 a test failed (or, with `--either-way=fail`, depends on an assumption), 2 wrong usage or I/O error, or no test matches the options.")]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Args {
    /// Scenarios, single cases (`FILE::CASE`), and folders
    #[arg(default_value = ".", value_name = "PATH|FILE::CASE")]
    paths: Vec<PathBuf>,

    /// Only tests whose file or case name contains this text. With * or ? the pattern must match
    /// the whole name. May be given several times
    #[arg(long, value_name = "NAME|GLOB")]
    filter: Vec<String>,

    /// Only tests that failed the last time they were run in this folder
    #[arg(long)]
    failed: bool,

    /// Stop after the first test that fails
    #[arg(long)]
    fail_fast: bool,

    /// Run every N-th test, beginning with the I-th, to share the work between N machines
    #[arg(long, value_name = "I/N", value_parser = partition, alias = "shard")]
    partition: Option<Partition>,

    /// Update the failing lists and snapshot files to what happens now; the differences are shown
    /// first
    #[arg(long, conflicts_with = "write")]
    update: bool,

    /// For tests without expectations: write what happens now as their expectations
    #[arg(long)]
    write: bool,

    /// Show which parts of the flows the tests reached, or write a coverage report to a file; may
    /// be given several times
    #[arg(long, value_name = "FORMAT=FILE", num_args = 0..=1, default_missing_value = "table", require_equals = true, value_parser = covered)]
    coverage: Vec<Covered>,

    /// Fail if coverage is below this percentage
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_coverage: Option<u8>,

    /// Also run each passing test under every other value of the assumptions that affected it, and
    /// show which tests depend on one
    #[arg(long, value_name = "report|fail", num_args = 0..=1, default_missing_value = "report", require_equals = true, hide_possible_values = true, conflicts_with_all = ["update", "write", "list"])]
    either_way: Option<Dependent>,

    /// Test again whenever one of the files changes
    #[arg(long, conflicts_with_all = ["update", "write", "list"])]
    watch: bool,

    /// Print the names of all tests, without running them
    #[arg(long)]
    list: bool,

    /// Also show the tests that passed
    #[arg(short, long)]
    verbose: bool,

    /// Do not fail if there is nothing to test
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
    /// Workflow commands of GitHub Actions, which show findings in the changed lines
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
        split => {
            let format = split.map_or(typed, |(format, _)| format);
            let near = nearest(format, ["html", "lcov", "json"]).filter(|near| *near != format);
            let near = near.map(|near| format!("; did you mean `{near}=FILE`?"));
            Err(format!(
                "expected `html=FILE`, `lcov=FILE` or `json=FILE`, or no value for a table{}",
                near.unwrap_or_default()
            ))
        }
    }
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    if !args.watch {
        return once(args, screen);
    }
    let files = args.paths.iter().map(|path| Target::new(path).file);
    let files: Vec<PathBuf> = files.collect();
    watch::forever(&files, screen, |screen| {
        let exit = once(args, screen);
        let outputs = args.output.iter().map(|output| output.path.as_path());
        let pages = args.coverage.iter().filter_map(Covered::path);
        let files = watch::Files {
            read: super::check::read_elsewhere(&files),
            written: outputs.chain(pages).map(Path::to_owned).collect(),
        };
        (exit, files)
    })
}

fn once(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let found = found(args)?;
    let files = &found.files;
    let reports = args.output.iter().map(|output| output.path.as_path());
    let pages = args.coverage.iter().filter_map(Covered::path);
    save::distinct(
        reports.chain(pages),
        files.iter().map(|file| file.path.as_path()),
    )?;
    if args.list || args.write {
        let is_read = complain(&found.verdicts, screen)?;
        let exit = if args.list {
            for name in found.asked_for() {
                writeln!(screen.out, "{}", visible(&name))?;
            }
            Exit::Good
        } else {
            edit::write(files, screen)?
        };
        return Ok(if is_read { exit } else { Exit::Bad });
    }
    let (played, coverage) = play::all(files, args.fail_fast);
    let left_out = found.left_out();
    let mut verdicts = found.verdicts;
    verdicts.extend(played);
    verdicts.sort_by(|one, other| one.file.cmp(&other.file));
    if args.fail_fast
        && let Some(first) = verdicts.iter().position(|verdict| !verdict.is_good())
    {
        verdicts.truncate(first + 1);
    }
    // The tests were played, whether or not it can be remembered.
    if let Err(failure) = Memory::read().and_then(|memory| memory.learn(files, &verdicts)) {
        Screen::say(&failure.to_string())?;
    }
    let either_way = match args.either_way {
        Some(dependent) => Some(either_way::all(files, &verdicts, dependent)?),
        None => None,
    };
    let tested = Tests {
        verdicts: &verdicts,
        left_out: &left_out,
        either_way: either_way.as_ref(),
    };
    for output in &args.output {
        let look = Look {
            styled: false,
            width: 100,
        };
        let text = Output::in_memory(output.format.syntax(), |out| {
            write(output.format, tested, args.verbose, look, out)
        })?;
        save::write(&output.path, &text)?;
    }
    let look = screen.look();
    screen.write_as(args.format.syntax())?;
    write(args.format, tested, args.verbose, look, screen.out)?;
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
        let exit = edit::update(files, &verdicts, screen)?;
        let is_read = verdicts.iter().all(Verdict::is_played);
        return Ok(if is_read { exit } else { Exit::Bad });
    }
    let holds = either_way.is_none_or(|one| one.is_good() || !one.fails);
    if verdicts.iter().all(Verdict::is_good) && is_covered && holds {
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
            "coverage is {percent}, below the required {least} %"
        ))?;
    }
    Ok(is_enough)
}

/// Shows what is wrong with scenarios that cannot be read; tells whether none is so.
fn complain(verdicts: &[Verdict], screen: &Screen<'_>) -> Result<bool, Failure> {
    let mut unreadable = None;
    for verdict in verdicts {
        match &verdict.outcome {
            Outcome::Broken { source, findings } => screen.complain(source, findings)?,
            Outcome::Unreadable(why) => unreadable = Some(why.clone()),
            Outcome::Passed | Outcome::Failed { .. } => {}
        }
    }
    match unreadable {
        Some(why) => Err(Failure::Unreadable(why)),
        None => Ok(verdicts.is_empty()),
    }
}

fn write(
    format: Format,
    tests: Tests<'_>,
    all: bool,
    look: Look,
    out: &mut dyn io::Write,
) -> Result<(), Failure> {
    match format {
        Format::Human => verdict::human(tests, all, look, out)?,
        Format::Json => verdict::json(tests, out)?,
        Format::Junit => verdict::junit(tests, out)?,
        Format::Github => {
            let files = verdict::as_files(tests.verdicts);
            let base = super::check::base();
            report::github::annotations(&files, base.as_ref(), out)?;
            verdict::summary(tests, look, out)?;
            if let Some(either_way) = tests.either_way {
                writeln!(out, "{}", either_way.words())?;
            }
        }
    }
    Ok(())
}

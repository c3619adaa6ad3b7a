//! `callflow test`

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::ValueEnum;
use rayon::prelude::*;

use super::check::{Passed, scenarios};
use super::run::{Broken, Prepared, furnish, load};
use super::screen::Screen;
use super::{Exit, Failure, expectations, watch};
use crate::diagnostic::Diagnostic;
use crate::expect::{self, Coverage, unused};
use crate::present::verdict::{self, Outcome, Verdict};
use crate::present::{Look, coverage as present};
use crate::report::{self, Report};
use crate::scenario::{Case, Expect, Pattern, Scenario};
use crate::source::Source;

mod edit;

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

    /// Show nothing behind the first call that fails
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
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    output: Vec<Output>,
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

/// A report that is written to a file.
#[derive(Clone, Debug)]
struct Output {
    format: Format,
    path: PathBuf,
}

fn output(typed: &str) -> Result<Output, String> {
    let (format, path) = typed.split_once('=').ok_or("expected FORMAT=FILE")?;
    let format = Format::from_str(format, false)
        .map_err(|_| "expected one of `human`, `json`, `junit`, `github`".to_owned())?;
    match path.is_empty() {
        true => Err("expected a file behind `=`".to_owned()),
        false => Ok(Output {
            format,
            path: path.into(),
        }),
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

/// One of several parts of the calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Partition {
    /// Which, from 1.
    part: usize,
    /// Of how many.
    of: usize,
}

fn partition(typed: &str) -> Result<Partition, String> {
    let wrong = || "expected I/N with I from 1 to N, such as 1/4".to_owned();
    let (part, of) = typed.split_once('/').ok_or_else(wrong)?;
    let number = |text: &str| text.parse::<usize>().map_err(|_| wrong());
    let (part, of) = (number(part)?, number(of)?);
    match (1..=of).contains(&part) {
        true => Ok(Partition { part, of }),
        false => Err(wrong()),
    }
}

/// A file that is tested.
struct Tested {
    path: PathBuf,
    scenario: Scenario,
    source: Arc<Source>,
    /// Its calls: cases by their places, or the whole file; and whether each is played.
    calls: Calls,
    /// How many calls it has, those without an expectation included.
    total: usize,
}

impl Tested {
    fn case(&self, call: Option<usize>) -> Option<&Case> {
        self.scenario.cases.get(call?)
    }

    fn case_name(&self, call: Option<usize>) -> Option<String> {
        Some(self.case(call)?.name.value.clone())
    }
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    if !args.watch {
        return once(args, screen);
    }
    watch::forever(&args.paths, || {
        let exit = match once(args, screen) {
            // What cannot be read now may be there in a moment.
            Err(failure) if !failure.is_broken_pipe() => {
                Screen::say(&failure.to_string())?;
                Exit::Bad
            }
            result => result?,
        };
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
    if args.list {
        for file in &files {
            for (call, _) in file.calls.iter().filter(|(_, is_played)| *is_played) {
                let name = file.case_name(*call);
                let name = name.map_or(String::new(), |name| format!(" · {name}"));
                let line = format!("{}{name}", file.path.display());
                writeln!(screen.out, "{}", line.replace(char::is_control, " "))?;
            }
        }
        return Ok(Exit::Good);
    }
    if args.write {
        return edit::write(&files, screen);
    }
    let progress = Progress::of(&files);
    let work = |file: &Tested| {
        let played = play(file);
        progress.add(played.0.len());
        played
    };
    let played: Vec<(Vec<Verdict>, Coverage)> = files.par_iter().map(work).collect();
    progress.clear();
    let mut coverage = Coverage::default();
    for (calls, one) in played {
        verdicts.extend(calls);
        coverage.merge(one);
    }
    verdicts.sort_by(|one, other| one.file.cmp(&other.file));
    if args.fail_fast
        && let Some(first) = verdicts.iter().position(|verdict| !verdict.is_good())
    {
        verdicts.truncate(first + 1);
    }
    remember(&verdicts)?;
    for output in &args.output {
        let name = || output.path.display().to_string();
        let file = File::create(&output.path).map_err(|error| Failure::Create(name(), error))?;
        let look = Look {
            styled: false,
            width: 100,
        };
        let mut file = BufWriter::new(file);
        write(output.format, &verdicts, args.verbose, look, &mut file)?;
        file.flush()?;
    }
    let look = Look {
        styled: screen.styled,
        width: screen.width,
    };
    write(args.format, &verdicts, args.verbose, look, screen.out)?;
    let is_covered = show_coverage(args, &coverage, look, screen)?;
    let is_unreadable = |one: &Verdict| matches!(one.outcome, Outcome::Unreadable(_));
    if let Some(one) = verdicts.iter().find(|one| is_unreadable(one))
        && let Outcome::Unreadable(why) = &one.outcome
    {
        screen.out.flush()?;
        return Err(Failure::Unreadable(why.clone()));
    }
    if args.update {
        return edit::update(&files, &verdicts, screen);
    }
    match verdicts.iter().all(Verdict::is_good) && is_covered {
        true => Ok(Exit::Good),
        false => Ok(Exit::Bad),
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
        let fail = |error| Failure::Create(path.display().to_string(), error);
        let mut file = BufWriter::new(File::create(path).map_err(fail)?);
        match one {
            Covered::Table => Ok(()),
            Covered::Json(_) => present::json(coverage, &mut file),
            Covered::Lcov(_) => present::lcov(coverage, &mut file),
            Covered::Html(_) => present::html(coverage, &mut file),
        }
        .and_then(|()| file.flush())
        .map_err(fail)?;
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

/// How many calls were played, on a terminal.
struct Progress {
    done: AtomicUsize,
    all: usize,
    is_shown: bool,
}

impl Progress {
    /// Few calls are played before anybody could read a line.
    const FEW: usize = 500;

    fn of(files: &[Tested]) -> Self {
        let calls = files.iter().flat_map(|file| &file.calls);
        let all = calls.filter(|(_, is_played)| *is_played).count();
        Self {
            done: AtomicUsize::new(0),
            all,
            is_shown: all > Self::FEW && io::stderr().is_terminal(),
        }
    }

    fn add(&self, calls: usize) {
        let done = self.done.fetch_add(calls, Ordering::Relaxed) + calls;
        if self.is_shown {
            // A line that cannot be written is no harm.
            let _ = write!(io::stderr(), "\r{done} of {} calls played", self.all);
        }
    }

    fn clear(&self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
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

/// The scenarios that expect something, what came of those that cannot be read, and what was found
/// instead.
fn found(args: &Args) -> Result<(Vec<Tested>, Vec<Verdict>, String), Failure> {
    let passed = Passed::default();
    let (mut files, mut verdicts) = (Vec::new(), Vec::new());
    let mut without = 0;
    for path in &args.paths {
        for path in scenarios(path, &passed) {
            let path = path?;
            let file = path.display().to_string();
            let broken = |outcome| Verdict {
                file: file.clone(),
                case: None,
                outcome,
            };
            match load(&path) {
                Err(failure) => verdicts.push(broken(Outcome::Unreadable(failure.to_string()))),
                Ok(Err(one)) => verdicts.push(broken(Outcome::Broken {
                    source: one.source,
                    findings: one.findings,
                })),
                Ok(Ok((_, None))) => {}
                Ok(Ok((scenario, Some(source)))) => {
                    let (with, others) = calls(&scenario);
                    let total = with.len() + others.len();
                    let calls = if args.write { others } else { with };
                    match calls.is_empty() {
                        true => without += 1,
                        false => files.push(Tested {
                            path,
                            scenario,
                            source,
                            calls,
                            total,
                        }),
                    }
                }
            }
        }
    }
    let counted = match without {
        0 => format!("no scenario; passed over: {}", passed.words()),
        _ if args.write => "every call has its expectations".to_owned(),
        1 => "the one scenario has no [expect]: --write adds one".to_owned(),
        more => format!("none of {more} scenarios has an [expect]: --write adds one"),
    };
    Ok((files, verdicts, counted))
}

/// The calls of a file that expect something, and those that expect nothing.
fn calls(scenario: &Scenario) -> (Calls, Calls) {
    let expects = |expect: &Option<Expect>| expect.as_ref().is_some_and(|one| !one.is_empty());
    let of_file = expects(&scenario.expect);
    if scenario.cases.is_empty() {
        let calls = vec![(None, true)];
        return if of_file {
            (calls, Vec::new())
        } else {
            (Vec::new(), calls)
        };
    }
    let cases = scenario.cases.iter().enumerate();
    let (with, others): (Vec<_>, Vec<_>) =
        cases.partition(|(_, case)| of_file || expects(&case.expect));
    let all = |cases: Vec<(usize, _)>| {
        let calls = cases.into_iter().map(|(index, _)| (Some(index), true));
        calls.collect()
    };
    (all(with), all(others))
}

/// Calls by the places of their cases, and whether each is played.
type Calls = Vec<(Option<usize>, bool)>;

/// Leaves out what is not to be played.
fn choose(args: &Args, files: &mut [Tested]) -> Result<(), Failure> {
    let last = match args.failed {
        true => Some(remembered()?),
        false => None,
    };
    let mut count = 0;
    for file in files {
        let path = file.path.display().to_string();
        let names: Vec<_> = file
            .calls
            .iter()
            .map(|&(call, _)| file.case_name(call))
            .collect();
        for ((_, is_played), case) in file.calls.iter_mut().zip(names) {
            let is_meant = args.filter.is_empty()
                || args.filter.iter().any(|one| {
                    let names = [Some(path.as_str()), case.as_deref()];
                    names.into_iter().flatten().any(|name| is_named(one, name))
                });
            let has_failed = last
                .as_ref()
                .is_none_or(|last| last.contains(&remembered_name(&path, case.as_deref())));
            *is_played = is_meant && has_failed;
            if *is_played {
                let part = args.partition;
                *is_played = part.is_none_or(|part| count % part.of == part.part - 1);
                count += 1;
            }
        }
    }
    Ok(())
}

fn is_named(filter: &str, name: &str) -> bool {
    match filter.contains(['*', '?']) {
        true => Pattern::new(filter).is_some_and(|pattern| pattern.matches(name)),
        false => name.contains(filter),
    }
}

/// Plays the calls of a file.
fn play(file: &Tested) -> (Vec<Verdict>, Coverage) {
    let name = file.path.display().to_string();
    let (mut verdicts, mut coverage) = (Vec::new(), Coverage::default());
    // What of the file itself no case has used.
    let mut never: Option<Vec<Diagnostic>> = None;
    for &(call, _) in file.calls.iter().filter(|(_, is_played)| *is_played) {
        let (outcome, unused_rules) = outcome(file, call, &mut coverage);
        never = match (never, unused_rules) {
            (None, unused) => unused,
            (never, None) => never,
            (Some(mut never), Some(unused)) => {
                never.retain(|finding| unused.contains(finding));
                Some(never)
            }
        };
        let is_callless = matches!(outcome, Outcome::Broken { .. } | Outcome::Unreadable(_));
        verdicts.push(Verdict {
            file: name.clone(),
            case: file.case_name(call).filter(|_| !is_callless),
            outcome,
        });
        // The others would say the same.
        if is_callless {
            return (verdicts, coverage);
        }
    }
    // A part of the cases does not show what the others use.
    let is_whole =
        file.total == file.calls.len() && file.calls.iter().all(|(_, is_played)| *is_played);
    if let Some(never) = never.filter(|never| !never.is_empty() && is_whole) {
        verdicts.push(Verdict {
            file: name,
            case: Some("all cases".to_owned()),
            outcome: Outcome::Broken {
                source: file.source.clone(),
                findings: unused(never).into_iter().map(|one| one.finding).collect(),
            },
        });
    }
    (verdicts, coverage)
}

/// What a call needs to be played.
fn prepared(file: &Tested, call: Option<usize>) -> Result<Result<Prepared, Broken>, Failure> {
    let scenario = match file.case(call) {
        Some(case) => file.scenario.of_case(case),
        None => file.scenario.clone(),
    };
    furnish(scenario, Some(file.source.clone()), &file.path)
}

/// What came of a call, and which rules of the file itself it did not use.
fn outcome(
    file: &Tested,
    call: Option<usize>,
    coverage: &mut Coverage,
) -> (Outcome, Option<Vec<Diagnostic>>) {
    let case = file.case(call);
    let prepared = match prepared(file, call) {
        Err(failure) => return (Outcome::Unreadable(failure.to_string()), None),
        Ok(Err(broken)) => {
            let outcome = Outcome::Broken {
                source: broken.source,
                findings: broken.findings,
            };
            return (outcome, None);
        }
        Ok(Ok(prepared)) => prepared,
    };
    let run = prepared.play();
    let name = Verdict {
        file: file.path.display().to_string(),
        case: file.case_name(call),
        outcome: Outcome::Passed,
    };
    coverage.add(&run.record, &name.name());
    let mut failures = match expectations::judge(&prepared, &run) {
        Ok(failures) => failures,
        Err(failure) => return (Outcome::Unreadable(failure.to_string()), None),
    };
    let not_used = run.scenario.unused(&run.used);
    let (own, others): (Vec<_>, Vec<_>) = not_used
        .into_iter()
        .partition(|finding| case.is_none_or(|case| case.says(finding)));
    failures.extend(unused(own));
    failures.extend(lost_keys(&run));
    let outcome = match failures.is_empty() {
        true => Outcome::Passed,
        false => Outcome::Failed {
            source: file.source.clone(),
            failures,
            run: Box::new(run),
        },
    };
    (outcome, Some(others))
}

/// Keys that nobody heard, though their `[[press]]` does not say `heard = false`, and keys that were
/// heard though it does.
fn lost_keys(run: &crate::simulate::Run) -> Option<expect::Failure> {
    let words = crate::present::run::key_warnings(run);
    (!words.is_empty()).then(|| expect::unmet(words.join("; ")))
}

/// Where the names of the calls are kept that failed.
const MEMORY: &str = ".callflow/failed";

fn remembered_name(file: &str, case: Option<&str>) -> String {
    format!("{file}\t{}", case.unwrap_or_default().escape_debug())
}

/// Keeps the names of the calls that failed, for `--failed`. Without any, nothing is kept.
fn remember(verdicts: &[Verdict]) -> Result<(), Failure> {
    let failed = verdicts.iter().filter(|verdict| !verdict.is_good());
    let names = failed.map(|one| remembered_name(&one.file, one.case.as_deref()));
    let names: Vec<_> = names.collect();
    let path = Path::new(MEMORY);
    if names.is_empty() && !path.exists() {
        return Ok(());
    }
    let fail = |error| Failure::Create(MEMORY.to_owned(), error);
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(fail)?;
    // What is kept is of this machine only.
    fs::write(folder.join(".gitignore"), "*\n").map_err(fail)?;
    fs::write(path, names.join("\n")).map_err(fail)
}

fn remembered() -> Result<Vec<String>, Failure> {
    match fs::read_to_string(MEMORY) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Failure::Read(MEMORY.to_owned(), error)),
    }
}

//! `callflow check`

use std::collections::BTreeSet;
use std::io;
use std::iter;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use rayon::prelude::*;

use super::place::Seen;
use super::report_file::{ReportFile, report_file};
use super::screen::Screen;
use super::{Exit, Failure, configs, input, rule, run, save, watch};
use crate::check::{Selection, fix};
use crate::diagnostic::{Safety, Severity};
use crate::report::{Aside, Base, FileReport, Format, Output, Report, Syntax, human};

mod files;
mod one;

use super::configs::Configs;
use files::Kind;
pub(super) use files::Passed;
use one::{Checked, Worker};

/// Validate call flows and scenarios
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # every flow and scenario below a folder
  callflow check flows/
  # warnings fail as well
  callflow check menu.xml --deny warnings
  callflow check flows/ --output sarif=report.sarif --output junit=report.xml
  # everything below this folder
  callflow check
  callflow check flows/ --exclude 'old/' --format concise
  cat menu.xml | callflow check - --fix > fixed.xml
  # show what --fix would change
  callflow check flows/ --fix --diff
  # for existing flows: from now on, report only new findings
  callflow check flows/ --add-ignores
  callflow check flows/ --watch

In a folder, all flows (.xml), scenarios and callflow.toml files are checked. Files that `.gitignore` names are skipped, and so are XML and TOML files of other kinds. `callflow rule ID` explains a rule. To ignore a finding, put the comment `<!-- callflow: ignore rule-id: reason -->` on the line before it; the reason is optional. Errors that keep a flow from running cannot be ignored. The settings are in the nearest callflow.toml, in the folder of the file or above it.

Exit code: 0 no error, 1 errors, 2 wrong usage or I/O error, or nothing to check.")]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Args {
    /// Files and folders; `-` reads a flow from standard input
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write a report to a file as well; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file::<Format>)]
    output: Vec<ReportFile<Format>>,

    /// Report only these rules, such as `no-beep` or `xml-*`; may be given several times
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<Box<str>>,

    /// Turn these rules off; may be given several times
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<Box<str>>,

    /// Skip files that match this pattern (`.gitignore` syntax); may be given several times
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<Box<str>>,

    /// Show errors only, and nothing if there are none
    #[arg(short, long)]
    quiet: bool,

    /// Treat warnings as errors
    #[arg(long, value_name = "WHAT")]
    deny: Option<Deny>,

    /// Apply safe fixes: those where only one meaning is possible
    #[arg(long)]
    fix: bool,

    /// Also apply fixes that are likely, but not certain
    #[arg(long)]
    unsafe_fixes: bool,

    /// Add ignore comments for all current findings, so that only new ones are reported
    #[arg(long, conflicts_with_all = ["fix", "unsafe_fixes"])]
    add_ignores: bool,

    /// Show what --fix or --add-ignores would change, without changing anything; the findings that
    /// would remain are printed to standard error
    #[arg(long)]
    diff: bool,

    /// Use this configuration instead of the nearest callflow.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Name the callflow.toml that was used
    #[arg(short, long)]
    verbose: bool,

    /// The file name to show for standard input
    #[arg(long, value_name = "NAME", default_value = input::STDIN)]
    stdin_filename: String,

    /// Check again whenever one of the files changes
    #[arg(long)]
    watch: bool,
}

/// What can be denied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Deny {
    /// Warnings are errors
    Warnings,
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
    let configs = || {
        let (selection, rules) = (selection.clone(), rules.clone());
        Configs::new(args.config.as_deref(), selection, rules, &args.exclude)
    };
    if !args.watch {
        return once(args, &configs()?, screen);
    }
    let written = args.output.iter().map(|output| output.path.clone());
    let written: BTreeSet<_> = written.collect();
    watch::forever(&args.paths, screen, |screen| {
        // A configuration may have changed as well.
        let exit = configs().and_then(|configs| once(args, &configs, screen));
        let mut read = read_elsewhere(&args.paths);
        read.extend(args.config.clone());
        let written = written.clone();
        (exit, watch::Files { read, written })
    })
}

/// The files beside flows and scenarios on which it depends what is said of them: what scenarios name, and
/// each `callflow.toml` that there may be.
pub(super) fn read_elsewhere(paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    let folder_of = |path: &Path| path.parent().unwrap_or(Path::new("")).to_owned();
    let mut files = BTreeSet::new();
    let mut folders = BTreeSet::new();
    for path in paths {
        folders.insert(if path.is_dir() {
            path.clone()
        } else {
            folder_of(path)
        });
        // What cannot be read was said.
        for scenario in scenarios(path, &Passed::default()).filter_map(Result::ok) {
            let Ok(Ok((contents, Some(_)))) = run::parsed(&scenario) else {
                continue;
            };
            let folder = folder_of(&scenario);
            folders.insert(folder.clone());
            let named = contents.named_files().map(|file| folder.join(file));
            folders.extend(
                contents
                    .flow
                    .iter()
                    .map(|flow| folder_of(&folder.join(&flow.value))),
            );
            files.extend(named);
            files.insert(scenario);
        }
    }
    files.extend(folders.iter().flat_map(|folder| configs::places(folder)));
    files
}

/// So many files are checked sooner than threads are started.
const FEW: usize = 4;

/// Items in batches: threads that take one item after the other from a list would wait for each
/// other. The first are small, and none is more than an eighth of what went before it, so that no
/// thread is left with much to do at the end.
fn batches<T>(mut items: impl Iterator<Item = T>) -> impl Iterator<Item = Vec<T>> {
    const MOST: usize = 50;
    let mut taken = 0;
    iter::from_fn(move || {
        let batch: Vec<T> = items.by_ref().take((taken / 8).clamp(1, MOST)).collect();
        taken += batch.len();
        (!batch.is_empty()).then_some(batch)
    })
}

/// Checks all files; what came of each, in the order in which they are found.
fn checked(
    args: &Args,
    configs: &Configs,
    passed: &Passed,
) -> impl Iterator<Item = Result<Option<Checked>, Failure>> {
    let mut seen = Seen::of(&args.paths);
    let found = args.paths.iter().flat_map(|path| files::at(path, passed));
    let found = found.filter(move |found| match found {
        Ok(found) => seen.is_new(&found.path, None),
        Err(_) => true,
    });
    let check = |worker: &mut Worker, batch: Vec<(usize, Result<_, Failure>)>| {
        let checked = batch.into_iter().map(|(place, file)| {
            let checked = file.and_then(|file| {
                let checked = one::check(&file, args, configs, worker)?;
                if checked.is_none() {
                    passed.other_kind(&file.path);
                }
                Ok(checked)
            });
            (place, checked)
        });
        checked.collect::<Vec<_>>()
    };
    let batches = batches(found.enumerate());
    let is_few = args.paths.len() <= FEW && !args.paths.iter().any(|path| path.is_dir());
    // Checked while the folders are still walked, in any order; shown in the order of the walk.
    let mut checked: Vec<_> = if is_few {
        let mut worker = Worker::default();
        batches
            .flat_map(|batch| check(&mut worker, batch))
            .collect()
    } else {
        batches
            .par_bridge()
            .map_init(Worker::default, check)
            .flatten_iter()
            .collect()
    };
    checked.sort_unstable_by_key(|&(place, _)| place);
    checked.into_iter().map(|(_, checked)| checked)
}

/// Checks everything once.
fn once(args: &Args, configs: &Configs, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let passed = Passed::default();
    let checked = checked(args, configs, &passed);
    for name in configs.used().iter().filter(|_| args.verbose) {
        Screen::say(&format!("configured by {name}"))?;
    }
    // One file that cannot be read is one: the others are checked all the same.
    let mut failed = None;
    let mut read: Vec<Checked> = Vec::new();
    for checked in checked {
        match checked {
            Ok(checked) => read.extend(checked),
            Err(failure) => {
                if let Some(before) = failed.replace(failure) {
                    Screen::say(&before.to_string())?;
                }
            }
        }
    }
    let checked = read;
    if checked.is_empty() && failed.is_none() {
        failed = Some(Failure::NothingChecked(names(&args.paths), passed.words()));
    }
    let reports = args.output.iter().map(|output| output.path.as_path());
    save::distinct(reports, checked.iter().map(|file| file.path.as_path()))?;
    let fixes = mend(&checked, args, &mut failed, screen)?;
    let mut is_filter = false;
    for text in checked.iter().filter_map(|file| file.text.as_ref()) {
        // Whoever reads it takes the document itself.
        screen.out.set_syntax(Syntax::Exact)?;
        screen.out.write_all(text.text().as_bytes())?;
        is_filter = true;
    }
    let aside = aside(&checked, args, &passed);
    let reports = checked.into_iter().map(|file| file.report).collect();
    let mut report = Report {
        files: reports,
        rules: configs.rules().to_vec(),
        base: base(),
        styled: false,
        columns: None,
        aside,
    };
    for output in &args.output {
        let mut text = Vec::new();
        output.format.write(&report, &mut text)?;
        save::write(&output.path, &text)?;
    }
    report.styled = screen.styled;
    report.columns = screen.columns;
    if !is_filter && !args.diff {
        screen.write_as(args.format.syntax())?;
    }
    if let Some(failure) = failed {
        let has_found = report.files.iter().any(|file| !file.diagnostics.is_empty());
        if has_found && !args.diff && !is_filter {
            args.format.write(&report, screen.out)?;
        }
        if fixes.applied > 0 && !args.diff && args.format == Format::Human {
            writeln!(screen.out, "{}", fixes.summary(args.add_ignores))?;
        }
        // Its reader may have gone: the failure is told all the same.
        let _ = screen.out.flush();
        return Err(failure);
    }
    let counts = report.counts();
    if args.quiet {
        for file in &mut report.files {
            file.diagnostics
                .retain(|finding| finding.severity == Severity::Error);
        }
    }
    let is_silent =
        args.quiet && counts.errors == 0 && matches!(args.format, Format::Human | Format::Concise);
    if is_filter {
        // A filter prints the document alone.
        (report.styled, report.columns) = (false, None);
        let mut text = Vec::new();
        args.format.write(&report, &mut text)?;
        if counts.files_with_findings > 0 {
            let mut out = Screen::error(args.format.syntax());
            out.write_all(&text)?;
            out.flush()?;
        }
    } else if args.diff {
        // A diff stands alone: it is there to be applied.
        if !is_silent {
            left(&mut report, &fixes, args.add_ignores)?;
        }
    } else if !is_silent {
        args.format.write(&report, screen.out)?;
        if fixes.applied > 0 && args.format == Format::Human {
            writeln!(screen.out, "{}", fixes.summary(args.add_ignores))?;
        }
    }
    if counts.errors > 0 || (args.diff && fixes.applied > 0) {
        Ok(Exit::Bad)
    } else {
        Ok(Exit::Good)
    }
}

/// What the summary counts beside the findings.
fn aside(checked: &[Checked], args: &Args, passed: &Passed) -> Aside {
    let mut aside = Aside {
        ignored: checked.iter().map(|file| file.ignored).sum(),
        skipped: passed.kin(),
        ..Aside::default()
    };
    for file in checked.iter().filter(|file| file.is_utf8) {
        let fixes = file.report.diagnostics.iter();
        for fix in fixes.filter_map(|finding| finding.fix.as_ref()) {
            // What is left after fixing was tried: it would do harm.
            match fix.safety {
                Safety::Safe => {
                    aside.fixable += usize::from(!args.fix && !args.unsafe_fixes);
                }
                Safety::Unsafe => aside.fixable_unsafe += usize::from(!args.unsafe_fixes),
            }
        }
    }
    aside
}

/// Says on standard error what is left where a diff is printed: its places are those of the text after
/// the change.
fn left(report: &mut Report, fixes: &Fixes, are_comments: bool) -> Result<(), Failure> {
    (report.styled, report.columns) = (false, None);
    let mut out = Screen::error(Syntax::Text);
    if fixes.applied > 0 {
        writeln!(out, "{}", fixes.would(are_comments))?;
        let has_more = report.files.iter().any(|file| !file.diagnostics.is_empty());
        if has_more {
            writeln!(
                out,
                "findings that remain (line numbers after the change):\n"
            )?;
        }
    }
    Format::Human.write(report, &mut out)?;
    Ok(out.flush()?)
}

/// Mends the files that can be mended. One that cannot be written is one: the others are mended all the
/// same.
fn mend(
    checked: &[Checked],
    args: &Args,
    failed: &mut Option<Failure>,
    screen: &mut Screen<'_>,
) -> Result<Fixes, Failure> {
    let mut fixes = Fixes::default();
    for file in checked {
        match fixes.add(file, args, screen) {
            Err(failure) if failure.is_broken_pipe() => return Err(failure),
            Err(failure) => {
                if let Some(before) = failed.replace(failure) {
                    Screen::say(&before.to_string())?;
                }
            }
            Ok(()) => {}
        }
    }
    Ok(fixes)
}

/// The fixes of one run.
#[derive(Default)]
struct Fixes {
    applied: usize,
    files: usize,
}

impl Fixes {
    /// Writes the mended text of a file, or shows what would change.
    fn add(&mut self, file: &Checked, args: &Args, screen: &mut Screen<'_>) -> Result<(), Failure> {
        let edits = args.fix || args.unsafe_fixes || args.add_ignores;
        if edits && !file.is_utf8 && !file.report.diagnostics.is_empty() {
            let name = file.report.source.name();
            Screen::say(&format!("{name}: not edited, because it is not UTF-8"))?;
        }
        let Some(mended) = &file.mended else {
            return Ok(());
        };
        let name = file.report.source.name();
        if args.diff || file.kind == Kind::Stdin {
            self.applied += mended.fixes;
            self.files += 1;
        }
        if args.diff {
            let patch = fix::diff(name, &mended.before, &mended.after);
            let shown = Output::in_memory(Syntax::Patch, |out| out.write_all(patch.as_bytes()))?;
            screen.out.set_syntax(Syntax::Patch)?;
            screen.out.write_all(&shown)?;
            if shown != patch.as_bytes() {
                Screen::say(&format!(
                    "{name}: this diff cannot be applied, because it shows some characters as escapes or stars; run the command without --diff to change the file"
                ))?;
            }
            return Ok(());
        }
        // A filter prints the whole text, mended or not.
        if file.kind == Kind::Stdin {
            return Ok(());
        }
        save::replace(&file.path, &mended.was(), mended.whole().as_bytes())?;
        self.applied += mended.fixes;
        self.files += 1;
        Ok(())
    }

    fn summary(&self, are_comments: bool) -> String {
        let (what, files) = self.counted(are_comments);
        let done = if are_comments { "added" } else { "fixed" };
        format!("{what} {done} in {files}")
    }

    /// The same of what is shown and not written.
    fn would(&self, are_comments: bool) -> String {
        let (what, files) = self.counted(are_comments);
        let done = if are_comments { "added" } else { "fixed" };
        format!("{what} would be {done} in {files}")
    }

    fn counted(&self, are_comments: bool) -> (String, String) {
        let number = |count: usize, one: &str| match count {
            1 => format!("1 {one}"),
            count => format!("{count} {one}s"),
        };
        let one = if are_comments { "comment" } else { "finding" };
        (number(self.applied, one), number(self.files, "file"))
    }
}

/// The flows and scenarios that a path stands for, in the order of names, and whether each is named
/// itself.
pub(super) fn flows_and_scenarios<'p>(
    path: &Path,
    passed: &'p Passed,
) -> impl Iterator<Item = Result<(PathBuf, bool), Failure>> + use<'p> {
    files::at(path, passed).filter_map(|found| {
        let found = match found {
            Ok(found) if matches!(found.kind, Kind::Flow | Kind::Scenario) => found,
            Ok(_) => return None,
            Err(failure) => return Some(Err(failure)),
        };
        // Folders hold other XML and TOML too.
        let is_meant = found.is_named
            || match input::read(&found.path) {
                Ok((_, bytes)) => found.is_meant(&bytes),
                // Reading it again says what is wrong.
                Err(_) => true,
            };
        is_meant.then_some(Ok((found.path, found.is_named)))
    })
}

/// The scenarios that a path stands for, in the order of names.
pub(super) fn scenarios<'p>(
    path: &Path,
    passed: &'p Passed,
) -> impl Iterator<Item = Result<PathBuf, Failure>> + use<'p> {
    files::at(path, passed).filter_map(|found| {
        let found = match found {
            Ok(found) if found.kind == Kind::Scenario => found,
            Ok(_) => return None,
            Err(failure) => return Some(Err(failure)),
        };
        if found.is_named {
            return Some(Ok(found.path));
        }
        // Folders hold other TOML too.
        let is_meant = match input::read(&found.path) {
            Ok((_, bytes)) => found.is_meant(&bytes),
            // Reading it again says what is wrong.
            Err(_) => true,
        };
        is_meant.then_some(Ok(found.path))
    })
}

fn names(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    names.join(", ")
}

/// The root of the repository around the working directory, for reports that other programs read.
pub(super) fn base() -> Option<Base> {
    let directory = std::env::current_dir().ok()?;
    let root = directory
        .ancestors()
        .find(|folder| folder.join(".git").exists());
    let root = root.unwrap_or(&directory).to_owned();
    Some(Base { root, directory })
}

/// What standard error says of findings in a configuration file.
pub(super) fn complain(report: &FileReport) -> io::Result<()> {
    let text = human::render(&report.source, &report.diagnostics, false, None);
    let mut out = Screen::error(Syntax::Text);
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Whether a path is a configuration file.
fn is_config(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "callflow.toml")
}

//! Checks one file.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Args;
use super::files::{Found, Kind};
use crate::check::{self, Config, config, fix};
use crate::cli::configs::{Configs, Settled};
use crate::cli::{Failure, commands, input, snapshots};
use crate::command::{self, Role, dialect};
use crate::diagnostic::{Diagnostic, any_error};
use crate::flow::Flow;
use crate::report::FileReport;
use crate::scenario::{self, Changes, Mistakes};
use crate::source::Source;
use crate::value::nearest;
use crate::xml;

/// A file that was checked.
pub(super) struct Checked {
    pub(super) kind: Kind,
    /// Where it is: its name may not be one that can be written.
    pub(super) path: PathBuf,
    pub(super) report: FileReport,
    /// How many findings are ignored.
    pub(super) ignored: usize,
    /// Whether fixes can be written into it.
    pub(super) is_utf8: bool,
    /// What fixes make of it, where they were asked for and change anything.
    pub(super) mended: Option<Box<Mended>>,
    /// What standard input held, where fixes were asked for: a filter prints all of it.
    pub(super) text: Option<Arc<Source>>,
}

/// What begins some files of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// What fixes make of a text.
pub(super) struct Mended {
    pub(super) before: Box<str>,
    pub(super) after: String,
    pub(super) fixes: usize,
    /// Whether the file begins with a byte order mark.
    mark: bool,
}

impl Mended {
    /// The bytes that were read.
    pub(super) fn was(&self) -> Vec<u8> {
        let mark = if self.mark { "\u{feff}" } else { "" };
        [mark.as_bytes(), self.before.as_bytes()].concat()
    }

    /// The text as it is written.
    pub(super) fn whole(&self) -> Cow<'_, str> {
        if self.mark {
            format!("\u{feff}{}", self.after).into()
        } else {
            Cow::Borrowed(&self.after)
        }
    }
}

/// What one thread keeps from file to file.
#[derive(Default)]
pub(super) struct Worker {
    input: input::Reader,
    /// The last folder with its configuration: the next file mostly lies there too.
    config: LastConfig,
}

/// The last folder with its configuration.
#[derive(Default)]
struct LastConfig(Option<(PathBuf, Arc<Settled>)>);

impl LastConfig {
    /// The folder of a file, with its configuration.
    fn of(&mut self, file: &Path, configs: &Configs) -> Result<(&Path, &Settled), Failure> {
        let is_last = |(last, _): &(PathBuf, _)| input::name_in(file, last).is_some();
        let (folder, config) = if let Some(last) = self.0.take().filter(is_last) {
            self.0.insert(last)
        } else {
            let folder = file.parent().unwrap_or(Path::new(""));
            self.0.insert((folder.to_owned(), configs.of(folder)?))
        };
        Ok((folder, config))
    }
}

/// Reads a file and checks it; `None` where it is none of ours.
pub(super) fn check(
    file: &Found,
    args: &Args,
    configs: &Configs,
    worker: &mut Worker,
) -> Result<Option<Checked>, Failure> {
    let read = worker.input.read(&file.path)?;
    if !file.is_meant(&worker.input.bytes) {
        return Ok(None);
    }
    let name = match file.kind {
        Kind::Stdin => args.stdin_filename.clone(),
        _ => read,
    };
    let (folder, settled) = worker.config.of(Path::new(&name), configs)?;
    if !file.is_named && (settled.excludes(&file.path) || configs.excludes(&file.path)) {
        return Ok(None);
    }
    let bytes = &*worker.input.bytes;
    let findings = Findings {
        kind: file.kind,
        is_named: file.is_named,
        folder,
        config: &settled.config,
        configs,
    };
    let Some(mut found) = findings.of(&name, bytes) else {
        return Ok(None);
    };
    let before = found.source.clone();
    // What is written is an edit of the decoded text: what was not UTF-8 is not written back.
    let text = bytes.strip_prefix(MARK).unwrap_or(bytes);
    let is_utf8 = text == before.text().as_bytes();
    let mark = text.len() < bytes.len();
    let mended = |after: String, fixes| Mended {
        before: before.text().into(),
        after,
        fixes,
        mark,
    };
    let mut change = None;
    let wants_fixes = args.fix || args.unsafe_fixes || (args.diff && !args.add_ignores);
    if wants_fixes && is_utf8 {
        let recheck = |text: &str| {
            let found = findings.of(&name, text.as_bytes());
            found.map(|found| found.findings).unwrap_or_default()
        };
        let shown = std::mem::take(&mut found.findings);
        let result = fix::mend(before.text(), shown, args.unsafe_fixes, recheck);
        found.findings = result.findings;
        if result.applied > 0 {
            if let Some(after) = findings.of(&name, result.text.as_bytes()) {
                found = FileFindings {
                    findings: std::mem::take(&mut found.findings),
                    ..after
                };
            }
            change = Some(mended(result.text, result.applied));
        }
    }
    if args.add_ignores && is_utf8 && matches!(file.kind, Kind::Flow | Kind::Stdin) {
        let mut comments = 0;
        // A flow has more findings than are shown at once.
        loop {
            let (document, _) = xml::read(&name, found.source.text().as_bytes());
            let (after, added) = check::add_ignores(&document, &found.unignored);
            if added == 0 {
                break;
            }
            // One that ignores nothing is not written.
            let after = findings.of(&name, after.as_bytes());
            let Some(after) = after.filter(|after| after.ignored > found.ignored) else {
                break;
            };
            found = after;
            comments += added;
        }
        if comments > 0 {
            change = Some(mended(found.source.text().to_owned(), comments));
        }
    }
    let FileFindings {
        mut source,
        findings: diagnostics,
        ignored,
        ..
    } = found;
    let is_filter = file.kind == Kind::Stdin
        && (args.fix || args.unsafe_fixes || args.add_ignores)
        && !args.diff;
    let text = is_filter.then(|| source.clone());
    if diagnostics.is_empty() {
        // Nothing of it will be shown.
        source = Arc::new(Source::new(name, ""));
    }
    let report = FileReport {
        source,
        diagnostics,
    };
    Ok(Some(Checked {
        kind: file.kind,
        path: file.path.clone(),
        report,
        ignored,
        is_utf8,
        mended: change.map(Box::new),
        text,
    }))
}

/// What is wrong with a file.
struct FileFindings {
    source: Arc<Source>,
    /// As bad as they are to be taken.
    findings: Vec<Diagnostic>,
    /// The same, as bad as their rules say.
    unignored: Vec<Diagnostic>,
    /// How many are ignored.
    ignored: usize,
}

/// How a file is checked.
struct Findings<'a> {
    kind: Kind,
    is_named: bool,
    folder: &'a Path,
    config: &'a Config,
    configs: &'a Configs,
}

impl Findings<'_> {
    /// What is wrong with a file; nothing where it is none of ours.
    fn of(&self, name: &str, bytes: &[u8]) -> Option<FileFindings> {
        let mut is_unreadable = false;
        let mut ignored = Vec::new();
        let (source, findings) = match self.kind {
            Kind::Flow | Kind::Stdin => {
                let checked = check::checked(name, bytes, &self.config.settings);
                if !self.is_named && self.kind == Kind::Flow && is_foreign(&checked.flow) {
                    return None;
                }
                ignored = checked.ignored;
                let source = checked.flow.document().source().clone();
                (source, checked.findings)
            }
            Kind::Scenario | Kind::Config => {
                let text = bytes.strip_prefix(MARK).unwrap_or(bytes);
                let text = String::from_utf8_lossy(text).into_owned();
                let source = Arc::new(Source::new(name, text));
                let findings = match self.kind {
                    Kind::Config => config::parse(&source, self.configs.rules()).1,
                    _ => self.scenario(&source, &mut is_unreadable),
                };
                (source, findings)
            }
        };
        let selection = &self.config.selection;
        let asked = findings.iter().chain(&ignored);
        let asked = asked.filter(|finding| selection.selects(finding.rule));
        let asked = asked.count();
        let selected = selection.apply(findings.clone());
        let ignored = asked - selected.len();
        // A file that cannot be read is no good one, whatever is ignored.
        let (shown, ignored) = if is_unreadable && !any_error(&selected) {
            (findings.clone(), 0)
        } else {
            (selected, ignored)
        };
        let mut unignored = findings;
        unignored.retain(|finding| selection.wants(finding.rule));
        Some(FileFindings {
            source,
            findings: shown,
            unignored,
            ignored,
        })
    }

    fn scenario(&self, source: &Source, is_unreadable: &mut bool) -> Vec<Diagnostic> {
        let (scenario, mut findings) = scenario::parse(source);
        *is_unreadable = scenario.is_none();
        if let Some(scenario) = scenario {
            findings.extend(scenario.missing_files(|path| self.folder.join(path).is_file()));
            findings.extend(snapshots::findings(&scenario, Path::new(source.name())));
            findings.extend(commands::findings(
                &scenario,
                Path::new(source.name()),
                &Changes::default(),
                Mistakes::All,
            ));
        }
        findings
    }
}

/// Whether a document with the root of a flow is none: it holds elements, and none of them is a command
/// of any dialect.
fn is_foreign(flow: &Flow) -> bool {
    let Some(root) = flow.document().root() else {
        return false;
    };
    let mut names = root.elements().map(xml::Element::name).peekable();
    let is_ours = |name: &str| {
        let specs = command::SPECS.iter().map(|spec| spec.name);
        command::spec(name).is_some()
            || dialect::element(name).is_some()
            || nearest(name, specs).is_some()
    };
    command::spec(root.name()).is_some_and(|spec| spec.role == Role::Root)
        && names.peek().is_some()
        && !names.any(is_ours)
}

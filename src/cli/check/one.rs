//! Checks one file.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Args;
use super::files::{Found, Kind};
use crate::check::{self, Config, config, fix};
use crate::cli::configs::Configs;
use crate::cli::{Failure, input};
use crate::diagnostic::Diagnostic;
use crate::report::FileReport;
use crate::scenario;
use crate::source::Source;

/// A file that was checked.
pub(super) struct Checked {
    pub(super) kind: Kind,
    pub(super) report: FileReport,
    /// What fixes make of it, where they were asked for and change anything.
    pub(super) mended: Option<Box<Mended>>,
}

/// What fixes make of a text.
pub(super) struct Mended {
    pub(super) before: Box<str>,
    pub(super) after: String,
    pub(super) fixes: usize,
    /// Whether the file begins with a byte order mark.
    mark: bool,
}

impl Mended {
    /// The text as it is written.
    pub(super) fn whole(&self) -> Cow<'_, str> {
        match self.mark {
            true => format!("\u{feff}{}", self.after).into(),
            false => Cow::Borrowed(&self.after),
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
struct LastConfig(Option<(PathBuf, Arc<Config>)>);

impl LastConfig {
    /// The folder of a file, with its configuration.
    fn of(&mut self, file: &Path, configs: &Configs) -> Result<(&Path, &Config), Failure> {
        let is_last = |(last, _): &(PathBuf, _)| input::name_in(file, last).is_some();
        let (folder, config) = match self.0.take().filter(is_last) {
            Some(last) => self.0.insert(last),
            None => {
                let folder = file.parent().unwrap_or(Path::new(""));
                self.0.insert((folder.to_owned(), configs.of(folder)?))
            }
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
    let (folder, config) = worker.config.of(Path::new(&name), configs)?;
    let bytes = &*worker.input.bytes;
    let mut findings = Findings {
        kind: file.kind,
        folder,
        config,
        configs,
    };
    let (mut source, mut diagnostics) = findings.of(&name, bytes);
    let mut mended = None;
    if args.fix || args.unsafe_fixes || args.diff {
        let before: Box<str> = source.text().into();
        // Fixes are edits of the decoded text: what was not UTF-8 is not written back.
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let is_utf8 = text == before.as_bytes();
        let recheck = |text: &str| findings.of(&name, text.as_bytes()).1;
        if is_utf8 {
            let result = fix::mend(&before, diagnostics, args.unsafe_fixes, recheck);
            diagnostics = result.findings;
            if result.applied > 0 {
                let mark = text.len() < bytes.len();
                source = Arc::new(Source::new(name.clone(), result.text.as_str()));
                mended = Some(Box::new(Mended {
                    before,
                    after: result.text,
                    fixes: result.applied,
                    mark,
                }));
            }
        }
    }
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
        report,
        mended,
    }))
}

struct Findings<'a> {
    kind: Kind,
    folder: &'a Path,
    config: &'a Config,
    configs: &'a Configs,
}

impl Findings<'_> {
    /// What is wrong with a file.
    fn of(&mut self, name: &str, bytes: &[u8]) -> (Arc<Source>, Vec<Diagnostic>) {
        let (source, findings) = match self.kind {
            Kind::Flow | Kind::Stdin => {
                let (flow, findings) = check::read(name, bytes, &self.config.settings);
                (flow.document().source().clone(), findings)
            }
            Kind::Scenario | Kind::Config => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                let source = Arc::new(Source::new(name, text));
                let findings = match self.kind {
                    Kind::Config => config::parse(&source, self.configs.rules()).1,
                    _ => self.scenario(&source),
                };
                (source, findings)
            }
        };
        (source, self.config.selection.apply(findings))
    }

    fn scenario(&self, source: &Source) -> Vec<Diagnostic> {
        let (scenario, mut findings) = scenario::parse(source);
        if let Some(scenario) = scenario {
            findings.extend(scenario.missing_files(|path| self.folder.join(path).is_file()));
        }
        findings
    }
}

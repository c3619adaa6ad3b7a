//! Which tests failed the last time, for `--failed`.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::choice::Tested;
use crate::cli::place::from_here;
use crate::cli::{Failure, input, save};
use crate::present::verdict::Verdict;
use crate::scenario::call_name;

/// Where it is kept, below the working directory.
const FOLDER: &str = ".callflow";
const FILE: &str = ".callflow/failed";

/// The first line of the file.
const HEADING: &str = "# callflow: the tests that failed the last time they were run here";

/// The beginning of that line, by which the file is known.
const KNOWN_BY: &str = "# callflow: the tests that failed";

/// The tests that failed when they were played last, by file and case; without a case all of a file. The
/// file has a line for each: `["menu.call.toml","busy"]`.
#[derive(Default)]
pub(super) struct Memory {
    failed: BTreeSet<Name>,
}

/// A file as it is seen from the working directory, however it was named; and a case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Name(String, Option<String>);

impl Name {
    fn new(file: &Path, case: Option<&str>) -> Self {
        let file = from_here(file).display().to_string();
        Self(file, case.map(str::to_owned))
    }
}

impl Memory {
    /// What is kept; nothing where there is no such file.
    pub(super) fn read() -> Result<Self, Failure> {
        match fs::metadata(FILE) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            // A pipe would be waited for.
            Ok(there) if !there.is_file() => return Err(Failure::NotOurs(FILE.to_owned())),
            _ => {}
        }
        let bytes = input::read(Path::new(FILE))?.1;
        let text = String::from_utf8_lossy(&bytes);
        if !text.starts_with(KNOWN_BY) {
            return Err(Failure::NotOurs(FILE.to_owned()));
        }
        let lines = text.lines().skip(1).filter(|line| !line.is_empty());
        let failed: Result<_, _> = lines.map(serde_json::from_str).collect();
        match failed {
            Ok(failed) => Ok(Self { failed }),
            Err(error) => Err(Failure::Read(FILE.to_owned(), error.into())),
        }
    }

    /// Whether a test failed, or its file as a whole.
    pub(super) fn has_failed(&self, file: &Path, case: Option<&str>) -> bool {
        let name = Name::new(file, case);
        let whole = Name(name.0.clone(), None);
        self.failed.contains(&name) || self.failed.contains(&whole)
    }

    /// The tests that failed, and that are not there any more.
    pub(super) fn gone(&self, files: &[Tested]) -> Vec<String> {
        let files = own_names(files);
        let gone = self.failed.iter().filter(|name| name.is_gone(&files));
        gone.map(|Name(file, case)| call_name(file, case.as_deref()))
            .collect()
    }

    /// Keeps what this run found. What it did not play stays as it was.
    pub(super) fn learn(mut self, files: &[Tested], verdicts: &[Verdict]) -> Result<(), Failure> {
        let before = self.failed.clone();
        let own = own_names(files);
        self.failed.retain(|name| !name.is_gone(&own));
        for verdict in verdicts {
            let name = Name::new(Path::new(&verdict.file), verdict.case.as_deref());
            if verdict.is_good() {
                self.failed.remove(&name);
            } else {
                self.failed.insert(name);
            }
        }
        // A file that failed as a whole does so no more if all of it was played, and said of each case.
        let mut counts: HashMap<&str, [usize; 2]> = HashMap::new();
        for verdict in verdicts {
            counts.entry(&verdict.file).or_default()[usize::from(verdict.case.is_some())] += 1;
        }
        for file in files.iter().filter(|file| file.is_whole()) {
            let counts = counts.get(&*file.path.display().to_string());
            let [of_file, of_cases] = counts.copied().unwrap_or_default();
            if of_file == 0 && of_cases == file.played().count() {
                self.failed.remove(&Name::new(&file.path, None));
            }
        }
        if self.failed == before {
            return Ok(());
        }
        self.write()
    }

    fn write(&self) -> Result<(), Failure> {
        let fail = |error| Failure::Create(FOLDER.to_owned(), error);
        // A folder that leads elsewhere is not written to.
        if Path::new(FOLDER).is_symlink() {
            return Err(Failure::NotOurs(FOLDER.to_owned()));
        }
        fs::create_dir_all(FOLDER).map_err(fail)?;
        // What is kept is of this machine only.
        let ignore = Path::new(FOLDER).join(".gitignore");
        if ignore.symlink_metadata().is_err() {
            save::create(&ignore, b"*\n")?;
        }
        let mut text = format!("{HEADING}\n");
        for name in &self.failed {
            text.push_str(&serde_json::to_string(name).map_err(io::Error::from)?);
            text.push('\n');
        }
        save::over(Path::new(FILE), text.as_bytes(), |was| {
            was.starts_with(KNOWN_BY.as_bytes())
        })
    }
}

/// The files of this run, by the names that are kept.
fn own_names(files: &[Tested]) -> HashMap<String, &Tested> {
    let named = files
        .iter()
        .map(|file| (Name::new(&file.path, None).0, file));
    named.collect()
}

impl Name {
    /// Whether its file is no more, or has no such case.
    fn is_gone(&self, files: &HashMap<String, &Tested>) -> bool {
        let Self(own, case) = self;
        match files.get(own) {
            Some(file) => case.is_some() && file.call_named(case.as_deref()).is_none(),
            None => !Path::new(own).exists(),
        }
    }
}

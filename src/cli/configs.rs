//! The configuration of each file: the `callflow.toml` above it, and the command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::check::{Config, Selection, config};
use crate::cli::{Failure, input};
use crate::diagnostic::{Rule, any_error};
use crate::report::FileReport;
use crate::source::Source;

/// Configurations by folder, read once each.
pub(super) struct Configs {
    rules: Vec<Rule>,
    typed: Selection,
    given: Option<Arc<Settled>>,
    /// What the command line excludes.
    excluded: Gitignore,
    found: Mutex<BTreeMap<PathBuf, Found>>,
}

/// A configuration, or the name of one that has mistakes, which were shown.
type Found = Result<Arc<Settled>, String>;

/// A configuration, with the files that it passes over.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) config: Config,
    /// The name of the `callflow.toml`, if there is one.
    pub(super) name: Option<String>,
    exclude: Gitignore,
}

impl Settled {
    fn new(folder: &Path, name: Option<String>, config: Config) -> Self {
        let mut patterns = GitignoreBuilder::new(folder);
        for pattern in &config.exclude {
            // A pattern that cannot be read excludes nothing.
            let _ = patterns.add_line(None, pattern);
        }
        let exclude = patterns.build().unwrap_or_else(|_| Gitignore::empty());
        Self {
            config,
            name,
            exclude,
        }
    }

    /// Whether a file is passed over in a folder.
    pub(super) fn excludes(&self, file: &Path) -> bool {
        is_excluded(&self.exclude, file)
    }
}

fn is_excluded(exclude: &Gitignore, file: &Path) -> bool {
    let absolute = (!exclude.is_empty()).then(|| std::path::absolute(file));
    let Some(Ok(file)) = absolute else {
        return false;
    };
    // Only what lies below the folder of the patterns can be meant.
    file.starts_with(exclude.path())
        && exclude
            .matched_path_or_any_parents(&file, false)
            .is_ignore()
}

/// Where the configuration of files in a folder may be: in it, or above it up to the root of its
/// repository.
pub(super) fn places(folder: &Path) -> Vec<PathBuf> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let absolute = std::path::absolute(folder).unwrap_or_default();
    let mut places = Vec::new();
    for above in absolute.ancestors() {
        places.push(above.join("callflow.toml"));
        if above.join(".git").exists() {
            break;
        }
    }
    places
}

impl Configs {
    /// Configurations under what was typed; `given` stands for all that would be found.
    pub(super) fn new(
        given: Option<&Path>,
        typed: Selection,
        rules: Vec<Rule>,
        exclude: &[Box<str>],
    ) -> Result<Self, Failure> {
        let here = std::env::current_dir().unwrap_or_default();
        let typed_exclude = Config {
            exclude: exclude.to_vec(),
            ..Config::default()
        };
        let mut configs = Self {
            rules,
            typed,
            given: None,
            excluded: Settled::new(&here, None, typed_exclude).exclude,
            found: Mutex::default(),
        };
        if let Some(path) = given {
            let (name, bytes) = input::read(path)?;
            let config = configs.read(name.clone(), &bytes)?;
            configs.given = Some(Arc::new(Settled::new(&here, Some(name), config)));
        }
        Ok(configs)
    }

    /// Whether the command line excludes a file.
    pub(super) fn excludes(&self, file: &Path) -> bool {
        is_excluded(&self.excluded, file)
    }

    /// The names of the configurations that were used, in order.
    pub(super) fn used(&self) -> Vec<String> {
        let known = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.values().filter_map(|found| found.as_ref().ok());
        let mut names: Vec<_> = found
            .chain(&self.given)
            .filter_map(|settled| settled.name.clone())
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// All rules that can be named.
    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The configuration of a file in this folder: the nearest `callflow.toml` above it, up to the root
    /// of its repository. What lies above that belongs to somebody else.
    ///
    /// What is wrong with a `callflow.toml` is shown and stops the program: nobody can say what was
    /// meant to be checked.
    pub(super) fn of(&self, folder: &Path) -> Result<Arc<Settled>, Failure> {
        if let Some(given) = &self.given {
            return Ok(given.clone());
        }
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let absolute = std::path::absolute(folder)
            .map_err(|error| Failure::Read(folder.display().to_string(), error))?;
        let mut known = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        // Folders beside each other share those above them.
        let mut passed = Vec::new();
        let mut found = None;
        for above in absolute.ancestors() {
            found = known.get(above).cloned();
            if found.is_some() {
                break;
            }
            passed.push(above);
            found = self.in_folder(above)?;
            if found.is_some() || above.join(".git").exists() {
                break;
            }
        }
        let found = found.unwrap_or_else(|| {
            let config = self.typed(Config::default());
            Ok(Arc::new(Settled::new(&absolute, None, config)))
        });
        for folder in passed {
            known.insert(folder.to_owned(), found.clone());
        }
        found.map_err(Failure::Config)
    }

    /// The configuration that stands in a folder itself.
    fn in_folder(&self, folder: &Path) -> Result<Option<Found>, Failure> {
        let path = folder.join("callflow.toml");
        if !path.is_file() {
            return Ok(None);
        }
        let (_, bytes) = input::read(&path)?;
        // Shown as it was reached, where that is possible.
        let shown = std::env::current_dir().ok();
        let shown = shown.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
        let name = shown.unwrap_or(path).display().to_string();
        match self.read(name.clone(), &bytes) {
            Ok(config) => Ok(Some(Ok(Arc::new(Settled::new(folder, Some(name), config))))),
            Err(Failure::Config(name)) => Ok(Some(Err(name))),
            Err(failure) => Err(failure),
        }
    }

    fn read(&self, name: String, bytes: &[u8]) -> Result<Config, Failure> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let source = Arc::new(Source::new(name.clone(), text));
        let (config, diagnostics) = config::parse(&source, &self.rules);
        if any_error(&diagnostics) {
            super::check::complain(&FileReport {
                source,
                diagnostics,
            })?;
            return Err(Failure::Config(name));
        }
        Ok(self.typed(config))
    }

    fn typed(&self, mut config: Config) -> Config {
        config.selection = self.typed.clone().under(config.selection);
        config
    }
}

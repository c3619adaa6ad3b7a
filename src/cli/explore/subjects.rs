//! What is explored: each flow once, with the documents that scenarios know.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder_of;
use crate::cli::Failure;
use crate::cli::check::{Passed, flows_and_scenarios};
use crate::cli::commands;
use crate::cli::place::{Seen, identity};
use crate::cli::run::{Overrides, Prepared, furnish, is_scenario, load};
use crate::cli::screen::Screen;
use crate::cli::target::Target;
use crate::scenario::{Callback, Content, Entry, Reply, Rules, Scenario, Spanned, call_name};

/// A flow that is explored.
pub(super) struct Explorable {
    /// As it was named: the flow, or the first of its scenarios. The flow where a folder was named.
    pub(super) path: PathBuf,
    /// The case that is meant, of a scenario with several.
    case: Option<String>,
    pub(super) flow: PathBuf,
    pub(super) prepared: Prepared,
}

impl Explorable {
    /// How it was named.
    pub(super) fn name(&self) -> String {
        call_name(&self.path.display().to_string(), self.case.as_deref())
    }

    pub(super) fn flow_folder(&self) -> &Path {
        folder_of(&self.flow)
    }
}

/// All that is explored, and whether something of it has errors, which were shown.
pub(super) struct Subjects {
    pub(super) all: Vec<Explorable>,
    pub(super) is_broken: bool,
}

/// The file of a flow, and the case of a scenario that is meant.
type Identity = (PathBuf, Option<String>);

/// A flow with what scenarios say of it.
struct Found {
    path: PathBuf,
    flow: PathBuf,
    scenario: Scenario,
    /// Whether the command line names it.
    is_named: bool,
}

/// What the paths stand for. In a folder, a document that a scenario lets a server give is explored with
/// the flow that fetches it.
#[allow(clippy::too_many_lines, reason = "one loop over what was named")]
pub(super) fn found(
    paths: &[PathBuf],
    overrides: &Overrides,
    screen: &Screen<'_>,
) -> Result<Subjects, Failure> {
    let passed = Passed::default();
    let mut is_broken = false;
    let mut seen = Seen::of(paths);
    // By the file of the flow, however it is named, and the case that is meant.
    let mut flows: BTreeMap<Identity, Found> = BTreeMap::new();
    let mut order: Vec<Identity> = Vec::new();
    let mut fetched: Vec<PathBuf> = Vec::new();
    for path in paths {
        let target = Target::new(path);
        for file in flows_and_scenarios(&target.file, &passed) {
            let (path, is_named) = file?;
            if !seen.is_new(&path, target.case.as_deref()) {
                continue;
            }
            let scenario = match load(&path)? {
                Ok((scenario, _)) => scenario,
                Err(broken) => {
                    screen.complain(&broken.source, &broken.findings)?;
                    not_explored(&path, "the scenario")?;
                    is_broken = true;
                    continue;
                }
            };
            let scenario = match target.index(&scenario)? {
                Some(index) => scenario.of_case(&scenario.cases[index]),
                None => scenario,
            };
            let folder = folder_of(&path).to_owned();
            let flow = match (&scenario.flow, is_scenario(&path)) {
                (_, false) => path.clone(),
                (Some(flow), true) => folder.join(&flow.value),
                (None, true) if is_named => {
                    return Err(Failure::NoFlow(path.display().to_string()));
                }
                (None, true) => continue,
            };
            let rules = documents(&scenario, &folder);
            fetched.extend(
                rules
                    .iter()
                    .filter_map(|rule| Some(identity(&rule.then.file()?.value))),
            );
            let identity = (identity(&flow), target.case.clone());
            if let Some(known) = flows.get_mut(&identity) {
                let all = known.scenario.callbacks.entries().iter().cloned();
                let mut all: Vec<_> = all.collect();
                all.extend(rules);
                known.scenario.callbacks = Rules::new(all);
                known.is_named |= is_named;
            } else {
                order.push(identity.clone());
                let scenario = Scenario {
                    callbacks: Rules::new(rules),
                    ..scenario
                };
                flows.insert(
                    identity,
                    Found {
                        path,
                        flow,
                        scenario,
                        is_named,
                    },
                );
            }
        }
    }
    let mut all = Vec::new();
    for identity in order {
        let Some(mut found) = flows.remove(&identity) else {
            continue;
        };
        if fetched.contains(&identity.0) && !found.is_named && !is_scenario(&found.path) {
            continue;
        }
        found.scenario.cases = Arc::default();
        found.scenario.apply(overrides.changes());
        match furnish(found.scenario, None, &found.path)? {
            Ok(prepared) => all.push(Explorable {
                path: if found.is_named {
                    found.path
                } else {
                    found.flow.clone()
                },
                case: identity.1,
                flow: found.flow,
                prepared,
            }),
            Err(broken) => {
                screen.complain(&broken.source, &broken.findings)?;
                not_explored(&found.flow, "the flow")?;
                is_broken = true;
            }
        }
    }
    if all.is_empty() && !is_broken {
        let names: Vec<_> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        return Err(Failure::NothingChecked(names.join(", "), passed.words()));
    }
    if !is_broken {
        commands::refuse_mistyped(all.iter().map(|one| &one.prepared))?;
    }
    Ok(Subjects { all, is_broken })
}

/// Says that there is nothing to explore in a file whose errors were shown.
fn not_explored(path: &Path, what: &str) -> Result<(), Failure> {
    let path = path.display();
    Screen::say(&format!(
        "{path}: not explored, because {what} has errors; nothing is written for it"
    ))
}

/// What servers reply in a scenario, and in its cases. The paths are no longer relative to it.
fn documents(scenario: &Scenario, folder: &Path) -> Vec<Entry<Callback>> {
    let own = scenario
        .cases
        .iter()
        .flat_map(|case| &case.changes.callbacks);
    let all = scenario.callbacks.entries().iter().chain(own).cloned();
    all.map(|rule| with_path(rule, |path| folder.join(path)))
        .collect()
}

/// A rule with another path of its file.
pub(super) fn with_path(
    mut rule: Entry<Callback>,
    change: impl Fn(&Path) -> PathBuf,
) -> Entry<Callback> {
    if let Reply::Answered {
        content: Content::File(path),
        ..
    } = &mut rule.then.reply
    {
        *path = Spanned::bare(change(&path.value));
    }
    rule
}

//! `callflow scenario`

use super::screen::Screen;
use super::{Exit, Failure};
use crate::report::files::{self, Found};

/// Print the manual of scenario files and of callflow.toml, or of one of their tables
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # every table and key of a scenario, and of callflow.toml
  callflow scenario
  # the keys of [[press]]
  callflow scenario press
  # a table inside another one
  callflow scenario pace.step
  # the tables with this key
  callflow scenario talk
  # only the settings of a project
  callflow scenario callflow.toml

`callflow config FILE` prints which settings apply to a file. `callflow schema --of scenario` prints a schema for completion in editors.

Exit code: 0, or 2 if there is no such table or key.")]
pub(super) struct Args {
    /// A table, such as `press` or `[[press]]`; or a key
    #[arg(value_name = "TABLE")]
    table: Option<String>,
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    let page = match &args.table {
        None => files::manual(),
        Some(name) => match files::sections(name) {
            Found::Page(page) => page,
            Found::Nothing(near) => {
                let near = near.map(|near| format!(": did you mean `{near}`?"));
                let near = near.unwrap_or_default();
                let why = format!("neither a scenario nor callflow.toml has `{name}`{near}");
                return Err(Failure::Unreadable(why));
            }
        },
    };
    screen.page(&page)?;
    Ok(Exit::Good)
}

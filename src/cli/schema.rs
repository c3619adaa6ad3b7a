//! `callflow schema`

use clap::ValueEnum;

use super::screen::Screen;
use super::{Exit, Failure};
use crate::report::Syntax;
use crate::report::schema::{self, Format};

/// Print a schema for editors: for flows, scenarios or callflow.toml
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # for VS Code's XML extension and most editors
  callflow schema --format xsd > callflow.xsd
  # more exact: for jing, nXML and oXygen
  callflow schema --format rng > callflow.rng
  # for the compiled command tree
  callflow schema --format json
  # for scenarios; `#:schema scenario.schema.json` in the first line selects it
  callflow schema --of scenario > scenario.schema.json

The same schemas are in docs/schemas of the repository.")]
pub(super) struct Args {
    /// What it describes
    #[arg(long, value_name = "KIND", default_value = "flow")]
    of: Kind,
    /// Schema language. Flows: xsd (default), rng or json. Scenarios and callflow.toml: json only
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
}

/// What a schema describes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Kind {
    /// Call flows
    Flow,
    /// Scenario files
    Scenario,
    /// callflow.toml
    Config,
}

pub(super) fn run(args: &Args, screen: &mut Screen<'_>) -> Result<Exit, Failure> {
    screen.write_as(Syntax::Exact)?;
    match (args.of, args.format) {
        (Kind::Flow, format) => schema::write(format.unwrap_or(Format::Xsd), screen.out)?,
        (_, Some(Format::Xsd | Format::Rng)) => {
            return Err(Failure::OnlyJson);
        }
        (Kind::Scenario, _) => schema::write_scenario(screen.out)?,
        (Kind::Config, _) => schema::write_config(screen.out)?,
    }
    Ok(Exit::Good)
}
